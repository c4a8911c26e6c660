//! `littlethings serve`: the site from memory, as it would be published now.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use littlethings::survey::collect::{self, Limits};
use tokio::net::TcpListener;

use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

mod answer;
#[cfg(test)]
mod follows;
mod live;
mod preview;
mod shown;
#[cfg(test)]
mod testing;
mod watch;

use live::Live;
use preview::Preview;
use shown::Told;
use watch::Watch;

/// How many ports after a taken one are tried.
const PORTS: u16 = 20;

/// How long answers in hand may take once it is to end. Who has not sent a whole request by then, or
/// does not read on, is not waited for.
const LAST_CALL: Duration = Duration::from_secs(2);

/// How long work that nobody can stop may take then, such as asking for the address of a store.
const LEAVE: Duration = Duration::from_secs(1);

/// Show the site in a browser, and keep it as the files are.
///
/// A page that is open follows each change at the place it is scrolled to, and shows errors and
/// warnings with their lines. It also shows the letters that are due, and the survey to try; answers
/// go into a store that is thrown away at the end, and nothing else is written. Ctrl-C ends it.
#[derive(Args)]
pub struct Serve {
    /// The port; where it is taken, the next free one
    #[arg(long, default_value_t = 8000)]
    port: u16,

    /// Open the browser
    #[arg(long)]
    open: bool,

    /// The address to listen on; any other than this machine's own shows the site to the network
    #[arg(
        long,
        value_name = "ADDRESS",
        value_parser = address,
        default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST)
    )]
    listen: IpAddr,
}

impl Serve {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        // A settings file in a folder above must not step in for one that is moved away.
        let options = options.rooted()?;
        let watch = Watch::begin(&options.root()?);
        let runtime = tokio::runtime::Runtime::new().map_err(|source| Trouble::Serve { source })?;
        // Before anything is said: below pages of findings nobody looks for what stopped it.
        let listener = runtime.block_on(listen(self.listen, self.port))?;
        let live = Live::start(&options, Told::say)?;
        let answered = runtime.block_on(self.answer(listener, live, watch));
        runtime.shutdown_timeout(LEAVE);
        answered.map(|()| ExitCode::SUCCESS)
    }

    async fn answer(self, listener: TcpListener, live: Live, watch: Watch) -> Result<(), Trouble> {
        let address = listener.local_addr().map_err(|source| Trouble::Serve { source })?;
        let url = format!("http://{}/", reachable(address));
        if let Some(taken) = taken(self.port, address.port()) {
            screen::note(taken);
        }
        screen::say(&format!("{url}  (Ctrl-C ends)\n"))?;
        if self.open && !open(&url) {
            screen::note("no browser could be opened; type the address");
        }
        let live = Arc::new(live);
        let preview = Arc::new(Preview::new(live.clone(), url.trim_end_matches('/').to_owned())?);
        // A store may be far away; the site is there at once.
        let told = preview.clone();
        tokio::spawn(async move {
            for line in told.lines().await {
                let _ = screen::say(&format!("{line}\n"));
            }
        });
        let watched = live.clone();
        std::thread::spawn(move || watch.follow(&watched));
        let ended = live.clone();
        let end = async move {
            interrupted().await;
            ended.end();
        };
        let router = answer::router(live).merge(preview::router(preview));
        let limits = Limits { last_call: LAST_CALL, ..Limits::default() };
        let served = tokio::select! {
            served = collect::serve(listener, router, limits, end) => served,
            () = interrupted_again() => Ok(()),
        };
        served.map_err(|source| Trouble::Serve { source })
    }
}

/// An address to listen on, as it is typed.
fn address(typed: &str) -> Result<IpAddr, String> {
    if typed == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let instead = "write 127.0.0.1 for this machine alone, or 0.0.0.0 for your network; \
                   `--port` says which port";
    typed.parse().map_err(|_| format!("an address is made of numbers: {instead}"))
}

/// Binds to the port or the next free one after it.
async fn listen(ip: IpAddr, port: u16) -> Result<TcpListener, Trouble> {
    let last = if port == 0 { 0 } else { port.saturating_add(PORTS) };
    for port in port..=last {
        let address = SocketAddr::new(ip, port);
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(source) if source.kind() == io::ErrorKind::AddrNotAvailable => {
                return Err(Trouble::NotHere { ip });
            }
            Err(source) if source.kind() != io::ErrorKind::AddrInUse || port == last => {
                return Err(Trouble::Listen { address: address.to_string(), source });
            }
            Err(_) => {}
        }
    }
    // The loop above always ends itself: at its last port it returns what happened there.
    Err(Trouble::Serve { source: io::ErrorKind::AddrInUse.into() })
}

/// Whoever still has another program's page open would look at that.
fn taken(asked: u16, got: u16) -> Option<String> {
    (asked != 0 && asked != got)
        .then(|| format!("port {asked} is taken by another program, so the site is at port {got}:"))
}

/// An address that a browser on this machine can ask for.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Somebody has typed Ctrl-C, closed the terminal or asked the process to end.
async fn interrupted() {
    tokio::select! {
        () = heard(tokio::signal::ctrl_c()) => {}
        () = heard(asked_to_end()) => {}
    }
}

/// The same twice: whoever insists does not want to wait.
async fn interrupted_again() {
    interrupted().await;
    interrupted().await;
}

/// Without a way to hear of it, only the system can end this.
async fn heard(signal: impl Future<Output = io::Result<()>>) {
    if signal.await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut end, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        _ = end.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> io::Result<()> {
    std::future::pending().await
}

/// Asks the system for a browser; whether it was heard.
fn open(url: &str) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_said() {
        assert_eq!(
            taken(8000, 8001).unwrap(),
            "port 8000 is taken by another program, so the site is at port 8001:"
        );
        assert_eq!((taken(8000, 8000), taken(0, 34567)), (None, None));
    }

    #[test]
    fn the_address_that_is_told_can_be_asked_for() {
        let told = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(told("0.0.0.0:8000"), "127.0.0.1:8000");
        assert_eq!(told("[::]:8000"), "[::1]:8000");
        assert_eq!(told("192.0.2.1:80"), "192.0.2.1:80");
    }
}

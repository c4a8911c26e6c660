//! `littlethings-mail serve`: the form on the network, with the letters that are due if wanted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use littlethings::mail::door::Settings as DoorSettings;
use littlethings::survey::collect::{self, Collector, Limits, Parts};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::office::{self, Office};
use crate::options::{self, Options};
use crate::pace::Pace;
use crate::screen;
use crate::send::Send;
use crate::signals::{self, Stop};
use crate::trouble::Trouble;

mod content;
mod house;
mod journal;
mod keeping;

use house::House;
use keeping::Keeping;

/// Serve the form of the survey, until Ctrl-C or SIGTERM.
///
/// Behind a proxy that speaks TLS: this one does not. The content is read again when it changes,
/// and a reading that is broken changes nothing. Under a frozen clock answers go into a store that
/// is thrown away.
#[derive(Args)]
pub struct Serve {
    /// Where to listen; on any other address than this machine's own, links and answers can be
    /// read on the way
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8025", value_parser = address)]
    listen: SocketAddr,

    /// Serve this folder as well: the site, as `littlethings build` makes it
    #[arg(long, value_name = "DIR")]
    public: Option<PathBuf>,

    /// Send what is due, as `send` would: every minute, and when the content changes
    #[arg(long)]
    send: bool,

    /// How many proxies stand before this, each of which adds to X-Forwarded-For whom it was asked
    /// by
    #[arg(long, value_name = "N", default_value_t = 0)]
    trusted_hops: usize,

    #[command(flatten)]
    pace: Pace,
}

/// The address to listen on: of this machine alone it may be written as browsers show it.
fn address(typed: &str) -> Result<SocketAddr, String> {
    let instead = "write 127.0.0.1:8025 for this machine alone, or 0.0.0.0:8025 for your network";
    let typed = match typed.strip_prefix("localhost:") {
        Some(port) => &format!("{}:{port}", Ipv4Addr::LOCALHOST),
        None => typed,
    };
    typed
        .parse()
        .map_err(|_| format!("an address is made of numbers and ends with a port: {instead}"))
}

impl Serve {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        journal::keep_panics_short();
        let follow = content::Follow::begin(options)?;
        let office = office::gather(options)?;
        office::block_on(self.serve(office, follow))?;
        Ok(ExitCode::SUCCESS)
    }

    async fn serve(self, office: Office, follow: content::Follow) -> Result<(), Trouble> {
        self.refuse_what_a_frozen_clock_forbids(&office)?;
        let public = self.public()?;
        let limits = Limits { trusted_hops: self.trusted_hops, ..Limits::default() };
        let (listen, post) = (self.listen, self.post(&office)?);
        let listener = TcpListener::bind(listen).await;
        let listener =
            listener.map_err(|source| Trouble::Listen { address: listen.to_string(), source })?;
        let stop = signals::asked_to_end("finishing what is in hand")?;
        let keeping = Keeping::of(&office).await?;
        let collector = Arc::new(Collector::new(parts(&office, &keeping, limits, public)));
        greet(&listener, &office, &keeping)?;
        let content = follow.follow(office, collector.clone());
        let house = House { store: keeping.store.clone(), post, stop: stop.clone() };
        let housekeeping = tokio::spawn(house.keep(content));
        let router = collect::router(collector);
        let served = collect::serve(listener, router, limits, asked(stop)).await;
        served.map_err(|source| Trouble::Serve { source })?;
        // A letter in hand is finished, too.
        let _ = housekeeping.await;
        keeping.store.close().await;
        Ok(())
    }

    /// Answers would be taken, and letters sent, at a time that is not true.
    fn refuse_what_a_frozen_clock_forbids(&self, office: &Office) -> Result<(), Trouble> {
        let now = || office.now.to_string();
        if office.is_frozen && !self.listen.ip().is_loopback() {
            return Err(Trouble::FrozenForm { now: now() });
        }
        if office.is_frozen && self.send {
            return Err(Trouble::FrozenSending { now: now() });
        }
        Ok(())
    }

    fn public(&self) -> Result<Option<PathBuf>, Trouble> {
        let Some(public) = &self.public else { return Ok(None) };
        let public = options::here()?.join(public);
        if !public.is_dir() {
            return Err(Trouble::NoPublic { path: public.display().to_string() });
        }
        Ok(Some(public))
    }

    /// How letters leave, if they do.
    fn post(self, office: &Office) -> Result<Option<(Send, DoorSettings)>, Trouble> {
        if !self.send {
            return Ok(None);
        }
        let send = Send::all_that_is_due(self.pace.at_most(house::LONGEST_RUN));
        let door = send.door(office)?;
        Ok(Some((send, door)))
    }
}

fn parts(office: &Office, keeping: &Keeping, limits: Limits, public: Option<PathBuf>) -> Parts {
    let lines = journal::begin();
    Parts {
        site: office.site.clone(),
        theme: office.theme.clone(),
        store: keeping.store.clone(),
        secret: keeping.secret.clone(),
        now: Arc::new(office.clock()),
        watch: Arc::new(options::system_clock),
        limits,
        is_trial: keeping.is_trial(),
        public,
        log: Arc::new(move |line| lines.note(line)),
    }
}

/// Says where the form is, and what is missing for letters to lead there.
fn greet(listener: &TcpListener, office: &Office, keeping: &Keeping) -> Result<(), Trouble> {
    let address = listener.local_addr().map_err(|source| Trouble::Serve { source })?;
    screen::say(&format!("http://{address}/  (Ctrl-C ends)\n"))?;
    if keeping.is_trial() {
        screen::say(&keeping.trial(office, address))?;
    } else if office.site.settings.survey_url.is_none() {
        screen::note(
            "no letter leads here yet: write `url = \"https://...\"` under `[survey]` in \
             littlethings.toml, with the address at which people reach this",
        );
    }
    Ok(())
}

/// Returns once somebody has asked to end.
async fn asked(mut stop: Stop) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody can ask any more.
        std::future::pending::<()>().await;
    }
}

/// The latest content that can be used.
type Latest = watch::Receiver<Arc<Office>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_people_know_it() {
        assert_eq!(address("127.0.0.1:8025").unwrap().to_string(), "127.0.0.1:8025");
        assert_eq!(address("localhost:80").unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(address("[::1]:8025").unwrap().to_string(), "[::1]:8025");
        for bad in ["", "localhost", "0.0.0.0", ":8025", "localhost:", "printer:80", "::1"] {
            assert!(address(bad).unwrap_err().contains("write 127.0.0.1:8025"), "{bad}");
        }
    }
}

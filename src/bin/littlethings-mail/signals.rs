//! How somebody asks a command to end: Ctrl-C, or SIGTERM from a service manager.

use tokio::sync::watch;

use crate::screen;
use crate::trouble::Trouble;

/// Whether somebody asked.
pub type Stop = watch::Receiver<bool>;

/// Turns true with the first such signal. With the second the command ends where it is, and the
/// letter in hand is uncertain.
///
/// `finishing` is what is said then.
pub fn asked_to_end(finishing: &'static str) -> Result<Stop, Trouble> {
    let (ask, asked) = watch::channel(false);
    let mut signals = Signals::new().map_err(|source| Trouble::Begin { source })?;
    tokio::spawn(async move {
        signals.next().await;
        screen::note(finishing);
        // Nobody may be listening any more.
        let _ = ask.send(true);
        signals.next().await;
        std::process::exit(130);
    });
    Ok(asked)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

//! `littlethings-mail doctor`: can letters leave from here, and if not, what is to be done?

use std::path::Path;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use littlethings::mail::Sender;
use littlethings::mail::doctor::{self, Check, Health};
use littlethings::mail::door::{Settings, secret};
use littlethings::store::Store;
use littlethings::words;
use serde_json::json;

use crate::links::{self, SECRET};
use crate::office::{self, Office};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// Look whether letters can leave: the mail server, its encryption, the sign-in, where they lead,
/// the store.
///
/// Sends nothing, unless told to whom. Exits 1 when something is bad.
#[derive(Args)]
pub struct Doctor {
    /// Send one short letter to this address
    #[arg(long, value_name = "ME")]
    to: Option<String>,

    /// For people or for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
}

impl Doctor {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let mut checks = self.look_at_door(&office)?;
        checks.extend(doctor::look_at_links(&office.site.settings));
        checks.push(office::block_on(look_at_store(&office))?);
        checks.push(look_at_secret(&office.root));
        screen::say(&match self.format {
            Format::Human => as_text(&checks),
            Format::Json => as_json(&checks),
        })?;
        let is_well = checks.iter().all(|check| check.health != Health::Bad);
        Ok(ExitCode::from(if is_well { 0 } else { 1 }))
    }

    /// The door, and the trial if one is wanted and nothing speaks against it.
    fn look_at_door(&self, office: &Office) -> Result<Vec<Check>, Trouble> {
        let settings = match Settings::read(&office.root, |name| std::env::var_os(name)) {
            Ok(settings) => settings,
            Err(error) => return Ok(vec![Check::bad("settings", error.to_string())]),
        };
        if self.to.is_some() && office.is_frozen && settings.is_real() {
            return Err(Trouble::Frozen { now: office.now.to_string() });
        }
        let sender = Sender::of(&office.site.settings);
        let from = sender.as_ref().map(|sender| sender.from.address.as_str());
        let mut checks =
            doctor::examine(&settings, from.as_ref().ok().copied(), self.to.as_deref(), office.now);
        if let Err(unsendable) = &sender {
            checks.push(Check::bad("sender", unsendable.to_string()));
        }
        if let (Ok(from), Some(to)) = (from, &self.to)
            && checks.iter().all(|check| check.health != Health::Bad)
        {
            checks.push(doctor::send_trial(&settings, from, to, office.now));
        }
        Ok(checks)
    }
}

async fn look_at_store(office: &Office) -> Result<Check, Trouble> {
    let place = office.place();
    let opened = match Store::open_to_read(&place).await {
        Ok(Some(store)) => store.letters().await.map(|letters| Some(letters.len())),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    Ok(match opened {
        Ok(Some(count)) => Check::good(
            "store",
            format!("{place} holds {}", words::count(count, "letter", "letters")),
        ),
        Ok(None) => Check::note("store", format!("{place} is not there yet; `send` makes it")),
        Err(error) => Check::bad("store", error.to_string()),
    })
}

/// The secret of the personal links. It is made on first use.
fn look_at_secret(root: &Path) -> Check {
    let path = links::secret_file(root);
    match secret::is_there(SECRET, &path) {
        Ok(true) => Check::good("secret", format!("{} is yours alone", path.display())),
        Ok(false) => Check::note(
            "secret",
            format!("{} is not there yet; it is made on first use", path.display()),
        ),
        Err(error) => Check::bad("secret", error.to_string()),
    }
}

/// A line for each check, and a last one that says it all.
fn as_text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.about.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Check { about, health, words } in checks {
        let style = style(*health);
        text += &format!("{style}{:<4}{style:#}  {about:<width$}  {words}\n", health.word());
    }
    let bad = checks.iter().filter(|check| check.health == Health::Bad).count();
    text + &match bad {
        0 => "\nletters can leave\n".to_owned(),
        1 => "\nletters cannot leave: mend what is bad above\n".to_owned(),
        _ => "\nletters cannot leave: mend what is bad above, from the top\n".to_owned(),
    }
}

fn style(health: Health) -> Style {
    match health {
        Health::Good => AnsiColor::Green.on_default(),
        Health::Note => Style::new().dimmed(),
        Health::Bad => AnsiColor::BrightRed.on_default().bold(),
    }
}

/// `{"checks":[{"about","health","words"}],"bad":0}`
fn as_json(checks: &[Check]) -> String {
    let bad = checks.iter().filter(|check| check.health == Health::Bad).count();
    let checks: Vec<_> = checks
        .iter()
        .map(|it| json!({ "about": it.about, "health": it.health.word(), "words": it.words }))
        .collect();
    json!({ "checks": checks, "bad": bad }).to_string() + "\n"
}

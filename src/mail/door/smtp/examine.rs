//! One conversation without a letter, told step by step.

use std::sync::PoisonError;
use std::time::Instant;

use jiff::Timestamp;

use super::failure::{Cause, Failure};
use super::session::Session;
use super::tls::Shown;
use super::{certificate, verdict};
use crate::mail::doctor::Check;
use crate::mail::door::settings::{Patience, Security, SmtpSettings};
use crate::mail::door::{Delivery, Envelope, Stage, address};

/// A certificate with fewer days left than this is told of: nobody renews one over a weekend.
const SOON: i64 = 14;

/// Reaches the server, signs in, and asks whether it would take a letter with that envelope. No
/// letter is begun: what was asked is taken back before DATA.
pub fn examine(
    settings: &SmtpSettings,
    patience: Patience,
    envelope: Option<&Envelope>,
    now: Timestamp,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let shown = Shown::default();
    let outcome = walk(settings, patience, envelope, &shown, &mut checks);
    let der = shown.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(facts) = der.and_then(|der| certificate::read(&der)) {
        let at = checks.iter().position(|check| check.about == "encryption");
        checks.insert(at.map_or(checks.len(), |at| at + 1), of_certificate(&facts, now));
    }
    if let Err(failure) = outcome {
        let stage = failure.stage;
        let delivery = verdict::judge(failure);
        let is_trial = envelope.is_some_and(|envelope| envelope.to != envelope.from);
        let about = match (stage, &delivery) {
            // Also what is wrong with the sender is often said only here, but that is no "never".
            (Stage::Recipient, Delivery::Never { .. }) if is_trial => "recipient",
            _ => about(stage),
        };
        checks.push(Check::of_delivery(about, delivery));
    }
    checks
}

/// What a stage is called where a person looks for help.
fn about(stage: Stage) -> &'static str {
    match stage {
        Stage::Connect => "server",
        Stage::Greeting | Stage::Hello => "greeting",
        Stage::Tls => "encryption",
        Stage::Auth => "sign-in",
        Stage::Sender | Stage::Recipient | Stage::Data | Stage::Body => "sender",
    }
}

fn walk(
    settings: &SmtpSettings,
    patience: Patience,
    envelope: Option<&Envelope>,
    shown: &Shown,
    checks: &mut Vec<Check>,
) -> Result<(), Failure> {
    let mut session = Session::connect(settings, patience, Instant::now() + patience.letter)?;
    checks.push(Check::good("server", format!("{settings} answers")));
    if settings.security == Security::FromTheFirstByte {
        session.encrypt(settings, shown)?;
        checks.push(of_encryption(&session));
    }
    let greeting = session.greeting()?;
    checks.push(Check::good("greeting", greeting.words()));
    session.hello()?;
    if settings.security == Security::StartTls {
        session.start_tls()?;
        session.encrypt(settings, shown)?;
        checks.push(of_encryption(&session));
        session.hello()?;
    }
    if settings.security == Security::PlainOnLoopback {
        checks
            .push(Check::note("encryption", "none, which is only for this machine itself".into()));
    }
    checks.push(Check::note("capabilities", session.capabilities().join(", ")));
    session.sign_in(settings)?;
    checks.push(match settings.account {
        Some(_) => Check::good("sign-in", "the server knows the user".to_owned()),
        None => Check::note("sign-in", "none, as no user is named".to_owned()),
    });
    if let Some(envelope) = envelope {
        let addressed = address::check(envelope).map_err(|delivery| match delivery {
            Delivery::Stop { stage, words, .. } => Cause::Settings(words).at(stage),
            _ => Cause::Unfit("this is not a mail address".to_owned()).at(Stage::Recipient),
        })?;
        session.try_envelope(&addressed)?;
        let words = "the server would take a letter from the address of `from`".to_owned();
        checks.push(Check::good("sender", words));
    }
    session.close();
    Ok(())
}

fn of_encryption(session: &Session) -> Check {
    match session.encryption() {
        Some(encryption) => {
            Check::good("encryption", format!("{}, {}", encryption.version, encryption.cipher))
        }
        None => Check::good("encryption", "TLS".to_owned()),
    }
}

fn within(days: i64) -> String {
    match days {
        0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        _ => format!("in {days} days"),
    }
}

fn of_certificate(facts: &certificate::Facts, now: Timestamp) -> Check {
    let sentence = facts.sentence();
    match facts.days_left(now) {
        left if left < 0 => Check::note("certificate", format!("{sentence}; it has expired")),
        left if left < SOON => Check::note(
            "certificate",
            format!("{sentence}; it ends {}, see that it is renewed", within(left)),
        ),
        _ => Check::note("certificate", sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_day_is_no_days() {
        assert_eq!([0, 1, 2].map(within), ["within a day", "in 1 day", "in 2 days"]);
    }
}

//! Signing in: PLAIN and LOGIN with a password, XOAUTH2 with a token (RFC 4954).

use data_encoding::BASE64;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use super::failure::{Cause, Failure};
use super::known;
use super::reply::Reply;
use super::session::Session;
use crate::mail::door::Stage;
use crate::mail::door::settings::Account;

/// A server that asks more often than this does not mean to let anybody in.
const MOST_CHALLENGES: usize = 4;

/// Signs in by the best way that both sides have.
pub fn sign_in(session: &mut Session, account: &Account) -> Result<(), Cause> {
    let mechanism = choose(session, account)?;
    let secret = account.secret().map_err(|error| Cause::Settings(error.to_string()))?;
    let secret = secret.expose_secret();
    let credentials = Credentials::new(account.user.clone(), secret.to_owned());
    match converse(session, mechanism, &credentials) {
        Ok(reply) if reply.code == 235 => Ok(()),
        Ok(reply) | Err(Failure { cause: Cause::Answered(reply), .. }) => {
            Err(turned_away(without(reply, account, secret), account))
        }
        Err(failure) => Err(failure.cause),
    }
}

/// A refusal is about the password, or about the token where one is named.
fn turned_away(reply: Reply, account: &Account) -> Cause {
    let is_for_good = (500..600).contains(&reply.code);
    if !account.has_token() || !is_for_good || known::find(Stage::Auth, &reply).is_some() {
        return Cause::Answered(reply);
    }
    Cause::TokenRefused(reply)
}

fn choose(session: &Session, account: &Account) -> Result<Mechanism, Cause> {
    let offered = session.offered("AUTH").unwrap_or_default();
    let wanted: &[Mechanism] = match account.has_token() {
        true => &[Mechanism::Xoauth2],
        false => &[Mechanism::Plain, Mechanism::Login],
    };
    let found = wanted.iter().find(|mechanism| offered.contains(&mechanism.to_string().as_str()));
    found.copied().ok_or_else(|| {
        let offered = offered.join(", ");
        Cause::Settings(match (account.has_token(), offered.as_str()) {
            (_, "") => "the server offers no sign-in here; leave the user out of \
                        LITTLETHINGS_SMTP_URL, or use the port where people hand in their mail \
                        (587 or 465)"
                .to_owned(),
            (true, _) => format!(
                "the server takes no tokens (XOAUTH2), only {offered}; \
                 name a password in LITTLETHINGS_SMTP_PASSWORD_FILE"
            ),
            (false, _) => format!(
                "the server takes no passwords, only {offered}; \
                 for XOAUTH2 name a token in LITTLETHINGS_SMTP_TOKEN_FILE"
            ),
        })
    })
}

/// Asks, and answers what is asked back.
fn converse(
    session: &mut Session,
    mechanism: Mechanism,
    credentials: &Credentials,
) -> Result<Reply, Failure> {
    let begin = match mechanism.supports_initial_response() {
        true => {
            let answer = answer(mechanism, credentials, None)?;
            Zeroizing::new(format!("AUTH {mechanism} {}\r\n", *answer))
        }
        false => Zeroizing::new(format!("AUTH {mechanism}\r\n")),
    };
    let mut reply = session.ask(Stage::Auth, &*begin)?;
    for _ in 0..MOST_CHALLENGES {
        if reply.code != 334 {
            return Ok(reply);
        }
        // A challenge after a token says why it was refused; an empty answer brings the code.
        let line = match mechanism.supports_initial_response() {
            true => Zeroizing::new("\r\n".to_owned()),
            false => {
                let asked = BASE64.decode(reply.lines[0].trim().as_bytes()).unwrap_or_default();
                let asked = String::from_utf8_lossy(&asked).into_owned();
                Zeroizing::new(format!("{}\r\n", *answer(mechanism, credentials, Some(&asked))?))
            }
        };
        reply = session.ask(Stage::Auth, &*line)?;
    }
    Ok(reply)
}

fn answer(
    mechanism: Mechanism,
    credentials: &Credentials,
    asked: Option<&str>,
) -> Result<Zeroizing<String>, Failure> {
    let answer = mechanism.response(credentials, asked).map(Zeroizing::new).map_err(|_| {
        Cause::Settings("the server asks something at the sign-in that has no answer".to_owned())
            .at(Stage::Auth)
    })?;
    Ok(Zeroizing::new(BASE64.encode(answer.as_bytes())))
}

/// Some servers repeat what they did not understand. What was said in confidence is taken out.
fn without(reply: Reply, account: &Account, secret: &str) -> Reply {
    let user = &account.user;
    let secrets = [
        secret.to_owned(),
        BASE64.encode(secret.as_bytes()),
        BASE64.encode(format!("\0{user}\0{secret}").as_bytes()),
        BASE64.encode(format!("user={user}\x01auth=Bearer {secret}\x01\x01").as_bytes()),
    ];
    let hide = |line: String| {
        secrets.iter().fold(line, |line, secret| line.replace(secret.as_str(), "\u{2026}"))
    };
    Reply { code: reply.code, lines: reply.lines.into_iter().map(hide).collect() }
}

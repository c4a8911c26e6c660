//! What a failure means for the letter and for the run (pure).

use super::failure::{Cause, Failure};
use super::known::{self, Meaning};
use super::reply::Reply;
use crate::mail::door::{Delivery, Stage, one_line};

/// The table that issue, code and people go by. Where nothing else is known:
///
/// | | 4xx | 5xx | drop, timeout, no answer |
/// |---|---|---|---|
/// | connect | | | stop |
/// | greeting, TLS, hello, auth | not now | stop | not now |
/// | sender, data | not now | stop | not now |
/// | recipient | not now | never | not now |
/// | body | not now | never | unknown |
///
/// Where the server is never reached no letter can go, so the first one says so for all. An answer
/// to the body is an answer: a 4xx or 5xx there means that the letter was not taken. A certificate
/// that is not trusted, or a server without the encryption or sign-in asked for, is a stop.
pub fn judge(failure: Failure) -> Delivery {
    let Failure { stage, cause } = failure;
    match cause {
        Cause::Answered(reply) => answered(stage, &reply),
        Cause::TokenRefused(reply) => Delivery::Stop {
            stage,
            code: Some(reply.code),
            words: say(&Cause::TokenRefused(reply), stage),
        },
        Cause::Tls(words) if stage == Stage::Tls => stop(stage, words),
        Cause::Unasked if stage == Stage::Tls => stop(stage, say(&Cause::Unasked, stage)),
        // Something answers there, but it is no mail server.
        Cause::NoReply if stage == Stage::Greeting => stop(stage, say(&Cause::NoReply, stage)),
        Cause::Settings(words) => stop(stage, words),
        Cause::Unfit(words) => Delivery::Never { stage, code: None, words },
        cause if stage == Stage::Connect => stop(stage, say(&cause, stage)),
        Cause::CutOff(cause) => Delivery::NotNow { stage, code: None, words: say(&cause, stage) },
        cause if stage == Stage::Body => Delivery::Unknown { words: say(&cause, stage) },
        cause => Delivery::NotNow { stage, code: None, words: say(&cause, stage) },
    }
}

fn stop(stage: Stage, words: String) -> Delivery {
    Delivery::Stop { stage, code: None, words: one_line(&words) }
}

/// What a refusal means. The code counts only together with the stage.
fn answered(stage: Stage, reply: &Reply) -> Delivery {
    let code = Some(reply.code);
    if let Some(known) = known::find(stage, reply) {
        let words = match known.advice {
            "" => reply.to_string(),
            advice => one_line(&format!("{reply}; {advice}")),
        };
        return match known.meaning {
            Meaning::Stop => Delivery::Stop { stage, code, words },
            Meaning::NotNow => Delivery::NotNow { stage, code, words },
            Meaning::Never => Delivery::Never { stage, code, words },
        };
    }
    let words = reply.to_string();
    match (stage, reply.code) {
        (_, 400..500) => Delivery::NotNow { stage, code, words },
        // These two are about the conversation and the account at every stage.
        (Stage::Recipient, 503 | 530) => Delivery::Stop { stage, code, words },
        (Stage::Recipient | Stage::Body, 500..) => Delivery::Never { stage, code, words },
        (_, 500..) => Delivery::Stop { stage, code, words: advised(stage, words) },
        // The server leaves in the middle of something.
        (Stage::Body, _) => Delivery::Unknown { words },
        (_, 221) => Delivery::NotNow { stage, code, words },
        _ => Delivery::Stop {
            stage,
            code,
            words: format!("{words}, which is no answer to what was asked"),
        },
    }
}

fn advised(stage: Stage, words: String) -> String {
    let advice = match stage {
        Stage::Greeting => "the server does not take mail from this machine",
        Stage::Auth => {
            "look whether user and password are right; in the URL the characters `%`, `@`, `:` \
             and `/` of a password are written `%25`, `%40`, `%3A` and `%2F`"
        }
        Stage::Tls => {
            "the server does not begin encryption; ask whoever runs it, or try `smtps://`"
        }
        Stage::Sender => {
            "the server does not take mail from the address of `from` in littlethings.toml"
        }
        _ => return words,
    };
    one_line(&format!("{words}; {advice}"))
}

/// A failure in words.
fn say(cause: &Cause, stage: Stage) -> String {
    let before = match stage {
        Stage::Connect => "when reaching the server",
        Stage::Greeting => "before its greeting",
        Stage::Tls => "when beginning encryption",
        Stage::Hello => "at EHLO",
        Stage::Auth => "at the sign-in",
        Stage::Sender => "at MAIL",
        Stage::Recipient => "at RCPT",
        Stage::Data => "at DATA",
        Stage::Body => "after the body had begun",
    };
    let what = match cause {
        Cause::TimedOut(patience) if stage == Stage::Connect => format!(
            "no connection after {} seconds; is the name of the server right, and does a firewall \
             here let its port through?",
            patience.as_secs_f32()
        ),
        Cause::TimedOut(patience) if stage == Stage::Greeting => format!(
            "no greeting after {} seconds; if the server speaks TLS from the first byte, write \
             `smtps://`",
            patience.as_secs_f32()
        ),
        Cause::TimedOut(patience) => {
            format!("no answer after {} seconds, {before}", patience.as_secs_f32())
        }
        Cause::Dropped => format!("the server ended the connection {before}"),
        Cause::Network(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            "the server refuses connections on this port; is the port right, and does the server \
             run?"
                .to_owned()
        }
        Cause::Network(error) => format!("the network failed {before}: {error}"),
        Cause::NoReply if stage == Stage::Greeting => {
            "what answers there is no mail server, or speaks TLS from the first byte (`smtps://`)"
                .to_owned()
        }
        Cause::NoReply => format!("what came was no answer of a mail server, {before}"),
        Cause::Endless => format!("the answer did not end, {before}"),
        Cause::Unasked if stage == Stage::Tls => {
            "more came in clear than the answer to STARTTLS, as if somebody between here and the \
             server had added it; use `smtps://`, where nothing is in clear"
                .to_owned()
        }
        Cause::Unasked => format!("the server answered more than it was asked, {before}"),
        Cause::Tls(words) | Cause::Settings(words) | Cause::Unfit(words) => words.clone(),
        Cause::CutOff(cause) => return say(cause, stage),
        Cause::Answered(reply) => reply.to_string(),
        Cause::TokenRefused(reply) => one_line(&format!(
            "{reply}; the token has expired, or is for another user than the one in \
             LITTLETHINGS_SMTP_URL; renew the file that LITTLETHINGS_SMTP_TOKEN_FILE names"
        )),
    };
    one_line(&what)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::*;

    fn after(stage: Stage, reply: &str) -> Delivery {
        let (code, words) = reply.split_once(' ').unwrap();
        let reply = Reply { code: code.parse().unwrap(), lines: vec![words.to_owned()] };
        judge(Cause::Answered(reply).at(stage))
    }

    fn name(delivery: &Delivery) -> &'static str {
        match delivery {
            Delivery::Accepted { .. } => "accepted",
            Delivery::NotNow { .. } => "not now",
            Delivery::Never { .. } => "never",
            Delivery::Unknown { .. } => "unknown",
            Delivery::Stop { .. } => "stop",
        }
    }

    #[test]
    fn a_code_means_what_its_stage_makes_of_it() {
        for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Connect) {
            for code in ["421", "432", "450", "451", "452", "454", "471"] {
                assert_eq!(
                    name(&after(stage, &format!("{code} later"))),
                    "not now",
                    "{stage} {code}"
                );
            }
            let expected = match stage {
                Stage::Recipient | Stage::Body => "never",
                _ => "stop",
            };
            for code in ["500", "501", "502", "521", "535", "550", "552", "553", "554", "571"] {
                assert_eq!(name(&after(stage, &format!("{code} no"))), expected, "{stage} {code}");
            }
        }
    }

    #[test]
    fn without_an_answer_only_the_body_is_unknown() {
        let causes: [fn() -> Cause; 5] = [
            || Cause::Dropped,
            || Cause::TimedOut(Duration::from_secs(60)),
            || Cause::Endless,
            || Cause::Network(std::io::ErrorKind::ConnectionRefused.into()),
            || Cause::Unasked,
        ];
        for cause in causes {
            for stage in Stage::ALL {
                let got = judge(cause().at(stage));
                let expected = match (stage, cause()) {
                    (Stage::Connect, _) | (Stage::Tls, Cause::Unasked) => "stop",
                    (Stage::Body, _) => "unknown",
                    _ => "not now",
                };
                assert_eq!(name(&got), expected, "{stage} {:?}", cause());
            }
        }
        let cut_off = Cause::CutOff(Box::new(Cause::Dropped)).at(Stage::Body);
        assert_eq!(name(&judge(cut_off)), "not now");
    }

    #[rstest]
    #[case::basic(
        Stage::Auth,
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        "stop",
        "TOKEN_FILE"
    )]
    #[case::basic_off(
        Stage::Auth,
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "stop",
        "TOKEN_FILE"
    )]
    #[case::tenant(
        Stage::Auth,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        "stop",
        "administrator"
    )]
    #[case::app(
        Stage::Auth,
        "534 5.7.9 Application-specific password required.",
        "stop",
        "password for this program"
    )]
    #[case::wrong(
        Stage::Auth,
        "535 5.7.8 Error: authentication failed",
        "stop",
        "user and password"
    )]
    #[case::clear(
        Stage::Sender,
        "530 5.7.0 Must issue a STARTTLS command first",
        "stop",
        "?tls=required"
    )]
    #[case::unknown_client(
        Stage::Sender,
        "530 5.7.57 Client not authenticated to send mail.",
        "stop",
        "wants a sign-in"
    )]
    #[case::late_auth(
        Stage::Recipient,
        "530 5.7.0 Authentication required",
        "stop",
        "wants a sign-in"
    )]
    #[case::not_owned(
        Stage::Recipient,
        "553 5.7.1 <week@example.org>: Sender address rejected: not owned by user ana",
        "stop",
        "`from`"
    )]
    #[case::send_as(
        Stage::Body,
        "554 5.2.252 SendAsDenied; ana@example.org not allowed to send as week@example.org",
        "stop",
        "`from`"
    )]
    #[case::client(
        Stage::Recipient,
        "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
        "stop",
        "from this machine"
    )]
    #[case::relay(
        Stage::Recipient,
        "554 5.7.1 <ana@example.net>: Relay access denied",
        "not now",
        "sign in"
    )]
    #[case::exchange_relay(
        Stage::Recipient,
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "not now",
        "sign in"
    )]
    #[case::quota(
        Stage::Data,
        "550 5.4.5 Daily user sending limit exceeded.",
        "not now",
        "for a day"
    )]
    #[case::late_user(
        Stage::Data,
        "550 5.1.1 <ana@example.org>: User unknown",
        "never",
        "User unknown"
    )]
    #[case::full(Stage::Recipient, "552 5.2.2 Mailbox full", "never", "full")]
    #[case::spam(Stage::Body, "554 5.7.1 Message rejected as spam", "never", "spam")]
    fn a_known_answer_says_what_to_do(
        #[case] stage: Stage,
        #[case] reply: &str,
        #[case] expected: &str,
        #[case] says: &str,
    ) {
        let delivery = after(stage, reply);
        assert_eq!(name(&delivery), expected, "{delivery:?}");
        assert!(format!("{delivery:?}").contains(says), "{delivery:?}");
    }
}

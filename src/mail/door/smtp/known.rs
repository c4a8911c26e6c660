//! Answers that mean something else than their code and place say, or that a person can act on
//! once they are told how. Found in the words, because the codes are shared by many reasons.

use super::reply::Reply;
use crate::mail::door::Stage;

/// What an answer means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The settings are wrong: every letter would meet it.
    Stop,
    /// It may pass, or a person may mend it; other letters may still go.
    NotNow,
    /// It concerns this recipient.
    Never,
}

/// A well-known answer.
pub struct Known {
    /// Where it is given.
    stages: &'static [Stage],
    /// One of these stands in it, in any case.
    signs: &'static [&'static str],
    pub meaning: Meaning,
    /// What a person can do, to be put behind the server's words.
    pub advice: &'static str,
}

use Meaning::*;
use Stage::*;

/// Servers with Postfix's `smtpd_delay_reject`, which is its default, answer at RCPT what is about
/// the client, its name or the sender. Exchange answers after the body what is about the sender.
const LETTER: &[Stage] = &[Sender, Recipient, Data, Body];

const KNOWN: &[Known] = &[
    Known {
        stages: &[Auth],
        signs: &["smtpclientauthentication is disabled"],
        meaning: Stop,
        advice: "SMTP sign-in is switched off for this mailbox or the whole organisation; \
                 its administrator can switch it on (Exchange Online: authenticated SMTP)",
    },
    Known {
        stages: &[Auth],
        signs: &["5.7.30", "5.7.139", "basic authentication is "],
        meaning: Stop,
        advice: "this server takes no passwords any more (Exchange Online does not); sign in with \
                 a token, whose file LITTLETHINGS_SMTP_TOKEN_FILE names, or send through a relay",
    },
    Known {
        stages: &[Auth],
        signs: &["application-specific password", "5.7.9"],
        meaning: Stop,
        advice: "make a password for this program in the account's security settings, and use it \
                 in place of the account's own",
    },
    Known {
        stages: &[Hello, Auth, Sender, Recipient, Data, Body],
        signs: &["must issue a starttls", "starttls first", "5.7.0 encryption required"],
        meaning: Stop,
        advice: "this server wants encryption; write `smtp://HOST:587`, on this machine itself \
                 with `?tls=required`, or `smtps://HOST`",
    },
    Known {
        stages: LETTER,
        signs: &[
            "5.7.57",
            "authentication required",
            "authentication is required",
            "not logged in",
        ],
        meaning: Stop,
        advice: "this server wants a sign-in; write the user into LITTLETHINGS_SMTP_URL and name \
                 the file of the password in LITTLETHINGS_SMTP_PASSWORD_FILE",
    },
    Known {
        stages: LETTER,
        signs: &[
            "sender address rejected",
            "not owned by user",
            "sendasdenied",
            "5.7.60",
            "5.2.252",
            "not allowed to send as",
            "permissions to send as",
            "5.1.7",
            "5.1.8",
        ],
        meaning: Stop,
        advice: "who signs in may not send as the address of `from` in littlethings.toml; \
                 change one of the two, or have the server allow it",
    },
    Known {
        stages: LETTER,
        signs: &["client host rejected", "helo command rejected", "ehlo command rejected"],
        meaning: Stop,
        advice: "the server does not take mail from this machine; sign in, or have it allowed",
    },
    // Not a stop: a relay that takes the own domain without a sign-in refuses only the others.
    // Not never: the recipient is right, and with a sign-in the letter goes.
    Known {
        stages: &[Recipient],
        signs: &[
            "relay access denied",
            "relaying denied",
            "unable to relay",
            "relay not permitted",
        ],
        meaning: NotNow,
        advice: "the server does not pass mail on to this domain for who has not signed in; \
                 sign in, or have it allowed",
    },
    Known {
        stages: LETTER,
        signs: &["5.4.5 daily", "5.1.90"],
        meaning: NotNow,
        advice: "the server's limit for a day is reached",
    },
    Known {
        stages: &[Data],
        signs: &["5.1.1 ", "5.1.2 ", "5.1.3 ", "5.1.10 ", "5.2.1 ", "5.2.2 "],
        meaning: Never,
        advice: "",
    },
];

/// What is known about a refusal, besides its code and place.
pub fn find(stage: Stage, reply: &Reply) -> Option<&'static Known> {
    // A 4xx says by itself that it may pass.
    if !(500..600).contains(&reply.code) {
        return None;
    }
    let words = reply.words().to_lowercase();
    KNOWN.iter().find(|known| {
        known.stages.contains(&stage) && known.signs.iter().any(|sign| words.contains(sign))
    })
}

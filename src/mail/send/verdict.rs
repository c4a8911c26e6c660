//! What an answer of the door means for the letter, and for the run.

use jiff::Timestamp;

use super::{Settings, backoff};
use crate::mail::door::{Delivery, Stage};
use crate::store::{Answer, InHand, Outcome};

/// What to do after a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    /// The server finds us too fast.
    SlowDown,
    /// It may be the server rather than the letter. Several of these in a row end the run.
    Doubt,
    /// No letter can be sent with these settings.
    Stop,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub outcome: Outcome,
    pub stage: Option<Stage>,
    pub code: Option<u16>,
    pub words: String,
    pub then: Then,
}

impl Verdict {
    /// The same for the store.
    pub fn answer(&self) -> Answer<'_> {
        Answer {
            outcome: self.outcome,
            stage: self.stage.map_or("", Stage::word),
            code: self.code,
            words: &self.words,
        }
    }
}

/// Reads an answer by its stage. From the recipient on it may be about this letter; before, it is
/// about the server or the settings.
pub(super) fn judge(
    hand: &InHand,
    delivery: Delivery,
    settings: &Settings,
    now: Timestamp,
) -> Verdict {
    match delivery {
        Delivery::Accepted { words } => {
            Verdict { outcome: Outcome::Accepted, stage: None, code: None, words, then: Then::GoOn }
        }
        Delivery::NotNow { stage, code, words } => Verdict {
            outcome: later(hand, stage, settings, now),
            then: after_not_now(stage, code, &words),
            stage: Some(stage),
            code,
            words,
        },
        Delivery::Never { stage, code, words } => {
            let (outcome, then) = match stage {
                Stage::Recipient => (Outcome::Refused, Then::GoOn),
                // One letter may look like spam. If all do, it is us.
                Stage::Data | Stage::Body => (Outcome::Refused, Then::Doubt),
                _ => (Outcome::GivenBack, Then::Stop),
            };
            Verdict { outcome, stage: Some(stage), code, words, then }
        }
        Delivery::Unknown { words } => Verdict {
            outcome: Outcome::Uncertain { again_at: now + settings.uncertain_wait },
            stage: Some(Stage::Body),
            code: None,
            words,
            then: Then::Doubt,
        },
        // Some servers say only here what they think of a recipient. The next letter tells.
        Delivery::Stop { stage: Stage::Data, code, words } => Verdict {
            outcome: later(hand, Stage::Data, settings, now),
            stage: Some(Stage::Data),
            code,
            words,
            then: Then::Doubt,
        },
        Delivery::Stop { stage, code, words } => Verdict {
            outcome: Outcome::GivenBack,
            stage: Some(stage),
            code,
            words,
            then: Then::Stop,
        },
    }
}

/// A letter that was not taken now. After two days it will not be; but while the server turns
/// everybody away, no letter is given up for it.
fn later(hand: &InHand, stage: Stage, settings: &Settings, now: Timestamp) -> Outcome {
    let tried_for = now.duration_since(hand.first_try_at);
    if stage >= Stage::Sender && tried_for >= settings.give_up_after {
        return Outcome::Refused;
    }
    Outcome::Deferred { next_at: now + backoff::wait(settings, &hand.id, hand.tries) }
}

/// 421 closes the line, 432 is Exchange's "too many connections", 450 4.7 a limit by policy.
fn after_not_now(stage: Stage, code: Option<u16>, words: &str) -> Then {
    if stage < Stage::Sender {
        return Then::Doubt;
    }
    match code {
        Some(421 | 432) => Then::SlowDown,
        Some(450) if words.contains("4.7.") => Then::SlowDown,
        _ => Then::GoOn,
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn judged(delivery: Delivery, now: Timestamp) -> Verdict {
        judge(&InHand::for_tests(at(0)), delivery, &Settings::default(), now)
    }

    fn not_now(stage: Stage, code: u16, words: &str) -> Delivery {
        Delivery::NotNow { stage, code: Some(code), words: words.to_owned() }
    }

    fn never(stage: Stage) -> Delivery {
        Delivery::Never { stage, code: Some(550), words: "no".to_owned() }
    }

    #[test]
    fn only_at_the_recipient_is_a_no_about_the_recipient() {
        for stage in Stage::ALL {
            let verdict = judged(never(stage), at(0));
            let expected = match stage {
                Stage::Recipient => (Outcome::Refused, Then::GoOn),
                Stage::Data | Stage::Body => (Outcome::Refused, Then::Doubt),
                _ => (Outcome::GivenBack, Then::Stop),
            };
            assert_eq!((verdict.outcome, verdict.then), expected, "{stage}");
        }
    }

    #[test]
    fn not_now_is_tried_again_for_two_days() {
        let two_days = SignedDuration::from_hours(48).as_secs();
        for stage in Stage::ALL {
            let early = judged(not_now(stage, 451, "later"), at(two_days - 1));
            assert!(matches!(early.outcome, Outcome::Deferred { .. }), "{stage}");
            let late = judged(not_now(stage, 451, "later"), at(two_days));
            let given_up = late.outcome == Outcome::Refused;
            assert_eq!(given_up, stage >= Stage::Sender, "{stage}");
        }
    }

    #[test]
    fn a_server_that_is_pressed_too_hard_is_heard() {
        for (stage, code, words, then) in [
            (Stage::Recipient, 421, "4.7.0 bye", Then::SlowDown),
            (Stage::Body, 432, "4.3.2 concurrent connections", Then::SlowDown),
            (Stage::Recipient, 450, "4.7.1 too many messages", Then::SlowDown),
            (Stage::Recipient, 450, "4.2.0 greylisted", Then::GoOn),
            (Stage::Recipient, 451, "4.7.1 later", Then::GoOn),
            (Stage::Greeting, 421, "4.7.0 too many", Then::Doubt),
            (Stage::Connect, 0, "refused", Then::Doubt),
        ] {
            let verdict = judged(not_now(stage, code, words), at(0));
            assert_eq!(verdict.then, then, "{stage} {code} {words}");
        }
    }

    #[test]
    fn a_lost_answer_leaves_the_letter_uncertain_and_wrong_settings_leave_it_alone() {
        let verdict = judged(Delivery::Unknown { words: "cut off".to_owned() }, at(0));
        assert_eq!(verdict.outcome, Outcome::Uncertain { again_at: at(900) });
        let stop = Delivery::Stop { stage: Stage::Auth, code: Some(535), words: String::new() };
        let verdict = judged(stop, at(0));
        assert_eq!((verdict.outcome, verdict.then), (Outcome::GivenBack, Then::Stop));
        assert_eq!(verdict.answer().stage, "auth");
        // One that stops everything at DATA may be about this letter alone.
        let stop = Delivery::Stop { stage: Stage::Data, code: Some(554), words: String::new() };
        let verdict = judged(stop, at(0));
        assert!(matches!(verdict.outcome, Outcome::Deferred { .. }));
        assert_eq!(verdict.then, Then::Doubt);
    }
}

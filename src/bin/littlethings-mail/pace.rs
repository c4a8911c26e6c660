//! The flags that say how fast, how often and how long. Each can be set once and for all in the
//! environment.

use std::hash::{BuildHasher, Hasher, RandomState};

use clap::Args;
use jiff::SignedDuration;
use littlethings::mail::send::Settings;

/// How fast, how often, how long.
#[derive(Args)]
#[command(next_help_heading = "Pace (times such as 90s, 15m, 48h)")]
pub struct Pace {
    /// Letters a minute; 0 lifts the limit
    #[arg(long, env = "LITTLETHINGS_RATE", value_name = "LETTERS", default_value_t = 20)]
    rate: u32,

    /// Letters in this run at most
    #[arg(long, env = "LITTLETHINGS_MOST", value_name = "LETTERS", default_value_t = 500)]
    most: usize,

    /// Letters to one person in this run at most
    #[arg(long, env = "LITTLETHINGS_MOST_A_PERSON", value_name = "LETTERS", default_value_t = 10)]
    most_a_person: usize,

    /// How long the run may take; nothing is begun after that
    #[arg(long, env = "LITTLETHINGS_DEADLINE", value_name = "TIME", default_value = "1h", value_parser = time)]
    deadline: SignedDuration,

    /// How long the run stays for letters that can be tried again soon
    #[arg(long, env = "LITTLETHINGS_STAY", value_name = "TIME", default_value = "0s", value_parser = time)]
    stay: SignedDuration,

    /// How long a letter waits after each "not now"; the last again and again
    #[arg(long, env = "LITTLETHINGS_BACKOFF", value_name = "TIMES", default_value = "1m,5m,15m,1h", value_delimiter = ',', value_parser = time)]
    backoff: Vec<SignedDuration>,

    /// How long a letter is tried before it counts as refused
    #[arg(long, env = "LITTLETHINGS_GIVE_UP_AFTER", value_name = "TIME", default_value = "48h", value_parser = time)]
    give_up_after: SignedDuration,

    /// How long a letter counts as in the hands of a run that was killed; longer than a letter can
    /// take at the door
    #[arg(long, env = "LITTLETHINGS_LEASE", value_name = "TIME", default_value = "20m", value_parser = time)]
    lease: SignedDuration,

    /// How long a letter without an answer waits before it goes once more
    #[arg(long, env = "LITTLETHINGS_UNCERTAIN_WAIT", value_name = "TIME", default_value = "15m", value_parser = time)]
    uncertain_wait: SignedDuration,

    /// How often in a row the server may turn letters away before the run ends
    #[arg(long, env = "LITTLETHINGS_PATIENCE", value_name = "TIMES", default_value_t = 3)]
    patience: u32,
}

impl Pace {
    /// The same for a run that is one of many: what is due is looked at again after `deadline`.
    pub fn at_most(self, deadline: SignedDuration) -> Pace {
        Pace { deadline: self.deadline.min(deadline), ..self }
    }

    pub fn settings(&self) -> Settings {
        let Pace {
            rate,
            most,
            most_a_person,
            deadline,
            stay,
            ref backoff,
            give_up_after,
            lease,
            uncertain_wait,
            patience,
        } = *self;
        Settings {
            rate,
            most,
            most_a_person,
            deadline,
            stay,
            backoff: backoff.clone(),
            give_up_after,
            lease,
            uncertain_wait,
            patience,
            seed: chance(),
        }
    }
}

/// A number that nobody can foresee.
pub fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A time of at most ten years, which is far from where instants overflow.
fn time(written: &str) -> Result<SignedDuration, String> {
    let most = SignedDuration::from_hours(24 * 3653);
    let parsed = written.trim().parse::<SignedDuration>().ok();
    parsed
        .filter(|time| !time.is_negative() && *time <= most)
        .ok_or_else(|| "write a time such as 90s, 15m or 48h".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        pace: Pace,
    }

    #[test]
    fn what_nobody_sets_is_what_the_library_says() {
        let settings = Alone::parse_from(["alone"]).pace.settings();
        assert_eq!(Settings { seed: 0, ..settings }, Settings::default());
    }

    #[test]
    fn times_are_written_with_their_unit() {
        assert_eq!(time("1.5s"), Ok(SignedDuration::from_millis(1500)));
        assert_eq!(time("250ms"), Ok(SignedDuration::from_millis(250)));
        for bad in ["", "5", "-1s", "soon", "9999999h"] {
            assert!(time(bad).is_err(), "{bad}");
        }
        let pace = Alone::parse_from(["alone", "--backoff", "10ms,1s"]).pace;
        assert_eq!(pace.settings().backoff.len(), 2);
    }
}

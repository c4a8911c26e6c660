//! How fast letters go: a token bucket, in milliseconds of the clock it is given.

use jiff::{SignedDuration, Timestamp};

/// One token a letter. They come at an even rate, and half a minute's worth can be saved up, so
/// that no minute ever has more than one and a half times the rate.
pub(super) struct Pace {
    /// Letters a minute; 0 lifts the limit.
    rate: f64,
    tokens: f64,
    since: Timestamp,
}

impl Pace {
    /// Begins with what can be saved up.
    pub fn new(rate: u32, now: Timestamp) -> Pace {
        let rate = f64::from(rate);
        Pace { rate, tokens: most(rate), since: now }
    }

    /// Takes a token if there is one.
    pub fn take(&mut self, now: Timestamp) -> bool {
        // A clock that was set back gives nothing and takes nothing.
        let passed = now.duration_since(self.since).as_secs_f64().max(0.0);
        self.tokens = (self.tokens + passed * self.rate / 60.0).min(most(self.rate));
        self.since = now;
        if self.rate == 0.0 {
            return true;
        }
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    /// Gives a token back that was not needed.
    pub fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(most(self.rate));
    }

    /// How long until there is a token.
    pub fn wait(&self) -> SignedDuration {
        if self.rate == 0.0 {
            return SignedDuration::ZERO;
        }
        let missing = (1.0 - self.tokens).max(0.0);
        SignedDuration::try_from_secs_f64(missing * 60.0 / self.rate)
            .unwrap_or(SignedDuration::from_mins(1))
            // One that is a hair too short would find no token either.
            + SignedDuration::from_millis(1)
    }

    /// The server finds it too fast: from now on half as fast, down to one a minute, beginning
    /// with nothing saved up. Where there was no limit there is the usual one.
    pub fn slow_down(&mut self) {
        self.rate = if self.rate == 0.0 { 20.0 } else { (self.rate / 2.0).max(1.0) };
        self.tokens = 0.0;
    }
}

fn most(rate: f64) -> f64 {
    (rate / 2.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::try_from_secs_f64(seconds).unwrap()
    }

    fn sent_until(pace: &mut Pace, from: u32, seconds: u32) -> usize {
        (from * 10..seconds * 10).filter(|tenth| pace.take(at(f64::from(*tenth) / 10.0))).count()
    }

    #[test]
    fn a_minute_has_the_rate_and_what_was_saved_up() {
        let mut pace = Pace::new(20, at(0.0));
        assert_eq!(sent_until(&mut pace, 0, 60), 29);
        assert_eq!(sent_until(&mut pace, 60, 120), 20);
        // Nothing for an hour saves up half a minute's worth and no more.
        assert_eq!(sent_until(&mut pace, 4000, 4060), 29);
    }

    #[test]
    fn a_wait_ends_with_a_token() {
        let mut pace = Pace::new(2, at(0.0));
        assert!(pace.take(at(0.0)) && !pace.take(at(0.0)));
        assert!(pace.take(at(0.0) + pace.wait()));
        pace.give_back();
        assert!(pace.take(at(30.001)));
    }

    #[test]
    fn a_server_that_complains_is_spared() {
        let mut pace = Pace::new(20, at(0.0));
        pace.slow_down();
        assert_eq!(sent_until(&mut pace, 0, 60), 9);
        let mut unlimited = Pace::new(0, at(0.0));
        assert_eq!(sent_until(&mut unlimited, 0, 60), 600);
        unlimited.slow_down();
        assert!((19..=20).contains(&sent_until(&mut unlimited, 60, 120)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_no_harm() {
        let mut pace = Pace::new(60, at(1000.0));
        assert!(pace.take(at(0.0)));
        assert!(pace.take(at(1.0)));
    }
}

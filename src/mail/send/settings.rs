//! What can be set about a run. The defaults are what the mail server of a company tolerates.

use jiff::SignedDuration;

/// How fast, how often, how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Letters a minute; 0 lifts the limit.
    pub rate: u32,
    /// Letters in this run at most.
    pub most: usize,
    /// Letters to one person in this run at most.
    pub most_a_person: usize,
    /// How long the whole run may take. Nothing is begun after that.
    pub deadline: SignedDuration,
    /// How long the run stays for letters that are to be tried again soon. Zero: not at all.
    pub stay: SignedDuration,
    /// How long to wait after each "not now"; the last one again and again. Not empty.
    pub backoff: Vec<SignedDuration>,
    /// For how long a letter is tried before it counts as refused.
    pub give_up_after: SignedDuration,
    /// How long a letter is believed to be in the hands of a run that is not heard of. Longer than
    /// handing over can possibly take, or two runs send the same.
    pub lease: SignedDuration,
    /// How long an uncertain letter waits before it goes once more.
    pub uncertain_wait: SignedDuration,
    /// How often in a row the server may turn everybody away before the run ends.
    pub patience: u32,
    /// Makes the waits of different letters differ, the same way every time.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        let minutes = SignedDuration::from_mins;
        Settings {
            rate: 20,
            most: 500,
            most_a_person: 10,
            deadline: minutes(60),
            stay: SignedDuration::ZERO,
            backoff: vec![minutes(1), minutes(5), minutes(15), minutes(60)],
            give_up_after: SignedDuration::from_hours(48),
            lease: minutes(20),
            uncertain_wait: minutes(15),
            patience: 3,
            seed: 0,
        }
    }
}

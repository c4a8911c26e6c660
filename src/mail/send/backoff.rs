//! How long a letter waits after "not now".

use jiff::SignedDuration;

use super::Settings;

/// The wait after this many tries, up to a quarter longer than set: a hundred letters that were
/// turned away together do not come back together.
pub(super) fn wait(settings: &Settings, letter: &str, tries: u32) -> SignedDuration {
    let step = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let steps = &settings.backoff;
    let wait = steps.get(step).or(steps.last()).copied().unwrap_or(SignedDuration::from_mins(60));
    let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4).max(0);
    let extra = millis / 4 * i64::from(part(settings.seed, letter, tries)) / i64::from(u16::MAX);
    SignedDuration::from_millis(millis + extra)
}

/// A number that looks like chance, and is the same for the same letter and try.
fn part(seed: u64, letter: &str, tries: u32) -> u16 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_be_bytes()).update(letter.as_bytes()).update(&tries.to_be_bytes());
    let hash = hasher.finalize();
    u16::from_be_bytes([hash.as_bytes()[0], hash.as_bytes()[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_stay_there() {
        let settings = Settings::default();
        for (tries, minutes) in [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (50, 60)] {
            let least = SignedDuration::from_mins(minutes);
            let wait = wait(&settings, "a", tries);
            assert!(wait >= least && wait <= least + least / 4, "{tries}: {wait}");
        }
    }

    #[test]
    fn two_letters_do_not_come_back_together_and_the_seed_decides_when() {
        let settings = Settings::default();
        assert_ne!(wait(&settings, "a", 1), wait(&settings, "b", 1));
        assert_eq!(wait(&settings, "a", 1), wait(&settings, "a", 1));
        let other = Settings { seed: 1, ..Settings::default() };
        assert_ne!(wait(&settings, "a", 1), wait(&other, "a", 1));
    }
}

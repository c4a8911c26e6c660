//! The status of an item and the steps between statuses.

use crate::words;

/// How far an item is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Status {
    /// On the list, nothing decided yet. Also what an empty or missing status reads as.
    #[default]
    Submitted,
    /// Does not fit this week; the reason says why.
    Skipped,
    /// A promise: what is started gets finished.
    Started,
    /// What the developers say when they are through.
    Done,
    /// What the owner says when it is right.
    SignedOff,
    /// A word that is no status. It stays here so that a page can show what was written.
    Other(String),
}

impl Status {
    /// The statuses in the order of the work.
    pub const KNOWN: [Status; 5] =
        [Status::Submitted, Status::Skipped, Status::Started, Status::Done, Status::SignedOff];

    /// The status as people write it.
    pub fn word(&self) -> &str {
        match self {
            Status::Submitted => "submitted",
            Status::Skipped => "skipped",
            Status::Started => "started",
            Status::Done => "done",
            Status::SignedOff => "signed off",
            Status::Other(word) => word,
        }
    }

    /// The status as part of an address or a class name.
    pub fn slug(&self) -> &'static str {
        match self {
            Status::Submitted => "submitted",
            Status::Skipped => "skipped",
            Status::Started => "started",
            Status::Done => "done",
            Status::SignedOff => "signed-off",
            Status::Other(_) => "other",
        }
    }

    /// The status a written word stands for; empty means submitted.
    pub fn read(written: &str) -> Status {
        if let Some(status) = Status::KNOWN.into_iter().find(|status| status.word() == written) {
            return status;
        }
        let folded = words::fold(written);
        if folded.is_empty() && written.trim().is_empty() {
            return Status::Submitted;
        }
        Status::KNOWN
            .into_iter()
            .find(|status| words::fold(status.word()) == folded)
            .unwrap_or_else(|| Status::Other(written.trim().to_owned()))
    }

    /// Whether the developers have kept their promise: done, or even signed off.
    pub fn is_finished(&self) -> bool {
        matches!(self, Status::Done | Status::SignedOff)
    }

    /// Whether an item may go from this status to that one in one step.
    pub fn may_become(&self, next: &Status) -> bool {
        use Status::*;
        self == next
            || matches!(
                (self, next),
                (Submitted, Skipped | Started)
                    | (Skipped, Started)
                    | (Started, Done)
                    | (Done, SignedOff | Started)
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_in_any_case_and_with_any_dash() {
        assert_eq!(Status::read(" Started "), Status::Started);
        assert_eq!(Status::read("signed-off"), Status::SignedOff);
        assert_eq!(Status::read(""), Status::Submitted);
        assert_eq!(Status::read("wip"), Status::Other("wip".into()));
        assert_eq!(Status::read("✅"), Status::Other("✅".into()));
    }

    #[test]
    fn what_is_started_leaves_only_by_done() {
        assert!(Status::Started.may_become(&Status::Done));
        assert!(!Status::Started.may_become(&Status::Skipped));
        assert!(!Status::Started.may_become(&Status::Submitted));
        assert!(Status::Done.may_become(&Status::Started));
    }
}

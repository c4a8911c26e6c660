//! What only the version history can tell. Everything here may be missing.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Status;

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The full id, in hexadecimal.
    pub id: String,
    pub at: Timestamp,
}

/// What the history of a round's lists says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The lists as they stood when they were due. `None`: unknown.
    pub frozen: Option<Vec<Frozen>>,
    /// The products of lists that stood there when they were due, and nobody can tell how.
    pub untold: Vec<String>,
    /// Changes of status, oldest first.
    pub changes: Vec<Change>,
    /// The refs that items had before somebody wrote on them what is another's, by their addresses.
    pub former: BTreeMap<String, String>,
    /// Why there is less to tell than there could be.
    pub gap: Option<HistoryGap>,
}

/// Why the history does not reach back to the beginning of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryGap {
    /// Not a git repository.
    NoGit,
    /// A git repository in which nothing is committed yet.
    NoCommit,
    /// There is a repository, and git does not tell what is in it. `because` has its own words.
    Refused { because: String },
    /// A clone without its older commits.
    Shallow,
    /// A clone without some of what the lists once were.
    Lost,
    /// A list is a link, of which git keeps only where it leads.
    Linked,
    /// The round's lists came into the repository only after they were due.
    Late,
}

impl History {
    /// What was known at `now`: under a frozen clock the future has not happened yet.
    pub fn until(&mut self, now: Timestamp) {
        self.changes.retain(|change| change.at <= now);
    }
}

/// A list as it stood when it was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub product: String,
    /// In order.
    pub items: Vec<FrozenItem>,
}

/// An item as it stood when the lists were due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenItem {
    /// The ref that the item has or, of one that was taken off, had last.
    pub r#ref: String,
    /// The one that it had then.
    pub ref_then: String,
    /// What it was called then.
    pub title: String,
}

impl FrozenItem {
    /// One that has the ref it had.
    pub fn new(r#ref: &str, title: &str) -> FrozenItem {
        let (r#ref, title) = (r#ref.to_owned(), title.to_owned());
        FrozenItem { ref_then: r#ref.clone(), r#ref, title }
    }
}

/// An item reached a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of the list that it stood on then.
    pub product: String,
    /// Of the list that it is on or, of one that was taken off, was last.
    pub product_now: String,
    /// The ref that the item has or, of one that was taken off, had last.
    pub r#ref: String,
    /// The one that it had then: what was told of it under that name is told once.
    pub ref_then: String,
    /// What the item is called, or was last.
    pub title: String,
    /// `None` when the item was new.
    pub from: Option<Status>,
    /// What was written on a branch before it was merged, oldest first: steps that never were on
    /// the site, and yet were taken one by one.
    pub drafts: Vec<Status>,
    pub to: Status,
    pub at: Timestamp,
    pub commit: String,
}

//! The keys of an item's facts, in the order in which a list writes them: the asker's first, the
//! ref in the middle, the developers' last. The order keeps two editors from touching one line.

use crate::words;

/// The key of a fact of an item, as in `- Owner: Ana Duarte`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Owner,
    Deputy,
    With,
    Hub,
    Kind,
    FeelsLike,
    Ticket,
    DoneWhen,
    Ref,
    Dev,
    Estimate,
    Took,
    Status,
    Reason,
    Next,
    Note,
}

impl Key {
    pub const ALL: [Key; 16] = [
        Key::Owner,
        Key::Deputy,
        Key::With,
        Key::Hub,
        Key::Kind,
        Key::FeelsLike,
        Key::Ticket,
        Key::DoneWhen,
        Key::Ref,
        Key::Dev,
        Key::Estimate,
        Key::Took,
        Key::Status,
        Key::Reason,
        Key::Next,
        Key::Note,
    ];

    /// The key as people write it.
    pub const fn word(self) -> &'static str {
        match self {
            Key::Owner => "Owner",
            Key::Deputy => "Deputy",
            Key::With => "With",
            Key::Hub => "Hub",
            Key::Kind => "Kind",
            Key::FeelsLike => "Feels like",
            Key::Ticket => "Ticket",
            Key::DoneWhen => "Done when",
            Key::Ref => "Ref",
            Key::Dev => "Dev",
            Key::Estimate => "Estimate",
            Key::Took => "Took",
            Key::Status => "Status",
            Key::Reason => "Reason",
            Key::Next => "Next",
            Key::Note => "Note",
        }
    }

    /// The key a written word stands for, in any case and with any blanks.
    pub fn read(written: &str) -> Option<Key> {
        if let Some(key) = Key::ALL.into_iter().find(|key| key.word() == written) {
            return Some(key);
        }
        let written = words::fold(written);
        Key::ALL.into_iter().find(|key| words::fold(key.word()) == written)
    }
}

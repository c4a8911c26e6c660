//! `littlethings-mail forget`: erases a person from the store, as far as that is possible.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use littlethings::store::{Erased, Store};
use littlethings::words::{and, count, ticked};

use crate::office::{self, Office};
use crate::options::Options;
use crate::person;
use crate::screen;
use crate::trouble::Trouble;

/// Erase a person from the store.
///
/// Erases what they answered, the text of all letters to them, their address, and what a mail
/// server said about it; nothing that waits goes out to them, and nobody reminds them. What cannot
/// be erased is said, with the reason. It cannot be undone.
#[derive(Args)]
pub struct Forget {
    /// An id of people.toml, a name or a mail address; somebody who is not in people.toml any more
    /// is known by their id
    #[arg(value_name = "PERSON")]
    person: String,
}

/// What was erased and what was not.
struct Done {
    id: String,
    letters: Erased,
    /// Rounds whose answers were erased.
    open: Vec<String>,
    /// Rounds in which nobody can tell any more which answers were theirs.
    sealed: Vec<String>,
    /// They were told something, and that stays.
    was_told: bool,
}

impl Forget {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let done = office::block_on(async {
            let Some(store) = office::existing_store(&office).await? else {
                return Err(Trouble::NoStore { place: office.place().to_string() });
            };
            let id = person::id(&office, &store, &self.person).await?;
            let done = forget(&office, &store, id).await;
            store.close().await;
            done
        })?;
        screen::say(&in_words(&office, &done))?;
        Ok(if done.letters.in_hand > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

async fn forget(office: &Office, store: &Store, id: String) -> Result<Done, Trouble> {
    let (mut open, mut sealed) = (Vec::new(), Vec::new());
    for (round, invited) in store.invitations(&id).await? {
        let has_answered = invited.answered || store.reply(&round, &id).await?.is_some();
        match store.forget_reply(&round, &id).await? {
            true if has_answered => open.push(round),
            false if has_answered => sealed.push(round),
            true | false => {}
        }
    }
    let letters = store.forget_letters(&id, (office.clock())()).await?;
    let was_told = store.letters().await?;
    let was_told = was_told.iter().any(|it| it.person == id && !it.notices.is_empty());
    Ok(Done { id, letters, open, sealed, was_told })
}

fn in_words(office: &Office, done: &Done) -> String {
    let Done { id, letters, open, sealed, was_told } = done;
    let mut text = String::new();
    let rounds = |slugs: &[String]| and(&ticked(slugs));
    if !open.is_empty() {
        let _ = writeln!(text, "erased: the answers of `{id}` to {}", rounds(open));
    }
    if letters.letters > 0 {
        let number = count(letters.letters as usize, "letter", "letters");
        let _ = writeln!(text, "erased: text and address of {number} to `{id}`");
    }
    if letters.taken_back > 0 {
        let number = count(letters.taken_back as usize, "letter does", "letters do");
        let _ = writeln!(text, "taken back: {number} not go out any more");
    }
    if open.is_empty() && letters.letters == 0 {
        let _ = writeln!(text, "there is nothing of `{id}` to erase");
    }
    if letters.in_hand > 0 {
        let number = count(letters.in_hand as usize, "letter is", "letters are");
        let _ =
            writeln!(text, "not erased: {number} on the way just now; run this again in a while");
    }
    if !sealed.is_empty() {
        let _ = writeln!(
            text,
            "not erased: what was answered in {}, because the survey is closed and nobody can \
             tell any more which answers were theirs",
            rounds(sealed)
        );
    }
    if *was_told {
        let _ = writeln!(
            text,
            "kept: that `{id}` was told this and that, without words or address, so that nobody \
             tells it again"
        );
    }
    if !open.is_empty() {
        text.push_str("the record counts one answer less after `littlethings-mail results`\n");
    }
    if office.site.people.by_id(id).is_some() {
        let _ = writeln!(
            text,
            "`{id}` stands in people.toml; as long as they do, new letters go to them"
        );
    }
    text
}

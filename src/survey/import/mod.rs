//! The other door: answers that came by mail. A letter about the survey is answered like any mail;
//! what stands above the quoted letter is a comment, and numbers between its brackets are answers.
//!
//! A mail counts for the person whose letter it answers, by the ids in its head, and only where it
//! comes from their address. It adds to what they answered in the form, and takes the place of that
//! only where it is the later of both. Every mail counts once, whatever it was found in and however
//! often. What programs sent is set aside, and what is not clear is shown to a person.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use mail_parser::{Address, Message, MessageParser};

use super::answers::Answers;
use crate::mail::Genre;
use crate::model::survey::BY_MAIL;
use crate::model::{Answer, Asked, Round, Site};
use crate::store::{Kept, NewReply, Store, StoreError};

mod body;
mod filled;
mod mailbox;
mod merged;
mod reply;
mod sort;

pub use mailbox::MailboxError;
pub use reply::Reply;
pub use sort::Automatic;

use mailbox::Mail;
use merged::{Merged, merged};

/// How often somebody else may be faster.
const ATTEMPTS: usize = 20;

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
}

/// What became of the mails of a mailbox. No words of anybody and no addresses are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// How many mails there were.
    pub mails: usize,
    pub counted: Vec<Counted>,
    /// Mails that were read in before.
    pub known: usize,
    pub automatic: Vec<(Automatic, String)>,
    /// By round: mails for a survey that has closed.
    pub late: BTreeMap<String, usize>,
    /// Mails for a person to look at, counted or not.
    pub doubts: Vec<Doubtful>,
    /// Mails about other things.
    pub others: usize,
}

/// A mail that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub round: String,
    /// The id of the person.
    pub person: String,
    pub place: String,
    /// The refs of the questions that numbers were given to.
    pub questions: Vec<String>,
    /// They wrote something.
    pub has_words: bool,
    /// So many of their numbers do not count, because the form was answered later.
    pub older: usize,
}

/// A mail for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubtful {
    pub place: String,
    /// The id of the person whose letter it answers, where that is known.
    pub person: Option<String>,
    pub doubt: Doubt,
}

/// Why a person should look at a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It comes from another address than the one that was asked. It does not count.
    OtherAddress,
    /// Whoever was asked is not in people.toml any more, or not asked any more. It does not count.
    NotAsked,
    /// Nothing of their own is in it.
    Empty,
    /// There are words of theirs among quoted lines that nothing marks; they do not count.
    Buried,
    /// What stands in these brackets is no number of the question; all else counts.
    Unclear(Vec<String>),
    /// It is longer than an answer may be and was cut.
    TooLong,
    /// It is too large to be looked at, or no mail at all. It does not count.
    Unreadable,
}

/// A letter of ours that may be answered.
struct Sent {
    id: String,
    round: String,
    person: String,
    address: String,
    /// It was about the survey.
    asks: bool,
}

/// The answer to a letter, before it is read.
struct Candidate {
    place: String,
    hash: String,
    at: Option<Timestamp>,
    from: Option<String>,
    /// The ids of the letter.
    sent: String,
    text: String,
}

/// Reads mailboxes into the store.
///
/// # Errors
///
/// When a mailbox cannot be read, or the database fails. What was counted until then stays, and
/// counts once however often this is repeated.
pub async fn import(
    store: &Store,
    site: &Site,
    mailboxes: &[PathBuf],
    now: Timestamp,
) -> Result<Import, ImportError> {
    let letters = letters(store).await?;
    let mut import = Import::default();
    let mut candidates = Vec::new();
    for path in mailboxes {
        mailbox::each(path, |mail| {
            import.mails += 1;
            candidates.extend(sorted(mail, &letters, &mut import));
        })?;
    }
    // Of two by one person the later one is to have the last word.
    candidates.sort_by(|one, other| (one.at, &one.place).cmp(&(other.at, &other.place)));
    for candidate in &candidates {
        if let Some(sent) = letters.get(&candidate.sent) {
            take(store, site, candidate, sent, now, &mut import).await?;
        }
    }
    Ok(import)
}

/// Our letters by their Message-ID, without its brackets.
async fn letters(store: &Store) -> Result<HashMap<String, Sent>, StoreError> {
    let about = [Genre::Survey, Genre::SurveyReminder, Genre::SurveyThanks].map(Genre::word);
    let letters = store.letters().await?.into_iter().filter(|it| !it.message_id.is_empty());
    Ok(letters
        .map(|letter| {
            let id = letter.message_id.trim_matches(['<', '>']).to_owned();
            let asks = about.contains(&letter.genre.as_str());
            let sent = Sent {
                id: letter.id,
                round: letter.round,
                person: letter.person,
                address: letter.address,
                asks,
            };
            (id, sent)
        })
        .collect())
}

/// Sets aside what answers no letter about a survey, or was not written by a person.
fn sorted(mail: Mail, letters: &HashMap<String, Sent>, import: &mut Import) -> Option<Candidate> {
    let Mail { place, bytes } = mail;
    let unreadable = Doubtful { place: place.clone(), person: None, doubt: Doubt::Unreadable };
    let Some(bytes) = bytes else {
        import.doubts.push(unreadable);
        return None;
    };
    let Some(mail) = MessageParser::default().parse(&bytes) else {
        import.doubts.push(unreadable);
        return None;
    };
    if mail.message_id().is_some_and(|id| letters.contains_key(id)) {
        import.others += 1;
        return None;
    }
    if let Some(automatic) = sort::automatic(&mail) {
        import.automatic.push((automatic, place));
        return None;
    }
    let Some(sent) = answered(&mail).find(|id| letters.get(*id).is_some_and(|it| it.asks)) else {
        import.others += 1;
        return None;
    };
    let at = mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    let hash = match mail.message_id() {
        Some(id) => blake3::hash(id.as_bytes()),
        None => blake3::hash(&bytes),
    };
    Some(Candidate {
        hash: hash.to_hex().to_string(),
        at,
        from: sender(&mail),
        sent: sent.to_owned(),
        text: body::text(&mail),
        place,
    })
}

/// The ids of the letters that a mail answers, the nearest first.
fn answered<'a>(mail: &'a Message<'a>) -> impl Iterator<Item = &'a str> {
    let direct = mail.in_reply_to().as_text_list().unwrap_or_default().iter();
    let before = mail.references().as_text_list().unwrap_or_default().iter().rev();
    direct.chain(before).map(|id| &**id)
}

/// The one address that a mail comes from.
fn sender(mail: &Message) -> Option<String> {
    let from = mail.from()?;
    let only = from.iter().count() == 1;
    let address = from.first().filter(|_| only && matches!(from, Address::List(_)));
    address?.address().map(comparable)
}

/// An address as two spellings of it are the same.
fn comparable(address: &str) -> String {
    let address = address.trim().to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
            format!("{local}@{domain}")
        }
        None => address,
    }
}

/// Counts an answer, or says why not.
async fn take(
    store: &Store,
    site: &Site,
    candidate: &Candidate,
    sent: &Sent,
    now: Timestamp,
    import: &mut Import,
) -> Result<(), ImportError> {
    let mut doubt = |doubt| {
        let (place, person) = (candidate.place.clone(), Some(sent.person.clone()));
        import.doubts.push(Doubtful { place, person, doubt });
    };
    let person = site.people.by_id(&sent.person);
    let addresses = person.map(|it| comparable(&it.mail)).into_iter();
    let mut addresses = addresses.chain([comparable(&sent.address)]);
    if !addresses.any(|address| Some(&address) == candidate.from.as_ref()) {
        doubt(Doubt::OtherAddress);
        return Ok(());
    }
    let round = site.rounds.iter().find(|round| round.slug == sent.round);
    let asked = round.zip(person).and_then(|(round, person)| Some((round, round.asks(person)?)));
    let Some((round, asked)) = asked else {
        doubt(Doubt::NotAsked);
        return Ok(());
    };
    let is_over = now >= round.dates.survey_closes.end();
    if is_over || store.is_sealed(&round.slug).await? {
        *import.late.entry(round.slug.clone()).or_default() += 1;
        return Ok(());
    }
    let reply = read(store, candidate, sent, &asked).await?;
    let (answers, unclear) = filled::answers(&asked, &reply.filled);
    if !unclear.is_empty() {
        doubt(Doubt::Unclear(unclear));
    }
    if reply.is_buried {
        doubt(Doubt::Buried);
    }
    if answers.is_empty() && reply.words.is_empty() {
        doubt(Doubt::Empty);
        return Ok(());
    }
    let mail = ByMail {
        hash: &candidate.hash,
        day: day(candidate.at, round, now),
        answers: &answers,
        words: &reply.words,
    };
    let (kept, merged) = keep(store, round, &asked, &mail).await?;
    match kept {
        Kept::Known => import.known += 1,
        Kept::Sealed => *import.late.entry(round.slug.clone()).or_default() += 1,
        Kept::Kept(_) | Kept::Elsewhere(_) => {
            if merged.is_cut {
                doubt(Doubt::TooLong);
            }
            import.counted.push(Counted {
                round: round.slug.clone(),
                person: asked.person.id.clone(),
                place: candidate.place.clone(),
                questions: answers.0.keys().cloned().collect(),
                has_words: !reply.words.is_empty(),
                older: merged.older,
            });
        }
    }
    Ok(())
}

/// Reads an answer beside the letter it answers, as that was sent.
async fn read(
    store: &Store,
    candidate: &Candidate,
    sent: &Sent,
    asked: &Asked<'_>,
) -> Result<Reply, StoreError> {
    let bytes = store.bytes(&sent.id).await?;
    let letter = MessageParser::default().parse(bytes.as_bytes());
    let letter = letter.map(|letter| body::text(&letter)).unwrap_or_default();
    let names: Vec<String> = asked.blanks().into_iter().map(|blank| blank.name).collect();
    let asked = reply::Asked { letter: &letter, names: &names, name: &asked.person.name };
    Ok(reply::read(&candidate.text, &asked))
}

/// What a mail brings.
struct ByMail<'a> {
    hash: &'a str,
    day: Date,
    answers: &'a Answers,
    words: &'a str,
}

/// The day of a mail in the round's zone. One from the future is of today.
fn day(at: Option<Timestamp>, round: &Round, now: Timestamp) -> Date {
    at.unwrap_or(now).min(now).to_zoned(round.zone.zone.clone()).date()
}

/// Keeps what a mail brings together with what there is already.
async fn keep(
    store: &Store,
    round: &Round,
    asked: &Asked<'_>,
    mail: &ByMail<'_>,
) -> Result<(Kept, Merged), StoreError> {
    let mut attempt = 0;
    loop {
        let before = store.reply(&round.slug, &asked.person.id).await?.unwrap_or_default();
        let merged = merged(&before, mail, comment_goes_to(asked));
        let answers = merged.answers.0.iter().map(|(to, it)| (to.clone(), it.write()));
        let new = NewReply {
            round: &round.slug,
            person: &asked.person.id,
            side: asked.person.side.word(),
            replaces: before.revision,
            answers: answers.collect(),
            day: merged.day,
            mail: Some(mail.hash.to_owned()),
        };
        let kept = store.keep_reply(&new).await?;
        attempt += 1;
        if !matches!(kept, Kept::Elsewhere(_)) || attempt == ATTEMPTS {
            return Ok((kept, merged));
        }
    }
}

/// The question that words by mail answer: the first one in words.
fn comment_goes_to<'a>(asked: &Asked<'a>) -> &'a str {
    let mut questions = asked.questions.iter();
    let in_words = questions.find(|question| question.answer == Some(Answer::Text));
    in_words.map_or(BY_MAIL, |question| question.r#ref.text.as_str())
}

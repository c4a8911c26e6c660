//! Who was asked and whether they answered; what was answered, kept apart from who did.
//!
//! Answers bear a hash of the person under a key of the round. As long as the key is there a
//! person can change, export or erase theirs. [`Store::seal`] destroys it, and with it every trace
//! of who answered what and in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use sqlx::{Any, Transaction};

use super::rows::Columns;
use super::{During, Store, StoreError, meta};

/// Rounds, and people in them by their ids.
pub type People = BTreeMap<String, BTreeSet<String>>;

/// Somebody who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The person's id in people.toml.
    pub person: String,
    pub side: String,
    pub asked_on: Date,
    pub answered: bool,
    /// They asked not to be reminded.
    pub unremind: bool,
}

/// What somebody has answered. `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// Counts the changes, from 1.
    pub revision: i64,
    /// Several different ones came so fast that a program may have sent them.
    pub unsure: bool,
    /// The day of the last change; `None` where it was not noted.
    pub changed_on: Option<Date>,
    /// That change came by mail.
    pub by_mail: bool,
    /// The refs of questions, and the answers as they were written.
    pub answers: Vec<(String, String)>,
}

/// What somebody answers now. `Debug` does not show it.
pub struct NewReply<'a> {
    pub round: &'a str,
    pub person: &'a str,
    pub side: &'a str,
    /// The revision that this one replaces; 0 where there was none.
    pub replaces: i64,
    pub answers: Vec<(String, String)>,
    /// Today, in the round's zone.
    pub day: Date,
    /// The hash of the mail it came by.
    pub mail: Option<String>,
}

/// What became of a [`NewReply`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Kept {
    /// It counts, as this revision.
    Kept(i64),
    /// Not kept: there is another revision than the one it was to replace.
    Elsewhere(i64),
    /// Not kept: that mail was read before.
    Known,
    /// Not kept: the survey is closed for good.
    Sealed,
}

/// One answer without its person. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Rows of one respondent have the same; all differ once the survey is sealed.
    pub respondent: String,
    pub question: String,
    pub side: String,
    pub value: String,
}

impl Store {
    /// Notes who was asked on that day. Who was asked before stays as they are.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn invite(
        &self,
        round: &str,
        people: &[(&str, &str)],
        day: Date,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for (person, side) in people {
            invite(&mut tx, round, person, side, day).await?;
        }
        tx.commit().await.during("note who was asked")
    }

    /// Everybody who was asked in a round, by id.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn invited(&self, round: &str) -> Result<Vec<Invited>, StoreError> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(
            "SELECT person, side, asked_on, answered, unremind FROM invited WHERE round = $1",
        )
        .bind(round)
        .fetch_all(&mut *tx)
        .await
        .during("say who was asked")?;
        let read = |row| {
            let columns = Columns(row);
            let day = columns.text("asked_on")?;
            Ok(Invited {
                person: columns.text("person")?,
                side: columns.text("side")?,
                asked_on: day
                    .parse()
                    .map_err(|_| StoreError::Broken { found: day, expected: "a day" })?,
                answered: columns.whole("answered")? != 0,
                unremind: columns.whole("unremind")? != 0,
            })
        };
        let mut invited: Vec<Invited> = rows.iter().map(read).collect::<Result<_, StoreError>>()?;
        // Sorted here, because databases sort as their country does.
        invited.sort_by(|one, other| one.person.cmp(&other.person));
        Ok(invited)
    }

    /// Who has answered, in all rounds. Who may have been a program has not.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn who_answered(&self) -> Result<People, StoreError> {
        self.people("SELECT round, person FROM invited WHERE answered <> 0").await
    }

    /// Who asked not to be reminded, in all rounds.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn who_wants_no_reminder(&self) -> Result<People, StoreError> {
        self.people("SELECT round, person FROM invited WHERE unremind <> 0").await
    }

    async fn people(&self, query: &'static str) -> Result<People, StoreError> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(query).fetch_all(&mut *tx).await.during("say who answered")?;
        let mut people = People::new();
        for row in &rows {
            let columns = Columns(row);
            people.entry(columns.text("round")?).or_default().insert(columns.text("person")?);
        }
        Ok(people)
    }

    /// Notes that somebody wants no more reminders.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn stop_reminding(
        &self,
        round: &str,
        person: &str,
        side: &str,
        day: Date,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        invite(&mut tx, round, person, side, day).await?;
        sqlx::query("UPDATE invited SET unremind = 1 WHERE round = $1 AND person = $2")
            .bind(round)
            .bind(person)
            .execute(&mut *tx)
            .await
            .during("stop reminding")?;
        tx.commit().await.during("stop reminding")
    }

    /// What somebody has answered so far. Writes nothing.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn reply(&self, round: &str, person: &str) -> Result<Option<Reply>, StoreError> {
        let task = "read an answer";
        let mut tx = self.read().await?;
        let Seal::Open(key) = seal(&mut tx, round).await? else { return Ok(None) };
        let respondent = respondent(&key, round, person);
        let found = sqlx::query(
            "SELECT revision, unsure, changed_on, by_mail FROM replies \
             WHERE round = $1 AND respondent = $2",
        )
        .bind(round)
        .bind(&respondent)
        .fetch_optional(&mut *tx)
        .await
        .during(task)?;
        let Some(found) = found else { return Ok(None) };
        let rows =
            sqlx::query("SELECT question, value FROM answers WHERE round = $1 AND respondent = $2")
                .bind(round)
                .bind(&respondent)
                .fetch_all(&mut *tx)
                .await
                .during(task)?;
        let answer = |row| {
            let columns = Columns(row);
            Ok((columns.text("question")?, columns.text("value")?))
        };
        let mut answers = rows.iter().map(answer).collect::<Result<Vec<_>, StoreError>>()?;
        answers.sort();
        Ok(Some(Reply {
            revision: Columns(&found).whole("revision")?,
            unsure: Columns(&found).whole("unsure")? != 0,
            changed_on: Columns(&found).text("changed_on")?.parse().ok(),
            by_mail: Columns(&found).whole("by_mail")? != 0,
            answers,
        }))
    }

    /// Keeps what somebody answers, in place of what they answered before. On return it has
    /// reached the disk.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_reply(&self, new: &NewReply<'_>) -> Result<Kept, StoreError> {
        let mut tx = self.write().await?;
        let Some(key) = key(&mut tx, new.round).await? else { return Ok(Kept::Sealed) };
        let respondent = respondent(&key, new.round, new.person);
        let revision = revision(&mut tx, new.round, &respondent).await?;
        if revision != new.replaces {
            return Ok(Kept::Elsewhere(revision));
        }
        if let Some(mail) = &new.mail
            && !read_mail(&mut tx, mail).await?
        {
            return Ok(Kept::Known);
        }
        replace(&mut tx, new, &respondent).await?;
        invite(&mut tx, new.round, new.person, new.side, new.day).await?;
        set_answered(&mut tx, new.round, new.person, true).await?;
        tx.commit().await.during("keep an answer")?;
        Ok(Kept::Kept(revision + 1))
    }

    /// Counts what somebody answered no longer, until they send it once more: it may have been a
    /// program.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn doubt_reply(&self, round: &str, person: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let Seal::Open(key) = seal(&mut tx, round).await? else { return Ok(()) };
        sqlx::query("UPDATE replies SET unsure = 1 WHERE round = $1 AND respondent = $2")
            .bind(round)
            .bind(respondent(&key, round, person))
            .execute(&mut *tx)
            .await
            .during("doubt an answer")?;
        set_answered(&mut tx, round, person, false).await?;
        tx.commit().await.during("doubt an answer")
    }

    /// Erases what somebody answered, and reminds them no more. `false` where the survey is sealed
    /// and nobody can tell which answers were theirs.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_reply(&self, round: &str, person: &str) -> Result<bool, StoreError> {
        let task = "erase an answer";
        let mut tx = self.write().await?;
        let key = match seal(&mut tx, round).await? {
            Seal::Open(key) => Some(key),
            Seal::Sealed => return Ok(false),
            Seal::None => None,
        };
        if let Some(key) = key {
            let respondent = respondent(&key, round, person);
            for table in [
                "DELETE FROM answers WHERE round = $1 AND respondent = $2",
                "DELETE FROM replies WHERE round = $1 AND respondent = $2",
            ] {
                let erase = sqlx::query(table).bind(round).bind(&respondent);
                erase.execute(&mut *tx).await.during(task)?;
            }
        }
        sqlx::query(
            "UPDATE invited SET answered = 0, unremind = 1 WHERE round = $1 AND person = $2",
        )
        .bind(round)
        .bind(person)
        .execute(&mut *tx)
        .await
        .during(task)?;
        tx.commit().await.during(task)?;
        Ok(true)
    }

    /// All answers of a round that count, in the order of a hash, and how many do not because
    /// they may have come from a program.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn answer_rows(&self, round: &str) -> Result<(Vec<AnswerRow>, u32), StoreError> {
        let mut tx = self.read().await?;
        let rows = rows(&mut tx, round).await?;
        let unsure =
            sqlx::query("SELECT COUNT(*) AS n FROM replies WHERE round = $1 AND unsure <> 0")
                .bind(round)
                .fetch_one(&mut *tx)
                .await
                .during("count answers")?;
        Ok((rows, Columns(&unsure).count("n")?))
    }

    /// Whether this store has neither a letter nor anybody who was asked.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn knows_nobody(&self) -> Result<bool, StoreError> {
        let mut tx = self.read().await?;
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM letters) + (SELECT COUNT(*) FROM invited) AS n",
        )
        .fetch_one(&mut *tx)
        .await
        .during("see whom it knows")?;
        Ok(Columns(&row).whole("n")? == 0)
    }

    /// Whether the survey of a round is closed for good.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_sealed(&self, round: &str) -> Result<bool, StoreError> {
        let mut tx = self.read().await?;
        Ok(matches!(seal(&mut tx, round).await?, Seal::Sealed))
    }

    /// Closes the survey of a round for good: destroys its key, and writes all of its rows anew
    /// in an order that says nothing, each answer by itself, as `unlink` leaves them. `false` where
    /// that was done before, and where nobody has answered.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn seal(
        &self,
        round: &str,
        day: Date,
        unlink: impl FnOnce(Vec<AnswerRow>) -> Vec<AnswerRow>,
    ) -> Result<bool, StoreError> {
        let task = "close the survey";
        let mut tx = self.write().await?;
        if !matches!(seal(&mut tx, round).await?, Seal::Open(_)) {
            tx.rollback().await.during(task)?;
            self.wipe_what_is_left().await?;
            return Ok(false);
        }
        let mut unlinked = unlink(rows(&mut tx, round).await?);
        for row in &mut unlinked {
            row.respondent = HEXLOWER.encode(&random::<16>()?);
        }
        unlinked.sort_by(|one, other| one.respondent.cmp(&other.respondent));
        rewrite(&mut tx, round, &unlinked).await?;
        sqlx::query(
            "INSERT INTO surveys (round, respondent_key, sealed_on) VALUES ($1, '', $2) \
             ON CONFLICT (round) DO UPDATE SET respondent_key = '', sealed_on = excluded.sealed_on",
        )
        .bind(round)
        .bind(day.to_string())
        .execute(&mut *tx)
        .await
        .during(task)?;
        meta::set(&mut tx, UNWIPED, "yes").await?;
        tx.commit().await.during(task)?;
        self.wipe_what_is_left().await?;
        Ok(true)
    }

    /// Overwrites what a sealing has erased, now or, where a reader was in the way, next time.
    async fn wipe_what_is_left(&self) -> Result<(), StoreError> {
        if self.meta(UNWIPED).await?.is_some_and(|left| !left.is_empty()) && self.wipe().await? {
            self.set_meta(UNWIPED, "").await?;
        }
        Ok(())
    }
}

/// Set while something that was erased may still lie in the file of the database.
const UNWIPED: &str = "unwiped";

/// Whether answers of a round can still be told apart.
enum Seal {
    /// Nothing was answered yet.
    None,
    Open([u8; 32]),
    Sealed,
}

async fn seal(tx: &mut Transaction<'_, Any>, round: &str) -> Result<Seal, StoreError> {
    let row = sqlx::query("SELECT respondent_key, sealed_on FROM surveys WHERE round = $1")
        .bind(round)
        .fetch_optional(&mut **tx)
        .await
        .during("see whether the survey is closed")?;
    let Some(row) = row else { return Ok(Seal::None) };
    let columns = Columns(&row);
    if columns.some_text("sealed_on")?.is_some() {
        return Ok(Seal::Sealed);
    }
    let key = HEXLOWER.decode(columns.text("respondent_key")?.as_bytes()).ok();
    let key = key.and_then(|bytes| bytes.try_into().ok());
    // What stands there is not shown, because it may be most of a key.
    key.map(Seal::Open)
        .ok_or(StoreError::Broken { found: "something".to_owned(), expected: "a key" })
}

/// The key of a round, made where there is none yet; `None` where it was destroyed.
async fn key(tx: &mut Transaction<'_, Any>, round: &str) -> Result<Option<[u8; 32]>, StoreError> {
    match seal(tx, round).await? {
        Seal::Sealed => Ok(None),
        Seal::Open(key) => Ok(Some(key)),
        Seal::None => {
            let key = random::<32>()?;
            sqlx::query(
                "INSERT INTO surveys (round, respondent_key, sealed_on) VALUES ($1, $2, '')",
            )
            .bind(round)
            .bind(HEXLOWER.encode(&key))
            .execute(&mut **tx)
            .await
            .during("open the survey")?;
            Ok(Some(key))
        }
    }
}

/// What stands for a person beside their answers.
fn respondent(key: &[u8; 32], round: &str, person: &str) -> String {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for text in [round, person] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    HEXLOWER.encode(&hasher.finalize().as_bytes()[..16])
}

async fn revision(
    tx: &mut Transaction<'_, Any>,
    round: &str,
    respondent: &str,
) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT revision FROM replies WHERE round = $1 AND respondent = $2")
        .bind(round)
        .bind(respondent)
        .fetch_optional(&mut **tx)
        .await
        .during("read an answer")?;
    row.map_or(Ok(0), |row| Columns(&row).whole("revision"))
}

async fn replace(
    tx: &mut Transaction<'_, Any>,
    new: &NewReply<'_>,
    respondent: &str,
) -> Result<(), StoreError> {
    let task = "keep an answer";
    let (day, by_mail) = (new.day.to_string(), i64::from(new.mail.is_some()));
    if new.replaces == 0 {
        let insert = "INSERT INTO replies \
                      (place, round, respondent, revision, unsure, changed_on, by_mail) \
                      VALUES ($1, $2, $3, 1, 0, $4, $5) ON CONFLICT (place) DO NOTHING";
        let bind = |it: Query<'static>| {
            it.bind(new.round.to_owned())
                .bind(respondent.to_owned())
                .bind(day.clone())
                .bind(by_mail)
        };
        anywhere(tx, || sqlx::query(insert), bind).await?;
    } else {
        sqlx::query(
            "UPDATE replies SET revision = revision + 1, unsure = 0, changed_on = $3, \
             by_mail = $4 WHERE round = $1 AND respondent = $2",
        )
        .bind(new.round)
        .bind(respondent)
        .bind(day.as_str())
        .bind(by_mail)
        .execute(&mut **tx)
        .await
        .during(task)?;
        sqlx::query("DELETE FROM answers WHERE round = $1 AND respondent = $2")
            .bind(new.round)
            .bind(respondent)
            .execute(&mut **tx)
            .await
            .during(task)?;
    }
    for (question, value) in &new.answers {
        insert(tx, new.round, [respondent, question, new.side, value]).await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Transaction<'_, Any>,
    round: &str,
    columns: [&str; 4],
) -> Result<(), StoreError> {
    let insert = "INSERT INTO answers (place, round, respondent, question, side, value) \
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (place) DO NOTHING";
    let [respondent, question, side, value] = columns;
    let bind = |it: Query<'static>| {
        it.bind(round.to_owned())
            .bind(respondent.to_owned())
            .bind(question.to_owned())
            .bind(side.to_owned())
            .bind(value.to_owned())
    };
    anywhere(tx, || sqlx::query(insert), bind).await
}

type Query<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

/// Inserts a row at a random place of its table, whose number is the first value: rows in the
/// order of their arrival would tell who answered when.
async fn anywhere<'q>(
    tx: &mut Transaction<'_, Any>,
    query: impl Fn() -> Query<'q>,
    bind: impl Fn(Query<'q>) -> Query<'q>,
) -> Result<(), StoreError> {
    loop {
        let place = i32::from_le_bytes(random()?) & i32::MAX;
        let done = bind(query().bind(place)).execute(&mut **tx).await.during("keep an answer")?;
        // One of two thousand million places may be taken.
        if done.rows_affected() > 0 {
            return Ok(());
        }
    }
}

async fn invite(
    tx: &mut Transaction<'_, Any>,
    round: &str,
    person: &str,
    side: &str,
    day: Date,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO invited (round, person, side, asked_on, answered, unremind) \
         VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (round, person) DO NOTHING",
    )
    .bind(round)
    .bind(person)
    .bind(side)
    .bind(day.to_string())
    .execute(&mut **tx)
    .await
    .during("note who was asked")?;
    Ok(())
}

async fn set_answered(
    tx: &mut Transaction<'_, Any>,
    round: &str,
    person: &str,
    answered: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE invited SET answered = $3 WHERE round = $1 AND person = $2")
        .bind(round)
        .bind(person)
        .bind(i64::from(answered))
        .execute(&mut **tx)
        .await
        .during("note who answered")?;
    Ok(())
}

/// Notes that a mail was read; `false` where it was before.
async fn read_mail(tx: &mut Transaction<'_, Any>, hash: &str) -> Result<bool, StoreError> {
    let done =
        sqlx::query("INSERT INTO answering_mails (hash) VALUES ($1) ON CONFLICT (hash) DO NOTHING")
            .bind(hash)
            .execute(&mut **tx)
            .await
            .during("note a mail")?;
    Ok(done.rows_affected() > 0)
}

async fn rows(tx: &mut Transaction<'_, Any>, round: &str) -> Result<Vec<AnswerRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT respondent, question, side, value FROM answers \
         WHERE round = $1 AND respondent NOT IN \
         (SELECT respondent FROM replies WHERE round = $1 AND unsure <> 0)",
    )
    .bind(round)
    .fetch_all(&mut **tx)
    .await
    .during("read answers")?;
    let read = |row| {
        let columns = Columns(row);
        Ok(AnswerRow {
            respondent: columns.text("respondent")?,
            question: columns.text("question")?,
            side: columns.text("side")?,
            value: columns.text("value")?,
        })
    };
    let mut rows: Vec<AnswerRow> = rows.iter().map(read).collect::<Result<_, StoreError>>()?;
    rows.sort_by(|a, b| (&a.respondent, &a.question).cmp(&(&b.respondent, &b.question)));
    Ok(rows)
}

/// Writes all rows of a round anew, those of people by their ids. Even inside of PostgreSQL, where
/// each row bears the number of its transaction, all of them have one and the same afterwards.
async fn rewrite(
    tx: &mut Transaction<'_, Any>,
    round: &str,
    answers: &[AnswerRow],
) -> Result<(), StoreError> {
    let task = "close the survey";
    let people = sqlx::query(
        "SELECT person, side, asked_on, answered, unremind FROM invited WHERE round = $1 \
         ORDER BY person",
    )
    .bind(round)
    .fetch_all(&mut **tx)
    .await
    .during(task)?;
    for table in [
        "DELETE FROM replies WHERE round = $1",
        "DELETE FROM answers WHERE round = $1",
        "DELETE FROM invited WHERE round = $1",
    ] {
        sqlx::query(table).bind(round).execute(&mut **tx).await.during(task)?;
    }
    for row in &people {
        let columns = Columns(row);
        sqlx::query(
            "INSERT INTO invited (round, person, side, asked_on, answered, unremind) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(round)
        .bind(columns.text("person")?)
        .bind(columns.text("side")?)
        .bind(columns.text("asked_on")?)
        .bind(columns.whole("answered")?)
        .bind(columns.whole("unremind")?)
        .execute(&mut **tx)
        .await
        .during(task)?;
    }
    for row in answers {
        insert(tx, round, [&row.respondent, &row.question, &row.side, &row.value]).await?;
    }
    Ok(())
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(StoreError::NoRandomness)?;
    Ok(bytes)
}

/// How many answers there are, and nothing of what they say.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}, {} answers)", self.revision, self.answers.len())
    }
}

impl fmt::Debug for NewReply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewReply({} answers)", self.answers.len())
    }
}

impl fmt::Debug for AnswerRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerRow(..)")
    }
}

//! `littlethings-mail send`: tell everybody what they are to hear.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use littlethings::finding::Place as Written;
use littlethings::mail::door::{Settings as DoorSettings, Way};
use littlethings::mail::letter::Desk;
use littlethings::mail::send::{
    self, Report, Run, Sent, Settings, Trust, acknowledge, baseline, stock, trust, word,
    word_for_trial,
};
use littlethings::mail::{self, Draft, Mailbox, Plan, Sender, Told};
use littlethings::store::{Enqueued, Letter, Place, State, Store};
use littlethings::survey::asking::note_who_was_asked;
use littlethings::survey::closing::seal_what_is_over;
use littlethings::survey::simulate::is_simulated;

use crate::letters::{in_short, is_unsettled, unsettled as unsettled_line};
use crate::links::{self, Personal};
use crate::office::{self, Office};
use crate::options::Options;
use crate::pace::{self, Pace};
use crate::progress::Progress;
use crate::screen;
use crate::signals::{self, Stop};
use crate::trouble::Trouble;

mod outcome;

pub use outcome::Outcome;
use outcome::{Reached, Unsent};

/// Send every letter that is due.
///
/// Prints a line a letter, with first name and subject line, and the counts at the end. Exits with
/// 0 when everybody was told, with 1 when a letter was deferred, refused, is uncertain or cannot be
/// written, and with 2 when nothing could be sent at all.
#[derive(Args)]
pub struct Send {
    /// Send just this plan, as `due` printed its hash, or nothing
    #[arg(long, value_name = "HASH")]
    plan: Option<String>,

    /// A trial: every letter goes to this address, nothing counts as told, and the personal links
    /// open nothing
    #[arg(long, value_name = "ME", conflicts_with_all = ["baseline", "all"])]
    redirect_to: Option<String>,

    /// Count everything that is due as told, without a letter, and so whatever waits for `resolve`;
    /// what was refused for its address waits until that is mended
    #[arg(long)]
    baseline: bool,

    /// Send everything that is due, although another store may have told it already
    #[arg(long, conflicts_with = "baseline")]
    all: bool,

    /// Say nothing, unless somebody was not told
    #[arg(long, conflicts_with = "format")]
    quiet: bool,

    /// For people or for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    pace: Pace,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
}

/// What is said when somebody asks to end.
const FINISHING: &str = "finishing the letter in hand";

/// How often to plan again when another run stored letters in between.
const ATTEMPTS: usize = 10;

impl Send {
    /// One that sends whatever is due, at that pace.
    pub fn all_that_is_due(pace: Pace) -> Send {
        let format = Format::Human;
        let (plan, redirect_to) = (None, None);
        Send { plan, redirect_to, baseline: false, all: false, quiet: false, format, pace }
    }

    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let outcome = office::block_on(async {
            match &self.redirect_to {
                _ if self.baseline => self.count_as_told(&office).await,
                Some(me) => self.try_out(&office, me).await,
                None => self.send(&office).await,
            }
        })?;
        screen::say(&match self.format {
            Format::Human if self.quiet && outcome.is_well() => String::new(),
            Format::Human => outcome.text(),
            Format::Json => outcome.json()?,
        })?;
        outcome.exit_code()
    }

    /// Stores what is due and sends it.
    async fn send(&self, office: &Office) -> Result<Outcome, Trouble> {
        let door = self.door(office)?;
        if office.is_frozen && door.is_real() {
            return Err(Trouble::Frozen { now: office.now.to_string() });
        }
        let store = Store::open(&office.place()).await?;
        if let Some(secret) = Personal::of(office)?.secret()
            && let Some(trouble) = links::look_at_secret(office, &store, secret).await?
        {
            screen::note(trouble);
        }
        let mut outcome =
            self.send_from(office, &store, &door, signals::asked_to_end(FINISHING)?).await?;
        store.close().await;
        if let Way::Folder(folder) = &door.way
            && outcome.has_told()
        {
            outcome.note = format!(
                "these letters lie in {} and count as told in the store {}; `preview` writes \
                 letters that do not, and another path in LITTLETHINGS_STORE keeps them apart\n",
                folder.display(),
                office.place()
            );
        }
        Ok(outcome)
    }

    /// The same with a store and a door that are open already.
    pub async fn send_from(
        &self,
        office: &Office,
        store: &Store,
        door: &DoorSettings,
        stop: Stop,
    ) -> Result<Outcome, Trouble> {
        if door.is_real() && is_simulated(store).await? {
            return Err(Trouble::MadeUp { place: store.place().to_string() });
        }
        if !office.is_frozen {
            seal_what_is_over(store, &office.site, office.now).await?;
        }
        let (plan, unsent) = self.stock(office, store).await?;
        let outcome = self.deliver(office, store, door, &plan, unsent, stop).await?;
        note_who_was_asked(store, &office.site).await?;
        Ok(outcome)
    }

    /// Sends everything that is due to one person, by way of a store that is thrown away.
    async fn try_out(&self, office: &Office, me: &str) -> Result<Outcome, Trouble> {
        let door = self.door(office)?;
        let me = Mailbox::read(me, &Written::whole("--redirect-to"));
        let me = me.map_err(Trouble::RedirectTo)?;
        let told = match Store::open_to_read(&office.place()).await? {
            Some(store) => office::told(&store).await?,
            None => Told::default(),
        };
        let plan = self.plan(office, &told)?;
        let sender = Sender::of(&office.site.settings).map_err(Trouble::Sender)?;
        let links = Personal::of_nobody(office)?;
        let desk = Desk::new(&office.site, &office.theme, &told, &links, office.now);
        let folder = tempfile::tempdir()
            .map_err(|source| Trouble::Write { path: "a temporary folder".to_owned(), source })?;
        let store = Store::open(&Place::File(folder.path().join("trial.db"))).await?;
        let word = |draft: &Draft| word_for_trial(draft, &desk, &sender, &me);
        let stocked = stock(&store, &plan, office.now, word).await?;
        let unsent = stocked.unworded.iter().map(Unsent::of_unworded).collect();
        let stop = signals::asked_to_end(FINISHING)?;
        let mut outcome = self.deliver(office, &store, &door, &plan, unsent, stop).await?;
        outcome.is_trial = true;
        Ok(outcome)
    }

    /// Counts what is due as told. Nobody gets mail.
    async fn count_as_told(&self, office: &Office) -> Result<Outcome, Trouble> {
        let store = Store::open(&office.place()).await?;
        for _ in 0..ATTEMPTS {
            let plan = self.plan(office, &office::told(&store).await?)?;
            let before = told_without_a_letter(&store).await?;
            if baseline(&store, &plan, office.now).await? == Enqueued::Stored {
                acknowledge(&store, &office.site, office.now).await?;
                note_who_was_asked(&store, &office.site).await?;
                let mut told = told_without_a_letter(&store).await?;
                store.close().await;
                told.retain(|id, _| !before.contains_key(id));
                return Ok(Outcome::baseline(send::hash(&plan), told.into_values().collect()));
            }
        }
        Err(Trouble::Crowded)
    }

    fn plan(&self, office: &Office, told: &Told) -> Result<Plan, Trouble> {
        let plan = mail::plan(&office.site, told, office.now);
        let found = send::hash(&plan);
        match &self.plan {
            Some(wanted) if *wanted != found => {
                Err(Trouble::AnotherPlan { wanted: wanted.clone(), found })
            }
            _ => Ok(plan),
        }
    }

    /// Brings the store in line with the plan, however many others do the same.
    async fn stock(&self, office: &Office, store: &Store) -> Result<(Plan, Vec<Unsent>), Trouble> {
        let sender = Sender::of(&office.site.settings).map_err(Trouble::Sender)?;
        let links = Personal::of(office)?;
        for _ in 0..ATTEMPTS {
            let told = office::told(store).await?;
            let plan = self.plan(office, &told)?;
            self.ask_for_trust(office, store, &plan, &told).await?;
            let _progress = Progress::begin("writing letters");
            let desk = Desk::new(&office.site, &office.theme, &told, &links, office.now);
            let word = |draft: &Draft| word(draft, &desk, &sender);
            let stocked = stock(store, &plan, office.now, word).await?;
            let unsent = stocked.unworded.iter().map(Unsent::of_unworded).collect();
            if stocked.enqueued == Enqueued::Stored {
                return Ok((plan, unsent));
            }
        }
        Err(Trouble::Crowded)
    }

    /// Nobody is told again what a lost store knew, unless somebody wants it. With nothing to send
    /// a new store is taken for the right one.
    async fn ask_for_trust(
        &self,
        office: &Office,
        store: &Store,
        plan: &Plan,
        told: &Told,
    ) -> Result<(), Trouble> {
        let trust = trust(store, &office.site, told).await?;
        let waiting = store.queue(office.now).await?.len();
        let why = match trust {
            Trust::Known => return Ok(()),
            _ if self.all => return Ok(acknowledge(store, &office.site, office.now).await?),
            Trust::New if plan.drafts.is_empty() && waiting == 0 => {
                return Ok(acknowledge(store, &office.site, office.now).await?);
            }
            Trust::New => "is new".to_owned(),
            Trust::Older { .. } if plan.drafts.is_empty() && waiting == 0 => return Ok(()),
            Trust::Older { round } => {
                format!("does not know what the record of `{round}` says was told")
            }
        };
        for draft in &plan.drafts {
            screen::note(in_short(draft));
        }
        Err(Trouble::Untrusted { place: office.place().to_string(), why })
    }

    /// The door of the environment, where letters are out of it before they count as left behind.
    pub fn door(&self, office: &Office) -> Result<DoorSettings, Trouble> {
        let door = DoorSettings::read(&office.root, |name| std::env::var_os(name))?;
        let (lease, letter) = (self.pace.settings().lease, door.patience.letter);
        if !matches!(door.way, Way::Folder(_)) && lease.unsigned_abs() <= letter {
            return Err(Trouble::ShortLease { letter: format!("{letter:?}") });
        }
        Ok(door)
    }

    async fn deliver(
        &self,
        office: &Office,
        store: &Store,
        door: &DoorSettings,
        plan: &Plan,
        unsent: Vec<Unsent>,
        stop: Stop,
    ) -> Result<Outcome, Trouble> {
        let letters = store.letters().await?;
        let open = [State::Planned, State::Claimed, State::Deferred, State::Uncertain];
        let is_open = |it: &Letter| open.contains(&it.state) || is_unsettled(&office.site, it);
        let watched = letters.into_iter().filter(is_open);
        let watched: Vec<String> = watched.map(|letter| letter.id).collect();
        let Report { sent, ended, over, held } = self.hand_over(office, store, door, stop).await?;
        let mut letters = store.letters().await?;
        letters.retain(|letter| watched.contains(&letter.id));
        let withheld = plan.withheld.iter().map(Unsent::of_withheld);
        let unsent = unsent.into_iter().chain(withheld).collect();
        let hash = send::hash(plan);
        let is_new = |letter: &Letter| sent.iter().any(|sent| sent.letter == letter.id);
        let waits = |it: &&Letter| is_unsettled(&office.site, it) && !is_new(it);
        let unsettled = letters.iter().filter(waits);
        let unsettled = unsettled.map(|it| unsettled_line(office.first_name(&it.person), it));
        let unsettled = unsettled.collect();
        let letters = letters.iter().map(Reached::of).collect();
        Ok(Outcome {
            plan: hash,
            letters,
            unsent,
            over,
            held,
            unsettled,
            ended,
            is_trial: false,
            note: String::new(),
        })
    }

    async fn hand_over(
        &self,
        office: &Office,
        store: &Store,
        door: &DoorSettings,
        stop: Stop,
    ) -> Result<Report, Trouble> {
        let settings: Settings = self.pace.settings();
        let mut door = door.door();
        let clock = office.clock();
        let mut tell = |sent: &Sent| {
            if self.format == Format::Human && !(self.quiet && sent.state == State::Accepted) {
                // Where nobody reads any more the letters go out all the same.
                let _ = screen::say(&outcome::line(office, sent));
            }
        };
        let run = Run {
            store,
            door: &mut *door,
            settings: &settings,
            holder: &format!("{}-{:016x}", std::process::id(), pace::chance()),
            clock: &clock,
            stop,
            tell: &mut tell,
        };
        Ok(send::run(run).await?)
    }
}

/// The letters of a store that count as told and never went out, or need not have, by id.
async fn told_without_a_letter(store: &Store) -> Result<BTreeMap<String, Reached>, Trouble> {
    let letters = store.letters().await?.into_iter();
    let told = letters.filter(|letter| letter.state == State::Baseline);
    Ok(told.map(|letter| (letter.id.clone(), Reached::of(&letter))).collect())
}

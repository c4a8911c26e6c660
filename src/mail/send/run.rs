//! Sending what the store holds.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::Settings;
use super::pace::Pace;
use super::verdict::{Then, Verdict, judge};
use crate::mail::door::{Door, Envelope, Stage};
use crate::store::{Claim, InHand, Letter, Outcome, Queued, State, Store, StoreError};

/// Everything a run needs.
pub struct Run<'a> {
    pub store: &'a Store,
    pub door: &'a mut dyn Door,
    pub settings: &'a Settings,
    /// A name for this run that no other has.
    pub holder: &'a str,
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Turns true when the run is to end: the letter in hand is finished, no other is begun.
    pub stop: watch::Receiver<bool>,
    /// Hears of every letter, at once.
    pub tell: &'a mut (dyn FnMut(&Sent) + Send),
}

/// What became of one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The id of the letter.
    pub letter: String,
    pub person: String,
    /// The subject line.
    pub line: String,
    /// What it is from now on. Planned: it was not its fault, and it is as it was.
    pub state: State,
    /// When it is tried again by itself.
    pub next_at: Option<Timestamp>,
    pub stage: Option<Stage>,
    pub code: Option<u16>,
    /// The server's own words. They may name the address.
    pub words: String,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// There is nothing left to do now.
    Done,
    /// Somebody asked it to end.
    Interrupted,
    /// Its time was up.
    Deadline,
    /// The settings are wrong, and no letter can be sent with them.
    Stopped { stage: Stage, code: Option<u16>, words: String },
    /// The server turned away one letter after the other; the last answer.
    TurnedAway { stage: Stage, code: Option<u16>, words: String },
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub sent: Vec<Sent>,
    pub ended: Ended,
    /// How many letters could go and did not, because this run or a person had had enough.
    pub over: usize,
    /// How many letters wait until an earlier one about the same is certain.
    pub held: usize,
}

/// Sends the letters of the store that may go out now, one after the other, until there is none
/// left, until somebody asks to end, or until it makes no sense to go on. It has to be called on a
/// runtime with several threads: a door blocks.
///
/// # Errors
/// Where the store fails. The letter in hand, if any, is uncertain then.
pub async fn run(run: Run<'_>) -> Result<Report, StoreError> {
    let run_store = run.store;
    let mut round = Round::new(run);
    let ended = round.all().await;
    round.run.door.close();
    let Round { sent, over, passed_over, .. } = round;
    let (ended, held) = (ended?, waiting_among(run_store, &passed_over).await?);
    Ok(Report { sent, ended, over, held })
}

/// One way through the letters.
struct Round<'a> {
    run: Run<'a>,
    began: Timestamp,
    pace: Pace,
    queue: VecDeque<Queued>,
    /// How many letters each person was sent.
    heard: HashMap<String, usize>,
    /// How many letters were handed over.
    handed: usize,
    /// How often in a row it may have been the server.
    doubts: u32,
    over: usize,
    /// Ids of letters that could not be claimed since the queue was made: another run was faster,
    /// or an earlier letter about the same is not certain yet.
    passed_over: HashSet<String>,
    sent: Vec<Sent>,
}

impl<'a> Round<'a> {
    fn new(run: Run<'a>) -> Round<'a> {
        let began = (run.clock)();
        let pace = Pace::new(run.settings.rate, began);
        Round {
            run,
            began,
            pace,
            queue: VecDeque::new(),
            heard: HashMap::new(),
            handed: 0,
            doubts: 0,
            over: 0,
            passed_over: HashSet::new(),
            sent: Vec::new(),
        }
    }

    async fn all(&mut self) -> Result<Ended, StoreError> {
        loop {
            self.look().await?;
            if let Some(ended) = self.send_queue().await? {
                return Ok(ended);
            }
            let Some(next) = self.next_to_stay_for().await? else { return Ok(Ended::Done) };
            // A server hangs up on who is silent for minutes.
            self.run.door.close();
            if let Some(ended) = self.sleep_until(next).await {
                return Ok(ended);
            }
        }
    }

    /// Makes the queue: what may go out now, as far as this run and each person may have more.
    async fn look(&mut self) -> Result<(), StoreError> {
        let now = (self.run.clock)();
        self.run.store.expire(now, self.run.settings.uncertain_wait).await?;
        let (mut heard, mut handed) = (self.heard.clone(), self.handed);
        self.over = 0;
        self.passed_over.clear();
        self.queue.clear();
        for queued in self.run.store.queue(now).await? {
            let person = heard.entry(queued.person.clone()).or_default();
            if handed < self.run.settings.most && *person < self.run.settings.most_a_person {
                handed += 1;
                *person += 1;
                self.queue.push_back(queued);
            } else {
                self.over += 1;
            }
        }
        Ok(())
    }

    /// Sends the queue. `None` where it came to its end.
    async fn send_queue(&mut self) -> Result<Option<Ended>, StoreError> {
        let mut claimed: Option<InHand> = None;
        loop {
            let hand = match claimed.take() {
                Some(hand) => hand,
                None => match self.claim().await? {
                    Next::Letter(hand) => hand,
                    Next::None => return Ok(None),
                    Next::End(ended) => return Ok(Some(ended)),
                },
            };
            let verdict = self.hand_over(&hand);
            let ended = self.weigh(&verdict);
            claimed = self.write_down(&hand, verdict, ended.is_none()).await?;
            if ended.is_some() {
                return Ok(ended);
            }
        }
    }

    /// Waits for its turn and takes the next letter in hand.
    async fn claim(&mut self) -> Result<Next, StoreError> {
        while !self.queue.is_empty() {
            while !self.pace.take((self.run.clock)()) {
                let until = (self.run.clock)() + self.pace.wait();
                if let Some(ended) = self.sleep_until(until).await {
                    return Ok(Next::End(ended));
                }
            }
            if let Some(ended) = self.is_over() {
                return Ok(Next::End(ended));
            }
            let Some(queued) = self.queue.pop_front() else { break };
            let now = (self.run.clock)();
            match self.run.store.claim(self.claim_of(&queued.id), now).await? {
                Some(hand) => return Ok(Next::Letter(hand)),
                None => self.pass_over(queued),
            }
        }
        Ok(Next::None)
    }

    fn pass_over(&mut self, queued: Queued) {
        self.pace.give_back();
        self.passed_over.insert(queued.id);
    }

    fn claim_of<'b>(&self, letter: &'b str) -> Claim<'b>
    where
        'a: 'b,
    {
        Claim { letter, holder: self.run.holder, lease: self.run.settings.lease }
    }

    /// Hands a letter over and reads the answer.
    fn hand_over(&mut self, hand: &InHand) -> Verdict {
        self.handed += 1;
        *self.heard.entry(hand.person.clone()).or_default() += 1;
        let envelope = Envelope { from: hand.sender.clone(), to: hand.recipient.clone() };
        let door = &mut *self.run.door;
        let delivery = tokio::task::block_in_place(|| door.deliver(&envelope, &hand.bytes));
        judge(hand, delivery, self.run.settings, (self.run.clock)())
    }

    /// What an answer means for the rest of the run.
    fn weigh(&mut self, verdict: &Verdict) -> Option<Ended> {
        let last = || (verdict.stage.unwrap_or(Stage::Body), verdict.code, verdict.words.clone());
        match verdict.then {
            Then::GoOn => self.doubts = 0,
            Then::SlowDown => {
                self.doubts = 0;
                self.pace.slow_down();
            }
            Then::Doubt => self.doubts += 1,
            Then::Stop => {
                let (stage, code, words) = last();
                return Some(Ended::Stopped { stage, code, words });
            }
        }
        (self.doubts >= self.run.settings.patience).then(|| {
            let (stage, code, words) = last();
            Ended::TurnedAway { stage, code, words }
        })
    }

    /// Writes the answer down, and claims the next letter in the same commit where it may go at
    /// once. While it had to wait for its turn it would be in hand for nothing, and a kill in that
    /// time would make it uncertain.
    async fn write_down(
        &mut self,
        hand: &InHand,
        verdict: Verdict,
        goes_on: bool,
    ) -> Result<Option<InHand>, StoreError> {
        let now = (self.run.clock)();
        let goes_on = goes_on && self.is_over().is_none() && !self.queue.is_empty();
        let next = if goes_on && self.pace.take(now) { self.queue.pop_front() } else { None };
        let claim = next.as_ref().map(|next| self.claim_of(&next.id));
        let claimed = self.run.store.answered(hand, verdict.answer(), now, claim).await?;
        if let (Some(next), None) = (next, &claimed) {
            self.pass_over(next);
        }
        let sent = sent(hand, verdict);
        (self.run.tell)(&sent);
        self.sent.push(sent);
        Ok(claimed)
    }

    /// Whether no other letter may be begun.
    fn is_over(&self) -> Option<Ended> {
        if *self.run.stop.borrow() {
            return Some(Ended::Interrupted);
        }
        let passed = (self.run.clock)().duration_since(self.began);
        (passed >= self.run.settings.deadline).then_some(Ended::Deadline)
    }

    /// When to look again, if there is something this run stays for.
    async fn next_to_stay_for(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let until = self.began + self.run.settings.stay.min(self.run.settings.deadline);
        if self.handed >= self.run.settings.most || self.run.settings.stay.is_zero() {
            return Ok(None);
        }
        let letters = self.run.store.letters().await?;
        let has_had_enough = |letter: &&Letter| {
            self.heard.get(&letter.person).is_some_and(|n| *n >= self.run.settings.most_a_person)
        };
        // What is waited for is what holds it, which is among the letters too.
        let is_held =
            |it: &&Letter| it.state != State::Claimed && self.passed_over.contains(&it.id);
        let waiting = letters.iter().filter(|it| !has_had_enough(it) && !is_held(it));
        Ok(waiting.filter_map(again_at).min().filter(|at| *at <= until))
    }

    /// Waits until an instant of the clock. Returns why the run has to end, if it has to before.
    async fn sleep_until(&mut self, until: Timestamp) -> Option<Ended> {
        loop {
            if let Some(ended) = self.is_over() {
                return Some(ended);
            }
            let left = until.duration_since((self.run.clock)());
            if left <= SignedDuration::ZERO {
                return None;
            }
            // In pieces: the deadline is looked at between them.
            let piece = left.min(SignedDuration::from_millis(250)).unsigned_abs();
            tokio::select! {
                () = tokio::time::sleep(piece) => {}
                changed = self.run.stop.changed() => if changed.is_err() {
                    // Nobody can ask any more; then only the time counts.
                    tokio::time::sleep(piece).await;
                },
            }
        }
    }
}

/// How many of these letters still wait, untouched by any run.
async fn waiting_among(store: &Store, ids: &HashSet<String>) -> Result<usize, StoreError> {
    if ids.is_empty() {
        return Ok(0);
    }
    let letters = store.letters().await?;
    Ok(letters.iter().filter(|it| it.is_waiting() && ids.contains(&it.id)).count())
}

enum Next {
    Letter(InHand),
    None,
    End(Ended),
}

/// When a letter is to be looked at again by itself: its next try, or the end of a lease.
fn again_at(letter: &Letter) -> Option<Timestamp> {
    match letter.state {
        State::Claimed => letter.lease_until,
        State::Planned | State::Deferred | State::Uncertain => letter.next_at,
        _ => None,
    }
}

fn sent(hand: &InHand, verdict: Verdict) -> Sent {
    let Verdict { outcome, stage, code, words, then: _ } = verdict;
    let (state, next_at) = match outcome {
        Outcome::Accepted => (State::Accepted, None),
        Outcome::Deferred { next_at } if hand.begun > 1 => (State::Uncertain, Some(next_at)),
        Outcome::Deferred { next_at } => (State::Deferred, Some(next_at)),
        Outcome::Refused => (State::Refused, None),
        Outcome::Uncertain { again_at } => (State::Uncertain, (hand.begun < 2).then_some(again_at)),
        Outcome::GivenBack => (State::Planned, None),
    };
    let InHand { id, person, line, .. } = hand.clone();
    Sent { letter: id, person, line, state, next_at, stage, code, words }
}

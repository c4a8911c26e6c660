//! Answers that nobody gave, for demonstrations. A store that holds them says so for ever, and one
//! that knows real people takes none.

use jiff::civil::Date;

use super::answers::{Answers, Given, ItemSaid, ItemState};
use crate::model::{Answer, Asked, Question, Round};
use crate::store::{Kept, NewReply, Store, StoreError};

/// The name under which a store says that its answers are made up.
const MADE: &str = "simulated";

/// What people might write.
const COMMENTS: [&str; 8] = [
    "Tell us earlier which of ours were too big.",
    "More cake. Otherwise nothing.",
    "A second name for each thing would have helped on Tuesday.",
    "It was good to see the small ones go.",
    "Please do it again before the busy season.",
    "The list was easier to write than I thought.",
    "Two days of support and the week was half gone.",
    "Show us on Wednesday what is done, not only on Friday.",
];

/// Why no answers can be made up.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the store {place} knows real people; answers are made up only in a store of its own: \
         give another path"
    )]
    RealStore { place: String },
    #[error("nobody is asked anything in `{round}`; write its survey.md first")]
    NobodyAsked { round: String },
}

/// Whether the answers in a store are made up.
///
/// # Errors
///
/// Where the database fails.
pub async fn is_simulated(store: &Store) -> Result<bool, StoreError> {
    Ok(store.meta(MADE).await?.is_some())
}

/// Fills a store with `number` made answers to the survey of `round`, and asks everybody else who
/// is asked. The same `seed` makes the same answers. More answers than people come from people who
/// are made up as well. Returns how many were asked.
///
/// # Errors
///
/// When the store knows real people, or nobody is asked anything.
pub async fn simulate(
    store: &Store,
    round: &Round,
    number: usize,
    seed: u64,
    day: Date,
) -> Result<usize, SimulationError> {
    if !is_simulated(store).await? {
        if store.is_adopted().await? || !store.knows_nobody().await? {
            return Err(SimulationError::RealStore { place: store.place().to_string() });
        }
        store.set_meta(MADE, "1").await?;
    }
    let asked = round.asked();
    if asked.is_empty() {
        return Err(SimulationError::NobodyAsked { round: round.slug.clone() });
    }
    let mut invited: Vec<(String, &'static str)> = asked.iter().map(|it| named(it, 0)).collect();
    for index in 0..number {
        let one = &asked[index % asked.len()];
        let (person, side) = named(one, index / asked.len());
        let mut dice = Dice::new(seed, &person);
        let answers = made(one, &mut dice);
        let before = store.reply(&round.slug, &person).await?.unwrap_or_default();
        let new = NewReply {
            round: &round.slug,
            person: &person,
            side,
            replaces: before.revision,
            answers: answers.0.iter().map(|(to, given)| (to.clone(), given.write())).collect(),
            day,
            mail: None,
        };
        if store.keep_reply(&new).await? == Kept::Sealed {
            break;
        }
        invited.push((person, side));
    }
    let people: Vec<(&str, &str)> = invited.iter().map(|(it, side)| (it.as_str(), *side)).collect();
    store.invite(&round.slug, &people, day).await?;
    Ok(store.invited(&round.slug).await?.len())
}

/// The person, or somebody like them.
fn named(asked: &Asked, copy: usize) -> (String, &'static str) {
    let id = &asked.person.id;
    let id = if copy == 0 { id.clone() } else { format!("{id}-made-up-{copy}") };
    (id, asked.person.side.word())
}

fn made(asked: &Asked, dice: &mut Dice) -> Answers {
    let given = |question: &&Question| {
        let given = answer(asked, question, dice)?;
        Some((question.r#ref.text.clone(), given))
    };
    Answers(asked.questions.iter().filter_map(given).collect())
}

fn answer(asked: &Asked, question: &Question, dice: &mut Dice) -> Option<Given> {
    match question.answer.as_ref()? {
        // Most people are content, as in life.
        Answer::Scale { from, to } => {
            let steps = to.saturating_sub(*from).saturating_add(1);
            let step = dice.below(steps).max(dice.below(steps));
            Some(Given::Scale(from.saturating_add(step)))
        }
        Answer::ChooseOne(choices) => {
            let most = u32::try_from(choices.len()).ok()?;
            let chosen = dice.below(most).min(dice.below(most));
            Some(Given::One(choices.get(chosen as usize)?.clone()))
        }
        Answer::ChooseAny(choices) => {
            let chosen: Vec<String> =
                choices.iter().filter(|_| dice.below(2) == 0).cloned().collect();
            (!chosen.is_empty()).then_some(Given::Any(chosen))
        }
        Answer::MyItems => {
            let said = asked.items.iter().map(|item| {
                let state = ItemState::of(item);
                let word = dice.below(3).min(dice.below(3));
                let said = state.words()[word as usize];
                ItemSaid { item: item.r#ref.text.clone(), state, said }
            });
            let said: Vec<ItemSaid> = said.collect();
            (!said.is_empty()).then_some(Given::Items(said))
        }
        Answer::Text => {
            let index = dice.below(3 * COMMENTS.len() as u32) as usize;
            COMMENTS.get(index).map(|text| Given::Text((*text).to_owned()))
        }
    }
}

/// Numbers that look random and are the same for the same seed and person.
struct Dice(blake3::OutputReader);

impl Dice {
    fn new(seed: u64, person: &str) -> Dice {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(person.as_bytes());
        Dice(hasher.finalize_xof())
    }

    /// A number from 0 up to, but not, `most`; 0 where there is no such number.
    fn below(&mut self, most: u32) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes).checked_rem(most).unwrap_or(0)
    }
}

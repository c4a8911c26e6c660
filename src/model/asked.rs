//! Who is asked what when the week is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Audience, Item, Person, Question, Round, Side};

/// A person and what the survey concerns them with: one survey each, however many roles they have.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    pub person: Arc<Person>,
    /// In the order of [`Audience::ALL`].
    pub audiences: Vec<Audience>,
    /// The questions for any of those audiences, in the order of survey.md.
    pub questions: Vec<&'a Question>,
    /// The items this person owns, list by list.
    pub items: Vec<&'a Item>,
}

impl Round {
    /// Everybody who is asked something, in the order of people.toml. Who had left before the week
    /// began is not; neither is anybody where there is no survey.
    pub fn asked(&self) -> Vec<Asked<'_>> {
        let mut owned: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for (_, item) in self.items() {
            if let Some(owner) = item.owner.as_ref().and_then(|owner| owner.person()) {
                owned.entry(&owner.id).or_default().push(item);
            }
        }
        let items = |person: &Person| owned.get(person.id.as_str()).cloned().unwrap_or_default();
        self.people.all().iter().filter_map(|person| self.asks(person, items(person))).collect()
    }

    /// What one person is asked; `None` for who is asked nothing.
    pub fn asked_of(&self, id: &str) -> Option<Asked<'_>> {
        let person = self.people.by_id(id)?;
        let is_theirs = |item: &&Item| {
            let owner = item.owner.as_ref().and_then(|owner| owner.person());
            owner.is_some_and(|owner| owner.id == person.id)
        };
        self.asks(person, self.items().map(|(_, item)| item).filter(is_theirs).collect())
    }

    fn asks<'a>(&'a self, person: &Arc<Person>, items: Vec<&'a Item>) -> Option<Asked<'a>> {
        let survey = self.survey.as_ref()?;
        let is_in = |audience: &Audience| match audience {
            Audience::Owners => !items.is_empty(),
            Audience::Hubs => person.side == Side::Partner && self.has_hub(person),
            Audience::Developers => person.side == Side::Developer,
            Audience::Managers => person.side == Side::Manager || self.is_managed_by(person),
        };
        let audiences: Vec<Audience> = Audience::ALL.into_iter().filter(is_in).collect();
        let questions: Vec<&Question> = survey
            .questions
            .iter()
            .filter(|question| question.audience.iter().any(|it| audiences.contains(it)))
            .collect();
        let (first, _) = self.week();
        let is_there = person.left.is_none_or(|left| left > first);
        (is_there && !questions.is_empty()).then(|| Asked {
            person: person.clone(),
            audiences,
            questions,
            items,
        })
    }

    /// Whether this person manages a product of the round, on whichever side they are.
    fn is_managed_by(&self, person: &Person) -> bool {
        let managers = self.products.iter().filter_map(|product| product.manager.person());
        managers.into_iter().any(|manager| manager.id == person.id)
    }

    /// Whether the hub of this person is one of the round's.
    fn has_hub(&self, person: &Person) -> bool {
        let folded = person.hub.as_deref().map(crate::words::fold);
        folded.is_some_and(|hub| self.hubs.iter().any(|it| crate::words::fold(&it.value) == hub))
    }
}

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
        let Some(survey) = &self.survey else { return Vec::new() };
        let (first, _) = self.week();
        let mut owned: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for (_, item) in self.items() {
            if let Some(owner) = item.owner.as_ref().and_then(|owner| owner.person()) {
                owned.entry(&owner.id).or_default().push(item);
            }
        }
        let managers: Vec<&str> =
            self.products.iter().filter_map(|it| Some(it.manager.person()?.id.as_str())).collect();
        let asked = |person: &Arc<Person>| {
            let items = owned.get(person.id.as_str()).cloned().unwrap_or_default();
            let is_in = |audience: &Audience| match audience {
                Audience::Owners => !items.is_empty(),
                Audience::Hubs => person.side == Side::Partner && self.has_hub(person),
                Audience::Developers => person.side == Side::Developer,
                Audience::Managers => {
                    person.side == Side::Manager || managers.contains(&person.id.as_str())
                }
            };
            let audiences: Vec<Audience> = Audience::ALL.into_iter().filter(is_in).collect();
            let questions: Vec<&Question> = survey
                .questions
                .iter()
                .filter(|question| question.audience.iter().any(|it| audiences.contains(it)))
                .collect();
            let is_there = person.left.is_none_or(|left| left > first);
            (is_there && !questions.is_empty()).then(|| Asked {
                person: person.clone(),
                audiences,
                questions,
                items,
            })
        };
        self.people.all().iter().filter_map(asked).collect()
    }

    /// Whether the hub of this person is one of the round's.
    fn has_hub(&self, person: &Person) -> bool {
        let folded = person.hub.as_deref().map(crate::words::fold);
        folded.is_some_and(|hub| self.hubs.iter().any(|it| crate::words::fold(&it.value) == hub))
    }
}

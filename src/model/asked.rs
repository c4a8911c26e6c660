//! Who is asked what when the week is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Answer, Audience, Item, Person, Question, Round, Side};

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

/// Where a number can be filled in when a letter about the survey is answered by mail.
#[derive(Clone, Debug)]
pub struct Blank<'a> {
    /// What stands before the brackets in the letter. It is made from refs, so it says the same
    /// when questions move.
    pub name: String,
    pub question: &'a Question,
    /// For a question about one's own items, the item.
    pub item: Option<&'a Item>,
}

impl<'a> Asked<'a> {
    /// Everything that this person can answer with numbers, in the order of the questions.
    pub fn blanks(&self) -> Vec<Blank<'a>> {
        let mut blanks = Vec::new();
        for &question in &self.questions {
            let of_question = question.r#ref.text.as_str();
            match question.answer {
                None | Some(Answer::Text) => {}
                Some(Answer::MyItems) => blanks.extend(self.items.iter().map(|item| Blank {
                    // No ref holds a full stop.
                    name: format!("{of_question}.{}", item.r#ref.text),
                    question,
                    item: Some(item),
                })),
                Some(_) => {
                    blanks.push(Blank { name: of_question.to_owned(), question, item: None });
                }
            }
        }
        blanks
    }
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
        let asked = |person: &Arc<Person>| {
            self.asks_owner_of(owned.remove(person.id.as_str()).unwrap_or_default(), person)
        };
        self.people.all().iter().filter_map(asked).collect()
    }

    /// What this person is asked; `None` where that is nothing.
    pub fn asks<'a>(&'a self, person: &Arc<Person>) -> Option<Asked<'a>> {
        let is_own = |item: &&Item| {
            let owner = item.owner.as_ref().and_then(|owner| owner.person());
            owner.is_some_and(|owner| owner.id == person.id)
        };
        self.asks_owner_of(self.items().map(|(_, item)| item).filter(is_own).collect(), person)
    }

    fn asks_owner_of<'a>(
        &'a self,
        items: Vec<&'a Item>,
        person: &Arc<Person>,
    ) -> Option<Asked<'a>> {
        let survey = self.survey.as_ref()?;
        let is_manager = || {
            let mut managers = self.products.iter().filter_map(|it| it.manager.person());
            managers.any(|manager| manager.id == person.id)
        };
        let is_in = |audience: &Audience| match audience {
            Audience::Owners => !items.is_empty(),
            Audience::Hubs => person.side == Side::Partner && self.has_hub(person),
            Audience::Developers => person.side == Side::Developer,
            Audience::Managers => person.side == Side::Manager || is_manager(),
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

    /// Whether the hub of this person is one of the round's.
    fn has_hub(&self, person: &Person) -> bool {
        let folded = person.hub.as_deref().map(crate::words::fold);
        folded.is_some_and(|hub| self.hubs.iter().any(|it| crate::words::fold(&it.value) == hub))
    }
}

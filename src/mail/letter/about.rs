//! What each letter is about: the view of its template.

use serde::Serialize;

use super::pieces::Pieces;
use super::scope::Scope;
use super::views::{
    Choice, CompleteLetter, CompleteList, InvitationLetter, ListDue, ListsLetter, NewsLetter,
    OwnItem, ResultsLetter, SurveyLetter, ThanksLetter, WeekLetter,
};
use super::{Unsendable, blanks, news};
use crate::finding::Place;
use crate::mail::{Genre, Kind};
use crate::model::{Agreed, Answer, Asked, List, Outcome, Product, Question, Survey};
use crate::words::fold;

/// More answers than these are no choice to make in a mail.
const CHOICES: usize = 11;
/// A question takes as long, on the whole.
const SECONDS_A_QUESTION: usize = 24;

/// What the template of a letter gets beside the frame.
#[derive(Serialize)]
#[serde(untagged)]
pub enum View {
    Invitation(InvitationLetter),
    Lists(ListsLetter),
    Complete(CompleteLetter),
    Week(WeekLetter),
    News(NewsLetter),
    Survey(SurveyLetter),
    Thanks(ThanksLetter),
    Results(ResultsLetter),
}

pub fn view(scope: &Scope, pieces: &mut Pieces) -> Result<View, Unsendable> {
    Ok(match scope.draft.genre {
        Genre::Invitation => View::Invitation(invitation(scope, pieces)?),
        Genre::ListsDue => View::Lists(lists(scope)?),
        Genre::ListComplete => View::Complete(complete(scope)?),
        Genre::WeekAhead => View::Week(week(scope)),
        Genre::News => View::News(news::letter(scope, pieces)?),
        Genre::Survey | Genre::SurveyReminder => View::Survey(survey(scope, pieces)?),
        Genre::SurveyThanks => View::Thanks(thanks(scope)?),
        Genre::ResultsOut => View::Results(results(scope)),
    })
}

fn invitation(scope: &Scope, pieces: &mut Pieces) -> Result<InvitationLetter, Unsendable> {
    let page = scope.round.invitation.as_ref();
    let body = page.and_then(|page| pieces.blocks(&page.prose, scope));
    let (Some(page), Some(body)) = (page, body) else {
        return Err(Unsendable::Written {
            message: "the invitation says nothing".to_owned(),
            help: "write it; it is also the mail".to_owned(),
            place: Place::whole(scope.round.path("invitation.md")),
        });
    };
    Ok(InvitationLetter {
        title: scope.title(&page.title),
        body,
        url: scope.page("invitation.html"),
        lists_due: scope.instant(&scope.round.dates.lists_due),
    })
}

fn lists(scope: &Scope) -> Result<ListsLetter, Unsendable> {
    let due = &scope.round.dates.lists_due;
    let products: Result<Vec<ListDue>, Unsendable> =
        scope.subjects().into_iter().map(|key| Ok(list_due(scope, scope.product(key)?))).collect();
    Ok(ListsLetter {
        due: scope.instant(due),
        late: scope.desk.now >= due.start(),
        products: products?,
    })
}

fn list_due(scope: &Scope, product: &Product) -> ListDue {
    let person = scope.person();
    let list = product.list.list();
    let speaks_for = |hub: &str| person.hub.as_deref().is_some_and(|it| fold(it) == fold(hub));
    let hubs = product.hubs.iter().map(|hub| hub.value.as_str());
    let waiting: Vec<String> = hubs
        .filter(|hub| speaks_for(hub) && !list.is_some_and(|list| has_agreed(list, hub)))
        .map(|hub| scope.name(hub))
        .collect();
    let line = list.map(|list| {
        let own = list.agreements.iter().find(|it| speaks_for(&it.hub.value));
        own.map_or(&list.place, |agreement| &agreement.place)
    });
    let manages = product.manager.person().is_some_and(|manager| manager.id == person.id);
    ListDue {
        name: scope.product_name(product),
        url: scope.list_page(product),
        edit: line.and_then(|place| scope.edit(place)),
        file: product.list_path.to_string(),
        listed: product.items().len(),
        limit: scope.round.limits.items,
        missing: list.is_none(),
        empty: list.is_some_and(List::is_empty),
        hub: (!waiting.is_empty()).then(|| scope.words.and(&waiting)),
        manages,
        stands_in: !manages && list.is_none_or(List::is_empty),
    }
}

fn has_agreed(list: &List, hub: &str) -> bool {
    let agreements = &mut list.agreements.iter();
    agreements.any(|it| it.agreed == Agreed::Yes && fold(&it.hub.value) == fold(hub))
}

fn is_complete(scope: &Scope, product: &Product) -> bool {
    product.list.list().is_some_and(|list| {
        list.items.len() == scope.round.limits.items
            && product.hubs.iter().all(|hub| has_agreed(list, &hub.value))
    })
}

fn complete(scope: &Scope) -> Result<CompleteLetter, Unsendable> {
    let told: Result<Vec<&Product>, Unsendable> =
        scope.subjects().into_iter().map(|key| scope.product(key)).collect();
    let all = &scope.round.products;
    let open: Vec<String> = all
        .iter()
        .filter(|product| !is_complete(scope, product))
        .map(|product| scope.product_name(product))
        .collect();
    let shown = |product: &&Product| {
        let hubs: Vec<String> = product.hubs.iter().map(|hub| scope.name(&hub.value)).collect();
        CompleteList {
            name: scope.product_name(product),
            url: scope.list_page(product),
            listed: product.items().len(),
            hubs: scope.words.and(&hubs),
        }
    };
    Ok(CompleteLetter {
        products: told?.iter().map(shown).collect(),
        complete: all.len() - open.len(),
        lists: all.len(),
        others: (!open.is_empty()).then(|| scope.words.and(&open)),
        due: scope.instant(&scope.round.dates.lists_due),
    })
}

fn week(scope: &Scope) -> WeekLetter {
    let (first, last) = scope.round.week();
    let person = scope.person();
    let items: Vec<OwnItem> = scope
        .owned()
        .into_iter()
        .map(|(product, item)| OwnItem {
            title: scope.title(&item.title),
            product: scope.product_name(product),
            url: scope.item_page(item),
            position: item.position,
            devs: scope.names(&item.devs),
            deputy: item.deputy.as_ref().map(|deputy| scope.name(&deputy.shown())),
            edit: scope.edit(&item.place),
        })
        .collect();
    let days = first.series(jiff::ToSpan::days(1)).take_while(|day| *day <= last).take(14);
    let away: Vec<String> = days
        .filter(|day| person.is_away(*day) && !person.has_left(*day))
        .map(|day| scope.words.date_weekday(day))
        .collect();
    let leaves = person.left.filter(|left| *left <= last);
    WeekLetter {
        first: scope.words.date_long(first),
        has_begun: scope.desk.now >= scope.round.dates.week_first.start(),
        uncovered: (!away.is_empty() || leaves.is_some())
            && items.iter().any(|item| item.deputy.is_none()),
        items,
        away: (!away.is_empty()).then(|| scope.words.and(&away)),
        leaves: leaves.map(|day| scope.words.date_weekday(day)),
    }
}

/// The survey of a round, or why there is none.
fn written<'a>(scope: &Scope<'a>) -> Result<(&'a Survey, &'a Question), Unsendable> {
    let survey = scope.round.survey.as_ref();
    survey.and_then(|survey| Some((survey, survey.questions.first()?))).ok_or_else(|| {
        Unsendable::Written {
            message: "the survey has no question".to_owned(),
            help: "write survey.md; nobody is asked without it".to_owned(),
            place: Place::whole(scope.round.path("survey.md")),
        }
    })
}

/// The personal form, or what is missing for it.
fn form(scope: &Scope, answer: Option<u32>) -> Result<String, Unsendable> {
    let link = scope.desk.links.survey(scope.round, &scope.person().id, answer);
    link.map(|link| super::scope::ascii(&link)).ok_or_else(|| Unsendable::Written {
        message: "it is not known where the survey is answered".to_owned(),
        help: "write `url = \"https://…\"` under `[survey]`".to_owned(),
        place: scope.desk.site.settings.place.clone(),
    })
}

fn survey(scope: &Scope, pieces: &mut Pieces) -> Result<SurveyLetter, Unsendable> {
    let (survey, first) = written(scope)?;
    let asked = scope.round.asks(&scope.draft.person);
    let first = asked.as_ref().and_then(|asked| asked.questions.first().copied()).unwrap_or(first);
    let questions = asked.as_ref().map_or(survey.questions.len(), |asked| asked.questions.len());
    let reminders = &scope.round.dates.reminders;
    let number = match scope.draft.genre {
        Genre::SurveyReminder => scope.number(Kind::SurveyReminder),
        _ => 0,
    };
    Ok(SurveyLetter {
        title: survey_title(scope, survey),
        intro: pieces.blocks(&survey.intro, scope),
        question: scope.title(&first.title),
        about: pieces.blocks(&first.prose, scope),
        choices: choices(scope, first)?,
        blanks: asked.as_ref().map_or_else(Vec::new, |asked| blanks::views(scope, asked)),
        url: form(scope, None)?,
        questions,
        minutes: (questions * SECONDS_A_QUESTION).div_ceil(60),
        items: asked.filter(asks_about_items).map_or(0, |asked| asked.items.len()),
        closes: scope.end(&scope.round.dates.survey_closes),
        silence: scope
            .desk
            .links
            .silence(scope.round, &scope.person().id)
            .map(|link| super::scope::ascii(&link)),
        number,
        last: number >= reminders.len().min(2),
    })
}

fn asks_about_items(asked: &Asked) -> bool {
    asked.questions.iter().any(|question| question.answer == Some(Answer::MyItems))
}

fn survey_title(scope: &Scope, survey: &Survey) -> String {
    let title = survey.title.as_ref().map(|title| scope.title(&title.value));
    title.filter(|title| !title.is_empty()).unwrap_or_else(|| {
        let round = scope.title(&scope.round.title);
        scope.words.text("letter.survey.title", &[("round", &round)])
    })
}

fn choices(scope: &Scope, question: &Question) -> Result<Vec<Choice>, Unsendable> {
    let words: Vec<(u32, String)> = match &question.answer {
        Some(Answer::Scale { from, to }) => (*from..=*to)
            .take(CHOICES + 1)
            .map(|point| {
                let fill = [("point", point.to_string()), ("to", to.to_string())];
                let fill = fill.each_ref().map(|(name, value)| (*name, value.as_str()));
                (point, scope.words.text("letter.survey.point", &fill))
            })
            .collect(),
        Some(Answer::ChooseOne(all) | Answer::ChooseAny(all)) => {
            (1..).zip(all.iter().map(|choice| scope.title(choice))).take(CHOICES + 1).collect()
        }
        Some(Answer::MyItems | Answer::Text) | None => Vec::new(),
    };
    if words.len() > CHOICES {
        return Ok(Vec::new());
    }
    words
        .into_iter()
        .map(|(number, text)| Ok(Choice { text, url: form(scope, Some(number))? }))
        .collect()
}

fn thanks(scope: &Scope) -> Result<ThanksLetter, Unsendable> {
    let (survey, _) = written(scope)?;
    Ok(ThanksLetter {
        title: survey_title(scope, survey),
        url: form(scope, None)?,
        closes: scope.end(&scope.round.dates.survey_closes),
        results: scope.page("results.html"),
    })
}

fn results(scope: &Scope) -> ResultsLetter {
    let round = scope.round;
    let total = round.record.as_ref().map(|record| record.survey.total()).unwrap_or_default();
    let (asked, answered) = (total.asked, total.answered);
    let rate = scope.words.percent(f64::from(answered), f64::from(asked));
    let decision = round.decision.as_ref();
    let next = decision.and_then(|decision| decision.next_round.as_ref()).map(|next| {
        let known = scope.desk.site.rounds.iter().find(|round| round.slug == next.value);
        scope.title(known.map_or(next.value.as_str(), |round| &round.title))
    });
    let (asked, answered) = (asked as usize, answered as usize);
    let listed = round.items().count();
    let finished = round.items().filter(|(_, item)| item.status.is_finished()).count();
    let work =
        || scope.words.part("letter.results.finished", finished, ("whole.items", listed), &[]);
    ResultsLetter {
        url: scope.page("results.html"),
        asked,
        answered,
        turnout: turnout(scope, answered, asked, rate.as_deref()),
        rate,
        listed,
        finished,
        work: (listed > 0).then(work),
        has_answered: scope.desk.has_answered(&round.slug, &scope.person().id),
        outcome: decision
            .and_then(|decision| decision.outcome.as_ref())
            .map(|outcome| outcome_sentence(scope, &outcome.value)),
        next,
    }
}

/// That the results are out, and who has answered.
fn turnout(scope: &Scope, answered: usize, asked: usize, rate: Option<&str>) -> String {
    let Some(rate) = rate else { return scope.words.text("letter.results.there", &[]) };
    let whole = ("whole.asked", asked);
    scope.words.part("letter.results.answered", answered, whole, &[("rate", rate)])
}

fn outcome_sentence(scope: &Scope, outcome: &Outcome) -> String {
    let slug = match outcome {
        Outcome::Again => "again",
        Outcome::AgainDifferently => "again-differently",
        Outcome::NotAgain => "not-again",
        Outcome::Other(written) => return scope.title(written),
    };
    scope.words.text(&format!("outcome_sentence.{slug}"), &[])
}

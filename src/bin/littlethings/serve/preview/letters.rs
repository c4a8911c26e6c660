//! The letters that are due, each as text and as HTML beside its reasons.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use littlethings::mail::calendar::Week;
use littlethings::mail::{
    self, Desk, Draft, Genre, Letter, Plan, Sender, Unsendable, Withheld, letter, plan,
};
use littlethings::words::count;

use super::super::answer::encoded;
use super::trial::TrialLinks;
use super::views::{Entry, Held, LetterPage, LettersPage, Row, Whom, Why};
use super::{LETTERS, Ledger, Preview, Shared, dates, pages, parameter};
use crate::mailing::Titles;
use crate::run::Run;

/// What the HTML part of a letter may do: nothing but look as it looks in a mail, and open links
/// beside itself.
const SEALED: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'self'; \
    sandbox allow-popups allow-popups-to-escape-sandbox";

/// Links open beside the frame they stand in.
const BESIDE: &str = "<base target=\"_blank\">\n";

/// `3 letters are due, 1 withheld`.
pub fn announced(plan: &Plan) -> String {
    let due = match plan.drafts.len() {
        0 => "no letter is due".to_owned(),
        letters => count(letters, "letter is due", "letters are due"),
    };
    match plan.withheld.len() {
        0 => due,
        withheld => format!("{due}, {withheld} withheld"),
    }
}

/// The moment that was asked for.
struct Asked {
    at: Timestamp,
    /// What follows an address to stay at that moment: empty, or `?now=…`.
    query: String,
    wrong: Option<String>,
}

impl Asked {
    fn of(uri: &Uri, run: &Run) -> Asked {
        let written = parameter(uri, "now").filter(|written| !written.trim().is_empty());
        let Some(written) = written else {
            return Asked { at: run.now, query: String::new(), wrong: None };
        };
        let zone = dates::zone(&run.site);
        match dates::read(&written, &zone) {
            Some(at) => {
                let query = format!("?now={}", encoded(&at.to_string()));
                Asked { at, query, wrong: None }
            }
            None => Asked { at: run.now, query: String::new(), wrong: Some(written) },
        }
    }

    fn is_other(&self) -> bool {
        !self.query.is_empty()
    }
}

pub async fn list(State(preview): Shared, uri: Uri) -> Response {
    let ledger = Ledger::read(preview.live.root()).await;
    pages::blocking(move || {
        preview.live.look(|run, revision| {
            let asked = Asked::of(&uri, run);
            let status =
                if asked.wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            let mut view = empty(run, asked);
            match &ledger {
                Ok(ledger) => preview.fill(&mut view, run, ledger, &uri),
                Err(trouble) => view.trouble = Some(trouble.to_string()),
            }
            pages::page(status, run, revision, "letters.html", &view)
        })
    })
    .await
}

/// The list before anything is known to be due.
fn empty(run: &Run, asked: Asked) -> LettersPage {
    let words = run.theme.words();
    let zone = dates::zone(&run.site);
    LettersPage {
        at: words.moment_long(&asked.at.to_zoned(zone.clone())),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        field: dates::field(asked.at, &zone),
        is_other: asked.is_other(),
        wrong: asked.wrong,
        coming: dates::coming(&run.site, run.now, words),
        place: String::new(),
        is_told: false,
        trouble: None,
        plan: None,
        letters: Vec::new(),
        withheld: Vec::new(),
    }
}

impl Preview {
    fn fill(&self, view: &mut LettersPage, run: &Run, ledger: &Ledger, uri: &Uri) {
        let asked = Asked::of(uri, run);
        let plan = plan(&run.site, &ledger.told, asked.at);
        let links = self.links();
        let desk = Desk::new(&run.site, &run.theme, &ledger.told, &links, asked.at);
        view.withheld = plan.withheld.iter().map(|it| withheld(it, run)).collect();
        let titles = Titles::in_site(&run.site);
        let letters = letter::for_each(&plan.drafts, |draft| {
            let letter = letter::write(draft, &desk)?;
            mail::message::recipient(&letter)?;
            Ok(letter)
        });
        for (draft, letter) in plan.drafts.iter().zip(letters) {
            match letter {
                Ok(letter) => view.letters.push(row(draft, &letter, run, &titles, &asked.query)),
                Err(error) => view.withheld.push(unsendable(draft.genre, &error, run)),
            }
        }
        view.plan = (!view.letters.is_empty()).then(|| mail::send::hash(&plan));
        view.place.clone_from(&ledger.place);
        view.is_told = ledger.is_there;
    }

    fn links(&self) -> TrialLinks<'_> {
        TrialLinks { secret: &self.secret, origin: &self.origin }
    }
}

fn row(draft: &Draft, letter: &Letter, run: &Run, titles: &Titles, query: &str) -> Row {
    let round = run.site.rounds.iter().find(|round| round.slug == draft.round);
    let why = draft
        .notices
        .iter()
        .map(|notice| Why { about: titles.of(notice), why: notice.why.clone() });
    Row {
        href: address(draft, query),
        whom: Whom {
            first_name: draft.person.first_name().to_owned(),
            id: draft.person.id.clone(),
        },
        kind: kind(draft.genre, run),
        round: round.map_or(&draft.round, |round| &round.title).clone(),
        subject: letter.subject.clone(),
        why: why.collect(),
    }
}

/// Where a letter is shown. There is at most one of a genre for a person in a round.
fn address(draft: &Draft, query: &str) -> String {
    let (round, person) = (encoded(&draft.round), encoded(&draft.person.id));
    format!("{LETTERS}{round}/{}/{person}{query}", draft.genre.word())
}

fn kind(genre: Genre, run: &Run) -> String {
    run.theme.words().text(&format!("preview.genre.{}", genre.word()), &[])
}

fn withheld(withheld: &Withheld, run: &Run) -> Held {
    Held {
        kind: kind(Genre::of(withheld.kind), run),
        place: withheld.place.short(),
        message: format!("{}; {}", withheld.message, withheld.help),
    }
}

fn unsendable(genre: Genre, error: &Unsendable, run: &Run) -> Held {
    Held { kind: kind(genre, run), place: error.place().short(), message: error.to_string() }
}

/// Round, genre and person.
type Named = Path<(String, String, String)>;

pub async fn one(State(preview): Shared, Path(named): Named, uri: Uri) -> Response {
    with_letter(preview, named, uri, |preview, found| {
        let view = preview.letter(&found);
        pages::page(StatusCode::OK, found.run, found.revision, "letter.html", &view)
    })
    .await
}

/// The HTML part alone, as a mail program shows it.
pub async fn html(State(preview): Shared, Path(named): Named, uri: Uri) -> Response {
    with_letter(preview, named, uri, |_, found| {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, SEALED),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, found.letter.html.replacen("</head>", &format!("{BESIDE}</head>"), 1))
            .into_response()
    })
    .await
}

/// A letter that is due, and what it is seen beside.
struct Found<'a> {
    run: &'a Run,
    revision: u64,
    asked: Asked,
    plan: &'a Plan,
    /// Which of the plan's drafts.
    number: usize,
    letter: Letter,
}

async fn with_letter(
    preview: Arc<Preview>,
    named: (String, String, String),
    uri: Uri,
    show: impl FnOnce(&Preview, Found) -> Response + Send + 'static,
) -> Response {
    let ledger = match Ledger::read(preview.live.root()).await {
        Ok(ledger) => ledger,
        Err(trouble) => {
            let (status, told) = (StatusCode::SERVICE_UNAVAILABLE, Some(trouble.to_string()));
            return pages::message(&preview.live, status, "preview.letter.gone", told);
        }
    };
    pages::blocking(move || {
        let shown = preview.live.look(|run, revision| {
            let asked = Asked::of(&uri, run);
            let plan = plan(&run.site, &ledger.told, asked.at);
            let (round, genre, person) = &named;
            let number = plan.drafts.iter().position(|draft| {
                draft.round == *round && draft.genre.word() == genre && draft.person.id == *person
            })?;
            let links = preview.links();
            let desk = Desk::new(&run.site, &run.theme, &ledger.told, &links, asked.at);
            let letter = letter::write(&plan.drafts[number], &desk).ok()?;
            Some(show(&preview, Found { run, revision, asked, plan: &plan, number, letter }))
        });
        shown.unwrap_or_else(|| {
            pages::message(&preview.live, StatusCode::NOT_FOUND, "preview.letter.gone", None)
        })
    })
    .await
}

impl Preview {
    fn letter(&self, found: &Found) -> LetterPage {
        let Found { run, revision: _, asked, plan, number, letter } = found;
        let drafts = &plan.drafts;
        let beside = |number: usize| drafts.get(number).map(|draft| address(draft, &asked.query));
        let (head, is_mail) = match head(letter, run, asked.at) {
            Ok(head) => (head, true),
            Err(error) => (format!("{}: {error}", error.place().short()), false),
        };
        let words = run.theme.words();
        let titles = Titles::in_site(&run.site);
        let zone = dates::zone(&run.site);
        let leads_to_form = letter.html.contains(&self.links().base());
        LetterPage {
            row: row(&drafts[*number], letter, run, &titles, &asked.query),
            all: format!("{LETTERS}{}", asked.query),
            previous: number.checked_sub(1).and_then(beside),
            next: beside(number + 1),
            other: asked.is_other().then(|| words.moment_long(&asked.at.to_zoned(zone))),
            html: address(&drafts[*number], "/mail.html") + &asked.query,
            text: letter.text.clone(),
            head,
            is_mail,
            calendar: letter.calendar.as_ref().map(|week| entry(week, run)),
            survey: run.site.settings.survey_url.clone().filter(|_| leads_to_form),
            is_broken: !letter.findings.is_empty(),
        }
    }
}

/// The fields of the head, without the address of the person.
fn head(letter: &Letter, run: &Run, at: Timestamp) -> Result<String, Unsendable> {
    let sender = Sender::of(&run.site.settings)?;
    let mail = mail::message::text(letter, &sender, at)?;
    let (head, _) = mail.split_once("\r\n\r\n").unwrap_or_default();
    let to = mail::message::recipient(letter)?.address;
    Ok(head.replace("\r\n", "\n").replace(&to, "…"))
}

fn entry(week: &Week, run: &Run) -> Entry {
    Entry {
        method: week.method.word().to_lowercase(),
        days: run.theme.words().days(week.first, week.last),
        sequence: week.sequence,
        summary: week.summary.clone(),
        description: week.description.clone(),
    }
}

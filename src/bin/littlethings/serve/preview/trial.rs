//! A survey to try: the real form over a store that is thrown away when the preview ends. Mail goes
//! nowhere, and no real store is touched.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use littlethings::mail::Links;
use littlethings::model::{Asked, Audience, Record, Round, Site};
use littlethings::pages::{self as site, Body, Glances, Input, Plan, Press};
use littlethings::rules;
use littlethings::store::{Place, Store, StoreError};
use littlethings::survey::closing::{self, Letters};
use littlethings::survey::collect::{self, Collector, Limits, Parts};
use littlethings::survey::results::{Results, count, unlink};
use littlethings::survey::simulate::{SimulationError, simulate};
use littlethings::survey::token::links;
use littlethings::survey::{Purpose, Secret, Token};
use tempfile::TempDir;
use tower::ServiceExt;

use super::super::answer::{encoded, followed, with_headers};
use super::views::{TrialPage, TrialPerson, TrialRound, Whom};
use super::{Preview, RESULTS, SURVEY, Shared, TRIAL, pages};
use crate::options::system_clock;
use crate::run::Run;

/// How many answers a press makes up: more than there are people in most rounds, so that every
/// group is large enough to be shown.
const MADE_UP: usize = 60;

/// The same answers each time.
const SEED: u64 = 1;

/// The form, its store, and the content it knows.
pub struct Trial {
    store: Store,
    collector: Arc<Collector>,
    router: Router,
    revision: Mutex<u64>,
    /// What holds the store; gone with the preview.
    _folder: TempDir,
}

/// Why there is no trial.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error("cannot make a folder for temporary files: {0}")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// Links in letters lead into the trial, wherever the real ones would lead to a form.
pub struct TrialLinks<'a> {
    pub secret: &'a Secret,
    pub origin: &'a str,
}

impl TrialLinks<'_> {
    /// What all links begin with.
    pub fn base(&self) -> String {
        format!("{}{TRIAL}/", self.origin)
    }
}

impl Links for TrialLinks<'_> {
    fn survey(&self, round: &Round, person: &str, answer: Option<u32>) -> Option<String> {
        let token = Token::of(self.secret, Purpose::Answer, &round.slug, person);
        let link = token.link(&self.base(), Purpose::Answer);
        Some(answer.map_or_else(|| link.clone(), |answer| format!("{link}?answer={answer}")))
    }

    fn silence(&self, round: &Round, person: &str) -> Option<String> {
        let token = Token::of(self.secret, Purpose::Unremind, &round.slug, person);
        Some(token.link(&self.base(), Purpose::Unremind))
    }
}

impl Preview {
    /// The trial, made when it is first asked for, with the content as it is now.
    async fn trial(&self) -> Result<&Trial, TrialError> {
        let trial = self.trial.get_or_try_init(|| self.begin()).await?;
        let newer = self.live.look(|run, revision| {
            let mut known = trial.revision.lock().unwrap_or_else(PoisonError::into_inner);
            let is_newer = std::mem::replace(&mut *known, revision) != revision;
            is_newer.then(|| (local(&run.site), run.theme.clone(), today(run)))
        });
        if let Some((site, theme, day)) = newer {
            invite(&trial.store, &site, day).await?;
            trial.collector.renew(site, theme);
        }
        Ok(trial)
    }

    async fn begin(&self) -> Result<Trial, TrialError> {
        let folder = tempfile::Builder::new().prefix("littlethings-trial-").tempdir()?;
        let store = Store::open(&Place::File(folder.path().join("store.db"))).await?;
        let (site, theme, day, revision) = self
            .live
            .look(|run, revision| (local(&run.site), run.theme.clone(), today(run), revision));
        invite(&store, &site, day).await?;
        let collector = Arc::new(Collector::new(Parts {
            site,
            theme,
            store: store.clone(),
            secret: self.secret.clone(),
            now: Arc::new(system_clock),
            watch: Arc::new(system_clock),
            limits: patient(),
            is_trial: true,
            public: None,
            log: Arc::new(|_| {}),
        }));
        let router = collect::router(collector.clone());
        let revision = Mutex::new(revision);
        Ok(Trial { store, collector, router, revision, _folder: folder })
    }

    fn no_trial(&self, trouble: &TrialError) -> Response {
        let told = Some(trouble.to_string());
        pages::message(&self.live, StatusCode::SERVICE_UNAVAILABLE, "preview.trial.trouble", told)
    }
}

/// No mail went out, so no program presses its links: whoever tries answers fast and often.
fn patient() -> Limits {
    Limits { posts: 10_000, soonest: Duration::ZERO, together: Duration::ZERO, ..Limits::default() }
}

/// The site as the form sees it: its links lead back here.
fn local(site: &Site) -> Site {
    let mut site = site.clone();
    site.settings.base_url = RESULTS.to_owned();
    site
}

fn today(run: &Run) -> Date {
    run.now.to_zoned(super::dates::zone(&run.site)).date()
}

/// Notes everybody who is asked. A simulation of no answers does that, and marks the store.
async fn invite(store: &Store, site: &Site, day: Date) -> Result<(), SimulationError> {
    for round in site.rounds.iter().filter(|round| !round.asked().is_empty()) {
        simulate(store, round, 0, SEED, day).await?;
    }
    Ok(())
}

/// A page of the form. What was kept there is news for the pages that count it.
pub async fn form(State(preview): Shared, mut request: Request) -> Response {
    let trial = match preview.trial().await {
        Ok(trial) => trial,
        Err(trouble) => return preview.no_trial(&trouble),
    };
    let is_sent = request.method() == Method::POST;
    let Some(inner) = within(request.uri()) else { return StatusCode::NOT_FOUND.into_response() };
    *request.uri_mut() = inner;
    let Ok(response) = trial.router.clone().oneshot(request).await;
    if is_sent && response.status().is_redirection() {
        preview.live.send();
    }
    response
}

/// The address as the form's own server would see it.
fn within(uri: &Uri) -> Option<Uri> {
    uri.path_and_query()?.as_str().strip_prefix(TRIAL)?.parse().ok()
}

/// Everybody who is asked, with the link to their form.
pub async fn list(State(preview): Shared) -> Response {
    let answered = async {
        let trial = preview.trial().await?;
        Ok::<_, TrialError>(trial.store.who_answered().await?)
    };
    let answered = match answered.await {
        Ok(answered) => answered,
        Err(trouble) => return preview.no_trial(&trouble),
    };
    let shown = preview.clone();
    pages::blocking(move || {
        shown.live.look(|run, revision| {
            let rounds = run.site.rounds.iter().rev().filter_map(|round| {
                let asked = round.asked();
                let nobody = BTreeSet::new();
                let answered = answered.get(&round.slug).unwrap_or(&nobody);
                (!asked.is_empty()).then(|| shown.round(run, round, &asked, answered))
            });
            let view = TrialPage { rounds: rounds.collect() };
            pages::page(StatusCode::OK, run, revision, "trial.html", &view)
        })
    })
    .await
}

impl Preview {
    fn round(
        &self,
        run: &Run,
        round: &Round,
        asked: &[Asked],
        answered: &BTreeSet<String>,
    ) -> TrialRound {
        let survey = round.survey.as_ref();
        let slug = encoded(&round.slug);
        TrialRound {
            title: round.title.clone(),
            questions: survey.map_or(0, |survey| survey.questions.len()),
            asked: asked.len(),
            answered: asked.iter().filter(|it| answered.contains(&it.person.id)).count(),
            results: (!answered.is_empty()).then(|| format!("{RESULTS}{slug}/results.html")),
            make_up: format!("{SURVEY}{slug}/answers"),
            people: asked.iter().map(|it| self.person(run, round, it, answered)).collect(),
        }
    }

    fn person(
        &self,
        run: &Run,
        round: &Round,
        asked: &Asked,
        answered: &BTreeSet<String>,
    ) -> TrialPerson {
        let words = run.theme.words();
        let role = |it: &Audience| words.text(&format!("audience.{}", it.word()), &[]);
        let id = &asked.person.id;
        let links = links(&self.secret, TRIAL, &round.slug, id);
        TrialPerson {
            whom: Whom { first_name: asked.person.first_name().to_owned(), id: id.clone() },
            roles: words.and(&asked.audiences.iter().map(role).collect::<Vec<_>>()),
            form: links.answer,
            silence: links.unremind,
            has_answered: answered.contains(id),
        }
    }
}

/// Answers that nobody gave, so that there are results to look at.
pub async fn make_up(State(preview): Shared, Path(slug): Path<String>) -> Response {
    let made = async {
        let trial = preview.trial().await?;
        let round = preview.live.look(|run, _| {
            let round = run.site.rounds.iter().find(|round| round.slug == slug);
            round.filter(|round| !round.asked().is_empty()).map(|it| (it.clone(), today(run)))
        });
        if let Some((round, day)) = round {
            simulate(&trial.store, &round, MADE_UP, SEED, day).await?;
        }
        Ok::<_, TrialError>(())
    };
    match made.await {
        Ok(()) => {
            preview.live.send();
            Redirect::to(SURVEY).into_response()
        }
        Err(trouble) => preview.no_trial(&trouble),
    }
}

/// The results as they would be published if the trial were the survey and had closed. All other
/// pages are those of the site.
pub async fn results(State(preview): Shared, Path(path): Path<String>) -> Response {
    let slug = path.strip_suffix("/results.html").unwrap_or_default().to_owned();
    let round = preview.live.look(|run, _| {
        let round = run.site.rounds.iter().find(|round| round.slug == slug);
        round.map(|round| (round.clone(), run.theme.words().text("address_hidden", &[])))
    });
    let Some((round, hidden)) = round else {
        return Redirect::temporary(&format!("/{}", site::address(&path))).into_response();
    };
    let record = async {
        let trial = preview.trial().await?;
        Ok::<_, TrialError>(trial.record(&round, &hidden).await?)
    };
    match record.await {
        Ok(Some(record)) => pages::blocking(move || preview.result_page(&path, record)).await,
        Ok(None) => Redirect::temporary(SURVEY).into_response(),
        Err(trouble) => preview.no_trial(&trouble),
    }
}

impl Trial {
    /// The record of a round as it would stand after its survey has closed; `None` while nobody
    /// has answered here.
    async fn record(&self, round: &Round, hidden: &str) -> Result<Option<Record>, StoreError> {
        let invited = self.store.invited(&round.slug).await?;
        if !invited.iter().any(|one| one.answered) {
            return Ok(None);
        }
        let (rows, _) = self.store.answer_rows(&round.slug).await?;
        let counted = count(round, &unlink(rows), &invited, hidden);
        let results = Results { simulated: true, ..counted };
        let told = round.record.as_ref().map(|record| record.told.clone()).unwrap_or_default();
        let letters = Letters { told, ..Letters::default() };
        let closed = round.dates.survey_closes.end();
        Ok(Some(closing::record(round, results, letters, true, closed)))
    }
}

impl Preview {
    fn result_page(&self, path: &str, record: Record) -> Response {
        self.live.look(|run, revision| {
            let mut site = run.site.clone();
            let slug = path.strip_suffix("/results.html").unwrap_or_default();
            let Some(round) = site.rounds.iter_mut().find(|round| round.slug == slug) else {
                return StatusCode::NOT_FOUND.into_response();
            };
            let now = run.now.max(round.dates.survey_closes.end());
            round.record = Some(record);
            let rules = rules::texts();
            let input = Input { site: &site, now, ..run.input(&rules) };
            match made(input, path) {
                Ok(html) => with_headers(StatusCode::OK, path, followed(html, revision, None)),
                Err(told) => (StatusCode::INTERNAL_SERVER_ERROR, told).into_response(),
            }
        })
    }
}

/// One page of a site. A template of the site's own that cannot be used gives way to the default one;
/// the findings tell of it.
fn made(input: Input, path: &str) -> Result<Vec<u8>, String> {
    let plan = Plan::of(input.site, input.theme);
    let words = Press::words(input.theme);
    let number = plan.find(path).ok_or("there is no such page\n")?;
    let cured = input.theme.cured(|theme| {
        Press::new(Input { theme, ..input }, &plan, &words, &Glances::default()).body(number)
    });
    match cured.map_err(|error| format!("{error}\n"))?.made {
        Body::Bytes(html) => Ok(html),
        Body::Copy(_) => Err("this is no page\n".to_owned()),
    }
}

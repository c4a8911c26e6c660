//! The form: shown on GET, kept on POST.

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::super::answers::{Answers, Given, needed};
use super::super::form::{self, Fields, Message, Page, Problem, REVISION, SHOWN_AT, Shown, Thanks};
use super::super::token::{Invitee, LENGTH, Purpose};
use super::connections::Working;
use super::guard::signed;
use super::stamp::Stamp;
use super::{Collector, Content, Door, Guest, Shared, guarded, token};
use crate::model::survey::BY_MAIL;
use crate::store::{Kept, NewReply, Reply, StoreError};

const ROOT: &str = "../";

/// A form to be shown once more, or for the first time.
struct Sheet<'a> {
    fields: Fields,
    revision: i64,
    stamp: Stamp,
    problems: &'a [Problem],
    notice: Option<&'a str>,
}

pub(super) async fn show(State(collector): Shared, uri: Uri) -> Response {
    let content = collector.content();
    let Some(guest) = content.guest(Purpose::Answer, uri.path()) else {
        return collector.lost(ROOT);
    };
    let shown = async {
        let door = collector.door(guest.round).await?;
        if !matches!(door, Door::Open) {
            return Ok(collector.turned_away(&content, guest.round, &door, ROOT));
        }
        let reply = collector.reply(&guest).await?;
        let fields = form::filled(&guest.asked, &answers(&reply));
        let fields = match preselected(&uri) {
            Some(number) => form::preselected(&guest.asked, fields, number),
            None => fields,
        };
        let notice = reply.unsure.then_some("unsure");
        let stamp = Stamp::first(collector.watch());
        let sheet = Sheet { fields, revision: reply.revision, stamp, problems: &[], notice };
        Ok::<_, StoreError>(collector.sheet(StatusCode::OK, &content, &guest, sheet))
    };
    shown.await.unwrap_or_else(|_| collector.trouble(ROOT))
}

pub(super) async fn thank(State(collector): Shared, uri: Uri) -> Response {
    const ROOT: &str = "../../";
    let content = collector.content();
    let Some(guest) = content.guest(Purpose::Answer, uri.path()) else {
        return collector.lost(ROOT);
    };
    let shown = async {
        let door = collector.door(guest.round).await?;
        if !matches!(door, Door::Open) {
            return Ok(collector.turned_away(&content, guest.round, &door, ROOT));
        }
        let form = format!("../{}", token(uri.path(), Purpose::Answer));
        if collector.reply(&guest).await?.revision == 0 {
            return Ok(led_to(form));
        }
        let settings = &content.site.settings;
        let thanks = Thanks {
            closes: form::closes(guest.round, content.theme.words()),
            results: form::on_site(settings, guest.round, "results.html"),
            change: form,
        };
        let frame = collector.frame(settings, Some(guest.round), ROOT);
        Ok::<_, StoreError>(collector.page(StatusCode::OK, &frame, &Page::Thanks(thanks)))
    };
    shown.await.unwrap_or_else(|_| collector.trouble(ROOT))
}

pub(super) async fn keep(State(collector): Shared, request: Request) -> Response {
    if let Some(refused) = collector.refused(request.headers(), ROOT) {
        return refused;
    }
    let content = collector.content();
    let Some(guest) = content.guest(Purpose::Answer, request.uri().path()) else {
        if collector.knocks_too_often(&request) {
            return collector.too_many();
        }
        return collector.lost(ROOT);
    };
    let now = collector.watch();
    if !collector.guard(|guard| guard.may_post(&guest.invitee(), now)) {
        return collector.too_many();
    }
    let (head, body) = request.into_parts();
    let fields = match collector.fields(body, ROOT).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let _working = Working::on(&head.extensions);
    let token = token(head.uri.path(), Purpose::Answer);
    let kept = collector.take(&content, &guest, fields, token).await;
    kept.unwrap_or_else(|_| collector.trouble(ROOT))
}

/// What a form comes to before it is kept.
enum Doubt {
    None,
    /// Its person is asked to press once more, in the words of this key.
    Ask(&'static str),
    /// The same, and what was kept before counts no longer until they do.
    AskAbout(&'static str),
}

impl Collector {
    /// Keeps a form that can be read and was sent by a person; shows any other once more.
    async fn take(
        &self,
        content: &Content,
        guest: &Guest<'_>,
        fields: Fields,
        token: &str,
    ) -> Result<Response, StoreError> {
        let door = self.door(guest.round).await?;
        if !matches!(door, Door::Open) {
            return Ok(self.turned_away(content, guest.round, &door, ROOT));
        }
        let before = self.reply(guest).await?;
        let stamp = self.stamp(guest, &fields);
        let answers = match form::read(&guest.asked, form::deciding(guest.round), &fields) {
            Ok(answers) => answers,
            Err(problems) => {
                let replaces = revision(&fields).unwrap_or(before.revision);
                let sheet = Sheet {
                    fields,
                    revision: replaces,
                    stamp: stamp.unwrap_or(Stamp::first(self.watch())),
                    problems: &problems,
                    notice: None,
                };
                return Ok(self.sheet(StatusCode::UNPROCESSABLE_ENTITY, content, guest, sheet));
            }
        };
        let said = said(guest, &answers);
        let doubt = self.doubt(guest, stamp, &fields, &before, said);
        let asks = match doubt {
            Doubt::None => match self.store(guest, &answers, &before).await? {
                Kept::Kept(_) => {
                    let now = self.watch();
                    self.guard(|guard| guard.kept(&guest.invitee(), said, now));
                    return Ok(led_to(format!("{token}/thanks")));
                }
                Kept::Sealed => {
                    return Ok(self.turned_away(content, guest.round, &Door::Closed, ROOT));
                }
                // Somebody was faster by less than a request.
                Kept::Elsewhere(_) | Kept::Known => "elsewhere",
            },
            Doubt::Ask(notice) => notice,
            Doubt::AskAbout(notice) => {
                self.store.doubt_reply(&guest.round.slug, &guest.asked.person.id).await?;
                notice
            }
        };
        let sheet = Sheet {
            fields,
            revision: self.reply(guest).await?.revision,
            stamp: Stamp::again(self.watch()),
            problems: &[],
            notice: Some(asks),
        };
        Ok(self.sheet(StatusCode::CONFLICT, content, guest, sheet))
    }

    /// Whether a form may have been sent by a program, or without having seen the latest answer.
    fn doubt(
        &self,
        guest: &Guest<'_>,
        stamp: Option<Stamp>,
        fields: &Fields,
        before: &Reply,
        now_said: blake3::Hash,
    ) -> Doubt {
        let now = self.watch();
        let Some(stamp) = stamp else { return Doubt::Ask("unopened") };
        let age = now.duration_since(Timestamp::from_second(stamp.at).unwrap_or(now));
        let said_before = said(guest, &answers(before));
        if revision(fields) != Some(before.revision) {
            // A program opens all links of a mail at once and then sends all of their forms.
            let at_once = before.revision > 0 && age < signed(self.limits.together);
            return if at_once && said_before != now_said {
                Doubt::AskAbout("elsewhere")
            } else {
                Doubt::Ask("elsewhere")
            };
        }
        if stamp.again {
            return Doubt::None;
        }
        if self.guard(|guard| guard.said_otherwise(&guest.invitee(), now_said, now)) {
            return Doubt::AskAbout("different");
        }
        // Stamps hold whole seconds, so an age of two may be little more than one.
        let soonest = signed(self.limits.soonest);
        if soonest > SignedDuration::ZERO && age <= soonest {
            return Doubt::Ask("fast");
        }
        Doubt::None
    }

    async fn store(
        &self,
        guest: &Guest<'_>,
        answers: &Answers,
        before: &Reply,
    ) -> Result<Kept, StoreError> {
        let person = &guest.asked.person;
        // The form does not show what came by mail to no question of it.
        let by_mail = before.answers.iter().filter(|(to, _)| to == BY_MAIL && !before.unsure);
        let written = answers.0.iter().map(|(to, it)| (to.clone(), it.write()));
        let new = NewReply {
            round: &guest.round.slug,
            person: &person.id,
            side: person.side.word(),
            replaces: before.revision,
            answers: written.chain(by_mail.cloned()).collect(),
            day: self.today(guest.round),
            mail: None,
        };
        self.store.keep_reply(&new).await
    }

    async fn reply(&self, guest: &Guest<'_>) -> Result<Reply, StoreError> {
        let reply = self.store.reply(&guest.round.slug, &guest.asked.person.id).await?;
        Ok(reply.unwrap_or_default())
    }

    fn stamp(&self, guest: &Guest<'_>, fields: &Fields) -> Option<Stamp> {
        let (round, person) = (&guest.round.slug, &guest.asked.person.id);
        Stamp::read(fields.one(SHOWN_AT)?, &self.secret, round, person)
    }

    fn sheet(
        &self,
        status: StatusCode,
        content: &Content,
        guest: &Guest<'_>,
        sheet: Sheet<'_>,
    ) -> Response {
        let settings = &content.site.settings;
        let stamp = sheet.stamp.write(&self.secret, &guest.round.slug, &guest.asked.person.id);
        let view = form::view(&Shown {
            settings,
            round: guest.round,
            asked: &guest.asked,
            words: content.theme.words(),
            fields: &sheet.fields,
            revision: sheet.revision,
            shown_at: &stamp,
            problems: sheet.problems,
            notice: sheet.notice,
        });
        let frame = self.frame(settings, Some(guest.round), ROOT);
        self.page(status, &frame, &Page::Form(Box::new(view)))
    }

    fn too_many(&self) -> Response {
        self.message(StatusCode::TOO_MANY_REQUESTS, ROOT, Message::of("too-many"))
    }
}

impl Guest<'_> {
    pub(super) fn invitee(&self) -> Invitee {
        Invitee { round: self.round.slug.clone(), person: self.asked.person.id.clone() }
    }
}

/// A page that the browser asks for after a form was sent, so that reloading sends nothing twice.
/// The address is relative, because a proxy may have put this server anywhere.
fn led_to(location: String) -> Response {
    // Only letters, digits, `-`, `_`, `.` and `/` are in it.
    guarded((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// The answers of a reply that can still be read.
fn answers(reply: &Reply) -> Answers {
    let read = |(question, value): &(String, String)| Some((question.clone(), Given::read(value)?));
    Answers(reply.answers.iter().filter_map(read).collect())
}

/// What was said to the question that matters, as a hash. Two forms that agree on it come from
/// one mind.
fn said(guest: &Guest<'_>, answers: &Answers) -> blake3::Hash {
    let needed = needed(&guest.asked, form::deciding(guest.round));
    let given = needed.and_then(|question| answers.to(&question.r#ref.text));
    blake3::hash(given.map(Given::write).unwrap_or_default().as_bytes())
}

/// The number in `?answer=4`.
fn preselected(uri: &Uri) -> Option<u32> {
    let query = uri.query().filter(|query| query.len() < LENGTH)?;
    query.split('&').find_map(|pair| pair.strip_prefix("answer=")?.parse().ok())
}

fn revision(fields: &Fields) -> Option<i64> {
    fields.one(REVISION)?.parse().ok()
}

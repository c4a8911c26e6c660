//! The pages of the form, through the theme (pure).

use serde::Serialize;

use super::FormView;
use crate::model::{Round, Settings};
use crate::pages::address;
use crate::theme::{Broken, Theme};

/// What a page of the form is about.
#[derive(Clone, Debug)]
pub enum Page {
    Form(Box<FormView>),
    Thanks(Thanks),
    /// A button that ends the reminders.
    Unremind,
    Message(Message),
}

/// What is said once answers have arrived.
#[derive(Clone, Debug, Serialize)]
pub struct Thanks {
    /// When the survey closes.
    pub closes: String,
    /// Where the results will be.
    pub results: String,
    /// The way back to the form.
    pub change: String,
}

/// Anything else there is to say.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// The last part of the key of its words: `not-found`, `closed`, `not-open`, `unreminded`,
    /// `refused`, `foreign`, `too-long`, `too-many`, `trouble`.
    pub message: &'static str,
    /// When the survey closed or opens.
    pub day: Option<String>,
    /// Where the results are.
    pub results: Option<String>,
}

impl Message {
    pub fn of(message: &'static str) -> Message {
        Message { message, day: None, results: None }
    }
}

/// What stands around a page.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub settings: &'a Settings,
    /// The round, where that may be told.
    pub round: Option<&'a Round>,
    /// The way from the page to the server's top: `../`.
    pub root: &'a str,
    /// What is sent is thrown away.
    pub is_trial: bool,
}

/// Everything that a template of the form gets.
#[derive(Serialize)]
pub struct FormPage<'a, V> {
    /// The site.
    pub site: FormSite<'a>,
    /// The round, where that may be told.
    pub round: Option<FormRound<'a>>,
    /// What only this page shows.
    pub view: &'a V,
}

/// The site, as a form knows it.
#[derive(Serialize)]
pub struct FormSite<'a> {
    /// The site's title.
    pub title: &'a str,
    /// `en`.
    pub language: &'a str,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// The way from the page to `style.css`.
    pub root: &'a str,
    /// The whole address of the site.
    pub home: &'a str,
    /// What is sent is thrown away.
    pub is_trial: bool,
}

/// The round, as a form knows it.
#[derive(Serialize)]
pub struct FormRound<'a> {
    /// Its title.
    pub title: &'a str,
    /// The whole address of its home.
    pub home: String,
}

/// The address of a page of a round on the site.
pub fn on_site(settings: &Settings, round: &Round, file: &str) -> String {
    format!("{}{}", settings.base_url, address(&format!("{}/{file}", round.slug)))
}

/// A page as HTML. A template of the site's own that cannot be used gives way to the default one.
///
/// # Errors
///
/// When the embedded template itself cannot be used.
pub fn page(theme: &Theme, frame: &Frame, page: &Page) -> Result<String, Broken> {
    match page {
        Page::Form(view) => render(theme, frame, "form.html", view.as_ref()),
        Page::Thanks(view) => render(theme, frame, "thanks.html", view),
        Page::Unremind => render(theme, frame, "unremind.html", &()),
        Page::Message(view) => render(theme, frame, "message.html", view),
    }
}

fn render(
    theme: &Theme,
    frame: &Frame,
    template: &str,
    view: &impl Serialize,
) -> Result<String, Broken> {
    let words = theme.words();
    let whole = FormPage {
        site: FormSite {
            title: &frame.settings.title,
            language: words.language(),
            direction: words.direction(),
            root: frame.root,
            home: &frame.settings.base_url,
            is_trial: frame.is_trial,
        },
        round: frame.round.map(|round| FormRound {
            title: &round.title,
            home: on_site(frame.settings, round, "index.html"),
        }),
        view,
    };
    theme.render_form(template, &whole).or_else(|broken| {
        let (cured, _) = theme.without(&broken).map_err(|_| broken)?;
        cured.render_form(template, &whole)
    })
}

//! The default theme, as it was when this was compiled.

/// A file of the default theme, by its path inside the theme's folder.
pub struct File {
    pub path: &'static str,
    pub bytes: &'static [u8],
}

impl File {
    /// The text of a file that is text; a test sees to it that templates and words are.
    pub fn text(&self) -> &'static str {
        std::str::from_utf8(self.bytes).unwrap_or_default()
    }
}

macro_rules! files {
    ($($path:literal)*) => {
        &[$(File {
            path: $path,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/", $path)),
        }),*]
    };
}

/// Every file of `themes/default`, sorted by path.
pub const FILES: &[File] = files! {
    "letters/footer.md"
    "letters/invitation.md"
    "letters/list-complete.md"
    "letters/lists-due.md"
    "letters/news.md"
    "letters/results-out.md"
    "letters/survey-by-mail.md"
    "letters/survey-reminder.md"
    "letters/survey-thanks.md"
    "letters/survey.md"
    "letters/week-ahead.md"
    "pages/404.html"
    "pages/archive.html"
    "pages/base.html"
    "pages/calls.html"
    "pages/fresh.html"
    "pages/guesses.html"
    "pages/head.html"
    "pages/header.html"
    "pages/home.html"
    "pages/item.html"
    "pages/leftovers.html"
    "pages/links.html"
    "pages/list.html"
    "pages/overview.html"
    "pages/page.html"
    "pages/parts.html"
    "pages/people.html"
    "pages/results.html"
    "pages/round.html"
    "pages/rules.html"
    "pages/shapes.html"
    "pages/side-by-side.html"
    "pages/survey.html"
    "pages/trend.html"
    "pages/unread.html"
    "pages/wall.html"
    "preview/base.html"
    "preview/letter.html"
    "preview/letters.html"
    "preview/message.html"
    "preview/preview.css"
    "preview/trial.html"
    "static/favicon.svg"
    "static/preview.png"
    "static/script.js"
    "static/style.css"
    "survey/base.html"
    "survey/form.css"
    "survey/form.html"
    "survey/message.html"
    "survey/thanks.html"
    "survey/unremind.html"
    "words/de.toml"
    "words/en.toml"
};

/// The file at that path.
pub fn file(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// The files of a folder: the path inside that folder and the file.
pub fn of(folder: &str) -> impl Iterator<Item = (&'static str, &'static File)> {
    FILES
        .iter()
        .filter_map(move |file| Some((file.path.strip_prefix(folder)?.strip_prefix('/')?, file)))
}

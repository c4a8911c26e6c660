//! Problems in words, on the page of the file they are in.

use serde::Serialize;

use super::super::markup;
use super::scope::SiteScope;
use crate::finding::{Finding, Place, Severity};
use crate::model::{Round, UnreadRound};

/// One finding. Messages are in English, whatever the site's language.
#[derive(Clone, Debug, Serialize)]
pub struct FindingView {
    /// `error`, `warning`, `hint`.
    pub severity: &'static str,
    /// How grave it is, in the site's language.
    pub word: String,
    /// The file.
    pub path: String,
    /// `None` when the whole file is meant.
    pub line: Option<u32>,
    /// What is wrong, as HTML.
    pub message: String,
    /// What to type instead, as HTML.
    pub help: String,
    /// The rule's name.
    pub rule: &'static str,
    /// Where to mend it, with its line; none where the file is missing.
    pub edit: Option<String>,
}

impl FindingView {
    pub fn of(finding: &Finding, scope: SiteScope) -> FindingView {
        let place = &finding.place;
        let whole = (place.line, place.column, place.end_line, place.end_column) == (1, 1, 1, 1);
        let line = (!whole).then_some(place.line);
        FindingView {
            severity: finding.severity.word(),
            word: scope.words.text(&format!("severity.{}", finding.severity.word()), &[]),
            path: place.path.to_string(),
            line,
            message: markup::message(&finding.message),
            help: markup::message(&finding.help),
            rule: finding.rule,
            edit: scope.edit(&place.path, line).filter(|_| !(whole && is_missing(place, scope))),
        }
    }
}

/// Whether the file a finding is on is one that its round has not got.
fn is_missing(place: &Place, scope: SiteScope) -> bool {
    let inside = |round: &&Round| {
        let rest = place.path.strip_prefix(&*round.folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let round = scope.input.site.rounds.iter().find(inside);
    round.is_some_and(|round| !round.files.contains(&*place.path))
}

/// The findings on a file that a reader of the site should know, gravest first. Hints are for
/// whoever runs the check.
pub fn on_file(path: &str, scope: SiteScope) -> Vec<FindingView> {
    views(of_file(path, scope).iter(), scope)
}

/// All findings on a file, hints too: they are in file order.
pub fn of_file<'a>(path: &str, scope: SiteScope<'a>) -> &'a [Finding] {
    let all = scope.input.findings;
    let start = all.partition_point(|finding| &*finding.place.path < path);
    let length = all[start..].partition_point(|finding| &*finding.place.path == path);
    &all[start..start + length]
}

/// The same for everything below a folder.
pub fn in_folder(folder: &str, scope: SiteScope) -> Vec<FindingView> {
    let inside = |finding: &&Finding| {
        finding.place.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    views(scope.input.findings.iter().filter(inside), scope)
}

/// Those that are no hints, gravest first.
pub fn views<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    scope: SiteScope,
) -> Vec<FindingView> {
    let mut found: Vec<&Finding> =
        findings.filter(|finding| finding.severity > Severity::Hint).collect();
    found.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), &finding.place));
    found.into_iter().map(|finding| FindingView::of(finding, scope)).collect()
}

/// A folder that is a round but cannot be shown as one.
#[derive(Clone, Debug, Serialize)]
pub struct UnreadView {
    /// The folder's name.
    pub slug: String,
    /// The address of the page with its problems.
    pub href: String,
    /// What the check found in its file, in file order.
    pub problems: Vec<FindingView>,
    /// Where it is edited, with its line.
    pub edit: Option<String>,
}

impl UnreadView {
    pub fn of(round: &UnreadRound, scope: SiteScope) -> UnreadView {
        let folder = round.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        UnreadView {
            slug: round.slug.clone(),
            href: super::super::links::encode(&format!("{}/index.html", round.slug)),
            problems: in_folder(folder, scope),
            edit: scope.edit(&round.place.path, None),
        }
    }
}

//! Which pages there are, and where.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calendar::calendar;
use super::feed::feed;
use super::round_json::round_json;
use super::sitemap::sitemap;
use super::views::{
    ArchiveView, CallsView, Frame, Here, HomeView, ItemPage, LeftoversView, ListView, PageView,
    PeopleView, PlainPage, ResultsView, RoundHead, RoundHome, RoundScope, RulesView, SideBySide,
    SiteScope, SurveyView, UnreadView, WallView,
};
use super::{Body, Input, Output, addresses, machines, other_pages, targets};
use crate::model::{Item, Product, Ref};
use crate::theme::Broken;

/// All files of the site, by path.
pub fn site(input: Input) -> Result<Vec<Output>, Broken> {
    let scope = SiteScope::new(input);
    let mut site = Pages { scope, frame: Frame::of(scope), files: BTreeMap::new() };
    for (path, asset) in input.theme.assets() {
        site.add(path, asset.bytes.clone());
    }
    site.top()?;
    for round in scope.rounds() {
        site.round(&round)?;
    }
    for round in &input.site.unread {
        site.unread(&UnreadView::of(round, scope))?;
    }
    for file in &input.site.files {
        site.copy(file);
    }
    site.add("built.json", built(input));
    let mut outputs: Vec<Output> = site.files.into_values().collect();
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    let sitemap = sitemap(&input.site.settings.base_url, &outputs);
    let path = "sitemap.xml".to_owned();
    outputs.push(Output { path, body: Body::Bytes(sitemap.into_bytes()) });
    outputs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(outputs)
}

struct Pages<'a> {
    scope: SiteScope<'a>,
    frame: Frame,
    /// By path with its case folded: on some disks two names that differ by case are one file.
    files: BTreeMap<String, Output>,
}

impl<'a> Pages<'a> {
    /// What is there first stays: a second item of the same ref is a finding, not a page.
    fn add(&mut self, path: &str, bytes: Vec<u8>) {
        let output = Output { path: path.to_owned(), body: Body::Bytes(bytes) };
        self.files.entry(Ref::key(path)).or_insert(output);
    }

    fn copy(&mut self, file: &str) {
        let path = targets::copied(self.scope.input.site, file);
        let output = Output { path: path.clone(), body: Body::Copy(file.to_owned()) };
        self.files.entry(Ref::key(&path)).or_insert(output);
    }

    fn page(
        &mut self,
        path: &str,
        here: Here,
        round: Option<&RoundHead>,
        view: impl Serialize,
    ) -> Result<(), Broken> {
        let template = format!("{}.html", here.kind);
        let view = PageView { site: &self.frame, round, page: here, view };
        let html = self.scope.input.theme.render(&template, &view)?;
        let hidden = self.scope.words.text("address_hidden", &[]);
        let safe = addresses::hide(&html, &self.scope.input.site.people, &hidden);
        self.add(path, safe.into_owned().into_bytes());
        Ok(())
    }

    fn here(&self, path: &str, kind: &'static str, key: &str) -> Here {
        let words = self.scope.words;
        let title = words.text(&format!("{key}.title"), &[]);
        let about = words.text(&format!("{key}.about"), &[("site", &self.frame.title)]);
        Here::new(path, kind, title, self.scope).about(about)
    }

    fn top(&mut self) -> Result<(), Broken> {
        let scope = self.scope;
        let view = HomeView::of(scope);
        let mut here = self.here("index.html", "home", "home");
        let lead = scope.lead();
        if let (Some(lead), Some(home)) = (lead, &view.lead) {
            here = here
                .about(home.sentence.clone())
                .edited_at(scope.edit(&lead.round.place.path, None));
        }
        let head = lead.map(|lead| RoundHead::of(&lead));
        self.page("index.html", here, head.as_ref(), view)?;
        let here = self.here("archive.html", "archive", "archive");
        self.page("archive.html", here, None, ArchiveView::of(scope))?;
        let here = self.here("404.html", "404", "lost");
        self.page("404.html", here, None, ())
    }

    fn unread(&mut self, view: &UnreadView) -> Result<(), Broken> {
        let path = format!("{}/index.html", view.slug);
        let here = Here::new(&path, "unread", view.slug.clone(), self.scope)
            .about(self.scope.words.text("unread.about", &[]))
            .edited_at(view.edit.clone());
        self.page(&path, here, None, view)
    }

    fn round(&mut self, scope: &RoundScope<'a>) -> Result<(), Broken> {
        let head = RoundHead::of(scope);
        let slug = &scope.round.slug;
        let path = |name: &str| format!("{slug}/{name}.html");
        let settings = self.scope.edit(&scope.round.place.path, None);

        let view = RoundHome::of(scope);
        let here = Here::new(&path("index"), "round", scope.round.title.clone(), self.scope)
            .about(view.sentence.clone())
            .edited_at(settings.clone());
        self.page(&path("index"), here, Some(&head), view)?;

        let here = self.here(&path("side-by-side"), "side-by-side", "side_by_side");
        self.page(&path("side-by-side"), here, Some(&head), SideBySide::of(scope))?;
        let here = self.here(&path("people"), "people", "people");
        self.page(&path("people"), here, Some(&head), PeopleView::of(scope))?;
        let here = self.here(&path("calls"), "calls", "calls");
        self.page(&path("calls"), here, Some(&head), CallsView::of(scope))?;
        let here = self.here(&path("leftovers"), "leftovers", "leftovers");
        self.page(&path("leftovers"), here, Some(&head), LeftoversView::of(scope))?;
        let here = self.here(&path("wall"), "wall", "wall");
        self.page(&path("wall"), here, Some(&head), WallView::of(scope))?;

        let view = SurveyView::of(scope);
        let here = self.here(&path("survey"), "survey", "survey").edited_at(view.edit.clone());
        self.page(&path("survey"), here, Some(&head), view)?;
        let view = ResultsView::of(scope);
        let edit = scope.round.decision.as_ref().and(view.edit_decision.clone());
        let here = self.here(&path("results"), "results", "results").edited_at(edit);
        self.page(&path("results"), here, Some(&head), view)?;
        let view = RulesView::of(scope);
        let here = self.here(&path("rules"), "rules", "rules_page").edited_at(settings);
        self.page(&path("rules"), here, Some(&head), view)?;

        self.machines(scope);
        self.prose(scope, &head)?;
        for product in &scope.round.products {
            self.list(product, scope, &head)?;
            for item in product.items() {
                self.item(product, item, scope, &head)?;
            }
        }
        Ok(())
    }

    /// What programs read of a round.
    fn machines(&mut self, scope: &RoundScope<'a>) {
        let (site, round, words) = (self.scope.input.site, scope.round, scope.words);
        let feed = feed(&site.settings, round, &machines::feed_words(words));
        self.add(&format!("{}/feed.xml", round.slug), feed.into_bytes());
        let calendar = calendar(site, round, &machines::calendar_words(words));
        self.add(&format!("{}/calendar.ics", round.slug), calendar.into_bytes());
        let hidden = words.text("address_hidden", &[]);
        // The data of a round are texts and finite numbers, which JSON can always hold.
        if let Ok(data) = round_json(&site.settings, round, scope.now(), &hidden) {
            self.add(&format!("{}/round.json", round.slug), data.into_bytes());
        }
    }

    /// The invitation, the questions people ask, and whatever other page somebody wrote.
    fn prose(&mut self, scope: &RoundScope<'a>, head: &RoundHead) -> Result<(), Broken> {
        let round = scope.round;
        for (page, name) in [(&round.invitation, "invitation"), (&round.faq, "faq")] {
            let path = format!("{}/{name}.html", round.slug);
            let file = format!("{name}.md");
            let view = PlainPage::of(page.as_ref(), &file, scope);
            let mut here = self.here(&path, "page", name).edited_at(view.edit.clone());
            if let Some(page) = page {
                here.title.clone_from(&page.title);
            }
            self.page(&path, here, Some(head), view)?;
        }
        for (page, file) in other_pages(round) {
            let path = format!("{}/{file}", round.slug);
            let view = PlainPage::of(Some(page), "", scope);
            let here = Here::new(&path, "page", page.title.clone(), self.scope)
                .about(format!("{}: {}", round.title, page.title))
                .edited_at(view.edit.clone());
            self.page(&path, here, Some(head), view)?;
        }
        Ok(())
    }

    fn list(
        &mut self,
        product: &Product,
        scope: &RoundScope<'a>,
        head: &RoundHead,
    ) -> Result<(), Broken> {
        let view = ListView::of(product, &scope.on_page("../../"));
        let path = format!("{}/lists/{}.html", scope.round.slug, product.key);
        let fill = [("round", scope.round.title.as_str()), ("product", product.name.as_str())];
        let about = format!("{} {}", scope.words.text("list.about", &fill), view.marks.summary);
        let here = Here::new(&path, "list", product.name.clone(), self.scope)
            .about(about)
            .edited_at(view.edit.clone());
        self.page(&path, here, Some(head), view)
    }

    fn item(
        &mut self,
        product: &Product,
        item: &Item,
        scope: &RoundScope<'a>,
        head: &RoundHead,
    ) -> Result<(), Broken> {
        let view = ItemPage::of(product, item, &scope.on_page("../../"));
        let path = format!("{}/items/{}.html", scope.round.slug, item.address);
        let about = format!("{}, {}: {}", product.name, scope.round.title, view.item.status.word);
        let here = Here::new(&path, "item", item.title.clone(), self.scope)
            .about(about)
            .edited_at(view.item.edit.clone());
        self.page(&path, here, Some(head), view)
    }
}

/// The instant of the build, which stands here and nowhere else. Whole hours: a script only asks
/// whether it is days ago, and builds in the same hour write nothing.
fn built(input: Input) -> Vec<u8> {
    let hour = 3600;
    let seconds = input.now.as_second().div_euclid(hour) * hour;
    let built = jiff::Timestamp::from_second(seconds).unwrap_or(input.now);
    let commit = input.site.last_commit.as_ref();
    let about = serde_json::json!({
        "built": built.to_string(),
        "commit": commit.map(|commit| &commit.id),
        "committed": commit.map(|commit| commit.at.to_string()),
        "frozen": input.is_frozen,
    });
    format!("{about:#}\n").into_bytes()
}

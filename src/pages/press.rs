//! Makes the files of a plan, each alone and in any order.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Serialize;

use super::calendar::calendar;
use super::feed::feed;
use super::glances::Glances;
use super::plan::{Part, Plan, Sheet};
use super::round_json::round_json;
use super::rows::row;
use super::sitemap::sitemap;
use super::views::{
    ArchiveView, Around, AroundView, CallsView, Frame, Here, HomeView, ItemPage, LeftoversView,
    ListView, PageView, PeopleView, PlainPage, ResultsView, RoundHead, RoundHome, RoundScope,
    RulesView, SideBySide, SiteScope, Stories, SurveyView, UnreadView, WallView, Whereabouts,
};
use super::{Body, Input, addresses, machines, markup, other_pages, prose};
use crate::model::{Item, Product};
use crate::theme::{Broken, Moulds, Prepared, Theme};

/// What all pages of a run share, made once.
pub struct Press<'a> {
    scope: SiteScope<'a>,
    plan: &'a Plan,
    glances: &'a Glances,
    title: String,
    site: Prepared<Frame>,
    /// In the order of the site's rounds.
    rounds: Vec<InPress<'a>>,
    hidden: String,
}

/// A round and what its pages share.
struct InPress<'a> {
    /// Its place among the rounds of the site.
    number: usize,
    scope: RoundScope<'a>,
    head: OnceLock<Head>,
    /// Around its lists and items.
    around: OnceLock<Result<Around, Broken>>,
    stories: OnceLock<Stories<'a>>,
    moulds: Moulds,
}

/// The head of a round, to be looked at and to be shown.
struct Head {
    view: RoundHead,
    shown: Prepared<RoundHead>,
}

/// The way to the site's top from lists and items, which are nearly all pages.
const WAY_FROM_MOST: &str = "../../";

impl<'a> Press<'a> {
    /// `words` are [`Press::words`] of the input's theme.
    pub fn new(
        input: Input<'a>,
        plan: &'a Plan,
        words: &'a prose::Words,
        glances: &'a Glances,
    ) -> Press<'a> {
        let scope = SiteScope::new(input, words);
        let frame = Frame::of(scope);
        let round = |(number, round)| InPress {
            number,
            scope: scope.round(round),
            head: OnceLock::new(),
            around: OnceLock::new(),
            stories: OnceLock::new(),
            moulds: Moulds::of(input.theme),
        };
        Press {
            scope,
            plan,
            glances,
            site: Prepared::of(&frame),
            title: frame.title,
            rounds: input.site.rounds.iter().enumerate().map(round).collect(),
            hidden: words.address_hidden.clone(),
        }
    }

    /// The words that stand between people's own.
    pub fn words(theme: &Theme) -> prose::Words {
        markup::words(theme.words())
    }

    pub fn plan(&self) -> &Plan {
        self.plan
    }

    /// What is in a file of the plan.
    pub fn body(&self, number: usize) -> Result<Body, Broken> {
        let (path, sheet) = self.plan.file(number);
        let input = self.scope.input;
        Ok(Body::Bytes(match sheet {
            Sheet::Copy(file) => return Ok(Body::Copy(input.site.files[file].clone())),
            Sheet::Asset(asset) => input
                .theme
                .assets()
                .values()
                .nth(asset)
                .map(|a| a.bytes.clone())
                .unwrap_or_default(),
            Sheet::Built => built(input),
            Sheet::Sitemap => {
                sitemap(&input.site.settings.base_url, self.plan.paths()).into_bytes()
            }
            Sheet::Home => self.home(path)?,
            Sheet::Archive => {
                let here = self.here(path, "archive", "archive");
                self.page(here, None, ArchiveView::of(self.scope))?
            }
            Sheet::Lost => self.page(self.here(path, "404", "lost"), None, ())?,
            Sheet::Unread(round) => {
                self.unread(path, &UnreadView::of(&input.site.unread[round], self.scope))?
            }
            Sheet::Round(round, part) => self.part(path, &self.rounds[round], part)?,
        }))
    }

    fn page(
        &self,
        here: Here,
        round: Option<&InPress>,
        view: impl Serialize,
    ) -> Result<Vec<u8>, Broken> {
        let template = format!("{}.html", here.kind);
        let around = self.around(&here, round)?;
        let page = here.within(round.map(|round| &*round.head().view.title), &self.title);
        let round = round.map(|round| &round.head().shown);
        let view = PageView { site: &self.site, round, page: &page, around: &around, view };
        Ok(self.safe(self.scope.input.theme.render(&template, view)?))
    }

    /// A page of which there are thousands, most of them alike, or one that is large for its texts.
    fn cast(&self, here: Here, round: &InPress, view: &impl Serialize) -> Result<Vec<u8>, Broken> {
        let around = self.around(&here, Some(round))?;
        // What stands above and below most pages is the same.
        let own = if let Cow::Owned(own) = &around { Some(own) } else { None };
        let head = round.head();
        let page = here.within(Some(&head.view.title), &self.title);
        let template = format!("{}.html", page.kind);
        let html = round.moulds.cast(page.kind, &(&page, own, view), || {
            let (site, round) = (&self.site, Some(&head.shown));
            let view = PageView { site, round, page: &page, around: &around, view };
            self.scope.input.theme.render(&template, view)
        })?;
        Ok(self.safe(html))
    }

    /// The page without anybody's mail address.
    fn safe(&self, html: String) -> Vec<u8> {
        match addresses::hide(&html, &self.scope.input.site.people, &self.hidden) {
            Cow::Borrowed(_) => html.into_bytes(),
            Cow::Owned(safe) => safe.into_bytes(),
        }
    }

    /// What stands above and below a page.
    fn around<'p>(
        &self,
        here: &Here,
        round: Option<&'p InPress>,
    ) -> Result<Cow<'p, Around>, Broken> {
        let shared = |round: &&InPress| {
            here.root == WAY_FROM_MOST && !round.head().view.leads_to(&here.path)
        };
        let Some(round) = round.filter(shared) else {
            let place = Whereabouts { path: &here.path, root: &here.root };
            return self.make_around(place, round).map(Cow::Owned);
        };
        let place = Whereabouts { path: "", root: WAY_FROM_MOST };
        let around = round.around.get_or_init(|| self.make_around(place, Some(round)));
        around.as_ref().map(Cow::Borrowed).map_err(Clone::clone)
    }

    fn make_around(&self, page: Whereabouts, round: Option<&InPress>) -> Result<Around, Broken> {
        let round = round.map(|round| &round.head().shown);
        let view = AroundView { site: &self.site, round, page };
        let made = |template: &str| {
            let html = self.scope.input.theme.render(template, &view)?;
            Ok(Prepared::of(&html.trim().to_owned()))
        };
        Ok(Around {
            head: made("head.html")?,
            header: made("header.html")?,
            links: made("links.html")?,
            fresh: made("fresh.html")?,
        })
    }

    fn here(&self, path: &str, kind: &'static str, key: &str) -> Here {
        let words = self.scope.words;
        let title = words.text(&format!("{key}.title"), &[]);
        let about = words.text(&format!("{key}.about"), &[("site", &self.title)]);
        Here::new(path, kind, title, self.scope).about(about)
    }

    fn home(&self, path: &str) -> Result<Vec<u8>, Broken> {
        let mut here = self.here(path, "home", "home");
        let round = self.scope.lead().and_then(|lead| {
            self.rounds.iter().find(|round| std::ptr::eq(round.scope.round, lead.round))
        });
        let home = round.map(|of| self.round_home(of, "")).transpose()?;
        if let (Some(round), Some(home)) = (round, &home) {
            here = here
                .about(home.sentence.clone())
                .edited_at(self.scope.edit(&round.scope.round.place.path, None));
        }
        let view = HomeView::of(self.scope, home);
        match round {
            Some(round) => self.cast(here, round, &view),
            None => self.page(here, None, view),
        }
    }

    fn round_home(&self, of: &InPress, way: &'static str) -> Result<RoundHome, Broken> {
        let scope = of.scope.on_page(way);
        Ok(RoundHome::of(&scope, &self.glances.of(of.number, &scope, &of.moulds)?))
    }

    fn unread(&self, path: &str, view: &UnreadView) -> Result<Vec<u8>, Broken> {
        let here = Here::new(path, "unread", view.slug.clone(), self.scope)
            .about(self.scope.words.text("unread.about", &[]))
            .edited_at(view.edit.clone());
        self.page(here, None, view)
    }

    fn part(&self, path: &str, of: &InPress<'a>, part: Part) -> Result<Vec<u8>, Broken> {
        let scope = &of.scope;
        let round = scope.round;
        let settings = || self.scope.edit(&round.place.path, None);
        match part {
            Part::Index => {
                let view = self.round_home(of, scope.way)?;
                let here = Here::new(path, "round", round.title.clone(), self.scope)
                    .about(view.sentence.clone())
                    .edited_at(settings());
                self.cast(here, of, &view)
            }
            Part::SideBySide => {
                let here = self.here(path, "side-by-side", "side_by_side");
                self.page(here, Some(of), SideBySide::of(scope))
            }
            Part::People => {
                self.page(self.here(path, "people", "people"), Some(of), PeopleView::of(scope))
            }
            Part::Calls => {
                self.page(self.here(path, "calls", "calls"), Some(of), CallsView::of(scope))
            }
            Part::Leftovers => {
                let here = self.here(path, "leftovers", "leftovers");
                self.page(here, Some(of), LeftoversView::of(scope))
            }
            Part::Wall => self.page(self.here(path, "wall", "wall"), Some(of), WallView::of(scope)),
            Part::Survey => {
                let view = SurveyView::of(scope);
                let here = self.here(path, "survey", "survey").edited_at(view.edit.clone());
                self.page(here, Some(of), view)
            }
            Part::Results => {
                let view = ResultsView::of(scope);
                let edit = round.decision.as_ref().and(view.edit_decision.clone());
                let here = self.here(path, "results", "results").edited_at(edit);
                self.page(here, Some(of), view)
            }
            Part::Rules => {
                let here = self.here(path, "rules", "rules_page").edited_at(settings());
                self.page(here, Some(of), RulesView::of(scope))
            }
            Part::Feed | Part::Calendar | Part::Data => Ok(self.machine(scope, part).into_bytes()),
            Part::Invitation => self.prose(path, of, round.invitation.as_ref(), "invitation"),
            Part::Faq => self.prose(path, of, round.faq.as_ref(), "faq"),
            Part::Page(number) => self.other(path, of, number),
            Part::List(product) => self.list(path, of, &round.products[product]),
            Part::Item(product, item) => {
                let product = &round.products[product];
                self.item(path, of, product, &product.items()[item])
            }
        }
    }

    /// What programs read of a round.
    fn machine(&self, scope: &RoundScope, part: Part) -> String {
        let (site, round, words) = (self.scope.input.site, scope.round, scope.words);
        match part {
            Part::Feed => feed(&site.settings, round, &machines::feed_words(words)),
            Part::Calendar => calendar(site, round, &machines::calendar_words(words)),
            // The data of a round are texts and finite numbers, which JSON can always hold.
            _ => round_json(&site.settings, round, scope.now(), &self.hidden).unwrap_or_default(),
        }
    }

    /// The invitation, and the questions people ask.
    fn prose(
        &self,
        path: &str,
        of: &InPress,
        page: Option<&crate::model::Page>,
        name: &str,
    ) -> Result<Vec<u8>, Broken> {
        let view = PlainPage::of(page, &format!("{name}.md"), &of.scope);
        let mut here = self.here(path, "page", name).edited_at(view.edit.clone());
        if let Some(page) = page {
            here.title = page.title.as_str().into();
        }
        self.page(here, Some(of), view)
    }

    /// Whatever other page somebody wrote.
    fn other(&self, path: &str, of: &InPress, number: usize) -> Result<Vec<u8>, Broken> {
        let round = of.scope.round;
        let Some((page, _)) = other_pages(round).into_iter().nth(number) else {
            return Ok(Vec::new());
        };
        let view = PlainPage::of(Some(page), "", &of.scope);
        let here = Here::new(path, "page", page.title.clone(), self.scope)
            .about(format!("{}: {}", round.title, page.title))
            .edited_at(view.edit.clone());
        self.page(here, Some(of), view)
    }

    fn list(&self, path: &str, of: &InPress<'a>, product: &Product) -> Result<Vec<u8>, Broken> {
        let scope = &of.scope.on_page(WAY_FROM_MOST);
        let rows =
            product.items().iter().map(|item| row((product, item), false, scope, &of.moulds));
        let view = ListView::of(product, &rows.collect::<Result<Vec<_>, _>>()?, scope);
        let fill = [("round", scope.round.title.as_str()), ("product", product.name.as_str())];
        let about = format!("{} {}", scope.words.text("list.about", &fill), view.marks.summary);
        let here = Here::new(path, "list", product.name.clone(), self.scope)
            .about(about)
            .edited_at(view.edit.clone());
        self.page(here, Some(of), view)
    }

    fn item(
        &self,
        path: &str,
        of: &InPress<'a>,
        product: &Product,
        item: &Item,
    ) -> Result<Vec<u8>, Broken> {
        let scope = &of.scope;
        let view = ItemPage::of(product, item, &scope.on_page(WAY_FROM_MOST), of.stories());
        let about = format!("{}, {}: {}", product.name, scope.round.title, view.item.status.word);
        let here = Here::new(path, "item", item.title.clone(), self.scope)
            .about(about)
            .edited_at(view.item.edit.clone());
        self.cast(here, of, &view)
    }
}

impl<'a> InPress<'a> {
    fn head(&self) -> &Head {
        self.head.get_or_init(|| {
            let view = RoundHead::of(&self.scope);
            Head { shown: Prepared::of(&view), view }
        })
    }

    fn stories(&self) -> &Stories<'a> {
        self.stories.get_or_init(|| Stories::of(self.scope.round))
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
        // A demonstration stands still; it is not stale.
        "frozen": input.is_frozen,
    });
    format!("{about:#}\n").into_bytes()
}

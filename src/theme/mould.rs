//! Moulds: of thousands of pages of a kind, most differ in nothing but their texts.
//!
//! A template is asked once for each shape of a view, with marks where texts belong. Every other
//! page of that shape is cast from what it made. That asks one thing of a template: it may show a
//! [`Text`] and ask whether there is any, and nothing else. Those that are embedded keep to that,
//! and a test holds them to it; of somebody's own nobody knows.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use memchr::memmem;
use serde::{Serialize, Serializer};

use super::{Broken, Theme};

/// A text of a view that templates show and never look into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(String);

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.to_owned())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A text of a view that is so long that it is put together where it is shown: copied on its way
/// there a few times, it would take longer than all the rest of its page.
#[derive(Clone, Debug)]
pub struct Long(Arc<dyn Parts>);

/// What a long text is put together from.
pub trait Parts: fmt::Debug + Send + Sync {
    /// How many bytes the text has.
    fn length(&self) -> usize;

    /// Writes the text.
    fn put(&self, into: &mut String);
}

impl Long {
    pub fn of(parts: impl Parts + 'static) -> Long {
        Long(Arc::new(parts))
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.length());
        self.0.put(&mut text);
        text
    }
}

/// A mark is its number between these, which HTML does not know and so nobody writes, and a sign
/// that says how often it was escaped.
const BEGIN: &str = "\u{fdd1}";
const END: &str = "\u{fdd2}";

/// What happens to texts while a view is looked at.
enum Looking {
    /// They are shown.
    Through,
    /// They are collected, and only whether there is any belongs to the shape.
    For(Texts),
    /// Each is a mark; so many were there before.
    Past(usize),
}

thread_local! {
    /// A view looks at its parts by itself, and tells them nothing.
    static LOOKING: RefCell<Looking> = const { RefCell::new(Looking::Through) };
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Templates ask for a text that is empty, so it stays what it is.
        if self.is_empty() {
            return serializer.serialize_str("");
        }
        look(serializer, |texts| texts.push(self), || Cow::Borrowed(self))
    }
}

impl Serialize for Long {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.length() == 0 {
            return serializer.serialize_str("");
        }
        look(serializer, |texts| texts.push_long(self), || Cow::Owned(self.text()))
    }
}

/// Looks at a text that is not empty, as whoever looks wants it: collected, marked or as it is.
fn look<'t, S: Serializer>(
    serializer: S,
    collect: impl FnOnce(&mut Texts),
    text: impl FnOnce() -> Cow<'t, str>,
) -> Result<S::Ok, S::Error> {
    LOOKING.with_borrow_mut(|looking| match looking {
        Looking::Through => serializer.serialize_str(&text()),
        Looking::For(texts) => {
            collect(texts);
            serializer.serialize_bool(true)
        }
        Looking::Past(before) => {
            let mark = format!("{BEGIN}{before}&{END}");
            *before += 1;
            serializer.serialize_str(&mark)
        }
    })
}

/// Looks at views in some way for as long as `work` takes, and gives back what was seen.
fn looking<T>(how: Looking, work: impl FnOnce() -> T) -> (T, Looking) {
    let before = LOOKING.replace(how);
    let done = work();
    (done, LOOKING.replace(before))
}

/// The texts of a view, in order.
struct Texts {
    all: String,
    ends: Vec<usize>,
    /// Those that are put together where they are shown, with their numbers; they are few.
    long: Vec<(usize, Long)>,
}

/// For so many bytes of a view's texts, and of everything else of it, there is room at once: most
/// have fewer.
const USUAL: usize = 2048;

impl Texts {
    fn new() -> Texts {
        let (all, ends) = (String::with_capacity(USUAL), Vec::with_capacity(USUAL / 32));
        Texts { all, ends, long: Vec::new() }
    }

    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    fn push_long(&mut self, text: &Long) {
        self.long.push((self.ends.len(), text.clone()));
        self.ends.push(self.all.len());
    }

    fn get(&self, number: usize) -> &str {
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begin..self.ends[number]]
    }

    fn long(&self, number: usize) -> Option<&Long> {
        self.long.iter().find(|(its, _)| *its == number).map(|(_, text)| text)
    }

    /// For so many bytes there must be room, also where some are escaped.
    fn room(&self) -> usize {
        2 * self.all.len() + self.long.iter().map(|(_, text)| text.0.length()).sum::<usize>()
    }
}

/// More shapes than these are not of a kind.
const MOST: usize = 2000;

/// By kind and shape; none where a template did not leave its marks whole.
type Made = HashMap<Vec<u8>, Option<Arc<Mould>>>;

/// The moulds of a theme. Whatever is not a part of a view must be the same whenever one is used.
#[derive(Debug)]
pub struct Moulds {
    /// `None` where templates are not our own.
    made: Option<RwLock<Made>>,
}

impl Moulds {
    pub fn of(theme: &Theme) -> Moulds {
        Moulds { made: (!theme.has_own_templates()).then(RwLock::default) }
    }

    /// What `make` makes of `view`, for which it asks a template of that kind only where no view of
    /// the same shape was seen before.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    pub fn cast(
        &self,
        kind: &str,
        view: &impl Serialize,
        make: impl Fn() -> Result<String, Broken>,
    ) -> Result<String, Broken> {
        let Some(made) = &self.made else { return make() };
        let Some((shape, texts)) = shape(kind, view) else { return make() };
        let known = made.read().unwrap_or_else(PoisonError::into_inner).get(&shape).cloned();
        let mould = match known {
            Some(mould) => mould,
            None => {
                let (html, _) = looking(Looking::Past(0), &make);
                let mould = Mould::of(html?, texts.ends.len()).map(Arc::new);
                let mut made = made.write().unwrap_or_else(PoisonError::into_inner);
                if made.len() < MOST {
                    made.insert(shape, mould.clone());
                }
                mould
            }
        };
        mould.and_then(|mould| mould.cast(&texts).ok()).map_or_else(make, Ok)
    }
}

/// Everything of a view but its texts, and its texts; none where a mark could be taken for one.
fn shape(kind: &str, view: &impl Serialize) -> Option<(Vec<u8>, Texts)> {
    let mut shape = Vec::with_capacity(USUAL);
    shape.extend_from_slice(kind.as_bytes());
    let looked =
        looking(Looking::For(Texts::new()), || serde_json::to_writer(&mut shape, view).ok());
    match looked {
        (Some(()), Looking::For(texts)) => {
            memmem::find(&shape, BEGIN.as_bytes()).is_none().then_some((shape, texts))
        }
        _ => None,
    }
}

/// What a template made, cut where texts belong.
#[derive(Debug)]
struct Mould {
    html: String,
    /// The end of the words before a text, where they go on behind it, and which text it is.
    gaps: Vec<Gap>,
}

#[derive(Debug)]
struct Gap {
    end: usize,
    next: usize,
    text: usize,
    is_escaped: bool,
}

impl Mould {
    /// `None` where a mark is not as it was given.
    fn of(html: String, texts: usize) -> Option<Mould> {
        let mut gaps = Vec::new();
        let mut from = 0;
        while let Some(found) = memmem::find(&html.as_bytes()[from..], BEGIN.as_bytes()) {
            let end = from + found;
            let begin = end + BEGIN.len();
            let length = html[begin..].find(END)?;
            let (number, escaped) = html[begin..begin + length].split_once('&')?;
            let text = number.parse().ok().filter(|number| *number < texts)?;
            let is_escaped = match escaped {
                "" => false,
                "amp;" => true,
                _ => return None,
            };
            from = begin + length + END.len();
            gaps.push(Gap { end, next: from, text, is_escaped });
        }
        Some(Mould { html, gaps })
    }

    fn cast(&self, texts: &Texts) -> Result<String, io::Error> {
        let mut html = String::with_capacity(self.html.len() + texts.room());
        let mut escaped = Vec::new();
        let mut escape = |text: &str, html: &mut String| -> io::Result<()> {
            escaped.clear();
            tera::escape_html(text, &mut escaped)?;
            html.push_str(str::from_utf8(&escaped).map_err(io::Error::other)?);
            Ok(())
        };
        let mut from = 0;
        for gap in &self.gaps {
            html.push_str(&self.html[from..gap.end]);
            match (texts.long(gap.text), gap.is_escaped) {
                (None, true) => escape(texts.get(gap.text), &mut html)?,
                (None, false) => html.push_str(texts.get(gap.text)),
                (Some(long), true) => escape(&long.text(), &mut html)?,
                (Some(long), false) => long.0.put(&mut html),
            }
            from = gap.next;
        }
        html.push_str(&self.html[from..]);
        Ok(html)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Serialize)]
    struct View {
        slug: &'static str,
        title: Text,
        body: Option<Text>,
    }

    fn view(slug: &'static str, title: &str, body: Option<&str>) -> View {
        View { slug, title: title.into(), body: body.map(Text::from) }
    }

    fn moulds() -> Moulds {
        Moulds { made: Some(RwLock::default()) }
    }

    /// Casts by a template of that text, and says how often it had to be asked.
    fn cast(moulds: &Moulds, template: &str, view: &impl Serialize) -> (String, usize) {
        let mut tera = tera::Tera::default();
        tera.autoescape_on([""]);
        tera.add_raw_template("it", template).unwrap();
        let asked = Cell::new(0);
        let html = moulds.cast("it", view, || {
            asked.set(asked.get() + 1);
            Ok(tera.render("it", &tera::Context::from_serialize(view).unwrap()).unwrap())
        });
        (html.unwrap(), asked.get())
    }

    const TEMPLATE: &str =
        "<h1>{{ title }}</h1>{% if body %}{{ body | safe }}{% endif %}{{ slug }}, {{ title }}";

    #[test]
    fn another_of_the_same_shape_is_not_asked_for() {
        let moulds = moulds();
        let (first, asked) = cast(&moulds, TEMPLATE, &view("a", "Ana & Bob", Some("<p>1</p>")));
        assert_eq!(first, "<h1>Ana &amp; Bob</h1><p>1</p>a, Ana &amp; Bob");
        assert_eq!(asked, 1);
        let (second, asked) = cast(&moulds, TEMPLATE, &view("a", "\"<\"", Some("<p>2</p>")));
        assert_eq!(second, "<h1>&quot;&lt;&quot;</h1><p>2</p>a, &quot;&lt;&quot;");
        assert_eq!(asked, 0);
    }

    #[test]
    fn what_templates_ask_for_makes_another_shape() {
        let moulds = moulds();
        let shapes = [
            view("a", "Title", Some("<p>1</p>")),
            view("b", "Title", Some("<p>1</p>")),
            view("a", "Title", Some("")),
            view("a", "Title", None),
            view("a", "", None),
        ];
        for view in &shapes {
            let (html, asked) = cast(&moulds, TEMPLATE, view);
            assert_eq!(asked, 1, "{html}");
            assert_eq!(html, cast(&Moulds { made: None }, TEMPLATE, view).0);
        }
    }

    #[derive(Debug)]
    struct Pieces(&'static [&'static str]);

    impl Parts for Pieces {
        fn length(&self) -> usize {
            self.0.iter().map(|piece| piece.len()).sum()
        }

        fn put(&self, into: &mut String) {
            into.extend(self.0.iter().copied());
        }
    }

    #[test]
    fn a_long_text_is_shown_like_any_other() {
        #[derive(Serialize)]
        struct View {
            title: Text,
            rows: Long,
            more: Long,
        }
        let template = "{{ rows | safe }}{% if more %}{{ more }}{% endif %}{{ title }}{{ rows }}";
        let view = |title: &str, rows, more| {
            let (rows, more) = (Long::of(Pieces(rows)), Long::of(Pieces(more)));
            View { title: title.into(), rows, more }
        };
        let moulds = moulds();
        let (first, asked) = cast(&moulds, template, &view("t", &["<b>", "é"], &["&"]));
        assert_eq!((&*first, asked), ("<b>é&amp;t&lt;b&gt;é", 1));
        let (second, asked) = cast(&moulds, template, &view("<", &["1", "<i>"], &["2", "3"]));
        assert_eq!((&*second, asked), ("1<i>23&lt;1&lt;i&gt;", 0));
        for view in [view("t", &["1"], &[]), view("", &[], &[""]), view("t", &["<"], &["&"])] {
            let (html, _) = cast(&moulds, template, &view);
            assert_eq!(html, cast(&Moulds { made: None }, template, &view).0);
        }
    }

    #[test]
    fn where_a_mark_did_not_stay_whole_each_is_asked_for() {
        let moulds = moulds();
        for (title, changed) in [("a & b", "a + b"), ("&", "+")] {
            let template = "{{ title | replace(from='&', to='+') }}";
            assert_eq!(cast(&moulds, template, &view("a", title, None)).0, changed);
        }
    }

    #[test]
    fn what_looks_like_a_mark_is_none() {
        let moulds = moulds();
        let (title, slug) = ("\u{fdd1}0&\u{fdd2}", "\u{fdd1}0&\u{fdd2}");
        for view in [view("a", title, None), view("a", "Title", None), view(slug, "Title", None)] {
            let (html, _) = cast(&moulds, TEMPLATE, &view);
            assert_eq!(html, cast(&Moulds { made: None }, TEMPLATE, &view).0);
        }
    }
}

//! Footnotes: numbered as they are met, written at the end of their text, with a way back.

use std::collections::{BTreeMap, HashMap};

use pulldown_cmark::Event;

use super::{Writer, escape};
use crate::pages::prose::headings;
use crate::pages::prose::parse::label;

/// What is known of the footnotes while a text is written.
#[derive(Default)]
pub(super) struct Notes<'e> {
    defined: Option<&'e BTreeMap<String, Vec<Event<'e>>>>,
    /// Labels in the order of their numbers, and how many links lead to each.
    met: Vec<(String, usize)>,
    numbers: HashMap<String, usize>,
}

impl<'e> Notes<'e> {
    pub(super) fn of(defined: &'e BTreeMap<String, Vec<Event<'e>>>) -> Notes<'e> {
        Notes { defined: Some(defined), ..Notes::default() }
    }

    /// The number of a footnote that is there.
    fn number(&mut self, name: &str) -> Option<usize> {
        let label = label(name);
        self.defined?.get(&label)?;
        if let Some(number) = self.numbers.get(&label) {
            return Some(*number);
        }
        self.met.push((label.clone(), 0));
        self.numbers.insert(label, self.met.len());
        Some(self.met.len())
    }

    /// Which of a footnote's links this is, from 1.
    fn count(&mut self, number: usize) -> usize {
        self.met.get_mut(number - 1).map_or(1, |(_, links)| {
            *links += 1;
            *links
        })
    }
}

impl Writer<'_> {
    pub(super) fn reference(&mut self, name: &str) {
        let Some(number) = self.notes.number(name) else {
            return escape::text(&mut self.out, &format!("[^{name}]"));
        };
        let count = self.notes.count(number);
        let (id, note) = (self.reference_id(number, count), self.note_id(number));
        self.out.push_str("<sup><a href=\"#");
        escape::href(&mut self.out, &note);
        self.out.push_str("\" id=\"");
        escape::attribute(&mut self.out, &id);
        self.out.push_str(&format!("\" role=\"doc-noteref\">{number}</a></sup>"));
    }

    /// Writes the footnotes that were referred to. One may refer to others.
    pub(super) fn footnotes(&mut self) {
        let Some(defined) = self.notes.defined else { return };
        let text = std::mem::take(&mut self.out);
        let mut items = Vec::new();
        while let Some((label, _)) = self.notes.met.get(items.len()) {
            self.events(defined.get(label).map_or(&[], Vec::as_slice));
            items.push(std::mem::take(&mut self.out));
        }
        self.out = text;
        if items.is_empty() {
            return;
        }
        self.open_line("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"");
        escape::attribute(&mut self.out, &self.context.words.footnotes);
        self.out.push_str("\">\n<ol>\n");
        for (index, item) in items.iter().enumerate() {
            self.footnote(index + 1, item);
        }
        self.out.push_str("</ol>\n</section>\n");
    }

    fn footnote(&mut self, number: usize, item: &str) {
        let id = self.note_id(number);
        self.out.push_str("<li id=\"");
        escape::attribute(&mut self.out, &id);
        self.out.push_str("\">");
        let back = self.back_links(number);
        // The way back belongs to the last line where there is one.
        match item.strip_suffix("</p>\n") {
            Some(item) => self.out.push_str(&format!("{item}{back}</p>\n</li>\n")),
            None => self.out.push_str(&format!("{item}<p>{}</p>\n</li>\n", back.trim_start())),
        }
    }

    fn back_links(&self, number: usize) -> String {
        let mut back = String::new();
        let links = self.notes.met.get(number - 1).map_or(0, |(_, links)| *links);
        for count in 1..=links {
            let id = self.reference_id(number, count);
            let name = if count == 1 { number.to_string() } else { format!("{number}-{count}") };
            back.push_str(" <a href=\"#");
            escape::href(&mut back, &id);
            back.push_str("\" role=\"doc-backlink\" aria-label=\"");
            let words = self.context.words.back.replace("{number}", &name);
            escape::attribute(&mut back, &words);
            back.push_str("\">\u{21a9}</a>");
        }
        back
    }

    fn note_id(&self, number: usize) -> String {
        headings::id(self.context.id, &format!("fn.{number}"))
    }

    fn reference_id(&self, number: usize, count: usize) -> String {
        let count = if count == 1 { String::new() } else { format!(".{count}") };
        headings::id(self.context.id, &format!("fnref.{number}{count}"))
    }
}

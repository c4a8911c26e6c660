//! Tables, each in a box that scrolls on its own.

use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

use super::{Writer, escape, words_of};

/// The table that is being written.
pub(super) struct Table {
    columns: Vec<Alignment>,
    column: usize,
    head: bool,
    body: bool,
    cell: &'static str,
}

impl Writer<'_> {
    /// What scrolls must be reachable with the keyboard, and what is reachable needs a name.
    pub(super) fn open_table(&mut self, columns: &[Alignment], inside: &[Event]) {
        let mut name = self.context.words.table.clone();
        let titles = titles(inside);
        if !titles.is_empty() {
            name = format!("{name}: {}", titles.join(", "));
        }
        self.open_line("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"");
        escape::attribute(&mut self.out, &name);
        self.out.push_str("\">\n<table>\n");
        self.table = Some(Table {
            columns: columns.to_vec(),
            column: 0,
            head: true,
            body: false,
            cell: "td",
        });
    }

    pub(super) fn open_head(&mut self) {
        self.out.push_str("<thead>\n<tr>");
    }

    pub(super) fn open_row(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.column = 0;
        if !table.body {
            table.body = true;
            self.out.push_str("<tbody>\n");
        }
        self.out.push_str("<tr>");
    }

    /// An empty heading of a column is a plain cell: a heading must say something.
    pub(super) fn open_cell(&mut self, empty: bool) {
        let Some(table) = &mut self.table else { return };
        table.cell = if table.head && !empty { "th" } else { "td" };
        let class = match table.columns.get(table.column) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::None) | None => "",
        };
        let scope = if table.cell == "th" { " scope=\"col\"" } else { "" };
        self.out.push_str(&format!("<{}{scope}{class}>", table.cell));
    }

    pub(super) fn close_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.column += 1;
        self.out.push_str(&format!("</{}>", table.cell));
    }

    pub(super) fn close_row(&mut self, tag: TagEnd) {
        let Some(table) = &mut self.table else { return };
        self.out.push_str("</tr>\n");
        if tag == TagEnd::TableHead {
            table.head = false;
            self.out.push_str("</thead>\n");
        }
    }

    pub(super) fn close_table(&mut self) {
        let body = self.table.take().is_some_and(|table| table.body);
        self.out.push_str(if body { "</tbody>\n" } else { "" });
        self.out.push_str("</table>\n</div>\n");
    }
}

/// The headings of the columns, of those that have one.
fn titles(inside: &[Event]) -> Vec<String> {
    let end = inside.iter().position(|event| matches!(event, Event::End(TagEnd::TableHead)));
    inside[..end.unwrap_or(0)]
        .split(|event| matches!(event, Event::Start(Tag::TableCell)))
        .map(words_of)
        .filter(|title| !title.is_empty())
        .collect()
}

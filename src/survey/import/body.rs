//! The text of a mail, whatever it is made of.

use mail_parser::{Message, PartType};

/// Nobody writes as much; what follows is not looked at.
const LONGEST: usize = 1 << 20;

/// The time to lay out HTML grows with the square of its depth; no mail program nests as deep.
const DEEPEST: usize = 500;

/// Lines are not broken: a sentence is to stay one.
const WIDTH: usize = 4_000;

/// The text parts, or the same made of HTML where there are none. In it what is quoted begins with
/// `>`, as in a mail that was plain from the beginning.
pub fn text(mail: &Message) -> String {
    let mut all = String::new();
    for part in mail.text_bodies() {
        match &part.body {
            PartType::Text(text) => push(&mut all, text),
            PartType::Html(html) => push(&mut all, &of_html(html)),
            _ => {}
        }
    }
    if !all.trim().is_empty() {
        return all;
    }
    for part in mail.html_bodies() {
        if let PartType::Html(html) = &part.body {
            push(&mut all, &of_html(html));
        }
    }
    all
}

/// How many tags are open at once, at most.
fn depth(html: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        let name = tag.trim_start_matches('/');
        let is_alone = ["br", "hr", "img", "meta", "link", "!"]
            .iter()
            .any(|it| name.get(..it.len()).is_some_and(|name| name.eq_ignore_ascii_case(it)));
        match tag.starts_with('/') {
            true => open = open.saturating_sub(1),
            false if !is_alone => open += 1,
            false => {}
        }
        most = most.max(open);
    }
    most
}

fn push(all: &mut String, text: &str) {
    all.push_str(cut(text, LONGEST.saturating_sub(all.len())));
    all.push('\n');
}

fn of_html(html: &str) -> String {
    let html = cut(html, LONGEST);
    if depth(html) > DEEPEST {
        return mail_parser::decoders::html::html_to_text(html);
    }
    let text = html2text::config::plain_no_decorate()
        .link_footnotes(false)
        .no_table_borders()
        .no_link_wrapping()
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH);
    text.unwrap_or_default()
}

/// At most so many bytes, cut between two characters.
fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

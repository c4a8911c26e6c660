//! The HTML part: the same words in one column, in the colours of the reader's choice.
//!
//! Styles stand in each element, because some programs drop the head; the dark colours cannot, so
//! they stand in the head. No tables, no pictures, nothing from elsewhere.

use super::body::{Block, Span};
use super::plain;
use crate::theme::Words;

const FONT: &str = "font:16px/1.5 -apple-system,'Segoe UI',Roboto,'Noto Sans',Ubuntu,sans-serif";
const TEXT: &str = "#1d2127";
const PAPER: &str = "#ffffff";
const LINK: &str = "#0b4fb3";
const QUIET: &str = "#545d68";
const LINE: &str = "#c9d0d8";

/// The dark half. Every colour of the light half has its other here.
const DARK: &str = "@media (prefers-color-scheme:dark){\
    body,.paper{background:#15181c!important;color:#e8eaed!important}\
    a,.go{color:#9cc2ff!important;border-color:#9cc2ff!important}\
    .quiet{color:#a9b1bb!important}\
    .line{border-color:#4a525c!important}}";

/// The blocks as a page.
pub fn write(blocks: &[Block], subject: &str, words: &Words) -> String {
    let footer = plain::footer(blocks).unwrap_or(blocks.len());
    let (body, below) = blocks.split_at(footer);
    let mut page = Page { out: String::new() };
    page.head(subject, words);
    page.blocks(body);
    if let [_, below @ ..] = below {
        page.out.push_str(&format!(
            "<div class=\"quiet line\" style=\"margin:32px 0 0;padding:16px 0 0;border-top:1px solid {LINE};font-size:14px;color:{QUIET}\">\n"
        ));
        page.blocks(below);
        page.out.push_str("</div>\n");
    }
    page.out.push_str("</div>\n</body>\n</html>\n");
    page.out
}

struct Page {
    out: String,
}

impl Page {
    fn head(&mut self, subject: &str, words: &Words) {
        let (language, direction) = (escaped(words.language()), escaped(&words.direction()));
        let subject = escaped(subject);
        self.out.push_str(&format!(
            "<!DOCTYPE html>\n\
             <html lang=\"{language}\" dir=\"{direction}\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
             <title>{subject}</title>\n\
             <style>:root{{color-scheme:light dark}}{DARK}</style>\n\
             </head>\n\
             <body style=\"margin:0;padding:0;background:{PAPER};color:{TEXT}\">\n\
             <div class=\"paper\" lang=\"{language}\" dir=\"{direction}\" style=\"max-width:36em;margin:0 auto;padding:20px 16px 32px;{FONT};overflow-wrap:anywhere;background:{PAPER};color:{TEXT}\">\n"
        ));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(spans) => self.paragraph(spans),
            Block::Common(common) => self.paragraph(&common.spans),
            // What somebody else wrote may run in the other direction.
            Block::Heading(spans) => {
                self.out.push_str(
                    "<h2 dir=\"auto\" style=\"margin:32px 0 8px;font-size:18px;line-height:1.3\">",
                );
                self.spans(spans);
                self.out.push_str("</h2>\n");
            }
            Block::List { first, items } => self.list(*first, items),
            Block::Quote(blocks) => {
                self.out.push_str(&format!(
                    "<blockquote class=\"line\" dir=\"auto\" style=\"margin:0 0 16px;padding:4px 16px 0;border-inline-start:3px solid {LINE}\">\n"
                ));
                self.blocks(blocks);
                self.out.push_str("</blockquote>\n");
            }
            Block::Code(code) => {
                self.out.push_str("<pre style=\"margin:0 0 16px;white-space:pre-wrap\">");
                self.text(code);
                self.out.push_str("</pre>\n");
            }
            Block::Rule => self.out.push_str(&format!(
                "<hr class=\"line\" style=\"margin:24px 0;border:0;border-top:1px solid {LINE}\">\n"
            )),
        }
    }

    fn paragraph(&mut self, spans: &[Span]) {
        self.out.push_str("<p style=\"margin:0 0 16px\">");
        self.spans(spans);
        self.out.push_str("</p>\n");
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        if is_choice(items) {
            return self.choices(items);
        }
        let style = "margin:0 0 16px;padding-inline-start:24px";
        match first {
            Some(1) => self.out.push_str(&format!("<ol style=\"{style}\">\n")),
            Some(first) => {
                self.out.push_str(&format!("<ol start=\"{first}\" style=\"{style}\">\n"))
            }
            None => self.out.push_str(&format!("<ul style=\"{style}\">\n")),
        }
        for item in items {
            self.out.push_str("<li style=\"margin:0 0 8px\">");
            match item.as_slice() {
                [Block::Paragraph(spans)] => self.spans(spans),
                blocks => self.blocks(blocks),
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str(if first.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    /// Links to choose from are as large as a thumb.
    fn choices(&mut self, items: &[Vec<Block>]) {
        self.out.push_str("<ul style=\"margin:0 0 16px;padding:0;list-style:none\">\n");
        for item in items {
            let [Block::Paragraph(spans)] = item.as_slice() else { continue };
            let Some((url, words)) = plain::alone(spans) else { continue };
            let (url, words) = (escaped(url), escaped(&words));
            self.out.push_str(&format!(
                "<li style=\"margin:0 0 8px\"><a class=\"go\" href=\"{url}\" style=\"display:block;padding:10px 16px;border:1px solid {LINK};border-radius:8px;color:{LINK};text-decoration:none\">{words}</a></li>\n"
            ));
        }
        self.out.push_str("</ul>\n");
    }

    fn spans(&mut self, spans: &[Span]) {
        for span in spans {
            match span {
                Span::Text(text) => self.text(text),
                Span::Code(code) => {
                    self.out.push_str("<code>");
                    self.text(code);
                    self.out.push_str("</code>");
                }
                Span::Break => self.out.push_str("<br>\n"),
                Span::Strong(inner) => self.inside("strong", inner),
                Span::Emphasis(inner) => self.inside("em", inner),
                Span::Link { url, words } => {
                    let url = escaped(url);
                    self.out.push_str(&format!("<a href=\"{url}\" style=\"color:{LINK}\">"));
                    self.spans(words);
                    self.out.push_str("</a>");
                }
            }
        }
    }

    fn inside(&mut self, name: &str, spans: &[Span]) {
        self.out.push_str(&format!("<{name}>"));
        self.spans(spans);
        self.out.push_str(&format!("</{name}>"));
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }
}

/// Whether every item is a link and nothing else.
fn is_choice(items: &[Vec<Block>]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| match item.as_slice() {
            [Block::Paragraph(spans)] => plain::alone(spans).is_some(),
            _ => false,
        })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast (WCAG 2.2).
    fn contrast(one: &str, other: &str) -> f64 {
        let light = |colour: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (one, other) = (light(one) + 0.05, light(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_colour_can_be_read_on_its_paper() {
        for colour in [TEXT, LINK, QUIET] {
            assert!(contrast(colour, PAPER) >= 4.5, "{colour}");
        }
        let dark: Vec<&str> = DARK.match_indices('#').map(|(at, _)| &DARK[at..at + 7]).collect();
        let (paper, line) = (dark[0], dark[dark.len() - 1]);
        for colour in &dark[1..] {
            assert!(*colour == line || contrast(colour, paper) >= 4.5, "{colour}");
        }
    }
}

//! Text into HTML. What is written here is exactly what a browser would write if it were asked
//! for the source of the page again, so the two can be compared byte by byte.

/// Text between two tags.
pub(super) fn text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| MAY_CHANGE[usize::from(byte)]) {
        // A byte that may change something begins a character.
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = from.chars();
        match chars.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('\u{a0}') => out.push_str("&nbsp;"),
            Some(c) if may_stand(c) => out.push(c),
            _ => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Whether a character that begins with that byte may be written in another way, or not at all:
/// all that HTML forbids beyond ASCII begins with one of the last four. Every byte of every text is
/// looked up here.
const MAY_CHANGE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'&' | b'<' | b'>' | 0x7f | 0xc2 | 0xef | 0xf0..=0xf4)
            || (byte < b' ' as usize && !matches!(byte as u8, b'\n' | b'\t'));
        byte += 1;
    }
    table
};

/// The value of an attribute, between double quotes.
pub(super) fn attribute(out: &mut String, value: &str) {
    for (index, part) in value.split('"').enumerate() {
        if index > 0 {
            out.push_str("&quot;");
        }
        text(out, part);
    }
}

/// An address as the value of an attribute. What is percent-encoded already stays as it is.
pub(super) fn href(out: &mut String, url: &str) {
    for c in url.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            c if c.is_ascii_alphanumeric() || "-._~:/?#@!$'()*+,;=%".contains(c) => out.push(c),
            c if c >= '\u{a1}' && may_stand(c) && !hides(c) => out.push(c),
            c => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
}

/// Whether HTML allows the character at all. Everything else says nothing to a reader.
pub(super) fn may_stand(c: char) -> bool {
    let low = u32::from(c) & 0xffff;
    let noncharacter = low >= 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    matches!(c, '\n' | '\t') || !(c.is_control() || noncharacter)
}

/// Characters that make an address look like another one.
fn hides(c: char) -> bool {
    c.is_whitespace() || crate::words::is_invisible(c)
}

//! Words for machines: templates of one line, addresses of pages, text that XML allows.

/// `template` with each `{name}` replaced by its value. What stands in a value stays as it is.
pub(super) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = values.iter().find_map(|(name, value)| {
            Some((*value, rest.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?))
        });
        let (value, after) = found.unwrap_or(rest.split_at(1));
        text.push_str(value);
        rest = after;
    }
    text + rest
}

/// On one line, without the control characters that neither XML nor calendars allow.
pub(super) fn clean(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if text.as_bytes().iter().all(plain)
        && !text.contains("  ")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return text.to_owned();
    }
    let allowed = |c: &char| c.is_whitespace() || !(c.is_control() || is_noncharacter(*c));
    let text: String = text.chars().filter(allowed).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// The address of a file of the site. `base_url` ends with a slash.
pub(super) fn url(base_url: &str, path: &str) -> String {
    let mut url = base_url.to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$'()*+,;=@".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_once() {
        let values = [("item", "{status} {item}"), ("status", "done")];
        assert_eq!(filled("{item}: {status} {{x} {", &values), "{status} {item}: done {{x} {");
    }

    #[test]
    fn an_address_is_encoded_as_machines_want_it() {
        assert_eq!(
            url("https://x.org/week/", "2026/items/größe & x.html"),
            "https://x.org/week/2026/items/gr%C3%B6%C3%9Fe%20%26%20x.html"
        );
        assert_eq!(clean(" a\u{1}b\n\tc \u{ffff} "), "ab c");
    }
}

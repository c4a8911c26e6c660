//! Addresses of the site. Views hold them from the site's top; a template puts the page's own way
//! to the top before them, so that the site works from any folder and from a memory stick too.

/// `../` once for each folder a page lies in.
pub fn way_up(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// A path as it may stand in an address. Letters of all scripts stay readable; browsers encode
/// them on their own.
pub fn encode(path: &str) -> String {
    // Nearly all paths are made of names that need nothing of this.
    if path.chars().all(stays) {
        return path.to_owned();
    }
    let mut address = String::with_capacity(path.len());
    for c in path.chars() {
        if stays(c) {
            address.push(c);
        } else {
            address.push_str(&format!("%{:02X}", u32::from(c)));
        }
    }
    address
}

fn stays(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~')
}

/// The path of an address, for hosts that serve the site below their top: `/week/`.
pub fn base_path(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    match rest.find('/') {
        Some(slash) => rest[slash..].to_owned(),
        None => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_safe() {
        assert_eq!(way_up("index.html"), "");
        assert_eq!(way_up("2026/lists/atlas.html"), "../../");
        assert_eq!(encode("a b/é#1?.html"), "a%20b/é%231%3F.html");
        assert_eq!(base_path("https://week.example.org/"), "/");
        assert_eq!(base_path("https://example.org/week/"), "/week/");
    }
}

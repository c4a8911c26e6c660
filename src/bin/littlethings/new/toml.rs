//! Words as TOML writes them.

/// A text as TOML writes it.
pub fn quoted(text: &str) -> String {
    ::toml::Value::from(text).to_string()
}

/// A key as TOML writes it: quoted where it has more than plain letters, digits and hyphens.
pub fn bare_key(key: &str) -> String {
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain { key.to_owned() } else { quoted(key) }
}

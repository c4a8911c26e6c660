//! How long something takes, as people write it: `half a day`, `2-3 days`, `1,5 days`, `a week`.
//! A week is five days, a day is eight hours. A range counts by its end.

use std::fmt;

pub use crate::words::decimal;

/// Minutes of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Effort {
    pub minutes: u32,
}

/// What stands behind `Estimate:`, `Took:` or `Feels like:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// `?`: somebody has looked and cannot say yet.
    Unknown,
    Known(Effort),
    /// Text that is no duration; kept so that a page can show what was written.
    Other(String),
}

impl Estimate {
    pub fn effort(&self) -> Option<Effort> {
        match self {
            Estimate::Known(effort) => Some(*effort),
            Estimate::Unknown | Estimate::Other(_) => None,
        }
    }
}

impl Effort {
    pub const DAY: u32 = 8 * 60;
    pub const WEEK: u32 = 5 * Effort::DAY;

    pub fn from_days(days: u32) -> Effort {
        Effort { minutes: days.saturating_mul(Effort::DAY) }
    }

    /// In days, to be shown with at most two decimals.
    pub fn days(self) -> f64 {
        f64::from(self.minutes) / f64::from(Effort::DAY)
    }

    /// Reads a duration; `None` when the text is not one. A number alone is not one, because
    /// nobody can tell hours from days. Zero is not one either.
    pub fn read(written: &str) -> Option<Effort> {
        let text = written.trim().to_lowercase();
        let text = if text.is_ascii() { text } else { plain(&text) };
        let text = text.trim_start_matches(['~', '\u{2248}', '<']).trim_end_matches('.').trim();
        let text =
            ["about ", "around ", "approx ", "approx. ", "ca. ", "up to ", "max ", "at most "]
                .iter()
                .find_map(|hedge| text.strip_prefix(hedge))
                .unwrap_or(text);
        let minutes = sum(&tokens(text)?)?;
        let whole = minutes.round();
        (whole >= 1.0 && whole <= f64::from(u32::MAX / 2))
            .then_some(Effort { minutes: whole as u32 })
    }
}

impl fmt::Display for Effort {
    /// `2 hours`, `half a day`, `3 days`, `1.5 days`: words a person would use.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            240 => f.write_str("half a day"),
            Effort::DAY => f.write_str("1 day"),
            60 => f.write_str("1 hour"),
            minutes if minutes < 60 => write!(f, "{minutes} min"),
            minutes if minutes < Effort::DAY => {
                write!(f, "{} hours", decimal(f64::from(minutes) / 60.0))
            }
            _ => write!(f, "{} days", decimal(self.days())),
        }
    }
}

/// Blanks, dashes and fractions as a keyboard without them writes them.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ")
        .replace(['\u{2013}', '\u{2014}', '\u{2212}'], "-")
        .replace('\u{bd}', " 1/2 ")
        .replace('\u{bc}', " 1/4 ")
        .replace('\u{be}', " 3/4 ")
}

#[derive(Debug, PartialEq)]
enum Token {
    Number(f64),
    Unit(f64),
    Half,
    To,
}

/// Cuts `1d 4h`, `2-3 days`, `one and a half days` into numbers and units; `None` at a stranger.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first == ',' || first == '+' {
            rest = &rest[first.len_utf8()..];
        } else if first == '-' {
            tokens.push(Token::To);
            rest = &rest[1..];
        } else if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/')))
                .unwrap_or(rest.len());
            tokens.push(Token::Number(number(&rest[..end])?));
            rest = &rest[end..];
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            tokens.extend(word(&rest[..end])?);
            rest = &rest[end..];
        } else {
            return None;
        }
    }
    Some(tokens)
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim_end_matches([',', '.']);
    if let Some((over, under)) = text.split_once('/') {
        let (over, under): (f64, f64) = (over.parse().ok()?, under.parse().ok()?);
        return (under > 0.0).then_some(over / under);
    }
    text.replacen(',', ".", 1).parse().ok()
}

fn word(word: &str) -> Option<Option<Token>> {
    Some(Some(match word {
        "m" | "min" | "mins" | "minute" | "minutes" => Token::Unit(1.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => Token::Unit(60.0),
        "d" | "day" | "days" => Token::Unit(f64::from(Effort::DAY)),
        "w" | "wk" | "week" | "weeks" => Token::Unit(f64::from(Effort::WEEK)),
        "half" => Token::Half,
        "quarter" => Token::Number(0.25),
        "a" | "an" | "one" => Token::Number(1.0),
        "two" => Token::Number(2.0),
        "three" => Token::Number(3.0),
        "four" => Token::Number(4.0),
        "five" => Token::Number(5.0),
        "six" => Token::Number(6.0),
        "seven" => Token::Number(7.0),
        "eight" => Token::Number(8.0),
        "nine" => Token::Number(9.0),
        "ten" => Token::Number(10.0),
        "to" | "or" => Token::To,
        "and" | "of" | "work" | "working" => return Some(None),
        _ => return None,
    }))
}

/// Adds up `number unit` pairs; of a range the end counts, even where the unit stands once.
fn sum(tokens: &[Token]) -> Option<f64> {
    let mut total = 0.0;
    let mut pending: Option<f64> = None;
    let mut units = 0;
    let mut range_open = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(number) => {
                // "half a day", "quarter of a day": the article repeats nothing.
                let article = *number == 1.0
                    && index > 0
                    && matches!(tokens[index - 1], Token::Half | Token::Number(_));
                pending = match pending {
                    Some(before) if article => Some(before),
                    // "1 1/2 days"
                    Some(before) if *number < 1.0 => Some(before + number),
                    Some(_) => return None,
                    None => Some(*number),
                };
                range_open = false;
            }
            Token::Half => {
                // "one and a half days": the article before "half" was read as a second one.
                pending = Some(match pending {
                    Some(before) if index > 1 => before + 0.5,
                    _ => 0.5,
                });
                range_open = false;
            }
            Token::Unit(minutes) => {
                total += pending.take()? * minutes;
                units += 1;
            }
            Token::To => {
                if index == 0 {
                    return None;
                }
                pending = None;
                total = 0.0;
                range_open = true;
            }
        }
    }
    (units > 0 && pending.is_none() && !range_open).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Option<u32> {
        Effort::read(text).map(|effort| effort.minutes)
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2h", 120),
            ("half a day", 240),
            ("Half a day", 240),
            ("1,5 days", 720),
            ("1.5 days", 720),
            ("2-3 days", 1440),
            ("2 – 3 days", 1440),
            ("2 to 3 days", 1440),
            ("1 day - 2 weeks", 4800),
            ("a week", 2400),
            ("one week", 2400),
            ("1d 4h", 720),
            ("an hour", 60),
            ("30 min", 30),
            ("½ day", 240),
            ("1½ days", 720),
            ("1/2 day", 240),
            ("half day", 240),
            ("one and a half days", 720),
            ("two days", 960),
            ("~ 2 days", 960),
            ("about 3 days", 1440),
            ("3 days", 1440),
            ("quarter of a day", 120),
        ] {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "", "3", "soon", "days", "2-", "- 2 days", "0 days", "3 apples", "2 3 days",
            "1/0 days", "XL",
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_shown_in_words() {
        for (text, expected) in [
            ("4h", "half a day"),
            ("1 day", "1 day"),
            ("2-3 days", "3 days"),
            ("1,5 days", "1.5 days"),
            ("90 min", "1.5 hours"),
            ("a week", "5 days"),
        ] {
            assert_eq!(Effort::read(text).map(|e| e.to_string()).as_deref(), Some(expected));
        }
    }
}

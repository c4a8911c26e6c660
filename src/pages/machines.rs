//! The site's words for what machines read: the feed and the calendar of a round.

use super::calendar::CalendarWords;
use super::feed::FeedWords;
use crate::theme::Words;

pub fn feed_words(words: &Words) -> FeedWords {
    let text = |key: &str| words.text(key, &[]);
    FeedWords {
        title: text("feed.title"),
        entry: text("feed.entry"),
        summary: text("feed.summary"),
        submitted: text("status.submitted"),
        skipped: text("status.skipped"),
        started: text("status.started"),
        done: text("status.done"),
        signed_off: text("status.signed-off"),
        reopened: text("feed.reopened"),
        address_hidden: text("address_hidden"),
    }
}

pub fn calendar_words(words: &Words) -> CalendarWords {
    let text = |key: &str| words.text(&format!("calendar.{key}"), &[]);
    CalendarWords {
        name: text("name"),
        week: text("week"),
        lists_due: text("lists_due"),
        survey_opens: text("survey_opens"),
        survey_closes: text("survey_closes"),
        address_hidden: words.text("address_hidden", &[]),
    }
}

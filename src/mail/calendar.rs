//! The week as an entry in an owner's own calendar: a request by mail (iTIP, RFC 5546), and its
//! cancellation. The day is the unit, so no clock and no zone can shift it, and nobody is busy
//! because of it.

use icalendar::{Calendar, Component, Event, Property};
use jiff::Timestamp;
use jiff::civil::Date;

use super::Mailbox;

/// What is said about the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Please be there: whoever accepts it promises to be reachable.
    Request,
    /// It is off.
    Cancel,
}

impl Method {
    /// As the calendar and the type of its part in the mail have it.
    pub fn word(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// One person's week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    pub method: Method,
    /// The same for all letters about this entry. It holds no `@`: some servers take what stands
    /// before one for a mailbox.
    pub uid: String,
    /// How often the entry was changed before (RFC 5545, 3.8.7.4).
    pub sequence: u32,
    pub first: Date,
    /// The last day that belongs to it.
    pub last: Date,
    pub summary: String,
    pub description: String,
    pub url: String,
}

/// The entry as text, its lines folded and ending in CRLF. `organizer` is the sender of the mail:
/// programs distrust an entry that somebody else sends. `made_at` becomes its DTSTAMP.
pub fn text(week: &Week, organizer: &Mailbox, attendee: &Mailbox, made_at: Timestamp) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//littlethings//calendar//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", week.method.word()))
        .push(event(week, organizer, attendee, made_at));
    calendar.to_string()
}

fn event(week: &Week, organizer: &Mailbox, attendee: &Mailbox, made_at: Timestamp) -> Event {
    let day = |key: &str, day: Date| {
        let value = day.strftime("%Y%m%d").to_string();
        Property::new(key, value).add_parameter("VALUE", "DATE").done()
    };
    let status = match week.method {
        Method::Request => "CONFIRMED",
        Method::Cancel => "CANCELLED",
    };
    let mut event = Event::new();
    event
        .uid(&week.uid)
        .add_property("SEQUENCE", week.sequence.to_string())
        .add_property("DTSTAMP", made_at.strftime("%Y%m%dT%H%M%SZ").to_string())
        .append_property(day("DTSTART", week.first))
        // The end is the first day that does not belong to it.
        .append_property(day("DTEND", week.last.tomorrow().unwrap_or(week.last)))
        .summary(&lines(&week.summary))
        .add_property("STATUS", status)
        .add_property("TRANSP", "TRANSPARENT")
        .append_property(person("ORGANIZER", organizer).done())
        .append_property(asked(attendee));
    if !week.description.is_empty() {
        event.description(&lines(&week.description));
    }
    if !week.url.is_empty() {
        event.add_property("URL", &week.url);
    }
    event
}

fn asked(attendee: &Mailbox) -> Property {
    person("ATTENDEE", attendee)
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("PARTSTAT", "NEEDS-ACTION")
        .add_parameter("RSVP", "TRUE")
        .done()
}

fn person(key: &str, mailbox: &Mailbox) -> Property {
    let mut property = Property::new(key, format!("mailto:{}", mailbox.address));
    let name = common_name(&mailbox.name);
    if !name.is_empty() {
        property.add_parameter("CN", &name);
    }
    property
}

/// A name as the value of a parameter, which knows no way to write a quote or a line break
/// (RFC 5545, 3.1), and whose writer escapes nothing. Some readers take a backslash for an escape
/// all the same: one before the closing quote would draw the address into the name.
fn common_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text without the control characters that a calendar does not allow.
fn lines(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

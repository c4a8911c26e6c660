//! How much is too much, and what came so fast that no person can have sent it. In memory only:
//! who sent when is nobody's business, and a limit may begin anew with the program.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::super::token::Invitee;
use super::Limits;

/// Addresses that are remembered at most; more than this is an attack, and memory ends.
const MOST_ADDRESSES: usize = 10_000;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Who sent how much of late.
pub struct Guard {
    limits: Limits,
    posts: HashMap<Invitee, Count>,
    strangers: HashMap<IpAddr, Count>,
    latest: HashMap<Invitee, (Timestamp, blake3::Hash)>,
}

/// What was sent since when.
struct Count {
    since: Timestamp,
    number: u32,
}

impl Guard {
    pub fn new(limits: Limits) -> Guard {
        Guard { limits, posts: HashMap::new(), strangers: HashMap::new(), latest: HashMap::new() }
    }

    /// Whether this person may send one more form. Everybody in an office has its address, so
    /// who comes with a link that works is not held to what others there have sent.
    pub fn may_post(&mut self, invitee: &Invitee, now: Timestamp) -> bool {
        let most = self.limits.posts;
        match self.posts.get_mut(invitee) {
            Some(count) => count.one_more(most, now),
            None => {
                self.posts.insert(invitee.clone(), Count { since: now, number: 1 });
                most > 0
            }
        }
    }

    /// Whether one more form without a link that works may come from there.
    pub fn may_knock(&mut self, address: IpAddr, now: Timestamp) -> bool {
        let most = self.limits.strangers;
        if self.strangers.len() >= MOST_ADDRESSES {
            self.strangers.retain(|_, count| now.duration_since(count.since) < HOUR);
        }
        if self.strangers.len() >= MOST_ADDRESSES {
            self.strangers.clear();
        }
        let count = self.strangers.entry(network(address));
        count.or_insert(Count { since: now, number: 0 }).one_more(most, now)
    }

    /// Notes a form that was kept, by a hash of the answer that matters.
    pub fn kept(&mut self, invitee: &Invitee, said: blake3::Hash, now: Timestamp) {
        self.latest.insert(invitee.clone(), (now, said));
    }

    /// Whether something else was kept for this person a moment ago.
    pub fn said_otherwise(&self, invitee: &Invitee, said: blake3::Hash, now: Timestamp) -> bool {
        let Some((at, before)) = self.latest.get(invitee) else { return false };
        *before != said && now.duration_since(*at) < signed(self.limits.together)
    }
}

impl Count {
    fn one_more(&mut self, most: u32, now: Timestamp) -> bool {
        if now.duration_since(self.since) >= HOUR {
            *self = Count { since: now, number: 0 };
        }
        self.number = self.number.saturating_add(1);
        self.number <= most
    }
}

/// A duration that can be compared with the time between two instants.
pub fn signed(duration: std::time::Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// What one connection to the internet gets: an address, or 2^72 of them in IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[7..].fill(0);
            IpAddr::from(octets)
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn ana() -> Invitee {
        Invitee { round: "summer".into(), person: "ana".into() }
    }

    #[test]
    fn a_link_sends_so_many_forms_an_hour() {
        let mut guard = Guard::new(Limits { posts: 3, ..Limits::default() });
        let sent: Vec<bool> = (0..5).map(|second| guard.may_post(&ana(), at(second))).collect();
        assert_eq!(sent, [true, true, true, false, false]);
        assert!(guard.may_post(&Invitee { person: "bob".into(), ..ana() }, at(5)));
        assert!(guard.may_post(&ana(), at(3600)));
    }

    #[test]
    fn strangers_of_one_network_are_one() {
        let mut guard = Guard::new(Limits { strangers: 1, ..Limits::default() });
        let mut knock = |address: &str| guard.may_knock(address.parse().unwrap(), at(0));
        assert!(knock("2001:db8:1:1100::1"));
        assert!(!knock("2001:db8:1:11ff::2"));
        assert!(knock("2001:db8:1:1200::1"));
        assert!(knock("192.0.2.1"));
        assert!(!knock("::ffff:192.0.2.1"));
        assert!(knock("192.0.2.2"));
    }

    #[test]
    fn memory_ends_before_an_attack_does() {
        let mut guard = Guard::new(Limits::default());
        for number in 0..3 * MOST_ADDRESSES as u32 {
            guard.may_knock(IpAddr::from(number.to_be_bytes()), at(0));
        }
        assert!(guard.strangers.len() <= MOST_ADDRESSES);
    }

    #[test]
    fn a_different_answer_within_a_minute_is_noticed() {
        let mut guard = Guard::new(Limits::default());
        let (four, five) = (blake3::hash(b"4"), blake3::hash(b"5"));
        guard.kept(&ana(), four, at(0));
        assert!(!guard.said_otherwise(&ana(), four, at(1)));
        assert!(guard.said_otherwise(&ana(), five, at(59)));
        assert!(!guard.said_otherwise(&ana(), five, at(60)));
    }
}

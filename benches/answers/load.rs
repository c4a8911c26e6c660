//! Answers that are sent when it is time for them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::crowd::Crowd;

/// How many can be on their way at once; with fewer the load would not be open.
const HANDS: usize = 256;

pub struct Load<'a> {
    /// Answers a second.
    pub rate: u32,
    pub seconds: u32,
    pub address: &'a str,
}

/// What became of one answer.
pub struct Sent {
    /// Whose, by place in the crowd.
    pub person: usize,
    /// Which of theirs, from 0.
    pub number: usize,
    /// When it was to be sent, from the beginning.
    pub intended: Duration,
    /// From then until all of the answer was there.
    pub latency: Duration,
    /// 0 where there was no answer.
    pub status: u16,
}

impl Sent {
    pub fn is_kept(&self) -> bool {
        self.status == 303
    }
}

impl Load<'_> {
    /// Sends all of it. `look` is told the time before each.
    pub fn send(&self, crowd: &Crowd, look: impl Fn(Duration) + Sync) -> Vec<Sent> {
        let all = (self.rate * self.seconds) as usize;
        let (next, sent) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(all)));
        let begun = Instant::now();
        thread::scope(|scope| {
            for _ in 0..HANDS {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::SeqCst);
                        if index >= all {
                            return;
                        }
                        let intended = Duration::from_secs_f64(index as f64 / f64::from(self.rate));
                        thread::sleep(intended.saturating_sub(begun.elapsed()));
                        look(intended);
                        let (person, number) =
                            (index % crowd.people.len(), index / crowd.people.len());
                        let who = &crowd.people[person];
                        let status = post(self.address, &who.path, &who.form(number));
                        let latency = begun.elapsed().saturating_sub(intended);
                        let one = Sent { person, number, intended, latency, status };
                        sent.lock().unwrap().push(one);
                    }
                });
            }
        });
        sent.into_inner().unwrap()
    }
}

/// The page at a path.
pub fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"))
        .unwrap_or_default()
}

pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn post(address: &str, path: &str, form: &str) -> u16 {
    let length = form.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    );
    ask(address, &request).map_or(0, |answer| status(&answer))
}

fn ask(address: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

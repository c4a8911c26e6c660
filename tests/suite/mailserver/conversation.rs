//! One connection, from the greeting to its end.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use rustls::{ServerConnection, StreamOwned};

use super::{At, Does, Heard, LONGEST, Security, Shared, Taken};

/// The end of a connection, wanted or not.
struct Over;

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Over {
        Over
    }
}

enum Stream {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

struct Conversation<'a> {
    shared: &'a Shared,
    stream: Stream,
    socket: TcpStream,
    unread: Vec<u8>,
    user: Option<String>,
    from: String,
    parameters: String,
    to: String,
}

pub(super) fn hold(shared: &Shared, socket: TcpStream) {
    let _ = socket.set_read_timeout(Some(LONGEST));
    let _ = socket.set_write_timeout(Some(LONGEST));
    let _ = socket.set_nodelay(true);
    let Ok(other) = socket.try_clone() else { return };
    let mut conversation = Conversation {
        shared,
        stream: Stream::Plain(socket),
        socket: other,
        unread: Vec::new(),
        user: None,
        from: String::new(),
        parameters: String::new(),
        to: String::new(),
    };
    let _ = conversation.whole();
    let _ = conversation.socket.shutdown(Shutdown::Both);
}

impl Conversation<'_> {
    fn whole(&mut self) -> Result<(), Over> {
        if self.shared.script.security == Security::FromTheFirstByte {
            self.encrypt()?;
        }
        self.answer(At::Greeting, "220 mail.tests.example ESMTP")?;
        loop {
            let line = self.line()?;
            let was_encrypted = matches!(self.stream, Stream::Encrypted(_));
            self.shared.journal().heard.push(Heard { line: line.clone(), was_encrypted });
            self.command(&line)?;
        }
    }

    fn command(&mut self, line: &str) -> Result<(), Over> {
        let upper = line.to_uppercase();
        let verb = upper.split([' ', ':']).next().unwrap_or_default();
        match verb {
            "EHLO" => self.hello(),
            "STARTTLS" => {
                if self.answer(At::StartTls, "220 2.0.0 go ahead")? {
                    self.encrypt()?;
                }
                Ok(())
            }
            "AUTH" => self.auth(line),
            "MAIL" if self.shared.script.account.is_some() && self.user.is_none() => {
                self.say("530 5.7.0 Authentication required")
            }
            "MAIL" => {
                let (from, parameters) = address(line);
                (self.from, self.parameters) = (from, parameters);
                self.answer(At::Sender, "250 2.1.0 ok").map(|_| ())
            }
            "RCPT" => {
                self.to = address(line).0;
                self.answer(At::Recipient, "250 2.1.5 ok").map(|_| ())
            }
            "DATA" => match self.answer(At::Data, "354 go on")? {
                true => self.body(),
                false => Ok(()),
            },
            "RSET" | "NOOP" => self.say("250 2.0.0 ok"),
            "QUIT" => {
                self.shared.journal().goodbyes += 1;
                let _ = self.say("221 2.0.0 bye");
                Err(Over)
            }
            _ => self.say("502 5.5.1 what?"),
        }
    }

    fn hello(&mut self) -> Result<(), Over> {
        let script = &self.shared.script;
        let mut lines = vec!["mail.tests.example".to_owned()];
        lines.extend(script.offers.iter().map(|line| (*line).to_owned()));
        let can_encrypt =
            script.security == Security::StartTls && matches!(self.stream, Stream::Plain(_));
        if can_encrypt && !script.hides_starttls {
            lines.push("STARTTLS".to_owned());
        }
        if script.account.is_some() && !can_encrypt {
            lines.push(format!("AUTH {}", script.mechanisms));
        }
        let last = lines.pop().unwrap();
        let before: String = lines.iter().map(|line| format!("250-{line}\r\n")).collect();
        self.answer(At::Hello, &format!("{before}250 {last}")).map(|_| ())
    }

    fn auth(&mut self, line: &str) -> Result<(), Over> {
        if !self.answer(At::Auth, "")? {
            return Ok(());
        }
        let mut words = line.split(' ').skip(1);
        let (mechanism, initial) = (words.next().unwrap_or_default(), words.next());
        let decode = |text: &str| {
            String::from_utf8(BASE64.decode(text.as_bytes()).unwrap_or_default())
                .unwrap_or_default()
        };
        let said = initial.map(decode).unwrap_or_default();
        let (user, secret) = match mechanism {
            "PLAIN" => {
                let mut parts = said.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                (decode(&self.ask("334 VXNlcm5hbWU6")?), decode(&self.ask("334 UGFzc3dvcmQ6")?))
            }
            "XOAUTH2" => {
                let part = |start: &str| {
                    let found = said.split('\x01').find_map(|part| part.strip_prefix(start));
                    found.unwrap_or_default().to_owned()
                };
                (part("user="), part("auth=Bearer "))
            }
            _ => return self.say("504 5.5.4 not that way"),
        };
        if self.shared.script.account == Some((user.as_str(), secret.as_str())) {
            self.user = Some(user);
            return self.say("235 2.7.0 welcome");
        }
        if mechanism == "XOAUTH2" {
            self.ask("334 eyJzdGF0dXMiOiI0MDEifQ==")?;
        }
        self.say("535 5.7.8 no")
    }

    /// Asks for a line of a sign-in.
    fn ask(&mut self, challenge: &str) -> Result<String, Over> {
        self.say(challenge)?;
        let line = self.line()?;
        let was_encrypted = matches!(self.stream, Stream::Encrypted(_));
        self.shared.journal().heard.push(Heard { line: line.clone(), was_encrypted });
        Ok(line)
    }

    fn body(&mut self) -> Result<(), Over> {
        let mut body = String::new();
        let mut first = true;
        loop {
            let line = self.line()?;
            if line == "." {
                break;
            }
            body.push_str(line.strip_prefix('.').unwrap_or(&line));
            body.push_str("\r\n");
            if std::mem::take(&mut first) {
                self.answer(At::MidBody, "")?;
            }
        }
        let count = self.shared.journal().letters.len() + 1;
        let taken = Taken {
            from: self.from.clone(),
            to: self.to.clone(),
            parameters: self.parameters.clone(),
            body,
            was_encrypted: matches!(self.stream, Stream::Encrypted(_)),
            user: self.user.clone(),
        };
        // Before it is said: whoever reads the answer finds the letter in the journal.
        let fault = self.shared.fault(At::Dot, Some(&self.to));
        let takes = match fault {
            None | Some(Does::TakesAndDrops | Does::TakesAndHangs | Does::Drips) => true,
            Some(Does::Says(reply) | Does::SaysAndDrops(reply)) => reply.starts_with('2'),
            Some(_) => false,
        };
        if takes {
            self.shared.journal().letters.push(taken);
        }
        self.act(fault, &format!("250 2.0.0 taken as {count}")).map(|_| ())
    }

    /// Does what the script wants here, else answers so. Whether it went as it should.
    fn answer(&mut self, at: At, right: &str) -> Result<bool, Over> {
        let to = self.to.clone();
        let fault = self.shared.fault(at, Some(to.as_str()));
        self.act(fault, right)
    }

    fn act(&mut self, fault: Option<Does>, right: &str) -> Result<bool, Over> {
        match fault {
            None if right.is_empty() => Ok(true),
            None => self.say(right).map(|()| true),
            Some(Does::Says(reply)) => self.say(reply).map(|()| false),
            Some(Does::SaysAndDrops(reply)) => {
                self.say(reply)?;
                Err(Over)
            }
            Some(Does::Drops | Does::TakesAndDrops) => Err(Over),
            Some(Does::Hangs | Does::TakesAndHangs) => self.wait_for_the_end(),
            Some(Does::Drips) => {
                for byte in format!("{right}\r\n").bytes() {
                    self.write(&[byte])?;
                    thread::sleep(Duration::from_millis(200));
                    self.is_over()?;
                }
                Ok(true)
            }
            Some(Does::OneEndlessLine) => self.for_ever(b"250-aaaaaaaaaaaaaaaa", &[b'a'; 4096]),
            Some(Does::EndlessLines) => self.for_ever(b"250-a\r\n", &b"250-a\r\n".repeat(500)),
            Some(Does::AddsInClear(more)) => {
                self.write(format!("{right}\r\n{more}\r\n").as_bytes())?;
                Ok(true)
            }
        }
    }

    fn for_ever(&mut self, first: &[u8], then: &[u8]) -> Result<bool, Over> {
        let until = Instant::now() + LONGEST;
        self.write(first)?;
        while Instant::now() < until {
            self.write(then)?;
            self.is_over()?;
        }
        Err(Over)
    }

    /// Neither reads nor writes until the client or the test is gone.
    fn wait_for_the_end(&mut self) -> Result<bool, Over> {
        let until = Instant::now() + LONGEST;
        let _ = self.socket.set_nonblocking(true);
        let mut one = [0];
        // What the client has sent stays in front; only an end without anything before it shows.
        while Instant::now() < until && !matches!(self.socket.peek(&mut one), Ok(0)) {
            thread::sleep(Duration::from_millis(20));
            self.is_over()?;
        }
        Err(Over)
    }

    fn is_over(&self) -> Result<(), Over> {
        if self.shared.is_over.load(Ordering::SeqCst) { Err(Over) } else { Ok(()) }
    }

    fn encrypt(&mut self) -> Result<(), Over> {
        self.answer(At::Handshake, "")?;
        let connection = ServerConnection::new(Arc::clone(&self.shared.tls)).map_err(|_| Over)?;
        let mut stream = StreamOwned::new(connection, self.socket.try_clone()?);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        self.stream = Stream::Encrypted(Box::new(stream));
        Ok(())
    }

    fn say(&mut self, reply: &str) -> Result<(), Over> {
        self.write(format!("{reply}\r\n").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Over> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes)?,
            Stream::Encrypted(stream) => {
                stream.write_all(bytes)?;
                stream.flush()?;
            }
        }
        Ok(())
    }

    fn line(&mut self) -> Result<String, Over> {
        loop {
            if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..end + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            let mut chunk = [0; 16 * 1024];
            let count = match &mut self.stream {
                Stream::Plain(socket) => socket.read(&mut chunk)?,
                Stream::Encrypted(stream) => stream.read(&mut chunk)?,
            };
            if count == 0 {
                return Err(Over);
            }
            self.unread.extend_from_slice(&chunk[..count]);
        }
    }
}

/// `MAIL FROM:<ana@example.org> SMTPUTF8`
fn address(line: &str) -> (String, String) {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let (address, rest) = inside.unwrap_or_default();
    (address.to_owned(), rest.trim().to_owned())
}

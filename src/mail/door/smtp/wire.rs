//! Bytes to and from a mail server, each exchange with an end in time and in size.
//!
//! lettre's own connection is not used, although its commands are. It waits anew for each byte, so
//! that a server with a byte a second holds it for ever, and hands out no socket that somebody else
//! could close; it reads a line without end into memory; it keeps what was sent in clear behind the
//! answer to STARTTLS and takes it for the answer to the first encrypted command; and it does not
//! say which version of TLS there is. Its author knows of some of this.

use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::failure::Cause;
use super::reply::{self, Reply};

/// The longest line of an answer. RFC 5321 allows 512 bytes; some say more.
const LONGEST_LINE: usize = 4 * 1024;
/// The longest answer.
const LONGEST_REPLY: usize = 64 * 1024;

/// A connection, in clear or encrypted.
pub struct Wire {
    line: Line,
    /// What was received and not yet read.
    unread: Vec<u8>,
}

enum Line {
    Plain(Timed),
    Encrypted(Box<StreamOwned<ClientConnection, Timed>>),
    /// While it changes from one to the other.
    Gone,
}

/// A socket that gives up at an instant, whatever trickles in until then.
struct Timed {
    socket: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// How the connection is encrypted, for people.
pub struct Encryption {
    pub version: String,
    pub cipher: String,
}

impl Wire {
    /// Reaches the server at one of its addresses.
    pub fn connect(host: &str, port: u16, patience: Duration) -> Result<Wire, Cause> {
        let until = Instant::now() + patience;
        let addresses = resolve(host, port, patience)?;
        let mut last = Cause::Settings(format!("the name {host} has no address"));
        for (tried, address) in addresses.iter().enumerate() {
            let left = until.saturating_duration_since(Instant::now());
            // One address that swallows everything must not use up the time of the others.
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1);
            if share.is_zero() {
                return Err(Cause::TimedOut(patience));
            }
            match TcpStream::connect_timeout(address, share) {
                Ok(socket) => {
                    // The answer to a letter is waited for; holding bytes back gains nothing.
                    let _ = socket.set_nodelay(true);
                    return Ok(Wire { line: Line::Plain(Timed { socket, until }), unread: vec![] });
                }
                Err(error) if is_late(&error) => last = Cause::TimedOut(patience),
                Err(error) => last = Cause::Network(error),
            }
        }
        Err(last)
    }

    /// Encrypts what follows. The server has to be the one of that name.
    pub fn encrypt(
        &mut self,
        host: &str,
        config: Arc<ClientConfig>,
        patience: Duration,
    ) -> Result<(), Cause> {
        // Said in clear, it could be from anybody between here and there, and would be taken for
        // an answer of the server once all is encrypted.
        if !self.unread.is_empty() {
            return Err(Cause::Unasked);
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Cause::Settings(format!("{host} cannot be the name in a certificate")))?;
        let connection = ClientConnection::new(config, name)
            .map_err(|error| Cause::Tls(super::tls::explain(&error, host)))?;
        let Line::Plain(mut socket) = std::mem::replace(&mut self.line, Line::Gone) else {
            return Err(Cause::Dropped);
        };
        socket.until = Instant::now() + patience;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
                // So that the server learns why.
                let _ = stream.conn.write_tls(&mut stream.sock);
                return Err(cause(error, patience, host));
            }
        }
        self.line = Line::Encrypted(Box::new(stream));
        Ok(())
    }

    pub fn encryption(&self) -> Option<Encryption> {
        let Line::Encrypted(stream) = &self.line else { return None };
        let version = stream.conn.protocol_version()?.as_str()?.replace("TLSv1_", "TLS 1.");
        let cipher = stream.conn.negotiated_cipher_suite()?.suite().as_str()?;
        Some(Encryption { version, cipher: cipher.replace("TLS13_", "TLS_") })
    }

    pub fn is_encrypted(&self) -> bool {
        matches!(self.line, Line::Encrypted(_))
    }

    /// Whether the other end really is this machine, however it is called.
    pub fn is_loopback(&self) -> bool {
        let address = self.socket().and_then(|socket| socket.peer_addr().ok());
        address.is_some_and(|address| address.ip().to_canonical().is_loopback())
    }

    /// Our own address on it.
    pub fn own_address(&self) -> Option<IpAddr> {
        let address = self.socket().and_then(|socket| socket.local_addr().ok());
        address.map(|address| address.ip().to_canonical())
    }

    fn socket(&self) -> Option<&TcpStream> {
        match &self.line {
            Line::Plain(socket) => Some(&socket.socket),
            Line::Encrypted(stream) => Some(&stream.sock.socket),
            Line::Gone => None,
        }
    }

    /// Says one thing and reads the answer to it.
    pub fn ask(&mut self, command: impl Display, patience: Duration) -> Result<Reply, Cause> {
        // A server says only good-bye without being asked.
        if !self.unread.is_empty() {
            let reply = self.read(Instant::now() + patience, patience)?;
            return if reply.says_goodbye() {
                Err(Cause::Answered(reply))
            } else {
                Err(Cause::Unasked)
            };
        }
        let until = Instant::now() + patience;
        self.write(command.to_string().as_bytes(), until)
            .map_err(|error| self.why(error, patience))?;
        self.read(until, patience)
    }

    /// Reads an answer that needs no asking.
    pub fn listen(&mut self, patience: Duration) -> Result<Reply, Cause> {
        self.read(Instant::now() + patience, patience)
    }

    /// Hands over a body, which ends with its dot, and reads the answer. In one write, so that the
    /// dot does not wait for the server to confirm what came before it.
    pub fn hand_over(&mut self, body: &str, patience: Duration) -> Result<Reply, Cause> {
        if !self.unread.is_empty() {
            return Err(Cause::CutOff(Box::new(Cause::Unasked)));
        }
        let until = Instant::now() + patience;
        if let Err(error) = self.write(body.as_bytes(), until) {
            // What was not taken from us cannot have arrived, and the dot comes last. A server
            // that has had enough may have said so before it closed.
            let cause = self.why(error, patience);
            let shortly = Instant::now() + patience.min(Duration::from_secs(1));
            return match self.read(shortly, patience) {
                Ok(reply) if reply.code >= 400 => Err(Cause::Answered(reply)),
                _ => Err(Cause::CutOff(Box::new(cause))),
            };
        }
        self.read(until, patience)
    }

    /// Ends the connection.
    pub fn close(&mut self) {
        if let Line::Encrypted(stream) = &mut self.line {
            stream.sock.until = Instant::now() + Duration::from_secs(1);
            stream.conn.send_close_notify();
            let _ = stream.conn.write_tls(&mut stream.sock);
        }
        if let Some(socket) = self.socket() {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
    }

    fn write(&mut self, bytes: &[u8], until: Instant) -> io::Result<()> {
        match &mut self.line {
            Line::Plain(socket) => {
                socket.until = until;
                socket.write_all(bytes)
            }
            Line::Encrypted(stream) => {
                stream.sock.until = until;
                stream.write_all(bytes)?;
                stream.flush()
            }
            Line::Gone => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn read(&mut self, until: Instant, patience: Duration) -> Result<Reply, Cause> {
        let mut lines = Vec::new();
        let mut first = None;
        let mut total = 0;
        loop {
            let bytes = self.read_line(until, patience)?;
            total += bytes.len();
            if total > LONGEST_REPLY {
                return Err(Cause::Endless);
            }
            let (code, more, text) = reply::line(&bytes).ok_or(Cause::NoReply)?;
            if *first.get_or_insert(code) != code {
                return Err(Cause::NoReply);
            }
            lines.push(text);
            if !more {
                return Ok(Reply { code, lines });
            }
        }
    }

    fn read_line(&mut self, until: Instant, patience: Duration) -> Result<Vec<u8>, Cause> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.unread[searched..].iter().position(|byte| *byte == b'\n') {
                return Ok(self.unread.drain(..=searched + end).collect());
            }
            searched = self.unread.len();
            if searched > LONGEST_LINE {
                return Err(Cause::Endless);
            }
            let mut chunk = [0; 2048];
            let count = match &mut self.line {
                Line::Plain(socket) => {
                    socket.until = until;
                    socket.read(&mut chunk)
                }
                Line::Encrypted(stream) => {
                    stream.sock.until = until;
                    stream.read(&mut chunk)
                }
                Line::Gone => Ok(0),
            };
            match count {
                Ok(0) => return Err(Cause::Dropped),
                Ok(count) => self.unread.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.why(error, patience)),
            }
        }
    }

    fn why(&self, error: io::Error, patience: Duration) -> Cause {
        cause(error, patience, "the server")
    }
}

/// What an error of the socket means.
fn cause(error: io::Error, patience: Duration, host: &str) -> Cause {
    if is_late(&error) {
        return Cause::TimedOut(patience);
    }
    match error.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe => return Cause::Dropped,
        _ => {}
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => Cause::Tls(super::tls::explain(tls, host)),
        None => Cause::Network(error),
    }
}

/// A socket that waited long enough says either, depending on the system.
fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// Asks for the addresses of a name in a thread of its own, because the system may take its time
/// and cannot be told to stop.
fn resolve(host: &str, port: u16, patience: Duration) -> Result<Vec<SocketAddr>, Cause> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (tell, told) = mpsc::channel();
    let name = host.to_owned();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs();
        let _ = tell.send(found.map(Iterator::collect::<Vec<_>>));
    });
    match told.recv_timeout(patience) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => Err(Cause::Settings(format!(
            "the name {host} cannot be resolved ({error}); \
             look whether it is spelled right and whether this machine has a network"
        ))),
        Err(_) => Err(Cause::TimedOut(patience)),
    }
}

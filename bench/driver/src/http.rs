//! A client of few instructions, so that what is measured is the server: one keep-alive connection,
//! requests as prepared bytes, answers read into a reused buffer.

use crate::Result;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Longest head (status line and headers) that is understood.
const HEAD: usize = 16 << 10;

/// A keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer: its status and its body, which lies in the connection until the next request.
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// The body, decoded from chunks.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The body as JSON; an error when the status is not 200.
    pub fn json(&self) -> Result<serde_json::Value> {
        self.expect_ok()?;
        Ok(serde_json::from_slice(self.body)?)
    }

    /// An error that quotes the answer when the status is not 200.
    pub fn expect_ok(&self) -> Result<()> {
        if self.status == 200 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(500)]);
        Err(format!("status {}: {text}", self.status).into())
    }
}

impl Connection {
    /// Connects without delay of small packets.
    pub fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(1 << 20) })
    }

    /// Sends a prepared request and reads the whole answer.
    pub fn call(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.answer()
    }

    /// Sends a prepared head and then a body of repeated `piece`s.
    pub fn upload(
        &mut self,
        head: &[u8],
        piece: &[u8],
        pieces: usize,
        tail: &[u8],
    ) -> Result<Answer<'_>> {
        self.stream.write_all(head)?;
        for _ in 0..pieces {
            self.stream.write_all(piece)?;
        }
        self.stream.write_all(tail)?;
        self.answer()
    }

    /// Sends a prepared request and reads the body through a small buffer; returns its length.
    pub fn download(&mut self, request: &[u8]) -> Result<u64> {
        self.stream.write_all(request)?;
        let (status, framing, mut received) = self.head()?;
        if status != 200 {
            return Err(format!("status {status}").into());
        }
        let Framing::Length(length) = framing else {
            return Err("the answer does not tell its length".into());
        };
        let length = length as u64;
        let mut piece = vec![0; 1 << 20];
        while (received as u64) < length {
            let count = self.stream.read(&mut piece)?;
            if count == 0 {
                return Err("the connection ended within the body".into());
            }
            received += count;
        }
        Ok(length)
    }

    fn answer(&mut self) -> Result<Answer<'_>> {
        let (status, framing, _) = self.head()?;
        match framing {
            Framing::Length(length) => self.fill(length)?,
            Framing::Chunks => self.chunks()?,
        }
        Ok(Answer { status, body: &self.buffer })
    }

    /// Reads the head; what came of the body stays in the buffer, its length is returned.
    fn head(&mut self) -> Result<(u16, Framing, usize)> {
        self.buffer.clear();
        let end = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end;
            }
            if self.buffer.len() > HEAD {
                return Err("the answer's head does not end".into());
            }
            self.more()?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let status = head.get(9..12).ok_or("not an HTTP answer")?.parse()?;
        let framing = framing(&head)?;
        self.buffer.drain(..end + 4);
        Ok((status, framing, self.buffer.len()))
    }

    fn more(&mut self) -> Result<()> {
        let start = self.buffer.len();
        self.buffer.resize(start + (64 << 10), 0);
        let count = self.stream.read(&mut self.buffer[start..])?;
        self.buffer.truncate(start + count);
        if count == 0 { Err("the connection ended within an answer".into()) } else { Ok(()) }
    }

    fn fill(&mut self, length: usize) -> Result<()> {
        while self.buffer.len() < length {
            self.more()?;
        }
        Ok(())
    }

    fn chunks(&mut self) -> Result<()> {
        let mut body = Vec::new();
        let mut at = 0;
        loop {
            let line_end = loop {
                match find(&self.buffer[at..], b"\r\n") {
                    Some(end) => break at + end,
                    None => self.more()?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[at..line_end])?;
            let size = usize::from_str_radix(size.trim(), 16)?;
            let start = line_end + 2;
            self.fill(start + size + 2)?;
            body.extend_from_slice(&self.buffer[start..start + size]);
            at = start + size + 2;
            if size == 0 {
                self.buffer = body;
                return Ok(());
            }
        }
    }
}

enum Framing {
    Length(usize),
    Chunks,
}

fn framing(head: &str) -> Result<Framing> {
    for line in head.lines() {
        match line.split_once(':') {
            Some(("content-length", length)) => return Ok(Framing::Length(length.trim().parse()?)),
            Some(("transfer-encoding", _)) => return Ok(Framing::Chunks),
            _ => {}
        }
    }
    Ok(Framing::Length(0))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A prepared request.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {}\r\n\r\n", body.len());
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn answered_with(answer: &'static [u8]) -> Vec<u8> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = Connection::open(listener.local_addr().unwrap()).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        peer.write_all(answer).unwrap();
        client.call(b"GET / HTTP/1.1\r\n\r\n").unwrap().body.to_vec()
    }

    #[test]
    fn bodies_come_by_length_and_by_chunks() {
        assert_eq!(answered_with(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), b"abc");
        let chunks =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
        assert_eq!(answered_with(chunks), b"abc");
    }
}

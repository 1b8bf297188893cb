//! A machine that analytics run on, and a place callbacks go to: it answers what it is told to and
//! remembers what it was asked.

use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

/// A request it got.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What it does with a request.
pub enum Does {
    /// Answers this status, type and body.
    Answers(u16, &'static str, String),
    /// Answers with more headers.
    Says(String),
    /// Begins an answer and never ends it.
    Hangs,
    /// Sends one part after another as the test lets it.
    Streams(Arc<Semaphore>),
    /// Breaks off within its body.
    Breaks,
}

pub struct Upstream {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    heard: Arc<Notify>,
}

impl Upstream {
    pub async fn start(does: impl Fn(&Asked) -> Does + Send + Sync + 'static) -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (asked, heard) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::new(Notify::new()));
        let (seen, tell, does) = (asked.clone(), heard.clone(), Arc::new(does));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, tell, does) = (seen.clone(), tell.clone(), does.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    while let Some(request) = read(&mut stream).await {
                        // The gateway's own look whether the machine is there.
                        if request.path == "/serve" {
                            act(&mut stream, Does::Answers(404, "text/plain", String::new())).await;
                            continue;
                        }
                        seen.lock().expect("a lock").push(request.clone());
                        tell.notify_one();
                        if !act(&mut stream, does(&request)).await {
                            return;
                        }
                    }
                });
            }
        });
        Upstream { url, asked, heard }
    }

    /// Answers everything with this JSON.
    pub async fn answering(answer: Value) -> Upstream {
        let text = answer.to_string();
        Upstream::start(move |_| Does::Answers(200, "application/json", text.clone())).await
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("a lock").clone()
    }

    /// The requests, once there are so many.
    pub async fn heard(&self, count: usize) -> Vec<Asked> {
        loop {
            let asked = self.asked();
            if asked.len() >= count {
                return asked;
            }
            self.heard.notified().await;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked { path, headers, body })
}

/// Whether the connection goes on.
async fn act(stream: &mut TcpStream, does: Does) -> bool {
    let send = match does {
        Does::Answers(status, kind, body) => format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
        Does::Says(text) => text,
        Does::Hangs => {
            let head =
                "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{";
            if stream.write_all(head.as_bytes()).await.is_ok() {
                // Until the gateway gives up.
                let mut nothing = [0; 1];
                let _ = stream.read(&mut nothing).await;
            }
            return false;
        }
        Does::Streams(next) => {
            let head = "HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\n\
                        transfer-encoding: chunked\r\n\r\n";
            if stream.write_all(head.as_bytes()).await.is_err() {
                return false;
            }
            for part in ["data: 1\n\n", "data: 2\n\n"] {
                next.acquire().await.expect("a permit").forget();
                let chunk = format!("{:x}\r\n{part}\r\n", part.len());
                if stream.write_all(chunk.as_bytes()).await.is_err() {
                    return false;
                }
            }
            "0\r\n\r\n".to_owned()
        }
        Does::Breaks => {
            let head =
                "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{";
            let _ = stream.write_all(head.as_bytes()).await;
            return false;
        }
    };
    stream.write_all(send.as_bytes()).await.is_ok()
}

//! Runs the program as a person would, in a folder of its own and with an empty environment.

// Each test file uses its part; a helper that fails fails its test.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A place to run commands in.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_arno"));
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().unwrap())
    }

    /// Starts `arno up` on free ports and waits for its welcome.
    pub fn up(&self) -> Up {
        let ports = ["up", "--web-port", "0", "--api-port", "0", "--files-port", "0"];
        let mut child = self
            .command(&ports)
            .env("ARNO_LOG", "warn")
            // An agent that is killed leaves its mark in the folder for temporary files.
            .env("ARNO_AGENT", "off")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut welcome = String::new();
        while !welcome.ends_with("Ctrl-C stops Arno.\n") {
            welcome += &lines.next().expect("the welcome").unwrap();
            welcome.push('\n');
        }
        Up { child, welcome }
    }
}

impl Outcome {
    fn of(output: Output) -> Outcome {
        Outcome {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts success and returns standard output.
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.stdout
    }

    /// Asserts a refusal of one line and returns it.
    pub fn refused(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (1, ""), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "one line: {}", self.stderr);
        self.stderr.trim_end().to_owned()
    }
}

/// A running `arno up`.
pub struct Up {
    child: Child,
    pub welcome: String,
}

impl Up {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The word after a label of the welcome.
    pub fn told(&self, label: &str) -> &str {
        let line = self.welcome.lines().find_map(|line| line.trim().strip_prefix(label));
        line.and_then(|rest| rest.split_whitespace().next()).expect(label)
    }

    /// The header of a name and secret.
    pub fn basic(&self, name: &str, secret: &str) -> String {
        format!("Basic {}", base64(format!("{name}:{secret}").as_bytes()))
    }

    /// The header of a token for this name and secret.
    pub fn token(&self, name: &str, secret: &str) -> String {
        let answer = self.call("API", "POST /auth.login", &self.basic(name, secret), b"");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        format!("Bearer {}", answer["data"]["token"].as_str().unwrap())
    }

    /// The body of the answer, which must be good, as text.
    pub fn call(&self, label: &str, head: &str, authorization: &str, body: &[u8]) -> String {
        String::from_utf8(self.fetch(label, head, authorization, body)).unwrap()
    }

    /// The same as bytes. `label` is that of the address in the welcome, `head` method and path.
    pub fn fetch(&self, label: &str, head: &str, authorization: &str, body: &[u8]) -> Vec<u8> {
        let host = self.told(label).trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{head} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
             Content-Type: multipart/form-data; boundary=x0x\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            body.len()
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
        let status = String::from_utf8_lossy(&answer[..end]).into_owned();
        assert!(status.starts_with("HTTP/1.1 200"), "{head}: {status}");
        answer.split_off(end + 4)
    }

    /// The status that a sign-in with this name and secret gets.
    pub fn sign_in(&self, name: &str, secret: &str) -> u16 {
        let host = self.told("API").trim_start_matches("http://");
        let basic = self.basic(name, secret);
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET /auth.login HTTP/1.1\r\nHost: {host}\r\nAuthorization: {basic}\r\n\
             Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer[9..12].parse().unwrap()
    }

    /// Sends the signal (`INT`, `TERM`) and returns the exit code.
    pub fn end(mut self, signal: &str) -> i32 {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap().code().expect("an exit code")
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It has ended already unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            (0..3).fold(0, |group, i| group << 8 | usize::from(*chunk.get(i).unwrap_or(&0)));
        for i in 0..4 {
            let letter = char::from(LETTERS[group >> (18 - 6 * i) & 63]);
            text.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

//! Files up and down: one of a gigabyte, and many of 4 kB.

use crate::Result;
use crate::http::{Connection, request};
use crate::ingest::megabytes;
use crate::limits::{Limits, rate};
use crate::load;
use crate::report::Table;
use crate::server::Server;
use std::time::Instant;

const BOUNDARY: &str = "arno-bench-boundary";
const PIECE: usize = 1 << 20;
const PIECES: usize = 1024;
const SMALL: usize = 4096;
const SMALL_FILES: usize = 8_000;
const CLIENTS: usize = 8;

/// Both cases.
pub fn measure(server: &Server, limits: &Limits, table: &mut Table) -> Result<()> {
    large(server, limits, table)?;
    small(server, table)
}

fn large(server: &Server, limits: &Limits, table: &mut Table) -> Result<()> {
    let piece: Vec<u8> = (0..PIECE).map(|i| ((i * 2_654_435_761) >> 13) as u8).collect();
    let (before, tail) = part("bench/large/file.bin");
    let length = before.len() + PIECE * PIECES + tail.len();
    server.reset_peak()?;
    let begin = Instant::now();
    let mut connection = Connection::open(server.files)?;
    let head = upload_head(server, length);
    connection.upload(&[head, before].concat(), &piece, PIECES, &tail)?.expect_ok()?;
    let up = (PIECE * PIECES) as f64 / begin.elapsed().as_secs_f64();
    let (_, peak) = server.memory()?;
    let limit = limits.disk.min(limits.loopback);
    table.row(
        "upload of 1 GB",
        &rate(up),
        &format!(
            "goal 80 % of {}: {:.0} %; memory at most {}",
            rate(limit),
            up / limit * 100.0,
            megabytes(peak)
        ),
    );
    server.reset_peak()?;
    let headers = [("Authorization", server.bearer.as_str())];
    let begin = Instant::now();
    let bytes = connection.download(&request("GET", "/bench/large/file.bin", &headers, b""))?;
    let down = bytes as f64 / begin.elapsed().as_secs_f64();
    let (_, peak) = server.memory()?;
    let limit = limits.loopback;
    table.row(
        "download of 1 GB",
        &rate(down),
        &format!(
            "goal 80 % of {}: {:.0} %; memory at most {}",
            rate(limit),
            down / limit * 100.0,
            megabytes(peak)
        ),
    );
    Ok(())
}

fn small(server: &Server, table: &mut Table) -> Result<()> {
    let outcome = load::run(server.files, CLIENTS, SMALL_FILES, |number, out| {
        let (before, tail) = part(&format!("bench/small/{number}.bin"));
        let mut content = vec![0; SMALL];
        content[..8].copy_from_slice(&(number as u64).to_le_bytes());
        out.extend(upload_head(server, before.len() + SMALL + tail.len()));
        out.extend([before, content, tail].concat());
    })?;
    table.row(
        "4 kB files up, 8 clients",
        &format!("{:.0}/s", outcome.rate(SMALL_FILES)),
        &format!("goal 9,460, ten times the reference file server; {}", outcome.times),
    );
    let headers = [("Authorization", server.bearer.as_str())];
    let outcome = load::run(server.files, CLIENTS, SMALL_FILES, |number, out| {
        out.extend(request("GET", &format!("/bench/small/{number}.bin"), &headers, b""));
    })?;
    table.row(
        "4 kB files down, 8 clients",
        &format!("{:.0}/s", outcome.rate(SMALL_FILES)),
        &format!("goal 9,870, ten times the reference file server; {}", outcome.times),
    );
    Ok(())
}

fn upload_head(server: &Server, length: usize) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nHost: bench\r\nAuthorization: {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n",
        server.bearer
    )
    .into_bytes()
}

/// What stands before and after the content of a file in a form of one part.
fn part(path: &str) -> (Vec<u8>, Vec<u8>) {
    let before = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{path}\"; filename=\"{path}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    (before.into_bytes(), format!("\r\n--{BOUNDARY}--\r\n").into_bytes())
}

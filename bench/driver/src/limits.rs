//! What this machine can do at most, printed beside what Arno does.

use crate::Result;
use crate::report::{Spread, Table};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Instant;

const PIECE: usize = 1 << 20;

/// The limits that figures are compared with.
pub struct Limits {
    /// Bytes a second written to the disk and synced.
    pub disk: f64,
    /// Bytes a second through a loopback connection.
    pub loopback: f64,
}

/// Measures them in `folder` and prints them.
pub fn measure(folder: &Path, table: &mut Table) -> Result<Limits> {
    let limits = Limits { disk: disk(folder)?, loopback: loopback()? };
    table.row("disk: 1 GB written and synced", &rate(limits.disk), "limit of uploads");
    table.row(
        "loopback: 1 GB through one connection",
        &rate(limits.loopback),
        "limit of downloads",
    );
    Ok(limits)
}

/// Megabytes a second, for people.
pub fn rate(bytes_per_second: f64) -> String {
    format!("{:.0} MB/s", bytes_per_second / 1e6)
}

/// Times of a 4 kB write with `fdatasync`, the least a durable write takes. They change from minute
/// to minute, so they are measured beside what they are compared with.
pub fn commits(folder: &Path) -> Result<Spread> {
    let mut file = File::create(folder.join("commits"))?;
    let block = [7; 4096];
    let mut times = Vec::new();
    for _ in 0..300 {
        let start = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(folder.join("commits"))?;
    Ok(Spread::of(times))
}

fn disk(folder: &Path) -> Result<f64> {
    let path = folder.join("gigabyte");
    let piece = vec![7; PIECE];
    let start = Instant::now();
    let mut file = File::create(&path)?;
    for _ in 0..1024 {
        file.write_all(&piece)?;
    }
    file.sync_all()?;
    let seconds = start.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok((1024 * PIECE) as f64 / seconds)
}

fn loopback() -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    let (mut receiver, _) = listener.accept()?;
    let start = Instant::now();
    let sending = std::thread::spawn(move || -> std::io::Result<()> {
        let piece = vec![7; PIECE];
        (0..1024).try_for_each(|_| sender.write_all(&piece))
    });
    let mut piece = vec![0; PIECE];
    let mut received = 0;
    loop {
        match receiver.read(&mut piece)? {
            0 => break,
            count => received += count,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    sending.join().map_err(|_| "the sender failed")??;
    Ok(received as f64 / seconds)
}

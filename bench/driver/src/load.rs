//! Load from several connections at once: prepared requests, each timed.

use crate::Result;
use crate::http::Connection;
use crate::report::Spread;
use crate::server::processor_time;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a load did.
pub struct Outcome {
    /// From first request to last answer.
    pub wall: Duration,
    /// Time of each request.
    pub times: Spread,
    /// Share of one core that the clients used.
    pub client_share: f64,
}

impl Outcome {
    /// How many of `things` were done a second.
    pub fn rate(&self, things: usize) -> f64 {
        things as f64 / self.wall.as_secs_f64()
    }
}

/// Sends `requests` in order over `connections` connections; each takes the next one when free.
/// A request is made by `make` into the given buffer, so that a long load needs little memory.
pub fn run(
    address: SocketAddr,
    connections: usize,
    requests: usize,
    make: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> Result<Outcome> {
    paced(address, connections, requests, None, make)
}

/// As [`run`], but the requests come at moments fixed beforehand, `rate` a second. What cannot be sent at
/// its moment, because all connections wait for answers, is timed from then on all the same.
pub fn paced(
    address: SocketAddr,
    connections: usize,
    requests: usize,
    rate: Option<f64>,
    make: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> Result<Outcome> {
    let next = AtomicUsize::new(0);
    let processor = processor_time("self")?;
    let begin = Instant::now();
    let worker = || -> Result<Vec<Duration>> {
        let mut connection = Connection::open(address)?;
        let mut request = Vec::new();
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= requests {
                return Ok(times);
            }
            request.clear();
            make(number, &mut request);
            let start = match rate {
                Some(rate) => wait_for(begin + Duration::from_secs_f64(number as f64 / rate)),
                None => Instant::now(),
            };
            connection.call(&request)?.expect_ok()?;
            times.push(start.elapsed());
        }
    };
    let times = std::thread::scope(|scope| -> Result<Vec<Duration>> {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(worker)).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a client failed")??);
        }
        Ok(all)
    })?;
    let wall = begin.elapsed();
    let used = processor_time("self")?.saturating_sub(processor);
    let client_share = used.as_secs_f64() / wall.as_secs_f64();
    Ok(Outcome { wall, times: Spread::of(times), client_share })
}

/// Waits for a moment; returns it when it has passed already, else the one at which the wait was over.
#[allow(clippy::disallowed_methods)] // the pace is what is measured with
fn wait_for(moment: Instant) -> Instant {
    match moment.checked_duration_since(Instant::now()) {
        Some(left) => {
            std::thread::sleep(left);
            Instant::now()
        }
        None => moment,
    }
}

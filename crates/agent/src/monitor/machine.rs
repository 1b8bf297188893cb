//! Processors, memory, disk and network of the machine, from `/proc` and `/sys`.

use super::disk;
use super::gpu::Gpu;
use crate::clock::{self, Millis};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

const MB: f64 = 1024.0 * 1024.0;
const SECTOR: f64 = 512.0;

/// Counters that only ever grow; what happened is their difference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counters {
    at: Millis,
    cpu_busy: f64,
    cpu_all: f64,
    disk_read: f64,
    disk_written: f64,
    received: f64,
    sent: f64,
}

/// Measures from one report to the next.
pub(crate) struct Machine {
    before: Counters,
    /// Whose disk is reported.
    home: PathBuf,
}

impl Machine {
    pub(crate) fn new(home: PathBuf) -> Machine {
        Machine { before: Counters::read(), home }
    }

    /// What happened since the last time (agent.md §2.1, `machine_stats`).
    pub(crate) fn stats(&mut self, gpus: &[Gpu]) -> Value {
        let now = Counters::read();
        let mut stats = rates(&self.before, &now);
        self.before = now;
        if let Some((used, free)) = memory() {
            stats.insert("memory_used".to_owned(), rounded(used / MB));
            stats.insert("memory_free".to_owned(), rounded(free / MB));
        }
        if let Some(free) = disk::free_percent(&self.home) {
            stats.insert("disk_free_home".to_owned(), rounded(free));
        }
        if let Some(hottest) = temperature() {
            stats.insert("cpu_temperature".to_owned(), rounded(hottest));
        }
        if !gpus.is_empty() {
            let all =
                |value: fn(&Gpu) -> f64| gpus.iter().map(value).map(rounded).collect::<Value>();
            stats.insert("gpu_usage".to_owned(), all(|gpu| gpu.usage));
            stats.insert("gpu_temperature".to_owned(), all(|gpu| gpu.temperature));
            stats.insert("gpu_memory_used".to_owned(), all(|gpu| gpu.memory_used));
            stats.insert("gpu_memory_free".to_owned(), all(|gpu| gpu.memory_free));
        }
        Value::Object(stats)
    }
}

fn rates(before: &Counters, now: &Counters) -> Map<String, Value> {
    let seconds = ((now.at - before.at) as f64 / 1000.0).max(0.001);
    let ticks = (now.cpu_all - before.cpu_all).max(1.0);
    let rate = |before: f64, now: f64| rounded((now - before).max(0.0) / MB / seconds);
    let mut stats = Map::new();
    let usage = ((now.cpu_busy - before.cpu_busy) * 100.0 / ticks).clamp(0.0, 100.0);
    stats.insert("cpu_usage".to_owned(), rounded(usage));
    stats.insert("disk_read".to_owned(), rate(before.disk_read, now.disk_read));
    stats.insert("disk_write".to_owned(), rate(before.disk_written, now.disk_written));
    stats.insert("network_rx".to_owned(), rate(before.received, now.received));
    stats.insert("network_tx".to_owned(), rate(before.sent, now.sent));
    stats
}

fn rounded(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

impl Counters {
    fn read() -> Counters {
        let (cpu_busy, cpu_all) = cpu(&read("/proc/stat"));
        let (disk_read, disk_written) = disks(&read("/proc/diskstats"));
        let (received, sent) = network(&read("/proc/net/dev"));
        Counters { at: clock::now(), cpu_busy, cpu_all, disk_read, disk_written, received, sent }
    }
}

/// Busy and all ticks of all processors together.
fn cpu(stat: &str) -> (f64, f64) {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "));
    let ticks: Vec<f64> =
        line.unwrap_or_default().split_whitespace().filter_map(|tick| tick.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
    let all: f64 = ticks.iter().take(8).sum();
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    (all - idle, all)
}

/// Bytes read and written by whole disks.
fn disks(diskstats: &str) -> (f64, f64) {
    let mut sum = (0.0, 0.0);
    for line in diskstats.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, _, name, _, _, read, _, _, _, written, ..] = fields.as_slice() else { continue };
        let is_virtual =
            ["loop", "ram", "dm-", "md", "zram"].iter().any(|kind| name.starts_with(kind));
        let is_part = !is_virtual && !std::path::Path::new("/sys/block").join(name).exists();
        if !is_virtual && !is_part {
            sum.0 += read.parse().unwrap_or(0.0) * SECTOR;
            sum.1 += written.parse().unwrap_or(0.0) * SECTOR;
        }
    }
    sum
}

/// Bytes received and sent by all but the loopback.
fn network(dev: &str) -> (f64, f64) {
    let mut sum = (0.0, 0.0);
    for (name, counters) in dev.lines().filter_map(|line| line.split_once(':')) {
        if name.trim() == "lo" {
            continue;
        }
        let mut fields = counters.split_whitespace().map(|field| field.parse().unwrap_or(0.0));
        sum.0 += fields.next().unwrap_or(0.0);
        sum.1 += fields.nth(7).unwrap_or(0.0);
    }
    sum
}

/// Bytes used and free.
fn memory() -> Option<(f64, f64)> {
    let text = read("/proc/meminfo");
    let kilobytes = |name: &str| -> Option<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    let free = kilobytes("MemAvailable:")? * 1024.0;
    Some((kilobytes("MemTotal:")? * 1024.0 - free, free))
}

/// The hottest sensor of the processor, degrees Celsius.
fn temperature() -> Option<f64> {
    let zones = std::fs::read_dir("/sys/class/thermal").ok()?.flatten();
    let degrees = zones.filter_map(|zone| {
        let text = std::fs::read_to_string(zone.path().join("temp")).ok()?;
        text.trim().parse::<f64>().ok()
    });
    degrees.map(|millidegrees| millidegrees / 1000.0).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_read_and_their_differences_become_rates() {
        assert_eq!(cpu("cpu  10 5 5 70 10 0 0 0 3 0\ncpu0 1 1 1 1"), (20.0, 100.0));
        let dev = "Inter-| Receive\n face |bytes\n    lo: 9 9 9 9 9 9 9 9 9 9\n  eth0: 100 1 0 0 0 0 0 0 200 1";
        assert_eq!(network(dev), (100.0, 200.0));
        let before = Counters { at: 0, cpu_busy: 10.0, cpu_all: 100.0, ..Counters::default() };
        let now = Counters {
            at: 2_000,
            cpu_busy: 60.0,
            cpu_all: 200.0,
            received: 4.0 * MB,
            ..Counters::default()
        };
        let stats = rates(&before, &now);
        assert_eq!(stats["cpu_usage"], json!(50.0));
        assert_eq!(stats["network_rx"], json!(2.0));
        assert_eq!(stats["disk_read"], json!(0.0));
    }
}

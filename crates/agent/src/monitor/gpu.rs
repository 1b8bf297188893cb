//! Graphics processors, through `nvidia-smi` where there is one.

use regex::Regex;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::process::Command;

/// What a device is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Gpu {
    /// Its number.
    pub(crate) index: u32,
    /// Percent.
    pub(crate) usage: f64,
    /// MB.
    pub(crate) memory_used: f64,
    /// MB.
    pub(crate) memory_free: f64,
    /// Degrees Celsius.
    pub(crate) temperature: f64,
}

/// Longer than a driver needs that is well.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is asked for, in this order.
const QUERY: &str = "--query-gpu=index,utilization.gpu,memory.used,memory.free,temperature.gpu";
const FORMAT: &str = "--format=csv,noheader,nounits";

/// The first two numbers of a version.
pub(crate) type Version = (u32, u32);

/// What the machine's driver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Driver {
    /// The newest CUDA it knows.
    pub(crate) cuda: Version,
    /// Its own version.
    pub(crate) version: Option<Version>,
}

/// All devices of the machine; None where they cannot be asked for.
pub(crate) async fn read() -> Option<Vec<Gpu>> {
    ask(&[QUERY, FORMAT]).await.map(|text| parse(&text))
}

/// The driver; None where there is none.
pub(crate) async fn driver() -> Option<Driver> {
    parse_driver(&ask(&[]).await?)
}

/// Number and UUID of every device.
pub(crate) async fn uuids() -> Option<Vec<(u32, String)>> {
    let text = ask(&["--query-gpu=index,uuid", FORMAT]).await?;
    let line = |line: &str| {
        let (index, uuid) = line.split_once(',')?;
        Some((index.trim().parse().ok()?, uuid.trim().to_owned()))
    };
    Some(text.lines().filter_map(line).collect())
}

/// A program that uses a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// The device's UUID.
    pub(crate) device: String,
    pub(crate) pid: i32,
    pub(crate) program: String,
    /// MB.
    pub(crate) memory: String,
}

/// Every program on a device.
pub(crate) async fn users() -> Option<Vec<User>> {
    let text = ask(&["--query-compute-apps=gpu_uuid,pid,process_name,used_memory", FORMAT]).await?;
    let line = |line: &str| {
        let mut fields = line.split(',').map(|field| field.trim().to_owned());
        let (device, pid) = (fields.next()?, fields.next()?.parse().ok()?);
        Some(User { device, pid, program: fields.next()?, memory: fields.next()? })
    };
    Some(text.lines().filter_map(line).collect())
}

/// Numbers of the devices that some program uses.
pub(crate) async fn busy() -> Option<BTreeSet<String>> {
    let (users, known) = (users().await?, uuids().await?);
    let is_used = |uuid: &String| users.iter().any(|user| user.device == *uuid);
    Some(
        known
            .iter()
            .filter(|(_, uuid)| is_used(uuid))
            .map(|(index, _)| index.to_string())
            .collect(),
    )
}

async fn ask(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("nvidia-smi");
    command.args(arguments).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The head of what `nvidia-smi` shows.
fn parse_driver(text: &str) -> Option<Driver> {
    let after = |name: &str| {
        let found = Regex::new(&format!(r"{name} Version: *([\d.]+)")).ok()?.captures(text)?;
        version(found.get(1)?.as_str())
    };
    Some(Driver { cuda: after("CUDA")?, version: after("Driver") })
}

/// The first two numbers of a version.
pub(crate) fn version(text: &str) -> Option<Version> {
    let mut numbers = text.trim().split('.');
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

fn parse(text: &str) -> Vec<Gpu> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(',').map(str::trim);
            let index = fields.next()?.parse().ok()?;
            // What cannot be read counts as busy (agent.md §2.1).
            let usage = fields.next()?.parse().unwrap_or(100.0);
            let mut number = || fields.next().and_then(|field| field.parse().ok()).unwrap_or(0.0);
            let (memory_used, memory_free, temperature) = (number(), number(), number());
            Some(Gpu { index, usage, memory_used, memory_free, temperature })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_stands_in_the_head() {
        let text =
            "| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2     |";
        let expected = Driver { cuda: (12, 2), version: Some((535, 104)) };
        assert_eq!(parse_driver(text), Some(expected));
        assert_eq!(parse_driver("No devices were found"), None);
    }

    #[test]
    fn devices_are_read_line_by_line() {
        let read = parse("0, 35, 1024, 15000, 61\n1, [N/A], 0, 16000, [N/A]\nno device\n");
        let first = Gpu {
            index: 0,
            usage: 35.0,
            memory_used: 1024.0,
            memory_free: 15000.0,
            temperature: 61.0,
        };
        let second = Gpu { index: 1, usage: 100.0, memory_free: 16000.0, ..Gpu::default() };
        assert_eq!(read, [first, second]);
    }
}

//! Graphics processors, through `nvidia-smi` where there is one.

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

/// All devices of the machine; None where they cannot be asked for.
pub(crate) async fn read() -> Option<Vec<Gpu>> {
    let mut command = Command::new("nvidia-smi");
    command.args([QUERY, "--format=csv,noheader,nounits"]).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    output.status.success().then(|| parse(&String::from_utf8_lossy(&output.stdout)))
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

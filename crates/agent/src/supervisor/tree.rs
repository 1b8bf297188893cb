//! Processes and their descendants, from `/proc`.

use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::{Error, Result};

/// A process that cannot be mistaken for a later one of the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    /// Its number.
    pub(crate) pid: u32,
    /// When it began, in ticks since the machine started.
    pub(crate) began: u64,
}

impl Process {
    /// The running process of this number.
    pub(crate) fn find(pid: u32) -> Option<Process> {
        let stat = Stat::read(pid)?;
        (stat.state != 'Z').then_some(Process { pid, began: stat.began })
    }

    /// Whether it still runs.
    pub(crate) fn is_running(self) -> bool {
        Process::find(self.pid) == Some(self)
    }
}

/// This process.
pub(super) fn myself() -> Result<Process> {
    Process::find(std::process::id()).ok_or_else(|| Error::other("/proc cannot be read"))
}

/// What `/proc/<pid>/stat` says.
struct Stat {
    state: char,
    parent: u32,
    began: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Stat> {
        Stat::parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The command's name, in brackets, may hold anything.
    fn parse(text: &str) -> Option<Stat> {
        let mut fields = text[text.rfind(')')? + 1..].split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        let began = fields.nth(17)?.parse().ok()?;
        Some(Stat { state, parent, began })
    }
}

/// Every process that descends from `ancestor` and has not ended.
pub(crate) fn descendants(ancestor: u32) -> Vec<i32> {
    let children = children();
    let mut found = Vec::new();
    let mut look = vec![ancestor];
    while let Some(parent) = look.pop() {
        for (pid, state) in children.get(&parent).into_iter().flatten() {
            look.push(*pid);
            if *state != 'Z' {
                found.push(*pid as i32);
            }
        }
    }
    found
}

/// Parent → children with their states.
fn children() -> HashMap<u32, Vec<(u32, char)>> {
    let mut children: HashMap<u32, Vec<(u32, char)>> = HashMap::new();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some(stat) = Stat::read(pid) {
            children.entry(stat.parent).or_default().push((pid, stat.state));
        }
    }
    children
}

/// Takes note of adopted processes that have ended, except `child`, which is waited for elsewhere.
pub(super) fn reap(child: i32) {
    for (pid, state) in children().remove(&std::process::id()).unwrap_or_default() {
        if state == 'Z' && pid as i32 != child {
            // It is ours and has ended: there is nothing to go wrong.
            let _ = waitpid(Pid::from_raw(pid as i32), Some(WaitPidFlag::WNOHANG));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_brackets_do_not_mislead() {
        let text = "42 (a) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 0 0";
        let stat = Stat::parse(text).unwrap();
        assert_eq!((stat.state, stat.parent, stat.began), ('S', 7, 123_456));
    }

    #[test]
    fn this_process_runs_and_another_of_its_number_does_not() {
        let me = myself().unwrap();
        assert!(me.is_running());
        assert!(!Process { began: me.began + 1, ..me }.is_running());
    }
}

//! Devices that are handed out to tasks one by one (`--dynamic-gpus`): each queue says how many its tasks
//! get, and a device is given when neither a task of this agent nor anybody else's process uses it.

use crate::monitor::gpu;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// How many devices a task of a queue gets: at least, and at most.
type Share = (usize, usize);
/// A queue's name and the share of its tasks.
pub(crate) type QueueShare = (String, Share);

/// Flags that do not fit together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DevicesError {
    /// The list of devices.
    #[error("{0:?} is no list of devices; write their numbers, as in 0-3 or 0,2")]
    List(String),
    /// A queue's share.
    #[error(
        "{0:?} does not say how many devices a task gets; write the queue as name=2 or name=1-4, and no more than there are"
    )]
    Share(String),
}

/// The devices and who has them; without any, every task may start.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    devices: Vec<String>,
    /// By the queue's id.
    shares: BTreeMap<String, Share>,
    taken: Mutex<BTreeMap<String, Vec<String>>>,
}

impl Allocator {
    /// An allocator of these devices for queues with these shares.
    pub(crate) fn new(devices: Vec<String>, shares: BTreeMap<String, Share>) -> Allocator {
        Allocator { devices, shares, taken: Mutex::default() }
    }

    /// Whether devices are handed out at all.
    pub(crate) fn is_dynamic(&self) -> bool {
        !self.devices.is_empty()
    }

    /// Free devices for the next task of a queue: as many as it may have. None when there are too few.
    pub(crate) async fn choose(&self, queue: &str) -> Option<Vec<String>> {
        if !self.is_dynamic() {
            return Some(Vec::new());
        }
        let busy = gpu::busy().await.unwrap_or_default();
        self.choose_among(queue, &busy)
    }

    fn choose_among(&self, queue: &str, busy: &BTreeSet<String>) -> Option<Vec<String>> {
        let (least, most) = *self.shares.get(queue)?;
        let taken = self.held();
        let taken: BTreeSet<&String> = taken.values().flatten().collect();
        let is_free = |device: &&String| !taken.contains(*device) && !busy.contains(*device);
        let free: Vec<String> = self.devices.iter().filter(is_free).take(most).cloned().collect();
        (free.len() >= least).then_some(free)
    }

    /// Notes what a task has.
    pub(crate) fn take(&self, task: &str, devices: Vec<String>) {
        if !devices.is_empty() {
            self.held().insert(task.to_owned(), devices);
        }
    }

    /// A task has ended.
    pub(crate) fn give_back(&self, task: &str) {
        self.held().remove(task);
    }

    /// What a worker's name says of its devices, when it is one of this agent's.
    pub(crate) fn of_worker(&self, agent: &str, worker: &str) -> Option<Vec<String>> {
        if !self.is_dynamic() {
            return None;
        }
        let list = worker.strip_prefix(prefix(agent))?.strip_prefix(":gpu")?;
        let devices: Vec<String> = list.split(',').map(str::to_owned).collect();
        devices.iter().all(|device| self.devices.contains(device)).then_some(devices)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<String>>> {
        self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The name of a worker that has these devices of an agent (agent.md §2).
pub(crate) fn worker_name(agent: &str, devices: &[String]) -> String {
    format!("{}:gpu{}", prefix(agent), devices.join(","))
}

fn prefix(agent: &str) -> &str {
    agent.rsplit_once(':').map_or(agent, |(name, _)| name)
}

/// Numbers of `0-3` or `0,2`.
///
/// # Errors
/// When it is no such list.
pub(crate) fn list(text: &str) -> Result<Vec<String>, DevicesError> {
    let wrong = || DevicesError::List(text.to_owned());
    let mut devices = BTreeSet::new();
    for part in text.split(',').map(str::trim) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (u32, u32) =
            (from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?);
        if to < from || to - from > 1024 {
            return Err(wrong());
        }
        devices.extend(from..=to);
    }
    Ok(devices.into_iter().map(|device| device.to_string()).collect())
}

/// Name and share of `name=2` or `name=1-4`, where there are `all` devices.
///
/// # Errors
/// When it says no share, or more than there are.
pub(crate) fn share(queue: &str, all: usize) -> Result<QueueShare, DevicesError> {
    let wrong = || DevicesError::Share(queue.to_owned());
    let (name, share) = queue.rsplit_once('=').ok_or_else(wrong)?;
    let (least, most) = share.split_once('-').unwrap_or((share, share));
    let (least, most): (usize, usize) =
        (least.parse().map_err(|_| wrong())?, most.parse().map_err(|_| wrong())?);
    match least >= 1 && most >= least && least <= all {
        true => Ok((name.to_owned(), (least, most.min(all)))),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_shares_are_read() {
        assert_eq!(list("0-2,5").unwrap(), ["0", "1", "2", "5"]);
        for wrong in ["", "all", "3-1", "a-b", "0-9999999"] {
            assert_eq!(list(wrong), Err(DevicesError::List(wrong.to_owned())));
        }
        assert_eq!(share("big=2", 4), Ok(("big".to_owned(), (2, 2))));
        assert_eq!(share("any=1-8", 4), Ok(("any".to_owned(), (1, 4))));
        for wrong in ["big", "big=", "big=0", "big=5", "big=3-2", "big=x"] {
            assert_eq!(share(wrong, 4), Err(DevicesError::Share(wrong.to_owned())));
        }
    }

    #[test]
    fn a_device_is_given_once_and_never_a_busy_one() {
        let shares = [("big".to_owned(), (2, 2)), ("small".to_owned(), (1, 2))].into();
        let devices = Allocator::new(list("0-3").unwrap(), shares);
        let free = BTreeSet::new();
        let first = devices.choose_among("big", &free).unwrap();
        assert_eq!(first, ["0", "1"]);
        devices.take("t1", first);
        let busy = ["3".to_owned()].into();
        assert_eq!(devices.choose_among("big", &busy), None);
        assert_eq!(devices.choose_among("small", &busy).unwrap(), ["2"]);
        assert_eq!(devices.choose_among("unknown", &free), None);
        devices.give_back("t1");
        assert_eq!(devices.choose_among("big", &busy).unwrap(), ["0", "1"]);
    }

    #[test]
    fn workers_of_an_agent_say_what_they_have() {
        let devices = Allocator::new(list("0-3").unwrap(), BTreeMap::new());
        let of = |worker: &str| devices.of_worker("host:dgpu0-3", worker);
        assert_eq!(of("host:gpu0,1"), Some(vec!["0".to_owned(), "1".to_owned()]));
        assert_eq!(of("host:gpu7"), None);
        assert_eq!(of("other:gpu0"), None);
        assert_eq!(Allocator::default().of_worker("host:0", "host:gpu0"), None);
    }
}

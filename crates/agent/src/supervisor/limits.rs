//! A task's limits: running time, memory, processors.

use super::memory;
use crate::clock::Millis;
use crate::task::run::Limits;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use std::io::Result;

const MB: u64 = 1 << 20;

/// What is watched while a task runs.
pub(super) struct Watch {
    limits: Limits,
    began: Millis,
    kills: Option<u64>,
}

impl Watch {
    pub(super) fn start(limits: &Limits, now: Millis) -> Watch {
        Watch { limits: limits.clone(), began: now, kills: memory::kills() }
    }

    /// Which limit is exceeded, in words.
    pub(super) fn exceeded(&self, now: Millis) -> Option<String> {
        if let Some(most) = self.limits.seconds
            && now - self.began > most.saturating_mul(1000) as i64
        {
            return Some(format!("it ran longer than its limit of {most} s"));
        }
        let most = self.limits.memory_mb?;
        let used = memory::of_descendants() / MB;
        (used > most).then(|| format!("it used {used} MB of memory; its limit is {most} MB"))
    }

    /// What it means that the task was killed by the kernel for want of memory since it began.
    pub(super) fn out_of_memory(&self) -> Option<String> {
        let killed = memory::kills().zip(self.kills).is_some_and(|(now, before)| now > before);
        killed.then(|| match self.limits.memory_mb {
            Some(most) => format!("it used up its memory; its limit is {most} MB"),
            None => memory::EXPLANATION.to_owned(),
        })
    }
}

/// Lets this process and what it starts use only as many processors as the limit says.
pub(super) fn restrict_cpus(limits: &Limits) -> Result<()> {
    let Some(most) = limits.cpus else { return Ok(()) };
    let myself = Pid::from_raw(0);
    let allowed = sched_getaffinity(myself)?;
    let mut kept = CpuSet::new();
    let usable = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu).unwrap_or(false));
    for cpu in usable.take(most.max(1)) {
        kept.set(cpu)?;
    }
    Ok(sched_setaffinity(myself, &kept)?)
}

/// The limits in words.
pub(super) fn describe(limits: &Limits) -> Option<String> {
    let seconds = limits.seconds.map(|most| format!("{most} s of running time"));
    let memory = limits.memory_mb.map(|most| format!("{most} MB of memory"));
    let cpus = limits.cpus.map(|most| format!("{most} processors"));
    let all: Vec<String> = [seconds, memory, cpus].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_time_is_counted_from_the_start() {
        let limits = Limits { seconds: Some(2), ..Limits::default() };
        let watch = Watch::start(&limits, 1_000);
        assert_eq!(watch.exceeded(3_000), None);
        assert_eq!(watch.exceeded(3_001).as_deref(), Some("it ran longer than its limit of 2 s"));
        assert_eq!(describe(&limits).as_deref(), Some("2 s of running time"));
        assert_eq!(describe(&Limits::default()), None);
    }
}

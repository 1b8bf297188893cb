//! Memory of a process tree, and the kernel's count of processes it killed for want of memory.

use super::tree::descendants;

/// Why a task that nobody killed was killed.
pub(super) const EXPLANATION: &str = "the machine ran out of memory and its kernel killed the task; \
    give the task a larger machine, or let it use less";

/// How many processes the kernel has killed because memory ran out: in this control group, or on
/// the whole machine where that is not counted.
pub(super) fn kills() -> Option<u64> {
    own_group_kills().or_else(|| number(&std::fs::read_to_string("/proc/vmstat").ok()?, "oom_kill"))
}

fn own_group_kills() -> Option<u64> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    counters(&groups)
        .iter()
        .find_map(|path| number(&std::fs::read_to_string(path).ok()?, "oom_kill"))
}

/// The files that count, of the newer control groups and of the older ones. In a container the groups'
/// names are those outside, and its own group is the root.
fn counters(groups: &str) -> Vec<String> {
    let newer = groups.lines().find_map(|line| line.strip_prefix("0::"));
    let older = groups.lines().find_map(|line| line.split_once(":memory:").map(|(_, own)| own));
    let newer = newer.map(|own| format!("/sys/fs/cgroup{own}/memory.events"));
    let older = older.into_iter().flat_map(|own| {
        [own, ""].map(|own| format!("/sys/fs/cgroup/memory{own}/memory.oom_control"))
    });
    newer.into_iter().chain(older).collect()
}

/// The number after a name on a line of its own.
fn number(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

/// Bytes in memory of everything that descends from this process. Shared pages count once for each
/// process, as `ps` shows them.
pub(super) fn of_descendants() -> u64 {
    descendants(std::process::id()).into_iter().filter_map(resident).sum()
}

fn resident(pid: i32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_control_groups_are_looked_at() {
        let groups = "4:memory:/docker/x\n1:cpu:/\n0::/";
        let expected = [
            "/sys/fs/cgroup//memory.events",
            "/sys/fs/cgroup/memory/docker/x/memory.oom_control",
            "/sys/fs/cgroup/memory/memory.oom_control",
        ];
        assert_eq!(counters(groups), expected);
    }

    #[test]
    fn a_number_stands_after_its_name() {
        let text = "oom 3\noom_kill 2\noom_group_kill 1\n";
        assert_eq!(number(text, "oom_kill"), Some(2));
        assert_eq!(number(text, "none"), None);
    }
}

//! A process with all that it started: who they are, what memory they hold, how they are ended.
//!
//! Read from `/proc`. A member is who is in the process group or has an ancestor in it. A helper that left both (a crash reporter makes
//! itself an orphan) is known by the browser's profile in its environment or command line.

use std::{collections::BTreeSet, fs, os::unix::ffi::OsStrExt, path::Path, time::Duration};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, waitpgid};

/// What `/proc/PID/stat` tells.
struct Stat {
    pid: i32,
    parent: i32,
    group: i32,
    is_dead: bool,
}

impl Stat {
    fn read(pid: i32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name stands in brackets and may hold anything, brackets too.
        let (_, rest) = text.rsplit_once(')')?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?;
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Self { pid, parent, group, is_dead: matches!(state, "Z" | "X") })
    }
}

fn all() -> Vec<Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Stat::read(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// The living processes of the group and their descendants.
pub(super) fn members(group: Pid) -> Vec<i32> {
    let all = all();
    let group = group.as_raw_nonzero().get();
    let mut members: BTreeSet<i32> = all.iter().filter(|stat| stat.group == group).map(|stat| stat.pid).collect();
    loop {
        let before = members.len();
        let children = all.iter().filter(|stat| members.contains(&stat.parent)).map(|stat| stat.pid);
        members.extend(children.collect::<Vec<_>>());
        if members.len() == before {
            break;
        }
    }
    all.iter().filter(|stat| !stat.is_dead && members.contains(&stat.pid)).map(|stat| stat.pid).collect()
}

/// MiB that the members hold and the kernel cannot drop: anonymous and shared memory. The program's own 300 MB of code, which every
/// process maps and which exist once, do not count.
pub(super) fn memory_mib(group: Pid) -> u64 {
    let of = |pid: i32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kib = |line: &str| line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
        let counted = status.lines().filter(|line| line.starts_with("RssAnon:") || line.starts_with("RssShmem:"));
        counted.filter_map(kib).sum::<u64>()
    };
    members(group).into_iter().map(of).sum::<u64>() / 1024
}

/// Those who left the tree and still know the browser's folder.
fn strays(folder: &Path) -> Vec<i32> {
    let folder = folder.as_os_str().as_bytes();
    let knows = |file: String| fs::read(file).is_ok_and(|text| text.windows(folder.len()).any(|part| part == folder));
    let living = all().into_iter().filter(|stat| !stat.is_dead).map(|stat| stat.pid);
    living.filter(|pid| knows(format!("/proc/{pid}/cmdline")) || knows(format!("/proc/{pid}/environ"))).collect()
}

/// Ends them all at once, those that left the group among them.
pub(super) fn kill(group: Pid, folder: &Path) {
    let mut members = members(group);
    members.extend(strays(folder));
    // Errors say that they are gone already.
    let _gone = kill_process_group(group, Signal::KILL);
    for pid in members.into_iter().filter_map(Pid::from_raw) {
        let _gone = kill_process(pid, Signal::KILL);
    }
}

/// Waits until none of them lives, two seconds at most, and collects those that have become this process's children (where it is
/// a container's first process).
pub(super) async fn gone(group: Pid, folder: &Path) -> bool {
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..100 {
        tick.tick().await;
        while let Ok(Some(_)) = waitpgid(group, WaitOptions::NOHANG) {}
        if members(group).is_empty() && strays(folder).is_empty() {
            return true;
        }
    }
    false
}

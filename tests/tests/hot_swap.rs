//! Hot swap: calls without pause while the plugin's file is replaced 200 times by two alternating versions and 50 times by broken
//! files. No call fails, each sees exactly one version, memory stays flat, and a swap takes less than half a second.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail, and tell, as tests do")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use marquee_extract::{Registry, RegistryChange, RegistrySettings, SandboxLimits};
use marquee_tests::guests;
use serde_json::json;
use tokio::sync::broadcast::Receiver;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");
const SWAPS: usize = 200;
const BROKEN: usize = 50;
/// Calls that run without pause beside the swaps.
const CRAWLERS: usize = 2;
/// Longest wait for one change.
const AT_MOST: Duration = Duration::from_secs(30);
/// What the issue asks for.
const MEDIAN: Duration = Duration::from_millis(500);
/// Growth of resident memory that counts as flat: allocators keep some.
const FLAT: u64 = 24 << 20;

/// Crawls until told to stop; counts calls, and notes which versions were seen.
async fn crawl(registry: Arc<Registry>, stop: Arc<AtomicBool>, calls: Arc<AtomicU64>) -> BTreeSet<String> {
    let source = guests::source("actor", json!({ "part": "honest", "times": 50 })).unwrap();
    let page = guests::page("<p>hello</p>").unwrap();
    let mut seen = BTreeSet::new();
    while !stop.load(Ordering::Relaxed) {
        let plugin = registry.get(&source.plugin).unwrap();
        let extracted = plugin.extract(&source, Arc::clone(&page)).await.unwrap();
        let events = extracted.extraction.outcome.events();
        let versions: BTreeSet<&str> = events.iter().filter_map(|event| event.title.as_deref()).collect();
        assert_eq!(events.len(), 50);
        assert_eq!(versions, BTreeSet::from([plugin.version().version.to_string().as_str()]), "events of one version");
        seen.extend(versions.into_iter().map(str::to_owned));
        calls.fetch_add(1, Ordering::Relaxed);
    }
    seen
}

fn replace(folder: &Path, bytes: &[u8]) -> Instant {
    let half = folder.join("actor.half");
    fs::write(&half, bytes).unwrap();
    let at = Instant::now();
    fs::rename(half, folder.join("actor.wasm")).unwrap();
    at
}

async fn next(changes: &mut Receiver<RegistryChange>) -> RegistryChange {
    tokio::time::timeout(AT_MOST, changes.recv()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn plugins_are_swapped_under_running_crawls() {
    let (_cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let versions = [guests::actor("actor", "1.0.0").unwrap(), guests::actor("actor", "1.1.0").unwrap()];
    let broken: [&[u8]; 4] = [&versions[0][..versions[0].len() / 2], b"<html>", b"\0asm\x01\0\0\0", b""];
    replace(folder.path(), &versions[0]);
    let settings = RegistrySettings { settle_ms: 20, ..RegistrySettings::default() };
    let registry =
        Registry::open(folder.path().to_owned(), sandbox, Arc::new(guests::clock()), settings).await.unwrap();
    let mut changes = registry.subscribe();
    let _watching = registry.watch();
    let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let crawlers: Vec<_> = (0..CRAWLERS)
        .map(|_| tokio::spawn(crawl(Arc::clone(&registry), Arc::clone(&stop), Arc::clone(&calls))))
        .collect();

    let mut took = Vec::new();
    let mut refused = 0;
    let mut resident = 0;
    for swap in 1..=SWAPS {
        let at = replace(folder.path(), &versions[swap % 2]);
        while !matches!(next(&mut changes).await, RegistryChange::Swapped { .. }) {}
        took.push(at.elapsed());
        if swap % (SWAPS / BROKEN) == 0 {
            replace(folder.path(), broken[refused % broken.len()]);
            while !matches!(next(&mut changes).await, RegistryChange::Refused { .. }) {}
            refused += 1;
        }
        if swap == SWAPS / 4 {
            resident = guests::resident_bytes();
        }
    }
    let grown = guests::resident_bytes().saturating_sub(resident);
    stop.store(true, Ordering::Relaxed);
    let mut seen = BTreeSet::new();
    for crawler in crawlers {
        seen.extend(crawler.await.unwrap());
    }

    took.sort();
    let (median, slowest) = (took[took.len() / 2], took[took.len() - 1]);
    println!(
        "{SWAPS} swaps and {refused} broken files under {} calls: rename to active {median:?} (median), {slowest:?} (slowest); \
         memory grew by {} KiB in the last three quarters",
        calls.load(Ordering::Relaxed),
        grown >> 10
    );
    assert_eq!(refused, BROKEN);
    assert_eq!(seen, BTreeSet::from(["1.0.0".to_owned(), "1.1.0".to_owned()]));
    assert!(median < MEDIAN, "{median:?}");
    assert!(grown < FLAT, "memory grew by {grown} bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_never_seen_before_is_active_soon_as_well() {
    let (_cache, sandbox) = guests::sandbox(SandboxLimits::default(), COMPILER).unwrap();
    let folder = tempfile::tempdir().unwrap();
    replace(folder.path(), &guests::actor("actor", "1.0.0").unwrap());
    let clock = Arc::new(guests::clock());
    let registry = Registry::open(folder.path().to_owned(), sandbox, clock, RegistrySettings::default()).await.unwrap();
    let mut changes = registry.subscribe();
    let _watching = registry.watch();
    let mut took = Vec::new();
    for patch in 1..=7 {
        let at = replace(folder.path(), &guests::actor("actor", &format!("1.0.{patch}")).unwrap());
        while !matches!(next(&mut changes).await, RegistryChange::Swapped { .. }) {}
        took.push(at.elapsed());
    }
    took.sort();
    println!("rename to active, compiled anew each time: {:?} (median), {:?} (slowest)", took[3], took[6]);
    // Compiling takes both cores, which other tests use as well: only that it ends is asserted in this build.
    assert!(took[3] < AT_MOST);
}

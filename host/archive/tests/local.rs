//! The archive in a folder of this machine.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is not as expected")]

use std::{fs, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use marquee_archive::{Archive, ArchiveError, ArchiveSettings, Put};
use marquee_model::Digest;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

fn settings(folder: &Path) -> ArchiveSettings {
    ArchiveSettings { url: format!("file:{}", folder.display()), renew_days: u32::MAX, ..ArchiveSettings::default() }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { names.extend(files(&path)) } else { names.push(path.display().to_string()) }
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_that_put_the_same_in_at_once_leave_one_whole_blob() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Arc::new(Archive::open(&settings(folder.path())).unwrap());
    let page = b"the same page ".repeat(20_000);
    let digest = Digest::of(&page);
    let puts = (0..24).map(|_| {
        let (archive, page) = (Arc::clone(&archive), page.clone());
        tokio::spawn(async move {
            let put = archive.put(digest, page, now()).await;
            // Whoever was told that it is in can read it.
            (put, archive.get(digest).await.map(|bytes| bytes.len()))
        })
    });
    for done in futures::future::join_all(puts).await {
        let (put, read) = done.unwrap();
        assert!(put.is_ok(), "{put:?}");
        assert_eq!(read, Ok(page.len()));
    }
    let hex = digest.to_string();
    assert_eq!(files(folder.path()).len(), 1, "no half-written file is left");
    assert!(files(folder.path())[0].ends_with(&format!(
        "/{}/{}/{hex}.zst",
        hex.get(..2).unwrap(),
        hex.get(2..4).unwrap()
    )));
    assert_eq!(archive.put(digest, page, now()).await, Ok(Put::Known));
}

#[tokio::test]
async fn a_damaged_file_is_told_apart_from_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&settings(folder.path())).unwrap();
    let digest = Digest::of(b"page");
    let missing = archive.get(digest).await.unwrap_err();
    assert!(matches!(missing, ArchiveError::Missing { .. }), "{missing}");
    archive.put(digest, b"page".to_vec(), now()).await.unwrap();
    let file = files(folder.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    for bad in [&whole[..whole.len() / 2], b"", b"something else entirely"] {
        fs::write(&file, bad).unwrap();
        let error = archive.get(digest).await.unwrap_err();
        assert!(matches!(error, ArchiveError::Corrupted { .. }), "{error}");
        assert!(error.to_string().contains(&file) && error.to_string().contains("archive check --delete"), "{error}");
    }
    fs::write(&file, b"").unwrap();
    assert!(
        matches!(archive.put(digest, b"page".to_vec(), now()).await, Ok(Put::Written { .. })),
        "an empty file is none"
    );
    assert_eq!(archive.get(digest).await.unwrap(), b"page");
}

#[tokio::test]
async fn wrong_bytes_and_too_many_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&ArchiveSettings { max_blob_bytes: 10, ..settings(folder.path()) }).unwrap();
    let error = archive.put(Digest::of(b"page"), b"other".to_vec(), now()).await.unwrap_err();
    assert!(matches!(error, ArchiveError::OtherBytes { .. }), "{error}");
    let error = archive.put(Digest::of(&[0; 11]), vec![0; 11], now()).await.unwrap_err();
    assert!(error.to_string().contains("more than `archive.max_blob_bytes` (10)"), "{error}");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn settings_that_cannot_work_say_what_to_write() {
    for (settings, words) in [
        (
            ArchiveSettings { url: "/srv/archive".to_owned(), ..ArchiveSettings::default() },
            "write `file:` and a folder",
        ),
        (ArchiveSettings { url: "s3://".to_owned(), ..ArchiveSettings::default() }, "s3://bucket/prefix"),
        (
            ArchiveSettings { url: "s3://key:secret@bucket".to_owned(), ..ArchiveSettings::default() },
            "keys come from the environment",
        ),
        (ArchiveSettings { level: 40, ..ArchiveSettings::default() }, "levels 1 to 22"),
        (ArchiveSettings { write_timeout_ms: 0, ..ArchiveSettings::default() }, "in no time"),
    ] {
        let error = Archive::open(&settings).err().unwrap().to_string();
        assert!(error.contains(words) && !error.contains("secret"), "{error}");
    }
}

/// A disk of 256 KiB, in memory; gone with the value.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where this user may not mount anything.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _stays_until_reboot = std::process::Command::new("umount").arg(self.0.path()).status();
    }
}

/// Bytes that no compression makes smaller.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test]
async fn a_full_disk_is_told_with_what_to_do_and_leaves_no_half_file() {
    let Some(disk) = SmallDisk::mount() else {
        println!("not run: this user may not mount a small disk; `a_file_that_may_not_grow` does the same by a limit");
        return;
    };
    let archive = Archive::open(&settings(disk.0.path())).unwrap();
    fill_up(&archive, disk.0.path()).await;
}

/// Puts blobs in until the disk is full, and sees that the error says so and that what is in can be read.
async fn fill_up(archive: &Archive, folder: &Path) {
    let mut kept = Vec::new();
    for seed in 0..100 {
        let page = noise(seed, 20_000);
        let digest = Digest::of(&page);
        match archive.put(digest, page, now()).await {
            Ok(_) => kept.push(digest),
            Err(error) => {
                let words = error.to_string();
                assert!(error.is_of_the_store() && words.contains("free space there"), "{words}");
                assert!(words.contains(&folder.display().to_string()), "{words}");
                assert!(!kept.is_empty());
                assert_eq!(files(folder).len(), kept.len(), "no half-written file is left");
                for digest in kept {
                    assert_eq!(archive.get(digest).await.unwrap().len(), 20_000);
                }
                return;
            }
        }
    }
    panic!("the disk was never full");
}

/// Run by the next test in a process of its own, whose files may not be larger than 8 KiB.
#[tokio::test]
async fn a_file_that_may_not_grow() {
    if std::env::var_os("MARQUEE_TEST_SMALL_FILES").is_none() {
        return;
    }
    let limit = rustix::process::Rlimit { current: Some(8 * 1024), maximum: Some(8 * 1024) };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(&settings(folder.path())).unwrap();
    let page = noise(1, 20_000);
    let error = archive.put(Digest::of(&page), page, now()).await.unwrap_err();
    let words = error.to_string();
    assert!(error.is_of_the_store() && words.contains("free space there"), "{words}");
    assert!(files(folder.path()).is_empty(), "no half-written file is left");
}

#[test]
fn a_write_that_is_cut_short_is_told_and_leaves_no_half_file() {
    // By a shell that ignores SIGXFSZ, as any program may that would rather have the error than die of the signal.
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" --exact a_file_that_may_not_grow --nocapture"])
        .arg(program)
        .env("MARQUEE_TEST_SMALL_FILES", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

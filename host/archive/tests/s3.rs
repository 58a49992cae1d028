//! The archive in an S3-compatible store: one served on loopback, with its moods.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod support;

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt as _;
use marquee_archive::{Archive, ArchiveError, ArchiveSettings, Held, Put};
use marquee_model::Digest;

use support::{Mood, bucket};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

fn open(settings: &ArchiveSettings) -> Archive {
    Archive::open(settings).unwrap()
}

/// Runs a test with the keys in its environment, as an operator gives them: in a process of its own, since the environment of a running
/// one is not changed.
fn run<T>(work: impl Future<Output = T>) {
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| key == "reader") {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
        return;
    }
    let name = std::thread::current().name().unwrap().to_owned();
    let mut program = std::process::Command::new(std::env::current_exe().unwrap());
    program.args(["--exact", &name, "--nocapture"]);
    program.env("AWS_ACCESS_KEY_ID", "reader").env("AWS_SECRET_ACCESS_KEY", "not-a-real-key");
    let output = program.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("1 passed"), "{}", text(&output.stdout));
}

#[test]
fn a_page_comes_back_from_a_bucket_as_it_was_put_in_and_is_stored_once() {
    run(async {
        let (bucket, settings) = bucket(now()).await;
        let archive = open(&settings);
        let page = b"<p>tonight</p>".repeat(1000);
        let digest = Digest::of(&page);
        assert!(matches!(archive.put(digest, page.clone(), now()).await, Ok(Put::Written { packed }) if packed < 200));
        assert_eq!(archive.put(digest, page.clone(), now()).await, Ok(Put::Known));
        assert_eq!(*bucket.puts.lock().unwrap(), 1);
        let hex = digest.to_string();
        let key = format!("pages/kept/{}/{}/{hex}.zst", hex.get(..2).unwrap(), hex.get(2..4).unwrap());
        assert!(bucket.objects.lock().unwrap().contains_key(&key), "the prefix, two folders and the digest");
        assert!(bucket.signed.lock().unwrap().iter().all(|signed| *signed), "every request carries the operator's key");
        assert_eq!(archive.get(digest).await, Ok(page));
        assert_eq!(archive.holds(digest, now()).await, Ok(true));

        bucket.objects.lock().unwrap().insert("pages/kept/read.me".to_owned(), (Bytes::new(), now()));
        let blobs: Vec<Held> = archive.blobs().try_collect().await.unwrap();
        assert_eq!(
            blobs.iter().map(|held| held.digest).collect::<Vec<_>>(),
            [digest],
            "what is no blob is passed over"
        );
        assert_eq!(archive.delete(blobs[0]).await, Ok(true));
        assert_eq!(archive.delete(blobs[0]).await, Ok(true), "gone is gone");
        assert!(matches!(archive.get(digest).await, Err(ArchiveError::Missing { .. })));
        assert_eq!(archive.holds(digest, now()).await, Ok(false));
    });
}

#[test]
fn a_store_that_refuses_or_is_silent_is_told_in_time() {
    run(async {
        let (bucket, settings) = bucket(now()).await;
        let settings = ArchiveSettings { write_timeout_ms: 300, read_timeout_ms: 300, ..settings };
        let archive = open(&settings);
        let digest = Digest::of(b"page");
        for (mood, words) in [
            (Mood::Refuses(403), "let this user (or these keys) read and write there"),
            (Mood::Refuses(503), "see that it is there and answers"),
            (Mood::Silent, "no answer within 300 ms"),
        ] {
            *bucket.mood.lock().unwrap() = mood;
            let clock = std::time::Instant::now();
            let error = archive.put(digest, b"page".to_vec(), now()).await.unwrap_err();
            assert!(error.is_of_the_store() && error.to_string().contains(words), "{mood:?}: {error}");
            let error = archive.get(digest).await.unwrap_err();
            assert!(error.is_of_the_store(), "{mood:?}: {error}");
            assert!(clock.elapsed().as_secs() < 20, "{mood:?}: {:?}", clock.elapsed());
        }
        *bucket.mood.lock().unwrap() = Mood::Good;
        assert!(archive.put(digest, b"page".to_vec(), now()).await.is_ok(), "it heals by itself");
    });
}

#[test]
fn a_store_that_is_down_is_named() {
    run(async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let settings = ArchiveSettings {
            url: "s3://gigs".to_owned(),
            endpoint: Some(endpoint),
            write_timeout_ms: 1000,
            ..ArchiveSettings::default()
        };
        let error = open(&settings).put(Digest::of(b"page"), b"page".to_vec(), now()).await.unwrap_err().to_string();
        assert!(error.contains("s3://gigs"), "{error}");
    });
}

#[test]
fn a_blob_that_is_old_is_written_anew_and_one_that_was_written_anew_is_not_deleted() {
    run(async {
        let (bucket, settings) = bucket(now()).await;
        let archive = open(&settings);
        let digest = Digest::of(b"page");
        archive.put(digest, b"page".to_vec(), now()).await.unwrap();
        let age = |days: i64| {
            bucket.objects.lock().unwrap().values_mut().for_each(|(_, at)| *at = now() - TimeDelta::days(days));
        };
        age(6);
        assert_eq!(archive.put(digest, b"page".to_vec(), now()).await, Ok(Put::Known));
        age(8);
        let seen: Vec<Held> = archive.blobs().try_collect().await.unwrap();
        assert!(matches!(archive.put(digest, b"page".to_vec(), now()).await, Ok(Put::Written { .. })));
        assert_eq!(archive.delete(seen[0]).await, Ok(false), "somebody relies on it again");
        age(8);
        assert_eq!(archive.holds(digest, now()).await, Ok(true));
        assert_eq!(bucket.objects.lock().unwrap().values().next().unwrap().1, now(), "holding renews as well");
        assert_eq!(archive.get(digest).await.unwrap(), b"page");
    });
}

#[test]
fn what_somebody_changed_in_the_store_is_noticed() {
    run(async {
        let (bucket, settings) = bucket(now()).await;
        let settings = ArchiveSettings { max_blob_bytes: 64 * 1024, ..settings };
        let archive = open(&settings);
        let digest = Digest::of(b"page");
        archive.put(digest, b"page".to_vec(), now()).await.unwrap();
        let other = Digest::of(b"other");
        archive.put(other, b"other".to_vec(), now()).await.unwrap();
        let lie =
            bucket.objects.lock().unwrap().iter().find(|(key, _)| key.contains(&other.to_string())).unwrap().1.clone();
        let bomb = ArchiveSettings { max_blob_bytes: 64 << 20, ..settings };
        let zeros = vec![0; 64 << 20];
        open(&bomb).put(Digest::of(&zeros), zeros.clone(), now()).await.unwrap();
        for (bytes, words) in [
            (lie.0.to_vec(), "have the digest"),
            (b"no zstd".to_vec(), "cannot be unpacked"),
            (Vec::new(), "corrupted"),
            (vec![0; 100_000], "which no blob of `archive.max_blob_bytes` has"),
        ] {
            {
                let mut objects = bucket.objects.lock().unwrap();
                let place = objects.iter_mut().find(|(key, _)| key.contains(&digest.to_string())).unwrap().1;
                *place = (Bytes::from(bytes), now());
            }
            let error = archive.get(digest).await.unwrap_err();
            assert!(matches!(error, ArchiveError::Corrupted { .. }), "{error}");
            let error = error.to_string();
            assert!(
                error.contains(words) && error.contains(&digest.to_string()) && error.contains("s3://gigs/pages/kept/"),
                "{error}"
            );
        }
        let error = archive.get(Digest::of(&zeros)).await.unwrap_err().to_string();
        assert!(error.contains("it unpacks to more than `archive.max_blob_bytes` (65536)"), "{error}");
    });
}

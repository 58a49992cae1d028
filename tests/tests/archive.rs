//! Crawls that are kept and run again: what goes into the archive, what comes out, and what is let go of.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt as _, TryStreamExt as _, future::BoxFuture};
use marquee_archive::{Archive, ArchiveError, ArchiveSettings, Held, Put};
use marquee_crawl::{Fixture, Given, NOT_ARCHIVED, PageArchive, Recorded, Recording, replay, retention};
use marquee_model::{Crawl, Digest, FollowMethod, PageRequest};
use marquee_normalize::NormalizeLimits;
use marquee_store::PageRecord;
use marquee_tests::{
    site::{Venue, page},
    venues::{self, Readers},
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

/// A venue whose crawls are kept, and the archive.
async fn kept() -> (Venue, Arc<Archive>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = ArchiveSettings { url: format!("file:{}", folder.path().display()), ..ArchiveSettings::default() };
    let archive = Arc::new(Archive::open(&settings).unwrap());
    let mut venue = Venue::new(COMPILER).await.unwrap();
    venue.pipeline = venue.pipeline.keeping(Some(archive.clone()));
    (venue, archive, folder)
}

async fn blobs(archive: &Archive) -> Vec<Held> {
    archive.blobs().try_collect().await.unwrap()
}

/// What a stored crawl gave then, and what it gives when it is run again in a sandbox of its own.
async fn again(venue: &Venue, archive: &Archive, crawl: &Crawl) -> (Given, Given) {
    let stored = venue.store.archived_crawl(crawl.id).await.unwrap().unwrap();
    let recording = Recording::load(archive, &stored).await.unwrap();
    let then = Recording::given_then(archive, &stored).await.unwrap().unwrap();
    let mut readers = Readers::new(COMPILER).unwrap();
    let plugin = readers.plugin("css").await.unwrap();
    let (now, _) = recording.read(&plugin, &NormalizeLimits::default()).await;
    (then, now)
}

#[tokio::test]
async fn a_crawl_run_again_gives_the_same_bytes() {
    let (venue, archive, _folder) = kept().await;
    let crawl = venue.crawl(&page()).await.unwrap();
    assert!(crawl.diagnostics.iter().all(|remark| remark.code != NOT_ARCHIVED), "{:?}", crawl.diagnostics);
    let (then, now) = again(&venue, &archive, &crawl).await;
    assert_eq!(then.events.len(), 20);
    assert_eq!(String::from_utf8(then.bytes()).unwrap(), String::from_utf8(now.bytes()).unwrap());
    let (_, third) = again(&venue, &archive, &crawl).await;
    assert_eq!(now.bytes(), third.bytes());
}

#[tokio::test]
async fn an_unchanged_crawl_adds_no_blob_and_can_be_run_again_all_the_same() {
    let (venue, archive, _folder) = kept().await;
    venue.site.tags.store(true, Ordering::SeqCst);
    venue.crawl(&page()).await.unwrap();
    let before = blobs(&archive).await.len();
    assert_eq!(before, 2, "the page, and what the crawl gave");
    let second = venue.crawl_after(TimeDelta::hours(1), &page()).await.unwrap();
    assert_eq!(second.effort.not_modified, 1, "its body did not come");
    venue.site.tags.store(false, Ordering::SeqCst);
    let third = venue.crawl_after(TimeDelta::hours(1), &page()).await.unwrap();
    assert_eq!(third.effort.unchanged_pages, 1, "its body came, and was as it was");
    assert_eq!(blobs(&archive).await.len(), before);
    for crawl in [second, third] {
        let (then, now) = again(&venue, &archive, &crawl).await;
        assert!(then.events.len() == 20 && replay::compare(&then, &now).is_same());
    }
}

#[tokio::test]
async fn another_plugins_reading_is_compared_event_by_event() {
    let (venue, archive, _folder) = kept().await;
    let crawl = venue.crawl(&page()).await.unwrap();
    let (then, _) = again(&venue, &archive, &crawl).await;
    let edited = page().replacen("Act number 3<", "Act number 3 and friends<", 1).replacen(
        "<li class=show>",
        "<li class=no>",
        1,
    );
    let other = venue.crawl(&edited).await.unwrap();
    let (_, now) = again(&venue, &archive, &other).await;
    let compared = replay::compare(&then, &now);
    assert_eq!(
        (compared.same, compared.changed, compared.gone, compared.new),
        (18, 1, 1, 0),
        "{:?}",
        compared.differences
    );
}

#[tokio::test]
async fn what_is_out_of_its_time_is_let_go_of_and_nothing_else() {
    let (venue, archive, _folder) = kept().await;
    let old = venue.crawl(&page()).await.unwrap();
    let new = venue.crawl_after(TimeDelta::days(20), &page().replacen("number 3", "number three", 1)).await.unwrap();
    assert_eq!(blobs(&archive).await.len(), 4);
    // The clock of the files is the machine's; that of the crawls is the test's. Both are before this.
    let now = venue.site_now().max(blobs(&archive).await[0].written_at) + TimeDelta::days(11);
    let dry = retention::gc(&venue.store, &archive, now, true).await.unwrap();
    assert_eq!((dry.blobs, dry.deleted), (4, 0), "all are referred to until the rows are let go of");
    let gone = retention::gc(&venue.store, &archive, now, false).await.unwrap();
    assert_eq!((gone.crawls, gone.deleted, gone.young), (1, 2, 0));
    assert!(venue.store.archived_crawl(old.id).await.unwrap().is_none(), "no longer archived");
    assert!(venue.store.crawl(old.id).await.unwrap().is_some_and(|stored| stored.pages.len() == 1), "its rows stay");
    let (then, again_now) = again(&venue, &archive, &new).await;
    assert_eq!(then.bytes(), again_now.bytes());
    let verified = retention::verify(&venue.store, &archive, false, || ()).await.unwrap();
    assert_eq!((verified.whole, verified.corrupted.len(), verified.missing.len()), (2, 0, 0));
}

#[tokio::test]
async fn a_blob_that_a_running_crawl_may_rely_on_is_not_deleted() {
    let (venue, archive, _folder) = kept().await;
    // Put in, and not referred to yet.
    let digest = Digest::of(b"a page of a crawl that is not recorded yet");
    let machine = {
        archive
            .clone()
            .put(digest, b"a page of a crawl that is not recorded yet".to_vec(), venue.site_now())
            .await
            .unwrap();
        blobs(&archive).await[0].written_at
    };
    let young = retention::gc(&venue.store, &archive, machine + TimeDelta::days(7), false).await.unwrap();
    assert_eq!((young.deleted, young.young), (0, 1));
    let old = retention::gc(&venue.store, &archive, machine + TimeDelta::days(9), false).await.unwrap();
    assert_eq!((old.deleted, old.young), (1, 0));
    assert!(matches!(archive.get(digest).await, Err(ArchiveError::Missing { .. })));
}

#[tokio::test]
async fn a_source_says_itself_how_long_its_pages_are_kept() {
    let (mut venue, archive, _folder) = kept().await;
    venue.source.fetching.keep_days = Some(0);
    let crawl = venue.crawl(&page()).await.unwrap();
    assert_eq!(crawl.outcome.name(), "complete");
    assert!(blobs(&archive).await.is_empty(), "nothing of it is kept");
    assert!(venue.store.archived_crawl(crawl.id).await.unwrap().is_none());
}

/// An archive that is in trouble.
struct Troubled {
    /// Whether it says so, or says nothing.
    speaks: bool,
}

impl Troubled {
    async fn trouble<T>(&self) -> Result<T, ArchiveError> {
        if !self.speaks {
            std::future::pending::<()>().await;
        }
        Err(ArchiveError::Unavailable {
            place: "/mnt/full".to_owned(),
            problem: "could not be written",
            reason: "No space left on device".to_owned(),
            advice: "free space there",
        })
    }
}

impl PageArchive for Troubled {
    fn put(self: Arc<Self>, _: Digest, _: Vec<u8>, _: DateTime<Utc>) -> BoxFuture<'static, Result<Put, ArchiveError>> {
        async move { self.trouble().await }.boxed()
    }

    fn holds(self: Arc<Self>, _: Digest, _: DateTime<Utc>) -> BoxFuture<'static, Result<bool, ArchiveError>> {
        async move { self.trouble().await }.boxed()
    }

    fn get(&self, _: Digest) -> BoxFuture<'_, Result<Vec<u8>, ArchiveError>> {
        self.trouble().boxed()
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(200)
    }
}

#[tokio::test]
async fn a_full_or_silent_archive_loses_no_crawl_and_holds_none_up() {
    for (speaks, words) in [(true, "No space left on device"), (false, "the archive took longer than 200 ms")] {
        let mut venue = Venue::new(COMPILER).await.unwrap();
        venue.pipeline = venue.pipeline.keeping(Some(Arc::new(Troubled { speaks })));
        let clock = Instant::now();
        let crawl = venue.crawl(&page()).await.unwrap();
        assert!(clock.elapsed() < Duration::from_secs(20));
        assert_eq!((crawl.outcome.name(), crawl.tally.new), ("complete", 20), "the events are in");
        let told = crawl.diagnostics.iter().find(|remark| remark.code == NOT_ARCHIVED).unwrap();
        assert!(told.message.contains("1 of 1 pages") && told.message.contains(words), "{}", told.message);
        let stored = venue.store.archived_crawl(crawl.id).await.unwrap().unwrap();
        let error = Recording::load(&Troubled { speaks: true }, &stored).await.unwrap_err().to_string();
        assert!(error.contains("was not archived then"), "{error}");
    }
}

/// The fixtures of these plugins whose page is a source's own, as recordings; some of them begin with the plugin's own request.
fn recordings() -> Vec<(PathBuf, Recording)> {
    let plugins = [
        "admit-one",
        "carbonhouse",
        "css",
        "dice",
        "events-calendar",
        "feed",
        "ical",
        "json",
        "json-ld",
        "music-farm",
        "rhp",
        "see-tickets",
        "squarespace",
        "ticketweb",
    ];
    let mut found = Vec::new();
    for plugin in plugins {
        let folder = venues::workspace().join("plugins").join(plugin).join("fixtures");
        let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.retain(|case| !case.join("request.json").exists());
        cases.sort();
        found.extend(cases.into_iter().map(|case| (case.clone(), recording(&case))));
    }
    found
}

/// A plugin author's fixture, whose page is told as the answer to the source's own request.
fn recording(case: &Path) -> Recording {
    let file = venues::source_file(&case.join("source.toml")).unwrap();
    let page = ["html", "json", "xml", "ics"].map(|ending| case.join(format!("page.{ending}")));
    let page = page.iter().find(|page| page.is_file()).unwrap();
    let bytes = fs::read(page).unwrap();
    let read = venues::page_from(page, &file.source.url, file.saved.reference_date.unwrap()).unwrap();
    let answer = Ok((PageRecord::from(&read), bytes));
    let request = PageRequest::listing(file.source.url.clone());
    Recording::new(file.source, read.fetched_at, None, vec![Recorded { request, answer }])
}

#[tokio::test]
async fn every_fixture_gives_the_same_bytes_in_two_sandboxes_and_out_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (Readers::new(COMPILER).unwrap(), Readers::new(COMPILER).unwrap());
    let limits = NormalizeLimits::default();
    let (mut cases, mut events) = (0, 0);
    for (case, recording) in recordings() {
        let id = recording.source.plugin.clone();
        let (first, _) = recording.read(&one.plugin(id.as_str()).await.unwrap(), &limits).await;
        let (second, _) = recording.read(&two.plugin(id.as_str()).await.unwrap(), &limits).await;
        assert_eq!(first.bytes(), second.bytes(), "{}", case.display());
        assert_eq!(Given::read(&first.bytes()).unwrap(), first);

        let place = folder.path().join(cases.to_string());
        Fixture { recording, expected: Some(first.clone()), origin: None }.write(&place).unwrap();
        let fixture = Fixture::read(&place).unwrap();
        assert_eq!(fixture.expected.as_ref(), Some(&first), "{}", case.display());
        let (third, _) = fixture.recording.read(&one.plugin(id.as_str()).await.unwrap(), &limits).await;
        assert_eq!(String::from_utf8(third.bytes()), String::from_utf8(first.bytes()), "{}", case.display());
        cases += 1;
        events += first.events.len();
    }
    println!("{cases} fixtures with {events} events");
    assert!(cases > 60 && events > 120, "{cases} fixtures with {events} events");
}

#[tokio::test]
async fn follow_ups_failures_and_posts_come_back_from_a_fixture_as_they_were() {
    let (request, page) = {
        let recording = recording(&venues::workspace().join("plugins/css/fixtures/agenda"));
        (recording.answers[0].request.clone(), recording)
    };
    let mut source = page.source.clone();
    source.url = "https://venue.example/events?key={{secret:GIGS}}".parse().unwrap();
    source.fetching.headers = vec![("x-key".to_owned(), "{{secret:GIGS}}".to_owned())];
    let post = PageRequest {
        method: FollowMethod::Post {
            content_type: "application/json".to_owned(),
            body: "{\"page\": 2,\n\"q\": \"é\"}".to_owned(),
        },
        headers: vec![("x-requested-with".to_owned(), "XMLHttpRequest".to_owned())],
        kind: "next".to_owned(),
        context: Some("cursor=2".to_owned()),
        depth: 1,
        ..request
    };
    let gone =
        PageRequest { url: "https://venue.example/3".parse().unwrap(), kind: "detail".to_owned(), ..post.clone() };
    let (mut record, _) = page.answers[0].answer.clone().unwrap();
    record.headers.push(("x-served-by".to_owned(), "a-name".to_owned()));
    // A page in another encoding, with a mark at its beginning.
    let bytes = b"\xff\xfe<\x00p\x00>\x00".to_vec();
    let wide = PageRecord { digest: Digest::of(&bytes), charset: "UTF-16LE".to_owned(), status: 404, ..record.clone() };
    let answers = vec![
        page.answers[0].clone(),
        Recorded { request: post.clone(), answer: Ok((wide, bytes)) },
        Recorded { request: gone.clone(), answer: Err("timed out".to_owned()) },
    ];
    let folder = tempfile::tempdir().unwrap();
    let recording = Recording::new(source, page.begun_at, None, answers.clone());
    Fixture { recording, expected: None, origin: None }.write(folder.path()).unwrap();
    let read = Fixture::read(folder.path()).unwrap();
    let requests: Vec<_> = read.recording.answers.iter().map(|answer| answer.request.clone()).collect();
    assert_eq!(requests, answers.iter().map(|answer| answer.request.clone()).collect::<Vec<_>>());
    assert_eq!(read.recording.answer(&gone), Some(Err("timed out".to_owned())));
    let page = read.recording.answer(&post).unwrap().unwrap();
    assert_eq!((page.body.as_str(), page.status, page.request.context.as_deref()), ("<p>", 404, Some("cursor=2")));
    assert_eq!(
        read.recording.answer(&PageRequest { method: FollowMethod::Get, ..post }).map(|page| page.is_ok()),
        Some(true),
        "the listing"
    );
    let text = fs::read_to_string(folder.path().join("fixture.toml")).unwrap();
    assert!(text.contains("{{secret:GIGS}}") && !text.contains("x-key") && !text.contains("a-name"), "{text}");
    assert!(read.expected.is_none());
}

#[tokio::test]
async fn the_stores_rows_give_back_what_a_crawl_asked_for() {
    let (venue, archive, _folder) = kept().await;
    let crawl = venue.crawl(&page()).await.unwrap();
    let again = venue.crawl_after(TimeDelta::days(1), &page()).await.unwrap();
    let ids = venue.store.archived_crawls(&venue.source.slug, None).await.unwrap();
    assert_eq!(ids, [crawl.id, again.id], "the oldest first");
    let since = venue.store.archived_crawls(&venue.source.slug, Some(again.started_at)).await.unwrap();
    assert_eq!(since, [again.id]);
    let stored = venue.store.archived_crawl(crawl.id).await.unwrap().unwrap();
    assert_eq!(stored.version, (&venue.source).into());
    assert_eq!(stored.requests.len(), 1);
    assert_eq!(stored.requests[0].request, PageRequest::listing(venue.source.url.clone()));
    assert_eq!(stored.plugin, crawl.plugin);
    assert!(stored.events.is_some());
    let page = blobs(&archive).await.into_iter().map(|held| held.digest).collect::<Vec<_>>();
    assert_eq!(venue.store.referred_to(&page).await.unwrap().len(), page.len());
    assert!(venue.store.referred_to(&[Digest::of(b"nobody's")]).await.unwrap().is_empty());
}

//! Hostile servers at the level of the worker: 25 of them as 25 sources of one worker with two places. Each crawl ends in time with its
//! own error in the database, afterwards an honest source is crawled as if nothing had been, and memory is as it was.
//!
//! What each does to a single fetch is tested in `host/fetch`; here it is that a worker comes through all of it.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use futures::future::BoxFuture;
use marquee_crawl::{Pipeline, QueuedCrawls, Stop, Worker, WorkerSettings};
use marquee_fetch::{FetchLimits, PolitenessSettings, Resolve};
use marquee_jobs::{Jobs, Why};
use marquee_model::{Clock as _, CrawlRequested, Schedule};
use marquee_normalize::NormalizeLimits;
use marquee_store::CrawlQuery;
use marquee_tests::{
    database,
    guests::{self, Setup},
    internet::{
        Act, HostScript, Internet, Names, Request, Time, VenueScript,
        house::{self, House},
    },
    sample,
};
use tokio::io::AsyncWriteExt as _;

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");
/// Places of the worker.
const PLACES: usize = 2;
/// Longest time of one fetch.
const TOTAL: Duration = Duration::from_secs(2);
/// Growth of resident memory that counts as flat: allocators keep some.
const FLAT: u64 = 64 << 20;
const MIB: usize = 1 << 20;
const TICK: Duration = Duration::from_millis(20);
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";

/// What a server does, and what the database must say of the crawl: one of these words.
struct Case {
    name: &'static str,
    acts: Vec<Act>,
    told: &'static [&'static str],
}

#[cfg(test)]
fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

#[cfg(test)]
fn ok(rest: &str) -> Act {
    send(&format!("{OK}{rest}"))
}

#[cfg(test)]
fn packed(encoding: &str, body: Vec<u8>) -> Vec<Act> {
    vec![ok(&format!("content-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", body.len())), Act::Send(body)]
}

#[cfg(test)]
fn whole(body: &str) -> Vec<Act> {
    vec![ok(&format!("content-length: {}\r\n\r\n{body}", body.len()))]
}

#[cfg(test)]
fn moved(to: &str) -> Vec<Act> {
    vec![send(&format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"))]
}

/// 32 MiB of zeros in each packing, and gzip twice around 10 GiB.
struct Bombs {
    gzip: Vec<u8>,
    brotli: Vec<u8>,
    zstd: Vec<u8>,
    nested: Vec<u8>,
}

#[cfg(test)]
async fn bombs() -> Setup<Bombs> {
    macro_rules! pack {
        ($encoder:ident, $bytes:expr) => {{
            let mut encoder = $encoder::new(Vec::new());
            encoder.write_all($bytes).await?;
            encoder.shutdown().await?;
            encoder.into_inner()
        }};
    }
    let zeros = vec![0; 32 * MIB];
    let member = pack!(GzipEncoder, &vec![0; 16 * MIB]);
    Ok(Bombs {
        gzip: pack!(GzipEncoder, &zeros),
        brotli: pack!(BrotliEncoder, &zeros),
        zstd: pack!(ZstdEncoder, &zeros),
        nested: pack!(GzipEncoder, &member.repeat(640)),
    })
}

#[cfg(test)]
fn cases(bombs: Bombs) -> Vec<Case> {
    let case = |name, acts, told| Case { name, acts, told };
    let flood = format!("{OK}{}\r\n", "x-a: b\r\n".repeat(200));
    let error_page = "<!doctype html><html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1><p>The server encountered an error. Please try again later.</p></body></html>";
    let half_body = "<main id=\"programme\"><article class=\"show\"><h3>The Half</h3><time class=\"when\">2026-";
    vec![
        case("never-answers", vec![Act::Hold], &["(Head)"]),
        case("drips-headers", vec![ok(""), Act::EndlessDrip(b"x-a: b\r\n".to_vec(), TICK)], &["(Head)"]),
        case("hints-for-ever", vec![Act::Endless(b"HTTP/1.1 103 E\r\n\r\n".repeat(99))], &["(Head)"]),
        case("drips-the-body", vec![ok("\r\n"), Act::EndlessDrip(b"x".to_vec(), TICK)], &["(Total)"]),
        case("stops-in-the-body", vec![ok("content-length: 10\r\n\r\nabc"), Act::Hold], &["(Body)"]),
        case(
            "chunks-for-ever",
            vec![
                ok("transfer-encoding: chunked\r\n\r\n"),
                Act::Endless([&b"1000\r\n"[..], &[b'x'; 4096], b"\r\n"].concat()),
            ],
            &["is over"],
        ),
        case(
            "ten-gigabytes",
            vec![ok("content-length: 10000000000\r\n\r\n"), Act::Endless(vec![b'x'; 65_536])],
            &["is over"],
        ),
        case("a-body-without-end", vec![ok("\r\n"), Act::Endless(vec![b'x'; 65_536])], &["is over"]),
        case("gzip-bomb", packed("gzip", bombs.gzip), &["is over"]),
        case("brotli-bomb", packed("br", bombs.brotli), &["is over"]),
        case("zstd-bomb", packed("zstd", bombs.zstd), &["is over"]),
        case("nested-bomb", packed("gzip, gzip", bombs.nested), &["is over"]),
        case("three-wrappings", packed("gzip, br, zstd", vec![1, 2, 3]), &["cannot be unpacked"]),
        case("redirects-in-a-circle", moved("/redirects-in-a-circle/shows"), &["in a circle"]),
        case("redirects-to-a-private-address", moved("http://10.0.0.1/"), &["is a private address"]),
        case("redirects-to-metadata", moved("http://169.254.169.254/latest/"), &["metadata address"]),
        case("rebinds-its-name", whole("<p>never read</p>"), &["metadata address"]),
        case("announces-more-than-it-sends", vec![ok("content-length: 10\r\n\r\nabc")], &["was cut 3 bytes"]),
        case("announces-two-lengths", vec![ok("content-length: 3\r\ncontent-length: 4\r\n\r\nabcd")], &["is not HTTP"]),
        case(
            "speaks-no-tls",
            vec![send("HTTP/1.1 400 Bad Request\r\n\r\n")],
            &["no trusted connection", "no CA certificates"],
        ),
        case("floods-with-headers", vec![send(&flood)], &["too many headers"]),
        case("an-error-page-with-200", whole(error_page), &["an error page"]),
        case("cuts-its-headers", vec![ok("x-half: ")], &["was cut 0 bytes"]),
        case("cuts-a-chunk", vec![ok("transfer-encoding: chunked\r\n\r\n10\r\nabc")], &["was cut"]),
        case("half-a-page-that-is-whole", whole(half_body), &["breaks off", "no date", "not closed", "is cut"]),
    ]
}

/// Gives a cloud's metadata address out for one name, after the first time.
struct Rebinding {
    names: Names,
    asked: AtomicUsize,
}

#[cfg(test)]
impl Resolve for Rebinding {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        if name == "rebinds-its-name.test" && self.asked.fetch_add(1, Ordering::SeqCst) > 0 {
            return Box::pin(async { Ok(vec![Ipv4Addr::new(169, 254, 169, 254).into()]) });
        }
        self.names.resolve(name)
    }
}

#[cfg(test)]
fn hostile(case: &Case) -> HostScript {
    let (acts, rebinds) = (case.acts.clone(), case.name == "rebinds-its-name");
    HostScript {
        hostile: Some(Arc::new(move |request: &Request| match request.path.as_str() {
            // A connection that stays open would need no second lookup.
            "/robots.txt" if rebinds => {
                Some(vec![send("HTTP/1.1 404 None\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")])
            }
            "/robots.txt" => None,
            _ => Some(acts.clone()),
        })),
        ..HostScript::named(&format!("{}.test", case.name))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_comes_through_twenty_five_hostile_servers_with_its_places_and_its_memory() -> Setup<()> {
    let cases = cases(bombs().await?);
    assert_eq!(cases.len(), 25);
    let time = Time::real(sample::instant(0));
    let honest = VenueScript::small("honest");
    let mut hosts: Vec<HostScript> = cases.iter().map(hostile).collect();
    hosts.push(HostScript { venues: vec![honest.clone()], ..HostScript::named("honest.test") });
    let internet = Internet::start(time.clone(), hosts).await?;

    let database = database::fresh().await;
    let store = database.store().clone();
    let clock = Arc::new(time.clone());
    let house = House::open(COMPILER, clock.clone()).await?;
    let limits = FetchLimits { connect_ms: 250, read_ms: 250, total_ms: millis(TOTAL), ..FetchLimits::default() };
    let politeness = PolitenessSettings {
        delay_ms: 1,
        backoff_ms: 1,
        retries: 0,
        lease_ms: 30_000,
        ..PolitenessSettings::default()
    };
    let names = Rebinding { names: Names(Arc::clone(&internet)), asked: AtomicUsize::new(0) };
    let supply = house::polite_pages(&internet, limits, politeness, Some(Arc::new(names)), 1)?;
    let pipeline =
        Pipeline::new(supply, Arc::clone(&house.registry), store.clone(), clock.clone(), NormalizeLimits::default());
    let settings = WorkerSettings { parallel: PLACES, ..WorkerSettings::default() };

    // Not due by themselves: they are asked for below.
    let site = sample::site("toronto");
    let schedule = Schedule { every_minutes: 600_000, ..Schedule::default() };
    let declare = |name: &str| {
        let scheme = if name == "speaks-no-tls" { "https" } else { "http" };
        let url = format!("{scheme}://{name}.test:{}/{name}/shows", internet.port());
        house::source(&site, name, sample::parse(&url), &honest, sample::zone(), schedule.clone())
    };
    let (venue, source) = declare("honest");
    let honest_source = store.sync_sources(std::slice::from_ref(&site), &[venue], &[source]).await?.sources.remove(0);
    let pipeline = Arc::new(pipeline);
    let warm = Box::pin(pipeline.crawl(&honest_source, |_| {})).await?;
    assert_eq!((warm.outcome.name(), warm.tally.found), ("complete", 4), "{:?}", warm.outcome);
    let before = guests::resident_bytes();

    let (venues, sources): (Vec<_>, Vec<_>) = cases.iter().map(|case| declare(case.name)).unzip();
    let sources = store.sync_sources(std::slice::from_ref(&site), &venues, &sources).await?.sources;
    let jobs = Jobs::open(&store, settings.jobs()).await?;
    let asks = QueuedCrawls::new(store.clone(), jobs.clone(), Why::Api);
    let stop = Stop::default();
    let worker = Worker::new(pipeline, store.clone(), jobs, clock, settings, "one".to_owned(), 1, stop.clone());
    let working = tokio::spawn(worker.run());
    let began = Instant::now();
    for source in &sources {
        asks.ask(source).await?;
    }
    let crawls = ended(&store, &cases).await?;
    let took = began.elapsed();

    let mut wrong = Vec::new();
    for case in &cases {
        let (outcome, reason, lasted) = &crawls[case.name];
        if !case.told.iter().any(|words| reason.contains(words)) || outcome == "complete" || outcome == "empty" {
            wrong.push(format!("{}: {outcome}: {reason}", case.name));
        }
        if *lasted > 2 * TOTAL + Duration::from_secs(8) {
            wrong.push(format!("{}: took {lasted:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // Every place is free again: as many honest crawls as there are places, each as good as the first.
    let since = time.now();
    assert_eq!(asks.ask(&honest_source).await?, CrawlRequested::Queued);
    let again = loop {
        let query = CrawlQuery { source: Some(sample::parse("honest")), ..CrawlQuery::default() };
        let newest = store.crawls(&query).await?.items.into_iter().next();
        match newest {
            Some(crawl) if crawl.started_at >= since => break crawl,
            _ => tokio::time::sleep(TICK).await,
        }
    };
    assert_eq!(again.outcome.name(), "complete", "{:?}", again.outcome);
    stop.soon.cancel();
    working.await?;
    let after = guests::resident_bytes();
    let grown = after.saturating_sub(before);
    println!("25 hostile crawls in {took:?}; memory {} MiB before, {} MiB more after", before >> 20, grown >> 20);
    assert!(grown < FLAT, "memory grew by {} MiB", grown >> 20);
    Ok(())
}

#[cfg(test)]
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Waits until each case has a crawl and gives outcome, reason and duration of each.
#[cfg(test)]
async fn ended(
    store: &marquee_store::Store,
    cases: &[Case],
) -> Setup<BTreeMap<&'static str, (String, String, Duration)>> {
    let deadline = Instant::now() + Duration::from_secs(180);
    let mut ended = BTreeMap::new();
    while ended.len() < cases.len() {
        for case in cases {
            if ended.contains_key(case.name) {
                continue;
            }
            let query = CrawlQuery { source: Some(sample::parse(case.name)), ..CrawlQuery::default() };
            if let Some(crawl) = store.crawls(&query).await?.items.into_iter().next() {
                let lasted = (crawl.finished_at - crawl.started_at).to_std()?;
                let reason = crawl.outcome.reason().unwrap_or_default().to_owned();
                ended.insert(case.name, (crawl.outcome.name().to_owned(), reason, lasted));
            }
        }
        assert!(Instant::now() < deadline, "only {} of {} crawls have ended", ended.len(), cases.len());
        tokio::time::sleep(TICK).await;
    }
    Ok(ended)
}

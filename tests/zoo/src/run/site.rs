//! One teller's site in memory, its clock, and the shelf on which a crawl leaves what it gave.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures::{
    FutureExt as _,
    future::{BoxFuture, ready},
};
use marquee_archive::{ArchiveError, Put};
use marquee_crawl::{Answer as Got, Ask, CrawlPages, Given, PageArchive, PageSupply, Supplied, Unsupplied};
use marquee_model::{Clock, Digest, FollowMethod, Page, Source, Toll};

use crate::{
    pages::{Answer, answer},
    world::World,
};

/// A site that answers as its teller does at the time that its clock shows.
pub struct Site {
    world: Arc<World>,
    teller: usize,
    now: AtomicI64,
    /// Requests that it was asked.
    pub requests: AtomicU64,
    shelf: Mutex<Vec<u8>>,
}

impl Site {
    /// The site of the teller at this place.
    #[must_use]
    pub fn new(world: Arc<World>, teller: usize) -> Self {
        let (now, requests) = (AtomicI64::new(0), AtomicU64::new(0));
        Self { world, teller, now, requests, shelf: Mutex::default() }
    }

    /// Sets the clock, and clears the shelf.
    pub fn set(&self, now: DateTime<Utc>) {
        self.now.store(now.timestamp_millis(), Ordering::SeqCst);
        self.held().clear();
    }

    /// What the crawl gave since the clock was set; `None` where it found everything as before.
    #[must_use]
    pub fn given(&self) -> Option<Given> {
        Given::read(&self.held()).ok()
    }

    fn held(&self) -> MutexGuard<'_, Vec<u8>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, ask: &Ask<'_>) -> Result<Supplied, Unsupplied> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let toll = Toll { requests: 1, ..Toll::default() };
        let unsupplied = |reason: String, heals: bool| Unsupplied { reason, heals, not_before: None, toll };
        let url = &ask.request.url;
        let Some(teller) = self.world.tellers.get(self.teller) else {
            return Err(unsupplied(format!("{url}: no such site"), false));
        };
        let (status, body) = match answer(&self.world, teller, ask.request, self.now()) {
            Answer::Silence => return Err(unsupplied(format!("{url} did not answer within 30 s"), true)),
            Answer::Page(status, body) => (status, body),
        };
        if status >= 400 {
            return Err(unsupplied(format!("{url} answered with status {status}"), status >= 500));
        }
        let tag = format!("\"{}\"", Digest::of(body.text.as_bytes()).short());
        let is_get = matches!(ask.request.method, FollowMethod::Get);
        let known = ask.validators.and_then(|validators| validators.etag.as_ref());
        let mut page = marquee_fetch::saved::page(
            body.text.as_bytes(),
            Some(body.kind),
            url.clone(),
            self.now(),
            &ask.request.kind,
        );
        page.request = ask.request.clone();
        if teller.tags && is_get {
            if known == Some(&tag) {
                return Ok(Supplied { answer: Got::NotModified, toll, ..Supplied::without_toll(page) });
            }
            page.headers.push(("etag".to_owned(), tag));
        }
        let page = Page { status, ..page };
        Ok(Supplied { toll, ..Supplied::without_toll(page) })
    }
}

impl Clock for Site {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// A site, shared by the pipeline's parts.
#[derive(Clone)]
pub struct Pages(pub Arc<Site>);

impl PageSupply for Pages {
    fn open<'a>(&'a self, _source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        Box::new(Visit(&self.0))
    }
}

struct Visit<'a>(&'a Site);

impl CrawlPages for Visit<'_> {
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        ready(self.0.get(&ask)).boxed()
    }
}

/// Keeps the last thing that a crawl hands to its archive: what it gave.
impl PageArchive for Site {
    fn put(
        self: Arc<Self>,
        _digest: Digest,
        bytes: Vec<u8>,
        _now: DateTime<Utc>,
    ) -> BoxFuture<'static, Result<Put, ArchiveError>> {
        // Pages are written first, but not always before: only what reads as a crawl's gift is kept.
        if Given::read(&bytes).is_ok() {
            *self.held() = bytes;
        }
        ready(Ok(Put::Known)).boxed()
    }

    fn holds(self: Arc<Self>, _digest: Digest, _now: DateTime<Utc>) -> BoxFuture<'static, Result<bool, ArchiveError>> {
        ready(Ok(true)).boxed()
    }

    fn get(&self, digest: Digest) -> BoxFuture<'_, Result<Vec<u8>, ArchiveError>> {
        ready(Err(ArchiveError::Missing { digest, place: "nothing is kept in the zoo".to_owned() })).boxed()
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }
}

//! The unit of work: one crawl's result becomes visible at once, or not at all.
//!
//! Last stage of the flow. Takes what `normalize` made and writes crawl, pages, rejections, events and sightings in one
//! transaction. It never deletes an event: what a crawl does not mention stays as it is.

mod columns;
pub(crate) mod write;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_model::{
    Baseline, Crawl, CrawlId, CrawlTally, Digest, Event, EventId, FollowMethod, Page, PluginVersion, Rejection,
    VenueId, WebUrl,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use self::{columns::Columns, write::Acts};
use crate::{
    Claim, CrawlArchive, NewReading, Result, Store, StoreError, claims, column::Row, error::Trouble, history, readings,
};

/// What is known of a fetched page besides its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Digest of the body.
    pub digest: Digest,
    /// The address that was asked for.
    pub requested_url: WebUrl,
    /// The address after redirects.
    pub url: WebUrl,
    /// `GET` or `POST`.
    pub method: String,
    /// `listing`, or the tag of the follow request.
    pub kind: String,
    /// How many follow requests led here.
    pub depth: u8,
    /// HTTP status.
    pub status: u16,
    /// Response headers by lower-case name, in order, without `set-cookie`: a cookie is a secret and of no use after the crawl.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body after content decoding.
    pub bytes: u64,
    /// The encoding that the body was decoded from.
    pub charset: String,
    /// When the answer began to arrive.
    pub fetched_at: DateTime<Utc>,
}

impl From<&Page> for PageRecord {
    fn from(page: &Page) -> Self {
        let method = match page.request.method {
            FollowMethod::Get => "GET",
            FollowMethod::Post { .. } => "POST",
        };
        Self {
            digest: page.digest,
            requested_url: page.request.url.clone(),
            url: page.url.clone(),
            method: method.to_owned(),
            kind: page.request.kind.clone(),
            depth: page.request.depth,
            status: page.status,
            headers: page.headers.iter().filter(|(name, _)| name != "set-cookie").cloned().collect(),
            bytes: page.bytes,
            charset: page.charset.clone(),
            fetched_at: page.fetched_at,
        }
    }
}

/// Everything that one crawl brought.
#[derive(Debug, Clone, PartialEq)]
pub struct CrawlRecord {
    /// The crawl. Its tally's `found`, `rejected`, `pages` and `bytes` are taken as they are; `new`, `changed` and
    /// `unchanged` are found out by the database.
    pub crawl: Crawl,
    /// The pages, in the order in which they were fetched.
    pub pages: Vec<PageRecord>,
    /// The events. Two with one identity, and events that no row can hold, are kept as rejections.
    pub events: Vec<Event>,
    /// The events as fingerprints, where the next crawl is to be compared with this one.
    pub baseline: Option<Baseline>,
    /// What the next crawl needs in order to spare what did not change.
    pub reading: Spared,
    /// What a replay needs; `None` where nothing of it is kept.
    pub archive: Option<CrawlArchive>,
    /// The claim under which the source was crawled; where it is no longer in force, nothing is written. `None`: nobody else can
    /// have crawled the source, as in a test.
    pub claim: Option<Claim>,
}

/// What a crawl means for the source's last reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Spared {
    /// Nothing: the last reading, if there is one, stays as it is.
    Nothing,
    /// This crawl read anew; its reading takes the place of the last one.
    Read(Box<NewReading>),
    /// Every page was as that crawl had read it. The crawl's events are empty; those of the reading count as seen again, and the
    /// tally's `unchanged` is taken as it is.
    Confirmed(CrawlId),
}

impl Spared {
    /// The crawl whose reading was confirmed.
    const fn confirmed(&self) -> Option<CrawlId> {
        match self {
            Self::Confirmed(crawl) => Some(*crawl),
            Self::Nothing | Self::Read(_) => None,
        }
    }
}

/// What recording a crawl did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The tally as it was stored.
    pub tally: CrawlTally,
    /// The public ids of the crawl's events, in the order of `CrawlRecord::events` without those that were rejected.
    pub events: Vec<EventId>,
    /// What the store itself could not take over; stored with the crawl's own rejections.
    pub rejections: Vec<Rejection>,
    /// The crawl had been recorded before (the answer to an earlier call was lost); nothing was written this time.
    pub repeated: bool,
}

impl Store {
    /// Records a crawl in one transaction: when this returns `Ok`, everything is durable; on `Err`, nothing was written, except
    /// that the answer itself may have been lost ([`StoreError::Unavailable`]): calling again with the same crawl id is safe.
    ///
    /// A crawl whose claim is no longer its source's is [`StoreError::Fenced`]. Two crawls of one source wait for each other. Recording
    /// the same page again changes no event row.
    pub async fn record(&self, record: CrawlRecord) -> Result<Recorded> {
        const WHAT: &str = "recording a crawl";
        // On the heap: callers keep this future in theirs, and the statements make it some 20 KB large.
        let work = Box::pin(async {
            let CrawlRecord { mut crawl, pages, events, baseline, reading, archive, claim } = record;
            let mut transaction = self.pool.begin().await?;
            let connection = &mut *transaction;
            if !write::lock_source(connection, crawl.source).await? {
                return Err(StoreError::Unknown { what: WHAT, object: crawl.source.to_string() }.into());
            }
            let (kept, rejections) = columns::sift(&crawl, &events);
            let identities: Vec<String> = kept.iter().copied().map(columns::identity).collect();
            let known = write::known(connection, crawl.source, &identities).await?;
            if let Some(tally) = stored_tally(connection, crawl.id).await? {
                let events = identities.iter().filter_map(|identity| known.get(identity).copied()).collect();
                return Ok(Recorded { tally, events, rejections, repeated: true });
            }
            if let Some(claim) = &claim {
                claims::fence(connection, claim).await?;
                claims::note(connection, claim, crawl.id).await?;
            }

            let plugin = match &crawl.plugin {
                Some(plugin) => Some(write::plugin_row(connection, plugin, crawl.started_at).await?),
                None => None,
            };
            crawl.tally.rejected =
                crawl.tally.rejected.saturating_add(u32::try_from(rejections.len()).unwrap_or(u32::MAX));
            crawl.rejections.extend(rejections.iter().cloned());
            write::crawl(connection, &crawl, plugin).await?;
            if let Some(statistics) = &crawl.statistics {
                history::write_statistics(connection, crawl.id, statistics).await?;
            }
            if let Some(baseline) = &baseline {
                history::write_baseline(connection, crawl.source, baseline).await?;
            }
            write::pages(connection, &crawl, &pages).await?;
            write::rejections(connection, &crawl, &crawl.rejections).await?;
            if let Some(archive) = &archive {
                crate::archive::write(connection, &crawl, archive, reading.confirmed()).await?;
            }
            let events = match &reading {
                Spared::Confirmed(read_by) => {
                    let at = pages.iter().map(|page| page.fetched_at).max().unwrap_or(crawl.started_at);
                    readings::confirm(connection, crawl.source, *read_by, crawl.id, at).await?;
                    write::count_events(connection, &crawl).await?;
                    Vec::new()
                }
                Spared::Nothing => store_events(connection, &mut crawl, &kept, &known).await?,
                Spared::Read(_) => {
                    readings::settle(connection, crawl.source).await?;
                    store_events(connection, &mut crawl, &kept, &known).await?
                }
            };
            if let Spared::Read(reading) = &reading {
                readings::write(connection, crawl.source, crawl.id, reading).await?;
            }
            transaction.commit().await?;
            Ok(Recorded { tally: crawl.tally, events, rejections, repeated: false })
        });
        self.bounded(WHAT, work).await
    }
}

/// Writes events, bills and sightings, and completes the tally. Returns the events' ids.
async fn store_events(
    connection: &mut PgConnection,
    crawl: &mut Crawl,
    events: &[&Event],
    known: &BTreeMap<String, EventId>,
) -> std::result::Result<Vec<EventId>, Trouble> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns = Columns::default();
    let mut plugins: Vec<(&PluginVersion, i64)> = Vec::new();
    for event in events {
        let plugin = &event.attribution.plugin;
        let row = match plugins.iter().find(|(seen, _)| *seen == plugin) {
            Some((_, row)) => *row,
            None => {
                let row = write::plugin_row(connection, plugin, crawl.started_at).await?;
                plugins.push((plugin, row));
                row
            }
        };
        let id = known.get(&columns::identity(event)).copied();
        columns.push(event, id.unwrap_or_else(|| EventId::new(crawl.finished_at)), id.is_none(), row);
    }
    if let Some(venue) = write::missing_venue(connection, &columns.venue).await? {
        let object = VenueId::from_uuid(venue).to_string();
        return Err(StoreError::Unknown { what: "recording a crawl", object }.into());
    }

    let written = write::events(connection, &columns, crawl.finished_at).await?;
    let touched: BTreeSet<_> = written.created.iter().chain(&written.changed).collect();
    let ids: Vec<EventId> = columns.id.iter().copied().map(EventId::from_uuid).collect();
    let mut acts = Acts::default();
    for (event, id) in events.iter().zip(&ids).filter(|(_, id)| touched.contains(&id.uuid())) {
        acts.push(*id, &event.performers);
    }
    if !touched.is_empty() {
        write::performers(connection, &written, &acts).await?;
    }
    write::sightings(connection, crawl, &columns).await?;

    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    crawl.tally.new = number(written.created.len());
    crawl.tally.changed = number(written.changed.len());
    crawl.tally.unchanged = number(events.len() - touched.len());
    write::count_events(connection, crawl).await?;
    Ok(ids)
}

/// The tally of a crawl that is recorded already.
async fn stored_tally(
    connection: &mut PgConnection,
    crawl: CrawlId,
) -> std::result::Result<Option<CrawlTally>, Trouble> {
    let row = sqlx::query!(
        "SELECT found, new, changed, unchanged, rejected, pages, bytes FROM crawls WHERE id = $1",
        crawl.uuid()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let at = Row { table: "crawls", id: &crawl };
    Ok(Some(CrawlTally {
        found: at.number("found", row.found)?,
        new: at.number("new", row.new)?,
        changed: at.number("changed", row.changed)?,
        unchanged: at.number("unchanged", row.unchanged)?,
        rejected: at.number("rejected", row.rejected)?,
        pages: at.number("pages", row.pages)?,
        bytes: at.number("bytes", row.bytes)?,
    }))
}

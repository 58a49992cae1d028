//! The unit of work: one crawl's result becomes visible at once, or not at all.
//!
//! Last stage of the flow. Takes what `normalize` made and writes crawl, pages, rejections, events and sightings in one
//! transaction. It never deletes an event: what a crawl does not mention stays as it is.

pub(crate) mod columns;
pub(crate) mod write;

use chrono::{DateTime, Utc};
use marquee_model::{
    Baseline, Crawl, CrawlId, CrawlOutcome, CrawlTally, Digest, Event, EventId, FollowMethod, Page, PluginVersion,
    Rejection, VenueId, WebUrl,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use self::columns::SightingColumns;
use crate::{
    Circumstances, Claim, CrawlArchive, NewReading, PlanSummary, Result, Store, StoreError, TruthSettings, claims,
    column::Row, error::Trouble, history, readings, truth, ways,
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
    /// When the pages were read, on the source's calendar.
    pub circumstances: Circumstances,
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
    /// The ids of the crawl's events, in the order of `CrawlRecord::events` without those that were rejected and those of which
    /// nothing was made. Where an event was merged into another, that one answers for the id.
    pub events: Vec<EventId>,
    /// What the crawl's plan came to; nothing where the crawl confirmed a reading, or read no listing.
    pub plan: PlanSummary,
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
            let CrawlRecord { mut crawl, pages, events, circumstances, baseline, reading, archive, claim } = record;
            let mut transaction = self.begin().await?;
            let connection = &mut *transaction;
            if !write::lock_source(connection, crawl.source).await? {
                return Err(StoreError::Unknown { what: WHAT, object: crawl.source.to_string() }.into());
            }
            let (kept, rejections) = columns::sift(&crawl, &events);
            if let Some(tally) = stored_tally(connection, crawl.id).await? {
                let events = write::named(connection, crawl.source, &kept).await?;
                return Ok(Recorded { tally, events, plan: PlanSummary::default(), rejections, repeated: true });
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
            let (events, plan) = match &reading {
                Spared::Confirmed(read_by) => {
                    let at = pages.iter().map(|page| page.fetched_at).max().unwrap_or(crawl.started_at);
                    readings::confirm(connection, crawl.source, *read_by, crawl.id, at).await?;
                    write::count_events(connection, &crawl).await?;
                    (Vec::new(), PlanSummary::default())
                }
                Spared::Nothing | Spared::Read(_) => {
                    if matches!(reading, Spared::Read(_)) {
                        readings::settle(connection, crawl.source).await?;
                    }
                    store_events(connection, &mut crawl, &kept, circumstances, &self.truth).await?
                }
            };
            if let Spared::Read(reading) = &reading {
                readings::write(connection, crawl.source, crawl.id, reading).await?;
                if let (Some(ways), Some(plugin)) = (&reading.ways, plugin) {
                    let read_by = (crawl.id, crawl.started_at);
                    ways::write(connection, crawl.source, plugin, read_by, reading.facts, ways).await?;
                }
            }
            transaction.commit().await?;
            Ok(Recorded { tally: crawl.tally, events, plan, rejections, repeated: false })
        });
        self.bounded(WHAT, work).await
    }
}

/// Reconciles a listing with what is known, writes sightings, and completes the tally. A crawl that read no listing says nothing about
/// events. Returns the events' ids.
async fn store_events(
    connection: &mut PgConnection,
    crawl: &mut Crawl,
    events: &[Event],
    circumstances: Circumstances,
    settings: &TruthSettings,
) -> std::result::Result<(Vec<EventId>, PlanSummary), Trouble> {
    let is_listing =
        matches!(crawl.outcome, CrawlOutcome::Complete | CrawlOutcome::Empty { .. } | CrawlOutcome::Partial { .. });
    if !is_listing {
        return Ok((Vec::new(), PlanSummary::default()));
    }
    let venues: Vec<_> = events.iter().map(|event| event.venue.uuid()).collect();
    if let Some(venue) = write::missing_venue(connection, &venues).await? {
        let object = VenueId::from_uuid(venue).to_string();
        return Err(StoreError::Unknown { what: "recording a crawl", object }.into());
    }
    let reconciled = truth::reconcile::reconcile(connection, crawl, events, circumstances, settings).await?;

    let mut columns = SightingColumns::default();
    let mut plugins: Vec<(&PluginVersion, i64)> = Vec::new();
    for (event, id) in events.iter().zip(&reconciled.ids) {
        let Some(id) = id else { continue };
        let plugin = &event.attribution.plugin;
        let row = match plugins.iter().find(|(seen, _)| *seen == plugin) {
            Some((_, row)) => *row,
            None => {
                let row = write::plugin_row(connection, plugin, crawl.started_at).await?;
                plugins.push((plugin, row));
                row
            }
        };
        columns.push(event, *id, row);
    }
    write::sightings(connection, crawl, &columns).await?;

    let (new, changed, unchanged) = reconciled.tally;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (crawl.tally.new, crawl.tally.changed, crawl.tally.unchanged) = (number(new), number(changed), number(unchanged));
    crawl.diagnostics.extend(reconciled.summary.diagnostics());
    write::count_events(connection, crawl).await?;
    write::plan(connection, crawl, &reconciled.summary).await?;
    Ok((reconciled.ids.into_iter().flatten().collect(), reconciled.summary))
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

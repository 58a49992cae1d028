//! What a crawl asked for, got and read with: what a replay needs beside the archive's blobs.
//!
//! Written with the crawl, in its transaction; read by replays and fixtures. A row of `crawl_requests` is also the crawl's claim on a
//! blob: a blob to which none of them (and no crawl's events) refers may be deleted. The blobs themselves are not known here.

use chrono::{DateTime, Utc};
use marquee_model::{
    AgeRestriction, Crawl, CrawlId, Currency, Digest, Fetching, FirstRequest, FollowLimits, PageRequest, PluginId,
    Schedule, SiteId, Slug, Source, SourceId, VenueId, WebUrl, Zone,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    column::{count, json, text},
    error::Trouble,
};

/// A source as far as it decides what is read of a page: without schedule and without anything that is only sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceVersion {
    /// Its slug at that time.
    pub slug: Slug,
    /// Its site.
    pub site: SiteId,
    /// Its venue.
    pub venue: VenueId,
    /// Its address, with `{{secret:NAME}}` where a secret stands.
    pub url: WebUrl,
    /// Who made the first request.
    pub first_request: FirstRequest,
    /// Its plugin.
    pub plugin: PluginId,
    /// The plugin's configuration.
    pub configuration: serde_json::Value,
    /// Its zone.
    pub zone: Zone,
    /// Its languages.
    pub languages: Vec<String>,
    /// The currency of prices that name none.
    pub currency: Option<Currency>,
    /// Who may come in where the page does not say.
    pub default_age: Option<AgeRestriction>,
    /// How far follow requests might lead.
    pub follow: FollowLimits,
}

impl From<&Source> for SourceVersion {
    fn from(source: &Source) -> Self {
        Self {
            slug: source.slug.clone(),
            site: source.site,
            venue: source.venue,
            url: source.url.clone(),
            first_request: source.first_request,
            plugin: source.plugin.clone(),
            configuration: source.configuration.clone(),
            zone: source.zone,
            languages: source.languages.clone(),
            currency: source.currency,
            default_age: source.default_age,
            follow: source.follow.clone(),
        }
    }
}

impl SourceVersion {
    /// The source as a plugin sees it. Schedule and fetching are the defaults: neither is looked at when pages are read again.
    #[must_use]
    pub fn source(self, id: SourceId) -> Source {
        Source {
            id,
            slug: self.slug,
            site: self.site,
            venue: self.venue,
            url: self.url,
            first_request: self.first_request,
            plugin: self.plugin,
            configuration: self.configuration,
            zone: self.zone,
            languages: self.languages,
            currency: self.currency,
            default_age: self.default_age,
            schedule: Schedule::default(),
            follow: self.follow,
            fetching: Fetching::default(),
            enabled: true,
            trust: marquee_model::DEFAULT_TRUST,
        }
    }

    fn digest(&self) -> Digest {
        Digest::of(json(self).to_string().as_bytes())
    }
}

/// What a crawl hands over for replays.
#[derive(Debug, Clone, PartialEq)]
pub struct CrawlArchive {
    /// What the source was.
    pub source: SourceVersion,
    /// What was asked for, in that order.
    pub requests: Vec<KeptRequest>,
    /// The blob of what the crawl gave. `None` where it could not be kept, or where the crawl confirmed an earlier one: its blob stands
    /// for both.
    pub events: Option<Digest>,
}

/// A request of a crawl and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    /// What was asked for; `{{secret:NAME}}` where a secret was sent.
    pub request: PageRequest,
    /// What came of it.
    pub got: Got,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// Nothing was asked: the plugin was to make the first request, and this was its "now".
    Start(DateTime<Utc>),
    /// A page.
    Page {
        /// Its place among the crawl's pages, from 0.
        ordinal: usize,
        /// Whether its bytes were put into the archive.
        archived: bool,
    },
    /// No page.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Writes what a crawl needs to be run again. `confirmed` is the crawl whose reading this one found unchanged.
pub(crate) async fn write(
    connection: &mut PgConnection,
    crawl: &Crawl,
    archive: &CrawlArchive,
    confirmed: Option<CrawlId>,
) -> Result<(), Trouble> {
    let version = source_version(connection, crawl, &archive.source).await?;
    sqlx::query!(
        "UPDATE crawls SET source_version_id = $2,
                events_digest = COALESCE($3, (SELECT earlier.events_digest FROM crawls earlier WHERE earlier.id = $4))
         WHERE id = $1",
        crawl.id.uuid(),
        version,
        archive.events.map(|digest| digest.as_bytes().to_vec()),
        confirmed.map(CrawlId::uuid),
    )
    .execute(&mut *connection)
    .await?;
    for (ordinal, kept) in archive.requests.iter().enumerate() {
        let (page, archived, begun_at, reason) = match &kept.got {
            Got::Start(at) => (None, false, Some(*at), None),
            Got::Page { ordinal, archived } => (Some(count(*ordinal)), *archived, None, None),
            Got::Failed { reason } => (None, false, None, Some(text(reason))),
        };
        sqlx::query!(
            "INSERT INTO crawl_requests (crawl_id, ordinal, request, page_ordinal, archived, begun_at, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            crawl.id.uuid(),
            count(ordinal),
            json(&kept.request),
            page,
            archived,
            begun_at,
            reason,
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The row of a source's form, made where it is new. The source's own row is locked by now, so nobody else makes it meanwhile.
async fn source_version(
    connection: &mut PgConnection,
    crawl: &Crawl,
    version: &SourceVersion,
) -> Result<i64, sqlx::Error> {
    let digest = version.digest();
    let found = sqlx::query_scalar!(
        "SELECT id FROM source_versions WHERE source_id = $1 AND digest = $2",
        crawl.source.uuid(),
        digest.as_bytes().as_slice()
    )
    .fetch_optional(&mut *connection)
    .await?;
    match found {
        Some(row) => Ok(row),
        None => sqlx::query_scalar!(
            "INSERT INTO source_versions (source_id, digest, source, first_seen) VALUES ($1, $2, $3, $4) RETURNING id",
            crawl.source.uuid(),
            digest.as_bytes().as_slice(),
            json(version),
            crawl.started_at
        )
        .fetch_one(&mut *connection)
        .await,
    }
}

//! Reading sites, venues and sources.

use std::collections::BTreeMap;

use marquee_model::{FollowLimits, Site, SiteId, Slug, Source, SourceId, Venue, VenueId};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    Batch, NearCursor, PlaceQuery, Result, Store, StoreError, StoredSite, StoredSource, StoredVenue, VenueCursor,
    VenueQuery,
    column::Row,
    error::Trouble,
    event_row::stored,
    fold::{fold, patterns},
    query::{batch, clamp},
};

struct SiteRow {
    id: Uuid,
    legacy_id: i64,
    slug: String,
    name: String,
    venues: i64,
    events: i64,
}

impl TryFrom<SiteRow> for StoredSite {
    type Error = StoreError;

    fn try_from(row: SiteRow) -> Result<Self> {
        let id = SiteId::from_uuid(row.id);
        let slug = Row { table: "sites", id: &id }.parse("slug", &row.slug)?;
        let site = Site { id, slug, name: row.name };
        Ok(Self { site, legacy_id: row.legacy_id, venues: row.venues, events: row.events })
    }
}

/// Reads venues; conditions are appended.
pub(crate) const SELECT_VENUES: &str =
    "SELECT v.id, v.legacy_id, v.site_id, s.slug AS site_slug, v.slug, v.name, v.address,
    v.city, v.state, v.postal_code, v.country, v.latitude, v.longitude, v.coordinates_from, v.zone, v.url,
    (SELECT count(*) FROM events e WHERE e.venue_id = v.id AND e.merged_into IS NULL AND NOT e.hidden) AS events
    FROM venues v JOIN sites s ON s.id = v.site_id WHERE true";

#[derive(sqlx::FromRow)]
struct VenueRow {
    id: Uuid,
    legacy_id: i64,
    site_id: Uuid,
    site_slug: String,
    slug: String,
    name: String,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    coordinates_from: Option<String>,
    zone: String,
    url: Option<String>,
    events: i64,
}

impl TryFrom<VenueRow> for StoredVenue {
    type Error = StoreError;

    fn try_from(row: VenueRow) -> Result<Self> {
        let id = VenueId::from_uuid(row.id);
        let at = Row { table: "venues", id: &id };
        Ok(Self {
            venue: Venue {
                id,
                site: SiteId::from_uuid(row.site_id),
                slug: at.parse("slug", &row.slug)?,
                name: row.name,
                address: row.address,
                city: row.city,
                state: row.state,
                postal_code: row.postal_code,
                country: row.country,
                latitude: row.latitude,
                longitude: row.longitude,
                zone: at.parse("zone", &row.zone)?,
                url: at.maybe("url", row.url.as_deref())?,
            },
            legacy_id: row.legacy_id,
            site_slug: at.parse("site_id", &row.site_slug)?,
            coordinates_from: row.coordinates_from.map(|from| at.word("coordinates_from", from)).transpose()?,
            events: row.events,
        })
    }
}

/// Reads sources; conditions are appended.
pub(crate) const SELECT_SOURCES: &str = "SELECT o.id, o.legacy_id, o.slug, o.site_id, o.venue_id, o.url, o.plugin_id,
    o.configuration, o.zone, o.languages, o.currency, o.default_age, o.schedule, o.follow_pages, o.follow_depth,
    o.follow_bytes, o.follow_hosts, o.enabled, o.first_request, o.follow_headers, o.fetching, o.trust, o.origin, s.slug AS site_slug, v.slug AS venue_slug, v.name AS venue_name
    FROM sources o JOIN sites s ON s.id = o.site_id JOIN venues v ON v.id = o.venue_id WHERE true";

#[derive(sqlx::FromRow)]
pub(crate) struct SourceRow {
    id: Uuid,
    legacy_id: i64,
    slug: String,
    site_id: Uuid,
    venue_id: Uuid,
    url: String,
    plugin_id: String,
    configuration: Value,
    zone: String,
    languages: Vec<String>,
    currency: Option<String>,
    default_age: Option<i16>,
    schedule: Value,
    follow_pages: i64,
    follow_depth: i16,
    follow_bytes: i64,
    follow_hosts: Vec<String>,
    enabled: bool,
    first_request: String,
    follow_headers: Vec<String>,
    fetching: Value,
    origin: String,
    trust: i16,
    site_slug: String,
    venue_slug: String,
    venue_name: String,
}

impl TryFrom<SourceRow> for StoredSource {
    type Error = StoreError;

    fn try_from(row: SourceRow) -> Result<Self> {
        let id = SourceId::from_uuid(row.id);
        let at = Row { table: "sources", id: &id };
        Ok(Self {
            source: Source {
                id,
                slug: at.parse("slug", &row.slug)?,
                site: SiteId::from_uuid(row.site_id),
                venue: VenueId::from_uuid(row.venue_id),
                url: at.parse("url", &row.url)?,
                first_request: at.word("first_request", row.first_request)?,
                plugin: at.parse("plugin_id", &row.plugin_id)?,
                configuration: row.configuration,
                zone: at.parse("zone", &row.zone)?,
                languages: row.languages,
                currency: at.maybe("currency", row.currency.as_deref())?,
                default_age: at.age("default_age", row.default_age)?,
                schedule: at.json("schedule", row.schedule)?,
                follow: FollowLimits {
                    pages: at.number("follow_pages", row.follow_pages)?,
                    depth: at.number("follow_depth", row.follow_depth)?,
                    bytes: at.number("follow_bytes", row.follow_bytes)?,
                    hosts: row.follow_hosts,
                    headers: row.follow_headers,
                },
                fetching: at.json("fetching", row.fetching)?,
                enabled: row.enabled,
                trust: at.number("trust", i64::from(row.trust))?,
            },
            legacy_id: row.legacy_id,
            origin: at.word("origin", row.origin)?,
            site_slug: at.parse("site_id", &row.site_slug)?,
            venue_slug: at.parse("venue_id", &row.venue_slug)?,
            venue_name: row.venue_name,
        })
    }
}

impl Store {
    /// All sites, by slug.
    pub async fn sites(&self) -> Result<Vec<StoredSite>> {
        self.read_sites(None).await
    }

    /// The site with this slug.
    pub async fn site_by_slug(&self, slug: &Slug) -> Result<Option<StoredSite>> {
        Ok(self.read_sites(Some(slug)).await?.into_iter().next())
    }

    /// Whether there is a site with this slug. Counts nothing, as [`Self::site_by_slug`] does.
    pub async fn has_site(&self, slug: &Slug) -> Result<bool> {
        let sites = || self.sites.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if sites().contains(slug) {
            return Ok(true);
        }
        let found = self.bounded("looking for a site", async {
            Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM sites WHERE slug = $1) AS "found!""#, slug.as_str())
                .fetch_one(&self.pool)
                .await?)
        });
        let found = found.await?;
        if found {
            sites().insert(slug.clone());
        }
        Ok(found)
    }

    async fn read_sites(&self, slug: Option<&Slug>) -> Result<Vec<StoredSite>> {
        self.bounded("reading sites", async {
            let rows = sqlx::query_as!(
                SiteRow,
                r#"SELECT s.id, s.legacy_id, s.slug, s.name,
                          (SELECT count(*) FROM venues v WHERE v.site_id = s.id) AS "venues!",
                          (SELECT count(*) FROM events e WHERE e.site_id = s.id AND e.merged_into IS NULL AND NOT e.hidden) AS "events!"
                   FROM sites s WHERE $1::text IS NULL OR s.slug = $1 ORDER BY s.slug COLLATE "C""#,
                slug.map(Slug::as_str)
            )
            .fetch_all(&self.pool)
            .await?;
            Ok(stored(rows)?)
        })
        .await
    }

    /// Venues, by name.
    pub async fn venues(&self, query: &VenueQuery) -> Result<Batch<StoredVenue, VenueCursor>> {
        let limit = clamp(query.limit);
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        if let Some(site) = &query.site {
            sql.push(" AND s.slug = ").push_bind(site.as_str().to_owned());
        }
        if let Some(meant) = self.venues_meant(None, &[], &query.place).await? {
            let ids: Vec<Uuid> = meant.iter().map(|at| at.id.uuid()).collect();
            sql.push(" AND v.id = ANY(").push_bind(ids).push(")");
        }
        if let Some(text) = &query.text {
            search_venues(&mut sql, text);
        }
        if let Some(cursor) = &query.after {
            sql.push(" AND (v.sort_name, v.id) > (").push_bind(fold(&cursor.name));
            sql.push(", ").push_bind(cursor.id.uuid()).push(")");
        }
        sql.push(" ORDER BY v.sort_name, v.id LIMIT ").push_bind(limit.saturating_add(1));
        let venues = self.read_venues(sql).await?;
        Ok(batch(venues, limit, |row| VenueCursor { name: row.venue.name.clone(), id: row.venue.id }))
    }

    /// The venues of an area with metres to its middle, the nearest first; after those that a cursor names (metres and id of the last
    /// one seen), at most `limit` of them.
    pub async fn venues_near(
        &self,
        site: Option<&Slug>,
        place: &PlaceQuery,
        after: Option<NearCursor>,
        limit: u32,
    ) -> Result<Batch<(StoredVenue, f64), NearCursor>> {
        let limit = clamp(limit);
        let mut meant = self.venues_meant(site, &[], place).await?.unwrap_or_default();
        if let Some(last) = after {
            meant.retain(|at| (at.centimeters, at.id) > (last.centimeters, last.id));
        }
        let cut = batch(meant, limit, |at| NearCursor { centimeters: at.centimeters, id: at.id });
        let ids: Vec<Uuid> = cut.items.iter().map(|at| at.id.uuid()).collect();
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        sql.push(" AND v.id = ANY(").push_bind(ids).push(")");
        let mut known: BTreeMap<VenueId, StoredVenue> =
            self.read_venues(sql).await?.into_iter().map(|venue| (venue.venue.id, venue)).collect();
        let items = cut.items.iter().filter_map(|at| known.remove(&at.id).map(|venue| (venue, at.meters()))).collect();
        Ok(Batch { items, next: cut.next })
    }

    /// The venues with these ids, in no order.
    pub async fn venues_with_ids(&self, ids: &[VenueId]) -> Result<Vec<StoredVenue>> {
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        sql.push(" AND v.id = ANY(").push_bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()).push(")");
        self.read_venues(sql).await
    }

    /// The venue with this id.
    pub async fn venue(&self, id: VenueId) -> Result<Option<StoredVenue>> {
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        sql.push(" AND v.id = ").push_bind(id.uuid());
        Ok(self.read_venues(sql).await?.into_iter().next())
    }

    /// The same for lists of events: without the number of each venue's events, which costs a count each.
    pub async fn venues_of(&self, ids: &[VenueId]) -> Result<Vec<Venue>> {
        let mut sql = QueryBuilder::new(
            "SELECT v.id, v.legacy_id, v.site_id, s.slug AS site_slug, v.slug, v.name, v.address, v.city, v.state,
                v.postal_code, v.country, v.latitude, v.longitude, v.coordinates_from, v.zone, v.url, 0::bigint AS events
             FROM venues v JOIN sites s ON s.id = v.site_id WHERE v.id = ANY(",
        );
        sql.push_bind(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()).push(")");
        Ok(self.read_venues(sql).await?.into_iter().map(|row| row.venue).collect())
    }

    pub(crate) async fn read_venues(&self, sql: QueryBuilder<Postgres>) -> Result<Vec<StoredVenue>> {
        self.bounded("reading venues", async { venues_by(&mut *self.pool.acquire().await?, sql).await }).await
    }

    /// All sources, by slug.
    pub async fn sources(&self) -> Result<Vec<StoredSource>> {
        self.read_sources(QueryBuilder::new(SELECT_SOURCES)).await
    }

    /// The source with this slug.
    pub async fn source_by_slug(&self, slug: &Slug) -> Result<Option<StoredSource>> {
        let mut sql = QueryBuilder::new(SELECT_SOURCES);
        sql.push(" AND o.slug = ").push_bind(slug.as_str().to_owned());
        Ok(self.read_sources(sql).await?.into_iter().next())
    }

    /// The source with this id.
    pub async fn source(&self, id: SourceId) -> Result<Option<StoredSource>> {
        let mut sql = QueryBuilder::new(SELECT_SOURCES);
        sql.push(" AND o.id = ").push_bind(id.uuid());
        Ok(self.read_sources(sql).await?.into_iter().next())
    }

    pub(crate) async fn read_sources(&self, mut sql: QueryBuilder<Postgres>) -> Result<Vec<StoredSource>> {
        sql.push(" ORDER BY o.slug COLLATE \"C\"");
        self.bounded("reading sources", async {
            let rows: Vec<SourceRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            stored(rows).map_err(Trouble::from)
        })
        .await
    }
}

/// The venues that `sql`, begun with [`SELECT_VENUES`], finds.
pub(crate) async fn venues_by(
    connection: &mut PgConnection,
    mut sql: QueryBuilder<Postgres>,
) -> std::result::Result<Vec<StoredVenue>, Trouble> {
    let rows: Vec<VenueRow> = sql.build_query_as().fetch_all(connection).await?;
    stored(rows).map_err(Trouble::from)
}

/// Appends the condition that every word is part of a venue's name or city.
pub(crate) fn search_venues(sql: &mut QueryBuilder<Postgres>, text: &str) {
    for pattern in patterns(text) {
        sql.push(" AND v.search_text LIKE ").push_bind(pattern);
    }
}

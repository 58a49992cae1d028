//! Declaring what is crawled: sites, venues and sources, by slug.
//!
//! Called at start with what the source files say. Ids given once stay; nothing is removed because a file is gone.

use std::collections::BTreeMap;

use marquee_model::{Site, SiteId, Slug, Source, SourceId, Venue, VenueId};
use sqlx::PgConnection;

use crate::{
    MovedOn, Result, Store, StoreError, Synced,
    admin_sources::by_slug,
    column::{age, count, json, text, word},
    error::Trouble,
    fold::{fold, fold_all},
    names::uphold,
};

/// Key of the advisory lock that lets one process at a time declare sources; any number serves, it is used nowhere else.
const SYNC_LOCK: i64 = 0x6d61_7271_7565_6501;

impl Store {
    /// Creates or updates sites, venues and sources by slug, in one transaction. The ids of what is known are kept; those in
    /// the arguments only tell which venue belongs to which site. Where one slug is given several times, the first value of
    /// each field stands. Nothing is removed or disabled by being absent.
    pub async fn sync_sources(&self, sites: &[Site], venues: &[Venue], sources: &[Source]) -> Result<Synced> {
        // On the heap, as in `record`.
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            lock(&mut transaction).await?;
            let (sites, site_ids) = sync_sites(&mut transaction, sites).await?;
            let (venues, venue_ids, moved_on) = sync_venues(&mut transaction, venues, &site_ids).await?;
            let sources = sync_each_source(&mut transaction, sources, &site_ids, &venue_ids).await?;
            transaction.commit().await?;
            Ok(Synced { sites, venues, sources, moved_on })
        });
        self.bounded("syncing the sources", work).await
    }

    /// Switches a source on or off; `false` if there is none with this id.
    pub async fn set_source_enabled(&self, id: SourceId, enabled: bool) -> Result<bool> {
        self.bounded("switching a source", async {
            let done = sqlx::query!("UPDATE sources SET enabled = $2 WHERE id = $1", id.uuid(), enabled)
                .execute(&self.pool)
                .await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }
}

/// Waits until nobody else declares sources, and keeps the others waiting until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", SYNC_LOCK).execute(connection).await?;
    Ok(())
}

/// The id under which the database knows what was given under another one.
pub(crate) type Known<T> = BTreeMap<T, T>;

fn known<T: Ord + Copy + std::fmt::Display>(ids: &Known<T>, given: T) -> Result<T> {
    ids.get(&given)
        .copied()
        .ok_or_else(|| StoreError::Unknown { what: "syncing the sources", object: given.to_string() })
}

pub(crate) async fn sync_sites(
    connection: &mut PgConnection,
    sites: &[Site],
) -> std::result::Result<(Vec<Site>, Known<SiteId>), Trouble> {
    let mut distinct: Vec<Site> = Vec::new();
    for site in sites {
        if !distinct.iter().any(|other| other.slug == site.slug) {
            distinct.push(site.clone());
        }
    }
    for site in &mut distinct {
        let slug = site.slug.as_str();
        let name = text(&site.name);
        let id =
            sqlx::query_scalar!("SELECT id FROM sites WHERE slug = $1", slug).fetch_optional(&mut *connection).await?;
        if let Some(id) = id {
            site.id = SiteId::from_uuid(id);
            sqlx::query!("UPDATE sites SET name = $2 WHERE id = $1 AND name IS DISTINCT FROM $2", id, name)
                .execute(&mut *connection)
                .await?;
        } else {
            sqlx::query!("INSERT INTO sites (id, slug, name) VALUES ($1, $2, $3)", site.id.uuid(), slug, name)
                .execute(&mut *connection)
                .await?;
        }
    }
    let by_slug: BTreeMap<&Slug, SiteId> = distinct.iter().map(|site| (&site.slug, site.id)).collect();
    let mut ids: Known<SiteId> =
        sites.iter().filter_map(|site| by_slug.get(&site.slug).map(|id| (site.id, *id))).collect();
    ids.extend(distinct.iter().map(|site| (site.id, site.id)));
    Ok((distinct, ids))
}

pub(crate) async fn sync_venues(
    connection: &mut PgConnection,
    venues: &[Venue],
    sites: &Known<SiteId>,
) -> std::result::Result<(Vec<Venue>, Known<VenueId>, Vec<MovedOn>), Trouble> {
    let mut distinct: Vec<Venue> = Vec::new();
    for venue in venues {
        let venue = Venue { site: known(sites, venue.site)?, ..venue.clone() };
        match distinct.iter_mut().find(|other| other.site == venue.site && other.slug == venue.slug) {
            Some(first) => complete(first, venue),
            None => distinct.push(venue),
        }
    }
    let mut moved_on = Vec::new();
    for venue in &mut distinct {
        let (site, slug) = (venue.site.uuid(), venue.slug.as_str());
        let id = sqlx::query_scalar!("SELECT id FROM venues WHERE site_id = $1 AND slug = $2", site, slug)
            .fetch_optional(&mut *connection)
            .await?;
        match id {
            Some(id) => venue.id = VenueId::from_uuid(id),
            None => {
                sqlx::query!(
                    "INSERT INTO venues (id, site_id, slug, name, zone, sort_name, search_text)
                     VALUES ($1, $2, $3, '', $4, '', '')",
                    venue.id.uuid(),
                    site,
                    slug,
                    venue.zone.name(),
                )
                .execute(&mut *connection)
                .await?;
            }
        }
        let (shown, own_coordinates, moved) = uphold(connection, venue).await?;
        write_venue(connection, &shown, own_coordinates).await?;
        moved_on.extend(moved);
    }
    let by_slug: BTreeMap<(SiteId, &Slug), VenueId> = distinct.iter().map(|v| ((v.site, &v.slug), v.id)).collect();
    let mut ids: Known<VenueId> = BTreeMap::new();
    for venue in venues {
        if let Some(id) = by_slug.get(&(known(sites, venue.site)?, &venue.slug)) {
            ids.insert(venue.id, *id);
        }
    }
    ids.extend(distinct.iter().map(|venue| (venue.id, venue.id)));
    Ok((distinct, ids, moved_on))
}

/// Fills what one declaration of a venue leaves open from another.
fn complete(first: &mut Venue, other: Venue) {
    first.address = first.address.take().or(other.address);
    first.city = first.city.take().or(other.city);
    first.state = first.state.take().or(other.state);
    first.postal_code = first.postal_code.take().or(other.postal_code);
    first.country = first.country.take().or(other.country);
    if first.latitude.is_none() || first.longitude.is_none() {
        (first.latitude, first.longitude) = (other.latitude, other.longitude);
    }
    first.url = first.url.take().or(other.url);
}

/// Writes what readers are to see of a venue. Where neither file nor person gives coordinates, those that were found by its address stay
/// as long as the address does.
async fn write_venue(
    connection: &mut PgConnection,
    venue: &Venue,
    own_coordinates: bool,
) -> std::result::Result<(), sqlx::Error> {
    let clean = |field: &Option<String>| field.as_deref().map(text);
    let searched = [Some(venue.name.as_str()), venue.city.as_deref()];
    sqlx::query(
        "WITH given AS (
             SELECT v.id,
                    NOT $14 AND ($8::float8 IS NULL OR $9::float8 IS NULL) AND v.coordinates_from IN ('geocoding', 'page')
                    AND (v.address, v.city, v.state, v.postal_code, v.country) IS NOT DISTINCT FROM ($3, $4, $5, $6, $7) AS found
             FROM venues v WHERE v.id = $1
         ), new AS (
             SELECT g.id, CASE WHEN g.found THEN v.latitude ELSE $8 END AS latitude,
                    CASE WHEN g.found THEN v.longitude ELSE $9 END AS longitude,
                    CASE WHEN g.found THEN v.coordinates_from
                         WHEN $8::float8 IS NULL OR $9::float8 IS NULL THEN NULL
                         WHEN $14 THEN 'person' ELSE 'file' END AS coordinates_from
             FROM given g JOIN venues v ON v.id = g.id
         )
         UPDATE venues v
         SET (name, address, city, state, postal_code, country, latitude, longitude, coordinates_from, zone, url, sort_name, search_text)
             = ($2, $3, $4, $5, $6, $7, n.latitude, n.longitude, n.coordinates_from, $10, $11, $12, $13)
         FROM new n
         WHERE v.id = n.id
           AND (v.name, v.address, v.city, v.state, v.postal_code, v.country, v.latitude, v.longitude, v.coordinates_from, v.zone, v.url,
                v.sort_name, v.search_text)
               IS DISTINCT FROM ($2, $3, $4, $5, $6, $7, n.latitude, n.longitude, n.coordinates_from, $10, $11, $12, $13)",
    )
    .bind(venue.id.uuid())
    .bind(text(&venue.name))
    .bind(clean(&venue.address))
    .bind(clean(&venue.city))
    .bind(clean(&venue.state))
    .bind(clean(&venue.postal_code))
    .bind(clean(&venue.country))
    .bind(venue.latitude)
    .bind(venue.longitude)
    .bind(venue.zone.name())
    .bind(venue.url.as_ref().map(marquee_model::WebUrl::as_str))
    .bind(fold(&venue.name))
    .bind(fold_all(searched.into_iter().flatten()))
    .bind(own_coordinates)
    .execute(connection)
    .await?;
    Ok(())
}

async fn sync_each_source(
    connection: &mut PgConnection,
    sources: &[Source],
    sites: &Known<SiteId>,
    venues: &Known<VenueId>,
) -> std::result::Result<Vec<Source>, Trouble> {
    let mut distinct: Vec<Source> = Vec::new();
    for source in sources {
        if distinct.iter().any(|other| other.slug == source.slug) {
            continue;
        }
        let mut source =
            Source { site: known(sites, source.site)?, venue: known(venues, source.venue)?, ..source.clone() };
        let found = sqlx::query!(
            r#"SELECT id, origin = 'api' AS "by_api!" FROM sources WHERE slug = $1"#,
            source.slug.as_str()
        )
        .fetch_optional(&mut *connection)
        .await?;
        if found.as_ref().is_some_and(|found| found.by_api)
            && let Some(other) = by_slug(connection, &source.slug).await?
        {
            tracing::warn!(source = %source.slug, "a source of the API has this file's slug and stays as it is; give the file another slug");
            distinct.push(other.source);
            continue;
        }
        let id = found.map(|found| found.id);
        let is_new = id.is_none();
        source.id = id.map_or(source.id, SourceId::from_uuid);
        write_source(connection, &source, is_new).await?;
        distinct.push(source);
    }
    Ok(distinct)
}

pub(crate) async fn write_source(
    connection: &mut PgConnection,
    source: &Source,
    is_new: bool,
) -> std::result::Result<(), sqlx::Error> {
    let languages: Vec<String> = source.languages.iter().map(|language| text(language)).collect();
    let hosts: Vec<String> = source.follow.hosts.iter().map(|host| text(host)).collect();
    let headers: Vec<String> = source.follow.headers.iter().map(|name| text(name)).collect();
    // One statement for both cases: an upsert would use up an integer id of MusicLive's at every start.
    sqlx::query!(
        "WITH given AS (
             SELECT $1::uuid AS id, $2::text AS slug, $3::uuid AS site_id, $4::uuid AS venue_id, $5::text AS url,
                    $6::text AS plugin_id, $7::jsonb AS configuration, $8::text AS zone, $9::text[] AS languages,
                    $10::text AS currency, $11::smallint AS default_age, $12::jsonb AS schedule,
                    $13::bigint AS follow_pages, $14::smallint AS follow_depth, $15::bigint AS follow_bytes,
                    $16::text[] AS follow_hosts, $17::boolean AS enabled, $19::text AS first_request,
                    $20::text[] AS follow_headers, $21::jsonb AS fetching,
                    $22::smallint AS trust
         ), made AS (
             INSERT INTO sources (id, slug, site_id, venue_id, url, plugin_id, configuration, zone, languages, currency,
                                  default_age, schedule, follow_pages, follow_depth, follow_bytes, follow_hosts, enabled,
                                  first_request, follow_headers, fetching, trust)
             SELECT g.id, g.slug, g.site_id, g.venue_id, g.url, g.plugin_id, g.configuration, g.zone, g.languages, g.currency,
                    g.default_age, g.schedule, g.follow_pages, g.follow_depth, g.follow_bytes, g.follow_hosts, g.enabled,
                    g.first_request, g.follow_headers, g.fetching, g.trust FROM given g WHERE $18
         )
         UPDATE sources s
         SET (site_id, venue_id, url, plugin_id, configuration, zone, languages, currency, default_age, schedule,
              follow_pages, follow_depth, follow_bytes, follow_hosts, enabled, first_request, follow_headers, fetching, trust)
             = (g.site_id, g.venue_id, g.url, g.plugin_id, g.configuration, g.zone, g.languages, g.currency, g.default_age,
                g.schedule, g.follow_pages, g.follow_depth, g.follow_bytes, g.follow_hosts, g.enabled, g.first_request,
                g.follow_headers, g.fetching, g.trust)
         FROM given g
         WHERE s.id = g.id AND NOT $18
           AND (s.site_id, s.venue_id, s.url, s.plugin_id, s.configuration, s.zone, s.languages, s.currency, s.default_age,
                s.schedule, s.follow_pages, s.follow_depth, s.follow_bytes, s.follow_hosts, s.enabled, s.first_request,
                s.follow_headers, s.fetching, s.trust)
               IS DISTINCT FROM
               (g.site_id, g.venue_id, g.url, g.plugin_id, g.configuration, g.zone, g.languages, g.currency, g.default_age,
                g.schedule, g.follow_pages, g.follow_depth, g.follow_bytes, g.follow_hosts, g.enabled, g.first_request,
                g.follow_headers, g.fetching, g.trust)",
        source.id.uuid(),
        source.slug.as_str(),
        source.site.uuid(),
        source.venue.uuid(),
        source.url.as_str(),
        source.plugin.as_str(),
        json(&source.configuration),
        source.zone.name(),
        &languages,
        source.currency.map(marquee_model::Currency::code),
        source.default_age.map(age),
        json(&source.schedule),
        i64::from(source.follow.pages),
        i16::from(source.follow.depth),
        count(source.follow.bytes),
        &hosts,
        source.enabled,
        is_new,
        word(&source.first_request),
        &headers,
        json(&source.fetching),
        i16::from(source.trust),
    )
    .execute(connection)
    .await?;
    Ok(())
}

//! Which venues a question means. They are few (hundreds, where events are a million), so they are found first, and events by them.

use marquee_model::{Slug, VenueId};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{Point, distance};
use crate::{PlaceQuery, Result, Store, VenueKey, fold::fold};

/// A venue that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AtVenue {
    /// Centimetres from the middle of the area, 0 where there is none. Whole ones, since a cursor must hold exactly this number.
    pub(crate) centimeters: i64,
    /// It.
    pub(crate) id: VenueId,
}

impl AtVenue {
    /// Metres from the middle of the area.
    #[expect(clippy::cast_precision_loss, reason = "half the earth is two billion centimetres")]
    pub(crate) fn meters(self) -> f64 {
        self.centimeters as f64 / 100.0
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    postal_code: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Store {
    /// The venues that are meant, the nearest first, then by id; `None` where nothing is asked of the venue.
    pub(crate) async fn venues_meant(
        &self,
        site: Option<&Slug>,
        keys: &[VenueKey],
        place: &PlaceQuery,
    ) -> Result<Option<Vec<AtVenue>>> {
        if keys.is_empty() && *place == PlaceQuery::default() {
            return Ok(None);
        }
        if let ([VenueKey::Id(id)], true) = (keys, *place == PlaceQuery::default()) {
            return Ok(Some(vec![AtVenue { id: *id, centimeters: 0 }]));
        }
        let mut sql = QueryBuilder::new(
            "SELECT v.id, v.city, v.state, v.country, v.postal_code, v.latitude, v.longitude FROM venues v WHERE true",
        );
        if let Some(site) = site {
            sql.push(" AND v.site_id = (SELECT id FROM sites WHERE slug = ")
                .push_bind(site.as_str().to_owned())
                .push(")");
        }
        with_keys(&mut sql, keys);
        if let Some((south, north)) = place.area.as_ref().map(super::Area::latitudes) {
            sql.push(" AND v.latitude BETWEEN ").push_bind(south).push(" AND ").push_bind(north);
        }
        let rows: Vec<Row> =
            self.bounded("finding venues", async { Ok(sql.build_query_as().fetch_all(&self.pool).await?) }).await?;
        let mut venues: Vec<AtVenue> = rows.iter().filter_map(|row| meant(row, place)).collect();
        venues.sort_unstable();
        Ok(Some(venues))
    }
}

fn with_keys(sql: &mut QueryBuilder<Postgres>, keys: &[VenueKey]) {
    if keys.is_empty() {
        return;
    }
    let ids: Vec<Uuid> =
        keys.iter().filter_map(|key| if let VenueKey::Id(id) = key { Some(id.uuid()) } else { None }).collect();
    let slugs: Vec<String> = keys
        .iter()
        .filter_map(|key| if let VenueKey::Slug(slug) = key { Some(slug.to_string()) } else { None })
        .collect();
    sql.push(" AND (v.id = ANY(").push_bind(ids).push(") OR v.slug = ANY(").push_bind(slugs).push("))");
}

/// The venue, if all holds for it that is asked.
fn meant(row: &Row, place: &PlaceQuery) -> Option<AtVenue> {
    let same = |asked: &Option<String>, is: &Option<String>, form: fn(&str) -> String| {
        asked.as_deref().is_none_or(|asked| is.as_deref().is_some_and(|is| form(is) == form(asked)))
    };
    let code = |text: &str| fold(text).replace(' ', "");
    let by_name = same(&place.city, &row.city, fold)
        && same(&place.state, &row.state, fold)
        && same(&place.country, &row.country, fold)
        && same(&place.postal_code, &row.postal_code, code);
    if !by_name {
        return None;
    }
    let id = VenueId::from_uuid(row.id);
    let Some(area) = &place.area else { return Some(AtVenue { id, centimeters: 0 }) };
    let at = Point { latitude: row.latitude?, longitude: row.longitude? };
    let centimeters = area.middle().map_or(0, |middle| centimeters(distance(middle, at)));
    area.holds(at).then_some(AtVenue { id, centimeters })
}

#[expect(clippy::cast_possible_truncation, reason = "half the earth is two billion centimetres")]
fn centimeters(meters: f64) -> i64 {
    (meters * 100.0).round() as i64
}

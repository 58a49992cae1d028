//! How the events of a list spread over venues, genres, statuses and days.

use chrono::NaiveDate;
use marquee_model::{Status, VenueId};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{events, narrow};
use crate::{EventQuery, Result, Store, column::Row};

/// Rows that are counted at most. Counting 100,000 rows takes some 60 ms on the machine of the benches; a list that is longer is told to be
/// counted in part.
const MOST_ROWS: i64 = 100_000;

/// Values of a facet at most, the most frequent first; days: the first so many.
const MOST_VALUES: i64 = 100;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// By venue.
    Venue,
    /// By genre, without regard to case and accents.
    Genre,
    /// By status.
    Status,
    /// By the day of the venue's calendar on which it begins.
    Day,
}

/// A venue and how many events are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueCount {
    /// The venue.
    pub id: VenueId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Number of events.
    pub count: i64,
}

/// The counts that were asked for, the others empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Events that were counted.
    pub counted: i64,
    /// Whether these are all. Where not, the counts are of some of them.
    pub complete: bool,
    /// The venues with the most events, at most 100.
    pub venues: Vec<VenueCount>,
    /// The most frequent genres, at most 100, as they are compared.
    pub genres: Vec<(String, i64)>,
    /// Every status that occurs.
    pub statuses: Vec<(Status, i64)>,
    /// The first days, at most 100.
    pub days: Vec<(NaiveDate, i64)>,
}

#[derive(sqlx::FromRow)]
struct Count {
    facet: String,
    value: String,
    slug: Option<String>,
    name: Option<String>,
    count: i64,
}

impl Store {
    /// Counts the events of a list, from its beginning, whatever its cursor and limit are.
    pub async fn facets(&self, query: &EventQuery, facets: &[Facet]) -> Result<Facets> {
        let resolved = self.resolve(query).await?;
        if resolved.is_nothing() {
            return Ok(Facets { complete: true, ..Facets::default() });
        }
        let mut sql =
            QueryBuilder::new("WITH found AS MATERIALIZED (SELECT e.venue_id, e.genre_keys, e.status, e.start_date ");
        events(&mut sql, query, |sql| narrow(sql, query, &resolved));
        sql.push(" LIMIT ")
            .push_bind(MOST_ROWS.saturating_add(1))
            .push(") SELECT 'all' AS facet, '' AS value, NULL AS slug, NULL AS name, count(*) FROM found");
        for facet in facets {
            sql.push(match facet {
                Facet::Venue => " UNION ALL (SELECT 'venue', v.id::text, v.slug, v.name, f.n FROM (SELECT venue_id, count(*) AS n FROM found
                    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100) f JOIN venues v ON v.id = f.venue_id ORDER BY 5 DESC, 2)",
                Facet::Genre => " UNION ALL (SELECT 'genre', g, NULL, NULL, count(*) FROM found, unnest(genre_keys) AS u (g) GROUP BY 2 ORDER BY 5 DESC, 2 LIMIT 100)",
                Facet::Status => " UNION ALL (SELECT 'status', status, NULL, NULL, count(*) FROM found GROUP BY 2 ORDER BY 5 DESC, 2)",
                Facet::Day => " UNION ALL (SELECT 'day', start_date::text, NULL, NULL, count(*) FROM found GROUP BY start_date ORDER BY start_date LIMIT 100)",
            });
        }
        debug_assert_eq!(MOST_VALUES, 100, "stands in the statements");
        let rows: Vec<Count> =
            self.bounded("counting events", async { Ok(sql.build_query_as().fetch_all(&self.pool).await?) }).await?;
        counted(rows)
    }
}

fn counted(rows: Vec<Count>) -> Result<Facets> {
    let mut facets = Facets::default();
    let at = Row { table: "events", id: &"counted" };
    for row in rows {
        match row.facet.as_str() {
            "venue" => facets.venues.push(VenueCount {
                id: VenueId::from_uuid(row.value.parse::<Uuid>().map_err(|error| at.bad("venue_id", error))?),
                slug: row.slug.unwrap_or_default(),
                name: row.name.unwrap_or_default(),
                count: row.count,
            }),
            "genre" => facets.genres.push((row.value, row.count)),
            "status" => facets.statuses.push((at.word("status", row.value)?, row.count)),
            "day" => facets.days.push((at.parse("start_date", &row.value)?, row.count)),
            _ => {
                facets.complete = row.count <= MOST_ROWS;
                facets.counted = row.count.min(MOST_ROWS);
            }
        }
    }
    Ok(facets)
}

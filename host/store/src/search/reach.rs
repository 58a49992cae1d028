//! How a list gets at its rows without reading all that fits: venue by venue, by an index's order, and no further than its limit.

use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{AtVenue, Resolved, events, narrow, order};
use crate::{EventCursor, EventQuery};

/// Appends the tables of a list by distance: the venues in their order, and of each the first events. A venue that is not reached costs
/// nothing, and no more than `limit` rows of each are looked at.
pub(crate) fn by_distance(
    sql: &mut QueryBuilder<Postgres>,
    query: &EventQuery,
    resolved: &Resolved,
    venues: &[AtVenue],
    limit: i64,
) {
    // Venues before the cursor's are done. Its own may be gone, or elsewhere by now: then the list goes on with the next one.
    let (left, began) = match query.after {
        Some(EventCursor::Distance { centimeters, venue, start, id }) => {
            let last = AtVenue { centimeters, id: venue };
            let left: Vec<AtVenue> = venues.iter().filter(|at| **at >= last).copied().collect();
            let began = left.first().is_some_and(|first| first.id == venue);
            (left, began.then_some((start, id)))
        }
        _ => (venues.to_vec(), None),
    };
    let ids: Vec<Uuid> = left.iter().map(|at| at.id.uuid()).collect();
    sql.push("FROM unnest(").push_bind(ids).push(") WITH ORDINALITY AS at (id, place) CROSS JOIN LATERAL (SELECT e.* ");
    let anywhere = Resolved { venues: None, ..resolved.clone() };
    let most = " ORDER BY e.start_local, e.id LIMIT ";
    events(sql, query, |sql| {
        sql.push(" AND e.venue_id = at.id");
        narrow(sql, query, &anywhere);
        if let Some((start, id)) = began {
            sql.push(" AND (at.place > 1 OR (e.start_local, e.id) > (").push_bind(start);
            sql.push(", ").push_bind(id.uuid()).push("))");
        }
        sql.push(most).push_bind(limit);
    });
    sql.push(most).push_bind(limit).push(") e ");
}

/// Numbers of venues whose events are read venue by venue, of each the first ones in the list's order, which an index of each venue's events
/// gives. All of them together would have to be read and sorted. With more venues the list is soon full of whatever comes first.
pub(crate) const VENUES_APART: std::ops::RangeInclusive<usize> = 2..=64;

/// Appends the tables of a list by start at a few venues: of each the first events in that order. No more than `limit` rows of each are looked
/// at.
pub(crate) fn of_venues(
    sql: &mut QueryBuilder<Postgres>,
    query: &EventQuery,
    resolved: &Resolved,
    venues: &[AtVenue],
    limit: i64,
) {
    let ids: Vec<Uuid> = venues.iter().map(|at| at.id.uuid()).collect();
    sql.push("FROM unnest(").push_bind(ids).push(") AS at (id) CROSS JOIN LATERAL (SELECT e.* ");
    let anywhere = Resolved { venues: None, ..resolved.clone() };
    let first = |sql: &mut QueryBuilder<Postgres>| {
        order(sql, query.sort, query.after, &[]);
        sql.push(" LIMIT ").push_bind(limit);
    };
    events(sql, query, |sql| {
        sql.push(" AND e.venue_id = at.id");
        narrow(sql, query, &anywhere);
        first(sql);
    });
    sql.push(" WHERE true");
    first(sql);
    sql.push(") e ");
}

/// Appends the limit of a list. Postgres plans a statement with a bound limit anew each time, not knowing how much is wanted, which costs
/// as much as reading the rows of a page. So where an index gives the list's order and the conditions change nothing about that, the limit stands
/// in the text. With other conditions a plan for any value could be a bad one.
pub(crate) fn at_most(sql: &mut QueryBuilder<Postgres>, query: &EventQuery, limit: i64) {
    if is_in_order_of_an_index(query) {
        sql.push(" LIMIT ").push(limit);
    } else {
        sql.push(" LIMIT ").push_bind(limit);
    }
}

/// Whether a list asks for nothing but a stretch of time, a site or a venue, and how events stand.
fn is_in_order_of_an_index(query: &EventQuery) -> bool {
    let EventQuery { from, until, from_local, until_local, from_utc, until_utc, past, sort, after, limit, .. } = *query;
    let stretch =
        EventQuery { from, until, from_local, until_local, from_utc, until_utc, past, ..EventQuery::default() };
    let place = EventQuery { site: query.site.clone(), venues: query.venues.clone(), ..stretch };
    let (status, presumed_cancelled) = (query.status.clone(), query.presumed_cancelled);
    query.venues.len() <= 1 && *query == EventQuery { status, presumed_cancelled, sort, after, limit, ..place }
}

//! The conditions of a question, as SQL on `events e`. Values are bound, never written into the text; what is written are words of
//! enumerations.

use chrono::{DateTime, Duration, NaiveDateTime, NaiveTime, Utc};
use marquee_model::{AgeRestriction, Status};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{Resolved, Word};
use crate::{
    ArtistKey, EventQuery, Past,
    column::{age, word},
    event_row::SHOWN,
    fold::fold,
};

/// Hours by which a day begins earlier than in UTC, at most (Pacific/Kiritimati, UTC+14).
const EARLIEST_ZONE_HOURS: i64 = 14;
/// Hours by which a day ends later than in UTC, at most (UTC-12).
const LATEST_ZONE_HOURS: i64 = 12;

/// What an event is taken to cost at least and at most, where it says what it costs.
const LEAST: &str =
    "COALESCE(e.price_min, CASE WHEN e.price_kind IN ('free', 'donation', 'pay_what_you_can') THEN 0 END)";
const MOST: &str = "CASE WHEN e.price_kind = 'from' THEN 'infinity'::numeric ELSE COALESCE(e.price_max, e.price_min,
    CASE WHEN e.price_kind IN ('donation', 'pay_what_you_can') THEN 'infinity'::numeric WHEN e.price_kind = 'free' THEN 0 END) END";

/// Whether tickets can be had; `$` stands for the instant.
const ON_SALE: &str =
    "(e.ticket_url IS NOT NULL AND e.status IN ('scheduled', 'rescheduled', 'moved') AND e.over_utc > ";

/// Appends the conditions of a question, [`SHOWN`] first.
pub(crate) fn narrow(sql: &mut QueryBuilder<Postgres>, query: &EventQuery, resolved: &Resolved) {
    sql.push(SHOWN);
    if !query.ids.is_empty() {
        let ids: Vec<Uuid> = query.ids.iter().map(|id| id.uuid()).collect();
        sql.push(" AND e.id = ANY(").push_bind(ids).push(")");
    }
    if let Some(site) = &query.site {
        sql.push(" AND e.site_id = (SELECT id FROM sites WHERE slug = ").push_bind(site.as_str().to_owned()).push(")");
    }
    if let Some(venues) = &resolved.venues {
        match venues.as_slice() {
            // An equality, so that the index on venue and start gives the order as well.
            [one] => sql.push(" AND e.venue_id = ").push_bind(one.id.uuid()),
            several => {
                let ids: Vec<Uuid> = several.iter().map(|venue| venue.id.uuid()).collect();
                sql.push(" AND e.venue_id = ANY(").push_bind(ids).push(")")
            }
        };
    }
    has_words(sql, &resolved.words);
    if let Some(sources) = &resolved.sources {
        told_by(sql, sources);
    }
    when(sql, query);
    what(sql, query, resolved);
    price(sql, query);
    if let Some(since) = query.updated_since {
        sql.push(" AND e.updated_at >= ").push_bind(since);
    }
    if let Some(since) = query.announced_since {
        sql.push(" AND e.created_at >= ").push_bind(since);
    }
    past(sql, query.past);
}

fn has_words(sql: &mut QueryBuilder<Postgres>, words: &[Word]) {
    // Those that stand for one known word and no venue are asked for together: the index of words then begins with the rarest of them.
    let alone = |word: &&Word| word.venues.is_empty() && word.known.as_ref().is_some_and(|known| known.len() == 1);
    let all: Vec<String> = words.iter().filter(alone).flat_map(|word| word.known.iter().flatten().cloned()).collect();
    if !all.is_empty() {
        sql.push(" AND e.words @> ").push_bind(all);
    }
    for word in words.iter().filter(|word| !alone(word)) {
        has_word(sql, word);
    }
}

fn has_word(sql: &mut QueryBuilder<Postgres>, word: &Word) {
    match &word.known {
        Some(known) => {
            sql.push(" AND (e.words && ").push_bind(known.clone());
        }
        None => {
            sql.push(" AND (false");
            for pattern in &word.patterns {
                sql.push(" OR e.search_text LIKE ").push_bind(pattern.clone());
            }
        }
    }
    if !word.venues.is_empty() {
        sql.push(" OR e.venue_id = ANY(").push_bind(word.venues.clone()).push(")");
    }
    sql.push(")");
}

/// Sources up to which their sightings are read first, and events by them. With more, events are looked at in the list's order, and of each
/// whether one of the sources tells of it: a list is full soon where many do. (Not by EXISTS, which Postgres would answer by reading all their
/// sightings into a table first.)
const FEW_SOURCES: usize = 8;

/// By sources. A merged event's sightings count for the one that answers for it.
fn told_by(sql: &mut QueryBuilder<Postgres>, sources: &[Uuid]) {
    let few = sources.len() <= FEW_SOURCES;
    sql.push(if few {
        " AND e.id IN (SELECT g.event_id FROM sightings g WHERE g.source_id = ANY("
    } else {
        " AND ((SELECT true FROM sightings g WHERE g.event_id = e.id AND g.source_id = ANY("
    });
    sql.push_bind(sources.to_vec()).push(if few {
        ") UNION ALL SELECT m.merged_into FROM events m JOIN sightings g ON g.event_id = m.id
           WHERE m.merged_into IS NOT NULL AND g.source_id = ANY("
    } else {
        ") LIMIT 1) OR e.records > 1 AND (SELECT true FROM events m JOIN sightings g ON g.event_id = m.id
           WHERE m.merged_into = e.id AND g.source_id = ANY("
    });
    sql.push_bind(sources.to_vec()).push(if few { "))" } else { ") LIMIT 1))" });
}

fn when(sql: &mut QueryBuilder<Postgres>, query: &EventQuery) {
    // Compared by start_local, which the indexes lead with.
    let from = [query.from.map(|day| day.and_time(NaiveTime::MIN)), query.from_local].into_iter().flatten().max();
    let day_after = |day: chrono::NaiveDate| day.succ_opt().map(|next| next.and_time(NaiveTime::MIN));
    let until = [query.until.and_then(day_after), query.until_local].into_iter().flatten().min();
    if let Some(from) = from {
        sql.push(" AND e.start_local >= ").push_bind(from);
    }
    if let Some(until) = until {
        sql.push(" AND e.start_local < ").push_bind(until);
    }
    if let Some(from) = query.from_utc {
        // The first condition says no more than the second, in a column that the lists' indexes lead with.
        sql.push(" AND e.start_local > ").push_bind(hours(from, -24 - LATEST_ZONE_HOURS));
        sql.push(" AND (e.start_utc >= ").push_bind(from).push(" OR e.start_utc IS NULL)");
    }
    if let Some(until) = query.until_utc {
        sql.push(" AND e.start_local < ").push_bind(hours(until, EARLIEST_ZONE_HOURS));
        sql.push(" AND (e.start_utc < ").push_bind(until).push(" OR e.start_utc IS NULL)");
    }
    if let Some((from, until)) = query.active {
        sql.push(" AND e.begins_utc < ").push_bind(until.naive_utc());
        sql.push(" AND e.start_local < ").push_bind(hours(until, EARLIEST_ZONE_HOURS));
        not_over(sql, from);
    }
    if !query.weekdays.is_empty() {
        let days: Vec<i32> =
            query.weekdays.iter().filter_map(|day| i32::try_from(day.number_from_monday()).ok()).collect();
        sql.push(" AND extract(isodow FROM e.start_date)::int = ANY(").push_bind(days).push(")");
    }
    let over_midnight = query.from_time.zip(query.until_time).is_some_and(|(from, until)| until <= from);
    match (query.from_time, query.until_time) {
        (Some(from), Some(until)) => {
            sql.push(" AND (e.start_time >= ").push_bind(from).push(if over_midnight { " OR" } else { " AND" });
            sql.push(" e.start_time < ").push_bind(until).push(")");
        }
        (Some(from), None) => {
            sql.push(" AND e.start_time >= ").push_bind(from);
        }
        (None, Some(until)) => {
            sql.push(" AND e.start_time < ").push_bind(until);
        }
        (None, None) => {}
    }
    match query.time_known {
        Some(true) => sql.push(" AND e.start_time IS NOT NULL"),
        Some(false) => sql.push(" AND e.start_time IS NULL"),
        None => sql,
    };
}

fn what(sql: &mut QueryBuilder<Postgres>, query: &EventQuery, resolved: &Resolved) {
    if query.artist.is_some() || !query.roles.is_empty() {
        sql.push(" AND EXISTS (SELECT FROM performers a WHERE a.event_id = e.id");
        match &query.artist {
            Some(ArtistKey::Id(_)) => {
                sql.push(" AND a.artist_id = ANY(").push_bind(resolved.artists.clone()).push(")");
            }
            // By the name as it is printed as well: acts that no artist was found for yet, or that are no artist's.
            Some(ArtistKey::Name(name)) => {
                sql.push(" AND (a.search_text = ").push_bind(fold(name)).push(" OR a.artist_id = ANY(");
                sql.push_bind(resolved.artists.clone()).push("))");
            }
            None => {}
        }
        if !query.roles.is_empty() {
            let roles: Vec<String> = query.roles.iter().map(word).collect();
            sql.push(" AND a.role = ANY(").push_bind(roles).push(")");
        }
        sql.push(")");
    }
    if !query.genres.is_empty() {
        sql.push(" AND e.genre_keys && genre_keys(").push_bind(query.genres.clone()).push(")");
    }
    if !query.status.is_empty() || query.presumed_cancelled {
        // In the text, being few: of a bound list Postgres does not know how much it lets pass, and would plan the statement anew each time.
        let mut words: Vec<String> = query.status.iter().map(|status| format!("'{}'", word(status))).collect();
        words.sort_unstable();
        words.dedup();
        sql.push(" AND (e.status = ANY(ARRAY[").push(words.join(", ")).push("]::text[])");
        if query.presumed_cancelled && !query.status.contains(&Status::Cancelled) {
            sql.push(" OR e.status = 'cancelled' AND e.status_presumed");
        }
        sql.push(")");
    }
    match query.age {
        Some(AgeRestriction::AllAges) => {
            sql.push(" AND e.minimum_age = 0");
        }
        Some(years) => {
            sql.push(" AND e.minimum_age <= ").push_bind(age(years));
        }
        None => {}
    }
    if let Some((wanted, at)) = query.on_sale {
        sql.push(if wanted { " AND " } else { " AND NOT " }).push(ON_SALE).push_bind(at.naive_utc()).push(")");
    }
}

fn price(sql: &mut QueryBuilder<Postgres>, query: &EventQuery) {
    if let Some(amount) = query.price_min {
        sql.push(" AND ").push(MOST).push(" >= ").push_bind(amount);
    }
    if let Some(amount) = query.price_max {
        sql.push(" AND ").push(LEAST).push(" <= ").push_bind(amount);
    }
    if !query.price_kinds.is_empty() {
        let words: Vec<String> = query.price_kinds.iter().map(word).collect();
        sql.push(" AND e.price_kind = ANY(").push_bind(words).push(")");
    }
    if let Some(currency) = query.currency {
        sql.push(" AND e.price_currency = ").push_bind(currency.code());
    }
}

fn past(sql: &mut QueryBuilder<Postgres>, past: Past) {
    match past {
        Past::Included => {}
        Past::LeftOut(now) => not_over(sql, now),
        Past::Only(now) => {
            sql.push(" AND e.over_utc <= ").push_bind(now.naive_utc());
            sql.push(" AND e.start_local < ").push_bind(hours(now, EARLIEST_ZONE_HOURS));
        }
    }
}

fn not_over(sql: &mut QueryBuilder<Postgres>, at: DateTime<Utc>) {
    sql.push(" AND e.over_utc > ").push_bind(at.naive_utc());
}

/// Appends the events that a question is about, under the name `e`: `each` appends the conditions on `e`, and an order and a limit where the
/// list has them, to every part.
///
/// In the order of a list by start all that is over comes first, and would have to be read to be left out. Where it is left out, the events are
/// put together of two parts: the many that go on for three days at most, which began at most four before (a day for zones), and the few
/// that go on for longer, which an index of their own holds. Conditions, order and limit stand in each part, so that Postgres can stop when a
/// part is full: it does not carry them in by itself.
pub(crate) fn events(sql: &mut QueryBuilder<Postgres>, query: &EventQuery, each: impl Fn(&mut QueryBuilder<Postgres>)) {
    let Some(at) = left_out(query) else {
        sql.push("FROM (SELECT e.* FROM events e WHERE true");
        each(sql);
        sql.push(") e ");
        return;
    };
    sql.push(
        "FROM ((SELECT e.* FROM events e WHERE e.over_utc <= e.begins_utc + interval '3 days' AND e.start_local >= ",
    );
    sql.push_bind(hours(at, -24 * 4));
    each(sql);
    // `OFFSET 0` makes it read the index of the few: it takes them for a third of all.
    sql.push(
        ") UNION ALL (SELECT e.* FROM (SELECT * FROM events WHERE over_utc > begins_utc + interval '3 days' AND over_utc > ",
    );
    sql.push_bind(at.naive_utc()).push(" OFFSET 0) e WHERE true");
    each(sql);
    sql.push(")) e ");
}

/// The instant by which what is over is left out, where it is.
pub(crate) fn left_out(query: &EventQuery) -> Option<DateTime<Utc>> {
    match (query.past, query.active) {
        (Past::LeftOut(now), _) => Some(now),
        (_, active) => active.map(|(from, _)| from),
    }
}

fn hours(at: DateTime<Utc>, hours: i64) -> NaiveDateTime {
    at.naive_utc().checked_add_signed(Duration::hours(hours)).unwrap_or(at.naive_utc())
}

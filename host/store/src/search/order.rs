//! The order of a list, and where it goes on. Every order ends with the id, so that it is total: a row that stays as it is keeps its
//! place while others come, go and change.

use sqlx::{Postgres, QueryBuilder};

use super::{Resolved, Word};
use crate::{EventCursor, EventSort, StoredEvent};

/// Appends the condition that a row comes after the cursor, and the order. A distance's order is the caller's.
pub(crate) fn order(sql: &mut QueryBuilder<Postgres>, sort: EventSort, after: Option<EventCursor>, words: &[Word]) {
    let (column, descending) = match sort {
        EventSort::Start | EventSort::Distance => ("e.start_local", false),
        EventSort::StartDescending => ("e.start_local", true),
        EventSort::Announced => ("e.created_at", false),
        EventSort::AnnouncedDescending => ("e.created_at", true),
        EventSort::Updated => ("e.updated_at", false),
        EventSort::UpdatedDescending => ("e.updated_at", true),
        EventSort::Relevance => return by_relevance(sql, after, words),
    };
    match after {
        Some(EventCursor::Start { start, id }) if column == "e.start_local" => {
            later(sql, column, descending).push_bind(start).push(", ").push_bind(id.uuid()).push(")");
        }
        Some(EventCursor::Instant { at, id }) if column != "e.start_local" => {
            later(sql, column, descending).push_bind(at).push(", ").push_bind(id.uuid()).push(")");
        }
        _ => {}
    }
    let way = if descending { " DESC" } else { "" };
    sql.push(" ORDER BY ").push(column).push(way).push(", e.id").push(way);
}

fn later<'a>(
    sql: &'a mut QueryBuilder<Postgres>,
    column: &'static str,
    descending: bool,
) -> &'a mut QueryBuilder<Postgres> {
    sql.push(" AND (").push(column).push(if descending { ", e.id) < (" } else { ", e.id) > (" })
}

fn by_relevance(sql: &mut QueryBuilder<Postgres>, after: Option<EventCursor>, words: &[Word]) {
    if let Some(EventCursor::Relevance { score, start, id }) = after {
        sql.push(" AND (");
        relevance(sql, words);
        sql.push(" < ").push_bind(score).push(" OR ");
        relevance(sql, words);
        sql.push(" = ").push_bind(score).push(" AND (e.start_local, e.id) > (").push_bind(start);
        sql.push(", ").push_bind(id.uuid()).push("))");
    }
    sql.push(" ORDER BY score DESC, e.start_local, e.id");
}

/// How well an event fits the words, as SQL, 0 to 15: whether they are, in this order, the whole of its title, of an act's or a room's name;
/// the beginning of one; at the beginning of a word; in it at all.
pub(crate) fn relevance(sql: &mut QueryBuilder<Postgres>, words: &[Word]) {
    let phrase: Vec<&str> = words.iter().map(|word| word.meant.first().unwrap_or(&word.given).as_str()).collect();
    let phrase = phrase.join(" ");
    let case = |sql: &mut QueryBuilder<Postgres>, text: String, within: &'static str, points: &'static str| {
        sql.push("CASE WHEN strpos(").push(within).push(", ").push_bind(text).push(") > 0 THEN ").push(points);
        sql.push(" ELSE 0 END");
    };
    sql.push("(");
    case(sql, format!("\n{phrase}\n"), "E'\\n' || e.search_text || E'\\n'", "8");
    sql.push(" + ");
    case(sql, format!("\n{phrase}"), "E'\\n' || e.search_text", "4");
    sql.push(" + ");
    case(sql, format!(" {phrase}"), "' ' || translate(e.search_text, E'\\n', ' ')", "2");
    sql.push(" + ");
    case(sql, phrase, "e.search_text", "1");
    sql.push(")");
}

/// The place of an event in a list.
pub(crate) fn cursor(sort: EventSort, event: &StoredEvent, score: Option<i32>, resolved: &Resolved) -> EventCursor {
    let (start, id) = (event.sort_start(), event.id);
    match sort {
        EventSort::Start | EventSort::StartDescending => EventCursor::Start { start, id },
        EventSort::Announced | EventSort::AnnouncedDescending => EventCursor::Instant { at: event.created_at, id },
        EventSort::Updated | EventSort::UpdatedDescending => EventCursor::Instant { at: event.updated_at, id },
        EventSort::Relevance => EventCursor::Relevance { score: score.unwrap_or_default(), start, id },
        EventSort::Distance => {
            let venue = event.venue.id;
            let at = resolved.venues.iter().flatten().find(|at| at.id == venue);
            EventCursor::Distance { centimeters: at.map_or(0, |at| at.centimeters), venue, start, id }
        }
    }
}

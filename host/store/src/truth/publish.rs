//! Records become what readers see: the one place where `events` and `changes` are written.
//!
//! Given the ids of records that changed, it finds the groups that they belong to, works out what readers are shown of each, compares it
//! with the rows as they are, and writes only what differs, with one entry in the feed of changes for each event that did.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use marquee_model::{CrawlId, EventId};
use marquee_reconcile::FuseSettings;
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use super::{
    feed::{self, NewChange},
    questions,
    record_row::{self, Record, RecordRow, by_answer},
    shown::{self, Shown},
};
use crate::{
    ChangeKind, StoredEvent,
    column::json,
    error::Trouble,
    event_row::{EventRow, SELECT, stored},
    record::{columns::Columns, write},
};

/// What made records change.
pub(crate) struct Occasion<'a> {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// The crawl, where it was one.
    pub(crate) crawl: Option<CrawlId>,
    /// By record, why; the first reason where there are several.
    pub(crate) reasons: &'a BTreeMap<EventId, String>,
}

/// What publishing did, by the ids that answer.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Events that readers had not seen before.
    pub(crate) created: BTreeSet<EventId>,
    /// Events of which readers see something else now, removed ones among them.
    pub(crate) changed: BTreeSet<EventId>,
}

/// The records behind these ids and all that belong to the same events, by the event that answers.
pub(crate) async fn groups(
    connection: &mut PgConnection,
    ids: &BTreeSet<EventId>,
) -> Result<BTreeMap<EventId, Vec<Record>>, Trouble> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    // `OFFSET 0` and the array keep the planner at the indexes: it takes a recursion for a hundred times its rows and would rather read
    // the whole table.
    let mut sql = QueryBuilder::new(
        "WITH RECURSIVE up AS (
             SELECT event_id, merged_into FROM records WHERE event_id = ANY(",
    );
    sql.push_bind(ids);
    sql.push(
        ")
             UNION SELECT n.event_id, n.merged_into FROM up,
                 LATERAL (SELECT r.event_id, r.merged_into FROM records r WHERE r.event_id = up.merged_into OFFSET 0) n
         ), down AS (
             SELECT event_id FROM up
             UNION SELECT n.event_id FROM down,
                 LATERAL (SELECT r.event_id FROM records r WHERE r.merged_into = down.event_id OFFSET 0) n
         ) ",
    );
    sql.push(record_row::SELECT).push("WHERE r.event_id = ANY(ARRAY(SELECT event_id FROM down)) ORDER BY r.event_id");
    let rows: Vec<RecordRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(by_answer(stored(rows)?))
}

/// Brings what readers see up to date with the records of these ids.
pub(crate) async fn publish(
    connection: &mut PgConnection,
    ids: &BTreeSet<EventId>,
    occasion: &Occasion<'_>,
    settings: &FuseSettings,
) -> Result<Published, Trouble> {
    let mut published = Published::default();
    if ids.is_empty() {
        return Ok(published);
    }
    let groups = groups(connection, ids).await?;
    let mut now: BTreeMap<EventId, Shown> = BTreeMap::new();
    let mut contradicted = Vec::new();
    for (answer, group) in &groups {
        let Some((shown, conflicts)) = shown::shown(group, occasion.at, settings) else { continue };
        if group.len() > 1 || shown.records > 1 {
            contradicted.push((*answer, conflicts));
        }
        for merged in group.iter().skip(1) {
            let Some((mut alone, _)) = shown::shown(std::slice::from_ref(merged), occasion.at, settings) else {
                continue;
            };
            alone.merged_into = Some(*answer);
            now.insert(merged.known.id, alone);
        }
        now.insert(*answer, shown);
    }
    questions::conflicts(connection, &contradicted, occasion.at).await?;
    let before = before(connection, &now).await?;
    let mut changes = Vec::new();
    let mut columns = Columns::default();
    let mut acts = write::Acts::default();
    let mut rewritten = Vec::new();
    for (id, shown) in &now {
        let (old, revision) = match before.get(id) {
            Some((old, revision)) => (Some(old), *revision),
            None => (None, 0),
        };
        let fields = old.map(|old| shown.differences(old)).unwrap_or_default();
        let was_visible = old.is_some_and(Shown::is_visible);
        let kind = match (old, was_visible, shown.is_visible()) {
            (None, _, true) => Some(ChangeKind::Created),
            (Some(_), true, true) if !fields.is_empty() => Some(ChangeKind::Changed),
            (Some(_), true, false) => Some(ChangeKind::Removed),
            (Some(_), false, true) => Some(ChangeKind::Returned),
            _ => None,
        };
        let moved = old.is_some_and(|old| (old.hidden, old.merged_into) != (shown.hidden, shown.merged_into));
        if old.is_some() && kind.is_none() && fields.is_empty() && !moved {
            continue;
        }
        columns.push(&shown.event, *id, old.is_none());
        columns.push_lifecycle(shown);
        if old.is_none_or(|old| old.event.performers != shown.event.performers) {
            rewritten.extend(old.map(|_| id.uuid()));
            acts.push(*id, &shown.event.performers);
        }
        let into = shown.merged_into;
        if let Some(kind) = kind {
            if kind == ChangeKind::Created {
                published.created.insert(*id);
            } else {
                published.changed.insert(*id);
            }
            let reason = reason(*id, into, groups.get(&into.unwrap_or(*id)), occasion);
            let fields = if kind == ChangeKind::Changed { fields } else { BTreeMap::new() };
            let into = into.filter(|_| kind == ChangeKind::Removed);
            changes.push(NewChange { event: *id, kind, revision: revision + 1, fields, reason, into });
        }
    }
    write::events(connection, &columns, occasion.at).await?;
    write::performers(connection, &rewritten, &acts, occasion.at).await?;
    crate::names::learn_rooms(connection, &columns.venue, &columns.room, occasion.at).await?;
    feed::append(connection, &changes, occasion).await?;
    Ok(published)
}

/// Why readers see something else: what happened to the event's own record, else to another of its records.
fn reason(id: EventId, into: Option<EventId>, group: Option<&Vec<Record>>, occasion: &Occasion<'_>) -> String {
    let of_group = || group.into_iter().flatten().find_map(|record| occasion.reasons.get(&record.known.id));
    let of_answer = || into.and_then(|into| occasion.reasons.get(&into));
    occasion
        .reasons
        .get(&id)
        .or_else(of_answer)
        .or_else(of_group)
        .cloned()
        .unwrap_or_else(|| "a source says so".to_owned())
}

/// What readers saw until now, with the revision.
async fn before(
    connection: &mut PgConnection,
    now: &BTreeMap<EventId, Shown>,
) -> Result<BTreeMap<EventId, (Shown, i64)>, Trouble> {
    let ids: Vec<Uuid> = now.keys().map(|id| id.uuid()).collect();
    let mut sql = QueryBuilder::new(SELECT);
    sql.push(" AND e.id = ANY(").push_bind(ids).push(") ORDER BY e.id FOR NO KEY UPDATE OF e");
    let rows: Vec<EventRow> = sql.build_query_as().fetch_all(connection).await?;
    let mut before = BTreeMap::new();
    for event in stored::<_, StoredEvent>(rows)? {
        if let Some(shown) = now.get(&event.id) {
            let revision = i64::try_from(event.revision).unwrap_or(i64::MAX);
            before.insert(event.id, (as_shown(event, shown), revision));
        }
    }
    Ok(before)
}

fn as_shown(stored: StoredEvent, now: &Shown) -> Shown {
    let mut event = now.event.clone();
    event.venue = stored.venue.id;
    event.title = stored.title;
    event.performers = stored.performers;
    event.start = stored.start;
    event.doors = stored.doors;
    event.end = stored.end;
    event.status = stored.status;
    event.price = stored.price;
    event.ticket_url = stored.ticket_url;
    event.event_url = stored.event_url;
    event.image_url = stored.image_url;
    event.age = stored.age;
    event.description = stored.description;
    event.genres = stored.genres;
    event.room = stored.room;
    event.venue_name = stored.venue_name;
    let lifecycle = stored.lifecycle;
    Shown {
        standing: marquee_reconcile::Standing {
            status: now.standing.status,
            presumed: lifecycle.presumed,
            since: lifecycle.status_since,
            evidence: lifecycle.evidence,
            told_since: None,
        },
        event,
        missing_since: lifecycle.missing_since,
        earlier_starts: lifecycle.earlier_starts,
        corrected: lifecycle.corrected,
        hidden: lifecycle.hidden,
        merged_into: lifecycle.merged_into,
        records: lifecycle.records,
    }
}

impl Columns {
    /// Adds what is known about an event's values; goes with [`Columns::push`].
    fn push_lifecycle(&mut self, shown: &Shown) {
        self.status_since.push(shown.standing.since);
        self.status_presumed.push(shown.standing.presumed);
        self.status_evidence.push(crate::column::text(&shown.standing.evidence));
        self.missing_since.push(shown.missing_since);
        self.earlier_starts.push(json(&shown.earlier_starts));
        self.corrected.push(json(&shown.corrected));
        self.hidden.push(shown.hidden);
        self.merged_into.push(shown.merged_into.map(EventId::uuid));
        self.records.push(i16::try_from(shown.records).unwrap_or(i16::MAX));
    }
}

//! Events of several sources that are one: found by place and night, judged by `marquee_identity`, joined by a merge that can be taken
//! back. What the evidence leaves open is asked; what a person decided is left alone.
//!
//! A source does not list one event twice, so a group has one record of each source: where a house has an early and a late show and a
//! calendar lists the act once, it joins the better of the two and never both.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use marquee_identity::{Comparison, Facts, Features, Verdict};
use marquee_model::{EventId, SourceId, VenueId};
use marquee_reconcile::{Change, Decider, Decision, KnownEvent, merge, split};
use serde_json::json;
use sqlx::{PgConnection, QueryBuilder};

use super::{
    publish,
    questions::{self, Asked},
    record_row::{self, Record, RecordRow, by_answer},
};
use crate::{QuestionKind, error::Trouble, event_row::stored};

/// The name under which the rule's decisions stand.
const RULE: &str = "same_event";

/// What joining came to.
#[derive(Default)]
pub(super) struct Joined {
    /// Records that were merged or split, as they are now.
    pub(super) records: Vec<Record>,
    /// What happened to them.
    pub(super) changes: Vec<Change>,
    /// Ids of which readers may see something else.
    pub(super) touched: BTreeSet<EventId>,
}

/// Makes whoever reconciles events of these places wait for each other, until the transaction ends. Always in one order, so that no two
/// wait for each other in a circle.
pub(super) async fn lock_places(
    connection: &mut PgConnection,
    places: impl Iterator<Item = VenueId>,
) -> Result<(), sqlx::Error> {
    let keys: BTreeSet<i64> = places
        .map(|place| {
            let (high, low) = place.uuid().as_u64_pair();
            (high ^ low).cast_signed()
        })
        .collect();
    let keys: Vec<i64> = keys.into_iter().collect();
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(key) FROM (SELECT UNNEST($1::bigint[]) AS key ORDER BY 1) AS keys",
        &keys
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Looks for other sources' tellings of these records, which have just changed, and joins or takes apart.
pub(super) async fn join(
    connection: &mut PgConnection,
    changed: &[Record],
    at: DateTime<Utc>,
) -> Result<Joined, Trouble> {
    let mut joined = Joined::default();
    let Some(source) = changed.first().map(|record| record.source) else { return Ok(joined) };
    let others = candidates(connection, changed, source).await?;
    let linked: BTreeSet<EventId> = changed.iter().filter_map(Record::merged_into).collect();
    if others.is_empty() && linked.is_empty() {
        return Ok(joined);
    }
    let ids = changed.iter().chain(&others).map(|record| record.known.id).chain(linked).collect();
    let mut groups = publish::groups(connection, &ids).await?;
    // What has just changed is not written yet where it is planned only; the caller has written it.
    let changed: BTreeSet<EventId> = changed.iter().map(|record| record.known.id).collect();
    take_apart(&mut groups, &changed, at, &mut joined);
    let pairs = weigh(&groups, &changed, source);
    let mut decided: BTreeSet<EventId> = BTreeSet::new();
    let mut unsure = Vec::new();
    for pair in pairs {
        let (one, other) = (answer(&groups, pair.changed), answer(&groups, pair.other));
        if one == other {
            continue;
        }
        match pair.comparison.verdict {
            Verdict::Same if may_join(&groups, one, other) => {
                decided.insert(pair.changed);
                put_together(connection, &mut groups, &pair, at, &mut joined).await?;
            }
            Verdict::Same | Verdict::Unsure if !decided.contains(&pair.changed) => unsure.push(pair),
            _ => {}
        }
    }
    // What another pair has joined meanwhile is no question any more.
    let asked = unsure.iter().filter_map(|pair| question(&groups, pair)).collect();
    questions::ask(connection, asked, at).await?;
    Ok(joined)
}

/// Records of other sources at the same places on the same nights.
async fn candidates(
    connection: &mut PgConnection,
    changed: &[Record],
    source: SourceId,
) -> Result<Vec<Record>, Trouble> {
    let ahead = |record: &&Record| record.known.hidden.is_none();
    let day = |day: NaiveDate, back: bool| {
        // A night goes on after midnight.
        if back { day.checked_sub_days(Days::new(1)) } else { day.checked_add_days(Days::new(1)) }.unwrap_or(day)
    };
    let places: Vec<_> = changed.iter().filter(ahead).map(|record| record.place.uuid()).collect();
    let from: Vec<_> = changed.iter().filter(ahead).map(|record| day(record.known.event.start.date, true)).collect();
    let to: Vec<_> = changed.iter().filter(ahead).map(|record| day(record.known.last_day(), false)).collect();
    let mut sql = QueryBuilder::new(record_row::SELECT);
    sql.push("WHERE r.source_id <> ").push_bind(source.uuid());
    sql.push(" AND r.event_id IN (SELECT c.event_id FROM UNNEST(").push_bind(places);
    sql.push("::uuid[], ").push_bind(from).push("::date[], ").push_bind(to);
    sql.push(
        "::date[]) AS g (place, day, until)
         JOIN records c ON c.place_id = g.place AND c.first_day <= g.until AND c.last_day >= g.day)",
    );
    let rows: Vec<RecordRow> = sql.build_query_as().fetch_all(connection).await?;
    Ok(stored(rows)?)
}

struct Pair {
    changed: EventId,
    other: EventId,
    comparison: Comparison,
}

fn facts(record: &Record) -> Facts<'_> {
    let mut facts = Facts::of(&record.known.event);
    if record.place != facts.venue {
        facts.venue = record.place;
        facts.venue_name = None;
    }
    // Keys of two sources have nothing to say to each other.
    facts.source = Some(record.source);
    facts
}

/// Every changed record against every other source's, the best first.
fn weigh(groups: &BTreeMap<EventId, Vec<Record>>, changed: &BTreeSet<EventId>, source: SourceId) -> Vec<Pair> {
    let (mine, others): (Vec<&Record>, Vec<&Record>) = groups
        .values()
        .flatten()
        .filter(|record| record.known.hidden.is_none())
        .partition(|record| record.source == source && changed.contains(&record.known.id));
    let mine: Vec<(&Record, Features<'_>)> =
        mine.into_iter().map(|record| (record, Features::of(facts(record)))).collect();
    let others: Vec<(&Record, Features<'_>)> = others
        .into_iter()
        .filter(|record| record.source != source)
        .map(|record| (record, Features::of(facts(record))))
        .collect();
    let mut pairs = Vec::new();
    for (record, features) in &mine {
        for (other, others_features) in &others {
            let apart =
                record.known.kept_apart.contains(&other.known.id) || other.known.kept_apart.contains(&record.known.id);
            if apart {
                continue;
            }
            let comparison = features.compare(others_features);
            if comparison.verdict != Verdict::Different {
                pairs.push(Pair { changed: record.known.id, other: other.known.id, comparison });
            }
        }
    }
    pairs.sort_by(|a, b| {
        b.comparison.score.total_cmp(&a.comparison.score).then_with(|| (a.changed, a.other).cmp(&(b.changed, b.other)))
    });
    pairs
}

fn answer(groups: &BTreeMap<EventId, Vec<Record>>, id: EventId) -> EventId {
    groups.iter().find(|(_, group)| group.iter().any(|record| record.known.id == id)).map_or(id, |(answer, _)| *answer)
}

/// Whether two groups may be one: no source would stand in it twice, no two of them are different from each other, and no person has
/// said that any two are.
fn may_join(groups: &BTreeMap<EventId, Vec<Record>>, one: EventId, other: EventId) -> bool {
    let empty = Vec::new();
    let (one, other) = (groups.get(&one).unwrap_or(&empty), groups.get(&other).unwrap_or(&empty));
    one.iter().all(|a| {
        other.iter().all(|b| {
            a.source != b.source
                && !a.known.kept_apart.contains(&b.known.id)
                && !b.known.kept_apart.contains(&a.known.id)
                && marquee_identity::compare(&facts(a), &facts(b)).verdict != Verdict::Different
        })
    })
}

/// The id that readers have known for longer answers for both.
async fn put_together(
    connection: &mut PgConnection,
    groups: &mut BTreeMap<EventId, Vec<Record>>,
    pair: &Pair,
    at: DateTime<Utc>,
    joined: &mut Joined,
) -> Result<(), Trouble> {
    let (one, other) = (answer(groups, pair.changed), answer(groups, pair.other));
    let mut both: Vec<Record> = [one, other].iter().filter_map(|id| groups.remove(id)).flatten().collect();
    let known: Vec<KnownEvent> = both.iter().map(|record| record.known.clone()).collect();
    let age = |id: EventId| known.iter().find(|known| known.id == id).map(|known| (known.first_seen, known.id));
    let (into, from) = if age(one) <= age(other) { (one, other) } else { (other, one) };
    let reason = format!("{} (score {:.3})", pair.comparison.in_words(), pair.comparison.score);
    let decision = Decision { by: Decider::Rule(RULE.to_owned()), at, reason };
    // A person's word may stand against it: that is an answer as well.
    if let Ok((loser, change)) = merge(&known, from, into, &decision) {
        questions::close_pair(connection, from, into, "settled: they are one event", at).await?;
        if let Some(record) = both.iter_mut().find(|record| record.known.id == from) {
            record.known = loser;
            joined.records.retain(|other| other.known.id != from);
            joined.records.push(record.clone());
        }
        joined.changes.push(change);
        joined.touched.extend([from, into]);
    }
    groups.extend(by_answer(both));
    Ok(())
}

/// Takes apart what a rule put together and what is now told differently.
fn take_apart(
    groups: &mut BTreeMap<EventId, Vec<Record>>,
    changed: &BTreeSet<EventId>,
    at: DateTime<Utc>,
    joined: &mut Joined,
) {
    let mut records: Vec<Record> = std::mem::take(groups).into_values().flatten().collect();
    let all: Vec<KnownEvent> = records.iter().map(|record| record.known.clone()).collect();
    for place in 0..records.len() {
        let Some(loser) = records.get(place) else { break };
        let Some(into) = loser.merged_into() else { continue };
        let Some(winner) = records.iter().find(|record| record.known.id == into) else { continue };
        if !changed.contains(&loser.known.id) && !changed.contains(&into) {
            continue;
        }
        let comparison = marquee_identity::compare(&facts(loser), &facts(winner));
        // What its source no longer lists is stale: it may have moved as the other says.
        let is_stale = loser.known.missing.is_some() != winner.known.missing.is_some();
        if comparison.verdict != Verdict::Different || is_stale {
            continue;
        }
        let reason = format!("they are told differently now: {}", comparison.in_words());
        let decision = Decision { by: Decider::Rule(RULE.to_owned()), at, reason };
        let Ok((alone, change)) = split(&all, loser.known.id, &decision) else { continue };
        let record = Record { known: alone, ..loser.clone() };
        joined.touched.extend([record.known.id, into]);
        joined.changes.push(change);
        joined.records.push(record.clone());
        if let Some(slot) = records.get_mut(place) {
            *slot = record;
        }
    }
    *groups = by_answer(records);
}

/// The question whether these are one event, where they are two.
fn question(groups: &BTreeMap<EventId, Vec<Record>>, pair: &Pair) -> Option<Asked> {
    let (one, other) = (answer(groups, pair.changed), answer(groups, pair.other));
    if one == other {
        return None;
    }
    let mut ids = [one, other];
    ids.sort_by_key(|id| Reverse(*id));
    let title =
        |id: EventId| groups.get(&id).and_then(|group| group.first()).map(|record| record.known.event.title.clone());
    let detail = json!({
        "titles": [title(one), title(other)],
        "score": (pair.comparison.score * 1000.0).round() / 1000.0,
        "evidence": pair.comparison.in_words(),
    });
    let [event, other] = ids;
    Some(Asked { kind: QuestionKind::Duplicate, event, other: Some(other), field: None, detail })
}

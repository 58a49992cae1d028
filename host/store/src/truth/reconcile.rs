//! A crawl's events against what is known: planned, carried out, joined with other sources, published.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, SubsecRound as _, Utc};
use marquee_model::{Crawl, Diagnostic, Event, EventId, Severity, VenueId};
use marquee_reconcile::{
    Applied, Change, Context, Decider, HeldReason, KnownDecision, KnownEvent, Plan, SeenDecision, Warning, apply, plan,
};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    TruthSettings, feed, join, known,
    publish::{self, Occasion},
    questions::{self, Asked},
    record_row::{self, Record},
    stored::PlanSummary,
};
use crate::{QuestionKind, StoreError, column, error::Trouble, names::Places};

/// When a crawl's pages were read, on its source's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The time of the pages.
    pub at: DateTime<Utc>,
    /// The day on the source's calendar then.
    pub today: NaiveDate,
}

/// What became of a crawl's events.
pub(crate) struct Reconciled {
    /// By seen event, the event that it is; `None` where nothing was made of it.
    pub(crate) ids: Vec<Option<EventId>>,
    /// How many of them were new, changed and as they were.
    pub(crate) tally: (usize, usize, usize),
    /// The plan in short.
    pub(crate) summary: PlanSummary,
}

/// Reconciles the events of a crawl with what its source is known to have said.
pub(crate) async fn reconcile(
    connection: &mut PgConnection,
    crawl: &Crawl,
    seen: &[Event],
    circumstances: Circumstances,
    settings: &TruthSettings,
) -> Result<Reconciled, Trouble> {
    let now = circumstances.at.trunc_subsecs(6);
    let identities: Vec<String> = seen.iter().map(|event| event.identity.clone()).collect();
    let before = known::records(connection, crawl.source, circumstances.today, &identities).await?;
    let events: Vec<KnownEvent> = before.iter().map(|record| record.known.clone()).collect();
    let context = context(connection, crawl, circumstances, now, settings).await?;
    let plan = plan(&events, seen, &context);
    let mut fresh = fresh_ids(&plan, crawl.finished_at).into_iter();
    let next = || fresh.next().unwrap_or_else(|| EventId::new(crawl.finished_at));
    let Applied { known: after, changes } =
        apply(&events, seen, &plan, next).map_err(|error| StoreError::Undecidable { reason: error.to_string() })?;

    let trust = sqlx::query!("SELECT trust, site_id FROM sources WHERE id = $1", crawl.source.uuid())
        .fetch_one(&mut *connection)
        .await?;
    let places = places_of(connection, trust.site_id, seen).await?;
    let mut records = Vec::new();
    let mut told_anew = Vec::new();
    for (position, known) in after.iter().enumerate() {
        let old = before.get(position);
        if old.is_some_and(|old| same_but_for_the_time(&old.known, known)) {
            continue;
        }
        let record = Record {
            source: crawl.source,
            trust: u8::try_from(trust.trust).unwrap_or(0),
            place: places.of(&known.event),
            said_at: known.last_seen,
            known: known.clone(),
        };
        if old.is_none_or(|old| tells_something_else(&old.known, known)) {
            told_anew.push(record.clone());
        }
        records.push(record);
    }
    // Whatever is written below belongs to these places, questions among it: other sources' crawls of them wait.
    if !records.is_empty() {
        join::lock_places(connection, records.iter().map(|record| record.place)).await?;
    }
    record_row::write(connection, &records.iter().collect::<Vec<_>>(), &settings.reconcile).await?;
    let joined = join::join(connection, &told_anew, now).await?;
    record_row::write(connection, &joined.records.iter().collect::<Vec<_>>(), &settings.reconcile).await?;

    let reasons = reasons(&changes, &joined.changes);
    let touched: BTreeSet<EventId> =
        records.iter().map(|record| record.known.id).chain(joined.touched.iter().copied()).collect();
    let occasion = Occasion { at: crawl.finished_at.trunc_subsecs(6), crawl: Some(crawl.id), reasons: &reasons };
    publish::publish(connection, &touched, &occasion, &settings.fuse).await?;
    let plugin = match &crawl.plugin {
        Some(plugin) => Some(crate::record::write::plugin_row(connection, plugin, crawl.started_at).await?),
        None => None,
    };
    feed::append_history(connection, &changes, plugin, None).await?;
    let rule = joined.changes.first().map(|_| Decider::Rule("same_event".to_owned()));
    feed::append_history(connection, &joined.changes, None, rule.as_ref()).await?;
    let ids = ids(&plan, &after, before.len());
    ask(connection, &plan, &ids, now).await?;
    Ok(Reconciled { ids, tally: plan.tally(), summary: summary(&plan) })
}

/// Ids of the events to come, in their order on the page: what one crawl finds sorts by id as it was listed.
fn fresh_ids(plan: &Plan, at: DateTime<Utc>) -> Vec<EventId> {
    let new = plan.seen.iter().filter(|seen| matches!(seen.decision, SeenDecision::Create { .. })).count();
    let mut ids: Vec<EventId> = (0..new).map(|_| EventId::new(at)).collect();
    ids.sort();
    ids
}

async fn context(
    connection: &mut PgConnection,
    crawl: &Crawl,
    circumstances: Circumstances,
    now: DateTime<Utc>,
    settings: &TruthSettings,
) -> Result<Context, Trouble> {
    let zone = sqlx::query_scalar!("SELECT zone FROM sources WHERE id = $1", crawl.source.uuid())
        .fetch_one(&mut *connection)
        .await?;
    let plugin_changed = match &crawl.plugin {
        Some(plugin) => known::on_probation(connection, crawl.source, plugin, crawl.started_at).await?,
        None => false,
    };
    Ok(Context {
        source: crawl.source,
        crawl: crawl.id,
        now,
        zone: column::Row { table: "sources", id: &crawl.source }.parse("zone", &zone)?,
        today: circumstances.today,
        outcome: crawl.outcome.clone(),
        window: crawl.window,
        plugin: crawl.plugin.clone(),
        plugin_changed,
        suspect: crawl.statistics.as_ref().is_some_and(|statistics| statistics.suspect),
        history: known::vanished(connection, crawl.source).await?,
        settings: settings.reconcile.clone(),
    })
}

/// The venues of a site, read only where an event names one.
struct PlacesOfSite(Option<Places>);

impl PlacesOfSite {
    fn of(&self, event: &Event) -> VenueId {
        let named = event.venue_name.as_deref().zip(self.0.as_ref());
        named.and_then(|(name, places)| places.resolve(name)).unwrap_or(event.venue)
    }
}

async fn places_of(connection: &mut PgConnection, site: uuid::Uuid, seen: &[Event]) -> Result<PlacesOfSite, Trouble> {
    if seen.iter().all(|event| event.venue_name.is_none()) {
        return Ok(PlacesOfSite(None));
    }
    let site = marquee_model::SiteId::from_uuid(site);
    Ok(PlacesOfSite(Some(Places::load(connection, site).await?)))
}

/// Whether a record needs no writing: all that is new is that it was seen again, which sightings tell.
fn same_but_for_the_time(before: &KnownEvent, after: &KnownEvent) -> bool {
    before == after || *before == KnownEvent { last_seen: before.last_seen, ..after.clone() }
}

/// Whether another look for the same event elsewhere is worth while.
fn tells_something_else(before: &KnownEvent, after: &KnownEvent) -> bool {
    let (a, b) = (&before.event, &after.event);
    (&a.title, &a.performers, &a.start, &a.doors, &a.end, &a.room)
        != (&b.title, &b.performers, &b.start, &b.doors, &b.end, &b.room)
        || (&a.venue, &a.venue_name, &a.ticket_url) != (&b.venue, &b.venue_name, &b.ticket_url)
}

fn reasons(changes: &[Change], joined: &[Change]) -> BTreeMap<EventId, String> {
    let mut reasons = BTreeMap::new();
    for change in changes.iter().chain(joined) {
        reasons.entry(change.event).or_insert_with(|| change.reason.clone());
    }
    reasons
}

/// By seen event, the id. New events stand at the end of what is known, in the order of the page.
fn ids(plan: &Plan, after: &[KnownEvent], known: usize) -> Vec<Option<EventId>> {
    let mut made = after.iter().skip(known).map(|known| known.id);
    let mut ids = vec![None; plan.seen.len()];
    for seen in &plan.seen {
        let id = match &seen.decision {
            SeenDecision::Create { .. } => made.next(),
            SeenDecision::Unchanged { id, .. } | SeenDecision::Change { id, .. } => Some(*id),
            SeenDecision::Held { id, reason: HeldReason::Past } => *id,
            SeenDecision::Held { .. } => None,
        };
        if let Some(slot) = ids.get_mut(seen.seen) {
            *slot = id;
        }
    }
    ids
}

/// Puts before a person what the plan warns of.
async fn ask(
    connection: &mut PgConnection,
    plan: &Plan,
    ids: &[Option<EventId>],
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let asked = plan.warnings.iter().filter_map(|warning| {
        Some(match warning {
            Warning::CorrectionDiffers { id, field, held, page, .. } => Asked {
                kind: QuestionKind::Correction,
                event: *id,
                other: None,
                field: Some(*field),
                detail: json!({"held": held, "page": page}),
            },
            Warning::Ambiguous { seen, resembles, .. } => {
                let event = ids.get(*seen).copied().flatten()?;
                let other = resembles.first().map(|resemblance| resemblance.id).filter(|other| *other != event);
                let detail = json!({"resembles": resembles});
                Asked { kind: QuestionKind::Ambiguous, event, other, field: None, detail }
            }
            Warning::OnlyTheKey { id, was, is } => Asked {
                kind: QuestionKind::OnlyTheKey,
                event: *id,
                other: None,
                field: None,
                detail: json!({"was": was, "is": is}),
            },
        })
    });
    questions::ask(connection, asked.collect(), at).await
}

fn summary(plan: &Plan) -> PlanSummary {
    let mut summary =
        PlanSummary { hold: plan.hold, notes: plan.notes.clone(), vanished: plan.vanished, ..PlanSummary::default() };
    for seen in &plan.seen {
        if let SeenDecision::Held { reason, .. } = &seen.decision {
            *summary.held.entry(*reason).or_default() += 1;
        }
    }
    for known in &plan.known {
        match &known.decision {
            KnownDecision::Missing { missing } => summary.missing += u32::from(missing.times == 1),
            KnownDecision::PresumeCancelled { .. } => summary.presumed += 1,
            KnownDecision::Reappeared { after } => summary.reappeared += u32::from(after.is_some()),
            KnownDecision::Held { .. } => {}
        }
    }
    summary
}

impl PlanSummary {
    /// What an operator should see of the plan, beside the crawl's other remarks; stored with these.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let remark = |severity, code: &str, message: String| Diagnostic {
            severity,
            code: code.to_owned(),
            message,
            event: None,
            raw: None,
        };
        let mut remarks = Vec::new();
        if self.hold.is_some() {
            let message = self.notes.join("; ");
            remarks.push(remark(Severity::Warning, "held", message));
        }
        for (reason, count) in self.held.iter().filter(|(reason, _)| **reason != HeldReason::Past) {
            let are = if *count == 1 { "is" } else { "are" };
            let message = format!("{count} of the page's events {are} not taken over: {}", reason.words());
            remarks.push(remark(Severity::Warning, "not_believed", message));
        }
        for (count, code, one, many) in [
            (self.missing, "missing", "known event is no longer listed", "known events are no longer listed"),
            (
                self.presumed,
                "presumed_cancelled",
                "event is presumed cancelled: it was absent from several complete crawls",
                "events are presumed cancelled: they were absent from several complete crawls",
            ),
            (
                self.reappeared,
                "listed_again",
                "event that was missing is listed again",
                "events that were missing are listed again",
            ),
        ] {
            if count > 0 {
                let words = if count == 1 { one } else { many };
                remarks.push(remark(Severity::Info, code, format!("{count} {words}")));
            }
        }
        remarks
    }
}

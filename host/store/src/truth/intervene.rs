//! What a person decides about events: corrections, hiding, merges, splits. Each holds against later crawls, and can be taken back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::SubsecRound as _;
use marquee_model::EventId;
use marquee_reconcile::{
    Change, Decision, EventField, KnownEvent, ReconcileError, correct, hide, merge, split, withdraw,
};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    feed,
    join::lock_places,
    publish::{Occasion, groups, publish},
    questions,
    record_row::{self, Record},
};
use crate::{Result, Store, StoreError, error::Trouble};

/// What a person wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Intervention {
    /// Sets a field, until that is withdrawn. The value is the field's, as [`EventField::value`] writes it.
    Correct {
        /// The event.
        event: EventId,
        /// The field.
        field: EventField,
        /// Its value.
        value: Value,
    },
    /// Takes a correction back: what the sources say is shown again.
    Withdraw {
        /// The event.
        event: EventId,
        /// The field.
        field: EventField,
    },
    /// Takes an event out of every list.
    Hide {
        /// The event.
        event: EventId,
    },
    /// Puts it back.
    Show {
        /// The event.
        event: EventId,
    },
    /// Says that two ids are one event.
    Merge {
        /// The id that is given up.
        from: EventId,
        /// The id that answers for both.
        into: EventId,
    },
    /// Takes an event out of the one that it was merged into; no rule merges the two again.
    Split {
        /// The event that was merged.
        event: EventId,
    },
}

impl Intervention {
    pub(super) fn events(&self) -> Vec<EventId> {
        match self {
            Self::Correct { event, .. }
            | Self::Withdraw { event, .. }
            | Self::Hide { event }
            | Self::Show { event }
            | Self::Split { event } => vec![*event],
            Self::Merge { from, into } => vec![*from, *into],
        }
    }
}

impl Store {
    /// Does what a person decided, in one transaction. Returns the events of which readers see something else now.
    ///
    /// Corrections and hiding go to the event that answers for the id. Errors of the decision itself are [`StoreError::Undecidable`].
    pub async fn intervene(&self, wish: &Intervention, decision: &Decision) -> Result<Vec<EventId>> {
        const WHAT: &str = "carrying out a decision";
        let decision = Decision { at: decision.at.trunc_subsecs(6), ..decision.clone() };
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            let changed = carry_out(&mut transaction, self, wish, &decision).await?;
            transaction.commit().await?;
            Ok(changed)
        });
        self.bounded(WHAT, work).await
    }
}

pub(super) async fn carry_out(
    connection: &mut PgConnection,
    store: &Store,
    wish: &Intervention,
    decision: &Decision,
) -> std::result::Result<Vec<EventId>, Trouble> {
    let asked: BTreeSet<EventId> = wish.events().into_iter().collect();
    let before = groups(connection, &asked).await?;
    lock(connection, &before).await?;
    // Again, now that nobody else writes them.
    let all = groups(connection, &asked).await?;
    let records: Vec<&Record> = all.values().flatten().collect();
    for id in &asked {
        if !records.iter().any(|record| record.known.id == *id) {
            return Err(StoreError::Unknown { what: "carrying out a decision", object: id.to_string() }.into());
        }
    }
    let answering = |id: EventId| {
        let of_group = |(answer, group): (&EventId, &Vec<Record>)| {
            group.iter().any(|record| record.known.id == id).then_some(*answer)
        };
        all.iter().find_map(of_group).unwrap_or(id)
    };
    let known: Vec<KnownEvent> = records.iter().map(|record| record.known.clone()).collect();
    let of = |id: EventId| known.iter().find(|known| known.id == id).ok_or(ReconcileError::Unknown { event: id });
    let done: std::result::Result<(KnownEvent, Change), ReconcileError> = (|| match wish {
        Intervention::Correct { event, field, value } => {
            correct(of(answering(*event))?, *field, value.clone(), decision)
        }
        Intervention::Withdraw { event, field } => {
            // The correction may stand on any record of the event.
            let holder = all
                .get(&answering(*event))
                .into_iter()
                .flatten()
                .find(|record| record.known.corrections.contains_key(field))
                .map_or_else(|| answering(*event), |record| record.known.id);
            withdraw(of(holder)?, *field, decision)
        }
        Intervention::Hide { event } => Ok(hide(of(answering(*event))?, true, decision)),
        Intervention::Show { event } => Ok(hide(of(answering(*event))?, false, decision)),
        Intervention::Merge { from, into } => merge(&known, answering(*from), answering(*into), decision),
        Intervention::Split { event } => split(&known, *event, decision),
    })();
    let (changed, change) = done.map_err(|error| StoreError::Undecidable { reason: error.to_string() })?;

    let mut touched: BTreeSet<EventId> = all.keys().copied().collect();
    touched.insert(changed.id);
    settle_questions(connection, wish, decision).await?;
    let Some(old) = records.iter().find(|record| record.known.id == changed.id) else { return Ok(Vec::new()) };
    let record = Record { known: changed, ..(*old).clone() };
    record_row::write(connection, &[&record], &store.truth.reconcile).await?;
    let reasons = BTreeMap::from([(record.known.id, decision.reason.clone())]);
    let occasion = Occasion { at: decision.at, crawl: None, reasons: &reasons };
    let published = publish(connection, &touched, &occasion, &store.truth.fuse).await?;
    feed::append_history(connection, &[change], None, Some(&decision.by)).await?;
    Ok(published.created.into_iter().chain(published.changed).collect())
}

/// Keeps crawls away from these events: of their sources, and of others that tell of the same places.
async fn lock(
    connection: &mut PgConnection,
    groups: &BTreeMap<EventId, Vec<Record>>,
) -> std::result::Result<(), sqlx::Error> {
    let sources: Vec<_> =
        groups.values().flatten().map(|record| record.source.uuid()).collect::<BTreeSet<_>>().into_iter().collect();
    sqlx::query!("SELECT id FROM sources WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", &sources)
        .fetch_all(&mut *connection)
        .await?;
    lock_places(connection, groups.values().flatten().map(|record| record.place)).await
}

async fn settle_questions(
    connection: &mut PgConnection,
    wish: &Intervention,
    decision: &Decision,
) -> std::result::Result<(), sqlx::Error> {
    let answer = format!("decided: {}", decision.reason);
    match wish {
        Intervention::Correct { event, field, .. } | Intervention::Withdraw { event, field } => {
            questions::close_field(connection, *event, *field, &answer, decision.at).await
        }
        Intervention::Merge { from, into } => {
            questions::close_pair(connection, *from, *into, &answer, decision.at).await
        }
        Intervention::Hide { .. } | Intervention::Show { .. } | Intervention::Split { .. } => Ok(()),
    }
}

//! A plan carried out: known events become what they are after it, and what changed becomes history.
//!
//! Pure like the plan itself: a store does the same to its rows, and tests go through years of crawls with it.

use std::collections::BTreeMap;

use marquee_model::EventId;

use crate::{
    Change, Doubt, EventField, HeldReason, KnownDecision, KnownEvent, Plan, ReconcileError, SeenDecision, SeenEvent,
    Standing, Warning, What,
};

/// What a plan leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// All events that are known now, the new ones at the end, in the order of the page.
    pub known: Vec<KnownEvent>,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

/// Carries out a plan on the events that it was made for. `ids` gives the ids of new events, one for each, never one
/// that is known.
///
/// # Errors
/// [`ReconcileError::Stale`] where the plan was made for other events.
pub fn apply(
    known: &[KnownEvent],
    seen: &[SeenEvent],
    plan: &Plan,
    mut ids: impl FnMut() -> EventId,
) -> Result<Applied, ReconcileError> {
    let mut work = Work {
        places: known.iter().enumerate().map(|(place, known)| (known.id, place)).collect(),
        known: known.to_vec(),
        changes: Vec::new(),
        plan,
    };
    for warning in &plan.warnings {
        if let Warning::CorrectionDiffers { id, field, page, .. } = warning
            && let Some(correction) = work.of(*id)?.corrections.get_mut(field)
        {
            correction.noted = Some(page.clone());
        }
    }
    for known in &plan.known {
        work.known(known.id, &known.decision)?;
    }
    for planned in &plan.seen {
        let stale = || ReconcileError::Stale { what: format!("the {}. event of the page", planned.seen + 1) };
        let event = seen.get(planned.seen).ok_or_else(stale)?;
        match &planned.decision {
            SeenDecision::Create { .. } => work.create(ids(), event),
            SeenDecision::Unchanged { id, .. } => work.seen(*id)?,
            SeenDecision::Change { id, .. } => {
                work.change(*id, event, &planned.decision)?;
                work.seen(*id)?;
            }
            SeenDecision::Held { .. } => {}
        }
    }
    Ok(Applied { known: work.known, changes: work.changes })
}

struct Work<'a> {
    places: BTreeMap<EventId, usize>,
    known: Vec<KnownEvent>,
    changes: Vec<Change>,
    plan: &'a Plan,
}

impl Work<'_> {
    fn of(&mut self, id: EventId) -> Result<&mut KnownEvent, ReconcileError> {
        self.places
            .get(&id)
            .and_then(|place| self.known.get_mut(*place))
            .ok_or_else(|| ReconcileError::Stale { what: id.to_string() })
    }

    fn record(&mut self, event: EventId, what: What, reason: String) {
        let Plan { at, crawl, plugin, .. } = *self.plan;
        self.changes.push(Change { event, what, observed_at: at, crawl: Some(crawl), plugin, reason });
    }

    fn create(&mut self, id: EventId, event: &SeenEvent) {
        let known = KnownEvent::new(id, event.clone(), self.plan.at);
        let what = What::Created { event: Box::new(event.clone()), standing: known.standing.clone() };
        self.places.insert(id, self.known.len());
        self.known.push(known);
        self.record(id, what, "seen for the first time".to_owned());
    }

    /// It is listed; nothing is doubtful about it any more.
    fn seen(&mut self, id: EventId) -> Result<(), ReconcileError> {
        let at = self.plan.at;
        let known = self.of(id)?;
        known.last_seen = at;
        known.doubt = None;
        Ok(())
    }

    fn change(&mut self, id: EventId, event: &SeenEvent, decision: &SeenDecision) -> Result<(), ReconcileError> {
        let SeenDecision::Change { resolution, changes, standing, learnt, .. } = decision else { return Ok(()) };
        let known = self.of(id)?;
        for change in changes {
            if change.field == EventField::Start && known.event.start.date != event.start.date {
                known.earlier_starts.push(known.event.start.clone());
            }
            change.field.copy(event, &mut known.event);
        }
        if !(changes.is_empty() && learnt.is_empty()) {
            known.event.identity.clone_from(&event.identity);
            known.event.key.clone_from(&event.key);
            known.event.attribution = event.attribution.clone();
        }
        known.identities.extend(learnt.identity.clone());
        known.keys.extend(learnt.key.clone());
        if !learnt.is_empty() {
            let what = What::Learnt { identity: learnt.identity.clone(), key: learnt.key.clone() };
            self.record(id, what, resolution.evidence.clone());
        }
        for change in changes {
            self.record(id, What::Field(change.clone()), resolution.evidence.clone());
        }
        if let Some(standing) = standing {
            self.stand(id, standing)?;
        }
        Ok(())
    }

    fn stand(&mut self, id: EventId, to: &Standing) -> Result<(), ReconcileError> {
        let known = self.of(id)?;
        let from = std::mem::replace(&mut known.standing, to.clone());
        self.record(id, What::Standing { from, to: to.clone() }, to.evidence.clone());
        Ok(())
    }

    fn known(&mut self, id: EventId, decision: &KnownDecision) -> Result<(), ReconcileError> {
        let (at, crawl) = (self.plan.at, self.plan.crawl);
        match decision {
            KnownDecision::Missing { missing } | KnownDecision::PresumeCancelled { missing, .. } => {
                let known = self.of(id)?;
                let is_first = known.missing.replace(missing.clone()).is_none();
                known.doubt = None;
                if is_first {
                    let reason = "absent from a complete crawl".to_owned();
                    self.record(id, What::Missing { since: missing.since }, reason);
                }
                if let KnownDecision::PresumeCancelled { standing, .. } = decision {
                    self.stand(id, standing)?;
                }
            }
            KnownDecision::Reappeared { after } => {
                self.of(id)?.missing = None;
                if after.is_some() {
                    self.record(id, What::Reappeared, "listed again".to_owned());
                }
            }
            KnownDecision::Held { reason } if reason.is_doubt() => {
                let known = self.of(id)?;
                let (since, times) = known.doubt.as_ref().map_or((at, 0), |doubt| (doubt.since, doubt.times));
                let reason: HeldReason = *reason;
                known.doubt = Some(Doubt { since, times: times.saturating_add(1), crawl, reason });
            }
            KnownDecision::Held { .. } => {}
        }
        Ok(())
    }
}

//! The decision itself: known and seen events and a crawl's circumstances become a [`Plan`].
//!
//! It reads as the rules do: is it a listing; which event is which; is the page as a whole to be believed; what is new
//! and what has changed; what is absent, and does that count. It has no clock, no randomness, and touches nothing.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use marquee_model::{EventId, Status};

use crate::{
    Context, Doubt, EventField, FieldChange, HeldChange, HeldReason, KnownDecision, KnownEvent, KnownPlan, Learnt,
    Plan, SeenDecision, SeenEvent, SeenPlan, Standing, Warning,
    covered::Covered,
    evidence::is_a_year,
    field::differing,
    guard::{Page, tells},
    known::{last_day, status_words},
    resolve::{Found, resolve},
};

/// Plans what one crawl of one source means for the events that are known from it. All events that are known from the
/// source belong into `known`, those that are over as well: they are recognised, and left alone.
#[must_use]
pub fn plan(known: &[KnownEvent], seen: &[SeenEvent], context: &Context) -> Plan {
    let over: Vec<bool> = known.iter().map(|known| known.is_over(context.today, &context.settings)).collect();
    let mut plan = Plan {
        source: context.source,
        crawl: context.crawl,
        at: context.now,
        plugin: context.plugin.as_ref().map(|plugin| plugin.digest),
        outcome: context.outcome.clone(),
        hold: None,
        seen: Vec::new(),
        known: Vec::new(),
        warnings: Vec::new(),
        notes: Vec::new(),
        vanished: None,
    };
    if !context.is_listing() {
        nothing_was_listed(&mut plan, known, &over, seen);
        return plan;
    }
    let resolved = resolve(known, &over, seen, context);
    let covered = Covered::of(seen, context);
    let page = Page { known, over: &over, seen, resolved: &resolved, covered, context };
    if let Some((reason, words)) = page.doubt() {
        if is_released(&page) {
            plan.notes.push(format!("{words}; it has said so for long enough to be believed"));
        } else {
            plan.notes.push(format!("{words}: nothing of this page is believed, because {}", reason.words()));
            plan.hold = Some(reason);
        }
    }
    let (fell_away, clock_shift) = (page.fell_away(), page.clock_shift());
    let mut decider = Decider { page, fell_away, clock_shift, hold: plan.hold, too_much: false };
    let absences = decider.absences();
    let vanished = decider.vanished(&absences);
    decider.too_much = vanished.too_much;
    decider.notes(&mut plan);
    for (place, event) in seen.iter().enumerate() {
        decider.seen(&mut plan, place, event);
    }
    decider.absent(&mut plan, absences, vanished);
    let order: BTreeMap<EventId, usize> = known.iter().enumerate().map(|(at, known)| (known.id, at)).collect();
    plan.known.sort_by_key(|known| order.get(&known.id).copied());
    plan
}

fn nothing_was_listed(plan: &mut Plan, known: &[KnownEvent], over: &[bool], seen: &[SeenEvent]) {
    plan.hold = Some(HeldReason::Outcome);
    plan.notes.push(format!("the crawl ended as {}: nothing is concluded from it", plan.outcome.name()));
    for (place, event) in seen.iter().enumerate() {
        plan.seen.push(seen_plan(place, event, SeenDecision::Held { id: None, reason: HeldReason::Outcome }));
    }
    for (known, _) in known.iter().zip(over).filter(|(_, over)| !**over) {
        plan.known.push(known_plan(known, KnownDecision::Held { reason: HeldReason::Outcome }));
    }
}

fn seen_plan(seen: usize, event: &SeenEvent, decision: SeenDecision) -> SeenPlan {
    SeenPlan { seen, title: event.title.clone(), date: event.start.date, decision }
}

pub(crate) fn known_plan(known: &KnownEvent, decision: KnownDecision) -> KnownPlan {
    KnownPlan { id: known.id, title: known.event.title.clone(), date: known.event.start.date, decision }
}

/// Whether a doubt has lasted so long that the page is believed after all; this crawl itself does not count.
pub(crate) fn is_old(doubt: &Doubt, context: &Context) -> bool {
    let before = doubt.times - u32::from(doubt.crawl == context.crawl).min(doubt.times);
    before >= context.settings.release_crawls
        && context.now - doubt.since >= TimeDelta::hours(i64::from(context.settings.release_hours))
}

fn is_released(page: &Page<'_>) -> bool {
    let (mut doubted, mut old) = (0_usize, 0_usize);
    for (at, known) in page.known.iter().enumerate() {
        let is_over = page.over.get(at).copied().unwrap_or(true);
        let differs = match page.resolved.of_known.get(at).copied().flatten().and_then(|place| page.seen.get(place)) {
            Some(event) => differing(&known.event, event).next().is_some(),
            None => page.covered.has(known.event.start.date),
        };
        if !is_over && differs {
            doubted += 1;
            old += usize::from(known.doubt.as_ref().is_some_and(|doubt| is_old(doubt, page.context)));
        }
    }
    doubted > 0 && old * 2 >= doubted
}

/// Decides event by event.
pub(crate) struct Decider<'a> {
    pub(crate) page: Page<'a>,
    fell_away: BTreeMap<EventField, usize>,
    clock_shift: Option<i64>,
    pub(crate) hold: Option<HeldReason>,
    /// More vanished with this crawl than is believed at once.
    too_much: bool,
}

impl<'a> Decider<'a> {
    fn notes(&self, plan: &mut Plan) {
        let context = self.page.context;
        if !context.is_complete() {
            let why = context.outcome.reason().unwrap_or_default();
            plan.notes.push(format!("the crawl is {} ({why}): what is absent does not count", context.outcome.name()));
        }
        if context.suspect {
            plan.notes
                .push("the crawl departs from the source's good crawls: what is absent does not count".to_owned());
        }
        for (field, events) in &self.fell_away {
            let name = field.name();
            plan.notes.push(format!("{name} fell away from {events} events at once: what was known of it is kept"));
        }
        if let Some(minutes) = self.clock_shift {
            plan.notes
                .push(format!("nearly all starts changed by {minutes} minutes at once: the known times are kept"));
        }
    }

    fn seen(&self, plan: &mut Plan, place: usize, event: &SeenEvent) {
        let found = self.page.resolved.of_seen.get(place).and_then(Option::as_ref);
        let known = found.and_then(|found| Some((found, self.page.known.get(found.known)?)));
        let decision = match known {
            Some((found, known)) => self.found(plan, found, known, event),
            None => self.fresh(plan, place, event),
        };
        plan.seen.push(seen_plan(place, event, decision));
    }

    fn fresh(&self, plan: &mut Plan, place: usize, event: &SeenEvent) -> SeenDecision {
        let context = self.page.context;
        if let Some(reason) = self.hold {
            return SeenDecision::Held { id: None, reason };
        }
        if last_day(event) < context.today && !context.settings.record_past {
            return SeenDecision::Held { id: None, reason: HeldReason::Past };
        }
        let resembles = self.page.resolved.resembles.get(&place).cloned().unwrap_or_default();
        if !resembles.is_empty() {
            let title = event.title.clone();
            plan.warnings.push(Warning::Ambiguous { seen: place, title, resembles: resembles.clone() });
        }
        SeenDecision::Create { resembles }
    }

    fn found(&self, plan: &mut Plan, found: &Found, known: &'a KnownEvent, event: &SeenEvent) -> SeenDecision {
        let context = self.page.context;
        let (id, resolution) = (known.id, found.resolution.clone());
        let held = |reason| SeenDecision::Held { id: Some(id), reason };
        let differs = differing(&known.event, event).next().is_some();
        if self.page.over.get(found.known).copied().unwrap_or(true) {
            return held(HeldReason::Past);
        }
        if let Some(reason) = self.hold {
            if differs {
                plan.known.push(known_plan(known, self.once(known, reason)));
            }
            return held(reason);
        }
        if differs && last_day(event) < context.today {
            return held(HeldReason::IntoThePast);
        }
        // A page that lacks so much may be an old one, and brings nothing back.
        if known.standing.presumed && self.too_much {
            plan.known.push(known_plan(known, self.once(known, HeldReason::TooMuchAtOnce)));
            return held(HeldReason::TooMuchAtOnce);
        }
        let days = (event.start.date - known.event.start.date).num_days();
        let told = event.status == Status::Rescheduled || known.standing.status == Status::Postponed;
        // Back by a year, to a day that is ahead: it was the first telling that had the wrong year.
        if is_a_year(days) && days > 0 && !told {
            return held(HeldReason::YearApart);
        }
        if found.only_key && !known.corrections.contains_key(&EventField::Title) {
            let (was, is) = (known.event.title.clone(), event.title.clone());
            plan.warnings.push(Warning::OnlyTheKey { id, was, is });
        }
        if known.missing.is_some() || known.standing.presumed {
            plan.known.push(known_plan(known, KnownDecision::Reappeared { after: known.missing.clone() }));
        }
        let (changes, held) = self.changes(plan, known, event);
        let standing = self.standing(known, event, &changes);
        let learnt = Learnt {
            identity: Some(&event.identity).filter(|identity| !known.identities.contains(*identity)).cloned(),
            key: event.key.as_ref().filter(|key| !known.keys.contains(*key)).cloned(),
        };
        if changes.is_empty() && held.is_empty() && standing.is_none() && learnt.is_empty() {
            return SeenDecision::Unchanged { id, resolution };
        }
        SeenDecision::Change { id, resolution, changes, held, standing, learnt }
    }

    fn changes(&self, plan: &mut Plan, known: &KnownEvent, event: &SeenEvent) -> (Vec<FieldChange>, Vec<HeldChange>) {
        let (mut changes, mut held) = (Vec::new(), Vec::new());
        for field in differing(&known.event, event) {
            let change = FieldChange::between(field, &known.event, event);
            if let Some(correction) = known.corrections.get(&field) {
                let news = change.to != correction.value
                    && change.to != correction.underneath
                    && correction.noted.as_ref() != Some(&change.to);
                if news {
                    plan.warnings.push(Warning::CorrectionDiffers {
                        id: known.id,
                        title: known.event.title.clone(),
                        field,
                        held: correction.value.clone(),
                        page: change.to.clone(),
                    });
                }
                held.push(HeldChange { change, reason: HeldReason::Corrected });
            } else if let Some(reason) = self.keeps(field, known, event) {
                held.push(HeldChange { change, reason });
            } else {
                changes.push(change);
            }
        }
        (changes, held)
    }

    /// Why a field stays as it was though the page tells it otherwise.
    fn keeps(&self, field: EventField, known: &KnownEvent, event: &SeenEvent) -> Option<HeldReason> {
        let same_day = known.event.start.date == event.start.date;
        if self.clock_shift.is_some()
            && same_day
            && matches!(field, EventField::Start | EventField::Doors | EventField::End)
        {
            return Some(HeldReason::AllMoved);
        }
        if !tells(field, &known.event) || tells(field, event) || (field == EventField::Start && !same_day) {
            return None;
        }
        let context = self.page.context;
        if self.fell_away.contains_key(&field) {
            Some(HeldReason::FieldFellAway)
        } else if context.plugin_changed {
            Some(HeldReason::PluginChanged)
        } else if context.suspect {
            Some(HeldReason::Suspect)
        } else {
            None
        }
    }

    /// The event's standing after these changes, where it is another than before.
    fn standing(&self, known: &KnownEvent, event: &SeenEvent, changes: &[FieldChange]) -> Option<Standing> {
        let changed = |field| changes.iter().any(|change| change.field == field);
        let said = if changed(EventField::Status) { event.status } else { known.event.status };
        let (was, is) = (known.event.start.date, event.start.date);
        let moves = changed(EventField::Start) && was != is;
        let now = if moves { is } else { was };
        let first = known.earlier_starts.first().map_or(was, |start| start.date);
        let status = if said == Status::Scheduled && first != now { Status::Rescheduled } else { said };
        if status == known.standing.status && !known.standing.presumed && !(moves && status == Status::Rescheduled) {
            return None;
        }
        let evidence = match status {
            Status::Rescheduled if moves => format!("the page moved it from {was} to {is}"),
            Status::Rescheduled => format!("the page lists it again, on {now} and not on {first} as first announced"),
            Status::Scheduled if moves => format!("the page moved it back to {is}, the day first announced"),
            Status::Scheduled => {
                format!("the page lists it as scheduled; it was {}", status_words(known.standing.status))
            }
            word => format!("the page says {}", status_words(word)),
        };
        // What was presumed cancelled and is listed again as before is no news of its source.
        let as_before = known.standing.presumed && !changed(EventField::Status);
        let told_since = known.standing.told_since.filter(|_| as_before);
        Some(Standing { status, presumed: false, since: self.page.context.now, evidence, told_since })
    }

    /// What does not count is counted once a crawl.
    pub(crate) fn once(&self, known: &KnownEvent, reason: HeldReason) -> KnownDecision {
        let counted = known.doubt.as_ref().is_some_and(|doubt| doubt.crawl == self.page.context.crawl);
        KnownDecision::Held { reason: if counted && reason.is_doubt() { HeldReason::Counted } else { reason } }
    }
}

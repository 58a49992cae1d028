//! What is known and not listed: whether that counts, whether it is too much at once, and what it leads to. Pure, as all of deciding.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use marquee_model::{EventId, Status};

use crate::{
    Doubt, EventField, HeldReason, KnownDecision, KnownEvent, Missing, Plan, Standing, Vanished,
    covered::may_vanish,
    decide::{Decider, is_old, known_plan},
};

/// An absent event: its place among the known, itself, and the reason for which its absence does not count, if any.
pub(crate) type Absence<'a> = (usize, &'a KnownEvent, Option<HeldReason>);

/// How much vanished.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vanishing {
    /// Events that are absent for the first time.
    count: usize,
    /// Events that the page should list.
    expected: usize,
    /// How many of these may vanish at once.
    may: usize,
    /// Whether it is more than is believed.
    pub(crate) too_much: bool,
}

impl<'a> Decider<'a> {
    pub(crate) fn absent(&self, plan: &mut Plan, absent: Vec<Absence<'a>>, vanished: Vanishing) {
        let Vanishing { count, expected, may, too_much } = vanished;
        if too_much {
            plan.notes.push(format!(
                "{count} of {expected} known events vanished at once, at most {may} are usual: none is missed yet"
            ));
        }
        for (_, known, reason) in absent {
            let decision = match reason {
                Some(reason) => self.once(known, reason),
                None if too_much && known.missing.is_none() => self.once(known, HeldReason::TooMuchAtOnce),
                None => self.missed(known),
            };
            plan.known.push(known_plan(known, decision));
        }
        if self.page.context.is_complete() && !self.page.context.suspect && self.hold.is_none() && !too_much {
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let (vanished, known, listed) = (number(count), number(expected), number(self.page.seen.len()));
            plan.vanished = Some(Vanished { vanished, known, listed });
        }
    }

    /// What is known, ahead and not listed, with the reason for which that does not count, if any.
    pub(crate) fn absences(&self) -> Vec<Absence<'a>> {
        let page = &self.page;
        let seen_groups: BTreeSet<EventId> = page
            .known
            .iter()
            .enumerate()
            .filter(|(at, _)| page.resolved.of_known.get(*at).is_some_and(Option::is_some))
            .filter_map(|(_, known)| known.merged.as_ref().map(|merged| merged.into))
            .collect();
        page.known
            .iter()
            .enumerate()
            .filter(|(at, _)| page.resolved.of_known.get(*at).is_some_and(Option::is_none))
            .filter(|(at, _)| !page.over.get(*at).copied().unwrap_or(true))
            .map(|(at, known)| (at, known, self.excuse(at, known, &seen_groups)))
            .collect()
    }

    /// How much vanished with this crawl, and whether that is more than is believed at once.
    pub(crate) fn vanished(&self, absent: &[Absence<'_>]) -> Vanishing {
        let context = self.page.context;
        let fresh: Vec<&KnownEvent> = absent
            .iter()
            .filter(|(_, known, reason)| {
                known.missing.is_none() && (reason.is_none() || self.is_counted_as_too_much(known))
            })
            .map(|(_, known, _)| *known)
            .collect();
        let is_doubted = |known: &&&KnownEvent| known.doubt.as_ref().is_some_and(|doubt| is_old(doubt, context));
        let (count, old) = (fresh.len(), fresh.iter().filter(is_doubted).count());
        let expected = self.page.expected().count();
        let may = may_vanish(expected, context);
        // What the first plan of this crawl found new counts among the known when it is planned once more, and would make it less.
        let counted = fresh.iter().any(|known| self.is_counted_as_too_much(known));
        let too_much = counted || (count > may && old * 2 < count && !self.came_and_went(&fresh));
        Vanishing { count, expected, may, too_much }
    }

    /// Whether this very crawl has been counted already, and too much vanished with it: it does when it is planned once more.
    fn is_counted_as_too_much(&self, known: &KnownEvent) -> bool {
        let of_this_crawl = |doubt: &&Doubt| doubt.crawl == self.page.context.crawl;
        known.doubt.as_ref().filter(of_this_crawl).is_some_and(|doubt| doubt.reason == HeldReason::TooMuchAtOnce)
    }

    /// Whether these events came with one crawl, lately, to a source that was known before, and went with this one, whose page says in words
    /// that nothing is on: a page that showed something else for a while and is itself again.
    fn came_and_went(&self, fresh: &[&KnownEvent]) -> bool {
        let context = self.page.context;
        let Some(came) = fresh.first().map(|known| known.first_seen) else { return false };
        let long = TimeDelta::hours(i64::from(context.settings.spell_hours));
        self.page.seen.is_empty()
            && context.now - came <= long
            && fresh.iter().all(|known| known.first_seen == came)
            && self.page.known.iter().any(|known| known.first_seen < came)
    }

    /// Why an absence does not count, where it does not.
    fn excuse(&self, at: usize, known: &KnownEvent, seen_groups: &BTreeSet<EventId>) -> Option<HeldReason> {
        let context = self.page.context;
        let counted = known.missing.as_ref().is_some_and(|missing| missing.crawls.last() == Some(&context.crawl))
            || known.doubt.as_ref().is_some_and(|doubt| doubt.crawl == context.crawl);
        let reasons = [
            (self.page.is_own_half(known) || seen_groups.contains(&known.id), HeldReason::Merged),
            (known.standing.status == Status::Cancelled, HeldReason::Settled),
            (counted, HeldReason::Counted),
            (!context.is_complete(), HeldReason::Outcome),
            (context.suspect, HeldReason::Suspect),
            (known.corrections.contains_key(&EventField::Status), HeldReason::Corrected),
            (known.standing.status == Status::Postponed, HeldReason::Waiting),
            (self.may_have_begun(known), HeldReason::Begun),
            (!self.page.covered.has(known.event.start.date), HeldReason::OutsideWindow),
        ];
        reasons
            .into_iter()
            .find_map(|(applies, reason)| applies.then_some(reason))
            .or(self.hold)
            .or_else(|| self.page.resolved.ambiguous.contains(&at).then_some(HeldReason::Ambiguous))
    }

    /// Whether pages may have dropped it because it has begun, or will soon.
    fn may_have_begun(&self, known: &KnownEvent) -> bool {
        let context = self.page.context;
        let margin = TimeDelta::hours(i64::from(context.settings.begun_hours));
        let start = &known.event.start;
        start.date < context.today
            || (start.date == context.today && start.utc.is_none_or(|start| context.now + margin > start))
    }

    /// Whether this source is known to go on listing what is sold out: it did so with this event, or with others.
    fn keeps_sold_out(&self, vanished: &KnownEvent) -> bool {
        let context = self.page.context;
        let settings = &context.settings;
        let long = TimeDelta::hours(i64::from(settings.sold_out_hours));
        if vanished.last_seen - vanished.standing.told_since() >= long {
            return true;
        }
        let sold_out = self.page.known.iter().enumerate().filter(|(_, known)| {
            known.id != vanished.id && known.standing.status == Status::SoldOut && known.merged.is_none()
        });
        let (mut kept, mut dropped) = (0_usize, 0_usize);
        for (at, known) in sold_out {
            let is_over = self.page.over.get(at).copied().unwrap_or(true);
            let is_listed = self.page.resolved.of_known.get(at).is_some_and(Option::is_some);
            if known.missing.is_some() && !is_listed {
                dropped += 1;
            } else if is_over || (is_listed && context.now - known.standing.told_since() >= long) {
                kept += 1;
            }
        }
        kept >= settings.sold_out_kept && dropped * 100 <= (kept + dropped) * settings.sold_out_dropped_percent
    }

    /// An absence that counts.
    fn missed(&self, known: &KnownEvent) -> KnownDecision {
        let context = self.page.context;
        let settings = &context.settings;
        let mut missing =
            known.missing.clone().unwrap_or_else(|| Missing { since: context.now, times: 0, crawls: Vec::new() });
        let long = TimeDelta::hours(i64::from(settings.absent_hours));
        let enough = missing.times.saturating_add(1) >= settings.absent_crawls && context.now - missing.since >= long;
        if enough && known.standing.status == Status::SoldOut && !self.keeps_sold_out(known) {
            return KnownDecision::Held { reason: HeldReason::SoldOut };
        }
        if enough && self.page.covered.is_full() {
            return KnownDecision::Held { reason: HeldReason::FullListing };
        }
        missing.times = missing.times.saturating_add(1);
        missing.crawls.push(context.crawl);
        let beyond = missing.crawls.len().saturating_sub(settings.crawls_kept.max(1));
        missing.crawls.drain(..beyond);
        if !enough {
            return KnownDecision::Missing { missing };
        }
        let evidence = format!(
            "absent from {} complete crawls in a row, from {} to {}, whose pages cover {} and list {} events",
            missing.times,
            missing.since.format("%F %R"),
            context.now.format("%F %R UTC"),
            known.event.start.date,
            self.page.seen.len(),
        );
        let standing = Standing {
            status: Status::Cancelled,
            presumed: true,
            since: context.now,
            evidence,
            told_since: Some(known.standing.told_since()),
        };
        KnownDecision::PresumeCancelled { missing, standing }
    }
}

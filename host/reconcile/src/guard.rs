//! Whether a page as a whole is to be believed: faults that look like forty events changing at once.
//!
//! A wrong year in the template, a copy of last month, a page of another venue, a plugin that no longer finds a field,
//! a clock that is an hour off. Each is told by what the events have in common; none by a single event. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Context, EventField, HeldReason, KnownEvent, SeenEvent, covered::Covered, known::last_day, resolve::Resolved,
};

/// What the guards look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) known: &'a [KnownEvent],
    pub(crate) over: &'a [bool],
    pub(crate) seen: &'a [SeenEvent],
    pub(crate) resolved: &'a Resolved,
    pub(crate) covered: Covered,
    pub(crate) context: &'a Context,
}

impl<'a> Page<'a> {
    fn is_over(&self, known: usize) -> bool {
        self.over.get(known).copied().unwrap_or(true)
    }

    /// Whether a known event was merged into another of the same source, whose absence or presence speaks for both. The other half of what was
    /// merged across sources is accounted for by its own source's crawls, not by this one's.
    pub(crate) fn is_own_half(&self, known: &KnownEvent) -> bool {
        known.merged.as_ref().is_some_and(|merged| self.known.iter().any(|other| other.id == merged.into))
    }

    fn seen_as(&self, known: usize) -> Option<usize> {
        self.resolved.of_known.get(known).copied().flatten()
    }

    /// Known events that a page of this source should list: ahead, in the window, not known to be off, not missed
    /// before.
    pub(crate) fn expected(&self) -> impl Iterator<Item = (usize, &'a KnownEvent)> {
        let page = *self;
        self.known.iter().enumerate().filter(move |(at, known)| {
            !page.is_over(*at)
                && known.missing.is_none()
                && !page.is_own_half(known)
                && !matches!(known.standing.status, marquee_model::Status::Cancelled | marquee_model::Status::Postponed)
                && known.event.start.date > page.context.today
                && page.covered.has(known.event.start.date)
        })
    }

    /// Pairs that are of different days.
    fn moved(&self) -> impl Iterator<Item = (usize, i64)> {
        let page = *self;
        self.seen.iter().enumerate().filter_map(move |(place, event)| {
            let found = page.resolved.of_seen.get(place)?.as_ref()?;
            let known = page.known.get(found.known).filter(|_| !page.is_over(found.known))?;
            Some((place, (event.start.date - known.event.start.date).num_days())).filter(|(_, days)| *days != 0)
        })
    }

    fn unresolved(&self) -> impl Iterator<Item = (usize, &'a SeenEvent)> {
        let page = *self;
        self.seen.iter().enumerate().filter(move |(at, _)| page.resolved.of_seen.get(*at).is_some_and(Option::is_none))
    }

    /// By title, the days of known events that no seen one was found to be.
    fn unlisted(&self, over: bool) -> BTreeMap<&'a str, Vec<chrono::NaiveDate>> {
        let mut days: BTreeMap<&str, Vec<chrono::NaiveDate>> = BTreeMap::new();
        for (at, known) in self.known.iter().enumerate() {
            if self.is_over(at) == over && self.seen_as(at).is_none() {
                days.entry(known.event.title.as_str()).or_default().push(known.event.start.date);
            }
        }
        days
    }

    /// The reason to doubt the page as a whole, with what was seen in words.
    pub(crate) fn doubt(&self) -> Option<(HeldReason, String)> {
        let copy = || self.clone_of_the_past().or_else(|| self.old_copy());
        self.all_moved().or_else(copy).or_else(|| self.strange())
    }

    fn all_moved(&self) -> Option<(HeldReason, String)> {
        let settings = &self.context.settings;
        let mut votes: BTreeMap<i64, usize> = BTreeMap::new();
        let mut concerned = 0;
        for (_, days) in self.moved() {
            *votes.entry(days).or_default() += 1;
            concerned += 1;
        }
        let unlisted = self.unlisted(false);
        for (_, event) in self.unresolved() {
            let Some(days) = unlisted.get(event.title.as_str()) else { continue };
            let spans: BTreeSet<i64> = days.iter().map(|day| (event.start.date - *day).num_days()).collect();
            spans.into_iter().for_each(|span| *votes.entry(span).or_default() += 1);
            concerned += 1;
        }
        let (days, count) = votes.into_iter().filter(|(days, _)| *days != 0).max_by_key(|(_, count)| *count)?;
        let ahead = self
            .known
            .iter()
            .enumerate()
            .filter(|(at, known)| {
                !self.is_over(*at) && known.missing.is_none() && known.event.start.date > self.context.today
            })
            .count();
        let all =
            count >= settings.guard_events && count * 100 >= concerned * settings.shift_percent && count * 2 >= ahead;
        let way = if days > 0 { "later" } else { "earlier" };
        let words = format!("{count} events stand {} days {way} than they were known, all at once", days.abs());
        all.then_some((HeldReason::AllMoved, words))
    }

    /// A copy of an earlier listing, with its own days or with new ones.
    fn clone_of_the_past(&self) -> Option<(HeldReason, String)> {
        let settings = &self.context.settings;
        let (expected, absent) = self.expected().fold((0_usize, 0_usize), |(all, absent), (at, _)| {
            (all + 1, absent + usize::from(self.seen_as(at).is_none()))
        });
        if absent == 0 || absent * 2 < expected {
            return None;
        }
        if !self.seen.is_empty() && self.seen.iter().all(|event| last_day(event) < self.context.today) {
            return Some((HeldReason::Clone, format!("all {} events of the page are over", self.seen.len())));
        }
        let (before, mut votes, mut ahead) = (self.unlisted(true), BTreeMap::<i64, usize>::new(), 0_usize);
        for (_, event) in self.unresolved().filter(|(_, event)| event.start.date >= self.context.today) {
            ahead += 1;
            // What was on three times is a series, and series go on.
            if let Some(days) = before.get(event.title.as_str()).filter(|days| days.len() < 3) {
                let spans: BTreeSet<i64> = days.iter().map(|day| (event.start.date - *day).num_days()).collect();
                spans.into_iter().for_each(|span| *votes.entry(span).or_default() += 1);
            }
        }
        let (days, count) = votes.into_iter().max_by_key(|(_, count)| *count)?;
        let words = format!("{count} events that are over stand on the page again, {days} days later");
        (count >= settings.guard_events && count * 100 >= ahead * settings.shift_percent)
            .then_some((HeldReason::Clone, words))
    }

    /// A copy of an earlier listing that has most of today's too. It lists again what is over and what this source otherwise drops by the
    /// next day, and what it lacks is what was announced last: nothing that is ahead on it is as new.
    fn old_copy(&self) -> Option<(HeldReason, String)> {
        let settings = &self.context.settings;
        let yesterday = self.context.today.pred_opt()?;
        let over = self.seen.iter().filter(|event| last_day(event) < yesterday).count();
        if over < settings.guard_events {
            return None;
        }
        let (mut newest, mut ahead, mut strangers) = (None, 0_usize, 0_usize);
        for (place, _) in self.seen.iter().enumerate().filter(|(_, event)| last_day(event) >= self.context.today) {
            let found = self.resolved.of_seen.get(place).and_then(Option::as_ref);
            let known = found.and_then(|found| self.known.get(found.known));
            ahead += 1;
            strangers += usize::from(known.is_none());
            newest = newest.max(known.map(|known| known.first_seen));
        }
        let absent = self.expected().filter(|(at, _)| self.seen_as(*at).is_none()).map(|(_, known)| known.first_seen);
        let (newer, older): (Vec<_>, Vec<_>) = absent.partition(|first_seen| Some(*first_seen) > newest);
        let is_older = !newer.is_empty() && newer.len() >= older.len();
        if !is_older || strangers * 100 > ahead * (100 - settings.shift_percent.min(100)) {
            return None;
        }
        let (mut dropped, mut kept) = (0_usize, 0_usize);
        for (_, known) in
            self.known.iter().enumerate().filter(|(at, _)| self.is_over(*at) && self.seen_as(*at).is_none())
        {
            let day = known.last_day();
            if day < yesterday {
                let is_soon = day.succ_opt().is_some_and(|next| known.last_seen.date_naive() <= next);
                *(if is_soon { &mut dropped } else { &mut kept }) += 1;
            }
        }
        let drops = dropped >= settings.guard_events && dropped * 100 >= (dropped + kept) * settings.shift_percent;
        let words = format!(
            "{over} events that are over stand on the page, which drops them otherwise, and the {} announced last do not",
            newer.len()
        );
        drops.then_some((HeldReason::Clone, words))
    }

    fn strange(&self) -> Option<(HeldReason, String)> {
        let settings = &self.context.settings;
        let (expected, found) = self.expected().fold((0_usize, 0_usize), |(all, found), (at, _)| {
            (all + 1, found + usize::from(self.seen_as(at).is_some()))
        });
        let ahead = self.seen.iter().filter(|event| last_day(event) >= self.context.today).count();
        let strange = expected >= settings.guard_events
            && ahead >= settings.guard_events
            && found * 100 < expected * settings.same_page_percent;
        let words = format!("the page lists {ahead} events, and {found} of the {expected} that are known to be ahead");
        strange.then_some((HeldReason::StrangePage, words))
    }

    /// Fields that fell away from so many events at once that it is the page's doing, with the number of events.
    pub(crate) fn fell_away(&self) -> BTreeMap<EventField, usize> {
        let settings = &self.context.settings;
        let fell = |field: EventField| {
            let lost = self.pairs().filter(|(known, event)| tells(field, &known.event) && !tells(field, event)).count();
            let having = self.seen.iter().filter(|event| tells(field, event)).count();
            let fell = lost >= settings.guard_events && lost * 100 >= (lost + having) * settings.loss_percent;
            fell.then_some((field, lost))
        };
        EventField::ALL.into_iter().filter_map(fell).collect()
    }

    /// Minutes by which nearly all starts changed at once; a zone that was read wrongly.
    pub(crate) fn clock_shift(&self) -> Option<i64> {
        let settings = &self.context.settings;
        let mut votes: BTreeMap<i64, usize> = BTreeMap::new();
        for (known, event) in self.pairs() {
            if let (Some(was), Some(is)) = (known.event.start.time, event.start.time)
                && known.event.start.date == event.start.date
            {
                *votes.entry((is - was).num_minutes()).or_default() += 1;
            }
        }
        let all: usize = votes.values().sum();
        let (minutes, count) = votes.into_iter().max_by_key(|(_, count)| *count)?;
        (minutes != 0 && count >= settings.guard_events && count * 100 >= all * settings.shift_percent)
            .then_some(minutes)
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a KnownEvent, &'a SeenEvent)> {
        let page = *self;
        self.seen.iter().enumerate().filter_map(move |(place, event)| {
            let found = page.resolved.of_seen.get(place)?.as_ref()?;
            Some((page.known.get(found.known).filter(|_| !page.is_over(found.known))?, event))
        })
    }
}

/// Whether an event tells this field. Of a start the time is meant: its day is always told.
pub(crate) fn tells(field: EventField, event: &SeenEvent) -> bool {
    match field {
        EventField::Start => event.start.time.is_some(),
        EventField::Doors => event.doors.as_ref().is_some_and(|doors| doors.time.is_some()),
        _ => field.told(event),
    }
}

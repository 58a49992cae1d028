//! Which days a crawl's pages covered, and how many events may vanish from them at once.

use chrono::NaiveDate;
use marquee_model::CrawlOutcome;

use crate::{Context, SeenEvent, known::last_day};

/// The days whose absent events are absent for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Covered {
    from: NaiveDate,
    to: Option<NaiveDate>,
    full: bool,
}

impl Covered {
    /// What the pages say, else what they show: a listing that is as long as it ever was may end where it is full, so
    /// it covers the days before its last one, on which a late show may have fallen off its end; one that was longer before
    /// has room, so what is absent at its end is absent.
    pub(crate) fn of(seen: &[SeenEvent], context: &Context) -> Self {
        if let Some(window) = context.window {
            return Self { from: window.from.max(context.today), to: window.to, full: false };
        }
        let longest = context.history.iter().map(|past| past.listed).max();
        let listed = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        let has_room = longest.is_some_and(|longest| listed < longest);
        let full = !has_room && !matches!(context.outcome, CrawlOutcome::Empty { .. });
        let last = || seen.iter().map(last_day).max().and_then(|last| last.pred_opt()).unwrap_or(context.today);
        Self { from: context.today, to: full.then(last), full }
    }

    /// Whether the listing may be cut off at its end, so that what is absent may have moved beyond it.
    pub(crate) const fn is_full(&self) -> bool {
        self.full
    }

    pub(crate) fn has(&self, day: NaiveDate) -> bool {
        day >= self.from && self.to.is_none_or(|to| day <= to)
    }
}

/// How many of `known` events may vanish at once from this source before its page is doubted.
pub(crate) fn may_vanish(known: usize, context: &Context) -> usize {
    let settings = &context.settings;
    let known = u64::try_from(known).unwrap_or(u64::MAX);
    let usual = if context.history.len() < settings.vanish_history {
        known.saturating_mul(u64::from(settings.vanish_young_percent)) / 100
    } else {
        // The largest share that ever vanished at once, and some slack; in whole numbers, so that every machine agrees.
        let share = |past: &crate::Vanished| {
            u64::from(past.vanished)
                .saturating_mul(known)
                .saturating_mul(u64::from(settings.vanish_slack_percent))
                .checked_div(u64::from(past.known).saturating_mul(100))
        };
        context.history.iter().filter_map(share).max().unwrap_or(0)
    };
    let most = (known.saturating_mul(u64::from(settings.vanish_most_percent)) / 100).max(1);
    usize::try_from(usual.max(u64::from(settings.vanish_floor)).min(most)).unwrap_or(usize::MAX)
}

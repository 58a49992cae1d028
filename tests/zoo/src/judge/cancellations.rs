//! Cancellations: those that are none, those that are true and how long it took to know them, and what is still said to
//! be on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use marquee_model::Status;
use serde::{Deserialize, Serialize};

use super::{
    events::{Pairs, is_on},
    listed::Listed,
    score::Score,
};
use crate::{
    seen::Claimed,
    truth::{TruthDay, TruthId},
};

/// Crawls after it is certain within which a vanishing is to be known.
const IN_TIME: u32 = 2;
/// Hours for which an event must have been listed as sold out before its vanishing can be told from a listing that drops what cannot be
/// sold.
const SOLD_OUT_HOURS: i64 = 72;

/// A vanishing that was not known in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// The seed of its world.
    pub seed: u64,
    /// The event.
    pub truth: TruthId,
    /// What it was called.
    pub title: String,
    /// Its night.
    pub night: NaiveDate,
    /// Whether it was sold out before it vanished; listings drop what cannot be sold.
    pub sold_out: bool,
    /// When it was taken off the page.
    pub gone: DateTime<Utc>,
    /// When that was certain.
    pub certain: DateTime<Utc>,
    /// When the policy knew; `None`: never before its night.
    pub known: Option<DateTime<Utc>>,
    /// Crawls from being certain to being known, or to the end.
    pub crawls: u32,
}

/// What is remembered of an event that was taken off the pages without a word.
#[derive(Debug, Clone)]
struct Vanishing {
    gone: DateTime<Utc>,
    /// The look at which the policy had stopped saying that it is on, and how many crawls after being certain that was.
    known: Option<(DateTime<Utc>, u32)>,
}

/// What is remembered of one truth.
#[derive(Debug, Clone)]
struct Last {
    title: String,
    night: NaiveDate,
    /// Since when it is sold out.
    sold_out: Option<DateTime<Utc>>,
}

/// What is remembered of cancellations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancellations {
    last: BTreeMap<TruthId, Last>,
    /// Truths that the policy has said to be on.
    said_on: BTreeSet<TruthId>,
    falsely: BTreeSet<TruthId>,
    lost: BTreeSet<TruthId>,
    vanished: BTreeMap<TruthId, Vanishing>,
    /// Vanishings that were counted.
    settled: BTreeSet<TruthId>,
    /// Events that are cancelled in words, and whether the policy knows.
    in_words: BTreeMap<TruthId, bool>,
    ghosts: BTreeSet<String>,
}

impl Cancellations {
    /// The vanishings that are not settled.
    pub(crate) fn open(&self) -> BTreeSet<TruthId> {
        self.vanished.keys().copied().collect()
    }

    /// Looks whether the policy still says of what has vanished that it is on.
    pub(crate) fn look(&mut self, at: DateTime<Utc>, claims: &[Claimed], listed: &Listed) {
        let on: BTreeSet<TruthId> =
            claims.iter().filter(|claim| is_on(claim.status)).filter_map(|claim| claim.truth).collect();
        for (truth, vanishing) in &mut self.vanished {
            if on.contains(truth) {
                vanishing.known = None;
            } else if vanishing.known.is_none() {
                let crawls = listed.certain(*truth, vanishing.gone).map_or(0, |certain| certain.crawls_after);
                vanishing.known = Some((at, crawls));
            }
        }
    }

    pub(crate) fn day(
        &mut self,
        truth: &TruthDay,
        pairs: &Pairs<'_>,
        claims: &[Claimed],
        listed: &Listed,
        score: &mut Score,
    ) {
        for (id, gone) in truth.vanished.iter().filter(|(id, _)| !self.settled.contains(id)) {
            self.vanished.entry(*id).or_insert(Vanishing { gone: *gone, known: None });
        }
        for event in &truth.events {
            // What is announced again had not vanished for good.
            self.vanished.remove(&event.id);
            let before = self.last.get(&event.id).and_then(|last| last.sold_out);
            let sold_out = (event.status == Status::SoldOut).then(|| before.unwrap_or(truth.at));
            self.last.insert(event.id, Last { title: event.title.clone(), night: event.start.date, sold_out });
        }
        self.settle(truth.day, listed, score);
        self.look(truth.at, claims, listed);
        self.standing(pairs, listed);
        for claim in claims.iter().filter(|claim| is_on(claim.status)) {
            if self.is_ghost(claim, pairs, listed) {
                score.ghost_claims += 1;
                self.ghosts.insert(claim.id.clone());
            }
            self.said_on.extend(claim.truth);
        }
    }

    fn standing(&mut self, pairs: &Pairs<'_>, listed: &Listed) {
        for (id, (event, claims)) in &pairs.claims_of {
            if event.status == Status::Cancelled {
                let knows = claims.iter().all(|claim| !is_on(claim.status));
                *self.in_words.entry(*id).or_default() |= knows;
            }
            if !is_on(event.status) {
                continue;
            }
            let says_off = claims.iter().all(|claim| claim.status == Status::Cancelled);
            if claims.is_empty() {
                if self.said_on.contains(id) {
                    self.lost.insert(*id);
                }
            } else if says_off {
                // Who repeats the last word of the page is behind, and does not conclude anything.
                let concluded = claims.iter().any(|claim| claim.presumed);
                if concluded || !listed.last_said(*id, Status::Cancelled) {
                    self.falsely.insert(*id);
                }
            }
        }
    }

    /// Whether a claim is of something that is cancelled, gone for certain, over, or was never announced.
    fn is_ghost(&self, claim: &Claimed, pairs: &Pairs<'_>, listed: &Listed) -> bool {
        let Some(truth) = claim.truth else {
            return pairs.strangers.iter().any(|stranger| std::ptr::eq(*stranger, claim));
        };
        match (pairs.claims_of.get(&truth), self.vanished.get(&truth)) {
            (Some((event, _)), _) => event.status == Status::Cancelled,
            (None, Some(vanishing)) => listed.certain(truth, vanishing.gone).is_some(),
            (None, None) => true,
        }
    }

    /// Counts the vanishings whose night has come.
    fn settle(&mut self, day: NaiveDate, listed: &Listed, score: &mut Score) {
        let over = |truth: &TruthId| self.last.get(truth).is_none_or(|last| last.night < day);
        let settled: Vec<TruthId> = self.vanished.keys().copied().filter(over).collect();
        for truth in settled {
            if let Some(vanishing) = self.vanished.remove(&truth) {
                self.settled.insert(truth);
                self.count(truth, &vanishing, listed, score);
            }
        }
    }

    fn count(&self, truth: TruthId, vanishing: &Vanishing, listed: &Listed, score: &mut Score) {
        // What the policy never said to be on there is nothing to take back of.
        let (true, Some(last)) = (self.said_on.contains(&truth), self.last.get(&truth)) else { return };
        score.vanished += 1;
        // Many listings drop what cannot be sold, and do so soon: then nobody can tell the two from each other.
        let dropped = |since: DateTime<Utc>| vanishing.gone - since < TimeDelta::hours(SOLD_OUT_HOURS);
        if last.sold_out.is_some_and(dropped) {
            return;
        }
        let Some(certain) = listed.certain(truth, vanishing.gone) else { return };
        if certain.at.date_naive() > last.night {
            return;
        }
        score.certain += 1;
        let crawls = vanishing.known.map_or(certain.crawls_after, |(_, crawls)| crawls);
        if let Some((at, crawls)) = vanishing.known {
            let minutes = (at - certain.at).num_minutes().max(0);
            score.known += 1;
            score.known_crawls += u64::from(crawls);
            score.known_crawls_most = score.known_crawls_most.max(u64::from(crawls));
            score.known_minutes += u64::try_from(minutes).unwrap_or(0);
            let since_gone = (at - vanishing.gone).num_minutes().max(0);
            score.gone_minutes += u64::try_from(since_gone).unwrap_or(0);
            if crawls <= IN_TIME {
                score.known_in_time += 1;
                return;
            }
        }
        score.late.push(Late {
            seed: 0,
            truth,
            title: last.title.clone(),
            night: last.night,
            sold_out: last.sold_out.is_some(),
            gone: vanishing.gone,
            certain: certain.at,
            known: vanishing.known.map(|(at, _)| at),
            crawls,
        });
    }

    pub(crate) fn finish(&mut self, listed: &Listed, score: &mut Score) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.settle(NaiveDate::MAX, listed, score);
        score.falsely_cancelled = number(self.falsely.len());
        score.lost = number(self.lost.len());
        score.said_cancelled = number(self.in_words.len());
        score.said_cancelled_known = number(self.in_words.values().filter(|knows| **knows).count());
        score.ghosts = number(self.ghosts.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        judge::{
            Judge,
            samples::{at, claim, crawl, listed_event, true_event, truth_day},
        },
        truth::TrueEvent,
    };

    fn off(event: &TrueEvent) -> TrueEvent {
        TrueEvent { status: Status::Cancelled, ..event.clone() }
    }

    fn called_off(claim: Claimed, presumed: bool) -> Claimed {
        Claimed { status: Status::Cancelled, presumed, ..claim }
    }

    /// Aldous vanishes on the 2nd at 8; crawls are at 6 and 18; `claims` says what is claimed after each.
    fn vanishing(claims: impl Fn(DateTime<Utc>) -> Vec<Claimed>) -> Score {
        let mut judge = Judge::default();
        let (aldous, brume) = (true_event(1, "Aldous", 20), true_event(2, "Brume", 25));
        for day in 1..=20 {
            for hour in [6, 18] {
                let now = at(day, hour);
                let mut page = vec![listed_event(2, "Brume", 25)];
                if now < at(2, 8) {
                    page.push(listed_event(1, "Aldous", 20));
                }
                let seen = crawl(now, page);
                let looked = judge.wants(&seen).then(|| claims(now));
                judge.crawl(&seen, looked.as_deref());
            }
            let mut truth = truth_day(day, vec![brume.clone()]);
            if day == 1 {
                truth.events.push(aldous.clone());
            } else {
                truth.vanished.push((TruthId(1), at(2, 8)));
            }
            judge.day(&truth, &claims(at(day, 23)));
        }
        judge.finish()
    }

    fn until(end: DateTime<Utc>) -> impl Fn(DateTime<Utc>) -> Vec<Claimed> {
        move |now| {
            let aldous = claim("a", 1, "Aldous", 20);
            let aldous = if now < end { aldous } else { called_off(aldous, true) };
            vec![aldous, claim("b", 2, "Brume", 25)]
        }
    }

    #[test]
    fn a_vanishing_is_known_in_time_within_two_crawls_of_being_certain() {
        // Absent on the 2nd at 18 first; certain with the crawl of the 4th at 18.
        for (end, crawls) in [(at(4, 18), 0), (at(5, 6), 1), (at(5, 18), 2)] {
            let score = vanishing(until(end));
            assert_eq!((score.vanished, score.certain, score.known, score.known_in_time), (1, 1, 1, 1), "{end}");
            assert_eq!(score.known_crawls, crawls);
            assert_eq!(score.falsely_cancelled, 0);
        }
        let late = vanishing(until(at(6, 6)));
        assert_eq!((late.known, late.known_in_time, late.known_crawls), (1, 0, 3));
        assert_eq!(late.late[0].crawls, 3);
        assert_eq!(late.known_minutes, 36 * 60);
    }

    #[test]
    fn a_vanishing_that_is_never_known_is_a_ghost_from_the_day_on_which_it_is_certain() {
        let score = vanishing(|_| vec![claim("a", 1, "Aldous", 20), claim("b", 2, "Brume", 25)]);
        assert_eq!((score.certain, score.known), (1, 0));
        assert_eq!(score.late[0].known, None);
        assert_eq!((score.ghosts, score.ghost_claims), (1, 17), "from the 4th to the 20th");
    }

    #[test]
    fn a_vanishing_is_counted_once_however_long_its_night_is_still_to_come() {
        let mut judge = Judge::default();
        let moved = TrueEvent { start: true_event(1, "Aldous", 28).start, ..true_event(1, "Aldous", 28) };
        judge.day(&truth_day(1, vec![true_event(1, "Aldous", 3)]), &[claim("a", 1, "Aldous", 3)]);
        for day in 2..12 {
            let mut truth = truth_day(day, vec![]);
            // It was taken off when it had just been moved, so that the last night that anybody knew is over soon.
            truth.vanished.push((moved.id, at(1, 12)));
            judge.day(&truth, &[claim("a", 1, "Aldous", 3)]);
        }
        assert_eq!(judge.finish().vanished, 1);
    }

    #[test]
    fn who_knows_before_it_is_certain_and_then_forgets_does_not_know() {
        let score = vanishing(|now| {
            let aldous = claim("a", 1, "Aldous", 20);
            let knows = now > at(2, 12) && now < at(9, 12);
            vec![if knows { called_off(aldous, true) } else { aldous }, claim("b", 2, "Brume", 25)]
        });
        assert_eq!((score.certain, score.known), (1, 0));
    }

    #[test]
    fn a_cancellation_of_what_is_on_is_false_unless_it_is_the_last_word_of_the_page() {
        let on = true_event(1, "Aldous", 20);
        let judged = |word: Status, presumed: bool| {
            let mut judge = Judge::default();
            let mut item = listed_event(1, "Aldous", 20);
            item.0.status = word;
            judge.crawl(&crawl(at(1, 6), vec![item]), None);
            let claims = [called_off(claim("a", 1, "Aldous", 20), presumed)];
            judge.day(&truth_day(1, vec![on.clone()]), &claims);
            judge.day(&truth_day(2, vec![on.clone()]), &claims);
            judge.finish().falsely_cancelled
        };
        assert_eq!(judged(Status::Scheduled, true), 1);
        assert_eq!(judged(Status::Scheduled, false), 1);
        assert_eq!(judged(Status::Cancelled, false), 0);
        assert_eq!(judged(Status::Cancelled, true), 1);
    }

    #[test]
    fn what_was_claimed_and_is_dropped_while_it_is_on_is_lost() {
        let mut judge = Judge::default();
        let (aldous, brume) = (true_event(1, "Aldous", 20), true_event(2, "Brume", 21));
        judge.day(&truth_day(1, vec![aldous.clone(), brume.clone()]), &[claim("a", 1, "Aldous", 20)]);
        judge.day(&truth_day(2, vec![aldous, brume]), &[]);
        let score = judge.finish();
        assert_eq!((score.lost, score.falsely_cancelled), (1, 0), "Brume was never claimed");
    }

    #[test]
    fn a_cancellation_in_words_is_known_where_nothing_says_that_it_is_on() {
        let judged = |claims: &[Claimed]| {
            let mut judge = Judge::default();
            let aldous = true_event(1, "Aldous", 20);
            judge.day(&truth_day(1, vec![aldous.clone()]), &[claim("a", 1, "Aldous", 20)]);
            judge.day(&truth_day(2, vec![off(&aldous)]), claims);
            let score = judge.finish();
            (score.said_cancelled, score.said_cancelled_known, score.ghosts)
        };
        assert_eq!(judged(&[claim("a", 1, "Aldous", 20)]), (1, 0, 1));
        assert_eq!(judged(&[called_off(claim("a", 1, "Aldous", 20), false)]), (1, 1, 0));
        assert_eq!(judged(&[]), (1, 1, 0));
    }

    #[test]
    fn what_was_never_announced_is_a_ghost() {
        let mut judge = Judge::default();
        let invented = Claimed { truth: None, ..claim("x", 1, "Foreign", 20) };
        let of_the_past = claim("y", 9, "Last month", 21);
        let brume = true_event(2, "Brume", 22);
        judge.day(&truth_day(1, vec![brume]), &[invented, of_the_past, claim("b", 2, "Brume", 22)]);
        let score = judge.finish();
        assert_eq!((score.ghosts, score.ghost_claims), (2, 2));
    }
}

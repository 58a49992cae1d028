//! The counts that a judge keeps of one policy. They can be added; every share is made of them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Field, FieldScore, Late, Mistake};

/// One day's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayScore {
    /// The day.
    pub day: NaiveDate,
    /// Events that are on and claimed to be on, on their night.
    pub right: u64,
    /// Claims to be on that are not of these: invented, gone, doubled, or of another night.
    pub wrong: u64,
    /// Events that are on and not claimed so.
    pub missed: u64,
}

/// What a judge counted of one policy, over one seed or several.
///
/// Only what is ahead is counted: events of the day that is judged and later. An event is *on* unless it is cancelled,
/// or postponed without a new day. What is taken off the page without a word is off at once, though nobody can know it
/// yet: that costs every policy precision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Events, day by day.
    pub days: Vec<DayScore>,
    /// Fields of claimed events, day by day.
    pub fields: BTreeMap<Field, FieldScore>,
    /// Claims to be on, over all days.
    pub claimed_on: u64,
    /// Events said to be cancelled while they are on. Who repeats the page's last word is not among them.
    pub falsely_cancelled: u64,
    /// Events that were claimed and then dropped while they are on.
    pub lost: u64,
    /// Events that were cancelled in words, and those of them that the policy came to know.
    pub said_cancelled: u64,
    /// See above.
    pub said_cancelled_known: u64,
    /// Events that the policy said to be on and that vanished without a word.
    pub vanished: u64,
    /// Of these, those for which it became certain before their night was over.
    pub certain: u64,
    /// Of these, those of which the policy came to say no more that they are on.
    pub known: u64,
    /// Of these, those within two crawls of being certain.
    pub known_in_time: u64,
    /// Crawls from being certain to being known, summed.
    pub known_crawls: u64,
    /// The most such crawls.
    pub known_crawls_most: u64,
    /// Minutes from being certain to being known, summed; nothing for who concludes before it is certain.
    pub known_minutes: u64,
    /// Minutes from being taken off the page to being known, summed.
    pub gone_minutes: u64,
    /// Those that were not known in time.
    pub late: Vec<Late>,
    /// Truths that were ever claimed.
    pub truths: u64,
    /// Of these, those whose id changed.
    pub churned: u64,
    /// Ids that were ever given.
    pub ids: u64,
    /// Of these, those that stood for two truths.
    pub wrongly_merged: u64,
    /// Claims to be on beyond the first of each truth, over all days.
    pub doubled: u64,
    /// Truths that were ever claimed twice on a day.
    pub doubled_truths: u64,
    /// Claims to be on of what is not, over all days.
    pub ghost_claims: u64,
    /// Ids that ever claimed so.
    pub ghosts: u64,
    /// Mistakes by name, where they were asked for.
    pub mistakes: Vec<Mistake>,
}

impl DayScore {
    /// Of what is claimed, the share that is right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Of what is on, the share that is claimed.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of the two.
    #[must_use]
    pub fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

impl Score {
    /// Adds what was counted of another seed.
    pub fn add(&mut self, other: &Self) {
        self.days.extend(&other.days);
        for (field, score) in &other.fields {
            let sum = self.fields.entry(*field).or_default();
            sum.right += score.right;
            sum.wrong += score.wrong;
        }
        self.claimed_on += other.claimed_on;
        self.falsely_cancelled += other.falsely_cancelled;
        self.lost += other.lost;
        self.said_cancelled += other.said_cancelled;
        self.said_cancelled_known += other.said_cancelled_known;
        self.vanished += other.vanished;
        self.certain += other.certain;
        self.known += other.known;
        self.known_in_time += other.known_in_time;
        self.known_crawls += other.known_crawls;
        self.known_crawls_most = self.known_crawls_most.max(other.known_crawls_most);
        self.known_minutes += other.known_minutes;
        self.gone_minutes += other.gone_minutes;
        self.late.extend(other.late.iter().cloned());
        self.truths += other.truths;
        self.churned += other.churned;
        self.ids += other.ids;
        self.wrongly_merged += other.wrongly_merged;
        self.doubled += other.doubled;
        self.doubled_truths += other.doubled_truths;
        self.ghost_claims += other.ghost_claims;
        self.ghosts += other.ghosts;
        self.mistakes.extend(other.mistakes.iter().cloned());
    }

    /// Precision, averaged over days.
    #[must_use]
    pub fn precision(&self) -> f64 {
        mean(self.days.iter().map(DayScore::precision))
    }

    /// Recall, averaged over days.
    #[must_use]
    pub fn recall(&self) -> f64 {
        mean(self.days.iter().map(DayScore::recall))
    }

    /// F1, averaged over days.
    #[must_use]
    pub fn f1(&self) -> f64 {
        mean(self.days.iter().map(DayScore::f1))
    }

    /// F1 of the worst day.
    #[must_use]
    pub fn worst_f1(&self) -> f64 {
        self.days.iter().map(DayScore::f1).fold(1.0, f64::min)
    }

    /// The share of fields that are right, all fields taken together.
    #[must_use]
    pub fn field_accuracy(&self) -> f64 {
        let (right, all) = self
            .fields
            .values()
            .fold((0, 0), |(right, all), score| (right + score.right, all + score.right + score.wrong));
        share(right, all)
    }

    /// Of the vanishings that became certain, the share that was known within two crawls.
    #[must_use]
    pub fn in_time(&self) -> f64 {
        share(self.known_in_time, self.certain)
    }

    /// Mean crawls from being certain to being known.
    #[must_use]
    pub fn mean_crawls(&self) -> f64 {
        ratio(self.known_crawls, self.known)
    }

    /// Mean hours from being certain to being known.
    #[must_use]
    pub fn mean_hours(&self) -> f64 {
        ratio(self.known_minutes, self.known) / 60.0
    }

    /// Mean hours from being taken off the page to being known.
    #[must_use]
    pub fn mean_hours_gone(&self) -> f64 {
        ratio(self.gone_minutes, self.known) / 60.0
    }

    /// Of the cancellations in words, the share that was known.
    #[must_use]
    pub fn words_known(&self) -> f64 {
        share(self.said_cancelled_known, self.said_cancelled)
    }

    /// Of the truths, the share whose id changed.
    #[must_use]
    pub fn churn(&self) -> f64 {
        ratio(self.churned, self.truths)
    }

    /// Of the claims on a day, the share that says again what another says.
    #[must_use]
    pub fn duplicates(&self) -> f64 {
        ratio(self.doubled, self.claimed_on)
    }

    /// Of the ids, the share that stood for two truths.
    #[must_use]
    pub fn wrong_merges(&self) -> f64 {
        ratio(self.wrongly_merged, self.ids)
    }

    /// Of the claims on a day, the share that is of what is cancelled, gone or invented.
    #[must_use]
    pub fn ghost_share(&self) -> f64 {
        ratio(self.ghost_claims, self.claimed_on)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few years are far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A share of nothing is all of it: who claims nothing on a day without events has it right.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { ratio(part, whole) }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    if count == 0 { 1.0 } else { values.sum::<f64>() / f64::from(count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::samples::day;

    #[test]
    fn precision_recall_and_f1_are_of_each_day_and_then_averaged() {
        let good = DayScore { day: day(1), right: 10, wrong: 0, missed: 0 };
        let bad = DayScore { day: day(2), right: 1, wrong: 1, missed: 3 };
        assert!((bad.precision() - 0.5).abs() < 1e-9);
        assert!((bad.recall() - 0.25).abs() < 1e-9);
        assert!((bad.f1() - 1.0 / 3.0).abs() < 1e-9);
        let score = Score { days: vec![good, bad], ..Score::default() };
        assert!((score.f1() - (1.0 + 1.0 / 3.0) / 2.0).abs() < 1e-9);
        assert!((score.worst_f1() - 1.0 / 3.0).abs() < 1e-9);
        assert!((Score::default().f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn scores_of_two_seeds_add_up_to_the_shares_of_both() {
        let one = Score { truths: 10, churned: 1, claimed_on: 100, doubled: 3, ids: 4, certain: 1, ..Score::default() };
        let mut sum = Score {
            truths: 30,
            claimed_on: 100,
            ids: 6,
            wrongly_merged: 1,
            certain: 3,
            known_in_time: 3,
            ..Score::default()
        };
        sum.add(&one);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        near(sum.churn(), 0.025);
        near(sum.duplicates(), 0.015);
        near(sum.wrong_merges(), 0.1);
        near(sum.in_time(), 0.75);
    }
}

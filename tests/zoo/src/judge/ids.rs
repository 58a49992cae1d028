//! Ids over time: which truths were given another one, which ids were given to two truths, what is claimed twice.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    events::{Pairs, is_on},
    listed::Listed,
    score::Score,
};
use crate::{seen::Claimed, truth::TruthId};

/// What is remembered of ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    last: BTreeMap<TruthId, String>,
    churned: BTreeSet<TruthId>,
    first_truth: BTreeMap<String, TruthId>,
    two_truths: BTreeSet<String>,
    doubled: BTreeSet<TruthId>,
    /// Old ids, with what answers for them.
    answers: BTreeMap<String, String>,
}

impl Ids {
    /// An id answers with another from now on.
    pub(crate) fn answers(&mut self, old: &str, new: &str) {
        self.answers.insert(old.to_owned(), new.to_owned());
    }

    pub(crate) fn day(&mut self, pairs: &Pairs<'_>, claims: &[Claimed], listed: &Listed, score: &mut Score) {
        for claim in claims {
            let Some(truth) = claim.truth else { continue };
            let first = *self.first_truth.entry(claim.id.clone()).or_insert(truth);
            if first != truth {
                self.two_truths.insert(claim.id.clone());
            }
        }
        for (truth, id) in pairs.swallowed(claims) {
            if listed.is_listed(truth) {
                self.first_truth.entry(id.to_owned()).or_insert(truth);
                self.two_truths.insert(id.to_owned());
            }
        }
        for (truth, (event, claims)) in &pairs.claims_of {
            let Some(best) = claims.first() else { continue };
            let was = self.last.get(truth).map(|id| self.answering(id).to_owned());
            match was {
                Some(was) if claims.iter().any(|claim| claim.id == was) => {
                    self.last.insert(*truth, was);
                }
                was => {
                    if was.is_some() {
                        self.churned.insert(*truth);
                    }
                    self.last.insert(*truth, best.id.clone());
                }
            }
            let on = claims.iter().filter(|claim| is_on(claim.status)).count();
            if is_on(event.status) && on > 1 {
                score.doubled += u64::try_from(on - 1).unwrap_or(u64::MAX);
                self.doubled.insert(*truth);
            }
        }
    }

    pub(crate) fn finish(&self, score: &mut Score) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        score.truths = number(self.last.len());
        score.churned = number(self.churned.len());
        score.ids = number(self.first_truth.len());
        score.wrongly_merged = number(self.two_truths.len());
        score.doubled_truths = number(self.doubled.len());
    }

    /// What answers for an id: as many steps as there are ids, so that a circle ends as well.
    fn answering<'a>(&'a self, id: &'a str) -> &'a str {
        let mut at = id;
        for _ in 0..self.answers.len() {
            match self.answers.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        judge::{
            Judge, Score,
            samples::{at, claim, crawl, listed_event, true_event, truth_day},
        },
        seen::Claimed,
    };

    /// Days on which Aldous (1) and Brume (2) are on, with what is claimed on each.
    fn judged(days: &[&[Claimed]]) -> Score {
        let mut judge = Judge::default();
        judge.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 20), listed_event(2, "Aldous", 20)]), None);
        for (day, claims) in (1..).zip(days) {
            judge.day(&truth_day(day, vec![true_event(1, "Aldous", 20), true_event(2, "Aldous", 20)]), claims);
        }
        judge.finish()
    }

    #[test]
    fn an_id_that_stays_is_no_churn_and_one_that_changes_is_counted_once_a_truth() {
        let both = |a: &str, b: &str| [claim(a, 1, "Aldous", 20), claim(b, 2, "Aldous", 20)];
        let score = judged(&[&both("a", "b"), &both("a", "b"), &both("a", "b")]);
        assert_eq!((score.truths, score.churned, score.ids), (2, 0, 2));
        let score = judged(&[&both("a", "b"), &both("c", "b"), &both("d", "b")]);
        assert_eq!((score.truths, score.churned, score.wrongly_merged), (2, 1, 0));
    }

    #[test]
    fn an_id_that_answers_with_another_is_no_churn() {
        let mut judge = Judge::default();
        judge.day(&truth_day(1, vec![true_event(1, "Aldous", 20)]), &[claim("a", 1, "Aldous", 20)]);
        judge.answers("a", "b");
        judge.day(&truth_day(2, vec![true_event(1, "Aldous", 20)]), &[claim("b", 1, "Aldous", 20)]);
        assert_eq!(judge.finish().churned, 0);
    }

    #[test]
    fn an_id_that_goes_from_one_truth_to_another_is_a_wrong_merge() {
        let score = judged(&[&[claim("a", 1, "Aldous", 20)], &[claim("a", 2, "Aldous", 20)]]);
        assert_eq!(score.wrongly_merged, 1);
    }

    #[test]
    fn one_claim_for_an_early_and_a_late_show_is_a_wrong_merge() {
        let score = judged(&[&[claim("a", 1, "Aldous", 20)]]);
        assert_eq!(score.wrongly_merged, 1);
    }

    #[test]
    fn what_is_claimed_twice_is_a_duplicate_every_day() {
        let thrice = [claim("a", 1, "Aldous", 20), claim("b", 1, "Aldous", 20), claim("c", 2, "Aldous", 20)];
        let score = judged(&[&thrice, &thrice]);
        assert_eq!((score.doubled, score.doubled_truths, score.claimed_on), (2, 1, 6));
    }
}

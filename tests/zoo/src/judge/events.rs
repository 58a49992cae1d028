//! Which claim means which truth, on one day; and so what is right, made up and missed.
//!
//! By provenance first: a claim means the truth of the item that it was last fed by. What is left on both sides is
//! paired where venue, night and name agree.

use std::collections::{BTreeMap, BTreeSet};

use marquee_model::Status;

use super::fold::folded;
use crate::{
    seen::Claimed,
    truth::{TrueEvent, TruthDay, TruthId},
};

/// Whether an event with this status takes place on the night that stands beside it.
pub(crate) const fn is_on(status: Status) -> bool {
    !matches!(status, Status::Cancelled | Status::Postponed)
}

/// The claims of a day, beside the truths that they mean.
pub(crate) struct Pairs<'a> {
    /// Every truth of the day with all that claims it, the best first.
    pub(crate) claims_of: BTreeMap<TruthId, (&'a TrueEvent, Vec<&'a Claimed>)>,
    /// Claims that mean no truth of the day.
    pub(crate) strangers: Vec<&'a Claimed>,
}

impl<'a> Pairs<'a> {
    pub(crate) fn of(truth: &'a TruthDay, claims: &'a [Claimed]) -> Self {
        let mut claims_of: BTreeMap<TruthId, (&TrueEvent, Vec<&Claimed>)> =
            truth.events.iter().map(|event| (event.id, (event, Vec::new()))).collect();
        let mut left = Vec::new();
        for claim in claims {
            match claim.truth.and_then(|truth| claims_of.get_mut(&truth)) {
                Some((_, claims)) => claims.push(claim),
                None => left.push(claim),
            }
        }
        let mut strangers = Vec::new();
        for claim in left {
            let open = claims_of.values_mut().find(|(event, claims)| claims.is_empty() && is_alike(event, claim));
            match open {
                Some((_, claims)) => claims.push(claim),
                None => strangers.push(claim),
            }
        }
        for (event, claims) in claims_of.values_mut() {
            claims.sort_by_key(|claim| {
                let night = claim.start.date == event.start.date;
                let standing = is_on(claim.status) == is_on(event.status);
                (!night, !standing, claim.start.time != event.start.time, claim.id.as_str())
            });
        }
        Self { claims_of, strangers }
    }

    /// The truths with the claim that stands for each.
    pub(crate) fn best(&self) -> impl Iterator<Item = (&'a TrueEvent, &'a Claimed)> {
        self.claims_of.values().filter_map(|(event, claims)| Some((*event, *claims.first()?)))
    }

    /// How many events that are on are claimed on their night; how many claims of events that are on are not of these;
    /// how many events are not claimed so.
    pub(crate) fn count(&self, claims: &[Claimed]) -> (u64, u64, u64) {
        let on = self.claims_of.values().filter(|(event, _)| is_on(event.status)).count();
        let right = self
            .best()
            .filter(|(event, claim)| is_on(event.status) && is_on(claim.status) && event.start.date == claim.start.date)
            .count();
        let said = claims.iter().filter(|claim| is_on(claim.status)).count();
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        (number(right), number(said - right), number(on - right))
    }

    /// Truths that are on and that another truth's claim has swallowed: nothing claims them, and what is claimed at that
    /// venue on that night under their name belongs to another. Each with the id of that claim.
    pub(crate) fn swallowed<'c>(&self, claims: &'c [Claimed]) -> Vec<(TruthId, &'c str)> {
        let unclaimed = self.claims_of.values().filter(|(event, claims)| claims.is_empty() && is_on(event.status));
        let known: BTreeSet<TruthId> = self.claims_of.keys().copied().collect();
        unclaimed
            .filter_map(|(event, _)| {
                let of_another = |claim: &&Claimed| claim.truth.is_some_and(|truth| known.contains(&truth));
                let claim = claims.iter().find(|claim| of_another(claim) && is_alike(event, claim))?;
                Some((event.id, claim.id.as_str()))
            })
            .collect()
    }
}

/// One venue, one night, and one name: of the evening or of somebody on the bill.
fn is_alike(event: &TrueEvent, claim: &Claimed) -> bool {
    if event.venue != claim.venue || event.start.date != claim.start.date {
        return false;
    }
    let names = |title: &str, acts: &[String]| -> BTreeSet<String> {
        acts.iter().map(String::as_str).chain([title]).map(folded).collect()
    };
    !names(&event.title, &event.acts).is_disjoint(&names(&claim.title, &claim.acts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::samples::{claim, true_event, truth_day};

    fn count(events: Vec<TrueEvent>, claims: &[Claimed]) -> (u64, u64, u64) {
        Pairs::of(&truth_day(1, events), claims).count(claims)
    }

    #[test]
    fn a_claim_is_right_on_its_night_and_wrong_on_another() {
        let events = || vec![true_event(1, "Aldous", 10), true_event(2, "Brume", 11)];
        assert_eq!(count(events(), &[claim("a", 1, "Aldous", 10), claim("b", 2, "Brume", 11)]), (2, 0, 0));
        assert_eq!(count(events(), &[claim("a", 1, "Aldous", 10), claim("b", 2, "Brume", 12)]), (1, 1, 1));
        assert_eq!(count(events(), &[claim("a", 1, "Aldous", 10)]), (1, 0, 1));
    }

    #[test]
    fn a_second_claim_of_one_truth_is_made_up() {
        let events = vec![true_event(1, "Aldous", 10)];
        assert_eq!(count(events, &[claim("a", 1, "Aldous", 10), claim("b", 1, "Aldous live", 10)]), (1, 1, 0));
    }

    #[test]
    fn what_is_cancelled_on_both_sides_counts_on_neither() {
        let mut off = true_event(1, "Aldous", 10);
        off.status = Status::Cancelled;
        let mut said = claim("a", 1, "Aldous", 10);
        assert_eq!(count(vec![off.clone()], &[said.clone()]), (0, 1, 0), "a ghost");
        said.status = Status::Cancelled;
        assert_eq!(count(vec![off], &[said.clone()]), (0, 0, 0));
        assert_eq!(count(vec![true_event(1, "Aldous", 10)], &[said]), (0, 0, 1), "falsely cancelled");
    }

    #[test]
    fn without_provenance_venue_night_and_name_pair_a_claim() {
        let mut event = true_event(1, "An Evening with Aldous", 10);
        event.acts = vec!["Aldous".to_owned()];
        let nameless = Claimed { truth: None, ..claim("a", 1, "ALDOUS", 10) };
        assert_eq!(count(vec![event.clone()], std::slice::from_ref(&nameless)), (1, 0, 0));
        let elsewhere = Claimed { venue: 1, ..nameless.clone() };
        assert_eq!(count(vec![event.clone()], &[elsewhere]), (0, 1, 1));
        assert_eq!(count(vec![event], &[Claimed { title: "Brume".to_owned(), ..nameless }]), (0, 1, 1));
    }

    #[test]
    fn a_truth_that_another_claim_stands_for_is_swallowed() {
        let truth = truth_day(1, vec![true_event(1, "Aldous", 10), true_event(2, "Aldous", 10)]);
        let one = [claim("a", 1, "Aldous", 10)];
        assert_eq!(Pairs::of(&truth, &one).swallowed(&one), [(TruthId(2), "a")]);
        let both = [claim("a", 1, "Aldous", 10), claim("b", 2, "Aldous", 10)];
        assert!(Pairs::of(&truth, &both).swallowed(&both).is_empty());
    }
}

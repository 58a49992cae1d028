//! Mistakes by name: which events a policy had wrong, in what, and for how many days; so that a number can be traced to
//! the night behind it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Field,
    events::{Pairs, is_on},
    fields,
};
use crate::{
    seen::Claimed,
    truth::{TruthDay, TruthId},
};

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is on and said to be off.
    SaidOff,
    /// It is on, and nothing claims it.
    Missed,
    /// It is on, and claimed on another night.
    OtherNight,
    /// It is claimed a second time.
    Doubled,
    /// It is claimed, and cancelled, gone or invented.
    NotOn,
    /// A field is wrong.
    Field(Field),
}

/// An event that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// The seed of its world.
    pub seed: u64,
    /// What was wrong.
    pub what: What,
    /// The event; `None` for one that was made up.
    pub truth: Option<TruthId>,
    /// The title: the true one, or that of the claim where there is none.
    pub title: String,
    /// What was claimed; empty where nothing was.
    pub claim: String,
    /// The night, or the claim's where there is none.
    pub night: NaiveDate,
    /// The first day on which it was wrong.
    pub first: NaiveDate,
    /// On how many days.
    pub days: u64,
}

/// Takes mistakes in, day by day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mistakes(BTreeMap<(What, Option<TruthId>, String), Mistake>);

impl Mistakes {
    pub(crate) fn day(&mut self, truth: &TruthDay, pairs: &Pairs<'_>, claims: &[Claimed]) {
        let day = truth.day;
        for (event, claims) in pairs.claims_of.values() {
            let on = is_on(event.status);
            let mut add = |what: What, claim: Option<&Claimed>| {
                let said = claim.map_or_else(String::new, told);
                self.add(what, Some(event.id), &event.title, said, event.start.date, day);
            };
            let said_on = claims.iter().filter(|claim| is_on(claim.status));
            match claims.first() {
                None if on => add(What::Missed, None),
                Some(best) if on && !is_on(best.status) => add(What::SaidOff, Some(best)),
                Some(best) if on && best.start.date != event.start.date => add(What::OtherNight, Some(best)),
                _ => {}
            }
            if on {
                said_on.skip(1).for_each(|claim| add(What::Doubled, Some(claim)));
            } else {
                said_on.for_each(|claim| add(What::NotOn, Some(claim)));
            }
            if let Some(best) = claims.first() {
                for field in fields::wrong(event, best) {
                    add(What::Field(field), Some(best));
                }
            }
        }
        for stranger in pairs.strangers.iter().filter(|claim| is_on(claim.status)) {
            self.add(What::NotOn, stranger.truth, &stranger.title, told(stranger), stranger.start.date, day);
        }
        debug_assert!(claims.len() >= pairs.strangers.len(), "strangers are claims");
    }

    fn add(
        &mut self,
        what: What,
        truth: Option<TruthId>,
        title: &str,
        claim: String,
        night: NaiveDate,
        day: NaiveDate,
    ) {
        let key = if truth.is_some() { String::new() } else { claim.clone() };
        let mistake = self.0.entry((what, truth, key)).or_insert_with(|| Mistake {
            seed: 0,
            what,
            truth,
            title: title.to_owned(),
            claim,
            night,
            first: day,
            days: 0,
        });
        mistake.days += 1;
    }

    /// The worst first.
    pub(crate) fn finish(self) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = self.0.into_values().collect();
        mistakes.sort_by_key(|mistake| (mistake.what, u64::MAX - mistake.days));
        mistakes
    }
}

fn told(claim: &Claimed) -> String {
    let Claimed { id, title, start, status, presumed, .. } = claim;
    let presumed = if *presumed { ", presumed" } else { "" };
    let time = start.time.map_or_else(String::new, |time| time.format(" %R").to_string());
    let price = claim.price.as_ref().map_or_else(String::new, |price| format!(" {price:?}"));
    format!("{id} {title:?} {}{time} {status:?}{presumed}{price} {:?}", start.date, claim.acts)
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.what {
            What::SaidOff => "said to be off",
            What::Missed => "missed",
            What::OtherNight => "on another night",
            What::Doubled => "claimed twice",
            What::NotOn => "claimed and not on",
            What::Field(field) => field.name(),
        };
        let Self { seed, title, night, first, days, claim, .. } = self;
        write!(f, "seed {seed}, {what}, {days} days from {first}: `{title}` of {night}")?;
        if claim.is_empty() { Ok(()) } else { write!(f, ", claimed {claim}") }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::Status;

    use super::*;
    use crate::judge::samples::{claim, true_event, truth_day};

    #[test]
    fn a_mistake_names_its_event_once_and_counts_its_days() {
        let mut mistakes = Mistakes::default();
        let events = vec![true_event(1, "Aldous", 20), true_event(2, "Brume", 21), true_event(3, "Cinder", 22)];
        for day in 1..4 {
            let off = Claimed { status: Status::Cancelled, ..claim("a", 1, "Aldous", 20) };
            let invented = Claimed { truth: None, ..claim("x", 1, "Foreign", 25) };
            let claims = [off, claim("c", 3, "Cinder Trio", 22), claim("d", 3, "Cinder", 22), invented];
            let truth = truth_day(day, events.clone());
            mistakes.day(&truth, &Pairs::of(&truth, &claims), &claims);
        }
        let found: Vec<(What, Option<u32>, u64)> =
            mistakes.finish().into_iter().map(|m| (m.what, m.truth.map(|truth| truth.0), m.days)).collect();
        assert_eq!(
            found,
            [
                (What::SaidOff, Some(1), 3),
                (What::Missed, Some(2), 3),
                (What::Doubled, Some(3), 3),
                (What::NotOn, None, 3),
                (What::Field(Field::Title), Some(3), 3),
                (What::Field(Field::Status), Some(1), 3),
            ]
        );
    }
}

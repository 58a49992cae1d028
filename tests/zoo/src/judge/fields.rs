//! How many fields of the claimed events are right.
//!
//! Judged is what the pages tell: a field that the truth leaves open is not asked for. Titles, names and rooms are
//! compared without case and punctuation; times to the minute; prices to the cent.

use std::collections::BTreeMap;

use marquee_model::{EventTime, Status};
use serde::{Deserialize, Serialize};

use super::{fold::folded, score::share};
use crate::{seen::Claimed, truth::TrueEvent};

/// A field that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The title.
    Title,
    /// Day and time of the start.
    Start,
    /// Doors.
    Doors,
    /// On, sold out, cancelled, postponed. That it was moved from another day or house is no other standing: pages say
    /// so or not.
    Status,
    /// The room.
    Room,
    /// The price.
    Price,
    /// The bill, in its order.
    Bill,
}

/// How often a field was right and how often not, event by event and day by day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldScore {
    /// Right.
    pub right: u64,
    /// Wrong or absent.
    pub wrong: u64,
}

impl FieldScore {
    /// The share that is right.
    #[must_use]
    pub fn share(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 7] =
        [Self::Title, Self::Start, Self::Doors, Self::Status, Self::Room, Self::Price, Self::Bill];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Start => "start",
            Self::Doors => "doors",
            Self::Status => "status",
            Self::Room => "room",
            Self::Price => "price",
            Self::Bill => "bill",
        }
    }

    /// Whether the claim has it right; `None` where the truth does not tell.
    fn is_right(self, event: &TrueEvent, claim: &Claimed) -> Option<bool> {
        let moment = |time: &EventTime| (time.date, time.time);
        match self {
            Self::Title => Some(folded(&event.title) == folded(&claim.title)),
            Self::Start => Some(moment(&event.start) == moment(&claim.start)),
            Self::Doors => event.doors.as_ref().map(|doors| claim.doors.as_ref().map(moment) == Some(moment(doors))),
            Self::Status => Some(standing(event.status) == standing(claim.status)),
            Self::Room => event.room.as_ref().map(|room| claim.room.as_deref().map(folded) == Some(folded(room))),
            Self::Price => event.price.as_ref().map(|price| claim.price.as_ref() == Some(price)),
            Self::Bill => (!event.acts.is_empty()).then(|| {
                let names = |acts: &[String]| acts.iter().map(|act| folded(act)).collect::<Vec<_>>();
                names(&event.acts) == names(&claim.acts)
            }),
        }
    }
}

const fn standing(status: Status) -> Status {
    match status {
        Status::Rescheduled | Status::Moved => Status::Scheduled,
        other => other,
    }
}

/// The fields that the claim has wrong.
pub(crate) fn wrong(event: &TrueEvent, claim: &Claimed) -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|field| field.is_right(event, claim) == Some(false))
}

/// Judges all fields of one claim.
pub(crate) fn judge(event: &TrueEvent, claim: &Claimed, scores: &mut BTreeMap<Field, FieldScore>) {
    for field in Field::ALL {
        let Some(is_right) = field.is_right(event, claim) else { continue };
        let score = scores.entry(field).or_default();
        if is_right {
            score.right += 1;
        } else {
            score.wrong += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{Money, Price, PriceKind};

    use super::*;
    use crate::judge::samples::{claim, start, true_event};

    fn wrong(event: &TrueEvent, claim: &Claimed) -> Vec<Field> {
        super::wrong(event, claim).collect()
    }

    fn price(amount: &str) -> Price {
        let amount: Money = amount.parse().unwrap();
        Price { kind: PriceKind::Fixed, min: Some(amount), max: Some(amount), currency: "USD".parse().ok() }
    }

    #[test]
    fn every_field_that_differs_is_wrong_and_no_other() {
        let mut event = true_event(1, "Aldous", 10);
        event.doors = Some(start(10, 19));
        event.room = Some("Cellar".to_owned());
        event.price = Some(price("20"));
        event.acts = vec!["Aldous".to_owned(), "Moths".to_owned()];
        let mut right = claim("a", 1, "ALDOUS", 10);
        right.doors = Some(start(10, 19));
        right.room = Some("cellar".to_owned());
        right.price = Some(price("20.00"));
        right.acts = vec!["aldous".to_owned(), "moths".to_owned()];
        assert!(wrong(&event, &right).is_empty());
        let other = |change: &dyn Fn(&mut Claimed)| {
            let mut claim = right.clone();
            change(&mut claim);
            wrong(&event, &claim)
        };
        assert_eq!(other(&|claim| claim.title = "Aldous Trio".to_owned()), [Field::Title]);
        assert_eq!(other(&|claim| claim.start = start(10, 21)), [Field::Start]);
        assert_eq!(other(&|claim| claim.start = start(11, 20)), [Field::Start]);
        assert_eq!(other(&|claim| claim.doors = None), [Field::Doors]);
        assert_eq!(other(&|claim| claim.status = Status::SoldOut), [Field::Status]);
        assert_eq!(other(&|claim| claim.room = Some("Attic".to_owned())), [Field::Room]);
        assert_eq!(other(&|claim| claim.price = Some(price("25"))), [Field::Price]);
        assert_eq!(other(&|claim| claim.acts.reverse()), [Field::Bill]);
    }

    #[test]
    fn what_the_truth_leaves_open_is_not_asked_for_and_a_move_is_no_other_standing() {
        let event = true_event(1, "Aldous", 10);
        let mut more = claim("a", 1, "Aldous", 10);
        more.doors = Some(start(10, 19));
        more.room = Some("Cellar".to_owned());
        more.acts = vec!["Aldous".to_owned()];
        more.status = Status::Rescheduled;
        let mut scores = BTreeMap::new();
        judge(&event, &more, &mut scores);
        let asked: Vec<Field> = scores.keys().copied().collect();
        assert_eq!(asked, [Field::Title, Field::Start, Field::Status]);
        assert!(scores.values().all(|score| score.wrong == 0));
    }
}

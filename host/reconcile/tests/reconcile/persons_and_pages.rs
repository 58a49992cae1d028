//! What must always hold while persons decide between crawls: corrections hold, history tells every past state, ids answer.

use std::collections::BTreeMap;

use marquee_model::{EventId, Status};
use marquee_reconcile::{
    Change, EventField, KnownEvent, ReconcileError, Recorded, answers_for, correct, hide, merge, plan, replay, split,
    withdraw,
};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{
    harness::{person, rule},
    properties::{Edit, Year, config, edit},
};

/// What happens next.
#[derive(Debug, Clone)]
enum Act {
    Page(Edit),
    Correct { which: Index, field: usize },
    Withdraw { which: Index, field: usize },
    Hide { which: Index, hidden: bool },
    Merge { from: Index, into: Index, by_rule: bool },
    Split { which: Index, by_rule: bool },
}

/// Fields that persons set, each to a value that no page says.
fn values() -> [(EventField, Value); 4] {
    [
        (EventField::Title, json!("As a person says")),
        (EventField::Status, json!(Status::Cancelled)),
        (EventField::Room, json!("Attic")),
        (EventField::Description, Value::Null),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let which = any::<Index>;
    let field = 0..values().len();
    prop_oneof![
        8 => edit().prop_map(Act::Page),
        2 => (which(), field.clone()).prop_map(|(which, field)| Act::Correct { which, field }),
        1 => (which(), field).prop_map(|(which, field)| Act::Withdraw { which, field }),
        1 => (which(), any::<bool>()).prop_map(|(which, hidden)| Act::Hide { which, hidden }),
        2 => (which(), which(), any::<bool>()).prop_map(|(from, into, by_rule)| Act::Merge { from, into, by_rule }),
        1 => (which(), any::<bool>()).prop_map(|(which, by_rule)| Act::Split { which, by_rule }),
    ]
}

/// Lets a person, or a rule, decide on an event; what cannot be decided changes nothing.
fn decide(known: &[KnownEvent], act: &Act) -> Option<Result<(KnownEvent, Change), ReconcileError>> {
    let of = |which: &Index| (!known.is_empty()).then(|| &known[which.index(known.len())]);
    let by = |is_rule: &bool| if *is_rule { rule("alike") } else { person("I know") };
    Some(match act {
        Act::Page(_) => return None,
        Act::Correct { which, field } => {
            let (field, value) = values()[*field].clone();
            correct(of(which)?, field, value, &person("I know"))
        }
        Act::Withdraw { which, field } => withdraw(of(which)?, values()[*field].0, &person("I was wrong")),
        Act::Hide { which, hidden } => Ok(hide(of(which)?, *hidden, &person("not ours"))),
        Act::Merge { from, into, by_rule } => merge(known, of(from)?.id, of(into)?.id, &by(by_rule)),
        Act::Split { which, by_rule } => split(known, of(which)?.id, &by(by_rule)),
    })
}

fn present(known: &[KnownEvent]) -> BTreeMap<EventId, Recorded> {
    known.iter().map(|known| (known.id, Recorded::of(known))).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn persons_between_crawls_are_obeyed_and_every_past_state_can_be_told(
        keyed in any::<bool>(),
        acts in proptest::collection::vec(act(), 1..40),
    ) {
        let mut year = Year::new(keyed);
        let mut states = Vec::new();
        for act in &acts {
            match (act, decide(&year.house.known, act)) {
                (Act::Page(edit), _) => {
                    let (page, context) = year.make(edit);
                    let made = plan(&year.house.known, &page, &context);
                    let before = year.house.known.clone();
                    year.house.take(&page, &made);
                    for was in &before {
                        let now = year.house.by_id(was.id);
                        prop_assert_eq!(&now.merged, &was.merged, "a crawl undid a decision");
                        prop_assert_eq!(&now.hidden, &was.hidden, "a crawl undid a decision");
                        prop_assert_eq!(&now.kept_apart, &was.kept_apart, "a crawl undid a decision");
                        prop_assert!(was.corrections.keys().eq(now.corrections.keys()), "a crawl undid a correction");
                    }
                }
                (_, Some(Ok((event, change)))) => {
                    let place = year.house.known.iter().position(|known| known.id == event.id).unwrap();
                    year.house.known[place] = event;
                    year.house.history.push(change);
                }
                (_, Some(Err(_)) | None) => {}
            }
            for known in &year.house.known {
                for (field, correction) in &known.corrections {
                    prop_assert_eq!(&field.value(&known.shown()), &correction.value, "{:?} after {:?}", field, act);
                }
                let answer = answers_for(&year.house.known, known.id);
                prop_assert!(year.house.by_id(answer).merged.is_none(), "an id ends at one that was merged");
            }
            states.push((year.house.history.len(), present(&year.house.known)));
        }
        for (entries, state) in states {
            prop_assert_eq!(replay(&year.house.history[..entries]).unwrap(), state);
        }
    }

    /// A merge that is taken back, with crawls in between, leaves what there would be without it, but for what the crawls
    /// could not count while one answered for both.
    #[test]
    fn a_merge_that_is_taken_back_after_crawls_leaves_both_as_their_pages_tell(
        keyed in any::<bool>(),
        before in proptest::collection::vec(edit(), 0..12),
        between in proptest::collection::vec(edit(), 1..6),
        pair in any::<(Index, Index)>(),
    ) {
        let mut year = Year::new(keyed);
        let first = [0, 1].map(|title| Edit::Add { title, day: 20, hour: 20 });
        for edit in first.iter().chain(&before) {
            let (page, context) = year.make(edit);
            let made = plan(&year.house.known, &page, &context);
            year.house.take(&page, &made);
        }
        let known = &year.house.known;
        let one = pair.0.index(known.len());
        let other = (one + 1 + pair.1.index(known.len() - 1)) % known.len();
        let (from, into) = (known[one].id, known[other].id);
        let (event, change) = merge(known, from, into, &person("one evening")).unwrap();
        let place = known.iter().position(|known| known.id == from).unwrap();
        year.house.known[place] = event;
        year.house.history.push(change);
        for edit in &between {
            let (page, context) = year.make(edit);
            let made = plan(&year.house.known, &page, &context);
            year.house.take(&page, &made);
        }
        prop_assert_eq!(answers_for(&year.house.known, from), answers_for(&year.house.known, into));
        let was = year.house.by_id(from).clone();
        let (event, change) = split(&year.house.known, from, &person("two evenings")).unwrap();
        prop_assert_eq!(&event.event, &was.event);
        prop_assert_eq!(&event.standing, &was.standing);
        prop_assert!(event.merged.is_none() && event.kept_apart.contains(&into));
        year.house.known[place] = event;
        year.house.history.push(change);
        prop_assert_eq!(answers_for(&year.house.known, from), from);
        prop_assert!(merge(&year.house.known, from, into, &rule("alike")).is_err(), "no rule joins them again");
        prop_assert_eq!(replay(&year.house.history).unwrap(), present(&year.house.known));
    }
}

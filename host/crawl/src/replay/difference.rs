//! What differs between two readings of the same pages, event by event and field by field.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::replay::Given;

/// Longest value that a difference shows as text, in characters.
const SHOWN: usize = 160;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Difference {
    /// The readings as wholes came to something else.
    Outcome {
        /// What the first one came to.
        then: String,
        /// What the second one came to.
        now: String,
        /// The sentence that goes with the second.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// An event that only the first one has.
    Gone {
        /// Day and title.
        event: String,
        /// All of it.
        value: Map<String, Value>,
    },
    /// An event that only the second one has.
    New {
        /// Day and title.
        event: String,
        /// All of it.
        value: Map<String, Value>,
    },
    /// A field of an event that both have.
    Changed {
        /// Day and title, as in the second.
        event: String,
        /// The field.
        field: String,
        /// Its value in the first; `None`: it had none.
        then: Option<Value>,
        /// Its value in the second; `None`: it has none.
        now: Option<Value>,
    },
    /// Something that only the first one did not believe.
    RejectedThen {
        /// The rejection.
        rejection: Map<String, Value>,
    },
    /// Something that only the second one does not believe.
    RejectedNow {
        /// The rejection.
        rejection: Map<String, Value>,
    },
}

/// Two readings held against each other.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Events that are the same in all fields.
    pub same: usize,
    /// Events with a field that differs.
    pub changed: usize,
    /// Events that only the second has.
    pub new: usize,
    /// Events that only the first has.
    pub gone: usize,
    /// Everything that differs: the outcome, then events in the order of the first reading and of the second, then rejections.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Holds two readings against each other. Events are paired by identity, and those that are left by day and title or day and address, so
/// that an identity that is made otherwise shows as one changed field and not as a loss. Their order does not matter, nor does the sentence
/// beside an outcome.
#[must_use]
pub fn compare(then: &Given, now: &Given) -> Comparison {
    let mut found = Comparison::default();
    if then.outcome != now.outcome {
        let (then, reason) = (then.outcome.clone(), now.reason.clone());
        found.differences.push(Difference::Outcome { then, now: now.outcome.clone(), reason });
    }
    let pairs = paired(&then.events, &now.events);
    let taken: BTreeSet<usize> = pairs.iter().filter_map(|(_, partner)| *partner).collect();
    for (event, partner) in then.events.iter().zip(pairs.iter().map(|(_, partner)| *partner)) {
        match partner.and_then(|at| now.events.get(at)) {
            None => {
                found.gone += 1;
                found.differences.push(Difference::Gone { event: name(event), value: event.clone() });
            }
            Some(other) => {
                let before = found.differences.len();
                found.differences.extend(fields(event, other));
                if found.differences.len() == before { found.same += 1 } else { found.changed += 1 }
            }
        }
    }
    for (_, event) in now.events.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        found.new += 1;
        found.differences.push(Difference::New { event: name(event), value: event.clone() });
    }
    let without = |these: &[Map<String, Value>], others: &[Map<String, Value>]| {
        let mut others = others.to_vec();
        let mut left = Vec::new();
        for one in these {
            match others.iter().position(|other| other == one) {
                Some(at) => drop(others.swap_remove(at)),
                None => left.push(one.clone()),
            }
        }
        left
    };
    let then_only = without(&then.rejections, &now.rejections);
    let now_only = without(&now.rejections, &then.rejections);
    found.differences.extend(then_only.into_iter().map(|rejection| Difference::RejectedThen { rejection }));
    found.differences.extend(now_only.into_iter().map(|rejection| Difference::RejectedNow { rejection }));
    found
}

/// For each event of the first reading its place and its partner's in the second.
fn paired(then: &[Map<String, Value>], now: &[Map<String, Value>]) -> Vec<(usize, Option<usize>)> {
    let mut pairs: Vec<(usize, Option<usize>)> = (0..then.len()).map(|at| (at, None)).collect();
    let mut free: BTreeSet<usize> = (0..now.len()).collect();
    // The surest way first; what it leaves is tried by the next.
    type Key = fn(&Map<String, Value>) -> Option<String>;
    let ways: [Key; 3] = [
        |event| text(event, "identity").map(str::to_owned),
        |event| Some(format!("{} {}", day(event)?, text(event, "title")?)),
        |event| Some(format!("{} {}", day(event)?, text(event, "event_url")?)),
    ];
    for way in ways {
        let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
        for at in free.iter().rev() {
            if let Some(key) = now.get(*at).and_then(way) {
                by_key.insert(key, *at);
            }
        }
        for (event, (_, partner)) in then.iter().zip(&mut pairs).filter(|(_, (_, partner))| partner.is_none()) {
            if let Some(at) = way(event).and_then(|key| by_key.remove(&key)) {
                *partner = Some(at);
                free.remove(&at);
            }
        }
    }
    pairs
}

fn fields(then: &Map<String, Value>, now: &Map<String, Value>) -> Vec<Difference> {
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    names
        .into_iter()
        .filter(|field| then.get(*field) != now.get(*field))
        .map(|field| Difference::Changed {
            event: name(now),
            field: field.clone(),
            then: then.get(field).cloned(),
            now: now.get(field).cloned(),
        })
        .collect()
}

fn text<'a>(event: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    event.get(field)?.as_str()
}

fn day(event: &Map<String, Value>) -> Option<&str> {
    event.get("start")?.get("date")?.as_str()
}

fn name(event: &Map<String, Value>) -> String {
    format!("{} {}", day(event).unwrap_or("(no day)"), text(event, "title").unwrap_or("(no title)"))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outcome { then, now, reason } => {
                let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
                write!(f, "! outcome\n    - {}\n    + {}{reason}", then.replace('_', " "), now.replace('_', " "))
            }
            Self::Gone { event, .. } => write!(f, "- {event}"),
            Self::New { event, .. } => write!(f, "+ {event}"),
            Self::Changed { event, field, then, now } => {
                write!(f, "~ {event}: {field}\n    - {}\n    + {}", shown(then.as_ref()), shown(now.as_ref()))
            }
            Self::RejectedThen { rejection } => write!(f, "- rejected {}", refusal(rejection)),
            Self::RejectedNow { rejection } => write!(f, "+ rejected {}", refusal(rejection)),
        }
    }
}

fn refusal(rejection: &Map<String, Value>) -> String {
    let of = |field: &str| text(rejection, field).unwrap_or_default();
    short(&format!("{}: {}: {}", of("event"), of("field"), of("reason")))
}

/// A value as people read it: times as clocks show them, bills as names, all else as JSON.
fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    if let Some(text) = value.as_str() {
        return short(text);
    }
    if let (Some(date), Some(zone)) =
        (value.get("date").and_then(Value::as_str), value.get("zone").and_then(Value::as_str))
    {
        let time = value.get("time").and_then(Value::as_str).unwrap_or("(no time)");
        let odd = value.get("resolution").and_then(Value::as_str).filter(|resolution| *resolution != "unique");
        let utc = value.get("utc").and_then(Value::as_str).map(|utc| format!(" = {utc}")).unwrap_or_default();
        return format!("{date} {time} {zone}{utc}{}", odd.map(|odd| format!(" ({odd})")).unwrap_or_default());
    }
    let names: Option<Vec<String>> = value.as_array().and_then(|list| {
        list.iter()
            .map(|act| Some(format!("{} ({})", act.get("name")?.as_str()?, act.get("role")?.as_str()?)))
            .collect()
    });
    short(&names.map_or_else(|| value.to_string(), |names| names.join(", ")))
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(events: Value) -> Given {
        Given { outcome: "complete".to_owned(), events: serde_json::from_value(events).unwrap(), ..Given::default() }
    }

    fn show(identity: &str, title: &str, time: &str) -> Value {
        json!({"identity": identity, "title": title, "start": {"date": "2026-05-01", "time": time, "zone": "UTC", "resolution": "unique"}})
    }

    #[test]
    fn equal_readings_do_not_differ_whatever_their_order() {
        let (a, b) = (show("a", "A", "20:00:00"), show("b", "B", "21:00:00"));
        let compared = compare(&given(json!([a, b])), &given(json!([b, a])));
        assert!(compared.is_same() && compared.same == 2, "{compared:?}");
    }

    #[test]
    fn each_event_and_field_that_differs_is_named() {
        let then =
            given(json!([show("a", "Moon", "20:00:00"), show("b", "Gone", "21:00:00"), show("c", "Same", "22:00:00")]));
        let now =
            given(json!([show("a", "Moon", "20:30:00"), show("d", "New", "21:00:00"), show("c", "Same", "22:00:00")]));
        let compared = compare(&then, &now);
        assert_eq!((compared.same, compared.changed, compared.gone, compared.new), (1, 1, 1, 1));
        let words: Vec<String> = compared.differences.iter().map(ToString::to_string).collect();
        assert_eq!(
            words.join("\n"),
            "~ 2026-05-01 Moon: start\n    - 2026-05-01 20:00:00 UTC\n    + 2026-05-01 20:30:00 UTC\n\
             - 2026-05-01 Gone\n+ 2026-05-01 New"
        );
    }

    #[test]
    fn an_event_under_another_identity_is_the_same_event() {
        let compared =
            compare(&given(json!([show("a", "Moon", "20:00:00")])), &given(json!([show("z", "Moon", "20:00:00")])));
        assert_eq!((compared.changed, compared.gone, compared.new), (1, 0, 0));
        assert!(matches!(&compared.differences[..], [Difference::Changed { field, .. }] if field == "identity"));
    }

    #[test]
    fn another_outcome_and_another_rejection_are_differences() {
        let then = given(json!([]));
        let mut now = then.clone();
        "not_recognized".clone_into(&mut now.outcome);
        now.reason = Some("no .event".to_owned());
        now.rejections =
            vec![serde_json::from_value(json!({"event": "Moon", "field": "start", "reason": "no date"})).unwrap()];
        let words: Vec<String> = compare(&then, &now).differences.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            ["! outcome\n    - complete\n    + not recognized: no .event", "+ rejected Moon: start: no date"]
        );
    }
}

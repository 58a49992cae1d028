//! A plan in words: what the next crawl would do and why, for `marquee plan SOURCE`.
//!
//! What changes comes first, what is held after it, grouped by its reason; what stays as it was is only counted.

use std::{collections::BTreeMap, fmt};

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    EventField, FieldChange, HeldReason, KnownDecision, KnownPlan, Missing, Plan, Resolution, ResolvedBy, SeenDecision,
    SeenPlan, Warning,
};

/// Titles named for one reason before the rest is counted: a line stays a line.
const NAMED: usize = 5;
/// Characters of a value that are shown.
const VALUE_CHARS: usize = 60;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (new, changed, unchanged) = self.tally();
        let seen = self.seen.len();
        let missing = self.known.iter().filter(|known| is_missing(&known.decision)).count();
        writeln!(
            f,
            "{} crawl of {}: {seen} seen, {new} new, {changed} changed, {unchanged} as they were, {held} held, \
             {missing} missing",
            self.outcome.name(),
            self.source,
            held = seen - new - changed - unchanged,
        )?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        for seen in &self.seen {
            tell_seen(f, seen)?;
        }
        for known in &self.known {
            tell_known(f, known)?;
        }
        tell_held(f, self)?;
        if self.is_quiet() {
            writeln!(f, "nothing changes")?;
        }
        Ok(())
    }
}

const fn is_missing(decision: &KnownDecision) -> bool {
    matches!(decision, KnownDecision::Missing { .. } | KnownDecision::PresumeCancelled { .. })
}

fn tell_seen(f: &mut fmt::Formatter<'_>, seen: &SeenPlan) -> fmt::Result {
    let SeenPlan { title, date, .. } = seen;
    match &seen.decision {
        SeenDecision::Create { .. } => writeln!(f, "+ {date} {title}: new"),
        SeenDecision::Change { id, resolution, changes, held, standing, learnt } => {
            if changes.is_empty() && standing.is_none() && learnt.is_empty() {
                return Ok(());
            }
            writeln!(f, "~ {date} {title} ({id})")?;
            writeln!(f, "    {resolution}")?;
            for change in changes {
                writeln!(f, "    {change}")?;
            }
            for held in held.iter().filter(|held| held.reason != HeldReason::FieldFellAway) {
                writeln!(f, "    not: {}, because {}", held.change, held.reason.words())?;
            }
            if let Some(standing) = standing {
                let status = crate::known::status_words(standing.status);
                writeln!(f, "    it is {status} now: {}", standing.evidence)?;
            }
            if let Some(key) = &learnt.key {
                writeln!(f, "    its source calls it `{key}` as well")?;
            } else if let Some(identity) = &learnt.identity {
                writeln!(f, "    its source calls it `{identity}` as well")?;
            }
            Ok(())
        }
        SeenDecision::Unchanged { .. } | SeenDecision::Held { .. } => Ok(()),
    }
}

fn tell_known(f: &mut fmt::Formatter<'_>, known: &KnownPlan) -> fmt::Result {
    let KnownPlan { id, title, date, decision } = known;
    match decision {
        KnownDecision::Missing { missing } => writeln!(f, "? {date} {title} ({id}): {}", times(missing)),
        KnownDecision::PresumeCancelled { standing, .. } => {
            writeln!(f, "x {date} {title} ({id}): presumed cancelled, {}", standing.evidence)
        }
        KnownDecision::Reappeared { after: Some(after) } => {
            let since = after.since.format("%F");
            writeln!(f, "! {date} {title} ({id}): listed again, after it was missing since {since}")
        }
        KnownDecision::Reappeared { after: None } => writeln!(f, "! {date} {title} ({id}): listed again"),
        KnownDecision::Held { .. } => Ok(()),
    }
}

fn times(missing: &Missing) -> String {
    let since = missing.since.format("%F %R UTC");
    match missing.times {
        1 => "missing for the first time".to_owned(),
        n => format!("missing for the {n}. time, since {since}"),
    }
}

fn tell_held(f: &mut fmt::Formatter<'_>, plan: &Plan) -> fmt::Result {
    type Named<'a> = Vec<(NaiveDate, &'a str)>;
    let mut seen: BTreeMap<HeldReason, Named<'_>> = BTreeMap::new();
    let mut absent: BTreeMap<HeldReason, Named<'_>> = BTreeMap::new();
    for planned in &plan.seen {
        if let SeenDecision::Held { reason, .. } = planned.decision {
            seen.entry(reason).or_default().push((planned.date, &planned.title));
        }
    }
    for planned in &plan.known {
        if let KnownDecision::Held { reason } = planned.decision {
            absent.entry(reason).or_default().push((planned.date, &planned.title));
        }
    }
    for (what, held) in [("listed, and left as known", seen), ("known, and left as they are", absent)] {
        for (reason, events) in held {
            let named: Vec<String> = events.iter().take(NAMED).map(|(date, title)| format!("{date} {title}")).collect();
            let rest = events.len().saturating_sub(NAMED);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            writeln!(f, "= {what}, because {}: {}{more}", reason.words(), named.join(", "))?;
        }
    }
    Ok(())
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            ResolvedBy::NativeKey => "native key",
            ResolvedBy::Identity => "identity",
            ResolvedBy::Evidence => "evidence",
        };
        write!(f, "known by {by} ({:.2}): {}", self.score, self.evidence)
    }
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.field.name();
        write!(f, "{name}: {} -> {}", value(self.field, &self.from), value(self.field, &self.to))
    }
}

/// A value on one line.
fn value(field: EventField, value: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |name: &str| value.get(name).filter(|value| !value.is_null());
    let words = match (field, value) {
        (_, Value::Null) => return "nothing".to_owned(),
        (EventField::Start | EventField::Doors | EventField::End, Value::Object(_)) => {
            let day = of("date").map(text).unwrap_or_default();
            let time =
                of("time").map_or_else(|| "time not known".to_owned(), |time| text(time).chars().take(5).collect());
            format!("{day} {time}")
        }
        (EventField::Price, Value::Object(_)) => {
            let mut parts = vec![of("kind").map(text).unwrap_or_default()];
            parts.extend(["min", "max", "currency"].into_iter().filter_map(|name| of(name).map(text)));
            parts.join(" ")
        }
        (EventField::Performers, Value::Array(acts)) => {
            acts.iter().filter_map(|act| act.get("name").map(text)).collect::<Vec<_>>().join(", ")
        }
        (EventField::Genres, Value::Array(genres)) => genres.iter().map(text).collect::<Vec<_>>().join(", "),
        (_, Value::String(text)) => format!("`{text}`"),
        (_, other) => other.to_string(),
    };
    if words.is_empty() {
        return "nothing".to_owned();
    }
    match words.char_indices().nth(VALUE_CHARS) {
        Some(_) => words.chars().take(VALUE_CHARS).chain(std::iter::once('…')).collect(),
        None => words,
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CorrectionDiffers { id, title, field, held, page } => write!(
                f,
                "a person's correction of {} holds for {title} ({id}): {}; the page says {} now",
                field.name(),
                value(*field, held),
                value(*field, page),
            ),
            Self::Ambiguous { title, resembles, .. } => {
                let ids: Vec<String> =
                    resembles.iter().map(|other| format!("{} ({:.2})", other.id, other.score)).collect();
                write!(f, "{title} is taken for new and could be {}: a person should look", ids.join(" or "))
            }
            Self::OnlyTheKey { id, was, is } => {
                write!(f, "only its key holds {id} together: it was `{was}` and is `{is}` now, on another day")
            }
        }
    }
}

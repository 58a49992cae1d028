//! `marquee history`: what happened to an event, entry by entry, and what was known of it at any time.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use marquee_model::EventId;
use marquee_reconcile::{Recorded, What, replay};
use marquee_store::{HistoryEntry, MAX_LIMIT, Store};
use serde_json::{Value, json};

use crate::{house::Database, settings::Settings, terminal::short};

/// What happened to an event.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee history evt_0198c0de...\n  marquee history evt_0198c0de... --at 2026-11-03T18:00:00Z   what was known then\n  \
        marquee history evt_0198c0de... --json | jq '.history[] | select(.decided_by)'\n\n\
        An event that several sources tell of has the histories of all its records; an id that was merged into another shows the whole."
)]
pub(crate) struct History {
    /// The event's id, such as evt_0198c0de....
    event: String,
    /// What was known at this time, instead of what happened since: as 2026-11-03T18:00:00Z.
    #[arg(long, value_name = "TIME")]
    at: Option<DateTime<Utc>>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: History) -> Result<ExitCode> {
    let id: EventId = options.event.parse().context("give an id as `/api/v1/events` shows it")?;
    let database = Database::open(settings).await?;
    let (answer, entries) = (database.store.answering(id).await?, whole(&database.store, id).await?);
    database.close().await?;
    let Some(answer) = answer else { bail!("there is no event {id} in this database") };
    if answer != id && !options.json {
        println!("{id} is {answer} now\n");
    }
    match options.at {
        Some(at) => show_then(&entries, answer, at, options.json)?,
        None if options.json => {
            println!("{}", json!({"event": answer, "history": entries.iter().map(entry).collect::<Vec<_>>()}));
        }
        None => entries.iter().for_each(print),
    }
    Ok(ExitCode::SUCCESS)
}

async fn whole(store: &Store, id: EventId) -> Result<Vec<HistoryEntry>> {
    let (mut entries, mut after) = (Vec::new(), Some(0));
    while let Some(number) = after {
        let batch = store.event_history(id, number, MAX_LIMIT).await?;
        entries.extend(batch.items);
        after = batch.next;
    }
    Ok(entries)
}

fn show_then(entries: &[HistoryEntry], answer: EventId, at: DateTime<Utc>, json: bool) -> Result<()> {
    let then = entries.iter().map(|entry| &entry.change).filter(|change| change.observed_at <= at);
    let states: BTreeMap<EventId, Recorded> = replay(then)?;
    if states.is_empty() {
        let first = entries.first().map(|entry| entry.change.observed_at.to_string()).unwrap_or_default();
        bail!("nothing was known of {answer} at {at}; it was first seen at {first}");
    }
    if json {
        println!("{}", json!({"event": answer, "at": at, "records": states}));
        return Ok(());
    }
    for (id, state) in states {
        println!("{id} as it was known at {at}");
        for (field, value) in state.fields.iter().filter(|(_, value)| !value.is_null()) {
            let corrected = state.corrections.get(field).map(|set| format!("  (a person set {})", told(set)));
            println!("  {:<12} {}{}", field.name(), told(value), corrected.unwrap_or_default());
        }
        println!(
            "  {:<12} {} since {}: {}",
            "standing",
            told(&json!(state.standing.status)),
            state.standing.since,
            state.standing.evidence
        );
        if let Some(since) = state.missing_since {
            println!("  {:<12} since {since}", "missing");
        }
        if state.hidden {
            println!("  {:<12} yes", "hidden");
        }
        if let Some(into) = state.merged_into {
            println!("  {:<12} {into}", "merged into");
        }
    }
    Ok(())
}

fn entry(entry: &HistoryEntry) -> Value {
    let mut value = serde_json::to_value(&entry.change).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("number".to_owned(), json!(entry.number));
        members.insert("decided_by".to_owned(), json!(entry.decided_by));
    }
    value
}

fn print(entry: &HistoryEntry) {
    let change = &entry.change;
    let who = match (&entry.decided_by, &change.crawl) {
        (Some(who), _) => who.clone(),
        (None, Some(crawl)) => crawl.to_string(),
        (None, None) => "–".to_owned(),
    };
    println!("{}  {}  by {who}", change.observed_at.format("%Y-%m-%d %H:%M:%SZ"), what(&change.what));
    println!("{:22}{}", "", short(&change.reason, 160));
}

fn what(what: &What) -> String {
    match what {
        What::Created { event, .. } => format!("first seen: {} on {}", short(&event.title, 60), event.start.date),
        What::Field(change) => format!("{}: {} → {}", change.field.name(), told(&change.from), told(&change.to)),
        What::Learnt { identity, key } => {
            format!("also known as {}", key.as_ref().or(identity.as_ref()).map_or("–", String::as_str))
        }
        What::Standing { from, to } => format!("{} → {}", standing(from), standing(to)),
        What::Missing { .. } => "no longer listed".to_owned(),
        What::Reappeared => "listed again".to_owned(),
        What::Corrected { field, from, to } => format!("{} corrected: {} → {}", field.name(), told(from), told(to)),
        What::Withdrawn { field, from, to } => {
            format!("correction of {} withdrawn: {} → {}", field.name(), told(from), told(to))
        }
        What::Hidden => "hidden".to_owned(),
        What::Unhidden => "shown again".to_owned(),
        What::Merged { into } => format!("merged into {into}"),
        What::Split { from } => format!("taken out of {from}"),
    }
}

fn standing(standing: &marquee_reconcile::Standing) -> String {
    let word = told(&json!(standing.status));
    if standing.presumed { format!("presumed {word}") } else { word }
}

/// A value on one line, as a person would say it.
fn told(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let line = match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) => {
            let one = |item: &Value| item.get("name").map_or_else(|| told(item), told);
            items.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Value::Object(_) => match (text("date"), text("kind")) {
            (Some(date), _) => match text("time") {
                Some(time) => format!("{date} {}", time.strip_suffix(":00").unwrap_or(time)),
                None => format!("{date}, time not known"),
            },
            (None, Some(kind)) => {
                let amounts: Vec<&str> = [text("min"), text("max")].into_iter().flatten().collect();
                format!("{kind} {} {}", amounts.join(" to "), text("currency").unwrap_or_default())
            }
            (None, None) => value.to_string(),
        },
        other => other.to_string(),
    };
    short(&line, 80)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::told;

    #[test]
    fn values_are_told_as_a_person_would_say_them() {
        assert_eq!(
            told(&json!({"date": "2026-12-13", "time": "20:00:00", "zone": "America/Toronto"})),
            "2026-12-13 20:00"
        );
        assert_eq!(told(&json!({"date": "2026-12-13", "time": null})), "2026-12-13, time not known");
        assert_eq!(told(&json!([{"name": "Moon", "role": "headliner"}, {"name": "Sun"}])), "Moon, Sun");
        assert_eq!(told(&json!({"kind": "range", "min": "10", "max": "12", "currency": "CAD"})), "range 10 to 12 CAD");
        assert_eq!((told(&json!(null)), told(&json!([]))), ("–".to_owned(), "–".to_owned()));
    }
}

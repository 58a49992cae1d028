//! `marquee correct` and `marquee withdraw`: a person's value for a field of an event.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use marquee_store::{EventField, Intervention};
use serde_json::{Value, json};

use super::decided::{decide, event};
use crate::settings::Settings;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee correct evt_0198c0de... title \"Moon Quartet\" --reason \"the poster says so\"\n  \
    marquee correct evt_0198c0de... start \"2026-12-31 20:00\" --reason \"moved, by telephone\"\n  \
    marquee correct evt_0198c0de... status cancelled --reason \"the venue called\"\n  \
    marquee correct evt_0198c0de... genres '[\"jazz\"]' --reason \"none was given\"\n  \
    marquee correct evt_0198c0de... doors null --reason \"not known after all\"\n\n\
    Fields: title, performers, start, doors, end, status, price, ticket_url, event_url, image_url, age, description, genres, room, venue, \
    venue_name. Texts are given as they are, times by the clock of the venue, anything else as JSON. The correction holds against every \
    crawl until `marquee withdraw` takes it back.")]
pub(crate) struct Correct {
    /// The event's id.
    event: String,
    /// The field.
    field: String,
    /// Its value; `null` is "not known".
    value: String,
    /// Why, in a sentence.
    #[arg(long)]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee withdraw evt_0198c0de... title --reason \"the page is right now\"\n\n\
    What the sources said last is shown again.")]
pub(crate) struct Withdraw {
    /// The event's id.
    event: String,
    /// The field.
    field: String,
    /// Why, in a sentence.
    #[arg(long, default_value = "withdrawn")]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Correct) -> Result<ExitCode> {
    let (event, field) = (event(&options.event)?, field(&options.field)?);
    let value = value(field, &options.value)?;
    let done = format!("{} of {event} is corrected, until `marquee withdraw {event} {0}`.", field.name());
    let wish = Intervention::Correct { event, field, value };
    decide(settings, &wish, &options.reason, options.json, &done).await
}

pub(crate) async fn withdraw(settings: &Settings, options: Withdraw) -> Result<ExitCode> {
    let (event, field) = (event(&options.event)?, field(&options.field)?);
    let done = format!("{} of {event} is what the sources say again.", field.name());
    decide(settings, &Intervention::Withdraw { event, field }, &options.reason, options.json, &done).await
}

fn field(name: &str) -> Result<EventField> {
    let found = EventField::ALL.into_iter().find(|field| field.name() == name);
    found.with_context(|| {
        let names: Vec<_> = EventField::ALL.into_iter().map(EventField::name).collect();
        format!("an event has no field `{name}`; there are {}", names.join(", "))
    })
}

/// A value out of an argument: a text as it is, a time by the clock, anything else as JSON.
fn value(field: EventField, text: &str) -> Result<Value> {
    if text == "null" {
        return Ok(Value::Null);
    }
    Ok(match field {
        EventField::Title
        | EventField::Status
        | EventField::TicketUrl
        | EventField::EventUrl
        | EventField::ImageUrl
        | EventField::Description
        | EventField::Room
        | EventField::Venue
        | EventField::VenueName => json!(text),
        EventField::Start | EventField::Doors | EventField::End if !text.trim_start().starts_with('{') => {
            match text.trim().split_once([' ', 'T']) {
                Some((date, time)) => json!({ "date": date, "time": time }),
                None => json!({ "date": text.trim() }),
            }
        }
        _ => match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => bail!("`{text}` is not JSON ({error}), which {} is given in", field.name()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_as_they_are_times_by_the_clock_and_the_rest_as_json() {
        assert_eq!(value(EventField::Title, "1999").unwrap(), json!("1999"));
        assert_eq!(
            value(EventField::Start, "2026-12-31 20:00").unwrap(),
            json!({"date": "2026-12-31", "time": "20:00"})
        );
        assert_eq!(value(EventField::Doors, "null").unwrap(), Value::Null);
        assert_eq!(value(EventField::Genres, "[\"jazz\"]").unwrap(), json!(["jazz"]));
        assert!(value(EventField::Genres, "jazz").unwrap_err().to_string().contains("genres"));
        assert!(field("titel").unwrap_err().to_string().contains("title"));
    }
}

//! What the commands of persons' decisions share: carrying one out, and saying what it came to.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use marquee_model::EventId;
use marquee_store::{Decided, Intervention};
use serde_json::json;

use super::author::author;
use crate::{house::Database, settings::Settings};

/// An event's id out of an argument.
pub(super) fn event(text: &str) -> Result<EventId> {
    text.parse().context("give an event's id, as `/api/v1/events` shows it")
}

/// A reason that says something.
pub(super) fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) || text.chars().count() > 500 {
        bail!("say why with --reason, in a sentence of at most 500 characters: it is kept with the decision");
    }
    Ok(text.to_owned())
}

/// Carries a decision out and tells of it; `done` says in a sentence what holds now.
pub(super) async fn decide(
    settings: &Settings,
    wish: &Intervention,
    why: &str,
    json: bool,
    done: &str,
) -> Result<ExitCode> {
    let why = reason(why)?;
    let database = Database::open(settings).await?;
    let decided = database.store.decide(wish, &why, &author()).await;
    database.close().await?;
    let changed = match decided? {
        Decided::Done(changed) => changed,
        Decided::Unknown(id) => bail!("there is no event {id} in this database"),
        Decided::NotAValue(reason) => bail!("this is no value of the field: {reason}"),
        Decided::Refused(reason) => bail!("{reason}"),
    };
    if json {
        println!("{}", json!({ "changed": changed }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{done}");
    match changed.as_slice() {
        [] => println!("Readers see what they saw before."),
        ids => println!(
            "Readers see something else of {} from now on.",
            ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
    }
    Ok(ExitCode::SUCCESS)
}

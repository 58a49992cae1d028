//! `marquee trace`: one event's way, from the page to the JSON that the API serves.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use marquee_model::EventId;

use crate::{arguments, house::Database, settings::Settings};

pub(crate) async fn run(settings: &Settings, options: arguments::Trace) -> Result<ExitCode> {
    let id: EventId = options.event.parse().context("give an id as `/api/v1/events` shows it")?;
    let database = Database::open(settings).await?;
    let trace = database.store.trace(id).await?;
    database.close().await?;
    let Some(trace) = trace else { bail!("there is no event {id} in this database") };
    let json = marquee_serve::trace_json(trace.clone());
    if options.json {
        println!("{}", serde_json::to_string(&json)?);
        return Ok(ExitCode::SUCCESS);
    }
    for step in &trace.steps {
        let sighting = &step.sighting;
        println!("page     {}", sighting.page_url);
        println!("         digest {} fetched {}", sighting.page, sighting.fetched_at);
        println!("plugin   {} {} digest {}", sighting.plugin.id, sighting.plugin.version, sighting.plugin.digest);
        println!("crawl    {} of source {} ({})", sighting.last_crawl, sighting.source_slug, step.crawl.outcome.name());
        println!("identity {}", sighting.identity);
        println!("seen     {} to {}\n", sighting.first_seen, sighting.last_seen);
    }
    println!("row      events.id = {}", trace.event.id.uuid());
    println!("JSON     {}", serde_json::to_string_pretty(&json)?);
    Ok(ExitCode::SUCCESS)
}

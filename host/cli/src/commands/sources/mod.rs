//! `marquee sources`, also called `marquee source`.

mod detect;
mod shown;
mod tries;

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::Result;
use marquee_crawl::statistics;
use marquee_model::SourceId;
use marquee_store::{SourceHealth, StoredSource};

use crate::{
    arguments::Sources,
    house::{self, Database},
    settings::Settings,
    terminal::{or_dash, short, table},
};

pub(crate) async fn run(settings: &Settings, command: Sources) -> Result<ExitCode> {
    // Whoever writes a new source need not have the others in order.
    let command = match command {
        Sources::Detect(options) => return Box::pin(detect::run(settings, options)).await,
        other => other,
    };
    let registry = house::registry(settings).await?;
    let files = house::source_files(settings, &registry)?;
    match command {
        Sources::Check => {
            println!("{} source files are good.", files.len());
            Ok(ExitCode::SUCCESS)
        }
        Sources::Detect(_) => Ok(ExitCode::SUCCESS),
        Sources::List { json } => {
            let database = Database::open(settings).await?;
            house::sync(&database.store, &files).await?;
            let sources = database.store.sources().await?;
            let health = database.store.source_health().await?.into_iter().map(|h| (h.source, h)).collect();
            database.close().await?;
            show(&sources, &health, json)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn show(sources: &[StoredSource], health: &BTreeMap<SourceId, SourceHealth>, json: bool) -> Result<()> {
    if sources.is_empty() && !json {
        println!(
            "There are no sources. Put a TOML file for each into the folder `sources.folder`; examples/sources has many."
        );
        return Ok(());
    }
    let mut shown =
        table(["Source", "Plugin", "Every", "Last good", "Last tried", "Outcome", "Found", "Fields", "Why not"]);
    for stored in sources {
        let source = &stored.source;
        let health = health.get(&source.id);
        let outcome = health.and_then(|h| h.last_outcome.as_ref());
        if json {
            let line = serde_json::json!({
                "slug": source.slug, "site": stored.site_slug, "venue": stored.venue_slug, "plugin": source.plugin,
                "url": source.url, "enabled": source.enabled, "every_minutes": source.schedule.every_minutes,
                "last_good": health.and_then(|h| h.last_good), "last_tried": health.and_then(|h| h.last_tried),
                "failures": health.map(|h| h.failures), "last_found": health.and_then(|h| h.last_found), "last_outcome": outcome,
                "statistics": health.and_then(|h| h.statistics.as_ref()),
            });
            println!("{line}");
            continue;
        }
        let time = |at: Option<chrono::DateTime<chrono::Utc>>| or_dash(at.map(|at| at.format("%Y-%m-%d %H:%MZ")));
        let state = if source.enabled { or_dash(outcome.map(|o| o.name())) } else { "paused".to_owned() };
        shown.add_row([
            source.slug.to_string(),
            source.plugin.to_string(),
            format!("{} min", source.schedule.every_minutes),
            time(health.and_then(|h| h.last_good)),
            time(health.and_then(|h| h.last_tried)),
            state,
            or_dash(health.and_then(|h| h.last_found)),
            or_dash(health.and_then(|h| h.statistics.as_ref()).map(statistics::in_short)),
            or_dash(outcome.and_then(|o| o.reason()).map(|reason| short(reason, 80))),
        ]);
    }
    if !json {
        println!("{shown}");
    }
    Ok(())
}

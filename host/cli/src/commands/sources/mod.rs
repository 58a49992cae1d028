//! `marquee sources`, also called `marquee source`.

mod detect;
mod shown;
mod tries;

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::{Result, bail};
use marquee_crawl::statistics;
use marquee_model::{
    Health, RecentCrawl, Schedule, Slug, SourceId,
    health::{judge, usual},
};
use marquee_store::{SourceHealth, StoredSource};

use super::author::author;
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
        Sources::Pause { slug } => return pause(settings, &slug).await,
        Sources::Resume { slug } => return resume(settings, &slug).await,
        other => other,
    };
    let registry = house::registry(settings).await?;
    let files = house::source_files(settings, &registry)?;
    match command {
        Sources::Check => {
            println!("{} source files are good.", files.len());
            Ok(ExitCode::SUCCESS)
        }
        Sources::Detect(_) | Sources::Pause { .. } | Sources::Resume { .. } => Ok(ExitCode::SUCCESS),
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

const fn word(health: Health) -> &'static str {
    match health {
        Health::Good => "good",
        Health::Partial => "partial",
        Health::Suspect => "suspect",
        Health::Failing => "failing",
        Health::NeverCrawled => "never crawled",
    }
}

/// How often a source is crawled, in short.
fn every(schedule: &Schedule) -> String {
    match (&schedule.cron, schedule.adaptive) {
        (Some(cron), _) => cron.clone(),
        (None, Some(bounds)) => format!("{}-{} min", bounds.at_least_minutes, bounds.at_most_minutes),
        (None, None) => format!("{} min", schedule.every_minutes),
    }
}

/// Events by crawl, the newest first.
fn counts(recent: &[RecentCrawl]) -> Vec<u32> {
    recent.iter().map(|crawl| crawl.found).collect()
}

/// Events by crawl as a row of bars, the newest last, as eyes read a trend.
fn trend(counts: &[u32]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let bar = |count: &u32| {
        let height = usize::try_from(u64::from(*count) * 7 / u64::from(most)).unwrap_or(7);
        if *count == 0 { '·' } else { BARS.get(height).copied().unwrap_or('█') }
    };
    counts.iter().take(12).rev().map(bar).collect()
}

async fn pause(settings: &Settings, slug: &str) -> Result<ExitCode> {
    let name: Slug = slug.parse()?;
    let database = Database::open(settings).await?;
    let paused = database.store.set_paused(&name, true, &author()).await?.is_some();
    database.close().await?;
    if !paused {
        bail!("there is no source `{slug}` in the database; `marquee sources list` shows what there is");
    }
    println!("{slug} is paused: nothing crawls it by schedule until `marquee source resume {slug}`.");
    Ok(ExitCode::SUCCESS)
}

async fn resume(settings: &Settings, slug: &str) -> Result<ExitCode> {
    let name: Slug = slug.parse()?;
    let database = Database::open(settings).await?;
    let before = database.store.set_paused(&name, false, &author()).await?;
    database.close().await?;
    let Some(resumed) = before else {
        bail!("there is no source `{slug}` in the database; `marquee sources list` shows what there is");
    };
    println!("{slug} {} on its schedule.", if resumed { "is back" } else { "was not paused: it is" });
    Ok(ExitCode::SUCCESS)
}

fn show(sources: &[StoredSource], health: &BTreeMap<SourceId, SourceHealth>, json: bool) -> Result<()> {
    if sources.is_empty() && !json {
        println!(
            "There are no sources. Put a TOML file for each into the folder `sources.folder`; examples/sources has many."
        );
        return Ok(());
    }
    let mut shown = table([
        "Source",
        "Plugin",
        "Every",
        "Health",
        "Last good",
        "Last tried",
        "Next",
        "Found",
        "Trend",
        "Fields",
        "Why not",
    ]);
    for stored in sources {
        let source = &stored.source;
        let health = health.get(&source.id);
        let outcome = health.and_then(|h| h.last_outcome.as_ref());
        let recent = health.map_or(&[][..], |h| h.recent.as_slice());
        let judged = judge(recent);
        let paused = health.and_then(|h| h.paused_at);
        let state = match (source.enabled, paused) {
            (false, _) => "off",
            (true, Some(_)) => "paused",
            (true, None) => word(judged.health),
        };
        if json {
            let line = serde_json::json!({
                "slug": source.slug, "site": stored.site_slug, "venue": stored.venue_slug, "plugin": source.plugin,
                "url": source.url, "enabled": source.enabled, "every_minutes": source.schedule.every_minutes, "schedule": source.schedule,
                "last_good": health.and_then(|h| h.last_good), "last_tried": health.and_then(|h| h.last_tried),
                "failures": health.map(|h| h.failures), "last_found": health.and_then(|h| h.last_found), "last_outcome": outcome,
                "statistics": health.and_then(|h| h.statistics.as_ref()), "health": state.replace(' ', "_"), "why": judged.why,
                "usual_found": usual(recent), "found_by_crawl": counts(recent),
                "next_at": health.and_then(|h| h.next_at), "paused_at": health.and_then(|h| h.paused_at),
            });
            println!("{line}");
            continue;
        }
        let time = |at: Option<chrono::DateTime<chrono::Utc>>| or_dash(at.map(|at| at.format("%Y-%m-%d %H:%MZ")));
        shown.add_row([
            source.slug.to_string(),
            source.plugin.to_string(),
            every(&source.schedule),
            state.to_owned(),
            time(health.and_then(|h| h.last_good)),
            time(health.and_then(|h| h.last_tried)),
            time(health.and_then(|h| h.next_at)),
            or_dash(health.and_then(|h| h.last_found)),
            trend(&counts(recent)),
            or_dash(health.and_then(|h| h.statistics.as_ref()).map(statistics::in_short)),
            or_dash(judged.why.map(|reason| short(&reason, 80))),
        ]);
    }
    if !json {
        println!("{shown}");
    }
    Ok(())
}

//! `marquee plan`: what the next crawl of a source would do, and why.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use marquee_crawl::{LivePages, PageSupply, Pipeline, SavedPages};
use marquee_model::Slug;
use serde_json::json;

use crate::{
    NOTHING_USABLE,
    house::{self, Database},
    settings::Settings,
};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee plan rex\n  marquee plan rex --json | jq '.plan.seen[] | select(.decision == \"create\")'\n  \
    marquee plan rex --saved ../shared/pages       read saved pages instead of the network\n\n\
    The source is asked now, as a crawl asks it, and nothing is recorded. What other sources tell of the same events is joined when a crawl \
    is recorded, and is not shown here. Exit status: 0 planned, 1 failed, 2 wrong usage, 3 nothing usable came."
)]
pub(crate) struct Plan {
    /// The source, by slug.
    source: String,
    /// Read saved pages below this folder (`page` in a source file's `[score]`) instead of the network.
    #[arg(long, value_name = "FOLDER")]
    saved: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Plan) -> Result<ExitCode> {
    let slug: Slug = options.source.parse()?;
    let registry = house::registry(settings).await?;
    let database = Database::open(settings).await?;
    let store = database.store.clone();
    let known = store.source_by_slug(&slug).await?;
    let source = known.with_context(|| {
        format!("there is no source `{slug}` in the database; `marquee sources list` reads the source files")
    })?;
    let supply: Arc<dyn PageSupply> = match &options.saved {
        Some(folder) => {
            let files = house::source_files(settings, &registry)?;
            Arc::new(SavedPages::new(folder, &files, house::clock().now()))
        }
        None => Arc::new(LivePages::new(house::visitor(settings, &store)?, house::browsers(settings)?)),
    };
    let pipeline = Pipeline::new(supply, registry, store, house::clock(), settings.normalize.clone());
    let preview = pipeline.preview(&source.source, |_| {}).await;
    database.close().await?;
    let Some(preview) = preview? else {
        bail!(
            "no plugin `{}` is loaded; drop its .wasm into the plugin folder, or see `marquee plugin list` for what was refused",
            source.source.plugin
        );
    };
    let crawl = &preview.crawl;
    match options.json {
        true => println!(
            "{}",
            json!({ "source": slug, "outcome": crawl.outcome, "found": crawl.tally.found, "rejected": crawl.tally.rejected, "plan": preview.plan })
        ),
        false => {
            println!(
                "{slug}: {} pages, {} events found, {} left out.\n",
                crawl.tally.pages, crawl.tally.found, crawl.tally.rejected
            );
            println!("{}", preview.plan);
        }
    }
    let usable = matches!(crawl.outcome.name(), "complete" | "partial" | "empty");
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::from(NOTHING_USABLE) })
}

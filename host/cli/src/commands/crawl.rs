//! `marquee crawl`: crawls now, with a progress display and a table.

use std::{io::IsTerminal as _, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, stream};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use marquee_crawl::{LivePages, PageSupply, Pipeline, Progress, SavedPages, SourceFile, Stage, statistics};
use marquee_model::{Crawl, CrawlOutcome, Source};

use crate::{
    NOTHING_USABLE, arguments,
    house::{self, Database},
    settings::Settings,
    terminal::{or_dash, short, table},
};

pub(crate) async fn run(settings: &Settings, options: arguments::Crawl) -> Result<ExitCode> {
    let registry = house::registry(settings).await?;
    let files = house::source_files(settings, &registry)?;
    let database = Database::open(settings).await?;
    house::sync(&database.store, &files).await?;
    let sources = choose(&database, &options, &files).await?;

    let supply: Arc<dyn PageSupply> = match &options.saved {
        Some(folder) => Arc::new(SavedPages::new(folder, &files, house::clock().now())),
        None => Arc::new(LivePages::new(house::fetcher(settings)?)),
    };
    let pipeline = Pipeline::new(supply, registry, database.store.clone(), house::clock(), settings.normalize.clone());
    let crawls = crawl_all(&pipeline, &sources, settings.worker.parallel, options.json).await;
    database.close().await?;

    let crawls = crawls?;
    if !options.json {
        show(&crawls);
    }
    let usable = crawls.iter().all(|(_, crawl)| is_usable(&crawl.outcome));
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::from(NOTHING_USABLE) })
}

/// The sources that were asked for, as the database knows them.
async fn choose(database: &Database, options: &arguments::Crawl, files: &[SourceFile]) -> Result<Vec<Source>> {
    let known: Vec<Source> = database.store.sources().await?.into_iter().map(|stored| stored.source).collect();
    let saved = |source: &Source| {
        options.saved.is_none() || files.iter().any(|f| f.source.slug == source.slug && f.saved.page.is_some())
    };
    if options.all {
        let chosen: Vec<Source> = known.into_iter().filter(|source| source.enabled && saved(source)).collect();
        if chosen.is_empty() {
            bail!("there is nothing to crawl: put source files into the folder `sources.folder`, or enable a source");
        }
        return Ok(chosen);
    }
    options
        .sources
        .iter()
        .map(|slug| {
            known.iter().find(|source| source.slug.as_str() == slug).cloned().with_context(|| {
                let slugs: Vec<&str> = known.iter().map(|source| source.slug.as_str()).collect();
                format!("there is no source `{slug}`; there are: {}", slugs.join(", "))
            })
        })
        .collect()
}

/// Crawls a few sources at a time and returns what each came to, in the order of the sources.
async fn crawl_all<'a>(
    pipeline: &Pipeline,
    sources: &'a [Source],
    parallel: usize,
    json: bool,
) -> Result<Vec<(&'a Source, Crawl)>> {
    let bars = Bars::new(sources.len(), json);
    let mut crawls: Vec<(usize, &Source, Crawl)> = stream::iter(sources.iter().enumerate())
        .map(|(place, source)| {
            let bars = &bars;
            async move {
                let bar = bars.start(source);
                let crawl = pipeline
                    .crawl(source, |progress| bar.set_message(words(progress)))
                    .await
                    .with_context(|| format!("the crawl of `{}` could not be recorded", source.slug))?;
                bars.end(&bar, source, &crawl)?;
                anyhow::Ok((place, source, crawl))
            }
        })
        .buffer_unordered(parallel.max(1))
        .collect::<Vec<Result<_>>>()
        .await
        .into_iter()
        .collect::<Result<_>>()?;
    bars.clear();
    crawls.sort_by_key(|(place, _, _)| *place);
    Ok(crawls.into_iter().map(|(_, source, crawl)| (source, crawl)).collect())
}

/// The progress display: one bar for all sources, one line for each in flight; plain lines where there is no terminal.
struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    json: bool,
    plain: bool,
}

impl Bars {
    fn new(sources: usize, json: bool) -> Self {
        let all = MultiProgress::new();
        let total = all.add(ProgressBar::new(sources as u64));
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} sources  {elapsed}") {
            total.set_style(style);
        }
        let plain = !std::io::stderr().is_terminal();
        Self { all, total, json, plain }
    }

    fn start(&self, source: &Source) -> ProgressBar {
        let bar = self.all.insert_before(&self.total, ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:24} {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(source.slug.to_string());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    fn end(&self, bar: &ProgressBar, source: &Source, crawl: &Crawl) -> Result<()> {
        bar.finish_and_clear();
        self.total.inc(1);
        if self.json {
            println!("{}", serde_json::to_string(crawl)?);
        } else if self.plain {
            let done = self.total.position();
            let of = self.total.length().unwrap_or_default();
            eprintln!("[{done}/{of}] {}: {}, {} events", source.slug, crawl.outcome.name(), crawl.tally.found);
        }
        Ok(())
    }

    fn clear(&self) {
        self.total.finish_and_clear();
    }
}

fn words(progress: Progress) -> String {
    let stage = match progress.stage {
        Stage::Fetch => "fetching",
        Stage::Extract => "extracting",
        Stage::Normalize => "normalising",
        Stage::Store => "storing",
    };
    format!("{stage}, page {} ({} waiting), {} events", progress.pages.max(1), progress.waiting, progress.events)
}

/// Whether the crawl tells what is on. An empty calendar with evidence does.
const fn is_usable(outcome: &CrawlOutcome) -> bool {
    matches!(outcome, CrawlOutcome::Complete | CrawlOutcome::Partial { .. } | CrawlOutcome::Empty { .. })
}

fn show(crawls: &[(&Source, Crawl)]) {
    let mut shown =
        table(["Venue", "Plugin", "Outcome", "Found", "New", "Changed", "Unchanged", "Rejected", "Pages", "Time"]);
    for (source, crawl) in crawls {
        let tally = &crawl.tally;
        let took = (crawl.finished_at - crawl.started_at).num_milliseconds();
        shown.add_row([
            source.slug.to_string(),
            or_dash(crawl.plugin.as_ref().map(|p| format!("{} {} {}", p.id, p.version, p.digest.short()))),
            crawl.outcome.name().replace('_', " "),
            tally.found.to_string(),
            tally.new.to_string(),
            tally.changed.to_string(),
            tally.unchanged.to_string(),
            tally.rejected.to_string(),
            tally.pages.to_string(),
            format!("{took} ms"),
        ]);
    }
    println!("{shown}");
    for (source, crawl) in crawls {
        if let Some(counts) = &crawl.statistics {
            println!("{}: {}", source.slug, statistics::in_short(counts));
        }
        if let Some(reason) = crawl.outcome.reason() {
            println!("{}: {}: {}", source.slug, crawl.outcome.name().replace('_', " "), short(reason, 240));
        }
        for rejection in crawl.rejections.iter().filter(|rejection| rejection.fatal).take(3) {
            println!(
                "{}: rejected {}: {}: {}",
                source.slug,
                short(&rejection.event, 40),
                rejection.field,
                rejection.reason
            );
        }
    }
}

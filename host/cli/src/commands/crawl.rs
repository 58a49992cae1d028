//! `marquee crawl`: crawls now, with a progress display and a table.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::IsTerminal as _,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use futures::{StreamExt as _, stream};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use marquee_crawl::{
    Claimed, LivePages, PageSupply, Pipeline, Progress, QueuedCrawls, SavedPages, SourceFile, Stage, crawl_claimed,
    statistics,
};
use marquee_jobs::Why;
use marquee_model::{Crawl, CrawlOutcome, CrawlRequested, Source};
use marquee_store::{Busy, Deed, Store, Taken};
use tokio_util::sync::CancellationToken;

use super::author::author;
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
    if options.queue {
        let asked = ask(&database.store, settings, &sources, options.json).await;
        database.close().await?;
        return asked;
    }

    let supply: Arc<dyn PageSupply> = match &options.saved {
        Some(folder) => Arc::new(SavedPages::new(folder, &files, house::clock().now())),
        None => Arc::new(LivePages::new(house::visitor(settings, &database.store)?, house::browsers(settings)?)),
    };
    let store = database.store.clone();
    let pipeline = Pipeline::new(supply, registry, store.clone(), house::clock(), settings.normalize.clone())
        .keeping(house::archive(settings)?);
    let bars = Bars::new(sources.len(), options.json);
    let crawling = Crawling::new(settings, pipeline, store, options.saved.is_some(), bars);
    let crawls = crawl_all(&crawling, &sources, settings.worker.parallel).await;
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
    let mut named = BTreeSet::new();
    options
        .sources
        .iter()
        .filter(|slug| named.insert(slug.as_str()))
        .map(|slug| {
            known.iter().find(|source| source.slug.as_str() == slug).cloned().with_context(|| {
                let slugs: Vec<&str> = known.iter().map(|source| source.slug.as_str()).collect();
                format!("there is no source `{slug}`; there are: {}", slugs.join(", "))
            })
        })
        .collect()
}

/// Only asks for the crawls.
async fn ask(store: &Store, settings: &Settings, sources: &[Source], json: bool) -> Result<ExitCode> {
    let queue = QueuedCrawls::new(store.clone(), house::jobs(store, settings).await?, Why::Command);
    for source in sources {
        let asked = queue.ask(source).await?;
        let told = serde_json::json!({ "status": asked });
        store.note(&author(), &Deed::new("source.crawl", &source.slug).change(None, Some(told))).await?;
        if json {
            println!("{}", serde_json::json!({ "source": source.slug, "status": asked }));
            continue;
        }
        match asked {
            CrawlRequested::Queued => println!("{}: queued; a worker crawls it as soon as it is free", source.slug),
            CrawlRequested::AlreadyQueued => println!("{}: was queued already, or is being crawled", source.slug),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What crawling by hand works with.
/// How often a crawl is begun again whose claim was lost.
const LOST_AT_MOST: u32 = 3;

pub(super) struct Crawling {
    pipeline: Pipeline,
    store: Store,
    name: String,
    lease: Duration,
    saved: bool,
    bars: Bars,
    interrupted: CancellationToken,
}

impl Crawling {
    /// `offline`: no site is asked, so that no crawl waits for another's host.
    pub(super) fn new(settings: &Settings, pipeline: Pipeline, store: Store, offline: bool, bars: Bars) -> Self {
        let (name, lease) = (house::name(), settings.worker.lease());
        Self { pipeline, store, name, lease, saved: offline, bars, interrupted: interrupted() }
    }
}

/// Cancelled by Ctrl-C and SIGTERM, so that claims are released: whoever tries again at once need not wait for them to run out.
fn interrupted() -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    tokio::spawn(async move {
        super::worker::stop_signal().await;
        cancel.cancel();
    });
    token
}

/// Crawls a few sources at a time, those of one host one after the other, and returns what each came to, in the order of the sources.
pub(super) async fn crawl_all<'a>(
    crawling: &Crawling,
    sources: &'a [Source],
    parallel: usize,
) -> Result<Vec<(&'a Source, Crawl)>> {
    let mut hosts: BTreeMap<String, Vec<(usize, &Source)>> = BTreeMap::new();
    for (place, source) in sources.iter().enumerate() {
        hosts.entry(crawling.host(source)).or_default().push((place, source));
    }
    let mut crawls: Vec<(usize, &Source, Crawl)> = stream::iter(hosts.into_values())
        .map(|sources| async move {
            let mut crawls = Vec::with_capacity(sources.len());
            for (place, source) in sources {
                crawls.push((place, source, crawling.crawl(source).await?));
            }
            anyhow::Ok(crawls)
        })
        .buffer_unordered(parallel.max(1))
        .collect::<Vec<Result<Vec<_>>>>()
        .await
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    crawling.bars.clear();
    crawls.sort_by_key(|(place, _, _)| *place);
    Ok(crawls.into_iter().map(|(_, source, crawl)| (source, crawl)).collect())
}

impl Crawling {
    /// Whom the crawl asks. Saved pages ask nobody.
    fn host(&self, source: &Source) -> String {
        if self.saved { format!("saved pages of {}", source.slug) } else { source.url.host().to_owned() }
    }

    /// Crawls a source, or waits for the crawl of whoever crawls it right now and returns that.
    async fn crawl(&self, source: &Source) -> Result<Crawl> {
        let bar = self.bars.start(source);
        let mut waiting: Option<Busy> = None;
        let mut lost = 0;
        let crawl = loop {
            if self.interrupted.is_cancelled() {
                bail!("interrupted before `{}` was crawled", source.slug);
            }
            if let Some(busy) = waiting.as_ref().filter(|busy| busy.source == source.id)
                && let Some(last) = self.store.last_claimed(source.id).await?.filter(|last| last.token >= busy.token)
                && let Some(stored) = self.store.crawl(last.crawl).await?
            {
                break stored.crawl;
            }
            let busy = match self.store.claim(source.id, &self.host(source), &self.name, self.lease).await? {
                Taken::Claim(claim) => {
                    let progress = |progress| bar.set_message(words(progress));
                    let give_up = self.interrupted.clone().cancelled_owned();
                    let ended =
                        Box::pin(crawl_claimed(&self.pipeline, &self.store, claim, source, progress, give_up)).await;
                    match ended.with_context(|| format!("the crawl of `{}` could not be recorded", source.slug))? {
                        Claimed::Crawled(crawled) => break crawled.crawl,
                        Claimed::Lost | Claimed::GivenUp if lost < LOST_AT_MOST => {
                            lost += 1;
                            continue;
                        }
                        Claimed::Lost | Claimed::GivenUp => bail!(
                            "the claim on `{}` was lost {lost} times while it was crawled; is the database slow, or `worker.lease_ms` too short?",
                            source.slug
                        ),
                    }
                }
                Taken::Busy(busy) => busy,
            };
            if waiting.as_ref().is_none_or(|before| (before.source, before.token) != (busy.source, busy.token)) {
                self.bars.waits(&bar, source, &busy);
            }
            let pause = busy.free_in.min(Duration::from_millis(500));
            waiting = Some(busy);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.interrupted.cancelled() => {}
            }
        };
        self.bars.end(&bar, source, &crawl)?;
        Ok(crawl)
    }
}

/// The progress display: one bar for all sources, one line for each in flight; plain lines where there is no terminal.
pub(super) struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    json: bool,
    plain: bool,
}

impl Bars {
    pub(super) fn new(sources: usize, json: bool) -> Self {
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

    fn waits(&self, bar: &ProgressBar, source: &Source, busy: &Busy) {
        let since = busy.since.format("%H:%M:%S UTC");
        let words = if busy.source == source.id {
            format!("already being crawled by {} since {since}; waiting for its result", busy.worker)
        } else {
            format!("its host is asked by the crawl of {} by {} since {since}; waiting", busy.slug, busy.worker)
        };
        if self.plain {
            eprintln!("{}: {words}", source.slug);
        }
        bar.set_message(words);
    }

    fn end(&self, bar: &ProgressBar, source: &Source, crawl: &Crawl) -> Result<()> {
        bar.finish_and_clear();
        self.total.inc(1);
        if self.json {
            let mut line = serde_json::to_value(crawl)?;
            if let Some(members) = line.as_object_mut() {
                members.insert("source_slug".to_owned(), source.slug.to_string().into());
            }
            println!("{line}");
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

/// Remarks on what a crawl means for the events that are known.
const ABOUT_WHAT_IS_KNOWN: [&str; 5] = ["held", "not_believed", "missing", "presumed_cancelled", "listed_again"];

/// Whether the crawl tells what is on. An empty calendar with evidence does.
pub(super) const fn is_usable(outcome: &CrawlOutcome) -> bool {
    matches!(outcome, CrawlOutcome::Complete | CrawlOutcome::Partial { .. } | CrawlOutcome::Empty { .. })
}

pub(super) fn show(crawls: &[(&Source, Crawl)]) {
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
        for remark in crawl.diagnostics.iter().filter(|remark| ABOUT_WHAT_IS_KNOWN.contains(&remark.code.as_str())) {
            println!("{}: {}", source.slug, short(&remark.message, 240));
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

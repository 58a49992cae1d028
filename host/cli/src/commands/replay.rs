//! `marquee replay`: stored crawls run again from the archive, by any plugin, and what would differ.

use std::{io::IsTerminal as _, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use marquee_crawl::{Comparison, PageArchive, Pipeline, Recording, RecordingError, replay};
use marquee_extract::Plugin;
use marquee_model::{CrawlId, Digest, Slug};
use marquee_store::Store;

use super::crawl::{Bars, Crawling};
use crate::{
    NOTHING_USABLE, arguments,
    house::{self, Database},
    settings::Settings,
};

/// Exit status where something would differ: that of `score` and `crawl` when they ran as they should and all is not well.
const DIFFERS: u8 = NOTHING_USABLE;

/// A crawl that was run again.
struct Replayed {
    crawl: CrawlId,
    started_at: DateTime<Utc>,
    comparison: Comparison,
    /// What was kept of the crawl, and what came out now: equal digests are equal bytes.
    then: Digest,
    now: Digest,
    /// What the plugin asks for and the crawl did not fetch.
    unsaved: Vec<String>,
}

/// How a crawl fared.
enum Fate {
    Replayed(Box<Replayed>),
    Cannot(String),
}

pub(crate) async fn run(settings: &Settings, options: arguments::Replay) -> Result<ExitCode> {
    let source: Slug = options.source.parse()?;
    let since = options.since.as_deref().map(|since| instant(since, house::clock().now())).transpose()?;
    let archive: Arc<dyn PageArchive> = house::opened_archive(settings)?;
    let database = Database::open(settings).await?;
    let done = on_database(settings, &options, &database.store, &archive, &source, since).await;
    database.close().await?;
    done
}

async fn on_database(
    settings: &Settings,
    options: &arguments::Replay,
    store: &Store,
    archive: &Arc<dyn PageArchive>,
    source: &Slug,
    since: Option<DateTime<Utc>>,
) -> Result<ExitCode> {
    if store.source_by_slug(source).await?.is_none() {
        let known: Vec<String> = store.sources().await?.iter().map(|known| known.source.slug.to_string()).collect();
        bail!("there is no source `{source}`; there are: {}", known.join(", "));
    }
    let crawls = store.archived_crawls(source, since).await?;
    if crawls.is_empty() {
        bail!(
            "no crawl of `{source}` is archived{}",
            options.since.as_deref().map(|s| format!(" since {s}")).unwrap_or_default()
        );
    }
    if options.apply {
        return apply(settings, options, store, archive, &crawls).await;
    }
    let plugin = plugin(settings, options, store, &crawls).await?;
    let bar = progress(crawls.len(), options.json);
    let (mut same, mut differ, mut cannot) = (0, 0, 0);
    for crawl in &crawls {
        let fate = replay_one(settings, store, archive.as_ref(), &plugin, *crawl).await?;
        match &fate {
            Fate::Replayed(replayed) if replayed.comparison.is_same() => same += 1,
            Fate::Replayed(_) => differ += 1,
            Fate::Cannot(_) => cannot += 1,
        }
        bar.suspend(|| match options.json {
            true => println!("{}", json(*crawl, &plugin, &fate)),
            false => show(&fate),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    if !options.json {
        println!(
            "{}: {same} crawls would be the same, {differ} would differ, {cannot} cannot be run again",
            plugin.version()
        );
    }
    if same + differ == 0 {
        bail!("none of {cannot} crawls can be run again; what is said of each tells why");
    }
    Ok(if differ == 0 { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}

/// The component that was named, or the source's plugin out of the plugin folder.
async fn plugin(
    settings: &Settings,
    options: &arguments::Replay,
    store: &Store,
    crawls: &[CrawlId],
) -> Result<Arc<Plugin>> {
    if let Some(file) = &options.plugin {
        return Ok(super::plugin::load(settings, file).await?.1);
    }
    let last = crawls.last().context("there is a crawl")?;
    let stored = store
        .archived_crawl(*last)
        .await?
        .with_context(|| format!("crawl {last} was let go of meanwhile; try again"))?;
    let id = stored.version.plugin;
    let registry = house::registry(settings).await?;
    registry.get(&id).with_context(|| {
        format!("no plugin `{id}` is in {}; name a component by --plugin", settings.plugins.folder.display())
    })
}

async fn replay_one(
    settings: &Settings,
    store: &Store,
    archive: &dyn PageArchive,
    plugin: &Plugin,
    crawl: CrawlId,
) -> Result<Fate> {
    let Some(stored) = store.archived_crawl(crawl).await? else {
        return Ok(Fate::Cannot(format!("crawl {crawl} was let go of meanwhile")));
    };
    let cannot = |error: RecordingError| Fate::Cannot(error.to_string());
    let recording = match Recording::load(archive, &stored).await {
        Ok(recording) => recording,
        Err(error) => return Ok(cannot(error)),
    };
    let then = match Recording::given_then(archive, &stored).await {
        Ok(Some(then)) => then,
        Ok(None) => {
            return Ok(Fate::Cannot(format!(
                "crawl {crawl}: what it gave was not kept, so there is nothing to compare with"
            )));
        }
        Err(error) => return Ok(cannot(error)),
    };
    if let Err(problems) = plugin.check_configuration(&recording.source.configuration) {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Ok(Fate::Cannot(format!(
            "crawl {crawl}: its configuration does not fit this plugin: {}",
            problems.join("; ")
        )));
    }
    let (now, reading) = recording.read(plugin, &settings.normalize).await;
    Ok(Fate::Replayed(Box::new(Replayed {
        crawl,
        started_at: stored.started_at,
        comparison: replay::compare(&then, &now),
        then: Digest::of(&then.bytes()),
        now: Digest::of(&now.bytes()),
        unsaved: reading.unsaved,
    })))
}

/// Reads the latest crawl again as a crawl of its own.
async fn apply(
    settings: &Settings,
    options: &arguments::Replay,
    store: &Store,
    archive: &Arc<dyn PageArchive>,
    crawls: &[CrawlId],
) -> Result<ExitCode> {
    let last = crawls.last().context("there is a crawl")?;
    let stored = store
        .archived_crawl(*last)
        .await?
        .with_context(|| format!("crawl {last} was let go of meanwhile; try again"))?;
    // Zone, venue and configuration as they are now: it is to be read rightly, and not as it was.
    let source =
        store.source(stored.source).await?.with_context(|| format!("source `{}` is gone", stored.version.slug))?.source;
    let recording = Recording::load(archive.as_ref(), &stored).await?;
    let mut settings = settings.clone();
    // A component that is only tried is put where the host would find it, in a folder that ends with this command.
    let folder = tempfile::tempdir().context("no temporary folder can be made for the plugin")?;
    if let Some(file) = &options.plugin {
        let place = folder.path().join(format!("{}.wasm", source.plugin));
        std::fs::copy(file, place).with_context(|| format!("{} cannot be read", file.display()))?;
        settings.plugins.folder = folder.path().to_owned();
    }
    let registry = house::registry(&settings).await?;
    if registry.get(&source.plugin).is_none() {
        bail!("no plugin `{}` is loaded; name its component by --plugin, or see `marquee plugin list`", source.plugin);
    }
    let pipeline =
        Pipeline::new(Arc::new(recording), registry, store.clone(), house::clock(), settings.normalize.clone())
            .keeping(Some(Arc::clone(archive)));
    let sources = [source];
    let crawling = Crawling::new(&settings, pipeline, store.clone(), true, Bars::new(sources.len(), options.json));
    let crawls = super::crawl::crawl_all(&crawling, &sources, 1).await?;
    if !options.json {
        println!("Read the pages of crawl {last} again, for good:");
        super::crawl::show(&crawls);
    }
    let good = crawls.iter().all(|(_, crawl)| super::crawl::is_usable(&crawl.outcome));
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(NOTHING_USABLE) })
}

/// A day, an instant, or a span before now.
fn instant(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let span = text
        .strip_suffix('d')
        .and_then(|days| days.parse::<u16>().ok())
        .map(|days| TimeDelta::days(days.into()))
        .or_else(|| {
            text.strip_suffix('h')
                .and_then(|hours| hours.parse::<u16>().ok())
                .map(|hours| TimeDelta::hours(hours.into()))
        });
    let span = span.with_context(|| {
        format!("--since: `{text}` is no time: write a day (2026-05-01), an instant (2026-05-01T18:00:00Z) or a span (12h, 7d)")
    })?;
    Ok(now - span)
}

fn progress(length: usize, json: bool) -> ProgressBar {
    if json || length < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} crawls  {elapsed}");
    ProgressBar::new(length as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn json(crawl: CrawlId, plugin: &Plugin, fate: &Fate) -> serde_json::Value {
    match fate {
        Fate::Replayed(replayed) => serde_json::json!({
            "crawl": crawl, "started_at": replayed.started_at, "plugin": plugin.version(), "comparison": replayed.comparison,
            "then": replayed.then, "now": replayed.now, "not_fetched_then": replayed.unsaved,
        }),
        Fate::Cannot(reason) => serde_json::json!({ "crawl": crawl, "plugin": plugin.version(), "cannot": reason }),
    }
}

fn show(fate: &Fate) {
    match fate {
        Fate::Cannot(reason) => println!("{reason}"),
        Fate::Replayed(replayed) => {
            let compared = &replayed.comparison;
            let when = replayed.started_at.format("%Y-%m-%d %H:%M UTC");
            if compared.is_same() {
                println!("{} of {when}: the same {} events", replayed.crawl, compared.same);
            } else {
                println!(
                    "{} of {when}: {} events the same, {} changed, {} gone, {} new",
                    replayed.crawl, compared.same, compared.changed, compared.gone, compared.new
                );
            }
            for difference in &compared.differences {
                println!("{difference}");
            }
            for url in &replayed.unsaved {
                println!("the plugin asks for {url}, which the crawl did not fetch");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_day_an_instant_or_a_span() {
        let now = DateTime::from_timestamp(1_795_435_200, 0).unwrap();
        let hours = |text: &str| (now - instant(text, now).unwrap()).num_hours();
        assert_eq!((hours("12h"), hours("7d")), (12, 168));
        assert_eq!(instant("2026-05-01", now).unwrap().to_rfc3339(), "2026-05-01T00:00:00+00:00");
        assert_eq!(instant("2026-05-01T18:00:00-04:00", now).unwrap().to_rfc3339(), "2026-05-01T22:00:00+00:00");
        assert!(instant("yesterday", now).unwrap_err().to_string().contains("2026-05-01T18:00:00Z"));
    }
}

//! `marquee fixture CRAWL`: a stored crawl becomes a folder that `marquee plugin test` runs offline.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use marquee_crawl::{Fixture, Recording};
use marquee_model::CrawlId;
use marquee_store::ArchivedCrawl;

use crate::{
    arguments,
    house::{self, Database},
    settings::Settings,
    terminal::or_dash,
};

pub(crate) async fn run(settings: &Settings, options: arguments::Fixture) -> Result<ExitCode> {
    let id: CrawlId = options.crawl.parse().context("give a crawl's id as `marquee crawl --json` shows it")?;
    let archive = house::opened_archive(settings)?;
    let database = Database::open(settings).await?;
    let (stored, known) = (database.store.archived_crawl(id).await, database.store.crawl(id).await);
    database.close().await?;
    let Some(stored) = stored? else {
        match known? {
            Some(_) => bail!(
                "crawl {id} is no longer archived: its source's `fetch.keep_days`, or `archive.keep_days`, are over, or the archive was \
                 off when it ran"
            ),
            None => bail!("there is no crawl {id} in this database"),
        }
    };
    let recording = Recording::load(archive.as_ref(), &stored).await?;
    let expected = Recording::given_then(archive.as_ref(), &stored).await?;
    let folder = options.out.unwrap_or_else(|| PathBuf::from("fixtures").join(name(&stored)));
    if std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty; name another folder by --out", folder.display());
    }
    let origin = format!(
        "crawl {id} of {}, read by {}, {}",
        stored.version.slug,
        or_dash(stored.plugin.as_ref()),
        stored.outcome.name().replace('_', " ")
    );
    let pages = recording.answers.iter().filter(|recorded| recorded.answer.is_ok()).count();
    let events = expected.as_ref().map(|given| given.events.len());
    Fixture { recording, expected, origin: Some(origin) }.write(&folder)?;
    println!("{}: {pages} pages, {} events expected", folder.display(), or_dash(events));
    println!("Correct {}/expected.json where it is wrong, then run", folder.display());
    println!("    marquee plugin test {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Source, day and the end of the id: telling, and different for each crawl.
fn name(stored: &ArchivedCrawl) -> String {
    let id = stored.id.uuid().simple().to_string();
    let end = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
    format!("{}-{}-{end}", stored.version.slug, stored.started_at.date_naive())
}

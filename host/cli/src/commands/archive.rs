//! `marquee archive`: what is kept of fetched pages, verified, and let go of after its time.

use std::process::ExitCode;

use anyhow::Result;
use indicatif::ProgressBar;
use marquee_crawl::retention;

use crate::{
    FAILED, arguments,
    house::{self, Database},
    settings::Settings,
};

pub(crate) async fn run(settings: &Settings, command: &arguments::Archive) -> Result<ExitCode> {
    let archive = house::opened_archive(settings)?;
    let database = Database::open(settings).await?;
    let done = match command {
        arguments::Archive::Gc { dry_run } => gc(&database, &archive, *dry_run).await,
        arguments::Archive::Check { delete } => check(&database, &archive, *delete).await,
    };
    database.close().await?;
    done
}

async fn gc(database: &Database, archive: &marquee_archive::Archive, dry_run: bool) -> Result<ExitCode> {
    let collected = retention::gc(&database.store, archive, house::clock().now(), dry_run).await?;
    if !dry_run {
        println!("{} crawls were out of their time: they can no longer be run again.", collected.crawls);
    }
    println!(
        "{} {} of {} blobs ({} KB) in {}; {} more that nothing refers to are too young.",
        if dry_run { "Would delete" } else { "Deleted" },
        collected.deleted,
        collected.blobs,
        collected.bytes.div_ceil(1024),
        archive.place(),
        collected.young
    );
    Ok(ExitCode::SUCCESS)
}

async fn check(database: &Database, archive: &marquee_archive::Archive, delete: bool) -> Result<ExitCode> {
    let bar = ProgressBar::new_spinner().with_message("blobs verified");
    let verified = retention::verify(&database.store, archive, delete, || bar.inc(1)).await;
    bar.finish_and_clear();
    let verified = verified?;
    for sentence in &verified.corrupted {
        println!("{sentence}");
    }
    for digest in &verified.missing {
        println!("blob {digest} is missing: crawls refer to it, and can no longer be run again");
    }
    println!(
        "{} blobs are whole ({} KB in {}), {} corrupted{}, {} missing.",
        verified.whole,
        verified.bytes.div_ceil(1024),
        archive.place(),
        verified.corrupted.len(),
        if delete { format!(" ({} deleted)", verified.deleted) } else { String::new() },
        verified.missing.len()
    );
    let good = verified.corrupted.is_empty() && verified.missing.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

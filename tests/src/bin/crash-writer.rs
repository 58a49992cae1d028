//! Records crawls without end and prints the id of each event once its transaction is acknowledged. The durability test kills
//! it, and the server under it, at any moment.
//!
//! Arguments: the database's address, the source's slug, the number that the first crawl bears.

use std::io::Write;

use marquee_store::{PoolSettings, Store};
use marquee_tests::sample;

/// Events a crawl: enough that a kill falls into the middle of a transaction.
const EVENTS: u64 = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("arguments: URL SLUG FIRST");
    let (url, slug, first) = (next()?, next()?, next()?.parse::<i64>()?);
    let store = Store::connect(&url, &PoolSettings::default()).await?;
    let source = store.source_by_slug(&slug.parse()?).await?.ok_or("no such source")?.source;
    let mut out = std::io::stdout();
    for number in first.. {
        let crawl = sample::crawl(&source, number);
        let events =
            (0..EVENTS).map(|n| sample::event(&crawl, &source, &format!("c{number}-{n}"), n)).collect::<Vec<_>>();
        let mut record = sample::record(crawl, &source, events);
        // Every crawl lists other events than the one before. Of what is over nobody asks why; it is recorded.
        record.circumstances.today = sample::TODAY + chrono::Days::new(4_000);
        let recorded = store.record(record).await?;
        // One line a crawl, written at once: either the whole acknowledgement is seen or none of it.
        let ids: Vec<String> = recorded.events.iter().map(ToString::to_string).collect();
        writeln!(out, "{number} {}", ids.join(" "))?;
        out.flush()?;
    }
    Ok(())
}

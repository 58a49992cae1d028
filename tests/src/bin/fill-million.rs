//! Fills a database for `benches/api`, where it is empty: `fill-million postgres:///million 1000000`.

use marquee_store::{PoolSettings, Store};
use marquee_tests::million;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("arguments: URL EVENTS");
    let (url, events) = (next()?, next()?.parse::<u32>()?);
    let store = Store::connect(&url, &PoolSettings::default()).await?;
    store.migrate().await?;
    if store.totals().await?.events == 0 {
        million::fill_at(&url, events).await?;
    }
    Ok(())
}

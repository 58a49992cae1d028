//! Pages from loopback sites, fetched as any others, without waiting between requests.

use std::sync::Arc;

use marquee_crawl::{LivePages, PageSupply, StoreBook};
use marquee_fetch::{
    BrowserSettings, Browsers, EgressPolicy, FetchLimits, Fetcher, PolitenessSettings, Secrets, TokioPace, UserAgent,
    Visitor,
};
use marquee_model::Clock;
use marquee_store::Store;

use crate::guests::Setup;

/// A supply that may ask these hosts (`name:port`) and no others, whose turns at hosts stand in this database.
///
/// # Errors
/// A host's name is none.
pub fn without_delays(hosts: &[String], clock: Arc<dyn Clock>, store: &Store) -> Setup<Arc<dyn PageSupply>> {
    marquee_fetch::install_tls();
    let allow = hosts.iter().map(|host| host.parse()).collect::<Result<_, _>>()?;
    let policy = EgressPolicy { allow, ..EgressPolicy::default() };
    let fetcher = Fetcher::new(FetchLimits::default(), policy, UserAgent::default(), clock.clone())?;
    let ignore_robots = hosts.iter().filter_map(|host| host.split(':').next()).map(str::to_owned).collect();
    let politeness = PolitenessSettings { delay_ms: 0, ignore_robots, ..PolitenessSettings::default() };
    let book = Arc::new(StoreBook::new(store.clone(), politeness.clone()));
    let pace = Arc::new(TokioPace::new(clock));
    let visitor = Visitor::new(Arc::new(fetcher), book, pace, Secrets::none(), politeness, 1)?;
    Ok(Arc::new(LivePages::new(visitor, Arc::new(Browsers::new(BrowserSettings::default())?))))
}

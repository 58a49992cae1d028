//! What works for those who follow changes: deliveries to subscribers, and letting go of what is out of its time.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use chrono::TimeDelta;
use marquee_fetch::Fetcher;
use marquee_serve::Follow;
use marquee_store::Store;
use marquee_webhooks::{Deliverer, Render};
use tokio_util::sync::CancellationToken;

use crate::{house, settings::Settings};

/// How often old changes and deliveries are let go of. A follower must not lose an hour of what was promised, and need not gain a day.
const TIDIED_EVERY: Duration = Duration::from_secs(3600);

/// The deliverer, with a fetcher of its own under the operator's egress rules.
pub(crate) fn deliverer(settings: &Settings, store: &Store) -> Result<Deliverer> {
    let (limits, agent) = (settings.webhooks.fetch_limits(), settings.fetch.user_agent.clone());
    let fetcher = Arc::new(Fetcher::new(limits, settings.egress.clone(), agent, house::clock())?);
    let follow = Follow::new(store.clone(), settings.follow.clone(), settings.serve.generation);
    let render: Render = Arc::new(move |changes| {
        let follow = follow.clone();
        Box::pin(async move { follow.entries(changes, true, house::clock().now()).await })
    });
    let (clock, settings) = (house::clock(), settings.webhooks.clone());
    Ok(Deliverer::new(store.clone(), fetcher, render, clock, settings, house::name(), house::seed()))
}

/// Delivers and tidies until `stop`. Several processes may do so at once.
pub(crate) fn work(
    settings: &Settings,
    store: &Store,
    stop: CancellationToken,
) -> Result<impl Future<Output = ()> + use<>> {
    let deliverer = Arc::new(deliverer(settings, store)?);
    let (store, kept) = (store.clone(), TimeDelta::days(settings.follow.keep_days.into()));
    let tidying = tidy(store, Arc::clone(&deliverer), kept, stop.clone());
    Ok(async move {
        tokio::join!(deliverer.run(stop), tidying);
    })
}

async fn tidy(store: Store, deliverer: Arc<Deliverer>, kept: TimeDelta, stop: CancellationToken) {
    let mut hours = tokio::time::interval(TIDIED_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = hours.tick() => {}
        }
        let gone = async { Ok((store.prune_changes(house::clock().now() - kept).await?, deliverer.tidy().await?)) };
        let gone: Result<_, marquee_store::StoreError> = gone.await;
        match gone {
            Ok((0, 0)) => {}
            Ok((changes, deliveries)) => tracing::info!(changes, deliveries, "old changes and deliveries let go of"),
            Err(error) => tracing::warn!(%error, "old changes could not be let go of; trying again in an hour"),
        }
    }
}

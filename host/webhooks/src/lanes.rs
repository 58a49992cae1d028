//! Delivering until told to stop: some lanes beside each other, woken by new changes and by the clock.

use std::sync::Arc;

use marquee_store::{GenerationSettings, GenerationWatch, StoreError};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Deliverer, Turned};

impl Deliverer {
    /// Delivers until `stop`; a request that is under way then is waited for, which takes `webhooks.timeout_ms` at most.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        if !self.settings.enabled {
            return;
        }
        let Some(watch) = self.listen(&stop).await else { return };
        let mut lanes = JoinSet::new();
        for _ in 0..self.settings.parallel.max(1) {
            lanes.spawn(Arc::clone(&self).lane(watch.generation().subscribe(), stop.clone()));
        }
        while lanes.join_next().await.is_some() {}
    }

    /// Listens for news; a database that is away is waited for.
    async fn listen(&self, stop: &CancellationToken) -> Option<GenerationWatch> {
        loop {
            // In a host that serves, this is the connection of its kept answers.
            match self.store.listen(GenerationSettings::default()).await {
                Ok(watch) => return Some(watch),
                Err(error) => tracing::warn!(%error, "webhooks cannot be delivered yet; trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(self.settings.poll()) => {}
            }
        }
    }

    async fn lane(self: Arc<Self>, mut news: watch::Receiver<i64>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            news.mark_unchanged();
            match self.turn().await {
                Ok(Turned::Idle) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "a delivery could not be worked on; trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = news.changed() => {}
                () = tokio::time::sleep(self.settings.poll()) => {}
            }
        }
    }

    /// Lets go of deliveries that the log no longer keeps. Returns how many.
    pub async fn tidy(&self) -> Result<u64, StoreError> {
        self.store.prune_deliveries(self.clock.now() - self.settings.log_kept()).await
    }
}

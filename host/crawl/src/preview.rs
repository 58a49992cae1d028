//! What the next crawl would do, and why: fetched, read, normalised and planned as in a crawl, and not recorded.
//!
//! The pages are asked for now, politely, as a crawl asks for them; every page is read anew. Nothing of it is stored beside what the
//! host's turns need. Joining with what other sources tell is no part of a plan: it happens where a crawl is recorded.

use marquee_model::{Crawl, CrawlId, Source};
use marquee_reconcile::{Context, Plan, plan};
use marquee_store::StoreError;

use crate::{
    Pipeline, Progress,
    pipeline::{Run, compare, seen_at},
    reuse::{self, Remembered},
    statistics,
    ways::Follower,
};

/// A crawl that was not recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// What would be recorded of it. The tally knows what was found; new and changed stand in the plan.
    pub crawl: Crawl,
    /// What it would do.
    pub plan: Plan,
}

impl Pipeline {
    /// Crawls a source without recording it. `None`: its plugin is not loaded.
    pub async fn preview(
        &self,
        source: &Source,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Option<Preview>, StoreError> {
        let Some(plugin) = self.registry.get(&source.plugin) else { return Ok(None) };
        let started_at = self.clock.now();
        let run = Run { id: CrawlId::new(started_at), source, claim: None, started_at };
        let mut gathered = self.gather(source, &plugin, &Remembered::default(), Follower::default(), &progress).await;
        let (normalized, _) = self.normalize(run, &plugin, &gathered);
        let history = self.store.history(source.id, statistics::LOOK_BACK, statistics::settled(started_at)).await?;
        let pages = std::mem::take(&mut gathered.fetched);
        let mut crawl = self.sum_up(run, &plugin, gathered, pages.len(), &normalized);
        compare(source, &mut crawl, &pages, &normalized.events, &history);

        let now = seen_at(&pages, started_at);
        let today = reuse::today(source, now);
        let known = self.store.known(source.id, today).await?;
        let (vanished, plugin_changed) = self.store.habits(source.id, plugin.version(), started_at).await?;
        let context = Context {
            source: source.id,
            crawl: crawl.id,
            now,
            zone: source.zone,
            today,
            outcome: crawl.outcome.clone(),
            window: crawl.window,
            plugin: crawl.plugin.clone(),
            plugin_changed,
            suspect: crawl.statistics.as_ref().is_some_and(|statistics| statistics.suspect),
            history: vanished,
            settings: self.store.truth().reconcile.clone(),
        };
        let plan = plan(&known, &normalized.events, &context);
        Ok(Some(Preview { crawl, plan }))
    }
}

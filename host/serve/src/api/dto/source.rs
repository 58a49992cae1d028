//! A source and how it is doing.

use chrono::{DateTime, Utc};
use marquee_model::{
    CrawlRequested, Health, PluginId, SourceId,
    health::{judge as judge_crawls, usual},
};
use marquee_store::{SourceHealth, StoredSource};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{HealthWord, OutcomeWord, RequestedWord};

/// One address, read by one plugin, for one venue. Its configuration is not shown: it may hold keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceView {
    /// Its id.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    pub(crate) id: SourceId,
    /// Its short name.
    pub(crate) slug: String,
    /// Short name of its site.
    pub(crate) site: String,
    /// Short name of its venue.
    pub(crate) venue: String,
    /// Name of its venue.
    pub(crate) venue_name: String,
    /// The address of its listing.
    pub(crate) url: String,
    /// The plugin that reads it.
    pub(crate) plugin: String,
    /// Whether that plugin is in use at the moment.
    pub(crate) plugin_in_use: bool,
    /// Minutes between two crawls.
    pub(crate) every_minutes: u32,
    /// How it is doing.
    #[schema(value_type = HealthWord)]
    pub(crate) health: &'static str,
    /// Why it is not doing well, and what to do; null where it is.
    pub(crate) why: Option<String>,
    /// When a crawl of it last ended complete, or empty with the page's own words for it.
    pub(crate) last_good: Option<DateTime<Utc>>,
    /// When a crawl of it last began.
    pub(crate) last_tried: Option<DateTime<Utc>>,
    /// How that crawl ended.
    #[schema(value_type = Option<OutcomeWord>)]
    pub(crate) last_outcome: Option<&'static str>,
    /// Events that it found.
    pub(crate) last_found: Option<i64>,
    /// Events that its good crawls usually find: the median of its last ones.
    pub(crate) usual_found: Option<u32>,
    /// Events that its last crawls found, the newest first, at most 20.
    pub(crate) found_by_crawl: Vec<u32>,
    /// Crawls since the last good one.
    pub(crate) failures: i64,
    /// When it is crawled next by its schedule; null where it is paused or switched off, or no worker has looked at it yet.
    pub(crate) next_at: Option<DateTime<Utc>>,
}

impl SourceView {
    /// A source, its health, and the plugins in use.
    pub(crate) fn new(stored: &StoredSource, health: Option<&SourceHealth>, in_use: &[PluginId]) -> Self {
        let source = &stored.source;
        let plugin_in_use = in_use.contains(&source.plugin);
        let (word, why) = judge(stored, health, plugin_in_use);
        Self {
            id: source.id,
            slug: source.slug.to_string(),
            site: stored.site_slug.to_string(),
            venue: stored.venue_slug.to_string(),
            venue_name: stored.venue_name.clone(),
            url: source.url.to_string(),
            plugin: source.plugin.to_string(),
            plugin_in_use,
            every_minutes: source.schedule.every_minutes,
            health: word,
            why,
            last_good: health.and_then(|h| h.last_good),
            last_tried: health.and_then(|h| h.last_tried),
            last_outcome: health.and_then(|h| h.last_outcome.as_ref()).map(|o| o.name()),
            last_found: health.and_then(|h| h.last_found),
            usual_found: health.and_then(|h| usual(&h.recent)),
            found_by_crawl: health.iter().flat_map(|h| &h.recent).map(|crawl| crawl.found).collect(),
            failures: health.map_or(0, |h| h.failures),
            next_at: health.and_then(|h| h.next_at),
        }
    }
}

/// How a source is doing, in a word, and why it is not doing well.
fn judge(stored: &StoredSource, health: Option<&SourceHealth>, plugin_in_use: bool) -> (&'static str, Option<String>) {
    let source = &stored.source;
    if !source.enabled {
        return ("off", Some("it is switched off; set `enabled = true` in its file to have it crawled".to_owned()));
    }
    if let Some(since) = health.and_then(|health| health.paused_at) {
        let why = format!(
            "it is paused since {}; `marquee source resume {}` ends that",
            since.format("%Y-%m-%d %H:%MZ"),
            source.slug
        );
        return ("paused", Some(why));
    }
    let judged = judge_crawls(health.map_or(&[], |health| health.recent.as_slice()));
    if !plugin_in_use {
        let word = if judged.health == Health::NeverCrawled { "never_crawled" } else { "failing" };
        return (word, Some(no_plugin(source.plugin.as_str())));
    }
    match judged.health {
        Health::NeverCrawled => {
            ("never_crawled", Some(format!("it has not been crawled yet; run `marquee crawl {}`", source.slug)))
        }
        Health::Good => ("good", None),
        Health::Partial => ("partial", judged.why),
        Health::Suspect => ("suspect", judged.why),
        Health::Failing => ("failing", judged.why),
    }
}

fn no_plugin(id: &str) -> String {
    format!(
        "its plugin `{id}` is not in use; put the plugin's .wasm file into the plugin folder, or see /api/v1/plugins"
    )
}

/// What became of a wish for a crawl.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrawlRequest)]
pub(crate) struct CrawlRequestView {
    /// The source.
    #[schema(value_type = String, example = "src_0198c0de00007000800000000000abcd")]
    pub(crate) source: SourceId,
    /// `already_queued`: one was waiting or running, no second one is made.
    #[schema(value_type = RequestedWord)]
    pub(crate) status: CrawlRequested,
    /// Where the crawl will be listed.
    #[schema(example = "/api/v1/crawls?source=rex")]
    pub(crate) crawls: String,
}

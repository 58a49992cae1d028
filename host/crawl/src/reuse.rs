//! What need not be read again: the pages of a source's last reading, and whether what they gave still stands.
//!
//! A plugin is a pure function of the page, the source's facts and the day. So what it told of a page stands as long as everything that
//! it read is as it was; `extract` notes what it read and looks again without starting the plugin. A crawl of which every page is as
//! it was confirms the last reading. Nothing here decides by itself that a page is unchanged.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use marquee_extract::{Plugin, ReadRecord, Sameness};
use marquee_model::{Digest, Page, PageRequest, PluginVersion, Source};
use marquee_normalize::NormalizeLimits;
use marquee_reading::zone;
use marquee_store::{ReadPage, Reading};

use crate::follow::fingerprint;

/// Counts up when the host reads or normalises differently, so that every page is read anew once after an update. 2: the ways of fields are followed.
const READING_VERSION: u32 = 2;

/// The last reading, by request, as far as it may be used again.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    reading: Option<Reading>,
    places: BTreeMap<Digest, usize>,
}

impl Remembered {
    /// Of a reading that depended on other facts (another plugin, another configuration) nothing is remembered.
    pub(crate) fn new(reading: Option<Reading>, facts: Digest) -> Self {
        let reading = reading.filter(|reading| reading.facts == facts);
        let pages = reading.iter().flat_map(|reading| reading.pages.iter().enumerate());
        Self { places: pages.map(|(place, page)| (page.request, place)).collect(), reading }
    }

    /// The page that answered this request.
    pub(crate) fn page(&self, request: Digest) -> Option<&ReadPage> {
        let place = self.places.get(&request)?;
        self.reading.as_ref()?.pages.get(*place)
    }

    /// The reading itself.
    pub(crate) const fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// Whether it was made on this day of the source's.
    pub(crate) fn is_of(&self, day: NaiveDate) -> bool {
        self.reading.as_ref().is_some_and(|reading| reading.day == day)
    }
}

/// Under which a page is remembered.
pub(crate) fn key(request: &PageRequest) -> Digest {
    let context = request.context.as_deref().unwrap_or_default();
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    Digest::of(
        format!("{}\n{}\n{}\n{headers}\n{context}", fingerprint(request), request.kind, request.depth).as_bytes(),
    )
}

/// Digest of everything beside the pages that a reading depends on.
pub(crate) fn facts(source: &Source, plugin: &PluginVersion, limits: &NormalizeLimits) -> Digest {
    // What only says when and how often pages are asked for changes nothing of what they give.
    let mut source = source.clone();
    source.schedule = marquee_model::Schedule::default();
    source.enabled = true;
    let written = serde_json::to_vec(&(READING_VERSION, env!("CARGO_PKG_VERSION"), &source, plugin, limits));
    // Only maps with keys that are no text cannot be written, and none of these has one.
    Digest::of(&written.unwrap_or_default())
}

/// The day that it is where the source is.
pub(crate) fn today(source: &Source, now: DateTime<Utc>) -> NaiveDate {
    zone::local(now, source.zone).date()
}

/// Whether word that a page's body is as it was is enough to spare the plugin.
pub(crate) async fn stands(plugin: &Plugin, source: &Source, before: &ReadPage, now: DateTime<Utc>) -> bool {
    let Some(record) = before.reads.as_deref().and_then(ReadRecord::from_bytes) else { return false };
    plugin.reads_the_same_unmodified(&record, source, &before.page.url, now).await.is_same()
}

/// Whether everything that the plugin read of a page is as it was. `body` is `None` where the site said so itself, which was only asked
/// where that [stands](stands).
pub(crate) async fn is_as_before(
    plugin: &Plugin,
    source: &Source,
    before: &ReadPage,
    body: Option<&Arc<Page>>,
) -> bool {
    let Some(body) = body else { return true };
    let Some(record) = before.reads.as_deref().and_then(ReadRecord::from_bytes) else { return false };
    match plugin.reads_the_same(&record, source, body).await {
        Sameness::Same { .. } => true,
        Sameness::Different(reason) => {
            tracing::debug!(url = %before.page.url, reason, "the page is read anew");
            false
        }
    }
}

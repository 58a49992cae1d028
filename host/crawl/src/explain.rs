//! Where each value of each event comes from: what a plugin read, joined with what the normaliser made of it.
//!
//! The trail of `extract` leads from claims to the page, `normalize` from events to claims; here both are joined, for a page that is at
//! hand. It fetches and stores nothing, and no crawl runs through it.

use std::sync::Arc;

use marquee_extract::{CallError, Extracted, Plugin};
use marquee_model::{CrawlId, Explained, Page, Provenance, Source};
use marquee_normalize::{Input, NormalizeLimits, Normalized, PageClaims, PageFacts, explain_event, normalize_told};

/// A page, read with every value explained.
#[derive(Debug)]
pub struct Explanation {
    /// The plugin's answer.
    pub extracted: Extracted,
    /// What the normaliser made of it.
    pub normalized: Normalized,
    /// For each event the ways to its values, in the order of its fields.
    pub events: Vec<Vec<Provenance>>,
    /// For each claim that is part of no event (rejected, or the details of one that the listing has) the ways to its values.
    pub claims: Vec<Vec<Provenance>>,
    /// Reads that were too many to be noted.
    pub left_out: usize,
}

/// Reads a page and explains every value.
///
/// # Errors
/// The plugin's own answer that it could not read the page, or why it was stopped.
pub async fn explain(
    plugin: &Plugin,
    source: &Source,
    page: Arc<Page>,
    limits: &NormalizeLimits,
) -> Result<Explanation, CallError> {
    let (extracted, trail) = plugin.extract_explained(source, Arc::clone(&page)).await?;
    let claims = extracted.extraction.outcome.events();
    let ways = trail.explain(claims);
    let pages = [PageClaims { page: PageFacts::from(&*page), claims }];
    let input = Input { source, crawl: CrawlId::new(page.fetched_at), plugin: plugin.version(), pages: &pages };
    let mut made_of: Vec<Vec<usize>> = Vec::new();
    let normalized = normalize_told(&input, limits, |event, claim| {
        made_of.resize_with(made_of.len().max(event + 1), Vec::new);
        if let Some(claims) = made_of.get_mut(event) {
            claims.push(claim);
        }
    });
    let events = normalized
        .events
        .iter()
        .zip(&made_of)
        .map(|(event, places)| {
            let told =
                places.iter().filter_map(|place| Some((claims.get(*place)?, ways.get(*place)?.as_slice(), &page.url)));
            explain_event(event, &told.collect::<Vec<_>>(), source)
        })
        .collect();
    let alone = ways.into_iter().enumerate().filter(|(place, _)| !made_of.iter().flatten().any(|used| used == place));
    let claims = alone.map(|(_, ways)| ways).collect();
    Ok(Explanation { extracted, normalized, events, claims, left_out: trail.left_out() })
}

impl Explanation {
    /// How many values are explained, of events and of claims that are part of none.
    #[must_use]
    pub fn share(&self) -> Explained {
        self.events.iter().chain(&self.claims).flatten().collect()
    }
}

//! The ways by which a source's plugin finds each field, followed while a crawl goes on.
//!
//! The same as `explain`, for a few events of a crawl: enough to name the selectors, at a cost that a crawl does not feel. Followed are
//! the pages that are read anew, where nothing is known of the ways or what is known is a day old; a crawl that finds every page as it was
//! follows nothing. What is followed changes no event, and what cannot be followed in time is left out.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use marquee_extract::{CallError, Extracted, Plugin, Trail};
use marquee_model::{Digest, Event, EventClaim, FieldWays, Page, Provenance, Source, Step, ways_of};
use marquee_normalize::{Told, explain_event};
use marquee_reading::status;
use marquee_store::KnownWays;

use crate::gather::Read;

/// How long what is known of a source's ways is good enough: a page that was laid out anew shows in them a day later at the latest.
const FOLLOWED_EVERY: TimeDelta = TimeDelta::days(1);

/// Pages of one kind that are followed in a crawl. Pages of one kind are made by one template.
const PAGES_OF_A_KIND: usize = 8;

/// Claims of a page that have the same fields, of which the ways are followed.
const CLAIMS_OF_A_SHAPE: usize = 3;

/// Claims of a page that are followed in all.
const CLAIMS_OF_A_PAGE: usize = 24;

/// Bytes of notes from which on a page is not followed: 500 events leave 0.4 MB, the fullest page seen 3 MB.
const NOTED_BYTES: usize = 4 << 20;

/// How long a page may be followed. 24 claims of a listing of 500 events take a few milliseconds; what takes longer is no listing.
const FOLLOWED_FOR: Duration = Duration::from_millis(250);

/// The ways to the values of some claims of a page, by the claim's place on it.
pub(crate) type Followed = BTreeMap<usize, Vec<Provenance>>;

/// Which pages of a crawl are followed.
#[derive(Default)]
pub(crate) struct Follower {
    is_due: bool,
    pages: BTreeMap<String, usize>,
}

impl Follower {
    /// `Default` follows nothing. `known` is what is known of the source's ways by this plugin, `facts` all that a reading depends on beside pages.
    pub(crate) fn new(known: Option<KnownWays>, facts: Digest, now: DateTime<Utc>) -> Self {
        let is_known = known.is_some_and(|known| known.facts == facts && now - known.followed_at < FOLLOWED_EVERY);
        Self { is_due: !is_known, pages: BTreeMap::new() }
    }

    fn takes(&mut self, page: &Page) -> bool {
        if !self.is_due {
            return false;
        }
        let followed = self.pages.entry(page.request.kind.clone()).or_default();
        *followed += 1;
        *followed <= PAGES_OF_A_KIND
    }

    /// Has the plugin read a page, and follows what it read where that is due.
    pub(crate) async fn extract(
        &mut self,
        plugin: &Plugin,
        source: &Source,
        page: Arc<Page>,
    ) -> Result<(Extracted, Followed), CallError> {
        if !self.takes(&page) {
            return Ok((plugin.extract(source, page).await?, Followed::new()));
        }
        let kind = page.request.kind.clone();
        let (extracted, trail) = plugin.extract_explained(source, page).await?;
        if trail.bytes() > NOTED_BYTES || trail.left_out() > 0 {
            return Ok((extracted, Followed::new()));
        }
        let claims = chosen(extracted.extraction.outcome.events());
        let followed = tokio::task::spawn_blocking(move || follow(&trail, &claims, &kind)).await;
        // Only a panic ends it otherwise, and no crawl fails for want of it.
        Ok((extracted, followed.unwrap_or_default()))
    }
}

/// The ways that a crawl found, by field; `None` where nothing was followed. `made_of` tells of each event which claims it was made of, by
/// their places among all claims. An event is spoken of only where all its claims were followed: what a detail page adds would seem to be
/// the plugin's own otherwise. So there may be none; that is kept as well, so that it is not tried again with every crawl.
pub(crate) fn found(source: &Source, read: &[Read], events: &[Event], made_of: &[Vec<usize>]) -> Option<FieldWays> {
    if read.iter().all(|read| read.followed.is_empty()) {
        return None;
    }
    let claims: Vec<Option<Told<'_>>> = read.iter().flat_map(told).collect();
    let mut values: Vec<Provenance> = Vec::new();
    for (event, places) in events.iter().zip(made_of) {
        let told: Option<Vec<Told<'_>>> = places.iter().map(|place| claims.get(*place).copied().flatten()).collect();
        values.extend(told.into_iter().flat_map(|told| explain_event(event, &told, source)));
    }
    Some(ways_of(&values))
}

/// The claims of a page in its order, those that were followed.
fn told(read: &Read) -> impl Iterator<Item = Option<Told<'_>>> {
    let claims = read.told.extraction().map_or(&[][..], |extraction| extraction.outcome.events());
    claims.iter().enumerate().map(|(place, claim)| {
        let ways = read.followed.get(&place)?;
        Some((claim, ways.as_slice(), &read.page.page.url))
    })
}

fn follow(trail: &Trail, claims: &[(usize, EventClaim)], kind: &str) -> Followed {
    let begun = Instant::now();
    let ways = trail.explain_some(claims.iter().map(|(_, claim)| claim), || begun.elapsed() < FOLLOWED_FOR);
    let places = claims.iter().map(|(place, _)| *place);
    places
        .zip(ways)
        .map(|(place, mut ways)| {
            ways.iter_mut().for_each(|way| name_page(&mut way.step, kind));
            (place, ways)
        })
        .collect()
}

/// Says of everything that was read on which kind of page that was.
fn name_page(step: &mut Step, kind: &str) {
    if let Some(place) = &mut step.place {
        place.page = Some(kind.to_owned());
    }
    step.from.iter_mut().for_each(|before| name_page(before, kind));
}

/// Claims to follow: the first few of each shape, so that a field that few events have is among them.
fn chosen(claims: &[EventClaim]) -> Vec<(usize, EventClaim)> {
    let mut shapes: BTreeMap<[bool; 14], usize> = BTreeMap::new();
    let mut few = Vec::new();
    for (place, claim) in claims.iter().enumerate() {
        let seen = shapes.entry(shape(claim)).or_default();
        *seen += 1;
        if *seen <= CLAIMS_OF_A_SHAPE {
            few.push((place, claim.clone()));
        }
        if few.len() >= CLAIMS_OF_A_PAGE {
            break;
        }
    }
    few
}

/// Which fields a claim has.
fn shape(claim: &EventClaim) -> [bool; 14] {
    let words = claim.title.as_ref().is_some_and(|title| status::read(title).0.is_some());
    let amount = claim.price.as_ref().is_some_and(|price| price.min.is_some());
    [
        claim.key.is_some(),
        !claim.performers.is_empty(),
        matches!(claim.start, Some(marquee_model::Moment::Date(_))),
        claim.doors.is_some(),
        claim.end.is_some(),
        claim.status.is_some() || words,
        claim.price.is_some(),
        amount,
        claim.ticket_url.is_some(),
        claim.event_url.is_some(),
        claim.image_url.is_some(),
        claim.age.is_some(),
        claim.description.is_some(),
        !claim.genres.is_empty() || claim.room.is_some() || claim.venue.is_some(),
    ]
}

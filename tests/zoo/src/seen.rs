//! What everybody sees, and what everybody then claims: the ground on which Marquee and other policies are compared.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{CrawlOutcome, Event, EventTime, Price, Status, WebUrl, Window};
use serde::{Deserialize, Serialize};

use crate::truth::TruthId;

/// One crawl, the same for Marquee and for the others.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCrawl {
    /// When it began.
    pub at: DateTime<Utc>,
    /// The simulated day (UTC).
    pub day: NaiveDate,
    /// The source's place in the world's list, from 0. A venue may be told of by several.
    pub source: usize,
    /// The venue's place in the world's list, from 0. For a source of many venues, such as a city's calendar, the one that the source
    /// is declared for; the events' own venue follows from their `truth`.
    pub venue: usize,
    /// Whether nothing was wrong with the page. No policy sees this; the judge does not ask of a policy to believe a page that is broken.
    pub sound: bool,
    /// How it ended.
    pub outcome: CrawlOutcome,
    /// The days that the page covered, where it is known.
    pub window: Option<Window>,
    /// The events that were read, normalised, each with the truth from which the page's item was rendered. `None`: the page made it
    /// up, such as an item of another venue's page. Where the crawl found its pages as they were, these are the events of before.
    pub events: Vec<(Event, Option<TruthId>)>,
}

/// What a policy, or Marquee's store, claims on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    /// The public id, or what stands for one in a policy.
    pub id: String,
    /// The venue's place in the world's list.
    pub venue: usize,
    /// The title.
    pub title: String,
    /// The bill, in billing order.
    pub acts: Vec<String>,
    /// When it starts.
    pub start: EventTime,
    /// Whether it takes place.
    pub status: Status,
    /// Whether the status is concluded from absence, not from words.
    pub presumed: bool,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// The room within the venue.
    pub room: Option<String>,
    /// What it costs.
    pub price: Option<Price>,
    /// Where tickets are sold.
    pub ticket_url: Option<WebUrl>,
    /// By provenance: the truth of the item that it was last fed by.
    pub truth: Option<TruthId>,
}

/// A way to keep events from crawl to crawl.
pub trait Policy {
    /// Its name in the table.
    fn name(&self) -> &str;

    /// Takes a crawl in. Crawls come in the order of their time.
    fn crawl(&mut self, seen: &SeenCrawl);

    /// What it claims of this day and later, cancelled events included.
    fn claims(&self, day: NaiveDate) -> Vec<Claimed>;
}

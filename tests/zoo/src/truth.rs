//! What is really on: events as the world knows them, for the judge to hold claims against.
//!
//! The world fills these; the judge reads them. Nothing here knows of pages or of Marquee's store.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{EventTime, Price, Status, WebUrl};
use serde::{Deserialize, Serialize};

/// One real-world event: one performance at one venue. An early and a late show are two; each night of a festival is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TruthId(pub u32);

/// An event as it truly is by now, as far as any page of the zoo tells it. What no page ever prints is `None`, and is not to be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrueEvent {
    /// For life, whatever else changes.
    pub id: TruthId,
    /// The venue's place in the world's list, from 0.
    pub venue: usize,
    /// Everybody on the bill, in billing order, openers included. Empty where the pages print a title alone.
    pub acts: Vec<String>,
    /// Of `acts`, those who open. Empty where the pages do not tell them apart.
    pub support: Vec<String>,
    /// The title without status words, as the venue's own page prints it.
    pub title: String,
    /// When the show starts. For a postponed event without a new date: the date that it was postponed from.
    pub start: EventTime,
    /// Whether it takes place.
    pub status: Status,
    /// When doors open.
    pub doors: Option<EventTime>,
    /// The room within the venue.
    pub room: Option<String>,
    /// What it costs.
    pub price: Option<Price>,
    /// Where tickets are sold.
    pub ticket_url: Option<WebUrl>,
}

/// The truth of one day: what the sources publicly say by now, or have said and not taken back.
///
/// An event that a broken page leaves out is still true. One that was announced on no page yet is not in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthDay {
    /// The simulated day (UTC).
    pub day: NaiveDate,
    /// The instant of the day's last crawl, to which all this refers.
    pub at: DateTime<Utc>,
    /// The events of this day and later, by their venue's calendar; those that are cancelled in words are among them.
    pub events: Vec<TrueEvent>,
    /// The events of this day and later that were cancelled without a word, and when they were taken off the page. They are not in
    /// `events`, before and after it is certain.
    pub vanished: Vec<(TruthId, DateTime<Utc>)>,
}

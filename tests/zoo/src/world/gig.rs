//! A gig: one real-world event with everything that it ever said of itself, and when.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use marquee_model::Status;

use crate::truth::TruthId;

/// What a gig says of itself at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// The title, without words of its status.
    pub title: String,
    /// The bill, openers included.
    pub acts: Vec<String>,
    /// How many of `acts`, at their end, open.
    pub openers: usize,
    /// When it starts, on the venue's clock.
    pub start: NaiveDateTime,
    /// When doors open, on the same day.
    pub doors: Option<NaiveTime>,
    /// The room.
    pub room: Option<&'static str>,
    /// Lowest and highest price, in cents.
    pub price: Option<(u32, u32)>,
    /// Whether it takes place.
    pub status: Status,
}

/// One real-world event from its announcement on.
#[derive(Debug, Clone)]
pub struct Gig {
    /// For life.
    pub id: TruthId,
    /// The venue's place in the world's list.
    pub venue: usize,
    /// The number that the venue's site gives it.
    pub key: u64,
    /// The end of its page's address, for life: sites make it of the first title.
    pub slug: String,
    /// The number that its run or series has on sites that list those as one.
    pub series: Option<u64>,
    /// What it says, from when on, in order; the first is its announcement. Never empty.
    pub faces: Vec<(DateTime<Utc>, Face)>,
    /// When it is taken off the page without a word, and when it is put back, if ever.
    pub gone: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
}

impl Gig {
    /// When it was first told of.
    #[must_use]
    pub fn announced(&self) -> DateTime<Utc> {
        self.faces.first().map_or(DateTime::<Utc>::MAX_UTC, |(at, _)| *at)
    }

    /// What it says at this instant; `None` before its announcement. It says so even while it is off the page.
    #[must_use]
    pub fn face(&self, at: DateTime<Utc>) -> Option<&Face> {
        self.faces.iter().rev().find(|(from, _)| *from <= at).map(|(_, face)| face)
    }

    /// Whether it has been taken off the page without a word.
    #[must_use]
    pub fn is_gone(&self, at: DateTime<Utc>) -> bool {
        self.gone.is_some_and(|(gone, back)| gone <= at && back.is_none_or(|back| at < back))
    }

    /// Whether its night is this day or later, by what it says at an instant.
    #[must_use]
    pub fn is_ahead(&self, at: DateTime<Utc>, day: NaiveDate) -> bool {
        self.face(at).is_some_and(|face| face.start.date() >= day)
    }
}

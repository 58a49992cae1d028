//! A show as the demo's venues announce it, before a platform's markup is put around it.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};

/// A show, relative to the day on which the demo runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Show {
    /// The end of its address, and its number on platforms that have numbers.
    pub(crate) slug: &'static str,
    pub(crate) number: u32,
    pub(crate) title: &'static str,
    /// Opening acts, as printed.
    pub(crate) support: &'static str,
    /// Days from today.
    pub(crate) in_days: i64,
    /// When it starts, doors open and it ends, as hour and minute. An end before the start is after midnight.
    pub(crate) starts: (u32, u32),
    pub(crate) doors: Option<(u32, u32)>,
    pub(crate) ends: Option<(u32, u32)>,
    /// As printed; empty where nothing is.
    pub(crate) price: &'static str,
    pub(crate) age: &'static str,
    pub(crate) genre: &'static str,
    pub(crate) text: &'static str,
}

impl Show {
    /// A show of which nothing is said; the rest is written over it.
    pub(crate) const PLAIN: Self = Self {
        slug: "",
        number: 0,
        title: "",
        support: "",
        in_days: 0,
        starts: (20, 0),
        doors: None,
        ends: None,
        price: "",
        age: "",
        genre: "",
        text: "",
    };

    pub(crate) fn date(&self, today: NaiveDate) -> NaiveDate {
        today + Duration::days(self.in_days)
    }

    pub(crate) fn start(&self, today: NaiveDate) -> NaiveDateTime {
        self.date(today).and_time(clock(self.starts))
    }

    pub(crate) fn door_time(&self) -> Option<NaiveTime> {
        self.doors.map(clock)
    }

    /// The end, on the next day where it is after midnight.
    pub(crate) fn end(&self, today: NaiveDate) -> Option<NaiveDateTime> {
        let end = self.date(today).and_time(clock(self.ends?));
        Some(if end < self.start(today) { end + Duration::days(1) } else { end })
    }
}

fn clock((hour, minute): (u32, u32)) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

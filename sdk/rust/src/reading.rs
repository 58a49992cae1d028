//! Dates, prices, ages and names, read by the host.

use crate::{
    AgeRestriction, Date, DateHints, Inferred, Moment, Performer, Price, ReadError, Role, Status, When,
    bindings::marquee::extractor::reading,
};

/// A date text and what the host read in it.
#[derive(Debug, Clone)]
pub struct ReadDate {
    /// The page's words.
    pub raw: String,
    /// The reading, or a sentence why there is none.
    pub reading: Result<When, String>,
}

impl ReadDate {
    /// A reading of one's own, such as an instant that the page gives in seconds.
    #[must_use]
    pub fn of(raw: &str, start: Moment) -> Self {
        let when = When { start, doors: None, end: None, more: Vec::new(), weekday: None, inferred: Inferred::empty() };
        Self { raw: raw.to_owned(), reading: Ok(when) }
    }

    /// Words that could not be read, with the reason.
    #[must_use]
    pub fn unreadable(raw: &str, reason: &str) -> Self {
        Self { raw: raw.to_owned(), reading: Err(reason.to_owned()) }
    }

    /// The same, with a time that stands without any day as unreadable. By itself such a text is read as today's, which is right for
    /// "8 PM" beside a heading, and an invented day for an item of a listing whose day is missing.
    #[must_use]
    pub fn dated(self) -> Self {
        let bare = |when: &When| when.inferred & Inferred::DAY == Inferred::DAY && when.weekday.is_none();
        match self.reading {
            Ok(when) if bare(&when) => Self::unreadable(&self.raw, "it names a time and no day"),
            reading => Self { raw: self.raw, reading },
        }
    }

    /// The start, where it was read.
    #[must_use]
    pub fn start(&self) -> Option<&Moment> {
        self.reading.as_ref().ok().map(|when| &when.start)
    }

    /// The day of the start on the venue's calendar, where the page gives a day rather than an instant.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.start().and_then(day_of)
    }
}

impl DateHints {
    /// Texts in the order of a listing, so that each may tell the year of the next.
    #[must_use]
    pub const fn in_listing_order() -> Self {
        Self { languages: Vec::new(), order: None, listing: true, day: None }
    }

    /// A text that stands alone.
    #[must_use]
    pub const fn alone() -> Self {
        Self { languages: Vec::new(), order: None, listing: false, day: None }
    }

    /// The day to read "tomorrow", or a bare time, from: `YYYY-MM-DD`.
    #[must_use]
    pub fn from_day(mut self, day: &str) -> Self {
        self.day = Some(day.to_owned());
        self
    }
}

/// Reads date texts that stand in the order of the listing. A time alone is no date ([`ReadDate::dated`]).
#[must_use]
pub fn read_dates(texts: Vec<String>) -> Vec<ReadDate> {
    let read = read_dates_with(texts, &DateHints::in_listing_order());
    read.into_iter().map(ReadDate::dated).collect()
}

/// Reads date texts with hints.
#[must_use]
pub fn read_dates_with(texts: Vec<String>, hints: &DateHints) -> Vec<ReadDate> {
    let readings = reading::dates(&texts, hints);
    texts.into_iter().zip(readings).map(|(raw, reading)| ReadDate { raw, reading }).collect()
}

/// The day that a moment names on the venue's calendar; absent for instants, whose day depends on the zone, and for words.
#[must_use]
pub const fn day_of(moment: &Moment) -> Option<Date> {
    match moment {
        Moment::Date(date) => Some(*date),
        Moment::Local(local) => Some(local.date),
        Moment::Instant(_) | Moment::Text(_) => None,
    }
}

/// Reads a price text. `currency`: a code of ISO 4217 for prices that name none; absent takes the source's.
#[must_use]
pub fn read_price(text: &str, currency: Option<&str>) -> Option<Price> {
    reading::price(text, currency)
}

/// Reads who may come in.
#[must_use]
pub fn read_age(text: &str) -> Option<AgeRestriction> {
    reading::age(text)
}

/// Reads a status, and gives the text without its words.
#[must_use]
pub fn read_status(text: &str) -> (Option<Status>, String) {
    reading::status(text)
}

/// Reads the acts that a title names.
#[must_use]
pub fn read_performers(title: &str) -> Vec<Performer> {
    reading::performers(title)
}

/// Reads the acts that a text about the opening acts names: "+ support: A, B". A list is one whatever stands between its names.
#[must_use]
pub fn read_support(words: &str) -> Vec<Performer> {
    let named = reading::performers(&format!("X w/ {words}"));
    named.into_iter().skip(1).map(|act| Performer { role: Role::Support, ..act }).collect()
}

/// Text made presentable: entities, white space, mojibake.
#[must_use]
pub fn clean(text: &str) -> String {
    reading::clean(text)
}

/// The first group (or, without groups, the whole) of a regular expression's first match in a text.
pub fn capture(pattern: &str, text: &str) -> Result<Option<String>, ReadError> {
    Ok(capture_each(pattern, &[text.to_owned()])?.into_iter().next().flatten())
}

/// The same for many texts in one crossing.
pub fn capture_each(pattern: &str, texts: &[String]) -> Result<Vec<Option<String>>, ReadError> {
    let first_group = |groups: Vec<Option<String>>| {
        let mut groups = groups.into_iter();
        let whole = groups.next().flatten();
        if groups.len() == 0 { whole } else { groups.flatten().next() }
    };
    Ok(reading::capture(pattern, texts)?.into_iter().map(|found| found.and_then(first_group)).collect())
}

/// All groups of a regular expression's first match in each text: the whole match, then the groups.
pub fn captures_each(pattern: &str, texts: &[String]) -> Result<Vec<Option<Vec<Option<String>>>>, ReadError> {
    reading::capture(pattern, texts)
}

/// Text out of what may be HTML, even HTML in entities, with a line feed where it breaks lines.
pub fn plain_text(words: &str) -> Result<String, ReadError> {
    let words = clean(words).replace("\\n", " ").replace("\\'", "'");
    if words.contains('<') && words.contains('>') {
        return Ok(crate::parse_html(&words)?.take(&crate::Take::Lines).unwrap_or_default());
    }
    Ok(words)
}

//! Human dates and times: what a page prints, read into days, wall-clock times and instants.
//!
//! A text goes through five steps: tokens (`words::token`), lexemes (words and phrases of the language tables), atoms (each day,
//! month, clock time and label by itself), a draft (which of them belong together), and days on the calendar (the order of `03/04`,
//! the years that are not printed, the half of the day, the night behind midnight). The last step sees the whole batch.
//!
//! What cannot be known is an [`Unreadable`], and what was concluded is marked in [`Inferred`]; nothing here guesses, knows a venue,
//! or asks what time it is.

mod atom;
mod batch;
mod clock;
mod draft;
mod hours;
mod labels;
mod lexeme;
mod numbers;
#[cfg(test)]
mod printed;
mod stamp;
mod when;
mod year;

use chrono::NaiveDate;
use marquee_model::Moment;
use serde::{Deserialize, Serialize};

/// Which of two numbers is the day in `03/04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `03/04` is the third of April.
    DayFirst,
    /// `03/04` is the fourth of March.
    MonthFirst,
}

/// What is known beside the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateContext {
    /// The day on which the page was fetched, in the venue's zone: years that are not printed are inferred from it.
    pub today: NaiveDate,
    /// Languages to try first, by their codes of ISO 639-1, the likeliest first. A regional code such as `en-US` also tells the
    /// order of day and month. Empty: any of the languages known.
    pub languages: Vec<String>,
    /// Which of two numbers is the day, where the caller knows it.
    pub order: Option<DateOrder>,
    /// The texts stand in the order of a listing, so that each may tell the year (and the order of day and month) of the others.
    pub listing: bool,
    /// The day that "tomorrow", a weekday or a time without a day is counted from; by default `today`. Where it is set, a number
    /// alone is a day of its month.
    pub day: Option<NaiveDate>,
}

impl DateContext {
    /// A context that knows nothing but the day on which the page was fetched.
    #[must_use]
    pub const fn new(today: NaiveDate) -> Self {
        Self { today, languages: Vec::new(), order: None, listing: false, day: None }
    }
}

/// What was not printed but concluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inferred {
    /// No year was printed: it follows from the weekday, the neighbours or the page's day.
    pub year: bool,
    /// No month was printed.
    pub month: bool,
    /// No day was printed: it was taken from [`DateContext::day`].
    pub day: bool,
    /// `8` was read as 8 PM.
    pub meridiem: bool,
    /// The night after midnight: `12:30am` of Friday's listing is Saturday 00:30.
    pub night: bool,
}

/// A date text, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The show, else whatever time stands alone, else the day.
    pub start: Moment,
    /// When doors open.
    pub doors: Option<Moment>,
    /// When it ends; a day where only the last day is printed.
    pub end: Option<Moment>,
    /// Further days that the text names.
    pub more: Vec<Moment>,
    /// The weekday printed, 1 (Monday) to 7 (Sunday).
    pub weekday: Option<u8>,
    /// What was concluded.
    pub inferred: Inferred,
}

/// Why a text was not read: unknown is better than a guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{raw}`: {reason}")]
pub struct Unreadable {
    /// The sentence that says why, and what would help.
    pub reason: String,
    /// The text, shortened to what is shown.
    pub raw: String,
}

/// Bytes of a text that are read. The longest date text seen on a venue page has 300 (a season of twelve evenings); beyond this it
/// is a description, and the price of reading it should not depend on its author.
pub const LONGEST_TEXT: usize = 4096;

/// Characters of a text that an [`Unreadable`] shows.
const SHOWN: usize = 120;

/// Reads date and time texts. The answers are in the order of the texts.
///
/// Time and memory grow linearly with the texts, of which at most [`LONGEST_TEXT`] bytes each are read.
#[must_use]
pub fn read(texts: &[&str], context: &DateContext) -> Vec<Result<When, Unreadable>> {
    let answers = batch::read(texts, context);
    texts
        .iter()
        .zip(answers)
        .map(|(raw, answer)| {
            answer.map_err(|reason| Unreadable { reason, raw: raw.trim().chars().take(SHOWN).collect() })
        })
        .collect()
}

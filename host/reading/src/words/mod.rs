//! Words: the tokenizer and the language tables that dates, prices, ages, status and performers are read with.
//!
//! The tables are data, one file a language. Every reading sees the words of all languages, since a Dutch venue prints
//! "Wednesday 1 march om 21u00"; which language a text is in only decides where two of them disagree.

pub(crate) mod ages;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod lexicon;
mod nl;
pub(crate) mod performers;
mod phrases;
mod pl;
pub(crate) mod prices;
mod pt;
pub(crate) mod status;
pub(crate) mod token;

pub(crate) use lexicon::{Entry, meanings};
pub(crate) use phrases::PhraseBook;

/// The most words that one entry of a table has ("ouverture des portes a").
pub(crate) const LONGEST_PHRASE: usize = 4;

/// A language that Marquee reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    English,
    French,
    German,
    Dutch,
    Spanish,
    Italian,
    Portuguese,
    Polish,
}

impl Language {
    /// All of them, in the order of preference where nothing else decides.
    pub(crate) const ALL: [Self; 8] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Dutch,
        Self::Spanish,
        Self::Italian,
        Self::Portuguese,
        Self::Polish,
    ];

    /// The language of a code of ISO 639-1, with or without a region: `de`, `de-AT`, `de_DE`.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match primary.as_str() {
            "en" => Self::English,
            "fr" => Self::French,
            "de" => Self::German,
            "nl" => Self::Dutch,
            "es" => Self::Spanish,
            "it" => Self::Italian,
            "pt" => Self::Portuguese,
            "pl" => Self::Polish,
            _ => return None,
        })
    }
}

/// What a word means in a date text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A month, 1 to 12.
    Month(u8),
    /// A weekday, 1 (Monday) to 7 (Sunday).
    Weekday(u8),
    /// Before noon; also "in the morning".
    Am,
    /// After noon; also "in the evening".
    Pm,
    Noon,
    Midnight,
    /// Makes the number before it an hour: `Uhr`, `uur`, `h`.
    Hour,
    /// Makes the number after it an hour: `at`, `um`, `om`, `ore`, `godz.`
    At,
    /// From a time or day on.
    From,
    /// Up to a time or day.
    To,
    /// Also [`Meaning::To`], in words that may begin a text: `until`.
    Until,
    /// Also [`Meaning::From`]; the `and` that follows means "to".
    Between,
    And,
    /// Stands between the parts of a date and says nothing: `of`, `the`, `den`, `le`.
    Of,
    Doors,
    Show,
    End,
    /// When one of several acts plays, in words that also stand before its name: "support", "main act".
    Act,
    /// Days from the reference day: `today` is 0, `tomorrow` 1.
    Relative(i8),
    /// Repeats: `every`, `Fridays`.
    Weekly,
    /// Stands glued to a day: `st`, `er`, `ste`.
    Ordinal,
    /// The date that follows is no longer true: `rescheduled from`.
    Former,
    /// The date that follows replaces the one before: `new date`.
    Replaced,
    /// The date that follows is not the event's: `on sale`.
    Aside,
    /// What follows is a length, not a time of day: `duration`.
    Length,
    /// No time is known or meant: `TBA`, `all day`, `late`.
    Open,
}

/// The words of one language. Alternatives are separated by commas; accents and case do not matter; blanks join the words of a
/// phrase, and also match a hyphen, slash, apostrophe or point that glues them.
pub(crate) struct Table {
    pub(crate) language: Language,
    pub(crate) months: [&'static str; 12],
    pub(crate) weekdays: [&'static str; 7],
    pub(crate) words: &'static [(Meaning, &'static str)],
}

/// The tables of all languages.
pub(crate) const TABLES: [&Table; 8] =
    [&en::TABLE, &de::TABLE, &fr::TABLE, &nl::TABLE, &es::TABLE, &it::TABLE, &pt::TABLE, &pl::TABLE];

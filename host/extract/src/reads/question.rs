//! What a guest can ask of its page, in a form that can be asked again of another page.

use std::fmt;

use marquee_reading::{Field, Take, dates::DateOrder};
use serde::{Deserialize, Serialize};

/// What the answer to a question depends on, beside what the guest was answered before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DependsOn {
    /// The page's body.
    Body,
    /// What is known of the page beside its body: address, status, time.
    Facts,
    /// The day on which it was fetched.
    Day,
}

/// Hints to a date reading, as the contract's `date-hints`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Hints {
    pub(crate) languages: Vec<String>,
    pub(crate) order: Option<DateOrder>,
    pub(crate) listing: bool,
    pub(crate) day: Option<String>,
}

/// A question of the contract whose answer depends on the page or on the day. All others (prices, patterns, markup and JSON that the guest
/// had parsed, the configuration) follow from their arguments and the source alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    // Of the page.
    Facts,
    About,
    FetchedAt,
    Today,
    Body,
    Document,
    Json,
    StructuredData,
    // Of an element.
    Select(String),
    First(String),
    Matches(String),
    Closest(String),
    Preceding(String),
    Name,
    Take(Take),
    Rows { items: String, fields: Vec<Field> },
    // Of a JSON value.
    Kind,
    At(String),
    Text(String),
    Items(String),
    Keys(String),
    JsonRows { items: String, pointers: Vec<String> },
    Serialize,
    // Of the day.
    Dates { texts: Vec<String>, hints: Hints },
}

impl Question {
    pub(crate) const fn depends_on(&self) -> DependsOn {
        match self {
            Self::Facts | Self::About | Self::FetchedAt => DependsOn::Facts,
            Self::Today | Self::Dates { .. } => DependsOn::Day,
            Self::Body
            | Self::Document
            | Self::Json
            | Self::StructuredData
            | Self::Select(_)
            | Self::First(_)
            | Self::Matches(_)
            | Self::Closest(_)
            | Self::Preceding(_)
            | Self::Name
            | Self::Take(_)
            | Self::Rows { .. }
            | Self::Kind
            | Self::At(_)
            | Self::Text(_)
            | Self::Items(_)
            | Self::Keys(_)
            | Self::JsonRows { .. }
            | Self::Serialize => DependsOn::Body,
        }
    }

    /// About how many bytes it takes to keep.
    pub(crate) fn bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|text| text.len() + 3).sum::<usize>();
        let take = |take: &Take| match take {
            Take::Attribute(name) | Take::Url(name) => name.len() + 16,
            Take::Text | Take::OwnText | Take::Lines | Take::Markup => 16,
        };
        8 + match self {
            Self::Facts
            | Self::About
            | Self::FetchedAt
            | Self::Today
            | Self::Body
            | Self::Document
            | Self::Json
            | Self::StructuredData
            | Self::Name
            | Self::Kind
            | Self::Serialize => 8,
            Self::Select(text)
            | Self::First(text)
            | Self::Matches(text)
            | Self::Closest(text)
            | Self::Preceding(text)
            | Self::At(text)
            | Self::Text(text)
            | Self::Items(text)
            | Self::Keys(text) => 8 + text.len(),
            Self::Take(what) => take(what),
            Self::Rows { items, fields } => {
                items.len() + fields.iter().map(|field| field.selector.len() + take(&field.take) + 40).sum::<usize>()
            }
            Self::JsonRows { items, pointers } => items.len() + texts(pointers),
            Self::Dates { texts: read, hints } => {
                texts(read) + texts(&hints.languages) + hints.day.as_ref().map_or(0, String::len) + 40
            }
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Facts => f.write_str("the page's facts, its time among them"),
            Self::About => f.write_str("the page's address, kind, context, status or type"),
            Self::FetchedAt => f.write_str("the time at which the page was fetched"),
            Self::Today => f.write_str("the day"),
            Self::Body => f.write_str("the body"),
            Self::Document => f.write_str("the page as a document"),
            Self::Json => f.write_str("the page as JSON"),
            Self::StructuredData => f.write_str("the structured data"),
            Self::Select(selector)
            | Self::First(selector)
            | Self::Matches(selector)
            | Self::Closest(selector)
            | Self::Preceding(selector) => write!(f, "where `{selector}` matches"),
            Self::Name => f.write_str("the name of an element"),
            Self::Take(Take::Attribute(name) | Take::Url(name)) => write!(f, "the attribute `{name}` of an element"),
            Self::Take(Take::Markup) => f.write_str("the markup of an element"),
            Self::Take(Take::Text | Take::OwnText | Take::Lines) => f.write_str("the text of an element"),
            Self::Rows { items, .. } => write!(f, "the rows of `{items}`"),
            Self::Kind => f.write_str("the kind of a value"),
            Self::At(pointer) | Self::Text(pointer) | Self::Items(pointer) | Self::Keys(pointer) => {
                write!(f, "the value at `{pointer}`")
            }
            Self::JsonRows { items, .. } => write!(f, "the rows at `{items}`"),
            Self::Serialize => f.write_str("a value as JSON"),
            Self::Dates { .. } => f.write_str("the dates as read on that day"),
        }
    }
}

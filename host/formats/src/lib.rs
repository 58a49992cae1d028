//! Events in the formats of calendars, feed readers, maps and tables. Pure: events in, bytes out.
//!
//! `serve` makes [`FeedEvent`]s out of what the store holds, says with [`Facts`] what list they are, and asks for bytes. A file a
//! format. What all of them share: texts are cleaned here once more (see [`clean`]), so that no title can add a line to a
//! calendar, a formula to a table or an element to a feed; nothing is made up, so a time that is not known stays a day; and the
//! same events give the same bytes, so that an entity tag holds until something changed.

mod atom;
mod calendar;
pub mod clean;
mod csv_table;
mod error;
mod event;
mod facts;
mod format;
mod geojson;
mod json_feed;
mod json_ld;
mod ndjson;
mod rss_feed;
mod structured;
mod words;

pub use atom::atom;
pub use calendar::calendar;
pub use csv_table::{COLUMNS, CsvWriter};
pub use error::FormatError;
pub use event::{FeedEvent, FeedVenue, Standing};
pub use facts::Facts;
pub use format::Format;
pub use geojson::{GeoJsonWriter, geojson};
pub use json_feed::json_feed;
pub use json_ld::{graph, music_event};
pub use ndjson::NdjsonWriter;
pub use rss_feed::rss;
pub use words::{headline, when};

//! The Marquee SDK for Rust: what the author of an extractor plugin depends on.
//!
//! A plugin is a crate of kind `cdylib` with one type that implements [`Extractor`] and one line that exports it. The host
//! hands it a page, the plugin says what the page lists. It has no clock, network or files; it can ask for further pages
//! ([`Listing::follow`]). All reading is done by the host (HTML, JSON, dates, prices), which keeps plugins small.
//!
//! ```
//! use marquee_sdk::{Columns, Description, Event, ExtractError, Extraction, Extractor, Listing, Page};
//!
//! struct Corner;
//!
//! impl Extractor for Corner {
//!     fn describe() -> Description {
//!         Description::new("corner", "0.1.0", "The Corner's hand-made calendar.")
//!     }
//!
//!     fn extract(page: &Page) -> Result<Extraction, ExtractError> {
//!         let document = page.document()?;
//!         let mut columns = Columns::new();
//!         let title = columns.text("h2");
//!         let link = columns.url("a", "href");
//!         let date = columns.text(".date");
//!         let rows = document.table("article.show", &columns)?;
//!         let dates = marquee_sdk::read_dates(rows.column(date));
//!         let mut listing = Listing::new();
//!         for (row, date) in rows.iter().zip(&dates) {
//!             listing.event(Event::new(row.get(title)).key(row.get(link)).event_url(row.get(link)).when(date));
//!         }
//!         listing.nothing_on(&document, ".calendar p", &["no upcoming shows"])?;
//!         listing.finish("no `article.show` and no word that nothing is on")
//!     }
//! }
//!
//! marquee_sdk::export!(Corner);
//! ```
//!
//! Where it stands: in the sandbox. Host and SDK meet only at `wit/`; nothing here depends on a host crate.

pub mod address;
mod amounts;
pub mod bindings;
mod calendar;
pub mod card;
mod columns;
mod configuration;
mod description;
mod error;
mod event;
mod guest;
mod html;
#[cfg(feature = "ics")]
pub mod ics;
mod json;
mod listing;
mod page;
pub mod prose;
mod reading;
mod repeat;
pub mod schema_org;
pub mod template;

pub use amounts::Amounts;
pub use bindings::marquee::extractor::{
    html::{Element, Field, Scope, Take},
    json::{Kind, Value},
    log::write as log,
    page::{About, Item, Syntax},
    reading::{DateHints, DateOrder, Inferred, When},
    types::{
        AgeRestriction, Date, DateTime, Diagnostic, Evidence, ExtractError, Extraction, Follow, Header, Method, Moment,
        Outcome, Performer, PostBody, Price, PriceKind, ReadError, Role, Severity, Status, Time, Window,
    },
};
pub use calendar::NotFixedForm;
pub use columns::{Column, Columns, Row, Table};
pub use configuration::Configuration;
pub use description::Description;
pub use event::{Event, MaybeText};
pub use guest::{Adapter, Extractor};
pub use html::parse_html;
pub use json::parse_json;
pub use listing::Listing;
pub use page::Page;
pub use reading::{
    ReadDate, capture, capture_each, captures_each, clean, day_of, plain_text, read_age, read_dates, read_dates_with,
    read_performers, read_price, read_status, read_support,
};
pub use repeat::{Every, InMonth, Repeat};

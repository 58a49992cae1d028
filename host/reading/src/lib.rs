//! Reading pages and what people write on them, within budgets.
//!
//! Two halves. The *document* half turns a page's text into something that can be asked: [`Document`] (HTML and CSS selectors),
//! [`JsonDocument`], [`structured`] data, [`pattern`]s, all of it bounded by a [`Budget`]. The *human* half turns printed words into
//! values: [`dates`], [`prices`], [`ages`], [`status`], [`performers`], [`text`].
//!
//! Beside them stand two questions to a page as a whole: [`ending`], whether it breaks off, and [`disguise`], what it is if no plugin
//! knows it.
//!
//! `extract` offers both to plugins as the contract's imports; `normalize` uses the human half on what plugins return. Nothing
//! here does I/O, keeps state between pages, or knows a venue.

pub mod ages;
pub mod budget;
pub mod dates;
pub mod disguise;
pub mod document;
pub mod ending;
pub mod json;
pub mod pattern;
pub mod performers;
pub mod prices;
pub mod status;
pub mod structured;
pub mod text;
mod words;
pub mod zone;

pub use budget::{Budget, DocumentLimits, ReadError, Spending};
pub use document::{Document, ElementId, Field, Row, Scope, Take};
pub use json::{JsonDocument, JsonKind, JsonRow, JsonValue};

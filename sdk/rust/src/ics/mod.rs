//! iCalendar (RFC 5545): content lines, recurrence rules and zones, for plugins that read calendars.
//!
//! Everything is bounded: components, occurrences and steps of a rule have named limits, and what passes one is told, not dropped.
//! The wall clock is counted without zones; what an instant is, the host says.

mod agenda;
mod expand;
mod line;
mod rule;
mod stamp;
mod tell;
mod zone;

pub use agenda::{Agenda, Entry, Occurrence, Placed};
pub use expand::{Expanded, Series, Span};
pub use line::{Calendar, Component, Line, list_of, text_of};
pub use rule::{Frequency, Rule};
pub use stamp::{Stamp, Wall};
pub use tell::{Told, tell};
pub use zone::{Zones, moments};

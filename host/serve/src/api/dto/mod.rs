//! The shapes of Marquee's own interface, one file a noun, made from what the store and the plugin registry hold.
//!
//! Ids are typed texts (`evt_...`), amounts are decimals in strings, times stand three ways. A field that is not known is
//! `null`, never left out and never made up.

mod crawl;
mod event;
mod listing;
mod plugin;
mod site;
mod source;
mod statistics;
mod time;
mod trace;
mod venue;
mod words;

pub(crate) use crawl::{CrawlView, CrawlWithFindings};
pub(crate) use event::EventView;
pub(crate) use listing::{Listing, answer, next_address};
pub(crate) use plugin::{PluginWithHistory, PluginsView};
pub(crate) use site::SiteView;
pub(crate) use source::{CrawlRequestView, SourceView};
pub(crate) use trace::TraceView;
pub(crate) use venue::VenueView;
pub(crate) use words::{OutcomeWord, StatusWord};

//! The shapes of Marquee's own interface, one file a noun, made from what the store and the plugin registry hold.
//!
//! Ids are typed texts (`evt_...`), amounts are decimals in strings, times stand three ways. A field that is not known is
//! `null`, never left out and never made up.

mod artist;
mod crawl;
mod event;
mod event_list;
mod found;
mod history;
mod instant;
mod listing;
mod plugin;
mod site;
mod source;
mod statistics;
mod time;
mod trace;
mod venue;
mod way;
mod why;
mod words;

pub(crate) use artist::ArtistView;
pub(crate) use crawl::{CrawlView, CrawlWithFindings};
pub(crate) use event::EventView;
pub(crate) use event_list::{EventListing, Included, Rows};
pub(crate) use found::FoundListing;
pub(crate) use history::HistoryView;
pub(crate) use listing::{Listing, answer, json_of, linked, next_address};
pub(crate) use plugin::{PluginWithHistory, PluginsView};
pub(crate) use site::SiteView;
pub(crate) use source::{CrawlRequestView, SourceView};
pub(crate) use trace::TraceView;
pub(crate) use venue::{VenueNear, VenueView};
pub(crate) use why::WhyView;
pub(crate) use words::of_parameters;
pub(crate) use words::{
    ChangeKindWord, DeliveryKindWord, DeliveryStateWord, EventFieldWord, FacetWord, FoundWord, IncludeWord,
    OutcomeWord, PastWord, PriceKindWord, RoleWord, SortWord, StatusFilterWord, TbaWord, WebhookStateWord, WeekdayWord,
    YesNoWord,
};

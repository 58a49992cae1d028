//! The marks, plugin by plugin. A weight is the share of doubt that the mark takes away: 0.9 where nothing else looks so, 0.2 where
//! it is only a hint.

/// Where a mark is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The page's host, or one below it; with a point at the end under any top-level domain.
    Host,
    /// The `generator` that the page names.
    Generator,
    /// A class; with `*` the beginning of one.
    Class,
    /// The address of a script, style, picture or frame.
    Asset,
    /// The address of a link.
    Link,
    /// Anywhere in the page's text: scripts, settings, attributes.
    Text,
    /// The beginning of the page's text.
    Start,
}

/// One mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) plugin: &'static str,
    pub(super) place: Place,
    pub(super) what: &'static str,
    pub(super) weight: f64,
}

const fn mark(plugin: &'static str, place: Place, what: &'static str, weight: f64) -> Mark {
    Mark { plugin, place, what, weight }
}

/// All marks.
pub(super) const MARKS: &[Mark] = &[
    mark("squarespace", Place::Generator, "squarespace", 0.5),
    mark("squarespace", Place::Asset, "static1.squarespace.com", 0.3),
    mark("squarespace", Place::Class, "eventlist-event*", 0.6),
    mark("squarespace", Place::Class, "sqs-block-calendar", 0.6),
    mark("squarespace", Place::Class, "sqs-events-collection-list", 0.5),
    mark("squarespace", Place::Class, "summary-item-record-type-event", 0.5),
    mark("squarespace", Place::Text, "GetItemsByMonth", 0.4),
    mark("squarespace", Place::Text, "\"collectionId\":", 0.3),
    mark("events-calendar", Place::Class, "tribe-events*", 0.6),
    mark("events-calendar", Place::Class, "type-tribe_events", 0.5),
    mark("events-calendar", Place::Class, "fusion-events-post", 0.6),
    mark("events-calendar", Place::Text, "/wp-json/tribe/", 0.3),
    mark("events-calendar", Place::Asset, "plugins/the-events-calendar", 0.3),
    mark("see-tickets", Place::Class, "seetickets-*", 0.8),
    mark("see-tickets", Place::Link, "wl.seetickets.us", 0.4),
    mark("see-tickets", Place::Asset, "seetickets", 0.3),
    mark("rhp", Place::Class, "rhp-*", 0.5),
    mark("rhp", Place::Class, "rhpSingleEvent", 0.6),
    mark("rhp", Place::Asset, "plugins/rhp-", 0.6),
    mark("rhp", Place::Link, "etix.com/ticket", 0.15),
    mark("ticketweb", Place::Class, "tw-*", 0.3),
    mark("ticketweb", Place::Class, "tw-section", 0.6),
    mark("ticketweb", Place::Class, "tw-name", 0.5),
    mark("ticketweb", Place::Class, "eb-item", 0.5),
    mark("ticketweb", Place::Host, "ticketweb.", 0.7),
    mark("ticketweb", Place::Asset, "ticketweb", 0.3),
    mark("ticketweb", Place::Link, "ticketweb.", 0.15),
    mark("dice", Place::Text, "DiceEventListWidget", 0.8),
    mark("dice", Place::Asset, "widgets.dice.fm", 0.7),
    mark("dice", Place::Host, "partners-endpoint.dice.fm", 0.9),
    mark("dice", Place::Link, "link.dice.fm", 0.4),
    mark("dice", Place::Link, "dice.fm/event", 0.4),
    mark("live-nation", Place::Text, "api.livenation.com/graphql", 0.8),
    mark("live-nation", Place::Text, "\"getEvents\"", 0.8),
    mark("live-nation", Place::Asset, "livenation", 0.3),
    mark("live-nation", Place::Text, "LN_VENUE_ID", 0.5),
    mark("resident-advisor", Place::Host, "ra.co", 0.8),
    mark("resident-advisor", Place::Link, "ra.co/clubs/", 0.5),
    mark("resident-advisor", Place::Link, "residentadvisor.net/club", 0.4),
    mark("resident-advisor", Place::Text, "\"eventListings\"", 0.5),
    mark("admit-one", Place::Text, "gateway.admitone.com/embed", 0.85),
    mark("admit-one", Place::Asset, "admitone.com", 0.5),
    mark("admit-one", Place::Link, "admitone.com/events", 0.3),
    mark("carbonhouse", Place::Class, "eventItem", 0.5),
    mark("carbonhouse", Place::Class, "m-eventItem", 0.6),
    mark("carbonhouse", Place::Class, "m-venueframework-*", 0.7),
    mark("carbonhouse", Place::Text, "/events/events_ajax", 0.6),
    mark("carbonhouse", Place::Text, "carbonhouse.com", 0.5),
    mark("axs", Place::Link, "axs.com/events", 0.4),
    mark("axs", Place::Link, "axs.com/", 0.2),
    mark("axs", Place::Text, "aegwebprod.blob.core.windows.net", 0.7),
    mark("tixr", Place::Host, "tixr.com", 0.85),
    mark("tixr", Place::Link, "tixr.com/groups/", 0.6),
    mark("wix", Place::Generator, "wix.com", 0.4),
    mark("wix", Place::Text, "wix-warmup-data", 0.4),
    mark("wix", Place::Text, "140603ad-af8d-84a5-2c80-a0f60cb47351", 0.4),
    mark("wix", Place::Text, "boomte.ch", 0.5),
    mark("wix", Place::Text, "data-hook=\"ev-", 0.4),
    mark("webflow", Place::Generator, "webflow", 0.5),
    mark("webflow", Place::Class, "w-dyn-item", 0.5),
    mark("webflow", Place::Text, "data-wf-site", 0.3),
    mark("tockify", Place::Text, "data-tockify-calendar", 0.85),
    mark("tockify", Place::Host, "tockify.com", 0.7),
    mark("elfsight", Place::Class, "elfsight-app-*", 0.6),
    mark("elfsight", Place::Text, "core.service.elfsight.com", 0.4),
    mark("elfsight", Place::Text, "eapps-", 0.3),
    mark("showpass", Place::Text, "mountCalendarWidget", 0.7),
    mark("showpass", Place::Text, "showpass.com/static/", 0.5),
    mark("showpass", Place::Text, "showpass.com/api/public", 0.6),
    mark("showpass", Place::Link, "showpass.com/", 0.3),
    mark("google-calendar", Place::Text, "\"kind\": \"calendar#events\"", 0.95),
    mark("google-calendar", Place::Text, "\"kind\":\"calendar#events\"", 0.95),
    mark("ical", Place::Start, "BEGIN:VCALENDAR", 0.95),
    mark("ical", Place::Text, "calendar.google.com/calendar/embed", 0.75),
    mark("ical", Place::Text, "calendar.google.com/calendar/ical", 0.75),
    mark("ical", Place::Link, "webcal://", 0.6),
    mark("ical", Place::Link, ".ics", 0.4),
    mark("ical", Place::Link, "ical=1", 0.4),
    mark("ical", Place::Asset, "ical=1", 0.4),
    mark("feed", Place::Start, "<rss", 0.7),
    mark("feed", Place::Start, "<feed", 0.7),
    mark("feed", Place::Start, "<?xml", 0.4),
    mark("feed", Place::Text, "jsonfeed.org/version", 0.9),
    mark("feed", Place::Text, "application/rss+xml", 0.12),
    mark("feed", Place::Text, "application/atom+xml", 0.12),
    mark("ticketmaster", Place::Host, "app.ticketmaster.com", 0.8),
    mark("ticketmaster", Place::Text, "/discovery/v2/", 0.6),
    mark("eventbrite", Place::Host, "www.eventbriteapi.com", 0.9),
    mark("eventbrite", Place::Host, "eventbrite.", 0.5),
    mark("eventbrite", Place::Link, "/o/", 0.05),
    mark("eventbrite", Place::Text, "eb_widgets.js", 0.5),
    mark("eventbrite", Place::Link, "eventbrite.", 0.25),
];

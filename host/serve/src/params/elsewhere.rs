//! Names that other event services have for parameters, and what stands for them here: who comes from there is told at once.
//!
//! Ticketmaster's Discovery API, version 2, is covered whole, as far as its event search goes; `docs/api-guide.md` has the same table with examples.

/// What stands for a parameter of another service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counterpart {
    /// This parameter of ours does the same or more; the text says how it is written.
    Ours(&'static str, &'static str),
    /// Nothing does, for this reason; the parameter that comes nearest, where one does.
    Refused(Option<&'static str>, &'static str),
}

use Counterpart::{Ours, Refused};

/// Parameters of Ticketmaster's Discovery API (event search) and what stands for each.
pub(crate) const TICKETMASTER: &[(&str, Counterpart)] = &[
    ("keyword", Ours("text", "words of title, acts, room or venue")),
    ("attractionId", Ours("artist", "the act's name")),
    ("venueId", Ours("venue", "ids or short names, separated by commas")),
    ("postalCode", Ours("postal_code", "the venue's postal code")),
    ("latlong", Ours("near", "latitude,longitude,radius")),
    ("geoPoint", Ours("near", "latitude,longitude,radius")),
    ("radius", Ours("near", "the third part of it, such as 10km or 5mi")),
    ("unit", Ours("near", "m, km or mi after its radius")),
    ("localStartDateTime", Ours("from", "a day or a time of the venue's clock; `until` is the end")),
    ("localStartEndDateTime", Ours("active_between", "two times with a slash between")),
    ("startDateTime", Ours("from", "an instant, such as 2026-12-31T20:00:00Z")),
    ("endDateTime", Ours("until", "an instant, such as 2026-12-31T20:00:00Z")),
    ("startEndDateTime", Ours("active_between", "two instants with a slash between")),
    ("includeTBA", Ours("tba", "include, exclude or only: whether the time is to be announced")),
    ("includeTBD", Ours("status", "postponed ones wait for a day; leave them out by naming the others")),
    ("size", Ours("limit", "rows of an answer")),
    ("page", Ours("cursor", "`next_cursor` of the answer before; it has no end at row 1000")),
    ("city", Ours("city", "the venue's city")),
    ("countryCode", Ours("country", "the venue's country, a code of ISO 3166-1")),
    ("stateCode", Ours("state", "the venue's state or province")),
    ("marketId", Ours("site", "a city or region; or `near`")),
    ("dmaId", Ours("site", "a city or region; or `near`")),
    ("classificationName", Ours("genre", "genres as printed, separated by commas")),
    ("classificationId", Ours("genre", "genres by name")),
    ("genreId", Ours("genre", "genres by name")),
    ("subGenreId", Ours("genre", "genres by name; there is one level of them")),
    ("publicVisibilityStartDateTime", Ours("announced_since", "when it was first seen")),
    ("source", Ours("source", "the short name of one of /api/v1/sources")),
    ("sort", Ours("sort", "start, announced, updated, distance or relevance, `-` before it for descending")),
    ("id", Ours("id", "ids, separated by commas")),
    ("domain", Ours("site", "a city or region")),
    ("includeFamily", Ours("age", "`all` for events that let everybody in")),
    ("includeSpellcheck", Refused(Some("text"), "mistyped words are always understood, and `did_you_mean` says how")),
    ("locale", Refused(None, "titles stand as the venue prints them, in no other language")),
    ("segmentId", Refused(Some("genre"), "everything here is music")),
    ("segmentName", Refused(Some("genre"), "everything here is music")),
    ("typeId", Refused(Some("genre"), "events have genres, and no types beside them")),
    ("subTypeId", Refused(Some("genre"), "events have genres, and no types beside them")),
    ("includeTest", Refused(None, "there are no test events here")),
    ("promoterId", Refused(Some("source"), "promoters are known only as sources")),
    ("collectionId", Refused(Some("id"), "there are no collections; name the events by their ids")),
    (
        "preferredCountry",
        Refused(Some("country"), "countries are not weighed; `country` narrows to one, and `sort=distance` orders"),
    ),
    (
        "onsaleStartDateTime",
        Refused(
            Some("on_sale"),
            "venues do not print when sales begin; `on_sale=true` is what can be bought now, `announced_since` what is new",
        ),
    ),
    (
        "onsaleEndDateTime",
        Refused(Some("on_sale"), "venues do not print when sales end; `on_sale=true` is what can be bought now"),
    ),
    (
        "onsaleOnStartDate",
        Refused(Some("on_sale"), "venues do not print when sales begin; `on_sale=true` is what can be bought now"),
    ),
    (
        "onsaleOnAfterStartDate",
        Refused(Some("on_sale"), "venues do not print when sales begin; `on_sale=true` is what can be bought now"),
    ),
    (
        "preSaleDateTime",
        Refused(Some("on_sale"), "venues do not print when pre-sales are; `on_sale=true` is what can be bought now"),
    ),
    (
        "apikey",
        Refused(None, "reading needs no key; where an operator gives keys, they go into the header `authorization`"),
    ),
];

/// What stands for a parameter of another service; the sentence, and the name of ours.
pub(crate) fn counterpart(given: &str) -> Option<(String, Option<&'static str>)> {
    let (_, counterpart) = TICKETMASTER.iter().find(|(name, _)| name.eq_ignore_ascii_case(given))?;
    Some(match counterpart {
        Ours(name, how) => (format!("there is no such parameter; here it is `{name}`: {how}"), Some(*name)),
        Refused(name, why) => {
            let ours = name.map(|name| format!(" (see `{name}`)")).unwrap_or_default();
            (format!("there is no such parameter: {why}{ours}"), *name)
        }
    })
}

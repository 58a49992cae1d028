//! The parameters of every list of events: what, when, where, for how much, and which part of it in which order.
//!
//! Each file reads one group and writes it into an [`EventQuery`]; a list takes them together as [`EventFilter`].

mod money;
mod page;
mod place;
mod time;
mod what;

use chrono::{DateTime, Utc};
use marquee_store::{Area, EventQuery, EventSort};

pub(crate) use money::MoneyFilter;
pub(crate) use page::{Include, PageFilter};
pub(crate) use place::PlaceFilter;
pub(crate) use time::TimeFilter;
pub(crate) use what::WhatFilter;

use crate::params::{FaultKind, Parameters, Reader};

/// Which events. The filters narrow the list together.
#[derive(Debug)]
pub(crate) struct EventFilter {
    pub(crate) what: WhatFilter,
    pub(crate) time: TimeFilter,
    pub(crate) place: PlaceFilter,
    pub(crate) money: MoneyFilter,
    pub(crate) page: PageFilter,
}

/// The names that are Marquee's alone on the paths that it shares with MusicLive.
pub(crate) const OWN_NAMES: &[&str] = &[
    "id",
    "text",
    "artist",
    "role",
    "genre",
    "status",
    "age",
    "source",
    "plugin",
    "updated_since",
    "announced_since",
    "from",
    "until",
    "active_between",
    "weekday",
    "time_from",
    "time_until",
    "tba",
    "past",
    "venue",
    "city",
    "state",
    "country",
    "postal_code",
    "near",
    "bbox",
    "polygon",
    "price_kind",
    "currency",
    "on_sale",
    "sort",
    "fields",
    "include",
    "facets",
    "cursor",
];

/// Names that choose a part or a form of the list, and not another list: a cursor is good whatever they say.
const OF_THE_ANSWER: &[&str] = &["cursor", "limit", "fields", "include", "facets"];

impl Parameters for EventFilter {
    fn read(reader: &mut Reader) -> Self {
        let filter = Self {
            what: WhatFilter::read(reader),
            time: TimeFilter::read(reader),
            place: PlaceFilter::read(reader),
            money: MoneyFilter::read(reader),
            page: PageFilter::read(reader),
        };
        if filter.page.sort == EventSort::Distance && !matches!(filter.place.area, Some(Area::Near { .. })) {
            reader.note(
                FaultKind::Unreadable("value_error"),
                "sort",
                "`distance` needs `near`, from which it is counted",
                None,
            );
        }
        if filter.page.sort == EventSort::Relevance && filter.what.text.is_none() {
            reader.note(FaultKind::Unreadable("value_error"), "sort", "`relevance` needs `text`, to which it is", None);
        }
        filter
    }
}

impl EventFilter {
    /// The question that the parameters ask at this moment, without its cursor.
    pub(crate) fn query(&self, now: DateTime<Utc>) -> EventQuery {
        let mut query = EventQuery { sort: self.page.sort, limit: self.page.limit, ..EventQuery::default() };
        self.what.narrow(&mut query);
        self.time.narrow(&mut query, now);
        self.place.narrow(&mut query);
        self.money.narrow(&mut query, now);
        query
    }
}

/// What a cursor of a list belongs to: the list and its filters, as they were given, in any order.
pub(crate) fn scope(list: &str, given: &[(String, String)]) -> String {
    let mut filters: Vec<&(String, String)> =
        given.iter().filter(|(name, _)| !OF_THE_ANSWER.contains(&name.as_str())).collect();
    filters.sort();
    format!("{list}{filters:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServeSettings;

    fn read(query: &str) -> (EventFilter, Vec<(String, String)>, Vec<&'static str>) {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut reader = Reader::with_settings(pairs, ServeSettings::default());
        let filter = EventFilter::read(&mut reader);
        reader.refuse_unknown();
        let faults = reader.faults().iter().map(|fault| (fault.parameter.clone(), fault.reason.clone())).collect();
        (filter, faults, reader.known().to_vec())
    }

    #[test]
    fn every_name_but_musiclives_is_marquees_own() {
        let known = read("").2;
        let shared = ["price_min", "price_max", "limit"];
        let own: Vec<&str> = known.into_iter().filter(|name| !shared.contains(name)).collect();
        assert_eq!(own, OWN_NAMES);
    }

    #[test]
    fn an_order_that_needs_something_says_so() {
        for (query, wrong) in [
            ("sort=distance", true),
            ("sort=distance&bbox=0,0,1,1", true),
            ("sort=distance&near=0,0,1km", false),
            ("sort=relevance", true),
            ("sort=relevance&text=x", false),
            ("sort=start,updated", true),
            ("near=0,0&bbox=0,0,1,1", true),
            ("from=2026-02-02&until=2026-02-01", true),
            ("from=2026-02-02&until=2026-02-02", false),
            ("from=2026-02-02T20:00&until=2026-02-02T20:00", true),
            ("from=2026-02-02T20:00&until=2026-02-02", false),
        ] {
            assert_eq!(!read(query).1.is_empty(), wrong, "{query}: {:?}", read(query).1);
        }
    }

    #[test]
    fn the_scope_of_a_cursor_is_the_list_with_its_filters_in_any_order() {
        let scope = |query: &str| {
            scope("events", &url::form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
        };
        assert_eq!(scope("text=a&past=exclude&limit=3"), scope("past=exclude&text=a&cursor=x&facets=day"));
        assert_ne!(scope("text=a"), scope("text=b"));
        assert_ne!(scope("text=a&sort=start"), scope("text=a&sort=-start"));
    }
}

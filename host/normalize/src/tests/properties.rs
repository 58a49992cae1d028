//! What holds for every input.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use marquee_model::{AgeRestriction, EventClaim, Moment, PerformerClaim, PriceClaim, PriceKind, Role, Status};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{normalize_pages, source};
use crate::Normalized;

fn moment() -> impl Strategy<Value = Moment> {
    let start = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    let near = (0_i64..40, 0_u32..24).prop_map(move |(day, hour)| (start + Duration::days(day), hour));
    prop_oneof![
        4 => near.clone().prop_map(|(day, _)| Moment::Date(day)),
        6 => near.clone().prop_map(|(day, hour)| Moment::Local(day.and_hms_opt(hour, 0, 0).unwrap())),
        2 => near.prop_map(|(day, hour)| Moment::Instant(day.and_hms_opt(hour, 0, 0).unwrap().and_utc())),
        1 => any::<i64>().prop_map(|s| Moment::Instant(DateTime::<Utc>::from_timestamp(s, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))),
        1 => any::<i32>().prop_map(|days| Moment::Date(NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(NaiveDate::MIN))),
        2 => select(&["Fri Nov 27 2026 8pm", "Doors 7 / Show 8", "27.11.2026 20:00", "soon", "", "8pm"][..])
            .prop_map(|text| Moment::Text(text.to_owned())),
        1 => ".{0,40}".prop_map(Moment::Text),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&["Moon", "Sun w/ Moon", "[CANCELLED] Moon", "MOON", "!!!", "Moon & Sun", " ", "SOLD OUT"][..])
            .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        select(
            &["/e/1", "https://t.example/?utm_source=x&a=1", "javascript:x", "#", "//x", "http://[", "http://a:99999/"]
                [..]
        )
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn price() -> impl Strategy<Value = PriceClaim> {
    let amount = || {
        option::of(prop_oneof![select(&["0", "5", "12.50", "x", "1e9"][..]).prop_map(str::to_owned), any::<String>()])
    };
    let kind = select(
        &[
            PriceKind::Fixed,
            PriceKind::Range,
            PriceKind::From,
            PriceKind::Free,
            PriceKind::Donation,
            PriceKind::Unknown,
        ][..],
    );
    (kind, amount(), amount(), option::of(select(&["CAD", "$", "?!", "xyz"][..])), option::of(text())).prop_map(
        |(kind, min, max, currency, text)| PriceClaim { kind, min, max, currency: currency.map(str::to_owned), text },
    )
}

fn claim() -> impl Strategy<Value = EventClaim> {
    let named = (
        option::of(select(&["1", "2", "3", "key:1", "1:2026-11-27", ""][..])),
        option::weighted(0.9, text()),
        option::weighted(0.9, moment()),
    );
    let acts = vec(text().prop_map(|name| PerformerClaim { name, role: Role::Performer }), 0..3);
    let status = option::of(select(&[Status::Scheduled, Status::Cancelled, Status::SoldOut][..]));
    let age = option::of(any::<u8>().prop_map(AgeRestriction::Minimum));
    let times = (option::of(moment()), option::of(moment()), option::of(any::<u8>()));
    let links = (option::of(address()), option::of(address()));
    let words = (option::of(any::<String>()), option::of(select(&["Attic", "Cellar", ""][..])), vec(text(), 0..3));
    (named, acts, status, age, times, links, words, option::of(price())).prop_map(
        |(
            (key, title, start),
            performers,
            status,
            age,
            (doors, end, weekday),
            (ticket_url, event_url),
            (description, room, genres),
            price,
        )| EventClaim {
            key: key.map(str::to_owned),
            title,
            performers,
            start,
            doors,
            end,
            status,
            price,
            ticket_url,
            event_url,
            image_url: None,
            age,
            description,
            genres,
            room: room.map(str::to_owned),
            venue: None,
            weekday,
        },
    )
}

/// Claims whose starts do not depend on their neighbours: a text without a year is read from the listing's order.
fn placed_claim() -> impl Strategy<Value = EventClaim> {
    claim().prop_map(|mut claim| {
        if matches!(claim.start, Some(Moment::Text(_))) {
            claim.start = None;
        }
        claim
    })
}

fn pages(claim: impl Strategy<Value = EventClaim>) -> impl Strategy<Value = Vec<(u8, Vec<EventClaim>)>> {
    vec((0_u8..3, vec(claim, 0..6)), 0..4)
}

fn identities(normalized: &Normalized) -> BTreeSet<String> {
    normalized.events.iter().map(|event| event.identity.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// That nothing is lost is asserted by `normalize_pages` itself.
    #[test]
    fn normalising_is_deterministic_and_loses_nothing(pages in pages(claim())) {
        let once = normalize_pages(&source(), &pages);
        prop_assert_eq!(&once, &normalize_pages(&source(), &pages));
        prop_assert_eq!(identities(&once).len(), once.events.len());
    }

    #[test]
    fn the_order_of_claims_and_pages_changes_no_identity(pages in pages(placed_claim())) {
        let mut turned = pages.clone();
        turned.reverse();
        for (_, claims) in &mut turned {
            claims.reverse();
        }
        prop_assert_eq!(identities(&normalize_pages(&source(), &pages)), identities(&normalize_pages(&source(), &turned)));
    }

    #[test]
    fn every_event_is_sane(pages in pages(claim())) {
        for event in normalize_pages(&source(), &pages).events {
            prop_assert!(!event.title.trim().is_empty());
            prop_assert_eq!(event.start.time.is_some(), event.start.utc.is_some());
            if let (Some(doors), Some(start)) = (event.doors.and_then(|d| d.utc), event.start.utc) {
                prop_assert!(doors <= start);
            }
            if let Some(end) = event.end {
                prop_assert!(end.date >= event.start.date);
            }
            if let Some(price) = event.price {
                prop_assert!(price.min.is_none() || price.max.is_none() || price.min <= price.max);
            }
            for (place, performer) in event.performers.iter().enumerate() {
                prop_assert_eq!(usize::from(performer.billing), place + 1);
            }
        }
    }

    #[test]
    fn a_bad_record_changes_nothing_of_the_others(claims in vec(placed_claim(), 0..6), at in 0_usize..6) {
        let alone = normalize_pages(&source(), &[(0, claims.clone())]);
        let mut spoilt = claims;
        spoilt.insert(at.min(spoilt.len()), EventClaim { description: Some("x".into()), ..EventClaim::default() });
        let spoilt = normalize_pages(&source(), &[(0, spoilt)]);
        prop_assert_eq!(&alone.events, &spoilt.events);
        prop_assert_eq!(alone.left_out() + 1, spoilt.left_out());
    }
}

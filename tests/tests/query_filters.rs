//! Every filter of a list of events against the same filter written plainly over all rows, on random events; and walking the list while it
//! changes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use marquee_model::{AgeRestriction, EventId, Performer, Price, PriceKind, Role, Source, Status, Venue, VenueId};
use marquee_reconcile::{Decider, Decision};
use marquee_store::{
    Area, ArtistKey, EventQuery, EventSort, Facet, Intervention, Past, PlaceQuery, Point, Store, StoredEvent, VenueKey,
    distance,
};
use marquee_tests::{
    database,
    sample::{self, TODAY, instant, parse},
};
use rand::{Rng, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use rust_decimal::Decimal;

const WORDS: [&str; 14] = [
    "moon",
    "river",
    "électric",
    "silent",
    "golden",
    "paper",
    "northern",
    "Crystal",
    "broken",
    "velvet",
    "iron",
    "WILD",
    "midnight",
    "scarlet",
];
const GENRES: [&str; 5] = ["Jazz", "Música", "Indie Rock", "noise", "SOUL"];
const CITIES: [(&str, &str, &str, f64, f64); 3] = [
    ("Toronto", "ON", "CA", 43.65, -79.38),
    ("Montréal", "QC", "CA", 45.50, -73.57),
    ("Suva", "C", "FJ", -18.12, 178.45),
];

fn cases() -> u32 {
    std::env::var("MARQUEE_QUERY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

/// A database with venues of three cities and random events, some of them merged or hidden.
async fn fill(store: &Store, random: &mut SmallRng) -> Vec<Venue> {
    let site = sample::site("toronto");
    let venues: Vec<Venue> = (0..9)
        .map(|n| {
            let (city, state, country, latitude, longitude) = CITIES[n % 3];
            let off = |random: &mut SmallRng| random.random_range(-0.3..0.3);
            Venue {
                city: Some(city.to_owned()),
                state: Some(state.to_owned()),
                country: Some(country.to_owned()),
                postal_code: Some(format!("M5V {n}B2")),
                latitude: (n != 8).then(|| latitude + off(random)),
                longitude: (n != 8).then(|| longitude + off(random)),
                ..sample::venue(&site, &format!("hall-{n}"), &format!("Hall Nº {n}"))
            }
        })
        .collect();
    let sources: Vec<Source> = venues
        .iter()
        .enumerate()
        .map(|(n, venue)| Source { plugin: parse(if n % 2 == 0 { "css" } else { "json-ld" }), ..sample::source(venue) })
        .collect();
    let synced = store.sync_sources(&[site], &venues, &sources).await.unwrap();
    let mut ids = Vec::new();
    for (n, source) in synced.sources.iter().enumerate() {
        let crawl = sample::crawl(source, i64::try_from(n).unwrap() * 60 * 24 - 60 * 24 * 5);
        let events = (0..18).map(|e| event(&crawl, source, &format!("k{e}"), random)).collect();
        ids.extend(store.record(sample::record(crawl, source, events)).await.unwrap().events);
    }
    let decision =
        |reason: &str| Decision { by: Decider::Person("ann".to_owned()), at: instant(0), reason: reason.to_owned() };
    for pair in ids.chunks(2).step_by(9) {
        let [from, into] = *pair else { continue };
        store.intervene(&Intervention::Merge { from, into }, &decision("they are one")).await.unwrap();
    }
    for event in ids.iter().skip(7).step_by(23) {
        store.intervene(&Intervention::Hide { event: *event }, &decision("a private party")).await.unwrap();
    }
    synced.venues
}

fn event(crawl: &marquee_model::Crawl, source: &Source, identity: &str, random: &mut SmallRng) -> marquee_model::Event {
    let mut event = sample::event(crawl, source, identity, 0);
    let words: Vec<&str> = (0..3).map(|_| *WORDS.choose(random).unwrap()).collect();
    event.title = format!("{} {identity}{}", words.join(" "), source.slug);
    let day = TODAY + Days::new(random.random_range(0..20));
    let hour = random.random_bool(0.8).then(|| random.random_range(0..24));
    event.start = sample::time(day, hour);
    event.doors = None;
    if random.random_bool(0.15) {
        let hour = hour.filter(|_| random.random_bool(0.5));
        event.end = Some(sample::time(day + Days::new(random.random_range(1..12)), hour));
    }
    let acts = random.random_range(1..4);
    event.performers = (1..=acts)
        .map(|billing| Performer {
            name: format!("{} Band {}", WORDS.choose(random).unwrap(), random.random_range(0..4)),
            role: *[Role::Headliner, Role::Support, Role::Dj].choose(random).unwrap(),
            billing,
        })
        .collect();
    event.status =
        *[Status::Scheduled, Status::Scheduled, Status::Cancelled, Status::Postponed, Status::SoldOut, Status::Moved]
            .choose(random)
            .unwrap();
    event.genres = (0..random.random_range(0..3)).map(|_| (*GENRES.choose(random).unwrap()).to_owned()).collect();
    event.price = price(random);
    event.age =
        *[None, Some(AgeRestriction::AllAges), Some(AgeRestriction::Minimum(16)), Some(AgeRestriction::Minimum(21))]
            .choose(random)
            .unwrap();
    event.ticket_url = random.random_bool(0.6).then(|| parse("https://tickets.example/1"));
    event.room = random.random_bool(0.2).then(|| "Back Room".to_owned());
    event
}

fn price(random: &mut SmallRng) -> Option<Price> {
    let kind = *[PriceKind::Fixed, PriceKind::Range, PriceKind::From, PriceKind::Free, PriceKind::Donation]
        .choose(random)
        .unwrap();
    let amount: u32 = random.random_range(5..60);
    let money = |amount: u32| Some(parse(&amount.to_string()));
    let (min, max) = match kind {
        PriceKind::Range => (money(amount), money(amount + random.random_range(1..20))),
        PriceKind::Free | PriceKind::Donation => (None, None),
        _ => (money(amount), None),
    };
    let currency = Some(parse(if random.random_bool(0.5) { "CAD" } else { "USD" }));
    random.random_bool(0.8).then_some(Price { kind, min, max, currency })
}

/// A random question: each filter is set now and then.
fn question(random: &mut SmallRng, all: &[StoredEvent], venues: &[Venue]) -> EventQuery {
    let now = instant(random.random_range(0..60 * 24 * 22));
    let mut query = EventQuery { limit: 200, ..EventQuery::default() };
    for _ in 0..random.random_range(1..4) {
        match random.random_range(0..25) {
            0 => query.ids = all.choose_multiple(random, 20).map(|event| event.id).collect(),
            1 => {
                query.venues =
                    venues.choose_multiple(random, 3).map(|venue| VenueKey::Slug(venue.slug.clone())).collect();
            }
            2 => query.venues = vec![VenueKey::Id(venues.choose(random).unwrap().id)],
            3 => {
                query.place.city =
                    Some((*["toronto", "MONTREAL", "suva", "nowhere"].choose(random).unwrap()).to_owned());
            }
            4 => query.place.area = Some(area(random)),
            5 => query.place.postal_code = Some(format!("m5v{}b2", random.random_range(0..9))),
            6 => query.source = Some(parse(&format!("hall-{}", random.random_range(0..9)))),
            7 => query.plugin = Some(parse(if random.random_bool(0.5) { "css" } else { "json-ld" })),
            8 => query.artist = Some(ArtistKey::Name(all.choose(random).unwrap().performers[0].name.to_uppercase())),
            9 => query.roles = vec![*[Role::Headliner, Role::Support, Role::Dj].choose(random).unwrap()],
            10 => query.genres = vec![GENRES.choose(random).unwrap().to_lowercase(), "musica".to_owned()],
            11 => query.status = vec![Status::Cancelled, *[Status::SoldOut, Status::Moved].choose(random).unwrap()],
            12 => query.from = Some(TODAY + Days::new(random.random_range(0..20))),
            13 => query.until = Some(TODAY + Days::new(random.random_range(0..20))),
            14 => {
                query.from_local = Some(
                    (TODAY + Days::new(random.random_range(0..20)))
                        .and_hms_opt(random.random_range(0..24), 0, 0)
                        .unwrap(),
                );
            }
            15 => query.until_utc = Some(now),
            16 => query.from_utc = Some(now),
            17 => query.active = Some((now, now + TimeDelta::hours(random.random_range(1..50)))),
            18 => query.weekdays = vec![Weekday::Fri, Weekday::Sat],
            19 => (query.from_time, query.until_time) = (time(random), time(random)),
            20 => query.price_max = Some(Decimal::from(random.random_range(0..60))),
            21 => {
                query.price_min = Some(Decimal::from(random.random_range(0..60)));
                query.currency = Some(parse("CAD"));
            }
            22 => query.age = Some(*[AgeRestriction::AllAges, AgeRestriction::Minimum(18)].choose(random).unwrap()),
            23 => {
                query.text = Some(
                    (*["moon", "electric", "Hall ban", "midnigt", "cryst", "back room", "montreal"]
                        .choose(random)
                        .unwrap())
                    .to_owned(),
                );
            }
            _ => match random.random_range(0..6) {
                0 => query.on_sale = Some((random.random_bool(0.5), now)),
                1 => query.past = Past::LeftOut(now),
                2 => query.past = Past::Only(now),
                3 => query.time_known = Some(random.random_bool(0.5)),
                4 => query.announced_since = Some(now - TimeDelta::days(5)),
                _ => query.price_kinds = vec![PriceKind::Free, PriceKind::Range],
            },
        }
    }
    query.sort = *[
        EventSort::Start,
        EventSort::StartDescending,
        EventSort::Announced,
        EventSort::AnnouncedDescending,
        EventSort::Updated,
        EventSort::UpdatedDescending,
    ]
    .choose(random)
    .unwrap();
    if matches!(query.place.area, Some(Area::Near { .. })) && random.random_bool(0.7) {
        query.sort = EventSort::Distance;
    }
    if query.text.is_some() && random.random_bool(0.5) {
        query.sort = EventSort::Relevance;
    }
    query.limit = *[3, 17, 200].choose(random).unwrap();
    query
}

fn time(random: &mut SmallRng) -> Option<NaiveTime> {
    random.random_bool(0.8).then(|| NaiveTime::from_hms_opt(random.random_range(0..24), 0, 0).unwrap())
}

fn area(random: &mut SmallRng) -> Area {
    let (_, _, _, latitude, longitude) = *CITIES.choose(random).unwrap();
    let at = |latitude, longitude| Point { latitude, longitude };
    match random.random_range(0..3) {
        0 => Area::Near { middle: at(latitude, longitude), meters: random.random_range(5_000.0..40_000.0) },
        1 => Area::Box { west: longitude - 0.2, south: latitude - 0.2, east: longitude + 0.2, north: latitude + 0.2 },
        _ => Area::Polygon(vec![
            at(latitude - 0.3, longitude - 0.3),
            at(latitude, longitude + 0.5),
            at(latitude + 0.3, longitude - 0.2),
        ]),
    }
}

/// The same question, plainly.
fn holds(query: &EventQuery, event: &StoredEvent, venue: &Venue, told_by: &BTreeSet<String>) -> bool {
    let fold = |text: &str| fold(text);
    let any = |empty: bool, holds: bool| empty || holds;
    let known = |asked: &Option<String>, is: Option<&String>| {
        asked
            .as_ref()
            .is_none_or(|asked| is.is_some_and(|is| fold(is).replace(' ', "") == fold(asked).replace(' ', "")))
    };
    let local = event.sort_start();
    let zone_day = |hours| event.start.date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(hours);
    let begins = event.start.utc.unwrap_or_else(|| zone_day(-14));
    let over = over(event);
    let instant_after = |from: DateTime<Utc>| event.start.utc.map_or(zone_day(36) > from, |at| at >= from);
    let instant_before = |until: DateTime<Utc>| event.start.utc.map_or(zone_day(-14) < until, |at| at < until);
    let acts = || {
        event.performers.iter().filter(|act| match &query.artist {
            Some(ArtistKey::Name(name)) => fold(name) == fold(&act.name),
            _ => true,
        })
    };
    let in_time = match (query.from_time, query.until_time, event.start.time) {
        (None, None, _) => true,
        (_, _, None) => false,
        (Some(from), Some(until), Some(at)) if until <= from => at >= from || at < until,
        (from, until, Some(at)) => from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until),
    };
    let place = venue.latitude.zip(venue.longitude).map(|(latitude, longitude)| Point { latitude, longitude });
    any(query.ids.is_empty(), query.ids.contains(&event.id))
        && any(
            query.venues.is_empty(),
            query.venues.iter().any(|key| match key {
                VenueKey::Id(id) => *id == venue.id,
                VenueKey::Slug(slug) => *slug == venue.slug,
            }),
        )
        && known(&query.place.city, venue.city.as_ref())
        && known(&query.place.postal_code, venue.postal_code.as_ref())
        && query.place.area.as_ref().is_none_or(|area| place.is_some_and(|place| area.holds(place)))
        && query.source.as_ref().is_none_or(|slug| told_by.contains(slug.as_str()))
        && query.plugin.as_ref().is_none_or(|plugin| {
            told_by.iter().any(|slug| {
                (slug.trim_start_matches("hall-").parse::<u32>().unwrap() % 2 == 0) == (plugin.as_str() == "css")
            })
        })
        && (query.artist.is_none() && query.roles.is_empty()
            || acts().any(|act| any(query.roles.is_empty(), query.roles.contains(&act.role))))
        && any(
            query.genres.is_empty(),
            event.genres.iter().any(|genre| query.genres.iter().any(|asked| fold(asked) == fold(genre))),
        )
        && any(query.status.is_empty(), query.status.contains(&event.status))
        && query.from.is_none_or(|from| event.start.date >= from)
        && query.until.is_none_or(|until| event.start.date <= until)
        && query.from_local.is_none_or(|from| local >= from)
        && query.from_utc.is_none_or(instant_after)
        && query.until_utc.is_none_or(instant_before)
        && query.active.is_none_or(|(from, until)| begins < until && over > from)
        && any(query.weekdays.is_empty(), query.weekdays.contains(&event.start.date.weekday()))
        && in_time
        && query.time_known.is_none_or(|known| event.start.time.is_some() == known)
        && priced(query, event)
        && match (query.age, event.age) {
            (None, _) | (Some(AgeRestriction::Minimum(_)), Some(AgeRestriction::AllAges)) => true,
            (Some(AgeRestriction::Minimum(mine)), Some(AgeRestriction::Minimum(least))) => least <= mine,
            (Some(asked), is) => is == Some(asked),
        }
        && query.on_sale.is_none_or(|(wanted, at)| {
            let takes_place = matches!(event.status, Status::Scheduled | Status::Rescheduled | Status::Moved);
            (event.ticket_url.is_some() && takes_place && over > at) == wanted
        })
        && query.announced_since.is_none_or(|since| event.created_at >= since)
        && match query.past {
            Past::Included => true,
            Past::LeftOut(now) => over > now,
            Past::Only(now) => over <= now,
        }
        && query.text.as_deref().is_none_or(|text| has_words(text, event, venue))
}

fn over(event: &StoredEvent) -> DateTime<Utc> {
    let day_after = |date: chrono::NaiveDate| date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(36);
    let over = match (&event.end, event.start.utc) {
        (Some(end), _) => end.utc.unwrap_or_else(|| day_after(end.date)),
        (None, Some(start)) => start + TimeDelta::hours(6),
        (None, None) => day_after(event.start.date),
    };
    event.start.utc.map_or(over, |start| over.max(start))
}

fn priced(query: &EventQuery, event: &StoredEvent) -> bool {
    let Some(price) = &event.price else {
        return query.price_min.is_none()
            && query.price_max.is_none()
            && query.price_kinds.is_empty()
            && query.currency.is_none();
    };
    let (min, max) = (price.min.map(|min| min.amount()), price.max.map(|max| max.amount()));
    let open = matches!(price.kind, PriceKind::Free | PriceKind::Donation | PriceKind::PayWhatYouCan);
    let least = min.or(open.then_some(Decimal::ZERO));
    let most = match price.kind {
        PriceKind::From => Some(Decimal::MAX),
        PriceKind::Donation | PriceKind::PayWhatYouCan => max.or(min).or(Some(Decimal::MAX)),
        PriceKind::Free => max.or(min).or(Some(Decimal::ZERO)),
        _ => max.or(min),
    };
    query.price_min.is_none_or(|amount| most.is_some_and(|most| most >= amount))
        && query.price_max.is_none_or(|amount| least.is_some_and(|least| least <= amount))
        && (query.price_kinds.is_empty() || query.price_kinds.contains(&price.kind))
        && query.currency.is_none_or(|currency| price.currency == Some(currency))
}

fn has_words(text: &str, event: &StoredEvent, venue: &Venue) -> bool {
    let acts = event.performers.iter().map(|act| act.name.as_str());
    let own: Vec<String> =
        std::iter::once(event.title.as_str()).chain(acts).chain(event.room.as_deref()).map(fold).collect();
    let place = fold(&format!("{} {}", venue.name, venue.city.as_deref().unwrap_or_default()));
    // The one mistyped word among the texts.
    let text = text.replace("midnigt", "midnight");
    fold(&text).split(' ').all(|word| own.iter().any(|text| text.contains(word)) || place.contains(word))
}

/// Enough folding for the words above.
fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'é' | 'É' => 'e',
        'ú' => 'u',
        'º' => 'o',
        other => other,
    };
    text.chars().map(plain).collect::<String>().to_lowercase()
}

async fn walk(store: &Store, mut query: EventQuery) -> Vec<StoredEvent> {
    let mut all = Vec::new();
    loop {
        let batch = store.events(&query).await.unwrap();
        all.extend(batch.items);
        match batch.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_filter_is_the_plain_filter_over_all_rows() {
    let db = database::fresh().await;
    let store = db.store();
    let mut random = SmallRng::seed_from_u64(6);
    let venues: BTreeMap<VenueId, Venue> =
        fill(store, &mut random).await.into_iter().map(|venue| (venue.id, venue)).collect();
    let list: Vec<Venue> = venues.values().cloned().collect();
    let all = walk(store, EventQuery { limit: 200, ..EventQuery::default() }).await;
    let merged = all.iter().filter(|event| event.lifecycle.records > 1).count();
    assert!(all.len() < 9 * 18 && merged > 3, "{} events, {merged} of several records", all.len());
    let mut told: BTreeMap<EventId, BTreeSet<String>> = BTreeMap::new();
    for sighting in store.seen_by(&all).await.unwrap() {
        told.entry(sighting.event).or_default().insert(sighting.source_slug.to_string());
    }
    let mut found = 0;
    for case in 0..cases() {
        let query = question(&mut random, &all, &list);
        let plain: BTreeSet<EventId> = all
            .iter()
            .filter(|event| holds(&query, event, &venues[&event.venue.id], &told[&event.id]))
            .map(|event| event.id)
            .collect();
        let walked = walk(store, query.clone()).await;
        in_order(&query, &walked, &venues);
        let ids: BTreeSet<EventId> = walked.iter().map(|event| event.id).collect();
        assert_eq!(ids.len(), walked.len(), "case {case}: no event comes twice: {query:?}");
        let differing: Vec<_> =
            ids.symmetric_difference(&plain).filter_map(|id| all.iter().find(|event| event.id == *id)).collect();
        assert!(differing.is_empty(), "case {case}: {query:#?}\n{differing:#?}");
        found += walked.len();
        counts_are_those_of(store, &query, &walked).await;
    }
    assert!(found > 1_000, "the questions find something: {found}");
}

fn in_order(query: &EventQuery, walked: &[StoredEvent], venues: &BTreeMap<VenueId, Venue>) {
    let by = |key: &dyn Fn(&StoredEvent) -> i64| walked.iter().map(key).collect::<Vec<_>>();
    let start = by(&|event| event.sort_start().and_utc().timestamp());
    let descending = |keys: Vec<i64>| keys.is_sorted_by(|a, b| a >= b);
    let sorted = match query.sort {
        EventSort::Start => start.is_sorted(),
        EventSort::StartDescending => descending(start),
        EventSort::Announced => by(&|event| event.created_at.timestamp_micros()).is_sorted(),
        EventSort::AnnouncedDescending => descending(by(&|event| event.created_at.timestamp_micros())),
        EventSort::Updated => by(&|event| event.updated_at.timestamp_micros()).is_sorted(),
        EventSort::UpdatedDescending => descending(by(&|event| event.updated_at.timestamp_micros())),
        EventSort::Relevance => true,
        EventSort::Distance => {
            let Some(Area::Near { middle, .. }) = query.place.area else { return };
            let meters = |event: &StoredEvent| {
                let venue = &venues[&event.venue.id];
                distance(middle, Point { latitude: venue.latitude.unwrap(), longitude: venue.longitude.unwrap() })
            };
            walked.iter().map(meters).is_sorted()
        }
    };
    assert!(sorted, "{query:?}");
}

async fn counts_are_those_of(store: &Store, query: &EventQuery, walked: &[StoredEvent]) {
    let facets = store.facets(query, &[Facet::Venue, Facet::Genre, Facet::Status, Facet::Day]).await.unwrap();
    let total = i64::try_from(walked.len()).unwrap();
    assert!(facets.complete);
    assert_eq!(facets.counted, total);
    assert_eq!(facets.venues.iter().map(|venue| venue.count).sum::<i64>(), total);
    assert_eq!(facets.statuses.iter().map(|(_, count)| count).sum::<i64>(), total);
    assert_eq!(facets.days.iter().map(|(_, count)| count).sum::<i64>(), total);
    let genres: usize = walked.iter().map(|event| event.genres.len()).sum();
    assert_eq!(facets.genres.iter().map(|(_, count)| count).sum::<i64>(), i64::try_from(genres).unwrap());
}

#[tokio::test]
async fn a_walk_while_rows_come_and_change_shows_every_row_that_was_there_throughout_once() {
    let db = database::fresh().await;
    let store = db.store();
    let mut random = SmallRng::seed_from_u64(7);
    fill(store, &mut random).await;
    let source = store.source_by_slug(&parse("hall-1")).await.unwrap().unwrap().source;
    let near = Area::Near { middle: Point { latitude: 43.65, longitude: -79.38 }, meters: 20_000_000.0 };
    let mut minutes = 60 * 24 * 4;
    for sort in [
        EventSort::Start,
        EventSort::StartDescending,
        EventSort::Announced,
        EventSort::AnnouncedDescending,
        EventSort::Distance,
    ] {
        let place = PlaceQuery { area: (sort == EventSort::Distance).then(|| near.clone()), ..PlaceQuery::default() };
        let mut query = EventQuery { sort, place, limit: 7, ..EventQuery::default() };
        let before: BTreeSet<EventId> = walk(store, query.clone()).await.iter().map(|event| event.id).collect();
        let (mut seen, mut page) = (Vec::new(), 0);
        loop {
            let batch = store.events(&query).await.unwrap();
            seen.extend(batch.items.iter().map(|event| event.id));
            page += 1;
            if page % 3 == 0 {
                // New events all over the list, and another description of those that are there.
                minutes += 1;
                let crawl = sample::crawl(&source, minutes);
                let mut new: Vec<_> =
                    (0..4).map(|n| event(&crawl, &source, &format!("new{minutes}-{n}"), &mut random)).collect();
                for event in &mut new {
                    event.description = Some(format!("as of {minutes}"));
                }
                let record = sample::record(crawl, &source, new);
                store.record(record).await.unwrap();
            }
            match batch.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        let ids: BTreeSet<EventId> = seen.iter().copied().collect();
        assert_eq!(ids.len(), seen.len(), "{sort:?}: no row twice");
        let lost: Vec<_> = before.difference(&ids).collect();
        assert!(lost.is_empty(), "{sort:?}: {} rows of {} are lost", lost.len(), before.len());
    }
}

#[tokio::test]
async fn the_clock_of_the_samples_is_read_as_it_is_written() {
    // The plain filter above compares instants and local times; both must come from one zone.
    let time = sample::time(TODAY, Some(20));
    assert_eq!(time.utc.unwrap().hour(), 1);
    assert_eq!(time.date.year(), 2026);
}

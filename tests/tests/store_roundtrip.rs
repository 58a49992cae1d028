//! Property: what is recorded is what is read back, whatever the page said.

use chrono::{Days, NaiveTime};
use marquee_model::{AgeRestriction, Event, Money, Performer, Price, PriceKind, Resolution, Role, Status};
use marquee_store::StoredEvent;
use marquee_tests::{
    database,
    sample::{self, TODAY},
};
use proptest::{option, prelude::*, sample::select};
use rust_decimal::Decimal;

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[^\u{0}]{1,40}", "[a-zA-Z '&+!]{1,30}", Just("'; DROP TABLE events; --".to_owned())]
}

fn money() -> impl Strategy<Value = Money> {
    (0_i64..99_999_999).prop_filter_map("no ticket price", |cents| Money::new(Decimal::new(cents, 2)).ok())
}

prop_compose! {
    fn price()(kind in select(vec![PriceKind::Fixed, PriceKind::Range, PriceKind::From, PriceKind::Free,
                                   PriceKind::Donation, PriceKind::PayWhatYouCan, PriceKind::Unknown]),
               a in option::of(money()), b in option::of(money()),
               currency in option::of(select(vec!["USD", "EUR", "JPY"]))) -> Price {
        let (min, max) = match (a, b) {
            (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
            other => other,
        };
        Price { kind, min, max, currency: currency.map(sample::parse) }
    }
}

#[derive(Debug, Clone)]
struct Values {
    title: String,
    acts: Vec<(String, Role)>,
    day: u64,
    hour: Option<u32>,
    resolution: Resolution,
    status: Status,
    price: Option<Price>,
    age: Option<AgeRestriction>,
    texts: [Option<String>; 3],
    genres: Vec<String>,
}

fn values() -> impl Strategy<Value = Values> {
    let roles = select(vec![Role::Headliner, Role::Support, Role::Dj, Role::Host, Role::Performer]);
    let statuses = select(vec![
        Status::Scheduled,
        Status::Cancelled,
        Status::Postponed,
        Status::Rescheduled,
        Status::Moved,
        Status::SoldOut,
    ]);
    let ages = prop_oneof![Just(AgeRestriction::AllAges), (1_u8..=99).prop_map(AgeRestriction::Minimum)];
    (
        (text(), prop::collection::vec((text(), roles), 0..5), 0_u64..4000, option::of(0_u32..24)),
        select(vec![Resolution::Unique, Resolution::Gap, Resolution::Fold]),
        (statuses, option::of(price()), option::of(ages)),
        prop::array::uniform3(option::of(text())),
        prop::collection::vec(text(), 0..4),
    )
        .prop_map(|((title, acts, day, hour), resolution, (status, price, age), texts, genres)| Values {
            title,
            acts,
            day,
            hour,
            resolution,
            status,
            price,
            age,
            texts,
            genres,
        })
}

fn apply(event: &mut Event, values: &Values) {
    let [description, room, venue_name] = values.texts.clone();
    event.title.clone_from(&values.title);
    event.performers = (1..)
        .zip(&values.acts)
        .map(|(billing, (name, role))| Performer { name: name.clone(), role: *role, billing })
        .collect();
    event.start = sample::time(TODAY + Days::new(values.day), values.hour);
    event.start.resolution = values.resolution;
    event.doors = None;
    event.end = values.hour.map(|_| {
        let mut end = sample::time(TODAY + Days::new(values.day + 1), None);
        end.time = NaiveTime::from_hms_opt(1, 30, 0);
        end.utc = end.time.map(|time| end.date.and_time(time).and_utc());
        end
    });
    event.status = values.status;
    event.price.clone_from(&values.price);
    event.age = values.age;
    event.genres.clone_from(&values.genres);
    (event.description, event.room, event.venue_name) = (description, room, venue_name);
}

fn same(event: &Event, stored: &StoredEvent) -> bool {
    event.title == stored.title
        && event.performers == stored.performers
        && (&event.start, &event.doors, &event.end) == (&stored.start, &stored.doors, &stored.end)
        && (event.status, &event.price, event.age) == (stored.status, &stored.price, stored.age)
        && (&event.description, &event.room, &event.venue_name)
            == (&stored.description, &stored.room, &stored.venue_name)
        && event.genres == stored.genres
        && event.venue == stored.venue.id
        && (&event.ticket_url, &event.event_url, &event.image_url)
            == (&stored.ticket_url, &stored.event_url, &stored.image_url)
}

#[test]
fn what_is_recorded_is_read_back_and_recording_it_again_changes_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(database::fresh());
    let minutes = std::cell::Cell::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) };
    proptest!(config, |(values in prop::collection::vec(values(), 1..6))| {
        minutes.set(minutes.get() + 2);
        // A source for each case: what one source calls by the same keys is one event, however little it is alike.
        let source = runtime.block_on(sample::declare(db.store(), &format!("rex{}", minutes.get()))).unwrap();
        let mut record = sample::listing(&source, minutes.get(), u64::try_from(values.len()).unwrap());
        for (event, values) in record.events.iter_mut().zip(&values) {
            apply(event, values);
        }
        let recorded = runtime.block_on(db.store().record(record.clone())).unwrap();
        prop_assert_eq!(recorded.events.len(), values.len());
        for (event, id) in record.events.iter().zip(&recorded.events) {
            let stored = runtime.block_on(db.store().event(*id)).unwrap().unwrap().event;
            prop_assert!(same(event, &stored), "{:?}\n{:?}", event, stored);
        }
        record.crawl = sample::crawl(&source, minutes.get() + 1);
        let again = runtime.block_on(db.store().record(record)).unwrap();
        prop_assert_eq!(usize::try_from(again.tally.unchanged).unwrap(), values.len());
    });
}

//! A week in a made-up city, as people see it: three venues, and an event in each way in which one can stand. The clock of a
//! [`crate::serving::Serving`] stands on its first day.

use chrono::{Days, NaiveTime, TimeDelta};
use marquee_model::{
    AgeRestriction, Crawl, Event, EventId, Performer, Price, PriceKind, Role, Source, Status, VenueId,
};
use marquee_reconcile::{Decider, Decision};
use marquee_store::{DeclaredNames, DeclaredRoom, EventField, Intervention, Store, StoreError};
use serde_json::json;

use crate::sample::{self, TODAY, instant, parse};

/// What is worth looking at.
#[derive(Debug)]
pub struct Showcase {
    /// An event with everything: bill, price, description, tickets.
    pub tonight: EventId,
    /// One that its page calls cancelled.
    pub cancelled: EventId,
    /// One that is only concluded to be cancelled.
    pub presumed: EventId,
    /// One that moved to another day, and has a corrected room.
    pub rescheduled: EventId,
    /// One that a person hid.
    pub hidden: EventId,
    /// One that was merged into `tonight`.
    pub merged: EventId,
    /// The venue of `tonight`.
    pub venue: VenueId,
}

/// A show: identity, days from today, hour, title, acts, genre, and what a ticket costs.
type Show = (&'static str, u64, Option<u32>, &'static str, &'static [&'static str], &'static str, Option<&'static str>);

const HARBOUR: [Show; 8] = [
    ("h1", 0, Some(20), "Moon Quartet with The Tides", &["Moon Quartet", "The Tides"], "Jazz", Some("25")),
    ("h2", 1, Some(19), "Ada Lund Trio", &["Ada Lund Trio"], "Jazz", Some("0")),
    ("h3", 2, None, "Songwriters' Circle", &["Mara Quill", "Tom Ferris"], "Folk", Some("0")),
    ("h4", 3, Some(21), "The Paper Lanterns", &["The Paper Lanterns", "Oslo Drive"], "Indie rock", Some("18")),
    ("h5", 4, Some(20), "Saturday Swing Orchestra", &["Saturday Swing Orchestra"], "Swing", Some("30")),
    ("h6", 5, Some(15), "Sunday Matinee: Lia Brand", &["Lia Brand"], "Soul", Some("12")),
    ("h7", 6, Some(20), "Moon Quartet, second night", &["Moon Quartet"], "Jazz", Some("25")),
    ("h8", 0, Some(20), "Moon Quartet + Tides (late listing)", &["Moon Quartet"], "Jazz", None),
];

const GARDEN: [Show; 6] = [
    ("g1", 0, Some(22), "Night Garden: DJ Femi", &["DJ Femi"], "House", Some("15")),
    ("g2", 1, Some(20), "Static Bloom", &["Static Bloom", "Velvet Wire"], "Post-punk", Some("22")),
    ("g3", 3, Some(20), "Kestrel & Crow", &["Kestrel & Crow"], "Folk", Some("20")),
    ("g4", 4, Some(23), "Warehouse Hour", &["Noor", "DJ Femi"], "Techno", Some("28")),
    ("g5", 5, Some(20), "Winterglass, album release", &["Winterglass"], "Electronic", Some("24")),
    ("g6", 8, Some(20), "Lakeshore Revival", &["Lakeshore Revival"], "Indie rock", Some("19")),
];

/// Fills the store with the week.
///
/// # Errors
/// What the store says.
pub async fn fill(store: &Store) -> Result<Showcase, StoreError> {
    let sources = declare(store).await?;
    let [garden, harbour] = sources.as_slice() else { return Err(missing()) };
    let mut first = Vec::new();
    let mut garden_first = Vec::new();
    // Four days of crawls: one show vanishes after the first, and is presumed cancelled after the last.
    for day in 0_u32..4 {
        let minutes = (i64::from(day) - 3) * 24 * 60;
        let day = u64::from(day);
        let crawl = sample::crawl(harbour, minutes);
        let recorded = store.record(on(day, crawl, harbour, &HARBOUR, |_| {})).await?;
        if day == 0 {
            first = recorded.events;
        }
        let crawl = sample::crawl(garden, minutes + 5);
        let listed: Vec<Show> = GARDEN.into_iter().filter(|show| day == 0 || show.0 != "g5").collect();
        let recorded = store.record(on(day, crawl, garden, &listed, |event| moved(event, day))).await?;
        if day == 0 {
            garden_first = recorded.events;
        }
    }
    let ([tonight, .., hidden, merged], [_, cancelled, .., presumed, rescheduled]) =
        (first.as_slice(), garden_first.as_slice())
    else {
        return Err(missing());
    };
    let decided =
        |reason: &str| Decision { by: Decider::Person("Ada".to_owned()), at: instant(10), reason: reason.to_owned() };
    let room = Intervention::Correct { event: *rescheduled, field: EventField::Room, value: json!("Main floor") };
    store.intervene(&room, &decided("the house says so")).await?;
    store.intervene(&Intervention::Hide { event: *hidden }, &decided("a private party")).await?;
    let same = Intervention::Merge { from: *merged, into: *tonight };
    store.intervene(&same, &decided("the same show")).await?;
    Ok(Showcase {
        tonight: *tonight,
        cancelled: *cancelled,
        presumed: *presumed,
        rescheduled: *rescheduled,
        hidden: *hidden,
        merged: *merged,
        venue: harbour.venue,
    })
}

fn missing() -> StoreError {
    StoreError::Misconfigured { reason: "the week is not whole".to_owned() }
}

/// The sources, by slug.
async fn declare(store: &Store) -> Result<Vec<Source>, StoreError> {
    let mut toronto = sample::site("toronto");
    toronto.name = "Toronto".to_owned();
    let mut harbour = sample::venue(&toronto, "harbour-room", "The Harbour Room");
    harbour.address = Some("12 Quay Street".to_owned());
    harbour.city = Some("Toronto".to_owned());
    harbour.state = Some("ON".to_owned());
    harbour.country = Some("CA".to_owned());
    harbour.latitude = Some(43.6405);
    harbour.longitude = Some(-79.3763);
    harbour.url = Some(parse("https://harbour-room.example/"));
    let mut garden = sample::venue(&toronto, "electric-garden", "Electric Garden");
    garden.city = Some("Toronto".to_owned());
    let names = DeclaredNames {
        aliases: vec!["Harbour Room at the Quay".to_owned()],
        former: vec!["Quayside Tavern".to_owned()],
        rooms: vec![DeclaredRoom { name: "Upstairs".to_owned(), ..DeclaredRoom::default() }],
    };
    let sources = [sample::source(&garden), sample::source(&harbour)];
    let mut synced = store.sync_sources(&[toronto], &[garden, harbour], &sources).await?.sources;
    synced.sort_by(|a, b| a.slug.cmp(&b.slug));
    let venue = synced.last().map(|source| source.venue);
    if let Some(venue) = venue {
        store.sync_venue_names(&[(venue, names)], instant(-5000)).await?;
    }
    Ok(synced)
}

/// A crawl of these shows on the day that is so many days after the first.
fn on(
    day: u64,
    crawl: Crawl,
    source: &Source,
    shows: &[Show],
    change: impl Fn(&mut Event),
) -> marquee_store::CrawlRecord {
    let events = shows
        .iter()
        .map(|show| {
            let mut event = event(&crawl, source, show);
            change(&mut event);
            event
        })
        .collect();
    let mut record = sample::record(crawl, source, events);
    record.circumstances.today = TODAY - Days::new(3) + Days::new(day);
    record
}

/// What the second venue changes on the last day.
fn moved(event: &mut Event, day: u64) {
    match event.identity.as_str() {
        "g2" if day == 3 => event.status = Status::Cancelled,
        "g3" => event.status = Status::SoldOut,
        "g6" if day == 3 => {
            event.start = sample::time(TODAY + Days::new(9), Some(20));
            event.doors = Some(sample::time(TODAY + Days::new(9), Some(19)));
        }
        _ => {}
    }
}

fn event(crawl: &Crawl, source: &Source, show: &Show) -> Event {
    let (identity, days, hour, title, acts, genre, cost) = *show;
    let mut event = sample::event(crawl, source, identity, days);
    event.title = title.to_owned();
    event.start = sample::time(TODAY + Days::new(days), hour);
    // Doors open an hour before.
    event.doors = hour.map(|hour| sample::time(TODAY + Days::new(days), Some(hour - 1)));
    event.performers = acts
        .iter()
        .zip(1..)
        .map(|(name, billing)| Performer {
            name: (*name).to_owned(),
            role: if billing == 1 { Role::Headliner } else { Role::Support },
            billing,
        })
        .collect();
    event.genres = vec![genre.to_owned()];
    event.price = cost.map(|cost| Price {
        kind: if cost == "0" { PriceKind::Free } else { PriceKind::Fixed },
        min: Some(parse(cost)),
        max: None,
        currency: Some(parse("CAD")),
    });
    if identity == "h1" {
        event.age = Some(AgeRestriction::Minimum(19));
        event.ticket_url = Some(parse("https://tickets.example/moon-quartet"));
        event.image_url = Some(parse("https://harbour-room.example/moon-quartet.jpg"));
        event.room = Some("Upstairs".to_owned());
        event.end = Some(late(&event));
        event.description = Some(
            "Four players, one long suite: the Moon Quartet bring their new record home.\nThe Tides open the night."
                .to_owned(),
        );
    }
    event
}

/// Half past eleven of the same evening.
fn late(event: &Event) -> marquee_model::EventTime {
    let mut end = event.start.clone();
    end.time = NaiveTime::from_hms_opt(23, 30, 0);
    end.utc = event.start.utc.map(|start| start + TimeDelta::minutes(210));
    end
}

//! A source whose page is crawled again and again: known events, history and a clock, all held in the hand.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use marquee_model::{
    Attribution, CrawlId, CrawlOutcome, Digest, Event, EventId, EventTime, Performer, PluginVersion, Price, PriceKind,
    Resolution, Role, SourceId, Status, VenueId, Zone,
};
use marquee_reconcile::{
    Change, Context, Decider, Decision, KnownDecision, KnownEvent, Plan, ReconcileSettings, SeenDecision, Vanished,
    apply, plan,
};
use uuid::Uuid;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon UTC of that day.
pub(crate) fn noon(text: &str) -> DateTime<Utc> {
    day(text).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

pub(crate) fn at(date: NaiveDate, time: Option<NaiveTime>) -> EventTime {
    let utc = time.map(|time| date.and_time(time).and_utc());
    EventTime { date, time, zone: Zone::UTC, utc, resolution: Resolution::Unique }
}

pub(crate) fn plugin(name: &str) -> PluginVersion {
    PluginVersion {
        id: name.parse().unwrap(),
        version: semver::Version::new(1, 0, 0),
        digest: Digest::of(name.as_bytes()),
    }
}

/// An event as the normaliser gives it: no key, identity by night and title.
pub(crate) fn show(title: &str, date: &str, time: &str) -> Event {
    let time =
        (!time.is_empty()).then(|| time.parse::<NaiveTime>().unwrap_or_else(|_| format!("{time}:00").parse().unwrap()));
    Event {
        identity: format!("night:-:{date}:{}", title.to_lowercase()),
        key: None,
        venue: VenueId::from_uuid(Uuid::from_u128(7)),
        title: title.to_owned(),
        performers: Vec::new(),
        start: at(day(date), time),
        doors: None,
        end: None,
        status: Status::Scheduled,
        price: None,
        ticket_url: None,
        event_url: None,
        image_url: None,
        age: None,
        description: None,
        genres: Vec::new(),
        room: None,
        venue_name: None,
        attribution: Attribution {
            source: SourceId::from_uuid(Uuid::from_u128(1)),
            crawl: CrawlId::from_uuid(Uuid::from_u128(1)),
            page: Digest::of(b"page"),
            page_url: "https://venue.example/events".parse().unwrap(),
            plugin: plugin("squarespace"),
            fetched_at: noon("2026-03-01"),
        },
    }
}

/// Short ways to say what is different about a show.
pub(crate) trait With: Sized {
    fn key(self, key: &str) -> Self;
    fn status(self, status: Status) -> Self;
    fn room(self, room: &str) -> Self;
    fn price(self) -> Self;
    fn acts(self, names: &[&str]) -> Self;
    fn tickets(self, url: &str) -> Self;
}

impl With for Event {
    fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self.identity = format!("key:{key}");
        self
    }
    fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }
    fn room(mut self, room: &str) -> Self {
        self.room = Some(room.to_owned());
        self
    }
    fn price(mut self) -> Self {
        self.price = Some(Price { kind: PriceKind::Free, min: None, max: None, currency: None });
        self
    }
    fn acts(mut self, names: &[&str]) -> Self {
        let act = |(place, name): (usize, &&str)| Performer {
            name: (*name).to_owned(),
            role: Role::Performer,
            billing: u16::try_from(place + 1).unwrap(),
        };
        self.performers = names.iter().enumerate().map(act).collect();
        self
    }
    fn tickets(mut self, url: &str) -> Self {
        self.ticket_url = Some(url.parse().unwrap());
        self
    }
}

/// One source over time.
pub(crate) struct House {
    pub(crate) known: Vec<KnownEvent>,
    pub(crate) history: Vec<Change>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) vanished: Vec<Vanished>,
    pub(crate) settings: ReconcileSettings,
    crawls: u128,
    ids: u128,
}

impl House {
    /// Nothing known, at noon of 1 March 2026.
    pub(crate) fn new() -> Self {
        let settings = ReconcileSettings::default();
        let now = noon("2026-03-01");
        Self { known: Vec::new(), history: Vec::new(), now, vanished: Vec::new(), settings, crawls: 100, ids: 0 }
    }

    /// A house that has read this page once.
    pub(crate) fn with(page: &[Event]) -> Self {
        let mut house = Self::new();
        house.crawl(page);
        house
    }

    /// The circumstances of a complete crawl now.
    pub(crate) fn context(&self) -> Context {
        Context {
            source: SourceId::from_uuid(Uuid::from_u128(1)),
            crawl: CrawlId::from_uuid(Uuid::from_u128(self.crawls)),
            now: self.now,
            zone: Zone::UTC,
            today: self.now.date_naive(),
            outcome: CrawlOutcome::Complete,
            window: None,
            plugin: Some(plugin("squarespace")),
            plugin_changed: false,
            suspect: false,
            history: self.vanished.clone(),
            settings: self.settings.clone(),
        }
    }

    /// Carries out a plan; six hours pass.
    pub(crate) fn take(&mut self, page: &[Event], plan: &Plan) {
        let ids = &mut self.ids;
        let next = || {
            *ids += 1;
            EventId::from_uuid(Uuid::from_u128(*ids))
        };
        let applied = apply(&self.known, page, plan, next).unwrap();
        self.known = applied.known;
        self.history.extend(applied.changes);
        self.vanished.extend(plan.vanished);
        self.crawls += 1;
        self.now += TimeDelta::hours(6);
    }

    /// A complete crawl.
    pub(crate) fn crawl(&mut self, page: &[Event]) -> Plan {
        let context = self.context();
        self.crawl_as(page, &context)
    }

    /// A crawl under these circumstances.
    pub(crate) fn crawl_as(&mut self, page: &[Event], context: &Context) -> Plan {
        let plan = plan(&self.known, page, context);
        self.take(page, &plan);
        plan
    }

    /// Crawls the same page every six hours for some days.
    pub(crate) fn days(&mut self, days: usize, page: &[Event]) {
        for _ in 0..days * 4 {
            self.crawl(page);
        }
    }

    /// The event that is known under this title; the first of them.
    pub(crate) fn of(&self, title: &str) -> &KnownEvent {
        self.known.iter().find(|known| known.event.title == title).unwrap_or_else(|| panic!("no {title}"))
    }

    pub(crate) fn id(&self, title: &str) -> EventId {
        self.of(title).id
    }

    pub(crate) fn by_id(&self, id: EventId) -> &KnownEvent {
        self.known.iter().find(|known| known.id == id).unwrap()
    }
}

/// A listing that is not small: twelve shows, one every other night from 10 March on.
pub(crate) fn season() -> Vec<Event> {
    [
        "Aldous", "Brume", "Cinder", "Dovetail", "Ember", "Fathom", "Gantry", "Hollow", "Isthmus", "Juniper",
        "Kestrel", "Lumen",
    ]
    .into_iter()
    .enumerate()
    .map(|(place, title)| show(title, &format!("2026-03-{:02}", 10 + 2 * place.min(10) + place / 11), "20:00"))
    .collect()
}

/// The same without one.
pub(crate) fn without(page: &[Event], title: &str) -> Vec<Event> {
    page.iter().filter(|event| event.title != title).cloned().collect()
}

pub(crate) fn decision(plan: &Plan, seen: usize) -> &SeenDecision {
    &plan.seen[seen].decision
}

pub(crate) fn of_known(plan: &Plan, id: EventId) -> Option<&KnownDecision> {
    plan.known.iter().find(|known| known.id == id).map(|known| &known.decision)
}

pub(crate) fn person(reason: &str) -> Decision {
    Decision { by: Decider::Person("mara".to_owned()), at: noon("2026-03-02"), reason: reason.to_owned() }
}

pub(crate) fn rule(reason: &str) -> Decision {
    Decision { by: Decider::Rule("duplicates".to_owned()), at: noon("2026-03-02"), reason: reason.to_owned() }
}

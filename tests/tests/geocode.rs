//! Geocoding against a Nominatim on loopback: polite, cached, doubtful, and silent where it is off.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use marquee_crawl::StoreBook;
use marquee_fetch::{EgressPolicy, FetchLimits, Fetcher, Pace, PolitenessSettings, Secrets, UserAgent, Visitor};
use marquee_geocode::{GeocodeSettings, Geocoder, Outcome, Round};
use marquee_model::{Clock, Venue, VenueId};
use marquee_store::{Actor, CoordinatesFrom, Store};
use marquee_tests::{database, sample};
use serde_json::{Value, json};

/// Time that passes only where somebody waits.
#[derive(Clone)]
struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Hands {
    fn move_on(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

impl Pace for Hands {
    fn now(&self) -> DateTime<Utc> {
        Clock::now(self)
    }

    fn sleep_until<'a>(&'a self, until: DateTime<Utc>) -> BoxFuture<'a, ()> {
        let mut now = self.0.lock().unwrap();
        *now = until.max(*now);
        Box::pin(std::future::ready(()))
    }
}

/// Who has it done.
fn by() -> Actor {
    Actor::Host("geocoding".to_owned())
}

/// A request as the service saw it.
#[derive(Debug, Clone)]
struct Asked {
    at: DateTime<Utc>,
    query: BTreeMap<String, String>,
    agent: String,
}

/// What the service knows: by street or name, the answer; anything else is unknown to it.
#[derive(Clone)]
struct Service {
    clock: Hands,
    answers: Arc<Mutex<BTreeMap<String, (u16, Value)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Service {
    fn knows(&self, what: &str, answer: Value) {
        self.answers.lock().unwrap().insert(what.to_owned(), (200, answer));
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn search(
    State(service): State<Service>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let agent = headers.get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
    service.asked.lock().unwrap().push(Asked { at: Clock::now(&service.clock), query: query.clone(), agent });
    let what = query.get("street").or_else(|| query.get("q")).cloned().unwrap_or_default();
    let (status, body) = service.answers.lock().unwrap().get(&what).cloned().unwrap_or((200, json!([])));
    let kind = if body.is_string() { "text/html" } else { "application/json" };
    let text = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], text)
}

/// A house in Toronto.
fn house(lat: f64) -> Value {
    json!({"lat": lat.to_string(), "lon": "-79.38", "category": "place", "type": "house", "place_rank": 30, "importance": 0.00001,
           "name": "", "display_name": format!("a house at {lat}"), "address": {"country_code": "ca"}})
}

struct World {
    db: database::Database,
    clock: Hands,
    service: Service,
    settings: GeocodeSettings,
    host: String,
}

impl World {
    async fn new() -> Self {
        let db = database::fresh().await;
        let clock = Hands(Arc::new(Mutex::new(sample::instant(0))));
        let service = Service { clock: clock.clone(), answers: Arc::default(), asked: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let router = Router::new().route("/search", axum::routing::get(search)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let url = Some(format!("http://{host}").parse().unwrap());
        let settings =
            GeocodeSettings { url, email: Some("ada@marquee.example".to_owned()), ..GeocodeSettings::default() };
        Self { db, clock, service, settings, host }
    }

    fn store(&self) -> &Store {
        self.db.store()
    }

    fn geocoder(&self, allowed: bool) -> Option<Geocoder> {
        marquee_fetch::install_tls();
        let allow = if allowed { vec![self.host.parse().unwrap()] } else { Vec::new() };
        let policy = EgressPolicy { allow, ..EgressPolicy::default() };
        let agent = UserAgent::new("Marquee", "0.1.0", "https://marquee.example").unwrap();
        let fetcher = Fetcher::new(FetchLimits::default(), policy, agent, Arc::new(self.clock.clone())).unwrap();
        let politeness = PolitenessSettings { delay_ms: 0, jitter_percent: 0, ..PolitenessSettings::default() };
        let book = Arc::new(StoreBook::new(self.store().clone(), politeness.clone()));
        let pace = Arc::new(self.clock.clone());
        let visitor = Visitor::new(Arc::new(fetcher), book, pace, Secrets::none(), politeness, 1).unwrap();
        Geocoder::open(&self.settings, visitor, self.store().clone(), Arc::new(self.clock.clone())).unwrap()
    }

    async fn round(&self) -> Round {
        self.geocoder(true).expect("a service is configured").round(false, &by()).await.unwrap()
    }

    /// Declares venues at these addresses.
    async fn venues(&self, addresses: &[&str]) -> Vec<VenueId> {
        let site = sample::site("toronto");
        let venues: Vec<Venue> = addresses
            .iter()
            .enumerate()
            .map(|(n, address)| Venue {
                address: Some((*address).to_owned()),
                city: Some("Toronto".to_owned()),
                country: Some("CA".to_owned()),
                id: VenueId::new(sample::instant(i64::try_from(n).unwrap())),
                ..sample::venue(&site, &format!("v{n:02}"), &format!("Venue {n:02}"))
            })
            .collect();
        let synced = self.store().sync_sources(&[site], &venues, &[]).await.unwrap();
        synced.venues.into_iter().map(|venue| venue.id).collect()
    }

    async fn coordinates(&self, id: VenueId) -> Option<(f64, f64)> {
        let venue = self.store().venue(id).await.unwrap().unwrap().venue;
        venue.latitude.zip(venue.longitude)
    }
}

fn outcomes(round: &Round) -> Vec<&Outcome> {
    round.venues.iter().map(|venue| &venue.outcome).collect()
}

#[tokio::test]
async fn a_venues_address_becomes_its_coordinates_and_says_so() {
    let world = World::new().await;
    let ids = world.venues(&["1 Mill St"]).await;
    world.service.knows("1 Mill St", json!([house(43.65)]));
    let round = world.round().await;
    assert!(matches!(outcomes(&round)[..], [Outcome::Found { .. }]), "{round:?}");
    let stored = world.store().venue(ids[0]).await.unwrap().unwrap();
    assert_eq!(world.coordinates(ids[0]).await, Some((43.65, -79.38)));
    assert_eq!(stored.coordinates_from, Some(CoordinatesFrom::Geocoding));
    let asked = &world.service.asked()[0];
    assert_eq!(asked.agent, "Marquee/0.1.0 (+https://marquee.example)");
    for (name, value) in [
        ("street", "1 Mill St"),
        ("city", "Toronto"),
        ("countrycodes", "ca"),
        ("format", "jsonv2"),
        ("addressdetails", "1"),
        ("email", "ada@marquee.example"),
    ] {
        assert_eq!(asked.query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(world.round().await, Round::default(), "it has coordinates now");
}

#[tokio::test]
async fn at_most_one_request_a_second_is_made() {
    let world = World::new().await;
    let addresses: Vec<String> = (1..=8).map(|n| format!("{n} Mill St")).collect();
    world.venues(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // Two processes, one after the other: the turns are shared.
    let (one, two) = (world.geocoder(true).unwrap(), world.geocoder(true).unwrap());
    let by = by();
    let (one, two) = tokio::join!(one.round(false, &by), two.round(false, &by));
    let made = one.unwrap().requests + two.unwrap().requests;
    let asked = world.service.asked();
    assert_eq!(usize::try_from(made).unwrap(), asked.len());
    assert!(asked.len() >= 16, "an address and a name each: {}", asked.len());
    for pair in asked.windows(2) {
        assert!(pair[1].at - pair[0].at >= TimeDelta::seconds(1), "{pair:?}");
    }
}

#[tokio::test]
async fn answers_are_kept_for_their_time_whether_something_was_found_or_not() {
    let world = World::new().await;
    let ids = world.venues(&["1 Mill St", "2 Mill St"]).await;
    world.service.knows("1 Mill St", json!([house(43.65)]));
    let round = world.round().await;
    assert_eq!(
        (round.requests, round.from_cache),
        (3, 0),
        "one found; of the other its address and its name are unknown"
    );

    // What was not found is not asked for again within its month.
    world.clock.move_on(TimeDelta::days(29));
    let round = world.round().await;
    assert_eq!((round.requests, round.from_cache), (0, 2));
    world.service.knows("2 Mill St", json!([house(43.66)]));
    world.clock.move_on(TimeDelta::days(2));
    assert_eq!(world.round().await.requests, 1);
    assert_eq!(world.coordinates(ids[1]).await, Some((43.66, -79.38)));

    // A venue that loses its coordinates gets them back from the cache, for half a year.
    world.venues(&["9 Mill St", "2 Mill St"]).await;
    world.venues(&["1 Mill St", "2 Mill St"]).await;
    assert_eq!(world.coordinates(ids[0]).await, None);
    let round = world.round().await;
    assert_eq!((round.requests, round.from_cache), (0, 1));
    assert_eq!(world.coordinates(ids[0]).await, Some((43.65, -79.38)));
    world.venues(&["9 Mill St", "2 Mill St"]).await;
    world.venues(&["1 Mill St", "2 Mill St"]).await;
    world.clock.move_on(TimeDelta::days(181));
    assert_eq!(world.round().await.requests, 1);
}

#[tokio::test]
async fn what_could_be_another_place_is_refused() {
    let world = World::new().await;
    let ids = world.venues(&["1 Mill St", "2 Mill St", "3 Mill St", "Mill St"]).await;
    let street = json!({"lat": "43.6", "lon": "-79.3", "category": "highway", "type": "residential", "place_rank": 26,
                        "importance": 0.1, "display_name": "Mill St"});
    world.service.knows("1 Mill St", json!([house(43.65), house(43.75)]));
    world.service.knows("2 Mill St", json!([street]));
    world.service.knows(
        "Venue 02, Toronto",
        json!([{"lat": "43.67", "lon": "-79.38", "category": "amenity", "type": "bar",
        "place_rank": 30, "importance": 0.0001, "name": "Venue 02", "display_name": "Venue 02, Toronto"}]),
    );
    world.service.knows(
        "Venue 03, Toronto",
        json!([{"lat": "43.67", "lon": "-79.38", "category": "highway", "type": "bus_stop",
        "place_rank": 30, "importance": 0.0001, "name": "Venue 03", "display_name": "Venue 03, Toronto"}]),
    );
    let round = world.round().await;
    let found = outcomes(&round);
    assert!(matches!(found[0], Outcome::Ambiguous { .. }), "{found:?}");
    assert!(matches!(found[1], Outcome::Nothing { .. }), "{found:?}");
    assert!(matches!(found[2], Outcome::Found { .. }), "{found:?}");
    assert!(matches!(found[3], Outcome::Nothing { .. }), "{found:?}");
    let mut located = Vec::new();
    for id in &ids {
        located.push(world.coordinates(*id).await.is_some());
    }
    assert_eq!(located, [false, false, true, false]);
}

#[tokio::test]
async fn failures_are_not_kept_and_a_service_that_fails_again_and_again_is_left_alone() {
    let world = World::new().await;
    let addresses: Vec<String> = (0..10).map(|n| format!("{n} Mill St")).collect();
    let ids = world.venues(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (address, n) in addresses.iter().zip(0..) {
        let answer = match n {
            0 => (200, json!("<html>sorry</html>")),
            1 => (200, json!([house(43.65)])),
            _ => (503, json!("busy")),
        };
        world.service.answers.lock().unwrap().insert(address.clone(), answer);
    }
    let round = world.round().await;
    let found = outcomes(&round);
    assert!(matches!(found[0], Outcome::Failed { reason } if reason.contains("Nominatim-compatible")), "{found:?}");
    assert!(matches!(found[1], Outcome::Found { .. }));
    assert_eq!((found.len(), round.requests), (5, 5), "three failures in a row end the round");

    for address in &addresses {
        world.service.knows(address, json!([house(43.65)]));
    }
    world.clock.move_on(TimeDelta::days(1));
    assert_eq!(world.round().await.requests, 9);
    assert_eq!(world.coordinates(ids[0]).await, Some((43.65, -79.38)));
}

#[tokio::test]
async fn nothing_is_asked_where_it_is_off_or_the_egress_rules_forbid_it() {
    let mut world = World::new().await;
    world.venues(&["1 Mill St"]).await;
    let round = world.geocoder(false).unwrap().round(false, &by()).await.unwrap();
    assert!(matches!(outcomes(&round)[..], [Outcome::Failed { .. }]), "{round:?}");
    world.settings = GeocodeSettings::default();
    assert!(world.geocoder(true).is_none());
    assert_eq!(world.service.asked().len(), 0);
}

#[tokio::test]
async fn a_dry_run_asks_and_changes_nothing() {
    let world = World::new().await;
    let ids = world.venues(&["1 Mill St"]).await;
    world.service.knows("1 Mill St", json!([house(43.65)]));
    let round = world.geocoder(true).unwrap().round(true, &by()).await.unwrap();
    assert!(
        matches!(outcomes(&round)[..], [Outcome::WouldAsk { question }] if question.contains("street=1+Mill+St")),
        "{round:?}"
    );
    assert_eq!((world.service.asked().len(), world.coordinates(ids[0]).await), (0, None));
}

#[tokio::test]
async fn a_round_asks_for_no_more_than_its_batch() {
    let mut world = World::new().await;
    world.settings.batch = 3;
    let addresses: Vec<String> = (0..10).map(|n| format!("{n} Mill St")).collect();
    world.venues(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for address in &addresses {
        world.service.knows(address, json!([house(43.65)]));
    }
    let mut requests = Vec::new();
    for _ in 0..5 {
        requests.push(world.round().await.requests);
    }
    assert_eq!(requests, [3, 3, 3, 1, 0]);
}

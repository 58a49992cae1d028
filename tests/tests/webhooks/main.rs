//! Webhooks, delivered to a real server on loopback: signed, in order, at least once, and on record. Time is the test's.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in the tests' own functions, too: what is not there fails the test"
)]

mod api;
mod deliveries;
mod killed;
mod receiver;
mod sharing;

use std::sync::{Arc, Mutex};

use axum::{body::Body, http::Method};
use chrono::{DateTime, TimeDelta, Utc};
use marquee_fetch::{EgressPolicy, Fetcher, UserAgent};
use marquee_model::{Clock, EventId, Scope, Scopes, WebhookId};
use marquee_reconcile::{Decider, Decision};
use marquee_serve::{Follow, FollowSettings};
use marquee_store::{GenerationSettings, Intervention, NewKey, Store, Webhook};
use marquee_tests::{
    sample,
    serving::{Answer, Serving, TOKEN},
};
use marquee_webhooks::{Deliverer, Render, Turned, WebhookSettings};
use serde_json::{Value, json};

use self::receiver::Receiver;

/// A clock that the test moves.
#[derive(Clone)]
struct Hand(Arc<Mutex<DateTime<Utc>>>);

impl Hand {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(sample::instant(0))))
    }

    fn forward(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap();
        *now += by;
    }
}

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// A host with the sample city, a subscriber, and what delivers.
struct Bench {
    serving: Serving,
    receiver: Receiver,
    clock: Hand,
    deliverer: Deliverer,
}

impl Bench {
    async fn new() -> Self {
        Self::with(WebhookSettings::default()).await
    }

    async fn with(settings: WebhookSettings) -> Self {
        let (serving, receiver) = (Serving::filled().await, Receiver::start().await);
        let clock = Hand::new();
        let deliverer = deliverer(serving.database.store(), &[receiver.host.as_str()], &clock, settings);
        Self { serving, receiver, clock, deliverer }
    }

    fn clock_now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn store(&self) -> &Store {
        self.serving.database.store()
    }

    /// Subscribes the receiver; the answer has the secret.
    async fn subscribe(&self, more: Value) -> (WebhookId, String) {
        let mut wanted = json!({ "url": self.receiver.url() });
        wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = ask(&self.serving, Method::POST, "/api/v1/webhooks", Some(&wanted)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let json = made.json();
        (json["id"].as_str().unwrap().parse().unwrap(), json["secret"].as_str().unwrap().to_owned())
    }

    async fn webhook(&self, id: WebhookId) -> Webhook {
        self.store().webhook(id, None).await.unwrap().unwrap()
    }

    /// Steps until nothing is due. Returns what they came to.
    async fn drain(&self) -> Vec<Turned> {
        let mut turns = Vec::new();
        loop {
            match self.deliverer.turn().await.unwrap() {
                Turned::Idle => return turns,
                turned => turns.push(turned),
            }
        }
    }

    /// The id of an event, by the beginning of its title.
    async fn event(&self, title: &str) -> EventId {
        let events = self.serving.get("/api/v1/events?limit=100").await.json();
        let found = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["title"].as_str().unwrap().starts_with(title))
            .cloned();
        found.unwrap()["id"].as_str().unwrap().parse().unwrap()
    }

    /// A key with these scopes.
    async fn key(&self, scopes: &[Scope]) -> String {
        let token = marquee_serve::fresh_key(sample::instant(0)).unwrap();
        let scopes: Scopes = scopes.iter().copied().collect();
        let new = NewKey { token: token.clone(), name: format!("for {scopes}"), scopes, expires_at: None };
        self.store().create_key(&new, &sample::author(0)).await.unwrap();
        token.expose()
    }

    /// Makes one change of an event: hides it, or shows it again.
    async fn flip(&self, event: EventId, hide: bool) {
        flip(self.store(), event, hide).await;
    }
}

async fn flip(store: &Store, event: EventId, hide: bool) {
    let by = Decider::Person("Ada".to_owned());
    let decision = Decision { by, at: sample::instant(60), reason: "she said so".to_owned() };
    let wish = if hide { Intervention::Hide { event } } else { Intervention::Show { event } };
    assert_eq!(store.intervene(&wish, &decision).await.unwrap().len(), 1);
}

/// What delivers, and may ask these hosts besides public ones.
fn deliverer(store: &Store, hosts: &[&str], clock: &Hand, settings: WebhookSettings) -> Deliverer {
    marquee_fetch::install_tls();
    let allow = hosts.iter().map(|host| host.parse().unwrap()).collect();
    let policy = EgressPolicy { allow, ..EgressPolicy::default() };
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let fetcher = Fetcher::new(settings.fetch_limits(), policy, UserAgent::default(), Arc::clone(&clock)).unwrap();
    let follow = Follow::new(store.clone(), FollowSettings::default(), GenerationSettings::default());
    let now = Arc::clone(&clock);
    let render: Render = Arc::new(move |changes| {
        let (follow, now) = (follow.clone(), now.now());
        Box::pin(async move { follow.entries(changes, true, now).await })
    });
    Deliverer::new(store.clone(), Arc::new(fetcher), render, clock, settings, "the test".to_owned(), 7)
}

/// Asks with the operator's token.
async fn ask(serving: &Serving, method: Method, path: &str, body: Option<&Value>) -> Answer {
    ask_as(serving, TOKEN, method, path, body).await
}

/// Asks with a key.
async fn ask_as(serving: &Serving, key: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let token = format!("Bearer {key}");
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    serving.send(method, path, &headers, body).await
}

//! Venue sites of two pages each on loopback addresses, which tell when they are asked and when they have answered.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    response::Html,
    routing::get,
};
use chrono::TimeDelta;
use marquee_model::Source;
use marquee_tests::sample;
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot};

/// Events on each of the two pages.
const EVENTS: u64 = 20;
/// How long an answer takes, so that a worker can be killed while it waits.
const ANSWER: Duration = Duration::from_millis(30);

/// Something that happens at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// The listing is asked for.
    FirstAsked,
    /// It is sent.
    FirstSent,
    /// The last page is asked for.
    LastAsked,
    /// It is sent: what follows is reading, normalising and storing.
    LastSent,
}

type Watchers = Vec<(usize, Moment, oneshot::Sender<()>)>;

struct Shared {
    version: AtomicU64,
    watchers: Mutex<Watchers>,
}

/// The sites.
pub(crate) struct Site {
    hosts: Vec<String>,
    shared: Arc<Shared>,
}

impl Site {
    pub(crate) async fn start(venues: usize) -> Self {
        let shared = Arc::new(Shared { version: AtomicU64::new(0), watchers: Mutex::default() });
        let mut hosts = Vec::new();
        for place in 0..venues {
            let listener = TcpListener::bind(format!("127.0.0.{}:0", place + 2)).await.unwrap();
            hosts.push(listener.local_addr().unwrap().to_string());
            let router = Router::new().route("/{venue}/{page}", get(page)).with_state(Arc::clone(&shared));
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        Self { hosts, shared }
    }

    pub(crate) fn venues(&self) -> usize {
        self.hosts.len()
    }

    pub(crate) fn slug(&self, place: usize) -> String {
        format!("venue-{place}")
    }

    /// What a source file says of a venue.
    pub(crate) fn describe(&self, place: usize, source: &mut Source) {
        source.url = format!("http://{}/{place}/1", self.hosts[place]).parse().unwrap();
        source.configuration = json!({
            "item": ".show", "next": "a.next", "marks": ["ul"],
            "fields": { "title": "h3", "date": ".date", "price": ".price" },
        });
    }

    /// Another price for every event.
    pub(crate) fn change(&mut self) {
        self.shared.version.fetch_add(1, Ordering::SeqCst);
    }

    /// The titles, by day.
    pub(crate) fn titles(&self, place: usize) -> Vec<String> {
        (0..2 * EVENTS).map(|n| title(place, n)).collect()
    }

    /// What every event costs now.
    pub(crate) fn price(&self) -> String {
        price(self.shared.version.load(Ordering::SeqCst)).to_string()
    }

    /// Ends when this happens next.
    pub(crate) fn watch(&self, place: usize, moment: Moment) -> impl Future<Output = ()> + use<> {
        let (sender, receiver) = oneshot::channel();
        self.shared.watchers.lock().unwrap().push((place, moment, sender));
        async { receiver.await.unwrap() }
    }
}

impl Shared {
    fn tell(&self, place: usize, moment: Moment) {
        let mut watchers = self.watchers.lock().unwrap();
        let (told, kept): (Watchers, Watchers) =
            watchers.drain(..).partition(|(at, what, _)| *at == place && *what == moment);
        *watchers = kept;
        drop(watchers);
        for (_, _, watcher) in told {
            let _nobody_waits = watcher.send(());
        }
    }
}

fn title(place: usize, n: u64) -> String {
    format!("Act {n} of venue {place}")
}

fn price(version: u64) -> u64 {
    10 + version
}

async fn page(State(shared): State<Arc<Shared>>, Path((place, page)): Path<(usize, u64)>) -> Html<String> {
    let (asked, sent) = match page {
        1 => (Moment::FirstAsked, Moment::FirstSent),
        _ => (Moment::LastAsked, Moment::LastSent),
    };
    shared.tell(place, asked);
    tokio::time::sleep(ANSWER).await;
    let version = shared.version.load(Ordering::SeqCst);
    let shows: String = (0..EVENTS)
        .map(|n| n + (page - 1) * EVENTS)
        .map(|n| {
            let day = sample::TODAY + TimeDelta::days(400 + i64::try_from(n).unwrap());
            format!(
                "<li class=show><h3>{}</h3><span class=date>{} 8:00 PM</span><b class=price>${}</b></li>",
                title(place, n),
                day.format("%A, %B %-d, %Y"),
                price(version),
            )
        })
        .collect();
    let next = if page == 1 { format!("<a class=next href=/{place}/2>more</a>") } else { String::new() };
    shared.tell(place, sent);
    Html(format!("<!doctype html><title>Shows</title><ul>{shows}</ul>{next}"))
}

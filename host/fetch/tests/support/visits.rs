//! Visits in tests: a time that passes as soon as somebody waits for it, and sources that ask for what a test is about.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use marquee_fetch::{
    FetchError, FetchLimits, FollowScope, MemoryBook, Pace, PageAnswer, PolitenessSettings, Secrets, Session,
    VisitError, Visited, Visitor, polite::HostState,
};
use marquee_model::{Page, PageRequest, Source};
use serde_json::{Value, json};

use super::{Act, Hostile, VENUE, fetcher, get, send};

/// A time that passes only by being waited for.
pub(crate) struct Virtual {
    now: Mutex<DateTime<Utc>>,
}

impl Virtual {
    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }
}

impl Pace for Virtual {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    fn sleep_until<'a>(&'a self, until: DateTime<Utc>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let mut now = self.now.lock().unwrap();
            *now = until.max(*now);
        })
    }
}

/// A visitor and all that it stands on.
pub(crate) struct House {
    pub(crate) visitor: Visitor,
    pub(crate) pace: Arc<Virtual>,
    pub(crate) book: Arc<MemoryBook>,
}

impl House {
    pub(crate) fn new(limits: FetchLimits, settings: PolitenessSettings, secrets: Secrets) -> Self {
        Self::of(fetcher(limits), settings, secrets)
    }

    pub(crate) fn of(fetcher: marquee_fetch::Fetcher, settings: PolitenessSettings, secrets: Secrets) -> Self {
        let pace = Arc::new(Virtual { now: Mutex::new("2026-10-01T12:00:00Z".parse().unwrap()) });
        let book = Arc::new(MemoryBook::new(settings.clone()));
        let visitor =
            Visitor::new(Arc::new(fetcher), Arc::clone(&book) as _, Arc::clone(&pace) as _, secrets, settings, 7)
                .unwrap();
        Self { visitor, pace, book }
    }

    pub(crate) fn usual() -> Self {
        Self::new(FetchLimits::default(), settings(), Secrets::none())
    }

    pub(crate) fn session(&self, url: &str) -> Session {
        self.visitor.session(&source(url, &json!({})))
    }

    /// A visit in a session of its own.
    pub(crate) async fn visit(&self, request: &PageRequest) -> Result<Visited, VisitError> {
        self.session(request.url.as_str()).visit(request, &FollowScope::any(), None).await
    }

    pub(crate) async fn get(&self, url: &str) -> Result<Visited, VisitError> {
        self.visit(&get(url)).await
    }

    /// What is known of the host of these tests.
    pub(crate) fn known(&self) -> HostState {
        self.book
            .hosts()
            .into_iter()
            .find(|(host, _)| host.starts_with(VENUE))
            .map(|(_, state)| state)
            .unwrap_or_default()
    }

    pub(crate) async fn code(&self, url: &str) -> &'static str {
        match self.get(url).await {
            Ok(_) => "page",
            Err(error) => error.error.code(),
        }
    }
}

/// Settings without chance in them.
pub(crate) fn settings() -> PolitenessSettings {
    PolitenessSettings { jitter_percent: 0, ..PolitenessSettings::default() }
}

/// A source at this address, with these `fetching` keys.
pub(crate) fn source(url: &str, fetching: &Value) -> Source {
    source_with(url, fetching, &json!({}), &[])
}

pub(crate) fn source_with(url: &str, fetching: &Value, configuration: &Value, hosts: &[&str]) -> Source {
    serde_json::from_value(json!({
        "id": "src_0199c3f0000070008000000000000001", "slug": "venue", "site": "site_0199c3f0000070008000000000000002",
        "venue": "ven_0199c3f0000070008000000000000003", "url": url, "first_request": "get", "plugin": "json",
        "configuration": configuration, "zone": "Europe/Berlin", "languages": [], "currency": null, "default_age": null,
        "schedule": { "every_minutes": 360 }, "fetching": fetching, "enabled": true,
        "follow": { "pages": 60, "depth": 3, "bytes": 1000, "hosts": hosts, "headers": ["x-api-key"] }
    }))
    .unwrap()
}

/// The page of an answer.
pub(crate) fn page(visited: Visited) -> (Page, Option<Vec<u8>>) {
    match visited.answer {
        PageAnswer::Page { page, raw } => (*page, raw),
        PageAnswer::NotModified => panic!("not modified"),
    }
}

/// An answer with a status, headers (each ending with a line break) and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    vec![send(&format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"))]
}

/// A site with this robots.txt (empty: there is none) and these pages by path.
pub(crate) async fn site(
    robots: &'static str,
    pages: impl Fn(&str, &str) -> Vec<Act> + Send + Sync + 'static,
) -> Hostile {
    Hostile::answering(move |head| {
        let path = head.split_whitespace().nth(1).unwrap_or_default();
        match path {
            "/robots.txt" if robots.is_empty() => answer(404, "", ""),
            "/robots.txt" => answer(200, "", robots),
            _ => pages(path, head),
        }
    })
    .await
}

/// The paths that a server was asked for.
pub(crate) fn paths(server: &Hostile) -> Vec<String> {
    let path = |head: &String| head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    server.requests().iter().map(path).collect()
}

/// The whole request for a path, the last one.
pub(crate) fn asked(server: &Hostile, path: &str) -> String {
    let heads = server.requests();
    let found = heads.iter().rev().find(|head| head.split_whitespace().nth(1) == Some(path));
    found.unwrap_or_else(|| panic!("{path} was not asked for: {heads:?}")).to_lowercase()
}

pub(crate) fn error(outcome: Result<Visited, VisitError>) -> FetchError {
    outcome.unwrap_err().error
}

//! The whole HTTP surface on a database of its own, with a still clock, for tests of what clients see.
//!
//! Requests go through the real router without a socket. The plugin folder is made up, and wishes for crawls are only written
//! down: both have tests of their own.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use marquee_model::{
    AgeRestriction, CrawlAnswer, CrawlNotRequested, CrawlOutcome, CrawlRequested, CrawlRequests, Diagnostic, Digest,
    FileStanding, FixedClock, PluginFile, PluginState, Plugins, Price, PriceKind, Rejection, Role, Severity, SourceId,
    Status,
};
use marquee_serve::{App, CacheSettings, Follow, FollowSettings, Secret, ServeSettings};
use marquee_store::Store;
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;

use crate::{
    database::{self, Database},
    declared::CssOnly,
    sample::{self, instant, parse},
};

/// The admin token of every [`Serving`] that is started with [`settings`].
pub const TOKEN: &str = "the-operators-token";

/// A host as HTTP clients see it.
pub struct Serving {
    /// Its database.
    pub database: Database,
    router: Router,
    wished: Arc<Wishes>,
    stopping: Arc<AtomicBool>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

/// A second process on a [`Serving`]'s database.
pub struct Restarted(Router);

impl Restarted {
    /// Asks with GET.
    ///
    /// # Panics
    /// Where the path is none.
    pub async fn get(&self, path: &str) -> Answer {
        send(&self.0, Method::GET, path, &[], Body::empty()).await
    }
}

/// The settings that tests begin with: the defaults, a token, and a secret for cursors. No answer is kept, so that tests may change rows
/// behind the host's back, and on a busy machine nobody is sent away.
#[must_use]
pub fn settings() -> ServeSettings {
    ServeSettings {
        admin_token: Some(Secret::new(TOKEN)),
        cursor_secret: Some(Secret::new("cursors")),
        queue_ms: 10_000,
        queue_busy_ms: 10_000,
        cache: CacheSettings { memory_mib: 0, ..CacheSettings::default() },
        ..ServeSettings::default()
    }
}

/// The parts of a host on this store: a plugin folder that is made up, wishes for crawls that are only written down, a clock that stands.
#[must_use]
pub fn app(store: Store, settings: ServeSettings) -> App {
    app_with(store, Arc::default(), settings, FollowSettings::default())
}

fn app_with(store: Store, wished: Arc<Wishes>, settings: ServeSettings, follow: FollowSettings) -> App {
    App {
        follow: Follow::new(store.clone(), follow, settings.generation),
        store,
        plugins: Arc::new(Folder),
        crawls: wished,
        declarations: Arc::new(CssOnly),
        clock: Arc::new(FixedClock(instant(0))),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        settings,
        stopping: Arc::default(),
    }
}

impl Serving {
    /// An empty host.
    ///
    /// # Panics
    /// Where no database can be had.
    pub async fn empty(settings: ServeSettings) -> Self {
        // On the heap: the whole of a host is large, and every test would carry it.
        Box::pin(Self::following(settings, FollowSettings::default())).await
    }

    /// The same with limits for those who follow changes.
    ///
    /// # Panics
    /// Where no database can be had.
    pub async fn following(settings: ServeSettings, follow: FollowSettings) -> Self {
        let database = database::fresh().await;
        let wished = Arc::new(Wishes::default());
        let app = app_with(database.store().clone(), Arc::clone(&wished), settings, follow);
        let stopping = Arc::clone(&app.stopping);
        Self { database, router: marquee_serve::router(app), wished, stopping }
    }

    /// Another process on the same database: nothing else is shared.
    pub fn restarted(&self, settings: ServeSettings, follow: FollowSettings) -> Restarted {
        let app = app_with(self.database.store().clone(), Arc::default(), settings, follow);
        Restarted(marquee_serve::router(app))
    }

    /// A host with the sample city, see [`fill`].
    ///
    /// # Panics
    /// Where no database can be had.
    pub async fn filled() -> Self {
        Self::filled_with(settings()).await
    }

    /// The same with these settings.
    ///
    /// # Panics
    /// Where no database can be had.
    pub async fn filled_with(settings: ServeSettings) -> Self {
        let serving = Self::empty(settings).await;
        Box::pin(fill(&serving)).await;
        serving
    }

    /// A host of its own on a store.
    #[must_use]
    pub fn beside(database: Database, store: Store, settings: ServeSettings) -> Self {
        let wished = Arc::new(Wishes::default());
        let app = app_with(store, Arc::clone(&wished), settings, FollowSettings::default());
        let stopping = Arc::clone(&app.stopping);
        Self { database, router: marquee_serve::router(app), wished, stopping }
    }

    /// The router, for tests that put it on a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Tells the host to stop, as a signal does.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// The sources whose crawl was asked for.
    #[must_use]
    pub fn wished(&self) -> Vec<SourceId> {
        self.wished.0.lock().map(|wished| wished.clone()).unwrap_or_default()
    }

    /// Asks with GET.
    ///
    /// # Panics
    /// Where the path is none.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    /// Asks with a method and headers.
    ///
    /// # Panics
    /// Where they are not valid.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, Body::empty()).await
    }

    /// Asks with a body.
    ///
    /// # Panics
    /// Where the request is not valid.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        send(&self.router, method, path, headers, body).await
    }
}

/// Asks a router.
///
/// # Panics
/// Where the request is not valid.
#[expect(clippy::expect_used, reason = "a test whose question is none cannot go on")]
pub async fn send(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
    let request =
        headers.iter().fold(Request::builder().method(method).uri(path), |r, (name, value)| r.header(*name, *value));
    let response = router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

#[expect(clippy::expect_used, reason = "a test that reads what is not there cannot go on")]
impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    /// The body as JSON, indented, with ids replaced: for snapshots.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn shown(&self) -> String {
        without_ids(&serde_json::to_string_pretty(&self.json()).expect("JSON"))
    }

    /// A header, empty where it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The text with every random id replaced: they differ from run to run.
#[must_use]
pub fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let digits = word.rsplit_once('_').map_or(word, |(_, digits)| digits);
        let length = digits.chars().filter(char::is_ascii_hexdigit).count();
        length == 32 && digits.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
    };
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut shown = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\n']) {
        if inside(character) {
            word.push(character);
            continue;
        }
        if is_id(&word) {
            word = word.rsplit_once('_').map_or("ID".to_owned(), |(kind, _)| format!("{kind}_ID"));
        }
        shown.push_str(&word);
        shown.push(character);
        word.clear();
    }
    shown.trim_end().to_owned()
}

/// Two sites, two venues, and a crawl each: six coming events of which every one is unlike the others, and a past one.
///
/// # Panics
/// Where the store refuses one.
#[expect(clippy::expect_used, reason = "a test whose set-up fails cannot go on")]
pub async fn fill(serving: &Serving) {
    let (toronto, charleston) = (sample::site("toronto"), sample::site("charleston"));
    let mut rex = sample::venue(&toronto, "rex", "The Rex");
    rex.address = Some("194 Queen St W".to_owned());
    rex.city = Some("Toronto".to_owned());
    rex.state = Some("ON".to_owned());
    rex.country = Some("CA".to_owned());
    rex.latitude = Some(43.65);
    rex.longitude = Some(-79.39);
    let farm = sample::venue(&charleston, "music-farm", "Music Farm");
    let sources = [sample::source(&rex), sample::source(&farm)];
    let store = serving.database.store();
    let synced = store.sync_sources(&[toronto, charleston], &[rex, farm], &sources).await.expect("sources");
    let [rex, farm] = synced.sources.as_slice() else { return };

    let mut crawl = sample::crawl(rex, 0);
    crawl.outcome = CrawlOutcome::Partial { reason: "one item has no date".to_owned() };
    crawl.rejections = vec![Rejection {
        event: "Mystery Night".to_owned(),
        field: "start".to_owned(),
        reason: "`soon` is no date".to_owned(),
        raw: Some("soon".to_owned()),
        fatal: true,
        page: Digest::of(b"page"),
    }];
    crawl.diagnostics = vec![Diagnostic {
        severity: Severity::Warning,
        code: "weekday_mismatch".to_owned(),
        message: "the page says Friday, the date is a Saturday; the date stands".to_owned(),
        event: Some("e1".to_owned()),
        raw: Some("Fri".to_owned()),
    }];
    let mut events: Vec<_> = (0..5).map(|n| sample::event(&crawl, rex, &format!("e{n}"), n)).collect();
    if let [tonight, unknown, cancelled, hostile, plain] = events.as_mut_slice() {
        tonight.title = "Moon Quartet w/ The Tides".to_owned();
        tonight.performers = performers(&[("Moon Quartet", Role::Headliner), ("The Tides", Role::Support)]);
        tonight.price = Some(price(PriceKind::Range, Some("25"), Some("30")));
        tonight.ticket_url = Some(parse("https://tickets.example/1"));
        tonight.age = Some(AgeRestriction::Minimum(19));
        tonight.description = Some("Two sets.\nA late bar.".to_owned());
        unknown.start = sample::time(sample::TODAY + chrono::Days::new(1), None);
        unknown.doors = None;
        unknown.price = Some(price(PriceKind::Free, Some("0"), None));
        unknown.age = Some(AgeRestriction::AllAges);
        cancelled.status = Status::Cancelled;
        hostile.title = "</script><script>alert(1)</script> \"&amp;' <img src=x onerror=alert(2)>".to_owned();
        hostile.performers = performers(&[("<b>Bold</b>", Role::Dj)]);
        hostile.description = Some("<script>alert(3)</script>".to_owned());
        hostile.room = Some("Back <i>room</i>".to_owned());
        plain.venue_name = Some("Somewhere Else".to_owned());
    }
    let mut past = sample::event(&crawl, rex, "past", 0);
    past.start = sample::time(sample::TODAY - chrono::Days::new(3), Some(20));
    past.doors = None;
    past.title = "Last Week".to_owned();
    events.push(past);
    store.record(sample::record(crawl, rex, events)).await.expect("a crawl of the first source");

    let crawl = sample::crawl(farm, 5);
    let mut event = sample::event(&crawl, farm, "f1", 2);
    event.title = "Sun\u{e9} Parade".to_owned();
    event.price = Some(price(PriceKind::Fixed, Some("12.50"), None));
    store.record(sample::record(crawl, farm, vec![event])).await.expect("a crawl of the second source");
}

fn performers(bill: &[(&str, Role)]) -> Vec<marquee_model::Performer> {
    let act = |(name, role): &(&str, Role), billing| marquee_model::Performer {
        name: (*name).to_owned(),
        role: *role,
        billing,
    };
    bill.iter().zip(1..).map(|(one, billing)| act(one, billing)).collect()
}

fn price(kind: PriceKind, min: Option<&str>, max: Option<&str>) -> Price {
    Price { kind, min: min.map(parse), max: max.map(parse), currency: Some(parse("CAD")) }
}

/// Writes wishes for crawls down.
#[derive(Debug, Default)]
struct Wishes(Mutex<Vec<SourceId>>);

impl CrawlRequests for Wishes {
    fn request(&self, source: SourceId) -> CrawlAnswer<'_> {
        let answer =
            self.0.lock().map_err(|error| CrawlNotRequested { reason: error.to_string() }).map(|mut wished| {
                let known = wished.contains(&source);
                wished.push(source);
                if known { CrawlRequested::AlreadyQueued } else { CrawlRequested::Queued }
            });
        Box::pin(std::future::ready(answer))
    }
}

/// A plugin folder with a good file and a bad one.
#[derive(Debug)]
struct Folder;

impl Plugins for Folder {
    fn active(&self) -> Vec<PluginState> {
        vec![PluginState {
            active: sample::plugin(),
            file: "css.wasm".to_owned(),
            summary: "Reads hand-made sites by selectors.".to_owned(),
            reads: vec!["any site".to_owned()],
            configuration_schema: serde_json::json!({"type": "object"}),
            since: instant(-60),
            generation: 1,
            last_error: Some((instant(-30), "css-2.wasm was refused: it is truncated; copy it again".to_owned())),
        }]
    }

    fn files(&self) -> Vec<PluginFile> {
        let file = |file: &str, standing, holds, reason: Option<&str>| PluginFile {
            file: file.to_owned(),
            standing,
            holds,
            reason: reason.map(str::to_owned),
            bytes: 1000,
            since: instant(-60),
        };
        vec![
            file("css-2.wasm", FileStanding::Refused, None, Some("it is truncated; copy it again")),
            file("css.wasm", FileStanding::Active, Some(sample::plugin()), None),
        ]
    }
}

//! Answers that are given again while the data do not change: the layer between limits and routes.
//!
//! An answer is kept under its question and the data's number ([`marquee_store::Generation`]), so that nothing has to be thrown away when
//! data change. Requests for one answer that is not there wait for the first of them to make it. While the number is not known nothing is
//! kept and every request goes to the database: rather late than wrong. Redis, where there is one, is a second level that hosts share.
//!
//! This layer also gives every body its tag, answers 304, and compresses.

mod encoding;
mod entry;
mod etag;
mod key;
mod settings;
mod shared;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::{HttpBody as _, to_bytes},
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use marquee_model::Clock;
use marquee_store::{Generation, GenerationWatch, Store};
use metrics::Counter;

pub use settings::CacheSettings;

use self::{entry::Entry, shared::Shared};
use crate::{
    App,
    layers::{Class, Headers, Route},
    problem::{Kind, Problem},
    redis::Redis,
};

/// The kept answers, and what they depend on.
pub(crate) struct Cache {
    settings: CacheSettings,
    headers: Headers,
    store: Store,
    clock: Arc<dyn Clock>,
    watch: Option<GenerationWatch>,
    kept: moka::future::Cache<String, Arc<Entry>>,
    shared: Option<Shared>,
    /// Counts the writes that came through this host: an answer made before one is not given after it.
    writes: AtomicU64,
    /// When the last of them was, by the host's clock.
    written_ms: AtomicI64,
    hits: Counter,
    made: Counter,
    fetched: Counter,
}

/// Each answer has its own end.
struct ByAge;

impl moka::Expiry<String, Arc<Entry>> for ByAge {
    fn expire_after_create(&self, _: &String, entry: &Arc<Entry>, now: Instant) -> Option<Duration> {
        Some(entry.until.saturating_duration_since(now))
    }
}

/// Why a flight brought nothing to keep.
enum NotKept {
    /// The server could not answer; nor could it for those who waited.
    Failed(Problem),
    /// The answer is its asker's alone.
    Own,
}

impl Cache {
    /// A cache for this host. `keeps` is false for one that only shows its health.
    pub(crate) fn new(app: &App, redis: Option<Arc<Redis>>, keeps: bool) -> Self {
        let settings = app.settings.cache.clone();
        let keeps = keeps && settings.memory_mib > 0;
        // Without a runtime there is no news, so that nothing is kept.
        let runtime = tokio::runtime::Handle::try_current().ok().filter(|_| keeps);
        let kept = moka::future::Cache::builder()
            .max_capacity(settings.bytes())
            .weigher(|key: &String, entry: &Arc<Entry>| {
                entry.weight().saturating_add(u32::try_from(key.len()).unwrap_or(u32::MAX))
            })
            .expire_after(ByAge)
            .build();
        let counter = |how: &'static str| metrics::counter!("marquee_kept_answers_total", "how" => how);
        Self {
            headers: Headers::new(&app.settings),
            store: app.store.clone(),
            clock: Arc::clone(&app.clock),
            watch: runtime.map(|_| app.store.watch_generation(app.settings.generation)),
            kept,
            shared: redis.map(|redis| Shared::new(redis, settings.clone())),
            settings,
            writes: AtomicU64::new(0),
            written_ms: AtomicI64::new(i64::MIN),
            hits: counter("kept"),
            made: counter("made"),
            fetched: counter("shared"),
        }
    }

    fn generation(&self) -> Option<&Generation> {
        self.watch.as_ref().map(GenerationWatch::generation)
    }

    /// Under what an answer is shared with other hosts; `None` where it must not be kept.
    fn name(&self, class: Class, request: &Request) -> Option<String> {
        let generation = self.generation().filter(|_| class.is_kept())?;
        let number = if class == Class::Static { 0 } else { generation.current()? };
        Some(format!("{}\n{number}", key::question(request.uri(), request.headers())?))
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// After something was changed through this host: what was kept is not given any more, here.
    async fn written(&self) {
        self.written_ms.store(self.now_ms(), Ordering::Relaxed);
        self.writes.fetch_add(1, Ordering::Relaxed);
        if let Some(generation) = self.generation() {
            match self.store.generation().await {
                Ok(number) => generation.heard(number),
                Err(error) => tracing::warn!(%error, "the number of the data is not known; the next news bring it"),
            }
        }
    }

    /// An answer to give again, or the answer as it is, where it cannot be.
    async fn entry(&self, class: Class, response: Response, made_ms: i64) -> Result<Entry, Response> {
        if response.status() != StatusCode::OK || response.body().size_hint().exact().is_none() {
            return Err(response);
        }
        let (mut parts, body) = response.into_parts();
        // The body's length is known, so that a handler made it in memory.
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Err(Problem::new(Kind::Internal, "the answer could not be read back").into_response());
        };
        let route = parts.extensions.remove::<Route>().unwrap_or_default();
        parts.headers.remove(header::CONTENT_LENGTH);
        self.headers.complete(&mut parts.headers, parts.status, class);
        let from = self.settings.compress_from_bytes;
        Ok(Entry::new(parts.headers, body, route, from, made_ms, self.settings.fresh()))
    }

    /// Makes the answer, or gets it from another host.
    async fn make(
        &self,
        (class, name): (Class, &str),
        (request, next): (Request, Next),
        own: &Mutex<Option<Response>>,
    ) -> Result<Arc<Entry>, NotKept> {
        let began_ms = self.now_ms();
        if let Some(shared) = self.shared.as_ref().filter(|_| class != Class::Static)
            && let Some(entry) = shared.get(name, self.written_ms.load(Ordering::Relaxed), began_ms).await
        {
            self.fetched.increment(1);
            return Ok(Arc::new(entry));
        }
        let (asked, keep) = (request.headers().clone(), |response| {
            if let Ok(mut own) = own.lock() {
                *own = Some(response);
            }
        });
        let entry = match self.entry(class, next.run(request).await, began_ms).await {
            Ok(entry) => Arc::new(entry),
            Err(response) => {
                let failed = response.extensions().get::<Problem>().filter(|problem| problem.status >= 500).cloned();
                keep(response);
                return Err(failed.map_or(NotKept::Own, NotKept::Failed));
            }
        };
        self.made.increment(1);
        // The program's own parts are few, and too large to be compressed for each who asks.
        if entry.body.len() > self.settings.max_answer_bytes && class != Class::Static {
            keep(entry.answer(&asked, false).await);
            return Err(NotKept::Own);
        }
        if let Some(shared) = self.shared.as_ref().filter(|_| class != Class::Static) {
            shared.put(name, Arc::clone(&entry));
        }
        Ok(entry)
    }

    /// The kept answer, made if need be by the first who asks for it.
    async fn kept(&self, class: Class, name: &str, request: Request, next: Next, only_head: bool) -> Response {
        let key = format!("{name}.{}", self.writes.load(Ordering::Relaxed));
        if let Some(entry) = self.kept.get(&key).await {
            self.hits.increment(1);
            return entry.answer(request.headers(), only_head).await;
        }
        // On the heap, so that the answers that are there do not carry along what making one takes.
        Box::pin(self.missed(key, (class, name), (request, next), only_head)).await
    }

    /// An answer that was not there when it was looked for.
    async fn missed(
        &self,
        key: String,
        (class, name): (Class, &str),
        (request, next): (Request, Next),
        only_head: bool,
    ) -> Response {
        let asked = request.headers().clone();
        let (ours, own) = (Mutex::new(Some((request, next))), Mutex::new(None));
        let take = || ours.lock().ok().and_then(|mut ours| ours.take());
        let flight = async {
            match take() {
                Some(request) => self.make((class, name), request, &own).await,
                None => Err(NotKept::Own),
            }
        };
        let why = match self.kept.try_get_with(key, flight).await {
            Ok(entry) => return entry.answer(&asked, only_head).await,
            Err(why) => why,
        };
        if let Some(response) = own.lock().ok().and_then(|mut own| own.take()) {
            return response;
        }
        match (&*why, take()) {
            (NotKept::Own, Some((request, next))) => self.fresh(class, request, next, only_head).await,
            (NotKept::Failed(problem), _) => problem.clone().into_response(),
            (NotKept::Own, None) => Problem::new(Kind::Internal, "the answer was lost").into_response(),
        }
    }

    /// An answer that is not kept.
    async fn fresh(&self, class: Class, request: Request, next: Next, only_head: bool) -> Response {
        let asked = request.headers().clone();
        let response = next.run(request).await;
        if matches!(class, Class::Private | Class::Write | Class::Operation) {
            return response;
        }
        match self.entry(class, response, 0).await {
            Ok(entry) => Arc::new(entry).answer(&asked, only_head).await,
            Err(response) => response,
        }
    }
}

/// Answers a request, from what is kept if that may be.
pub(crate) async fn answer(cache: &Cache, mut request: Request, next: Next) -> Response {
    let class = Class::of(request.method(), request.uri().path(), request.headers());
    let only_head = request.method() == Method::HEAD;
    if only_head {
        // The head of what GET would give, tag and length included; the body is taken off here.
        *request.method_mut() = Method::GET;
    }
    let is_for_one = request.headers().contains_key(header::AUTHORIZATION);
    let is_write = class == Class::Write;
    let name = if request.method() == Method::GET { cache.name(class, &request) } else { None };
    if let Some(generation) = cache.generation().filter(|_| name.is_none()) {
        // Whoever waits for news finds here whom to ask.
        request.extensions_mut().insert(generation.clone());
    }
    let mut response = match name {
        Some(name) => cache.kept(class, &name, request, next, only_head).await,
        None => Box::pin(cache.fresh(class, request, next, only_head)).await,
    };
    let status = response.status();
    if is_write && status.is_success() {
        cache.written().await;
    }
    if status != StatusCode::NOT_MODIFIED && !response.headers().contains_key(header::X_CONTENT_TYPE_OPTIONS) {
        cache.headers.complete(response.headers_mut(), status, class);
    }
    if is_for_one {
        Headers::for_one(response.headers_mut());
    }
    if only_head { without_body(response) } else { response }
}

/// The head alone. A length that is known stays.
fn without_body(response: Response) -> Response {
    let length = response.body().size_hint().exact().filter(|length| *length > 0);
    let mut head = response.map(|_| axum::body::Body::empty());
    if let Some(length) = length {
        head.headers_mut().entry(header::CONTENT_LENGTH).or_insert_with(|| length.into());
    }
    head
}

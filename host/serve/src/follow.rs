//! What everyone who follows changes shares: news of them, the key of their cursors, and how many may wait.
//!
//! Made once by the composition root. It begins to listen when somebody first follows, and ends with its last clone. The endpoints
//! that use it are in `api/changes`; it writes nothing.

use chrono::{DateTime, Utc};
use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};
use marquee_store::{Generation, GenerationSettings, GenerationWatch, Store, StoreError, StoredChange};
use serde::{Deserialize, Serialize};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore, watch};

use crate::{Kind, Problem, api, cursor};

/// The header of a list that tells from where on to follow so that nothing after the list is missed.
const SNAPSHOT: HeaderName = HeaderName::from_static("marquee-changes-cursor");

/// What a cursor of the feed is sealed for.
const SCOPE: &str = "changes";

/// How often it is looked whether the host was told to stop: open streams must end within the time in which it lingers.
const LOOK_FOR_STOP: Duration = Duration::from_millis(100);

/// What the operator decides about following; stands in the host's configuration under `follow`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FollowSettings {
    /// Days for which changes are kept. Whoever was away for longer starts over. A month covers holidays, and a change takes about
    /// half a kilobyte.
    pub keep_days: u32,
    /// Longest wait for a change (`wait`), in seconds. A request ends a second before `serve.request_timeout_ms` all the same.
    pub max_wait_seconds: u32,
    /// Requests that may wait for a change at the same time; one more is answered at once. Each holds one of
    /// `serve.max_concurrent_requests`, so that this must stay well below it.
    pub max_waiting: usize,
    /// Streams of server-sent events that may be open at the same time; one more is told to come again. Each holds a connection and
    /// a few kilobytes, and each change costs it a query.
    pub max_streams: usize,
    /// How often a stream without news says that it is still there, in seconds. Proxies cut connections that are silent for 30 to 60.
    pub heartbeat_seconds: u32,
}

impl Default for FollowSettings {
    fn default() -> Self {
        Self { keep_days: 30, max_wait_seconds: 30, max_waiting: 64, max_streams: 256, heartbeat_seconds: 15 }
    }
}

/// What followers share. Cheap to clone.
#[derive(Clone)]
pub struct Follow(Arc<Shared>);

struct Shared {
    store: Store,
    settings: FollowSettings,
    generation: GenerationSettings,
    watch: OnceCell<GenerationWatch>,
    key: OnceCell<[u8; 32]>,
    closing: OnceCell<watch::Receiver<bool>>,
    waiting: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl Follow {
    /// What followers of the changes in this store share. `generation`: how changes are heard of, where nobody else in the process has begun
    /// to listen.
    #[must_use]
    pub fn new(store: Store, settings: FollowSettings, generation: GenerationSettings) -> Self {
        let permits = |most: usize| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        let (waiting, streams) = (permits(settings.max_waiting), permits(settings.max_streams));
        let (watch, key, closing) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self(Arc::new(Shared { store, settings, generation, watch, key, closing, waiting, streams }))
    }

    /// The operator's limits.
    #[must_use]
    pub fn settings(&self) -> &FollowSettings {
        &self.0.settings
    }

    /// Entries of the feed as the API shows them, one a change, in order. `with_event`: with the event as it is now.
    pub async fn entries(
        &self,
        changes: Vec<StoredChange>,
        with_event: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<serde_json::Value>, StoreError> {
        let entries = api::entries(&self.0.store, *self.key().await?, changes, with_event, now).await?;
        // Entries have text keys and no failing members.
        Ok(entries.iter().map(|entry| serde_json::to_value(entry).unwrap_or_default()).collect())
    }

    /// The number of the newest change, and its successors.
    pub(crate) async fn news(&self) -> Result<watch::Receiver<i64>, StoreError> {
        Ok(self.heard().await?.subscribe())
    }

    async fn heard(&self) -> Result<&Generation, StoreError> {
        let watch = self.0.watch.get_or_try_init(|| self.0.store.listen(self.0.generation)).await?;
        Ok(watch.generation())
    }

    pub(crate) async fn key(&self) -> Result<&[u8; 32], StoreError> {
        self.0.key.get_or_try_init(|| self.0.store.feed_key()).await
    }

    /// Where a list that is read after this stands in the feed.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, Problem> {
        // Where nothing can be listened for, lists are answered all the same.
        let latest = match self.heard().await {
            Ok(generation) => generation.last_heard(),
            Err(_) => self.0.store.last_change().await?,
        };
        Ok(Snapshot(write(self.key().await?, latest)))
    }

    /// The place that a cursor of the feed names.
    pub(crate) async fn place(&self, text: &str) -> Result<Option<i64>, StoreError> {
        Ok(cursor::read_under(self.key().await?, SCOPE, text).ok())
    }

    /// Leave to wait for a change, where there is some.
    pub(crate) fn wait(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.waiting).try_acquire_owned().ok()
    }

    /// Leave to keep a stream open.
    pub(crate) fn stream(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0.streams).try_acquire_owned().map_err(|_| {
            Problem::new(
                Kind::Busy,
                "too many streams of changes are open; try again shortly, or ask /api/v1/changes from time to time",
            )
        })
    }

    /// Becomes true when the host was told to stop.
    pub(crate) async fn closing(&self, stopping: &Arc<AtomicBool>) -> watch::Receiver<bool> {
        let watching = || async { watch_for_stop(Arc::downgrade(&self.0), Arc::clone(stopping)) };
        self.0.closing.get_or_init(watching).await.clone()
    }
}

fn watch_for_stop(shared: Weak<Shared>, stopping: Arc<AtomicBool>) -> watch::Receiver<bool> {
    let (tell, closing) = watch::channel(false);
    tokio::spawn(async move {
        let mut looks = tokio::time::interval(LOOK_FOR_STOP);
        while shared.strong_count() > 0 && !stopping.load(Ordering::Relaxed) {
            looks.tick().await;
        }
        tell.send_replace(true);
    });
    closing
}

/// The cursor after change `number`. Numbers always have a JSON form.
pub(crate) fn write(key: &[u8; 32], number: i64) -> String {
    cursor::write_under(key, SCOPE, &number).unwrap_or_default()
}

/// A place in the feed that a list is at least as new as.
pub(crate) struct Snapshot(String);

impl Snapshot {
    /// Says so in the list's answer.
    pub(crate) fn mark(self, mut response: Response) -> Response {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(SNAPSHOT, value);
        }
        response
    }
}

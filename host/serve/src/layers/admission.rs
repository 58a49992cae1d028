//! Which requests are worked on, how long, and how large they may be.
//!
//! So many are worked on at once. Others wait in a queue, in the order in which they came, and not for long: a moment's rush is waited out,
//! but when there has been a queue without a break, more comes than can be answered, and whoever waits longer than a moment is sent away at
//! once. So the time of those that are answered stays about the same however many come (controlled delay, RFC 8289, in the form that
//! suits a server of requests: the time-out shrinks, instead of every other being dropped). Answers out of the cache never come here.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics::{Counter, Gauge};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::class::Class;
use crate::{
    problem::{Kind, Problem},
    settings::ServeSettings,
};

/// The limits, and who is inside.
#[derive(Debug)]
pub(super) struct Limits {
    work: Queue,
    followers: Semaphore,
    timeout: Duration,
    max_body_bytes: usize,
}

impl Limits {
    pub(super) fn new(settings: &ServeSettings) -> Self {
        Self {
            work: Queue::new(settings),
            followers: Semaphore::new(settings.max_followers.min(Semaphore::MAX_PERMITS)),
            timeout: settings.request_timeout(),
            max_body_bytes: settings.max_body_bytes,
        }
    }
}

/// Turns a request away, or lets it through within the limits.
pub(super) async fn limit(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    let max = limits.max_body_bytes;
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > max) {
        return Problem::new(Kind::BodyTooLarge, format!("a body may have {max} bytes")).into_response();
    }
    // For bodies that do not say how long they are: whoever reads one stops there.
    DefaultBodyLimit::apply(DefaultBodyLimit::max(max), &mut request);
    if Class::of(request.method(), request.uri().path(), request.headers()) == Class::Follow {
        // Waits for news as long as it asked to, and takes nobody's turn meanwhile.
        let Ok(_permit) = limits.followers.try_acquire() else {
            return Problem::new(Kind::Busy, "as many as can be are waiting for news; try again shortly")
                .into_response();
        };
        return next.run(request).await;
    }
    let Some(_permit) = limits.work.enter().await else {
        return Problem::new(Kind::Busy, "too many requests are being answered; try again shortly").into_response();
    };
    match tokio::time::timeout(limits.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(timeout = ?limits.timeout, "a request took too long and was given up");
            Problem::new(Kind::TimedOut, "the answer took too long; ask for less, or try again shortly").into_response()
        }
    }
}

/// Places at work, and the queue before them.
struct Queue {
    places: Semaphore,
    waiting: AtomicUsize,
    max_waiting: usize,
    /// How long one may wait in a moment's rush; also how long a rush may last.
    rush: Duration,
    /// How long one may wait when the rush does not end.
    busy: Duration,
    began: Instant,
    /// When nobody had to wait, the last time; milliseconds after `began`.
    idle_ms: AtomicU64,
    shed: Counter,
    length: Gauge,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("places", &self.places).field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

/// Somebody who waits; counted until dropped, even if the client goes away.
struct Waiting<'a>(&'a Queue);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        self.0.length.decrement(1.0);
    }
}

impl Queue {
    fn new(settings: &ServeSettings) -> Self {
        Self {
            places: Semaphore::new(settings.max_concurrent_requests.min(Semaphore::MAX_PERMITS)),
            waiting: AtomicUsize::new(0),
            max_waiting: settings.queue_length,
            rush: Duration::from_millis(settings.queue_ms),
            busy: Duration::from_millis(settings.queue_busy_ms.min(settings.queue_ms)),
            began: Instant::now(),
            idle_ms: AtomicU64::new(0),
            shed: metrics::counter!("marquee_http_requests_shed_total"),
            length: metrics::gauge!("marquee_http_queue_length"),
        }
    }

    /// A place at work; `None` is to be sent away.
    async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(place) = self.places.try_acquire() {
            self.idle_ms.store(self.now_ms(), Ordering::Relaxed);
            return Some(place);
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        if before == 0 {
            self.idle_ms.store(self.now_ms(), Ordering::Relaxed);
        }
        self.length.increment(1.0);
        let _waiting = Waiting(self);
        let place = if before < self.max_waiting {
            tokio::time::timeout(self.patience(), self.places.acquire()).await.ok().and_then(Result::ok)
        } else {
            None
        };
        if place.is_none() {
            self.shed.increment(1);
        }
        place
    }

    /// How long one may wait now.
    fn patience(&self) -> Duration {
        let queued = self.now_ms().saturating_sub(self.idle_ms.load(Ordering::Relaxed));
        if Duration::from_millis(queued) > self.rush { self.busy } else { self.rush }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(places: usize, length: usize, queue_ms: u64) -> Queue {
        Queue::new(&ServeSettings {
            max_concurrent_requests: places,
            queue_length: length,
            queue_ms,
            queue_busy_ms: 0,
            ..ServeSettings::default()
        })
    }

    #[tokio::test]
    async fn a_rush_is_waited_out_and_a_queue_that_does_not_end_is_not() {
        let queue = queue(1, 10, 3_600_000);
        let first = queue.enter().await.unwrap();
        let (second, ()) = tokio::join!(queue.enter(), async { drop(first) });
        assert!(second.is_some(), "the place became free while it waited");
        // As if somebody had been waiting for two hours, and still were.
        let began = Instant::now().checked_sub(Duration::from_secs(7_200)).unwrap();
        let overrun = Queue { began, waiting: AtomicUsize::new(1), ..self::queue(0, 10, 3_600_000) };
        assert_eq!(overrun.patience(), Duration::ZERO);
        assert!(overrun.enter().await.is_none(), "it is sent away at once");
        assert_eq!(overrun.waiting.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_sent_away_at_once() {
        let queue = queue(0, 0, 3_600_000);
        assert!(queue.enter().await.is_none());
    }

    #[tokio::test]
    async fn who_goes_away_while_waiting_leaves_the_queue() {
        let queue = queue(0, 5, 3_600_000);
        drop(futures::future::poll_immediate(queue.enter()).await);
        assert_eq!(queue.waiting.load(Ordering::Relaxed), 0);
    }
}

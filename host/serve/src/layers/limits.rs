//! The operator's limits on requests: how many at once, how long, how large.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;

use crate::{
    problem::{Kind, Problem},
    settings::ServeSettings,
};

/// The limits, and the permits of the requests that are being worked on.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    permits: Arc<Semaphore>,
    timeout: Duration,
    max_body_bytes: usize,
}

impl Limits {
    pub(super) fn new(settings: &ServeSettings) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(settings.max_concurrent_requests.min(Semaphore::MAX_PERMITS))),
            timeout: settings.request_timeout(),
            max_body_bytes: settings.max_body_bytes,
        }
    }
}

/// Turns a request away, or lets it through within the limits.
pub(super) async fn limit(State(limits): State<Limits>, mut request: Request, next: Next) -> Response {
    let Ok(_permit) = limits.permits.try_acquire() else {
        return Problem::new(Kind::Busy, "too many requests are being answered; try again shortly").into_response();
    };
    let max = limits.max_body_bytes;
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > max) {
        return Problem::new(Kind::BodyTooLarge, format!("a body may have {max} bytes")).into_response();
    }
    // For bodies that do not say how long they are: whoever reads one stops there.
    DefaultBodyLimit::apply(DefaultBodyLimit::max(max), &mut request);
    match tokio::time::timeout(limits.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(timeout = ?limits.timeout, "a request took too long and was given up");
            Problem::new(Kind::TimedOut, "the answer took too long; ask for less, or try again shortly").into_response()
        }
    }
}

//! The time that polite fetching waits by.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use marquee_model::Clock;

/// Tells the time and waits. The host's is [`TokioPace`]; a test's may let a week pass in a moment.
pub trait Pace: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// Returns at this instant or after it.
    fn sleep_until<'a>(&'a self, until: DateTime<Utc>) -> BoxFuture<'a, ()>;
}

/// Waits as long as a clock says.
pub struct TokioPace {
    clock: Arc<dyn Clock>,
}

impl TokioPace {
    /// A pace by this clock.
    #[must_use]
    pub const fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Pace for TokioPace {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn sleep_until<'a>(&'a self, until: DateTime<Utc>) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let left = (until - self.clock.now()).to_std().unwrap_or_default();
            tokio::time::sleep(left).await;
        })
    }
}

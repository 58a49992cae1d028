//! The machine's clock: the one place that asks it.

use chrono::{DateTime, Utc};
use marquee_model::Clock;

/// Tells the machine's time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is given")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

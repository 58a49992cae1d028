//! What the fake internet was asked, and when: the record from which the rules are checked afterwards.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// One request and its answer, as the server saw them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The host that was asked.
    pub host: String,
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// How the client named itself.
    pub agent: String,
    /// Whether the client sent a validator.
    pub conditional: bool,
    /// When the end of the request's head had come.
    pub started: DateTime<Utc>,
    /// When the last byte of the answer was written, or one of both had left. `None`: it is not over.
    pub ended: Option<DateTime<Utc>>,
    /// The status of the answer; `None`: there was none.
    pub status: Option<u16>,
    /// Whether all of the answer was sent.
    pub whole: bool,
    /// How many seconds the answer asked to wait.
    pub retry_after: Option<u32>,
    /// Where the answer is a robots.txt, or stands for one: its place in the host's script, [`Visit::NO_ROBOTS`] where it has none.
    pub robots: Option<usize>,
}

impl Visit {
    /// The place of the robots.txt of a host that has none.
    pub const NO_ROBOTS: usize = usize::MAX;

    /// When it ended; an open one has not.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        self.ended.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Whether the host did not answer, or answered that it is not well (500 and above).
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.whole || self.status.is_none_or(|status| status >= 500)
    }

    /// The name of the process that asked: the contact that it gives.
    #[must_use]
    pub fn worker(&self) -> &str {
        self.agent.split_once("(+").map_or("", |(_, contact)| contact.trim_end_matches(')'))
    }
}

/// All visits.
#[derive(Debug, Default)]
pub struct Record(Mutex<Vec<Visit>>);

impl Record {
    pub(super) fn begin(&self, visit: Visit) -> usize {
        let mut visits = self.visits();
        visits.push(visit);
        visits.len() - 1
    }

    pub(super) fn update(&self, place: usize, change: impl FnOnce(&mut Visit)) {
        if let Some(visit) = self.visits().get_mut(place) {
            change(visit);
        }
    }

    fn visits(&self) -> MutexGuard<'_, Vec<Visit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All visits so far, in the order in which they began.
    #[must_use]
    pub fn all(&self) -> Vec<Visit> {
        self.visits().clone()
    }

    /// How many there are so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.visits().len()
    }
}

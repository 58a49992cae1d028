//! The visitor: what all crawls of a process share when they ask for pages.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::{Either, select};
use marquee_model::{Source, Toll, WebUrl};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

use super::{HostBook, HostState, HostTurn, Pace, PolitenessSettings, Session, Turn, settings::span};
use crate::{FetchError, Fetcher, Secrets};

/// Visits hosts politely. One a process; a clone is the same one.
#[derive(Clone)]
pub struct Visitor {
    parts: Arc<Parts>,
}

pub(super) struct Parts {
    pub(super) fetcher: Arc<Fetcher>,
    pub(super) book: Arc<dyn HostBook>,
    pub(super) pace: Arc<dyn Pace>,
    pub(super) secrets: Secrets,
    pub(super) settings: PolitenessSettings,
    /// Before the number of each turn: no other process has it.
    name: String,
    turns: AtomicU64,
    dice: Mutex<SmallRng>,
}

/// Why a turn was not given, and when it is worth asking again.
pub(super) type NoTurn = (FetchError, Option<DateTime<Utc>>);

impl Visitor {
    /// A visitor. `seed` is a random number of this process: it names the process's turns, and jitter comes from it.
    ///
    /// Fails with [`FetchError::Settings`] where the settings cannot work.
    pub fn new(
        fetcher: Arc<Fetcher>,
        book: Arc<dyn HostBook>,
        pace: Arc<dyn Pace>,
        secrets: Secrets,
        settings: PolitenessSettings,
        seed: u64,
    ) -> Result<Self, FetchError> {
        settings.check()?;
        for host in &settings.ignore_robots {
            tracing::warn!(host, "the operator has the robots.txt of this host ignored");
        }
        let (turns, dice) = (AtomicU64::new(0), Mutex::new(SmallRng::seed_from_u64(seed)));
        let name = format!("{seed:016x}");
        Ok(Self { parts: Arc::new(Parts { fetcher, book, pace, secrets, settings, name, turns, dice }) })
    }

    /// Begins the visits of one crawl.
    #[must_use]
    pub fn session(&self, source: &Source) -> Session {
        Session::new(Arc::clone(&self.parts), source)
    }

    /// Takes a turn at a URL's host, and waits for it: for whoever asks by other means than [`Session::visit`], such as a browser.
    /// robots.txt is not looked at. `delay_ms` is the source's own.
    pub async fn turn(&self, url: &WebUrl, delay_ms: Option<u32>, toll: &mut Toll) -> Result<HostTurn, FetchError> {
        self.parts.turn(url, delay_ms, toll).await.map_err(|(error, _)| error)
    }

    /// The fetcher that asks.
    #[must_use]
    pub fn fetcher(&self) -> &Arc<Fetcher> {
        &self.parts.fetcher
    }
}

impl Parts {
    /// A random number from 0 to 1.
    pub(super) fn chance(&self) -> f64 {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).random()
    }

    pub(super) async fn turn(
        self: &Arc<Self>,
        url: &WebUrl,
        delay_ms: Option<u32>,
        toll: &mut Toll,
    ) -> Result<HostTurn, NoTurn> {
        let asked_at = self.pace.now();
        let turn = self.wait_for_turn(url, delay_ms, asked_at).await;
        let waited = (self.pace.now() - asked_at).num_milliseconds();
        toll.waited_ms = toll.waited_ms.saturating_add(u64::try_from(waited).unwrap_or_default());
        turn
    }

    async fn wait_for_turn(
        self: &Arc<Self>,
        url: &WebUrl,
        delay_ms: Option<u32>,
        asked_at: DateTime<Utc>,
    ) -> Result<HostTurn, NoTurn> {
        let host = host_of(url);
        let holder = format!("{}-{}", self.name, self.turns.fetch_add(1, Ordering::Relaxed));
        // A delay that the source itself asks for is waited, however long it is.
        let last = asked_at + span(self.settings.max_wait_ms) + span(delay_ms.unwrap_or_default().into());
        loop {
            let changed = self.book.changed();
            let now = self.pace.now();
            let turn = self.book.turn(&host, &holder, now).await.map_err(|error| {
                (FetchError::Book { url: url.to_string(), host: host.clone(), reason: error.reason }, None)
            })?;
            let until = match turn {
                Turn::Granted(state) => {
                    let earliest = state.earliest(&self.settings, delay_ms).filter(|at| *at > now);
                    let turn = HostTurn::new(Arc::clone(self), host.clone(), holder.clone(), state);
                    let Some(at) = earliest else { return Ok(turn) };
                    // This source wants a longer delay than the one before it.
                    let state = turn.state();
                    turn.unused().await;
                    if at > last {
                        return Err(self.put_off(url, &host, at, &state, now));
                    }
                    // Not until something changes: giving this turn back is a change, and would come back at once.
                    self.pace.sleep_until(at).await;
                    continue;
                }
                Turn::Wait { until, state } => {
                    if until > last {
                        return Err(self.put_off(url, &host, until, &state, now));
                    }
                    until
                }
                Turn::Busy => {
                    if now >= last {
                        return Err(self.put_off(url, &host, now, &HostState::default(), now));
                    }
                    now + span(self.settings.poll_ms)
                }
            };
            match select(self.pace.sleep_until(until), changed).await {
                Either::Left(_) | Either::Right(_) => {}
            }
        }
    }

    pub(super) fn put_off(
        &self,
        url: &WebUrl,
        host: &str,
        until: DateTime<Utc>,
        state: &HostState,
        now: DateTime<Utc>,
    ) -> NoTurn {
        let error = FetchError::PutOff {
            url: url.to_string(),
            host: host.to_owned(),
            until: until.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            reason: state.reason(now),
        };
        (error, Some(until))
    }

    /// How long a wait a visit takes upon itself.
    pub(super) fn waits_until(&self, until: Option<DateTime<Utc>>) -> bool {
        until.is_none_or(|until| until - self.pace.now() <= span(self.settings.max_wait_ms))
    }

    pub(super) fn since(&self, start: DateTime<Utc>) -> TimeDelta {
        self.pace.now() - start
    }

    pub(super) fn total(&self) -> Duration {
        self.fetcher.limits().total()
    }
}

/// A host's name, as settings name it.
pub(super) fn name_of(url: &WebUrl) -> String {
    url.host().trim_end_matches('.').to_ascii_lowercase()
}

/// A host as books know it: `http` and `https` are one, any other port is a server of its own, which the operator has allowed.
pub(super) fn host_of(url: &WebUrl) -> String {
    let name = name_of(url);
    match url.url().port() {
        Some(port) => format!("{name}:{port}"),
        None => name,
    }
}

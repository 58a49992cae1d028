//! The book of turns at hosts, in the database: politeness across processes.
//!
//! Joins [`marquee_fetch::HostBook`] to [`marquee_store::Store`], which know nothing of each other.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use marquee_fetch::{
    HostBook, HostState, PolitenessSettings,
    polite::{BookError, Turn},
};
use marquee_store::{HostKnown, HostTurnAnswer, HostTurnAsk, Store, StoreError};
use serde_json::Value;

/// Turns that all processes on one database share.
pub struct StoreBook {
    store: Store,
    settings: PolitenessSettings,
}

impl StoreBook {
    /// A book in this database.
    #[must_use]
    pub const fn new(store: Store, settings: PolitenessSettings) -> Self {
        Self { store, settings }
    }
}

fn failed(error: &StoreError) -> BookError {
    BookError { reason: error.to_string() }
}

/// A document that an older or newer program wrote in another form is as if nothing were known.
fn read(host: &str, state: Value) -> HostState {
    serde_json::from_value(state).unwrap_or_else(|error| {
        tracing::warn!(host, %error, "what was known of the host cannot be read and is forgotten");
        HostState::default()
    })
}

impl HostBook for StoreBook {
    fn turn<'a>(
        &'a self,
        host: &'a str,
        holder: &'a str,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Turn, BookError>> {
        Box::pin(async move {
            let (per_host, lease_ms) = (self.settings.per_host, self.settings.lease_ms);
            let ask = HostTurnAsk { host, holder, now, per_host, lease_ms };
            Ok(match self.store.host_turn(ask).await.map_err(|error| failed(&error))? {
                HostTurnAnswer::Granted(state) => Turn::Granted(read(host, state)),
                HostTurnAnswer::Wait { until, state } => Turn::Wait { until, state: read(host, state) },
                HostTurnAnswer::Busy => Turn::Busy,
            })
        })
    }

    fn renew_every(&self) -> Option<Duration> {
        // Twice in vain, and the turn is still held.
        Some(Duration::from_millis((self.settings.lease_ms / 3).max(1)))
    }

    fn renew<'a>(&'a self, host: &'a str, holder: &'a str) -> BoxFuture<'a, Result<(), BookError>> {
        Box::pin(async move {
            let renewed = self.store.host_renew(host, holder, self.settings.lease_ms).await;
            if !renewed.map_err(|error| failed(&error))? {
                tracing::warn!(host, holder, "the turn had ended before it was renewed");
            }
            Ok(())
        })
    }

    fn done<'a>(
        &'a self,
        host: &'a str,
        holder: &'a str,
        state: &'a HostState,
    ) -> BoxFuture<'a, Result<(), BookError>> {
        Box::pin(async move {
            let document = serde_json::to_value(state).map_err(|error| BookError { reason: error.to_string() })?;
            let known = HostKnown { state: &document, not_before: state.next_at, gap_ms: state.gap_ms(&self.settings) };
            let given_back = self.store.host_done(host, holder, known).await.map_err(|error| failed(&error))?;
            if !given_back {
                tracing::warn!(
                    host,
                    holder,
                    "the turn had ended before it was given back; raise `fetch.politeness.lease_ms`"
                );
            }
            Ok(())
        })
    }
}

//! A turn at a host: the right to send it one request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use tokio::task::AbortHandle;

use super::{Answer, HostState, visitor::Parts};

/// A turn that is held. It ends by [`HostTurn::finish`] or [`HostTurn::unused`]; one that is dropped, because the crawl was given up in
/// the middle of a request, is given back by itself, as used.
pub struct HostTurn {
    pub(super) parts: Arc<Parts>,
    pub(super) host: String,
    pub(super) holder: String,
    /// `None` once it is given back.
    state: Option<HostState>,
    /// Renews the turn as long as it is held.
    renewal: Option<AbortHandle>,
}

impl HostTurn {
    pub(super) fn new(parts: Arc<Parts>, host: String, holder: String, state: HostState) -> Self {
        let renewal = parts.book.renew_every().map(|every| {
            let (parts, host, holder) = (Arc::clone(&parts), host.clone(), holder.clone());
            let renewing = tokio::spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    if let Err(error) = parts.book.renew(&host, &holder).await {
                        tracing::warn!(host, %error, "a turn could not be renewed");
                    }
                }
            });
            renewing.abort_handle()
        });
        Self { parts, host, holder, state: Some(state), renewal }
    }

    /// What was known of the host when the turn was given.
    #[must_use]
    pub fn state(&self) -> HostState {
        self.state.clone().unwrap_or_default()
    }

    pub(super) const fn state_mut(&mut self) -> Option<&mut HostState> {
        self.state.as_mut()
    }

    /// Gives it back after a request that came to this. Returns when the host may be asked next.
    pub async fn finish(mut self, answer: &Answer) -> Option<DateTime<Utc>> {
        let state = self.state.take()?;
        let state = state.note(answer, self.parts.pace.now(), &self.parts.settings, self.parts.chance());
        if let super::Breaker::Open { until, times } = state.breaker
            && *answer != Answer::NotAsked
        {
            tracing::warn!(host = self.host, %until, times, failures = state.failures, "the host is left alone for a while");
        }
        self.give_back(&state).await;
        state.next_at
    }

    /// Gives it back without a request having been made.
    pub async fn unused(mut self) {
        if let Some(state) = self.state.take() {
            self.give_back(&state).await;
        }
    }

    async fn give_back(&self, state: &HostState) {
        if let Err(error) = self.parts.book.done(&self.host, &self.holder, state).await {
            // The lease ends by itself.
            tracing::warn!(host = self.host, %error, "a turn could not be given back");
        }
    }
}

impl Drop for HostTurn {
    fn drop(&mut self) {
        if let Some(renewal) = &self.renewal {
            renewal.abort();
        }
        let Some(state) = self.state.take() else { return };
        // The request was ours to give up: it says nothing of the host, but the host was asked.
        let now = self.parts.pace.now();
        let mut state = state;
        state.last_at = Some(now);
        state.next_at = state.earliest(&self.parts.settings, None);
        let (parts, host, holder) = (Arc::clone(&self.parts), self.host.clone(), self.holder.clone());
        let give_back = async move {
            if let Err(error) = parts.book.done(&host, &holder, &state).await {
                tracing::warn!(host, %error, "a turn could not be given back");
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(give_back)),
            // A book in memory is done at once; another's lease ends by itself.
            Err(_) => drop(give_back.now_or_never()),
        }
    }
}

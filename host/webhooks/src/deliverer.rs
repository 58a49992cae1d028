//! One step of delivering: claim a subscription, write the delivery down, send it, conclude.
//!
//! The order of writes is what makes it safe. A delivery is stored before it is sent and an attempt before it is made, so that whoever
//! takes over from a process that died in between sends the same bytes under the same id again: at least once. The next delivery is
//! only made when the one before was taken: in order.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use marquee_fetch::{
    FetchError, Fetcher,
    fetcher::raw::{RawAnswer, RawRequest},
};
use marquee_model::Clock;
use marquee_store::{AttemptEnd, Outgoing, Store, StoreError, StoredChange, Verdict, WebhookClaim, WebhookState};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use serde_json::Value;
use tokio::time::Instant;

use crate::{WebhookSettings, backoff, body, sign};

/// Entries as the feed shows them, one a change.
pub type Entries = Pin<Box<dyn Future<Output = Result<Vec<Value>, StoreError>> + Send>>;

/// Makes entries of changes: the same that `/changes` shows. Handed in by whoever puts the host together.
pub type Render = Arc<dyn Fn(Vec<StoredChange>) -> Entries + Send + Sync>;

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turned {
    /// Nothing is due, or others are at it.
    Idle,
    /// A subscription wanted none of the changes that it had not seen.
    PassedOver,
    /// An attempt was made, with this verdict.
    Sent(Verdict),
    /// The claim was lost meanwhile; whoever holds it goes on.
    Lost,
}

/// Delivers. One for a process; its lanes share it.
pub struct Deliverer {
    pub(crate) store: Store,
    fetcher: Arc<Fetcher>,
    render: Render,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: WebhookSettings,
    worker: String,
    lots: Mutex<SmallRng>,
}

impl Deliverer {
    /// A deliverer that sends by `fetcher`, which must have the limits of [`WebhookSettings::fetch_limits`]. `worker`: under which name
    /// it claims, for people; `seed`: what jitter is drawn from.
    #[must_use]
    pub fn new(
        store: Store,
        fetcher: Arc<Fetcher>,
        render: Render,
        clock: Arc<dyn Clock>,
        settings: WebhookSettings,
        worker: String,
        seed: u64,
    ) -> Self {
        Self { store, fetcher, render, clock, settings, worker, lots: Mutex::new(SmallRng::seed_from_u64(seed)) }
    }

    /// One step: at most one request to one subscriber.
    pub async fn turn(&self) -> Result<Turned, StoreError> {
        let claimed = self.store.claim_webhook(&self.worker, self.clock.now(), self.settings.lease()).await?;
        let Some(claim) = claimed else { return Ok(Turned::Idle) };
        match self.next(&claim).await? {
            Next::Send(outgoing) => self.send(&claim, &outgoing).await,
            Next::Nothing(position) => {
                self.store.pass_over(&claim, position).await?;
                Ok(Turned::PassedOver)
            }
            Next::Lost => Ok(Turned::Lost),
        }
    }

    /// What to send under a claim: what is written down already, else what the feed has.
    async fn next(&self, claim: &WebhookClaim) -> Result<Next, StoreError> {
        let (webhook, now) = (&claim.webhook, self.clock.now());
        if let Some(outgoing) = self.store.outgoing(claim, now).await? {
            return Ok(Next::Send(outgoing));
        }
        if webhook.state != WebhookState::Active || webhook.next_at > now {
            return Ok(Next::Nothing(webhook.position));
        }
        let page = self.store.feed(webhook.position, &webhook.filter, self.settings.batch).await?;
        let new = if page.broken {
            body::start_over(webhook.id, page.oldest, now)
        } else if page.changes.is_empty() {
            return Ok(Next::Nothing(page.next));
        } else {
            let entries = (self.render)(page.changes.clone()).await?;
            body::changes(webhook.id, &page.changes, entries, page.next, self.settings.body_bytes, now)
        };
        Ok(self.store.make_delivery(claim, new, now).await?.map_or(Next::Lost, Next::Send))
    }

    async fn send(&self, claim: &WebhookClaim, outgoing: &Outgoing) -> Result<Turned, StoreError> {
        let (webhook, begun_at) = (&claim.webhook, self.clock.now());
        let Some(number) = self.store.begin_attempt(claim, outgoing.id, begun_at).await? else {
            return Ok(Turned::Lost);
        };
        let request = RawRequest {
            url: webhook.url.clone(),
            method: "POST".to_owned(),
            headers: sign::headers(&claim.secrets, outgoing.id, begun_at, &outgoing.body),
            body: Some(outgoing.body.clone().into_bytes()),
        };
        let started = Instant::now();
        let answer = self.fetcher.raw(&request, None).await;
        let took = started.elapsed();
        let (end, verdict) = self.judge(claim, answer, took);
        let (id, status) = (webhook.id, end.status);
        tracing::info!(webhook = %id, delivery = %outgoing.id, attempt = number, status, error = end.error, took_ms = took.as_millis(), "delivered or not");
        metrics::counter!("marquee_webhook_attempts_total", "result" => word(&verdict)).increment(1);
        metrics::histogram!("marquee_webhook_attempt_duration_seconds").record(took);
        let held = self.store.finish_attempt(claim, outgoing, number, &end, &verdict, self.clock.now()).await?;
        Ok(if held { Turned::Sent(verdict) } else { Turned::Lost })
    }

    /// What an answer, or none, means.
    fn judge(
        &self,
        claim: &WebhookClaim,
        answer: Result<RawAnswer, FetchError>,
        took: Duration,
    ) -> (AttemptEnd, Verdict) {
        let end = |status, error: Option<String>, excerpt| AttemptEnd { took, status, error, excerpt };
        match answer {
            Ok(answer) => {
                let excerpt = excerpt(&answer.body, self.settings.excerpt_bytes);
                let status = answer.status;
                let (error, verdict) = match status {
                    200..=299 => return (end(Some(status), None, excerpt), Verdict::Delivered),
                    410 => {
                        let reason = "the subscriber answered 410: it wants no more deliveries".to_owned();
                        return (end(Some(status), Some(reason.clone()), excerpt), Verdict::Ended(reason));
                    }
                    300..=399 => {
                        let error = format!(
                            "status {status}: redirects are not followed; subscribe with the address that it leads to"
                        );
                        (error, self.later(claim, None))
                    }
                    _ => (format!("status {status}"), self.later(claim, backoff::retry_after(&answer.headers))),
                };
                (end(Some(status), Some(error), excerpt), verdict)
            }
            Err(FetchError::Denied { denial, .. }) => {
                let reason =
                    format!("the address may not be asked: {denial}; change it and activate the subscription again");
                (end(None, Some(reason.clone()), None), Verdict::Disabled(reason))
            }
            Err(error) => (end(None, Some(error.to_string()), None), self.later(claim, None)),
        }
    }

    /// Another attempt later, or the end of patience.
    fn later(&self, claim: &WebhookClaim, asked: Option<Duration>) -> Verdict {
        let (webhook, now) = (&claim.webhook, self.clock.now());
        if webhook.failing_since.is_some_and(|since| now - since >= self.settings.patience()) {
            let days = self.settings.disable_after_days;
            return Verdict::Disabled(format!(
                "no delivery was taken for {days} days; mend the receiver and activate the subscription again"
            ));
        }
        let lot = self.lots.lock().unwrap_or_else(PoisonError::into_inner).random::<f64>();
        let wait = backoff::wait(&self.settings, webhook.failures.saturating_add(1), lot, asked);
        Verdict::Again(now + TimeDelta::from_std(wait).unwrap_or_default())
    }
}

enum Next {
    Send(Outgoing),
    /// Nothing is wanted up to this change.
    Nothing(i64),
    Lost,
}

const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Delivered => "delivered",
        Verdict::Again(_) => "again",
        Verdict::Ended(_) => "ended",
        Verdict::Disabled(_) => "disabled",
    }
}

/// The beginning of a body as text, without control characters: a log is read on terminals.
fn excerpt(body: &[u8], most: usize) -> Option<String> {
    let beginning = body.get(..most.min(body.len())).unwrap_or_default();
    let text: String = String::from_utf8_lossy(beginning)
        .chars()
        .map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c })
        .collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_text_whatever_the_body_is() {
        assert_eq!(excerpt(b"", 10), None);
        assert_eq!(excerpt(b"abcdef", 3).as_deref(), Some("abc"));
        assert_eq!(excerpt(b"\x1b[31m\n", 10).as_deref(), Some("\u{fffd}[31m\n"));
        assert_eq!(excerpt("é".as_bytes(), 1).as_deref(), Some("\u{fffd}"));
    }
}

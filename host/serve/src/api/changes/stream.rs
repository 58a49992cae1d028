//! `GET /changes/stream`: changes as they happen, as server-sent events (WHATWG HTML, section 9.2).
//!
//! Each event's id is the entry's cursor, so that a client which lost the connection goes on where it was: browsers send the last id
//! as `Last-Event-ID` by themselves.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures::{StreamExt as _, stream};
use marquee_store::{FeedFilter, FeedPage, StoreError};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::Instant,
};

use super::{
    entry,
    wanted::{Wanted, read, start_over},
};
use crate::{App, Problem, api::responses::ReadProblems, follow, params::Query};

/// The place up to which a client has read, sent when it connects again.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// After which time a client that lost the connection is asked to come again.
const COME_AGAIN: Duration = Duration::from_secs(3);

/// Whether a client asks for server-sent events.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let media = range.split(';').next().unwrap_or_default().trim();
        media.eq_ignore_ascii_case("text/event-stream")
    })
}

/// Changes as they happen, as server-sent events.
///
/// The event's type is the change's kind, its data the entry as JSON, its id the entry's cursor. A stream without news sends a comment
/// from time to time, with the place up to which it has read. An event `start_over` holds a problem and ends the stream: what is
/// missing is not kept any more. When the server stops, the stream ends; connect again.
#[utoipa::path(get, path = "/changes/stream", tag = "changes",
    params(Wanted, ("last-event-id" = Option<String>, Header, description = "The last event's id; takes the place of `since`")),
    responses((status = 200, description = "Changes, without end", content_type = "text/event-stream", body = String),
        (status = 410, description = "The feed does not reach back so far; `detail` says how to start over", body = Problem, content_type = "application/problem+json"),
        ReadProblems))]
pub(super) async fn stream_changes(
    State(app): State<App>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    open(&app, wanted, &headers).await
}

/// Opens a stream.
pub(super) async fn open(app: &App, wanted: Wanted, headers: &HeaderMap) -> Result<Response, Problem> {
    let leave = app.follow.stream()?;
    let resume = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
    let (filter, place) = (wanted.filter(app).await?, wanted.place(app, resume).await?);
    if app.store.feed(place, &filter, 1).await?.broken {
        return Err(start_over(app));
    }
    let heartbeat = Duration::from_secs(app.follow.settings().heartbeat_seconds.max(1).into());
    let following = Following {
        key: *app.follow.key().await?,
        news: app.follow.news().await?,
        closing: app.follow.closing(&app.stopping).await,
        app: app.clone(),
        filter,
        with_event: wanted.include,
        limit: wanted.limit,
        place,
        heartbeat,
        beat_at: Instant::now() + heartbeat,
        ended: false,
        _leave: leave,
    };
    let first = Event::default().retry(COME_AGAIN).id(follow::write(&following.key, place)).comment("following");
    let events = stream::unfold(following, Following::step).fuse().flat_map(stream::iter);
    let mut response = Sse::new(stream::iter([first]).chain(events).map(Ok::<_, Infallible>)).into_response();
    // Proxies must neither keep nor gather it; nginx listens to the second.
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// An open stream.
struct Following {
    app: App,
    key: [u8; 32],
    filter: FeedFilter,
    with_event: bool,
    limit: u32,
    place: i64,
    news: watch::Receiver<i64>,
    closing: watch::Receiver<bool>,
    heartbeat: Duration,
    beat_at: Instant,
    ended: bool,
    _leave: OwnedSemaphorePermit,
}

impl Following {
    /// The next events, as soon as there are some; `None` is the end.
    async fn step(mut self) -> Option<(Vec<Event>, Self)> {
        loop {
            if self.ended || *self.closing.borrow() {
                return None;
            }
            let read = self.read().await;
            let events = match read {
                Ok(events) => events,
                Err(error) => {
                    // The client comes again, and goes on where it was.
                    tracing::warn!(%error, "a stream of changes ends early");
                    return None;
                }
            };
            if !events.is_empty() {
                self.beat_at = Instant::now() + self.heartbeat;
                return Some((events, self));
            }
            let place = self.place;
            let is_silent = tokio::select! {
                grown = self.news.wait_for(|latest| *latest > place) => match grown {
                    Ok(_) => false,
                    Err(_) => return None,
                },
                _ = self.closing.wait_for(|closing| *closing) => return None,
                () = tokio::time::sleep_until(self.beat_at) => true,
            };
            if is_silent {
                self.beat_at = Instant::now() + self.heartbeat;
                let beat = Event::default().id(follow::write(&self.key, self.place)).comment("still here");
                return Some((vec![beat], self));
            }
        }
    }

    async fn read(&mut self) -> Result<Vec<Event>, StoreError> {
        let page: FeedPage = read(&self.app, self.place, &self.filter, self.limit).await?;
        if page.broken {
            self.ended = true;
            return Ok(vec![event("start_over", &start_over(&self.app))]);
        }
        self.place = page.next;
        let kinds: Vec<&str> = page.changes.iter().map(|change| word(change.kind)).collect();
        let entries =
            entry::entries(&self.app.store, self.key, page.changes, self.with_event, self.app.clock.now()).await?;
        Ok(entries.iter().zip(kinds).map(|(entry, kind)| event(kind, entry).id(entry.cursor.clone())).collect())
    }
}

const fn word(kind: marquee_store::ChangeKind) -> &'static str {
    use marquee_store::ChangeKind as K;
    match kind {
        K::Created => "created",
        K::Changed => "changed",
        K::Removed => "removed",
        K::Returned => "returned",
    }
}

/// An event with a JSON body. JSON text has no line feeds, which is all that the form of the stream asks.
fn event(kind: &str, body: &impl serde::Serialize) -> Event {
    Event::default().event(kind).data(serde_json::to_string(body).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_sent_events_are_sent_to_whom_accepts_them() {
        let accept = |text: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))]);
        assert!(is_wanted(&accept("text/event-stream")));
        assert!(is_wanted(&accept("text/html, Text/Event-Stream;q=0.9")));
        assert!(!is_wanted(&accept("*/*")) && !is_wanted(&HeaderMap::new()));
    }
}

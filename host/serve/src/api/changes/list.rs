//! `GET /changes`: some changes after a place, or the next one as soon as it happens.

use std::time::Duration;

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use marquee_store::{FeedFilter, FeedPage};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    entry::{self, ChangeView},
    stream,
    wanted::{Wanted, read, start_over},
};
use crate::{
    App, Problem,
    api::{accepts_json, responses::ReadProblems},
    follow,
    params::{Parameters, Query, Reader},
    problem::Kind,
};

/// A request ends so long before the server would cut it off.
const BEFORE_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest `wait` that may be asked for, in seconds; the operator's limits may end it earlier.
const LONGEST_WAIT: i64 = 60;

/// How long to wait for a change where there is none yet.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Waiting {
    /// Where nothing has changed: how many seconds to wait for a change before answering with none. The server may answer earlier.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 60, default = 0)]
    wait: Duration,
}

impl Parameters for Waiting {
    fn read(reader: &mut Reader) -> Self {
        let seconds = reader.whole("wait", 0, LONGEST_WAIT).and_then(|seconds| u64::try_from(seconds).ok());
        Self { wait: Duration::from_secs(seconds.unwrap_or(0)) }
    }
}

/// Some changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// The changes, in order.
    data: Vec<ChangeView>,
    /// The place after them: give it as `since` to go on. It moves on even where no change was wanted.
    cursor: String,
    /// Whether there are more already.
    has_more: bool,
}

/// Every change after a place, in order and without gaps.
///
/// Ask again with `since` = `cursor`. To begin, read the events that you follow from `/events`, and follow from the header
/// `marquee-changes-cursor` of the first answer; or from `now`. Applying an entry twice does no harm: its `event` is the event as it is
/// now. With `Accept: text/event-stream` this is `/changes/stream`.
#[utoipa::path(get, path = "/changes", tag = "changes", params(Wanted, Waiting),
    responses((status = 200, description = "Some changes", body = Changes),
        (status = 410, description = "The feed does not reach back so far; `detail` says how to start over", body = Problem, content_type = "application/problem+json"),
        ReadProblems))]
pub(super) async fn list_changes(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query((wanted, waiting)): Query<(Wanted, Waiting)>,
) -> Result<Response, Problem> {
    if stream::is_wanted(&headers) {
        return stream::open(&app, wanted, &headers).await;
    }
    if !accepts_json(&headers) {
        return Err(Problem::new(Kind::NotAcceptable, "this route speaks application/json and text/event-stream"));
    }
    let (filter, place) = (wanted.filter(&app).await?, wanted.place(&app, None).await?);
    let page = next(&app, place, &filter, wanted.limit, waiting.wait).await?;
    if page.broken {
        return Err(start_over(&app));
    }
    let key = *app.follow.key().await?;
    let (cursor, has_more) = (follow::write(&key, page.next), page.has_more());
    let data = entry::entries(&app.store, key, page.changes, wanted.include, app.clock.now()).await?;
    Ok(linked(&uri, &Changes { data, cursor, has_more }))
}

/// What the feed has after a place, as soon as it has something, at the latest after `wait`.
async fn next(app: &App, place: i64, filter: &FeedFilter, limit: u32, wait: Duration) -> Result<FeedPage, Problem> {
    let longest = Duration::from_secs(app.follow.settings().max_wait_seconds.into());
    let wait = wait.min(longest).min(app.settings.request_timeout().saturating_sub(BEFORE_TIMEOUT));
    if wait.is_zero() {
        return Ok(read(app, place, filter, limit).await?);
    }
    let deadline = tokio::time::Instant::now() + wait;
    let (mut news, mut closing) = (app.follow.news().await?, app.follow.closing(&app.stopping).await);
    let mut page = read(app, place, filter, limit).await?;
    let Some(_leave) = app.follow.wait() else { return Ok(page) };
    while page.changes.is_empty() && !page.broken {
        tokio::select! {
            grown = news.wait_for(|latest| *latest > page.next) => if grown.is_err() { break },
            _ = closing.wait_for(|closing| *closing) => break,
            () = tokio::time::sleep_until(deadline) => break,
        }
        page = read(app, page.next, filter, limit).await?;
    }
    Ok(page)
}

/// The answer, with the `link` to what follows (RFC 8288). What is now must not be kept by anybody on the way.
fn linked(uri: &Uri, changes: &Changes) -> Response {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut next = url::form_urlencoded::Serializer::new(String::new());
    next.extend_pairs(pairs.filter(|(name, _)| name != "since")).append_pair("since", &changes.cursor);
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), next.finish());
    let mut response = Json(changes).into_response();
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, link);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

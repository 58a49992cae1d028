//! The gate: each request of the browser is blocked, or asked by the host and answered.
//!
//! Blocked are what nobody reads (images, fonts, media), what only tells on us (beacons, reports), what never ends (event streams,
//! web sockets), whatever is not HTTP, and methods that change things.

use base64::{Engine, engine::general_purpose::STANDARD};
use chromiumoxide::{
    cdp::browser_protocol::{
        fetch::{self, EventRequestPaused, FailRequestParams, HeaderEntry},
        network::{ErrorReason, GetCookiesParams, ResourceType},
    },
    types::Binary,
};
use marquee_model::WebUrl;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    BrowserError, SubAnswer, SubRequest,
    visit::{Loaded, Visit},
};
use crate::{FetchError, hop::Hop};

/// Headers of an answer that do not reach the browser: the body is unpacked already, and the rest is for a network that it has not.
const NOT_PASSED_ON: &[&str] = &[
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "alt-svc",
    "report-to",
    "reporting-endpoints",
    "nel",
    "strict-transport-security",
];

/// A request that waits for its answer.
pub(super) struct Paused {
    session: Option<String>,
    id: fetch::RequestId,
    request: SubRequest,
}

impl Visit<'_> {
    /// Blocks a request, or hands it on to be asked. Fails where the page asks for too much.
    pub(super) fn on_paused(&self, session: Option<&str>, params: Value) -> Result<Option<Paused>, BrowserError> {
        let id = params.get("requestId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(paused) = self.read(session.map(str::to_owned), params) else {
            self.count(|count| count.blocked = count.blocked.saturating_add(1));
            self.wire.tell(session, FailRequestParams::new(id, ErrorReason::BlockedByClient));
            return Ok(None);
        };
        let asked = self.count(|count| {
            count.asked = count.asked.saturating_add(1);
            count.open = count.open.saturating_add(1);
            count.stirred = Instant::now();
            count.asked
        });
        if asked > self.settings.requests {
            return Err(BrowserError::Requests { url: self.url(), limit: self.settings.requests });
        }
        Ok(Some(paused))
    }

    /// The request as the host asks it; `None`: it is blocked, as is what is not understood.
    fn read(&self, session: Option<String>, params: Value) -> Option<Paused> {
        let event: EventRequestPaused = serde_json::from_value(params).ok()?;
        let main = self.main();
        let is_document = event.resource_type == ResourceType::Document;
        let in_main = main.as_ref().is_some_and(|main| event.frame_id.as_ref() == main.frame);
        if !is_read(&event.resource_type)
            || !matches!(event.request.method.as_str(), "GET" | "HEAD" | "POST" | "OPTIONS")
        {
            return None;
        }
        let url = Self::web(&event.request.url)?;
        let headers = event.request.headers.inner().as_object()?;
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))
            .filter(|(name, _)| name != "cookie")
            .collect();
        // A site's icon comes as "other" and an event stream as something else than that; both say what they want.
        let unread = |value: &str| value.starts_with("image/") || value.starts_with("text/event-stream");
        if headers.iter().any(|(name, value)| name == "accept" && unread(value)) {
            return None;
        }
        let has = |wanted: &str| headers.iter().any(|(name, _)| name == wanted);
        // The network part of the browser, which it has not, would add who asks across origins.
        let across = event.resource_type == ResourceType::Fetch || event.resource_type == ResourceType::Xhr;
        if across && !has("origin") && url.url().origin() != self.request.url.url().origin() {
            headers.push(("origin".to_owned(), self.request.url.url().origin().ascii_serialization()));
        }
        let body = match &event.request.post_data_entries {
            Some(entries) => {
                let mut body = Vec::new();
                for entry in entries {
                    let bytes: &str = entry.bytes.as_ref()?.as_ref();
                    body.extend(STANDARD.decode(bytes).ok()?);
                }
                Some(body)
            }
            // A body that is not shown (a file, a stream) is not sent.
            None if event.request.has_post_data == Some(true) => return None,
            None => None,
        };
        let request = SubRequest {
            url,
            method: event.request.method.clone(),
            headers,
            body,
            resource_type: event.resource_type.as_ref().to_owned(),
            is_navigation: is_document && in_main,
        };
        Some(Paused { session, id: event.request_id, request })
    }

    /// Asks for a request's answer and gives it to the browser. Fails where that ends the visit.
    pub(super) async fn answer(&self, paused: Paused) -> Result<(), BrowserError> {
        let Paused { session, id, mut request } = paused;
        let (url, is_navigation) = (request.url.clone(), request.is_navigation);
        if self.cookies
            && let Some(cookies) = self.cookies_for(&url).await
        {
            request.headers.push(("cookie".to_owned(), cookies));
        }
        let answer = self.asker.ask(request).await;
        let outcome = match answer {
            Ok(answer) => match self.judge(&url, is_navigation, &answer) {
                Ok(()) => {
                    // Open until the browser has it. A page that left meanwhile does not want it any more.
                    let _unwanted = self.wire.call(session.as_deref(), self.fulfilment(id, answer)).await;
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Err(error) if is_navigation => Err(error.into()),
            Err(error) => {
                tracing::debug!(%url, %error, "a request of a page failed");
                let _unwanted = self.wire.call(session.as_deref(), FailRequestParams::new(id, reason(&error))).await;
                Ok(())
            }
        };
        self.count(|count| {
            count.open = count.open.saturating_sub(1);
            count.stirred = Instant::now();
        });
        outcome
    }

    /// Whether the visit goes on with this answer.
    fn judge(&self, url: &WebUrl, is_navigation: bool, answer: &SubAnswer) -> Result<(), BrowserError> {
        let received = self.count(|count| {
            count.received = count.received.saturating_add(answer.body.len() as u64);
            count.received
        });
        if received > self.settings.bytes {
            return Err(BrowserError::Bytes { url: self.url(), limit: self.settings.bytes });
        }
        if !is_navigation {
            return Ok(());
        }
        let header =
            |wanted: &str| answer.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
        if Hop::redirects(answer.status)
            && let Some(location) = header("location")
        {
            let refused = |reason: String| {
                let target = location.chars().take(WebUrl::MAX_LEN).collect();
                BrowserError::Fetch(FetchError::RedirectRefused { url: url.to_string(), target, reason })
            };
            let target = url.join(location).map_err(|e| refused(e.to_string()))?;
            if url.url().scheme() == "https" && target.url().scheme() != "https" {
                return Err(refused("it leads from https to http".to_owned()));
            }
            return Ok(());
        }
        let gone = self.request.depth > 0 && matches!(answer.status, 404 | 410);
        if !(200..=299).contains(&answer.status) && !gone {
            let asked = header("retry-after").and_then(|value| value.parse().ok());
            let asked =
                asked.map(|value| reqwest::header::HeaderMap::from_iter([(reqwest::header::RETRY_AFTER, value)]));
            let retry_after = asked.and_then(|asked| crate::exchange::retry_after(&asked, answer.fetched_at));
            return Err(FetchError::Status { url: url.to_string(), status: answer.status, retry_after }.into());
        }
        if header("content-disposition").is_some_and(|value| value.to_ascii_lowercase().starts_with("attachment")) {
            return Err(BrowserError::NotShown { url: url.to_string(), reason: "it is a download".to_owned() });
        }
        let (status, fetched_at) = (answer.status, answer.fetched_at);
        let kept = answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "set-cookie2"));
        let headers = kept.cloned().collect();
        self.count(|count| count.loaded = Some(Loaded { status, headers, fetched_at }));
        Ok(())
    }

    fn fulfilment(&self, id: fetch::RequestId, answer: SubAnswer) -> fetch::FulfillRequestParams {
        let passed = answer
            .headers
            .into_iter()
            .filter(|(name, _)| !NOT_PASSED_ON.contains(&name.as_str()) && (self.cookies || name != "set-cookie"));
        let mut fulfilment = fetch::FulfillRequestParams::new(id, i64::from(answer.status));
        fulfilment.response_headers = Some(passed.map(|(name, value)| HeaderEntry { name, value }).collect());
        fulfilment.body = Some(Binary::from(STANDARD.encode(answer.body)));
        fulfilment
    }

    /// The profile's cookies for an address, as a header. Only for the page's own site: nobody follows us around.
    async fn cookies_for(&self, url: &WebUrl) -> Option<String> {
        let (own, asked) = (self.request.url.host(), url.host());
        let below = |name: &str, parent: &str| name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
        if own != asked && !below(own, asked) && !below(asked, own) {
            return None;
        }
        let main = self.main()?;
        let query = GetCookiesParams { urls: Some(vec![url.to_string()]) };
        let cookies = self.wire.call(Some(&main.session), query).await.ok()?.cookies;
        let pairs: Vec<String> =
            cookies.into_iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// Kinds that a listing may come from, or that show where things stand.
const fn is_read(kind: &ResourceType) -> bool {
    matches!(
        kind,
        ResourceType::Document
            | ResourceType::Stylesheet
            | ResourceType::Script
            | ResourceType::Xhr
            | ResourceType::Fetch
            | ResourceType::Preflight
            | ResourceType::Other
    )
}

/// The nearest that a browser knows to what went wrong.
const fn reason(error: &FetchError) -> ErrorReason {
    match error {
        FetchError::Denied { .. } | FetchError::OutOfScope { .. } => ErrorReason::AddressUnreachable,
        FetchError::Dns { .. } => ErrorReason::NameNotResolved,
        FetchError::Timeout { .. } => ErrorReason::TimedOut,
        FetchError::Connect { .. } => ErrorReason::ConnectionRefused,
        FetchError::Cut { .. } => ErrorReason::ConnectionClosed,
        _ => ErrorReason::Failed,
    }
}

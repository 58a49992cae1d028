//! The access log: one line a request, as fields, under the target `marquee_serve::access`.
//!
//! It never holds a header that proves who somebody is, nor the value of a parameter that looks like a secret. With `log.format = "json"`
//! each line is a JSON object.

use std::{borrow::Cow, time::Duration};

use axum::http::{HeaderMap, Uri, header};
use serde::{Deserialize, Serialize};

use super::client::Client;

/// Which requests are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessLog {
    /// Every one.
    All,
    /// Those that failed in the server (status 500 and up).
    Failures,
    /// None; `/metrics` still counts them.
    Off,
}

/// Parameters of which a part is one of these are logged without their values.
const SECRETS: [&str; 9] = ["token", "key", "secret", "password", "auth", "signature", "sig", "code", "session"];
/// What stands for such a value.
const HIDDEN: &str = "hidden";
/// Characters of a query or user agent that are logged.
const MAX_CHARS: usize = 300;

/// What is known of a request once it is answered.
pub(super) struct Line<'a> {
    pub(super) id: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) agent: Option<&'a str>,
    pub(super) client: Client,
    pub(super) key: Option<&'a str>,
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) bytes: Option<u64>,
    pub(super) took: Duration,
}

impl AccessLog {
    /// Whether a request that ended so is logged, and anybody reads it.
    pub(super) fn wants(self, status: u16) -> bool {
        let wanted = match self {
            Self::All => true,
            Self::Failures => status >= 500,
            Self::Off => false,
        };
        wanted && tracing::enabled!(target: "marquee_serve::access", tracing::Level::INFO)
    }
}

impl Line<'_> {
    pub(super) fn write(&self) {
        let client = self.client.0.map(|address| address.to_string());
        tracing::info!(
            target: "marquee_serve::access",
            request_id = self.id,
            method = self.method,
            path = &*shown(self.path),
            query = self.query.map(redacted),
            route = self.route,
            status = self.status,
            bytes = self.bytes,
            took_us = u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
            client,
            key = self.key,
            agent = self.agent.map(shown).as_deref(),
            "answered"
        );
    }
}

/// The name by which the client's program calls itself.
pub(super) fn agent(headers: &HeaderMap) -> Option<String> {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(|agent| shown(agent).into_owned())
}

/// The query, where there is one.
pub(super) fn query(uri: &Uri) -> Option<String> {
    uri.query().map(str::to_owned)
}

/// The query without values that look like secrets.
fn redacted(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() && is_secret(name) => Cow::Owned(format!("{name}={HIDDEN}")),
        _ => Cow::Borrowed(pair),
    });
    shown(&pairs.collect::<Vec<_>>().join("&")).into_owned()
}

fn is_secret(name: &str) -> bool {
    let name = url::form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.to_ascii_lowercase());
    // A list's `cursor` is signed, but proves nothing about anybody.
    name.unwrap_or_default()
        .split(['_', '-', '.', '[', ']'])
        .any(|part| SECRETS.iter().any(|secret| part.ends_with(secret)))
}

/// Short, and without what a terminal would obey.
fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CHARS && !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    text.chars().take(MAX_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_look_like_secrets_are_not_logged() {
        for (query, logged) in [
            ("site=toronto&limit=5", "site=toronto&limit=5"),
            ("api_key=s3cret&site=x", "api_key=hidden&site=x"),
            ("access_token=s3cret", "access_token=hidden"),
            ("Token=s3cret", "Token=hidden"),
            ("apikey=s3cret", "apikey=hidden"),
            ("to%6ben=s3cret", "to%6ben=hidden"),
            ("X-Amz-Signature=s3cret", "X-Amz-Signature=hidden"),
            ("cursor=abc&text=keyboard", "cursor=abc&text=keyboard"),
            ("token=", "token="),
            ("flag", "flag"),
        ] {
            assert_eq!(redacted(query), logged);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_logged() {
        assert_eq!(shown("a\u{1b}[31m"), "a\u{fffd}[31m");
        assert_eq!(shown(&"x".repeat(1000)).len(), MAX_CHARS);
    }
}

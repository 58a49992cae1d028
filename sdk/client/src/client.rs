//! One request and its answer: addresses, keys, tags, trying again.

use std::time::Duration;

use reqwest::{
    Response, StatusCode,
    header::{AUTHORIZATION, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, RETRY_AFTER},
    redirect::Policy,
};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{Error, Problem};

/// Limits of a client.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How often a request is tried again that was answered 429 or 503. 4: through a rush or a restart of the server, and no longer.
    pub retries: u32,
    /// The longest time to wait before trying again; where the server asks for more, its answer is the error. 60 s: a budget is refilled by then.
    pub longest_wait: Duration,
    /// How long to wait where the server does not say. 1 s.
    pub usual_wait: Duration,
    /// How long a request may take. 90 s: longer than the longest wait for a change (60 s).
    pub timeout: Duration,
    /// Bytes of an answer at most, unpacked. 64 MiB: a hundred times the largest page.
    pub max_answer_bytes: usize,
    /// Seconds to wait at the server for a change; it may answer earlier. 25: shorter than what proxies cut off after (30 s and more).
    pub wait_for_changes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            retries: 4,
            longest_wait: Duration::from_secs(60),
            usual_wait: Duration::from_secs(1),
            timeout: Duration::from_secs(90),
            max_answer_bytes: 64 * 1024 * 1024,
            wait_for_changes: 25,
        }
    }
}

/// Names the bytes of an answer; see [`Client::get`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(HeaderValue);

/// An answer to a request that named what is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// It is news.
    New {
        /// The answer.
        value: T,
        /// Its tag: give it with the next request.
        tag: Option<Tag>,
    },
    /// It is what the tag names.
    Unchanged,
}

/// Reads from one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    pub(crate) limits: Limits,
}

/// An answer with what its head says.
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) head: HeaderMap,
}

/// What is asked: the parts of the path after `/api/v1`, and parameters.
pub(crate) type Asked<'a> = (&'a [&'a str], &'a [(String, String)]);

impl Client {
    /// A client of the server at this address (`https://events.example`, or with a path before `/api/v1`), without a key.
    ///
    /// # Errors
    /// [`Error::Address`] where it is none, [`Error::Unreachable`] where no client can be made (no TLS).
    pub fn new(address: &str) -> Result<Self, Error> {
        Self::with(address, None, Limits::default())
    }

    /// The same with a key (`mq_...`) and limits.
    ///
    /// # Errors
    /// As [`Client::new`]; [`Error::Key`] where the key cannot stand in a header.
    pub fn with(address: &str, key: Option<&str>, limits: Limits) -> Result<Self, Error> {
        let wrong = || Error::Address { address: address.to_owned() };
        let base = Url::parse(address).map_err(|_| wrong())?;
        if base.cannot_be_a_base() || !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(wrong());
        }
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| Error::Key)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // An error only says that the program chose a provider before.
        let _chosen_before = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client for other programs, on addresses that they choose")]
        let http = reqwest::Client::builder()
            .user_agent(concat!("marquee-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            // To the event or artist that answers for the one that was asked for.
            .redirect(Policy::limited(3))
            .timeout(limits.timeout)
            .build()
            .map_err(Error::Unreachable)?;
        Ok(Self { http, base, limits })
    }

    /// What stands at a path below `/api/v1`, as a type of the caller's; `known` names what is known already. For whatever the other
    /// methods do not read.
    ///
    /// # Errors
    /// What the server refuses, and what does not arrive or cannot be read.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(String, String)],
        known: Option<&Tag>,
    ) -> Result<Fetched<T>, Error> {
        let address = self.address((path, query));
        let response = self.send(&address, known).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::Unchanged);
        }
        let Answer { value, head } = self.read(&address, response).await?;
        Ok(Fetched::New { value, tag: head.get(ETAG).cloned().map(Tag) })
    }

    /// The same for whoever knows nothing yet.
    pub(crate) async fn answer<T: DeserializeOwned>(&self, asked: Asked<'_>) -> Result<Answer<T>, Error> {
        let address = self.address(asked);
        let response = self.send(&address, None).await?;
        self.read(&address, response).await
    }

    /// The same without the head.
    pub(crate) async fn value<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Error> {
        self.answer((path, &[])).await.map(|answer| answer.value)
    }

    /// What stands outside of `/api/v1`.
    pub(crate) async fn outside<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Error> {
        let mut address = self.base.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let response = self.send(&address, None).await?;
        self.read(&address, response).await.map(|answer| answer.value)
    }

    fn address(&self, (path, query): Asked<'_>) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        address
    }

    /// Asks until the answer is neither 429 nor 503, within the limits.
    async fn send(&self, address: &Url, known: Option<&Tag>) -> Result<Response, Error> {
        let mut tries = 0;
        loop {
            let mut request = self.http.get(address.clone()).header("accept", "application/json");
            if let Some(Tag(tag)) = known {
                request = request.header(IF_NONE_MATCH, tag);
            }
            let response = request.send().await.map_err(Error::Unreachable)?;
            let status = response.status();
            if status.is_success() || status == StatusCode::NOT_MODIFIED {
                return Ok(response);
            }
            let may_pass = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
            let wait = retry_after(response.headers()).map_or(self.limits.usual_wait, Duration::from_secs);
            if !may_pass || tries >= self.limits.retries || wait > self.limits.longest_wait {
                return Err(self.refusal(address, response).await);
            }
            tries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn refusal(&self, address: &Url, response: Response) -> Error {
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        match self.read::<Problem>(address, response).await {
            Ok(Answer { value, .. }) => Error::Problem(Box::new(Problem { retry_after, ..value })),
            Err(Error::Unreadable { address, reason, .. }) => Error::Unreadable { address, status, reason },
            Err(other) => other,
        }
    }

    async fn read<T: DeserializeOwned>(&self, address: &Url, mut response: Response) -> Result<Answer<T>, Error> {
        let (status, head) = (response.status().as_u16(), response.headers().clone());
        let unreadable = |reason: String| Error::Unreadable { address: address.to_string(), status, reason };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::Unreachable)? {
            if body.len() + chunk.len() > self.limits.max_answer_bytes {
                return Err(unreadable(format!("it is longer than {} bytes", self.limits.max_answer_bytes)));
            }
            body.extend_from_slice(&chunk);
        }
        let value = serde_json::from_slice(&body).map_err(|error| unreadable(error.to_string()))?;
        Ok(Answer { value, head })
    }
}

fn retry_after(head: &HeaderMap) -> Option<u64> {
    head.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_path_or_a_parameter_stays_there() {
        let client = Client::new("https://events.example/below/").unwrap();
        let query = [("text".to_owned(), "a&b=c".to_owned())];
        let address = client.address((&["events", "../x?y"], &query));
        assert_eq!(address.as_str(), "https://events.example/below/api/v1/events/..%2Fx%3Fy?text=a%26b%3Dc");
        for none in ["events.example", "ftp://events.example", "mailto:x@events.example", ""] {
            assert!(matches!(Client::new(none), Err(Error::Address { .. })), "{none}");
        }
    }
}

//! The fetcher: one page, redirect by redirect.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use marquee_model::{Clock, Digest, Page, PageRequest, WebUrl};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use tokio::time::{Instant, timeout};

use crate::{
    EgressPolicy, FetchError, FetchLimits, FollowScope, Resolve, Stage, SystemResolver, UserAgent, body, charset,
    egress::Grant, failure, headers, hop::Hop, hosts::Hosts, resolve::Guard, tls,
};

/// Asks for pages. One for the whole process: it holds the connections. Cheap to share in an `Arc`.
pub struct Fetcher {
    limits: FetchLimits,
    policy: Arc<EgressPolicy>,
    agent: UserAgent,
    clock: Arc<dyn Clock>,
    hosts: Hosts,
    /// For hosts on the public internet: its resolver gives out no other address.
    public: reqwest::Client,
    /// For hosts that the operator named. A client of its own, so that no pooled connection to a private address can serve
    /// a request that was only granted the public internet.
    named: reqwest::Client,
    has_roots: bool,
}

/// What a hop led to.
enum Answer {
    Page(Box<Page>),
    Elsewhere { status: u16, location: String },
}

impl Fetcher {
    /// A fetcher that looks names up with the operating system's resolver.
    ///
    /// Fails with [`FetchError::Settings`] where the limits cannot work.
    pub fn new(
        limits: FetchLimits,
        policy: EgressPolicy,
        agent: UserAgent,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, FetchError> {
        Self::with_resolver(limits, policy, agent, clock, Arc::new(SystemResolver))
    }

    /// The same with another resolver. What it answers is checked by the same rules.
    pub fn with_resolver(
        limits: FetchLimits,
        policy: EgressPolicy,
        agent: UserAgent,
        clock: Arc<dyn Clock>,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, FetchError> {
        limits.check()?;
        for host in &policy.allow {
            tracing::warn!(%host, "the operator allows this host to be reached at any address, private ones included");
        }
        if agent.contact().is_none() {
            tracing::warn!("sites are not told whom to write to: set `fetch.user_agent.contact`");
        }
        let policy = Arc::new(policy);
        let tls = tls::set_up()?;
        let strict = Guard::new(Arc::clone(&resolver), Arc::clone(&policy), false);
        let trusting = Guard::new(resolver, Arc::clone(&policy), true);
        Ok(Self {
            public: client(&limits, &agent, tls.config.clone(), strict)?,
            named: client(&limits, &agent, tls.config, trusting)?,
            has_roots: tls.has_roots,
            hosts: Hosts::new(limits.per_host),
            limits,
            policy,
            agent,
            clock,
        })
    }

    /// How this fetcher names itself.
    #[must_use]
    pub const fn agent(&self) -> &UserAgent {
        &self.agent
    }

    /// Fetches a page.
    ///
    /// A page is what answers with a status of 200 to 299; of a followed page (`depth` 1 and more) also 404 and 410, since "the
    /// show's page is gone" is something an extractor may read. Every other status is [`FetchError::Status`], with the wait
    /// that the server asks for. `scope` binds followed pages only. Waits for a turn at the host first, without limit; each
    /// fetch before it ends within `limits.total_ms`.
    pub async fn fetch(&self, request: &PageRequest, scope: &FollowScope) -> Result<Page, FetchError> {
        let mut hop = Hop::first(request, scope, &self.limits)?;
        let mut left = self.limits.total();
        loop {
            let client = self.admit(&hop.url, request, scope)?;
            let _turn = self.hosts.turn(hop.url.host()).await;
            let started = Instant::now();
            let answer = timeout(left, Box::pin(self.ask(client, &hop, request))).await.map_err(|_| {
                let limit = self.limits.total();
                FetchError::Timeout { url: hop.url.to_string(), stage: Stage::Total, limit }
            })??;
            left = left.saturating_sub(started.elapsed());
            match answer {
                Answer::Page(page) => return Ok(*page),
                Answer::Elsewhere { status, location } => hop = hop.follow(status, &location, &self.limits)?,
            }
        }
    }

    /// The client that may ask this URL, if any may.
    fn admit(&self, url: &WebUrl, request: &PageRequest, scope: &FollowScope) -> Result<&reqwest::Client, FetchError> {
        let grant = self.policy.check(url).map_err(|denial| FetchError::Denied { url: url.to_string(), denial })?;
        if request.depth > 0 && !scope.admits(url) {
            return Err(FetchError::OutOfScope { url: url.to_string(), host: url.host().to_owned() });
        }
        if url.url().scheme() == "https" && !self.has_roots {
            return Err(FetchError::NoCertificates { url: url.to_string() });
        }
        Ok(match grant {
            Grant::Public => &self.public,
            Grant::Named => &self.named,
        })
    }

    /// Sends one request and reads its answer.
    async fn ask(&self, client: &reqwest::Client, hop: &Hop, request: &PageRequest) -> Result<Answer, FetchError> {
        let url = hop.url.as_str();
        let mut builder = client.request(hop.method.clone(), hop.url.url().clone()).headers(hop.headers.clone());
        if let Some(body) = &hop.body {
            builder = builder.body(body.clone());
        }
        let limit = self.limits.head();
        let response = timeout(limit, builder.send())
            .await
            .map_err(|_| FetchError::Timeout { url: url.to_owned(), stage: Stage::Head, limit })?
            .map_err(|error| failure::of_request(url, &error, &self.limits))?;
        let fetched_at = self.clock.now();
        headers::check(url, response.headers(), &self.limits)?;

        let status = response.status().as_u16();
        if Hop::redirects(status)
            && let Some(location) = location(response.headers())
        {
            return Ok(Answer::Elsewhere { status, location });
        }
        let gone = request.depth > 0 && matches!(status, 404 | 410);
        if !(200..=299).contains(&status) && !gone {
            let retry_after = retry_after(response.headers(), fetched_at);
            return Err(FetchError::Status { url: url.to_owned(), status, retry_after });
        }
        let content_type = headers::first(response.headers(), CONTENT_TYPE);
        if let Some(content_type) = &content_type {
            let media_type = content_type.split([';', ',']).next().unwrap_or_default().trim();
            if !media_type.is_empty() && !self.limits.reads(media_type) {
                return Err(FetchError::ContentType { url: url.to_owned(), content_type: content_type.clone() });
            }
        }
        let headers = headers::kept(response.headers());
        let bytes = body::receive(url, response, &self.limits).await?;
        let decoded = charset::decode(&bytes, content_type.as_deref());
        tracing::debug!(url, status, bytes = bytes.len(), charset = decoded.charset, "fetched");
        Ok(Answer::Page(Box::new(Page {
            request: request.clone(),
            url: hop.url.clone(),
            status,
            headers,
            fetched_at,
            charset: decoded.charset.to_owned(),
            digest: Digest::of(&bytes),
            bytes: bytes.len() as u64,
            body: decoded.text,
        })))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that builds clients")]
fn client(
    limits: &FetchLimits,
    agent: &UserAgent,
    tls: rustls::ClientConfig,
    guard: Guard,
) -> Result<reqwest::Client, FetchError> {
    reqwest::Client::builder()
        .user_agent(agent.to_string())
        .tls_backend_preconfigured(tls)
        .dns_resolver(guard)
        .no_proxy() // a proxy would connect for us, past the resolver
        .redirect(reqwest::redirect::Policy::none()) // each hop is checked by `fetch`
        .referer(false)
        .retry(reqwest::retry::never()) // the crawl decides what is tried again
        .connect_timeout(limits.connect())
        .pool_max_idle_per_host(limits.idle_per_host)
        .pool_idle_timeout(Duration::from_millis(limits.idle_ms))
        .http1_max_headers(limits.headers)
        .http2_max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .build()
        .map_err(|error| FetchError::Settings { key: "fetch".to_owned(), reason: error.to_string() })
}

/// `Location`, which some servers send in raw UTF-8.
fn location(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(LOCATION)?;
    let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// `Retry-After`: seconds, or an HTTP date as seen from now. A date in the past is no wait.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers::first(headers, RETRY_AFTER)?;
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    Some((date.with_timezone(&Utc) - now).to_std().unwrap_or(Duration::ZERO))
}

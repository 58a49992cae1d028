//! The fetcher: one page, redirect by redirect.

use std::{sync::Arc, time::Duration};

use marquee_model::{Clock, Page, PageRequest, WebUrl};

use crate::{
    EgressPolicy, FetchError, FetchLimits, FollowScope, Resolve, SystemResolver, UserAgent,
    body::Meter,
    egress::Grant,
    exchange::{Answer, Exchange, Parcel},
    hop::Hop,
    hosts::Hosts,
    resolve::Guard,
    secrets::Veil,
    tls,
};

#[path = "raw.rs"]
pub mod raw;

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

    /// Fetches a page at once, as somebody at the command line does: crawls ask through a [`crate::Visitor`] instead, which minds
    /// robots.txt, delays and secrets.
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
            let exchange =
                Exchange { fetcher: self, client, hop: &hop, request, veil: &Veil::none(), meter: &Meter::default() };
            let reply = exchange.send(Parcel::of(&hop), &mut left).await?;
            match reply.answer {
                Answer::Page { page, .. } => return Ok(*page),
                Answer::Elsewhere { status, location } => hop = hop.follow(status, &location, &self.limits)?,
                Answer::NotModified => {
                    let url = hop.url.to_string();
                    return Err(FetchError::Status { url, status: 304, retry_after: None });
                }
            }
        }
    }

    pub(crate) const fn limits(&self) -> &FetchLimits {
        &self.limits
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The client that may ask this URL, if any may.
    pub(crate) fn admit(
        &self,
        url: &WebUrl,
        request: &PageRequest,
        scope: &FollowScope,
    ) -> Result<&reqwest::Client, FetchError> {
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

//! How much a client may ask: a budget for each key, and for each address that comes without one.
//!
//! Budgets are counted by GCRA, which spreads them evenly: in process by `local`, or by `shared` in Redis, so that several hosts count
//! together. While Redis has no say each host counts for itself. Answers tell how a budget stands by the headers `RateLimit` and
//! `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-11). Off by default: reading is open, and a host that nobody abuses needs none.

mod local;
mod settings;
mod shared;

use std::{net::IpAddr, num::NonZeroU16, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse as _, Response},
};
use governor::clock::DefaultClock;

pub use settings::RateLimitSettings;

use self::{local::Local, shared::Shared};
use super::{
    class::Class,
    client::Client,
    identity::{Budget, KeyIdentity},
};
use crate::{
    problem::{Kind, Problem},
    redis::Redis,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Whose budget it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Payer {
    /// A key's.
    Key(Arc<str>),
    /// An address's. Of IPv6 the first 64 bits: that much is one customer's to choose from.
    Address(u64),
    /// Of IPv4 addresses and IPv6 networks that are near each other, when there are too many to tell apart.
    Neighbourhood(u64),
    /// Nobody knows.
    Unknown,
}

impl Payer {
    fn of(key: Option<&KeyIdentity>, client: Client) -> Self {
        match (key, client.0) {
            (Some(key), _) => Self::Key(Arc::clone(&key.id)),
            (None, Some(address)) => Self::Address(network(address)),
            (None, None) => Self::Unknown,
        }
    }

    /// Among so many that not each can be remembered.
    fn among_many(self) -> Self {
        match self {
            // IPv4 stands in the low half: its /16; of IPv6 a /32.
            Self::Address(network) if network >> 32 == 0 => Self::Neighbourhood(network >> 16),
            Self::Address(network) => Self::Neighbourhood(network >> 32 << 32),
            other => other,
        }
    }

    /// The name under which hosts share it.
    fn name(&self) -> String {
        match self {
            Self::Key(id) => format!("key:{id}"),
            Self::Address(network) => format!("net:{network:x}"),
            Self::Neighbourhood(network) => format!("area:{network:x}"),
            Self::Unknown => "unknown".to_owned(),
        }
    }
}

fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => u64::try_from(v6.to_bits() >> 64).unwrap_or(0),
    }
}

/// How a budget stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    /// Units that may be spent at once, now.
    remaining: u32,
    /// Until when the whole budget is there again, if nothing is spent.
    whole_in: Duration,
    /// When this request could have been paid; `None`: it was.
    again_in: Option<Duration>,
}

/// The budgets of all clients.
pub(super) struct Budgets {
    settings: RateLimitSettings,
    local: Local<DefaultClock>,
    shared: Option<Shared>,
}

impl Budgets {
    pub(super) fn new(settings: &RateLimitSettings, redis: Option<Arc<Redis>>) -> Self {
        Self {
            settings: settings.clone(),
            local: Local::new(DefaultClock::default(), settings.max_clients),
            shared: redis.map(Shared::new),
        }
    }

    async fn spend(&self, payer: Payer, budget: Budget, cost: u32) -> Standing {
        if let Some(shared) = &self.shared
            && let Some(standing) = shared.spend(&payer, budget, cost).await
        {
            return standing;
        }
        self.local.spend(payer, budget, cost)
    }
}

/// Pays for a request, or refuses it.
pub(super) async fn spend(
    budgets: &Budgets,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let settings = &budgets.settings;
    let key = request.extensions().get::<KeyIdentity>().cloned();
    let class = Class::of(request.method(), request.uri().path(), request.headers());
    let cost = if settings.enabled { settings.cost(class) } else { 0 };
    let mut response = if cost == 0 {
        next(request).await
    } else {
        let client = request.extensions().get::<Client>().copied().unwrap_or(Client(None));
        let (name, usual) = match &key {
            Some(_) => ("key", settings.with_key),
            None => ("default", settings.without_key),
        };
        let budget = key.as_ref().and_then(|key| key.budget).unwrap_or(usual).sound();
        let standing = budgets.spend(Payer::of(key.as_ref(), client), budget, cost.min(budget.burst)).await;
        let mut response = match standing.again_in {
            None => next(request).await,
            Some(again_in) => refusal(budget, again_in),
        };
        tell(response.headers_mut(), name, budget, standing);
        response
    };
    if let Some(key) = key {
        // For the access log.
        response.extensions_mut().insert(key);
    }
    response
}

fn refusal(budget: Budget, again_in: Duration) -> Response {
    metrics::counter!("marquee_http_requests_over_budget_total").increment(1);
    let seconds = ceil_seconds(again_in).max(1);
    let detail = format!(
        "{} units in {} s are used up; try again in {seconds} s, ask less often, or use an API key with a larger budget",
        budget.quota, budget.window_s
    );
    let mut problem = Problem::new(Kind::TooManyRequests, detail);
    // What is further away than the number can say is a day away for all purposes.
    problem.retry_after = NonZeroU16::new(u16::try_from(seconds).unwrap_or(u16::MAX));
    problem.into_response()
}

/// Says how the budget stands.
fn tell(headers: &mut HeaderMap, name: &str, budget: Budget, standing: Standing) {
    let policy = format!("\"{name}\";q={};w={}", budget.quota, budget.window_s);
    let limit = format!("\"{name}\";r={};t={}", standing.remaining, ceil_seconds(standing.whole_in));
    for (header, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(header, value);
        }
    }
}

fn ceil_seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

impl Budget {
    /// The same with every number in its range.
    fn sound(self) -> Self {
        Self { quota: self.quota.max(1), window_s: self.window_s.max(1), burst: self.burst.max(1) }
    }

    /// How long it takes until one unit is there again.
    fn per_unit(self) -> Duration {
        (Duration::from_secs(u64::from(self.window_s)) / self.quota.max(1)).max(Duration::from_micros(1))
    }
}

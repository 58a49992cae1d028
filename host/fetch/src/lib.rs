//! Source to Page: asks for one page by HTTP and gives it back decoded, within limits and egress rules.
//!
//! First stage of the pipeline: the crawl hands a [`marquee_model::PageRequest`] to a [`Fetcher`] and gets a
//! [`marquee_model::Page`], or a [`FetchError`] whose variant says what to do next. Crawls ask through a [`Visitor`], which is polite:
//! robots.txt, delays, repetitions, cookies, secrets. The only crate that names reqwest. It never schedules, reads HTML beyond
//! its encoding declaration, or stores anything.
//!
//! - [`limits`]: what a fetch may cost.
//! - [`egress`], [`address`], [`resolve`]: which hosts, ports and addresses may be asked at all.
//! - [`scope`]: which of those one source's follow requests may ask, and with which headers.
//! - [`fetcher`]: the request itself, redirect by redirect.
//! - [`polite`]: whose turn it is at a host, and what its answers teach; [`robots`]: what sites ask of robots.
//! - [`secrets`]: keys of interfaces, put in when a request is sent and taken out of what comes back.
//! - [`fetcher::raw`]: one request without redirects, any type, bytes as they are: what a browser's requests are answered with.
//! - [`browser`]: pages that only a browser can build, by Chromium that has no network of its own; [`strategy`]: when.
//! - [`charset`], [`saved`]: bytes to text, also for pages from files.

pub mod address;
pub mod agent;
mod body;
pub mod browser;
pub mod charset;
pub mod egress;
pub mod error;
mod exchange;
mod failure;
pub mod fetcher;
mod headers;
mod hop;
mod hosts;
pub mod limits;
pub mod polite;
mod prescan;
pub mod resolve;
pub mod robots;
pub mod saved;
pub mod scope;
pub mod secrets;
pub mod strategy;
mod tls;

pub use agent::UserAgent;
pub use browser::{BrowserCookies, BrowserError, BrowserSettings, Browsers};
pub use egress::{AllowedHost, Denial, EgressPolicy};
pub use error::{FetchError, Stage};
pub use fetcher::Fetcher;
pub use limits::FetchLimits;
pub use polite::{
    HostBook, HostState, MemoryBook, Pace, PageAnswer, PolitenessSettings, Rendering, Session, TokioPace, VisitError,
    Visited, Visitor, secrets_named_by,
};
pub use resolve::{Resolve, SystemResolver};
pub use scope::FollowScope;
pub use secrets::{SecretSettings, Secrets};
pub use tls::install_tls;

//! Source to Page: asks for one page by HTTP and gives it back decoded, within limits and egress rules.
//!
//! First stage of the pipeline: the crawl hands a [`marquee_model::PageRequest`] to a [`Fetcher`] and gets a
//! [`marquee_model::Page`], or a [`FetchError`] whose variant says what to do next. The only crate that names reqwest. It
//! never schedules, retries, reads HTML beyond its encoding declaration, or stores anything.
//!
//! - [`limits`]: what a fetch may cost.
//! - [`egress`], [`address`], [`resolve`]: which hosts, ports and addresses may be asked at all.
//! - [`scope`]: which of those one source's follow requests may ask, and with which headers.
//! - [`fetcher`]: the request itself, redirect by redirect.
//! - [`charset`], [`saved`]: bytes to text, also for pages from files.

pub mod address;
pub mod agent;
mod body;
pub mod charset;
pub mod egress;
pub mod error;
mod failure;
pub mod fetcher;
mod headers;
mod hop;
mod hosts;
pub mod limits;
mod prescan;
pub mod resolve;
pub mod saved;
pub mod scope;
mod tls;

pub use agent::UserAgent;
pub use egress::{AllowedHost, Denial, EgressPolicy};
pub use error::{FetchError, Stage};
pub use fetcher::Fetcher;
pub use limits::FetchLimits;
pub use resolve::{Resolve, SystemResolver};
pub use scope::FollowScope;
pub use tls::install_tls;

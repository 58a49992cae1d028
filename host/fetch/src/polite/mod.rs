//! Polite fetching: one crawl's pages, asked for as slowly and as seldom as their hosts like it.
//!
//! Stands between the crawl and [`crate::Fetcher`]. A process has one [`Visitor`]; each crawl opens a [`Session`] with it, which keeps
//! that crawl's cookies and puts secrets in. Before each request, redirects and retries among them, the session takes a turn at the
//! host from the [`HostBook`], which may be shared by many processes, and afterwards writes there what the host's answer taught
//! ([`HostState`]). robots.txt is asked for by the same rules.
//!
//! - [`settings`]: every limit.
//! - [`state`]: what is known of a host, as a pure function of its answers.
//! - [`book`]: whose turn it is.
//! - [`pace`]: the time that is waited by, so that tests can wait a week in a second.
//!
//! It never decides what is crawled or when, and reads no page.

pub mod book;
mod cookies;
mod dress;
pub mod pace;
mod render;
mod robots;
mod session;
pub mod settings;
pub mod state;
mod turn;
mod visit;
mod visitor;

pub use book::{BookError, HostBook, MemoryBook, Turn};
pub use dress::named_by as secrets_named_by;
pub use pace::{Pace, TokioPace};
pub use render::Rendering;
pub use session::Session;
pub use settings::PolitenessSettings;
pub use state::{Answer, Breaker, Heard, HostState};
pub use turn::HostTurn;
pub use visit::{PageAnswer, VisitError, Visited};
pub use visitor::Visitor;

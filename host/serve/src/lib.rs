//! Rows to JSON and HTML: the last stage of the flow.
//!
//! [`router`] makes the whole HTTP surface out of an [`App`], [`serve`] runs it on a listener. A folder each: `api` is
//! Marquee's own interface (`/api/v1`), `legacy` answers MusicLive's clients, `operations` is for whoever runs the host, `web`
//! are the pages for people, `layers` is what all of them share. One endpoint is one file. Nothing here fetches a page, runs a
//! plugin or writes SQL, and no error's inside leaves the process.

mod app;
mod params;
mod problem;
mod server;
mod settings;

pub use app::App;
pub use problem::{Kind, ParameterError, Problem};
pub use server::{ServerLimits, serve};
pub use settings::{Secret, ServeSettings};

/// The whole HTTP surface.
pub fn router(app: App) -> axum::Router {
    axum::Router::new().with_state(app)
}

//! Following: every change of every event, in order, from any place in it.
//!
//! `list` answers with some changes (or waits for one), `stream` sends them as they come; both on the same cursor. What each entry
//! looks like stands in `entry`, from where on and which ones in `wanted`.

mod entry;
mod list;
mod stream;
mod wanted;

use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use entry::entries;

use crate::App;

/// The routes; apart from the others, since one of them speaks another media type.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_changes)).routes(routes!(stream::stream_changes))
}

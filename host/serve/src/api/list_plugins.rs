//! `GET /plugins`: the plugins in use, and what became of every file of the plugin folder.

use axum::{Json, extract::State};

use super::{dto::PluginsView, responses::ReadProblems};
use crate::{
    App, Problem,
    params::{NoParameters, Query},
};

/// The plugins in use, and every file of the plugin folder with its standing and the reason for it.
#[utoipa::path(get, path = "/plugins", tag = "operation",
    responses((status = 200, description = "Plugins and files", body = PluginsView), ReadProblems))]
pub(super) async fn list_plugins(
    State(app): State<App>,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<PluginsView>, Problem> {
    Ok(Json(PluginsView {
        data: app.plugins.active().into_iter().map(Into::into).collect(),
        files: app.plugins.files().into_iter().map(Into::into).collect(),
        next_cursor: None,
    }))
}

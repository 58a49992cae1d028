//! `GET /plugins/{id}`: one plugin, with its configuration's schema, its files and its past.

use axum::{Json, extract::State};
use marquee_model::PluginId;

use super::{dto::PluginWithHistory, responses::ReadOneProblems};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
};

/// One plugin: the version in use, the JSON Schema of its configuration, its files, and every version that was in use here.
#[utoipa::path(get, path = "/plugins/{id}", tag = "operation",
    params(("id" = String, Path, description = "The plugin's id", example = "squarespace")),
    responses((status = 200, description = "The plugin", body = PluginWithHistory), ReadOneProblems))]
pub(super) async fn get_plugin(
    State(app): State<App>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<PluginWithHistory>, Problem> {
    let known = id.parse::<PluginId>().map_err(|_| Problem::not_found("plugin", &id))?;
    let active = app.plugins.active().into_iter().find(|state| state.active.id == known);
    let holds = |file: &marquee_model::PluginFile| file.holds.as_ref().is_some_and(|version| version.id == known);
    let files: Vec<_> = app.plugins.files().into_iter().filter(holds).map(Into::into).collect();
    let history = app.store.plugin_history(Some(&known)).await?;
    if active.is_none() && files.is_empty() && history.is_empty() {
        return Err(Problem::not_found("plugin", &id));
    }
    Ok(Json(PluginWithHistory {
        id,
        configuration_schema: active.as_ref().map(|state| state.configuration_schema.clone()),
        plugin: active.map(Into::into),
        files,
        history: history.into_iter().map(Into::into).collect(),
    }))
}

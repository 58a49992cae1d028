//! `GET /crawls/{id}`: one crawl, with what it rejected and remarked on, and the pages that it fetched.

use axum::{Json, extract::State};
use marquee_model::CrawlId;

use super::{dto::CrawlWithFindings, responses::ReadOneProblems};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
};

/// One crawl with its rejections, diagnostics and pages.
#[utoipa::path(get, path = "/crawls/{id}", tag = "operation",
    params(("id" = String, Path, description = "The crawl's id", example = "crawl_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "The crawl", body = CrawlWithFindings), ReadOneProblems))]
pub(super) async fn get_crawl(
    State(app): State<App>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
) -> Result<Json<CrawlWithFindings>, Problem> {
    let known = id.parse::<CrawlId>().map_err(|_| Problem::not_found("crawl", &id))?;
    let crawl = app.store.crawl(known).await?.ok_or_else(|| Problem::not_found("crawl", &id))?;
    Ok(Json(CrawlWithFindings::from(crawl)))
}

//! `POST /sources/{id}/crawl`: the older path of `POST /admin/sources/{id}/crawl`.

use axum::{extract::State, response::Response};

use super::{
    admin::{self, OnceKey},
    body::NoBody,
    dto::CrawlRequestView,
    responses::AdminProblems,
};
use crate::{
    App, Problem,
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
};

/// Asks for a crawl of a source: the same as `POST /admin/sources/{id}/crawl`. Needs the scope `crawl`.
#[utoipa::path(post, path = "/sources/{id}/crawl", tag = "operation", operation_id = "crawl_source_by_older_path", security(("key" = ["crawl"])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex"),
        ("Idempotency-Key" = Option<String>, Header, description = "A text of your own for this one request", example = "\"8e03978e\"")),
    responses((status = 202, description = "It will run as soon as a worker is free", body = CrawlRequestView), AdminProblems))]
pub(super) async fn request_crawl(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Crawl>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    key: OnceKey,
    _: NoBody,
) -> Result<Response, Problem> {
    admin::asked(&app, &caller, key, &id).await
}

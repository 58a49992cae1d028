//! `POST /admin/sources/{id}/crawl`: asks for a crawl of a source, as soon as possible.

use axum::{extract::State, http::StatusCode, response::Response};
use marquee_store::Deed;
use serde_json::json;

use super::{
    find_source,
    once::{Done, OnceKey, once},
};
use crate::{
    App, Problem,
    api::{body::NoBody, dto::CrawlRequestView, responses::AdminProblems},
    auth::{Allowed, Caller, may},
    params::{self, NoParameters, Query},
    problem::Kind,
};

/// Asks for a crawl of a source. Asked for twice, it runs once; with an `Idempotency-Key`, the second answer is the first one. Needs
/// the scope `crawl`.
#[utoipa::path(post, path = "/admin/sources/{id}/crawl", tag = "admin", operation_id = "crawl_source", security(("key" = ["crawl"])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex"),
        ("Idempotency-Key" = Option<String>, Header, description = "A text of your own for this one request", example = "\"8e03978e\"")),
    responses((status = 202, description = "It will run as soon as a worker is free; `location` says where it will be listed", body = CrawlRequestView), AdminProblems))]
pub(in crate::api) async fn request_crawl(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Crawl>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    key: OnceKey,
    _: NoBody,
) -> Result<Response, Problem> {
    asked(&app, &caller, key, &id).await
}

/// The same for the older path.
pub(in crate::api) async fn asked(app: &App, caller: &Caller, key: OnceKey, id: &str) -> Result<Response, Problem> {
    once(app, caller, key, "", ask(app, id)).await
}

async fn ask(app: &App, id: &str) -> Result<Done, Problem> {
    let source = find_source(app, id).await?.source;
    if !source.enabled {
        let detail = format!("the source `{}` is switched off; enable it first", source.slug);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let status = app.crawls.request(source.id).await?;
    let crawls = format!("/api/v1/crawls?source={}", source.slug);
    let deed = Deed::new("source.crawl", &source.slug).change(None, Some(json!({ "status": status })));
    let view = CrawlRequestView { source: source.id, status, crawls: crawls.clone() };
    Ok(Done::new(StatusCode::ACCEPTED, Some(crawls), &view)?.noting(deed))
}

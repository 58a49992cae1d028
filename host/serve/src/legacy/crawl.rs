//! `POST /admin/sources/{source_id}/crawl`: asks for a crawl of a source by its integer id.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use marquee_model::{CrawlRequested, SourceId};
use marquee_store::Deed;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    deprecated,
    errors::{LegacyDetail, LegacyError, LegacyValidation},
};
use crate::{
    App, Problem,
    auth::{Allowed, Caller, may},
    params,
    problem::Kind,
};

/// MusicLive's answer.
#[derive(Debug, Serialize, ToSchema)]
struct LegacyScheduled {
    /// `Crawl scheduled`.
    message: &'static str,
    /// The source's integer id.
    source_id: i64,
    /// `scheduled`, or `already_scheduled`.
    status: &'static str,
}

/// Asks for a crawl of a source. MusicLive's; use `POST /admin/sources/{id}/crawl` of Marquee's own interface. Unlike MusicLive it needs a key with the scope `crawl`.
#[utoipa::path(post, path = "/admin/sources/{id}/crawl", tag = "musiclive", security(("key" = ["crawl"])),
    params(("id" = i64, Path, description = "The source's integer id")),
    responses((status = 202, description = "It will run as soon as a worker is free", body = LegacyScheduled),
        (status = 401, description = "No key, or none that is good", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such source", body = LegacyDetail),
        (status = 409, description = "It cannot be done now", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The id is no integer", body = LegacyValidation)))]
pub(super) async fn request_crawl(
    State(app): State<App>,
    params::Named(id): params::Named,
    allowed: Result<Allowed<may::Crawl>, Problem>,
) -> Response {
    let answer = match allowed {
        Err(problem) => Err(problem.into()),
        Ok(Allowed { caller, .. }) => request(&app, &caller, &id).await,
    };
    let successor = answer
        .as_ref()
        .map_or_else(|_| "/api/v1/sources".to_owned(), |(source, _)| format!("/api/v1/admin/sources/{source}/crawl"));
    deprecated(answer.map(|(_, scheduled)| (StatusCode::ACCEPTED, Json(scheduled))), &successor)
}

async fn request(app: &App, caller: &Caller, id: &str) -> Result<(SourceId, LegacyScheduled), LegacyError> {
    let number: i64 = id.parse().map_err(|_| LegacyError::not_an_integer("source_id", id))?;
    let found = app.store.source_by_legacy_id(number).await?;
    let source = found.ok_or_else(|| LegacyError::not_found("Source", id))?.source;
    if !source.enabled {
        return Err(Problem::new(Kind::Conflict, format!("the source `{}` is switched off", source.slug)).into());
    }
    let status = match app.crawls.request(source.id).await.map_err(Problem::from)? {
        CrawlRequested::Queued => "scheduled",
        CrawlRequested::AlreadyQueued => "already_scheduled",
    };
    let deed = Deed::new("source.crawl", &source.slug).change(None, Some(serde_json::json!({ "status": status })));
    app.store.note(&caller.author(), &deed).await.map_err(Problem::from)?;
    Ok((source.id, LegacyScheduled { message: "Crawl scheduled", source_id: number, status }))
}

//! `POST /sources/{id}/crawl`: asks for a crawl of a source, as soon as possible.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use marquee_model::SourceId;
use marquee_store::StoredSource;

use super::{admin::Admin, dto::CrawlRequestView, responses::AdminProblems};
use crate::{
    App, Problem,
    params::{self, NoParameters, Query},
    problem::Kind,
};

/// Asks for a crawl of a source. Asked for twice, it runs once. Needs the admin token.
#[utoipa::path(post, path = "/sources/{id}/crawl", tag = "operation", security(("admin_token" = [])),
    params(("id" = String, Path, description = "The source's id or short name", example = "rex")),
    responses((status = 202, description = "It will run as soon as a worker is free", body = CrawlRequestView), AdminProblems))]
pub(super) async fn request_crawl(
    State(app): State<App>,
    _: Admin,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    _: NoBody,
) -> Result<Response, Problem> {
    let source = find(&app, &id).await?.ok_or_else(|| Problem::not_found("source", &id))?.source;
    if !source.enabled {
        return Err(Problem::new(
            Kind::Conflict,
            format!("the source `{}` is switched off; enable it first", source.slug),
        ));
    }
    let status = app.crawls.request(source.id).await?;
    let crawls = format!("/api/v1/crawls?source={}", source.slug);
    let location = HeaderValue::from_str(&crawls).map(|value| (header::LOCATION, value)).ok();
    let view = CrawlRequestView { source: source.id, status, crawls };
    Ok((StatusCode::ACCEPTED, location.into_iter().collect::<HeaderMap>(), Json(view)).into_response())
}

/// A source by id or short name.
async fn find(app: &App, id: &str) -> Result<Option<StoredSource>, Problem> {
    if let Ok(id) = id.parse::<SourceId>() {
        return Ok(app.store.source(id).await?);
    }
    match id.parse() {
        Ok(slug) => Ok(app.store.source_by_slug(&slug).await?),
        Err(_) => Ok(None),
    }
}

/// The route takes no body; an empty JSON object is let pass, for clients that always send one.
#[derive(Debug)]
pub(super) struct NoBody;

impl FromRequest<App> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        nothing_in(&headers, Bytes::from_request(request, app).await).map(|()| Self)
    }
}

fn nothing_in(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<(), Problem> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Kind::BodyTooLarge, "the body is too large; this route takes none")
        }
        _ => Problem::new(Kind::InvalidBody, "the body could not be read; this route takes none"),
    })?;
    if body.is_empty() {
        return Ok(());
    }
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Problem::new(
            Kind::UnsupportedMediaType,
            "send no body, or an empty JSON object as application/json",
        ));
    }
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body) {
        Ok(object) if object.is_empty() => Ok(()),
        Ok(_) => Err(Problem::new(Kind::InvalidBody, "this route takes no members; send `{}` or nothing")),
        Err(_) => Err(Problem::new(Kind::InvalidBody, "the body is not a JSON object; send `{}` or nothing")),
    }
}

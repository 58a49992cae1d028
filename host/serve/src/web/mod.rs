//! Pages for people: what is on, rendered on the server. No script, nothing from elsewhere, readable without style.
//!
//! Every text of a venue's page is escaped by the templates; links are [`marquee_model::WebUrl`]s, which cannot be scripts.

mod artist_page;
mod asked;
mod assets;
mod empty;
mod event_page;
mod form;
mod head;
mod home;
mod json_ld;
mod sitemap;
mod standing;
mod subscribe;
mod venue_page;
mod view;

use askama::Template;
use axum::{
    Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

pub(crate) use asked::is_filter;

use crate::{
    App,
    layers::Policy,
    problem::{Kind, Problem},
};

/// All pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/events/{id}", get(event_page::event_page))
        .route("/venues/{id}", get(venue_page::venue_page))
        .route("/artists/{id}", get(artist_page::artist_page))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{name}", get(sitemap::part))
        .route("/assets/marquee.css", get(assets::style))
        .route("/assets/marquee.svg", get(assets::icon))
}

/// A rendered page, with what it may load.
fn page(template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        Problem::new(Kind::Internal, "the page could not be made; the trace id leads to the reason in the log")
    })?;
    Ok(([(header::CONTENT_SECURITY_POLICY, Policy::Pages.value())], Html(html)).into_response())
}

/// The answer to an address that another one answers for, for good.
fn moved(to: &str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// What a person sees instead of problem details.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    problem: &'a Problem,
}

/// A problem as a page; should even that fail, as a line of text.
pub(crate) fn problem_page(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = page(&ProblemPage { problem }).unwrap_or_else(|_| problem.title.into_response());
    *response.status_mut() = status;
    response
}

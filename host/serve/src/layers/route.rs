//! The route that answered, carried outwards with the answer: the router knows it, and what counts requests stands outside of it.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

/// A route's pattern, never a path: labels must stay few, and paths hold what clients make up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route(Arc<str>);

impl Route {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Route {
    /// For answers that came before any route was found.
    fn default() -> Self {
        Self::new("unmatched")
    }
}

/// Puts the route on its answer, and names it in the request's span.
pub(super) async fn remember(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| Route::new(path.as_str()));
    if let Some(route) = &route {
        tracing::Span::current().record("route", route.as_str());
    }
    let mut response = next.run(request).await;
    response.extensions_mut().insert(route.unwrap_or_default());
    response
}

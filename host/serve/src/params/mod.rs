//! Reading query parameters: every one is known, valid and given once, or the answer names it.
//!
//! A surface implements [`Parameters`] for its query types and takes them with an extractor: [`Query`] here (problem
//! details), `legacy::LegacyQuery` (MusicLive's form of errors), `web::Form` (never an error). A type reads its fields from a
//! [`Reader`], which learns the known names from what is read, so that no list of names can go stale.

mod elsewhere;
mod nearest;
mod reader;
mod values;

use axum::{
    extract::{FromRequestParts, Path},
    http::{Uri, request::Parts},
};

pub(crate) use elsewhere::counterpart;
pub(crate) use nearest::nearest;
pub(crate) use reader::{Fault, FaultKind, Reader};
pub(crate) use values::{Amount, BoundingBox, Clocktime, Instant, Interval, Moment, Near, Polygon};

use crate::{
    App,
    problem::{Kind, Problem},
};

/// A query type: reads itself from the parameters given. What is wrong is noted by the reader.
pub(crate) trait Parameters: Sized + Send {
    /// Reads every parameter that exists.
    fn read(reader: &mut Reader) -> Self;
}

/// Takes a [`Parameters`] type from the query string; unknown, repeated and unreadable parameters are a 400.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: Parameters> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        read(&parts.uri, app).map(Self)
    }
}

/// The same for handlers that first look at whose request it is.
pub(crate) fn read<T: Parameters>(uri: &Uri, app: &App) -> Result<T, Problem> {
    let mut reader = Reader::new(pairs(uri), app);
    let value = T::read(&mut reader);
    reader.refuse_unknown();
    let errors: Vec<_> = reader.faults().iter().map(Fault::as_parameter_error).collect();
    if errors.is_empty() { Ok(value) } else { Err(Problem::parameters(errors)) }
}

/// The variable part of a route's path, as text. What is no text names nothing.
#[derive(Debug)]
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<App> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        path.map(|Path(name)| Self(name)).map_err(|_| Problem::new(Kind::NotFound, "the path is not UTF-8 text"))
    }
}

/// For routes without parameters: any parameter is unknown.
#[derive(Debug)]
pub(crate) struct NoParameters;

impl Parameters for NoParameters {
    fn read(_: &mut Reader) -> Self {
        Self
    }
}

/// Two types together, for routes that share most of their parameters.
impl<A: Parameters, B: Parameters> Parameters for (A, B) {
    fn read(reader: &mut Reader) -> Self {
        (A::read(reader), B::read(reader))
    }
}

/// The parameters of a query string, decoded.
pub(crate) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

//! FastAPI's form of errors, and reading parameters the way it does.

use axum::{
    Json,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use marquee_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, Problem,
    params::{self, Fault, FaultKind, Parameters, Reader},
};

/// An error in FastAPI's form.
#[derive(Debug)]
pub(super) enum LegacyError {
    /// There is no such thing.
    NotFound(String),
    /// Parameters are wrong.
    Invalid(Vec<InvalidInput>),
    /// Anything else, as a problem: its member `detail` is where FastAPI's clients look.
    Problem(Box<Problem>),
}

/// FastAPI's body of a simple error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LegacyDetail {
    /// What is wrong.
    #[schema(example = "Site 'nowhere' not found")]
    detail: String,
}

/// FastAPI's body for wrong parameters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegacyValidation {
    /// Each wrong parameter.
    detail: Vec<InvalidInput>,
}

/// A wrong parameter, in the words of Pydantic.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvalidInput {
    /// Pydantic's word for the fault.
    #[serde(rename = "type")]
    #[schema(example = "int_parsing")]
    kind: &'static str,
    /// Where it stands: `query` or `path`, and its name.
    #[schema(value_type = Vec<String>)]
    loc: [String; 2],
    /// What is wrong.
    msg: String,
    /// The value as given.
    input: Option<String>,
}

impl InvalidInput {
    fn in_query(fault: &Fault) -> Self {
        let kind = match fault.kind {
            FaultKind::Missing => "missing",
            FaultKind::Unreadable(kind) => kind,
            FaultKind::Unknown | FaultKind::Repeated => "value_error",
        };
        let loc = ["query".to_owned(), fault.parameter.clone()];
        Self { kind, loc, msg: fault.reason.clone(), input: fault.value.clone() }
    }
}

impl LegacyError {
    /// A path segment that should have been an integer.
    pub(super) fn not_an_integer(name: &str, given: &str) -> Self {
        Self::Invalid(vec![InvalidInput {
            kind: "int_parsing",
            loc: ["path".to_owned(), name.to_owned()],
            msg: "Input should be a valid integer, unable to parse string as an integer".to_owned(),
            input: Some(crate::problem::shorten(given)),
        }])
    }

    pub(super) fn not_found(what: &str, name: &str) -> Self {
        Self::NotFound(format!("{what} '{}' not found", crate::problem::shorten(name)))
    }
}

impl From<StoreError> for LegacyError {
    fn from(error: StoreError) -> Self {
        Self::Problem(Box::new(error.into()))
    }
}

impl From<Problem> for LegacyError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl IntoResponse for LegacyError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound(detail) => (StatusCode::NOT_FOUND, Json(LegacyDetail { detail })).into_response(),
            Self::Invalid(detail) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(LegacyValidation { detail })).into_response()
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

/// Reads parameters as FastAPI does: unknown ones are ignored, of repeated ones the last counts, empty ones are not given.
pub(super) fn read<T: Parameters>(uri: &Uri, app: &App) -> Result<T, LegacyError> {
    let mut pairs = params::pairs(uri);
    pairs.retain(|(_, value)| !value.trim().is_empty());
    let mut reader = Reader::new(pairs, app);
    let value = T::read(&mut reader);
    let faults = reader.faults().iter().filter(|fault| fault.kind != FaultKind::Repeated);
    let wrong: Vec<_> = faults.map(InvalidInput::in_query).collect();
    if wrong.is_empty() { Ok(value) } else { Err(LegacyError::Invalid(wrong)) }
}

/// `limit` (1 to 100) and `offset` (0 and up), with the route's default.
pub(super) fn limit_and_offset(reader: &mut Reader, default: u32) -> (u32, u32) {
    let whole = |number: Option<i64>| number.and_then(|n| u32::try_from(n).ok());
    let limit = whole(reader.whole("limit", 1, MAX_LIMIT)).unwrap_or(default);
    let offset = whole(reader.whole("offset", 0, i64::from(u32::MAX))).unwrap_or(0);
    (limit, offset)
}

/// MusicLive's largest list. Its clients know this number, so it is no setting.
const MAX_LIMIT: i64 = 100;

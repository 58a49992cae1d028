//! The problems that routes can answer with, for the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{Content, Ref, RefOr, Response, ResponseBuilder},
};

use crate::Problem;

/// What every reading route can answer besides its result.
#[derive(Debug)]
pub(crate) struct ReadProblems;

/// The same for a route that reads one thing by its id.
#[derive(Debug)]
pub(crate) struct ReadOneProblems;

/// What a route that needs the admin token can answer besides its result.
#[derive(Debug)]
pub(crate) struct AdminProblems;

const READ: [(&str, &str); 4] = [
    ("400", "A parameter is unknown or not valid; `errors` names each"),
    ("406", "`Accept` leaves no JSON"),
    ("500", "A defect; the trace id leads to it in the log"),
    ("503", "The server is busy, its database is away, or the answer took too long; see `retry-after`"),
];
const MISSING: (&str, &str) = ("404", "There is no such thing");
const ADMIN: [(&str, &str); 6] = [
    ("401", "No valid token"),
    ("403", "This server has no admin token, so nobody may"),
    ("409", "It cannot be done now; `detail` says why"),
    ("413", "The body is too large"),
    ("415", "The body is not JSON"),
    ("422", "The body is not a JSON object"),
];

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ)
    }
}

impl IntoResponses for ReadOneProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ.into_iter().chain([MISSING]))
    }
}

impl IntoResponses for AdminProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ.into_iter().chain([MISSING]).chain(ADMIN))
    }
}

fn problems(list: impl IntoIterator<Item = (&'static str, &'static str)>) -> BTreeMap<String, RefOr<Response>> {
    // Named here so that the schema is part of the document (see `openapi`).
    let _: fn() -> RefOr<utoipa::openapi::Schema> = Problem::schema;
    list.into_iter()
        .map(|(status, description)| {
            let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
            let response = ResponseBuilder::new().description(description).content("application/problem+json", content);
            (status.to_owned(), response.build().into())
        })
        .collect()
}

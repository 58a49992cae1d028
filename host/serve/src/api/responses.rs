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

/// The same for a route that reads one event, which may have gone.
#[derive(Debug)]
pub(crate) struct ReadEventProblems;

/// The same for a route that reads one artist, which may have been merged into another.
#[derive(Debug)]
pub(crate) struct ReadArtistProblems;

/// What a route that needs a key and changes something can answer besides its result.
#[derive(Debug)]
pub(crate) struct AdminProblems;

/// What a route that needs a key and only reads can answer besides its result.
#[derive(Debug)]
pub(crate) struct AdminReadProblems;

/// The same for one that reads one thing by its id.
#[derive(Debug)]
pub(crate) struct AdminReadOneProblems;

const READ: [(&str, &str); 6] = [
    ("400", "A parameter is unknown or not valid; `errors` names each"),
    ("406", "`Accept` leaves no JSON"),
    ("414", "Path and query are too long"),
    ("429", "The budget of the address or key is used up; see `retry-after`, `ratelimit` and `ratelimit-policy`"),
    ("500", "A defect; the trace id leads to it in the log"),
    ("503", "The server is busy, its database is away, or the answer took too long; see `retry-after`"),
];
const MISSING: (&str, &str) = ("404", "There is no such thing");
const KEY: [(&str, &str); 2] = [
    ("401", "No key, or none that is good; `www-authenticate` says which (RFC 6750)"),
    ("403", "The key lacks a scope; `detail` and `www-authenticate` name it"),
];
const WRITE: [(&str, &str); 4] = [
    ("409", "It cannot be done now; `detail` says why"),
    ("413", "The body is too large"),
    ("415", "The body is not JSON"),
    ("422", "The body is not of the form that the route takes, or the idempotency key belongs to another request"),
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

impl IntoResponses for ReadEventProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let gone = ("410", "A person took the event out of all lists");
        let mut responses = problems(READ.into_iter().chain([MISSING, gone]));
        let content = Content::new(Some(Ref::from_schema_name(super::get_event::Merged::name())));
        let elsewhere = ResponseBuilder::new()
            .description("The event was merged into another, which answers for it: see `location`")
            .content("application/json", content);
        responses.insert("308".to_owned(), elsewhere.build().into());
        responses
    }
}

impl IntoResponses for ReadArtistProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = problems(READ.into_iter().chain([MISSING]));
        let content = Content::new(Some(Ref::from_schema_name(super::dto::ArtistView::name())));
        let elsewhere = ResponseBuilder::new()
            .description("The artist was merged into another, which answers for it: see `location`")
            .content("application/json", content);
        responses.insert("308".to_owned(), elsewhere.build().into());
        responses
    }
}

impl IntoResponses for AdminProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ.into_iter().chain([MISSING]).chain(KEY).chain(WRITE))
    }
}

impl IntoResponses for AdminReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ.into_iter().chain(KEY))
    }
}

impl IntoResponses for AdminReadOneProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ.into_iter().chain([MISSING]).chain(KEY))
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

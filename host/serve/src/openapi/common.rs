//! What holds for many routes and is said once: headers, statuses that come from outside of the handlers, who may ask, what is deprecated.
//!
//! Handlers say what they answer; this adds what the layers around them do (see `layers`). It goes by the class of a path, as they do.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method};
use serde_json::Value;
use utoipa::{
    ToSchema as _,
    openapi::{
        Content, Deprecated, HeaderBuilder, Object, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema, Type,
        path::{Operation, PathItem},
        schema::ArrayItems,
        security::SecurityRequirement,
    },
};

use crate::{
    Problem,
    layers::Class,
    problem::{Kind, ParameterError},
};

/// Name, type, meaning and example of every header that answers carry and that clients act on.
const HEADERS: [(&str, Type, &str, &str); 12] = [
    (
        "Cache-Control",
        Type::String,
        "How long the answer may be kept, and by whom (RFC 9111, RFC 5861).",
        "public, max-age=15, stale-while-revalidate=60",
    ),
    ("Deprecation", Type::String, "Since when the route is deprecated (RFC 9745).", "@1795392000"),
    (
        "ETag",
        Type::String,
        "Names these bytes: send it as `If-None-Match`, and an answer that is the same is a 304 without a body.",
        "\"7a1f0c5d2b8e4f6190a3c2d1e0f9b8a7\"",
    ),
    (
        "Link",
        Type::String,
        "Related addresses (RFC 8288): `next`, `first` and `self` of a list, `successor-version` of a deprecated route.",
        "</api/v1/events?cursor=abc>; rel=\"next\"",
    ),
    (
        "Location",
        Type::String,
        "Where to look instead, or what was made.",
        "/api/v1/events/evt_0198c0de00007000800000000000abce",
    ),
    (
        "Marquee-Changes-Cursor",
        Type::String,
        "From where to follow `/changes`, so that nothing is missed after this list.",
        "abc",
    ),
    (
        "RateLimit",
        Type::String,
        "How the budget stands: `r` units remain, all are back in `t` seconds (draft-ietf-httpapi-ratelimit-headers-11).",
        "\"default\";r=99;t=1",
    ),
    ("RateLimit-Policy", Type::String, "The budget: `q` units in `w` seconds.", "\"default\";q=600;w=60"),
    ("Retry-After", Type::Integer, "Seconds after which to try again.", "1"),
    ("Vary", Type::String, "The request's headers on which the answer depends.", "accept, accept-encoding"),
    ("WWW-Authenticate", Type::String, "What is wanted of a key (RFC 6750).", "Bearer realm=\"marquee\""),
    (
        "X-Request-Id",
        Type::String,
        "Names the request in the server's log; `trace_id` of a problem is the same.",
        "0198c0de00007000800000000000abcd",
    ),
];

/// What the layers around the handlers answer, by status.
const OUTER: [(&str, &str); 6] = [
    ("401", "The operator asks for a key to read, and none that is good came with the request"),
    ("403", "The key lacks the scope `read`"),
    ("414", "Path and query are too long"),
    ("429", "The budget of the address or key is used up; see `retry-after`, `ratelimit` and `ratelimit-policy`"),
    ("500", "A defect; the trace id leads to it in the log"),
    ("503", "The server is busy, its database is away, or the answer took too long; see `retry-after`"),
];

/// The routes that share their path with MusicLive's, and answer its clients in its own form (see `legacy`).
const SHARED: [&str; 4] = ["get_event", "get_venue", "list_site_events", "search"];

/// What a problem of a status looks like: its kind, and what it might say.
const PROBLEMS: [(&str, Kind, &str); 14] = [
    ("400", Kind::InvalidParameter, "`form`: there is no such parameter; the nearest is `from`"),
    ("401", Kind::Unauthorized, "send a key as `Authorization: Bearer mq_...`; `marquee keys create` makes one"),
    ("403", Kind::Forbidden, "this key lacks the scope `crawl`; it has read. Use a key that has it"),
    ("404", Kind::NotFound, "no event is known as `evt_0198c0de00007000800000000000abcd`"),
    ("406", Kind::NotAcceptable, "this interface speaks application/json; accept that, or */*"),
    ("409", Kind::Conflict, "the source `rex` is switched off"),
    (
        "410",
        Kind::Gone,
        "a person took this event out of all lists; its id is kept, and is answered again if that is taken back",
    ),
    ("413", Kind::BodyTooLarge, "a body may have 16384 bytes"),
    ("414", Kind::UriTooLong, "an address may have 8000 bytes after the host; ask for less at once"),
    ("415", Kind::UnsupportedMediaType, "send the body as application/json"),
    ("422", Kind::InvalidBody, "`reason`: it is missing"),
    (
        "429",
        Kind::TooManyRequests,
        "600 units in 60 s are used up; try again in 1 s, ask less often, or use an API key with a larger budget",
    ),
    ("500", Kind::Internal, "the server could not read its data; the trace id leads to the reason in its log"),
    ("503", Kind::Busy, "too many requests are being answered; try again shortly"),
];

/// Says of every route what holds for many.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, kind, meaning, example) in HEADERS {
        let example = if kind == Type::Integer { 1.into() } else { example.into() };
        let header = HeaderBuilder::new().schema(Some(Object::with_type(kind))).description(Some(meaning));
        components.headers.insert(name.to_owned(), header.example(Some(example)).build().into());
    }
    name_rows(&mut components.schemas);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            finish(operation, path, &method);
        }
    }
}

/// Lets every list name the schema of its rows, where the derived schema holds a copy: programs made from the document get one type of it.
fn name_rows(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let names: Vec<String> = schemas.keys().cloned().collect();
    for (name, schema) in schemas {
        if let Some(row) = name.strip_prefix("Listing_").filter(|row| names.iter().any(|name| name == row))
            && let RefOr::T(Schema::Object(listing)) = schema
            && let Some(RefOr::T(Schema::Array(rows))) = listing.properties.get_mut("data")
        {
            rows.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(row).into()));
        }
    }
}

/// The operations of a path, with their methods.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::DELETE, &mut item.delete),
        (Method::PATCH, &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn finish(operation: &mut Operation, path: &str, method: &Method) {
    let class = Class::of(method, path, &HeaderMap::new());
    let is_legacy = operation.tags.iter().flatten().any(|tag| tag == "musiclive");
    let is_shared = operation.operation_id.as_deref().is_some_and(|id| SHARED.contains(&id));
    if is_legacy {
        operation.deprecated = Some(Deprecated::True);
    }
    if operation.security.is_none() {
        // A key is not needed unless the operator says so; one that comes along brings its own budget.
        let reading = SecurityRequirement::new("key", ["read"]);
        let open = class == Class::Operation;
        operation.security = Some(if open { Vec::new() } else { vec![SecurityRequirement::default(), reading] });
    }
    let responses = &mut operation.responses.responses;
    let outer = OUTER.iter().filter(|(status, _)| class != Class::Operation || *status == "414");
    for (status, meaning) in outer {
        responses.entry((*status).to_owned()).or_insert_with(|| problem(meaning));
    }
    if is_shared {
        speak_legacy(responses);
    }
    if *method == Method::GET && is_tagged(class) {
        let unchanged = ResponseBuilder::new().description("What `If-None-Match` names is still the answer");
        responses.insert("304".to_owned(), unchanged.build().into());
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response {
            if let Some(RefOr::T(content)) = response.content.get_mut("application/problem+json") {
                content.example = content.example.take().or_else(|| example(status));
            }
            for name in headers(class, status, is_legacy || is_shared) {
                let header = RefOr::Ref(Ref::new(format!("#/components/headers/{name}")));
                response.headers.entry(name.to_owned()).or_insert(header);
            }
        }
    }
}

/// A problem as an answer.
fn problem(meaning: &str) -> RefOr<Response> {
    let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
    ResponseBuilder::new().description(meaning).content("application/problem+json", content).build().into()
}

/// A problem of this status, as the server writes it.
fn example(status: &str) -> Option<Value> {
    let (_, kind, detail) = PROBLEMS.iter().find(|(known, ..)| *known == status)?;
    let mut problem = Problem::new(*kind, *detail);
    if *kind == Kind::InvalidParameter {
        let reason = "there is no such parameter".to_owned();
        problem.errors =
            vec![ParameterError { parameter: "form".to_owned(), reason, nearest: Some("from".to_owned()) }];
    }
    serde_json::to_value(problem).ok()
}

/// Whether answers have an entity tag.
const fn is_tagged(class: Class) -> bool {
    !matches!(class, Class::Private | Class::Write | Class::Operation)
}

/// MusicLive's clients find FastAPI's form of errors on these paths.
fn speak_legacy(responses: &mut BTreeMap<String, RefOr<Response>>) {
    for (status, meaning, schema) in [
        ("404", "There is no such thing", "LegacyDetail"),
        ("422", "To a request of MusicLive's clients: a parameter is not valid", "LegacyValidation"),
    ] {
        let empty = || ResponseBuilder::new().description(meaning).build().into();
        if let RefOr::T(response) = responses.entry(status.to_owned()).or_insert_with(empty) {
            let content = || Content::new(Some(Ref::from_schema_name(schema))).into();
            response.content.entry("application/json".to_owned()).or_insert_with(content);
        }
    }
}

/// The headers of an answer with this status.
fn headers(class: Class, status: &str, is_deprecated: bool) -> Vec<&'static str> {
    let mut names = vec!["X-Request-Id", "Cache-Control"];
    let (is_good, is_unchanged) = (status.starts_with('2'), status == "304");
    if class != Class::Operation {
        names.extend(["RateLimit", "RateLimit-Policy"]);
    }
    if (is_good || is_unchanged) && is_tagged(class) {
        names.extend(["ETag", "Vary"]);
    }
    if is_good && is_tagged(class) {
        names.push("Link");
    }
    if is_good && class == Class::Data {
        names.push("Marquee-Changes-Cursor");
    }
    if is_deprecated && !is_unchanged {
        names.extend(["Deprecation", "Link"]);
    }
    match status {
        "201" | "202" | "308" => names.push("Location"),
        "401" | "403" => names.push("WWW-Authenticate"),
        "429" | "503" => names.push("Retry-After"),
        _ => {}
    }
    names
}

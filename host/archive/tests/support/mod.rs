//! A bucket of an S3-compatible store on loopback: PUT, GET, HEAD, DELETE and LIST, and moods.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use chrono::{DateTime, Utc};
use marquee_archive::ArchiveSettings;

/// How the store behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Good,
    /// Every request gets this status.
    Refuses(u16),
    /// No request is ever answered.
    Silent,
}

#[derive(Default)]
pub(crate) struct Bucket {
    pub(crate) objects: Mutex<BTreeMap<String, (Bytes, DateTime<Utc>)>>,
    pub(crate) mood: Mutex<Mood>,
    pub(crate) puts: Mutex<usize>,
    pub(crate) signed: Mutex<Vec<bool>>,
    now: DateTime<Utc>,
}

/// Serves an empty bucket whose clock stands at `now`, and the settings that lead to it.
pub(crate) async fn bucket(now: DateTime<Utc>) -> (Arc<Bucket>, ArchiveSettings) {
    let bucket = Arc::new(Bucket { now, ..Bucket::default() });
    let app =
        Router::new().route("/gigs", any(list)).route("/gigs/{*key}", any(object)).with_state(Arc::clone(&bucket));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let settings = ArchiveSettings {
        url: "s3://gigs/pages/kept".to_owned(),
        endpoint: Some(endpoint),
        region: Some("here".to_owned()),
        ..ArchiveSettings::default()
    };
    (bucket, settings)
}

impl Bucket {
    async fn mood(&self) -> Option<StatusCode> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Good => None,
            Mood::Refuses(status) => StatusCode::from_u16(status).ok(),
            Mood::Silent => std::future::pending().await,
        }
    }
}

async fn object(
    State(bucket): State<Arc<Bucket>>,
    method: Method,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(status) = bucket.mood().await {
        return status.into_response();
    }
    let signed = headers
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.to_str().unwrap().starts_with("AWS4-HMAC-SHA256 Credential=reader/"));
    bucket.signed.lock().unwrap().push(signed);
    let mut objects = bucket.objects.lock().unwrap();
    match method {
        Method::PUT => {
            *bucket.puts.lock().unwrap() += 1;
            objects.insert(key, (body, bucket.now));
            [(header::ETAG, "\"e\"")].into_response()
        }
        Method::DELETE => {
            objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        // axum leaves the body away for HEAD.
        _ => match objects.get(&key) {
            None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
            Some((body, at)) => {
                let at = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
                ([(header::ETAG, "\"e\"".to_owned()), (header::LAST_MODIFIED, at)], body.clone()).into_response()
            }
        },
    }
}

async fn list(State(bucket): State<Arc<Bucket>>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if let Some(status) = bucket.mood().await {
        return status.into_response();
    }
    let prefix = query.get("prefix").cloned().unwrap_or_default();
    let mut xml = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (key, (body, at)) in bucket.objects.lock().unwrap().iter().filter(|(key, _)| key.starts_with(&prefix)) {
        let (at, size) = (at.to_rfc3339(), body.len());
        write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>{at}</LastModified><ETag>\"e\"</ETag><Size>{size}</Size></Contents>"
        )
        .unwrap();
    }
    xml.push_str("</ListBucketResult>");
    ([(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}

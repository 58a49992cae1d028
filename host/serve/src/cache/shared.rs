//! Answers that hosts share through Redis: what one made, the others need not.
//!
//! The key holds the data's number, so that nothing has to be removed when the data change; what is old ends by its lifetime. What comes
//! back is checked against its own digest, and is never older than an answer may be.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{
    encoding::{Coding, unzstd},
    entry::Entry,
    etag::Tag,
};
use crate::{cache::CacheSettings, layers::Route, redis::Redis};

/// Answers on their way to Redis at one time; further ones are not sent. A slow Redis must not fill the memory.
const SENDING: usize = 64;

/// What stands before the body: its length in four bytes, big-endian, then this as JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    made_ms: i64,
    route: String,
    tag: String,
    /// Whether the body is Zstandard.
    packed: bool,
    headers: Vec<(String, String)>,
}

/// The shared level.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    redis: Arc<Redis>,
    /// What answers look like: programs of other versions make other ones.
    shape: String,
    settings: CacheSettings,
    sending: Arc<Semaphore>,
}

impl Shared {
    pub(super) fn new(redis: Arc<Redis>, settings: CacheSettings) -> Self {
        let shape = format!("{} {}", env!("CARGO_PKG_VERSION"), marquee_store::databases::schema());
        Self { redis, shape, settings, sending: Arc::new(Semaphore::new(SENDING)) }
    }

    fn key(&self, name: &str) -> String {
        self.redis.key("answer", &blake3::hash(format!("{}\n{name}", self.shape).as_bytes()).to_hex())
    }

    /// The answer of this name, made after `since_ms` and still fresh.
    pub(super) async fn get(&self, name: &str, since_ms: i64, now_ms: i64) -> Option<Entry> {
        let key = self.key(name);
        let found: Option<Vec<u8>> =
            self.redis.ask(async |mut redis| redis::cmd("GET").arg(&key).query_async(&mut redis).await).await?;
        let (head, body) = unframed(&found?)?;
        let age = Duration::from_millis(u64::try_from(now_ms.saturating_sub(head.made_ms)).unwrap_or(0));
        let left = self.settings.fresh().checked_sub(age).filter(|left| !left.is_zero())?;
        if head.made_ms <= since_ms {
            return None;
        }
        let body = match head.packed {
            true => unzstd(&body, self.settings.max_answer_bytes).await.ok()?,
            false => body,
        };
        if Tag::of(&body).value(Coding::Identity)?.to_str().ok()? != head.tag {
            tracing::warn!(key, "an answer in Redis was damaged and is made anew");
            return None;
        }
        let headers = head.headers.iter().map(|(name, value)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?))
        });
        let headers = headers.collect::<Option<HeaderMap>>()?;
        let route = Route::new(&head.route);
        Some(Entry::new(headers, body, route, self.settings.compress_from_bytes, head.made_ms, left))
    }

    /// Sends an answer to the others, without keeping anybody waiting.
    pub(super) fn put(&self, name: &str, entry: Arc<Entry>) {
        let Ok(permit) = Arc::clone(&self.sending).try_acquire_owned() else { return };
        let (this, key) = (self.clone(), self.key(name));
        tokio::spawn(async move {
            let _permit = permit;
            if let Some(value) = framed(&entry).await {
                let lifetime = this.settings.fresh_ms;
                let sent: Option<()> = this
                    .redis
                    .ask(async |mut redis| {
                        redis::cmd("SET").arg(&key).arg(value).arg("PX").arg(lifetime).query_async(&mut redis).await
                    })
                    .await;
                if sent.is_none() {
                    tracing::debug!("an answer was not shared");
                }
            }
        });
    }
}

async fn framed(entry: &Entry) -> Option<Vec<u8>> {
    let packed = Coding::Zstd.encode(&entry.body).await.ok().filter(|packed| packed.len() < entry.body.len());
    let headers = entry.headers.iter().map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let head = Head {
        made_ms: entry.made_ms,
        route: entry.route.as_str().to_owned(),
        tag: Tag::of(&entry.body).value(Coding::Identity)?.to_str().ok()?.to_owned(),
        packed: packed.is_some(),
        headers: headers.collect::<Option<_>>()?,
    };
    let head = serde_json::to_vec(&head).ok()?;
    let mut value = u32::try_from(head.len()).ok()?.to_be_bytes().to_vec();
    value.extend_from_slice(&head);
    value.extend_from_slice(packed.as_ref().unwrap_or(&entry.body));
    Some(value)
}

fn unframed(value: &[u8]) -> Option<(Head, Bytes)> {
    let (length, rest) = value.split_first_chunk::<4>()?;
    let (head, body) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(head).ok()?, Bytes::copy_from_slice(body)))
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    #[tokio::test]
    async fn an_answer_comes_back_as_it_went() {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let body = Bytes::from("[1,2,3]".repeat(500));
        let entry = Entry::new(headers, body, Route::new("/x"), 10, 7, Duration::from_secs(1));
        let value = framed(&entry).await.unwrap();
        assert!(value.len() < entry.body.len() / 2);
        let (head, body) = unframed(&value).unwrap();
        assert_eq!((head.made_ms, head.route.as_str(), head.packed), (7, "/x", true));
        assert_eq!(unzstd(&body, 10_000).await.unwrap(), entry.body);
        for cut in [0, 3, 4, 20] {
            assert!(unframed(value.get(..cut).unwrap()).is_none(), "{cut}");
        }
    }
}

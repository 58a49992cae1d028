//! Blobs by digest: put in, read, looked for, listed, deleted.
//!
//! A blob lies at `aa/bb/<digest>.zst`, `aa` and `bb` the digest's first digits. Two that put the same in at once write the same bytes, each
//! by rename or as one object, so that a reader never sees half of one.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use marquee_model::Digest;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};

use crate::{
    ArchiveError, ArchiveSettings, Result,
    blob::{self, Spoilt},
    error::{too_slow, unavailable},
    place::{self, Place},
};

/// The archive. Cheap to share in an `Arc`; any number of processes may use one place at once.
pub struct Archive {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    name: String,
    settings: ArchiveSettings,
}

/// What putting a blob in did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was written, in so many bytes.
    Written {
        /// Its packed size.
        packed: u64,
    },
    /// It was there already.
    Known,
}

/// A blob of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its digest.
    pub digest: Digest,
    /// Its packed size in bytes.
    pub packed: u64,
    /// When it was written last, by the store's clock.
    pub written_at: DateTime<Utc>,
}

impl Archive {
    /// Opens the place that the settings name. A folder is made where there is none; a bucket is first asked when it is used.
    ///
    /// # Errors
    /// A setting cannot work, or the folder cannot be made.
    pub fn open(settings: &ArchiveSettings) -> Result<Self> {
        settings.check()?;
        let Place { store, prefix, name } = place::open(settings)?;
        Ok(Self { store, prefix, name, settings: settings.clone() })
    }

    /// The place, as people know it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.name
    }

    /// The settings that it was opened with.
    #[must_use]
    pub const fn settings(&self) -> &ArchiveSettings {
        &self.settings
    }

    /// Keeps these bytes under their digest. What is there already is not written again, unless it is old
    /// (`archive.renew_days`) or empty. Ends within `archive.write_timeout_ms`.
    ///
    /// # Errors
    /// The bytes are too many or not those of the digest, or the store is in trouble. Nothing is half written.
    pub async fn put(&self, digest: Digest, bytes: Vec<u8>, now: DateTime<Utc>) -> Result<Put> {
        let limit = self.settings.max_blob_bytes;
        if bytes.len() as u64 > limit {
            return Err(ArchiveError::TooLarge { digest, bytes: bytes.len() as u64, limit });
        }
        let level = self.settings.level;
        self.within("could not take in a blob", self.settings.write_timeout(), async {
            // Off the threads that crawls run on: 40 MiB take a quarter of a second.
            let checked = tokio::task::spawn_blocking(move || (Digest::of(&bytes), bytes)).await;
            let (found, bytes) = checked.map_err(|error| self.internal(&error))?;
            if found != digest {
                return Err(ArchiveError::OtherBytes { digest, found });
            }
            if self.look(digest).await?.is_some_and(|meta| meta.size > 0 && !self.is_old(&meta, now)) {
                return Ok(Put::Known);
            }
            let packed = tokio::task::spawn_blocking(move || blob::pack(&bytes, level)).await;
            let packed = packed.map_err(|error| self.internal(&error))?.map_err(|error| self.internal(&error))?;
            let size = packed.len() as u64;
            self.write(digest, Bytes::from(packed)).await?;
            Ok(Put::Written { packed: size })
        })
        .await
    }

    /// Whether a blob is there, for a crawl that was told that its page is as it was. One that is old is written anew, so that it stays.
    ///
    /// # Errors
    /// The store is in trouble.
    pub async fn holds(&self, digest: Digest, now: DateTime<Utc>) -> Result<bool> {
        self.within("does not say whether it has a blob", self.settings.write_timeout(), async {
            match self.look(digest).await? {
                None => Ok(false),
                Some(meta) if meta.size == 0 => Ok(false),
                Some(meta) if self.is_old(&meta, now) => {
                    let packed = self.packed(digest).await?;
                    self.write(digest, packed).await?;
                    Ok(true)
                }
                Some(_) => Ok(true),
            }
        })
        .await
    }

    /// The bytes of a blob, verified. Ends within `archive.read_timeout_ms`.
    ///
    /// # Errors
    /// It is not there, is not what its digest says, unpacks to more than `archive.max_blob_bytes`, or the store is in trouble.
    pub async fn get(&self, digest: Digest) -> Result<Vec<u8>> {
        let limit = self.settings.max_blob_bytes;
        self.within("could not give a blob", self.settings.read_timeout(), async {
            let packed = self.packed(digest).await?;
            let unpacked = tokio::task::spawn_blocking(move || blob::unpack(&packed, digest, limit)).await;
            unpacked.map_err(|error| self.internal(&error))?.map_err(|spoilt| {
                let reason = match spoilt {
                    Spoilt::TooLarge => {
                        format!("it unpacks to more than `archive.max_blob_bytes` ({limit}); was that lowered since it was kept?")
                    }
                    Spoilt::Corrupted(reason) => reason,
                };
                ArchiveError::Corrupted { digest, place: self.at(digest), reason }
            })
        })
        .await
    }

    /// Every blob, in no certain order. Objects that are none are passed over.
    pub fn blobs(&self) -> BoxStream<'_, Result<Held>> {
        let prefix = (!self.prefix.as_ref().is_empty()).then_some(&self.prefix);
        self.store
            .list(prefix)
            .map_err(|error| unavailable(&self.name, "could not be listed", &error))
            .try_filter_map(async |meta| {
                let name = meta.location.filename().and_then(|name| name.strip_suffix(".zst"));
                let digest = name.and_then(|name| name.parse::<Digest>().ok());
                Ok(digest.map(|digest| Held { digest, packed: meta.size, written_at: meta.last_modified }))
            })
            .boxed()
    }

    /// Deletes a blob, unless it was written anew since `written_at`; whether it is gone now. Who calls it knows that nobody refers to it.
    ///
    /// # Errors
    /// The store is in trouble.
    pub async fn delete(&self, held: Held) -> Result<bool> {
        self.within("could not delete a blob", self.settings.write_timeout(), async {
            match self.look(held.digest).await? {
                None => return Ok(true),
                Some(meta) if meta.last_modified > held.written_at => return Ok(false),
                Some(_) => {}
            }
            match self.store.delete(&self.path(held.digest)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(true),
                Err(error) => Err(unavailable(&self.at(held.digest), "could not be deleted", &error)),
            }
        })
        .await
    }

    fn is_old(&self, meta: &ObjectMeta, now: DateTime<Utc>) -> bool {
        now - meta.last_modified > self.settings.renew_after()
    }

    async fn look(&self, digest: Digest) -> Result<Option<ObjectMeta>> {
        match self.store.head(&self.path(digest)).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&self.at(digest), "does not answer", &error)),
        }
    }

    async fn write(&self, digest: Digest, packed: Bytes) -> Result<()> {
        let written = self.store.put(&self.path(digest), PutPayload::from_bytes(packed)).await;
        written.map(|_| ()).map_err(|error| unavailable(&self.at(digest), "could not be written", &error))
    }

    /// The packed bytes, as many as a blob may have.
    async fn packed(&self, digest: Digest) -> Result<Bytes> {
        let trouble = |error: object_store::Error| match error {
            object_store::Error::NotFound { .. } => ArchiveError::Missing { digest, place: self.at(digest) },
            error => unavailable(&self.at(digest), "could not be read", &error),
        };
        let got = self.store.get(&self.path(digest)).await.map_err(trouble)?;
        let most = blob::most_packed(self.settings.max_blob_bytes);
        let too_large = |bytes: u64| ArchiveError::Corrupted {
            digest,
            place: self.at(digest),
            reason: format!("it has {bytes} bytes or more, which no blob of `archive.max_blob_bytes` has"),
        };
        if got.meta.size > most {
            return Err(too_large(got.meta.size));
        }
        let mut packed = Vec::new();
        let mut stream = got.into_stream();
        while let Some(chunk) = stream.try_next().await.map_err(trouble)? {
            packed.extend_from_slice(&chunk);
            // What a store says of a size need not be so.
            if packed.len() as u64 > most {
                return Err(too_large(packed.len() as u64));
            }
        }
        Ok(Bytes::from(packed))
    }

    fn path(&self, digest: Digest) -> Path {
        let hex = digest.to_string();
        let folder = |from: usize| hex.get(from..from + 2).unwrap_or_default().to_owned();
        self.prefix.clone().join(folder(0)).join(folder(2)).join(format!("{hex}.zst"))
    }

    fn at(&self, digest: Digest) -> String {
        let path = self.path(digest);
        let path = path.as_ref().strip_prefix(self.prefix.as_ref()).unwrap_or(path.as_ref());
        format!("{}/{}", self.name.trim_end_matches('/'), path.trim_start_matches('/'))
    }

    async fn within<T>(
        &self,
        problem: &'static str,
        limit: Duration,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(too_slow(&self.name, problem, limit)))
    }

    /// Packing failed: no memory, or this process is ending.
    fn internal(&self, error: &dyn std::fmt::Display) -> ArchiveError {
        ArchiveError::Unavailable {
            place: self.name.clone(),
            problem: "could not pack a blob",
            reason: error.to_string(),
            advice: "see that this machine has memory to spare",
        }
    }
}

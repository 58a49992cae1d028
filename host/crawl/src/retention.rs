//! Letting go of archived crawls after their time, and verifying what is kept.
//!
//! Joins the store, which knows who refers to a blob, and the archive, which has it. To be run once a day by one process; two at once do no
//! harm. Never touches crawls, pages or events.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use marquee_archive::{Archive, ArchiveError, Held};
use marquee_model::Digest;
use marquee_store::{Store, StoreError};
use serde::Serialize;

/// Blobs that the database is asked about at once: some 40 KB a question.
const PART: usize = 1000;

/// Blobs read at once when all are verified: enough to hide a remote store's latency, few enough to hold in memory.
const AT_ONCE: usize = 4;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// What was let go of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Crawls that can no longer be run again.
    pub crawls: u64,
    /// Blobs in the archive before.
    pub blobs: u64,
    /// Blobs that were deleted.
    pub deleted: u64,
    /// Their packed size in bytes.
    pub bytes: u64,
    /// Blobs that nothing refers to, and that are too young to be deleted: a crawl that runs may be about to refer to them.
    pub young: u64,
}

/// What is kept, and what of it is not as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Blobs that are whole.
    pub whole: u64,
    /// Packed size of all blobs in bytes.
    pub bytes: u64,
    /// Blobs that are not what their digest says, a sentence each.
    pub corrupted: Vec<String>,
    /// Corrupted blobs that were deleted.
    pub deleted: u64,
    /// Blobs that crawls refer to and that are not there.
    pub missing: Vec<Digest>,
}

/// Lets go of crawls that are out of their time, then deletes the blobs that no crawl refers to and that no running crawl can be about to
/// refer to (`archive.renew_days` and a day). `dry_run` only counts blobs, and lets go of nothing.
///
/// # Errors
/// The database or the archive is in trouble; what was done until then is done.
pub async fn gc(
    store: &Store,
    archive: &Archive,
    now: DateTime<Utc>,
    dry_run: bool,
) -> Result<Collected, RetentionError> {
    let mut collected = Collected::default();
    if !dry_run {
        collected.crawls = store.forget_archived(now, archive.settings().keep_days).await?;
    }
    let oldest = now - archive.settings().delete_after();
    let mut parts = archive.blobs().try_chunks(PART);
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| error.1)?;
        collected.blobs += part.len() as u64;
        let digests: Vec<Digest> = part.iter().map(|held| held.digest).collect();
        let referred = store.referred_to(&digests).await?;
        for held in part.into_iter().filter(|held| !referred.contains(&held.digest)) {
            if held.written_at >= oldest {
                collected.young += 1;
            } else if dry_run || archive.delete(held).await? {
                collected.deleted += 1;
                collected.bytes += held.packed;
            } else {
                collected.young += 1;
            }
        }
    }
    metrics::counter!("marquee_archive_blobs_deleted_total").increment(if dry_run { 0 } else { collected.deleted });
    Ok(collected)
}

/// Reads every blob and verifies it, and looks for those that crawls refer to and that are not there. `delete` removes the corrupted ones.
/// `seen` is told of each blob, for a progress display.
///
/// # Errors
/// The database or the archive is in trouble. Blobs that are corrupted or missing are no error.
pub async fn verify(
    store: &Store,
    archive: &Archive,
    delete: bool,
    mut seen: impl FnMut(),
) -> Result<Verified, RetentionError> {
    let mut verified = Verified::default();
    let mut present = BTreeSet::new();
    let read = async |held: Held| Ok::<_, ArchiveError>((held, archive.get(held.digest).await.map(|_| ())));
    let mut blobs = archive.blobs().map_ok(read).try_buffer_unordered(AT_ONCE);
    while let Some(blob) = blobs.next().await {
        let (held, whole) = blob?;
        seen();
        present.insert(held.digest);
        verified.bytes += held.packed;
        match whole {
            Ok(()) => verified.whole += 1,
            // Deleted since it was listed.
            Err(ArchiveError::Missing { .. }) => {
                present.remove(&held.digest);
            }
            Err(error @ ArchiveError::Corrupted { .. }) => {
                verified.corrupted.push(error.to_string());
                if delete && archive.delete(held).await? {
                    verified.deleted += 1;
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let mut after = None;
    loop {
        let part = store.blobs_referred_to(after, u32::try_from(PART).unwrap_or(u32::MAX)).await?;
        let Some(last) = part.last() else { return Ok(verified) };
        after = Some(*last);
        for digest in part.into_iter().filter(|digest| !present.contains(digest)) {
            // Written since the archive was listed?
            if matches!(archive.get(digest).await, Err(ArchiveError::Missing { .. })) {
                verified.missing.push(digest);
            }
        }
    }
}

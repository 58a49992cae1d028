//! What an operator can set of the archive.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{ArchiveError, Result};

/// Where fetched pages are kept, for how long, and what keeping them may cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveSettings {
    /// Whether pages are kept at all. Without them nothing can be replayed, and no stored crawl becomes a fixture.
    pub enabled: bool,
    /// The place: `file:` and a folder, or `s3://bucket/prefix`. Keys of an S3-compatible store come from the environment, as
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or from the machine's role; never from this file.
    pub url: String,
    /// Address of an S3-compatible store that is not Amazon's, such as `https://minio.example:9000`. Plain http is used where it says
    /// so. Absent: `AWS_ENDPOINT_URL`, else Amazon.
    pub endpoint: Option<String>,
    /// The store's region. Absent: `AWS_REGION`, else `us-east-1`.
    pub region: Option<String>,
    /// Level of zstd, 1 to 22. 3 packs a listing to a ninth at some 300 MB a second; 19 takes fifty times as long for a tenth less.
    pub level: i32,
    /// Days that pages are kept where the source's `fetch.keep_days` says nothing. A month covers "since when is this wrong?".
    pub keep_days: u32,
    /// Largest blob, in bytes before compression: both what is put in and what a blob may unpack to when it is read, so that a bomb in
    /// the store is harmless. Not below `fetch.limits.body_bytes`, or the largest pages are not kept.
    pub max_blob_bytes: u64,
    /// Most milliseconds that one blob may take to be put in. A crawl never waits longer for the archive than this, all its pages
    /// together, after its last page; what is not in by then is told as `not-archived`.
    pub write_timeout_ms: u64,
    /// Most milliseconds that one blob may take to be read.
    pub read_timeout_ms: u64,
    /// Whether a file and its folder are flushed to disk before it counts as kept. Without it a power cut can leave empty files, which
    /// `marquee archive check` finds.
    pub fsync: bool,
    /// Days after which a blob that is put in again is written anew. What is younger counts as there without a write, and what nobody
    /// refers to is deleted only when it is a day older than this: so that nothing is deleted that a running crawl relies on.
    pub renew_days: u32,
}

impl Default for ArchiveSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            url: "file:.marquee/archive".to_owned(),
            endpoint: None,
            region: None,
            level: 3,
            keep_days: 30,
            max_blob_bytes: 32 * 1024 * 1024,
            write_timeout_ms: 10_000,
            read_timeout_ms: 30_000,
            fsync: true,
            renew_days: 7,
        }
    }
}

impl ArchiveSettings {
    /// Refuses what cannot work.
    pub(crate) fn check(&self) -> Result<()> {
        let bad = |key: &'static str, reason: &str| Err(ArchiveError::Settings { key, reason: reason.to_owned() });
        if !(1..=22).contains(&self.level) {
            return bad("level", "zstd knows levels 1 to 22");
        }
        if self.max_blob_bytes == 0 || self.max_blob_bytes > 1 << 30 {
            return bad("max_blob_bytes", "a blob is held in memory: use 1 byte to 1 GiB");
        }
        if self.write_timeout_ms == 0 || self.read_timeout_ms == 0 {
            return bad(
                "write_timeout_ms",
                "nothing can be kept or read in no time: use 1 or more, of read_timeout_ms as well",
            );
        }
        Ok(())
    }

    pub(crate) const fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }

    pub(crate) const fn read_timeout(&self) -> Duration {
        Duration::from_millis(self.read_timeout_ms)
    }

    /// Age up to which a blob counts as there without being written anew.
    pub(crate) fn renew_after(&self) -> chrono::TimeDelta {
        chrono::TimeDelta::days(i64::from(self.renew_days))
    }

    /// Age from which a blob that nobody refers to may be deleted: a day beyond the age at which a crawl would have renewed it. A day
    /// is longer than any crawl, and than clocks of two machines differ.
    #[must_use]
    pub fn delete_after(&self) -> chrono::TimeDelta {
        self.renew_after() + chrono::TimeDelta::days(1)
    }
}

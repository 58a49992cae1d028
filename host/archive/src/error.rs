//! What goes wrong with the archive, by what the caller does next.

use std::error::Error as StdError;

use marquee_model::Digest;

/// What a result of the archive is.
pub type Result<T> = std::result::Result<T, ArchiveError>;

/// Why a blob could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// A setting cannot work.
    #[error("`archive.{key}`: {reason}")]
    Settings {
        /// The setting.
        key: &'static str,
        /// Why, and what to write instead.
        reason: String,
    },
    /// The blob is larger than a blob may be.
    #[error(
        "blob {digest} has {bytes} bytes, more than `archive.max_blob_bytes` ({limit}) allows; raise it to keep such pages"
    )]
    TooLarge {
        /// The blob.
        digest: Digest,
        /// Its size before compression.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The bytes that were given are not those of the digest.
    #[error(
        "the bytes given for blob {digest} are others (they have the digest {found}); the page's exact bytes are needed"
    )]
    OtherBytes {
        /// The digest that was named.
        digest: Digest,
        /// That of the bytes.
        found: Digest,
    },
    /// The blob is not in the archive.
    #[error(
        "blob {digest} is not in the archive ({place}): it was deleted after its time, or `archive.url` names another place than \
         when it was kept"
    )]
    Missing {
        /// The blob.
        digest: Digest,
        /// Where it would be.
        place: String,
    },
    /// What lies under the digest is something else: a damaged file, or one that somebody changed.
    #[error(
        "blob {digest} is corrupted ({place}): {reason}; `marquee archive check --delete` removes such blobs, and the next crawl \
         that reads the page keeps it anew"
    )]
    Corrupted {
        /// The blob.
        digest: Digest,
        /// Where it is.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store does not answer, has no room or refuses: nothing is wrong with the blob.
    #[error("the archive at {place} {problem}: {reason}; {advice}")]
    Unavailable {
        /// The store or the blob's place in it.
        place: String,
        /// What it does not do.
        problem: &'static str,
        /// The store's words.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
}

impl ArchiveError {
    /// Whether the whole archive is in trouble, so that the next blob will fare no better.
    #[must_use]
    pub const fn is_of_the_store(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// A word for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "settings",
            Self::TooLarge { .. } => "too_large",
            Self::OtherBytes { .. } => "other_bytes",
            Self::Missing { .. } => "missing",
            Self::Corrupted { .. } => "corrupted",
            Self::Unavailable { .. } => "unavailable",
        }
    }
}

/// An error of the store itself, with advice by its cause.
pub(crate) fn unavailable(place: &str, problem: &'static str, error: &object_store::Error) -> ArchiveError {
    use std::io::ErrorKind as K;
    let advice = match (error, io_kind(error)) {
        (_, Some(K::StorageFull | K::QuotaExceeded | K::FileTooLarge)) => {
            "free space there, or lower `archive.keep_days` and run `marquee archive gc`"
        }
        (_, Some(K::PermissionDenied | K::ReadOnlyFilesystem)) | (object_store::Error::PermissionDenied { .. }, _) => {
            "let this user (or these keys) read and write there"
        }
        (object_store::Error::Unauthenticated { .. }, _) => {
            "check the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        _ => "see that it is there and answers; `archive.url` and `archive.endpoint` name it",
    };
    ArchiveError::Unavailable { place: place.to_owned(), problem, reason: in_words(error), advice }
}

pub(crate) fn too_slow(place: &str, problem: &'static str, limit: std::time::Duration) -> ArchiveError {
    ArchiveError::Unavailable {
        place: place.to_owned(),
        problem,
        reason: format!("no answer within {} ms", limit.as_millis()),
        advice: "see that it is there and answers; `archive.write_timeout_ms` and `archive.read_timeout_ms` say how long is waited",
    }
}

/// The operating system's kind of the error, where there is one behind it.
fn io_kind(error: &object_store::Error) -> Option<std::io::ErrorKind> {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        next = error.source();
    }
    None
}

/// The error and its causes in one line, each said once.
fn in_words(error: &object_store::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let cause = error.to_string();
        if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
        next = error.source();
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(400).collect()
}

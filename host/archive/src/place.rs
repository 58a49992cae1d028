//! From `archive.url` to a store: a folder of this machine, or a bucket.

use std::{path::PathBuf, sync::Arc};

use object_store::{ClientOptions, ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, path::Path};

use crate::{ArchiveError, ArchiveSettings, Result, error::unavailable};

/// A store, the prefix of everything in it that is ours, and how to call it.
pub(crate) struct Place {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) prefix: Path,
    pub(crate) name: String,
}

/// Opens the store that the settings name. A folder is made; of a bucket nothing is asked yet.
pub(crate) fn open(settings: &ArchiveSettings) -> Result<Place> {
    let url = settings.url.as_str();
    if let Some(folder) = url.strip_prefix("file:") {
        // `file:///srv/archive` and `file:archive` are both in use.
        return folder_at(folder.strip_prefix("//").unwrap_or(folder), settings);
    }
    if let Some(rest) = url.strip_prefix("s3://") {
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        return bucket_at(bucket, prefix, settings);
    }
    let reason =
        format!("`{}` is no place: write `file:` and a folder, or `s3://bucket/prefix`", without_credentials(url));
    Err(ArchiveError::Settings { key: "url", reason })
}

fn folder_at(folder: &str, settings: &ArchiveSettings) -> Result<Place> {
    if folder.is_empty() {
        let reason = "`file:` names no folder: write, say, `file:.marquee/archive`".to_owned();
        return Err(ArchiveError::Settings { key: "url", reason });
    }
    let path = PathBuf::from(folder);
    std::fs::create_dir_all(&path).map_err(|error| ArchiveError::Unavailable {
        place: folder.to_owned(),
        problem: "cannot be made",
        reason: error.to_string(),
        advice: "let this user make that folder, or name another one in `archive.url`",
    })?;
    let store =
        LocalFileSystem::new_with_prefix(&path).map_err(|error| unavailable(folder, "cannot be opened", &error))?;
    Ok(Place { store: Arc::new(store.with_fsync(settings.fsync)), prefix: Path::default(), name: folder.to_owned() })
}

fn bucket_at(bucket: &str, prefix: &str, settings: &ArchiveSettings) -> Result<Place> {
    let name = format!("s3://{bucket}/{prefix}");
    if bucket.is_empty() || bucket.contains('@') {
        let reason = "write `s3://bucket/prefix`; keys come from the environment".to_owned();
        return Err(ArchiveError::Settings { key: "url", reason });
    }
    // The client below asks for the process's choice of cryptography. An error only says that a choice was made before.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    let retry = RetryConfig { max_retries: 3, retry_timeout: settings.write_timeout(), ..RetryConfig::default() };
    // Beyond our own time limits, which name the setting; these are for a request that nobody waits for any more.
    let longest = settings.write_timeout().max(settings.read_timeout()) * 2;
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_retry(retry)
        .with_client_options(ClientOptions::new().with_timeout(longest).with_connect_timeout(longest))
        .with_disable_bulk_delete(true); // few are deleted, and not every compatible store knows it
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(region) = &settings.region {
        builder = builder.with_region(region);
    }
    let store = builder.build().map_err(|error| unavailable(&name, "cannot be opened", &error))?;
    let prefix = Path::parse(prefix).map_err(|error| ArchiveError::Settings {
        key: "url",
        reason: format!("`{prefix}` cannot begin an object's name ({error})"),
    })?;
    Ok(Place { store: Arc::new(store), prefix, name })
}

/// What may be shown of an address that somebody may have put a key into.
fn without_credentials(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, place)| place)
}

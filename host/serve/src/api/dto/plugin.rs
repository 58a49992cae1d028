//! Plugins: versions in use, files of the folder, and versions that once were in use.

use chrono::{DateTime, Utc};
use marquee_model::{FileStanding, PluginFile, PluginState, PluginVersion};
use marquee_store::SeenPlugin;
use serde::Serialize;
use utoipa::ToSchema;

use super::words::StandingWord;

/// One exact plugin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginVersion)]
pub(crate) struct VersionView {
    /// The plugin's id.
    #[schema(example = "squarespace")]
    id: String,
    /// Its semantic version.
    #[schema(example = "0.1.0")]
    version: String,
    /// BLAKE3 digest of the component's bytes, in hexadecimal. The digest decides; the version is what its author called it.
    digest: String,
}

impl From<&PluginVersion> for VersionView {
    fn from(plugin: &PluginVersion) -> Self {
        Self { id: plugin.id.to_string(), version: plugin.version.to_string(), digest: plugin.digest.to_string() }
    }
}

/// Something that went wrong, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginFailure)]
pub(crate) struct FailureView {
    /// When.
    at: DateTime<Utc>,
    /// What, and what to do.
    message: String,
}

impl FailureView {
    fn from_pair(pair: Option<(DateTime<Utc>, String)>) -> Option<Self> {
        pair.map(|(at, message)| Self { at, message })
    }
}

/// A plugin in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub(crate) struct PluginView {
    /// The version in use.
    active: VersionView,
    /// The file that it came from. The file may be gone or refused since; the version stays in use.
    #[schema(example = "squarespace.wasm")]
    file: String,
    /// What it is, in its own words.
    summary: String,
    /// What it can read, in its own words.
    reads: Vec<String>,
    /// Since when it is in use.
    since: DateTime<Utc>,
    /// How many versions were in use before it since the start of the process.
    generation: u64,
    /// The last thing that went wrong with it: a refused file or a failed call.
    last_error: Option<FailureView>,
}

impl From<PluginState> for PluginView {
    fn from(state: PluginState) -> Self {
        Self {
            active: VersionView::from(&state.active),
            file: state.file,
            summary: state.summary,
            reads: state.reads,
            since: state.since,
            generation: state.generation,
            last_error: FailureView::from_pair(state.last_error),
        }
    }
}

/// A file of the plugin folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginFile)]
pub(crate) struct FileView {
    /// Its name in the folder.
    file: String,
    /// What became of it.
    #[schema(value_type = StandingWord)]
    standing: FileStanding,
    /// The version that it holds, where that could be found out.
    holds: Option<VersionView>,
    /// Why it was refused or shadowed, and what to do; null for an active file.
    reason: Option<String>,
    /// Its size.
    bytes: u64,
    /// Since when it stands so.
    since: DateTime<Utc>,
}

impl From<PluginFile> for FileView {
    fn from(file: PluginFile) -> Self {
        Self {
            file: file.file,
            standing: file.standing,
            holds: file.holds.as_ref().map(VersionView::from),
            reason: file.reason,
            bytes: file.bytes,
            since: file.since,
        }
    }
}

/// The plugins in use, and every file of the folder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugins)]
pub(crate) struct PluginsView {
    /// The plugins in use, by id.
    pub(crate) data: Vec<PluginView>,
    /// The files of the folder, by name.
    pub(crate) files: Vec<FileView>,
    /// Always null: the list is complete.
    pub(crate) next_cursor: Option<String>,
}

/// A version that is or was in use here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeenPlugin)]
pub(crate) struct SeenView {
    /// The version.
    plugin: VersionView,
    /// When it came into use first.
    first_seen: DateTime<Utc>,
    /// Number of crawls that it read.
    crawls: i64,
    /// The last thing that went wrong with it.
    last_error: Option<FailureView>,
}

impl From<SeenPlugin> for SeenView {
    fn from(seen: SeenPlugin) -> Self {
        Self {
            plugin: VersionView::from(&seen.plugin),
            first_seen: seen.first_seen,
            crawls: seen.crawls,
            last_error: FailureView::from_pair(seen.last_error),
        }
    }
}

/// A plugin with its configuration's schema, its files and its past.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginDetail)]
pub(crate) struct PluginWithHistory {
    /// The plugin's id.
    pub(crate) id: String,
    /// The version in use; null where none is.
    pub(crate) plugin: Option<PluginView>,
    /// JSON Schema of its configuration; null where no version is in use.
    pub(crate) configuration_schema: Option<serde_json::Value>,
    /// The files of the folder that hold it.
    pub(crate) files: Vec<FileView>,
    /// The versions that are or were in use here, the latest first.
    pub(crate) history: Vec<SeenView>,
}

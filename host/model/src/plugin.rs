//! Plugins by name and version.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Digest, Slug};

/// A plugin's id: what sources name and what the plugin says of itself, such as `squarespace`.
pub type PluginId = Slug;

/// One exact plugin: id, version and the digest of its file. The digest decides; the version is what its author called it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PluginVersion {
    /// The plugin's id.
    pub id: PluginId,
    /// Its semantic version.
    pub version: semver::Version,
    /// Digest of the component's bytes.
    pub digest: Digest,
}

impl fmt::Display for PluginVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.id, self.version, self.digest.short())
    }
}

/// What became of a plugin file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStanding {
    /// Its plugin is in use.
    Active,
    /// It was refused; the reason tells why.
    Refused,
    /// A file with the same id and a higher version is in use.
    Shadowed,
    /// It is being compiled.
    Loading,
}

/// A file of the plugin folder and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginFile {
    /// Its name in the folder.
    pub file: String,
    /// What became of it.
    pub standing: FileStanding,
    /// The version it holds, where that could be found out.
    pub holds: Option<PluginVersion>,
    /// Why it was refused or shadowed, and what to do; `None` for an active file.
    pub reason: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// Since when it stands so.
    pub since: chrono::DateTime<chrono::Utc>,
}

/// A plugin that is in use, and what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginState {
    /// The version in use.
    pub active: PluginVersion,
    /// The file it came from; the file may be gone or refused since, and the version stays in use.
    pub file: String,
    /// What it is, in its own words.
    pub summary: String,
    /// What it can read, in its own words.
    pub reads: Vec<String>,
    /// JSON Schema of its configuration.
    pub configuration_schema: serde_json::Value,
    /// Since when it is in use.
    pub since: chrono::DateTime<chrono::Utc>,
    /// How many versions were in use before it since the start of this process.
    pub generation: u64,
    /// The last thing that went wrong with it: a refused file or a failed call, with the time.
    pub last_error: Option<(chrono::DateTime<chrono::Utc>, String)>,
}

/// A view of the plugins, for whoever shows them. The plugin registry is one.
pub trait Plugins: Send + Sync {
    /// The plugins in use, by id.
    fn active(&self) -> Vec<PluginState>;
    /// The files of the folder, by name.
    fn files(&self) -> Vec<PluginFile>;
}

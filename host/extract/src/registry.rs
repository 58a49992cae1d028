//! The plugin folder: which file is which plugin, which version is in use, and what is wrong with the others.

use std::{path::PathBuf, sync::Arc};

use marquee_model::{Clock, PluginFile, PluginId, PluginState, PluginVersion, Plugins};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::{Plugin, RegistryError, Sandbox};

/// How the plugin folder is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrySettings {
    /// Whether to ask the system for notifications. They do not work on network file systems and some container mounts; the
    /// folder is then still looked at every `poll_ms`.
    pub notifications: bool,
    /// Time between two looks at the folder, in milliseconds.
    pub poll_ms: u64,
    /// How long a file that cannot be read as a component must lie unchanged before it is refused, in milliseconds: it may be
    /// that it is still being written.
    pub settle_ms: u64,
}

impl Default for RegistrySettings {
    fn default() -> Self {
        Self { notifications: true, poll_ms: 2_000, settle_ms: 300 }
    }
}

/// Something that happened in the plugin folder.
#[derive(Debug, Clone, PartialEq)]
pub enum RegistryChange {
    /// A version came into use.
    Swapped {
        /// The version in use from now on.
        to: PluginVersion,
        /// The version before it.
        from: Option<PluginVersion>,
        /// The file.
        file: String,
    },
    /// A file was refused.
    Refused {
        /// The file.
        file: String,
        /// Why, and what to do.
        reason: String,
    },
}

/// The plugins of a folder.
pub struct Registry {
    _sandbox: Arc<Sandbox>,
}

/// Watches the folder for as long as it is held.
#[derive(Debug)]
pub struct Watching {
    _task: (),
}

impl Registry {
    /// Reads the folder once, and loads what can be used.
    ///
    /// # Errors
    /// The folder cannot be read. A bad file is no error: see [`Plugins::files`].
    pub async fn open(
        _folder: PathBuf,
        _sandbox: Arc<Sandbox>,
        _clock: Arc<dyn Clock>,
        _settings: RegistrySettings,
    ) -> Result<Arc<Self>, RegistryError> {
        todo!()
    }

    /// Watches the folder in the background until the returned value is dropped.
    #[must_use]
    pub fn watch(self: &Arc<Self>) -> Watching {
        todo!()
    }

    /// Looks at the folder now; returns when everything found is loaded or refused.
    pub async fn rescan(&self) {
        todo!()
    }

    /// The plugin in use under this id. Whoever calls keeps it as long as needed: a swap does not touch calls in flight.
    #[must_use]
    pub fn get(&self, _id: &PluginId) -> Option<Arc<Plugin>> {
        todo!()
    }

    /// What happens from now on. A slow receiver misses the oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<RegistryChange> {
        todo!()
    }

    /// Keeps a failed call as the plugin's last error, for those who look at its state.
    pub fn note_failure(&self, _id: &PluginId, _message: &str) {
        todo!()
    }
}

impl Plugins for Registry {
    fn active(&self) -> Vec<PluginState> {
        todo!()
    }

    fn files(&self) -> Vec<PluginFile> {
        todo!()
    }
}

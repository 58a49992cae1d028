//! The plugin folder: which file is which plugin, which version is in use, and what is wrong with the others.
//!
//! In the flow this hands `crawl` the plugin that a source names. A bad file never replaces a good plugin, and calls in flight end
//! on the version that they began with: they hold it. A swap is one store of a pointer. Nothing here runs a plugin on a page,
//! and nothing in the folder is ever written.

mod choose;
mod file;
mod look;
mod watch;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use marquee_model::{Clock, PluginFile, PluginId, PluginState, PluginVersion, Plugins};
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, watch as counter};

use choose::Candidate;
use file::FileState;
pub use watch::Watching;

use crate::{Plugin, RegistryError, Sandbox, SandboxLimits};

/// Changes that a slow receiver can be behind.
const CHANGES_KEPT: usize = 256;

/// How the plugin folder is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrySettings {
    /// Whether to ask the system for notifications. They do not work on network file systems and some container mounts; the
    /// folder is looked at every `poll_ms` either way.
    pub notifications: bool,
    /// Time between two looks at the folder, in milliseconds. A look costs one `stat` a file.
    pub poll_ms: u64,
    /// Time between a notification and the look that it causes, in milliseconds: copying a file gives a burst of them.
    pub debounce_ms: u64,
    /// How long a file that is no usable component must lie unchanged before it is refused, in milliseconds: it may be that it is
    /// still being written.
    pub settle_ms: u64,
    /// Files that are looked at; a folder with more is some other folder.
    pub files: usize,
}

impl Default for RegistrySettings {
    fn default() -> Self {
        Self { notifications: true, poll_ms: 2_000, debounce_ms: 20, settle_ms: 300, files: 1_000 }
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

/// A plugin in use.
#[derive(Clone, Debug)]
struct Active {
    plugin: Arc<Plugin>,
    file: String,
    since: DateTime<Utc>,
    generation: u64,
}

/// What changes under the lock: everything but the plugins in use, which are read without it.
#[derive(Default)]
struct Files {
    by_name: BTreeMap<String, FileState>,
    errors: BTreeMap<PluginId, (DateTime<Utc>, String)>,
}

/// The plugins of a folder.
pub struct Registry {
    folder: PathBuf,
    sandbox: Arc<Sandbox>,
    clock: Arc<dyn Clock>,
    settings: RegistrySettings,
    active: ArcSwap<BTreeMap<PluginId, Active>>,
    files: Mutex<Files>,
    loading: counter::Sender<usize>,
    changes: broadcast::Sender<RegistryChange>,
}

impl Registry {
    /// Reads the folder once, and loads what can be used. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// The folder cannot be read. A bad file is no error: see [`Plugins::files`].
    pub async fn open(
        folder: PathBuf,
        sandbox: Arc<Sandbox>,
        clock: Arc<dyn Clock>,
        settings: RegistrySettings,
    ) -> Result<Arc<Self>, RegistryError> {
        look::names(&folder)
            .map_err(|error| RegistryError::Folder { path: folder.clone(), reason: error.to_string() })?;
        let registry = Arc::new(Self {
            folder,
            sandbox,
            clock,
            settings,
            active: ArcSwap::default(),
            files: Mutex::default(),
            loading: counter::Sender::new(0),
            changes: broadcast::Sender::new(CHANGES_KEPT),
        });
        registry.rescan().await;
        Ok(registry)
    }

    /// Watches the folder in the background until the returned value is dropped.
    pub fn watch(self: &Arc<Self>) -> Watching {
        watch::start(self)
    }

    /// Looks at the folder now; returns when everything found is loaded or refused.
    pub async fn rescan(self: &Arc<Self>) {
        self.scan().await;
        let mut loading = self.loading.subscribe();
        // An error means that the sender is gone, which is held by `self`.
        let _ = loading.wait_for(|loading| *loading == 0).await;
    }

    /// What a plugin may use.
    #[must_use]
    pub fn limits(&self) -> &SandboxLimits {
        self.sandbox.limits()
    }

    /// The plugin in use under this id. Whoever calls keeps it as long as needed: a swap does not touch calls in flight.
    #[must_use]
    pub fn get(&self, id: &PluginId) -> Option<Arc<Plugin>> {
        self.active.load().get(id).map(|active| Arc::clone(&active.plugin))
    }

    /// What happens from now on. A slow receiver misses the oldest.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<RegistryChange> {
        self.changes.subscribe()
    }

    /// Keeps a failed call as the plugin's last error, for those who look at its state.
    pub fn note_failure(&self, id: &PluginId, message: &str) {
        let now = self.clock.now();
        self.locked().errors.insert(id.clone(), (now, message.to_owned()));
    }

    /// A panic while the lock was held cannot leave it half changed in a way that matters: every change is a whole insert.
    fn locked(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the folder, and starts to load what is new. Does not wait for it: a file that takes long to compile must not
    /// hold up the others.
    async fn scan(self: &Arc<Self>) {
        let folder = self.folder.clone();
        let names = match tokio::task::spawn_blocking(move || look::names(&folder)).await {
            Ok(Ok(names)) => names,
            Ok(Err(error)) => {
                tracing::warn!(folder = %self.folder.display(), %error, "the plugin folder cannot be read; everything in use stays in use");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "looking at the plugin folder failed");
                return;
            }
        };
        if names.len() > self.settings.files {
            tracing::warn!(folder = %self.folder.display(), files = names.len(), "only the first `plugins.watch.files` are looked at");
        }
        let mut files = self.locked();
        let gone: Vec<String> = files
            .by_name
            .iter()
            .filter(|(name, state)| !state.gone && !state.loading && names.binary_search(name).is_err())
            .map(|(name, _)| name.clone())
            .collect();
        for name in &gone {
            self.gone(&mut files, name);
        }
        for name in names.into_iter().take(self.settings.files) {
            self.start_loading(&mut files, name);
        }
        self.choose(&mut files);
    }

    fn start_loading(self: &Arc<Self>, files: &mut Files, name: String) {
        let found = look::Fingerprint::at(&self.folder.join(&name));
        let state = files.by_name.entry(name.clone()).or_insert_with(|| FileState::new(self.clock.now()));
        if state.loading || found.is_none() || (!state.gone && found == state.fingerprint) {
            return;
        }
        state.starts_loading();
        let loading = Loading::begin(self);
        tokio::spawn(async move { loading.0.load(&name).await });
    }

    /// Puts the best of the files with one id into use, and says which are shadowed.
    fn choose(&self, files: &mut Files) {
        let chosen = choose::choose(files.by_name.iter().filter_map(|(name, state)| state.candidate(name)));
        let now = self.clock.now();
        let before = self.active.load_full();
        let mut after = BTreeMap::clone(&before);
        let mut swaps = Vec::new();
        for (id, best) in &chosen {
            let old = before.get(id);
            if old.is_some_and(|old| old.file == best.file && Arc::ptr_eq(&old.plugin, &best.plugin)) {
                continue;
            }
            let same = old.filter(|old| old.plugin.version().digest == best.plugin.version().digest);
            let (since, generation) = match (same, old) {
                (Some(same), _) => (same.since, same.generation),
                (None, Some(old)) => (now, old.generation + 1),
                (None, None) => (now, 0),
            };
            let plugin = Arc::clone(&best.plugin);
            after.insert(id.clone(), Active { plugin, file: best.file.clone(), since, generation });
            if same.is_none() {
                swaps.push((best.clone(), old.map(|old| old.plugin.version().clone())));
            }
        }
        self.active.store(Arc::new(after));
        for (name, state) in &mut files.by_name {
            state.stands(name, &chosen, now);
        }
        for (best, from) in swaps {
            self.announce(&best, from);
        }
    }

    fn announce(&self, best: &Candidate, from: Option<PluginVersion>) {
        let to = best.plugin.version().clone();
        match &from {
            Some(from) if from.version > to.version => {
                tracing::warn!(%from, %to, file = best.file, "plugin stepped back to an older version");
            }
            Some(from) => tracing::info!(%from, %to, file = best.file, "plugin swapped"),
            None => tracing::info!(%to, file = best.file, "plugin in use"),
        }
        // An error means that nobody listens.
        let _ = self.changes.send(RegistryChange::Swapped { to, from, file: best.file.clone() });
    }
}

/// One file that is being loaded; counted until it is dropped, come what may.
struct Loading(Arc<Registry>);

impl Loading {
    fn begin(registry: &Arc<Registry>) -> Self {
        registry.loading.send_modify(|loading| *loading += 1);
        Self(Arc::clone(registry))
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        self.0.loading.send_modify(|loading| *loading = loading.saturating_sub(1));
    }
}

impl Plugins for Registry {
    fn active(&self) -> Vec<PluginState> {
        let files = self.locked();
        self.active
            .load()
            .iter()
            .map(|(id, active)| {
                let described = active.plugin.described();
                PluginState {
                    active: active.plugin.version().clone(),
                    file: active.file.clone(),
                    summary: described.summary.clone(),
                    reads: described.reads.clone(),
                    configuration_schema: described.configuration_schema.clone(),
                    since: active.since,
                    generation: active.generation,
                    last_error: files.errors.get(id).cloned(),
                }
            })
            .collect()
    }

    fn files(&self) -> Vec<PluginFile> {
        self.locked().by_name.iter().map(|(name, state)| state.shown(name)).collect()
    }
}

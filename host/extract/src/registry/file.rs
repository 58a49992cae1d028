//! One file of the plugin folder: what it holds, how it stands, and how it is loaded.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use marquee_model::{FileStanding, PluginFile, PluginId};
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    Files, Registry, RegistryChange,
    choose::{self, Candidate},
    look::{Fingerprint, Look, look},
};
use crate::{LoadError, Plugin};

/// A file and what became of it.
#[derive(Debug)]
pub(super) struct FileState {
    /// As it was when it was last loaded or refused.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) loading: bool,
    pub(super) gone: bool,
    standing: FileStanding,
    reason: Option<String>,
    /// What the file holds, or held before it turned bad.
    good: Option<Arc<Plugin>>,
    /// Whether the file as it is now holds `good`.
    current: bool,
    modified: (i64, i64),
    bytes: u64,
    since: DateTime<Utc>,
}

impl FileState {
    pub(super) const fn new(now: DateTime<Utc>) -> Self {
        Self {
            fingerprint: None,
            loading: false,
            gone: false,
            standing: FileStanding::Loading,
            reason: None,
            good: None,
            current: false,
            modified: (0, 0),
            bytes: 0,
            since: now,
        }
    }

    pub(super) const fn starts_loading(&mut self) {
        self.loading = true;
        self.gone = false;
    }

    /// The file is no longer there.
    /// Returns the plugin whose only file this was, and what is said about it.
    pub(super) fn gone(&mut self, name: &str, now: DateTime<Utc>) -> Option<(PluginId, String)> {
        self.gone = true;
        self.fingerprint = None;
        self.current = false;
        self.bytes = 0;
        let reason = match &self.good {
            Some(plugin) => format!(
                "`{name}` was deleted. {} stays in use until Marquee is started again, unless another file holds the plugin: put \
                 the file back, or take the plugin out of the sources",
                plugin.version()
            ),
            None => format!("`{name}` was deleted"),
        };
        self.stand(FileStanding::Refused, Some(reason.clone()), now);
        self.good.as_ref().map(|plugin| (plugin.version().id.clone(), reason))
    }

    fn refused(&mut self, fingerprint: Fingerprint, reason: &str, now: DateTime<Utc>) {
        self.fingerprint = Some(fingerprint);
        self.bytes = fingerprint.bytes;
        self.current = false;
        let reason = match &self.good {
            Some(plugin) => format!("{reason}. Until then {} stays in use", plugin.version()),
            None => reason.to_owned(),
        };
        self.stand(FileStanding::Refused, Some(reason), now);
    }

    fn loaded(&mut self, fingerprint: Fingerprint, plugin: Arc<Plugin>) {
        self.fingerprint = Some(fingerprint);
        self.bytes = fingerprint.bytes;
        self.modified = fingerprint.modified;
        self.good = Some(plugin);
        self.current = true;
    }

    /// The file's plugin, where it competes: its last good one, unless the file was deleted.
    pub(super) fn candidate(&self, name: &str) -> Option<Candidate> {
        let plugin = self.good.as_ref().filter(|_| !self.gone)?;
        Some(Candidate { plugin: Arc::clone(plugin), file: name.to_owned(), modified: self.modified })
    }

    /// Takes note of which files were chosen.
    pub(super) fn stands(&mut self, name: &str, chosen: &BTreeMap<PluginId, Candidate>, now: DateTime<Utc>) {
        if !self.current {
            return;
        }
        let Some(mine) = self.candidate(name) else { return };
        match chosen.get(&mine.plugin.version().id) {
            Some(best) if best.file != name => {
                self.stand(FileStanding::Shadowed, Some(choose::shadowed(&mine, best)), now);
            }
            _ => self.stand(FileStanding::Active, None, now),
        }
    }

    fn stand(&mut self, standing: FileStanding, reason: Option<String>, now: DateTime<Utc>) {
        if self.standing != standing || self.reason != reason {
            (self.standing, self.reason, self.since) = (standing, reason, now);
        }
    }

    pub(super) fn shown(&self, name: &str) -> PluginFile {
        PluginFile {
            file: name.to_owned(),
            standing: self.standing,
            holds: self.good.as_ref().filter(|_| self.current).map(|plugin| plugin.version().clone()),
            reason: self.reason.clone(),
            bytes: self.bytes,
            since: self.since,
        }
    }
}

impl LoadError {
    /// Whether a file that is still being written can look like this.
    const fn may_be_unfinished(&self) -> bool {
        match self {
            Self::Truncated { .. } | Self::NotWasm { .. } | Self::Invalid { .. } | Self::WrongWorld { .. } => true,
            Self::TooLarge { .. }
            | Self::CoreModule
            | Self::ForeignImports { .. }
            | Self::Compile { .. }
            | Self::Describe { .. }
            | Self::BadDescription { .. } => false,
        }
    }
}

impl Registry {
    /// Loads a file, again and again until what was loaded is what lies there.
    pub(super) async fn load(self: &Arc<Self>, name: &str) {
        let path: Arc<Path> = self.folder.join(name).into();
        let settle = Duration::from_millis(self.settings.settle_ms);
        let mut unfinished = None;
        loop {
            let (looked_at, limit) = (Arc::clone(&path), self.sandbox.limits().component_bytes);
            let seen = match spawn_blocking(move || look(&looked_at, limit)).await {
                Ok(Look::File(fingerprint, bytes)) => {
                    match self.sandbox.load(&bytes).await {
                        // It may still be being written; if it lies there unchanged after a while, it is not.
                        Err(error) if error.may_be_unfinished() && unfinished != Some(fingerprint) => {
                            unfinished = Some(fingerprint);
                            sleep(settle).await;
                            continue;
                        }
                        Err(error) => self.refuse(name, fingerprint, &error.to_string()),
                        Ok(plugin) => self.take(name, fingerprint, plugin),
                    }
                    Some(fingerprint)
                }
                Ok(Look::Refused(fingerprint, reason)) => {
                    self.refuse(name, fingerprint, &reason);
                    Some(fingerprint)
                }
                Ok(Look::Changing) => {
                    sleep(settle).await;
                    continue;
                }
                Ok(Look::Gone) | Err(_) => None,
            };
            // Under the lock, so that a scan either sees `loading` fall or starts the next load itself.
            let mut files = self.locked();
            let now = Fingerprint::at(&path);
            if now == seen || now.is_none() {
                self.ends_loading(&mut files, name, now.is_none());
                return;
            }
        }
    }

    fn ends_loading(&self, files: &mut Files, name: &str, gone: bool) {
        if let Some(state) = files.by_name.get_mut(name) {
            state.loading = false;
        }
        if gone {
            self.gone(files, name);
        }
        self.choose(files);
    }

    /// Takes note that a file was deleted.
    pub(super) fn gone(&self, files: &mut Files, name: &str) {
        let now = self.clock.now();
        let Some(said) = files.by_name.get_mut(name).map(|state| state.gone(name, now)) else { return };
        tracing::warn!(file = name, "plugin file deleted");
        if let Some((id, reason)) = said {
            files.errors.insert(id, (now, reason));
        }
    }

    fn take(&self, name: &str, fingerprint: Fingerprint, plugin: Arc<Plugin>) {
        let mut files = self.locked();
        if let Some(state) = files.by_name.get_mut(name) {
            state.loaded(fingerprint, plugin);
        }
        self.choose(&mut files);
    }

    fn refuse(&self, name: &str, fingerprint: Fingerprint, reason: &str) {
        let now = self.clock.now();
        let mut files = self.locked();
        let Some(state) = files.by_name.get_mut(name) else { return };
        state.refused(fingerprint, reason, now);
        let (id, reason) = (state.good.as_ref().map(|plugin| plugin.version().id.clone()), state.reason.clone());
        let reason = reason.unwrap_or_default();
        if let Some(id) = id {
            files.errors.insert(id, (now, format!("{name}: {reason}")));
        }
        drop(files);
        tracing::warn!(file = name, reason, "plugin file refused");
        // An error means that nobody listens.
        let _ = self.changes.send(RegistryChange::Refused { file: name.to_owned(), reason });
    }
}

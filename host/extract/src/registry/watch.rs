//! Noticing that the plugin folder has changed.
//!
//! Notifications only say that something may have happened; the folder is then looked at as a whole, and looked at anyway every
//! `poll_ms`, since notifications get lost, overflow, or do not work at all on network file systems and some container mounts.

use std::{path::Path, sync::Arc, time::Duration};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};

use super::{Registry, look::Fingerprint};
use crate::RegistryError;

/// Watches the folder for as long as it is held.
#[derive(Debug)]
#[must_use = "the folder is no longer watched when this is dropped"]
pub struct Watching {
    task: JoinHandle<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(super) fn start(registry: &Arc<Registry>) -> Watching {
    let notified = Arc::new(Notify::new());
    // Before the task begins, so that nothing is missed that happens after this returns.
    let watched = Watched::folder(registry, &notified);
    Watching { task: tokio::spawn(run(Arc::clone(registry), watched, notified)) }
}

async fn run(registry: Arc<Registry>, mut watched: Watched, notified: Arc<Notify>) {
    let settings = registry.settings.clone();
    let mut tick = interval(Duration::from_millis(settings.poll_ms.max(1)));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = notified.notified() => sleep(Duration::from_millis(settings.debounce_ms)).await,
            _ = tick.tick() => {
                if watched.is_elsewhere(&registry.folder) {
                    watched = Watched::folder(&registry, &notified);
                }
            }
        }
        registry.scan().await;
    }
}

/// The folder that notifications come from. It is another one after it was deleted and made again.
struct Watched {
    folder: Option<Fingerprint>,
    _watcher: Option<RecommendedWatcher>,
}

impl Watched {
    fn folder(registry: &Registry, notified: &Arc<Notify>) -> Self {
        let folder = Fingerprint::at(&registry.folder);
        if !registry.settings.notifications {
            return Self { folder, _watcher: None };
        }
        match watcher(&registry.folder, Arc::clone(notified)) {
            Ok(watcher) => Self { folder, _watcher: Some(watcher) },
            Err(error) => {
                tracing::warn!(%error, "no notifications from the plugin folder");
                Self { folder, _watcher: None }
            }
        }
    }

    fn is_elsewhere(&self, folder: &Path) -> bool {
        match (&self.folder, Fingerprint::at(folder)) {
            (Some(watched), Some(now)) => !watched.same_file(&now),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }
}

fn watcher(folder: &Path, notified: Arc<Notify>) -> Result<RecommendedWatcher, RegistryError> {
    let failed = |error: notify::Error| RegistryError::Watch { path: folder.to_owned(), reason: error.to_string() };
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading the folder is an access, too: noticing that would be noticing oneself.
        if !event.is_ok_and(|event| event.kind.is_access() && !is_closed_after_writing(&event)) {
            notified.notify_one();
        }
    })
    .map_err(failed)?;
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(failed)?;
    Ok(watcher)
}

fn is_closed_after_writing(event: &notify::Event) -> bool {
    use notify::event::{AccessKind, AccessMode, EventKind};
    event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write))
}

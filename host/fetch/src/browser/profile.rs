//! A browser's profile: a fresh folder for each render, removed after it, and after a crash of the host.
//!
//! Beside each profile lies a lock that its owner holds while it lives. A host that starts removes what nobody holds any more.

use std::{
    fs::{self, File},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{BrowserError, account::Account};

const PREFIX: &str = "marquee-browser-";
const LOCK: &str = "lock";

/// A folder that ends with its render.
#[derive(Debug)]
pub(super) struct Profile {
    /// Removed on drop.
    folder: TempDir,
    inside: PathBuf,
    /// Held until the folder is gone.
    _lock: File,
}

impl Profile {
    /// Makes one that `account` (this process's own, where there is none) can write.
    pub(super) fn make(below: &Path, account: Option<&Account>) -> Result<Self, BrowserError> {
        let failed = |e: std::io::Error| BrowserError::Profile { folder: below.to_owned(), reason: e.to_string() };
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(below).map_err(failed)?;
        let lock = File::create(folder.path().join(LOCK)).map_err(failed)?;
        lock.try_lock().map_err(|e| failed(e.into()))?;
        let inside = folder.path().join("profile");
        fs::create_dir(&inside).map_err(failed)?;
        fs::set_permissions(&inside, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        if let Some(account) = account {
            // The account passes through, and sees nothing else.
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).map_err(failed)?;
            std::os::unix::fs::chown(&inside, Some(account.uid), Some(account.gid)).map_err(failed)?;
        }
        Ok(Self { folder, inside, _lock: lock })
    }

    /// Where the browser keeps what it keeps.
    pub(super) fn path(&self) -> &Path {
        &self.inside
    }

    /// Removes it, once nothing writes to it any more.
    pub(super) fn remove(self) {
        let path = self.folder.path().to_owned();
        if let Err(error) = self.folder.close() {
            // The next start looks for it again.
            tracing::warn!(folder = %path.display(), %error, "a browser's profile could not be removed");
        }
    }
}

/// Removes profiles whose owner is gone: those of a host that was killed.
pub(super) fn sweep(below: &Path) {
    let me = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(below).into_iter().flatten().flatten() {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // Only what this account made: the folder for temporary files is everybody's.
        let mine = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == me);
        if !named || !mine {
            continue;
        }
        // A folder without its lock is being made at this moment.
        let Ok(lock) = File::open(path.join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            let removed = fs::remove_dir_all(&path);
            tracing::info!(folder = %path.display(), ok = removed.is_ok(), "removed a browser's profile that was left behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_goes_with_its_owner_and_one_that_was_left_behind_is_swept() {
        let below = tempfile::tempdir().unwrap();
        let living = Profile::make(below.path(), None).unwrap();
        let left = below.path().join(format!("{PREFIX}left"));
        fs::create_dir_all(left.join("profile")).unwrap();
        fs::write(left.join(LOCK), "").unwrap();
        let other = below.path().join("somebody-elses");
        fs::create_dir(&other).unwrap();

        sweep(below.path());
        assert!(living.path().exists() && !left.exists() && other.exists());
        let path = living.path().to_owned();
        living.remove();
        assert!(!path.exists());
    }
}

//! The cache of compiled plugins: machine code by the digest of its component and the identity of the engine.
//!
//! Machine code is trusted when it is loaded, so nothing gets in or out unseen: the directory is the process user's alone (0700),
//! each entry carries a keyed BLAKE3 MAC over its name and code, and what does not match is deleted and compiled anew. Entries are
//! written beside their place and renamed, never changed. The key lies in the same directory: it guards against damaged and foreign
//! files, not against somebody who is already the same user.

use std::{
    fs,
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use marquee_model::Digest;
use rustix::fs::OFlags;

use crate::SandboxError;

/// Length of a MAC and of the key.
const MAC_BYTES: usize = 32;
/// File name of the key.
const KEY_FILE: &str = "key";
/// What entries end in.
const SUFFIX: &str = ".code";
/// Rights of the directory: the owner's alone.
const PRIVATE_DIRECTORY: u32 = 0o700;
/// Rights of the files: the owner's alone.
const PRIVATE_FILE: u32 = 0o600;

/// A directory of compiled plugins.
pub(crate) struct CodeCache {
    directory: PathBuf,
    key: [u8; MAC_BYTES],
    engine: Digest,
    kept: usize,
    most_bytes: u64,
}

impl CodeCache {
    /// Opens the directory, makes it and its key where they are not there, and removes what other engines left.
    pub(crate) fn open(directory: PathBuf, engine: Digest, kept: usize, most_bytes: u64) -> Result<Self, SandboxError> {
        let refused = |error: io::Error| SandboxError::Cache { path: directory.clone(), reason: error.to_string() };
        private_directory(&directory).map_err(refused)?;
        let key = key(&directory).map_err(refused)?;
        let cache = Self { directory, key, engine, kept, most_bytes };
        cache.prune();
        Ok(cache)
    }

    /// The code of this component, if it is there and untouched.
    pub(crate) fn get(&self, component: &Digest) -> Option<Vec<u8>> {
        let name = self.name(component);
        let path = self.directory.join(&name);
        let mut file = read_private(&path).ok()?;
        let mut mac = [0; MAC_BYTES];
        let mut code = Vec::new();
        let read = file
            .read_exact(&mut mac)
            .and_then(|()| file.take(self.most_bytes.saturating_add(1)).read_to_end(&mut code));
        if read.is_ok() && code.len() as u64 <= self.most_bytes && self.mac(&name, &code) == blake3::Hash::from(mac) {
            return Some(code);
        }
        tracing::warn!(entry = %path.display(), "a cached plugin does not match its MAC; it is deleted and compiled anew");
        let _ = fs::remove_file(&path);
        None
    }

    /// Keeps the code of this component.
    pub(crate) fn put(&self, component: &Digest, code: &[u8]) {
        let name = self.name(component);
        if let Err(error) = self.write(&name, code) {
            tracing::warn!(directory = %self.directory.display(), %error, "a compiled plugin cannot be cached; it will be compiled again");
        }
        self.prune();
    }

    fn write(&self, name: &str, code: &[u8]) -> io::Result<()> {
        // Made with 0600 by tempfile; removed again unless it is persisted.
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(self.mac(name, code).as_bytes())?;
        file.write_all(code)?;
        file.persist(self.directory.join(name))?;
        Ok(())
    }

    /// BLAKE3 in keyed mode; its `Hash` compares in constant time.
    fn mac(&self, name: &str, code: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(code);
        hasher.finalize()
    }

    fn name(&self, component: &Digest) -> String {
        format!("{component}-{}{SUFFIX}", self.engine.short())
    }

    /// Removes entries of other engines, and the oldest beyond the number kept.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.directory) else { return };
        let ours = format!("-{}{SUFFIX}", self.engine.short());
        let mut kept = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(&ours) {
                kept.push((entry.metadata().and_then(|about| about.modified()).ok(), entry.path()));
            } else if name.ends_with(SUFFIX) {
                let _ = fs::remove_file(entry.path());
            }
        }
        kept.sort();
        for (_, path) in kept.iter().take(kept.len().saturating_sub(self.kept)) {
            let _ = fs::remove_file(path);
        }
    }
}

fn private_directory(directory: &Path) -> io::Result<()> {
    // Only the folder itself is private: what lies above it is shared, as `.marquee` is with the private Postgres.
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(PRIVATE_DIRECTORY).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let about = fs::metadata(directory)?;
    if !about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is no folder"));
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another user"));
    }
    if about.permissions().mode() & 0o777 != PRIVATE_DIRECTORY {
        fs::set_permissions(directory, fs::Permissions::from_mode(PRIVATE_DIRECTORY))?;
    }
    Ok(())
}

fn read_private(path: &Path) -> io::Result<fs::File> {
    fs::File::options().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)
}

fn key(directory: &Path) -> io::Result<[u8; MAC_BYTES]> {
    let path = directory.join(KEY_FILE);
    let mut key = [0; MAC_BYTES];
    match read_private(&path).and_then(|mut file| file.read_exact(&mut key)) {
        Ok(()) => return Ok(key),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => {}
        Err(error) => return Err(error),
    }
    fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(PRIVATE_FILE))?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    // Where another process was faster, its key is the one to use.
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(_) => {
            read_private(&path)?.read_exact(&mut key)?;
            Ok(key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(directory: &Path, kept: usize) -> CodeCache {
        CodeCache::open(directory.to_owned(), Digest::of(b"engine"), kept, 1 << 20).unwrap()
    }

    #[test]
    fn code_is_found_again_by_another_process() {
        let directory = tempfile::tempdir().unwrap();
        let component = Digest::of(b"component");
        cache(directory.path(), 8).put(&component, b"code");
        assert_eq!(cache(directory.path(), 8).get(&component).unwrap(), b"code");
        assert!(cache(directory.path(), 8).get(&Digest::of(b"other")).is_none());
    }

    #[test]
    fn a_flipped_bit_or_a_foreign_entry_is_refused_and_deleted() {
        let directory = tempfile::tempdir().unwrap();
        let cache = cache(directory.path(), 8);
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        cache.put(&one, b"code of one");
        cache.put(&two, b"code of two");
        fs::copy(directory.path().join(cache.name(&two)), directory.path().join(cache.name(&one))).unwrap();
        assert!(cache.get(&one).is_none(), "an entry under another name");
        let path = directory.path().join(cache.name(&two));
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, bytes).unwrap();
        assert!(cache.get(&two).is_none());
        assert!(!path.exists());
    }

    #[test]
    fn the_directory_is_made_private_and_the_oldest_entries_go() {
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let cache = cache(directory.path(), 2);
        assert_eq!(fs::metadata(directory.path()).unwrap().permissions().mode() & 0o777, 0o700);
        for name in ["a", "b", "c"] {
            cache.put(&Digest::of(name.as_bytes()), b"code");
        }
        let left = fs::read_dir(directory.path()).unwrap().flatten().count();
        assert_eq!(left, 3, "two entries and the key");
    }
    #[test]
    fn only_the_directory_itself_is_made_private() {
        let directory = tempfile::tempdir().unwrap();
        private_directory(&directory.path().join("shared/compiled")).unwrap();
        let mode = |path: &str| fs::metadata(directory.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("shared/compiled"), 0o700);
        fs::create_dir(directory.path().join("plain")).unwrap();
        assert_eq!(mode("shared"), mode("plain"), "what lies above is as any folder");
        fs::write(directory.path().join("file"), "").unwrap();
        assert!(private_directory(&directory.path().join("file")).is_err());
    }
}

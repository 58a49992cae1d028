//! Looking at the plugin folder: which files are there, and the bytes of one, read once and bounded.
//!
//! Nothing is trusted: links are not followed, anything but a regular file is refused, and a file that changes while it is read
//! is read again later.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

/// Why links are refused.
const A_LINK: &str = "it is a symbolic link, whose target could change unseen: copy the file itself into the folder";
/// What plugin files end in.
const SUFFIX: &str = ".wasm";

/// What distinguishes one state of a file from another without reading it. `ctime` cannot be set back, so a file that is changed
/// in place without changing its length is noticed, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint {
    device: u64,
    inode: u64,
    pub(super) bytes: u64,
    pub(super) modified: (i64, i64),
    changed: (i64, i64),
}

impl Fingerprint {
    /// Whether both are states of one file.
    pub(super) const fn same_file(&self, other: &Self) -> bool {
        self.device == other.device && self.inode == other.inode
    }

    fn of(about: &Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        }
    }

    /// Of the thing under this path itself, not of what a link points to.
    pub(super) fn at(path: &Path) -> Option<Self> {
        fs::symlink_metadata(path).ok().map(|about| Self::of(&about))
    }
}

/// What lies under a file's name.
#[derive(Debug)]
pub(super) enum Look {
    /// Nothing.
    Gone,
    /// Something that is never a plugin, or cannot be read; why, and what to do.
    Refused(Fingerprint, String),
    /// A file that changed while it was read.
    Changing,
    /// A file and its bytes.
    File(Fingerprint, Vec<u8>),
}

/// The plugin files of a folder, by name.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // Names with a leading dot are what copying programs write to before they rename.
        if name.ends_with(SUFFIX) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Reads a file, at most `limit` bytes and one more: the sandbox then says that it is too long.
pub(super) fn look(path: &Path, limit: u64) -> Look {
    let Some(seen) = Fingerprint::at(path) else { return Look::Gone };
    match read(path, limit) {
        Ok(Ok((before, bytes, after))) if before == after => Look::File(before, bytes),
        Ok(Ok(_)) => Look::Changing,
        Ok(Err(reason)) => Look::Refused(seen, reason.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Look::Gone,
        Err(error) => Look::Refused(seen, unreadable(&error)),
    }
}

type Reading = Result<(Fingerprint, Vec<u8>, Fingerprint), &'static str>;

fn read(path: &Path, limit: u64) -> io::Result<Reading> {
    if fs::symlink_metadata(path)?.is_symlink() {
        return Ok(Err(A_LINK));
    }
    // Without NONBLOCK, opening a named pipe would wait for its other end for ever.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed();
    let mut file = File::options().read(true).custom_flags(flags).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(Err("it is not a regular file: put the `.wasm` file itself into the folder"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(limit)).unwrap_or(0));
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let after = file.metadata()?;
    Ok(Ok((Fingerprint::of(&about), bytes, Fingerprint::of(&after))))
}

/// What an error of the file system means for the operator.
fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "this process may not read it (permission denied): `chmod a+r` the file, or give it to the user that Marquee runs as"
                .to_owned()
        }
        // What opening with NOFOLLOW says if the file became a link since it was looked at.
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => A_LINK.to_owned(),
        _ => format!("it cannot be read: {error}. Copy it into the folder again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plugin_files_are_listed_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.wasm", "a.wasm", ".c.wasm", "d.wasm.part", "readme.md"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        assert_eq!(names(folder.path()).unwrap(), ["a.wasm", "b.wasm"]);
    }

    #[test]
    fn a_named_pipe_and_a_directory_are_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.wasm");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        assert!(matches!(look(&pipe, 10), Look::Refused(_, reason) if reason.contains("regular file")));
        assert!(matches!(look(folder.path(), 10), Look::Refused(_, reason) if reason.contains("regular file")));
    }

    #[test]
    fn reading_ends_one_byte_past_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        fs::write(&path, [0; 100]).unwrap();
        assert!(matches!(look(&path, 10), Look::File(_, bytes) if bytes.len() == 11));
    }

    #[test]
    fn a_missing_right_says_what_to_do() {
        assert!(unreadable(&io::ErrorKind::PermissionDenied.into()).contains("chmod"));
    }
}

//! Where the compiler for WebAssembly comes from.
//!
//! In this order: the installed toolchain if it has the target; `rustup target add`; Debian's `rustc-web` with the standard
//! library built from `rust-web-src`, unpacked below a cache folder (nothing is installed, no root is needed).

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::BuildError;

/// What plugins are compiled for. Not `wasm32-wasip2`: its standard library imports WASI even where it is not used.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The Debian packages whose compiler can build its own standard library for WebAssembly.
const DEBIAN: &[&str] = &["rustc-web", "cargo-web"];

/// Its standard library's source; nothing depends on it, so it is asked for by name.
const DEBIAN_SOURCE: &str = "rust-web-src";

/// A toolchain that builds for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The installed one has the target.
    Installed {
        /// Its cargo.
        cargo: PathBuf,
    },
    /// The standard library is built along with the plugin.
    BuildStd {
        /// Its cargo.
        cargo: PathBuf,
        /// Its compiler.
        rustc: PathBuf,
        /// Further variables that the two need, such as where their libraries lie.
        env: Vec<(String, OsString)>,
    },
}

impl Toolchain {
    /// Finds a toolchain, or gets one. `cache_dir` keeps what was unpacked, about 700 MB where Debian's packages are needed.
    pub fn find(cache_dir: &Path) -> Result<Self, BuildError> {
        let mut tried = Vec::new();
        if has_target() {
            return Ok(Self::installed());
        }
        tried.push(format!("- the installed toolchain has no standard library for {TARGET}"));
        match run(Command::new("rustup").args(["target", "add", TARGET])) {
            Ok(_) if has_target() => return Ok(Self::installed()),
            Ok(_) => tried.push("- `rustup target add` said yes, and the target is still not there".to_owned()),
            Err(reason) => tried.push(format!("- rustup target add {TARGET}: {reason}")),
        }
        Self::debian(cache_dir).map_err(|reason| {
            tried.push(format!("- Debian's packages {}: {reason}", DEBIAN.join(", ")));
            BuildError::NoToolchain { tried: tried.join("\n") }
        })
    }

    /// The installed toolchain, whether or not it has the target.
    #[must_use]
    pub fn installed() -> Self {
        Self::Installed { cargo: std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from) }
    }

    /// Debian's toolchain for the web, unpacked below `cache_dir` unless it lies there already. The error is a sentence.
    pub fn debian(cache_dir: &Path) -> Result<Self, String> {
        let root = cache_dir.join("root");
        if !root.join("usr/bin/cargo").is_file() {
            unpack_debian(cache_dir, &root)?;
        }
        let root = root.canonicalize().map_err(|error| format!("{}: {error}", root.display()))?;
        let lld = find_file(&sysroot()?.join("lib/rustlib"), "rust-lld")
            .ok_or("no rust-lld beside the installed rustc; install the package lld and Rust by rustup")?;
        let mut libraries = Vec::new();
        library_folders(&root.join("usr/lib"), &mut libraries);
        let libraries = std::env::join_paths(libraries).map_err(|error| error.to_string())?;
        Ok(Self::BuildStd {
            cargo: root.join("usr/bin/cargo"),
            rustc: root.join("usr/bin/rustc"),
            env: vec![
                ("RUSTC_BOOTSTRAP".to_owned(), "1".into()), // -Zbuild-std is not stable yet
                ("LD_LIBRARY_PATH".to_owned(), libraries),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER".to_owned(), lld.into_os_string()),
            ],
        })
    }

    /// Its cargo.
    #[must_use]
    pub fn cargo(&self) -> &Path {
        match self {
            Self::Installed { cargo } | Self::BuildStd { cargo, .. } => cargo,
        }
    }

    /// Gives a cargo command what it needs beside the target.
    pub(crate) fn equip(&self, command: &mut Command) {
        if let Self::BuildStd { rustc, env, .. } = self {
            command.arg("-Zbuild-std=std,panic_abort").env("RUSTC", rustc);
            command.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTDOC");
            for (name, value) in env {
                command.env(name, value);
            }
        }
    }
}

/// Whether the installed compiler has a standard library for the target.
fn has_target() -> bool {
    run(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn sysroot() -> Result<PathBuf, String> {
    run(Command::new("rustc").args(["--print", "sysroot"])).map(|folder| PathBuf::from(folder.trim()))
}

/// Downloads the packages and all that they depend on, and unpacks them below `root`.
fn unpack_debian(cache_dir: &Path, root: &Path) -> Result<(), String> {
    let folder = |path: &Path| fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()));
    let debs = cache_dir.join("debs");
    let half = cache_dir.join("root.part");
    for stale in [&debs, &half] {
        if stale.exists() {
            fs::remove_dir_all(stale).map_err(|error| format!("{}: {error}", stale.display()))?;
        }
    }
    folder(&debs)?;
    folder(&half)?;
    let mut ask = Command::new("apt-get");
    ask.args(["install", "--print-uris", "-y", "--no-install-recommends"]).args(DEBIAN);
    let mut packages = packages_of(&run(&mut ask)?);
    packages.push(DEBIAN_SOURCE.to_owned());
    run(Command::new("apt-get").arg("download").args(&packages).current_dir(&debs))?;
    for entry in fs::read_dir(&debs).map_err(|error| format!("{}: {error}", debs.display()))? {
        let deb = entry.map_err(|error| error.to_string())?.path();
        run(Command::new("dpkg").arg("-x").arg(&deb).arg(&half))?;
    }
    // Whole or not at all: an interrupted start must not leave half a compiler behind.
    if root.exists() {
        fs::remove_dir_all(root).map_err(|error| format!("{}: {error}", root.display()))?;
    }
    fs::rename(&half, root).map_err(|error| format!("{}: {error}", root.display()))?;
    fs::remove_dir_all(&debs).map_err(|error| format!("{}: {error}", debs.display()))
}

/// The names in the lines `'URL' name_version_arch.deb size hash` of `apt-get --print-uris`.
fn packages_of(uris: &str) -> Vec<String> {
    uris.lines()
        .filter(|line| line.starts_with('\''))
        .filter_map(|line| line.split_whitespace().nth(1))
        .filter_map(|file| file.split('_').next())
        .map(str::to_owned)
        .collect()
}

/// Folders with shared libraries, without those of the compiler's targets.
fn library_folders(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    let shared =
        |path: &PathBuf| path.is_file() && path.file_name().is_some_and(|name| name.to_string_lossy().contains(".so"));
    if paths.iter().any(shared) {
        found.push(folder.to_owned());
    }
    for path in paths {
        if path.is_dir() && !path.is_symlink() && path.file_name() != Some(OsStr::new("rustlib")) {
            library_folders(&path, found);
        }
    }
}

/// The first file of this name below a folder.
fn find_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    let here = paths.iter().find(|path| path.is_file() && path.file_name() == Some(OsStr::new(name)));
    here.cloned().or_else(|| paths.iter().filter(|path| path.is_dir()).find_map(|path| find_file(path, name)))
}

/// What a program writes; the error is a sentence with the end of its complaints.
fn run(command: &mut Command) -> Result<String, String> {
    const COMPLAINT: usize = 3; // lines: apt and rustup say the cause last
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("`{program}` could not be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = complaint.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.iter().skip(lines.len().saturating_sub(COMPLAINT)).copied().collect::<Vec<_>>().join("; ");
    Err(format!("`{program}` failed ({}): {last}", output.status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_names_are_read_from_what_apt_prints() {
        let printed = "Reading package lists...\n'http://deb.example/libx_1%2b2_amd64.deb' libx_1+2_amd64.deb 100 SHA256:0\n\
                       'http://deb.example/cargo-web_1.96_amd64.deb' cargo-web_1.96_amd64.deb 5 SHA256:1\n";
        assert_eq!(packages_of(printed), ["libx", "cargo-web"]);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(error.contains("no-such-program-here"), "{error}");
    }
}

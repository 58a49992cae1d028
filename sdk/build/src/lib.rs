//! Builds plugin crates for `wasm32-unknown-unknown` and turns what comes out into components.
//!
//! `cargo xtask`, `marquee plugin build` and the tests share it, so that a plugin is built in one way only. It stands before
//! the flow; the host never builds anything. It starts `cargo` and, on a machine without the WebAssembly target, `rustup` or
//! `apt-get download`; it never installs a package and needs no root.

mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub use toolchain::{TARGET, Toolchain};

/// The profile that plugins are built with. Given on the command line, so that an author's crate needs no profile of its own:
/// small code, and a panic that ends the call after its message was logged.
const PROFILE: &[&str] = &[
    "profile.plugin.inherits=\"release\"",
    "profile.plugin.opt-level=\"s\"",
    "profile.plugin.lto=true",
    "profile.plugin.codegen-units=1",
    "profile.plugin.panic=\"abort\"",
    "profile.plugin.strip=true",
    "profile.plugin.debug=false",
];

/// Variables of the surrounding build that must not reach the guests: flags for the host's code (coverage, linkers), and
/// wrappers that know another compiler. What a [`Toolchain`] needs is set afterwards.
const FOREIGN: &[&str] = &[
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_TARGET_DIR",
    "CARGO_MANIFEST_DIR",
    "__CARGO_DEFAULT_LIB_METADATA",
];

/// Why plugins could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// No toolchain that can build for WebAssembly, and none could be had.
    #[error(
        "no Rust toolchain here builds for {TARGET}:\n{tried}\nrun `rustup target add {TARGET}`, or on Debian 12 `apt-get update` and try again"
    )]
    NoToolchain {
        /// What was tried and how it ended, a line each.
        tried: String,
    },
    /// A program could not be started.
    #[error("`{program}` could not be started ({reason}); install it, or put it on the PATH")]
    NotStarted {
        /// The program.
        program: String,
        /// The operating system's words.
        reason: String,
    },
    /// The compiler refused.
    #[error("building {packages} for {TARGET} failed:\n{output}\nmend the errors above and build again")]
    Failed {
        /// The packages.
        packages: String,
        /// What cargo wrote.
        output: String,
    },
    /// A package gave no WebAssembly module.
    #[error(
        "{package} gave no WebAssembly module; set `crate-type = [\"cdylib\", \"rlib\"]` under [lib] in its Cargo.toml"
    )]
    NoModule {
        /// The package.
        package: String,
    },
    /// The module is no Marquee plugin.
    #[error(
        "{module} cannot become a component: {reason}; call `marquee_sdk::export!(YourPlugin)` once in its lib.rs, and use nothing that needs an operating system"
    )]
    NotAPlugin {
        /// The module or package.
        module: String,
        /// Why.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {reason}; check that the folder exists and that this user may write to it")]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
}

/// Builds packages of this workspace and returns one component a package, in their order:
/// `<target_dir>/plugins/<package>.wasm`. A file is written only if its content changed.
pub fn build(packages: &[&str], target_dir: &Path, toolchain: &Toolchain) -> Result<Vec<PathBuf>, BuildError> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    build_in(&manifest, packages, target_dir, toolchain)
}

/// The same for packages of any workspace or crate, by its `Cargo.toml`.
pub fn build_in(
    manifest: &Path,
    packages: &[&str],
    target_dir: &Path,
    toolchain: &Toolchain,
) -> Result<Vec<PathBuf>, BuildError> {
    let modules = compile(manifest, packages, target_dir, toolchain)?;
    let folder = target_dir.join("plugins");
    fs::create_dir_all(&folder).map_err(|error| file(&folder, &error))?;
    let mut components = Vec::with_capacity(packages.len());
    for (package, module) in packages.iter().zip(modules) {
        let module = module.ok_or_else(|| BuildError::NoModule { package: (*package).to_owned() })?;
        let bytes = fs::read(&module).map_err(|error| file(&module, &error))?;
        let component = componentize(&bytes).map_err(|error| name_module(error, package))?;
        let path = folder.join(format!("{package}.wasm"));
        write_if_changed(&path, &component)?;
        components.push(path);
    }
    Ok(components)
}

/// Turns a core module that was built with the SDK into a component with no imports beyond `marquee:extractor`. Bytes that are
/// a component already come back as they are.
pub fn componentize(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0"; // magic, version 13, layer 1: the component model's binary format
    if module.starts_with(COMPONENT) {
        return Ok(module.to_owned());
    }
    // The section that tells the encoder the contract, and the export that only `export!` makes: without the two the encoder would
    // give a component that is empty.
    const MARKS: [&[u8]; 2] = [b"component-type", b"cabi_post_extract"];
    let refuse = |reason: String| BuildError::NotAPlugin { module: "the module".to_owned(), reason };
    let has = |mark: &[u8]| module.windows(mark.len()).any(|window| window == mark);
    if let Some(mark) = MARKS.iter().find(|mark| !has(mark)) {
        return Err(refuse(format!("it has no `{}`", String::from_utf8_lossy(mark))));
    }
    wit_component::ComponentEncoder::default()
        .module(module)
        .and_then(|encoder| encoder.validate(true).encode())
        .map_err(|error| refuse(format!("{error:#}")))
}

/// Runs cargo; one module a package, where cargo reports one.
fn compile(
    manifest: &Path,
    packages: &[&str],
    target_dir: &Path,
    toolchain: &Toolchain,
) -> Result<Vec<Option<PathBuf>>, BuildError> {
    let mut command = Command::new(toolchain.cargo());
    command.args(["build", "--profile", "plugin", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
    for line in PROFILE {
        command.args(["--config", line]);
    }
    command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(target_dir);
    for package in packages {
        command.args(["--package", package]);
    }
    for variable in FOREIGN {
        command.env_remove(variable);
    }
    toolchain.equip(&mut command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| BuildError::NotStarted {
        program: toolchain.cargo().display().to_string(),
        reason: error.to_string(),
    })?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        return Err(BuildError::Failed { packages: packages.join(", "), output });
    }
    let reported = String::from_utf8_lossy(&output.stdout);
    let modules: Vec<(String, PathBuf)> = reported.lines().filter_map(module_of).collect();
    let of = |package: &str| {
        let library = package.replace('-', "_");
        modules.iter().find(|(name, _)| *name == library || name == package).map(|(_, path)| path.clone())
    };
    Ok(packages.iter().map(|package| of(package)).collect())
}

/// Library name and module of a `compiler-artifact` message, if it made a module.
fn module_of(line: &str) -> Option<(String, PathBuf)> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let target = message.get("target")?;
    let is_library = target.get("kind")?.as_array()?.iter().any(|kind| kind == "cdylib");
    let module = message.get("filenames")?.as_array()?.iter().filter_map(|name| name.as_str());
    let module = module.filter(|name| name.ends_with(".wasm")).map(PathBuf::from).next()?;
    is_library.then_some((target.get("name")?.as_str()?.to_owned(), module))
}

/// Writes by rename, so that a plugin folder that is watched never sees half a file.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    let half = path.with_extension(format!("{}.part", std::process::id()));
    fs::write(&half, bytes).map_err(|error| file(&half, &error))?;
    fs::rename(&half, path).map_err(|error| file(path, &error))
}

fn name_module(error: BuildError, package: &str) -> BuildError {
    match error {
        BuildError::NotAPlugin { reason, .. } => BuildError::NotAPlugin { module: package.to_owned(), reason },
        other => other,
    }
}

fn file(path: &Path, error: &std::io::Error) -> BuildError {
    BuildError::File { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_is_no_plugin_is_refused_with_what_to_do() {
        let empty_module = b"\0asm\x01\0\0\0";
        let error = componentize(empty_module).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("export!"), "{error}");
        let error = componentize(b"<html>").map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("cannot become a component"), "{error}");
    }

    #[test]
    fn a_component_stays_as_it_is() {
        let component = b"\0asm\x0d\0\x01\0rest";
        assert_eq!(componentize(component).unwrap(), component);
    }

    #[test]
    fn unchanged_files_are_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        write_if_changed(&path, b"one").unwrap();
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        write_if_changed(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
        write_if_changed(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

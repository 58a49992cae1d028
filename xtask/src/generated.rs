//! Files that are made by the code and committed, so that a reader need not build anything to read them.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    queries,
    run::{self, root, target_dir},
};

/// A file that a command of `marquee` prints.
struct Printed {
    path: &'static str,
    arguments: &'static [&'static str],
}

const PRINTED: &[Printed] = &[
    Printed { path: "docs/openapi.json", arguments: &["openapi"] },
    Printed { path: "docs/marquee.default.toml", arguments: &["config", "default"] },
];

/// Writes every generated file anew.
pub(crate) fn write_all() -> Result<()> {
    build_marquee()?;
    for file in PRINTED {
        fs::write(root().join(file.path), print(file)?).with_context(|| format!("cannot write {}", file.path))?;
        println!("   written: {}", file.path);
    }
    queries::write()
}

/// Fails where a committed file is not what the code makes.
pub(crate) fn check() -> Result<()> {
    build_marquee()?;
    let mut stale = Vec::new();
    for file in PRINTED {
        if fs::read(root().join(file.path)).unwrap_or_default() != print(file)? {
            stale.push(file.path);
        }
    }
    if !stale.is_empty() {
        bail!("stale: {}; run `cargo xtask generate` and commit what it writes", stale.join(", "));
    }
    queries::check()
}

/// Builds the `marquee` program together with the tests: they take the same features, so that nothing is built twice.
fn build_marquee() -> Result<()> {
    run::run(run::cargo().args(["test", "--workspace", "--no-run", "--quiet"]))
}

/// Where it was built.
pub(crate) fn marquee() -> PathBuf {
    target_dir().join("debug").join(format!("marquee{}", std::env::consts::EXE_SUFFIX))
}

fn print(file: &Printed) -> Result<Vec<u8>> {
    let output = Command::new(marquee()).args(file.arguments).current_dir(root()).output()?;
    if !output.status.success() {
        bail!("`marquee {}` failed: {}", file.arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

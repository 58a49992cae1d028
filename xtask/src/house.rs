//! The rules of the house that no compiler checks: the length of files, and words that do not belong.

use std::fs;

use anyhow::{Result, bail};

use crate::run::{self, root};

/// From here a file asks for a better split.
const LONG: usize = 400;
/// From here it must be split.
const TOO_LONG: usize = 600;

/// Checks every Rust file that git knows.
pub(crate) fn check() -> Result<()> {
    let mut long = Vec::new();
    let mut too_long = Vec::new();
    for path in tracked(&["*.rs"])? {
        let lines = fs::read_to_string(root().join(&path)).unwrap_or_default().lines().count();
        match lines {
            lines if lines > TOO_LONG => too_long.push(format!("{path}: {lines} lines")),
            lines if lines > LONG => long.push(format!("{path}: {lines} lines")),
            _ => {}
        }
    }
    if !long.is_empty() {
        println!("   over {LONG} lines, worth a better split:\n     {}", long.join("\n     "));
    }
    if !too_long.is_empty() {
        bail!("over {TOO_LONG} lines, split them:\n  {}", too_long.join("\n  "));
    }
    Ok(())
}

/// Files that git tracks, and new ones that it does not ignore.
fn tracked(patterns: &[&str]) -> Result<Vec<String>> {
    let output = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "--"])
        .args(patterns)
        .current_dir(root())
        .output()?;
    if !output.status.success() {
        bail!("`git ls-files` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// The toolchain has what the checks need, else it is added.
pub(crate) fn components() -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !run::succeeds(run::cargo().args([probe, "--version"])) {
            run::run(std::process::Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

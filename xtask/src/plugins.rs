//! Builds the plugins of the workspace into a folder.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use marquee_plugin_build::Toolchain;

use crate::run::{root, target_dir};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder; by default `plugins` in cargo's target folder.
    #[arg(long)]
    into: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let built = target_dir().join("plugins");
    let folder = build(arguments.into.clone().unwrap_or(built))?;
    println!("plugins: {}", folder.display());
    Ok(())
}

/// Builds every plugin below `plugins/` and returns the folder that holds the components.
pub(crate) fn build(into: PathBuf) -> Result<PathBuf> {
    let names = names()?;
    let packages: Vec<&str> = names.iter().map(String::as_str).collect();
    let toolchain = Toolchain::find(&target_dir().join("wasm-toolchain"))?;
    let components = marquee_plugin_build::build(&packages, &target_dir(), &toolchain)?;
    fs::create_dir_all(&into).with_context(|| format!("{} cannot be made", into.display()))?;
    for component in components {
        let Some(name) = component.file_name() else { continue };
        let place = into.join(name);
        if place != component && fs::read(&place).ok() != fs::read(&component).ok() {
            // Copied aside and renamed, so that a running host never sees half a file.
            let half = place.with_extension("part");
            fs::copy(&component, &half).with_context(|| format!("{} cannot be written", half.display()))?;
            fs::rename(&half, &place).with_context(|| format!("{} cannot be written", place.display()))?;
        }
    }
    Ok(into)
}

/// The packages of the folders below `plugins/`, which are named like them.
fn names() -> Result<Vec<String>> {
    let folder = root().join("plugins");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

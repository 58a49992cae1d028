//! Builds the plugins into a folder.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::run::{root, target_dir};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder; by default `plugins` in cargo's target folder.
    #[arg(long)]
    into: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = build(arguments.into.clone())?;
    println!("plugins: {}", folder.display());
    Ok(())
}

/// Builds every plugin of the workspace and returns the folder that holds them.
pub(crate) fn build(into: Option<PathBuf>) -> Result<PathBuf> {
    let folder = into.unwrap_or_else(|| target_dir().join("plugins"));
    marquee_plugin_build::build_workspace_plugins(root(), &target_dir(), &folder).context("the plugins could not be built")?;
    Ok(folder)
}

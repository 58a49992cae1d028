//! `marquee plugin`: the author's commands.

mod build;
mod check;
mod list;
mod new;
mod run;
mod test;

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use marquee_extract::Plugin;

use crate::{arguments, house, settings::Settings};

pub(crate) async fn run(settings: &Settings, command: arguments::Plugin) -> Result<ExitCode> {
    match command {
        arguments::Plugin::List { json } => list::run(settings, json).await,
        arguments::Plugin::New(options) => new::run(&options),
        arguments::Plugin::Build(options) => build::run(&options),
        arguments::Plugin::Check(options) => check::run(settings, options).await,
        arguments::Plugin::Run(options) => run::run(settings, options).await,
        arguments::Plugin::Test(options) => test::run(settings, options).await,
    }
}

/// Loads a file as the host would, with a folder for compiled code that ends with this command.
pub(crate) async fn load(settings: &Settings, file: &Path) -> Result<(Vec<u8>, Arc<Plugin>)> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let cache = tempfile::tempdir().context("no temporary folder can be made for compiled code")?;
    let sandbox = house::sandbox_with_cache(settings, cache.path().to_owned())?;
    let plugin = sandbox.load(&bytes).await.with_context(|| format!("{} is no usable plugin", file.display()))?;
    Ok((bytes, plugin))
}

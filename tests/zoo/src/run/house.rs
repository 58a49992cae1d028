//! The plugins of all runs: built, compiled and loaded once, whatever the number of seeds.

use std::{fs, path::PathBuf, sync::Arc};

use marquee_extract::{CompileWith, Registry, RegistrySettings, Sandbox, SandboxLimits};
use marquee_model::Plugins as _;
use marquee_tests::{
    guests::{self, Setup},
    sample,
};
use tempfile::TempDir;

use crate::{markup::Markup, world::venue::VenueDef};

/// A plugin folder with every plugin that the zoo's markups need.
pub struct House {
    /// The plugins.
    pub registry: Arc<Registry>,
    _cache: TempDir,
    _folder: TempDir,
}

impl House {
    /// Builds and loads them. `compiler` is a program that compiles a component when it is started with `arguments`.
    ///
    /// # Errors
    /// One of them cannot be built or loaded.
    pub async fn open(compiler: PathBuf, arguments: Vec<String>, venues: &[VenueDef]) -> Setup<Self> {
        let (cache, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let mut plugins: Vec<&str> = venues
            .iter()
            .map(|venue| venue.markup.declared(venue).plugin)
            .chain(["ticketmaster", "json-ld", "json"])
            .collect();
        plugins.sort_unstable();
        plugins.dedup();
        for plugin in &plugins {
            fs::write(folder.path().join(format!("{plugin}.wasm")), guests::component(plugin)?)?;
        }
        let clock = Arc::new(guests::clock());
        // Our own plugins, compiled once for many worlds: on a busy machine that takes longer than a host waits for a stranger's.
        let limits = SandboxLimits { compile_ms: 300_000, ..SandboxLimits::default() };
        let compile = CompileWith::Child { program: compiler, arguments };
        let sandbox = Sandbox::new(limits, compile, cache.path().join("code"), clock.clone())?;
        let registry = Registry::open(folder.path().to_owned(), sandbox, clock, RegistrySettings::default()).await?;
        for plugin in plugins {
            if registry.get(&sample::parse(plugin)).is_none() {
                let file = registry.files().into_iter().find(|file| file.file == format!("{plugin}.wasm"));
                let reason = file.and_then(|file| file.reason).unwrap_or_default();
                return Err(format!("the plugin `{plugin}` was refused: {reason}").into());
            }
        }
        Ok(Self { registry, _cache: cache, _folder: folder })
    }
}

/// How many platforms these venues' sites are made with.
#[must_use]
pub fn platforms(venues: &[VenueDef]) -> usize {
    let mut markups: Vec<Markup> = venues.iter().map(|venue| venue.markup).collect();
    markups.sort_unstable();
    markups.dedup();
    markups.len()
}

//! `marquee plugin build`: a plugin's crate becomes one component.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, Result};
use marquee_plugin_build::Toolchain;

use crate::arguments;

pub(super) fn run(options: &arguments::PluginBuild) -> Result<ExitCode> {
    let manifest = options.folder.join("Cargo.toml");
    let package = package(&manifest)?;
    let target = options.folder.join("target");
    let toolchain = Toolchain::find(&target.join("wasm-toolchain"))?;
    let built = marquee_plugin_build::build_in(&manifest, &[&package], &target, &toolchain)?;
    let component = built.first().context("cargo built no component")?;
    let output = options.output.clone().unwrap_or_else(|| options.folder.join(format!("{package}.wasm")));
    let bytes = fs::copy(component, &output).with_context(|| format!("{} cannot be written", output.display()))?;
    println!("{} ({} KB)", output.display(), bytes.div_ceil(1024));
    println!("Next: marquee plugin check {0}, then marquee plugin run {0} --page PAGE --url URL", output.display());
    Ok(ExitCode::SUCCESS)
}

/// The package's name, as its manifest tells it.
fn package(manifest: &Path) -> Result<String> {
    let text = fs::read_to_string(manifest).with_context(|| {
        format!(
            "{} cannot be read; name the plugin's folder, or start one with `marquee plugin new NAME`",
            manifest.display()
        )
    })?;
    let manifest_table: toml::Table =
        text.parse().with_context(|| format!("{} is not valid TOML", manifest.display()))?;
    let name = manifest_table.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
    name.map(str::to_owned).with_context(|| format!("{} names no package", manifest.display()))
}

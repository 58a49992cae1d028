//! `marquee plugin new NAME`: a crate that builds and reads its own fixture.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use marquee_model::PluginId;

use crate::arguments;

/// The files of a new plugin. `{{name}}` and `{{sdk}}` are filled in.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("template/lib.rs.in")),
    ("README.md", include_str!("template/README.md.in")),
    ("fixtures/listing.html", include_str!("template/listing.html.in")),
    ("fixtures/source.toml", include_str!("template/source.toml.in")),
    (".gitignore", "/target\n/*.wasm\n"),
];

pub(super) fn run(options: &arguments::PluginNew) -> Result<ExitCode> {
    let name: PluginId = options.name.parse()?;
    let sdk = sdk(options.sdk.as_deref())?;
    let folder = options.into.clone().unwrap_or_else(|| PathBuf::from(name.as_str()));
    if folder.exists() {
        bail!("{} exists already; choose another name or folder", folder.display());
    }
    for (path, template) in FILES {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
        let text = template.replace("{{name}}", name.as_str()).replace("{{sdk}}", &sdk.display().to_string());
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let folder = folder.display();
    println!("A new plugin stands in {folder}. Next:");
    println!("  marquee plugin build {folder}");
    println!("  marquee plugin check {folder}/{name}.wasm");
    println!(
        "  marquee plugin run {folder}/{name}.wasm --page {folder}/fixtures/listing.html --source {folder}/fixtures/source.toml"
    );
    Ok(ExitCode::SUCCESS)
}

/// The SDK's folder, absolute.
fn sdk(named: Option<&Path>) -> Result<PathBuf> {
    let of_checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/rust");
    let folder = named.unwrap_or(&of_checkout);
    folder.canonicalize().with_context(|| {
        format!("the SDK is not in {}; name the folder `sdk/rust` of a Marquee checkout with --sdk", folder.display())
    })
}

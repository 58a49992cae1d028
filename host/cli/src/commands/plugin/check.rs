//! `marquee plugin check FILE`: whether the host would take it, and what it is.

use std::process::ExitCode;

use anyhow::Result;
use marquee_model::Digest;

use crate::{arguments, settings::Settings};

pub(super) async fn run(settings: &Settings, options: arguments::PluginCheck) -> Result<ExitCode> {
    let (bytes, plugin) = super::load(settings, &options.file).await?;
    let described = plugin.described();
    let imports = marquee_extract::imports(&bytes);
    let digest = Digest::of(&bytes);
    if options.json {
        let json = serde_json::json!({
            "file": options.file, "bytes": bytes.len(), "digest": digest, "world": marquee_extract::WORLD,
            "imports": imports, "description": described,
        });
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} can be used.", options.file.display());
    println!("  id       {} {}", described.id, described.version);
    println!("  summary  {}", described.summary);
    for line in &described.reads {
        println!("  reads    {line}");
    }
    println!("  size     {} KB", bytes.len().div_ceil(1024));
    println!("  digest   {digest}");
    println!("  world    {}", marquee_extract::WORLD);
    println!("  imports  {}", if imports.is_empty() { "none".to_owned() } else { imports.join(", ") });
    println!("  schema   {}", described.configuration_schema);
    Ok(ExitCode::SUCCESS)
}

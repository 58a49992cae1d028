//! `marquee plugin list`

use std::process::ExitCode;

use anyhow::Result;
use marquee_model::{FileStanding, Plugins as _};

use crate::{
    house,
    settings::Settings,
    terminal::{or_dash, table},
};

pub(super) async fn run(settings: &Settings, json: bool) -> Result<ExitCode> {
    let registry = house::registry(settings).await?;
    let (active, files) = (registry.active(), registry.files());
    if json {
        println!("{}", serde_json::json!({ "active": active, "files": files }));
        return Ok(ExitCode::SUCCESS);
    }
    if files.is_empty() {
        println!(
            "There is no plugin in {}. Build some with `cargo xtask plugins --into {}`.",
            settings.plugins.folder.display(),
            settings.plugins.folder.display()
        );
        return Ok(ExitCode::SUCCESS);
    }
    let mut shown = table(["Plugin", "Version", "Digest", "File", "Reads"]);
    for state in &active {
        let version = &state.active;
        shown.add_row([
            version.id.to_string(),
            version.version.to_string(),
            version.digest.short(),
            state.file.clone(),
            state.summary.clone(),
        ]);
    }
    println!("{shown}");
    for file in files.iter().filter(|file| file.standing != FileStanding::Active) {
        println!("{} ({:?}): {}", file.file, file.standing, or_dash(file.reason.as_ref()));
    }
    Ok(ExitCode::SUCCESS)
}

//! Plugins and sources: is there a plugin for every source, is every file in use, does every source's configuration fit.

use std::collections::BTreeMap;

use marquee_crawl::{SourceFile, check, read_folder};
use marquee_model::{FileStanding, Plugins as _};

use super::Finding;
use crate::{house, settings::Settings};

/// What was found, and the sources that could be read.
pub(super) async fn look(settings: &Settings) -> (Vec<Finding>, Vec<SourceFile>) {
    let mut findings = Vec::new();
    let files = sources(settings, &mut findings);
    let registry = match house::registry(settings).await {
        Ok(registry) => registry,
        Err(error) => {
            let mend = "set `plugins.folder` and `plugins.cache` to folders that this user may write";
            findings.push(Finding::wrong("plugins", format!("{error:#}"), mend));
            return (findings, files);
        }
    };
    let in_use = registry.active().len();
    findings.push(if in_use == 0 {
        let mend =
            format!("put .wasm files into {}; `marquee plugin build` makes them", settings.plugins.folder.display());
        Finding::wrong("plugins", "none is in use", mend)
    } else {
        Finding::good("plugins", format!("{in_use} in use"))
    });
    for file in registry.files().iter().filter(|file| file.standing == FileStanding::Refused) {
        let reason = file.reason.clone().unwrap_or_default();
        findings.push(Finding::wrong(
            "plugin file",
            format!("{} is refused: {reason}", file.file),
            "replace or remove it",
        ));
    }
    for problem in check(&files, &registry) {
        findings.push(Finding::wrong(
            "source",
            problem.to_string(),
            "correct the file; `marquee sources check` tells all",
        ));
    }
    (findings, files)
}

fn sources(settings: &Settings, findings: &mut Vec<Finding>) -> Vec<SourceFile> {
    let folder = &settings.sources.folder;
    if !folder.exists() {
        let found = format!("there is no folder {}", folder.display());
        let mend =
            "make it and put source files into it, or set `sources.folder`; `marquee source detect URL` writes one";
        findings.push(Finding::advice("sources", found, mend));
        return Vec::new();
    }
    match read_folder(folder, house::clock().now()) {
        Ok(files) => {
            let mut by_plugin: BTreeMap<&str, usize> = BTreeMap::new();
            for file in &files {
                *by_plugin.entry(file.source.plugin.as_str()).or_default() += 1;
            }
            findings.push(Finding::good("sources", format!("{} files, {} plugins", files.len(), by_plugin.len())));
            files
        }
        Err(problems) => {
            for problem in problems {
                findings.push(Finding::wrong("source", problem.to_string(), "correct the file"));
            }
            Vec::new()
        }
    }
}

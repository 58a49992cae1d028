//! Checks sources against the loaded plugins, before anything is crawled.

use std::path::PathBuf;

use marquee_extract::Registry;
use marquee_model::{PluginId, Plugins as _};

use crate::SourceFile;

/// Why a source cannot be crawled as it is declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceProblem {
    /// No loaded plugin has that id.
    #[error(
        "{path}: `plugin`: no plugin `{plugin}` is loaded; {known}. Drop its .wasm into the plugin folder, or correct the name"
    )]
    UnknownPlugin {
        /// The source file.
        path: PathBuf,
        /// The id.
        plugin: PluginId,
        /// The ids that are loaded, as a sentence.
        known: String,
    },
    /// The plugin's schema refuses the configuration.
    #[error("{path}: `configuration{key}`: {reason} (plugin `{plugin}`; its README lists the keys)")]
    BadConfiguration {
        /// The source file.
        path: PathBuf,
        /// The plugin.
        plugin: PluginId,
        /// The key, as a dotted path with a leading dot, empty for the table itself.
        key: String,
        /// What the schema says.
        reason: String,
    },
}

/// Every problem of every source, in the order of the files. Empty: all can be crawled.
#[must_use]
pub fn check(files: &[SourceFile], registry: &Registry) -> Vec<SourceProblem> {
    files.iter().flat_map(|file| check_one(file, registry)).collect()
}

fn check_one(file: &SourceFile, registry: &Registry) -> Vec<SourceProblem> {
    let Some(plugin) = registry.get(&file.source.plugin) else {
        let ids: Vec<String> = registry.active().iter().map(|state| state.active.id.to_string()).collect();
        let known = if ids.is_empty() { "none is".to_owned() } else { format!("there are {}", ids.join(", ")) };
        return vec![SourceProblem::UnknownPlugin {
            path: file.path.clone(),
            plugin: file.source.plugin.clone(),
            known,
        }];
    };
    let problems = plugin.check_configuration(&file.source.configuration).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| SourceProblem::BadConfiguration {
            path: file.path.clone(),
            plugin: file.source.plugin.clone(),
            key: problem.pointer.replace('/', "."),
            reason: problem.message,
        })
        .collect()
}

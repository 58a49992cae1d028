//! What keeps a venue from being scored.

use std::path::PathBuf;

/// Why a venue cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source file names no saved page, and none was found under its slug.
    #[error("`{slug}` has no saved page: add `page` to `[score]` in its file, or keep it in a folder named `{slug}`")]
    NoPage {
        /// The source's slug.
        slug: String,
    },
    /// A file cannot be read.
    #[error("{path}: cannot be read ({reason}); check the path in `[score]`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The plugin's schema refuses the configuration.
    #[error("{path}: `configuration` does not fit the plugin `{plugin}`: {problems}; its README lists the keys")]
    Configuration {
        /// The source file.
        path: PathBuf,
        /// The plugin.
        plugin: String,
        /// What the schema says.
        problems: String,
    },
}

//! What can go wrong between a plugin file and an extraction, by what is done next.
//!
//! [`SandboxError`] stops the start of the host; [`LoadError`] refuses one file; [`CallError`] ends one call. Each names its object and
//! ends with what to do.

use std::{fmt, path::PathBuf, sync::Arc};

use marquee_model::{ExtractError, PluginVersion};

use crate::{LogLine, Spent};

/// Why there can be no sandbox at all.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The engine refused its configuration, or the machine the memory for its pool.
    #[error(
        "the Wasm engine cannot start: {reason}. Each of `limits.concurrent_calls` reserves address space (not memory): lower it, \
         or raise the process's limit on address space (`ulimit -v`)"
    )]
    Engine {
        /// What the engine said.
        reason: String,
    },
    /// A limit has a value that cannot work.
    #[error("`limits.{limit}` is {value}: {reason}")]
    Limit {
        /// The field of [`crate::SandboxLimits`].
        limit: &'static str,
        /// Its value.
        value: u64,
        /// Why not, and what to set.
        reason: &'static str,
    },
    /// The directory for compiled code cannot be used.
    #[error(
        "the cache of compiled plugins at {path} cannot be used: {reason}. Give a directory that belongs to the user of this process \
         and that nobody else can write to"
    )]
    Cache {
        /// The directory.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

/// Why a file cannot be used as a plugin. The message tells the author or operator what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is longer than `limits.component_bytes`.
    #[error(
        "it is {bytes} bytes long, over the limit of {limit} (`limits.component_bytes`): build it with the `plugin` profile \
         (`marquee plugin build`), or raise the limit"
    )]
    TooLarge {
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The file ends in the middle.
    #[error(
        "the file ends too early ({reason}): it was copied in part or is still being written. Copy it again, best under another name \
         in the same folder, and then rename it to end in `.wasm`"
    )]
    Truncated {
        /// Where it breaks off.
        reason: String,
    },
    /// The file is something else.
    #[error("it is not WebAssembly ({reason}): put a component built with `marquee plugin build` here")]
    NotWasm {
        /// What its first bytes look like.
        reason: String,
    },
    /// The file is WebAssembly, but a core module.
    #[error(
        "it is a core module, not a component: run `marquee plugin build`, which turns the module into a component"
    )]
    CoreModule,
    /// The file is a damaged or unsupported component.
    #[error("it is not a valid component: {reason}. Build it again with `marquee plugin build`")]
    Invalid {
        /// What is wrong and where.
        reason: String,
    },
    /// The component wants something that plugins are not given.
    #[error("it imports {imports}. {advice}")]
    ForeignImports {
        /// The imports, each with what it is.
        imports: String,
        /// What to do.
        advice: String,
    },
    /// The component was built against another contract.
    #[error(
        "it does not fit the world `marquee:extractor/extractor@0.1.0`: {reason}. Build it against the `wit/` folder of this host's \
         version (`marquee plugin build`)"
    )]
    WrongWorld {
        /// What differs.
        reason: String,
    },
    /// Compiling was stopped or failed.
    #[error("it cannot be compiled: {reason}")]
    Compile {
        /// Which limit was hit, or what the compiler said.
        reason: String,
    },
    /// `describe` failed.
    #[error("its `describe` failed: {reason}. `marquee plugin check FILE` shows the same; mend the plugin")]
    Describe {
        /// What happened.
        reason: String,
    },
    /// What `describe` says cannot be used.
    #[error("its description cannot be used: {field}: {reason}. Mend `describe` in the plugin")]
    BadDescription {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// A place in a source's configuration that the plugin's schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", if pointer.is_empty() { "(the whole configuration)" } else { pointer })]
pub struct ConfigurationProblem {
    /// JSON pointer (RFC 6901) of the value; empty is the whole.
    pub pointer: String,
    /// What is wrong with it.
    pub message: String,
}

/// Why a call gave no extraction.
#[derive(Debug, Clone, PartialEq)]
pub struct CallError {
    /// The plugin that was called.
    pub plugin: Arc<PluginVersion>,
    /// Why.
    pub failure: Box<CallFailure>,
    /// What it logged before.
    pub log: Vec<LogLine>,
    /// What it used until then.
    pub spent: Spent,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plugin {}: {}", self.plugin, self.failure)
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.failure)
    }
}

/// How a call failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallFailure {
    /// The plugin read the page and answered with one of its own typed errors.
    #[error(transparent)]
    Answered(#[from] ExtractError),
    /// The plugin passed a limit and was stopped.
    #[error("stopped: it passed `limits.{limit}` ({value}){remark}")]
    Limit {
        /// The name of the limit, a field of [`crate::SandboxLimits`].
        limit: &'static str,
        /// The limit's value, with its unit.
        value: String,
        /// More, starting with a blank, or empty.
        remark: String,
    },
    /// The plugin panicked and said where.
    #[error("it panicked: {message}")]
    Panicked {
        /// Message and source line, as the plugin's panic hook logged them.
        message: String,
    },
    /// The plugin trapped without a word.
    #[error(
        "it trapped: {trap}. Plugins built on the SDK log the reason first; a guest in another language should answer with `internal`"
    )]
    Trapped {
        /// What the engine says, such as "wasm `unreachable` instruction executed".
        trap: String,
    },
    /// The plugin returned something that the contract forbids.
    #[error("its result is invalid: {place}: {reason}")]
    Invalid {
        /// Where in the result, such as `events[3].start`.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The page is larger than plugins are given.
    #[error("the page has {bytes} bytes of text, over `limits.page_bytes` ({limit}): it was not handed to the plugin")]
    PageTooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The host could not make the call; the plugin is not to blame.
    #[error("the host could not make the call: {reason}")]
    Host {
        /// Why.
        reason: String,
    },
}

/// Why a plugin folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The folder cannot be read.
    #[error(
        "the plugin folder {path} cannot be read: {reason}. Create it, or set `plugins.folder` to the folder that holds the `.wasm` files"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The folder cannot be watched.
    #[error(
        "the plugin folder {path} cannot be watched: {reason}. Changes are still found by looking every `plugins.watch.poll_ms`"
    )]
    Watch {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

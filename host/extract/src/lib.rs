//! Page to Extraction: extractor plugins in their sandbox.
//!
//! In the flow this stands between `fetch` and `normalize`. [`Registry`] watches the plugin folder, [`Sandbox`] turns a file into a
//! [`Plugin`], and [`Plugin::extract`] runs it on one page with a fresh instance, within [`SandboxLimits`]. This is the only crate that
//! names wasmtime, and the WIT types stop at `convert/`. It never fetches, stores or believes anything.

mod bindings;
mod cache;
mod call;
mod check;
mod compile;
pub mod compile_child;
mod convert;
mod engine;
pub mod error;
mod host;
pub mod limits;
mod log_book;
pub mod plugin;
pub mod reads;
pub mod registry;
pub mod sandbox;
mod schema;
mod second_look;
mod stop;
pub mod trail;

pub use check::imports;
pub use compile::CompileWith;

pub use error::{CallError, CallFailure, ConfigurationProblem, LoadError, RegistryError, SandboxError};
pub use limits::SandboxLimits;
pub use plugin::{Extracted, LogLine, Plugin, Spent, Used};
pub use reads::{ReadRecord, Sameness};
pub use registry::{Registry, RegistryChange, RegistrySettings, Watching};
pub use sandbox::Sandbox;
pub use trail::Trail;

/// The world that plugins are built for, as WIT names it.
pub const WORLD: &str = "marquee:extractor/extractor@0.1.0";

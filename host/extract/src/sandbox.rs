//! The sandbox: one Wasm engine for the whole process, and the way from a file's bytes to a [`Plugin`].

use std::{path::PathBuf, sync::Arc};

use marquee_model::Clock;

use crate::{LoadError, Plugin, SandboxError, SandboxLimits};

/// Where plugin files are compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileWith {
    /// In a child process that reads the file from its standard input, writes machine code to its standard output, and can be
    /// killed. The program calls [`crate::compile_child::main`] when it is started with these arguments.
    Child {
        /// The program.
        program: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
}

/// Runs plugins.
pub struct Sandbox {
    limits: Arc<SandboxLimits>,
}

impl Sandbox {
    /// A sandbox with these limits. Compiled code is kept in `cache_dir`, which is made if need be.
    ///
    /// # Errors
    /// The engine cannot start, or the directory cannot be used.
    pub fn new(
        _limits: SandboxLimits,
        _compile: CompileWith,
        _cache_dir: PathBuf,
        _clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, SandboxError> {
        todo!()
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &SandboxLimits {
        &self.limits
    }

    /// Makes a plugin of a file's bytes: checks, compiles (or takes the code from the cache), links and describes it.
    ///
    /// # Errors
    /// Why the file cannot be used, and what to do.
    pub async fn load(self: &Arc<Self>, _bytes: &[u8]) -> Result<Arc<Plugin>, LoadError> {
        todo!()
    }
}

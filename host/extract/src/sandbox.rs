//! The sandbox: one Wasm engine for the whole process, and the way from a file's bytes to a [`Plugin`].
//!
//! The way: look at the outline, take the machine code from the cache or have it compiled in a child process, link it (which checks it
//! against the world), ask it to describe itself under the limits of any call. It knows bytes only; files and folders are the
//! business of the registry.

use std::{path::PathBuf, sync::Arc};

use marquee_model::{Clock, Digest, PluginVersion};
use tokio::sync::Semaphore;
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

use crate::{
    CallFailure, LoadError, Plugin, SandboxError, SandboxLimits,
    bindings::ExtractorPre,
    cache::CodeCache,
    call::Runner,
    check::{self, Outline},
    compile::{CompileWith, compile},
    convert::v0_1,
    engine,
    host::{CallState, Context, add_denied_wasi, add_imports},
    schema::ConfigurationSchema,
};

/// Largest guest stack: tokio's blocking threads have 2 MiB, and host functions need their part.
const MOST_STACK: usize = 1 << 20;

/// Runs plugins. One for a process.
pub struct Sandbox {
    runner: Arc<Runner>,
    compile: CompileWith,
    compile_places: Semaphore,
    cache: CodeCache,
    plain: Linker<CallState>,
    with_denied_wasi: Option<Linker<CallState>>,
    clock: Arc<dyn Clock>,
}

impl Sandbox {
    /// A sandbox with these limits. Compiled code is kept in `cache_dir`, which is made if need be; it must not be shared with
    /// another user.
    ///
    /// # Errors
    /// The engine cannot start, a limit cannot work, or the directory cannot be used.
    pub fn new(
        limits: SandboxLimits,
        compile: CompileWith,
        cache_dir: PathBuf,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, SandboxError> {
        check_limits(&limits)?;
        let engine = engine::running(&limits)?;
        let cache =
            CodeCache::open(cache_dir, engine::code_identity(&engine), limits.compiled_kept, limits.compiled_bytes)?;
        let mut plain = Linker::new(&engine);
        add_imports(&mut plain)?;
        let with_denied_wasi = if limits.allow_denied_wasi {
            let mut linker = plain.clone();
            add_denied_wasi(&mut linker)?;
            Some(linker)
        } else {
            None
        };
        let places = Arc::new(Semaphore::new(limits.concurrent_calls as usize));
        let compile_places = Semaphore::new(limits.concurrent_compiles as usize);
        let runner = Arc::new(Runner { engine, limits: Arc::new(limits), places });
        Ok(Arc::new(Self { runner, compile, compile_places, cache, plain, with_denied_wasi, clock }))
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &SandboxLimits {
        &self.runner.limits
    }

    /// Makes a plugin of a file's bytes: checks, compiles (or takes the code from the cache), links and describes it.
    ///
    /// # Errors
    /// Why the file cannot be used, and what to do.
    pub async fn load(self: &Arc<Self>, bytes: &[u8]) -> Result<Arc<Plugin>, LoadError> {
        let limit = self.limits().component_bytes;
        if bytes.len() as u64 > limit {
            return Err(LoadError::TooLarge { bytes: bytes.len() as u64, limit });
        }
        let outline = check::outline(bytes, self.limits().allow_denied_wasi)?;
        let digest = Digest::of(bytes);
        let component = self.component(&digest, bytes).await?;
        let pre = self.link(&component, outline)?;
        let described = self.describe(&pre).await?;
        let schema = ConfigurationSchema::new(&described.configuration_schema)?;
        let version = PluginVersion { id: described.id.clone(), version: described.version.clone(), digest };
        let runner = Arc::clone(&self.runner);
        Ok(Arc::new(Plugin::new(version, described, schema, self.clock.now(), pre, runner)))
    }

    async fn component(self: &Arc<Self>, digest: &Digest, bytes: &[u8]) -> Result<Component, LoadError> {
        let (sandbox, wanted) = (Arc::clone(self), *digest);
        if let Some(component) = aside(move || sandbox.cached(&wanted)).await? {
            return Ok(component);
        }
        let code = {
            let _place = self.compile_places.acquire().await;
            compile(&self.compile, bytes, self.limits()).await?
        };
        let (sandbox, wanted) = (Arc::clone(self), *digest);
        aside(move || {
            let component = own_code(&sandbox.runner.engine, &code)
                .map_err(|error| LoadError::Invalid { reason: format!("{error:#}") })?;
            sandbox.cache.put(&wanted, &code);
            Ok(component)
        })
        .await?
    }

    fn cached(&self, digest: &Digest) -> Option<Component> {
        let code = self.cache.get(digest)?;
        own_code(&self.runner.engine, &code)
            .inspect_err(
                |error| tracing::warn!(%digest, %error, "cached code does not fit; the plugin is compiled anew"),
            )
            .ok()
    }

    fn link(&self, component: &Component, outline: Outline) -> Result<ExtractorPre<CallState>, LoadError> {
        let linker = if outline.wasi { self.with_denied_wasi.as_ref().unwrap_or(&self.plain) } else { &self.plain };
        linker
            .instantiate_pre(component)
            .and_then(ExtractorPre::new)
            .map_err(|error| LoadError::WrongWorld { reason: format!("{error:#}") })
    }

    async fn describe(&self, pre: &ExtractorPre<CallState>) -> Result<marquee_model::Described, LoadError> {
        let failed = |reason: String| LoadError::Describe { reason };
        let context = Context::without_page().ok_or_else(|| failed("there is no page".to_owned()))?;
        let finished = self.runner.run(pre, context, |guest, store| Ok(Ok(guest.call_describe(store)?))).await;
        match finished.result {
            Ok(raw) => v0_1::description(raw),
            Err(CallFailure::Invalid { reason, .. }) => Err(LoadError::WrongWorld { reason }),
            Err(failure) => Err(failed(failure.to_string())),
        }
    }
}

/// Reads and copies megabytes of code where it does not hold up the network.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| LoadError::Compile { reason: format!("the host failed to load its code: {error}") })
}

fn check_limits(limits: &SandboxLimits) -> Result<(), SandboxError> {
    let limit = |limit, value, reason| Err(SandboxError::Limit { limit, value, reason });
    if limits.concurrent_calls == 0 {
        return limit("concurrent_calls", 0, "no plugin could ever run; set at least 1");
    }
    if limits.concurrent_compiles == 0 {
        return limit("concurrent_compiles", 0, "no plugin could ever be compiled; set at least 1");
    }
    if limits.stack_bytes > MOST_STACK {
        return limit("stack_bytes", limits.stack_bytes as u64, "the thread would overflow; set at most 1048576");
    }
    Ok(())
}

/// Machine code that this program's compiling process made, ready to run.
#[expect(unsafe_code, reason = "loading our own machine code: see the proof inside")]
fn own_code(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes are what `Engine::precompile_component` wrote, unchanged. They come either straight from the pipe of the
    // child process that we started for it, or from the cache, which hands out nothing whose keyed MAC does not match. They are
    // copied, so that no later change of a file can reach them. The engine itself refuses code of another version, processor
    // or configuration.
    unsafe { Component::deserialize(engine, code) }
}

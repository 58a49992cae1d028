//! The Wasm engine: its configuration, its pool of instances and the ticker behind its deadlines.
//!
//! There is one engine in a process, for ever: each keeps compiler caches of its own. The process that compiles uses
//! [`compiling`], which is the same configuration without the pool, so that its code fits.

use std::{thread, time::Duration};

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::{SandboxError, SandboxLimits};

/// Time between two looks at the deadlines of running guests. A guest is stopped at most this long after its deadline; the
/// ticker's cost (one increment) and the looks' are not measurable at 100 a second.
const TICK: Duration = Duration::from_millis(10);

/// Core instances in one component. Python guests have the most seen: 40.
const CORE_INSTANCES: u32 = 64;
/// Memories of one component: its own, and those of the adapters of composed components.
const MEMORIES: u32 = 4;
/// Tables of one component. Composed components have one for each part.
const TABLES: u32 = 32;
/// Host memory for the bookkeeping of one instance, in bytes. Guests of 10,000 functions need about 1 MiB.
const INSTANCE_BYTES: usize = 4 << 20;
/// Memory of a finished instance that stays mapped for the next one, in bytes: zeroing a little is faster than asking the
/// system for it again.
const KEEP_RESIDENT: usize = 1 << 20;

/// An engine that compiles, and never runs anything.
pub(crate) fn compiling() -> wasmtime::Result<Engine> {
    Engine::new(&code_configuration())
}

/// The engine that runs plugins, with its ticker started.
pub(crate) fn running(limits: &SandboxLimits) -> Result<Engine, SandboxError> {
    let mut config = code_configuration();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    config.max_wasm_stack(limits.stack_bytes);
    config.async_stack_size(limits.stack_bytes.saturating_mul(2));
    let engine = Engine::new(&config).map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })?;
    start_ticker(&engine)?;
    Ok(engine)
}

/// Everything that decides what machine code is made. Nothing of it may depend on the operator's limits, or the cache of
/// compiled code would be lost with each change of them.
fn code_configuration() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        // Same input, same bytes out, on every processor.
        .cranelift_nan_canonicalization(true)
        // No toolchain for plugins needs these; multi-memory stays on, since composed components fail to compile without.
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config
}

fn pool(limits: &SandboxLimits) -> PoolingAllocationConfig {
    let calls = limits.concurrent_calls;
    let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(CORE_INSTANCES))
        .total_memories(calls.saturating_mul(MEMORIES))
        .total_tables(calls.saturating_mul(TABLES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_memories_per_module(MEMORIES)
        .max_tables_per_module(TABLES)
        .max_component_instance_size(INSTANCE_BYTES)
        .max_core_instance_size(INSTANCE_BYTES)
        .max_memory_size(bytes(limits.memory_bytes))
        .table_elements(bytes(limits.table_elements))
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_RESIDENT);
    pool
}

/// The ticker ends with the engine.
fn start_ticker(engine: &Engine) -> Result<(), SandboxError> {
    let engine = engine.weak();
    let tick = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::park_timeout(TICK);
        }
    };
    thread::Builder::new()
        .name("marquee-epochs".to_owned())
        .spawn(tick)
        .map(drop)
        .map_err(|error| SandboxError::Engine { reason: format!("its ticker thread: {error}") })
}

/// What distinguishes the machine code of this engine from that of another version, processor or configuration.
pub(crate) fn code_identity(engine: &Engine) -> marquee_model::Digest {
    let mut hasher = Blake(blake3::Hasher::new());
    std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut hasher);
    marquee_model::Digest::from_bytes(*hasher.0.finalize().as_bytes())
}

/// The standard library's own hasher has 64 bits and no promise to stay the same.
struct Blake(blake3::Hasher);

impl std::hash::Hasher for Blake {
    fn finish(&self) -> u64 {
        let mut first = [0; 8];
        self.0.finalize_xof().fill(&mut first);
        u64::from_le_bytes(first)
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

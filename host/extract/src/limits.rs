//! The limits of the sandbox: every number that a plugin can run into, with its reason.
//!
//! The operator sets them (`limits.*` in the host's configuration); a plugin cannot choose one. Who passes one is ended with an
//! error that names the plugin, its digest and the limit.

use std::time::Duration;

use marquee_reading::DocumentLimits;
use serde::{Deserialize, Serialize};

/// What a plugin may use. All of it per call, unless said otherwise.
///
/// The defaults are a multiple of what the heaviest honest plugin was seen to need: a listing of 500 events read through
/// `rows` takes some 10 ms, 3 MiB, a dozen host calls and 300 KiB of result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxLimits {
    /// Size of a plugin file, in bytes. The largest honest ones are Python guests of 18 MB, which carry an interpreter.
    pub component_bytes: u64,
    /// Time to compile a plugin file, in milliseconds of the wall clock. Cranelift can be kept busy for hours by a file made for it;
    /// the largest honest one takes 5 s on two cores.
    pub compile_ms: u64,
    /// Address space of the process that compiles, in bytes.
    pub compile_memory_bytes: u64,
    /// Size of the machine code of one plugin, in bytes. A Python guest has 34 MB of it.
    pub compiled_bytes: u64,
    /// Files compiled at the same time. More than one, so that a file made to be slow does not hold up the others.
    pub concurrent_compiles: u32,
    /// Plugins kept in the cache of compiled code; the oldest are removed. A few versions of every plugin.
    pub compiled_kept: usize,

    /// Calls that run at the same time, of all plugins together: the size of the instance pool. A call is pure computing, so
    /// more than a few per core only take time from one another; some more are there so that a looping plugin, which keeps its
    /// place until `deadline_ms`, does not hold up the others.
    pub concurrent_calls: u32,
    /// Time of one call, in milliseconds of the wall clock, from when it gets its place in the pool.
    pub deadline_ms: u64,
    /// Time that a call may go on past its deadline while the host reads for it, in milliseconds. The deadline is checked before
    /// every reading; this covers the one that has begun (each has a budget of its own in `document`).
    pub host_grace_ms: u64,
    /// Linear memory of all memories of an instance together, in bytes. A Python guest starts with some 40 MB.
    pub memory_bytes: u64,
    /// Stack of a guest, in bytes, at most 1 MiB: the host's functions need the rest of the thread's 2 MiB.
    pub stack_bytes: usize,
    /// Elements of all tables of an instance together.
    pub table_elements: u64,
    /// Calls of host functions. A plugin that walks 2,000 events element by element makes some 60,000.
    pub host_calls: u64,
    /// Bytes that cross from the guest to the host in one crossing, the result among them.
    pub crossing_bytes: u64,
    /// Text given to one call of a reading function (dates, prices, patterns and so on), in bytes. The host reads it, so the guest's
    /// deadline does not stop it; an honest guest gives the date texts of a listing, some 50 KB.
    pub reading_bytes: usize,
    /// Elements and values that a guest holds at the same time.
    pub handles: u32,

    /// Events in one result. The fullest listing seen has 700.
    pub events: usize,
    /// Follow requests in one result. A source follows 60 pages by default.
    pub follow: usize,
    /// Diagnostics in one result; more are counted, not kept.
    pub diagnostics: usize,
    /// One text in a result, in bytes. Longest description seen: 20 KB.
    pub text_bytes: usize,
    /// Performers, or genres, of one event. The longest festival bill seen has 180 acts.
    pub list_items: usize,
    /// Context that a follow request hands on, in bytes.
    pub context_bytes: usize,
    /// Log lines kept; further ones are dropped, which is remarked on once.
    pub log_lines: usize,
    /// One log line, in bytes; longer ones are shortened.
    pub log_line_bytes: usize,
    /// Size of a page's body, in bytes of its text. Longer pages are not handed to plugins.
    pub page_bytes: usize,
    /// What reading one page may cost the host.
    pub document: DocumentLimits,

    /// Whether a plugin may import `wasi:*`. It then gets an empty world: no files, no network, no environment, a clock that stands
    /// at the page's `fetched-at` and randomness that is always the same. Off: such a file is refused. For toolchains that cannot do
    /// without.
    pub allow_denied_wasi: bool,
}

impl Default for SandboxLimits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            component_bytes: 64 * MIB,
            compile_ms: 30_000,
            compile_memory_bytes: 4096 * MIB,
            compiled_bytes: 256 * MIB,
            concurrent_compiles: 4,
            compiled_kept: 200,
            concurrent_calls: 16,
            deadline_ms: 5_000,
            host_grace_ms: 2_500,
            memory_bytes: 128 * MIB,
            stack_bytes: 512 * 1024,
            table_elements: 100_000,
            host_calls: 250_000,
            crossing_bytes: 16 * MIB,
            reading_bytes: 1024 * 1024,
            handles: 100_000,
            events: 5_000,
            follow: 1_000,
            diagnostics: 1_000,
            text_bytes: 64 * 1024,
            list_items: 500,
            context_bytes: 16 * 1024,
            log_lines: 200,
            log_line_bytes: 2_000,
            page_bytes: 4 * 1024 * 1024,
            document: DocumentLimits::default(),
            allow_denied_wasi: false,
        }
    }
}

impl SandboxLimits {
    /// Time of one call.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    /// Time that a call may go on past its deadline while the host reads for it.
    #[must_use]
    pub const fn host_grace(&self) -> Duration {
        Duration::from_millis(self.host_grace_ms)
    }

    /// Time to compile a plugin file.
    #[must_use]
    pub const fn compile_time(&self) -> Duration {
        Duration::from_millis(self.compile_ms)
    }
}

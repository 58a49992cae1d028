//! The process that compiles one plugin file: reads it from standard input, writes machine code to standard output.
//!
//! A file made for it can keep a compiler busy for hours or make it eat all memory, and wasmtime does not count that as a fault.
//! So it happens here, in a process with limits of its own that the host can kill. The host's binary is also this program: a hidden
//! subcommand calls [`main`]. It must be called before any threads are started.

use std::{
    io::{self, BufRead, Read, Write},
    panic,
    process::ExitCode,
};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::engine;

/// Longest first line, in bytes. It has two numbers.
const ORDER_BYTES: u64 = 1024;

/// The first line of the child's input: what it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Address space, in bytes.
    pub(crate) memory_bytes: u64,
    /// Processor time, in seconds.
    pub(crate) cpu_seconds: u64,
}

/// Compiles standard input to standard output. What went wrong is said on standard error, with exit code 1.
#[must_use]
pub fn main() -> ExitCode {
    // The host shows what it reads from standard error as the reason: a panic's backtrace is no use there.
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(|| run(io::stdin().lock(), io::stdout().lock()))
        .unwrap_or_else(|_| Err("the compiler panicked on it".to_owned()));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // Nobody is left to tell if this fails: the host has gone.
            let _ = io::stderr().write_all(reason.as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run(mut input: impl BufRead, mut output: impl Write) -> Result<(), String> {
    let mut line = Vec::new();
    input.by_ref().take(ORDER_BYTES).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
    let order: Order = serde_json::from_slice(&line).map_err(|error| format!("its order is not readable: {error}"))?;
    limit(order);
    let mut component = Vec::new();
    input.read_to_end(&mut component).map_err(|error| error.to_string())?;
    let engine = engine::compiling().map_err(|error| format!("{error:#}"))?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    output.write_all(&code).and_then(|()| output.flush()).map_err(|error| error.to_string())
}

/// Sets the limits of this process. A system that knows one of them not (macOS has no limit on address space) leaves it to the
/// host's timeout.
fn limit(order: Order) {
    let exactly = |amount: u64| Rlimit { current: Some(amount), maximum: Some(amount) };
    let limits = [
        (Resource::As, exactly(order.memory_bytes)),
        // At the first the process is told to end, at the second it is ended.
        (Resource::Cpu, Rlimit { current: Some(order.cpu_seconds), maximum: Some(order.cpu_seconds + 1) }),
        (Resource::Core, exactly(0)),
        (Resource::Fsize, exactly(0)),
    ];
    for (resource, limit) in limits {
        let _ = setrlimit(resource, limit);
    }
}

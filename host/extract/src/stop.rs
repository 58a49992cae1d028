//! Why the host ends a call: the limits that a guest can pass, as errors that travel through the engine.
//!
//! A [`Stop`] is raised in a host function, the resource limiter or the epoch callback, traps the guest, and is found again in what the
//! engine returns. [`failure`] turns whatever the engine returns into a [`CallFailure`].

use marquee_reading::ReadError;
use wasmtime::{Trap, component::ResourceTableError};

use crate::{CallFailure, SandboxLimits, log_book::LogBook};

/// A limit that a guest passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("limits.deadline_ms")]
    Deadline,
    #[error("limits.memory_bytes")]
    Memory,
    #[error("limits.table_elements")]
    Table,
    #[error("limits.host_calls")]
    HostCalls,
    #[error("limits.reading_bytes")]
    ReadingBytes,
    #[error("a sleep was asked for")]
    Sleep,
}

impl Stop {
    /// The failure that the caller sees.
    pub(crate) fn failure(self, limits: &SandboxLimits) -> CallFailure {
        let limit = |limit, value: String| CallFailure::Limit { limit, value, remark: String::new() };
        match self {
            Self::Deadline => deadline(limits, ""),
            Self::Memory => limit("memory_bytes", format!("{} bytes", limits.memory_bytes)),
            Self::Table => limit("table_elements", format!("{} elements", limits.table_elements)),
            Self::HostCalls => limit("host_calls", format!("{} calls", limits.host_calls)),
            Self::ReadingBytes => limit("reading_bytes", format!("{} bytes in one call", limits.reading_bytes)),
            Self::Sleep => {
                CallFailure::Trapped { trap: "it asked to sleep; plugins have no clock to wait for".to_owned() }
            }
        }
    }
}

/// The deadline has passed.
pub(crate) fn deadline(limits: &SandboxLimits, remark: &str) -> CallFailure {
    CallFailure::Limit { limit: "deadline_ms", value: format!("{} ms", limits.deadline_ms), remark: remark.to_owned() }
}

/// What the engine's error means. `log` may hold the words of a panic.
pub(crate) fn failure(error: &wasmtime::Error, limits: &SandboxLimits, log: &LogBook) -> CallFailure {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.failure(limits);
    }
    let handles = || CallFailure::Limit {
        limit: "handles",
        value: format!("{} elements and values held", limits.handles),
        remark: String::new(),
    };
    if matches!(error.downcast_ref::<ResourceTableError>(), Some(ResourceTableError::Full)) {
        return handles();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => deadline(limits, ""),
        Some(Trap::StackOverflow) => CallFailure::Limit {
            limit: "stack_bytes",
            value: format!("{} bytes", limits.stack_bytes),
            remark: ": it calls itself too deeply".to_owned(),
        },
        Some(Trap::UnreachableCodeReached) if log.last_error().is_some() => {
            CallFailure::Panicked { message: log.last_error().unwrap_or_default().to_owned() }
        }
        Some(Trap::MemoryOutOfBounds) => CallFailure::Trapped {
            trap: format!(
                "{}; in Rust and C a recursion that is too deep ends like this, too",
                Trap::MemoryOutOfBounds
            ),
        },
        Some(trap) => CallFailure::Trapped { trap: trap.to_string() },
        // The root cause: what stands above it is a backtrace through stripped code.
        None => untyped(&error.root_cause().to_string(), limits, handles),
    }
}

/// The engine has no public type for these errors of the canonical ABI; their words are covered by the hostile guests' tests, so that a
/// new engine with other words is noticed.
fn untyped(words: &str, limits: &SandboxLimits, handles: impl Fn() -> CallFailure) -> CallFailure {
    if words.contains("fuel allocated for hostcalls") {
        return CallFailure::Limit {
            limit: "crossing_bytes",
            value: format!("{} bytes in one crossing", limits.crossing_bytes),
            remark: String::new(),
        };
    }
    if words.contains("cannot allocate another handle") {
        return handles();
    }
    /// Longer chains of causes only repeat themselves.
    const SHOWN: usize = 400;
    CallFailure::Invalid { place: "a value that it passed".to_owned(), reason: words.chars().take(SHOWN).collect() }
}

/// The contract's `read-error` for an error of the reading half.
pub(crate) fn read_error(error: &ReadError) -> crate::bindings::marquee::extractor::types::ReadError {
    use crate::bindings::marquee::extractor::types::ReadError as Wit;
    match error {
        ReadError::OverBudget { .. } => Wit::OverBudget(error.to_string()),
        ReadError::NotReadable { .. } => Wit::NotReadable(error.to_string()),
        ReadError::BadExpression { .. } => Wit::BadExpression(error.to_string()),
    }
}

//! One call of a guest: a fresh store and instance, a deadline, and what is left afterwards.
//!
//! Guests run on tokio's blocking threads and with plain synchronous host functions: a call is pure computing, so it has no
//! business on a thread that serves the network. The way there and back costs some 20 us, measured. The place in the pool is
//! given back when the thread is done, not when the caller has lost patience, so the pool never runs over.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};
use wasmtime::{Engine, Store, UpdateDeadline};

use crate::{
    CallFailure, LogLine, SandboxLimits, Spent,
    bindings::{Extractor, ExtractorPre},
    host::{CallState, Context},
    log_book::LogBook,
    stop::{self, Stop},
};

/// Epochs between two looks at the deadline.
const EVERY_TICK: u64 = 1;

/// What every call needs, shared by all plugins of a sandbox.
pub(crate) struct Runner {
    pub(crate) engine: Engine,
    pub(crate) limits: Arc<SandboxLimits>,
    pub(crate) places: Arc<Semaphore>,
}

/// What a call leaves behind.
pub(crate) struct Finished<T> {
    pub(crate) result: Result<T, CallFailure>,
    pub(crate) log: Vec<LogLine>,
    pub(crate) spent: Spent,
}

impl<T> Finished<T> {
    pub(crate) fn failed(failure: CallFailure) -> Self {
        Self { result: Err(failure), log: Vec::new(), spent: Spent::default() }
    }
}

/// Tells a guest to stop at the next tick when the caller no longer waits.
struct StopWhenDropped(Arc<AtomicBool>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Runner {
    /// Runs `body` on a fresh instance. `body` gets the instance and its store, and what it returns is converted on the same thread.
    pub(crate) async fn run<T, F>(
        self: &Arc<Self>,
        pre: &ExtractorPre<CallState>,
        context: Context,
        body: F,
    ) -> Finished<T>
    where
        T: Send + 'static,
        F: FnOnce(&Extractor, &mut Store<CallState>) -> wasmtime::Result<Result<T, CallFailure>> + Send + 'static,
    {
        let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
            return Finished::failed(CallFailure::Host { reason: "the sandbox is closed".to_owned() });
        };
        let abandoned = Arc::new(AtomicBool::new(false));
        let _guard = StopWhenDropped(Arc::clone(&abandoned));
        let (runner, pre) = (Arc::clone(self), pre.clone());
        let call = spawn_blocking(move || {
            let finished = runner.run_here(&pre, context, abandoned, body);
            drop(place);
            finished
        });
        match timeout(self.limits.deadline() + self.limits.host_grace(), call).await {
            Ok(Ok(finished)) => finished,
            Ok(Err(error)) => Finished::failed(CallFailure::Host { reason: format!("the call's thread: {error}") }),
            Err(_) => Finished::failed(stop::deadline(&self.limits, " while the host was reading for it")),
        }
    }

    fn run_here<T, F>(
        &self,
        pre: &ExtractorPre<CallState>,
        context: Context,
        abandoned: Arc<AtomicBool>,
        body: F,
    ) -> Finished<T>
    where
        F: FnOnce(&Extractor, &mut Store<CallState>) -> wasmtime::Result<Result<T, CallFailure>>,
    {
        let start = Instant::now();
        let deadline = start + self.limits.deadline();
        let mut store = self.store(context, deadline, abandoned);
        let result = pre.instantiate(&mut store).and_then(|guest| body(&guest, &mut store));
        let state = store.into_data();
        let spent = Spent {
            elapsed: start.elapsed(),
            memory_bytes: state.meter.memory_bytes,
            host_calls: state.meter.host_calls,
            log_lines: state.log.written(),
        };
        let result = result.unwrap_or_else(|error| Err(stop::failure(&error, &self.limits, &state.log)));
        Finished { result, log: LogBook::into_lines(state.log), spent }
    }

    fn store(&self, context: Context, deadline: Instant, abandoned: Arc<AtomicBool>) -> Store<CallState> {
        let mut store = Store::new(&self.engine, CallState::new(Arc::clone(&self.limits), context, deadline));
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(usize::try_from(self.limits.crossing_bytes).unwrap_or(usize::MAX));
        store.set_max_component_handles(usize::try_from(self.limits.handles).unwrap_or(usize::MAX));
        store.set_epoch_deadline(EVERY_TICK);
        store.epoch_deadline_callback(move |_| {
            if Instant::now() >= deadline || abandoned.load(Ordering::Relaxed) {
                Err(Stop::Deadline.into())
            } else {
                Ok(UpdateDeadline::Continue(EVERY_TICK))
            }
        });
        store
    }
}

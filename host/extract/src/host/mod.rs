//! What a plugin can import: the page, HTML, JSON, readings, and a log. All of it pure, bounded and metered.
//!
//! One [`CallState`] per call; it is made for the call and dropped with it. Every host function begins with [`CallState::enter`],
//! which counts the call and looks at the deadline, since the engine's epochs do not interrupt host functions. Those that see the page
//! or the day come by them through `handle`, which notes what is asked.

mod context;
mod handle;
mod html;
mod json;
mod log;
mod page;
mod parsed;
mod reading;
mod wasi;

use std::{sync::Arc, time::Instant};

use marquee_reading::{Budget, Document, JsonValue, Spending, pattern::Patterns};
use wasmtime::{
    ResourceLimiter,
    component::{HasData, ResourceTable},
};

pub(crate) use context::Context;
#[expect(unreachable_pub, reason = "the generated bindings re-export them as `pub`, inside this crate")]
pub use handle::{Element, PageInput, Value};
pub(crate) use page::{about, facts};
pub(crate) use parsed::Parsed;
pub(crate) use wasi::add_denied_wasi;

use crate::{
    SandboxError, SandboxLimits,
    log_book::LogBook,
    reads::notes::Notes,
    stop::Stop,
    trail::record::{HandleId, Origin, Recorder, Thing},
};

/// What a call has used.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) host_calls: u64,
    pub(crate) memory_bytes: u64,
    table_elements: u64,
    memory_limit: u64,
    table_limit: u64,
}

/// The state of one call: what the engine's store holds.
pub(crate) struct CallState {
    pub(crate) limits: Arc<SandboxLimits>,
    pub(crate) deadline: Instant,
    pub(crate) meter: Meter,
    pub(crate) log: LogBook,
    pub(crate) table: ResourceTable,
    /// Notes what the guest reads; absent where the call is not to be explained.
    pub(crate) recorder: Option<Box<Recorder>>,
    /// Notes what the guest asks of the page; absent where there is none.
    pub(crate) notes: Option<Box<Notes>>,
    context: Context,
    budget: Arc<Budget>,
    patterns: Patterns,
    parsed: Parsed,
    configuration: Option<JsonValue>,
    wasi: Option<wasmtime_wasi::WasiCtx>,
}

impl CallState {
    /// A fresh state for a call that must end by `deadline`.
    pub(crate) fn new(limits: Arc<SandboxLimits>, context: Context, deadline: Instant) -> Self {
        let budget = Budget::new(limits.document.clone());
        let mut table = ResourceTable::new();
        table.set_max_capacity(usize::try_from(limits.handles).unwrap_or(usize::MAX));
        Self {
            meter: Meter { memory_limit: limits.memory_bytes, table_limit: limits.table_elements, ..Meter::default() },
            deadline,
            log: LogBook::default(),
            table,
            recorder: None,
            notes: None,
            context,
            patterns: Patterns::new(Arc::clone(&budget)),
            budget,
            parsed: Parsed::default(),
            configuration: None,
            wasi: None,
            limits,
        }
    }

    /// The page's document, where the guest asked for it.
    pub(crate) fn page_document(&self) -> Option<Arc<Document>> {
        self.parsed.known()
    }

    /// What of the page's budget is spent; `None` where a part of it is used up.
    pub(crate) fn spent(&self) -> Option<Spending> {
        self.budget.used_up().is_none().then(|| self.budget.spent())
    }

    /// Whether the guest looked at the denied WASI, whose clock shows the time of fetching.
    pub(crate) const fn touched_wasi(&self) -> bool {
        self.wasi.is_some()
    }

    /// Every host function begins here. By itself it is for those whose answer follows from their arguments and the source; the others
    /// come through `page`, `element`, `value` or `ask_of_the_day`.
    pub(crate) fn enter(&mut self) -> wasmtime::Result<()> {
        if let Some(notes) = &mut self.notes {
            notes.close();
        }
        self.meter.host_calls += 1;
        if self.meter.host_calls > self.limits.host_calls {
            return Err(Stop::HostCalls.into());
        }
        self.check_deadline()
    }

    /// Notes an element or value that the guest is given, where the call is to be explained.
    fn note(&mut self, origin: impl FnOnce() -> Origin, thing: impl FnOnce() -> Thing) -> HandleId {
        match &mut self.recorder {
            Some(recorder) => recorder.handle(origin(), thing()),
            None => HandleId::NONE,
        }
    }

    /// For host functions that read many texts in one call.
    pub(crate) fn check_deadline(&self) -> wasmtime::Result<()> {
        if Instant::now() >= self.deadline { Err(Stop::Deadline.into()) } else { Ok(()) }
    }

    /// Ends the call where a guest gives more text to a reading function than it may: these run on the host, and an honest guest
    /// gives them lines, not pages.
    pub(crate) fn check_reading<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> wasmtime::Result<()> {
        let bytes: usize = texts.into_iter().map(str::len).sum();
        if bytes > self.limits.reading_bytes { Err(Stop::ReadingBytes.into()) } else { Ok(()) }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.memory_bytes.saturating_add((desired.saturating_sub(current)) as u64);
        if total > self.memory_limit {
            return Err(Stop::Memory.into());
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.table_elements.saturating_add((desired.saturating_sub(current)) as u64);
        if total > self.table_limit {
            return Err(Stop::Table.into());
        }
        self.table_elements = total;
        Ok(true)
    }
}

impl crate::bindings::marquee::extractor::types::Host for CallState {}

/// Tells the linker that the store's data itself implements the imports.
pub(crate) struct Imports;

impl HasData for Imports {
    type Data<'a> = &'a mut CallState;
}

/// Adds Marquee's own imports.
pub(crate) fn add_imports(linker: &mut wasmtime::component::Linker<CallState>) -> Result<(), SandboxError> {
    crate::bindings::Extractor::add_to_linker::<_, Imports>(linker, |state| state)
        .map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })
}

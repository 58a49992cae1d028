//! The empty, denied WASI for plugins whose toolchain insists on importing it, and only where the operator allows that
//! (`limits.allow_denied_wasi`).
//!
//! No files, no network, no environment, no arguments; standard output goes nowhere; the clock stands still at the
//! page's `fetched-at` and randomness is always the same, so that the plugin stays a pure function of its page.

use std::time::Duration;

use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::{
    Deterministic, HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxView, WasiView,
    p2::{self, DynPollable},
};

use super::CallState;
use crate::{SandboxError, stop::Stop};

/// The instance whose functions make a guest wait, in the version that wasmtime-wasi 48 offers.
const MONOTONIC_CLOCK: &str = "wasi:clocks/monotonic-clock@0.2.12";

/// Bytes of "randomness" in one call. Hash seeds take 16.
const MOST_RANDOM_BYTES: u64 = 64 * 1024;

/// What every guest gets for randomness, over and over: any bytes will do, as long as they never change.
const RANDOM: &[u8] = b"marquee: a plugin is a pure function of its page";

/// A clock that stands still.
#[derive(Clone, Copy)]
struct Stopped(Duration);

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }
    fn now(&self) -> Duration {
        self.0
    }
}

impl HostMonotonicClock for Stopped {
    fn resolution(&self) -> u64 {
        1_000_000_000
    }
    fn now(&self) -> u64 {
        0
    }
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| denied(self.context.now()));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

fn denied(now: Duration) -> WasiCtx {
    WasiCtx::builder()
        .wall_clock(Stopped(now))
        .monotonic_clock(Stopped(now))
        .secure_random(Deterministic::new(RANDOM.to_vec()))
        .insecure_random(Deterministic::new(RANDOM.to_vec()))
        .insecure_random_seed(0)
        .max_random_size(MOST_RANDOM_BYTES)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

/// Adds the denied WASI to a linker. Functions that wait end the call instead: a guest could hold a host thread with them for as
/// long as it likes, since epochs do not interrupt host functions.
pub(crate) fn add_denied_wasi(linker: &mut Linker<CallState>) -> Result<(), SandboxError> {
    add(linker).map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })
}

fn add(linker: &mut Linker<CallState>) -> wasmtime::Result<()> {
    p2::add_to_linker_sync(linker)?;
    linker.allow_shadowing(true);
    let mut clock = linker.instance(MONOTONIC_CLOCK)?;
    for name in ["subscribe-duration", "subscribe-instant"] {
        clock.func_wrap(name, |_, (_,): (u64,)| -> wasmtime::Result<(Resource<DynPollable>,)> {
            Err(Stop::Sleep.into())
        })?;
    }
    linker.allow_shadowing(false);
    Ok(())
}

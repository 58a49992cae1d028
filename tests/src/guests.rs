//! Guests for the tests of the sandbox: built once for all test processes, or taken ready-made.
//!
//! nextest runs every test in its own process, so the build is guarded by a lock on a file. `MARQUEE_PLUGINS_DIR` names a folder with
//! ready components; what is not in there is built.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use chrono::{DateTime, Utc};
use marquee_extract::{CompileWith, Plugin, Sandbox, SandboxLimits};
use marquee_model::{
    Digest, Fetching, FirstRequest, FixedClock, FollowLimits, Page, PageRequest, Schedule, SiteId, Source, SourceId,
    VenueId,
};
use marquee_plugin_build::Toolchain;
use serde_json::Value;

/// Length of the marks in `guests/actor`.
const MARK_BYTES: usize = 40;

/// What setting up can fail with; tests unwrap it.
pub type Setup<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The component of a guest or plugin package of this workspace.
///
/// # Errors
/// It cannot be built.
pub fn component(package: &str) -> Setup<Vec<u8>> {
    let ready =
        std::env::var_os("MARQUEE_PLUGINS_DIR").map(|folder| PathBuf::from(folder).join(format!("{package}.wasm")));
    if let Some(ready) = ready.filter(|ready| ready.is_file()) {
        return Ok(fs::read(ready)?);
    }
    let target = target_dir();
    fs::create_dir_all(&target)?;
    let lock = File::create(target.join("guests.lock"))?;
    lock.lock()?;
    // Asking cargo takes a second, and every test asks.
    let (built, stamp) =
        (target.join(format!("plugins/{package}.wasm")), target.join(format!("plugins/{package}.stamp")));
    let sources = newest_source()?;
    if !built.is_file() || fs::metadata(&stamp).and_then(|about| about.modified()).ok() < Some(sources) {
        let toolchain = Toolchain::find(&target.join("wasm-toolchain"))?;
        marquee_plugin_build::build(&[package], &target, &toolchain)?;
        File::create(&stamp)?.set_modified(sources)?;
    }
    Ok(fs::read(built)?)
}

/// When anything that a guest is made of was last changed.
fn newest_source() -> io::Result<SystemTime> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let parts = ["Cargo.lock", "wit", "sdk/rust", "plugins", "tests/guests"];
    parts.iter().try_fold(SystemTime::UNIX_EPOCH, |newest, part| Ok(newest.max(newest_below(&workspace.join(part))?)))
}

fn newest_below(path: &Path) -> io::Result<SystemTime> {
    let about = fs::metadata(path)?;
    if !about.is_dir() {
        return about.modified();
    }
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(path)? {
        newest = newest.max(newest_below(&entry?.path())?);
    }
    Ok(newest)
}

/// `CARGO_TARGET_DIR`, else `target` of the workspace.
fn target_dir() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), |target| workspace.join(target))
}

/// The actor under this id and version. Different bytes for each, as a rebuilt plugin has.
///
/// # Errors
/// It cannot be built, or has not the marks that it should.
pub fn actor(id: &str, version: &str) -> Setup<Vec<u8>> {
    let mut bytes = component("guest-actor")?;
    write_mark(&mut bytes, "marquee-mark-id:", id)?;
    write_mark(&mut bytes, "marquee-mark-version:", version)?;
    Ok(bytes)
}

fn write_mark(bytes: &mut [u8], name: &str, value: &str) -> Setup<()> {
    let text = format!("{name}{value:<width$}", width = MARK_BYTES - name.len());
    let at = bytes.windows(name.len()).position(|window| window == name.as_bytes());
    let place = at.and_then(|at| bytes.get_mut(at..at + MARK_BYTES));
    let place = place.ok_or_else(|| io::Error::other(format!("the component has no mark `{name}`")))?;
    if text.len() != MARK_BYTES {
        return Err(io::Error::other(format!("`{value}` is too long for a mark")).into());
    }
    place.copy_from_slice(text.as_bytes());
    Ok(())
}

/// A sandbox with a cache of its own, which goes when the folder is dropped. `compiler` is the path of the tests' `compile-plugin`.
///
/// # Errors
/// It cannot start.
pub fn sandbox(limits: SandboxLimits, compiler: &str) -> Setup<(tempfile::TempDir, Arc<Sandbox>)> {
    let cache = tempfile::tempdir()?;
    let compile = CompileWith::Child { program: compiler.into(), arguments: Vec::new() };
    let sandbox = Sandbox::new(limits, compile, cache.path().join("code"), Arc::new(clock()))?;
    Ok((cache, sandbox))
}

/// The actor, loaded.
///
/// # Errors
/// It cannot be built or loaded.
pub async fn load_actor(sandbox: &Arc<Sandbox>, id: &str, version: &str) -> Setup<Arc<Plugin>> {
    Ok(sandbox.load(&actor(id, version)?).await?)
}

/// The clock of these tests: noon of a Monday.
#[must_use]
pub fn clock() -> FixedClock {
    FixedClock(fetched_at())
}

fn fetched_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap_or_default()
}

/// A source that is read by this plugin with this configuration.
///
/// # Errors
/// The id is no slug.
pub fn source(plugin: &str, configuration: Value) -> Setup<Source> {
    let at = fetched_at();
    Ok(Source {
        id: SourceId::new(at),
        slug: "stage".parse()?,
        site: SiteId::new(at),
        venue: VenueId::new(at),
        url: "https://stage.example/events".parse()?,
        plugin: plugin.parse()?,
        configuration,
        zone: "America/Toronto".parse()?,
        languages: vec!["en".to_owned()],
        currency: Some("CAD".parse()?),
        default_age: None,
        schedule: Schedule::default(),
        first_request: FirstRequest::Get,
        follow: FollowLimits::default(),
        fetching: Fetching::default(),
        enabled: true,
        trust: marquee_model::DEFAULT_TRUST,
    })
}

/// A page with this body.
///
/// # Errors
/// None that a caller can cause.
pub fn page(body: &str) -> Setup<Arc<Page>> {
    let url: marquee_model::WebUrl = "https://stage.example/events".parse()?;
    Ok(Arc::new(Page {
        request: PageRequest::listing(url.clone()),
        url,
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        fetched_at: fetched_at(),
        charset: "UTF-8".to_owned(),
        digest: Digest::of(body.as_bytes()),
        bytes: body.len() as u64,
        body: body.to_owned(),
    }))
}

/// Resident memory of this process, in bytes; 0 where the system does not tell.
#[must_use]
pub fn resident_bytes() -> u64 {
    let line = |text: String| {
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:").map(str::to_owned))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    fs::read_to_string("/proc/self/status").ok().and_then(line).map_or(0, |kibibytes| kibibytes * 1024)
}

//! Pages that only a browser can build: Chromium, with no network, no past and no future.
//!
//! Beside [`crate::Fetcher`] in the pipeline's first stage: the crawl hands a request to [`Browsers`] where its source asks for a
//! browser, and gets the document as it stands once its scripts have run ([`render_page`]).
//!
//! A render is one process: a fresh profile, a page, the source's steps, the document, the end. Its requests are stopped and
//! answered by the host ([`Asker`]), so that egress rules, limits and the host's name are those of any fetch. A browser that
//! crashes, hangs or is killed is replaced once. This module never decides whether a browser is needed ([`crate::strategy`]),
//! never waits for a host's turn, and never keeps a browser between two renders.

mod account;
mod asker;
mod error;
mod gate;
mod page;
mod process;
mod profile;
mod settings;
mod shell;
mod steps;
mod tree;
mod visit;
mod wire;

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chromiumoxide::cdp::browser_protocol::{network, storage};
use chrono::{DateTime, Utc};
use marquee_model::{BrowserSteps, FollowMethod, PageRequest, WebUrl};
use tokio::{
    sync::Semaphore,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

pub use asker::{Asker, FetcherAsker, SubAnswer, SubRequest};
pub use error::BrowserError;
pub use page::{RenderedPage, render_page};
pub use settings::BrowserSettings;
pub use shell::{Shell, wants_script};

use account::Account;
use process::Process;
use profile::Profile;
use visit::Visit;
use wire::Wire;

/// Between two looks at a browser's memory. A script fills 300 MiB in that time at worst.
const MEMORY_LOOK: Duration = Duration::from_millis(100);

/// All browsers of this process: how many may run, and how. One for the whole process, cheap to share in an `Arc`.
#[derive(Debug)]
pub struct Browsers {
    settings: BrowserSettings,
    turns: Semaphore,
}

/// A page as a browser shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The document's markup, its type included.
    pub html: String,
    /// Where it ended, without fragment.
    pub url: WebUrl,
    /// Status of the answer that the page was loaded from.
    pub status: u16,
    /// Headers of that answer, cookies left out.
    pub headers: Vec<(String, String)>,
    /// When that answer began to arrive.
    pub fetched_at: DateTime<Utc>,
    /// Requests that were asked.
    pub requests: u32,
    /// Requests that were blocked: images, fonts, media, beacons.
    pub blocked: u32,
    /// Bytes of all answers, after content decoding.
    pub received_bytes: u64,
    /// What an operator should know although the page was taken, each beginning with a word such as `wait-not-met`.
    pub remarks: Vec<String>,
    /// Milliseconds until the browser answered.
    pub launch_ms: u64,
    /// Milliseconds from there until the document was taken.
    pub render_ms: u64,
    /// Most memory that was seen, in MiB.
    pub peak_mib: u64,
    /// The browser, as it names itself.
    pub version: String,
}

/// The cookies of one crawl's renders: each render has a fresh profile, into which they are put.
#[derive(Debug, Default)]
pub struct BrowserCookies(Mutex<Vec<network::CookieParam>>);

/// What a render is done for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner<'a> {
    /// How the host names itself, after the browser's own name, to scripts that look. Requests carry the host's name alone.
    pub agent: &'a str,
    /// The crawl's cookies; `None` where the source asks for none: then none is sent.
    pub cookies: Option<&'a BrowserCookies>,
}

impl Browsers {
    /// Checks the settings, and removes profiles that a killed host left behind. Starts nothing.
    pub fn new(settings: BrowserSettings) -> Result<Self, BrowserError> {
        settings.check()?;
        let browsers = Self { turns: Semaphore::new(settings.parallel), settings };
        profile::sweep(&browsers.folder());
        Ok(browsers)
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &BrowserSettings {
        &self.settings
    }

    /// Starts a browser, asks for its version and ends it: for `marquee doctor`.
    pub async fn version(&self) -> Result<String, BrowserError> {
        let executable = process::executable(&self.settings)?;
        let account = Account::needed();
        let profile = Profile::make(&self.folder(), account.as_ref())?;
        let (process, _wire, _events) =
            Box::pin(Process::start(&self.settings, &executable, &profile, account)).await?;
        let version = process.version.clone();
        process.end().await;
        profile.remove();
        Ok(version)
    }

    /// Renders a page: waits for a turn, then as long as `launch_ms` and `render_ms` allow, twice at most.
    ///
    /// What a wait does not meet in time is no error: the page is taken as it stands, and a remark says so. The extractor then
    /// tells whether the list is there.
    pub async fn render(
        &self,
        request: &PageRequest,
        steps: &BrowserSteps,
        asker: &dyn Asker,
        manner: Manner<'_>,
    ) -> Result<Rendered, BrowserError> {
        if !self.settings.enabled {
            return Err(BrowserError::Disabled { url: request.url.to_string() });
        }
        if request.method != FollowMethod::Get {
            return Err(BrowserError::Method { url: request.url.to_string() });
        }
        // The semaphore is never closed; were it, renders would only be less bounded.
        let _turn = self.turns.acquire().await.ok();
        let first = match Box::pin(self.attempt(request, steps, asker, manner)).await {
            Err(error) if error.calls_for_a_fresh_browser() => error,
            other => return other,
        };
        tracing::warn!(url = %request.url, error = %first, "a browser is replaced");
        match Box::pin(self.attempt(request, steps, asker, manner)).await {
            Err(second) => Err(BrowserError::Twice { first: Box::new(first), second: Box::new(second) }),
            Ok(mut rendered) => {
                rendered.remarks.push(format!("browser-replaced: {first}"));
                Ok(rendered)
            }
        }
    }

    /// One browser from its start to its end.
    async fn attempt(
        &self,
        request: &PageRequest,
        steps: &BrowserSteps,
        asker: &dyn Asker,
        manner: Manner<'_>,
    ) -> Result<Rendered, BrowserError> {
        let executable = process::executable(&self.settings)?;
        let account = Account::needed();
        let profile = Profile::make(&self.folder(), account.as_ref())?;
        let start = Instant::now();
        let (process, wire, events) = Box::pin(Process::start(&self.settings, &executable, &profile, account)).await?;
        let launch_ms = milliseconds(start);
        let start = Instant::now();
        let peak = AtomicU64::new(0);
        let user_agent = format!("{} {}", process.user_agent.replace("HeadlessChrome", "Chrome"), manner.agent);
        let visit = Visit::new(request, &self.settings, asker, &wire, manner.cookies.is_some(), user_agent);
        let performed = async {
            restore(&wire, manner).await;
            let taken = visit.perform(steps).await?;
            save(&wire, manner).await;
            Ok(taken)
        };
        let limit = self.settings.render();
        let outcome = tokio::select! {
            error = Box::pin(visit.attend(events)) => Err(error),
            () = self.too_much_memory(&process, &peak) => {
                Err(BrowserError::Memory { url: visit.url(), limit_mib: self.settings.memory_mib })
            }
            performed = timeout(limit, Box::pin(performed)) => {
                performed.unwrap_or_else(|_| Err(BrowserError::Time { url: visit.url(), limit }))
            }
        };
        let (last_words, version) = (process.last_words(), process.version.clone());
        process.end().await;
        profile.remove();
        let taken = outcome.map_err(|error| match error {
            BrowserError::Died { url, .. } => BrowserError::Died { url, reason: last_words },
            other => other,
        })?;
        let elsewhere =
            || BrowserError::Elsewhere { url: request.url.to_string(), target: taken.url.chars().take(200).collect() };
        let url = Visit::web(&taken.url).ok_or_else(elsewhere)?;
        let (requests, blocked, received_bytes) = visit.count(|count| (count.asked, count.blocked, count.received));
        let loaded = visit.count(|count| count.loaded.take()).ok_or_else(elsewhere)?;
        let (render_ms, peak_mib) = (milliseconds(start), peak.into_inner());
        tracing::debug!(%url, requests, blocked, launch_ms, render_ms, peak_mib, "rendered");
        Ok(Rendered {
            html: taken.html,
            url,
            status: loaded.status,
            headers: loaded.headers,
            fetched_at: loaded.fetched_at,
            requests,
            blocked,
            received_bytes,
            remarks: taken.remarks,
            launch_ms,
            render_ms,
            peak_mib,
            version,
        })
    }

    /// Ends when the browser's tree holds more than it may.
    async fn too_much_memory(&self, process: &Process, peak: &AtomicU64) {
        let mut look = interval(MEMORY_LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let held = process.memory_mib().await;
            peak.fetch_max(held, Ordering::Relaxed);
            if held > self.settings.memory_mib {
                return;
            }
        }
    }

    fn folder(&self) -> PathBuf {
        self.settings.profiles.clone().unwrap_or_else(std::env::temp_dir)
    }
}

/// Puts the crawl's cookies into a fresh profile.
async fn restore(wire: &Wire, manner: Manner<'_>) {
    let Some(BrowserCookies(kept)) = manner.cookies else { return };
    let cookies = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !cookies.is_empty() {
        // A cookie that the browser refuses is one that the site set wrongly; the page is asked for without.
        let _refused = wire.call(None, storage::SetCookiesParams::new(cookies)).await;
    }
}

/// Keeps the profile's cookies for the crawl's next page.
async fn save(wire: &Wire, manner: Manner<'_>) {
    let Some(BrowserCookies(kept)) = manner.cookies else { return };
    let Ok(found) = wire.call(None, storage::GetCookiesParams::default()).await else { return };
    let cookies = found.cookies.into_iter().map(|cookie| {
        let mut kept = network::CookieParam::new(cookie.name, cookie.value);
        (kept.domain, kept.path) = (Some(cookie.domain), Some(cookie.path));
        (kept.secure, kept.http_only) = (Some(cookie.secure), Some(cookie.http_only));
        kept.same_site = cookie.same_site;
        kept.expires = (!cookie.session).then(|| network::TimeSinceEpoch::new(cookie.expires));
        kept
    });
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = cookies.collect();
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

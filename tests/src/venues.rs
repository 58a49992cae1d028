//! Saved pages through real components: what the tests on shared pages and on plugin fixtures have in common.
//!
//! A source file names plugin, configuration and zone; the plugin is built and loaded into a real sandbox; what it says of a
//! page goes through the real normaliser. Nothing is fetched or stored.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_crawl::SourceFile;
use marquee_extract::{CallError, Extracted, Plugin, Sandbox, SandboxLimits};
use marquee_model::{CrawlId, Diagnostic, Event, Follow, Page, PageRequest, Rejection, WebUrl};
use marquee_normalize::{Input, NormalizeLimits, PageClaims, PageFacts, normalize};

use crate::guests::{self, Setup};

/// A sandbox and the plugins loaded into it so far.
pub struct Readers {
    _cache: tempfile::TempDir,
    sandbox: Arc<Sandbox>,
    plugins: BTreeMap<String, Arc<Plugin>>,
}

/// What a page gave: the plugin's answer, and the events that the normaliser made of it.
#[derive(Debug)]
pub struct Reading {
    /// The plugin's answer.
    pub extracted: Extracted,
    /// The events, in page order.
    pub events: Vec<Event>,
    /// What was not believed.
    pub rejections: Vec<Rejection>,
    /// What the normaliser remarked on.
    pub remarks: Vec<Diagnostic>,
}

impl Readers {
    /// A sandbox without plugins. `compiler` is the path of the tests' `compile-plugin`.
    ///
    /// # Errors
    /// It cannot start.
    pub fn new(compiler: &str) -> Setup<Self> {
        let (cache, sandbox) = guests::sandbox(SandboxLimits::default(), compiler)?;
        Ok(Self { _cache: cache, sandbox, plugins: BTreeMap::new() })
    }

    /// The plugin of this package, built and loaded on first use.
    ///
    /// # Errors
    /// It cannot be built or loaded.
    pub async fn plugin(&mut self, package: &str) -> Setup<Arc<Plugin>> {
        if let Some(plugin) = self.plugins.get(package) {
            return Ok(Arc::clone(plugin));
        }
        let plugin = self.sandbox.load(&guests::component(package)?).await?;
        self.plugins.insert(package.to_owned(), Arc::clone(&plugin));
        Ok(plugin)
    }

    /// Reads a page's text as the source's listing at `url`, on the day `today`.
    ///
    /// # Errors
    /// The outer: plugin or configuration are not usable. The inner: the plugin's own answer that it cannot read the page.
    pub async fn read(&mut self, file: &SourceFile, page: Page) -> Setup<Result<Reading, CallError>> {
        let source = &file.source;
        let plugin = self.plugin(source.plugin.as_str()).await?;
        if let Err(problems) = plugin.check_configuration(&source.configuration) {
            return Err(format!("{}: {problems:?}", file.path.display()).into());
        }
        let page = Arc::new(page);
        let extracted = match plugin.extract(source, Arc::clone(&page)).await {
            Ok(extracted) => extracted,
            Err(error) => return Ok(Err(error)),
        };
        let claims = extracted.extraction.outcome.events();
        let pages = [PageClaims { page: PageFacts::from(&*page), claims }];
        let input = Input { source, crawl: CrawlId::new(page.fetched_at), plugin: plugin.version(), pages: &pages };
        let normalized = normalize(&input, &NormalizeLimits::default());
        let (events, rejections, remarks) = (normalized.events, normalized.rejections, normalized.diagnostics);
        Ok(Ok(Reading { extracted, events, rejections, remarks }))
    }
}

impl Reading {
    /// The word for the outcome.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        self.extracted.extraction.outcome.name()
    }

    /// The further pages of this kind that were asked for.
    pub fn follows<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Follow> {
        self.extracted.extraction.follow.iter().filter(move |follow| follow.kind == kind)
    }
}

/// A saved page, fetched at noon (UTC) of `today` from `url`; the name of the file tells the content type.
///
/// # Errors
/// It cannot be read.
pub fn page_from(file: &Path, url: &WebUrl, today: NaiveDate) -> Setup<Page> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let media_type = marquee_fetch::saved::content_type(file);
    Ok(marquee_fetch::saved::page(&bytes, Some(media_type), url.clone(), noon(today), PageRequest::LISTING))
}

/// A page with this text, fetched at noon (UTC) of `today` from `url`; the text tells the content type.
#[must_use]
pub fn page(url: &WebUrl, body: &str, today: NaiveDate) -> Page {
    let starts = |start: &str| body.trim_start().starts_with(start);
    let media_type = match () {
        () if starts("{") || starts("[") => "application/json; charset=utf-8",
        () if starts("BEGIN:VCALENDAR") => "text/calendar; charset=utf-8",
        () if starts("<?xml") || starts("<rss") => "application/xml; charset=utf-8",
        () => "text/html; charset=utf-8",
    };
    marquee_fetch::saved::page(body.as_bytes(), Some(media_type), url.clone(), noon(today), PageRequest::LISTING)
}

/// Noon in UTC: the named day in every zone from -12 to +11 hours.
#[must_use]
pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()).and_utc()
}

/// A source file of `examples/sources`.
///
/// # Errors
/// It cannot be read.
pub fn example_source(name: &str) -> Setup<SourceFile> {
    source_file(&workspace().join("examples/sources").join(format!("{name}.toml")))
}

/// A source file anywhere.
///
/// # Errors
/// It cannot be read.
pub fn source_file(path: &Path) -> Setup<SourceFile> {
    Ok(marquee_crawl::source_file::read_file(path, noon(NaiveDate::default()))?)
}

/// The workspace's folder.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of shared pages: `MARQUEE_SHARED/pages`, else `../shared/pages` beside the workspace; `None` where it is absent.
#[must_use]
pub fn shared_pages() -> Option<PathBuf> {
    let shared = std::env::var_os("MARQUEE_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from);
    Some(shared.join("pages")).filter(|pages| pages.is_dir())
}

/// The saved listing that a source file names, as a page of its reference day.
///
/// # Errors
/// The file names none, or it cannot be read.
pub fn saved_page(pages: &Path, file: &SourceFile) -> Setup<Page> {
    let name = file.saved.page.as_ref().ok_or_else(|| format!("{}: no `page` in [score]", file.path.display()))?;
    let today = file.saved.reference_date.ok_or_else(|| format!("{}: no `reference_date`", file.path.display()))?;
    page_from(&pages.join(name), &file.source.url, today)
}

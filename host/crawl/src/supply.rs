//! Where a crawl's pages come from: the network, an archive, a folder of saved pages.
//!
//! Stands between the pipeline and `fetch`. A supply is opened once a crawl, so that what belongs to one crawl (cookies, a browser's
//! profile) ends with it.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use marquee_fetch::FollowScope;
use marquee_model::{CrawlId, Page, PageRequest, Source, Toll, Validators};

/// Gives the pages of crawls.
pub trait PageSupply: Send + Sync + 'static {
    /// Begins the pages of one crawl of a source.
    fn open<'a>(&'a self, source: &'a Source) -> Box<dyn CrawlPages + 'a>;
}

/// The pages of one crawl.
pub trait CrawlPages: Send {
    /// Gives the page that is asked for.
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>>;

    /// The crawl whose pages these are and the plugin's "now" at its start, where a stored crawl is run again.
    fn replays(&self) -> Option<(CrawlId, DateTime<Utc>)> {
        None
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The request.
    pub request: &'a PageRequest,
    /// Which hosts and headers the source's follow requests may use.
    pub scope: &'a FollowScope,
    /// What the last answer to the same request said of itself. With it, the answer may be [`Answer::NotModified`].
    pub validators: Option<&'a Validators>,
}

/// An answer, and what it took.
#[derive(Debug)]
pub struct Supplied {
    /// The answer.
    pub answer: Answer,
    /// What it took.
    pub toll: Toll,
    /// Whether a browser built the page.
    pub rendered: bool,
    /// What an operator should know although the page came.
    pub remarks: Vec<String>,
}

/// A page, or word that it is as it was.
#[derive(Debug)]
pub enum Answer {
    /// The page.
    Page {
        /// Decoded.
        page: Box<Page>,
        /// The body's bytes after content decoding; `None` where they are the page's text in UTF-8.
        raw: Option<Vec<u8>>,
    },
    /// The site says that nothing changed since the answer whose validators were sent (status 304).
    NotModified,
}

/// Why there is no page, and what it took to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupplied {
    /// A sentence that names the page and says what to do.
    pub reason: String,
    /// Whether another try later may do: the whole crawl is tried again before its next time.
    pub heals: bool,
    /// Before when another try is of no use, or not polite; `None`: not known.
    pub not_before: Option<DateTime<Utc>>,
    /// What it took.
    pub toll: Toll,
}

impl Supplied {
    /// A page that took nothing: one from a file.
    #[must_use]
    pub fn without_toll(page: Page) -> Self {
        Self {
            answer: Answer::Page { page: Box::new(page), raw: None },
            toll: Toll::default(),
            rendered: false,
            remarks: Vec::new(),
        }
    }
}

impl Unsupplied {
    /// A failure that took nothing and stays.
    #[must_use]
    pub fn for_good(reason: String) -> Self {
        Self { reason, heals: false, not_before: None, toll: Toll::default() }
    }
}

//! Pages from a folder: saved listings and what they lead to, read as if they came from the network on the day on which they
//! were saved.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use futures::{
    FutureExt as _,
    future::{BoxFuture, ready},
};
use marquee_model::{Page, PageRequest, Slug, Source, Toll, WebUrl};

use crate::{Answer, Ask, CrawlPages, PageSupply, Saved, SourceFile, Supplied, Unsupplied};

/// Saved pages by source. What is not saved is answered with a reason.
#[derive(Debug, Clone)]
pub struct SavedPages {
    folder: PathBuf,
    sources: BTreeMap<Slug, Saved>,
    now: DateTime<Utc>,
}

impl SavedPages {
    /// The saved pages below `folder` of those sources whose files name a listing. `now` counts as the day of saving where
    /// the source file names none.
    #[must_use]
    pub fn new(folder: &Path, files: &[SourceFile], now: DateTime<Utc>) -> Self {
        let sources = files
            .iter()
            .filter(|file| file.saved.page.is_some())
            .map(|file| (file.source.slug.clone(), file.saved.clone()))
            .collect();
        Self { folder: folder.to_owned(), sources, now }
    }

    /// Whether a source has a saved listing.
    #[must_use]
    pub fn has(&self, source: &Slug) -> bool {
        self.sources.contains_key(source)
    }

    /// The file that answers a request, if one is saved.
    #[must_use]
    pub fn file(&self, source: &Slug, request: &PageRequest) -> Option<&Path> {
        let saved = self.sources.get(source)?;
        // A listing that is asked for by an address with a date is saved under whatever address was used on that day.
        if request.kind == saved.kind && request.depth == 0 {
            return saved.page.as_deref();
        }
        let is_asked_for = |url: &WebUrl| {
            *url == request.url || url.canonical().is_some_and(|url| request.url.canonical() == Some(url))
        };
        let follow = saved
            .pages
            .iter()
            .find(|page| is_asked_for(&page.url) && page.kind.as_ref().is_none_or(|kind| *kind == request.kind))?;
        Some(&follow.page)
    }

    /// The saved page that answers a request.
    ///
    /// # Errors
    /// None is saved, or its file cannot be read; a sentence that says which.
    pub fn read(&self, source: &Slug, request: &PageRequest) -> Result<Page, String> {
        self.read_raw(source, request).map(|(page, _)| page)
    }

    /// The same with the file's bytes.
    fn read_raw(&self, source: &Slug, request: &PageRequest) -> Result<(Page, Vec<u8>), String> {
        let saved = self
            .sources
            .get(source)
            .ok_or_else(|| format!("no saved page is named for `{source}`; add `page` to `[score]` in its file"))?;
        let file = self
            .file(source, request)
            .ok_or_else(|| format!("{} is not saved; `[[score.pages]]` of `{source}` does not name it", request.url))?;
        let file = self.folder.join(file);
        let bytes = fs::read(&file).map_err(|error| format!("{}: cannot be read ({error})", file.display()))?;
        let content_type = marquee_fetch::saved::content_type(&file);
        let fetched_at = saved.fetched_at(self.now);
        let page =
            marquee_fetch::saved::page(&bytes, Some(content_type), request.url.clone(), fetched_at, &request.kind);
        Ok((Page { request: request.clone(), ..page }, bytes))
    }
}

impl PageSupply for SavedPages {
    fn open<'a>(&'a self, source: &'a Source) -> Box<dyn CrawlPages + 'a> {
        Box::new(SavedVisit { pages: self, source })
    }
}

struct SavedVisit<'a> {
    pages: &'a SavedPages,
    source: &'a Source,
}

impl CrawlPages for SavedVisit<'_> {
    fn page<'a>(&'a mut self, ask: Ask<'a>) -> BoxFuture<'a, Result<Supplied, Unsupplied>> {
        let read = self.pages.read_raw(&self.source.slug, ask.request).map(|(page, bytes)| Supplied {
            answer: Answer::Page { page: Box::new(page), raw: Some(bytes) },
            toll: Toll::default(),
            rendered: false,
            remarks: Vec::new(),
        });
        ready(read.map_err(Unsupplied::for_good)).boxed()
    }
}

//! Pages from a folder: saved listings, read as if they came from the network on the day on which they were saved.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, NaiveTime, Utc};
use futures::{FutureExt as _, future::BoxFuture};
use marquee_fetch::FollowScope;
use marquee_model::{Page, PageRequest, Slug, Source};

use crate::{PageSupply, SourceFile};

/// Saved listings by source. Only the listing itself is saved: further pages are answered with a reason.
#[derive(Debug, Clone)]
pub struct SavedPages {
    pages: BTreeMap<Slug, SavedPage>,
}

#[derive(Debug, Clone)]
struct SavedPage {
    file: PathBuf,
    fetched_at: DateTime<Utc>,
}

impl SavedPages {
    /// The saved listings below `folder` of those sources whose files name one. `now` counts as the day of saving where the
    /// source file names none.
    #[must_use]
    pub fn new(folder: &Path, files: &[SourceFile], now: DateTime<Utc>) -> Self {
        let pages = files
            .iter()
            .filter_map(|file| {
                let page = file.saved.page.as_ref()?;
                // Noon in UTC is the named day in every zone from -12 to +11 hours.
                let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
                let fetched_at = file.saved.reference_date.map_or(now, |day| day.and_time(noon).and_utc());
                Some((file.source.slug.clone(), SavedPage { file: folder.join(page), fetched_at }))
            })
            .collect();
        Self { pages }
    }

    /// Whether a source has a saved listing.
    #[must_use]
    pub fn has(&self, source: &Slug) -> bool {
        self.pages.contains_key(source)
    }

    fn read(&self, source: &Source, request: &PageRequest) -> Result<Page, String> {
        let saved = self.pages.get(&source.slug).ok_or_else(|| {
            format!("no saved page is named for `{}`; add `page` to `[score]` in its file", source.slug)
        })?;
        if request.kind != PageRequest::LISTING {
            return Err(format!("{} is not saved; only the listing is", request.url));
        }
        let bytes =
            fs::read(&saved.file).map_err(|error| format!("{}: cannot be read ({error})", saved.file.display()))?;
        let json = saved.file.extension().is_some_and(|extension| extension == "json");
        let content_type = if json { "application/json" } else { "text/html" };
        Ok(marquee_fetch::saved::page(&bytes, Some(content_type), request.url.clone(), saved.fetched_at, &request.kind))
    }
}

impl PageSupply for SavedPages {
    fn page<'a>(
        &'a self,
        source: &'a Source,
        request: &'a PageRequest,
        _scope: &'a FollowScope,
    ) -> BoxFuture<'a, Result<Page, String>> {
        async move { self.read(source, request) }.boxed()
    }
}

//! `[score]` of a source file: where saved copies of the source's pages lie, for reading it offline.
//!
//! Only names and addresses stand here; the pages' text lies elsewhere. Read by `marquee score`, `marquee crawl --saved` and
//! `marquee plugin run`; a crawl from the network never looks at it.

use std::path::{Component, Path, PathBuf};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{PageRequest, WebUrl};
use serde::Deserialize;

use super::SourceFileError;

/// What a crawl can come to, by the words of [`marquee_model::CrawlOutcome::name`].
const OUTCOMES: &[&str] = &["complete", "partial", "empty", "not_a_listing", "not_recognized", "failed"];

/// Saved copies of a source's pages, as `[score]` in its file tells them. Files are relative to the folder of saved pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The listing.
    pub page: Option<PathBuf>,
    /// The kind that the plugin sees that page as.
    pub kind: String,
    /// The day on which it was saved: what counts as today when it is read.
    pub reference_date: Option<NaiveDate>,
    /// What a right reading of the listing comes to, such as `partial` for one that lists events without a day. Absent: complete
    /// where events are expected.
    pub outcome: Option<String>,
    /// Where an event stands that is not on the saved listing.
    pub event: Option<SavedEvent>,
    /// Further pages that the plugin may ask for.
    pub pages: Vec<SavedFollow>,
}

/// A fragment of a page with one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedEvent {
    /// The file.
    pub page: PathBuf,
    /// The surroundings that the plugin needs, with `{page}` for the fragment.
    pub wrap: Option<String>,
}

/// A further page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFollow {
    /// The file.
    pub page: PathBuf,
    /// The address that it is asked for by.
    pub url: WebUrl,
    /// The kind that it is asked for as; absent: any.
    pub kind: Option<String>,
}

impl Default for Saved {
    fn default() -> Self {
        Self {
            page: None,
            kind: PageRequest::LISTING.to_owned(),
            reference_date: None,
            outcome: None,
            event: None,
            pages: Vec::new(),
        }
    }
}

impl Saved {
    /// When the saved pages count as fetched: noon (UTC) of the reference date, which is that day in every zone from -12 to
    /// +11 hours; without a reference date, `now`.
    #[must_use]
    pub fn fetched_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        self.reference_date.map_or(now, |day| day.and_time(noon).and_utc())
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredScore {
    page: Option<PathBuf>,
    kind: Option<String>,
    reference_date: Option<String>,
    outcome: Option<String>,
    event: Option<DeclaredEvent>,
    #[serde(default)]
    pages: Vec<DeclaredFollow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredEvent {
    page: PathBuf,
    wrap: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredFollow {
    page: PathBuf,
    url: WebUrl,
    kind: Option<String>,
}

impl DeclaredScore {
    pub(super) fn read(self, bad: &dyn Fn(&'static str, String) -> SourceFileError) -> Result<Saved, SourceFileError> {
        let below = |key: &'static str, page: PathBuf| match is_below(&page) {
            true => Ok(page),
            false => Err(bad(key, "give a path below the folder of saved pages, without `..`".to_owned())),
        };
        let day = |text: String| {
            text.parse().map_err(|_| bad("score.reference_date", format!("`{text}` is not a day: write YYYY-MM-DD")))
        };
        let outcome = |word: String| match OUTCOMES.contains(&word.as_str()) {
            true => Ok(word),
            false => Err(bad("score.outcome", format!("`{word}` is none of {}", OUTCOMES.join(", ")))),
        };
        let event = |declared: DeclaredEvent| {
            if declared.wrap.as_ref().is_some_and(|wrap| !wrap.contains("{page}")) {
                return Err(bad("score.event.wrap", "write `{page}` where the saved fragment belongs".to_owned()));
            }
            Ok(SavedEvent { page: below("score.event.page", declared.page)?, wrap: declared.wrap })
        };
        let follow = |declared: DeclaredFollow| {
            Ok(SavedFollow { page: below("score.pages.page", declared.page)?, url: declared.url, kind: declared.kind })
        };
        Ok(Saved {
            page: self.page.map(|page| below("score.page", page)).transpose()?,
            kind: self.kind.unwrap_or_else(|| PageRequest::LISTING.to_owned()),
            reference_date: self.reference_date.map(day).transpose()?,
            outcome: self.outcome.map(outcome).transpose()?,
            event: self.event.map(event).transpose()?,
            pages: self.pages.into_iter().map(follow).collect::<Result<_, _>>()?,
        })
    }
}

fn is_below(page: &Path) -> bool {
    page.components().all(|part| matches!(part, Component::Normal(_)))
}

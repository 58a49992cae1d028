//! What readings need to know beside their text: the day, the source's languages and currency.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{Currency, Page, Source, WebUrl};
use marquee_reading::dates::{self, DateContext, Unreadable, When};

use crate::reads::question::Hints;

/// What readings need to know, whether there is a page or not. Who uses the day or the time notes the question (`reads`).
pub(crate) struct Context {
    now: Duration,
    base: WebUrl,
    today: NaiveDate,
    languages: Vec<String>,
    currency: Option<Currency>,
}

impl Context {
    /// The context of a page: "today" is the day on which it was fetched, in the source's zone.
    pub(crate) fn of(page: &Page, source: &Source) -> Self {
        Self::at(&page.url, page.fetched_at, source)
    }

    /// The context of a page at this address, fetched at this time.
    pub(crate) fn at(url: &WebUrl, fetched_at: DateTime<Utc>, source: &Source) -> Self {
        Self {
            now: fetched_at.signed_duration_since(DateTime::UNIX_EPOCH).to_std().unwrap_or_default(),
            base: url.clone(),
            today: marquee_reading::zone::local(fetched_at, source.zone).date(),
            languages: source.languages.clone(),
            currency: source.currency,
        }
    }

    /// The context of `describe`, where there is no page. Always the same, since a description must be.
    pub(crate) fn without_page() -> Option<Self> {
        let base = "https://page.invalid/".parse().ok()?;
        Some(Self {
            now: Duration::ZERO,
            base,
            today: DateTime::UNIX_EPOCH.date_naive(),
            languages: Vec::new(),
            currency: None,
        })
    }

    /// The time that a denied WASI clock shows. Not for anything that is noted.
    pub(super) const fn now(&self) -> Duration {
        self.now
    }

    /// What addresses in a guest's own markup are joined to. The record holds it.
    pub(super) const fn base(&self) -> &WebUrl {
        &self.base
    }

    /// The source's currency. The record holds it.
    pub(super) const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The answer to [`Question::Today`](crate::reads::question::Question::Today).
    pub(crate) const fn today(&self) -> NaiveDate {
        self.today
    }

    /// The answer to [`Question::Dates`](crate::reads::question::Question::Dates). `most`: bytes of a hint that are read.
    pub(crate) fn dates(&self, texts: &[String], hints: &Hints, most: usize) -> Vec<Result<When, Unreadable>> {
        let mut languages = hints.languages.clone();
        languages.extend(self.languages.iter().filter(|code| !hints.languages.contains(code)).cloned());
        let mut context = DateContext::new(self.today);
        context.languages = languages;
        context.order = hints.order;
        context.listing = hints.listing;
        context.day = hints.day.as_deref().and_then(|day| day_of(day, &context, most));
        dates::read(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &context)
    }
}

/// The day that a hint names: an ISO date, else whatever the reader makes of it.
fn day_of(text: &str, context: &DateContext, most: usize) -> Option<NaiveDate> {
    if let Ok(day) = text.trim().parse() {
        return Some(day);
    }
    if text.len() > most {
        return None;
    }
    match dates::read(&[text], context).pop()?.ok()?.start {
        marquee_model::Moment::Date(day) => Some(day),
        marquee_model::Moment::Local(local) => Some(local.date()),
        marquee_model::Moment::Instant(_) | marquee_model::Moment::Text(_) => None,
    }
}

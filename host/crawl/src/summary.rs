//! What a crawl as a whole came to: many pages' outcomes become one.

use marquee_model::{CrawlOutcome, ExtractError, Outcome, PageRequest};

/// What became of one page.
#[derive(Debug)]
pub enum PageResult {
    /// The extractor answered; its events are counted elsewhere.
    Read(Outcome),
    /// The extractor answered with an error of its own.
    Refused(ExtractError),
    /// The page could not be fetched or the extractor was stopped.
    Failed {
        /// `fetch` or `extract`.
        stage: &'static str,
        /// The error.
        reason: String,
    },
}

/// A page's address, whether it is the source's own, and what became of it.
#[derive(Debug)]
pub struct PageSummary {
    /// The address.
    pub url: String,
    /// Whether it is the source's own address.
    pub listing: bool,
    /// What became of it.
    pub result: PageResult,
}

impl PageSummary {
    /// What became of the page that was asked for so.
    #[must_use]
    pub fn of(request: &PageRequest, result: PageResult) -> Self {
        Self { url: request.url.to_string(), listing: request.depth == 0, result }
    }
}

/// Sums up a crawl. `rejected` counts events that were left out, `left_out` tells the pages that limits kept out.
///
/// Whatever befalls the source's own page decides alone, since nothing can be known without it; whatever befalls a further
/// page makes the crawl partial. An event that the page announces and Marquee rejected is missing, so that is partial too.
#[must_use]
pub fn outcome(pages: &[PageSummary], rejected: u32, left_out: &[String]) -> CrawlOutcome {
    let mut missing: Vec<String> = Vec::new();
    let mut evidence: Option<&str> = None;
    let mut events = 0;
    for page in pages {
        match &page.result {
            PageResult::Read(outcome) => {
                events += outcome.events().len();
                match outcome {
                    Outcome::Partial { missing: words, .. } => missing.push(format!("{}: {words}", page.url)),
                    Outcome::Empty { evidence: words } => evidence = evidence.or(Some(&words.text)),
                    Outcome::NotAListing { reason } if page.listing => {
                        return CrawlOutcome::NotAListing { reason: reason.clone() };
                    }
                    Outcome::NotAListing { reason } => missing.push(format!("{}: not a listing: {reason}", page.url)),
                    Outcome::Complete { .. } | Outcome::Onward => {}
                }
            }
            PageResult::Refused(ExtractError::UnrecognizedLayout { reason }) if page.listing => {
                return CrawlOutcome::NotRecognized { reason: reason.clone() };
            }
            PageResult::Refused(error) if page.listing => {
                return CrawlOutcome::Failed { stage: "extract".to_owned(), reason: error.to_string() };
            }
            PageResult::Refused(error) => missing.push(format!("{}: {error}", page.url)),
            PageResult::Failed { stage, reason } if page.listing => {
                return CrawlOutcome::Failed { stage: (*stage).to_owned(), reason: reason.clone() };
            }
            // A fetch error names the page itself.
            PageResult::Failed { reason, .. } if reason.contains(&page.url) => missing.push(reason.clone()),
            PageResult::Failed { reason, .. } => missing.push(format!("{}: {reason}", page.url)),
        }
    }
    missing.extend(left_out.iter().map(|page| format!("not fetched: {page}")));
    if rejected > 0 {
        missing.push(format!("{rejected} of {events} events could not be read; see the crawl's rejections"));
    }
    if !missing.is_empty() {
        let more = missing.len().saturating_sub(3);
        let mut reason = missing.into_iter().take(3).collect::<Vec<_>>().join("; ");
        if more > 0 {
            reason.push_str(&format!("; and {more} more"));
        }
        return CrawlOutcome::Partial { reason };
    }
    match evidence {
        Some(words) if events == 0 => CrawlOutcome::Empty { evidence: words.to_owned() },
        None if events == 0 => {
            CrawlOutcome::Partial { reason: "no page listed an event, and none said that nothing is on".to_owned() }
        }
        _ => CrawlOutcome::Complete,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A source and its pages, for this crate's tests.

    use chrono::DateTime;
    use marquee_model::{Digest, Page, PageRequest, Source};

    pub(crate) fn source() -> Source {
        let text = r#"
            slug = "venue"
            site = { slug = "town", name = "Town" }
            url = "https://venue.example/events"
            plugin = "css"
            zone = "America/Toronto"
            [venue]
            slug = "venue"
            name = "Venue"
        "#;
        crate::source_file::parse("venue.toml".as_ref(), text, DateTime::UNIX_EPOCH).unwrap().source
    }

    pub(crate) fn page(request: &PageRequest) -> Page {
        Page {
            request: request.clone(),
            url: request.url.clone(),
            status: 200,
            headers: vec![],
            fetched_at: DateTime::UNIX_EPOCH,
            charset: "UTF-8".to_owned(),
            digest: Digest::of(b"page"),
            bytes: 4,
            body: "page".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::{EventClaim, Evidence};

    use super::*;

    fn read(listing: bool, outcome: Outcome) -> PageSummary {
        PageSummary { url: "https://venue.example/events".to_owned(), listing, result: PageResult::Read(outcome) }
    }

    fn complete() -> Outcome {
        Outcome::Complete { events: vec![EventClaim::default()] }
    }

    fn empty() -> Outcome {
        Outcome::Empty { evidence: Evidence { text: "No upcoming events".to_owned(), place: ".none".to_owned() } }
    }

    fn failed(listing: bool) -> PageSummary {
        PageSummary {
            url: "https://venue.example/2".to_owned(),
            listing,
            result: PageResult::Failed { stage: "fetch", reason: "timed out".to_owned() },
        }
    }

    #[test]
    fn a_full_listing_is_complete_even_when_its_last_page_is_empty() {
        assert_eq!(outcome(&[read(true, complete()), read(false, empty())], 0, &[]), CrawlOutcome::Complete);
    }

    #[test]
    fn a_missing_further_page_makes_it_partial_and_a_missing_listing_makes_it_fail() {
        assert_eq!(outcome(&[read(true, complete()), failed(false)], 0, &[]).name(), "partial");
        assert_eq!(outcome(&[failed(true)], 0, &[]).name(), "failed");
    }

    #[test]
    fn rejected_events_and_pages_left_out_make_it_partial() {
        assert_eq!(outcome(&[read(true, complete())], 1, &[]).name(), "partial");
        assert_eq!(outcome(&[read(true, complete())], 0, &["https://venue.example/9".to_owned()]).name(), "partial");
    }

    #[test]
    fn nothing_is_never_complete() {
        assert_eq!(outcome(&[read(true, empty())], 0, &[]).name(), "empty");
        assert_eq!(outcome(&[read(true, Outcome::Onward)], 0, &[]).name(), "partial");
        assert_eq!(outcome(&[], 0, &[]).name(), "partial");
    }

    #[test]
    fn a_redesigned_listing_is_not_recognised_and_a_captcha_is_no_listing() {
        let redesigned = PageSummary {
            url: "https://venue.example/events".to_owned(),
            listing: true,
            result: PageResult::Refused(ExtractError::UnrecognizedLayout { reason: "no .event".to_owned() }),
        };
        assert_eq!(outcome(&[redesigned], 0, &[]).name(), "not_recognized");
        let captcha = Outcome::NotAListing { reason: "a captcha".to_owned() };
        assert_eq!(outcome(&[read(true, captcha)], 0, &[]).name(), "not_a_listing");
    }
}

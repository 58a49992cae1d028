//! What the host itself says of a page after a plugin has answered: that it breaks off, or what it is if no plugin knows it.
//!
//! Between the plugin's answer and the crawl, for every plugin alike, so that no author has to think of lost connections and
//! walls. It only takes confidence away (complete becomes partial, an empty calendar an error) or gives an error its name; it
//! never adds an event or takes one out.

use std::sync::Arc;

use marquee_model::{ExtractError, Extraction, Outcome, Page};
use marquee_reading::{Document, DocumentLimits, JsonDocument, disguise, ending};
use serde::{Deserialize, Serialize};

use crate::CallFailure;

type Answer = Result<Extraction, CallFailure>;

/// What was seen of a page as a whole, so that a later page can be looked at in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Glance {
    /// Fewer bytes came than were announced.
    short: Option<String>,
    /// Its text breaks off; looked for where it is not `short`.
    broken: Option<String>,
    /// What it is by its own words, where that was asked.
    mask: Mask,
}

/// What a page is by its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mask {
    /// Not looked for: the page was read.
    #[default]
    NotAsked,
    /// As JSON: the error in it.
    Json(Option<String>),
    /// As whatever it is.
    Any(Option<String>),
}

/// The answer in the light of the page as a whole. `document`: the page's document, where the plugin asked for it.
pub(crate) fn look(
    page: &Page,
    document: Option<Arc<Document>>,
    limits: &DocumentLimits,
    answer: Answer,
) -> (Answer, Glance) {
    if page.request.is_start() {
        return (answer, Glance::default()); // there is no page: the plugin is asked for the first request
    }
    let mask = match &answer {
        Err(CallFailure::Answered(error)) if is_unknown(error) => Mask::Any(name_of(page, document, limits)),
        Ok(Extraction { outcome: Outcome::Empty { .. }, .. }) => Mask::Json(json_error(page, limits)),
        _ => Mask::NotAsked,
    };
    let answer = unmask(&mask, answer);
    let short = short(page);
    let broken = if short.is_none() { ending::broken_off(&page.body) } else { None };
    let answer = match short.as_ref().or(broken.as_ref()) {
        Some(reason) => distrust(page, reason, answer),
        None => answer,
    };
    (answer, Glance { short, broken, mask })
}

/// Whether a page looks as an earlier one did. `same_body`: its body is that of the earlier one.
pub(crate) fn again(
    page: &Page,
    known: &Glance,
    document: Option<Arc<Document>>,
    limits: &DocumentLimits,
    same_body: bool,
) -> bool {
    if page.request.is_start() {
        return *known == Glance::default();
    }
    if short(page) != known.short {
        return false;
    }
    if same_body {
        return true;
    }
    let broken = if known.short.is_none() { ending::broken_off(&page.body) } else { None };
    let mask = match known.mask {
        Mask::NotAsked => Mask::NotAsked,
        Mask::Json(_) => Mask::Json(json_error(page, limits)),
        Mask::Any(_) => Mask::Any(name_of(page, document, limits)),
    };
    broken == known.broken && mask == known.mask
}

const fn is_unknown(error: &ExtractError) -> bool {
    matches!(
        error,
        ExtractError::UnrecognizedLayout { .. } | ExtractError::Missing { .. } | ExtractError::Malformed { .. }
    )
}

/// Gives a page that the plugin did not know its name, if it has one. A page that was read is what the plugin says.
fn unmask(mask: &Mask, answer: Answer) -> Answer {
    match (mask, &answer) {
        (Mask::Any(Some(what)), Err(CallFailure::Answered(unknown))) => {
            let reason = format!("{what} ({unknown})");
            not_a_listing(answer, reason)
        }
        // An API that failed may send its empty list along.
        (Mask::Json(Some(told)), Ok(Extraction { outcome: Outcome::Empty { evidence }, .. }))
            if !told.contains(evidence.text.trim()) =>
        {
            not_a_listing(answer, told.clone())
        }
        _ => answer,
    }
}

fn name_of(page: &Page, document: Option<Arc<Document>>, limits: &DocumentLimits) -> Option<String> {
    json_error(page, limits).or_else(|| {
        let document = document.or_else(|| Document::parse(&page.body, &page.url, limits).ok().map(Arc::new));
        document.and_then(|document| disguise::of_document(&document).ok().flatten())
    })
}

fn json_error(page: &Page, limits: &DocumentLimits) -> Option<String> {
    disguise::of_json(&JsonDocument::parse(&page.body, limits).ok()?)
}

fn not_a_listing(answer: Answer, reason: String) -> Answer {
    let diagnostics = answer.map_or_else(|_| Vec::new(), |extraction| extraction.diagnostics);
    Ok(Extraction { outcome: Outcome::NotAListing { reason }, follow: Vec::new(), window: None, diagnostics })
}

/// Why the page is not whole, by its length.
fn short(page: &Page) -> Option<String> {
    let packed =
        page.header("content-encoding").is_some_and(|encoding| !encoding.trim().eq_ignore_ascii_case("identity"));
    let announced = page.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    announced
        .filter(|announced| !packed && *announced > page.bytes)
        .map(|announced| format!("{} of {announced} announced bytes arrived", page.bytes))
}

/// Half a page: what was read stands, and something is missing; that nothing was read means nothing.
fn distrust(page: &Page, reason: &str, answer: Answer) -> Answer {
    let broken = |more: String| {
        let raw = page.body.trim_end().chars().rev().take(RAW_CHARS).collect::<Vec<_>>().into_iter().rev().collect();
        let reason = format!("it breaks off: {reason}{more}");
        Err(CallFailure::Answered(ExtractError::Malformed { what: "the page".to_owned(), raw, reason }))
    };
    match answer {
        Ok(Extraction { outcome: Outcome::Complete { events }, follow, window, diagnostics }) => {
            let outcome = Outcome::Partial { events, missing: format!("the page breaks off: {reason}") };
            Ok(Extraction { outcome, follow, window, diagnostics })
        }
        Ok(Extraction { outcome: Outcome::Partial { events, missing }, follow, window, diagnostics }) => {
            let outcome = Outcome::Partial { events, missing: format!("the page breaks off: {reason}; {missing}") };
            Ok(Extraction { outcome, follow, window, diagnostics })
        }
        Ok(Extraction { outcome: Outcome::Empty { .. } | Outcome::Onward, .. }) => broken(String::new()),
        Err(CallFailure::Answered(error)) => broken(format!("; the plugin says: {error}")),
        other => other,
    }
}

/// Characters of the page's end that an error shows.
const RAW_CHARS: usize = 80;

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use marquee_model::{Digest, EventClaim, Evidence, PageRequest};

    use super::*;

    fn page(body: &str) -> Page {
        let url: marquee_model::WebUrl = "https://venue.example/".parse().unwrap();
        Page {
            request: PageRequest::listing(url.clone()),
            url,
            status: 200,
            headers: vec![],
            fetched_at: DateTime::UNIX_EPOCH,
            charset: "UTF-8".to_owned(),
            digest: Digest::of(body.as_bytes()),
            bytes: body.len() as u64,
            body: body.to_owned(),
        }
    }

    fn said(outcome: Outcome) -> Answer {
        Ok(Extraction { outcome, follow: Vec::new(), window: None, diagnostics: Vec::new() })
    }

    fn complete() -> Answer {
        said(Outcome::Complete { events: vec![EventClaim::default()] })
    }

    fn empty() -> Answer {
        said(Outcome::Empty { evidence: Evidence { text: "[]".to_owned(), place: "/events".to_owned() } })
    }

    fn unknown() -> Answer {
        Err(CallFailure::Answered(ExtractError::UnrecognizedLayout { reason: "no .event".to_owned() }))
    }

    fn looked(page: &Page, answer: Answer) -> Answer {
        look(page, None, &DocumentLimits::default(), answer).0
    }

    const WHOLE: &str = "<html><body><div>Moon</div></body></html>";
    const HALF: &str = "<html><body><div>Moon";

    #[test]
    fn a_whole_page_is_what_the_plugin_says() {
        for answer in [complete, empty, unknown] {
            let looked = looked(&page(WHOLE), answer());
            assert_eq!(format!("{looked:?}"), format!("{:?}", answer()));
        }
    }

    #[test]
    fn half_a_page_is_never_complete_and_never_empty() {
        let half = page(HALF);
        assert!(matches!(looked(&half, complete()), Ok(Extraction { outcome: Outcome::Partial { .. }, .. })));
        for answer in [empty(), unknown(), said(Outcome::Onward)] {
            let told = looked(&half, answer);
            assert!(
                matches!(told, Err(CallFailure::Answered(ExtractError::Malformed { ref reason, .. })) if reason.contains("breaks off")),
                "{told:?}"
            );
        }
    }

    #[test]
    fn fewer_bytes_than_announced_are_half_a_page() {
        let mut page = page(WHOLE);
        page.headers = vec![("content-length".to_owned(), "4000".to_owned())];
        assert!(matches!(looked(&page, complete()), Ok(Extraction { outcome: Outcome::Partial { .. }, .. })));
        page.headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        assert!(matches!(looked(&page, complete()), Ok(Extraction { outcome: Outcome::Complete { .. }, .. })));
    }

    #[test]
    fn an_unknown_page_gets_its_name() {
        let login = page("<html><title>Sign in</title><form><input type=password></form></html>");
        let told = looked(&login, unknown());
        let Ok(Extraction { outcome: Outcome::NotAListing { reason }, .. }) = told else { panic!("{told:?}") };
        assert!(reason.contains("a login") && reason.contains("no .event"), "{reason}");
        assert!(matches!(looked(&login, complete()), Ok(Extraction { outcome: Outcome::Complete { .. }, .. })));
    }

    #[test]
    fn an_error_beside_an_empty_list_is_no_empty_calendar() {
        let failed = page(r#"{"data": {"events": []}, "errors": [{"message": "timed out"}]}"#);
        let told = looked(&failed, empty());
        assert!(matches!(told, Ok(Extraction { outcome: Outcome::NotAListing { .. }, .. })), "{told:?}");
        let honest = page(r#"{"data": {"events": []}, "errors": []}"#);
        assert!(matches!(looked(&honest, empty()), Ok(Extraction { outcome: Outcome::Empty { .. }, .. })));
    }
}

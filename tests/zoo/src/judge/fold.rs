//! Text reduced to what two printings of it have in common.

/// Lower case, letters and digits, one space between words; a text without either stays as it is, in lower case, so that
/// `!!!` is not nothing.
#[must_use]
pub fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { lower.trim().to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_and_white_space_are_no_difference_and_letters_are() {
        assert_eq!(folded("  The MOTHS — Live! "), folded("the moths live"));
        assert_ne!(folded("Moths"), folded("Moth"));
        assert_eq!(folded("!!!"), "!!!");
        assert_ne!(folded("!!!"), folded("+/-"));
    }
}

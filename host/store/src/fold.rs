//! Folding text for searching: without accents, case and odd white space.
//!
//! Done here and not in the database, so that what is found does not depend on the server's locale or dictionaries. What is
//! written and what is asked for pass through the same function.

/// `text` in ASCII lower case, white space and control characters (U+0000 could not be stored) folded: `Mötley  CRÜE` becomes
/// `motley crue`.
pub(crate) fn fold(text: &str) -> String {
    // Split first: the transliteration drops tabs and line feeds, which would join words.
    let mut folded = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        for part in deunicode::deunicode(word).split_ascii_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(&part.to_ascii_lowercase());
        }
    }
    folded
}

/// Several texts folded, a line each; absent and empty ones left out.
pub(crate) fn fold_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(fold).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Patterns for `LIKE`, one a word of `text`: each must be part of what is searched. The words' own `%`, `_` and `\` are
/// taken literally. At most 16 words count: a longer search is a pasted paragraph, and every word costs an index scan.
pub(crate) fn patterns(text: &str) -> Vec<String> {
    words(text).iter().map(|word| pattern(word)).collect()
}

/// The words of a text, folded; at most 16, see [`patterns`].
pub(crate) fn words(text: &str) -> Vec<String> {
    const MAX_WORDS: usize = 16;
    fold(text).split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS).map(str::to_owned).collect()
}

/// The pattern for `LIKE` of what holds this word, which is folded.
pub(crate) fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("  Mötley\tCRÜE "), "motley crue");
        assert_eq!(fold("Sigur Rós & MØ"), "sigur ros & mo");
        assert_eq!(fold("Кино"), fold("КИНО"));
        assert_eq!(fold("a\0b"), "a b");
    }

    #[test]
    fn wildcards_of_the_words_are_literal() {
        assert_eq!(patterns("100% a_b"), [r"%100\%%", r"%a\_b%"]);
        assert!(patterns(" \t ").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn folding_twice_is_folding_once(text in ".{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}

//! Text fields: cleaned, bounded, or unknown.

use marquee_reading::text;
use unicode_normalization::UnicodeNormalization;

use crate::report::{Report, Subject};

/// The mark that a shortened text ends with.
const ELLIPSIS: char = '…';

/// A text on one line; `None` where nothing is left of it.
pub(crate) fn line(raw: &str, field: &str, limit: usize, subject: &Subject, report: &mut Report<'_>) -> Option<String> {
    cut(text::clean(raw), field, limit, subject, report)
}

/// A text whose line breaks mean something: every line cleaned, at most one empty line in a row.
pub(crate) fn lines(
    raw: &str,
    field: &str,
    limit: usize,
    subject: &Subject,
    report: &mut Report<'_>,
) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    for line in raw.lines().map(text::clean) {
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line);
        }
    }
    cut(kept.join("\n").trim_end().to_owned(), field, limit, subject, report)
}

fn cut(clean: String, field: &str, limit: usize, subject: &Subject, report: &mut Report<'_>) -> Option<String> {
    if clean.is_empty() {
        return None;
    }
    if clean.chars().nth(limit).is_none() {
        return Some(clean);
    }
    report.shortened(subject, field, limit);
    let mut short: String = clean.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push(ELLIPSIS);
    Some(short)
}

/// The form in which two spellings of a name are equal: letters and digits in lower case without accents, joined by hyphens;
/// where a name has none (`!!!`) its visible characters.
///
/// Built on canonical decomposition, which Unicode keeps stable for ever, and not on a transliteration table, whose next
/// release would change identities.
pub(crate) fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.nfkd().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push('-');
            }
            gap = false;
            folded.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) && !matches!(c, '\'' | '’' | 'ʼ') {
            gap = true;
        }
    }
    if folded.is_empty() { name.nfkc().filter(|c| !c.is_whitespace()).collect() } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_title_fold_to_one() {
        assert_eq!(folded("The Wet  Socks — “Live!”"), "the-wet-socks-live");
        assert_eq!(folded("Sœurs Fâchées"), "sœurs-fachees");
        assert_eq!(folded("Don’t Ask"), folded("DON'T ASK"));
        assert_eq!(folded("!!!"), "!!!");
        assert_eq!(folded("+/-"), "+/-");
        assert_eq!(folded("東京 Night"), "東京-night");
    }
}

//! Letters and signs folded, one by one.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One sign for each kind of dash, quote and bullet.
pub(crate) const fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '→' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{b4}' | '`' | '\u{2032}' | '\u{2bc}' => '\'',
        '\u{201c}'..='\u{201f}' | '«' | '»' | '\u{2033}' => '"',
        '·' | '∙' | '●' | '・' | '¦' | '｜' | '■' | '▪' | '›' | '‹' => '|',
        '✝' => '†',
        '⁄' | '／' => '/',
        '＆' => '&',
        '＋' => '+',
        '！' => '!',
        '？' => '?',
        '（' => '(',
        '）' => ')',
        _ => c,
    }
}

/// What German and the Nordic languages write for a letter where they cannot write it.
pub(crate) const fn long_form(c: char) -> Option<&'static str> {
    match c {
        'ä' | 'æ' => Some("ae"),
        'ö' | 'ø' | 'œ' => Some("oe"),
        'ü' => Some("ue"),
        'å' => Some("aa"),
        _ => None,
    }
}

/// Adds a lower-case character without its accents; whether more than accents was lost.
pub(crate) fn push_folded(c: char, out: &mut String) -> bool {
    match c {
        'ø' => out.push('o'),
        'ð' | 'đ' => out.push('d'),
        'ħ' => out.push('h'),
        'ł' => out.push('l'),
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'þ' => out.push_str("th"),
        _ => {
            let mut lossy = false;
            for part in std::iter::once(c).nfkd().flat_map(char::to_lowercase).filter(|part| !is_combining_mark(*part))
            {
                if part.is_ascii() {
                    if part.is_ascii_alphanumeric() {
                        out.push(part);
                    }
                } else if is_transliterated(part) {
                    lossy = true;
                    let plain = deunicode::deunicode_char(part).unwrap_or_default();
                    out.extend(plain.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
                } else if part.is_alphanumeric() {
                    out.push(part);
                }
            }
            return lossy;
        }
    }
    !matches!(c, 'ß' | 'æ' | 'œ')
}

/// Latin, Greek and Cyrillic: scripts whose letters have Latin ones that readers agree on.
const fn is_transliterated(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{24f}' | '\u{250}'..='\u{2af}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}' | '\u{a720}'..='\u{a7ff}')
}

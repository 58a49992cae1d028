//! Text made presentable: what stands between a page's text and a reader's eyes.
//!
//! Used on every text that a plugin returns and offered to plugins themselves. It never shortens a text, interprets markup, or
//! repairs what it is not certain of. Cleaning twice is cleaning once.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::words::token::is_invisible;

/// Times that a repair may uncover another (an entity in percent-encoding in mojibake); nobody has seen more than three.
const MOST_ROUNDS: usize = 4;

/// The longest name of an entity, `&CounterClockwiseContourIntegral;`, in bytes.
const LONGEST_ENTITY: usize = 33;

/// Text without entities (encoded twice, too), odd white space, control and invisible characters, and mojibake; in Unicode's NFC.
///
/// White space of any kind becomes one blank; none is left at the ends. Percent-encoding is taken off a text that has `%20` where
/// blanks should be, or letters in it (`Caf%C3%A9`). Mojibake (UTF-8 that was read as Windows-1252) is repaired when the whole text turns into likely characters.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut cleaned = once(text);
    for _ in 1..MOST_ROUNDS {
        let next = once(&cleaned);
        if next == cleaned {
            break;
        }
        cleaned = next;
    }
    cleaned
}

fn once(text: &str) -> String {
    let text = entities(text);
    let text = percent(&text).unwrap_or(text);
    let text = mojibake(&text).unwrap_or(text);
    let text = folded(&text);
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

/// Decodes entities that end in a semicolon, in one pass: what a decoded `&` forms with the text behind it is decoded as well.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(c);
        while out.ends_with(';') {
            let Some((start, decoded)) = last_entity(&out) else { break };
            out.truncate(start);
            out.push_str(&decoded);
        }
    }
    out
}

/// The entity at the end of `text`: where it starts and what it stands for.
fn last_entity(text: &str) -> Option<(usize, String)> {
    let floor = text.floor_char_boundary(text.len().saturating_sub(LONGEST_ENTITY));
    let start = floor + text.get(floor..)?.rfind('&')?;
    let name = text.get(start + 1..)?;
    let decoded = if let Some(number) = name.strip_prefix('#') {
        let number = number.strip_suffix(';')?;
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        }
        .ok()?;
        // `&#150;` means the Windows-1252 dash, says the HTML standard.
        let replaced =
            code.checked_sub(0x80).and_then(|i| C1_REPLACEMENTS.get(usize::try_from(i).ok()?).copied().flatten());
        replaced.or_else(|| char::from_u32(code)).filter(|c| *c != '\0')?.to_string()
    } else {
        let (first, second) = NAMED_ENTITIES.get(name).copied().filter(|(first, _)| *first != 0)?;
        [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect()
    };
    // `&semi;` could otherwise stand for itself for ever.
    (decoded.len() < text.len() - start).then_some((start, decoded))
}

/// Takes percent-encoding off a text that has `%20`, or the bytes of a letter that is not ASCII, and no blank. An address stays as it is.
fn percent(text: &str) -> Option<String> {
    let encoded = text.contains("%20") || text.split('%').skip(1).any(|part| part.starts_with(['c', 'C', 'd', 'D', 'e', 'E', 'f', 'F']));
    if !encoded || text.contains(char::is_whitespace) || text.contains("://") {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Undoes UTF-8 read as Windows-1252, when every character of the text takes part and gives a likely one.
fn mojibake(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Vec<u8> = text.chars().map(windows_1252).collect::<Option<_>>()?;
    let repaired = String::from_utf8(bytes).ok()?;
    repaired.chars().all(|c| c.is_ascii() || is_likely(c)).then_some(repaired)
}

/// The byte that Windows-1252 has for a character, by the table of the WHATWG encoding standard.
fn windows_1252(c: char) -> Option<u8> {
    let code = u32::from(c);
    if code < 0x80 || (0xa0..=0xff).contains(&code) {
        return u8::try_from(code).ok();
    }
    if let Some(index) = C1_REPLACEMENTS.iter().position(|replacement| *replacement == Some(c)) {
        return u8::try_from(0x80 + index).ok();
    }
    u8::try_from(code).ok().filter(|byte| (0x80..0xa0).contains(byte))
}

/// Characters that titles are written in: Latin, Greek and Cyrillic letters, typographic signs, the euro, pictures. The rest is
/// likelier chance, as `É”` at the end of `“CAFÉ”` is also the bytes of an IPA letter.
fn is_likely(c: char) -> bool {
    matches!(c,
        '\u{a0}'..='\u{17f}' | '\u{218}'..='\u{21b}' | '\u{386}'..='\u{3ce}' | '\u{410}'..='\u{451}' | '\u{1e9e}'
        | '\u{2010}'..='\u{2027}' | '\u{202f}'..='\u{203a}' | '\u{20ac}' | '\u{2116}' | '\u{2122}' | '\u{2190}'..='\u{21ff}'
        | '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// White space folded; control and invisible characters dropped, but for the joiners inside pictures.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    let mut picture = false;
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{3164}') {
            blank = true;
            picture = false;
            continue;
        }
        let joins = picture && matches!(c, '\u{200d}' | '\u{fe0f}');
        if (c.is_control() || is_invisible(c) || c == '\u{fffe}') && !joins {
            continue;
        }
        if blank && !out.is_empty() {
            out.push(' ');
        }
        blank = false;
        picture = joins
            || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '0'..='9' | '#' | '*' | '©' | '®');
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::clean;

    #[test]
    fn entities_are_decoded_however_often_they_were_encoded() {
        assert_eq!(clean("Sorry &#8211; Rock &amp;amp; Roll"), "Sorry – Rock & Roll");
        assert_eq!(clean("&amp;quot;Weird&amp;quot; &eacute;t&eacute;"), "\"Weird\" été");
        assert_eq!(clean("it&#150;s &#x1F3B8; &amp;#039;ok&amp;#039;"), "it–s 🎸 'ok'");
    }

    #[test]
    fn what_only_looks_like_an_entity_stays() {
        for text in ["R&B; soul", "AT&T", "Q&A", "&copy right", "&nosuchname;", "&#0;", "&#x110000;", "& ; &;"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn white_space_of_any_kind_becomes_one_blank() {
        assert_eq!(clean("\u{feff} A\u{a0}\u{2003}B\r\n\tC\u{200b}D \u{3000}"), "A B CD");
        assert_eq!(clean("e\u{301}te\u{301}"), "été");
        assert_eq!(clean("\u{202e}evil\u{202c} a\u{0}b"), "evil ab");
    }

    #[test]
    fn mojibake_is_repaired_only_when_it_is_certain() {
        assert_eq!(clean("CafÃ© â€œTacvbaâ€\u{9d}"), "Café “Tacvba”");
        assert_eq!(clean("Å\u{81}Ã³dÅº"), "Łódź");
        for text in ["Café", "“CAFÉ”", "Ã", "NÃO", "Motörhead", "Sigur Rós Ã©", "Beyoncé™"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn percent_encoding_is_taken_off_where_blanks_are_encoded() {
        assert_eq!(clean("Caf%C3%A9%20Tacvba"), "Café Tacvba");
        assert_eq!(clean("Bj%c3%b6rk"), "Björk");
        // Bytes that are no UTF-8, a sign for a share, an address.
        for text in ["%C3lub", "100%Cotton", "50%Dub", "https://venue.example/caf%C3%A9", "100%", "100% Live", "%41lpha", "a%20b c", "a%20b%zz"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn pictures_of_several_parts_stay_whole() {
        assert_eq!(clean("👩\u{200d}🎤 live"), "👩\u{200d}🎤 live");
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in "(\\PC|[&#;ampltÃ©â€%20]|\u{200b}){0,40}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }
    }
}

//! A path pattern of a rule: `*` stands for anything, `$` at the end for the end (RFC 9309 section 2.2.3).

use std::fmt::Write as _;

/// Whether a pattern, in its normal form, matches a path from its beginning. Linear in both: each piece between two stars is taken
/// where it is first found, which finds a match whenever there is one.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !to_the_end || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if to_the_end && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece).and_then(|at| rest.get(at.saturating_add(piece.len())..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// The form in which patterns and paths are compared: what is not ASCII is percent-encoded, with upper-case digits (RFC 9309
/// section 2.2.2).
pub(super) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _infallible = write!(out, "%{byte:02X}");
            }
        }
    }
    upper_hex(&out)
}

/// The same text with the digits of `%2f` in upper case.
pub(super) fn upper_hex(text: &str) -> String {
    rewritten(text, |byte| format!("%{byte:02X}"))
}

/// The same text with percent-encoded letters, digits and `-._~` written plainly: two spellings of one path become equal.
pub(super) fn plain(text: &str) -> String {
    rewritten(text, |byte| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    })
}

fn rewritten(text: &str, write: impl Fn(u8) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let byte = after.get(1..3).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match byte.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push_str(&write(byte));
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the pattern means, said in the plainest way, however slow.
    fn by_definition(pattern: &[u8], path: &[u8]) -> bool {
        match (pattern, path) {
            ([], _) => true,
            ([b'$'], rest) => rest.is_empty(),
            ([b'*', more @ ..], path) => (0..=path.len()).any(|from| by_definition(more, &path[from..])),
            ([c, more @ ..], [first, rest @ ..]) => c == first && by_definition(more, rest),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matching_is_what_the_definition_says(pattern in "[ab/*]{0,8}\\$?", path in "[ab/]{0,10}") {
            prop_assert_eq!(matches(&pattern, &path), by_definition(pattern.as_bytes(), path.as_bytes()));
        }

        #[test]
        fn the_normal_form_of_a_normal_form_is_itself(text in "\\PC{0,40}") {
            let once = normal(&text);
            prop_assert!(once.is_ascii());
            prop_assert_eq!(normal(&once), once);
        }
    }

    #[test]
    fn a_pattern_of_nothing_but_stars_is_no_trouble() {
        let pattern = format!("/{}b", "*a".repeat(5_000));
        assert!(!matches(&pattern, &format!("/{}", "a".repeat(2_000))));
    }
}

//! Texts as every format takes them.
//!
//! Pages are not trusted, and formats differ in what hurts them: a line feed ends a property of a calendar, a control character
//! makes XML unreadable, an equals sign begins a formula. So texts are first brought into one of two forms that all formats can
//! carry as they are, and a reader of any format gets that form back, letter by letter.

/// A text of one line: white space and control characters, alone or together, become one space; none at the ends.
#[must_use]
pub fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let spaced = text.chars().map(|c| if c.is_whitespace() || !allowed(c) { ' ' } else { c });
    for character in spaced {
        if character != ' ' || !line.is_empty() && !line.ends_with(' ') {
            line.push(character);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text of several lines: each as by [`line`], without empty ones at the ends, at most one empty line between two.
#[must_use]
pub fn paragraphs(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for one in
        text.replace("\r\n", "\n").split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).map(line)
    {
        if !one.is_empty() || lines.last().is_some_and(|before| !before.is_empty()) {
            lines.push(one);
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// What XML 1.0 (section 2.2) and iCalendar (RFC 5545 section 3.1) both allow, without the line and paragraph separators, the
/// noncharacters, and the marks that reorder text (Unicode TR 9: a title could show itself, and what follows it, backwards).
fn allowed(c: char) -> bool {
    !c.is_control()
        && !matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff)
        && !matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Text as part of HTML, in an element or in a quoted attribute.
#[must_use]
pub fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// A cell of a table that no spreadsheet takes for a formula: what begins with one of `= + - @`, their full-width forms, a tab
/// or a carriage return, after any number of apostrophes, gets one apostrophe more (OWASP, "CSV injection"). To read it back, take
/// one apostrophe from cells that begin with apostrophes and such a character.
#[must_use]
pub fn cell(text: &str) -> String {
    let first = text.trim_start_matches('\'').chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠'));
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line("  Moon\r\nATTENDEE:mailto:x\t\0 y "), "Moon ATTENDEE:mailto:x y");
        assert_eq!(line("\u{202e}txet\u{feff}"), "txet");
        assert_eq!(line("\r\n \u{85}"), "");
    }

    #[test]
    fn paragraphs_keep_their_lines_and_one_empty_one_between() {
        assert_eq!(paragraphs("\n\na  b\r\n\r\n\n\rc\u{2028}d\n"), "a b\n\nc\nd");
        assert_eq!(paragraphs(""), "");
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for (text, wanted) in
            [("=1+1", "'=1+1"), ("'@x", "''@x"), ("a=b", "a=b"), ("'n'", "'n'"), ("", ""), ("＝x", "'＝x")]
        {
            assert_eq!(cell(text), wanted);
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            prop_assert_eq!(line(&line(&text)), line(&text));
            prop_assert_eq!(paragraphs(&paragraphs(&text)), paragraphs(&text));
            prop_assert!(!line(&text).chars().any(char::is_control));
        }
    }
}

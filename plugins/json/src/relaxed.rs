//! Literals of JavaScript, as scripts in pages hold them, made JSON.
//!
//! It stands between a script's text and the host's JSON reading, which takes JSON only. Comments, single quotes, bare names,
//! trailing commas, `undefined`, `!0`, joined strings and `new Date(...)` are known; nothing is run, and what is code becomes
//! `null`. One walk along the text, so its cost is linear.

use std::{iter::Peekable, str::Chars};

/// Brackets inside each other: what the host's JSON reading allows as well.
const DEEPEST: usize = 128;

/// The array, object or quoted JSON that the text begins with, as JSON; what follows it is not looked at.
pub(crate) fn to_json(text: &str) -> Option<String> {
    let text = text.trim_start();
    let mut reader =
        Reader { rest: text.chars().peekable(), out: String::with_capacity(text.len() / 2), joined: false };
    match text.chars().next()? {
        '{' | '[' => reader.literal(),
        quote @ ('"' | '\'' | '`') => {
            // `JSON.parse("...")`: the string is the JSON.
            reader.rest.next();
            Some(reader.string(quote)).filter(|inner| inner.trim_start().starts_with(['{', '[']))
        }
        _ => None,
    }
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
    out: String,
    /// The last string is to be joined with the next.
    joined: bool,
}

impl Reader<'_> {
    fn literal(mut self) -> Option<String> {
        let mut open: Vec<char> = Vec::new();
        loop {
            self.blank();
            let c = self.rest.next()?;
            match c {
                '{' | '[' => {
                    open.push(if c == '{' { '}' } else { ']' });
                    if open.len() > DEEPEST {
                        return None;
                    }
                    self.out.push(c);
                }
                '}' | ']' => {
                    if self.out.ends_with(',') {
                        self.out.pop();
                    }
                    self.complete();
                    if open.pop() != Some(c) {
                        return None;
                    }
                    self.out.push(c);
                    if open.is_empty() {
                        return Some(self.out);
                    }
                }
                ',' => {
                    self.complete();
                    if !self.out.ends_with(['{', '[', ',']) {
                        self.out.push(',');
                    }
                }
                ':' => self.out.push(':'),
                '+' if self.out.ends_with('"') => self.joined = true,
                '"' | '\'' | '`' => {
                    let text = self.string(c);
                    if self.joined {
                        self.out.pop();
                    } else {
                        self.out.push('"');
                    }
                    self.joined = false;
                    self.quote(&text);
                }
                _ => self.word(c),
            }
        }
    }

    /// A member whose value was code that left nothing behind.
    fn complete(&mut self) {
        if self.out.ends_with(':') {
            self.out.push_str("null");
        }
    }

    /// Passes white space and comments.
    fn blank(&mut self) {
        loop {
            while self.rest.next_if(|c| c.is_whitespace() || *c == '\u{feff}').is_some() {}
            let mut ahead = self.rest.clone();
            if ahead.next() != Some('/') {
                return;
            }
            match ahead.next() {
                Some('/') => while self.rest.next_if(|c| *c != '\n').is_some() {},
                Some('*') => {
                    self.rest = ahead;
                    let mut star = false;
                    for c in self.rest.by_ref() {
                        if star && c == '/' {
                            break;
                        }
                        star = c == '*';
                    }
                }
                _ => return,
            }
        }
    }

    /// The contents of a string whose opening quote was read.
    fn string(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => match self.rest.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some('b' | 'f' | 'v' | '0' | '\n') | None => {}
                    Some('x') => text.extend(self.hexadecimal(2)),
                    Some('u') => self.unicode(&mut text),
                    Some(other) => text.push(other),
                },
                c if c == quote => break,
                c => text.push(c),
            }
        }
        text
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<char> {
        self.code(digits).and_then(char::from_u32)
    }

    fn code(&mut self, digits: usize) -> Option<u32> {
        let mut code = 0;
        for _ in 0..digits {
            code = code * 16 + self.rest.next_if(char::is_ascii_hexdigit)?.to_digit(16)?;
        }
        Some(code)
    }

    /// What follows `\u`: four digits, a pair of them for what lies beyond, or digits in braces.
    fn unicode(&mut self, text: &mut String) {
        if self.rest.next_if_eq(&'{').is_some() {
            let digits: String = std::iter::from_fn(|| self.rest.next_if(char::is_ascii_hexdigit)).collect();
            self.rest.next_if_eq(&'}');
            text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            return;
        }
        let Some(first) = self.code(4) else { return };
        if !(0xD800..0xDC00).contains(&first) {
            text.extend(char::from_u32(first));
            return;
        }
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('\\') && ahead.next() == Some('u') {
            self.rest = ahead;
            let second = self.code(4).unwrap_or_default();
            let low = second.wrapping_sub(0xDC00);
            text.extend(char::from_u32(0x10000 + ((first - 0xD800) << 10) + low).filter(|_| low < 0x400));
        }
    }

    /// Writes the rest of a JSON string, whose opening quote stands already.
    fn quote(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                c if c.is_control() => self.out.push(' '),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// A name, a number, or code.
    fn word(&mut self, first: char) {
        let mut word = String::from(first);
        let goes_on =
            |c: &char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-' | '+' | '!' | '&' | '|' | '?');
        while let Some(c) = self.rest.next_if(goes_on) {
            word.push(c);
        }
        self.blank();
        if self.rest.peek() == Some(&':') && self.out.ends_with(['{', ',']) {
            self.out.push('"');
            self.quote(&word);
            return;
        }
        match word.as_str() {
            "true" | "!0" => self.out.push_str("true"),
            "false" | "!1" => self.out.push_str("false"),
            "new" => {} // `Date` follows
            "Date" => {
                let date = self.arguments();
                self.out.push_str(&date_of(&date));
            }
            "JSON.parse" | "String" | "Number" | "Object.freeze" => {
                self.rest.next_if_eq(&'('); // the argument is the value; its closing bracket is passed as code
            }
            ")" => {}
            number if is_number(number) => self.out.push_str(number),
            _ => {
                if self.rest.peek() == Some(&'(') {
                    self.arguments();
                }
                if self.out.ends_with([':', '[', ',']) {
                    self.out.push_str("null");
                }
            }
        }
    }

    /// What stands in the round brackets that follow.
    fn arguments(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 0;
        while let Some(c) = self.rest.peek().copied() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            self.rest.next();
            text.push(c);
            if depth == 0 {
                break;
            }
        }
        text.trim_start_matches('(').trim_end_matches(')').trim().to_owned()
    }
}

/// The argument of `new Date(...)`: a text, an epoch, or year, month from 0, day, hour and minute.
fn date_of(argument: &str) -> String {
    let quoted = argument.trim_matches(['"', '\'', '`']);
    if quoted.len() < argument.len() {
        let plain: String = quoted.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_control()).collect();
        return format!("\"{plain}\"");
    }
    let numbers: Option<Vec<u32>> = argument.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some([year, month, day, clock @ ..]) => {
            let part = |at: usize| clock.get(at).copied().unwrap_or(0);
            format!("\"{year:04}-{:02}-{day:02}T{:02}:{:02}\"", month.saturating_add(1), part(0), part(1))
        }
        _ if is_number(argument) => argument.to_owned(),
        _ => "null".to_owned(),
    }
}

/// Whether this is a number of JSON.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(fraction) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_what_it_is() {
        let json = r#"{"a":[1,-2.5,true,null,"x \"y\" \\ é"],"b":{}}"#;
        assert_eq!(to_json(json).as_deref(), Some(json));
        assert_eq!(to_json(&format!("{json}; more()")).as_deref(), Some(json));
    }

    #[test]
    fn scripts_are_forgiven_what_json_forbids() {
        let script = "[ // the nights\n {id: '7', 'title': 'Rock \\'n\\' \"Roll\"', /* end: 1, */ on: !0, none: undefined,},\n ]";
        assert_eq!(
            to_json(script).as_deref(),
            Some(r#"[{"id":"7","title":"Rock 'n' \"Roll\"","on":true,"none":null}]"#)
        );
    }

    #[test]
    fn a_comment_sign_in_a_string_is_no_comment() {
        assert_eq!(to_json("{u:'https://a.example/b'}").as_deref(), Some(r#"{"u":"https://a.example/b"}"#));
    }

    #[test]
    fn dates_joined_strings_and_quoted_json_are_read() {
        assert_eq!(
            to_json("[new Date(2026, 4, 1, 20, 30), new Date('2026-05-02T20:00'), 'a' + \"b\"]").as_deref(),
            Some(r#"["2026-05-01T20:30","2026-05-02T20:00","ab"]"#)
        );
        assert_eq!(to_json(r#""{\"a\":1}")"#).as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(to_json(r#"'{"a":"\u00e9 \ud83c\udfb8"}'"#).as_deref(), Some(r#"{"a":"é 🎸"}"#));
    }

    #[test]
    fn code_becomes_null_and_an_open_end_nothing() {
        assert_eq!(to_json("{a: f(1, '}'), b: window.c, d: 1}").as_deref(), Some(r#"{"a":null,"b":null,"d":1}"#));
        for text in ["", "{a: 1", "[1}", "f()", "'words'"] {
            assert_eq!(to_json(text), None, "{text}");
        }
        assert_eq!(to_json(&"[".repeat(1000)), None);
    }

    #[test]
    fn no_cut_and_no_stray_character_makes_it_panic() {
        let whole = r"[{a: 'ż\u00e9\x41\u{1F3B8}', /* b */ 'c': new Date(2026, 4, 1), d: f(1)} // e
            , `🎸` + 'x', -1.5, !0, {},]";
        for (at, _) in whole.char_indices() {
            let (head, tail) = whole.split_at(at);
            let rest: String = tail.chars().skip(1).collect();
            for text in
                [head.to_owned(), format!("{head}{rest}"), format!("{head}\\{rest}"), format!("{head})'🎸{rest}")]
            {
                let _ = to_json(&text);
            }
        }
    }
}

//! Reading JSON text into a [`JsonBuilder`], without calling itself, so that no nesting can overflow the stack.

use std::{borrow::Cow, sync::Arc};

use super::{JsonBuilder, JsonKind, JsonValue};
use crate::{Budget, ReadError};

/// How far a member's name is looked for where quotation marks are in disorder.
const LONGEST_NAME: usize = 60;

/// RFC 8259; of what stands around the JSON, only what servers put there on purpose is taken off.
pub(super) fn parse(text: &str, budget: &Arc<Budget>) -> Result<JsonValue, ReadError> {
    let mut reader = Reader::new(text, unwrap(text), 1, false);
    let mut builder = JsonBuilder::new(budget);
    reader.value_and_all_inside(&mut builder)?;
    reader.blank();
    if reader.peek().is_some() {
        return Err(reader.wrong("something follows the value"));
    }
    builder.finish()
}

/// Forgives what is found in `script` elements: comments, trailing and missing commas, control characters and line breaks in
/// texts, quotation marks that should have been escaped, single quotes, bare names, unknown escapes, several values, an end
/// that never comes.
pub(super) fn parse_lenient(text: &str, line: u32, budget: &Arc<Budget>) -> Result<Vec<JsonValue>, ReadError> {
    let mut reader = Reader::new(text, uncover(unwrap(text)), line, true);
    let mut builder = JsonBuilder::new(budget);
    loop {
        reader.value_and_all_inside(&mut builder)?;
        reader.blank();
        while matches!(reader.peek(), Some(b';' | b',')) {
            reader.at += 1;
            reader.blank();
        }
        // What follows may be code, or brackets that close nothing.
        if !matches!(reader.peek(), Some(b'{' | b'[')) {
            return builder.finish_all();
        }
    }
}

/// Takes off what servers put around JSON.
fn unwrap(text: &str) -> &str {
    let mut inner = text.trim_start_matches('\u{feff}').trim();
    if let Some(rest) = inner.strip_prefix(")]}'") {
        // The guard against inclusion as a script; some put a comma or a length after it on the same line.
        let below = rest.find('\n').and_then(|at| rest.get(at..));
        inner = match below {
            Some(below) if !rest.trim_start_matches(',').trim_start().starts_with(['{', '[']) => below.trim(),
            _ => rest.trim_start_matches(',').trim(),
        };
    }
    for guard in ["for(;;);", "for (;;);", "while(1);", "while (1);", "/**/"] {
        inner = inner.strip_prefix(guard).map_or(inner, str::trim);
    }
    jsonp(inner).unwrap_or(inner)
}

/// Takes off wrappers that hide a script's contents from readers of the last century.
fn uncover(mut inner: &str) -> &str {
    for (open, close) in [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>")]
    {
        // A comment before the JSON is no wrapper round it.
        if let Some(rest) = inner.strip_prefix(open).filter(|rest| rest.trim_start().starts_with(['{', '['])) {
            inner = rest.trim().strip_suffix(close).unwrap_or(rest).trim();
        }
    }
    inner
}

/// What is inside `callback({...});`, whose name may have dots.
fn jsonp(text: &str) -> Option<&str> {
    let name = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.')))?;
    let starts_as_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'));
    let inner = text.get(name..).filter(|_| starts_as_name)?.trim_start();
    inner.strip_prefix('(')?.trim_end().trim_end_matches(';').trim_end().strip_suffix(')').map(str::trim)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// Where lines were counted to.
    line_at: usize,
    /// Where the line begins that they were counted to.
    line_start: usize,
    /// Bytes of the first line that stand before what is read.
    lead: usize,
    lenient: bool,
}

impl<'t> Reader<'t> {
    /// Reads `inner`, which is a part of `text`; `line` is that of the first character of `text`.
    fn new(text: &str, inner: &'t str, line: u32, lenient: bool) -> Self {
        let start = inner.as_ptr() as usize - text.as_ptr() as usize;
        let before = text.as_bytes().get(..start).unwrap_or_default();
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let line = line.saturating_add(u32::try_from(lines).unwrap_or(0));
        let lead = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        Self { text: inner, at: 0, line, line_at: 0, line_start: 0, lead, lenient }
    }

    fn value_and_all_inside(&mut self, builder: &mut JsonBuilder) -> Result<(), ReadError> {
        self.blank();
        self.value(builder)?;
        while builder.depth() > 0 {
            self.step(builder)?;
        }
        Ok(())
    }

    /// One member of the innermost open array or object, or its end.
    fn step(&mut self, builder: &mut JsonBuilder) -> Result<(), ReadError> {
        let object = builder.within() == Some(JsonKind::Object);
        let close = if object { b'}' } else { b']' };
        self.blank();
        let first = builder.is_empty_inside();
        let mut comma = false;
        while self.peek() == Some(b',') {
            if !self.lenient && (comma || first) {
                return Err(self.wrong("a comma is out of place"));
            }
            comma = true;
            self.at += 1;
            self.blank();
        }
        match self.peek() {
            Some(byte) if byte == close => {
                if comma && !self.lenient {
                    return Err(self.wrong("a comma is followed by nothing"));
                }
                self.at += 1;
                builder.close();
                return Ok(());
            }
            None if self.lenient => {
                builder.close();
                return Ok(());
            }
            None => return Err(self.wrong("the text ends inside an array or object")),
            Some(b'}' | b']') if self.lenient => {
                // The wrong bracket: close what is open, and let the next step see it again if it fits there.
                builder.close();
                if builder.depth() == 0 {
                    self.at += 1;
                }
                return Ok(());
            }
            Some(_) if !comma && !first && !self.lenient => return Err(self.wrong("a comma is missing")),
            Some(_) => {}
        }
        if object {
            let key = self.key()?;
            builder.key(&key);
            self.blank();
            if self.peek() != Some(b':') {
                return Err(self.wrong("a `:` is missing after a name"));
            }
            self.at += 1;
            self.blank();
            if self.lenient && matches!(self.peek(), Some(b',' | b'}')) {
                self.mark(builder);
                return builder.scalar(JsonKind::Null, "");
            }
        }
        self.value(builder)
    }

    /// A scalar, or the opening of an array or object.
    fn value(&mut self, builder: &mut JsonBuilder) -> Result<(), ReadError> {
        self.mark(builder);
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                builder.open(JsonKind::Object)
            }
            Some(b'[') => {
                self.at += 1;
                builder.open(JsonKind::Array)
            }
            Some(quote) if quote == b'"' || (self.lenient && quote == b'\'') => {
                let text = self.string(quote)?;
                builder.scalar(JsonKind::Text, &text)
            }
            Some(_) => {
                let word = self.word();
                let kind = match word {
                    "true" | "false" => JsonKind::Boolean,
                    "null" => JsonKind::Null,
                    "undefined" | "NaN" if self.lenient => JsonKind::Null,
                    number if is_number(number) => JsonKind::Number,
                    _ => return Err(self.wrong("this is no value")),
                };
                self.at += word.len();
                builder.scalar(kind, if kind == JsonKind::Null { "" } else { word })
            }
            None => Err(self.wrong("a value is missing")),
        }
    }

    fn key(&mut self) -> Result<Cow<'t, str>, ReadError> {
        match self.peek() {
            Some(quote) if quote == b'"' || (self.lenient && quote == b'\'') => self.string(quote),
            _ => {
                let word = self.word();
                if self.lenient && !word.is_empty() {
                    self.at += word.len();
                    Ok(Cow::Borrowed(word))
                } else {
                    Err(self.wrong("a name in quotes is missing"))
                }
            }
        }
    }

    fn word(&self) -> &'t str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_' | '$' | '@')))
            .unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn string(&mut self, quote: u8) -> Result<Cow<'t, str>, ReadError> {
        let start = self.at;
        self.at += 1;
        let rest = self.rest();
        let special = |byte: u8| byte == quote || byte == b'\\' || byte < 0x20;
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        if rest.as_bytes().get(plain) == Some(&quote) && self.closes(self.at + plain) {
            self.at += plain + 1;
            return Ok(Cow::Borrowed(rest.get(..plain).unwrap_or_default()));
        }
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().position(special).unwrap_or(rest.len());
            text.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'\\') => self.escape(&mut text)?,
                Some(byte) if byte == quote && self.closes(self.at) => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(byte) if self.lenient => {
                    text.push(char::from(byte));
                    self.at += 1;
                }
                Some(_) => return Err(self.wrong("a control character stands in a text")),
                None => {
                    self.at = start;
                    return Err(self.wrong("a text does not end"));
                }
            }
        }
    }

    /// Whether the quotation mark at `at` ends its text. Where forgiving, it does not if what follows cannot follow a text:
    /// `"The "Big" Show"`.
    fn closes(&self, at: usize) -> bool {
        if !self.lenient {
            return true;
        }
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let after = rest.trim_start();
        let same_line = !rest.get(..rest.len() - after.len()).unwrap_or_default().contains('\n');
        match after.chars().next() {
            None | Some(',' | ':' | '}' | ']') => true,
            Some('/') => after.starts_with("//") || after.starts_with("/*"),
            // A name follows, and the comma is missing.
            Some('"' | '\'')
                if after
                    .chars()
                    .skip(1)
                    .take(LONGEST_NAME)
                    .collect::<String>()
                    .split_once(['"', '\''])
                    .is_some_and(|(_, rest)| rest.trim_start().starts_with(':')) =>
            {
                true
            }
            Some(_) => !same_line,
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), ReadError> {
        let mut chars = self.rest().chars().skip(1);
        let Some(c) = chars.next() else { return Err(self.wrong("a text does not end")) };
        self.at += 1 + c.len_utf8();
        match c {
            '"' | '\\' | '/' => text.push(c),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let Some(unit) = self.hex() else {
                    if self.lenient {
                        text.push_str("\\u");
                        return Ok(());
                    }
                    return Err(self.wrong("`\\u` needs four hexadecimal digits"));
                };
                text.push(self.character(unit));
            }
            c if self.lenient => {
                // JavaScript lets `\'` stand for `'`; a line break after a backslash goes on with the text.
                if c != '\n' {
                    text.push(c);
                }
            }
            _ => return Err(self.wrong("this escape is not known")),
        }
        Ok(())
    }

    /// The character that an escape begins; the second half of a pair is read, too. Half a pair is U+FFFD.
    fn character(&mut self, unit: u32) -> char {
        if (0xd800..0xdc00).contains(&unit) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            if let Some(low) = self.hex().filter(|low| (0xdc00..0xe000).contains(low)) {
                return char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.at = before;
        }
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// White space and, where forgiven, comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let space = |c: char| {
                matches!(c, ' ' | '\t' | '\n' | '\r')
                    || (self.lenient && (c.is_whitespace() || c == '\u{feff}' || c.is_control()))
            };
            self.at += rest.len() - rest.trim_start_matches(space).len();
            let rest = self.rest();
            let comment = if !self.lenient {
                None
            } else if rest.starts_with("//") {
                Some(rest.find('\n').unwrap_or(rest.len()))
            } else if rest.starts_with("/*") {
                Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
            } else if rest.starts_with("<!--") {
                Some(rest.find("-->").map_or(rest.len(), |end| end + 3))
            } else {
                None
            };
            match comment {
                Some(len) => self.at += len,
                None => return,
            }
        }
    }

    fn mark(&mut self, builder: &mut JsonBuilder) {
        let line = self.line_here();
        let lead = if self.line_start == 0 { self.lead } else { 0 };
        builder.place(line, u32::try_from((lead + self.at).saturating_sub(self.line_start) + 1).unwrap_or(0));
    }

    fn line_here(&mut self) -> u32 {
        let passed = self.text.as_bytes().get(self.line_at..self.at).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        if let Some(last) = passed.iter().rposition(|byte| *byte == b'\n').filter(|_| lines > 0) {
            self.line_start = self.line_at + last + 1;
        }
        self.line += u32::try_from(lines).unwrap_or(0);
        self.line_at = self.line_at.max(self.at);
        self.line
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong(&mut self, reason: &str) -> ReadError {
        /// Enough to find the place in the page.
        const SHOWN: usize = 30;
        let near: String = self.rest().chars().take(SHOWN).collect();
        let line = self.line_here();
        let reason = if near.is_empty() { format!("{reason}, at the end") } else { format!("{reason}, at `{near}`") };
        ReadError::NotReadable { kind: "JSON", reason, line }
    }
}

/// RFC 8259, section 6.
fn is_number(word: &str) -> bool {
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (word, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

//! The encoding that a document declares about itself: HTML's `meta`, XML's declaration.
//!
//! The algorithm of the HTML standard, section 13.2.3.2 "prescan a byte stream to determine its encoding", over the first
//! bytes only. Never panics and never looks further, whatever the bytes are.

use crate::charset::{self, Charset};

/// How far is looked, as the standard says.
pub(crate) const PREFIX: usize = 1024;

/// The charset that the document declares in its first [`PREFIX`] bytes.
pub(crate) fn declared(bytes: &[u8]) -> Option<Charset> {
    let prefix = bytes.get(..PREFIX).unwrap_or(bytes);
    xml_declaration(prefix).or_else(|| Scanner { bytes: prefix, at: 0 }.meta()).map(Charset::in_ascii)
}

/// `<?xml version="1.0" encoding="…"?>` at the very start, white space aside.
fn xml_declaration(bytes: &[u8]) -> Option<Charset> {
    let bytes = bytes.trim_ascii_start();
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.windows(2).position(|pair| pair == b"?>")?;
    let declaration = rest.get(..end)?;
    let at = declaration.windows(8).position(|word| word == b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first()?;
    let end = value.iter().position(|b| b == quote).filter(|_| matches!(quote, b'"' | b'\''))?;
    charset::from_label(std::str::from_utf8(value.get(..end)?).ok()?)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn meta(&mut self) -> Option<Charset> {
        while let Some(rest) = self.bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with(b"<!--") {
                // The comment's own dashes may end it: `<!-->` is a whole comment.
                let end = rest.get(2..)?.windows(3).position(|three| three == b"-->")?;
                self.at += end + 5;
            } else if is_tag(rest, b"<meta") {
                self.at += 5;
                if let Some(found) = self.meta_attributes() {
                    return Some(found);
                }
            } else if matches!(rest, [b'<', b'/', b, ..] | [b'<', b, ..] if b.is_ascii_alphabetic()) {
                self.skip_while(|b| !b.is_ascii_whitespace() && b != b'>');
                while self.attribute().is_some() {}
            } else if matches!(rest, [b'<', b'!' | b'/' | b'?', ..]) {
                self.skip_while(|b| b != b'>');
                self.at += 1;
            } else {
                self.at += 1;
            }
        }
        None
    }

    /// The charset that one `meta` declares: by `charset`, or by `content` where `http-equiv` says that it is a content type.
    fn meta_attributes(&mut self) -> Option<Charset> {
        let (mut pragma, mut by_charset, mut by_content) = (false, None, None);
        while let Some((name, value)) = self.attribute() {
            match name.as_str() {
                "http-equiv" => pragma |= value.eq_ignore_ascii_case("content-type"),
                "charset" => by_charset = by_charset.or_else(|| charset::from_label(&value)),
                "content" => by_content = by_content.or_else(|| in_content(&value)),
                _ => {}
            }
        }
        by_charset.or(by_content.filter(|_| pragma))
    }

    /// The next attribute, its name in lower case. `None` at the end of the tag.
    fn attribute(&mut self) -> Option<(String, String)> {
        self.skip_while(|b| b.is_ascii_whitespace() || b == b'/');
        if matches!(self.peek(), None | Some(b'>')) {
            self.at += 1;
            return None;
        }
        let start = self.at;
        self.at += 1; // a name may begin with `=`
        self.skip_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'/' | b'>'));
        let name = self.text(start);
        self.skip_while(|b| b.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            return Some((name.to_ascii_lowercase(), String::new()));
        }
        self.at += 1;
        self.skip_while(|b| b.is_ascii_whitespace());
        let value = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                let start = self.at;
                self.skip_while(|b| b != quote);
                let value = self.text(start);
                self.at += 1;
                value
            }
            _ => {
                let start = self.at;
                self.skip_while(|b| !b.is_ascii_whitespace() && b != b'>');
                self.text(start)
            }
        };
        Some((name.to_ascii_lowercase(), value))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, skip: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skip) {
            self.at += 1;
        }
    }

    fn text(&self, start: usize) -> String {
        String::from_utf8_lossy(self.bytes.get(start..self.at).unwrap_or_default()).into_owned()
    }
}

fn is_tag(rest: &[u8], tag: &[u8]) -> bool {
    rest.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && rest.get(tag.len()).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/')
}

/// The charset within `content="text/html; charset=…"`: HTML standard, "extracting a character encoding from a meta element".
fn in_content(content: &str) -> Option<Charset> {
    let lower = content.to_ascii_lowercase();
    let mut rest = lower.as_str();
    loop {
        let (_, after) = rest.split_once("charset")?;
        rest = after;
        let Some(value) = after.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let label = match value.chars().next()? {
            quote @ ('"' | '\'') => value.strip_prefix(quote)?.split_once(quote)?.0,
            _ => value.split(|c: char| c.is_ascii_whitespace() || c == ';').next()?,
        };
        return charset::from_label(label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> Option<&'static str> {
        declared(bytes).map(Charset::name)
    }

    #[test]
    fn what_stands_in_comments_scripts_and_other_tags_is_no_declaration() {
        assert_eq!(name(b"<!-- <meta charset=koi8-r> --><meta charset=utf-8>"), Some("UTF-8"));
        assert_eq!(name(b"<!--><meta charset=koi8-r>"), Some("KOI8-R"));
        assert_eq!(name(b"<div title='<meta charset=koi8-r>'>"), None);
        assert_eq!(name(b"<metadata charset=koi8-r>"), None);
        assert_eq!(name(b"<meta name=description content='text/html; charset=koi8-r'>"), None);
    }

    #[test]
    fn a_declaration_in_ascii_cannot_mean_utf_16() {
        assert_eq!(name(b"<meta charset=utf-16>"), Some("UTF-8"));
        assert_eq!(name(b"<?xml version='1.0' encoding='utf-16'?>"), Some("UTF-8"));
    }

    #[test]
    fn the_xml_declaration_counts() {
        assert_eq!(name(b"<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><rss/>"), Some("ISO-8859-2"));
        assert_eq!(name(b"<?xml version=\"1.0\"?><rss/>"), None);
        assert_eq!(name(b"<?xml encoding=\"ISO-8859-2"), None);
    }

    #[test]
    fn only_the_first_1024_bytes_are_looked_at() {
        let mut page = vec![b' '; PREFIX];
        page.extend_from_slice(b"<meta charset=koi8-r>");
        assert_eq!(name(&page), None);
    }
}

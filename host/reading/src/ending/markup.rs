//! The half of [`broken_off`](super::broken_off) for HTML and XML: tags are matched, nothing else is looked at.

/// Elements deeper than this are not counted: pages have some thirty, and matching end tags must not cost more than the page is long.
const DEPTH: usize = 512;
/// Elements without content.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
];
/// Elements whose end tag may be left out (HTML, section 13.1.2.4).
const MAY_STAY_OPEN: &[&str] = &[
    "html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "rb", "rtc", "optgroup", "option", "colgroup",
    "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
];
/// Elements whose content is text up to their own end tag.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

enum Tag<'t> {
    Open {
        name: &'t str,
        attributes: &'t str,
        closed: bool,
    },
    Close(&'t str),
    /// A document type.
    Document(&'t str),
    /// A comment, a processing instruction, a section of CDATA.
    Other,
}

/// What is left to look at, and how the text breaks off, if it does inside a tag.
struct Scanner<'t> {
    rest: &'t str,
    xml: bool,
    broken: Option<&'static str>,
}

pub(super) fn broken_off(text: &str) -> Option<String> {
    if !text.starts_with('<') && !text.contains("</") {
        return None;
    }
    let mut scanner = Scanner { rest: text, xml: is_xml(text), broken: None };
    let mut open: Vec<(&str, &str)> = Vec::new();
    // Whether the head was closed by a tag, and whether some end tag was left out: the hand that writes the page.
    let (mut head_closed, mut leaves_out) = (false, false);
    while let Some(tag) = scanner.next_tag() {
        match tag {
            Tag::Document(kind) if kind.trim_start().get(..4).is_some_and(|kind| kind.eq_ignore_ascii_case("html")) => {
                scanner.xml = false;
            }
            Tag::Open { name, attributes, closed: false } if scanner.xml || !is_one_of(name, VOID) => {
                if open.len() < DEPTH {
                    open.push((name, attributes));
                }
                if !scanner.xml && is_one_of(name, RAW) {
                    if !scanner.skip_raw(name) {
                        return Some(format!("the page ends in `{}`", name.to_ascii_lowercase()));
                    }
                    open.pop();
                }
            }
            Tag::Close(name) => {
                if !scanner.xml && (is(name, "body") || is(name, "html")) {
                    return None;
                }
                head_closed |= is(name, "head");
                if let Some(at) = open.iter().rposition(|(known, _)| is(known, name)) {
                    leaves_out |= open.drain(at..).skip(1).any(|(name, _)| is_one_of(name, MAY_STAY_OPEN));
                }
            }
            _ => {}
        }
    }
    if let Some(place) = scanner.broken {
        return Some(format!("the page ends in {place}"));
    }
    let must_close = |(name, _): &&(&str, &str)| scanner.xml || !is_one_of(name, MAY_STAY_OPEN);
    if let Some((name, attributes)) = open.iter().rev().find(must_close) {
        return Some(format!("the page ends inside `{}{}`", name.to_ascii_lowercase(), first_class(attributes)));
    }
    // Who writes out every end tag that may be left out, `</head>` among them, does not leave out the last two.
    let frame_only = open.iter().all(|(name, _)| is(name, "html") || is(name, "body"));
    let in_body = open.iter().any(|(name, _)| is(name, "body"));
    let cut = head_closed && in_body && frame_only && !leaves_out;
    cut.then(|| "the page ends without `</body>` and `</html>`, and writes out every other end tag".to_owned())
}

fn is_xml(text: &str) -> bool {
    ["<?xml", "<rss", "<feed", "<urlset", "<rdf:rdf"]
        .iter()
        .any(|start| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)))
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| is(name, one))
}

/// `.list` of `class="list wide"`, so that the place can be found on the page.
fn first_class(attributes: &str) -> String {
    let value = attributes.split_once("class=").map_or("", |(_, value)| value.trim_start_matches(['"', '\'']));
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let class: String = value.chars().take_while(is_name).collect();
    if class.is_empty() { class } else { format!(".{class}") }
}

impl<'t> Scanner<'t> {
    fn next_tag(&mut self) -> Option<Tag<'t>> {
        loop {
            let at = self.rest.find('<')?;
            let after = self.rest.get(at + 1..)?;
            self.rest = after;
            return match after.as_bytes().first() {
                None => self.breaks_in("a tag"),
                Some(b'!') => self.declaration(),
                Some(b'?') => self.up_to(if self.xml { "?>" } else { ">" }, "an instruction").map(|_| Tag::Other),
                Some(b'/') => {
                    self.rest = after.get(1..)?;
                    match self.rest.as_bytes().first() {
                        None => self.breaks_in("a tag"),
                        Some(first) if first.is_ascii_alphabetic() => {
                            let name = self.name();
                            self.up_to(">", "a tag").map(|_| Tag::Close(name))
                        }
                        Some(_) => self.up_to(">", "a tag").map(|_| Tag::Other),
                    }
                }
                Some(first) if first.is_ascii_alphabetic() => self.open_tag(),
                Some(_) => continue, // a plain "less than"
            };
        }
    }

    fn breaks_in<T>(&mut self, place: &'static str) -> Option<T> {
        self.broken = Some(place);
        self.rest = "";
        None
    }

    /// Passes over what stands before `end`, and `end` itself.
    fn up_to(&mut self, end: &str, place: &'static str) -> Option<&'t str> {
        match self.rest.split_once(end) {
            Some((before, after)) => {
                self.rest = after;
                Some(before)
            }
            None => self.breaks_in(place),
        }
    }

    fn declaration(&mut self) -> Option<Tag<'t>> {
        if let Some(comment) = self.rest.strip_prefix("!--") {
            // `<!-->` is a whole comment (HTML, section 13.2.5.43).
            if let Some(after) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
                self.rest = after;
                return Some(Tag::Other);
            }
            self.rest = comment;
            return self.up_to("-->", "a comment").map(|_| Tag::Other);
        }
        if self.xml && self.rest.starts_with("![CDATA[") {
            return self.up_to("]]>", "a CDATA section").map(|_| Tag::Other);
        }
        let kind = self.up_to(">", "a declaration")?;
        let is_type = kind.get(..8).is_some_and(|begin| is(begin, "!doctype"));
        Some(if is_type { Tag::Document(kind.get(8..).unwrap_or_default()) } else { Tag::Other })
    }

    fn name(&mut self) -> &'t str {
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '<');
        let (name, after) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = after;
        name
    }

    /// A start tag, with quoted values passed over: a `>` in one ends nothing.
    fn open_tag(&mut self) -> Option<Tag<'t>> {
        let name = self.name();
        let begin = self.rest;
        let (mut quote, mut value_next) = (None, false);
        for (at, byte) in begin.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') if value_next => (quote, value_next) = (Some(byte), false),
                (None, b'=') => value_next = true,
                (None, b'>') => {
                    let attributes = begin.get(..at).unwrap_or_default();
                    self.rest = begin.get(at + 1..).unwrap_or_default();
                    return Some(Tag::Open { name, attributes, closed: attributes.ends_with('/') });
                }
                (None, byte) if !byte.is_ascii_whitespace() => value_next = false,
                (None, _) => {}
            }
        }
        self.breaks_in("a tag")
    }

    /// Passes over the text of a `script` and the like; whether its end tag is there.
    fn skip_raw(&mut self, name: &str) -> bool {
        while let Some((_, after)) = self.rest.split_once("</") {
            self.rest = after;
            if after.get(..name.len()).is_some_and(|begin| is(begin, name)) {
                return self.up_to(">", "a tag").is_some();
            }
        }
        false
    }
}

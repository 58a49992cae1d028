//! XML as feeds have it, made a tree: elements, attributes, texts. It forgives what feeds get wrong: entities of HTML, bare
//! ampersands, ends that fit nothing, an end that never comes.
//!
//! The host parses HTML, in which a `link` has no contents and CDATA is a comment; so feeds are read here. One walk along the text,
//! with limits on nodes and depth; nothing outside the text is ever asked for, so there are no entities to expand.

/// Elements inside each other.
const DEEPEST: usize = 64;
/// Elements of a feed: a hundred for each of the most events that the host takes.
const MOST: usize = 500_000;

/// Bytes of an inner element's text that its outer one repeats: each of them keeps a copy.
const HANDED_UP: usize = 64 * 1024;

/// An element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// In lower case, with its prefix.
    pub(crate) name: String,
    /// Names in lower case.
    pub(crate) attributes: Vec<(String, String)>,
    /// Its own text and that of its descendants, in order. Markup that stands in it unescaped is lost, as feeds escape theirs.
    pub(crate) text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// The name without its prefix.
    pub(crate) fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first child of a name, for the tests.
    #[cfg(test)]
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// A child's text, trimmed; absent where it is empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let mut texts = self.children.iter().filter(|child| child.name == name).map(|child| child.text.trim());
        texts.find(|text| !text.is_empty())
    }

    /// Every descendant, in order.
    pub(crate) fn descendants(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        let mut waiting: Vec<&Self> = self.children.iter().rev().collect();
        while let Some(node) = waiting.pop() {
            all.push(node);
            waiting.extend(node.children.iter().rev());
        }
        all
    }
}

/// The root element, and whether the text broke off before its end. Nothing where there is no element.
pub(crate) fn parse(text: &str) -> Option<(Node, bool)> {
    let mut open: Vec<Node> = vec![Node::default()];
    let mut rest = text;
    let mut count = 0_usize;
    let mut broken = false;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at_checked(at)?;
        say(&mut open, &decoded(before));
        if let Some(inner) = tag.strip_prefix("<![CDATA[") {
            let (data, after) = inner.split_once("]]>").unwrap_or((inner, ""));
            say(&mut open, data);
            rest = after;
        } else if let Some(inner) = tag.strip_prefix("<!--") {
            rest = inner.split_once("-->").map_or("", |(_, after)| after);
        } else if let Some(inner) = tag.strip_prefix("<?") {
            rest = inner.split_once("?>").map_or("", |(_, after)| after);
        } else if let Some(inner) = tag.strip_prefix("<!") {
            rest = doctype(inner);
        } else if let Some(inner) = tag.strip_prefix("</") {
            let (name, after) = inner.split_once('>').unwrap_or((inner, ""));
            end(&mut open, &name.trim().to_lowercase());
            rest = after;
        } else if tag.get(1..).is_some_and(|inner| inner.starts_with(|c: char| c.is_alphabetic() || c == '_')) {
            let inner = tag.get(1..)?;
            let Some(close) = tag_end(inner) else {
                broken = true;
                break;
            };
            let (written, after) = inner.split_at_checked(close)?;
            rest = after.get(1..)?;
            count += 1;
            if count > MOST || open.len() > DEEPEST {
                broken = true;
                break;
            }
            let empty = written.ends_with('/');
            let node = element(written.trim_end_matches('/'));
            let name = node.name.clone();
            open.push(node);
            if empty {
                end(&mut open, &name);
            }
        } else {
            // A bare sign, as in "doors < 8".
            say(&mut open, "<");
            rest = tag.get(1..)?;
        }
    }
    broken |= open.len() > 1;
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop()?.children.into_iter().next()?;
    Some((root, broken))
}

/// Adds text to the innermost element.
fn say(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

/// Ends the innermost element of a name, and what was left open inside it; an end that fits nothing is passed.
fn end(open: &mut Vec<Node>, name: &str) {
    if open.iter().skip(1).any(|node| node.name == name) {
        loop {
            let is_it = open.last().is_some_and(|node| node.name == name);
            close(open);
            if is_it || open.len() <= 1 {
                break;
            }
        }
    }
}

/// Puts the innermost element into the one around it. Texts of elements that hold others are handed up, as one text.
fn close(open: &mut Vec<Node>) {
    let Some(node) = open.pop() else { return };
    if let Some(around) = open.last_mut() {
        // Only where words stand around words: a list of fields is no text.
        let is_words = !around.text.trim().is_empty() && node.text.len() <= HANDED_UP;
        if is_words || matches!(node.local(), "text" | "date" | "date-time" | "uri") {
            around.text.push_str(&node.text);
        }
        around.children.push(node);
    }
}

/// The end of a tag: a `>` outside of quotation marks.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b'>', None) => return Some(at),
            _ => {}
        }
    }
    // A quotation mark that is never closed.
    tag.find('>')
}

/// What follows a document type, whose inner part has signs of its own.
fn doctype(inner: &str) -> &str {
    let plain = inner.find('>').unwrap_or(inner.len());
    let end = match inner.find('[') {
        Some(open) if open < plain => inner.find("]>").map(|at| at + 1),
        _ => Some(plain),
    };
    end.and_then(|end| inner.get(end + 1..)).unwrap_or_default()
}

/// An element out of what stands in its tag.
fn element(written: &str) -> Node {
    let name_end = written.find(char::is_whitespace).unwrap_or(written.len());
    let (name, mut rest) = written.split_at_checked(name_end).unwrap_or((written, ""));
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let name = name.split_whitespace().next_back().unwrap_or_default().to_lowercase();
        let (value, left) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                after.get(1..).and_then(|inner| inner.split_once(quote)).unwrap_or((after, ""))
            }
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if !name.is_empty() {
            attributes.push((name, decoded(value)));
        }
        rest = left;
    }
    Node { name: name.to_lowercase(), attributes, ..Node::default() }
}

/// The entities of XML and those that are numbers; others stay, for HTML has names for them that the host knows.
fn decoded(text: &str) -> String {
    const NAMES: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
    const LONGEST: usize = 10; // `&#x10FFFF;` without its signs
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let name = after.find(';').filter(|end| *end <= LONGEST).and_then(|end| after.get(..end));
        let known = name.and_then(|name| match name.strip_prefix('#') {
            Some(number) => {
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => number.parse().ok(),
                };
                code.and_then(char::from_u32).filter(|c| !c.is_control() || c.is_whitespace())
            }
            None => NAMES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
        });
        match (known, name) {
            (Some(c), Some(name)) => {
                out.push(c);
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_both_kinds_of_text_are_read() {
        let (root, broken) = parse(
            "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a \"b\">]><rss a:b='1 > 0'><Item><link>https://a.example/?a=1&amp;b=2</link>\
             <ev:StartDate><![CDATA[2026-05-01 <8pm>]]></ev:StartDate><media:thumbnail url=\"x.png\"/></Item></rss>",
        )
        .unwrap();
        assert!(!broken);
        assert_eq!(root.attribute("a:b"), Some("1 > 0"));
        let item = root.child("item").unwrap();
        assert_eq!(item.text_of("link"), Some("https://a.example/?a=1&b=2"));
        assert_eq!(item.text_of("ev:startdate"), Some("2026-05-01 <8pm>"));
        assert_eq!(item.child("media:thumbnail").and_then(|node| node.attribute("url")), Some("x.png"));
        assert_eq!(item.children[1].local(), "startdate");
    }

    #[test]
    fn what_feeds_get_wrong_is_forgiven() {
        let (root, broken) =
            parse("<rss><title>Rock & Roll &nbsp; 8 < 9 &#8217;n</title></b><item><title>A</item></rss>").unwrap();
        assert!(!broken);
        assert_eq!(root.text_of("title"), Some("Rock & Roll &nbsp; 8 < 9 ’n"));
        assert_eq!(root.child("item").and_then(|item| item.text_of("title")), Some("A"));
    }

    #[test]
    fn a_feed_that_breaks_off_says_so_and_deep_ones_end() {
        assert!(parse("<rss><item><title>A</title>").unwrap().1);
        assert!(parse(&"<a>".repeat(10_000)).unwrap().1);
        assert_eq!(parse("no feed"), None);
    }

    #[test]
    fn words_in_elements_of_a_text_belong_to_it() {
        let (root, _) = parse("<summary>One <b>two</b> three</summary>").unwrap();
        assert_eq!(root.text, "One two three");
        let (root, _) = parse("<dtstart><date-time>2026-05-01T20:00:00</date-time></dtstart>").unwrap();
        assert_eq!(root.text, "2026-05-01T20:00:00");
    }

    #[test]
    fn no_cut_and_no_stray_character_makes_it_panic() {
        let whole = "<?xml?><!DOCTYPE a [<!ENTITY b 'c'>]><rss a='1' b=\"ż\"><item><![CDATA[🎸]]><!-- x --><a:b/>&amp;&#x1F3B8;&no;</item></rss>";
        for (at, _) in whole.char_indices() {
            let (head, tail) = whole.split_at(at);
            let rest: String = tail.chars().skip(1).collect();
            for text in
                [head.to_owned(), format!("{head}{rest}"), format!("{head}<{rest}"), format!("{head}'>🎸{rest}")]
            {
                let _ = parse(&text).map(|(root, _)| root.descendants().len());
            }
        }
    }
}

//! What a page tells those who do not read it: search engines, and programs that show a preview of a link.

use marquee_formats::Format;

use crate::{App, formats};

/// Characters of a description in a preview: search engines show about 160.
const PREVIEW_CHARS: usize = 160;

/// The head of a page.
#[derive(Debug)]
pub(super) struct Head {
    /// The page's title, without the name of the site.
    pub(super) title: String,
    /// What it is about, in a sentence or two.
    pub(super) description: String,
    /// Its one address, whole.
    pub(super) url: String,
    /// A picture's address; nothing here loads it.
    pub(super) image: Option<String>,
    /// The same in other formats.
    pub(super) alternates: Vec<Alternate>,
    /// Structured data, safe inside a `script` element.
    pub(super) json_ld: Option<String>,
    /// Whether search engines are to keep it: parts of a list move on every day.
    pub(super) indexed: bool,
}

/// The same in another format.
#[derive(Debug)]
pub(super) struct Alternate {
    pub(super) media_type: &'static str,
    pub(super) title: &'static str,
    pub(super) href: String,
}

impl Alternate {
    pub(super) fn new(format: Format, href: String) -> Self {
        Self { media_type: format.media_type(), title: format.title(), href }
    }
}

impl Head {
    /// The head of the page at this path of the server.
    pub(super) fn new(app: &App, path: &str, title: String, description: &str) -> Self {
        Self {
            title,
            description: shortened(description),
            url: formats::whole(app, path).to_string(),
            image: None,
            alternates: Vec::new(),
            json_ld: None,
            indexed: true,
        }
    }
}

/// The text in one line, cut at a word where it is long.
fn shortened(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() + word.chars().count() >= PREVIEW_CHARS {
            line.push('\u{2026}');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_and_ends_at_a_word() {
        assert_eq!(shortened(" Two\n sets. "), "Two sets.");
        let long = shortened(&"word ".repeat(100));
        assert!(long.chars().count() <= PREVIEW_CHARS && long.ends_with("word\u{2026}"), "{long}");
    }
}

//! Whether a plain page is an empty shell that its script would fill.
//!
//! For [`marquee_model::Strategy::Auto`]. Conservative: a render costs a hundred fetches, so what may be a listing is none.
//! Pure; never fetches, never runs anything.

use std::fmt;

use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits, ElementId, Take};

/// Letters and digits of text in a page that is nothing but a shell: a title, a word on loading, a footer. Pages that were read well
/// have more, the shortest 1,000.
const LITTLE_TEXT: usize = 400;

/// Letters and digits below which an element counts as empty: "Loading, please wait" is one.
const EMPTY: usize = 40;

/// Where frameworks put what they build.
const ROOTS: &str = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, #main-app, #react-root, app-root, [ng-app], [data-reactroot], [data-server-rendered]";

/// Words of a notice that the page needs scripts. Others speak of tracking pixels, which are no reason.
const NOTICES: &[&str] = &[
    "enable javascript",
    "javascript enabled",
    "activate javascript",
    "requires javascript",
    "without javascript",
    "javascript is required",
    "javascript aktivieren",
    "activer javascript",
    "habilitar javascript",
    "javascript to run",
];

/// Why a page is taken for an empty shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// The element that a framework fills is empty.
    EmptyRoot,
    /// It says that it needs scripts, and says hardly anything else.
    Notice,
    /// Hardly any text, and scripts.
    OnlyScripts,
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyRoot => "the element that its script fills is empty",
            Self::Notice => "it says that it needs JavaScript",
            Self::OnlyScripts => "it holds scripts and hardly any text",
        })
    }
}

/// Why this page wants a browser; `None` where it stands by itself, is no HTML, or holds data that can be read without.
#[must_use]
pub fn wants_script(html: &str) -> Option<Shell> {
    if !html.trim_start().starts_with('<') {
        return None;
    }
    let base: WebUrl = "http://page.invalid/".parse().ok()?;
    let page = Document::parse(html, &base, &DocumentLimits::default()).ok()?;
    let select = |selector: &str| page.select(page.root(), selector).unwrap_or_default();
    let own_scripts = select("script:not([type]), script[type=module], script[type='text/javascript']");
    if own_scripts.is_empty() || select("body").is_empty() {
        return None;
    }
    // Events in structured data, or a page's data beside its script: there is something to read.
    let data = select("script[type='application/ld+json'], script[type='application/json']");
    if data.iter().any(|script| page.raw_text(*script).len() > 2_000) || !select("[itemscope]").is_empty() {
        return None;
    }
    // A framework's data often stands in a plain script: `window.__DATA__ = {...}`.
    if own_scripts.iter().any(|script| page.raw_text(*script).len() > 20_000) {
        return None;
    }
    let notices: Vec<ElementId> = select("noscript");
    let unseen: usize = notices.iter().map(|notice| letters(&page, *notice)).sum();
    let seen = select("body").iter().map(|body| letters(&page, *body)).sum::<usize>().saturating_sub(unseen);
    if seen > LITTLE_TEXT {
        return None;
    }
    // Lists, tables and articles with text are somebody's work, however short.
    if select("li, tr, article, time").iter().filter(|item| letters(&page, **item) > 20).count() > 3 {
        return None;
    }
    if select(ROOTS).iter().any(|root| letters(&page, *root) < EMPTY) {
        return Some(Shell::EmptyRoot);
    }
    let says = |notice: &ElementId| {
        let text = page.take(*notice, &Take::Text).unwrap_or_default().to_lowercase();
        NOTICES.iter().any(|words| text.contains(words))
    };
    if notices.iter().any(says) {
        return Some(Shell::Notice);
    }
    let sources = select("script[src]").len();
    (seen < EMPTY && sources > 0).then_some(Shell::OnlyScripts)
}

/// Letters and digits of an element's text.
fn letters(page: &Document, element: ElementId) -> usize {
    page.take(element, &Take::Text).unwrap_or_default().chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_root_is_a_shell() {
        for root in
            ["<div id=root></div>", "<div id='app'>Loading…</div>", "<div id=__next></div>", "<app-root></app-root>"]
        {
            let html = format!("<!doctype html><title>Hall</title><body>{root}<script src=/main.js></script>");
            assert_eq!(wants_script(&html), Some(Shell::EmptyRoot), "{root}");
        }
    }

    #[test]
    fn a_notice_and_a_page_of_scripts_are_shells() {
        let notice =
            "<body><header>The Hall</header><noscript>You need to enable JavaScript to run this app.</noscript>
            <div class=content></div><script src=/main.js></script>";
        assert_eq!(wants_script(notice), Some(Shell::Notice));
        assert_eq!(wants_script("<html><body><div></div><script src=a.js></script></body>"), Some(Shell::OnlyScripts));
    }

    #[test]
    fn what_can_be_read_is_none() {
        let list: String = (1..10).map(|n| format!("<li>{n} Oct: The Example Band and friends</li>")).collect();
        let long = "The hall opened in 1921 and shows live music every night of the week. ".repeat(20);
        let event = format!("{{\"@type\":\"MusicEvent\",\"name\":\"{}\"}}", "x".repeat(3_000));
        for (html, why) in [
            (format!("<body><div id=root><ul>{list}</ul></div><script src=a.js></script>"), "rendered by the server"),
            (format!("<body><div id=app></div><p>{long}</p><script src=a.js></script>"), "text beside an empty root"),
            (
                format!("<body><div id=root></div><script type='application/ld+json'>{event}</script><script src=a.js></script>"),
                "structured data",
            ),
            ("<body><p>No shows this month.</p></body>".to_owned(), "no script at all"),
            ("{\"events\":[]}".to_owned(), "JSON"),
            ("<rss version='2.0'><channel></channel></rss>".to_owned(), "a feed"),
            (String::new(), "nothing"),
            (
                format!("<body><h1>Shows</h1><ul>{list}</ul><noscript>Please enable JavaScript</noscript><script src=a.js></script>"),
                "a short list and a notice",
            ),
            (
                "<body><p>No upcoming events at the moment. Please come back soon!</p><noscript><img src=pixel></noscript><script src=a.js></script>"
                    .to_owned(),
                "an empty listing that says so",
            ),
        ] {
            assert_eq!(wants_script(&html), None, "{why}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(html in "[<>/a-z \"'=#!-]{0,300}") {
            let _shell = wants_script(&html);
        }
    }
}

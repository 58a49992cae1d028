//! The JSON of a page: the page itself, or what a script or an attribute of an HTML page holds.

use marquee_sdk::{Configuration, Element, ExtractError, Page, Take, capture, parse_json};

use crate::{
    part::split_attribute,
    pointers::{Place, split_star},
    relaxed,
};

/// Bytes of a script that a pattern is looked for in at once: half of what the host reads in one call.
const WINDOW: usize = 512 * 1024;
/// Bytes that windows share, so that no match is cut in two: far longer than any assignment.
const OVERLAP: usize = 4 * 1024;
/// Places of one pattern that are tried: a script may assign `null` first and the events later.
const TRIES: usize = 20;

/// The JSON, or nothing where the page has none. `embedded`: where it stands in an HTML page.
pub(crate) fn of(page: &Page, embedded: Option<&Configuration>, item: &str) -> Result<Option<Place>, ExtractError> {
    let whole = page.json();
    let Some(embedded) = embedded else {
        return Ok(whole.ok().map(Place::root));
    };
    // Further pages of a site that embeds its first often come as JSON.
    if let Ok(whole) = whole {
        return Ok(Some(Place::root(whole)));
    }
    let (list, _) = split_star(item);
    let mut first = None;
    for text in texts(page, embedded)? {
        let Ok(value) = parse_json(&text) else { continue };
        let place = Place::root(value);
        if place.value.at(list).is_some() {
            return Ok(Some(place));
        }
        first = first.or(Some(place));
    }
    Ok(first)
}

/// Texts that may be the JSON, in page order.
fn texts(page: &Page, embedded: &Configuration) -> Result<Vec<String>, ExtractError> {
    let pattern = embedded.text("pattern");
    let Some(selector) = embedded.text("selector") else {
        return match &pattern {
            Some(pattern) => after(&page.body(), pattern),
            None => Ok(Vec::new()),
        };
    };
    let (selector, attribute) = split_attribute(&selector);
    let attribute = embedded.text("attribute").or_else(|| attribute.map(str::to_owned));
    let document = page.document()?;
    let mut texts = Vec::new();
    for element in document.select(selector)? {
        let text = match &attribute {
            Some(name) => element.attribute(name).unwrap_or_default(),
            None => script(page, &element),
        };
        match &pattern {
            Some(pattern) => texts.extend(after(&text, pattern)?),
            None => texts.extend(relaxed::to_json(&text)),
        }
    }
    Ok(texts)
}

/// An element's text as it was sent. The host folds white space, and with it the line ends that end a script's comments.
fn script(page: &Page, element: &Element) -> String {
    let folded = element.take(&Take::Text).unwrap_or_default();
    if !folded.contains("//") {
        return folded;
    }
    let body = page.body();
    let found = scripts(&body).find(|script| script.split_whitespace().eq(folded.split(' ')));
    found.map_or(folded, str::to_owned)
}

/// The contents of the `script` elements of a page, as sent.
fn scripts(body: &str) -> impl Iterator<Item = &str> {
    let begins = |text: &str, word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    body.match_indices('<').filter_map(move |(at, _)| {
        let tag = body.get(at..).filter(|tag| begins(tag, "<script"))?;
        let (_, contents) = tag.split_once('>')?;
        let end =
            contents.match_indices("</").find(|(end, _)| contents.get(*end..).is_some_and(|t| begins(t, "</script")));
        contents.get(..end?.0)
    })
}

/// The literals that stand behind matches of the pattern, as JSON.
fn after(text: &str, pattern: &str) -> Result<Vec<String>, ExtractError> {
    let pattern = format!("({pattern})");
    let mut texts = Vec::new();
    let mut rest = text;
    for _ in 0..TRIES {
        let Some(behind) = behind(rest, &pattern)? else { break };
        texts.extend(relaxed::to_json(behind));
        rest = behind;
    }
    Ok(texts)
}

/// What stands behind the first match.
fn behind<'t>(text: &'t str, pattern: &str) -> Result<Option<&'t str>, ExtractError> {
    let mut from = 0;
    while from < text.len() {
        let window = text.get(from..boundary(text, from + WINDOW)).unwrap_or_default();
        if let Some(matched) = capture(pattern, window)?.filter(|matched| !matched.is_empty())
            && let Some(at) = window.find(&matched)
        {
            return Ok(text.get(from + at + matched.len()..));
        }
        if from + WINDOW >= text.len() {
            break;
        }
        from = boundary(text, from + WINDOW - OVERLAP);
    }
    Ok(None)
}

/// The place at or before a byte where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_as_sent() {
        let page = "<p>a < b</p><SCRIPT type=x>one // 1\n two</SCRIPT><script src=y></script>";
        let found: Vec<&str> = scripts(page).collect();
        assert_eq!(found, ["one // 1\n two", ""]);
    }

    #[test]
    fn windows_end_between_characters() {
        assert_eq!(boundary("aé", 2), 1);
        assert_eq!(boundary("aé", 9), 3);
    }
}

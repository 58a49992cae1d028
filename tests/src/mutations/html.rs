//! Changes to HTML, made in its text: what is not struck stays as it is, byte by byte.

use std::ops::Range;

use super::{Choices, Kind, Mutation};

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
const RAW: &[&str] = &["script", "style", "textarea", "title", "iframe", "noscript"];
/// Elements that cannot be wrapped or renamed without making another structure of the page.
const STRUCTURE: &[&str] = &[
    "html", "head", "body", "li", "tr", "td", "th", "tbody", "thead", "tfoot", "table", "dd", "dt", "ul", "ol", "dl",
    "option", "select", "svg", "path", "form", "img", "input", "br", "meta", "link", "script", "style", "title",
];
const INLINE: &[&str] =
    &["a", "span", "b", "i", "em", "strong", "small", "time", "abbr", "label", "u", "sup", "sub", "button", "img"];

/// An element with both its tags.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    /// The start tag.
    tag: Range<usize>,
    /// Between the tags.
    pub(super) inner: Range<usize>,
    pub(super) whole: Range<usize>,
    parent: Option<usize>,
}

/// An attribute in the page's text.
struct Attribute {
    name: String,
    value: Range<usize>,
    whole: Range<usize>,
}

pub(super) fn mutate(body: &str, listing: &Range<usize>, kind: Kind, choices: &mut Choices) -> Option<Mutation> {
    const TRIES: usize = 40; // most elements have no class, or no sibling; of forty one has
    let mut page = Page { body, elements: elements(body), places: Vec::new() };
    let places = page.elements.iter().map(|element| page.place_of(element)).collect();
    page.places = places;
    let inside = |element: &Element| listing.contains(&element.whole.start) && element.whole.end <= listing.end;
    let listed: Vec<usize> =
        page.elements.iter().enumerate().filter(|(_, element)| inside(element)).map(|(at, _)| at).collect();
    let within = choices.below(2) == 0 && !listed.is_empty();
    (0..TRIES).find_map(|_| {
        let at = if within { *choices.one(&listed)? } else { choices.below(page.elements.len()) };
        page.try_once(at, kind, choices)
    })
}

struct Page<'t> {
    body: &'t str,
    elements: Vec<Element>,
    /// The place of each, so that it is made out once a page.
    places: Vec<String>,
}

impl Page<'_> {
    fn try_once(&self, at: usize, kind: Kind, choices: &mut Choices) -> Option<Mutation> {
        let chosen = self.elements.get(at)?;
        if ["html", "head", "body"].contains(&chosen.name.as_str()) {
            return None;
        }
        let place = self.places.get(at)?;
        let same = self.elements.iter().zip(&self.places).filter(|(_, other)| *other == place);
        let alike: Vec<&Element> = same.map(|(element, _)| element).collect();
        match kind {
            Kind::Renamed => self.rename_class(chosen, choices),
            Kind::AttributeDropped => {
                let attributes = self.attributes(chosen);
                let name = choices.one(&attributes)?.name.clone();
                let edits: Vec<_> = alike
                    .iter()
                    .filter_map(|element| self.attributes(element).into_iter().find(|one| one.name == name))
                    .map(|attribute| (attribute.whole, String::new()))
                    .collect();
                self.done(kind, format!("{name} of {place}"), edits)
            }
            Kind::Wrapped | Kind::OtherElement if STRUCTURE.contains(&chosen.name.as_str()) => None,
            Kind::Wrapped => {
                let name = if INLINE.contains(&chosen.name.as_str()) { "span" } else { "div" };
                let around = |element: &&Element| {
                    let start = element.whole.start..element.whole.start;
                    let end = element.whole.end..element.whole.end;
                    [(start, format!("<{name} class=\"frame-new\">")), (end, format!("</{name}>"))]
                };
                self.done(kind, place.clone(), alike.iter().flat_map(around).collect())
            }
            Kind::OtherElement => {
                let name = match chosen.name.as_str() {
                    "h1" | "h2" | "h3" => "h5",
                    "span" => "strong",
                    "div" | "article" => "section",
                    "a" => return None, // without it there is no link: that is a removal
                    name if INLINE.contains(&name) => "span",
                    _ => "div",
                };
                let renamed = |element: &&Element| {
                    let start = element.tag.start + 1;
                    let mut edits = vec![(start..start + element.name.len(), name.to_owned())];
                    if element.whole.end > element.inner.end {
                        edits.push((element.inner.end..element.whole.end, format!("</{name}>")));
                    }
                    edits
                };
                self.done(kind, format!("{place} to {name}"), alike.iter().flat_map(renamed).collect())
            }
            Kind::Moved => self.done(kind, place.clone(), alike.iter().flat_map(|one| self.to_end(one)).collect()),
            Kind::OneMoved => self.done(kind, place.clone(), self.to_end(chosen)),
            Kind::Removed => {
                let edits = outermost(&alike).into_iter().map(|one| (one.whole.clone(), String::new())).collect();
                self.done(kind, place.clone(), edits)
            }
            Kind::OneRemoved => self.done(kind, place.clone(), vec![(chosen.whole.clone(), String::new())]),
            Kind::OneText => {
                let texts: Vec<&str> = alike.iter().filter_map(|one| self.own_text(one)).collect();
                let (old, new) = (self.own_text(chosen)?, choices.one(&texts)?);
                (old.trim() != new.trim()).then_some(())?;
                self.done(kind, place.clone(), vec![(chosen.inner.clone(), (*new).to_owned())])
            }
            Kind::LaterDay => None,
        }
    }

    fn rename_class(&self, chosen: &Element, choices: &mut Choices) -> Option<Mutation> {
        let classes = |element: &Element| self.attributes(element).into_iter().find(|one| one.name == "class");
        let value = self.body.get(classes(chosen)?.value)?;
        let named: Vec<&str> = value.split_whitespace().collect();
        let old = *choices.one(&named)?;
        let edits = self
            .elements
            .iter()
            .filter_map(classes)
            .filter_map(|attribute| {
                let value = self.body.get(attribute.value.clone())?;
                value.split_whitespace().any(|class| class == old).then_some(())?;
                let new = |class: &str| if class == old { format!("{class}-v2") } else { class.to_owned() };
                Some((attribute.value, value.split_whitespace().map(new).collect::<Vec<_>>().join(" ")))
            })
            .collect();
        self.done(Kind::Renamed, format!(".{old}"), edits)
    }

    /// The place of an element: its name and classes, those with numbers aside, and those of what it stands in.
    fn place_of(&self, element: &Element) -> String {
        let own = |element: &Element| {
            let classes = self.attributes(element).into_iter().find(|one| one.name == "class");
            let classes = classes.and_then(|one| self.body.get(one.value)).unwrap_or_default();
            let stable = classes.split_whitespace().filter(|class| !class.contains(|c: char| c.is_ascii_digit()));
            stable.fold(element.name.clone(), |place, class| format!("{place}.{class}"))
        };
        let above = element.parent.and_then(|at| self.elements.get(at)).map(own).unwrap_or_default();
        format!("{above} > {}", own(element))
    }

    fn to_end(&self, element: &Element) -> Vec<(Range<usize>, String)> {
        let Some(parent) = element.parent.and_then(|at| self.elements.get(at)) else { return Vec::new() };
        let text = self.body.get(element.whole.clone()).unwrap_or_default().to_owned();
        vec![(element.whole.clone(), String::new()), (parent.inner.end..parent.inner.end, text)]
    }

    /// The text of an element that has nothing but text.
    fn own_text(&self, element: &Element) -> Option<&str> {
        let text = self.body.get(element.inner.clone())?;
        (!text.contains('<') && !text.trim().is_empty() && !RAW.contains(&element.name.as_str())).then_some(text)
    }

    fn attributes(&self, element: &Element) -> Vec<Attribute> {
        let from = element.tag.start + 1 + element.name.len();
        let Some(text) = self.body.get(from..element.tag.end.saturating_sub(1)) else { return Vec::new() };
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(rest) = text.get(at..) {
            let begin = at + rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/').len();
            let Some(rest) = text.get(begin..).filter(|rest| !rest.is_empty()) else { break };
            let name = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len()).max(1);
            let (mut value, mut end) = (begin + name..begin + name, begin + name);
            if let Some(given) = text.get(end..).and_then(|rest| rest.strip_prefix('=')) {
                let quote = given.chars().next().filter(|c| matches!(c, '"' | '\''));
                let start = end + 1 + quote.map_or(0, char::len_utf8);
                let rest = text.get(start..).unwrap_or_default();
                let length = match quote {
                    Some(quote) => rest.find(quote),
                    None => rest.find(|c: char| c.is_ascii_whitespace()),
                };
                let length = length.unwrap_or(rest.len());
                value = start..start + length;
                end = (start + length + quote.map_or(0, char::len_utf8)).min(text.len());
            }
            let shift = |range: Range<usize>| range.start + from..range.end + from;
            let name = text.get(begin..begin + name).unwrap_or_default().to_ascii_lowercase();
            found.push(Attribute { name, value: shift(value), whole: shift(begin..end) });
            at = end.max(begin + 1);
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
        found
    }

    fn done(&self, kind: Kind, place: String, mut edits: Vec<(Range<usize>, String)>) -> Option<Mutation> {
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut body, mut struck, mut at, mut strikes) = (String::new(), String::new(), 0, 0);
        for (range, text) in edits {
            if range.start < at {
                continue; // inside of what is gone already
            }
            body.push_str(self.body.get(at..range.start)?);
            body.push_str(&text);
            struck.push_str(self.body.get(range.clone())?);
            at = range.end;
            strikes += 1;
        }
        body.push_str(self.body.get(at..)?);
        (strikes > 0 && body != self.body).then_some(Mutation { kind, place, body, struck, strikes, days: 0 })
    }
}

/// Those that stand in no other of them.
fn outermost<'e>(elements: &[&'e Element]) -> Vec<&'e Element> {
    let mut kept: Vec<&Element> = Vec::new();
    for element in elements {
        if kept.last().is_none_or(|last| element.whole.start >= last.whole.end) {
            kept.push(element);
        }
    }
    kept
}

/// The elements whose tags both stand there, and those that have no end tag.
pub(super) fn elements(body: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut closed: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(start) = body.get(at..).and_then(|rest| rest.find('<')).map(|found| at + found) {
        let rest = body.get(start..).unwrap_or_default();
        let skip = |end: &str| rest.find(end).map_or(body.len(), |found| start + found + end.len());
        if rest.starts_with("<!--") {
            at = skip("-->");
            continue;
        }
        let ending = rest.starts_with("</");
        let name: String = rest
            .get(if ending { 2 } else { 1 }..)
            .unwrap_or_default()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':'))
            .collect();
        if name.is_empty() {
            at = start + 1;
            continue;
        }
        let end = tag_end(body, start);
        at = end;
        let lower = name.to_ascii_lowercase();
        if ending {
            let of = |at: &usize| found.get(*at).is_some_and(|element| element.name.eq_ignore_ascii_case(&name));
            if let Some(place) = open.iter().rposition(of) {
                let index = open.get(place).copied().unwrap_or_default();
                if let (Some(element), Some(closed)) = (found.get_mut(index), closed.get_mut(index)) {
                    element.inner.end = start;
                    element.whole.end = end;
                    *closed = true;
                }
                open.truncate(place);
            }
            continue;
        }
        let is_void = VOID.contains(&lower.as_str()) || body.get(..end).is_some_and(|tag| tag.ends_with("/>"));
        let parent = open.last().copied();
        found.push(Element { name: name.clone(), tag: start..end, inner: end..end, whole: start..end, parent });
        closed.push(is_void);
        if is_void {
            continue;
        }
        if RAW.contains(&lower.as_str()) {
            let rest = body.get(end..).unwrap_or_default();
            let closes = |found: &usize| {
                rest.get(found + 2..found + 2 + lower.len()).is_some_and(|name| name.eq_ignore_ascii_case(&lower))
            };
            let stop = rest.match_indices("</").map(|(found, _)| found).find(closes);
            at = stop.map_or(body.len(), |found| end + found);
        }
        open.push(found.len() - 1);
    }
    // What has no end tag ends somewhere else for every reader: it is not struck, but it may be a parent.
    let mut kept = closed.iter();
    let mut gone = Vec::new();
    for at in 0..found.len() {
        if !kept.next().copied().unwrap_or_default() {
            gone.push(at);
        }
    }
    let renumber = |at: usize| at - gone.partition_point(|gone| *gone < at);
    found
        .into_iter()
        .enumerate()
        .filter(|(at, _)| gone.binary_search(at).is_err())
        .map(|(_, mut element)| {
            element.parent = element.parent.filter(|parent| gone.binary_search(parent).is_err()).map(renumber);
            element
        })
        .collect()
}

fn tag_end(body: &str, start: usize) -> usize {
    let mut quote = None;
    let mut last = b' ';
    for (at, byte) in body.bytes().enumerate().skip(start) {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') if last == b'=' => quote = Some(byte),
            (None, b'>') => return at + 1,
            _ => {}
        }
        last = byte;
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<ul class=list><li class=\"show a1\"><h3>Moon</h3><a href='/m' class=x>Go</a></li>\
                        <li class=\"show a2\"><h3>Sun</h3><a href='/s' class=x>Go</a></li></ul>";

    fn some(kind: Kind, wanted: impl Fn(&Mutation) -> bool) -> String {
        let found =
            (0..500).filter_map(|seed| mutate(PAGE, &(0..PAGE.len()), kind, &mut Choices::new(seed))).find(wanted);
        found.map(|mutation| mutation.body).unwrap_or_default()
    }

    #[test]
    fn a_template_edit_strikes_every_element_of_the_place() {
        assert_eq!(some(Kind::Renamed, |m| m.place == ".x"), PAGE.replace("class=x", "class=x-v2"));
        assert_eq!(
            some(Kind::Removed, |m| m.place.ends_with("h3")),
            PAGE.replace("<h3>Moon</h3>", "").replace("<h3>Sun</h3>", "")
        );
        let dropped = some(Kind::AttributeDropped, |m| m.place.starts_with("href"));
        assert_eq!(dropped, PAGE.replace("href='/m' ", " ").replace("href='/s' ", " "));
        let wrapped = some(Kind::Wrapped, |m| m.place.ends_with("h3"));
        assert_eq!(wrapped.matches("<div class=\"frame-new\"><h3>").count(), 2);
        let moved = some(Kind::Moved, |m| m.place.ends_with("h3"));
        assert!(moved.contains("Go</a><h3>Moon</h3></li>") && moved.contains("Go</a><h3>Sun</h3></li>"));
        assert_eq!(some(Kind::OtherElement, |m| m.place.ends_with("h5")), PAGE.replace("h3>", "h5>"));
    }

    #[test]
    fn a_content_edit_strikes_one() {
        assert_eq!(some(Kind::OneText, |m| m.struck == "Moon"), PAGE.replace("Moon", "Sun"));
        assert_eq!(some(Kind::OneRemoved, |m| m.struck == "<h3>Sun</h3>"), PAGE.replace("<h3>Sun</h3>", ""));
    }
}

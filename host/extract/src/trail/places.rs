//! Where a read stands in the page: selectors or pointers, element, line and column.

use marquee_model::{How, Place, Step};
use marquee_reading::{Document, ElementId, JsonValue, Scope, Take};

use super::record::{Given, HandleId, Origin, Read, Recorder, Thing};

/// Handles that a way leads through; deeper ones are cut at the beginning.
const MOST_STEPS: usize = 32;

/// The beginnings of a text's lines.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(super) fn position(&self, at: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        (small(line), self.column(start, at.saturating_sub(start)))
    }

    /// The column in characters of a byte of a line.
    fn column(&self, start: usize, bytes: usize) -> u32 {
        let end = self.text.floor_char_boundary(start.saturating_add(bytes));
        small(self.text.get(start..end).map_or(0, |before| before.chars().count()) + 1)
    }

    /// Line and column of a value of JSON that begins at a byte of the text.
    fn inside(&self, start: usize, value: &JsonValue) -> Option<(u32, u32)> {
        let column = value.column().checked_sub(1)? as usize;
        if value.line() == 1 {
            return Some(self.position(start + column));
        }
        let line = self.position(start).0 + value.line() - 1;
        Some((line, self.column_on(line, value.column())?))
    }

    /// The same where a line and a byte in it are known.
    fn column_on(&self, line: u32, byte: u32) -> Option<u32> {
        let start = self.starts.get(line.checked_sub(1)? as usize)?;
        Some(self.column(*start, byte.checked_sub(1)? as usize))
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The way to a handle from its beginning.
struct Way<'n> {
    /// Selectors or pointers, outermost first.
    steps: Vec<String>,
    start: Option<&'n Origin>,
}

fn way(notes: &Recorder, handle: HandleId) -> Way<'_> {
    let mut steps = Vec::new();
    let mut at = handle;
    let mut start = None;
    while let Some(handle) = notes.handle_of(at).filter(|_| steps.len() < MOST_STEPS) {
        match &handle.origin {
            Origin::Selected { from, selector, scope, .. } => {
                let matched = match &handle.thing {
                    Thing::Element(document, element) => matched(document, *element, selector),
                    Thing::Value(_) => selector,
                };
                steps.push(scoped(matched, *scope));
                at = *from;
            }
            Origin::At { from, pointer, .. } => {
                steps.push(pointer.clone());
                at = *from;
            }
            origin => {
                start = Some(origin);
                break;
            }
        }
    }
    steps.reverse();
    Way { steps, start }
}

/// Of a list of selectors the one by which an element was found: plugins name a class of each version of a platform.
fn matched<'s>(document: &Document, element: ElementId, selector: &'s str) -> &'s str {
    let all = alternatives(selector);
    let found =
        if all.len() > 1 { all.into_iter().find(|one| document.matches(element, one).unwrap_or(false)) } else { None };
    found.unwrap_or(selector)
}

/// The parts of a selector between commas outside of brackets and quotes.
fn alternatives(selector: &str) -> Vec<&str> {
    let (mut deep, mut quote, mut start) = (0_usize, None, 0);
    let mut all = Vec::new();
    for (at, c) in selector.char_indices() {
        match (quote, c) {
            (Some(open), c) => quote = (open != c).then_some(open),
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => deep += 1,
            (None, ')' | ']') => deep = deep.saturating_sub(1),
            (None, ',') if deep == 0 => {
                all.push(selector.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(selector.get(start..).unwrap_or_default().trim());
    all
}

/// A selector with the direction in which it was looked for.
fn scoped(selector: &str, scope: Scope) -> String {
    match scope {
        Scope::Inside => selector.to_owned(),
        Scope::Before => format!("nearest before: {selector}"),
        Scope::Around => format!("nearest around: {selector}"),
    }
}

/// A text that was parsed once more, and after how many reads.
pub(super) struct ParsedAgain<'n> {
    pub(super) language: &'static str,
    pub(super) text: &'n str,
    pub(super) after: usize,
}

/// The step that read this, and what it was parsed from where that was not the page itself.
pub(super) fn leaf<'n>(notes: &'n Recorder, lines: &Lines<'_>, read: &'n Read) -> (Step, Option<ParsedAgain<'n>>) {
    match &read.given {
        Given::Element { handle, element, by, take } => {
            let way = way(notes, *handle);
            let mut place = Place::default();
            if let Some(Thing::Element(document, _)) = notes.handle_of(*handle).map(|handle| &handle.thing) {
                let by = by.as_ref().map(|(selector, scope)| scoped(matched(document, *element, selector), *scope));
                place.expression = expression(&way, by);
                place.element = Some(document.signpost(*element)).filter(|element| !element.is_empty());
                if matches!(way.start, Some(Origin::Document)) && document.line(*element) > 0 {
                    let (line, column) = lines.position(document.offset(*element));
                    (place.line, place.column) = (Some(line), Some(column));
                }
            }
            (Step::new(How::Read { take: taken(take) }, &read.value).at(place), again(&way))
        }
        Given::Value { handle, pointer, name } => {
            let way = way(notes, *handle);
            let Some(Thing::Value(value)) = notes.handle_of(*handle).map(|handle| &handle.thing) else {
                return (Step::new(How::Plugin, &read.value), None);
            };
            let target = value.at(pointer);
            let full = target.as_ref().map_or_else(|| value.pointer() + pointer, JsonValue::pointer);
            if matches!(way.start, Some(Origin::Configuration)) {
                let place = Place { expression: full, ..Place::default() };
                return (Step::new(How::Configuration, &read.value).at(place), None);
            }
            let place = value_place(lines, &way, full, target.as_ref().unwrap_or(value));
            let take = if *name { "name" } else { "value" };
            (Step::new(How::Read { take: take.to_owned() }, &read.value).at(place), again(&way))
        }
        Given::Fact(name) => (Step::new(How::Fact { name: (*name).to_owned() }, &read.value), None),
        Given::Body => (Step::new(How::Body, &read.value), None),
        Given::Answer { .. } => (Step::new(How::Plugin, &read.value), None),
    }
}

fn expression(way: &Way<'_>, by: Option<String>) -> String {
    let column = by.filter(|selector| !selector.trim().is_empty());
    let steps: Vec<&str> = way.steps.iter().chain(&column).map(String::as_str).collect();
    if steps.is_empty() { ":root".to_owned() } else { steps.join(" » ") }
}

fn again<'n>(way: &Way<'n>) -> Option<ParsedAgain<'n>> {
    match way.start {
        Some(Origin::Parsed { language, text, after }) => Some(ParsedAgain { language, text, after: *after }),
        _ => None,
    }
}

fn taken(take: &Take) -> String {
    match take {
        Take::Text => "text".to_owned(),
        Take::OwnText => "own text".to_owned(),
        Take::Lines => "text by lines".to_owned(),
        Take::Attribute(name) => format!("attribute {name}"),
        Take::Url(name) => format!("address in {name}"),
        Take::Markup => "markup".to_owned(),
    }
}

fn value_place(lines: &Lines<'_>, way: &Way<'_>, pointer: String, value: &JsonValue) -> Place {
    let shown = if pointer.is_empty() { "(the whole)".to_owned() } else { pointer };
    match way.start {
        Some(Origin::Json) => Place {
            expression: shown,
            line: Some(value.line()),
            column: lines.column_on(value.line(), value.column()),
            ..Place::default()
        },
        Some(Origin::Structured { syntax, document, element }) => {
            let found = if *syntax == "JSON-LD" { None } else { property(document, *element, value) };
            let at = found.map(|found| lines.position(document.offset(found)));
            let line = at.map_or_else(|| value.line(), |(line, _)| line);
            let column = script_column(lines, document, *element, value);
            Place {
                expression: format!("{syntax} {shown}"),
                element: Some(document.signpost(found.unwrap_or(*element))),
                line: Some(line).filter(|line| *line > 0),
                column: at.map(|(_, column)| column).or(column),
                page: None,
            }
        }
        Some(Origin::Parsed { text, .. }) => {
            // A script that stands in the page as it was parsed.
            let at = lines.text.find(text.as_str()).and_then(|at| lines.inside(at, value));
            let (line, column) = at.unzip();
            Place { expression: shown, line, column, ..Place::default() }
        }
        _ => Place { expression: shown, ..Place::default() },
    }
}

/// The column of a value of JSON-LD. The first line of a script begins behind its tag.
fn script_column(lines: &Lines<'_>, document: &Document, script: ElementId, value: &JsonValue) -> Option<u32> {
    if value.column() == 0 || value.line() > document.line(script) {
        return lines.column_on(value.line(), value.column()).filter(|_| value.column() > 0);
    }
    let tag = document.offset(script);
    let behind = tag + lines.text.get(tag..)?.find('>')? + 1;
    Some(lines.position(behind + value.column() as usize - 1).1)
}

/// The element that has a property of microdata, or the `meta` of OpenGraph: the one of that line.
fn property(document: &Document, item: ElementId, value: &JsonValue) -> Option<ElementId> {
    let mut name = value.pointer();
    // Of several values of one property the pointer ends with a number.
    while let Some((rest, last)) = name.rsplit_once('/') {
        if last.parse::<usize>().is_err() {
            name = last.to_owned();
            break;
        }
        name = rest.to_owned();
    }
    let written: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let found = document.select(item, &format!("[itemprop~='{written}']")).ok()?;
    found.into_iter().find(|element| document.line(*element) == value.line())
}

#[cfg(test)]
mod tests {
    use super::alternatives;

    #[test]
    fn selectors_are_told_apart_outside_of_brackets_and_quotes() {
        assert_eq!(alternatives(".a, b:is(c, d) , [e='f,g']"), [".a", "b:is(c, d)", "[e='f,g']"]);
        assert_eq!(alternatives("h2"), ["h2"]);
    }
}

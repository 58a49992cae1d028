//! What is done with a text after it was taken from the page: JSON inside it, replacements, pattern, template, splitting.
//!
//! Stands between the columns of `fields` and the cells of an item. All texts of a column go through one step together, since
//! every pattern is matched by the host. It never looks at the page.

use marquee_sdk::{ExtractError, Value, captures_each, parse_json};

/// Replacements and pieces of one text. A listing's texts have a few; beyond this a pattern matches too much, and each match is
/// a crossing to the host.
const MOST_MATCHES: usize = 500;

/// A text of a row.
pub(crate) type Text = (usize, String);

/// The steps of one part of a field, in the order in which they are done.
#[derive(Default)]
pub(crate) struct Work {
    pointer: Option<String>,
    replace: Vec<(String, Template)>,
    pattern: Option<String>,
    template: Option<Template>,
    split: Option<String>,
    unless: Option<String>,
    fixed: Option<String>,
}

/// A text with blanks.
pub(crate) struct Template(Vec<Segment>);

enum Segment {
    Text(String),
    /// `{value}`: what was taken.
    Value,
    /// `{1}`: a group of the pattern; `{0}` is the whole match.
    Group(usize),
    /// `{title}`: another field of the item.
    Field(String),
}

impl Template {
    pub(crate) fn new(text: &str) -> Self {
        let mut segments = Vec::new();
        let mut rest = text;
        while let Some((before, (blank, after))) =
            rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
        {
            segments.push(Segment::Text(before.to_owned()));
            segments.push(match (blank, blank.parse()) {
                ("value", _) => Segment::Value,
                (_, Ok(group)) => Segment::Group(group),
                _ => Segment::Field(blank.to_owned()),
            });
            rest = after;
        }
        segments.push(Segment::Text(rest.to_owned()));
        Self(segments)
    }

    fn names_fields(&self) -> bool {
        self.0.iter().any(|segment| matches!(segment, Segment::Field(_)))
    }

    /// The filled text; absent where another field is. A group that took no part is empty.
    fn fill(&self, value: &str, groups: &[Option<String>], field: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Text(fixed) => text.push_str(fixed),
                Segment::Value => text.push_str(value),
                Segment::Group(at) => text.push_str(groups.get(*at).and_then(Option::as_deref).unwrap_or_default()),
                Segment::Field(name) => text.push_str(&field(name)?),
            }
        }
        Some(text)
    }
}

impl Work {
    /// The steps that a part's table names.
    pub(crate) fn of(part: &Value) -> Self {
        let pair = |pair: Value| {
            let texts = pair.texts("");
            Some((texts.first()?.clone(), Template::new(texts.get(1)?)))
        };
        Self {
            pointer: part.text("/pointer"),
            replace: part.items("/replace").into_iter().filter_map(pair).collect(),
            pattern: part.text("/pattern"),
            template: part.text("/template").map(|text| Template::new(&text)),
            split: part.text("/split"),
            unless: part.text("/unless"),
            fixed: part.text("/value"),
        }
    }

    /// Whether other fields are to be read first.
    pub(crate) fn needs_fields(&self) -> bool {
        self.template.as_ref().is_some_and(Template::names_fields)
    }

    /// Whether a text that is no address is turned into one, so that the attribute has to be taken as it is.
    pub(crate) const fn rewrites(&self) -> bool {
        self.pointer.is_some() || self.pattern.is_some() || self.template.is_some() || !self.replace.is_empty()
    }

    /// The text that needs no place on the page.
    pub(crate) fn without_place(&self) -> Option<String> {
        self.fixed.clone().or_else(|| self.template.as_ref().map(|_| String::new()))
    }

    /// Does the steps. `field` gives another field of a row.
    pub(crate) fn apply(
        &self,
        mut texts: Vec<Text>,
        field: &dyn Fn(usize, &str) -> Option<String>,
    ) -> Result<Vec<Text>, ExtractError> {
        if let Some(fixed) = &self.fixed {
            texts = texts.into_iter().map(|(row, _)| (row, fixed.clone())).collect();
            texts.dedup(); // one for a row, however many elements matched
        }
        if let Some(pointer) = &self.pointer {
            texts = inside_json(texts, pointer);
        }
        for (pattern, with) in &self.replace {
            texts = replaced(texts, pattern, with)?;
        }
        texts = self.matched(texts, field)?;
        if let Some(separator) = &self.split {
            texts = pieces(texts, separator)?;
        }
        if let Some(unless) = &self.unless {
            let found = captures_each(unless, &words(&texts))?;
            texts = texts.into_iter().zip(found).filter(|(_, found)| found.is_none()).map(|(text, _)| text).collect();
        }
        Ok(texts
            .into_iter()
            .map(|(row, text)| (row, text.trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect())
    }

    /// Pattern and template: the first group, or the template filled with the groups.
    fn matched(
        &self,
        texts: Vec<Text>,
        field: &dyn Fn(usize, &str) -> Option<String>,
    ) -> Result<Vec<Text>, ExtractError> {
        let found = match &self.pattern {
            Some(pattern) => captures_each(pattern, &words(&texts))?,
            None => texts.iter().map(|_| Some(Vec::new())).collect(),
        };
        let value = |((row, text), groups): (Text, Option<Vec<Option<String>>>)| {
            let groups = groups?;
            let value = match (&self.template, &self.pattern) {
                (Some(template), _) => template.fill(&text, &groups, &|name| field(row, name))?,
                (None, Some(_)) => first_group(&groups)?,
                (None, None) => text,
            };
            Some((row, value))
        };
        Ok(texts.into_iter().zip(found).filter_map(value).collect())
    }
}

fn words(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|(_, text)| text.clone()).collect()
}

/// The first group that took part; without groups the whole match.
fn first_group(groups: &[Option<String>]) -> Option<String> {
    match groups {
        [whole] => whole.clone(),
        [_, groups @ ..] => groups.iter().flatten().next().cloned(),
        [] => None,
    }
}

/// The values at a pointer in texts that are JSON, such as a `data-event` attribute. What is none has no such value.
fn inside_json(texts: Vec<Text>, pointer: &str) -> Vec<Text> {
    let inside = |(row, text): Text| {
        let found = parse_json(&text).map(|json| json.texts(pointer)).unwrap_or_default();
        found.into_iter().map(move |value| (row, value))
    };
    texts.into_iter().flat_map(inside).collect()
}

/// A pattern that finds its first match together with what stands before and after it.
fn with_surroundings(pattern: &str) -> String {
    format!(r"\A((?s:.*?))(?:{pattern})((?s:.*))\z")
}

/// Splits off the first match in each text: what stands before it, the match's groups, what is left.
struct Cut {
    before: String,
    /// The whole match is not told apart, so that group 0 is empty.
    groups: Vec<Option<String>>,
    rest: String,
}

fn cut_each(pattern: &str, texts: &[String]) -> Result<Vec<Option<Cut>>, ExtractError> {
    let cut = |groups: Vec<Option<String>>| {
        let mut groups = groups.into_iter();
        let whole = groups.next().flatten()?;
        let before = groups.next().flatten()?;
        let mut inner: Vec<Option<String>> = vec![None];
        inner.extend(groups);
        let rest = inner.pop().flatten()?;
        // A match of nothing would be found again and again.
        (before.len() + rest.len() < whole.len()).then_some(Cut { before, groups: inner, rest })
    };
    Ok(captures_each(&with_surroundings(pattern), texts)?.into_iter().map(|found| found.and_then(cut)).collect())
}

/// Every match replaced, from left to right; a pattern that is bound to the start by `^` once.
fn replaced(texts: Vec<Text>, pattern: &str, with: &Template) -> Result<Vec<Text>, ExtractError> {
    let once = pattern.starts_with('^') || pattern.starts_with("(?i)^");
    let mut done: Vec<String> = texts.iter().map(|_| String::new()).collect();
    let mut open: Vec<(usize, String)> = texts.iter().map(|(_, text)| text.clone()).enumerate().collect();
    for _ in 0..MOST_MATCHES {
        let cuts = cut_each(pattern, &words(&open))?;
        let mut next = Vec::new();
        for ((at, text), cut) in open.into_iter().zip(cuts) {
            let Some(into) = done.get_mut(at) else { continue };
            match cut {
                Some(cut) => {
                    into.push_str(&cut.before);
                    into.push_str(&with.fill("", &cut.groups, &|_| Some(String::new())).unwrap_or_default());
                    if once {
                        into.push_str(&cut.rest);
                    } else {
                        next.push((at, cut.rest));
                    }
                }
                None => into.push_str(&text),
            }
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    for (at, rest) in open {
        if let Some(into) = done.get_mut(at) {
            into.push_str(&rest);
        }
    }
    Ok(texts.into_iter().zip(done).map(|((row, _), text)| (row, text)).collect())
}

/// The texts between the matches of a separator.
pub(crate) fn pieces(texts: Vec<Text>, separator: &str) -> Result<Vec<Text>, ExtractError> {
    let mut done: Vec<Vec<String>> = texts.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<(usize, String)> = texts.iter().map(|(_, text)| text.clone()).enumerate().collect();
    for round in 0..=MOST_MATCHES {
        let cuts = if round < MOST_MATCHES { cut_each(separator, &words(&open))? } else { Vec::new() };
        let mut cuts = cuts.into_iter();
        let mut next = Vec::new();
        for (at, text) in open {
            let Some(into) = done.get_mut(at) else { continue };
            match cuts.next().flatten() {
                Some(cut) => {
                    into.push(cut.before);
                    next.push((at, cut.rest));
                }
                None => into.push(text),
            }
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    Ok(texts
        .into_iter()
        .zip(done)
        .flat_map(|((row, _), parts)| parts.into_iter().map(move |part| (row, part)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_with_value_groups_and_fields() {
        let template = Template::new("/{1}-{2}/{value}?t={title}");
        let groups = [None, Some("a".to_owned()), None];
        let filled = |title: Option<&str>| template.fill("v", &groups, &|_| title.map(str::to_owned));
        assert_eq!(filled(Some("x")).as_deref(), Some("/a-/v?t=x"));
        assert_eq!(filled(None), None, "a field that is absent leaves the whole absent");
        assert_eq!(Template::new("{open").fill("", &[], &|_| None).as_deref(), Some("{open"));
    }

    #[test]
    fn the_first_group_that_took_part_is_the_value() {
        let texts = |groups: &[Option<&str>]| groups.iter().map(|group| group.map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(first_group(&texts(&[Some("whole")])).as_deref(), Some("whole"));
        assert_eq!(first_group(&texts(&[Some("whole"), None, Some("second")])).as_deref(), Some("second"));
        assert_eq!(first_group(&texts(&[Some("whole"), None])), None);
    }
}

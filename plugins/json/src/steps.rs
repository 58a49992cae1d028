//! What is done with the texts of a field after they were taken: replacements, pattern, map, template, splitting.
//!
//! The texts of all items go through one step together, since every pattern is matched by the host. The names and their order are
//! those of the plugin `css`.

use marquee_sdk::{ExtractError, Kind, Value, captures_each, template};

use crate::pointers::Place;

/// Replacements and pieces of one text. Beyond this a pattern matches too much, and each match is a crossing to the host.
const MOST_MATCHES: usize = 200;

/// A text, and the number of its item.
pub(crate) type Text = (usize, String);

/// The groups of a match; the first is the whole of it.
type Groups = Vec<Option<String>>;

/// The steps of one part of a field, in the order in which they are done.
#[derive(Default)]
pub(crate) struct Steps {
    replace: Vec<(String, String)>,
    pattern: Option<String>,
    map: Vec<(String, String)>,
    template: Option<String>,
    split: Option<String>,
    unless: Option<String>,
}

impl Steps {
    /// The steps that a part's table names.
    pub(crate) fn of(part: &Value) -> Self {
        if part.kind() != Kind::Object {
            return Self::default();
        }
        let pair = |pair: &Value| Some((pair.text("/0")?, pair.text("/1")?));
        let map = part.at("/map").map(|map| {
            let of = |key: String| map.text(&format!("/{}", escaped(&key))).map(|value| (key.to_lowercase(), value));
            map.keys("").into_iter().filter_map(of).collect()
        });
        Self {
            replace: part.items("/replace").iter().filter_map(pair).collect(),
            pattern: part.text("/pattern"),
            map: map.unwrap_or_default(),
            template: part.text("/template"),
            split: part.text("/split"),
            unless: part.text("/unless"),
        }
    }

    /// Whether there is a template, which may need no text at all.
    pub(crate) const fn has_template(&self) -> bool {
        self.template.is_some()
    }

    /// Does the steps. `place`: the value of an item, for the template's pointers.
    pub(crate) fn apply<'p>(
        &self,
        mut texts: Vec<Text>,
        place: &dyn Fn(usize) -> Option<&'p Place>,
        around: bool,
    ) -> Result<Vec<Text>, ExtractError> {
        for (pattern, with) in &self.replace {
            texts = cut_up(texts, pattern, &|groups| with_groups(with, groups))?;
        }
        let groups = match &self.pattern {
            Some(pattern) => captures_each(pattern, &words(&texts))?,
            None => texts.iter().map(|(_, text)| Some(vec![Some(text.clone())])).collect(),
        };
        let mut done = Vec::with_capacity(texts.len());
        for ((at, text), groups) in texts.into_iter().zip(groups) {
            let Some(groups) = groups else { continue };
            let Some(value) = self.mapped(first_group(&groups).unwrap_or_default()) else { continue };
            match &self.template {
                Some(template) => {
                    // With a pattern and groups in the template the value is the whole text.
                    let value = if self.map.is_empty() && template.contains("{1}") { &text } else { &value };
                    let template = with_groups(template, &groups);
                    done.extend(filled(&template, place(at), value, around).map(|value| (at, value)));
                }
                None => done.push((at, value)),
            }
        }
        if let Some(separator) = &self.split {
            done = cut_up(done, separator, &|_| "\u{0}".to_owned())?;
            done = done
                .into_iter()
                .flat_map(|(at, text)| text.split('\u{0}').map(|piece| (at, piece.to_owned())).collect::<Vec<_>>())
                .collect();
        }
        if let Some(unless) = &self.unless {
            let found = captures_each(unless, &words(&done))?;
            done = done.into_iter().zip(found).filter(|(_, found)| found.is_none()).map(|(text, _)| text).collect();
        }
        let trimmed = done.into_iter().map(|(at, text)| (at, text.trim().to_owned()));
        Ok(trimmed.filter(|(_, text)| !text.is_empty()).collect())
    }

    /// What a value means; absent where the map does not say it.
    fn mapped(&self, value: String) -> Option<String> {
        if self.map.is_empty() {
            return Some(value);
        }
        let lower = value.trim().to_lowercase();
        self.map.iter().find(|(from, _)| *from == lower).map(|(_, to)| to.clone())
    }
}

fn words(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|(_, text)| text.clone()).collect()
}

/// A name as a step of a pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The first group that took part; without groups the whole match.
fn first_group(groups: &Groups) -> Option<String> {
    match groups.as_slice() {
        [whole] => whole.clone(),
        [_, groups @ ..] => groups.iter().flatten().next().cloned(),
        [] => None,
    }
}

/// A text with `{1}` and so on filled; a group that took no part is empty.
fn with_groups(text: &str, groups: &Groups) -> String {
    let filled = |text: String, (at, group): (usize, &Option<String>)| {
        text.replace(&format!("{{{at}}}"), group.as_deref().unwrap_or_default())
    };
    groups.iter().enumerate().fold(text.to_owned(), filled)
}

/// Every match replaced, from left to right.
fn cut_up(texts: Vec<Text>, pattern: &str, with: &dyn Fn(&Groups) -> String) -> Result<Vec<Text>, ExtractError> {
    let around = format!(r"\A((?s:.*?))(?:{pattern})((?s:.*))\z");
    let mut done: Vec<Text> = texts.iter().map(|(at, _)| (*at, String::new())).collect();
    let mut open: Vec<(usize, String)> = texts.into_iter().map(|(_, text)| text).enumerate().collect();
    for round in 0..=MOST_MATCHES {
        let texts: Vec<String> = open.iter().map(|(_, text)| text.clone()).collect();
        let found = if round < MOST_MATCHES { captures_each(&around, &texts)? } else { vec![None; texts.len()] };
        let mut next = Vec::new();
        for ((at, text), groups) in open.into_iter().zip(found) {
            let Some((_, into)) = done.get_mut(at) else { continue };
            let mut groups = groups.unwrap_or_default();
            let rest = groups.pop().flatten().filter(|rest| rest.len() < text.len());
            let before = groups.get(1).cloned().flatten();
            match (rest, before) {
                // A match of nothing would be found again and again.
                (Some(rest), Some(before)) if before.len() + rest.len() < text.len() => {
                    groups.remove(0);
                    into.push_str(&before);
                    into.push_str(&with(&groups));
                    next.push((at, rest));
                }
                _ => into.push_str(&text),
            }
        }
        open = next;
        if open.is_empty() {
            break;
        }
    }
    Ok(done)
}

/// Fills the blanks `{/pointer}` and `{value}` of a template; nothing where one of them is empty.
fn filled(text: &str, place: Option<&Place>, value: &str, around: bool) -> Option<String> {
    let mut out = if value.is_empty() { text.to_owned() } else { template::fill(text, &[("value", value)]) };
    if value.is_empty() && out.contains("{value}") {
        return None;
    }
    while let Some((before, rest)) = out.split_once("{/") {
        let (pointer, after) = rest.split_once('}')?;
        let pointer = format!("/{pointer}");
        let mut from = place;
        let mut found = None;
        while let Some(place) = from {
            found = place.texts(&pointer).into_iter().find(|text| !text.trim().is_empty());
            from = place.around.as_deref().filter(|_| around && found.is_none());
        }
        // A value with braces of its own must not be filled again.
        let found = found?.replace('{', "%7B");
        out = format!("{before}{found}{after}");
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_without_its_blanks_is_nothing() {
        assert_eq!(filled("/e/{value}", None, "7", false).as_deref(), Some("/e/7"));
        assert_eq!(filled("/e/{value}", None, "", false), None);
        assert_eq!(filled("/e/{/id}", None, "", false), None);
        assert_eq!(filled("/e/all", None, "", false).as_deref(), Some("/e/all"));
    }

    #[test]
    fn groups_fill_their_numbers_and_the_first_that_took_part_is_the_value() {
        let groups = vec![Some("whole".to_owned()), None, Some("b".to_owned())];
        assert_eq!(with_groups("{2}-{1}-{0}", &groups), "b--whole");
        assert_eq!(first_group(&groups).as_deref(), Some("b"));
        assert_eq!(first_group(&vec![Some("whole".to_owned())]).as_deref(), Some("whole"));
    }

    #[test]
    fn a_map_says_what_values_mean_and_no_more() {
        let steps = Steps { map: vec![("true".to_owned(), "Sold out".to_owned())], ..Steps::default() };
        assert_eq!(steps.mapped("True".to_owned()).as_deref(), Some("Sold out"));
        assert_eq!(steps.mapped("false".to_owned()), None);
    }
}

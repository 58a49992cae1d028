//! JSON pointers with `*` for "every member": `/days/*/events/*/name`.
//!
//! The host knows plain pointers (RFC 6901); a star is walked here. What was passed on the way to an item is kept, so that a field
//! may look around it: the day that a list of events stands in.

use std::rc::Rc;

use marquee_sdk::{Kind, Value, parse_json};

/// A value and the values that it was reached through, the nearest first.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) value: Rc<Value>,
    pub(crate) around: Option<Rc<Place>>,
}

impl Place {
    /// A document's root.
    pub(crate) fn root(value: Value) -> Self {
        Self { value: Rc::new(value), around: None }
    }

    /// What the pointer reaches from here.
    pub(crate) fn reach(&self, pointer: &str) -> Vec<Self> {
        let (before, after) = split_star(pointer);
        let Some(after) = after else {
            return self.value.at(before).map(|value| self.inside(value)).into_iter().collect();
        };
        let members = self.value.items(before);
        members.into_iter().flat_map(|member| self.inside(member).reach(after)).collect()
    }

    /// The items at a pointer: the members of an array, or what else stands there.
    pub(crate) fn items(&self, pointer: &str) -> Vec<Self> {
        let mut items = Vec::new();
        for place in self.reach(pointer) {
            match place.value.kind() {
                Kind::Array => {
                    let members = place.value.items("");
                    items.extend(members.into_iter().map(|member| Self { value: Rc::new(member), ..place.clone() }));
                }
                Kind::Null => {}
                Kind::Text => items.extend(place.written()),
                _ => items.push(place),
            }
        }
        items
    }

    /// The items of a list that stands as JSON in a text; else the text itself, which may be markup.
    fn written(self) -> Vec<Self> {
        let text = self.value.text("").unwrap_or_default();
        let json = text.trim_start().starts_with(['[', '{']).then(|| parse_json(&text).ok()).flatten();
        match json {
            Some(value) => self.inside(value).items(""),
            None => vec![self],
        }
    }

    /// Every text, number or boolean that the pointer reaches.
    pub(crate) fn texts(&self, pointer: &str) -> Vec<String> {
        match split_star(pointer) {
            (plain, None) => self.value.text(plain).into_iter().collect(),
            _ => self.reach(pointer).iter().filter_map(|place| place.value.text("")).collect(),
        }
    }

    fn inside(&self, value: Value) -> Self {
        Self { value: Rc::new(value), around: Some(Rc::new(self.clone())) }
    }
}

/// `/days/*/events` is `/days` and `/events`. A star is a whole step; in a name such as `/5*` it is nothing special.
pub(crate) fn split_star(pointer: &str) -> (&str, Option<&str>) {
    let star = pointer.match_indices("/*").find(|(at, found)| {
        let after = pointer.get(at + found.len()..).unwrap_or_default();
        after.is_empty() || after.starts_with('/')
    });
    match star {
        Some((at, found)) => (pointer.get(..at).unwrap_or_default(), pointer.get(at + found.len()..)),
        None => (pointer, None),
    }
}

/// Whether a pointer has a star, and so may reach more than one value.
pub(crate) fn is_many(pointer: &str) -> bool {
    split_star(pointer).1.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_a_whole_step() {
        assert_eq!(split_star("/days/*/events"), ("/days", Some("/events")));
        assert_eq!(split_star("/*"), ("", Some("")));
        assert_eq!(split_star("/5*/a"), ("/5*/a", None));
        assert_eq!(split_star("/a*b/*"), ("/a*b", Some("")));
        assert!(!is_many("/title"));
    }
}

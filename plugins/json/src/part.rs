//! One part of a field: where it stands, and what is made of it.

use marquee_sdk::{Date, Element, ExtractError, Kind, Take, Value, clean, parse_html, plain_text};

use crate::{
    conditions::{Condition, all_hold},
    fields::Item,
    pointers::{Place, is_many},
    steps::{Steps, Text},
};

/// A number that counts from 1970.
#[derive(Clone, Copy)]
enum Epoch {
    Seconds,
    Milliseconds,
}

/// One part of a field.
pub(crate) struct Part {
    pub(crate) field: usize,
    /// Asked one after the other until one holds something.
    pointers: Vec<String>,
    selector: Option<String>,
    attribute: Option<String>,
    take: Option<String>,
    around: bool,
    pub(crate) every: bool,
    conditions: Vec<Condition>,
    epoch: Option<Epoch>,
    divide: Option<u64>,
    steps: Steps,
    fixed: Option<String>,
    /// Instead of all these: fields of which the first that gives something counts.
    any: Vec<Self>,
}

impl Part {
    pub(crate) fn of(field: usize, part: &Value) -> Self {
        let is_object = part.kind() == Kind::Object;
        let text = |pointer: &str| part.text(pointer).filter(|_| is_object);
        let written = part.text("").filter(|_| !is_object);
        // A text alone is a pointer if it begins like one, and else a selector.
        let (pointers, selector) = match written {
            Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => (vec![pointer], None),
            Some(selector) => (Vec::new(), Some(selector)),
            None => (part.texts("/pointer"), text("/selector")),
        };
        let (selector, at) = match &selector {
            Some(selector) => {
                let (selector, at) = split_attribute(selector);
                (Some(selector.to_owned()), at.map(str::to_owned))
            }
            None => (None, None),
        };
        let any = if is_object { part.items("/any") } else { Vec::new() };
        let any: Vec<Self> = any.iter().map(|part| Self::of(field, part)).collect();
        let every = text("/every").map(|flag| flag == "true");
        Self {
            field,
            every: every.unwrap_or_else(|| {
                pointers.iter().any(|pointer| is_many(pointer)) || any.iter().any(|part| part.every)
            }),
            pointers,
            selector,
            attribute: text("/attribute").or(at),
            take: text("/take"),
            around: text("/scope").as_deref() == Some("around"),
            conditions: if is_object { Condition::all(part, "/where") } else { Vec::new() },
            epoch: match text("/epoch").as_deref() {
                Some("seconds") => Some(Epoch::Seconds),
                Some("milliseconds") => Some(Epoch::Milliseconds),
                _ => None,
            },
            divide: text("/divide").and_then(|number| number.parse().ok()),
            steps: Steps::of(part),
            fixed: text("/value"),
            any,
        }
    }

    /// The values of all items, as texts with the number of their item.
    pub(crate) fn read(&self, items: &[Item], name: &str, wall_clock: bool) -> Result<Vec<Text>, ExtractError> {
        if !self.any.is_empty() {
            let mut done: Vec<Text> = Vec::new();
            let mut open: Vec<usize> = (0..items.len()).collect();
            for part in &self.any {
                let left: Vec<Item> = open.iter().filter_map(|at| items.get(*at).cloned()).collect();
                let found = part.read(&left, name, wall_clock)?;
                done.extend(found.into_iter().filter_map(|(at, text)| Some((*open.get(at)?, text))));
                open.retain(|at| done.iter().all(|(known, _)| known != at));
            }
            return Ok(done);
        }
        let mut texts = Vec::new();
        for (at, item) in items.iter().enumerate() {
            texts.extend(self.values(item, name, wall_clock)?.into_iter().map(|text| (at, text)));
        }
        self.steps.apply(texts, &|at| items.get(at).and_then(|item| item.place.as_ref()), self.around)
    }

    /// The values as they are taken.
    fn values(&self, item: &Item, name: &str, wall_clock: bool) -> Result<Vec<String>, ExtractError> {
        if let Some(fixed) = &self.fixed {
            return Ok(vec![fixed.clone()]);
        }
        let mut values = match (&item.place, self.pointers.is_empty()) {
            (Some(place), false) => self.pointed(place)?,
            (_, false) => Vec::new(),
            // A template alone is filled for every item.
            (_, true) if self.selector.is_none() => {
                return Ok(if self.steps.has_template() { vec![String::new()] } else { Vec::new() });
            }
            (_, true) => Vec::new(),
        };
        if let Some(selector) = &self.selector {
            values = self.selected(item, values, selector, name)?;
        } else {
            for value in &mut values {
                *value = self.presented(value, name, wall_clock)?;
            }
        }
        values.retain(|value| !value.trim().is_empty());
        values.truncate(if self.every { usize::MAX } else { 1 });
        Ok(values)
    }

    /// What the first pointer that holds something reaches.
    fn pointed(&self, place: &Place) -> Result<Vec<String>, ExtractError> {
        for pointer in &self.pointers {
            let mut from = Some(place);
            while let Some(place) = from {
                let values = self.meant(place, pointer)?;
                if values.iter().any(|value| !value.trim().is_empty()) {
                    return Ok(values);
                }
                from = place.around.as_deref().filter(|_| self.around);
            }
        }
        Ok(Vec::new())
    }

    /// The texts at a pointer, of those members of which the conditions hold.
    fn meant(&self, place: &Place, pointer: &str) -> Result<Vec<String>, ExtractError> {
        if self.conditions.is_empty() {
            return Ok(place.texts(pointer));
        }
        // The conditions are on the member that the last star stands for; without a star, on the item.
        let (members, rest) = match pointer.rsplit_once("/*") {
            Some((list, rest)) if rest.is_empty() || rest.starts_with('/') => (place.reach(&format!("{list}/*")), rest),
            _ => (vec![place.clone()], pointer),
        };
        let mut texts = Vec::new();
        for member in members {
            if all_hold(&self.conditions, &member)? {
                texts.extend(member.texts(rest));
            }
        }
        Ok(texts)
    }

    /// What the selector takes: out of the markup in the values, or of the item's own element.
    fn selected(
        &self,
        item: &Item,
        markup: Vec<String>,
        selector: &str,
        name: &str,
    ) -> Result<Vec<String>, ExtractError> {
        let take = take(name, self.attribute.clone(), self.take.as_deref());
        let mut values = Vec::new();
        let mut from = |element: &Element| -> Result<(), ExtractError> {
            if selector.is_empty() {
                values.extend(element.take(&take));
                return Ok(());
            }
            for found in element.select(selector)? {
                values.extend(found.take(&take));
            }
            Ok(())
        };
        match (&item.element, self.pointers.is_empty()) {
            (Some(element), true) => from(element)?,
            _ => {
                for markup in markup {
                    from(&parse_html(&markup)?)?;
                }
            }
        }
        Ok(values)
    }

    /// A value as text: numbers that count time or cents are written out, markup becomes text.
    fn presented(&self, value: &str, name: &str, wall_clock: bool) -> Result<String, ExtractError> {
        if let Some(epoch) = self.epoch {
            return Ok(instant(value, epoch, wall_clock).unwrap_or_else(|| value.to_owned()));
        }
        if let Some(parts) = self.divide {
            return Ok(divided(value, parts).unwrap_or_else(|| value.to_owned()));
        }
        let take = self.take.as_deref().unwrap_or(if name == "description" { "lines" } else { "text" });
        if take == "raw" {
            return Ok(value.to_owned());
        }
        if is_link(name) {
            return Ok(if value.contains('&') { clean(value) } else { value.to_owned() });
        }
        let is_markup = value.contains('<') && value.contains('>');
        Ok(match (is_markup || value.contains('&'), take) {
            (false, _) => value.to_owned(),
            (true, "lines") => plain_text(value)?,
            (true, _) if is_markup => clean(&parse_html(value)?.text()),
            (true, _) => clean(value),
        })
    }
}

/// Fields that hold an address.
pub(crate) fn is_link(name: &str) -> bool {
    name == "link" || name.ends_with("_url")
}

/// What to take from an element: links are made absolute, whichever attribute holds them.
fn take(name: &str, attribute: Option<String>, take: Option<&str>) -> Take {
    match (attribute, take) {
        (Some(attribute), _) if is_link(name) => Take::Url(attribute),
        (Some(attribute), _) => Take::Attribute(attribute),
        (None, Some("own-text")) => Take::OwnText,
        (None, Some("lines")) => Take::Lines,
        (None, _) if name == "image_url" => Take::Url("src".to_owned()),
        (None, _) if is_link(name) => Take::Url("href".to_owned()),
        (None, _) if name == "description" => Take::Lines,
        (None, _) => Take::Text,
    }
}

/// `a.more@href` is the selector and the attribute; an `@` inside brackets belongs to the selector.
pub(crate) fn split_attribute(written: &str) -> (&str, Option<&str>) {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
    };
    match written.rsplit_once('@') {
        Some((selector, name)) if is_name(name) => (selector.trim(), Some(name)),
        _ => (written.trim(), None),
    }
}

/// An epoch written out: in UTC, or as the wall clock that a site without zones counted in.
fn instant(value: &str, epoch: Epoch, wall_clock: bool) -> Option<String> {
    const SECONDS_A_DAY: i64 = 86_400;
    let whole: i64 = value.trim().split('.').next()?.parse().ok()?;
    let seconds = match epoch {
        Epoch::Seconds => whole,
        Epoch::Milliseconds => whole.div_euclid(1000),
    };
    let day = Date::from_days_since_epoch(i32::try_from(seconds.div_euclid(SECONDS_A_DAY)).ok()?);
    let second = seconds.rem_euclid(SECONDS_A_DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let zone = if wall_clock { "" } else { "Z" };
    Some(format!("{day}T{hour:02}:{minute:02}:{second:02}{zone}"))
}

/// `2550` in hundredths is `25.50`.
fn divided(value: &str, parts: u64) -> Option<String> {
    let number: u64 = value.trim().split('.').next()?.parse().ok()?;
    let (whole, rest) = (number.checked_div(parts)?, number.checked_rem(parts)?);
    let hundredths = rest.checked_mul(100)?.checked_div(parts)?;
    Some(format!("{whole}.{hundredths:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_written_out() {
        assert_eq!(instant("1777665600", Epoch::Seconds, false).as_deref(), Some("2026-05-01T20:00:00Z"));
        assert_eq!(instant("1777665600000", Epoch::Milliseconds, true).as_deref(), Some("2026-05-01T20:00:00"));
        assert_eq!(instant("soon", Epoch::Seconds, false), None);
        assert_eq!(instant("9223372036854775807", Epoch::Seconds, false), None);
    }

    #[test]
    fn cents_are_written_as_decimals() {
        assert_eq!(divided("2550", 100).as_deref(), Some("25.50"));
        assert_eq!(divided("5", 100).as_deref(), Some("0.05"));
        assert_eq!(divided("20", 1).as_deref(), Some("20.00"));
        assert_eq!(divided("free", 100), None);
        assert_eq!(divided("2550", 0), None);
    }
}

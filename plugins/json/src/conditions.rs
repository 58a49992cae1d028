//! Conditions on a value: which items are no events, which members of a list are meant.

use marquee_sdk::{Configuration, ExtractError, Value, capture};

use crate::pointers::Place;

/// A pointer, and what must hold of what stands there.
pub(crate) struct Condition {
    pointer: String,
    equals: Vec<String>,
    not: Vec<String>,
    matches: Option<String>,
    present: Option<bool>,
}

impl Condition {
    /// One condition or a list of them; none where there is no such setting.
    pub(crate) fn all(settings: &Value, pointer: &str) -> Vec<Self> {
        settings.each(pointer).iter().map(Self::of).collect()
    }

    /// The same for a setting by name.
    pub(crate) fn named(configuration: &Configuration, name: &str) -> Vec<Self> {
        Self::all(configuration.value(), &format!("/{name}"))
    }

    fn of(setting: &Value) -> Self {
        let lower = |pointer: &str| setting.texts(pointer).iter().map(|text| text.trim().to_lowercase()).collect();
        Self {
            pointer: setting.text("/pointer").unwrap_or_default(),
            equals: lower("/equals"),
            not: lower("/not"),
            matches: setting.text("/matches"),
            present: setting.text("/present").map(|flag| flag == "true"),
        }
    }

    /// Whether it holds of the value: by any of the texts that the pointer reaches.
    pub(crate) fn holds(&self, place: &Place) -> Result<bool, ExtractError> {
        let texts = place.texts(&self.pointer);
        if let Some(wanted) = self.present {
            let there = texts.iter().any(|text| !text.trim().is_empty())
                || (texts.is_empty() && place.reach(&self.pointer).iter().any(|place| holds_something(&place.value)));
            if there != wanted {
                return Ok(false);
            }
        }
        let among = |list: &[String]| texts.iter().any(|text| list.contains(&text.trim().to_lowercase()));
        if (!self.equals.is_empty() && !among(&self.equals)) || among(&self.not) {
            return Ok(false);
        }
        if let Some(pattern) = &self.matches {
            for text in &texts {
                if capture(pattern, text)?.is_some() {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        Ok(true)
    }

    /// For remarks.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }
}

/// An array or object that is not empty.
fn holds_something(value: &Value) -> bool {
    !value.items("").is_empty()
}

/// Whether all of some conditions hold.
pub(crate) fn all_hold(conditions: &[Condition], place: &Place) -> Result<bool, ExtractError> {
    for condition in conditions {
        if !condition.holds(place)? {
            return Ok(false);
        }
    }
    Ok(true)
}

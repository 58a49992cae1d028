//! The fields of the configuration, read out of items: JSON values, HTML in them, or a details page.
//!
//! Parts of a field are read for all items before its pattern is applied, so that a pattern costs one crossing a page.

use marquee_sdk::{Configuration, Element, ExtractError, Value};

use crate::{
    part::{Part, is_link},
    pointers::Place,
};

/// Where fields are read: a JSON value, an element, or both.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) place: Option<Place>,
    pub(crate) element: Option<std::rc::Rc<Element>>,
}

impl Item {
    pub(crate) fn of(place: Place) -> Self {
        Self { place: Some(place), element: None }
    }
}
/// The configured fields.
#[derive(Default)]
pub(crate) struct Fields {
    names: Vec<(String, bool)>,
    parts: Vec<Part>,
    /// Epochs are the venue's wall clock, not UTC.
    wall_clock: bool,
}

/// The values of one item.
pub(crate) struct Cells {
    /// Name, whether each match is a value of its own, values.
    fields: Vec<(String, bool, Vec<String>)>,
}

impl Fields {
    /// The fields of a part of the configuration.
    pub(crate) fn of(configuration: Option<Configuration>, wall_clock: bool) -> Self {
        let mut fields = Self { wall_clock, ..Self::default() };
        if let Some(configuration) = configuration {
            let value = configuration.value();
            for name in value.keys("") {
                if let Some(definition) = value.at(&format!("/{name}")) {
                    fields.add(&name, &definition);
                }
            }
        }
        fields
    }

    /// Adds a field by its definition: a pointer, a selector, an object, or a list of them.
    pub(crate) fn add(&mut self, name: &str, definition: &Value) {
        let field = self.names.len();
        let parts: Vec<Part> = definition.each("").iter().map(|part| Part::of(field, part)).collect();
        self.names.push((name.to_owned(), parts.iter().any(|part| part.every)));
        self.parts.extend(parts);
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// Reads items.
    pub(crate) fn read(&self, items: &[Item]) -> Result<Vec<Cells>, ExtractError> {
        let empty =
            || Cells { fields: self.names.iter().map(|(name, every)| (name.clone(), *every, Vec::new())).collect() };
        let mut cells: Vec<Cells> = items.iter().map(|_| empty()).collect();
        for part in &self.parts {
            let name = self.names.get(part.field).map_or("", |(name, _)| name.as_str());
            for (at, value) in part.read(items, name, self.wall_clock)? {
                if let Some((_, _, into)) = cells.get_mut(at).and_then(|cells| cells.fields.get_mut(part.field)) {
                    into.push(value);
                }
            }
        }
        Ok(cells)
    }
}
impl Cells {
    fn values(&self, name: &str) -> &[String] {
        self.fields.iter().find(|(known, _, _)| known == name).map_or(&[], |(_, _, values)| values.as_slice())
    }

    /// The value of a field; parts and several matches are joined. A link is the first of them.
    pub(crate) fn one(&self, name: &str) -> Option<String> {
        let values = self.values(name);
        if is_link(name) {
            return values.first().cloned();
        }
        let joint = if self.is_every(name) { ", " } else { " " };
        (!values.is_empty()).then(|| values.join(joint))
    }

    /// Every value of a field.
    pub(crate) fn every(&self, name: &str) -> &[String] {
        self.values(name)
    }

    /// Whether each match is a value of its own.
    pub(crate) fn is_every(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, every, _)| known == name && *every)
    }
}

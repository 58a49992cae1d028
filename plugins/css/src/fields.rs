//! The fields of the configuration, as columns of one table.

use marquee_sdk::{Columns, Configuration, Element, ExtractError, Kind, Scope, Take, Value, capture_each};

/// One part of a field: a selector and what to take, or a fixed text.
struct Part {
    field: usize,
    pattern: Option<String>,
    fixed: Option<String>,
    /// Its column; a fixed text has none.
    column: Option<marquee_sdk::Column>,
}

/// The configured fields and their columns.
#[derive(Default)]
pub(crate) struct Fields {
    names: Vec<(String, bool)>,
    parts: Vec<Part>,
    columns: Columns,
}

/// The values of one item.
pub(crate) struct Cells {
    /// Name, whether each match is a value of its own, values.
    fields: Vec<(String, bool, Vec<String>)>,
}

impl Fields {
    /// The fields of a part of the configuration.
    pub(crate) fn of(configuration: Option<&Configuration>) -> Self {
        let mut fields = Self::default();
        if let Some(value) = configuration.map(Configuration::value) {
            for name in value.keys("") {
                if let Some(definition) = value.at(&format!("/{name}")) {
                    fields.add(&name, &definition);
                }
            }
        }
        fields
    }

    /// Adds a field by its definition: a selector, an object, or a list of them.
    pub(crate) fn add(&mut self, name: &str, definition: &Value) {
        let field = self.names.len();
        let every = definition.each("").iter().any(|part| part.flag("/every"));
        self.names.push((name.to_owned(), every));
        for part in definition.each("") {
            let is_object = part.kind() == Kind::Object;
            let text = |pointer: &str| part.text(pointer).filter(|_| is_object);
            let written =
                if is_object { text("/selector").unwrap_or_default() } else { part.text("").unwrap_or_default() };
            let (selector, at) = split_attribute(&written);
            let attribute = text("/attribute").or_else(|| at.map(str::to_owned));
            let scope = match text("/scope").as_deref() {
                Some("before") => Scope::Before,
                Some("around") => Scope::Around,
                _ => Scope::Inside,
            };
            let every = part.flag("/every") && scope == Scope::Inside;
            let fixed = text("/value");
            let column = match fixed {
                Some(_) => None,
                None => Some(self.columns.add(selector, scope, take(name, attribute, text("/take").as_deref()), every)),
            };
            self.parts.push(Part { field, pattern: text("/pattern"), fixed, column });
        }
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// Reads the items of a page.
    pub(crate) fn read(
        &self,
        document: &Element,
        items: &str,
        ignore: Option<&str>,
    ) -> Result<Vec<Cells>, ExtractError> {
        let table = document.table(items, &self.columns)?;
        let mut kept = Vec::with_capacity(table.len());
        for row in &table {
            let ignored = match ignore {
                Some(selector) => row.item().matches(selector)?,
                None => false,
            };
            if !ignored {
                kept.push(row);
            }
        }
        let empty =
            || Cells { fields: self.names.iter().map(|(name, every)| (name.clone(), *every, Vec::new())).collect() };
        let mut cells: Vec<Cells> = kept.iter().map(|_| empty()).collect();
        for part in &self.parts {
            // A column's values of all rows go through its pattern in one crossing.
            let mut values: Vec<(usize, String)> = Vec::new();
            for (at, row) in kept.iter().enumerate() {
                match (&part.fixed, part.column) {
                    (Some(fixed), _) => values.push((at, fixed.clone())),
                    (None, Some(column)) => values.extend(row.all(column).iter().map(|value| (at, value.clone()))),
                    (None, None) => {}
                }
            }
            if let Some(pattern) = &part.pattern {
                let texts: Vec<String> = values.iter().map(|(_, value)| value.clone()).collect();
                let found = capture_each(pattern, &texts)?;
                values = values.into_iter().zip(found).filter_map(|((at, _), value)| Some((at, value?))).collect();
            }
            for (at, value) in values {
                if let Some((_, _, into)) = cells.get_mut(at).and_then(|cells| cells.fields.get_mut(part.field))
                    && !value.trim().is_empty()
                {
                    into.push(value.trim().to_owned());
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

/// Fields that hold an address.
fn is_link(name: &str) -> bool {
    name == "link" || name.ends_with("_url")
}

/// What to take: links are made absolute, whichever attribute holds them.
fn take(name: &str, attribute: Option<String>, take: Option<&str>) -> Take {
    match (attribute, take) {
        (Some(attribute), _) if is_link(name) => Take::Url(attribute),
        (Some(attribute), _) => Take::Attribute(attribute),
        (None, Some("own-text")) => Take::OwnText,
        (None, Some("lines")) => Take::Lines,
        (None, Some("text")) => Take::Text,
        (None, _) if name == "image_url" => Take::Url("src".to_owned()),
        (None, _) if is_link(name) => Take::Url("href".to_owned()),
        (None, _) => Take::Text,
    }
}

/// `a.more@href` is the selector and the attribute; an `@` inside brackets belongs to the selector.
fn split_attribute(written: &str) -> (&str, Option<&str>) {
    match written.rsplit_once('@') {
        Some((selector, name)) if is_name(name) => (selector.trim(), Some(name)),
        _ => (written.trim(), None),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_stands_after_the_last_at_sign() {
        assert_eq!(split_attribute("a.more@href"), ("a.more", Some("href")));
        assert_eq!(split_attribute("@data-id"), ("", Some("data-id")));
        assert_eq!(split_attribute("h2"), ("h2", None));
        assert_eq!(split_attribute("a[href*='@venue.example']"), ("a[href*='@venue.example']", None));
    }
}

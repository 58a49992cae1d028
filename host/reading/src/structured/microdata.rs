//! Microdata, read as HTML, section 5.2 tells, and turned into the form of JSON-LD.

use std::collections::BTreeMap;

use super::{Item, StructuredData, Syntax, plain_name, plain_type};
use crate::{Document, ElementId, JsonKind, ReadError, Take, json::JsonBuilder};

pub(super) fn read(document: &Document, data: &mut StructuredData) -> Result<(), ReadError> {
    let items = document.select(document.root(), "[itemscope]")?;
    if items.is_empty() {
        return Ok(());
    }
    let reader = Reader { document, ids: ids(document)? };
    for element in items {
        let mut builder = JsonBuilder::new(document.budget());
        match reader.write(&mut builder, element, &mut Vec::new()) {
            Ok(()) => {}
            // Items that hold themselves this deep are no one's listing; the others may be.
            Err(fault @ ReadError::OverBudget { budget: "json_depth", .. }) => {
                data.faults.push(fault);
                continue;
            }
            Err(error) => return Err(error),
        }
        let item = Item {
            syntax: Syntax::Microdata,
            types: types(document, element),
            data: builder.finish()?,
            element,
            line: document.line(element),
        };
        data.push(document, item)?;
    }
    Ok(())
}

/// The first element of each id, for `itemref`.
fn ids(document: &Document) -> Result<BTreeMap<String, ElementId>, ReadError> {
    let mut ids = BTreeMap::new();
    if document.first(document.root(), "[itemref]")?.is_none() {
        return Ok(ids);
    }
    for element in document.select(document.root(), "[id]")? {
        if let Some(id) = document.attribute(element, "id") {
            ids.entry(id.to_owned()).or_insert(element);
        }
    }
    Ok(ids)
}

fn types(document: &Document, element: ElementId) -> Vec<String> {
    let types = document.attribute(element, "itemtype").unwrap_or_default();
    types.split_ascii_whitespace().map(|name| plain_type(name).to_owned()).collect()
}

struct Reader<'d> {
    document: &'d Document,
    ids: BTreeMap<String, ElementId>,
}

impl Reader<'_> {
    /// Writes an item; `path` is the items that it is written inside of.
    fn write(&self, builder: &mut JsonBuilder, element: ElementId, path: &mut Vec<ElementId>) -> Result<(), ReadError> {
        let document = self.document;
        builder.line(document.line(element));
        builder.open(JsonKind::Object)?;
        path.push(element);
        let types = types(document, element);
        if let [one] = types.as_slice() {
            builder.key("@type");
            builder.scalar(JsonKind::Text, one)?;
        } else if !types.is_empty() {
            builder.key("@type");
            builder.open(JsonKind::Array)?;
            for one in &types {
                builder.scalar(JsonKind::Text, one)?;
            }
            builder.close();
        }
        if let Some(id) = document.attribute(element, "itemid").map(str::trim).filter(|id| !id.is_empty()) {
            builder.key("@id");
            let url = document.url(element, "itemid");
            builder.scalar(JsonKind::Text, url.as_ref().map_or(id, |url| url.as_str()))?;
        }
        let properties = self.properties(element)?;
        if properties.is_empty() {
            // The name of a person, say, marked as an item and nothing else.
            builder.key("@value");
            builder.scalar(JsonKind::Text, &document.take(element, &Take::Text).unwrap_or_default())?;
        }
        for (name, elements) in &properties {
            builder.line(elements.first().map_or(0, |element| document.line(*element)));
            builder.key(name);
            if let [one] = elements.as_slice() {
                self.value(builder, *one, path)?;
            } else {
                builder.open(JsonKind::Array)?;
                for one in elements {
                    self.value(builder, *one, path)?;
                }
                builder.close();
            }
        }
        path.pop();
        builder.close();
        Ok(())
    }

    /// The properties of an item, each with its elements, by first appearance.
    fn properties(&self, item: ElementId) -> Result<Vec<(String, Vec<ElementId>)>, ReadError> {
        let document = self.document;
        let mut found: Vec<ElementId> = document.properties_below(item)?;
        let references = document.attribute(item, "itemref").unwrap_or_default();
        for referenced in references.split_ascii_whitespace().filter_map(|id| self.ids.get(id)) {
            if *referenced == item {
                continue;
            }
            let is_property = document.attribute(*referenced, "itemprop").is_some();
            if is_property {
                found.push(*referenced);
            }
            // A property that is an item keeps its own. An item that is no property is only there to lend its properties.
            if !is_property || document.attribute(*referenced, "itemscope").is_none() {
                found.extend(document.properties_below(*referenced)?);
            }
        }
        found.sort_unstable();
        found.dedup();
        let mut properties: Vec<(String, Vec<ElementId>)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for element in found {
            let names = document.attribute(element, "itemprop").unwrap_or_default();
            for name in names.split_ascii_whitespace().map(plain_name) {
                match places.get(name).and_then(|place| properties.get_mut(*place)) {
                    Some((_, elements)) => elements.push(element),
                    None => {
                        places.insert(name.to_owned(), properties.len());
                        properties.push((name.to_owned(), vec![element]));
                    }
                }
            }
        }
        Ok(properties)
    }

    fn value(&self, builder: &mut JsonBuilder, element: ElementId, path: &mut Vec<ElementId>) -> Result<(), ReadError> {
        let document = self.document;
        if document.attribute(element, "itemscope").is_some() && !path.contains(&element) {
            return self.write(builder, element, path);
        }
        builder.line(document.line(element));
        if document.name(element) == "input" {
            return self.input(builder, element);
        }
        builder.scalar(JsonKind::Text, &value(document, element))
    }

    /// A field of a form that describes an action: what it is called, and whether it is needed (schema.org, "Potential Actions").
    fn input(&self, builder: &mut JsonBuilder, element: ElementId) -> Result<(), ReadError> {
        builder.open(JsonKind::Object)?;
        if self.document.attribute(element, "required").is_some() {
            builder.key("valueRequired");
            builder.scalar(JsonKind::Boolean, "true")?;
        }
        if let Some(name) = self.document.attribute(element, "name") {
            builder.key("valueName");
            builder.scalar(JsonKind::Text, name)?;
        }
        builder.close();
        Ok(())
    }
}

/// The value of a property. `content` counts on any element: search engines take it, so pages have it.
fn value(document: &Document, element: ElementId) -> String {
    let attribute = |name: &str| document.attribute(element, name).map(|value| value.trim().to_owned());
    let url = |name: &str| document.url(element, name).map(String::from).or_else(|| attribute(name));
    let special = match document.name(element) {
        "meta" => attribute("content").or_else(|| Some(String::new())),
        "audio" | "embed" | "iframe" | "img" | "source" | "track" | "video" => url("src"),
        "a" | "area" | "link" => url("href"),
        "object" => url("data"),
        "data" | "meter" => attribute("value"),
        "time" => attribute("datetime"),
        _ => None,
    };
    special.or_else(|| attribute("content")).or_else(|| document.take(element, &Take::Text)).unwrap_or_default()
}

//! JSON-LD as it is found in pages: read forgivingly, its items listed, its references filled in.
//!
//! This is no JSON-LD processor: contexts are not fetched or applied, since pages use schema.org's and its plain names.

use std::collections::BTreeMap;

use super::{Item, StructuredData, Syntax, plain_name, plain_type};
use crate::{Document, ElementId, JsonDocument, JsonKind, JsonValue, ReadError, json::JsonBuilder};

/// References inside what was filled in are filled in as well, this deep: event, place, address.
const REFERENCES_DEEP: usize = 3;

pub(super) fn read(document: &Document, data: &mut StructuredData) -> Result<(), ReadError> {
    let scripts = document.select(document.root(), "script[type*='ld+json' i]")?;
    let mut blocks: Vec<(ElementId, JsonValue)> = Vec::new();
    for script in scripts {
        let text = document.raw_text(script);
        if text.trim().is_empty() {
            continue;
        }
        match parse(document, &text, document.line(script)) {
            Ok(values) => blocks.extend(values.into_iter().map(|value| (script, value))),
            Err(error @ ReadError::OverBudget { .. }) => return Err(error),
            Err(fault) => data.faults.push(fault),
        }
    }
    let known = Known::of(&blocks);
    for (script, block) in &blocks {
        for value in block.descendants().filter(is_item) {
            let data_value = known.complete(document, &value)?;
            let item = Item {
                syntax: Syntax::JsonLd,
                types: types(&value),
                line: value.line(),
                data: data_value,
                element: *script,
            };
            data.push(document, item)?;
        }
    }
    Ok(())
}

fn parse(document: &Document, text: &str, line: u32) -> Result<Vec<JsonValue>, ReadError> {
    let first = JsonDocument::parse_lenient(text, line, document.budget());
    // Templates that escape for HTML what stands in a script, where nothing undoes it.
    if first.is_err() && (text.contains("&quot;") || text.contains("&#34;")) {
        return JsonDocument::parse_lenient(&unescaped(text), line, document.budget());
    }
    first
}

fn unescaped(text: &str) -> String {
    [("&quot;", "\""), ("&#34;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

/// An object with a type is an item. One without is one if it stands on its own and holds no graph.
fn is_item(value: &JsonValue) -> bool {
    if value.kind() != JsonKind::Object || value.member("@value").is_some() {
        return false;
    }
    if value.member("@type").is_some() {
        return !is_reference(value) && value.key() != Some("@context");
    }
    let alone = value.parent().is_none_or(|parent| parent.kind() == JsonKind::Array && parent.parent().is_none());
    alone && value.member("@graph").is_none() && value.members().next().is_some()
}

fn types(value: &JsonValue) -> Vec<String> {
    let Some(types) = value.member("@type") else { return Vec::new() };
    let texts: Vec<JsonValue> = if types.kind() == JsonKind::Array { types.members().collect() } else { vec![types] };
    texts.iter().filter_map(|text| text.str_at("")).map(|text| plain_type(text).to_owned()).collect()
}

/// `{"@id": "..."}`, perhaps with the type of what it stands for.
fn is_reference(value: &JsonValue) -> bool {
    value.kind() == JsonKind::Object
        && value.member("@id").is_some_and(|id| id.kind() == JsonKind::Text)
        && value.members().all(|member| matches!(member.key(), Some("@id" | "@type")))
}

/// The items of a page that can be referred to.
struct Known(BTreeMap<String, JsonValue>);

impl Known {
    fn of(blocks: &[(ElementId, JsonValue)]) -> Self {
        let mut known = BTreeMap::new();
        for value in blocks.iter().flat_map(|(_, block)| block.descendants()) {
            let id = value.member("@id").and_then(|id| id.text(""));
            if let Some(id) = id.filter(|_| !is_reference(&value)) {
                known.entry(id).or_insert(value);
            }
        }
        Self(known)
    }

    fn refers_to(&self, value: &JsonValue) -> Option<&JsonValue> {
        if !is_reference(value) {
            return None;
        }
        self.0.get(value.member("@id")?.str_at("")?)
    }

    /// The item with its references filled in and its names made plain; itself, where there is nothing to do.
    fn complete(&self, document: &Document, value: &JsonValue) -> Result<JsonValue, ReadError> {
        let to_do = value.descendants().any(|inside| {
            self.refers_to(&inside).is_some() || inside.key().is_some_and(|key| plain_name(key).len() != key.len())
        });
        if !to_do {
            return Ok(value.clone());
        }
        let mut builder = JsonBuilder::new(document.budget());
        let mut path = vec![value.clone()];
        self.write(&mut builder, value, &mut path)?;
        builder.finish()
    }

    fn write(&self, builder: &mut JsonBuilder, value: &JsonValue, path: &mut Vec<JsonValue>) -> Result<(), ReadError> {
        builder.copy(value, &mut |builder, inside| {
            // What is filled in goes by the name under which it was referred to.
            if let Some(key) = inside.key().filter(|_| !inside.is_same(value)) {
                builder.rekey(plain_name(key));
            }
            let Some(target) = self.refers_to(inside) else { return Ok(false) };
            // A place names its events, which name the place: stop where it comes round.
            if path.len() > REFERENCES_DEEP || path.iter().any(|above| above.is_same(target)) {
                return Ok(false);
            }
            path.push(target.clone());
            self.write(builder, target, path)?;
            path.pop();
            Ok(true)
        })
    }
}

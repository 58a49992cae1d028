//! `h-event` of microformats2, and `vevent` of hCalendar before it, turned into an `Event` of schema.org.
//!
//! The basic properties only, as <https://microformats.org/wiki/h-event> names them; what is nested deeper is text.

use super::{Item, StructuredData, Syntax};
use crate::{Document, ElementId, JsonKind, ReadError, Take, json::JsonBuilder};

enum Reading {
    Text,
    Url,
    Time,
    Place,
}

/// Class names of both vocabularies, how they are read, and what schema.org calls them.
const PROPERTIES: [(&str, Reading, &str); 9] = [
    (".p-name, .summary", Reading::Text, "name"),
    (".u-url, a.url", Reading::Url, "url"),
    (".dt-start, .dtstart", Reading::Time, "startDate"),
    (".dt-end, .dtend", Reading::Time, "endDate"),
    (".p-location, .location", Reading::Place, "location"),
    (".p-summary, .e-content, .p-description, .description", Reading::Text, "description"),
    (".p-category, .category", Reading::Text, "keywords"),
    (".u-photo, img.photo", Reading::Url, "image"),
    (".p-performer, .p-attendee, .attendee", Reading::Text, "performer"),
];

pub(super) fn read(document: &Document, data: &mut StructuredData) -> Result<(), ReadError> {
    for element in document.select(document.root(), ".h-event, .vevent")? {
        let mut builder = JsonBuilder::new(document.budget());
        builder.line(document.line(element));
        builder.open(JsonKind::Object)?;
        builder.key("@type");
        builder.scalar(JsonKind::Text, "Event")?;
        let mut named = false;
        for (selector, reading, name) in &PROPERTIES {
            // An event inside this one has its own properties.
            let mut found = document.select(element, selector)?;
            found.retain(|id| nearest_event(document, *id) == Some(element));
            let values: Vec<(ElementId, String)> =
                found.into_iter().filter_map(|id| Some((id, value(document, id, reading)?))).collect();
            let Some((first, _)) = values.first() else { continue };
            named |= *name == "name";
            builder.line(document.line(*first));
            builder.key(name);
            let several = values.len() > 1 && matches!(*name, "keywords" | "performer");
            if several {
                builder.open(JsonKind::Array)?;
            }
            for (id, text) in values.iter().take(if several { values.len() } else { 1 }) {
                builder.line(document.line(*id));
                builder.scalar(JsonKind::Text, text)?;
            }
            if several {
                builder.close();
            }
        }
        if !named {
            // microformats2: an item without a name is named by its text.
            builder.key("name");
            builder.scalar(JsonKind::Text, &document.take(element, &Take::Text).unwrap_or_default())?;
        }
        let item = Item {
            syntax: Syntax::HEvent,
            types: vec!["Event".to_owned()],
            data: builder.finish()?,
            element,
            line: document.line(element),
        };
        data.push(document, item)?;
    }
    Ok(())
}

fn nearest_event(document: &Document, element: ElementId) -> Option<ElementId> {
    // Its own class may be that of an event, when it is one inside another.
    document.closest(element, ".h-event, .vevent").ok().flatten()
}

fn value(document: &Document, element: ElementId, reading: &Reading) -> Option<String> {
    let attribute = |name: &str| document.attribute(element, name).map(str::trim).filter(|value| !value.is_empty());
    let text = || document.take(element, &Take::Text).filter(|text| !text.is_empty());
    match reading {
        Reading::Text => attribute("content").map(str::to_owned).or_else(text),
        Reading::Url => ["href", "src", "data"]
            .iter()
            .find_map(|name| document.url(element, name))
            .map(String::from)
            .or_else(|| attribute("content").map(str::to_owned)),
        Reading::Time => attribute("datetime")
            .or_else(|| attribute("title"))
            .or_else(|| attribute("content"))
            .or_else(|| attribute("value"))
            .map(str::to_owned)
            .or_else(|| parts(document, element))
            .or_else(text),
        Reading::Place => {
            let name = document.first(element, ".p-name, .fn, .org").ok().flatten();
            name.and_then(|name| document.take(name, &Take::Text)).filter(|name| !name.is_empty()).or_else(text)
        }
    }
}

/// The value class pattern: date and time in elements of their own, each with class `value` or `value-title`.
fn parts(document: &Document, element: ElementId) -> Option<String> {
    let parts: Vec<String> = document
        .select(element, ".value, .value-title")
        .ok()?
        .into_iter()
        .filter_map(|part| {
            let attribute = |name: &str| document.attribute(part, name).map(str::to_owned);
            attribute("datetime").or_else(|| attribute("title")).or_else(|| document.take(part, &Take::Text))
        })
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("T"))
}

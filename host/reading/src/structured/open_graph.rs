//! OpenGraph: what a page tells to those who link to it. A last resort, since it describes a page rather than an event.

use super::{Item, StructuredData, Syntax};
use crate::{Document, ElementId, JsonKind, ReadError, json::JsonBuilder};

/// Names of OpenGraph and of its extension for events, and what schema.org calls the same.
const NAMES: [(&str, &str); 11] = [
    ("og:title", "name"),
    ("og:url", "url"),
    ("og:image", "image"),
    ("og:description", "description"),
    ("og:site_name", "publisher"),
    ("og:start_time", "startDate"),
    ("og:end_time", "endDate"),
    ("event:start_time", "startDate"),
    ("event:end_time", "endDate"),
    ("event:location", "location"),
    ("article:published_time", "datePublished"),
];

pub(super) fn read(document: &Document, data: &mut StructuredData) -> Result<(), ReadError> {
    let metas = document.select(document.root(), "meta[property][content]")?;
    let property = |element: &ElementId| document.attribute(*element, "property").unwrap_or_default().trim();
    let content = |element: ElementId| document.attribute(element, "content").unwrap_or_default().trim();
    let Some(title) =
        metas.iter().copied().find(|element| property(element) == "og:title" && !content(*element).is_empty())
    else {
        return Ok(());
    };
    let kind = metas.iter().copied().find(|element| property(element) == "og:type").map(content);
    let kind = match kind {
        // `event`, `events.event` and `eventbriteog:event` are what sites write.
        Some(kind) if kind.rsplit([':', '.']).next() == Some("event") => "Event",
        _ => "WebPage",
    };
    let mut builder = JsonBuilder::new(document.budget());
    builder.line(document.line(title));
    builder.open(JsonKind::Object)?;
    builder.key("@type");
    builder.scalar(JsonKind::Text, kind)?;
    let mut said: Vec<&str> = Vec::new();
    for element in metas {
        let Some((_, name)) = NAMES.iter().find(|(name, _)| *name == property(&element)) else { continue };
        // The first of several is the one that pages mean.
        if content(element).is_empty() || said.contains(name) {
            continue;
        }
        said.push(name);
        builder.line(document.line(element));
        builder.key(name);
        let url = if matches!(*name, "url" | "image") { document.url(element, "content") } else { None };
        builder.scalar(JsonKind::Text, url.as_ref().map_or(content(element), |url| url.as_str()))?;
    }
    let item = Item {
        syntax: Syntax::OpenGraph,
        types: vec![kind.to_owned()],
        data: builder.finish()?,
        element: title,
        line: document.line(title),
    };
    data.push(document, item)
}

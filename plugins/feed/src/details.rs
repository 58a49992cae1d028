//! An event's own page: its structured data, and what selectors take, complete the item of the feed.

use marquee_sdk::{
    Configuration, Element, Event, ExtractError, Extraction, Kind, Listing, Page, Take, Value, capture,
    read_dates_with,
    schema_org::{self, Offsets},
};

use crate::when::hints;

pub(crate) fn read(
    mut listing: Listing,
    page: &Page,
    configuration: &Configuration,
) -> Result<Extraction, ExtractError> {
    let offsets = match configuration.text("offsets").as_deref() {
        Some("ignored") => Offsets::Ignored,
        _ => Offsets::Kept,
    };
    let document = page.document()?;
    let details = configuration.part("details");
    let fields = details.and_then(|details| details.part("fields"));
    let one = |name: &str| match &fields {
        Some(fields) => value(&document, name, fields.value()),
        None => Ok(None),
    };
    let mut event = Event::new(one("title")?);
    let mut found = event.title().is_some();
    if let Some(date) = one("date")? {
        let text = [Some(date), one("time")?].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let read = read_dates_with(vec![text], &hints(configuration));
        for date in &read {
            found |= date.reading.is_ok();
            event = event.when(date);
        }
    }
    for name in ["price", "age", "status", "ticket_url", "image_url", "description", "room"] {
        let Some(words) = one(name)? else { continue };
        found = true;
        event = match name {
            "price" => event.price_words(words),
            "age" => event.age_words(words),
            "status" => event.status_words(words),
            "ticket_url" => event.ticket_url(words),
            "image_url" => event.image_url(words),
            "room" => event.room(words),
            _ => event.description(words),
        };
    }
    // Only a page of one event: a list of others beside it is not this one.
    let mut published = schema_org::events(&page.structured_data()?, offsets)?;
    if published.len() == 1
        && let Some(one) = published.pop()
    {
        found = true;
        event = event.and(one.event);
    }
    if found {
        listing.completion(event.key(page.facts().context.as_deref()));
    }
    listing.disguise(&document)?;
    listing.finish("the event's page has no structured data of one event, and none of the configured fields")
}

/// What a field's selector takes: text, or the attribute behind its `@`; then the first group of its pattern.
fn value(document: &Element, name: &str, fields: &Value) -> Result<Option<String>, ExtractError> {
    let Some(definition) = fields.at(&format!("/{name}")) else { return Ok(None) };
    let is_object = definition.kind() == Kind::Object;
    let written = definition.text(if is_object { "/selector" } else { "" }).unwrap_or_default();
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b));
    let (selector, attribute) = match written.rsplit_once('@') {
        Some((selector, attribute)) if is_name(attribute) => (selector.trim(), Some(attribute.to_owned())),
        _ => (written.trim(), None),
    };
    let attribute = attribute.or_else(|| definition.text("/attribute").filter(|_| is_object));
    let link = name.ends_with("_url");
    let take = match attribute {
        Some(attribute) if link => Take::Url(attribute),
        Some(attribute) => Take::Attribute(attribute),
        None if name == "image_url" => Take::Url("src".to_owned()),
        None if link => Take::Url("href".to_owned()),
        None if name == "description" => Take::Lines,
        None => Take::Text,
    };
    let Some(text) = document.first(selector)?.and_then(|element| element.take(&take)) else { return Ok(None) };
    let found = match definition.text("/pattern").filter(|_| is_object) {
        Some(pattern) => capture(&pattern, &text)?,
        None => Some(text),
    };
    Ok(found.filter(|text| !text.trim().is_empty()))
}

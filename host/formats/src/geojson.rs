//! GeoJSON (RFC 7946): a feature an event, at its venue's place, longitude first.

use serde_json::{Value, json};

use crate::{FeedEvent, FormatError, structured::properties};

/// Writes a feature collection event by event, holding only whether a comma is due.
#[derive(Debug, Default)]
pub struct GeoJsonWriter {
    begun: bool,
}

impl GeoJsonWriter {
    /// What comes before the first event.
    #[must_use]
    pub fn begin(&self) -> Vec<u8> {
        br#"{"type":"FeatureCollection","features":["#.to_vec()
    }

    /// One event.
    pub fn row(&mut self, event: &FeedEvent) -> Result<Vec<u8>, FormatError> {
        let mut bytes = if self.begun { b",\n".to_vec() } else { b"\n".to_vec() };
        self.begun = true;
        serde_json::to_writer(&mut bytes, &feature(event))?;
        Ok(bytes)
    }

    /// What comes after the last event.
    #[must_use]
    pub fn end(&self) -> Vec<u8> {
        b"\n]}\n".to_vec()
    }
}

/// The events as one collection.
pub fn geojson(events: &[FeedEvent]) -> Result<Vec<u8>, FormatError> {
    let mut writer = GeoJsonWriter::default();
    let mut bytes = writer.begin();
    for event in events {
        bytes.extend(writer.row(event)?);
    }
    bytes.extend(writer.end());
    Ok(bytes)
}

/// One event. Where its place is not known it has none (section 3.2: a geometry of null).
fn feature(event: &FeedEvent) -> Value {
    let point = |(north, east): (f64, f64)| json!({ "type": "Point", "coordinates": [east, north] });
    json!({
        "type": "Feature",
        "id": event.id,
        "geometry": event.position().map(point),
        "properties": properties(event),
    })
}

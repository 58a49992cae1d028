//! What the platforms' templates share: escaping, clock times as people write them, and instants.

use chrono::{NaiveDateTime, NaiveTime, Timelike};

/// Text as it stands in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A paragraph with this class, or nothing.
pub(crate) fn optional(before: &str, text: &str, after: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{}{after}", escape(text)) }
}

/// `8:00 PM`.
pub(crate) fn twelve_hours(time: NaiveTime) -> String {
    time.format("%-I:%M %p").to_string()
}

/// `8pm`, `8:30pm`.
pub(crate) fn short_hours(time: NaiveTime) -> String {
    time.format(if time.minute() == 0 { "%-I%P" } else { "%-I:%M%P" }).to_string()
}

/// The instant at which a zone's wall clock shows this, as milliseconds since 1970 and as RFC 3339 with the zone's offset.
/// Shows of the demo are in the evening, when no zone turns its clocks.
pub(crate) fn instant(local: NaiveDateTime, zone: &str) -> (i64, String) {
    let known = jiff::tz::TimeZoneDatabase::bundled().get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let text = local.format("%Y-%m-%dT%H:%M:%S").to_string();
    let zoned = text.parse::<jiff::civil::DateTime>().and_then(|civil| civil.to_zoned(known));
    zoned.map_or_else(
        |_| (local.and_utc().timestamp_millis(), format!("{text}Z")),
        |zoned| (zoned.timestamp().as_millisecond(), zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
    )
}

/// A whole page around the part that matters.
pub(crate) fn page(language: &str, title: &str, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n{head}</head>\n\
         <body>\n{body}\n</body>\n</html>\n",
        escape(title)
    )
}

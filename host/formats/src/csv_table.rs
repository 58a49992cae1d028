//! CSV (RFC 4180): an event a row, with names in the first, UTF-8, lines ended by CR LF.
//!
//! Texts go through [`clean::cell`], so that no spreadsheet takes a title for a formula. Amounts are decimals with a point,
//! instants are RFC 3339; what is not known is an empty cell.

use marquee_model::{AgeRestriction, EventTime};

use crate::{
    FeedEvent, FormatError, clean,
    structured::{price_word, role_word, status_word},
};

/// The names of the columns, in order. New ones are added at the end.
pub const COLUMNS: [&str; 45] = [
    "id",
    "title",
    "status",
    "status_since",
    "status_evidence",
    "presumed",
    "missing_since",
    "start_date",
    "start_time",
    "zone",
    "start_utc",
    "doors_date",
    "doors_time",
    "doors_utc",
    "end_date",
    "end_time",
    "end_utc",
    "previous_starts",
    "performers",
    "price_kind",
    "price_min",
    "price_max",
    "price_currency",
    "minimum_age",
    "all_ages",
    "genres",
    "venue_id",
    "venue",
    "room",
    "elsewhere",
    "address",
    "city",
    "state",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "ticket_url",
    "event_url",
    "image_url",
    "url",
    "description",
    "announced_at",
    "updated_at",
    "revision",
];

/// Writes a table row by row, holding nothing between two rows.
#[derive(Debug, Default, Clone, Copy)]
pub struct CsvWriter;

impl CsvWriter {
    /// The row with the names.
    pub fn begin(self) -> Result<Vec<u8>, FormatError> {
        record(COLUMNS.map(str::to_owned))
    }

    /// One event.
    pub fn row(self, event: &FeedEvent) -> Result<Vec<u8>, FormatError> {
        record(cells(event))
    }
}

fn record(cells: [String; COLUMNS.len()]) -> Result<Vec<u8>, FormatError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(|error| FormatError::Io(error.into_error()))
}

fn cells(event: &FeedEvent) -> [String; COLUMNS.len()] {
    let text = |text: Option<&str>| text.map(|text| clean::cell(&clean::line(text))).unwrap_or_default();
    let list = |parts: Vec<String>| clean::cell(&parts.join("; "));
    let shown = |url: Option<&marquee_model::WebUrl>| url.map(ToString::to_string).unwrap_or_default();
    let at = |instant: Option<chrono::DateTime<chrono::Utc>>| instant.map(rfc3339).unwrap_or_default();
    let (doors, end, price, venue) = (event.doors.as_ref(), event.end.as_ref(), event.price.as_ref(), &event.venue);
    let (north, east) = event.position().unzip();
    let number = |degrees: Option<f64>| degrees.map(|degrees| degrees.to_string()).unwrap_or_default();
    let here = |part: &Option<String>| text(part.as_deref().filter(|_| event.elsewhere.is_none()));
    let amount = |money: Option<marquee_model::Money>| money.map(|money| money.to_string()).unwrap_or_default();
    let acts = event.performers.iter().map(|act| format!("{} ({})", clean::line(&act.name), role_word(act.role)));
    [
        event.id.to_string(),
        text(Some(&event.title)),
        status_word(event.standing.status).to_owned(),
        rfc3339(event.standing.since),
        text(Some(&event.standing.evidence)),
        event.standing.presumed.to_string(),
        at(event.standing.missing_since),
        event.start.date.to_string(),
        clock(Some(&event.start)),
        event.start.zone.name().to_owned(),
        at(event.start.utc),
        doors.map(|time| time.date.to_string()).unwrap_or_default(),
        clock(doors),
        at(doors.and_then(|time| time.utc)),
        end.map(|time| time.date.to_string()).unwrap_or_default(),
        clock(end),
        at(end.and_then(|time| time.utc)),
        list(event.earlier_starts.iter().map(moment).collect()),
        list(acts.collect()),
        price.map(|price| price_word(price.kind)).unwrap_or_default().to_owned(),
        amount(price.and_then(|price| price.min)),
        amount(price.and_then(|price| price.max)),
        price.and_then(|price| price.currency).map(|currency| currency.code().to_owned()).unwrap_or_default(),
        minimum_age(event.age),
        event.age.map(|age| (age == AgeRestriction::AllAges).to_string()).unwrap_or_default(),
        list(event.genres.iter().map(|genre| clean::line(genre)).collect()),
        venue.id.to_string(),
        text(Some(&venue.name)),
        text(event.room.as_deref()),
        text(event.elsewhere.as_deref()),
        here(&venue.address),
        here(&venue.city),
        here(&venue.state),
        here(&venue.postal_code),
        here(&venue.country),
        number(north),
        number(east),
        shown(event.ticket_url.as_ref()),
        shown(event.event_url.as_ref()),
        shown(event.image_url.as_ref()),
        event.page.to_string(),
        event.description.as_deref().map(|text| clean::cell(&clean::paragraphs(text))).unwrap_or_default(),
        rfc3339(event.announced_at),
        rfc3339(event.updated_at),
        event.revision.to_string(),
    ]
}

fn clock(time: Option<&EventTime>) -> String {
    time.and_then(|time| time.time).map(|clock| clock.format("%H:%M:%S").to_string()).unwrap_or_default()
}

/// A time in one cell: the wall clock, or the day.
fn moment(time: &EventTime) -> String {
    match time.time {
        Some(clock) => time.date.and_time(clock).format("%Y-%m-%dT%H:%M:%S").to_string(),
        None => time.date.to_string(),
    }
}

fn rfc3339(instant: chrono::DateTime<chrono::Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

fn minimum_age(age: Option<AgeRestriction>) -> String {
    match age {
        Some(AgeRestriction::Minimum(years)) => years.to_string(),
        Some(AgeRestriction::AllAges) | None => String::new(),
    }
}

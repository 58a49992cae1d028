//! Events in the vocabulary of schema.org, as they stand in JSON-LD and microdata.
//!
//! What the published data of venues and platforms really holds is read: one object or a list, texts where objects belong,
//! type names where names belong, HTML in descriptions, midnight for "no time".

use crate::{
    Amounts, Event, Item, Kind, Moment, Price, PriceKind, ReadDate, ReadError, Role, Status, Syntax, Value, clean,
    plain_text, read_age, read_dates_with, read_price,
};

/// How times with an offset are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Offsets {
    /// As written.
    #[default]
    Kept,
    /// The venue's wall clock with a wrong offset, as sites write whose own zone is set to UTC: the offset is left out.
    Ignored,
}

/// An event and what a plugin needs to sort it.
pub struct SchemaEvent {
    /// The event; without a key.
    pub event: Event,
    /// Its own address, as written.
    pub url: Option<String>,
    /// `startDate`, as written.
    pub starts: String,
    /// The names of its locations, the first the nearest.
    pub locations: Vec<String>,
}

/// Types that end in "Event" and are no events that a guest goes to.
const NO_EVENTS: &[&str] = &["PublicationEvent", "BroadcastEvent", "DeliveryEvent", "OnDemandEvent", "UserInteraction"];

/// Names that publishers put where a performer belongs and mean its type.
const TYPE_NAMES: &[&str] = &["organization", "person", "musicgroup", "performinggroup", "thing", "null", "n/a"];

/// Whether an item is an event.
#[must_use]
pub fn is_event(item: &Item) -> bool {
    item.types.iter().any(|kind| {
        (kind.ends_with("Event") || kind == "Festival" || kind == "Hackathon") && !NO_EVENTS.contains(&kind.as_str())
    })
}

/// The items of a JSON document that is JSON-LD itself, not a page around it: lists, graphs, and what holds events.
#[must_use]
pub fn items_of(document: &Value) -> Vec<Item> {
    const DEEPEST: u8 = 6; // list, graph, list element, item, festival, event
    let mut items = Vec::new();
    gather(document, DEEPEST, &mut items);
    items
}

fn gather(value: &Value, deeper: u8, items: &mut Vec<Item>) {
    const HOLDERS: &[&str] =
        &["/@graph", "/itemListElement", "/item", "/mainEntity", "/event", "/events", "/subEvent", "/subEvents"];
    if value.kind() == Kind::Array {
        for member in value.items("") {
            if deeper > 0 {
                gather(&member, deeper - 1, items);
            }
        }
        return;
    }
    let types: Vec<String> = value.texts("/@type").iter().map(|kind| plain_type(kind).to_owned()).collect();
    if !types.is_empty()
        && let Some(data) = value.at("")
    {
        items.push(Item { syntax: Syntax::JsonLd, types, data });
    }
    for holder in HOLDERS {
        if let Some(held) = value.at(holder).filter(|_| deeper > 0) {
            gather(&held, deeper - 1, items);
        }
    }
}

/// `http://schema.org/MusicEvent` without its namespace.
fn plain_type(kind: &str) -> &str {
    kind.rsplit(['/', '#', ':']).next().unwrap_or(kind)
}

/// Reads the events among the items, in their order. Those of one address and start are one; what is only named as the parent
/// of another (`superEvent`) is none of its own.
pub fn events(items: &[Item], offsets: Offsets) -> Result<Vec<SchemaEvent>, ReadError> {
    let found: Vec<&Value> = items.iter().filter(|item| is_event(item)).map(|item| &item.data).collect();
    let parents: Vec<Identity> =
        found.iter().flat_map(|data| data.each("/superEvent")).map(|up| identity(&up)).collect();
    let mut seen: Vec<Identity> = Vec::new();
    let mut kept = Vec::new();
    for data in found {
        let identity = identity(data);
        let child_or_own = !parents.contains(&identity);
        if child_or_own && !seen.contains(&identity) {
            seen.push(identity);
            kept.push(data);
        }
    }
    let dates = read_times(&kept, offsets);
    kept.iter().zip(dates).map(|(data, times)| read(data, times)).collect()
}

/// Address, name and start: what makes two items one event.
type Identity = (Option<String>, Option<String>, Option<String>);

fn identity(data: &Value) -> Identity {
    (address(data), text(data, "/name"), text(data, "/startDate"))
}

fn address(data: &Value) -> Option<String> {
    text(data, "/url").or_else(|| text(data, "/@id").filter(|id| id.starts_with("http")))
}

/// The first filled text at a pointer: itself, the first of a list, or what an object says in `name`, `url` or `@value`.
fn text(data: &Value, pointer: &str) -> Option<String> {
    data.each(pointer).iter().find_map(|value| value.first_filled(&["", "/@value", "/name", "/url", "/@id"]))
}

/// Start, end, doors.
type Times = [ReadDate; 3];

/// All times of all events in one crossing.
fn read_times(events: &[&Value], offsets: Offsets) -> Vec<Times> {
    let mut texts = Vec::with_capacity(events.len() * 3);
    for data in events {
        let wall = |pointer: &str| {
            let text = text(data, pointer).unwrap_or_default();
            if offsets == Offsets::Ignored { without_offset(&text).to_owned() } else { text }
        };
        let start = wall("/startDate");
        let end = wall("/endDate");
        // A door time without a day is that of the start.
        let doors = match wall("/doorTime") {
            time if time.contains(':') && !time.contains('-') && !time.contains('T') => {
                let day = start.split('T').next().unwrap_or_default();
                format!("{day} {time}")
            }
            full => full,
        };
        texts.extend([start, end, doors]);
    }
    let read = read_dates_with(texts, &crate::DateHints::alone());
    let mut read = read.into_iter();
    let mut times = Vec::with_capacity(events.len());
    while let (Some(mut start), Some(mut end), Some(doors)) = (read.next(), read.next(), read.next()) {
        if is_whole_day(&start.raw, &end.raw)
            && let Some(day) = Moment::on(&start.raw, None)
        {
            let last = Moment::on(&end.raw, None).filter(|_| start.raw.get(..10) != end.raw.get(..10));
            end = last
                .map_or_else(|| ReadDate::unreadable(&end.raw, "the same day"), |last| ReadDate::of(&end.raw, last));
            start = ReadDate::of(&start.raw, day);
        }
        times.push([start, end, doors]);
    }
    times
}

/// Midnight to midnight, or to a minute before, or to nowhere, is how calendars write "no time". Not in UTC: there it is an
/// evening in America.
fn is_whole_day(start: &str, end: &str) -> bool {
    let clock = |text: &str| text.split_once('T').map(|(_, clock)| clock.to_owned());
    let utc = |clock: &str| clock.ends_with('Z') || clock.ends_with("+00:00") || clock.ends_with("+0000");
    let Some(starts) = clock(start) else { return false };
    let ends = clock(end).unwrap_or_default();
    starts.starts_with("00:00")
        && !utc(&starts)
        && (ends.is_empty() || ends.starts_with("23:59") || ends.starts_with("00:00"))
}

/// `2026-05-01T20:00:00+00:00` without its offset.
fn without_offset(text: &str) -> &str {
    let Some((day, clock)) = text.split_once('T') else { return text };
    let end = clock.find(['+', '-', 'Z', 'z']).unwrap_or(clock.len());
    text.get(..day.len() + 1 + end).unwrap_or(text)
}

fn read(data: &Value, [start, end, doors]: Times) -> Result<SchemaEvent, ReadError> {
    let locations: Vec<String> = data
        .each("/location")
        .iter()
        .flat_map(|place| {
            let names = [place.first_filled(&["", "/name"]), place.filled("/containedInPlace/name")];
            names.into_iter().flatten()
        })
        .map(|name| clean(&name))
        .collect();
    let url = address(data);
    let mut event = Event::new(text(data, "/name").map(|name| title(&name)))
        .when(&start)
        .end(end.start().cloned())
        .doors(doors.start().cloned())
        .event_url(url.as_deref())
        .image_url(image(data))
        .description(text(data, "/description").map(|words| plain_text(&words)).transpose()?)
        .age(text(data, "/typicalAgeRange").and_then(|words| read_age(&words)));
    event = offers(data, event).status(status(data));
    for performer in data.each("/performer").iter().chain(&data.each("/performers")) {
        let name = performer.first_filled(&["", "/name", "/name/0"]).map(|name| clean(&name));
        event =
            event.performer(name.filter(|name| !TYPE_NAMES.contains(&name.to_lowercase().as_str())), Role::Performer);
    }
    for genre in data.texts("/genre") {
        event = event.genre(genre);
    }
    Ok(SchemaEvent { event, url, starts: start.raw, locations })
}

/// A name made presentable. Publishers that write it into a script first leave the escapes of its quotes in it.
fn title(name: &str) -> String {
    clean(name).replace("\\'", "'").replace("\\\"", "\"")
}

fn image(data: &Value) -> Option<String> {
    data.each("/image").iter().find_map(|image| image.first_filled(&["", "/url", "/contentUrl", "/@id"]))
}

fn status(data: &Value) -> Option<Status> {
    let word = text(data, "/eventStatus")?;
    let word = word.rsplit(['/', '#', ':']).next().unwrap_or_default().to_lowercase();
    match word.as_str() {
        "eventcancelled" | "eventcanceled" | "cancelled" | "canceled" => Some(Status::Cancelled),
        "eventpostponed" | "postponed" => Some(Status::Postponed),
        "eventrescheduled" | "rescheduled" => Some(Status::Rescheduled),
        "eventmovedonline" => Some(Status::Moved),
        _ => None, // "scheduled" is what every template writes, also of events whose title says otherwise
    }
}

/// Price, ticket address and "sold out" from the offers.
fn offers(data: &Value, mut event: Event) -> Event {
    // An AggregateOffer may hold the offers that it sums up.
    let mut offers: Vec<Value> = data.each("/offers");
    let inner: Vec<Value> = offers.iter().flat_map(|offer| offer.each("/offers")).collect();
    offers.extend(inner);
    let mut range = Range::default();
    let mut currency = None;
    let mut sold_out = !offers.is_empty();
    for offer in &offers {
        let own = text(offer, "/priceCurrency").or_else(|| text(offer, "/priceSpecification/priceCurrency"));
        currency = currency.or(own);
        for pointer in [
            "/price",
            "/lowPrice",
            "/highPrice",
            "/priceSpecification/price",
            "/priceSpecification/minPrice",
            "/priceSpecification/maxPrice",
        ] {
            if let Some(amount) = text(offer, pointer) {
                range.add(&amount, currency.as_deref());
            }
        }
        let availability = text(offer, "/availability").unwrap_or_default();
        sold_out &= availability.ends_with("SoldOut");
        event = event.ticket_url(text(offer, "/url"));
    }
    let free = data.flag("/isAccessibleForFree");
    event.price(range.price(currency, free)).status(sold_out.then_some(Status::SoldOut))
}

/// The amounts of several offers.
#[derive(Default)]
struct Range {
    amounts: Amounts,
    /// What was no plain number, read by the host.
    words: Option<Price>,
}

impl Range {
    fn add(&mut self, amount: &str, currency: Option<&str>) {
        if !self.amounts.add_decimal(amount) {
            self.words = self.words.take().or_else(|| read_price(amount, currency));
        }
    }

    fn price(self, currency: Option<String>, free: bool) -> Option<Price> {
        let nothing_to_pay = Price { kind: PriceKind::Free, min: None, max: None, currency: None, text: None };
        self.amounts.price(currency).or(self.words).or_else(|| free.then_some(nothing_to_pay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_no_time_unless_it_is_in_utc() {
        assert!(is_whole_day("2026-05-01T00:00:00-04:00", "2026-05-01T23:59:59-04:00"));
        assert!(is_whole_day("2026-05-01T00:00", ""));
        assert!(!is_whole_day("2026-05-01T00:00:00Z", ""));
        assert!(!is_whole_day("2026-05-01T00:00:00-04:00", "2026-05-01T03:00:00-04:00"));
        assert!(!is_whole_day("2026-05-01", ""));
    }

    #[test]
    fn a_wrong_offset_can_be_left_out() {
        assert_eq!(without_offset("2026-05-01T20:00:00+00:00"), "2026-05-01T20:00:00");
        assert_eq!(without_offset("2026-05-01T20:00:00.000Z"), "2026-05-01T20:00:00.000");
        assert_eq!(without_offset("2026-05-01"), "2026-05-01");
    }
}

//! Answers of the interface that group pages use, and of Studio's: a list of events with their sales and tiers.

use marquee_sdk::{
    Amounts, Event, ExtractError, Extraction, Kind, Listing, Moment, Page, Price, ReadDate, Status, Value, address,
    clean, plain_text, read_dates_with,
};

use crate::{
    NEXT,
    found::{Found, collect, key_of},
};

/// Where an answer holds its events: it is a list, or has one.
const LISTS: &[&str] = &["", "/events", "/data", "/data/events", "/data/items", "/data/results", "/results"];
/// A moment is a number of milliseconds or a text, under the names of either interface. Those that hold a zone come first.
const STARTS: &[&str] = &["/formattedISOStartDate", "/startDate", "/start_date", "/start_time"];
const ENDS: &[&str] = &["/formattedISOEndDate", "/endDate", "/end_date", "/end_time"];
const DOORS: &[&str] = &["/doorsDate", "/doors_date", "/doorTime", "/door_time"];

/// Reads an answer.
pub(crate) fn read(mut listing: Listing, page: &Page, answer: &Value) -> Result<Extraction, ExtractError> {
    let lists = LISTS.iter().filter_map(|at| answer.at(at)).filter(|list| list.kind() == Kind::Array);
    let list = lists.into_iter().next();
    let all = list.as_ref().map(|list| list.items("")).unwrap_or_default();
    let items: Vec<Value> = all.into_iter().filter(|item| item.first_filled(STARTS).is_some()).collect();
    let texts = items.iter().flat_map(|item| [STARTS, ENDS, DOORS].map(|at| item.first_filled(at).unwrap_or_default()));
    let mut times = read_dates_with(texts.collect(), &marquee_sdk::DateHints::alone()).into_iter();
    let mut found = Vec::with_capacity(items.len());
    for item in &items {
        let (Some(start), Some(end), Some(doors)) = (times.next(), times.next(), times.next()) else { break };
        found.push(event(item, &moment(start), &moment(end), &moment(doors))?);
    }
    collect(&mut listing, page, found)?;
    let url = &page.facts().url;
    let number = ["page", "page_number"]
        .into_iter()
        .find_map(|name| Some((name, address::parameter(url, name)?.parse::<u32>().ok()?)));
    if let Some((name, number)) = number.filter(|_| !items.is_empty()) {
        // The last page is the one behind it, which is empty.
        let next = number.saturating_add(1).to_string();
        listing.follow(&address::with_parameter(url, name, &next), NEXT, None);
    }
    if list.is_some_and(|list| list.items("").is_empty()) {
        listing.empty("[]", "");
    }
    if let Some(message) = answer.first_filled(&["/message", "/error/message", "/error", "/description"]) {
        listing.elsewhere(&format!("an error of Tixr's interface: {message}"));
    }
    listing.finish("the JSON is no answer of Tixr: no list of events with `name` and a start")
}

/// A number of milliseconds, else what the host read.
fn moment(read: ReadDate) -> ReadDate {
    const SECONDS_END: i64 = 100_000_000_000; // smaller numbers are seconds until the year 5138, and milliseconds of 1973
    match read.raw.trim().parse::<i64>() {
        Ok(number) if number < SECONDS_END => ReadDate::of(&read.raw, Moment::Instant(number.saturating_mul(1000))),
        Ok(number) => ReadDate::of(&read.raw, Moment::Instant(number)),
        Err(_) => read,
    }
}

fn event(item: &Value, start: &ReadDate, end: &ReadDate, doors: &ReadDate) -> Result<Found, ExtractError> {
    let url = item.first_filled(&["/url", "/shortUrl", "/short_url"]);
    let words = item.first_filled(&["/description", "/subtitle"]).map(|words| plain_text(&words)).transpose()?;
    let event = Event::new(item.first_filled(&["/name", "/title"]).map(|title| clean(&title)))
        .when(start)
        .end(end.start().cloned())
        .doors(doors.start().cloned())
        .ticket_url(item.first_filled(&["/purchaseUrl", "/purchase_url"]).or_else(|| url.clone()))
        .event_url(url.as_deref())
        .image_url(item.first_filled(&["/flyer_url", "/flyerUrl", "/imageUrl", "/image_url", "/mobileImageUrl"]))
        .age_words(item.first_filled(&["/ageRestriction", "/age_restriction", "/ages"]))
        .description(words)
        .price(price(item))
        .status(status(item));
    let key = item.filled("/id").or_else(|| url.map(|url| key_of(&url))).unwrap_or_default();
    let named = ["/venue/name", "/location/name", "/venue_name"].iter().filter_map(|at| item.filled(at));
    Ok(Found { event, key, locations: named.map(|name| clean(&name)).collect() })
}

/// What stands for tickets that everybody can buy, or could before they were gone.
fn sales(item: &Value) -> Vec<Value> {
    const NOT_PUBLIC: &[&str] = &["HIDE", "HIDDEN", "PRIVATE", "LOCKED"];
    let state = |sale: &Value| sale.filled("/state").unwrap_or_default().to_uppercase();
    item.items("/sales").into_iter().filter(|sale| !NOT_PUBLIC.contains(&state(sale).as_str())).collect()
}

/// The price of the tiers, before fees where they are told apart. Tiers that are gone are written as 0, which is no price.
fn price(item: &Value) -> Option<Price> {
    let mut amounts = Amounts::new();
    for sale in sales(item) {
        let open = sale.filled("/state").is_none_or(|state| state.eq_ignore_ascii_case("open"));
        let base = sale.first_filled(&["/priceRegulationBreakout/basePrice", "/base_price"]);
        for tier in sale.items("/tiers") {
            let amount = base.clone().or_else(|| tier.first_filled(&["/price", "/face_value"])).unwrap_or_default();
            let nothing = amount.chars().all(|c| matches!(c, '0' | '.'));
            if open || !nothing {
                amounts.add_decimal(&amount);
            }
        }
    }
    amounts.price(item.first_filled(&["/currencies/0", "/currency"]))
}

fn status(item: &Value) -> Option<Status> {
    let word = item.filled("/status").unwrap_or_default().to_lowercase();
    if word.contains("cancel") {
        return Some(Status::Cancelled);
    }
    if word.contains("postpone") {
        return Some(Status::Postponed);
    }
    let sales = sales(item);
    let gone = |sale: &Value| sale.filled("/state").is_some_and(|state| state.eq_ignore_ascii_case("sold_out"));
    let sold_out = !sales.is_empty() && sales.iter().all(gone);
    (sold_out || word == "sold_out" || word == "sold out").then_some(Status::SoldOut)
}

//! One result of the interface, and which results are events of this source.

use marquee_sdk::{
    Amounts, Configuration, DateHints, Event, ExtractError, Kind, Listing, Moment, Page, Price, PriceKind, ReadDate,
    Role, Severity, Status, Value, clean, plain_text, read_dates_with, read_performers,
};

/// Start, end and doors stand in this order.
const TIMES: [&str; 3] = ["/starts_on", "/ends_on", "/opens_at"];

/// Collects the events among the results.
pub(crate) fn collect(listing: &mut Listing, page: &Page, items: &[Value]) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let (mut elsewhere, mut unwanted) = (Vec::new(), 0_usize);
    let mut kept = Vec::with_capacity(items.len());
    let lower =
        |name: &str| -> Vec<String> { configuration.texts(name).iter().map(|text| text.to_lowercase()).collect() };
    let (locations, not_titles) = (lower("locations"), lower("not_titles"));
    for item in items {
        let title = item.filled("/name").unwrap_or_default().to_lowercase();
        let place = item.first_filled(&["/location/name", "/venue/name"]).unwrap_or_default();
        let has = |texts: &[String], text: &str| texts.iter().any(|wanted| text.contains(wanted));
        // Results of the discovery interface may be products and memberships.
        let other_thing = item.filled("/type").is_some_and(|kind| kind != "event" && !kind.is_empty())
            || item.filled("/show_on_calendar").is_some_and(|shown| shown == "false");
        if other_thing || has(&not_titles, &title) {
            unwanted += 1;
        } else if !locations.is_empty() && !place.is_empty() && !has(&locations, &place.to_lowercase()) {
            elsewhere.push(place);
        } else {
            kept.push(item);
        }
    }
    let texts = kept.iter().flat_map(|item| TIMES.map(|time| item.filled(time).unwrap_or_default())).collect();
    let mut times = read_dates_with(texts, &DateHints::alone()).into_iter();
    for item in &kept {
        let (Some(start), Some(end), Some(doors)) = (times.next(), times.next(), times.next()) else { break };
        listing.event(event(item, &configuration, start, &end, &doors)?);
    }
    if unwanted > 0 {
        let message = format!("{unwanted} results are no events: products, hidden ones, or named by `not_titles`");
        listing.remark(Severity::Info, "entries-skipped", &message);
    }
    if !elsewhere.is_empty() {
        listing.remark(Severity::Info, "other-locations", &format!("{} events are elsewhere", elsewhere.len()));
        if kept.is_empty() {
            let at = elsewhere.join(", ");
            return Err(ExtractError::missing(&format!("an event at a configured location, among {at}"), "/location"));
        }
    }
    Ok(())
}

fn event(
    item: &Value,
    configuration: &Configuration,
    start: ReadDate,
    end: &ReadDate,
    doors: &ReadDate,
) -> Result<Event, ExtractError> {
    let url = item
        .filled("/frontend_details_url")
        .or_else(|| item.filled("/slug").map(|slug| format!("https://www.showpass.com/{slug}/")));
    let words = item.first_filled(&["/description", "/description_without_html"]);
    let words = words.map(|words| plain_text(&words)).transpose()?;
    let title = item.filled("/name").map(|title| clean(&title));
    let mut event = Event::new(title.as_deref())
        .key(item.first_filled(&["/id", "/item_id", "/slug"]))
        .when(&settled(item, start))
        .end(end.start().cloned())
        .doors(doors.start().cloned())
        .ticket_url(item.filled("/external_link"))
        .ticket_url(url.as_deref())
        .event_url(url)
        .image_url(item.first_filled(&["/image_banner", "/image", "/thumbnail"]))
        .description(words)
        .status(status(item))
        .price(prices(item));
    for restriction in item.items("/restrictions") {
        event = event.age_words(restriction.first_filled(&["", "/name", "/description"]));
    }
    if configuration.flag("rooms") {
        event = event.room(item.filled("/location/name"));
    }
    Ok(bill(event, item, title.as_deref().unwrap_or_default()))
}

/// The start as far as it is settled: an event may be announced for a day, or for a time not yet known.
fn settled(item: &Value, start: ReadDate) -> ReadDate {
    let open = item.filled("/date_time_to_be_determined").filter(|open| open != "false").unwrap_or_default();
    let open = open.to_lowercase();
    match (open.contains("time") && !open.contains("date"), open.is_empty()) {
        (_, true) => start,
        (true, false) => {
            let local = item.filled("/local_starts_on").unwrap_or_default();
            Moment::on(&local, None).map_or_else(|| start.clone(), |day| ReadDate::of(&local, day))
        }
        (false, false) => ReadDate::unreadable("", "its date is still to be determined"),
    }
}

fn status(item: &Value) -> Option<Status> {
    let word = item.filled("/status").unwrap_or_default();
    if word.contains("cancel") {
        return Some(Status::Cancelled);
    }
    if word.contains("postpone") {
        return Some(Status::Postponed);
    }
    let sold_out = ["/sold_out", "/inventory_sold_out", "/public_inventory_sold_out"];
    sold_out.iter().any(|flag| item.flag(flag)).then_some(Status::SoldOut)
}

/// What the tickets cost that are open to everybody. The discovery interface calls them `sub_items`.
fn prices(item: &Value) -> Option<Price> {
    let mut amounts = Amounts::new();
    let mut choose = false;
    for ticket in item.items("/ticket_types").iter().chain(&item.items("/sub_items")) {
        if ticket.flag("/is_password_protected") {
            continue;
        }
        if ticket.at("/pay_what_you_can_configuration").is_some_and(|how| how.kind() == Kind::Object) {
            choose = true;
        }
        amounts.add_decimal(&ticket.filled("/price").unwrap_or_default());
    }
    let currency = item.first_filled(&["/currency", "/venue/currency"]);
    let price = amounts.price(currency)?;
    Some(if choose { Price { kind: PriceKind::PayWhatYouCan, ..price } } else { price })
}

/// The acts that the organiser named, where they are at least as many as the title names: most events name only their first.
fn bill(mut event: Event, item: &Value, title: &str) -> Event {
    let named: Vec<String> = item.items("/artists").iter().filter_map(|artist| artist.filled("/name")).collect();
    if named.len() > 1 && named.len() >= read_performers(title).len() {
        for name in named {
            event = event.performer(clean(&name), Role::Performer);
        }
    }
    event
}

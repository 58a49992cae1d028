//! An event of the API.

use marquee_sdk::{
    Amounts, Configuration, DateHints, Event, ExtractError, Moment, Page, PriceKind, ReadDate, Role, Status, Value,
    clean, plain_text, prose::place_name, read_age, read_dates_with,
};

/// Genres that say that there is none.
const NO_GENRES: &[&str] = &["undefined", "other", "miscellaneous"];

/// The event; nothing where its date is to be announced.
pub(crate) fn of(item: &Value, page: &Page, configuration: &Configuration) -> Result<Option<Event>, ExtractError> {
    let Some(start) = start(item, page) else { return Ok(None) };
    let url = item.filled("/url");
    let place = place_name(venue(item).as_deref());
    let told =
        ["/description", "/info", "/additionalInfo", "/pleaseNote"].iter().filter_map(|pointer| item.filled(pointer));
    let description = plain_text(&told.collect::<Vec<_>>().join("\n"))?;
    let mut event = Event::new(item.filled("/name").map(|name| clean(&name)))
        .key(item.filled("/id"))
        .when(&start)
        .doors(moment(item, "/doorsTimes", page))
        .end(end(item, page))
        .status(status(item))
        .ticket_url(url.as_deref())
        .event_url(url.as_deref())
        .image_url(image(item));
    event = match configuration.text("location").as_deref() {
        Some("room") => event.room(place),
        Some("venue") => event.venue(place),
        _ => event,
    };
    // The API says that an age is enforced; which one stands in its prose.
    if item.flag("/ageRestrictions/legalAgeEnforced") {
        event = event.age(read_age(&description));
    }
    for pointer in ["/classifications/0/genre/name", "/classifications/0/subGenre/name"] {
        let genre = item.filled(pointer).filter(|genre| !NO_GENRES.contains(&genre.to_lowercase().as_str()));
        event = event.genre(genre);
    }
    event = acts(item).into_iter().fold(event, |event, (name, role)| event.performer(name, role));
    Ok(Some(price(item, event).description(description)))
}

/// The name of the first venue.
pub(crate) fn venue(item: &Value) -> Option<String> {
    item.filled("/_embedded/venues/0/name")
}

/// The start: the day alone where the time is to be announced, or means nothing.
fn start(item: &Value, page: &Page) -> Option<ReadDate> {
    let flag = |name: &str| item.flag(&format!("/dates/start/{name}"));
    if flag("dateTBA") || flag("dateTBD") {
        return None;
    }
    let day = item.filled("/dates/start/localDate");
    let raw = item.first_filled(&["/dates/start/localDate", "/dates/start/dateTime"])?;
    let moment = match day {
        Some(day) if flag("timeTBA") || flag("noSpecificTime") => Moment::on(&day, None),
        _ => moment(item, "/dates/start", page),
    };
    Some(moment.map_or_else(
        || ReadDate::unreadable(&raw, "it is no day of the form YYYY-MM-DD"),
        |moment| ReadDate::of(&raw, moment),
    ))
}

/// A time on the venue's wall clock, where that is the source's; else as an instant.
fn moment(item: &Value, pointer: &str, page: &Page) -> Option<Moment> {
    let text = |name: &str| item.filled(&format!("{pointer}/{name}"));
    let zone = item.first_filled(&["/dates/timezone", "/_embedded/venues/0/timezone"]);
    let own = zone.is_none_or(|zone| zone == page.facts().zone);
    let instant = || {
        let read = read_dates_with(vec![text("dateTime")?], &DateHints::alone());
        read.into_iter().next()?.start().cloned()
    };
    let local = || Moment::on(&text("localDate")?, text("localTime").as_deref());
    if own { local().or_else(instant) } else { instant().or_else(local) }
}

/// The end, unless it is a guess of the API's.
fn end(item: &Value, page: &Page) -> Option<Moment> {
    let guessed = item.flag("/dates/end/approximate");
    let end = moment(item, "/dates/end", page).filter(|_| !guessed)?;
    let flagged = item.flag("/dates/end/noSpecificTime");
    match end {
        Moment::Local(local) if flagged => Some(Moment::Date(local.date)),
        // Without a time it says something only where it is another day.
        Moment::Date(_) if item.filled("/dates/end/localDate") == item.filled("/dates/start/localDate") => None,
        other => Some(other),
    }
}

fn status(item: &Value) -> Option<Status> {
    match item.filled("/dates/status/code")?.to_lowercase().as_str() {
        "cancelled" | "canceled" => Some(Status::Cancelled),
        "postponed" => Some(Status::Postponed),
        "rescheduled" => Some(Status::Rescheduled),
        _ => None, // `onsale` and `offsale` speak of the sale: what is off sale may not be on sale yet
    }
}

/// The widest picture that is the event's own.
fn image(item: &Value) -> Option<String> {
    let images = item.items("/images");
    let width = |image: &&Value| (!image.flag("/fallback"), image.integer("/width").unwrap_or(0));
    images.iter().max_by_key(width).and_then(|image| image.filled("/url"))
}

/// The attractions: the first is what the night is about, unless it is a festival.
fn acts(item: &Value) -> Vec<(String, Role)> {
    let attractions = item.items("/_embedded/attractions");
    let is_festival = item.items("/classifications").iter().any(|kind| {
        let names = ["/subType/name", "/type/name", "/subGenre/name"].iter().filter_map(|pointer| kind.filled(pointer));
        names.into_iter().any(|name| name.to_lowercase().contains("festival"))
    });
    let names = attractions.iter().filter_map(|attraction| attraction.filled("/name"));
    let role = |at: usize| match (is_festival, at) {
        (true, _) => Role::Performer,
        (false, 0) => Role::Headliner,
        (false, _) => Role::Support,
    };
    names.enumerate().map(|(at, name)| (clean(&name), role(at))).collect()
}

/// The standard prices, those without fees first; else all that are told.
fn price(item: &Value, event: Event) -> Event {
    let ranges = item.items("/priceRanges");
    let kinds = ["standard", "standard including fees"];
    let of = |wanted: Option<&str>| -> Vec<&Value> {
        let fits = |range: &&Value| wanted.is_none_or(|wanted| range.filled("/type").as_deref() == Some(wanted));
        ranges.iter().filter(fits).collect()
    };
    let chosen = kinds.iter().map(|kind| of(Some(kind))).find(|found| !found.is_empty()).unwrap_or_else(|| of(None));
    let mut amounts = Amounts::new();
    let mut currency = None;
    for range in chosen {
        for pointer in ["/min", "/max"] {
            if let Some(amount) = range.filled(pointer) {
                amounts.add_decimal(&amount);
            }
        }
        currency = currency.or_else(|| range.filled("/currency"));
    }
    // A price of nothing is how the API writes that it is not known.
    event.price(amounts.price(currency).filter(|price| price.kind != PriceKind::Free))
}

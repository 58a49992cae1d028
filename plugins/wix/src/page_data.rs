//! What a Wix page begins with: for each widget of the Events app the events that it shows first.

use marquee_sdk::{
    Amounts, DateHints, Event, ExtractError, Kind, Listing, Moment, Price, ReadDate, Severity, Status, Value, clean,
    plain_text, read_dates_with, read_price,
};

/// Where a widget's data has its events, and where one whose page is the event's own.
const LISTS: &[&str] = &["/events/events", "/upcomingEvents/events", "/calendarEvents/events"];
const SINGLE: &[&str] = &["/event/event", "/event", "/eventData/event"];

/// A widget's data.
pub(crate) struct Widget {
    data: Value,
    /// Whether it lists events, be it none.
    pub(crate) lists: bool,
    pub(crate) events: Vec<Value>,
    /// The event of its own page.
    pub(crate) single: Vec<Value>,
}

/// The widgets of a page that tell of events.
pub(crate) fn widgets(data: &Value) -> Vec<Widget> {
    let mut widgets = Vec::new();
    for app in data.items("/appsWarmupData").into_iter().filter(|app| app.kind() == Kind::Object) {
        for widget in app.items("").into_iter().filter(|widget| widget.kind() == Kind::Object) {
            let held: Vec<Value> = LISTS.iter().filter_map(|at| widget.at(at)).collect();
            let held: Vec<Value> = held.into_iter().filter(|list| list.kind() == Kind::Array).collect();
            let events: Vec<Value> = held.iter().flat_map(|list| list.items("")).filter(is_event).collect();
            let single: Vec<Value> = SINGLE.iter().filter_map(|at| widget.at(at)).filter(is_event).take(1).collect();
            // Of another app with a list of that name nothing is known.
            let lists = !events.is_empty() || (!held.is_empty() && widget.at("/siteSettings").is_some());
            if lists || !single.is_empty() {
                widgets.push(Widget { lists, events, single, data: widget });
            }
        }
    }
    widgets
}

/// The events of an answer of Wix's interface.
pub(crate) fn list(answer: &Value) -> Vec<Value> {
    let mut items: Vec<Value> = ["", "/events", "/events/events"].iter().flat_map(|at| array(answer, at)).collect();
    items.retain(is_event);
    items
}

fn array(value: &Value, pointer: &str) -> Vec<Value> {
    value.at(pointer).filter(|list| list.kind() == Kind::Array).map(|list| list.items("")).unwrap_or_default()
}

fn is_event(item: &Value) -> bool {
    item.at("/title").is_some() && (item.at("/scheduling").is_some() || item.at("/dateAndTimeSettings").is_some())
}

impl Widget {
    /// The path of events' own pages.
    pub(crate) fn details_path(&self) -> Option<String> {
        self.data.first_filled(&["/siteSettings/settings/detailsPagePath", "/siteSettings/detailsPagePath"])
    }

    pub(crate) fn remark(&self, listing: &mut Listing) {
        if self.data.flag("/events/hasMore") && !self.events.is_empty() {
            let message =
                "the widget shows its first events; further ones come by a button that asks Wix with a key of the page";
            listing.remark(Severity::Warning, "more-events", message);
        }
    }
}

/// An event, and what sorts it.
pub(crate) struct Told {
    pub(crate) event: Event,
    /// Name, then address.
    pub(crate) locations: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// Its own page, where it has one.
    pub(crate) page: Option<String>,
}

/// Reads an event. `base`: the site's address; `path`: where the events' own pages stand below it.
pub(crate) fn event(item: &Value, base: &str, path: Option<&str>) -> Result<Told, ExtractError> {
    let page = own_page(item, base, path);
    let words = ["/description", "/shortDescription", "/about", "/detailedDescription"];
    let words = item.first_filled(&words).map(|words| plain_text(&words)).transpose()?;
    let (start, end) = times(item);
    let external = item.first_filled(&["/registration/external/registration", "/registration/external/url"]);
    let event = Event::new(item.filled("/title").map(|title| clean(&title)))
        .key(item.filled("/id"))
        .when(&start)
        .end(end)
        .ticket_url(external.filter(|_| registration(item) == Registration::External))
        .ticket_url(page.as_deref().filter(|_| registration(item) == Registration::Tickets))
        .event_url(page.as_deref())
        .image_url(item.first_filled(&["/mainImage/url", "/mainImage"]).filter(|url| url.starts_with("http")))
        .description(words)
        .price(price(item))
        .status(status(item));
    let names = |at: &str| item.filled(at).map(|name| clean(&name));
    let addresses =
        ["/location/address", "/location/fullAddress/formattedAddress", "/location/address/formattedAddress"];
    let locations = names("/location/name").into_iter().chain(addresses.iter().find_map(|at| names(at))).collect();
    let lists = array(item, "/categories").into_iter().chain(array(item, "/categories/categories"));
    let categories =
        lists.filter_map(|category| category.first_filled(&["/name", ""])).map(|name| clean(&name)).collect();
    Ok(Told { event, locations, categories, page })
}

/// The address of an event's own page, unless the site has taken it away.
fn own_page(item: &Value, base: &str, path: Option<&str>) -> Option<String> {
    let hidden = ["/eventDisplaySettings/hideEventDetailsPage", "/eventDisplaySettings/hideDetailsPage"];
    if hidden.iter().any(|flag| item.flag(flag)) {
        return None;
    }
    if let Some(told) = item.at("/eventPageUrl") {
        return told.filled("").or_else(|| Some(format!("{}{}", told.filled("/base")?, told.filled("/path")?)));
    }
    let (path, slug) = (path?, item.filled("/slug")?);
    Some(format!("{base}/{}/{slug}", path.trim_matches('/')))
}

/// How one takes part. Wix writes numbers or, in newer data, words.
#[derive(PartialEq, Eq)]
enum Registration {
    Tickets,
    External,
    Other,
}

fn registration(item: &Value) -> Registration {
    match item.first_filled(&["/registration/type", "/registration/initialType"]).unwrap_or_default().as_str() {
        "2" | "TICKETS" | "TICKETING" => Registration::Tickets,
        "3" | "EXTERNAL" => Registration::External,
        _ => Registration::Other,
    }
}

/// Start and end. An end that the site does not show is the one that Wix suggested.
fn times(item: &Value) -> (ReadDate, Option<Moment>) {
    let open = ["/scheduling/config/scheduleTbd", "/scheduling/scheduleTbd", "/dateAndTimeSettings/dateAndTimeTbd"];
    if open.iter().any(|flag| item.flag(flag)) {
        let said = item.first_filled(&["/scheduling/config/scheduleTbdMessage", "/scheduling/formatted"]);
        return (ReadDate::unreadable(&said.unwrap_or_default(), "its date is still to be determined"), None);
    }
    let starts = ["/scheduling/config/startDate", "/scheduling/startDate", "/dateAndTimeSettings/startDate"];
    let ends = ["/scheduling/config/endDate", "/scheduling/endDate", "/dateAndTimeSettings/endDate"];
    let hidden = ["/scheduling/config/endDateHidden", "/scheduling/endDateHidden", "/dateAndTimeSettings/hideEndDate"];
    let texts = [starts, ends].map(|at| item.first_filled(&at).unwrap_or_default());
    let mut read = read_dates_with(texts.to_vec(), &DateHints::alone()).into_iter();
    let start = read.next().unwrap_or_else(|| ReadDate::unreadable("", "it has no date"));
    let end = read.next().and_then(|end| end.start().cloned());
    (start, end.filter(|_| !hidden.iter().any(|flag| item.flag(flag))))
}

/// What tickets cost that Wix sells itself; events with another kind of registration keep numbers of a former one.
fn price(item: &Value) -> Option<Price> {
    if registration(item) != Registration::Tickets {
        return None;
    }
    let ticketing = ["/registration/ticketing", "/registration/tickets"].iter().find_map(|at| item.at(at))?;
    let mut amounts = Amounts::new();
    let low = ["/lowestTicketPrice/amount", "/lowestTicketPrice/value", "/lowestPrice"];
    let high = ["/highestTicketPrice/amount", "/highestTicketPrice/value", "/highestPrice"];
    for amounts_at in [low, high] {
        if let Some(amount) = ticketing.first_filled(&amounts_at) {
            amounts.add_decimal(&amount);
        }
    }
    let currency = ticketing.first_filled(&["/lowestTicketPrice/currency", "/currency"]);
    let printed = ticketing.first_filled(&["/lowestTicketPriceFormatted", "/lowestPriceFormatted"]);
    amounts.price(currency.clone()).or_else(|| read_price(&printed?, currency.as_deref()))
}

fn status(item: &Value) -> Option<Status> {
    match item.filled("/status").unwrap_or_default().to_uppercase().as_str() {
        "3" | "CANCELED" | "CANCELLED" => return Some(Status::Cancelled),
        "POSTPONED" => return Some(Status::Postponed),
        _ => {}
    }
    let sold_out = ["/registration/ticketing/soldOut", "/registration/tickets/soldOut"];
    let gone = registration(item) == Registration::Tickets && sold_out.iter().any(|flag| item.flag(flag));
    gone.then_some(Status::SoldOut)
}

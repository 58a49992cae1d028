//! Tockify calendars: the answers of `/api/ngevent`, and pages that embed a calendar (see README.md).

use marquee_sdk::{
    Configuration, Date, Description, Event, ExtractError, Extraction, Extractor, Kind, Listing, Moment, Page,
    ReadDate, Severity, Status, Value, address, clean, day_of, plain_text,
};

/// The plugin.
pub struct Tockify;

/// The kind of further pages of a calendar, and of an answer that a page with the calendar led to.
const NEXT: &str = "next";
/// Where the interface stands.
const EVENTS: &str = "https://tockify.com/api/ngevent";
/// Events asked for at once; `hasNext` tells whether there are more.
const AT_ONCE: &str = "200";
/// Milliseconds by which a day begins earlier in the easternmost zone than in UTC.
const EARLIEST_MIDNIGHT: i64 = 14 * 60 * 60 * 1000;
/// Milliseconds of a day in UTC.
const DAY: i64 = 24 * 60 * 60 * 1000;

impl Extractor for Tockify {
    fn describe() -> Description {
        Description::new("tockify", env!("CARGO_PKG_VERSION"), "Tockify calendars, by their interface.")
            .reads(&["/api/ngevent answers", "pages that embed a Tockify calendar"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            match page.configuration().text("calendar") {
                Some(name) => listing.follow(&coming_events(&name, page), Page::LISTING, None),
                None => listing.follow(&page.facts().url, Page::LISTING, None),
            }
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        if let Ok(answer) = page.json() {
            return read(listing, page, &answer);
        }
        let document = page.document()?;
        for element in document.select("[data-tockify-calendar]")? {
            if let Some(name) = element.attribute("data-tockify-calendar").filter(|name| !name.trim().is_empty()) {
                listing.follow(&coming_events(name.trim(), page), NEXT, None);
            }
        }
        listing.onward();
        listing.disguise(&document)?;
        listing.finish("no answer of Tockify's interface, and no `data-tockify-calendar` on the page")
    }
}

/// The address of a calendar's events from today on.
fn coming_events(calendar: &str, page: &Page) -> String {
    let since = i64::from(page.today().days_since_epoch()) * DAY - EARLIEST_MIDNIGHT;
    let since = since.to_string();
    let parameters = [
        ("calname", calendar),
        ("max", AT_ONCE),
        ("view", "agenda"),
        ("startms", since.as_str()),
        ("start-inclusive", "true"),
        ("longForm", "true"),
        ("showAll", "false"),
    ];
    parameters.iter().fold(EVENTS.to_owned(), |url, (name, value)| address::with_parameter(&url, name, value))
}

fn read(mut listing: Listing, page: &Page, answer: &Value) -> Result<Extraction, ExtractError> {
    let list = answer.at("/events").filter(|list| list.kind() == Kind::Array);
    let items = list.as_ref().map(|list| list.items("")).unwrap_or_default();
    let wanted = Wanted::of(&page.configuration());
    let mut left = 0_usize;
    for item in &items {
        if item.at("/when/start/millis").is_none() {
            continue; // no event of this interface
        }
        if wanted.has(item) { listing.event(event(item, &wanted)?) } else { left += 1 }
    }
    if left > 0 {
        let message = format!("{left} entries are left out by `locations`, `tags` or `not_titles`");
        listing.remark(Severity::Info, "entries-skipped", &message);
    }
    if answer.flag("/metaData/hasNext") {
        ask_for_next(&mut listing, page, &items);
    }
    let nothing_wanted = left > 0 && listing.is_empty();
    if list.is_some() && (items.is_empty() || nothing_wanted) && answer.at("/metaData").is_some() {
        listing.empty("\"events\": []", "/events");
    }
    if let Some(message) = answer.first_filled(&["/error/message", "/error", "/message"]) {
        listing.elsewhere(&format!("an error of Tockify's interface: {message}"));
    }
    listing.finish("the JSON is no answer of Tockify: no `events` with `when.start.millis`")
}

/// Asks for what begins with the last event of this page or later. Those of the same minute come twice and have one key.
fn ask_for_next(listing: &mut Listing, page: &Page, items: &[Value]) {
    let url = &page.facts().url;
    let begins = |item: &Value| item.integer("/when/start/millis");
    let last = items.iter().filter_map(begins).max();
    let since = address::parameter(url, "startms").and_then(|since| since.parse::<i64>().ok());
    match last.filter(|last| since.is_none_or(|since| *last > since)) {
        Some(last) => listing.follow(&address::with_parameter(url, "startms", &last.to_string()), NEXT, None),
        None => listing.leave_out("events", "hasNext", "there are more events than the interface gives for one moment"),
    }
}

/// Which entries of the calendar are events of this source.
struct Wanted {
    locations: Vec<String>,
    tags: Vec<String>,
    not_titles: Vec<String>,
    tags_are_genres: bool,
}

impl Wanted {
    fn of(configuration: &Configuration) -> Self {
        let lower = |name| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        Self {
            locations: lower("locations"),
            tags: lower("tags"),
            not_titles: lower("not_titles"),
            tags_are_genres: configuration.flag("tags_are_genres"),
        }
    }

    fn has(&self, item: &Value) -> bool {
        let place = item.filled("/content/location/name").map(|name| name.to_lowercase());
        let title = item.filled("/content/summary/text").unwrap_or_default().to_lowercase();
        let at_place = self.locations.is_empty()
            || place.is_none_or(|place| self.locations.iter().any(|wanted| place.contains(wanted)));
        let tagged = self.tags.is_empty() || tags(item).iter().any(|tag| self.tags.contains(&tag.to_lowercase()));
        at_place && tagged && !self.not_titles.iter().any(|text| title.contains(text))
    }
}

/// An entry's tags, of all the sets that the calendar has.
fn tags(item: &Value) -> Vec<String> {
    item.items("/content/tagset/tags").iter().flat_map(|set| set.texts("")).collect()
}

fn event(item: &Value, wanted: &Wanted) -> Result<Event, ExtractError> {
    let whole_day = item.flag("/when/allDay");
    // The day of a whole day is that of the calendar's zone, whose offset stands beside it.
    let moment = |side: &str, before: i64| {
        let millis = item.integer(&format!("/when/{side}/millis"))?;
        let offset = item.integer(&format!("/when/{side}/offset")).unwrap_or_default();
        let local = millis.saturating_add(offset).saturating_sub(before);
        Some(if whole_day { Moment::Date(Date::of_instant(local)) } else { Moment::Instant(millis) })
    };
    let raw = item.text("/when/start/millis").unwrap_or_default();
    let start = match moment("start", 0) {
        Some(start) => ReadDate::of(&raw, start),
        None => ReadDate::unreadable(&raw, "it is no number of milliseconds"),
    };
    let millis = |side: &str| item.integer(&format!("/when/{side}/millis"));
    let lasts = millis("end") > millis("start");
    let words = item.filled("/content/description/text").map(|words| plain_text(&words)).transpose()?;
    let button = item.filled("/content/customButtonText");
    let mut event = Event::new(item.filled("/content/summary/text").map(|title| clean(&title)))
        .key(key(item))
        .when(&start)
        // A whole day ends with the midnight after it.
        .end(moment("end", 1).filter(|end| lasts && !is_same_day(end, &start)))
        .ticket_url(item.filled("/content/customButtonLink"))
        .description(words)
        .status(status(item))
        .status_words(button);
    for tag in if wanted.tags_are_genres { tags(item) } else { Vec::new() } {
        event = event.genre(tag);
    }
    Ok(event)
}

/// Whether an end is no more than the day of the start.
fn is_same_day(end: &Moment, start: &ReadDate) -> bool {
    matches!(end, Moment::Date(_)) && day_of(end) == start.day()
}

/// An evening of a series has the series' id and its own moment.
fn key(item: &Value) -> Option<String> {
    let id = item.filled("/eid/uid")?;
    let alone = item.filled("/kind").is_none_or(|kind| kind == "singleton");
    let moment = item.filled("/eid/tid").filter(|_| !alone);
    Some(moment.map_or_else(|| id.clone(), |moment| format!("{id}-{moment}")))
}

fn status(item: &Value) -> Option<Status> {
    match item.filled("/status/name")?.to_lowercase().as_str() {
        "cancelled" | "canceled" => Some(Status::Cancelled),
        "postponed" => Some(Status::Postponed),
        "rescheduled" => Some(Status::Rescheduled),
        "soldout" | "sold_out" | "sold out" => Some(Status::SoldOut),
        _ => None,
    }
}

marquee_sdk::export!(Tockify);

//! The entries of a calendar widget as events, those that repeat one for each day.

use marquee_sdk::{
    Date, Event, ExtractError, Listing, Moment, Page, ReadDate, Severity, Status, Value, address, clean, plain_text,
};

use crate::rule::{self, Rule};

/// Collects the events of one calendar.
pub(crate) fn collect(listing: &mut Listing, page: &Page, widget: &str, settings: &Value) -> Result<(), ExtractError> {
    let calendar = Calendar::of(page, widget, settings);
    let mut left = 0_usize;
    for entry in settings.items("/events") {
        let types = names(&entry, "/eventType", &calendar.types);
        let places = names(&entry, "/location", &calendar.places);
        if !calendar.wants(&entry, &types, &places) {
            left += 1;
            continue;
        }
        let mut event = calendar.event(&entry)?;
        if calendar.types_are_genres {
            event = types.iter().fold(event, |event, name| event.genre(name));
        }
        if calendar.rooms {
            event = event.room(places.first());
        }
        calendar.put_on_days(listing, &entry, &event);
    }
    if left > 0 {
        let message = format!("{left} entries are left out by `locations`, `types` or `not_titles`");
        listing.remark(Severity::Info, "entries-skipped", &message);
    }
    Ok(())
}

/// What holds for all entries of a widget.
struct Calendar {
    types: Vec<(String, String)>,
    places: Vec<(String, String)>,
    wanted_types: Vec<String>,
    wanted_places: Vec<String>,
    not_titles: Vec<String>,
    types_are_genres: bool,
    rooms: bool,
    /// An event's own address, up to its id: the page that the widget stands on opens it.
    link: Option<String>,
    horizon: (Date, Date),
}

impl Calendar {
    fn of(page: &Page, widget: &str, settings: &Value) -> Self {
        let configuration = page.configuration();
        let lower = |name: &str| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        let named = |list: &str| {
            let pair = |one: &Value| Some((one.filled("/id")?, clean(&one.filled("/name")?)));
            settings.items(list).iter().filter_map(pair).collect()
        };
        let stands_on = address::parameter(&page.facts().url, "page").filter(|_| settings.flag("/enableEventLinking"));
        Self {
            types: named("/eventTypes"),
            places: named("/locations"),
            wanted_types: lower("types"),
            wanted_places: lower("locations"),
            not_titles: lower("not_titles"),
            types_are_genres: configuration.flag("types_are_genres"),
            rooms: configuration.flag("rooms"),
            link: stands_on.map(|page| format!("{page}#calendar-{widget}-event-")),
            horizon: crate::horizon(page),
        }
    }

    fn wants(&self, entry: &Value, types: &[String], places: &[String]) -> bool {
        let among = |names: &[String], wanted: &[String]| {
            names.iter().any(|name| wanted.iter().any(|text| name.to_lowercase().contains(text)))
        };
        let title = entry.filled("/name").unwrap_or_default().to_lowercase();
        (self.wanted_types.is_empty() || among(types, &self.wanted_types))
            && (self.wanted_places.is_empty() || places.is_empty() || among(places, &self.wanted_places))
            && !self.not_titles.iter().any(|text| title.contains(text))
    }

    /// The entry without its day.
    fn event(&self, entry: &Value) -> Result<Event, ExtractError> {
        let words = entry.filled("/description").map(|words| plain_text(&words)).transpose()?;
        let link = self.link.as_ref().and_then(|link| Some(format!("{link}{}", entry.filled("/id")?)));
        let mut event = Event::new(entry.filled("/name").map(|title| clean(&title)))
            .image_url(entry.first_filled(&["/image/url", "/coverImage/url", "/image", "/images/0/url"]))
            .description(words.filter(|words| !words.trim().is_empty()));
        // Before version 3 an entry had one button, since then it has a list of them.
        let shown = entry.flag("/buttonVisible");
        let button = entry.first_filled(&["/buttonLink/value", "/buttonLink/rawValue"]).filter(|_| shown);
        event = event.ticket_url(button.and_then(web_address));
        event = event.status_words(entry.filled("/buttonText").filter(|_| shown));
        for action in entry.items("/actions") {
            let target = action.first_filled(&["/link/value", "/link/rawValue", "/link"]);
            event = event.ticket_url(target.and_then(web_address)).status_words(action.filled("/text"));
        }
        for tag in entry.items("/tags") {
            event = event.status(tag_status(&tag));
        }
        Ok(event.event_url(link))
    }

    /// Gives the event to the listing, once for each of its days.
    fn put_on_days(&self, listing: &mut Listing, entry: &Value, event: &Event) {
        let id = entry.filled("/id");
        let first = entry.filled("/start/date").unwrap_or_default();
        let Ok(day) = first.parse::<Date>() else {
            let date = ReadDate::unreadable(&first, "it is no day of the form YYYY-MM-DD");
            listing.event(event.clone().key(id).when(&date));
            return;
        };
        let days = match rule::of(entry) {
            Rule::Once => {
                listing.event(on(event.clone().key(id), entry, day, 0));
                return;
            }
            Rule::Repeats(rule) => rule.days(day, self.horizon.0, self.horizon.1),
            Rule::Unknown(words) => {
                let message = "how it repeats is not known here; only its first day is read";
                listing.diagnose(Severity::Warning, "repeat-unknown", message, event.title(), Some(&words));
                vec![day]
            }
        };
        for each in days {
            let key = id.as_ref().map(|id| format!("{id}#{each}"));
            listing.event(on(event.clone().key(key), entry, each, each.days_since_epoch() - day.days_since_epoch()));
        }
    }
}

/// The names behind the ids of an entry, which are one text, a list or objects.
fn names(entry: &Value, field: &str, known: &[(String, String)]) -> Vec<String> {
    let name = |id: String| known.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone());
    entry.each(field).iter().filter_map(|id| id.first_filled(&["", "/id"])).filter_map(name).collect()
}

/// The event on a day, which lies so many days after the entry's own.
fn on(event: Event, entry: &Value, day: Date, later: i32) -> Event {
    let whole_day = entry.flag("/isAllDay") || entry.filled("/start/type").is_some_and(|kind| kind == "date");
    let time = |side: &str| entry.filled(&format!("/{side}/time")).filter(|_| !whole_day);
    let at = |day: Date, time: Option<String>| Moment::on(&day.to_string(), time.as_deref());
    let last = entry.filled("/end/date").and_then(|last| last.parse::<Date>().ok());
    let ends = time("end");
    let end = last.filter(|last| ends.is_some() || last.plus_days(later) > day);
    let end = end.and_then(|last| at(last.plus_days(later), ends));
    let raw = format!("{day} {}", time("start").unwrap_or_default());
    match at(day, time("start")) {
        Some(start) => event.when(&ReadDate::of(&raw, start)).end(end),
        None => event.when(&ReadDate::unreadable(&raw, "it is no day")),
    }
}

/// Buttons may lead to a telephone number or a place on the page.
fn web_address(target: String) -> Option<String> {
    Some(target).filter(|target| target.starts_with("http://") || target.starts_with("https://"))
}

/// Tags are the organiser's own words, some of which tell a status.
fn tag_status(tag: &Value) -> Option<Status> {
    tag.first_filled(&["", "/tagName", "/name", "/label"]).and_then(|words| marquee_sdk::read_status(&words).0)
}

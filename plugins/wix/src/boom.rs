//! Boom Calendar, a calendar that Wix sites embed: the answer that fills it, with the rules by which its events repeat.

use marquee_sdk::{
    Date, Element, Event, Every, ExtractError, InMonth, Kind, Listing, Moment, Page, ReadDate, Repeat, Severity, Value,
    address, clean, parse_json, plain_text,
};

use crate::wanted::Wanted;

/// The kind of the answer that an embedded calendar led to.
const CALENDAR: &str = "calendar";

/// Whether an answer is a calendar of Boom.
pub(crate) fn is_calendar(answer: &Value) -> bool {
    let calendar =
        ["/comp_id", "/categories", "/plan", "/layout", "/time_zone"].iter().any(|at| answer.at(at).is_some());
    calendar && answer.at("/events").is_some_and(|events| events.kind() == Kind::Array)
}

/// Asks for the calendars that a page embeds, if it tells of no event itself.
pub(crate) fn follow(listing: &mut Listing, page: &Page, document: &Element) -> Result<(), ExtractError> {
    const CALENDARS: &str = "https://calendar.apiboomtech.com/api/published_calendar";
    if !listing.is_empty() {
        return Ok(());
    }
    for frame in document.select("iframe[src*='calendar.boomte.ch/']")? {
        let source = frame.url("src").unwrap_or_default();
        let told = ["compId", "instance"].map(|name| address::parameter(&source, name));
        if let [Some(component), Some(instance)] = told {
            let parameters =
                [("comp_id", component.as_str()), ("instance", &instance), ("time_zone", page.facts().zone.as_str())];
            let url = parameters
                .iter()
                .fold(CALENDARS.to_owned(), |url, (name, value)| address::with_parameter(&url, name, value));
            listing.follow(&url, CALENDAR, None);
            listing.onward();
        }
    }
    Ok(())
}

/// Collects what is on from today. A calendar keeps all that ever was, and repeats for ever: both ends are cut.
pub(crate) fn collect(listing: &mut Listing, page: &Page, answer: &Value, wanted: &Wanted) -> Result<(), ExtractError> {
    const WEEKS: i64 = 13; // what most houses have announced: a quarter of a year
    let weeks = page.configuration().number("weeks").unwrap_or(WEEKS);
    let today = page.today();
    let until = today.plus_days(i32::try_from(weeks).unwrap_or(i32::MAX).saturating_mul(7));
    let items = answer.items("/events");
    let known: Vec<(String, String)> = answer
        .items("/categories")
        .iter()
        .filter_map(|category| Some((category.filled("/id")?, clean(&category.filled("/name")?))))
        .collect();
    let mut gone_by = 0_usize;
    for item in &items {
        let raw = item.filled("/start").unwrap_or_default();
        let event = event(item)?;
        let locations: Vec<String> = ["/venue/name", "/venue/address"]
            .iter()
            .filter_map(|at| item.filled(at))
            .map(|name| clean(&name))
            .collect();
        let categories = categories(item, &known);
        let Ok(first) = raw.parse::<Date>() else {
            let date = ReadDate::unreadable(&raw, "it is no day of the form YYYY-MM-DD");
            wanted.give(listing, event.key(item.filled("/id")).when(&date), &locations, &categories);
            continue;
        };
        let (days, repeats) = days(item, first, today, until, listing);
        if days.is_empty() {
            gone_by += 1;
        }
        for day in days {
            let id = item.filled("/id");
            let key = if repeats { id.map(|id| format!("{id}#{day}")) } else { id };
            let each = on(event.clone().key(key), item, first, day);
            wanted.give(listing, each, &locations, &categories);
        }
    }
    if gone_by > 0 {
        let message = format!("{gone_by} of {} entries lie before today, or repeat no more", items.len());
        listing.remark(Severity::Info, "past-entries", &message);
    }
    if gone_by == items.len() && listing.is_empty() {
        listing.empty("no event from today on", "/events");
    }
    wanted.remark(listing)
}

/// The days of an entry from today on, and whether it repeats.
fn days(item: &Value, first: Date, today: Date, until: Date, listing: &mut Listing) -> (Vec<Date>, bool) {
    let text = |at: &str| item.filled(at).unwrap_or_default().to_lowercase();
    let kind = text("/repeat/type");
    let last = item.filled("/end").and_then(|end| end.parse::<Date>().ok()).unwrap_or(first);
    let once = || if last.max(first) < today { Vec::new() } else { vec![first] };
    // Weekdays are counted from Sunday, 0, there.
    let weekdays = || {
        let number = |text: String| text.parse::<u8>().ok().filter(|day| *day < 7);
        item.texts("/repeat/advanced")
            .into_iter()
            .filter_map(number)
            .map(|day| if day == 0 { 7 } else { day })
            .collect()
    };
    let advanced = text("/repeat/advanced");
    let every = match kind.as_str() {
        "" | "none" | "no" => return (once(), false),
        "day" | "daily" => Every::Day,
        "week" | "weekly" => Every::Week(weekdays()),
        "month" | "monthly" if advanced.contains("last") => Every::Month(InMonth::LastWeekday),
        "month" | "monthly" if advanced.contains("week") => Every::Month(InMonth::SameWeekday),
        "month" | "monthly" => Every::Month(InMonth::SameDay),
        "year" | "yearly" => Every::Year,
        _ => {
            let message = "how it repeats is not known here; only its first day is read";
            listing.diagnose(
                Severity::Warning,
                "repeat-unknown",
                message,
                item.filled("/title").as_deref(),
                Some(&kind),
            );
            return (once(), false);
        }
    };
    let listed = |at: &str| -> Vec<Date> { item.texts(at).iter().filter_map(|day| day.parse().ok()).collect() };
    let except = listed("/repeat/exclude");
    let end = item.filled("/repeat/end");
    let repeat = Repeat {
        every,
        interval: item.integer("/repeat/interval").and_then(|interval| u16::try_from(interval).ok()).unwrap_or(1),
        until: end.as_deref().and_then(|end| end.parse().ok()),
        count: end.as_deref().and_then(|end| end.parse().ok()),
        except: except.clone(),
    };
    let mut days = repeat.days(first, today, until);
    for more in listed("/repeat/additionalDates") {
        if more >= today && more <= until && !except.contains(&more) && !days.contains(&more) {
            days.push(more);
        }
    }
    days.sort();
    (days, true)
}

/// The entry without its day.
fn event(item: &Value) -> Result<Event, ExtractError> {
    let words = item.first_filled(&["/desc", "/description"]).map(|words| plain_text(&words)).transpose()?;
    let links = ["/tickets", "/registration", "/link"].iter().find_map(|at| web_address(item, at));
    Ok(Event::new(item.filled("/title").map(|title| clean(&title)))
        .ticket_url(links)
        .image_url(item.filled("/image").filter(|url| url.starts_with("http")))
        .description(words.filter(|words| !words.trim().is_empty())))
}

/// An address in a field that is a text, an object, or an object written as a text. `event_page` is the calendar's own pop-up.
fn web_address(item: &Value, field: &str) -> Option<String> {
    let is_address = |text: &String| text.starts_with("http://") || text.starts_with("https://");
    let names = ["", "/url", "/link", "/href"];
    let value = item.at(field)?;
    let text = value.first_filled(&names)?;
    if is_address(&text) {
        return Some(text);
    }
    let inner = parse_json(&text).ok().filter(|inner| inner.kind() == Kind::Object)?;
    inner.first_filled(&names).filter(is_address)
}

fn categories(item: &Value, known: &[(String, String)]) -> Vec<String> {
    let name = |category: &Value| {
        let own = category.filled("/name").map(|name| clean(&name));
        own.or_else(|| {
            let id = category.first_filled(&["", "/id"])?;
            known.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone())
        })
    };
    item.each("/categories").iter().filter_map(name).collect()
}

/// The event on one of its days. Times are those of the venue's wall clock.
fn on(event: Event, item: &Value, first: Date, day: Date) -> Event {
    let whole_day = ["1", "true"].contains(&item.filled("/all_day").unwrap_or_default().as_str());
    let moment = |at: &str| {
        let text = item.filled(at)?;
        let (date, time) = text.split_once('T').unwrap_or((text.as_str(), ""));
        let later = day.days_since_epoch() - first.days_since_epoch();
        let date = date.parse::<Date>().ok()?.plus_days(later).to_string();
        Moment::on(&date, Some(time).filter(|time| !time.is_empty() && !whole_day))
    };
    let end = moment("/end").filter(|end| !whole_day || marquee_sdk::day_of(end).is_some_and(|last| last > day));
    let raw = item.filled("/start").unwrap_or_default();
    match moment("/start") {
        Some(start) => event.when(&ReadDate::of(&raw, start)).end(end),
        None => event.when(&ReadDate::unreadable(&raw, "it is no day and time")),
    }
}

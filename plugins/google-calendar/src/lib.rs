//! The events of a Google calendar, as its API (version 3, `events.list`) gives them (see README.md).

use marquee_sdk::{
    Date, Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, Status, Value, address,
    ics::{Entry, Placed, Rule, Stamp, Told, Wall, Zones, tell},
};

/// The plugin.
pub struct GoogleCalendar;

/// The kind of the further pages.
const NEXT: &str = "next";
/// Entries of people's own calendars that are no events: where they work, when they are away.
const NO_EVENTS: &[&str] = &["outOfOffice", "focusTime", "workingLocation", "birthday", "fromGmail"];
/// Items of a page: the most that the API gives.
const MOST_ITEMS: &str = "2500";

impl Extractor for GoogleCalendar {
    fn describe() -> Description {
        Description::new("google-calendar", env!("CARGO_PKG_VERSION"), "The events of a Google calendar, by its API.")
            .reads(&["answers of Calendar API v3, events.list"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            listing.follow(&first_request(&page.facts().url, page.today()), Page::LISTING, None);
            listing.onward();
            return listing.finish("");
        }
        let Ok(answer) = page.json() else {
            if page.body().trim_start().starts_with("BEGIN:VCALENDAR") {
                return Err(ExtractError::layout("an iCalendar file: the plugin `ical` reads it"));
            }
            listing.disguise(&page.document()?)?;
            return listing.finish("the page is no JSON");
        };
        let named = answer.text("/kind").as_deref() == Some("calendar#events");
        if named || answer.at("/items/0/iCalUID").is_some() || answer.at("/items/0/recurringEventId").is_some() {
            read(&mut listing, page, &answer)?;
        } else if let Some(words) = answer.first_filled(&["/error/message", "/error/errors/0/message", "/error"]) {
            listing.elsewhere(&format!("an error answer: `{words}`"));
        }
        listing.finish("no `kind` of `calendar#events`, and no error that the API tells")
    }
}

/// The calendar's address with what asks for coming events, one by one. What the source's address asks for stays.
fn first_request(url: &str, today: Date) -> String {
    // A day back, since midnight in UTC is an evening in America.
    let from = format!("{}T00:00:00Z", today.plus_days(-1));
    let mut asked = url.to_owned();
    let single = address::parameter(url, "singleEvents");
    let mut wishes = vec![("timeMin", from.as_str()), ("maxResults", MOST_ITEMS)];
    if single.as_deref() != Some("false") {
        wishes.extend([("singleEvents", "true"), ("orderBy", "startTime")]);
    }
    for (name, value) in wishes {
        if address::parameter(url, name).is_none() {
            asked = address::with_parameter(&asked, name, value);
        }
    }
    asked
}

fn read(listing: &mut Listing, page: &Page, answer: &Value) -> Result<(), ExtractError> {
    let zone = answer.filled("/timeZone");
    let zones = Zones::own(&page.facts().zone);
    let items = answer.items("/items");
    let (mut entries, mut told) = (Vec::new(), Vec::new());
    let (mut hidden, mut own) = (0, 0);
    for item in &items {
        if matches!(item.text("/visibility").as_deref(), Some("private" | "confidential")) {
            hidden += 1;
            continue;
        }
        if item.text("/eventType").is_some_and(|kind| NO_EVENTS.contains(&kind.as_str())) {
            own += 1;
            continue;
        }
        if let Some(entry) = entry(listing, item, zone.as_deref()) {
            entries.push(entry);
            told.push(tale(item));
        }
    }
    for (count, code, what) in [(hidden, "private-events", "private"), (own, "own-entries", "no events by their type")]
    {
        if count > 0 {
            listing.remark(Severity::Info, code, &format!("{count} entries are {what}"));
        }
    }
    let repeats = entries.iter().any(|entry| !entry.rules.is_empty());
    tell(listing, page, &entries, &told, &zones, "/items")?;
    match answer.filled("/nextPageToken") {
        Some(token) => {
            listing.follow(&address::with_parameter(&page.facts().url, "pageToken", &token), NEXT, None);
            if repeats {
                let reason = "exceptions on further pages are not joined to it: ask with singleEvents=true";
                listing.leave_out("series", "nextPageToken", reason);
            }
            if listing.is_empty() {
                listing.onward();
            }
        }
        None if items.is_empty() => {
            let name = answer.filled("/summary").unwrap_or_else(|| "calendar#events".to_owned());
            listing.empty(&format!("{name}: []"), "/items");
        }
        None if hidden + own == items.len() => {
            listing.empty(&format!("{} entries, none of them public", items.len()), "/items");
        }
        None => {}
    }
    Ok(())
}

/// The times of an item; nothing, with a remark, where it has none.
fn entry(listing: &mut Listing, item: &Value, zone: Option<&str>) -> Option<Entry> {
    let title = item.first_filled(&["/summary", "/id"]).unwrap_or_default();
    let series = item.filled("/recurringEventId");
    let cancelled = item.text("/status").as_deref() == Some("cancelled");
    let instead_of = placed(item, "/originalStartTime").filter(|_| series.is_some());
    // A start that was deleted has nothing but its name and what it stands in for.
    let Some(start) = placed(item, "/start").or_else(|| instead_of.clone().filter(|_| cancelled)) else {
        if !cancelled {
            listing.leave_out("date", &title, "it has no start that can be read");
        }
        return None;
    };
    let (mut rules, mut dates, mut except) = (Vec::new(), Vec::new(), Vec::new());
    for line in item.texts("/recurrence") {
        let (name, value) = line.split_once(':').unwrap_or((line.as_str(), ""));
        let stamps = || value.split(',').filter_map(|value| Stamp::parse(value.split('/').next().unwrap_or_default()));
        match name.split(';').next().unwrap_or_default().to_uppercase().as_str() {
            "RRULE" => match Rule::parse(value) {
                Ok(rule) => rules.push(rule),
                Err(reason) => listing.leave_out("rule", &format!("{line} of {title}"), &reason),
            },
            "RDATE" => dates.extend(stamps()),
            "EXDATE" => except.extend(stamps()),
            _ => listing.leave_out("rule", &format!("{line} of {title}"), "it is no rule that is known"),
        }
    }
    let repeats = !rules.is_empty() || !dates.is_empty();
    // What repeats does so on a wall clock, across summer and winter: that of the calendar, in which the API writes times.
    let on_wall = |placed: Placed| match placed {
        (Stamp::Instant(seconds, east), own) if repeats => {
            (Stamp::Wall(Wall(seconds + east)), zone.map(str::to_owned).or(own))
        }
        other => other,
    };
    let end = placed(item, "/end").filter(|_| !item.flag("/endTimeUnspecified"));
    Some(Entry {
        name: series.or_else(|| item.filled("/id")).or_else(|| item.filled("/iCalUID")).unwrap_or_default(),
        sequence: item.integer("/sequence").unwrap_or(0),
        start: on_wall(start),
        end: end.map(on_wall),
        rules,
        dates,
        except,
        removed: cancelled && item.filled("/summary").is_none(),
        instead_of,
        and_later: false,
    })
}

/// A day, or a time with its offset or zone.
fn placed(item: &Value, pointer: &str) -> Option<Placed> {
    let text = item.first_filled(&[&format!("{pointer}/dateTime"), &format!("{pointer}/date")])?;
    let stamp = Stamp::parse(&text)?;
    Some((stamp, item.filled(&format!("{pointer}/timeZone")).filter(|_| matches!(stamp, Stamp::Wall(_)))))
}

/// What an item tells beside its times.
fn tale(item: &Value) -> Told {
    let cancelled = item.text("/status").as_deref() == Some("cancelled");
    let event = Event::new(None::<&str>)
        .status(cancelled.then_some(Status::Cancelled))
        .event_url(item.first_filled(&["/source/url", "/htmlLink"]));
    Told {
        title: item.filled("/summary"),
        description: item.filled("/description"),
        location: item.filled("/location"),
        event,
    }
}

marquee_sdk::export!(GoogleCalendar);

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date { year: 2026, month: 5, day: 1 };

    #[test]
    fn the_first_request_asks_for_what_is_coming_and_keeps_what_the_source_asks_for() {
        assert_eq!(
            first_request("https://calendar.example/events?key=K", TODAY),
            "https://calendar.example/events?key=K&timeMin=2026-04-30T00%3A00%3A00Z&maxResults=2500&singleEvents=true&orderBy=startTime"
        );
        let own = "https://calendar.example/events?singleEvents=false&timeMin=2020-01-01T00%3A00%3A00Z&maxResults=10";
        assert_eq!(first_request(own, TODAY), own);
    }
}

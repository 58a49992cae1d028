//! iCalendar feeds (RFC 5545), of any program that writes them (see README.md).

use marquee_sdk::{
    Description, Event, ExtractError, Extraction, Extractor, Listing, Page, Severity, Status,
    ics::{Calendar, Component, Entry, Line, Placed, Rule, Stamp, Told, Zones, list_of, tell},
};

/// The plugin.
pub struct Ical;

impl Extractor for Ical {
    fn describe() -> Description {
        Description::new("ical", env!("CARGO_PKG_VERSION"), "iCalendar feeds, with what repeats in them.")
            .reads(&["iCalendar files (.ics), such as those of Google, Outlook, Apple and WordPress calendars"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        let Some(calendar) = Calendar::parse(&page.body()) else {
            listing.disguise(&page.document()?)?;
            return listing.finish("no BEGIN:VCALENDAR, with which every iCalendar file begins");
        };
        let zones = Zones::of(&calendar, &page.facts().zone);
        let (mut entries, mut told) = (Vec::new(), Vec::new());
        let mut hidden = 0;
        let genres = page.configuration().flag("categories_are_genres");
        let all = calendar.each("VEVENT").count();
        for component in calendar.each("VEVENT") {
            if matches!(component.text("CLASS").as_deref(), Some("PRIVATE" | "CONFIDENTIAL")) {
                hidden += 1;
                continue;
            }
            if let Some(entry) = entry(&mut listing, component) {
                entries.push(entry);
                told.push(tale(component, genres));
            }
        }
        if hidden > 0 {
            listing.remark(Severity::Info, "private-events", &format!("{hidden} entries are marked as private"));
        }
        tell(&mut listing, page, &entries, &told, &zones, "VEVENT")?;
        for reason in &calendar.broken {
            listing.leave_out("calendar", reason, "the file is not whole");
        }
        if all == 0 {
            let name = calendar.root.text("X-WR-CALNAME").unwrap_or_else(|| "END:VCALENDAR".to_owned());
            listing.empty(&format!("{name} (a whole calendar without an entry)"), "VCALENDAR");
        } else if hidden == all {
            listing.empty(&format!("{hidden} entries, all of CLASS:PRIVATE"), "VEVENT");
        }
        listing.finish("a calendar, none of whose entries is an event by the source's configuration")
    }
}

/// The times of an entry; nothing, with a remark, where it has no start.
fn entry(listing: &mut Listing, component: &Component) -> Option<Entry> {
    let title = component.text("SUMMARY").or_else(|| component.text("UID")).unwrap_or_default();
    let Some(line) = component.line("DTSTART") else {
        listing.leave_out("event", &title, "it has no DTSTART");
        return None;
    };
    let Some(start) = placed(line) else {
        listing.leave_out("date", &format!("{} of {title}", line.value), "DTSTART is no day and no time");
        return None;
    };
    let end = match (component.line("DTEND"), component.line("DURATION")) {
        (Some(line), _) => placed(line),
        (None, Some(line)) => start.0.after(&line.value).map(|end| (end, start.1.clone())),
        (None, None) => None,
    };
    let mut rules = Vec::new();
    for line in component.each("RRULE") {
        match Rule::parse(&line.value) {
            Ok(rule) => rules.push(rule),
            Err(reason) => listing.leave_out("rule", &format!("{} of {title}", line.value), &reason),
        }
    }
    if component.line("EXRULE").is_some() {
        listing.leave_out("rule", &title, "EXRULE, which RFC 5545 took away, is not read");
    }
    let instead_of = component.line("RECURRENCE-ID").and_then(|line| Some((placed(line)?, line)));
    let and_later = instead_of.as_ref().is_some_and(|(_, line)| line.parameter("RANGE") == Some("THISANDFUTURE"));
    Some(Entry {
        name: component.text("UID").unwrap_or_default(),
        sequence: component.text("SEQUENCE").and_then(|number| number.parse().ok()).unwrap_or(0),
        start,
        end,
        rules,
        dates: stamps(component, "RDATE"),
        except: stamps(component, "EXDATE"),
        instead_of: instead_of.map(|(placed, _)| placed),
        and_later,
        removed: false,
    })
}

/// A time, and the zone that it is told in.
fn placed(line: &Line) -> Option<Placed> {
    Some((Stamp::parse(&line.value)?, line.parameter("TZID").map(str::to_owned)))
}

/// The stamps of all lines of a name; of periods, their starts.
fn stamps(component: &Component, name: &str) -> Vec<Stamp> {
    let values = component.each(name).flat_map(|line| line.value.split(','));
    values.filter_map(|value| Stamp::parse(value.split('/').next().unwrap_or_default())).collect()
}

/// What an entry tells beside its times.
fn tale(component: &Component, genres: bool) -> Told {
    let first = |names: &[&str]| names.iter().find_map(|name| component.text(name));
    let free = component.text("X-COST-TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("free"));
    let cost =
        first(&["X-COST", "X-EVENT-COST", "X-PRICE", "X-TICKET-PRICE"]).or_else(|| free.then(|| "Free".to_owned()));
    let cancelled = component.text("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"));
    let mut event = Event::new(None::<&str>)
        .status(cancelled.then_some(Status::Cancelled))
        .event_url(address(component.line("URL")))
        .ticket_url(first(&["X-TICKETS-URL", "X-TICKET-URL"]))
        .image_url(image(component))
        .price_words(cost);
    if genres {
        for genre in component.each("CATEGORIES").flat_map(|line| list_of(&line.value)) {
            event = event.genre(genre);
        }
    }
    let markup = component.line("X-ALT-DESC").map(Line::text);
    Told {
        title: component.text("SUMMARY"),
        description: component.text("DESCRIPTION").or(markup),
        location: component.text("LOCATION"),
        event,
    }
}

/// An address, which some programs write with the escapes of a text.
fn address(line: Option<&Line>) -> Option<String> {
    line.map(|line| line.value.replace("\\,", ",").replace("\\;", ";")).filter(|url| url.starts_with("http"))
}

fn image(component: &Component) -> Option<String> {
    let is_image = |line: &&Line| {
        line.parameter("FMTTYPE").is_some_and(|kind| kind.starts_with("image/")) && line.parameter("ENCODING").is_none()
    };
    let attached = component.each("ATTACH").find(is_image).or_else(|| component.line("IMAGE"));
    let listed = component.line("X-WP-IMAGES-URL").map(|line| line.value.clone());
    let listed =
        listed.and_then(|value| value.split([';', ',']).find(|part| part.starts_with("http")).map(str::to_owned));
    address(attached).or(listed)
}

marquee_sdk::export!(Ical);

//! What formats without fields of their own say in words: whether it takes place, when, where, who, how much.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{AgeRestriction, EventTime, Performer, Price, PriceKind, Role, Status};

use crate::{FeedEvent, clean};

/// The title, after a word where the event does not take place as a reader would think.
///
/// Feed readers have no field for it, and calendars do not all show theirs.
#[must_use]
pub fn headline(event: &FeedEvent) -> String {
    let word = match event.standing.status {
        Status::Cancelled if event.standing.presumed => "Presumed cancelled: ",
        Status::Cancelled => "Cancelled: ",
        Status::Postponed => "Postponed: ",
        Status::Scheduled | Status::Rescheduled | Status::Moved | Status::SoldOut => "",
    };
    clean::line(&format!("{word}{}", event.title))
}

/// A time on the venue's clock: `Saturday, 12 December 2026, 20:00`, or the day alone.
#[must_use]
pub fn when(time: &EventTime) -> String {
    let day = day(time.date);
    time.time.map_or_else(|| day.clone(), |clock| format!("{day}, {}", clock.format("%H:%M")))
}

fn day(day: NaiveDate) -> String {
    day.format("%A, %-d %B %Y").to_string()
}

/// What is to be said before everything else, where something is.
pub(crate) fn notice(event: &FeedEvent) -> Option<String> {
    let standing = &event.standing;
    let known = format!(" (known since {}: {})", moment(standing.since), clean::line(&standing.evidence));
    let missing = standing.missing_since.map(moment);
    let said = match standing.status {
        Status::Cancelled if standing.presumed => format!("Presumed cancelled; nobody said so{known}."),
        Status::Cancelled => format!("Cancelled{known}."),
        Status::Postponed => format!("Postponed; the new day is not known{known}."),
        _ if missing.is_some() => {
            format!("Not listed any more since {}; it may not take place.", missing.unwrap_or_default())
        }
        Status::SoldOut => "Sold out.".to_owned(),
        Status::Moved => "Moved to another place than first announced.".to_owned(),
        Status::Rescheduled if event.earlier_starts.is_empty() => "On another day than first announced.".to_owned(),
        Status::Rescheduled | Status::Scheduled => String::new(),
    };
    let earlier: Vec<String> = event.earlier_starts.iter().map(when).collect();
    let moved =
        if earlier.is_empty() { String::new() } else { format!("First announced for {}.", earlier.join("; then ")) };
    let both = [said, moved].into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ");
    if both.is_empty() { None } else { Some(both) }
}

fn moment(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A line about one side of an event: what it is about, and what there is to say.
pub(crate) type Line = (&'static str, String);

/// All that is known, a line each, in the order in which a person asks.
pub(crate) fn lines(event: &FeedEvent) -> Vec<Line> {
    let mut lines = vec![("When", times(event)), ("Where", place(event))];
    let mut add =
        |name, text: Option<String>| lines.extend(text.filter(|text| !text.is_empty()).map(|text| (name, text)));
    add("Line-up", bill(&event.performers));
    add("Price", event.price.as_ref().map(price));
    add("Age", event.age.map(age));
    add("Genres", Some(event.genres.iter().map(|genre| clean::line(genre)).collect::<Vec<_>>().join(", ")));
    lines
}

/// When, with doors and end, and the zone that the clock hangs in.
fn times(event: &FeedEvent) -> String {
    let mut text = when(&event.start);
    if event.start.time.is_none() {
        text.push_str(", time to be announced");
    }
    let clock = |time: &EventTime| match time.time {
        Some(clock) if time.date == event.start.date => clock.format("%H:%M").to_string(),
        _ => when(time),
    };
    if let Some(doors) = event.doors.as_ref().filter(|doors| doors.time.is_some()) {
        text.push_str(&format!(", doors {}", clock(doors)));
    }
    if let Some(end) = event.end.as_ref().filter(|end| end.time.is_some() || end.date != event.start.date) {
        text.push_str(&format!(", until {}", clock(end)));
    }
    format!("{text} ({})", event.start.zone.name())
}

/// Where, in one line: `Back room, The Rex, 194 Queen St W, Toronto`.
pub(crate) fn place(event: &FeedEvent) -> String {
    let name = event.elsewhere.as_deref().unwrap_or(&event.venue.name);
    let parts = event.room.as_deref().into_iter().chain([name]).chain(event.address());
    parts.map(clean::line).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn bill(performers: &[Performer]) -> Option<String> {
    let act = |act: &Performer| match act.role {
        Role::Headliner | Role::Performer => clean::line(&act.name),
        Role::Support => format!("{} (support)", clean::line(&act.name)),
        Role::Dj => format!("{} (DJ)", clean::line(&act.name)),
        Role::Host => format!("{} (host)", clean::line(&act.name)),
    };
    if performers.is_empty() { None } else { Some(performers.iter().map(act).collect::<Vec<_>>().join(", ")) }
}

fn price(price: &Price) -> String {
    let amount = match (price.min, price.max) {
        (Some(min), Some(max)) if min != max => format!("{min} to {max}"),
        (Some(one), _) | (None, Some(one)) => one.to_string(),
        (None, None) => String::new(),
    };
    let money =
        price.currency.filter(|_| !amount.is_empty()).map_or(amount.clone(), |c| format!("{} {amount}", c.code()));
    let (alone, with) = match price.kind {
        PriceKind::Free => return "free".to_owned(),
        PriceKind::Fixed | PriceKind::Range => ("", ""),
        PriceKind::From => ("", "from "),
        PriceKind::Donation => ("by donation", "by donation, "),
        PriceKind::PayWhatYouCan => ("pay what you can", "pay what you can, "),
        PriceKind::Unknown => ("", ""),
    };
    if money.is_empty() { alone.to_owned() } else { format!("{with}{money}") }
}

fn age(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "all ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}

/// Everything as plain text: notice, lines, links, description.
pub(crate) fn text(event: &FeedEvent) -> String {
    let mut text: Vec<String> = notice(event).into_iter().collect();
    text.extend(lines(event).into_iter().map(|(name, line)| format!("{name}: {line}")));
    text.extend(links(event).into_iter().map(|(name, url)| format!("{name}: {url}")));
    if let Some(description) = description(event) {
        text.extend([String::new(), description]);
    }
    text.join("\n")
}

/// Everything as HTML. No text of a page stands in it unescaped.
pub(crate) fn html(event: &FeedEvent) -> String {
    let mut html = String::new();
    if let Some(notice) = notice(event) {
        html.push_str(&format!("<p><strong>{}</strong></p>", clean::html(&notice)));
    }
    let mut items: Vec<String> =
        lines(event).into_iter().map(|(name, line)| format!("<li>{name}: {}</li>", clean::html(&line))).collect();
    items.extend(links(event).into_iter().map(|(name, url)| {
        let url = clean::html(url);
        format!("<li>{name}: <a href=\"{url}\">{url}</a></li>")
    }));
    html.push_str(&format!("<ul>{}</ul>", items.concat()));
    for paragraph in description(event).iter().flat_map(|text| text.split("\n\n")) {
        html.push_str(&format!("<p>{}</p>", clean::html(paragraph).replace('\n', "<br>")));
    }
    html
}

/// What the page tells, where it tells something.
pub(crate) fn description(event: &FeedEvent) -> Option<String> {
    event.description.as_deref().map(clean::paragraphs).filter(|text| !text.is_empty())
}

fn links(event: &FeedEvent) -> Vec<(&'static str, &str)> {
    let links = [("Tickets", event.ticket_url.as_ref()), ("Page", event.event_url.as_ref())];
    links.into_iter().filter_map(|(name, url)| Some((name, url?.as_str()))).collect()
}

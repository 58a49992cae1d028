//! Events as the pages show them: by day, in the venue's own time, in few words.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use marquee_model::{AgeRestriction, EventTime, Price, PriceKind, Role, Venue, Zone};
use marquee_store::StoredEvent;

use super::standing::{is_cancelled, notice};

/// The events of one day.
#[derive(Debug)]
pub(super) struct Day {
    /// `2026-12-12`, for machines and for the heading's id.
    pub(super) iso: String,
    /// `Saturday`.
    pub(super) weekday: String,
    /// `12`.
    pub(super) number: u32,
    /// `December 2026`.
    pub(super) month: String,
    /// `Today` or `Tomorrow`, where that holds for every event of the day.
    pub(super) relative: Option<&'static str>,
    /// The events, by time.
    pub(super) rows: Vec<Row>,
}

/// An event in a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    /// Acts that the title does not name already.
    pub(super) acts: String,
    pub(super) start: Clocked,
    pub(super) doors: Option<Clocked>,
    pub(super) venue_id: String,
    pub(super) venue: String,
    /// Another venue, where the page says so.
    pub(super) elsewhere: Option<String>,
    pub(super) room: Option<String>,
    pub(super) price: Option<String>,
    pub(super) age: Option<String>,
    /// What is not as usual: cancelled, sold out and so on.
    pub(super) notice: Option<&'static str>,
    pub(super) cancelled: bool,
}

/// A time on the wall clock, with its instant for machines.
#[derive(Debug)]
pub(super) struct Clocked {
    /// `20:00`; `None` is "not announced".
    pub(super) clock: Option<String>,
    /// For the attribute `datetime`: the instant, or the day.
    pub(super) machine: String,
}

impl From<&EventTime> for Clocked {
    fn from(time: &EventTime) -> Self {
        let machine =
            time.utc.map_or_else(|| time.date.to_string(), |utc| utc.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        Self { clock: time.time.map(|t| t.format("%H:%M").to_string()), machine }
    }
}

/// The day on the calendar of a zone. chrono-tz may be an hour wrong for a few zones (docs/decisions/0004): here that can only
/// move the end of "today" by that hour.
pub(super) fn today(now: DateTime<Utc>, zone: Zone) -> NaiveDate {
    zone.name().parse::<chrono_tz::Tz>().map_or_else(|_| now.date_naive(), |tz| now.with_timezone(&tz).date_naive())
}

/// The first day on which something can still be today anywhere: the calendar's last zone is twelve hours behind UTC.
pub(super) fn earliest_today(now: DateTime<Utc>) -> NaiveDate {
    (now - chrono::TimeDelta::hours(12)).date_naive()
}

/// Events by day. Where it is about what is `coming`, those whose day is over at their venue are left out.
pub(super) fn days(events: Vec<StoredEvent>, now: DateTime<Utc>, coming: bool) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for event in events {
        let (date, today) = (event.start.date, today(now, event.start.zone));
        if coming && date < today {
            continue;
        }
        let relative = if date == today {
            Some("Today")
        } else if Some(date) == today.succ_opt() {
            Some("Tomorrow")
        } else {
            None
        };
        let iso = date.to_string();
        match days.last_mut().filter(|day| day.iso == iso) {
            Some(day) => {
                day.relative = day.relative.filter(|word| Some(*word) == relative);
                day.rows.push(Row::from(event));
            }
            None => days.push(Day {
                iso,
                weekday: date.format("%A").to_string(),
                number: date.day(),
                month: date.format("%B %Y").to_string(),
                relative,
                rows: vec![Row::from(event)],
            }),
        }
    }
    days
}

impl From<StoredEvent> for Row {
    fn from(event: StoredEvent) -> Self {
        Self {
            id: event.id.to_string(),
            notice: notice(&event),
            cancelled: is_cancelled(&event),
            acts: further_acts(&event),
            start: Clocked::from(&event.start),
            doors: event.doors.as_ref().map(Clocked::from).filter(|doors| doors.clock.is_some()),
            venue_id: event.venue.id.to_string(),
            venue: event.venue.name,
            elsewhere: event.venue_name,
            room: event.room,
            price: event.price.as_ref().and_then(price_words),
            age: event.age.map(age_words),
            title: event.title,
        }
    }
}

/// The acts that the title does not name, in billing order.
fn further_acts(event: &StoredEvent) -> String {
    let title = event.title.to_lowercase();
    let further = event.performers.iter().filter(|act| !title.contains(&act.name.to_lowercase()));
    further.map(|act| act.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A price in words; `None` where there is nothing to say.
pub(super) fn price_words(price: &Price) -> Option<String> {
    let currency = price.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    let (min, max) = (price.min.map(|m| m.to_string()), price.max.map(|m| m.to_string()));
    match (price.kind, min, max) {
        (PriceKind::Free, _, _) => Some("Free".to_owned()),
        (PriceKind::Donation, _, _) => Some("By donation".to_owned()),
        (PriceKind::PayWhatYouCan, _, _) => Some("Pay what you can".to_owned()),
        (PriceKind::From, Some(min), _) => Some(format!("from {min}{currency}")),
        (_, Some(min), Some(max)) if min != max => Some(format!("{min}\u{2013}{max}{currency}")),
        (_, Some(amount), _) => Some(format!("{amount}{currency}")),
        (_, None, Some(max)) => Some(format!("up to {max}{currency}")),
        (_, None, None) => None,
    }
}

/// The venue's address in a line, of what is known.
pub(super) fn address(venue: &Venue) -> String {
    let parts = [&venue.address, &venue.city, &venue.state, &venue.postal_code, &venue.country];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The paragraphs of a text.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Who may come in, in words.
pub(super) fn age_words(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "All ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}

/// A role on the bill, in words; the usual ones go without saying.
pub(super) const fn role_words(role: Role) -> Option<&'static str> {
    match role {
        Role::Headliner | Role::Performer => None,
        Role::Support => Some("support"),
        Role::Dj => Some("DJ"),
        Role::Host => Some("host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(kind: PriceKind, min: Option<&str>, max: Option<&str>) -> Option<String> {
        let money = |text: Option<&str>| text.map(|t| t.parse().unwrap());
        price_words(&Price { kind, min: money(min), max: money(max), currency: "CAD".parse().ok() })
    }

    #[test]
    fn prices_are_said_in_few_words_and_unknown_ones_not_at_all() {
        assert_eq!(price(PriceKind::Range, Some("25"), Some("30")).as_deref(), Some("25.00\u{2013}30.00 CAD"));
        assert_eq!(price(PriceKind::Fixed, Some("25"), Some("25")).as_deref(), Some("25.00 CAD"));
        assert_eq!(price(PriceKind::From, Some("25"), None).as_deref(), Some("from 25.00 CAD"));
        assert_eq!(price(PriceKind::Free, Some("0"), None).as_deref(), Some("Free"));
        assert_eq!(price(PriceKind::Unknown, None, None), None);
    }

    #[test]
    fn today_is_the_venues_day() {
        let now = "2026-12-12T03:00:00Z".parse().unwrap();
        assert_eq!(today(now, "America/Toronto".parse().unwrap()).to_string(), "2026-12-11");
        assert_eq!(today(now, "Asia/Tokyo".parse().unwrap()).to_string(), "2026-12-12");
        assert_eq!(earliest_today(now).to_string(), "2026-12-11");
    }
}

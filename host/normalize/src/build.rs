//! One event out of everything that the pages say of it.
//!
//! Every field takes the first believable value, the deepest page first; what is not believed on the way is reported.

use std::borrow::Cow;

use marquee_model::{
    AgeRestriction, Attribution, Currency, Event, EventClaim, EventTime, Moment, Price, PriceClaim, PriceKind,
    Severity, WebUrl,
};
use marquee_reading::prices;

use crate::{
    Input, NormalizeLimits, bill, codes,
    grouping::{Occurrence, Sighting},
    links, price,
    report::{Report, Subject},
    times::{self, Calendar},
    words::{folded, line, lines},
};

/// The start of an event, and what the text that told it says beside.
struct Begins<'s, 'a> {
    start: EventTime,
    /// The claims, with the doors and end that their start texts name.
    tells: Vec<(Sighting<'s, 'a>, Option<Moment>, Option<Moment>)>,
}

/// Builds the event, or reports why there is none.
pub(crate) fn event(
    input: &Input<'_>,
    limits: &NormalizeLimits,
    occurrence: &Occurrence<'_, '_>,
    report: &mut Report<'_>,
) -> Option<Event> {
    let sightings = occurrence.sightings.as_slice();
    let deepest = sightings.first()?.seen;
    let subject = &deepest.subject;
    if let Some(reason) = &occurrence.refused {
        report.event(subject, "key", reason, Some(&occurrence.identity));
        return None;
    }
    let Some(title) = sightings.iter().find_map(|s| s.seen.title.clone()) else {
        report.event(subject, "title", "it has no title", deepest.claim.title.as_deref());
        return None;
    };
    let begins = start(input, limits, sightings, report)?;
    let start = begins.start.clone();
    let doors = beside(input, limits, &begins, Beside::Doors, report);
    let end = beside(input, limits, &begins, Beside::End, report);
    let (start, end) = without_template_times(start, end, subject, report);
    check_weekday(sightings, &start, subject, report);
    remark_on_clock(&start, subject, report);
    remark_on_contradictions(sightings, &start, report);

    let first_line = |pick: fn(&EventClaim) -> Option<&String>, field: &str, limit, report: &mut Report<'_>| {
        sightings.iter().find_map(|s| line(pick(s.seen.claim)?, field, limit, &s.seen.subject, report))
    };
    Some(Event {
        identity: occurrence.identity.clone(),
        key: sightings.iter().find_map(|s| s.seen.key.clone()),
        venue: input.source.venue,
        performers: bill::performers(sightings, &title, limits, subject, report),
        status: bill::settled_status(sightings, subject, report),
        start,
        doors,
        end,
        price: cost(input, sightings, report),
        ticket_url: link(sightings, |c| c.ticket_url.as_ref(), "ticket_url", report),
        event_url: link(sightings, |c| c.event_url.as_ref(), "event_url", report),
        image_url: link(sightings, |c| c.image_url.as_ref(), "image_url", report),
        age: age(sightings, report).or(input.source.default_age),
        description: sightings.iter().find_map(|s| {
            let text = s.seen.claim.description.as_ref()?;
            lines(text, "description", limits.description_chars, &s.seen.subject, report)
        }),
        genres: genres(sightings, limits, report),
        room: first_line(|c| c.room.as_ref(), "room", limits.name_chars, report),
        venue_name: first_line(|c| c.venue.as_ref(), "venue", limits.name_chars, report),
        attribution: Attribution {
            source: input.source.id,
            crawl: input.crawl,
            page: deepest.page.digest,
            page_url: deepest.page.url.clone(),
            plugin: input.plugin.clone(),
            fetched_at: deepest.page.fetched_at,
        },
        title,
    })
}

/// The start that the deepest page tells; a page that tells only the day leaves the time to one that tells both alike.
fn start<'s, 'a>(
    input: &Input<'_>,
    limits: &NormalizeLimits,
    sightings: &[Sighting<'s, 'a>],
    report: &mut Report<'_>,
) -> Option<Begins<'s, 'a>> {
    let known: Vec<&EventTime> = sightings.iter().filter_map(|s| s.start).collect();
    let Some(deepest) = known.first() else {
        let telling = sightings.iter().find(|s| s.seen.starts.problem.is_some()).or(sightings.first())?;
        let reason = telling.seen.starts.problem.as_deref().unwrap_or("it has no start");
        report.event(&telling.seen.subject, "start", reason, raw(telling.seen.claim.start.as_ref()).as_deref());
        return None;
    };
    let timed = |time: &&&EventTime| time.date == deepest.date && time.time.is_some();
    let mut start = EventTime::clone(known.iter().find(timed).unwrap_or(deepest));
    let mut tells = Vec::new();
    for sighting in sightings {
        let seen = sighting.seen;
        let (mut doors, mut end) = (seen.starts.doors.clone(), seen.starts.end.clone());
        if let Some(problem) = &seen.starts.problem {
            let calendar = Calendar::of(input.source, &seen.page, limits);
            let on_that_day = match (&seen.claim.start, sighting.start) {
                (Some(Moment::Text(text)), None) => calendar.start_on(text, start.date),
                _ => None,
            };
            match on_that_day {
                Some(read) => {
                    if let Some(time) = read.all.into_iter().find(|time| start.time.is_none() && time.time.is_some()) {
                        start = time;
                    }
                    (doors, end) = (read.doors, read.end);
                }
                None => report.field(&seen.subject, "start", problem, raw(seen.claim.start.as_ref()).as_deref()),
            }
        }
        tells.push((*sighting, doors, end));
    }
    Some(Begins { start, tells })
}

#[derive(Clone, Copy)]
enum Beside {
    Doors,
    End,
}

/// Doors or end: a field of their own comes before what the start's text says.
fn beside(
    input: &Input<'_>,
    limits: &NormalizeLimits,
    begins: &Begins<'_, '_>,
    which: Beside,
    report: &mut Report<'_>,
) -> Option<EventTime> {
    for (sighting, doors, end) in &begins.tells {
        let seen = sighting.seen;
        let calendar = Calendar::of(input.source, &seen.page, limits);
        let (field, own, told) = match which {
            Beside::Doors => ("doors", &seen.claim.doors, doors),
            Beside::End => ("end", &seen.claim.end, end),
        };
        // What is said once holds for every day that the text names, counted from its first.
        let days = match (sighting.start, seen.starts.all.first()) {
            (Some(this), Some(first)) => (this.date - first.date).num_days(),
            _ => 0,
        };
        for moment in [own, told].into_iter().flatten() {
            let read = calendar.beside(moment, &begins.start, |when| match which {
                Beside::Doors => when.doors.unwrap_or(when.start),
                Beside::End => when.end.unwrap_or(when.start),
            });
            let shift = if matches!(moment, Moment::Text(_)) { 0 } else { days };
            let sane = read.map(|time| calendar.shifted(time, shift)).and_then(|time| match which {
                Beside::Doors => calendar.doors(time, &begins.start),
                Beside::End => calendar.end(time, &begins.start),
            });
            match sane {
                Ok(time) => return Some(time),
                Err(reason) => report.field(&seen.subject, field, reason, raw(Some(moment)).as_deref()),
            }
        }
    }
    None
}

/// Takes out what templates print where nobody entered a time: a whole day, and an end at the minute of the start.
fn without_template_times(
    start: EventTime,
    end: Option<EventTime>,
    subject: &Subject,
    report: &mut Report<'_>,
) -> (EventTime, Option<EventTime>) {
    let Some(end) = end else { return (start, None) };
    if times::is_whole_day(&start, &end) {
        let message = "it lasts from midnight to midnight: the day is known, the time is not".to_owned();
        report.remark(Severity::Info, codes::WHOLE_DAY, Some(subject), message, None);
        let day = |time: EventTime| EventTime {
            time: None,
            utc: None,
            resolution: marquee_model::Resolution::Unique,
            ..time
        };
        return (day(start), None);
    }
    if start.time.is_some() && start.date == end.date && start.time == end.time {
        let message = "it ends at the minute at which it starts: the end is not known".to_owned();
        report.remark(Severity::Info, codes::END_IS_START, Some(subject), message, None);
        return (start, None);
    }
    (start, Some(end))
}

fn check_weekday(sightings: &[Sighting<'_, '_>], start: &EventTime, subject: &Subject, report: &mut Report<'_>) {
    // A weekday belongs to the first day that its claim names, and says nothing of another claim's day.
    let of_this_day = |s: &&Sighting<'_, '_>| {
        s.start.is_none_or(|day| day.date == start.date) && s.seen.starts.all.first() == s.start
    };
    let printed = sightings.iter().filter(of_this_day).find_map(|s| s.seen.claim.weekday.or(s.seen.starts.weekday));
    match printed {
        Some(day @ 1..=7) if !times::is_weekday(day, start) => {
            let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let name = names.get(usize::from(day) - 1).copied().unwrap_or_default();
            let message =
                format!("the page says {name}, and {} is a {}; the date stands", start.date, start.date.format("%A"));
            report.remark(Severity::Warning, codes::WEEKDAY_MISMATCH, Some(subject), message, Some(name));
        }
        Some(0 | 8..) => report.field(
            subject,
            "weekday",
            "weekdays are 1 (Monday) to 7 (Sunday)",
            printed.map(|day| day.to_string()).as_deref(),
        ),
        _ => {}
    }
}

fn remark_on_clock(start: &EventTime, subject: &Subject, report: &mut Report<'_>) {
    use marquee_model::Resolution::{Fold, Gap, Unique};
    let (severity, code, what) = match start.resolution {
        Unique => return,
        Gap => (Severity::Warning, codes::CLOCK_GAP, "is skipped on that day; the instant lies the skipped hour later"),
        Fold => (Severity::Info, codes::CLOCK_FOLD, "occurs twice on that day; the first is meant"),
    };
    let time = start.time.map(|time| time.to_string()).unwrap_or_default();
    report.remark(severity, code, Some(subject), format!("{} {time} {} {what}", start.date, start.zone), None);
}

/// Says where two claims of one event do not agree; which of them stands is the rule of [`event`].
fn remark_on_contradictions(sightings: &[Sighting<'_, '_>], start: &EventTime, report: &mut Report<'_>) {
    let Some((first, rest)) = sightings.split_first() else { return };
    for other in rest.iter().filter(|other| other.seen.place != first.seen.place) {
        let mut differ = Vec::new();
        if other.start.is_some_and(|s| s.date != start.date || s.time.is_some() && s.time != start.time) {
            differ.push("start");
        }
        let (a, b) = (first.seen, other.seen);
        let titles = [&a.title, &b.title].map(|title| title.as_deref().map(folded));
        if titles.iter().all(Option::is_some) && titles.first() != titles.last() {
            differ.push("title");
        }
        let both = |pick: fn(&EventClaim) -> Option<&String>| matches!((pick(a.claim), pick(b.claim)), (Some(a), Some(b)) if a.trim() != b.trim());
        if a.page.depth == b.page.depth && both(|c| c.ticket_url.as_ref()) {
            differ.push("ticket_url");
        }
        if !differ.is_empty() {
            let message = format!(
                "two claims of this event differ in {}; the deeper page's, else the first, stands",
                differ.join(", ")
            );
            // Two titles on pages of one kind are two events: one of them is lost, and somebody should look at the key.
            let lost = a.page.depth == b.page.depth && differ.contains(&"title");
            let severity = if lost { Severity::Warning } else { Severity::Info };
            report.remark(severity, codes::MERGE_CONFLICT, Some(&b.subject), message, b.title.as_deref());
        } else if a.key.is_none() && a.page.depth == b.page.depth {
            let message = "it is listed more than once; the claims were merged".to_owned();
            report.remark(Severity::Info, codes::LISTED_TWICE, Some(&b.subject), message, None);
        }
    }
}

fn cost(input: &Input<'_>, sightings: &[Sighting<'_, '_>], report: &mut Report<'_>) -> Option<Price> {
    for sighting in sightings {
        let Some(claim) = &sighting.seen.claim.price else { continue };
        let currency = input.source.currency;
        let read = price::read(&worded(claim, currency), currency);
        match read {
            Ok(read) => {
                if let Some((field, reason, raw)) = read.left_out {
                    report.field(&sighting.seen.subject, field, reason, Some(&raw));
                }
                return Some(read.price);
            }
            Err(reason) => {
                let amounts = [&claim.min, &claim.max].map(|amount| amount.as_deref().unwrap_or("-")).join(" to ");
                let raw = claim.text.clone().unwrap_or(amounts);
                report.field(&sighting.seen.subject, "price", reason, Some(&raw));
            }
        }
    }
    None
}

/// The claim, or what its words say where the plugin handed on words only.
fn worded(claim: &PriceClaim, currency: Option<Currency>) -> Cow<'_, PriceClaim> {
    use PriceKind::{Fixed, From, Range, Unknown};
    let amounts = claim.min.is_some() || claim.max.is_some();
    match &claim.text {
        Some(text) if !amounts && matches!(claim.kind, Fixed | Range | From | Unknown) => {
            prices::read(text, currency).map_or(Cow::Borrowed(claim), Cow::Owned)
        }
        _ => Cow::Borrowed(claim),
    }
}

fn link(
    sightings: &[Sighting<'_, '_>],
    pick: impl Fn(&EventClaim) -> Option<&String>,
    field: &str,
    report: &mut Report<'_>,
) -> Option<WebUrl> {
    for sighting in sightings {
        let Some(raw) = pick(sighting.seen.claim) else { continue };
        match links::read(raw, sighting.seen.page.url) {
            Ok(Some(url)) => return Some(url),
            Ok(None) => {}
            Err(reason) => report.field(&sighting.seen.subject, field, reason, Some(raw)),
        }
    }
    None
}

fn age(sightings: &[Sighting<'_, '_>], report: &mut Report<'_>) -> Option<AgeRestriction> {
    for sighting in sightings {
        match sighting.seen.claim.age {
            None => {}
            Some(AgeRestriction::Minimum(years)) if !(1..=99).contains(&years) => {
                let raw = years.to_string();
                report.field(&sighting.seen.subject, "age", "a least age is 1 to 99 years", Some(&raw));
            }
            known => return known,
        }
    }
    None
}

fn genres(sightings: &[Sighting<'_, '_>], limits: &NormalizeLimits, report: &mut Report<'_>) -> Vec<String> {
    let Some(telling) = sightings.iter().find(|s| !s.seen.claim.genres.is_empty()) else { return Vec::new() };
    let subject = &telling.seen.subject;
    let mut named: Vec<String> = Vec::new();
    for raw in &telling.seen.claim.genres {
        let Some(genre) = line(raw, "genres", limits.name_chars, subject, report) else { continue };
        if named.iter().any(|known| folded(known) == folded(&genre)) {
            continue;
        }
        if named.len() >= limits.genres {
            let reason = format!("there are more than {} genres; the rest is left out", limits.genres);
            report.field(subject, "genres", reason, Some(raw));
            break;
        }
        named.push(genre);
    }
    named
}

/// A moment as it was claimed, for a rejection.
fn raw(moment: Option<&Moment>) -> Option<String> {
    Some(match moment? {
        Moment::Date(date) => date.to_string(),
        Moment::Local(local) => local.to_string(),
        Moment::Instant(instant) => instant.to_rfc3339(),
        Moment::Text(text) => text.clone(),
    })
}

//! What `detect` shows: the candidates, the first events of the best, and the file.

use std::path::Path;

use marquee_detect::{Answer, Detection, Tried};
use marquee_model::{Event, EventTime, Slug, WebUrl};
use serde_json::{Value, json};

use crate::terminal::{or_dash, short, table};

/// Events that are shown: enough to see whether titles, days and times are right.
const SHOWN_EVENTS: usize = 6;

/// Characters of a reason in the table.
const REASON: usize = 110;

/// The candidates, the best first.
pub(super) fn table_of(detection: &Detection) {
    if detection.tried.is_empty() {
        return;
    }
    let mut shown = table(["Plugin", "Sure", "Answer", "Events", "Left out", "Why"]);
    for tried in &detection.tried {
        shown.add_row([
            tried.candidate.plugin.clone(),
            format!("{:.0} %", tried.confidence * 100.0),
            word(&tried.trial.answer).to_owned(),
            tried.trial.events.len().to_string(),
            tried.trial.left_out().to_string(),
            why(tried),
        ]);
    }
    println!("{shown}");
}

/// The reason of the answer where it is no good, then the marks.
fn why(tried: &Tried) -> String {
    let reason = reason(&tried.trial.answer).map(|reason| short(reason, REASON));
    let marks = tried.candidate.reasons.iter().map(|mark| short(mark, REASON));
    reason.into_iter().chain(marks).collect::<Vec<_>>().join("; ")
}

fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Complete => "complete",
        Answer::Partial(_) => "partial",
        Answer::Empty(_) => "empty",
        Answer::Onward(_) => "leads on",
        Answer::NotAListing(_) => "not a listing",
        Answer::Refused(_) => "does not know it",
        Answer::NotTried(_) => "not tried",
    }
}

fn reason(answer: &Answer) -> Option<&str> {
    match answer {
        Answer::Complete => None,
        Answer::Partial(reason)
        | Answer::Empty(reason)
        | Answer::Onward(reason)
        | Answer::NotAListing(reason)
        | Answer::Refused(reason)
        | Answer::NotTried(reason) => Some(reason),
    }
}

/// The first events, and what was not believed.
pub(super) fn events(tried: &Tried) {
    let trial = &tried.trial;
    if !trial.events.is_empty() {
        let mut shown = table(["Date", "Doors", "Show", "Title", "Price", "Tickets"]);
        for event in trial.events.iter().take(SHOWN_EVENTS) {
            shown.add_row([
                event.start.date.to_string(),
                or_dash(event.doors.as_ref().and_then(time)),
                or_dash(time(&event.start)),
                short(&event.title, 60),
                or_dash(event.price.as_ref().and_then(|price| price.min.or(price.max))),
                or_dash(event.ticket_url.as_ref().map(|url| short(url.as_str(), 50))),
            ]);
        }
        println!("{shown}");
        if trial.events.len() > SHOWN_EVENTS {
            println!("and {} more", trial.events.len() - SHOWN_EVENTS);
        }
    }
    for rejection in trial.rejections.iter().filter(|rejection| rejection.fatal).take(3) {
        println!("left out: {}: {}: {}", short(&rejection.event, 40), rejection.field, rejection.reason);
    }
}

fn time(time: &EventTime) -> Option<String> {
    time.time.map(|time| time.format("%H:%M").to_string())
}

/// The file, or where it was written; and what to do next.
pub(super) fn file(text: &str, place: Option<&Path>, tried: &Tried, slug: &Slug) {
    match place {
        Some(place) => {
            println!(
                "\nWritten: {}. Look through the comments, then: marquee sources check, marquee crawl {slug}",
                place.display()
            );
        }
        None => {
            println!("\n{text}");
            println!("# Write it with `--write sources`; then: marquee sources check, marquee crawl {slug}");
        }
    }
    if !matches!(tried.trial.answer, Answer::Complete) {
        println!(
            "# Not everything was read: {}",
            or_dash(reason(&tried.trial.answer).map(|reason| short(reason, 200)))
        );
    }
}

/// All of it for machines.
pub(super) fn json(
    url: &WebUrl,
    detection: &Detection,
    chosen: Option<&Tried>,
    file: Option<&str>,
    place: Option<&Path>,
) -> Value {
    let candidates: Vec<Value> = detection.tried.iter().map(candidate).collect();
    let first: Vec<&Event> = chosen.into_iter().flat_map(|tried| &tried.trial.events).take(SHOWN_EVENTS).collect();
    json!({
        "url": url,
        "candidates": candidates,
        "chosen": chosen.map(|tried| &tried.candidate.plugin),
        "events": first,
        "setting": detection.setting,
        "file": file,
        "written": place,
    })
}

fn candidate(tried: &Tried) -> Value {
    let candidate = &tried.candidate;
    json!({
        "plugin": candidate.plugin,
        "confidence": (tried.confidence * 100.0).round() / 100.0,
        "answer": tried.trial.answer,
        "events": tried.trial.events.len(),
        "left_out": tried.trial.left_out(),
        "reasons": candidate.reasons,
        "remarks": tried.trial.remarks,
        "url": candidate.url,
        "configuration": candidate.configuration,
        "first_request": if candidate.plugin_first { "plugin" } else { "get" },
        "follow_hosts": candidate.hosts,
        "follow_headers": candidate.headers,
        "missing": candidate.missing,
        "fields": tried.proposal.as_ref().map(|proposal| json!({ "items": proposal.items, "read": proposal.read, "found": proposal.fields })),
    })
}

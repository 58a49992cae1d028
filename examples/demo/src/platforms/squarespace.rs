//! Squarespace: the JSON of an events collection, and its list as HTML.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::{
    markup::{escape, instant, page},
    show::Show,
};

/// The collection's id, as Squarespace writes them.
pub(crate) const COLLECTION: &str = "6b00f1e5d09c2a0001a77e57";

/// The answer to `?format=json`.
pub(crate) fn collection(name: &str, zone: &str, shows: &[Show], today: NaiveDate) -> Value {
    json!({
        "website": { "id": "6b00f1e5d09c2a0001a77e00", "siteTitle": name, "timeZone": zone },
        "collection": { "id": COLLECTION, "title": "Shows", "typeName": "events", "type": 10, "fullUrl": "/shows" },
        "upcoming": shows.iter().map(|show| item(zone, show, today)).collect::<Vec<_>>(),
        "past": [],
    })
}

/// The answer to `GetItemsByMonth`: the shows of one month, such as `11-2026`.
pub(crate) fn month(zone: &str, shows: &[Show], today: NaiveDate, month: &str) -> Value {
    let of_month = |show: &&Show| show.date(today).format("%m-%Y").to_string() == month;
    shows.iter().filter(of_month).map(|show| item(zone, show, today)).collect()
}

fn item(zone: &str, show: &Show, today: NaiveDate) -> Value {
    let start = instant(show.start(today), zone).0;
    let end = show.end(today).map_or(start, |end| instant(end, zone).0);
    let excerpt = if show.text.is_empty() { String::new() } else { format!("<p class=\"\">{}</p>", escape(show.text)) };
    json!({
        "id": format!("6b00f1e5d09c2a0001{:06x}", show.number),
        "collectionId": COLLECTION,
        "recordType": 12,
        "addedOn": start - 3_000_000_000_i64,
        "updatedOn": start - 3_000_000_000_i64,
        "tags": [],
        "categories": if show.genre.is_empty() { vec![] } else { vec![show.genre] },
        "workflowState": 1,
        "urlId": show.slug,
        "title": show.title,
        "body": null,
        "excerpt": excerpt,
        "location": { "mapZoom": 12, "addressTitle": "The Velvet Otter", "addressLine1": "9 Tideline Street", "addressLine2": "Vancouver, BC", "addressCountry": "Canada" },
        "fullUrl": format!("/velvet-otter/shows/{}", show.slug),
        "contentType": "image/jpeg",
        "structuredContent": { "_type": "CalendarEvent", "startDate": start, "endDate": end },
        "startDate": start,
        "endDate": end,
        "items": [],
        "recordTypeLabel": "event"
    })
}

/// The list as HTML, below `path`.
pub(crate) fn list(name: &str, path: &str, shows: &[Show], today: NaiveDate) -> String {
    let items: String = shows.iter().map(|show| article(path, show, today)).collect();
    let body = format!(
        "<main id=\"page\" class=\"container\" role=\"main\"><article class=\"sections\" id=\"sections\"><section class=\"page-section\"><div class=\"content\">\n\
         <!-- Event List View -->\n<div class=\"sqs-events-collection-list events events-list events-stacked\">\n<!-- Upcoming Events -->\n\
         <div class=\"eventlist eventlist--upcoming\">\n{items}</div>\n</div>\n</div></section></article></main>"
    );
    page("en", &format!("Shows — {name}"), "<!-- This is Squarespace. -->\n", &body)
}

fn article(path: &str, show: &Show, today: NaiveDate) -> String {
    let start = show.start(today);
    let url = format!("{path}/shows/{}/{}/{}/{}", start.year(), start.month(), start.day(), show.slug);
    let moment = |at: chrono::NaiveDateTime| {
        format!(
            "<time class=\"event-date\" datetime=\"{day}\">{date}</time>\n<span class=\"eventlist-meta-time\">\
             <time class=\"event-time-12hr\" datetime=\"{day}\">{twelve}</time> <time class=\"event-time-24hr\" datetime=\"{day}\">{full}</time></span>\n",
            day = at.format("%Y-%m-%d"),
            date = at.format("%a, %b %-d, %Y"),
            twelve = at.format("%-I:%M %p"),
            full = at.format("%H:%M"),
        )
    };
    let meta = match show.end(today) {
        Some(end) if end.date() == start.date() => format!(
            "<li class=\"eventlist-meta-item eventlist-meta-date event-meta-item\"><time class=\"event-date\" datetime=\"{day}\">{date}</time></li>\n\
             <li class=\"eventlist-meta-item eventlist-meta-time event-meta-item\"><span class=\"event-time-12hr\">\
             <time class=\"event-time-12hr-start\" datetime=\"{day}\">{from}</time> <span class=\"event-datetime-divider\"></span> \
             <time class=\"event-time-12hr-end\" datetime=\"{day}\">{to}</time></span>\
             <span class=\"event-time-24hr\"><time class=\"event-time-24hr-start\" datetime=\"{day}\">{from24}</time> <span class=\"event-datetime-divider\"></span> \
             <time class=\"event-time-24hr-end\" datetime=\"{day}\">{to24}</time></span></li>\n",
            day = start.format("%Y-%m-%d"),
            date = start.format("%A, %B %-d, %Y"),
            from = start.format("%-I:%M %p"),
            to = end.format("%-I:%M %p"),
            from24 = start.format("%H:%M"),
            to24 = end.format("%H:%M"),
        ),
        Some(end) => format!(
            "<li class=\"eventlist-meta-item eventlist-meta-date event-meta-item\">\n{}<span class=\"event-datetime-divider\"></span>\n{}</li>\n",
            moment(start),
            moment(end)
        ),
        None => {
            format!("<li class=\"eventlist-meta-item eventlist-meta-date event-meta-item\">\n{}</li>\n", moment(start))
        }
    };
    format!(
        "<article class=\"eventlist-event eventlist-event--upcoming eventlist-event--hasimg eventlist-hasimg\">\n\
         <a href=\"{url}\" class=\"eventlist-column-thumbnail content-fill\"><img data-src=\"{path}/posters/{slug}.jpg\" data-image=\"{path}/posters/{slug}.jpg\" alt=\"{title}\" class=\"eventlist-thumbnail\"></a>\n\
         <div class=\"eventlist-column-date\"><div class=\"eventlist-datetag\"><div class=\"eventlist-datetag-inner\">\
         <div class=\"eventlist-datetag-startdate eventlist-datetag-startdate--month\">{month}</div>\
         <div class=\"eventlist-datetag-startdate eventlist-datetag-startdate--day\">{day}</div><div class=\"eventlist-datetag-status\"></div></div></div></div>\n\
         <div class=\"eventlist-column-info\">\n<h1 class=\"eventlist-title\"><a href=\"{url}\" class=\"eventlist-title-link\">{title}</a></h1>\n\
         <ul class=\"eventlist-meta event-meta\">\n{meta}\
         <li class=\"eventlist-meta-item eventlist-meta-export event-meta-item\"><a href=\"{url}?format=ical\" class=\"eventlist-meta-export-ical\">ICS</a></li>\n</ul>\n\
         <div class=\"eventlist-description\"><div class=\"sqs-block-content\"><p>{text}</p></div></div>\n\
         <a href=\"{url}\" class=\"eventlist-button sqs-editable-button sqs-button-element--primary\">View Event →</a>\n</div>\n</article>\n",
        slug = show.slug,
        title = escape(show.title),
        month = start.format("%b"),
        day = start.format("%-d"),
        text = escape(show.text),
    )
}

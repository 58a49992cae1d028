//! The Events Calendar for WordPress: its list view (version 6), page by page.

use chrono::{Datelike, NaiveDate, Timelike};
use serde_json::json;

use crate::{
    markup::{escape, instant, optional, page},
    show::Show,
};

/// Shows on one page of the list.
const PER_PAGE: usize = 6;

/// A page of the list, counted from 1; `None` where there is none.
pub(crate) fn list(
    name: &str,
    base: &str,
    zone: &str,
    shows: &[Show],
    today: NaiveDate,
    number: usize,
) -> Option<String> {
    let pages = shows.chunks(PER_PAGE).count();
    let on_page = shows.chunks(PER_PAGE).nth(number.checked_sub(1)?)?;
    let mut rows = String::new();
    let mut month = None;
    for show in on_page {
        let date = show.date(today);
        if month.replace((date.year(), date.month())) != Some((date.year(), date.month())) {
            rows.push_str(&format!(
                "<h3 class=\"tribe-events-calendar-list__month-separator\"><time class=\"tribe-events-calendar-list__month-separator-text tribe-common-h7\" datetime=\"{}\">{}</time></h3>\n",
                date.format("%Y-%m"),
                date.format("%B %Y"),
            ));
        }
        rows.push_str(&row(base, show, today));
    }
    let structured: Vec<serde_json::Value> = on_page.iter().map(|show| event(name, base, zone, show, today)).collect();
    let next = if number < pages {
        format!(
            "<a href=\"{base}/events/list/page/{}/\" rel=\"next\" class=\"tribe-events-c-nav__next tribe-common-b2\" data-js=\"tribe-events-view-link\" aria-label=\"Next Events\" title=\"Next Events\">Next <span class=\"tribe-events-c-nav__next-label-plural\">Events</span></a>",
            number + 1
        )
    } else {
        "<button class=\"tribe-events-c-nav__next tribe-common-b2\" aria-label=\"Next Events\" title=\"Next Events\" disabled>Next <span class=\"tribe-events-c-nav__next-label-plural\">Events</span></button>".to_owned()
    };
    let body = format!(
        "{}<ul class=\"tribe-events-calendar-list\" aria-label=\"List of Events\">\n{rows}</ul>\n\
         <nav class=\"tribe-events-calendar-list-nav tribe-events-c-nav\" aria-label=\"Bottom events list pagination\"><ul class=\"tribe-events-c-nav__list\">\n\
         <li class=\"tribe-events-c-nav__list-item tribe-events-c-nav__list-item--prev\"><a href=\"{base}/events/list/?eventDisplay=past\" rel=\"prev\" class=\"tribe-events-c-nav__prev\">Previous Events</a></li>\n\
         <li class=\"tribe-events-c-nav__list-item tribe-events-c-nav__list-item--today\"><a href=\"{base}/events/list/\" class=\"tribe-events-c-nav__today\">Today</a></li>\n\
         <li class=\"tribe-events-c-nav__list-item tribe-events-c-nav__list-item--next\">{next}</li>\n</ul></nav>",
        script(&structured),
    );
    Some(view(name, base, "", &body))
}

/// The list of a venue that has nothing on, and says so.
pub(crate) fn empty_list(name: &str, base: &str) -> String {
    let messages = "<div class=\"tribe-events-header__messages tribe-events-c-messages tribe-common-b2\">\
        <div class=\"tribe-events-c-messages__message tribe-events-c-messages__message--notice\" tabindex=\"0\" role=\"alert\">\
        <ul class=\"tribe-events-c-messages__message-list\"><li class=\"tribe-events-c-messages__message-list-item\" data-key=\"0\">\
        There are no upcoming events.</li></ul></div></div>";
    view(name, base, messages, "<ul class=\"tribe-events-calendar-list\" aria-label=\"List of Events\"></ul>")
}

/// The page of one event.
pub(crate) fn single(name: &str, base: &str, zone: &str, show: &Show, today: NaiveDate) -> String {
    let body = format!(
        "<div id=\"tribe-events-content\" class=\"tribe-events-single\">\n<h1 class=\"tribe-events-single-event-title\">{}</h1>\n\
         <div class=\"tribe-events-schedule tribe-clearfix\"><h2>{}</h2>{}</div>\n\
         <div class=\"tribe-events-single-event-description tribe-events-content\"><p>{}</p></div>\n</div>",
        escape(show.title),
        range(show, today),
        optional("<span class=\"tribe-events-cost\">", show.price, "</span>"),
        escape(show.text),
    );
    page("en", &format!("{} – {name}", show.title), &script(&[event(name, base, zone, show, today)]), &body)
}

fn view(name: &str, base: &str, messages: &str, body: &str) -> String {
    let body = format!(
        "<header class=\"site-header\"><a href=\"{base}/\">{name}</a></header>\n\
         <main id=\"tribe-events\">\n<div class=\"tribe-common tribe-events tribe-events-view tribe-events-view--list\" data-js=\"tribe-events-view\" \
         data-view-rest-url=\"{base}/wp-json/tribe/views/v2/html\" data-view-manage-url=\"1\">\n\
         <div class=\"tribe-common-l-container tribe-events-l-container\">\n<header class=\"tribe-events-header\">{messages}\
         <div class=\"tribe-events-header__events-bar tribe-events-c-events-bar\" data-js=\"tribe-events-events-bar\"></div></header>\n{body}\n</div></div>\n</main>\n\
         <footer class=\"site-footer\"><p>{name}. Earplugs at the bar.</p></footer>",
        name = escape(name),
    );
    let head = "<meta name=\"generator\" content=\"WordPress\">\n<link rel=\"stylesheet\" href=\"/wp-content/plugins/the-events-calendar/build/css/views-full.css\">\n";
    page("en", &format!("Events – {name}"), head, &body)
}

fn row(base: &str, show: &Show, today: NaiveDate) -> String {
    let date = show.date(today);
    format!(
        "<li class=\"tribe-common-g-row tribe-events-calendar-list__event-row\">\n\
         <div class=\"tribe-events-calendar-list__event-date-tag tribe-common-g-col\"><time class=\"tribe-events-calendar-list__event-date-tag-datetime\" datetime=\"{day}\" aria-hidden=\"true\">\
         <span class=\"tribe-events-calendar-list__event-date-tag-weekday\">{weekday}</span> <span class=\"tribe-events-calendar-list__event-date-tag-daynum tribe-common-h5\">{number}</span></time></div>\n\
         <div class=\"tribe-events-calendar-list__event-wrapper tribe-common-g-col\">\n\
         <article class=\"tribe-events-calendar-list__event tribe-common-g-row tribe-common-g-row--gutters post-{id} tribe_events type-tribe_events status-publish hentry\">\n\
         <div class=\"tribe-events-calendar-list__event-details tribe-common-g-col\">\n<header class=\"tribe-events-calendar-list__event-header\">\n\
         <div class=\"tribe-events-calendar-list__event-datetime-wrapper tribe-common-b2\"><time class=\"tribe-events-calendar-list__event-datetime\" datetime=\"{day}\">{range}</time></div>\n\
         <h4 class=\"tribe-events-calendar-list__event-title tribe-common-h6 tribe-common-h4--min-medium\"><a href=\"{base}/event/{slug}/\" title=\"{title}\" rel=\"bookmark\" class=\"tribe-events-calendar-list__event-title-link tribe-common-anchor-thin\">\n\t{title}\t</a></h4>\n\
         </header>\n{text}{cost}</div>\n</article>\n</div>\n</li>\n",
        day = date.format("%Y-%m-%d"),
        weekday = date.format("%a"),
        number = date.format("%-d"),
        id = show.number,
        range = range(show, today),
        slug = show.slug,
        title = escape(show.title),
        text = optional(
            "<div class=\"tribe-events-calendar-list__event-description tribe-common-b2 tribe-common-a11y-hidden\"><p>",
            show.text,
            "</p></div>\n"
        ),
        cost = optional(
            "<div class=\"tribe-events-c-small-cta tribe-common-b3 tribe-events-calendar-list__event-cost\"><span class=\"tribe-events-c-small-cta__price\">",
            show.price,
            "</span></div>\n"
        ),
    )
}

/// `November 27 @ 8:00 pm - 11:00 pm`; the year is printed when it is not this one.
fn range(show: &Show, today: NaiveDate) -> String {
    let start = show.start(today);
    let day = if start.year() == today.year() { "%B %-d @ %-I:%M %P" } else { "%B %-d, %Y @ %-I:%M %P" };
    let end = show.end(today).map(|end| {
        let form = if end.date() == start.date() || end.hour() < 5 { "%-I:%M %P" } else { day };
        format!(" - <span class=\"tribe-event-time\">{}</span>", end.format(form))
    });
    format!("<span class=\"tribe-event-date-start\">{}</span>{}", start.format(day), end.unwrap_or_default())
}

fn event(name: &str, base: &str, zone: &str, show: &Show, today: NaiveDate) -> serde_json::Value {
    let start = show.start(today);
    json!({
        "@context": "http://schema.org",
        "@type": "Event",
        "name": escape(show.title),
        "description": format!("&lt;p&gt;{}&lt;/p&gt;\\n", escape(show.text)),
        "url": format!("{base}/event/{}/", show.slug),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "startDate": instant(start, zone).1,
        "endDate": instant(show.end(today).unwrap_or(start), zone).1,
        "location": { "@type": "Place", "name": name },
        "performer": "Organization"
    })
}

fn script(events: &[serde_json::Value]) -> String {
    format!("<script type=\"application/ld+json\">{}</script>\n", serde_json::Value::from(events))
}

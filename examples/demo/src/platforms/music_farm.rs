//! A small venue's own page, in the layout that the plugin `music-farm` reads.

use chrono::NaiveDate;

use crate::{
    markup::{escape, optional, page, twelve_hours},
    show::Show,
};

/// The page.
pub(crate) fn list(name: &str, base: &str, shows: &[Show], today: NaiveDate) -> String {
    let items: String = shows.iter().map(|show| item(base, show, today)).collect();
    let body = format!(
        "<header><h1>{}</h1><nav><a href=\"{base}/events\">Events</a> <a href=\"{base}/about\">About</a></nav></header>\n\
         <main>\n<section class=\"events\">\n<h2>Upcoming Shows</h2>\n{items}</section>\n</main>\n<footer><p>Mind the step.</p></footer>",
        escape(name)
    );
    page("en", &format!("{name} - Events"), "", &body)
}

fn item(base: &str, show: &Show, today: NaiveDate) -> String {
    let doors = show.door_time().map(|time| format!("Doors: {}", twelve_hours(time))).unwrap_or_default();
    format!(
        "<div class=\"event-item\" data-event-id=\"{number}\">\n\
         <div class=\"event-header\"><h3 class=\"event-title\">{title}</h3>{support}</div>\n\
         <div class=\"event-details\">\n<div class=\"date\">{date}</div>\n{doors}{price}{age}</div>\n\
         <div class=\"event-actions\"><a href=\"{base}/events/{number}\" class=\"event-link\">Event Details</a>\n\
         <a href=\"{base}/tickets/{slug}\" class=\"ticket-link buy-tickets\">Buy Tickets</a></div>\n</div>\n",
        number = show.number,
        title = escape(show.title),
        support = optional("<div class=\"artist\">", show.support, "</div>"),
        date = show.start(today).format("%A, %B %-d, %Y at %-I:%M %p"),
        doors = optional("<div class=\"time\">", &doors, "</div>\n"),
        price = optional("<div class=\"price\">", show.price, "</div>\n"),
        age = optional("<div class=\"age-restriction\">", show.age, "</div>\n"),
        slug = show.slug,
    )
}

//! The event list that SeeTickets' plugin puts into a venue's WordPress pages.

use chrono::NaiveDate;

use crate::{
    markup::{escape, page, twelve_hours},
    show::Show,
};

/// The list. Dates are printed without a year.
pub(crate) fn list(name: &str, base: &str, shows: &[Show], today: NaiveDate) -> String {
    let items: String = shows.iter().map(|show| item(name, base, show, today)).collect();
    let body = format!(
        "<div id=\"primary\" class=\"content-area\"><main id=\"main\" class=\"site-main\">\n\
         <article class=\"page type-page status-publish hentry\"><header class=\"entry-header\"><h1 class=\"entry-title\">Upcoming Events</h1></header>\n\
         <div class=\"entry-content\">\n<div class=\"list-view-events\">\n<ul id=\"filtered-events-list\" class=\"seetickets-list-events\">\n{items}</ul>\n</div>\n</div></article>\n</main></div>"
    );
    page("en", &format!("{name} – Upcoming Events"), "<meta name=\"generator\" content=\"WordPress\">\n", &body)
}

fn item(name: &str, base: &str, show: &Show, today: NaiveDate) -> String {
    let url = format!("{base}/tickets/{}/{}?afflky=Heron", show.slug, show.number);
    let date = show.date(today).format("%a %b %d");
    let doors = show.door_time().map(|t| format!("<span class=\"door-time\">Doors: {} / </span>", twelve_hours(t)));
    let age = if show.age.is_empty() { String::new() } else { format!("{}, ", escape(show.age)) };
    format!(
        "<li class=\"mdc-card display-flex mt-12 mb-12 seetickets-list-event-container mdc-card mdc-card--outlined\">\n\
         <div class=\"seetickets-list-view-event-image-container\"><a href=\"{url}\" target=\"_blank\"><img decoding=\"async\" src=\"{base}/posters/{number}.png\" alt=\"{title}\" class=\"seetickets-list-view-event-image\"></a></div>\n\
         <div class=\"seetickets-list-event-content-container position-relative ml-2r\">\n<div class=\"event-info-block\">\n\
         <p class=\"fs-12 event-header\"></p>\n\
         <p class=\"fs-18 bold mb-12 event-title\"><a href=\"{url}\" target=\"_blank\">{title}</a></p>\n\
         <p class=\"fs-12 supporting-talent\">{support}</p>\n\
         <p class=\"fs-12 venue\">at {name}</p>\n\
         <p class=\"fs-18 bold mt-1r event-date\">{date}</p>\n\
         <p class=\"fs-12 headliners\">{title}</p>\n\
         <p class=\"fs-12 doortime-showtime\">{doors}<span class=\"event-time\">Show: {show_time}</span></p>\n\
         <p class=\"fs-12 subtitle\"></p>\n\
         <p class=\"fs-12 prices-age\"><span class=\"ages\">{age}</span><span class=\"price\">{price}</span></p>\n\
         <p class=\"fs-12 genre\">{genre}</p></div>\n\
         <div class=\"buy-and-share-block position-absolute\"><a href=\"{url}\" aria-label=\"Buy Tickets for {title} on {date}\" class=\"seetickets-buy-btn fs-12\">Buy Tickets</a></div>\n\
         </div>\n</li>\n",
        number = show.number,
        title = escape(show.title),
        support = escape(show.support),
        name = escape(name),
        doors = doors.unwrap_or_default(),
        show_time = twelve_hours(show.start(today).time()),
        price = escape(show.price),
        genre = escape(show.genre),
    )
}

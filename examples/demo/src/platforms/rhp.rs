//! The event list of the RHP events plugin, which sells through Etix.

use chrono::{Datelike, NaiveDate};

use crate::{
    markup::{escape, page, short_hours},
    show::Show,
};

/// The list, with a heading for each month.
pub(crate) fn list(name: &str, base: &str, shows: &[Show], today: NaiveDate) -> String {
    let mut rows = String::new();
    let mut month = None;
    for show in shows {
        let date = show.date(today);
        if month.replace((date.year(), date.month())) != Some((date.year(), date.month())) {
            rows.push_str(&format!(
                "<span class=\"rhp-events-list-separator-month d-flex\"><span>{}</span></span>\n",
                date.format("%B %Y")
            ));
        }
        rows.push_str(&event(name, base, show, today));
    }
    let body = format!(
        "<div id=\"rhp_events_list\" class=\"rhp-events-list-wrapper\">\n\
         <input type=\"hidden\" name=\"eventDesktopView\" class=\"eventDesktopView\" value=\"List\">\n\
         <div class=\"generalView rhp-desktop-list\">\n{rows}</div>\n</div>"
    );
    page("en", &format!("Events – {name}"), "<meta name=\"generator\" content=\"WordPress\">\n", &body)
}

fn event(name: &str, base: &str, show: &Show, today: NaiveDate) -> String {
    let url = format!("{base}/event/{}/{}/", show.slug, "tin-whistle-hall/denver");
    let times = show.door_time().map_or_else(
        || format!("Show: {}", short_hours(show.start(today).time())),
        |doors| format!("Show: {} // Doors: {}", short_hours(show.start(today).time()), short_hours(doors)),
    );
    let hidden = |text: &str| if text.is_empty() { " d-none" } else { "" };
    format!(
        "<!-- Event List Wrapper -->\n<div class=\"col-12 eventWrapper rhpSingleEvent py-4 px-0\">\n<div class=\"row g-0\">\n\
         <div class=\"col-12 col-md-3\"><div class=\"rhp-event-thumb\"><a class=\"url\" href=\"{url}\" title=\"{title}\" rel=\"bookmark\">\
         <div class=\"rhp-events-event-image\"><img src=\"{base}/posters/{number}.jpg\" class=\"eventListImage\" title=\"{title}\"></div>\
         <div class=\"eventDateList BelowImage\"><div id=\"eventDate\" class=\"mb-0 eventMonth singleEventDate text-uppercase\">\n{date}</div></div></a></div></div>\n\
         <div class=\"col-12 col-md-6\"><div class=\"col-12 rhp-event-info\"><div class=\"row g-0\"><div class=\"col-12 belowLowTicketSection p-2\">\n\
         <div class=\"col-12 px-0 eventTitleDiv\"><a id=\"eventTitle\" class=\"url\" href=\"{url}\" title=\"{title}\" rel=\"bookmark\"><h2 class=\"font1by25 lineHeight12\">\n{title}\n</h2></a></div>\n\
         <div class=\"col-12 px-0 rhp-event__subheader{no_support}\"><h4 class=\"eventSubHeader\">{support}</h4></div>\n\
         <div class=\"col-12 eventAgeRestriction px-0{no_age}\">{age}</div>\n\
         <div class=\"col-12 px-0 rhpEventDetails\"><div class=\"row g-0\"><div class=\"col-12\"><div class=\"eventDateDetails mt-md-0 mb-md-2\">\
         <div class=\"eventsColor eventDoorStartDate d-flex align-items-center\"><span class=\"font0by75 fontWeight500 lineHeight15\">\n{times}\n</span></div></div></div>\n\
         <div class=\"col-12 d-flex align-items-center eventsColor eventCost{no_price}\"><span class=\"\">\n{price}\n</span></div>\n\
         <div class=\"col-12 eventsVenueDiv\"><div class=\"d-flex align-items-center eventVenue\"><div class=\"rhpVenueContent\"><a class=\"venueLink\" href=\"{base}/venue/\" title=\"{name}\">{name}</a></div></div></div>\n\
         </div></div>\n</div></div></div></div>\n\
         <div class=\"col-12 col-md-3 text-center\"><div class=\"row g-0\"><div class=\"col-12 rhp-event-list-cta mt-md-0\"><span id=\"ctaspan-{number}\" class=\"rhp-event-cta on-sale\">\
         <a class=\"btn btn-primary btn-md d-block w-100\" target=\"_blank\" rel=\"external\" title=\"Buy Tickets\" href=\"{base}/etix/ticket/p/{number}/{slug}?partner_id=100\">Buy Tickets</a></span></div>\n\
         <div class=\"col-12 mt-2 text-center eventMoreInfo\"><a class=\"btn btn-md d-block w-100\" href=\"{url}\" rel=\"bookmark\">More Info</a></div></div></div>\n\
         </div>\n</div><!-- end event list wrapper -->\n",
        title = escape(show.title),
        number = show.number,
        date = show.date(today).format("%a, %b %d, %Y"),
        no_support = hidden(show.support),
        support = escape(show.support),
        no_age = hidden(show.age),
        age = escape(show.age),
        no_price = hidden(show.price),
        price = escape(show.price),
        name = escape(name),
        slug = show.slug,
    )
}

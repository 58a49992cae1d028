//! White-label listings of See Tickets: the widget that venues and promoters set into their own sites (see README.md).

use marquee_sdk::{
    Columns, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, Severity, Table,
    capture, capture_each, read_dates, read_performers,
};

/// The plugin.
pub struct SeeTickets;

/// One event: of the list, of the cards of the calendar's grid, of the older list.
const EVENTS: &str = ".seetickets-list-event-container, .seetickets-calendar-event-container, .seetickets-list-event, .seetickets-grid-event-container";
/// The widget itself.
const WIDGET: &str = ".seetickets-list-events, .seetickets-list-view-container, .seetickets-calendar, .seetickets-wrapper, [id^=seetickets]";
/// Where it says that nothing is on.
const EMPTY: &str =
    ".seetickets-list-events, .seetickets-list-view-container, .seetickets-no-events, .seetickets-wrapper";
const NEXT_LINK: &str =
    "a.seetickets-next, .seetickets-pagination a.next, .seetickets-list-view-pagination a[rel=next]";
const NEXT: &str = "next";

impl Extractor for SeeTickets {
    fn describe() -> Description {
        Description::new(
            "see-tickets",
            env!("CARGO_PKG_VERSION"),
            "Venue and promoter sites with the white-label listing of See Tickets.",
        )
        .reads(&["pages with the See Tickets list or grid widget"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let configuration = page.configuration();
        let mut listing = Listing::new();
        let acts = configuration.text("headliners").as_deref() == Some("acts");
        let venues: Vec<String> = configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect();
        read(&mut listing, &document, &venues, acts)?;
        if let Some(url) = document.url_of(NEXT_LINK, "href")? {
            listing.follow(&url, NEXT, None);
        }
        match configuration.text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None => listing.nothing_on(&document, EMPTY, Listing::NOTHING_ON)?,
        }
        listing.disguise(&document)?;
        let widget = if document.has(WIDGET)? { "the See Tickets widget is there" } else { "no See Tickets widget" };
        listing.finish(&format!("{widget}, without an event in the list and without a word that nothing is on"))
    }
}

fn read(listing: &mut Listing, document: &Element, venues: &[String], acts: bool) -> Result<(), ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text(".event-title");
    let link = columns.url(".event-title a, .seetickets-list-view-event-image-container a", "href");
    let button = columns.url("a.seetickets-buy-btn", "href");
    let button_words = columns.text(".seetickets-buy-btn");
    let venue = columns.text(".venue");
    let headliners = columns.text(".headliners");
    let support = columns.text(".supporting-talent");
    let prices = columns.text(".price, .prices");
    let ages = columns.text(".ages");
    let image = columns.url("img", "src");
    let genre = columns.text(".genre");
    let subtitle = columns.text(".subtitle");
    let when = When {
        day: columns.text(".event-date, .date"),
        doors: columns.text(".door-time, .see-doortime"),
        show: columns.text(".event-time, .show-time, .see-showtime"),
        both: columns.text(".doortime-showtime"),
    };
    let table = document.table(EVENTS, &columns)?;
    let dates = read_dates(when.texts(&table));
    // The number in `/event/moony/611764` stays when the title, and the words in the address, change.
    let keys = capture_each(r"/(\d{4,})(?:[/?#]|$)", &table.column(link))?;

    let mut elsewhere = 0_usize;
    for ((row, date), key) in table.iter().zip(&dates).zip(keys) {
        let place = row.get(venue).map(str::to_lowercase);
        if !venues.is_empty() && place.as_ref().is_some_and(|at| !venues.iter().any(|wanted| at.contains(wanted))) {
            elsewhere += 1;
            continue;
        }
        let path = row.get(link).map(str::to_owned);
        let mut event = Event::new(row.get(title))
            .key(key.or(path))
            .when(date)
            .event_url(row.get(link))
            .ticket_url(row.get(button))
            .ticket_url(row.get(link))
            .status_words(row.get(button_words))
            .price_words(row.get(prices))
            .age_words(row.get(ages))
            .image_url(row.get(image))
            .genre(row.get(genre))
            .description(row.get(subtitle));
        if let Some(support) = row.get(support) {
            let named = row.get(headliners).filter(|_| acts).or(row.get(title));
            event = bill(event, named, support)?;
        } else if acts && let Some(named) = row.get(headliners) {
            event = event.performers(read_performers(named));
        }
        listing.event(event);
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            return Err(ExtractError::missing(&format!("an event at a configured venue, among {elsewhere}"), ".venue"));
        }
    }
    Ok(())
}

/// The columns that tell when.
struct When {
    day: marquee_sdk::Column,
    doors: marquee_sdk::Column,
    show: marquee_sdk::Column,
    both: marquee_sdk::Column,
}

impl When {
    /// Day, doors and show as one text: the host knows which time is which by their words.
    fn texts(&self, table: &Table) -> Vec<String> {
        let text = |row: &marquee_sdk::Row| {
            let trim = |words: &str| words.trim_matches(['/', '|', ',', ' ']).to_owned();
            // Some versions print "Doors at" beside the element and only the time in it.
            let named = |name: &str, words: &str| {
                let words = trim(words);
                if words.starts_with(|c: char| c.is_ascii_digit()) { format!("{name}: {words}") } else { words }
            };
            let doors = row.get(self.doors).map(|words| named("Doors", words));
            let show = row.get(self.show).map(|words| named("Show", words));
            let times: Vec<String> = match (doors, show) {
                (None, None) => row.get(self.both).map(trim).into_iter().collect(),
                (doors, show) => doors.into_iter().chain(show).collect(),
            };
            let day = row.get(self.day).unwrap_or_default().to_owned();
            std::iter::once(day).chain(times).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        table.iter().map(text).collect()
    }
}

/// Headliners, then support: the widget tells them apart, which a title does not.
fn bill(mut event: Event, headliners: Option<&str>, support: &str) -> Result<Event, ExtractError> {
    let opening = capture(r"(?i)^(?:with|w/|featuring|feat\.?|plus|\+|avec|mit|met)\s*(.+)$", support)?;
    let opening = opening.as_deref().unwrap_or(support).trim_end_matches([',', ' ']);
    for act in headliners.map(read_performers).unwrap_or_default() {
        event = event.performer(act.name, act.role);
    }
    for act in opening.split(',') {
        event = event.performer(act, Role::Support);
    }
    Ok(event)
}

marquee_sdk::export!(SeeTickets);

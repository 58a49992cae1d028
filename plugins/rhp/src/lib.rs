//! Venue sites built with RHP Events (Rockhouse Partners), the calendar that sells through Etix (see README.md).

use marquee_sdk::{
    Columns, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, Scope, Severity,
    Status, Take, capture_each, read_dates,
};

/// The plugin.
pub struct Rhp;

/// One event of the list, of the grid, of the older list. A run of shows is none: each of its shows is.
const EVENTS: &str = ":is(.rhpSingleEvent, .eventWrapper, .rhp-event-wrapper, .rhp-event__single-event--list)\
     :not(:has(.rhp-event-series-individual))";
/// One show of a run, whose title and page stand above its list of shows.
const SHOWS: &str = ".rhp-event-series-individual";
const SHOWS_TITLE: &str = ".eventSeriesTitle, .rhpEventHeader, [class*=rhp-event__title], h1";
/// The calendar itself, with or without events.
const CALENDAR: &str =
    ".rhp-desktop-list, .rhp-mobile-list, .generalView, .rhp-events-page-title, body.post-type-archive-rhp_events";
/// Where it says that nothing is on.
const EMPTY: &str = ".rhp-desktop-list, .generalView, .noEventsFound, .rhp-no-events, .rhp-events-no-results";
const NEXT_LINK: &str = ".pagination a.next, a.next.page-numbers, .rhp-events-list-nav a[rel=next], link[rel=next]";
const NEXT: &str = "next";

impl Extractor for Rhp {
    fn describe() -> Description {
        Description::new("rhp", env!("CARGO_PKG_VERSION"), "Venue sites with RHP Events, which sell through Etix.")
            .reads(&["list and grid pages of the WordPress plugin rhp-events"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let document = page.document()?;
        let configuration = page.configuration();
        let venues: Vec<String> = configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect();
        let mut listing = Listing::new();
        read(&mut listing, &document, &venues)?;
        read_runs(&mut listing, &document)?;
        let follow = configuration.value().at("/follow_pages").is_none() || configuration.flag("follow_pages");
        if follow
            && !listing.is_empty()
            && let Some(url) = document.url_of(NEXT_LINK, "href")?
        {
            listing.follow(&url, NEXT, None);
        }
        match configuration.text("empty") {
            Some(place) => listing.nothing_on(&document, &place, &[])?,
            None => listing.nothing_on(&document, EMPTY, Listing::NOTHING_ON)?,
        }
        listing.disguise(&document)?;
        let calendar = if document.has(CALENDAR)? { "the RHP calendar is there" } else { "no RHP calendar" };
        listing.finish(&format!("{calendar}, without an event in the list and without a word that nothing is on"))
    }
}

fn read(listing: &mut Listing, document: &Element, venues: &[String]) -> Result<(), ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text("#eventTitle, .eventTitleDiv a, [class*=rhp-event__title], h2");
    let link = columns.url("a#eventTitle, .eventTitleDiv a, a.url, .eventMoreInfo a", "href");
    let day = columns.text("#eventDate, .singleEventDate, .eventMonth, [class*=rhp-event__date--]");
    let times = columns.text(".eventDoorStartDate, .eventDateDetails, [class*=rhp-event__time-text]");
    let above = columns.add(".rhp-events-list-separator-month", Scope::Before, Take::Text, false);
    let tagline = columns.text(".eventTagLine, [class*=rhp-event__tagline]");
    let subheader = columns.text(".eventSubHeader, [class*=rhp-event__subheader], h4");
    let cost = columns.text(".eventCost, [class*=rhp-event__cost-text]");
    let age = columns.text(".eventAgeRestriction, [class*=rhp-event__age-restriction]");
    let venue = columns.text(".eventVenue .venueLink, .venueLink, [class*=rhp-event__venue]");
    let room = columns.text(".eventsRoomDiv, .eventRoom");
    let button = columns.url(".rhp-event-cta a, .rhp-event-list-cta a", "href");
    let button_kind = columns.attribute(".rhp-event-cta", "class");
    let button_words = columns.text(".rhp-event-cta");
    let badge = columns.text(".eventStatus, .rhp-event-status, .eventSpecialText");
    let image = columns.url("img", "src");
    let table = document.table(EVENTS, &columns)?;

    // "Sat Nov 2" without a year gets it from the month's heading, "November 2024".
    let years = capture_each(r"\b(20\d{2})\b", &table.column(above))?;
    let texts = table.iter().zip(years).map(|(row, year)| {
        let day = row.get(day).unwrap_or_default();
        let has_year = day.contains("20") && day.chars().filter(char::is_ascii_digit).count() > 4;
        let year = year.filter(|_| !has_year).map(|year| format!(", {year}")).unwrap_or_default();
        format!("{day}{year} {}", row.get(times).unwrap_or_default()).trim().to_owned()
    });
    let dates = read_dates(texts.collect());
    // `/event/greg-garing-2/hideout-chicago/chicago/`: the first word is the event's, the rest is its venue.
    let keys = capture_each(r"^https?://[^/]+(/[^?#]*)", &table.column(link))?;

    let mut elsewhere = 0_usize;
    for ((row, date), key) in table.iter().zip(&dates).zip(keys) {
        let place = row.get(venue).map(str::to_lowercase);
        if !venues.is_empty() && place.as_ref().is_some_and(|at| !venues.iter().any(|wanted| at.contains(wanted))) {
            elsewhere += 1;
            continue;
        }
        let kind = row.get(button_kind).unwrap_or_default();
        let mut event = Event::new(row.get(title))
            .key(key)
            .when(date)
            .event_url(row.get(link))
            .ticket_url(row.get(button).filter(|url| row.get(link) != Some(url) && !url.ends_with('#')))
            .status(status_of(kind))
            .status_words(row.get(badge))
            .status_words(row.get(button_words))
            .price_words(row.get(cost))
            .age_words(row.get(age))
            .room(row.get(room))
            .image_url(row.get(image))
            .description(row.get(tagline));
        if let Some(support) = row.get(subheader).filter(|words| Some(*words) != row.get(title)) {
            event = support_of(event, row.get(title), support);
        }
        listing.event(event);
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            return Err(ExtractError::missing(
                &format!("an event at a configured venue, among {elsewhere}"),
                ".venueLink",
            ));
        }
    }
    Ok(())
}

/// The shows of runs: a comedian's weekend is one block with a list of its shows, each with its own day, time and tickets.
fn read_runs(listing: &mut Listing, document: &Element) -> Result<(), ExtractError> {
    let mut columns = Columns::new();
    let title = columns.text_before(SHOWS_TITLE);
    let within =
        ".eventSeriesTitle a, .rhpEventHeader a, [class*=rhp-event__title] a, a.url:has([class*=rhp-event__title])";
    let link = columns.add(within, Scope::Before, Take::Url("href".to_owned()), false);
    let above = columns.text_before(".rhp-events-list-separator-month");
    let day = columns.text(".rhp-event-series-date");
    let times = columns.text(".rhp-event-series-time");
    let button = columns.url("a[href^=http]", "href");
    let button_kind = columns.attribute("[class*=rhp-event-cta], .rhp-event-series-dates-cta", "class");
    let button_words = columns.text("a");
    let table = document.table(SHOWS, &columns)?;
    let years = capture_each(r"\b(20\d{2})\b", &table.column(above))?;
    let text = |(row, year): (&marquee_sdk::Row, Option<String>)| {
        let day = row.get(day).unwrap_or_default();
        let year = year.filter(|year| !day.contains(year.as_str())).map(|year| format!(", {year}")).unwrap_or_default();
        format!("{day}{year} {}", row.get(times).unwrap_or_default()).trim().to_owned()
    };
    let dates = read_dates(table.iter().zip(years).map(text).collect());
    let keys = capture_each(r"^https?://[^/]+(/[^?#]*)", &table.column(link))?;
    for ((row, date), path) in table.iter().zip(&dates).zip(keys) {
        // The shows of a run share its page; what is printed of each tells them apart.
        let key = path.map(|path| format!("{path}#{}", date.raw));
        let event = Event::new(row.get(title))
            .key(key)
            .when(date)
            .event_url(row.get(link))
            .ticket_url(row.get(button).filter(|url| row.get(link) != Some(url)))
            .status(row.get(button_kind).and_then(status_of))
            .status_words(row.get(button_words));
        listing.event(event);
    }
    Ok(())
}

/// The button's class says in English what its words say in the site's language.
fn status_of(kind: &str) -> Option<Status> {
    let has = |class: &str| kind.split_whitespace().any(|one| one == class);
    match () {
        () if has("sold-out") => Some(Status::SoldOut),
        () if has("canceled") || has("cancelled") => Some(Status::Cancelled),
        () if has("postponed") => Some(Status::Postponed),
        () if has("rescheduled") => Some(Status::Rescheduled),
        () => None,
    }
}

/// The subheader names who else plays, "with A, B" or "A, B".
fn support_of(mut event: Event, title: Option<&str>, support: &str) -> Event {
    let lower = support.to_lowercase();
    let named = ["with ", "w/ ", "w/", "featuring ", "feat. ", "special guests ", "special guest "]
        .iter()
        .find_map(|word| lower.starts_with(word).then(|| support.get(word.len()..)).flatten());
    let Some(named) = named else { return event.description(support) };
    for act in title.map(marquee_sdk::read_performers).unwrap_or_default() {
        event = event.performer(act.name, act.role);
    }
    for act in named.trim_start_matches([':', ' ']).split(',') {
        event = event.performer(act, Role::Support);
    }
    event
}

marquee_sdk::export!(Rhp);

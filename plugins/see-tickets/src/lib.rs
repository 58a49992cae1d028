//! White-label listings of See Tickets: the widget that venues and promoters set into their own sites (see README.md).

mod paging;

use marquee_sdk::{
    Columns, Description, Element, Event, ExtractError, Extraction, Extractor, Listing, Page, Role, Severity, Status,
    Table, capture, capture_each, captures_each, read_dates, read_performers,
};

/// The plugin.
pub struct SeeTickets;

/// One event: of the list, of its grid, of the older list.
const EVENTS: &str = ".seetickets-list-event-container, .seetickets-list-event, .seetickets-grid-event-container";
/// One event in the months of the calendar, which may stand beside the list.
const CALENDAR: &str = ".seetickets-calendar-event-container";
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
        } else if !page.is(NEXT) {
            for url in paging::further(page, &document)? {
                listing.follow(&url, NEXT, None);
            }
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
    // The widget has two sets of names, `event-title` and `title`; its calendar has a third.
    let title = columns.text(".event-title, .seetickets-calendar-event-title, .event-name, .title");
    let titled = ".event-title a, .seetickets-calendar-event-title a, .event-name a, .title a";
    let link = columns.url(&format!("{titled}, .seetickets-list-view-event-image-container a"), "href");
    let button = columns.url("a.seetickets-buy-btn, a.button-gettickets", "href");
    let button_words = columns.text(".seetickets-buy-btn, .button-gettickets");
    let button_kind = columns.attribute(".seetickets-buy-btn, .button-gettickets, [class*=button-soldout]", "class");
    let venue = columns.text(".venue");
    let headliners = columns.text(".headliners:not(.event-name)");
    let support = columns.text(".supporting-talent");
    let prices = columns.text(".price, .prices");
    let ages = columns.text(".ages");
    let lazy = columns.url("img[data-src]", "data-src");
    let image = columns.url("img", "src");
    let genre = columns.text(".genre");
    let subtitle = columns.text(".subtitle");
    let when = When {
        day: columns.text(".event-date, .date"),
        month: columns.text_before(".seetickets-calendar-year-month-container"),
        number: columns.text_before(".date-number"),
        doors: columns.text(".door-time, .see-doortime"),
        show: columns.text(".event-time, .show-time, .see-showtime"),
        both: columns.text(".seetickets-calendar-event-date, .doortime-showtime"),
    };
    let list = document.table(EVENTS, &columns)?;
    let calendar = document.table(CALENDAR, &columns)?;
    // The number in `/event/moony/611764` stays when the title, and the words in the address, change.
    let keys = |table: &Table| capture_each(r"/(\d{4,})(?:[/?#]|$)", &table.column(link));
    let (listed, in_months) = (keys(&list)?, keys(&calendar)?);
    let days = when.of_calendar(&calendar)?;
    // The list prints no year; the calendar beside it knows the year of the same number.
    let year_of = |key: &Option<String>| {
        let at = in_months.iter().position(|known| key.is_some() && known == key)?;
        days.get(at)?.as_deref()?.rsplit(' ').next().map(str::to_owned)
    };
    let mut texts = when.texts(&list, listed.iter().map(|key| year_of(key).map(|year| (None, year))));
    let split = texts.len();
    texts.extend(when.texts(&calendar, days.iter().map(|day| day.clone().map(|day| (Some(day), String::new())))));
    // The two are read apart: each has its own order, by which a missing year is found.
    let mut dates = read_dates(texts.drain(..split).collect());
    dates.extend(read_dates(texts));
    let keys = listed.iter().chain(&in_months).cloned();

    let mut known: Vec<(Option<String>, String)> = Vec::new();
    let mut elsewhere = 0_usize;
    for (at, ((row, date), key)) in list.iter().chain(calendar.iter()).zip(&dates).zip(keys).enumerate() {
        // A page may hold its list twice, and its events in the calendar once more.
        let named = (key.clone(), if at < split { date.raw.clone() } else { String::new() });
        let again = known.contains(&named) && named.0.is_some();
        if again || (at >= split && key.is_some() && listed.contains(&key)) {
            continue;
        }
        known.push(if at < split { named } else { (None, String::new()) });
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
            .status(row.get(button_kind).and_then(status_of))
            .status_words(row.get(button_words))
            .price_words(row.get(prices))
            .age_words(row.get(ages))
            .image_url(row.get(lazy).or(row.get(image)))
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
    /// The heading of the calendar's month, "October 2026".
    month: marquee_sdk::Column,
    /// The number in the cell of the calendar's day.
    number: marquee_sdk::Column,
    doors: marquee_sdk::Column,
    show: marquee_sdk::Column,
    both: marquee_sdk::Column,
}

impl When {
    /// The days of the calendar's events, "October 5, 2026", from the heading above and the number in the cell.
    fn of_calendar(&self, table: &Table) -> Result<Vec<Option<String>>, ExtractError> {
        let months = captures_each(r"([^\W\d]+)\.?\s+(20\d\d)", &table.column(self.month))?;
        let numbers = capture_each(r"(\d{1,2})", &table.column(self.number))?;
        let day = |(month, number): (Option<Vec<Option<String>>>, Option<String>)| {
            let mut groups = month?.into_iter().skip(1).flatten();
            let (month, year) = groups.next().zip(groups.next())?;
            Some(format!("{month} {}, {year}", number?))
        };
        Ok(months.into_iter().zip(numbers).map(day).collect())
    }

    /// Day, doors and show as one text: the host knows which time is which by their words. `beside`: the day, or the year alone,
    /// that the calendar knows of each.
    fn texts(&self, table: &Table, beside: impl Iterator<Item = Option<(Option<String>, String)>>) -> Vec<String> {
        let text = |(row, beside): (&marquee_sdk::Row, Option<(Option<String>, String)>)| {
            let trim = |words: &str| words.trim_matches(['/', '|', ',', ' ']).to_owned();
            // Some versions print "Doors at" beside the element and only the time in it.
            let named = |name: &str, words: &str| {
                let words = trim(words);
                if words.starts_with(|c: char| c.is_ascii_digit()) { format!("{name}: {words}") } else { words }
            };
            let doors = row.get(self.doors).map(|words| named("Doors", words));
            let show = row.get(self.show).map(|words| named("Show", words));
            let times: Vec<String> = match (doors, show) {
                (None, None) => row.get(self.both).map(|words| named("Show", words)).into_iter().collect(),
                (doors, show) => doors.into_iter().chain(show).collect(),
            };
            let printed = row.get(self.day).unwrap_or_default().to_owned();
            let (day, year) = beside.unwrap_or_default();
            let has_year = printed.contains("20") && printed.chars().filter(char::is_ascii_digit).count() > 4;
            let day = match day {
                Some(day) => day,
                None if year.is_empty() || printed.is_empty() || has_year => printed,
                None => format!("{printed}, {year}"),
            };
            std::iter::once(day).chain(times).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        table.iter().zip(beside).map(text).collect()
    }
}

/// The button's class says that there are no tickets even where its words are "More info".
fn status_of(kind: &str) -> Option<Status> {
    let has = |part: &str| kind.to_lowercase().contains(part);
    match () {
        () if has("soldout") || has("sold-out") => Some(Status::SoldOut),
        () if has("cancel") => Some(Status::Cancelled),
        () if has("postpone") => Some(Status::Postponed),
        () => None,
    }
}

/// Headliners, then support: the widget tells them apart, which a title does not.
fn bill(mut event: Event, headliners: Option<&str>, support: &str) -> Result<Event, ExtractError> {
    // "Mitski" and "Metric" begin with such words too: what is one ends with a space or a colon.
    let words = r"(?i)^(?:(?:supporting talent|supported by|support|with|featuring|feat\.?|plus|avec|mit|met)(?:\s*:|\s)|w/|\+)\s*(.+)$";
    let opening = capture(words, support)?;
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

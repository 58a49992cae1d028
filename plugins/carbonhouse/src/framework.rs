//! The event list of Carbonhouse's framework: its blocks, the fragments that "load more" fetches, and where the next one is.
//!
//! The skin that AXS gives its venues stands on the same framework: `plugins/axs` includes this file. Here is what both have;
//! what a block means (whether its second line is support, say) is for the two plugins to tell. Fragments come as HTML, or as
//! one JSON string that holds HTML.

use marquee_sdk::{
    Columns, Configuration, Element, ExtractError, Follow, Header, Kind, Listing, Method, Moment, Page, ReadDate, Row,
    Scope, Status, Take, capture, capture_each, parse_html, read_dates, read_status, template,
};

/// The kind of the further fragments.
pub(crate) const NEXT: &str = "next";
/// The blocks of an event, by generation of the framework. The first that a page has are its list; later ones may repeat them
/// in a widget beside it.
const BLOCKS: &[&str] =
    &[".eventItem, .m-eventItem", ".m-venueframework-eventslist__item", ".entry:has(.title):has(.date)"];
/// The list itself.
const LIST: &str =
    ".eventList, .event_list, .m-eventList, .m-venueframework-eventswidget__loop, .m-venueframework-eventslist";
/// The button that loads more, with the numbers of the next fragment.
const MORE: &str = "#loadMoreEvents, .eventList__showMore, .m-eventList__showMore, button[data-offset][data-increment]";
/// What it asks for, as the framework's script puts it together.
const MORE_URL: &str = "/events/events_ajax/{offset}?category={category}&venue={venue}&team={team}&exclude=&per_page={increment}&came_from_page={camefrom}";
/// Words of buttons and badges that take the place of tickets, by their class.
const MARKS: &[(&str, Status)] = &[
    ("cancel", Status::Cancelled),
    ("postpone", Status::Postponed),
    ("reschedule", Status::Rescheduled),
    ("soldout", Status::SoldOut),
    ("sold-out", Status::SoldOut),
    ("sold_out", Status::SoldOut),
];

/// One block of the list, as it is printed.
pub(crate) struct Block {
    pub(crate) title: Option<String>,
    /// The line below the title.
    pub(crate) tagline: Option<String>,
    pub(crate) tour: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) date: ReadDate,
    pub(crate) status: Option<Status>,
    pub(crate) price: Option<String>,
    pub(crate) age: Option<String>,
    pub(crate) ticket_url: Option<String>,
    pub(crate) image_url: Option<String>,
    /// The hall, where a house has several.
    pub(crate) room: Option<String>,
    /// Whatever the block says of where it is, for choosing among houses.
    pub(crate) place: Option<String>,
}

/// What a page holds.
pub(crate) enum Shown {
    /// A whole page, or a fragment with markup in it.
    Markup(Element),
    /// A fragment with nothing in it: its words.
    Nothing(String),
}

/// Opens a page: HTML, or HTML in a JSON string.
pub(crate) fn open(page: &Page) -> Result<Shown, ExtractError> {
    if let Ok(wrapped) = page.json() {
        let html = match wrapped.kind() {
            Kind::Text => wrapped.text(""),
            Kind::Object => wrapped.first_filled(&["/html", "/content", "/events", "/data"]),
            _ => None,
        };
        return match html {
            Some(html) if html.trim().is_empty() => Ok(Shown::Nothing("\"\"".to_owned())),
            Some(html) => Ok(Shown::Markup(parse_html(&html)?)),
            None => Err(ExtractError::layout("the JSON holds no fragment of HTML, as the framework's lists are")),
        };
    }
    let document = page.document()?;
    let whole = document.has("title, meta, link[rel=stylesheet]")?;
    if !whole && document.text().is_empty() {
        if document.has(LIST)? {
            return Ok(Shown::Nothing("<div class=\"eventList\"></div>".to_owned()));
        }
        if page.is(NEXT) {
            return Ok(Shown::Nothing("(an empty answer behind the last event)".to_owned()));
        }
    }
    Ok(Shown::Markup(document))
}

/// The blocks of a page, each once: those of one key and day are one.
pub(crate) fn blocks(document: &Element) -> Result<Vec<Block>, ExtractError> {
    for selector in BLOCKS {
        let found = of(document, selector)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// How many blocks there are, doubled ones included: the framework counts them so.
pub(crate) fn count(document: &Element) -> Result<usize, ExtractError> {
    for selector in BLOCKS {
        let found = document.select(selector)?.len();
        if found > 0 {
            return Ok(found);
        }
    }
    Ok(0)
}

fn of(document: &Element, selector: &str) -> Result<Vec<Block>, ExtractError> {
    let mut columns = Columns::new();
    let heading = columns
        .text("h1.title, h2.title, h3.title, h4.title, .title h2, .title h3, .m-eventItem__title, .eventItem__title");
    let title = columns.text(".title, h3, .h3, h2");
    let detail = columns.url("a[href*='/detail/']", "href");
    let link = columns.url(".title a, .m-eventItem__title a, h3 a, a.more, .thumb a", "href");
    let tagline = columns.text(".tagline, .m-eventItem__tagline, .title h4");
    let tour = columns.text(".tour, .m-eventItem__tour");
    let age = columns.text(".age, .ages, .m-eventItem__age");
    let price = columns.text(".price, .prices, .m-eventItem__price");
    let room = columns.text(".venue_title, .room, .m-eventItem__room");
    let place = columns.text(".venue_title, .location, .venue, .m-eventItem__location, .m-eventItem__venue");
    let tickets = "a.tickets, .buttons a:not(.more, .reserve), .m-eventItem__buttons a:not(.more), .m-venueframework-eventslist__buttons a:not(.more)";
    let ticket = columns.url(tickets, "href");
    let button = ".tickets, .buttons a:not(.more, .reserve), .m-eventItem__buttons a:not(.more), .m-venueframework-eventslist__buttons a:not(.more)";
    let words = columns.text(button);
    let class = columns.attribute(button, "class");
    let canceled = columns.attribute("[data-canceled]", "data-canceled");
    let badge = columns.text(".status, .event-status, .eventStatus, .m-eventItem__status");
    let own_class = columns.add("", Scope::Inside, Take::Attribute("class".to_owned()), false);
    let lazy = columns.attribute("img", "data-src");
    let image = columns.url("img", "src");
    let when = When {
        label: columns.attribute(".date[aria-label], .m-eventItem__date[aria-label]", "aria-label"),
        day: columns.text(".date, .m-eventItem__date, .m-date__singleDate, .m-date__rangeFirst"),
        doors: columns.text(".doors, .m-eventItem__doors"),
        time: columns.text(".time, .m-eventItem__time, .m-eventItem__start, .m-date__time, .start"),
    };
    let table = document.table(selector, &columns)?;
    let dates = when.read(table.iter())?;
    let links: Vec<String> =
        table.iter().map(|row| row.get(detail).or(row.get(link)).unwrap_or_default().to_owned()).collect();
    // AXS puts the number of the event behind its words; elsewhere the path is the name.
    let numbers = capture_each(r"(?:-tickets-|/detail/)(\d{4,})/?(?:[?#]|$)", &links)?;
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^?#]+)", &links)?;

    let mut seen: Vec<(String, String)> = Vec::new();
    let mut blocks = Vec::with_capacity(table.len());
    for (((row, date), number), path) in table.iter().zip(dates).zip(numbers).zip(paths) {
        let mut key = number.or(path);
        if let Some(name) = &key {
            let day = date.day().map_or_else(|| date.raw.clone(), |day| day.to_string());
            if seen.iter().any(|known| known == &(name.clone(), day.clone())) {
                continue;
            }
            let again = seen.iter().any(|(known, _)| known == name);
            seen.push((name.clone(), day.clone()));
            // Two nights under one address: one key is one event.
            key = if again { Some(format!("{name}#{day}")) } else { key };
        }
        let text = |column| row.get(column).map(str::to_owned);
        let status = if row.get(canceled) == Some("true") {
            Some(Status::Cancelled)
        } else {
            let classes = format!("{} {}", row.get(class).unwrap_or_default(), row.get(own_class).unwrap_or_default());
            marked(&classes)
                .or_else(|| row.get(badge).and_then(|words| read_status(words).0))
                .or_else(|| row.get(words).and_then(|words| read_status(words).0))
        };
        blocks.push(Block {
            title: text(heading).or_else(|| text(title)),
            tagline: text(tagline),
            tour: text(tour),
            key,
            url: row.get(detail).or(row.get(link)).map(str::to_owned),
            date,
            status,
            price: text(price),
            age: text(age),
            ticket_url: text(ticket),
            image_url: text(lazy).or_else(|| text(image)),
            room: text(room),
            place: text(place),
        });
    }
    Ok(blocks)
}

fn marked(classes: &str) -> Option<Status> {
    let classes = classes.to_lowercase();
    // As the beginning of a class: `onsale` is in no other, `canceled` and `cancelled` are both written.
    let has = |mark: &str| classes.split_whitespace().any(|class| class.starts_with(mark) || class.ends_with(mark));
    MARKS
        .iter()
        .find(|(mark, _)| has(mark) || has(&format!("{mark}ed")) || has(&format!("{mark}d")))
        .map(|(_, status)| *status)
}

/// The columns that tell when.
struct When {
    /// The date for those who hear the page: it has the year, which some skins do not print.
    label: marquee_sdk::Column,
    day: marquee_sdk::Column,
    doors: marquee_sdk::Column,
    time: marquee_sdk::Column,
}

impl When {
    /// Day and times as one text. Where that cannot be read, or gives no time, the bare clock times are tried in place of the
    /// words around them, which are in the site's language; then the day alone.
    fn read<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Result<Vec<ReadDate>, ExtractError> {
        let rows: Vec<&Row> = rows.collect();
        let digits = |text: &&str| text.bytes().any(|b| b.is_ascii_digit());
        let days: Vec<String> = rows
            .iter()
            .map(|row| plain(row.get(self.label).filter(digits).or(row.get(self.day)).unwrap_or_default()))
            .collect();
        let times: Vec<String> = rows
            .iter()
            .map(|row| {
                let doors = row.get(self.doors).filter(digits).map(|words| named("Doors", words));
                let time = row.get(self.time).filter(digits).filter(|time| Some(*time) != row.get(self.doors));
                let time = time.map(|words| if doors.is_some() { named("Show", words) } else { words.to_owned() });
                doors.into_iter().chain(time).collect::<Vec<_>>().join(" ")
            })
            .collect();
        let clocks = capture_each(r"(?i)(\d{1,2}(?:[:.h]\d{2})?\s*(?:[ap]\.?m\b\.?)?)", &times)?;
        let join = |times: &[String]| {
            days.iter().zip(times).map(|(day, time)| format!("{day} {time}").trim().to_owned()).collect()
        };
        let bare: Vec<String> = clocks.into_iter().map(Option::unwrap_or_default).collect();
        let full = read_dates(join(&times));
        let alone = read_dates(join(&bare));
        let only = read_dates(days.clone());
        let readings = full.into_iter().zip(alone).zip(only).zip(&times);
        Ok(readings.map(|(((full, alone), only), times)| best(full, alone, only, times)).collect())
    }
}

/// The reading that tells most; the words that are handed on are always those of the page.
fn best(full: ReadDate, alone: ReadDate, only: ReadDate, times: &str) -> ReadDate {
    let timed = |date: &ReadDate| {
        date.reading.as_ref().is_ok_and(|when| when.doors.is_some() || !matches!(when.start, Moment::Date(_)))
    };
    if times.is_empty() || timed(&full) {
        return full;
    }
    let raw = full.raw.clone();
    let found = if timed(&alone) {
        alone
    } else if full.reading.is_err() && only.reading.is_ok() {
        only
    } else {
        full
    };
    ReadDate { raw, ..found }
}

/// `Saturday | Feb 28 , 2026` without what stands between for the eye.
fn plain(text: &str) -> String {
    text.replace(" | ", " ").replace(" , ", ", ").trim_matches(['|', '-', ',', ' ']).to_owned()
}

/// A time with its name before it, if it stands without one.
fn named(name: &str, words: &str) -> String {
    if words.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        format!("{name}: {words}")
    } else {
        words.to_owned()
    }
}

/// Asks for the next fragment, if there may be one: behind what this one shows, or where the button of a whole page points.
pub(crate) fn follow(
    listing: &mut Listing,
    page: &Page,
    document: &Element,
    configuration: &Configuration,
) -> Result<(), ExtractError> {
    let shown = count(document)?;
    if shown == 0 || (configuration.value().text("/follow_pages").as_deref() == Some("false")) {
        return Ok(());
    }
    let own = &page.facts().url;
    let url = match capture(r"/events_ajax/(\d+)", own)? {
        Some(offset) => behind(own, &offset, shown),
        None => match button(document, configuration, shown)? {
            Some(url) => Some(url),
            None => document.url_of("link[rel=next], a[rel=next], .pagination a.next", "href")?,
        },
    };
    if let Some(url) = url {
        let ajax = Header { name: "x-requested-with".to_owned(), value: "XMLHttpRequest".to_owned() };
        listing.ask(Follow { method: Method::Get, url, headers: vec![ajax], kind: NEXT.to_owned(), context: None });
    }
    Ok(())
}

/// This fragment's address with the offset behind what it shows.
fn behind(url: &str, offset: &str, shown: usize) -> Option<String> {
    let next = offset.parse::<usize>().ok()?.checked_add(shown)?;
    Some(url.replacen(&format!("/events_ajax/{offset}"), &format!("/events_ajax/{next}"), 1))
}

fn button(document: &Element, configuration: &Configuration, shown: usize) -> Result<Option<String>, ExtractError> {
    let Some(button) = document.first(MORE)? else { return Ok(None) };
    let number = |name: &str| button.attribute(name).and_then(|text| text.trim().parse::<usize>().ok());
    let (Some(offset), Some(increment)) = (number("data-offset"), number("data-increment")) else { return Ok(None) };
    if shown < increment.min(offset) {
        return Ok(None); // less than a full page: nothing is behind it
    }
    let text = |name: &str, absent: &str| {
        button.attribute(name).filter(|text| !text.is_empty()).unwrap_or_else(|| absent.to_owned())
    };
    let url = configuration.text_or("more_url", MORE_URL);
    Ok(Some(template::fill(
        &url,
        &[
            ("offset", &offset.to_string()),
            ("increment", &increment.to_string()),
            ("category", &text("data-category", "0")),
            ("venue", &text("data-venue", "0")),
            ("team", &text("data-team", "0")),
            ("camefrom", &text("data-camefrom", "event-list-page")),
        ],
    )))
}

/// Says that nothing is on, where the page does, or that the page is something else.
pub(crate) fn nothing(
    listing: &mut Listing,
    document: &Element,
    configuration: &Configuration,
) -> Result<(), ExtractError> {
    match configuration.text("empty") {
        Some(place) => listing.nothing_on(document, &place, &[])?,
        None => {
            let places = ".eventList, .event_list, .m-eventList, .event_listing_page";
            listing.nothing_on(document, places, Listing::NOTHING_ON)?;
        }
    }
    listing.disguise(document)?;
    Ok(())
}

/// The sentence for a page that is not known.
pub(crate) fn layout(document: &Element) -> Result<String, ExtractError> {
    let list = if document.has(LIST)? { "the framework's list is there" } else { "no list of the framework" };
    Ok(format!(
        "{list}, without `.eventItem`, `.m-eventItem`, `.m-venueframework-eventslist__item` or `.entry`, and without a word that nothing is on"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_fragment_begins_behind_what_this_one_shows() {
        let next = |url| behind(url, "12", 6);
        assert_eq!(
            next("https://v.example/events/events_ajax/12?per_page=6").as_deref(),
            Some("https://v.example/events/events_ajax/18?per_page=6")
        );
        assert_eq!(
            behind("https://v.example/events/events_ajax/99999999999999999999", "99999999999999999999", 6),
            None
        );
    }

    #[test]
    fn a_status_is_read_from_the_class_of_the_button() {
        assert!(matches!(marked("tickets soldout"), Some(Status::SoldOut)));
        assert!(matches!(marked("tickets canceled "), Some(Status::Cancelled)));
        assert!(matches!(marked("btn is-postponed"), Some(Status::Postponed)));
        assert!(marked("tickets onsalenow").is_none());
    }
}

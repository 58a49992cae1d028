//! Resident Advisor: its GraphQL interface, and the data that its club pages carry (see README.md).

mod embedded;

use marquee_sdk::{
    Configuration, Description, Event, ExtractError, Extraction, Extractor, Follow, Header, Kind, Listing, Method,
    Moment, Page, PostBody, ReadDate, Role, Value, capture, clean, plain_text, read_age,
};

/// The plugin.
pub struct ResidentAdvisor;

const API: &str = "https://ra.co/graphql";
const SITE: &str = "https://ra.co";
/// Events that are asked for at once: what the site's own requests for listings take at most.
const PAGE_SIZE: u64 = 100;
/// The kind of the further pages; the context of every request is its page's number and the club, as in `2 12345`.
const NEXT: &str = "next";
/// Where the events of an answer stand: for a club, and for an area.
const LISTS: &[&str] = &["/data/listing", "/data/eventListings"];
const LAYOUT: &str =
    "no `data.listing.data`, as Resident Advisor's interface answers, and no `__NEXT_DATA__` with its events";

/// A club's coming events, as its page asks for them.
const QUERY: &str = "query ClubEvents($filters: [FilterInput], $pageSize: Int, $page: Int) { \
    listing(indices: [EVENT], filters: $filters, pageSize: $pageSize, page: $page, sortField: DATE, sortOrder: ASCENDING) { \
    data { ... on Event { id title date startTime endTime contentUrl flyerFront isTicketed minimumAge cost \
    images { filename type } artists { id name } genres { name } venue { id name } } } totalResults } }";

impl Extractor for ResidentAdvisor {
    fn describe() -> Description {
        Description::new(
            "resident-advisor",
            env!("CARGO_PKG_VERSION"),
            "Clubs on Resident Advisor, by its GraphQL interface or the data in their pages.",
        )
        .reads(&["answers of `listing` and `eventListings`", "club pages with `__NEXT_DATA__`"])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        let asked = Asked::of(page, &configuration)?;
        if page.is(Page::START) {
            let club = asked.club.as_deref().ok_or_else(|| {
                let what = "the club's number, in the setting `club` or the address `https://ra.co/clubs/NUMBER`";
                ExtractError::missing(what, "")
            })?;
            listing.onward();
            ask(&mut listing, page, Page::LISTING, club, 1);
            return listing.finish(LAYOUT);
        }
        let club = asked.club.clone();
        match page.json() {
            Ok(answer) => answered(&mut listing, page, &answer, &asked)?,
            Err(_) => {
                let document = page.document()?;
                embedded::read(&mut listing, &page.body(), club.as_deref())?;
                if document.has("script#__NEXT_DATA__")? {
                    listing.nothing_on(&document, "main, #__next", Listing::NOTHING_ON)?;
                }
                listing.disguise(&document)?;
            }
        }
        listing.finish(LAYOUT)
    }
}

/// What was asked for: the club, and which page of its events.
struct Asked {
    club: Option<String>,
    number: Option<u64>,
}

impl Asked {
    fn of(page: &Page, configuration: &Configuration) -> Result<Self, ExtractError> {
        let context = page.facts().context.as_deref().and_then(|context| context.split_once(' '));
        let number = context.and_then(|(number, _)| number.parse().ok());
        let club = match configuration.text("club").or_else(|| context.map(|(_, club)| club.to_owned())) {
            Some(club) => Some(club),
            None => capture(r"/clubs/(\d+)", &page.facts().url)?,
        };
        Ok(Self { club, number })
    }
}

fn ask(listing: &mut Listing, page: &Page, kind: &str, club: &str, number: u64) {
    let since = format!("{{\"gte\":\"{}T00:00:00.000Z\"}}", page.today());
    let body = format!(
        "{{\"operationName\":\"ClubEvents\",\"query\":{},\"variables\":{{\"filters\":[{{\"type\":\"CLUB\",\"value\":{}}},\
         {{\"type\":\"DATERANGE\",\"value\":{}}}],\"pageSize\":{PAGE_SIZE},\"page\":{number}}}}}",
        Value::quote(QUERY),
        Value::quote(club),
        Value::quote(&since)
    );
    let header = |name: &str, value: String| Header { name: name.to_owned(), value };
    let mut headers = vec![header("referer", format!("{SITE}/clubs/{club}"))];
    headers.extend(page.configuration().text("language").map(|code| header("accept-language", code)));
    listing.ask(Follow {
        method: Method::Post(PostBody { content_type: "application/json".to_owned(), body }),
        url: API.to_owned(),
        headers,
        kind: kind.to_owned(),
        context: Some(format!("{number} {club}")),
    });
}

/// Reads an answer of the interface.
fn answered(listing: &mut Listing, page: &Page, answer: &Value, asked: &Asked) -> Result<(), ExtractError> {
    let club = asked.club.as_deref();
    let list = LISTS.iter().find_map(|list| answer.at(list)).filter(|list| list.kind() == Kind::Object);
    let items = list.as_ref().map(|list| list.items("/data")).unwrap_or_default();
    for item in &items {
        // A listing of an area wraps its events once more.
        match item.at("/event").filter(|inner| inner.kind() == Kind::Object) {
            Some(inner) => listing.event(event(&Graph::Plain(&inner), club)?),
            None => listing.event(event(&Graph::Plain(item), club)?),
        }
    }
    let total = list.as_ref().and_then(|list| list.integer("/totalResults"));
    if let (Some(club), Some(number), Some(total)) = (club, asked.number, total.and_then(|all| u64::try_from(all).ok()))
        && !items.is_empty()
        && number.saturating_mul(PAGE_SIZE) < total
    {
        ask(listing, page, NEXT, club, number.saturating_add(1));
    }
    if let Some(message) = answer.filled("/errors/0/message") {
        if items.is_empty() {
            listing.elsewhere(&format!("an error of the interface: {message}"));
        } else {
            listing.leave_out("events", &message, "the interface reports an error beside the events");
        }
    } else if items.is_empty()
        && list.is_some_and(|list| list.at("/data").is_some_and(|data| data.kind() == Kind::Array))
    {
        listing.empty(&format!("\"data\": [], \"totalResults\": {}", total.unwrap_or(0)), "/data/listing");
    }
    Ok(())
}

/// An event among its references: in an answer the objects stand in each other, in a page's data they point at each other.
enum Graph<'a> {
    Plain(&'a Value),
    Referring { event: &'a Value, state: &'a Value },
}

impl Graph<'_> {
    const fn event(&self) -> &Value {
        match self {
            Self::Plain(event) | Self::Referring { event, .. } => event,
        }
    }

    /// A text of an object that the event holds or points at.
    fn of(&self, held: &str, field: &str) -> Option<String> {
        self.event().at(held).and_then(|object| self.field(&object, field))
    }

    /// A text of each of the objects that the event holds or points at.
    fn each(&self, held: &str, field: &str) -> Vec<String> {
        self.event().items(held).iter().filter_map(|object| self.field(object, field)).collect()
    }

    fn field(&self, object: &Value, field: &str) -> Option<String> {
        match self {
            Self::Plain(_) => object.filled(field),
            Self::Referring { state, .. } => match object.filled("/__ref") {
                Some(name) => state.at(&embedded::member(&name)).and_then(|object| object.filled(field)),
                None => object.filled(field),
            },
        }
    }
}

fn event(graph: &Graph, club: Option<&str>) -> Result<Event, ExtractError> {
    let item = graph.event();
    let id = item.filled("/id");
    let url = item.filled("/contentUrl").or_else(|| id.as_ref().map(|id| format!("/events/{id}")));
    let url = url.map(|path| if path.starts_with('/') { format!("{SITE}{path}") } else { path });
    let elsewhere = club
        .zip(graph.of("/venue", "/id"))
        .filter(|(own, there)| own != there)
        .and_then(|_| graph.of("/venue", "/name"));
    let age = item.filled("/minimumAge").and_then(|age| {
        let plain = age.parse::<u8>().is_ok_and(|years| years > 0);
        read_age(&if plain { format!("{age}+") } else { age })
    });
    let image = graph.each("/images", "/filename").into_iter().next().or_else(|| item.filled("/flyerFront"));
    let mut event = Event::new(item.filled("/title").map(|title| clean(&title)))
        .key(id)
        .when(&starts(item))
        .end(item.filled("/endTime").and_then(|time| wall(&time)))
        .event_url(url.as_deref())
        .ticket_url(url.as_deref().filter(|_| item.flag("/isTicketed")))
        .image_url(image)
        .price_words(item.filled("/cost"))
        .age(age)
        .venue(elsewhere)
        .description(item.filled("/content").map(|words| plain_text(&words)).transpose()?);
    for name in graph.each("/artists", "/name") {
        event = event.performer(clean(&name), Role::Performer);
    }
    for genre in graph.each("/genres", "/name") {
        event = event.genre(genre);
    }
    Ok(event)
}

/// The start, else the day. Both are the venue's wall clock, although `date` has a time of midnight.
fn starts(item: &Value) -> ReadDate {
    let start = item.filled("/startTime");
    if let Some(moment) = start.as_deref().and_then(wall) {
        return ReadDate::of(&start.unwrap_or_default(), moment);
    }
    let day = item.filled("/date").unwrap_or_default();
    Moment::on(&day, None)
        .map_or_else(|| ReadDate::unreadable(&day, "it is no day"), |moment| ReadDate::of(&day, moment))
}

/// `2026-07-17T22:00:00.000`: the venue's wall clock.
fn wall(text: &str) -> Option<Moment> {
    let (day, clock) = text.split_once('T')?;
    let clock = clock.split('.').next()?;
    Moment::on(day, Some(clock)).filter(|moment| matches!(moment, Moment::Local(_)))
}

marquee_sdk::export!(ResidentAdvisor);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_venues_wall_clock() {
        let Some(Moment::Local(local)) = wall("2026-07-17T23:59:00.000") else { panic!("not read") };
        assert_eq!((local.date.day, local.time.hour, local.time.minute), (17, 23, 59));
        for text in ["2026-07-17", "2026-07-17Tsoon", "T22:00:00"] {
            assert!(wall(text).is_none(), "{text}");
        }
    }
}

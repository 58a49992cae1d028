//! Events of the Ticketmaster Discovery API, version 2 (see README.md).

mod event;

use marquee_sdk::{
    Description, ExtractError, Extraction, Extractor, Listing, Page, Severity, Value, address, prose::Wanted,
};

/// The plugin.
pub struct Ticketmaster;

/// The kind of the further pages.
const NEXT: &str = "next";
/// The API gives no item beyond this one, whatever the size of its pages.
const DEEPEST_ITEM: i64 = 1_000;
/// Items of a page, where the answer does not say it: the API's default.
const PAGE_SIZE: i64 = 20;

impl Extractor for Ticketmaster {
    fn describe() -> Description {
        Description::new("ticketmaster", env!("CARGO_PKG_VERSION"), "Events of the Ticketmaster Discovery API.")
            .reads(&["answers of Discovery API v2, /discovery/v2/events.json and the event itself"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        if page.is(Page::START) {
            listing.follow(&first_request(page), Page::LISTING, None);
            listing.onward();
            return listing.finish("");
        }
        let Ok(answer) = page.json() else {
            listing.disguise(&page.document()?)?;
            return listing.finish("the page is no JSON");
        };
        let mut events = answer.items("/_embedded/events");
        if events.is_empty() && answer.at("/dates/start").is_some() && answer.at("/name").is_some() {
            events.extend(answer.at("")); // the answer for one event by its id
        }
        read(&mut listing, page, &events)?;
        ask_for_more(&mut listing, page, &answer);
        match answer.integer("/page/totalElements") {
            Some(0) => listing.empty("totalElements: 0", "/page/totalElements"),
            _ => {
                let errors = ["/fault/faultstring", "/errors/0/detail", "/errors/0/code", "/error/message"];
                if let Some(words) = answer.first_filled(&errors) {
                    listing.elsewhere(&format!("an error answer: `{words}`"));
                }
            }
        }
        listing.finish("no `/_embedded/events`, and no `/page/totalElements` of 0")
    }
}

/// The source's address with what asks for coming events, in their order. What it asks for itself stays.
fn first_request(page: &Page) -> String {
    let url = &page.facts().url;
    // Some hours back, since midnight in UTC is an evening in America.
    let from = format!("{}T06:00:00Z", page.today().plus_days(-1));
    let wishes = [("startDateTime", from.as_str()), ("sort", "date,asc"), ("size", "200")];
    let missing = wishes.into_iter().filter(|(name, _)| address::parameter(url, name).is_none());
    missing.fold(url.clone(), |url, (name, value)| address::with_parameter(&url, name, value))
}

fn read(listing: &mut Listing, page: &Page, events: &[Value]) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let wanted = Wanted::of(&configuration);
    let segments: Vec<String> = configuration.texts("segments").iter().map(|text| text.to_lowercase()).collect();
    let (mut unwanted, mut elsewhere) = (0, 0);
    for item in events {
        let name = item.filled("/name").unwrap_or_default();
        let segment = item.filled("/classifications/0/segment/name").unwrap_or_default().to_lowercase();
        let is_wanted = !item.flag("/test") && (segments.is_empty() || segments.contains(&segment));
        if !is_wanted || !wanted.wants(&name, None) {
            unwanted += 1;
        } else if !wanted.wants(&name, event::venue(item).as_deref()) {
            elsewhere += 1;
        } else if let Some(event) = event::of(item, page, &configuration)? {
            listing.event(event);
        } else {
            listing.diagnose(Severity::Info, "date-tba", "its date is to be announced", Some(&name), None);
        }
    }
    if unwanted > 0 {
        listing.remark(
            Severity::Info,
            "entries-skipped",
            &format!("{unwanted} are tests, or not wanted by segment or title"),
        );
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "events-elsewhere", &format!("{elsewhere} are at other venues"));
    }
    if listing.is_empty() && elsewhere > 0 && elsewhere + unwanted == events.len() {
        let what = format!("an event at the locations configured, among {elsewhere}");
        return Err(ExtractError::missing(&what, "/_embedded/venues/0/name"));
    }
    if listing.is_empty() && !events.is_empty() {
        listing.empty(&format!("{} events, none of them wanted, or without a date", events.len()), "/_embedded/events");
    }
    Ok(())
}

/// Asks for all further pages at once, from the first: the answer says how many there are.
fn ask_for_more(listing: &mut Listing, page: &Page, answer: &Value) {
    let (Some(number), Some(total)) = (answer.integer("/page/number"), answer.integer("/page/totalPages")) else {
        return;
    };
    if page.is(NEXT) {
        return;
    }
    let size = answer.integer("/page/size").filter(|size| *size > 0).unwrap_or(PAGE_SIZE);
    for next in number.saturating_add(1)..total {
        if next.saturating_mul(size) >= DEEPEST_ITEM {
            let reason = format!("the API gives no more than {DEEPEST_ITEM}: narrow the address, say by dates");
            listing.leave_out("events", &format!("page {next} of {total}"), &reason);
            return;
        }
        // The answer's own links lack the key.
        listing.follow(&address::with_parameter(&page.facts().url, "page", &next.to_string()), NEXT, None);
    }
}

marquee_sdk::export!(Ticketmaster);

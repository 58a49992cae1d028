//! Elfsight's event calendar: the answer that fills its widget, and pages that hold the widget (see README.md).

mod event;
mod rule;

use marquee_sdk::{
    Date, Description, ExtractError, Extraction, Extractor, Kind, Listing, Page, Value, address, capture_each,
};

/// The plugin.
pub struct Elfsight;

/// The kind of an answer that a page with the widget led to.
const WIDGET: &str = "widget";
/// Where the widgets' contents stand.
const BOOT: &str = "https://core.service.elfsight.com/p/boot/";

impl Extractor for Elfsight {
    fn describe() -> Description {
        Description::new("elfsight", env!("CARGO_PKG_VERSION"), "Elfsight's event calendar, by what fills its widget.")
            .reads(&["answers of /p/boot/ with an event calendar", "pages that hold an Elfsight widget"])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let mut listing = Listing::new();
        let url = &page.facts().url;
        if page.is(Page::START) {
            match page.configuration().text("widget") {
                Some(widget) => listing.follow(&boot(&widget, url), Page::LISTING, None),
                None => listing.follow(url, Page::LISTING, None),
            }
            listing.onward();
            return listing.finish("nothing to ask for");
        }
        if let Ok(answer) = page.json() {
            return read(listing, page, &answer);
        }
        let document = page.document()?;
        let marked = document.select("[class*='elfsight-app-']")?;
        let classes: Vec<String> = marked.iter().filter_map(|element| element.attribute("class")).collect();
        for widget in capture_each(r"elfsight-app-([0-9a-fA-F-]{8,})", &classes)?.into_iter().flatten() {
            listing.follow(&boot(&widget, url), WIDGET, None);
        }
        listing.onward();
        listing.disguise(&document)?;
        listing.finish("no answer that fills an Elfsight widget, and no `elfsight-app-` on the page")
    }
}

/// The address of what fills a widget on a page.
fn boot(widget: &str, page: &str) -> String {
    let page = page.split('#').next().unwrap_or_default();
    address::with_parameter(&address::with_parameter(BOOT, "page", page), "w", widget)
}

fn read(mut listing: Listing, page: &Page, answer: &Value) -> Result<Extraction, ExtractError> {
    let mut calendars = 0_usize;
    let mut problems = Vec::new();
    let ids = answer.keys("/data/widgets");
    for (id, widget) in ids.iter().zip(answer.items("/data/widgets")) {
        let Some(settings) = widget.at("/data/settings").filter(|settings| is_calendar(&widget, settings)) else {
            problems.extend(widget.first_filled(&["/reason", "/error", "/message"]));
            continue;
        };
        let feed = settings.filled("/selectedEventsProvider").filter(|from| from != "manual");
        if let Some(feed) = feed.filter(|_| settings.items("/events").is_empty()) {
            // Its empty list says nothing about what is on.
            listing.elsewhere(&format!("a widget that shows another calendar (`{feed}`): read that one"));
            continue;
        }
        calendars += 1;
        event::collect(&mut listing, page, id, &settings)?;
    }
    // A page may hold other widgets of the maker as well, which fill a map or a form.
    if calendars > 0 && listing.is_empty() {
        listing.empty("\"events\": []", "/data/widgets/*/data/settings/events");
    }
    problems.extend(answer.first_filled(&["/reason", "/error", "/message"]));
    if let Some(problem) = problems.first().filter(|_| calendars == 0) {
        listing.elsewhere(&format!("an error of Elfsight's interface: {problem}"));
    }
    listing.finish("the JSON fills no Elfsight event calendar: no widget with `settings.events`")
}

/// Other widgets have settings, too.
fn is_calendar(widget: &Value, settings: &Value) -> bool {
    let named = widget.filled("/data/app").is_none_or(|app| app.contains("calendar"));
    named && settings.at("/events").is_some_and(|events| events.kind() == Kind::Array)
}

/// How far an event that repeats is read: from today on, for so many weeks.
pub(crate) fn horizon(page: &Page) -> (Date, Date) {
    const WEEKS: i64 = 13; // what most houses have announced: a quarter of a year
    let weeks = page.configuration().number("weeks").unwrap_or(WEEKS);
    let today = page.today();
    (today, today.plus_days(i32::try_from(weeks).unwrap_or(i32::MAX).saturating_mul(7)))
}

marquee_sdk::export!(Elfsight);

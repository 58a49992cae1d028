//! Any JSON interface, and JSON that pages embed, by pointers in the source's configuration (see README.md).

mod conditions;
mod document;
mod event;
mod fields;
mod part;
mod pointers;
mod prices;
mod relaxed;
mod requests;
mod steps;
mod when;

use marquee_sdk::{
    Configuration, Description, Element, ExtractError, Extraction, Extractor, Kind, Listing, Page, Severity,
    capture_each, parse_html,
};

use crate::{
    conditions::{Condition, all_hold},
    fields::{Cells, Fields, Item},
    pointers::{Place, split_star},
    when::{Reader, Times, last_day},
};

/// The plugin.
pub struct Json;

const DETAIL: &str = "detail";

/// Where interfaces say what went wrong, in answers that have status 200.
const ERRORS: &[&str] = &[
    "/errors/0/message",
    "/errors/0/detail",
    "/errors/0/title",
    "/error/message",
    "/error/description",
    "/error_description",
    "/error",
    "/fault/faultstring",
    "/fault/message",
    "/errorMessage",
    "/message",
    "/detail",
];

impl Extractor for Json {
    fn describe() -> Description {
        Description::new(
            "json",
            env!("CARGO_PKG_VERSION"),
            "Any JSON interface, and JSON embedded in pages, by pointers in the source's configuration.",
        )
        .reads(&[
            "JSON answers whose events stand in a list",
            "HTML pages that hold such JSON in a script or an attribute",
            "JSON answers that hold HTML",
        ])
        .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        if page.is(Page::START) {
            requests::first(&mut listing, page, &configuration);
            return listing.finish("");
        }
        if page.is(DETAIL) {
            let details = configuration.part("details").ok_or_else(|| {
                ExtractError::Internal("a details page, and no `details` in the configuration".to_owned())
            })?;
            return detail(listing, page, &configuration, &details);
        }
        let item = configuration.text_or("item", "");
        let Some(root) = document::of(page, configuration.part("embedded").as_ref(), &item)? else {
            listing.disguise(&page.document()?)?;
            return listing.finish(match configuration.part("embedded") {
                Some(_) => "no JSON at the place that `embedded` names",
                None => "the page is no JSON",
            });
        };
        let absent = absent_marks(&root, &configuration)?;
        if absent.is_empty() {
            read(&mut listing, page, &configuration, &root)?;
            nothing_on(&mut listing, &configuration, &root)?;
        }
        error_answer(&mut listing, &root);
        listing.finish(&match absent.is_empty() {
            true => format!("nothing at `{item}`, and no word at the configured place that nothing is on"),
            false => format!("the answer has not {}", absent.join(", nor ")),
        })
    }
}

/// The configured marks that the answer does not have.
fn absent_marks(root: &Place, configuration: &Configuration) -> Result<Vec<String>, ExtractError> {
    let mut absent = Vec::new();
    for mark in configuration.parts("marks") {
        // A mark is a pointer, or a condition on what stands there.
        let there = match mark.value().text("") {
            Some(pointer) => !root.reach(&pointer).is_empty(),
            None => all_hold(&Condition::all(mark.value(), ""), root)?,
        };
        if !there {
            absent.push(format!("`{}`", mark.value().first_filled(&["", "/pointer"]).unwrap_or_default()));
        }
    }
    Ok(absent)
}

fn read(listing: &mut Listing, page: &Page, configuration: &Configuration, root: &Place) -> Result<(), ExtractError> {
    let pointer = configuration.text_or("item", "");
    let found = root.items(&pointer);
    requests::next(listing, page, configuration, root, found.len())?;
    let places = kept(listing, configuration, found, &pointer)?;
    let items = blocks(configuration, places)?;

    let mut fields = Fields::of(configuration.part("fields"), offsets_ignored(configuration));
    let details = configuration.part("details");
    if let Some(link) = details.as_ref().and_then(|details| details.value().at("/link")) {
        fields.add("link", &link);
    }
    let mut cells = fields.read(&items)?;
    let required = configuration.texts("require");
    let mut whole = by_field(configuration, &cells)?;
    for (whole, cells) in whole.iter_mut().zip(&cells) {
        *whole &= required.iter().all(|name| cells.one(name).is_some());
    }
    let all = cells.len();
    let mut kept = whole.into_iter();
    cells.retain(|_| kept.next().unwrap_or(true));
    if cells.len() < all {
        let message = format!("{} items are no events by `require`, `only` or `skip`", all - cells.len());
        listing.remark(Severity::Debug, "items-skipped", &message);
        if cells.is_empty() {
            listing.empty(&format!("{all} items, none of them an event by `require`, `only` or `skip`"), &pointer);
        }
    }
    for name in fields.names().filter(|name| !cells.is_empty() && cells.iter().all(|cells| cells.one(name).is_none())) {
        listing.remark(Severity::Warning, "field-never-found", &format!("no item has `{name}`"));
    }
    let times = Reader::new(configuration).read(&cells);
    collect(listing, page, configuration, &cells, times)
}

/// The items that are events, by `where` and `ignore`.
fn kept(
    listing: &mut Listing,
    configuration: &Configuration,
    mut places: Vec<Place>,
    pointer: &str,
) -> Result<Vec<Place>, ExtractError> {
    let all = places.len();
    let conditions = Condition::named(configuration, "where");
    if !conditions.is_empty() {
        let mut wanted = Vec::with_capacity(all);
        for place in places {
            if all_hold(&conditions, &place)? {
                wanted.push(place);
            }
        }
        places = wanted;
        if places.is_empty() && all > 0 {
            let pointers: Vec<&str> = conditions.iter().map(Condition::pointer).collect();
            let what = format!("an item that `where` wants, among {all} at `{pointer}`");
            return Err(ExtractError::missing(&what, &pointers.join(", ")));
        }
        if places.len() < all {
            let message = format!("{} items are not what `where` wants", all - places.len());
            listing.remark(Severity::Debug, "items-skipped", &message);
        }
    }
    let ignore = Condition::named(configuration, "ignore");
    let before = places.len();
    let mut wanted = Vec::with_capacity(before);
    for place in places {
        let mut ignored = false;
        for condition in &ignore {
            ignored = ignored || condition.holds(&place)?;
        }
        if !ignored {
            wanted.push(place);
        }
    }
    if wanted.len() < before {
        let message = format!("{} items are no events by `ignore`", before - wanted.len());
        listing.remark(Severity::Debug, "items-skipped", &message);
        if wanted.is_empty() {
            listing.empty(&format!("{all} items, each of them one that `ignore` names"), pointer);
        }
    }
    Ok(wanted)
}

/// Which items are events by `only` and `skip`: regular expressions by field.
fn by_field(configuration: &Configuration, cells: &[Cells]) -> Result<Vec<bool>, ExtractError> {
    let mut wanted = vec![true; cells.len()];
    for (setting, matching) in [("only", true), ("skip", false)] {
        let Some(patterns) = configuration.part(setting) else { continue };
        for name in patterns.value().keys("") {
            let pattern = patterns.text_or(&name, "");
            let texts: Vec<String> = cells.iter().map(|cells| cells.one(&name).unwrap_or_default()).collect();
            for (wanted, found) in wanted.iter_mut().zip(capture_each(&pattern, &texts)?) {
                *wanted &= found.is_some() == matching;
            }
        }
    }
    Ok(wanted)
}

/// Items as they are, or the blocks of the HTML that they hold.
fn blocks(configuration: &Configuration, places: Vec<Place>) -> Result<Vec<Item>, ExtractError> {
    let Some(selector) = configuration.text("block") else {
        return Ok(places.into_iter().map(Item::of).collect());
    };
    let mut items = Vec::new();
    for place in places {
        let Some(markup) = place.value.text("") else { continue };
        for element in parse_html(&markup)?.select(&selector)? {
            items.push(Item { place: Some(place.clone()), element: Some(std::rc::Rc::new(element)) });
        }
    }
    Ok(items)
}

fn collect(
    listing: &mut Listing,
    page: &Page,
    configuration: &Configuration,
    cells: &[Cells],
    times: Vec<Times>,
) -> Result<(), ExtractError> {
    let details = configuration.part("details").is_some();
    let links: Vec<String> = cells.iter().map(|cells| cells.one("event_url").unwrap_or_default()).collect();
    let paths = capture_each(r"^(?:https?://[^/]+)?(/[^#]*)", &links)?;
    let upcoming_only = configuration.flag("upcoming_only");
    // An instant is counted as its day in UTC, which may be a day off.
    let mut past = 0;
    let mut latest = None;
    for ((cells, times), path) in cells.iter().zip(times).zip(paths) {
        let last = times.start.as_ref().and_then(last_day).filter(|_| upcoming_only);
        let over = |day: marquee_sdk::Date| match times.start.as_ref().and_then(marquee_sdk::ReadDate::day) {
            Some(_) => day < page.today(),
            None => day < page.today().plus_days(-1),
        };
        if let Some(day) = last.filter(|day| over(*day)) {
            past += 1;
            latest = latest.max(Some(day));
            continue;
        }
        // A link to the listing itself, or to the site's front page, is no event's own.
        let path = path.filter(|path| path != "/" && !page.facts().url.ends_with(path.as_str()));
        let key = cells.one("key").or(path);
        if details
            && let Some(url) = cells.one("link").or_else(|| cells.one("event_url"))
            && let Some(key) = &key
        {
            listing.follow(&url, DETAIL, Some(key));
        }
        for (raw, reason) in &times.unread {
            listing.leave_out("date", raw, reason);
        }
        let dated_elsewhere = details && times.start.is_none();
        listing.event(event::of(cells, times, dated_elsewhere)?.key(key));
    }
    if let Some(day) = latest {
        listing.remark(Severity::Debug, "past-events", &format!("{past} events are over and left out"));
        if listing.is_empty() {
            listing.empty(&format!("the last of {past} events was on {day}"), &configuration.text_or("item", ""));
        }
    }
    Ok(())
}

/// An event's own page: what it tells completes the event of the listing, whose key came along.
fn detail(
    mut listing: Listing,
    page: &Page,
    configuration: &Configuration,
    details: &Configuration,
) -> Result<Extraction, ExtractError> {
    let fields = Fields::of(details.part("fields"), offsets_ignored(configuration));
    let pointer = details.text_or("item", "");
    let root = document::of(page, details.part("embedded").as_ref(), &pointer)?;
    let document: Option<Element> = if page.json().is_ok() { None } else { Some(page.document()?) };
    let absent = match (&root, &document) {
        (Some(root), _) => absent_marks(root, details)?,
        (None, Some(document)) => absent_selectors(document, details)?,
        (None, None) => Vec::new(),
    };
    let place = root.and_then(|root| root.items(&pointer).into_iter().next());
    let item = Item { place, element: document.map(std::rc::Rc::new) };
    let cells = if absent.is_empty() { fields.read(std::slice::from_ref(&item))? } else { Vec::new() };
    let times = Reader::new(configuration).read(&cells);
    if let Some((cells, times)) = cells.iter().zip(times).next()
        && fields.names().any(|name| cells.one(name).is_some())
    {
        listing.completion(event::of(cells, times, true)?.key(page.facts().context.as_deref()));
    }
    if let Some(document) = &item.element {
        listing.disguise(document)?;
    }
    listing.finish(&match absent.is_empty() {
        true => "none of the configured fields is on the event's page".to_owned(),
        false => format!("the event's page has not {}", absent.join(", nor ")),
    })
}

/// The marks of an HTML page, which are selectors, that it does not match.
fn absent_selectors(document: &Element, details: &Configuration) -> Result<Vec<String>, ExtractError> {
    let mut absent = Vec::new();
    for mark in details.texts("marks") {
        if mark.starts_with('/') || !document.has(&mark)? {
            absent.push(format!("`{mark}`"));
        }
    }
    Ok(absent)
}

/// What the answer itself says where it has no event: an empty list at the item's place, or the configured words.
fn nothing_on(listing: &mut Listing, configuration: &Configuration, root: &Place) -> Result<(), ExtractError> {
    if !listing.is_empty() {
        return Ok(());
    }
    for setting in configuration.value().each("/empty") {
        let pointer = setting.text("/pointer").unwrap_or_default();
        let words = root.texts(&pointer).into_iter().next();
        let words = words.or_else(|| root.value.at(&pointer).and_then(|value| value.serialize().ok()));
        if let Some(words) = words
            && all_hold(&Condition::all(&setting, ""), root)?
        {
            listing.empty(&words, &pointer);
        }
    }
    let pointer = configuration.text_or("item", "");
    if configuration.text("block").is_none()
        && let Some(place) = empty_list(root, &pointer, "")
    {
        listing.empty("[]", &place);
    }
    Ok(())
}

/// The pointer of an empty list on the way to the items.
fn empty_list(from: &Place, pointer: &str, passed: &str) -> Option<String> {
    let (before, after) = split_star(pointer);
    let list = from.value.at(before)?;
    let is_list = list.kind() == Kind::Array || (after.is_some() && list.kind() == Kind::Object);
    let here = format!("{passed}{before}");
    if is_list && list.items("").is_empty() {
        return Some(here);
    }
    let after = after?;
    // Every one of the lists must be empty: the items were looked for in all of them.
    let members = from.reach(&format!("{before}/*"));
    let mut places = members.iter().enumerate().map(|(at, member)| empty_list(member, after, &format!("{here}/{at}")));
    let first = places.next()??;
    places.all(|place| place.is_some()).then_some(first)
}

/// What went wrong, if the answer says so and nothing else.
fn error_answer(listing: &mut Listing, root: &Place) {
    if let Some(words) = root.value.first_filled(ERRORS) {
        if listing.is_empty() {
            listing.elsewhere(&format!("an error answer: `{words}`"));
        } else if root.value.at("/errors/0").is_some() {
            listing.leave_out("answer", &words, "the answer tells of an error beside its events");
        }
    }
}

fn offsets_ignored(configuration: &Configuration) -> bool {
    configuration.text("offsets").as_deref() == Some("ignored")
}

marquee_sdk::export!(Json);

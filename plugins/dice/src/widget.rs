//! Asking DICE for events: by a source's configuration, or by the settings of the widget on a venue's page.

use marquee_sdk::{
    Element, ExtractError, Follow, Header, Listing, Method, Page, Take, Value, address, capture, parse_json,
};

use crate::NEXT;

/// Where the widget's script asks. Answers name another host for their next page, which does not take the widget's key.
const EVENTS: &str = "https://partners-endpoint.dice.fm/api/v2/events";
/// Events asked for at once.
const AT_ONCE: &str = "100";
/// The widget's settings, which its page hands to its script. The object holds no other in its names and filters.
const SETTINGS: &str = r"DiceEventListWidget\.create\(\s*(\{(?:[^{}]|\{[^{}]*\})*\})";

/// Asks for the events of the configured venues and promoters, or for the source's own address.
pub(crate) fn ask(listing: &mut Listing, page: &Page) {
    let configuration = page.configuration();
    let (venues, promoters) = (configuration.texts("venues"), configuration.texts("promoters"));
    let url = &page.facts().url;
    let own_address = address::host(url).is_some_and(|host| host.ends_with("dice.fm"));
    if own_address || (venues.is_empty() && promoters.is_empty()) {
        request(listing, url, Page::LISTING, configuration.text("api_key"));
    } else {
        request(listing, &events(&venues, &promoters), Page::LISTING, configuration.text("api_key"));
    }
    listing.onward();
}

/// Asks for what the widget on this page would show.
pub(crate) fn follow(listing: &mut Listing, page: &Page, document: &Element) -> Result<(), ExtractError> {
    for script in scripts(page, document)? {
        let Some(settings) = capture(SETTINGS, &script)? else { continue };
        let found = match parse_json(&settings) {
            Ok(settings) => Found::of(&settings),
            Err(_) => Found::in_script(&settings)?, // an object of JavaScript, whose names have no quotes
        };
        if !found.venues.is_empty() || !found.promoters.is_empty() {
            request(listing, &events(&found.venues, &found.promoters), NEXT, found.key);
            listing.onward();
        }
    }
    Ok(())
}

/// The scripts of a page, and what site builders keep in attributes until their own script sets it into the page.
fn scripts(page: &Page, document: &Element) -> Result<Vec<String>, ExtractError> {
    const MARK: &str = "DiceEventListWidget.create";
    if !page.body().contains(MARK) {
        return Ok(Vec::new());
    }
    let scripts = document.select("script:not([src])")?;
    let written = scripts.iter().filter_map(|script| script.take(&Take::OwnText));
    let kept =
        document.select("[data-html*='DiceEventListWidget'], [data-block-json*='DiceEventListWidget'], [srcdoc]")?;
    let attributes = kept.iter().flat_map(|element| {
        ["data-html", "data-block-json", "srcdoc"].into_iter().filter_map(|name| element.attribute(name))
    });
    // In JSON within an attribute the quotes of the script are escaped.
    let texts = written.chain(attributes.map(|text| text.replace("\\\"", "\"")));
    Ok(texts.filter(|text| text.contains(MARK)).collect())
}

/// What a widget's settings say about which events it shows.
struct Found {
    key: Option<String>,
    venues: Vec<String>,
    promoters: Vec<String>,
}

impl Found {
    fn of(settings: &Value) -> Self {
        Self {
            key: settings.filled("/apiKey"),
            venues: settings.texts("/venues"),
            promoters: settings.texts("/promoters"),
        }
    }

    fn in_script(script: &str) -> Result<Self, ExtractError> {
        let list = |name: &str| -> Result<Vec<String>, ExtractError> {
            let found = capture(&format!(r#"\b{name}["']?\s*:\s*(\[[^\]]*\])"#), script)?;
            Ok(found.and_then(|list| parse_json(&list).ok()).map(|list| list.texts("")).unwrap_or_default())
        };
        let key = capture(r#"\bapiKey["']?\s*:\s*["']([\w-]+)["']"#, script)?;
        Ok(Self { key, venues: list("venues")?, promoters: list("promoters")? })
    }
}

/// The address of the coming events of venues and promoters.
fn events(venues: &[String], promoters: &[String]) -> String {
    let pair = |(name, value): (&str, &str)| format!("{}={}", address::encode(name), address::encode(value));
    let parameters = [("page[size]", AT_ONCE), ("types", "linkout,event")].into_iter();
    let venues = venues.iter().map(|name| ("filter[venues][]", name.as_str()));
    let promoters = promoters.iter().map(|name| ("filter[promoters][]", name.as_str()));
    let query: Vec<String> = parameters.chain(venues).chain(promoters).map(pair).collect();
    format!("{EVENTS}?{}", query.join("&"))
}

/// A request with the widget's key, where one is known.
pub(crate) fn request(listing: &mut Listing, url: &str, kind: &str, key: Option<String>) {
    // Without an `accept` of its own the interface answers as well; the key is what it asks for.
    let headers = key.clone().map(|value| Header { name: "x-api-key".to_owned(), value }).into_iter().collect();
    // The answer's next page needs the key as well, and the page that shows it is gone by then.
    listing.ask(Follow { method: Method::Get, url: url.to_owned(), headers, kind: kind.to_owned(), context: key });
}

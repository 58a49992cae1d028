//! The data in a page: Next.js hands the site's store to the browser, as objects that point at each other by name.
//!
//! A club's page shows only the events that it was rendered with; nothing more is asked for from here.

use marquee_sdk::{ExtractError, Kind, Listing, Severity, Value, parse_json};

use crate::{Graph, event};

/// Where the store stands in the data, by version of the site.
const STORES: &[&str] = &[
    "/props/apolloState",
    "/props/pageProps/apolloState",
    "/props/pageProps/initialApolloState",
    "/props/initialApolloState",
    "/props/pageProps/__APOLLO_STATE__",
];

/// The pointer to a member of an object, by RFC 6901.
pub(crate) fn member(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Reads the events of a page's data; does nothing if it has none.
pub(crate) fn read(listing: &mut Listing, body: &str, club: Option<&str>) -> Result<(), ExtractError> {
    let Some(data) = script(body).and_then(|text| parse_json(text).ok()) else { return Ok(()) };
    let Some(state) = STORES.iter().find_map(|place| data.at(place)).filter(|state| state.kind() == Kind::Object)
    else {
        return Ok(());
    };
    let mut elsewhere = 0_usize;
    for item in state.items("") {
        if item.filled("/__typename").as_deref() != Some("Event") || item.filled("/title").is_none() {
            continue;
        }
        let graph = Graph::Referring { event: &item, state: &state };
        // Beside the club's own, a page may show what is popular around it.
        if club.is_some_and(|own| graph.of("/venue", "/id").is_some_and(|there| there != own)) {
            elsewhere += 1;
        } else {
            listing.event(event(&graph, club)?);
        }
    }
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
    }
    if listing.is_empty() {
        nothing(listing, &state);
    }
    Ok(())
}

/// The store's own word that the listing has no results.
fn nothing(listing: &mut Listing, state: &Value) {
    for query in state.keys("/ROOT_QUERY") {
        let place = format!("/ROOT_QUERY{}", member(&query));
        let none = state.integer(&format!("{place}/totalResults")) == Some(0);
        if none && (query.starts_with("listing") || query.starts_with("eventListings")) {
            listing.empty("\"totalResults\": 0", &place);
        }
    }
}

/// What stands in the script of Next.js.
fn script(body: &str) -> Option<&str> {
    let (_, behind) = body.split_once("id=\"__NEXT_DATA__\"")?;
    let (_, data) = behind.split_once('>')?;
    Some(data.split_once("</script")?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_what_stands_in_its_script() {
        let page = r#"<script id="__NEXT_DATA__" type="application/json">{"a":1}</script><p>"#;
        assert_eq!(script(page), Some("{\"a\":1}"));
        assert_eq!(script("<p>"), None);
    }

    #[test]
    fn names_of_queries_are_escaped_in_pointers() {
        assert_eq!(member("listing({\"a\":\"x/y~z\"})"), "/listing({\"a\":\"x~1y~0z\"})");
    }
}

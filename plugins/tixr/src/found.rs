//! Events however they were told, and which of them are this source's.

use marquee_sdk::{Event, ExtractError, Listing, Page, Severity, address};

/// An event, and what sorts it.
pub(crate) struct Found {
    pub(crate) event: Event,
    pub(crate) key: String,
    pub(crate) locations: Vec<String>,
}

/// Tixr's number for an event, which stands at the end of its address and stays when the words before it change; else its path.
pub(crate) fn key_of(url: &str) -> String {
    let path = address::path(url).trim_end_matches('/');
    let number = path.rsplit(['-', '/']).next().unwrap_or_default();
    let is_number = number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit());
    if is_number { number.to_owned() } else { path.to_owned() }
}

/// Hands the events on: those at the configured locations.
pub(crate) fn collect(listing: &mut Listing, page: &Page, found: Vec<Found>) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let lower =
        |name: &str| -> Vec<String> { configuration.texts(name).iter().map(|text| text.to_lowercase()).collect() };
    let (wanted, unwanted, not_titles) = (lower("locations"), lower("not_locations"), lower("not_titles"));
    let among = |names: &[String], texts: &[String]| {
        names.iter().any(|name| texts.iter().any(|text| name.to_lowercase().contains(text)))
    };
    let rooms = configuration.flag("rooms");
    let (mut elsewhere, mut entries) = (Vec::new(), 0_usize);
    for Found { event, key, locations } in found {
        let here = wanted.is_empty() || locations.is_empty() || among(&locations, &wanted);
        if !here || among(&locations, &unwanted) {
            elsewhere.extend(locations.into_iter().next());
            continue;
        }
        let title = event.title().unwrap_or_default().to_lowercase();
        if not_titles.iter().any(|text| title.contains(text)) {
            entries += 1;
            continue;
        }
        let room = locations.into_iter().next().filter(|_| rooms);
        listing.event(event.key(key).room(room));
    }
    if entries > 0 {
        listing.remark(Severity::Info, "entries-skipped", &format!("{entries} entries are no events by `not_titles`"));
    }
    if !elsewhere.is_empty() {
        listing.remark(Severity::Info, "other-locations", &format!("{} events are elsewhere", elsewhere.len()));
        if listing.is_empty() && entries == 0 {
            elsewhere.sort();
            elsewhere.dedup();
            let at = elsewhere.join(", ");
            return Err(ExtractError::missing(&format!("an event at this venue, among those at {at}"), "location"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_event_is_its_key() {
        assert_eq!(key_of("https://www.tixr.com/groups/lantern/events/moon-tides-160958"), "160958");
        assert_eq!(key_of("https://tixr.com/e/160958"), "160958");
        assert_eq!(key_of("/groups/lantern/events/160958?utm_source=x"), "160958");
        assert_eq!(
            key_of("https://www.tixr.com/groups/lantern/events/summer-pass"),
            "/groups/lantern/events/summer-pass"
        );
        assert_eq!(key_of("https://www.tixr.com/groups/lantern/events/club-99"), "/groups/lantern/events/club-99");
    }
}

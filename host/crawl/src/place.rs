//! Where a venue is, by its own page: the coordinates that structured data give a place of its name.
//!
//! Called after a crawl was recorded, for pages that changed and tell some coordinates. A venue that has coordinates, be it from its
//! file, a person, another page or a geocoding service, keeps them.

use std::sync::Arc;

use marquee_identity::{Place, same_venue};
use marquee_model::{Page, Source, Venue};
use marquee_reading::{Document, DocumentLimits, JsonValue, structured};
use marquee_store::{Actor, Author, CoordinatesFrom, Point, StoreError, distance};

use crate::Pipeline;

/// Pages of a crawl that are looked at: its listing and some of its events' pages, which all say the same.
pub(crate) const PAGES_LOOKED_AT: usize = 3;

/// Metres by which two tellings of one door differ at most: half a block, which is what a pin on a map is off by.
const ONE_DOOR: f64 = 80.0;

/// Whether a page can tell coordinates: schema.org's name of them stands in it.
pub(crate) fn is_told(page: &Page) -> bool {
    page.body.contains("latitude")
}

impl Pipeline {
    /// Gives the source's venue the coordinates that its pages tell, if it has none. The crawl stands whether or not that is done; when a page
    /// has changed again, it is tried again.
    pub(crate) async fn locate(&self, source: &Source, pages: &[Arc<Page>]) {
        if !pages.is_empty()
            && let Err(error) = self.located(source, pages).await
        {
            tracing::warn!(%error, "the venue could not be located by its pages");
        }
    }

    async fn located(&self, source: &Source, pages: &[Arc<Page>]) -> Result<(), StoreError> {
        let Some(stored) = self.store.venue(source.venue).await? else { return Ok(()) };
        let venue = stored.venue;
        if venue.latitude.is_some() && venue.longitude.is_some() {
            return Ok(());
        }
        let limits = self.registry.limits().document.clone();
        let (asked, pages) = (venue.clone(), pages.to_vec());
        let looking = tokio::task::spawn_blocking(move || of_venue(&asked, &pages, &limits));
        let Ok(Some((point, page))) = looking.await else { return Ok(()) };
        let author = Author {
            actor: Actor::Host(format!("page {}", page.url)),
            at: self.clock.now(),
            remote: None,
            request: None,
        };
        let Point { latitude, longitude } = point;
        if self.store.locate_venue(&venue, point, CoordinatesFrom::Page, &author).await? {
            tracing::info!(venue = %venue.slug, latitude, longitude, page = %page.url, "located by its page");
        }
        Ok(())
    }
}

/// The one place that the pages tell under the venue's name, with the page that tells it. Two of them are none.
fn of_venue(venue: &Venue, pages: &[Arc<Page>], limits: &DocumentLimits) -> Option<(Point, Arc<Page>)> {
    let mut found: Option<(Point, Arc<Page>)> = None;
    for page in pages {
        let Ok(document) = Document::parse(&page.body, &page.url, limits) else { continue };
        let Ok(told) = structured::read_with_faults(&document) else { continue };
        for point in told.items.iter().filter_map(|item| of_item(venue, &item.data)) {
            match &found {
                None => found = Some((point, Arc::clone(page))),
                Some((first, _)) if distance(*first, point) <= ONE_DOOR => {}
                Some(_) => return None,
            }
        }
    }
    found
}

/// The coordinates of a place, if it is the venue.
fn of_item(venue: &Venue, place: &JsonValue) -> Option<Point> {
    let own = Place { name: &venue.name, city: venue.city.as_deref(), ..Place::default() };
    let city = place.str_at("/address/addressLocality");
    if !same_venue(own, Place { name: place.str_at("/name")?, city, ..Place::default() }).is_same() {
        return None;
    }
    let degrees = |name: &str, most: f64| {
        let told = [format!("/geo/{name}"), format!("/geo/0/{name}"), format!("/{name}")];
        let number: f64 = told.iter().find_map(|pointer| place.str_at(pointer))?.trim().parse().ok()?;
        (-most..=most).contains(&number).then_some(number)
    };
    let (latitude, longitude) = (degrees("latitude", 90.0)?, degrees("longitude", 180.0)?);
    // Forms that were left empty say zero; that place is in the sea.
    (latitude != 0.0 || longitude != 0.0).then_some(Point { latitude, longitude })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use marquee_model::{SiteId, VenueId};

    use super::*;

    fn venue() -> Venue {
        let now = DateTime::UNIX_EPOCH;
        Venue {
            id: VenueId::new(now),
            site: SiteId::new(now),
            slug: "old-mill".parse().unwrap(),
            name: "The Old Mill".to_owned(),
            address: None,
            city: Some("Toronto".to_owned()),
            state: None,
            postal_code: None,
            country: None,
            latitude: None,
            longitude: None,
            zone: "America/Toronto".parse().unwrap(),
            url: None,
        }
    }

    fn found(bodies: &[&str]) -> Option<(f64, f64)> {
        let url: marquee_model::WebUrl = "https://old-mill.example/".parse().unwrap();
        let page =
            |body: &&str| Arc::new(Page { body: (*body).to_owned(), ..Page::start(url.clone(), DateTime::UNIX_EPOCH) });
        let pages: Vec<Arc<Page>> = bodies.iter().map(page).collect();
        let (point, _) = of_venue(&venue(), &pages, &DocumentLimits::default())?;
        Some((point.latitude, point.longitude))
    }

    fn json_ld(place: &str) -> String {
        format!(
            r#"<script type="application/ld+json">{{"@context":"https://schema.org","@type":"MusicEvent","name":"Act","location":{place}}}</script>"#
        )
    }

    const MILL: &str = r#"{"@type":"MusicVenue","name":"Old Mill","address":{"addressLocality":"Toronto"},"geo":{"@type":"GeoCoordinates","latitude":43.65,"longitude":"-79.38"}}"#;

    #[test]
    fn a_place_of_the_venues_name_is_the_venue() {
        assert_eq!(found(&[&json_ld(MILL)]), Some((43.65, -79.38)));
        let microdata = r#"<div itemscope itemtype="https://schema.org/MusicVenue"><b itemprop="name">THE OLD MILL</b>
            <div itemprop="geo" itemscope itemtype="https://schema.org/GeoCoordinates"><meta itemprop="latitude" content="43.65">
            <meta itemprop="longitude" content="-79.38"></div></div>"#;
        assert_eq!(found(&[microdata]), Some((43.65, -79.38)));
    }

    #[test]
    fn another_house_another_town_and_what_cannot_be_are_not() {
        assert_eq!(found(&[&json_ld(&MILL.replace("Old Mill", "New Mill"))]), None);
        assert_eq!(found(&[&json_ld(&MILL.replace("Toronto", "Chicago"))]), None);
        assert_eq!(found(&[&json_ld(&MILL.replace("43.65", "143.65"))]), None);
        assert_eq!(found(&[&json_ld(&MILL.replace("43.65", "0").replace("-79.38", "0.0"))]), None);
        assert_eq!(found(&[&json_ld(&MILL.replace("43.65", "\"north\""))]), None);
        assert_eq!(found(&["<p>latitude"]), None);
    }

    #[test]
    fn pages_that_agree_are_believed_and_pages_that_do_not_are_not() {
        let near = json_ld(&MILL.replace("43.65,", "43.6503,"));
        let far = json_ld(&MILL.replace("43.65,", "43.66,"));
        assert_eq!(found(&[&json_ld(MILL), &near]), Some((43.65, -79.38)));
        assert_eq!(found(&[&json_ld(MILL), &far]), None);
    }
}

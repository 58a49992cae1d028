//! A venue without coordinates is located by its own page, through a real crawl; what is known of it is never changed by one.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use marquee_store::{Actor, AuditQuery, CoordinatesFrom, StoredVenue};
use marquee_tests::site::{Venue, page};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

async fn stored(venue: &Venue) -> StoredVenue {
    venue.store.venue(venue.source.venue).await.unwrap().unwrap()
}

/// The page, with what it says of a place.
fn telling(name: &str, latitude: f64, longitude: f64) -> String {
    let place = serde_json::json!({
        "@context": "https://schema.org", "@type": "MusicVenue", "name": name,
        "geo": { "@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude },
    });
    format!("{}<script type=\"application/ld+json\">{place}</script>", page())
}

#[tokio::test]
async fn a_page_that_tells_where_the_venue_is_locates_it_once_and_for_the_log() {
    let venue = Venue::new(COMPILER).await.unwrap();
    let name = stored(&venue).await.venue.name;
    venue.crawl(&page()).await.unwrap();
    venue.crawl(&telling("Somewhere Else Entirely", 51.5, -0.1)).await.unwrap();
    assert_eq!(stored(&venue).await.coordinates_from, None, "another place is not this one");

    let crawl = venue.crawl(&telling(&name, 43.65, -79.38)).await.unwrap();
    assert_eq!(crawl.outcome.name(), "complete");
    let found = stored(&venue).await;
    assert_eq!((found.venue.latitude, found.venue.longitude), (Some(43.65), Some(-79.38)));
    assert_eq!(found.coordinates_from, Some(CoordinatesFrom::Page));
    let log = venue
        .store
        .audit(&AuditQuery { action: Some("venue.locate".to_owned()), limit: 10, ..AuditQuery::default() })
        .await
        .unwrap();
    let by: Vec<&Actor> = log.items.iter().map(|entry| &entry.author.actor).collect();
    assert_eq!(by, [&Actor::Host(format!("page {}", venue.source.url))]);

    venue.crawl(&telling(&name, 51.5, -0.1)).await.unwrap();
    assert_eq!(stored(&venue).await.venue, found.venue, "what is known stays");
}

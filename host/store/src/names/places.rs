//! The venues of a site by name, for events that say that they are elsewhere.

use std::collections::BTreeSet;

use marquee_identity::{Place, same_venue};
use marquee_model::{SiteId, VenueId};
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use crate::error::Trouble;

/// The venues of a site with all their names, ready to be asked. Asking is pure.
#[derive(Debug)]
pub(crate) struct Places {
    venues: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    id: VenueId,
    /// Its own name first; then aliases and former names.
    names: Vec<String>,
    city: Option<String>,
}

impl Places {
    /// Reads them, with one statement.
    pub(crate) async fn load(connection: &mut PgConnection, site: SiteId) -> Result<Self, Trouble> {
        let rows = sqlx::query(
            "SELECT v.id, v.city, array_prepend(v.name, ARRAY(SELECT n.name FROM venue_names n WHERE n.venue_id = v.id ORDER BY n.name))
                    AS names
             FROM venues v WHERE v.site_id = $1 ORDER BY v.id",
        )
        .bind(site.uuid())
        .fetch_all(connection)
        .await?;
        let venues = rows
            .iter()
            .map(|row| {
                Ok(Known {
                    id: VenueId::from_uuid(row.try_get::<Uuid, _>("id")?),
                    names: row.try_get("names")?,
                    city: row.try_get("city")?,
                })
            })
            .collect::<Result<_, sqlx::Error>>()?;
        Ok(Self { venues })
    }

    /// The one venue that this name means, by any of the venue's names; `None` where it means none, or more than one.
    pub(crate) fn resolve(&self, name: &str) -> Option<VenueId> {
        let means = |venue: &Known| {
            venue.names.iter().any(|known| {
                let place = Place { name: known, city: venue.city.as_deref(), ..Place::default() };
                same_venue(place, name).is_same()
            })
        };
        let found: BTreeSet<VenueId> = self.venues.iter().filter(|venue| means(venue)).map(|venue| venue.id).collect();
        if found.len() == 1 { found.first().copied() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(venues: &[(&[&str], Option<&str>)]) -> Places {
        let venues = venues
            .iter()
            .zip(1..)
            .map(|((names, city), n)| Known {
                id: VenueId::from_uuid(Uuid::from_u128(n)),
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                city: city.map(str::to_owned),
            })
            .collect();
        Places { venues }
    }

    fn number(id: Option<VenueId>) -> Option<u128> {
        id.map(|id| id.uuid().as_u128())
    }

    #[test]
    fn a_venue_is_found_by_any_of_its_names_or_not_at_all() {
        let places = places(&[
            (&["The Lantern Tavern", "Lantern Upstairs Club", "Old Mill"], Some("Toronto")),
            (&["Grey Harbour Hall"], Some("Toronto")),
            (&["Garage"], Some("Toronto")),
        ]);
        for (name, found) in [
            ("Lantern Tavern", Some(1)),
            ("the LANTERN tavern, Toronto", Some(1)),
            ("Lantern Tavern (Back Room)", Some(1)),
            ("Old Mill", Some(1)),
            ("Grey Harbour Hall, Toronto, ON", Some(2)),
            ("The Garage, Glasgow", None),
            ("Somewhere Else", None),
            ("", None),
        ] {
            assert_eq!(number(places.resolve(name)), found, "{name}");
        }
    }

    #[test]
    fn a_name_that_two_venues_go_by_means_neither() {
        let places = places(&[(&["Lantern"], None), (&["The Lantern"], None)]);
        assert_eq!(places.resolve("Lantern"), None);
    }
}

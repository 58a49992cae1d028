//! Which events are this source's.

use std::cell::RefCell;

use marquee_sdk::{Configuration, Event, ExtractError, Listing, Severity};

/// What a source wants, and what was left out by it.
pub(crate) struct Wanted {
    locations: Vec<String>,
    categories: Vec<String>,
    not_titles: Vec<String>,
    categories_are_genres: bool,
    rooms: bool,
    left: RefCell<Left>,
}

#[derive(Default)]
struct Left {
    given: usize,
    skipped: usize,
    elsewhere: Vec<String>,
}

impl Wanted {
    pub(crate) fn of(configuration: &Configuration) -> Self {
        let lower = |name| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        Self {
            locations: lower("locations"),
            categories: lower("categories"),
            not_titles: lower("not_titles"),
            categories_are_genres: configuration.flag("categories_are_genres"),
            rooms: configuration.flag("rooms"),
            left: RefCell::default(),
        }
    }

    /// Gives an event to the listing if it is wanted, and says whether it was. `locations`: name, then address.
    pub(crate) fn give(
        &self,
        listing: &mut Listing,
        event: Event,
        locations: &[String],
        categories: &[String],
    ) -> bool {
        let among = |names: &[String], wanted: &[String]| {
            names.iter().any(|name| wanted.iter().any(|text| name.to_lowercase().contains(text)))
        };
        let mut left = self.left.borrow_mut();
        if !self.locations.is_empty() && !locations.is_empty() && !among(locations, &self.locations) {
            left.elsewhere.extend(locations.first().cloned());
            return false;
        }
        let title = event.title().unwrap_or_default().to_lowercase();
        let of_category = self.categories.is_empty() || among(categories, &self.categories);
        if !of_category || self.not_titles.iter().any(|text| title.contains(text)) {
            left.skipped += 1;
            return false;
        }
        left.given += 1;
        let genres = if self.categories_are_genres { categories } else { &[] };
        let event = genres.iter().fold(event, |event, name| event.genre(name));
        listing.event(event.room(locations.first().filter(|_| self.rooms)));
        true
    }

    /// Says what was left out. Nothing wanted among events elsewhere is an error: a renamed house must not look like a quiet one.
    pub(crate) fn remark(&self, listing: &mut Listing) -> Result<(), ExtractError> {
        let left = self.left.borrow();
        if left.skipped > 0 {
            let message = format!("{} entries are left out by `categories` or `not_titles`", left.skipped);
            listing.remark(Severity::Info, "entries-skipped", &message);
        }
        if !left.elsewhere.is_empty() {
            let message = format!("{} events are elsewhere", left.elsewhere.len());
            listing.remark(Severity::Info, "other-locations", &message);
        }
        if left.given == 0 && left.skipped + left.elsewhere.len() > 0 {
            let among = left.skipped + left.elsewhere.len();
            let at = left.elsewhere.join(", ");
            let what = format!("an event that the configuration wants, among {among} ({at})");
            return Err(ExtractError::missing(&what, "configuration"));
        }
        Ok(())
    }
}

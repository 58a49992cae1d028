//! What a calendar or feed keeps in prose: prices, ages and times that a source's patterns find in titles and descriptions.
//!
//! Prose is only read where a source says how: a number in a sentence is seldom the price.

use crate::{Configuration, Date, DateHints, Event, Moment, ReadError, Role, capture, day_of, read_dates_with};

/// The patterns of a source, by field: `price`, `age`, `status`, `doors`, `time`, `headliner`, `support`, `room`, `ticket_url`.
#[derive(Debug, Clone, Default)]
pub struct Prose(Vec<(String, Vec<String>)>);

impl Prose {
    /// The setting `patterns`: a regular expression, or several of which the first that matches counts, for each field.
    #[must_use]
    pub fn of(configuration: &Configuration) -> Self {
        let Some(patterns) = configuration.part("patterns") else { return Self::default() };
        let names = patterns.value().keys("");
        Self(names.into_iter().map(|name| (name.clone(), patterns.texts(&name))).collect())
    }

    /// The value of a field in some texts: the first group of the first pattern that matches, in the first text.
    pub fn find(&self, name: &str, texts: &[&str]) -> Result<Option<String>, ReadError> {
        for (_, patterns) in self.0.iter().filter(|(known, _)| known == name) {
            for pattern in patterns {
                for text in texts.iter().filter(|text| !text.is_empty()) {
                    if let Some(found) = capture(pattern, text)?.filter(|found| !found.trim().is_empty()) {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Completes an event with what the patterns find. `texts`: what is told, as text; `markup`: the same as written, for links.
    pub fn complete(&self, mut event: Event, texts: &[&str], markup: &str) -> Result<Event, ReadError> {
        if self.0.is_empty() {
            return Ok(event);
        }
        let find = |name: &str| self.find(name, texts);
        event = event
            .price_words(find("price")?)
            .age_words(find("age")?)
            .status_words(find("status")?)
            .room(find("room")?)
            .performer(find("headliner")?, Role::Headliner)
            .performer(find("support")?, Role::Support)
            .ticket_url(self.find("ticket_url", &[markup])?.map(|url| crate::clean(&url)));
        let day = event.event.start.as_ref().and_then(day_of);
        if let (Some(words), Some(day)) = (find("doors")?, day) {
            event = event.doors(clock(&words, day));
        }
        // A day without a time, of which the prose tells the hour.
        if let (Some(words), Some(Moment::Date(day))) = (find("time")?, event.event.start.clone())
            && let Some(start) = clock(&words, day)
        {
            event.event.start = Some(start);
        }
        Ok(event)
    }
}

/// Which entries a source wants: the settings `not_titles`, `locations` and `not_locations`.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    not_titles: Vec<String>,
    locations: Vec<String>,
    not_locations: Vec<String>,
}

impl Wanted {
    /// As the source says.
    #[must_use]
    pub fn of(configuration: &Configuration) -> Self {
        let lower = |name: &str| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        Self { not_titles: lower("not_titles"), locations: lower("locations"), not_locations: lower("not_locations") }
    }

    /// Whether locations are looked at.
    #[must_use]
    pub const fn by_location(&self) -> bool {
        !self.locations.is_empty() || !self.not_locations.is_empty()
    }

    /// Whether an entry is wanted. One without a location is the venue's own.
    #[must_use]
    pub fn wants(&self, title: &str, location: Option<&str>) -> bool {
        let among = |text: &str, list: &[String]| list.iter().any(|one| text.to_lowercase().contains(one.as_str()));
        let here = location.map(str::trim).filter(|location| !location.is_empty()).is_none_or(|location| {
            (self.locations.is_empty() || among(location, &self.locations)) && !among(location, &self.not_locations)
        });
        here && !among(title, &self.not_titles)
    }
}

/// Text out of what may be HTML, with the line feeds that plain text has: patterns go by lines.
pub fn lines_of(words: &str) -> Result<String, ReadError> {
    if words.contains('<') && words.contains('>') {
        return crate::plain_text(words);
    }
    let lines: Vec<String> = words.lines().map(crate::clean).filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n"))
}

/// The name of a place whose address follows.
#[must_use]
pub fn place_name(location: Option<&str>) -> Option<String> {
    let name = location?.split(['\n', ',']).next()?.trim();
    (!name.is_empty() && name != "-").then(|| name.to_owned())
}

/// A time in words on a day.
fn clock(words: &str, day: Date) -> Option<Moment> {
    let read = read_dates_with(vec![format!("{day} {words}")], &DateHints::alone()).into_iter().next()?.reading.ok()?;
    Some(read.doors.unwrap_or(read.start)).filter(|moment| matches!(moment, Moment::Local(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_location_is_the_venues_own() {
        let wanted = Wanted { locations: vec!["big hall".to_owned()], ..Wanted::default() };
        assert!(
            wanted.wants("Moon", None) && wanted.wants("Moon", Some("")) && wanted.wants("Moon", Some("The Big Hall"))
        );
        assert!(!wanted.wants("Moon", Some("Small Hall")));
        let wanted = Wanted { not_titles: vec!["closed".to_owned()], ..Wanted::default() };
        assert!(!wanted.wants("CLOSED for a party", None));
    }

    #[test]
    fn a_place_is_named_before_its_address() {
        assert_eq!(place_name(Some("Big Hall, 1 Main St")).as_deref(), Some("Big Hall"));
        assert_eq!(place_name(Some("-")), None);
    }
}

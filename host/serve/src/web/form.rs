//! The form above a list: its choices, and what was asked. Its names and values are those of the interface's own list.

use marquee_model::VenueId;
use marquee_store::{EventQuery, Facet, VenueKey, VenueQuery};

use super::asked::Asked;
use crate::{App, Problem};

/// Everything that is not cancelled, as the value of `status`.
const NOT_CANCELLED: &str = "scheduled,postponed,rescheduled,moved,sold_out";
/// What costs nothing, as the value of `price_kind`.
const FREE: &str = "free";

/// The form.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) sites: Vec<Choice>,
    pub(super) venues: Vec<Choice>,
    pub(super) genres: Vec<Choice>,
    pub(super) text: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) free: bool,
    pub(super) not_cancelled: bool,
    /// Filters that the form has no field for; they are kept.
    pub(super) further: Vec<(String, String)>,
    counts: Option<Counts>,
}

/// An option of the form.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// How many events there are; of any genre, and by genre.
#[derive(Debug)]
struct Counts {
    all: i64,
    complete: bool,
    genres: Vec<(String, i64)>,
}

impl Form {
    /// The form with what was asked; `query` is the list's question.
    pub(super) async fn of(app: &App, asked: &Asked, query: &EventQuery) -> Result<Self, Problem> {
        let counts = counts(app, query).await;
        let genres = counts.as_ref().map(|counts| counts.genres.as_slice()).unwrap_or_default();
        let shown = |name: &str, is_shown: bool| if is_shown { asked.value(name).to_owned() } else { String::new() };
        let mut form = Self {
            sites: sites(app, asked).await?,
            venues: venues(app, asked).await?,
            genres: genre_choices(genres, asked.value("genre")),
            text: asked.value("text").to_owned(),
            from: shown("from", query.from.is_some()),
            until: shown("until", query.until.is_some()),
            free: asked.value("price_kind") == FREE,
            not_cancelled: asked.value("status") == NOT_CANCELLED,
            further: Vec::new(),
            counts,
        };
        form.further = asked
            .given
            .iter()
            .filter(|(name, value)| !form.shows(name, value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Ok(form)
    }

    /// Whether a field of the form says this already.
    fn shows(&self, name: &str, value: &str) -> bool {
        match name {
            "text" => true,
            "site" => self.sites.len() > 1,
            "genre" => true,
            "venue" => self.venues.iter().any(|venue| venue.chosen),
            "from" => self.from == value,
            "until" => self.until == value,
            "price_kind" => self.free,
            "status" => self.not_cancelled,
            _ => false,
        }
    }

    /// What the page is called: by place, where one is chosen.
    pub(super) fn title(&self) -> String {
        let chosen = self.venues.iter().chain(&self.sites).find(|choice| choice.chosen);
        let place = chosen.map(|choice| format!(" \u{b7} {}", choice.label)).unwrap_or_default();
        format!("What is on{place}")
    }

    /// `12 events`, where that is known and not none.
    pub(super) fn count(&self, asked: &Asked) -> Option<String> {
        let counts = self.counts.as_ref()?;
        let genre = asked.value("genre").to_lowercase();
        let number = match genre.as_str() {
            "" => counts.all,
            genre => counts.genres.iter().find(|(name, _)| name == genre).map(|(_, number)| *number)?,
        };
        match (number, counts.complete) {
            (0, _) => None,
            (1, true) => Some("One event".to_owned()),
            (number, true) => Some(format!("{} events", grouped(number))),
            (number, false) => Some(format!("More than {} events", grouped(number))),
        }
    }
}

/// `12,345`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Counts the list without its genre. A page goes without them rather than fail: counting takes longest of all.
async fn counts(app: &App, query: &EventQuery) -> Option<Counts> {
    let query = EventQuery { genres: Vec::new(), after: None, ..query.clone() };
    match app.store.facets(&query, &[Facet::Genre]).await {
        Ok(facets) => Some(Counts { all: facets.counted, complete: facets.complete, genres: facets.genres }),
        Err(error) => {
            tracing::warn!(%error, "the events of a page were not counted");
            None
        }
    }
}

/// The genres of the list; the one that was asked for is among them, whatever it is.
fn genre_choices(known: &[(String, i64)], asked: &str) -> Vec<Choice> {
    let folded = asked.to_lowercase();
    let mut choices: Vec<Choice> = known
        .iter()
        .map(|(name, number)| Choice {
            label: format!("{} ({})", capital(name), grouped(*number)),
            chosen: *name == folded,
            value: name.clone(),
        })
        .collect();
    choices.sort_by(|a, b| a.value.cmp(&b.value));
    if !asked.is_empty() && choices.iter().all(|choice| !choice.chosen) {
        choices.push(Choice { value: asked.to_owned(), label: asked.to_owned(), chosen: true });
    }
    choices
}

/// The word with a capital letter: genres are compared without case, and kept so.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

async fn sites(app: &App, asked: &Asked) -> Result<Vec<Choice>, Problem> {
    let sites = app.store.sites().await?.into_iter().map(|stored| Choice {
        chosen: Some(&stored.site.slug) == asked.site.as_ref(),
        value: stored.site.slug.into(),
        label: stored.site.name,
    });
    Ok(sites.collect())
}

/// The venues of the chosen site, of which one is chosen at most.
async fn venues(app: &App, asked: &Asked) -> Result<Vec<Choice>, Problem> {
    let wanted = match asked.filter.place.venue.as_slice() {
        [one] => Some(one),
        _ => None,
    };
    let query = VenueQuery { site: asked.site.clone(), limit: marquee_store::MAX_LIMIT, ..VenueQuery::default() };
    let mut stored = app.store.venues(&query).await?.items;
    if let Some(VenueKey::Id(id)) = wanted {
        stored.extend(missing(app, &stored, *id).await?);
    }
    let choices = stored.into_iter().map(|stored| Choice {
        chosen: match wanted {
            Some(VenueKey::Id(id)) => stored.venue.id == *id,
            Some(VenueKey::Slug(slug)) => stored.venue.slug == *slug,
            None => false,
        },
        value: stored.venue.id.to_string(),
        label: stored.venue.name,
    });
    Ok(choices.collect())
}

/// The chosen venue, where there are so many that it is not among those that are offered.
async fn missing(
    app: &App,
    offered: &[marquee_store::StoredVenue],
    id: VenueId,
) -> Result<Option<marquee_store::StoredVenue>, Problem> {
    if offered.iter().any(|stored| stored.venue.id == id) {
        return Ok(None);
    }
    Ok(app.store.venue(id).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_genre_that_was_asked_for_is_among_the_choices() {
        let known = [("jazz".to_owned(), 1200), ("blues".to_owned(), 3)];
        let choices = genre_choices(&known, "Jazz");
        let shown: Vec<_> = choices.iter().map(|c| (c.label.as_str(), c.chosen)).collect();
        assert_eq!(shown, [("Blues (3)", false), ("Jazz (1,200)", true)]);
        assert_eq!(genre_choices(&known, "Polka").last().map(|c| c.chosen), Some(true));
    }
}

//! The geocoder: venue by venue, politely, from the cache where it can.

use std::sync::Arc;

use marquee_fetch::{FetchError, FollowScope, Visitor, polite::Answer};
use marquee_model::{Clock, PageRequest, Toll, Venue, VenueId, WebUrl};
use marquee_store::{Actor, Author, CoordinatesFrom, Point, Store};
use serde::Serialize;

use crate::{
    Candidate, GeocodeError, GeocodeSettings, Question, Verdict,
    answer::{self},
    choose, questions,
};

/// Failures in a row after which a round ends: the service is asked again at the next one.
const MOST_FAILURES: u32 = 3;

/// Places that are asked for in one answer: enough to see that there are several.
const PLACES: &str = "5";

/// Asks a geocoding service where venues are. There is none where no service is configured.
pub struct Geocoder {
    settings: GeocodeSettings,
    search: url::Url,
    visitor: Visitor,
    store: Store,
    clock: Arc<dyn Clock>,
}

/// What became of one venue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// It has coordinates now (or would have, in a dry run).
    Found {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// What was found, on one line.
        place: String,
    },
    /// The service does not know it.
    Nothing {
        /// What it said.
        reason: String,
    },
    /// The service knows several; a person may say which one it is.
    Ambiguous {
        /// Which.
        reason: String,
    },
    /// Too little is known of its address to ask.
    NoAddress,
    /// A dry run would have to ask.
    WouldAsk {
        /// What.
        question: String,
    },
    /// It could not be asked; it will be asked again.
    Failed {
        /// Why.
        reason: String,
    },
}

/// A venue and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Located {
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub name: String,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What a round did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Round {
    /// Venue by venue.
    pub venues: Vec<Located>,
    /// Requests that were made.
    pub requests: u32,
    /// Questions that the cache answered.
    pub from_cache: u32,
}

impl Geocoder {
    /// A geocoder of the configured service; `None` where none is configured. The visitor's politeness, egress rules and turns hold for it.
    pub fn open(
        settings: &GeocodeSettings,
        visitor: Visitor,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, GeocodeError> {
        let search = settings.search_url()?;
        Ok(search.map(|search| Self { settings: settings.clone(), search, visitor, store, clock }))
    }

    /// Looks for the coordinates of venues that have none, at most `settings.batch` that must be asked for. With `dry_run` nothing is asked
    /// or changed. `by`: who has it done, for the audit log. Ends early, without an error, where the service fails again and again: what was found is kept, and the rest
    /// is for the next round.
    pub async fn round(&self, dry_run: bool, by: &Actor) -> Result<Round, GeocodeError> {
        let mut round = Round::default();
        let (mut after, mut failures) = (None, 0);
        loop {
            let venues = self.store.venues_without_coordinates(after, marquee_store::MAX_LIMIT).await?;
            let Some(last) = venues.last() else { break };
            after = Some(last.id);
            for venue in &venues {
                if round.requests >= self.settings.batch {
                    return self.ended(round, dry_run).await;
                }
                let outcome = self.locate(venue, dry_run, by, &mut round).await?;
                failures = if matches!(outcome, Outcome::Failed { .. }) { failures + 1 } else { 0 };
                round.venues.push(Located { venue: venue.id, name: venue.name.clone(), outcome });
                if failures >= MOST_FAILURES {
                    tracing::warn!(service = %self.search, failures, "the geocoding service fails; the rest is left for the next round");
                    return self.ended(round, dry_run).await;
                }
            }
        }
        self.ended(round, dry_run).await
    }

    /// Lets go of answers that nobody would believe any more.
    async fn ended(&self, round: Round, dry_run: bool) -> Result<Round, GeocodeError> {
        if !dry_run {
            let longest = self.settings.lifetime(true).max(self.settings.lifetime(false));
            self.store.forget_geocoded(self.clock.now() - longest).await?;
        }
        Ok(round)
    }

    /// One venue: its questions, until one finds it.
    async fn locate(
        &self,
        venue: &Venue,
        dry_run: bool,
        by: &Actor,
        round: &mut Round,
    ) -> Result<Outcome, GeocodeError> {
        let mut outcome = Outcome::NoAddress;
        for question in questions(venue) {
            let places = match self.known(&question).await? {
                Some(places) => {
                    round.from_cache = round.from_cache.saturating_add(1);
                    places
                }
                None if dry_run => return Ok(Outcome::WouldAsk { question: question.key() }),
                None => match self.ask(&question, round).await {
                    Ok(places) => places,
                    Err(error @ (GeocodeError::Store(_) | GeocodeError::Settings { .. })) => return Err(error),
                    Err(error) => return Ok(Outcome::Failed { reason: error.to_string() }),
                },
            };
            outcome = match choose(&question, &places) {
                Verdict::Found(place) => {
                    let author = Author { actor: by.clone(), at: self.clock.now(), remote: None, request: None };
                    let point = Point { latitude: place.lat, longitude: place.lon };
                    if !dry_run && self.store.locate_venue(venue, point, CoordinatesFrom::Geocoding, &author).await? {
                        tracing::info!(venue = %venue.slug, latitude = place.lat, longitude = place.lon, place = place.display_name, "located");
                    }
                    let (latitude, longitude) = (place.lat, place.lon);
                    return Ok(Outcome::Found { latitude, longitude, place: place.display_name });
                }
                // Two houses of one address are no reason to look for the name: that finds a third.
                Verdict::Ambiguous(reason) => return Ok(Outcome::Ambiguous { reason }),
                Verdict::Nothing(reason) => Outcome::Nothing { reason },
            };
        }
        Ok(outcome)
    }

    /// What the service answered, where that is still believed.
    async fn known(&self, question: &Question) -> Result<Option<Vec<Candidate>>, GeocodeError> {
        let Some((kept, at)) = self.store.geocoded(self.search.as_str(), &question.key()).await? else {
            return Ok(None);
        };
        // What an older program wrote in another form is as if it were not there.
        let Ok(places) = serde_json::from_value::<Vec<Candidate>>(kept) else { return Ok(None) };
        let found = matches!(choose(question, &places), Verdict::Found(_));
        let fresh = self.clock.now() < at + self.settings.lifetime(found);
        Ok(fresh.then_some(places))
    }

    /// Asks the service, in its turn, and keeps the answer.
    async fn ask(&self, question: &Question, round: &mut Round) -> Result<Vec<Candidate>, GeocodeError> {
        let mut url = self.search.clone();
        url.query_pairs_mut()
            .extend_pairs(question.parameters.iter().map(|(name, value)| (*name, value.as_str())))
            .extend_pairs([("format", "jsonv2"), ("addressdetails", "1"), ("limit", PLACES)]);
        let shown = url.to_string();
        if let Some(email) = &self.settings.email {
            url.query_pairs_mut().append_pair("email", email);
        }
        let no_answer = |reason: String| GeocodeError::NoAnswer { url: shown.clone(), reason };
        let url: WebUrl = url.as_str().parse().map_err(|error| no_answer(format!("{error}")))?;
        let text = self.fetched(url, round).await?;
        let places = answer::read(&text).map_err(no_answer)?;
        let kept = serde_json::to_value(&places).unwrap_or_default();
        self.store.keep_geocoded(self.search.as_str(), &question.key(), &kept, self.clock.now()).await?;
        Ok(places)
    }

    async fn fetched(&self, url: WebUrl, round: &mut Round) -> Result<String, FetchError> {
        let mut toll = Toll::default();
        let turn = self.visitor.turn(&url, Some(self.settings.delay_ms), &mut toll).await?;
        round.requests = round.requests.saturating_add(1);
        let started = self.clock.now();
        let page = self.visitor.fetcher().fetch(&PageRequest::listing(url), &FollowScope::any()).await;
        let took = self.clock.now() - started;
        let answer = match &page {
            Ok(page) => Answer::Status { status: page.status, retry_after: None, took },
            Err(error) => Answer::of(error, took),
        };
        turn.finish(&answer).await;
        page.map(|page| page.body)
    }
}

//! What an event is: its words, acts, genres, standing, and who tells of it.

use marquee_model::{AgeRestriction, EventId, PluginId, Role, Slug, Status};
use marquee_store::{ArtistKey, EventQuery};

use crate::{
    api::dto::{RoleWord, StatusFilterWord},
    params::{FaultKind, Instant, Parameters, Reader},
};

/// Ids in one request at most: a page of events.
const MOST_IDS: usize = 100;

/// Genres in one request at most.
const MOST_GENRES: usize = 20;

/// The word for "cancelled, as Marquee concludes".
const PRESUMED: &str = "presumed_cancelled";

/// Which events, by what they are.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhatFilter {
    /// With one of these ids, at most 100, separated by commas.
    #[param(value_type = Option<String>, example = "evt_0198c0de00007000800000000000abcd")]
    pub(crate) id: Vec<EventId>,
    /// Every word of this is part of title, acts, room, or the venue's name or city, without regard to case and accents. A word of four letters
    /// and more that nothing holds is taken for the nearest that something does; `did_you_mean` of the answer then says so.
    #[param(example = "motley quaret")]
    pub(crate) text: Option<String>,
    /// With this artist on the bill: an id, or a name or alias, without regard to case, accents, article and punctuation.
    #[param(value_type = Option<String>, example = "Moon Quartet")]
    pub(crate) artist: Option<ArtistKey>,
    /// With an act in one of these roles; with `artist`, that act. Words separated by commas.
    #[param(value_type = Option<Vec<RoleWord>>, style = Form, explode = false)]
    pub(crate) role: Vec<Role>,
    /// Of one of these genres, as venues print them, without regard to case and accents; at most 20, separated by commas.
    #[param(value_type = Option<String>, example = "jazz,soul")]
    pub(crate) genre: Vec<String>,
    /// Words separated by commas; an event with any of them is in. `cancelled` holds those that are presumed so as well.
    #[param(value_type = Option<Vec<StatusFilterWord>>, style = Form, explode = false)]
    pub(crate) status: Vec<Status>,
    #[param(ignore)]
    pub(crate) presumed: bool,
    /// Open to somebody of this age in years, or `all`: open to everybody. Events that do not say are out.
    #[param(value_type = Option<String>, example = "19", pattern = r"^([1-9][0-9]?|all)$")]
    pub(crate) age: Option<AgeRestriction>,
    /// Told by this source, by its short name.
    #[param(value_type = Option<String>, example = "rex")]
    pub(crate) source: Option<Slug>,
    /// Told by a source that this plugin reads.
    #[param(value_type = Option<String>, example = "json-ld")]
    pub(crate) plugin: Option<PluginId>,
    /// Changed at this instant or later: an instant (2026-12-31T20:00:00Z) or a day, which begins in UTC.
    #[param(value_type = Option<String>, example = "2026-11-20T00:00:00Z", pattern = r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))$")]
    pub(crate) updated_since: Option<Instant>,
    /// First seen at this instant or later, likewise.
    #[param(value_type = Option<String>, example = "2026-11-20", pattern = r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))$")]
    pub(crate) announced_since: Option<Instant>,
}

impl Parameters for WhatFilter {
    fn read(reader: &mut Reader) -> Self {
        let id = reader.several("id", MOST_IDS);
        let text = reader.text("text");
        let artist = reader.text("artist").map(|text| text.parse().map_or(ArtistKey::Name(text), ArtistKey::Id));
        let role = reader.words("role", RoleWord::ALL).into_iter().filter_map(of_model).collect();
        let genre: Vec<String> = reader.several("genre", MOST_GENRES);
        let status = reader.words("status", StatusFilterWord::ALL);
        Self {
            id,
            text,
            artist,
            role,
            genre: genre.into_iter().filter(|genre| !genre.is_empty()).collect(),
            presumed: status.contains(&PRESUMED),
            status: status.into_iter().filter_map(of_model).collect(),
            age: age(reader),
            source: reader.parse("source", "string_pattern_mismatch"),
            plugin: reader.parse("plugin", "string_pattern_mismatch"),
            updated_since: reader.parse("updated_since", "datetime_parsing"),
            announced_since: reader.parse("announced_since", "datetime_parsing"),
        }
    }
}

impl WhatFilter {
    pub(super) fn narrow(&self, query: &mut EventQuery) {
        query.ids.clone_from(&self.id);
        query.text.clone_from(&self.text);
        query.artist.clone_from(&self.artist);
        query.roles.clone_from(&self.role);
        query.genres.clone_from(&self.genre);
        query.status.clone_from(&self.status);
        query.presumed_cancelled = self.presumed;
        query.age = self.age;
        query.source.clone_from(&self.source);
        query.plugin.clone_from(&self.plugin);
        query.updated_since = self.updated_since.map(|Instant(at)| at);
        query.announced_since = self.announced_since.map(|Instant(at)| at);
    }
}

/// The model's value for a word.
pub(super) fn of_model<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

fn age(reader: &mut Reader) -> Option<AgeRestriction> {
    let text = reader.text("age")?;
    if text == "all" {
        return Some(AgeRestriction::AllAges);
    }
    let years = text.parse::<u8>().ok().filter(|years| (1..=99).contains(years));
    if years.is_none() {
        reader.note(
            FaultKind::Unreadable("value_error"),
            "age",
            "it is neither a number of years from 1 to 99 nor `all`",
            None,
        );
    }
    years.map(AgeRestriction::Minimum)
}

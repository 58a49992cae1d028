//! Which part of a list, in which order and form.

use marquee_store::{EventSort, Facet};

use crate::{
    api::dto::{EventFieldWord, FacetWord, IncludeWord, SortWord},
    params::{Parameters, Reader},
};

/// Which part of the list, and how it is shown.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageFilter {
    /// The order; `-` before the word turns it around. `distance` needs `near`, `relevance` needs `text`.
    #[param(value_type = Option<SortWord>)]
    pub(crate) sort: EventSort,
    /// Only these members of each event; words separated by commas. `id` is always there.
    #[param(value_type = Option<Vec<EventFieldWord>>, style = Form, explode = false)]
    pub(crate) fields: Vec<&'static str>,
    /// What else to tell, once for all events, under `included`; words separated by commas.
    #[param(value_type = Option<Vec<IncludeWord>>, style = Form, explode = false)]
    pub(crate) include: Vec<Include>,
    /// Counts of the whole list by these, under `facets`; words separated by commas.
    #[param(value_type = Option<Vec<FacetWord>>, style = Form, explode = false)]
    pub(crate) facets: Vec<Facet>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    pub(crate) limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters and order.
    pub(crate) cursor: Option<String>,
}

/// What can be told beside the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Include {
    /// Their venues, whole.
    Venues,
    /// The artists on their bills.
    Artists,
    /// The sources that tell of them.
    Sources,
    /// Their sites.
    Sites,
}

impl Parameters for PageFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            sort: reader.word("sort", SortWord::ALL).map_or(EventSort::Start, sort),
            fields: reader.words("fields", EventFieldWord::ALL),
            include: reader.words("include", IncludeWord::ALL).into_iter().filter_map(include).collect(),
            facets: facets(reader),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

fn facets(reader: &mut Reader) -> Vec<Facet> {
    let mut facets = Vec::new();
    for word in reader.words("facets", FacetWord::ALL) {
        let facet = match word {
            "venue" => Facet::Venue,
            "genre" => Facet::Genre,
            "status" => Facet::Status,
            _ => Facet::Day,
        };
        if !facets.contains(&facet) {
            facets.push(facet);
        }
    }
    facets
}

fn include(word: &str) -> Option<Include> {
    match word {
        "venues" => Some(Include::Venues),
        "artists" => Some(Include::Artists),
        "sources" => Some(Include::Sources),
        "sites" => Some(Include::Sites),
        _ => None,
    }
}

fn sort(word: &str) -> EventSort {
    match word {
        "-start" => EventSort::StartDescending,
        "announced" => EventSort::Announced,
        "-announced" => EventSort::AnnouncedDescending,
        "updated" => EventSort::Updated,
        "-updated" => EventSort::UpdatedDescending,
        "distance" => EventSort::Distance,
        "relevance" => EventSort::Relevance,
        _ => EventSort::Start,
    }
}

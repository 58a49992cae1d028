//! By which way a source's plugin finds a field.

use marquee_model::{Doer, Done, RestsOn, Spot, Way};
use marquee_store::{EventField, StoredWays};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{DoerWord, RestsOnWord};

/// One way by which a source's plugin finds a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Way)]
pub(super) struct WayView {
    /// The part of the field that is found so, such as `min` of a price; null for the whole.
    #[schema(example = "min")]
    part: Option<String>,
    /// What the value rests on: the page; the source's configuration or file; a rule of the host for what no page says; or the plugin
    /// itself, where nothing that it read has the value.
    #[schema(value_type = RestsOnWord)]
    rests_on: RestsOn,
    /// Where it is read; several where the value is put together out of several.
    found: Vec<SpotView>,
    /// What was done with it since, the first step first.
    then: Vec<DoneView>,
}

/// Where something is read.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = WaySpot)]
struct SpotView {
    /// The kind of page: `listing`, or the tag of the follow request that led to it; null for what stands on no page.
    #[schema(example = "listing")]
    page: Option<String>,
    /// CSS selectors, outermost first; a JSON pointer, with `*` for the numbers of items; or the key of a source file.
    #[schema(example = "article.show » h2 a")]
    selector: String,
    /// What is taken there.
    #[schema(example = "text")]
    take: String,
}

/// Something that was done with what was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = WayStep)]
struct DoneView {
    /// Who did it.
    #[schema(value_type = DoerWord)]
    by: Doer,
    /// What, in words.
    #[schema(example = "read by the host's `dates`: start")]
    what: String,
}

/// The ways to one field.
pub(super) struct FieldWaysView {
    /// The selector of the most usual way that leads to the page.
    pub(super) selector: Option<String>,
    /// All ways, by parts, the most usual of each part first.
    pub(super) ways: Vec<WayView>,
    /// Why there are none.
    pub(super) unknown: Option<String>,
}

impl FieldWaysView {
    /// What is known of the ways to a field; `stored` is `None` where nothing is known of the plugin's.
    pub(super) fn of(field: EventField, stored: Option<&StoredWays>) -> Self {
        if field == EventField::Venue {
            return Self { selector: None, ways: vec![WayView::of_the_venue()], unknown: None };
        }
        let Some(stored) = stored else { return Self::unknown(NEVER_FOLLOWED) };
        let found = stored.of(field);
        if found.is_empty() {
            return Self::unknown(NONE_HAD_IT);
        }
        let selector = found.iter().find_map(|(_, way)| way.selector());
        let ways = found.into_iter().map(|(part, way)| WayView::new(part, way)).collect();
        Self { selector, ways, unknown: None }
    }

    fn unknown(why: &str) -> Self {
        Self { selector: None, ways: Vec::new(), unknown: Some(why.to_owned()) }
    }
}

const NEVER_FOLLOWED: &str = "what this version of the plugin read of the source was not followed; the next crawl that reads a page anew follows it";
const NONE_HAD_IT: &str =
    "none of the events that were followed had this field; `marquee explain` follows it on a saved page";

impl WayView {
    fn new(part: Option<&str>, way: &Way) -> Self {
        Self {
            part: part.map(str::to_owned),
            rests_on: way.rests_on,
            found: way.found.iter().map(SpotView::from).collect(),
            then: way.then.iter().map(DoneView::from).collect(),
        }
    }

    /// The venue is that of the source; a page that names another does so in `venue_name`.
    fn of_the_venue() -> Self {
        let file = SpotView { page: None, selector: "venue".to_owned(), take: "source file".to_owned() };
        Self { part: None, rests_on: RestsOn::Configuration, found: vec![file], then: Vec::new() }
    }
}

impl From<&Spot> for SpotView {
    fn from(spot: &Spot) -> Self {
        Self { page: spot.page.clone(), selector: spot.selector.clone(), take: spot.take.clone() }
    }
}

impl From<&Done> for DoneView {
    fn from(done: &Done) -> Self {
        Self { by: done.by, what: done.what.clone() }
    }
}

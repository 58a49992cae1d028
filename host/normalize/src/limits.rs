//! What the normaliser accepts at most. Part of the operator's configuration (`limits.normalize`); plugins choose none of it.

use serde::{Deserialize, Serialize};

/// The limits of one call of [`normalize`](crate::normalize). Lengths are in characters after cleaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NormalizeLimits {
    /// Rejections of single fields kept for one crawl. A page of 5,000 events with twenty bad fields each would else fill the
    /// crawl's record with 50 MB; the first thousands tell what is wrong.
    pub field_rejections: usize,
    /// Diagnostics kept for one crawl, for the same reason.
    pub diagnostics: usize,
    /// A title. The longest true ones are festival bills; four times the length of such a bill as printed on posters.
    pub title_chars: usize,
    /// The name of an act, a room, a venue or a genre.
    pub name_chars: usize,
    /// A description. Longer ones have only been seen where a whole page was taken for one.
    pub description_chars: usize,
    /// A native key. Keys are ids or paths; the identity is an indexed column of the store.
    pub key_chars: usize,
    /// Events of one key, or of one title in one night. A residency plays every night of a year at most; more comes from a key that
    /// is none, and comparing them all with each other would let one page occupy the host.
    pub events_per_key: usize,
    /// Claims that are read for one event; a listing, its banner and its detail page are three. Further ones add nothing.
    pub claims_per_event: usize,
    /// Acts on one bill. A festival of several days prints some hundred.
    pub performers: usize,
    /// Genres of one event.
    pub genres: usize,
    /// The text of a moment that is handed to the date reader.
    pub moment_chars: usize,
    /// Days between the page's day and a start that lies after it. Tours are announced up to two years ahead; beyond three a
    /// misread year is likelier than a date.
    pub days_ahead: u32,
    /// Days between the page's day and a start that lies before it. Past shows are kept, since a listing shows tonight's and an
    /// archive last year's; beyond two years it is more often a wrong year in a template.
    pub days_back: u32,
    /// Hours by which doors may open before the show. A festival's gates open in the morning of a late headliner.
    pub doors_hours: u32,
    /// Hours after the start until which an end that is printed with an earlier time still is "after midnight" (the contract's 18).
    pub night_hours: u32,
    /// Days between start and end. Festivals and residencies last weeks; more is an exhibition's or a template's date.
    pub end_days: u32,
}

impl Default for NormalizeLimits {
    fn default() -> Self {
        Self {
            field_rejections: 5_000,
            diagnostics: 2_000,
            title_chars: 500,
            name_chars: 200,
            description_chars: 20_000,
            key_chars: 400,
            events_per_key: 400,
            claims_per_event: 50,
            performers: 200,
            genres: 20,
            moment_chars: 1_000,
            days_ahead: 1_096,
            days_back: 731,
            doors_hours: 18,
            night_hours: 18,
            end_days: 92,
        }
    }
}

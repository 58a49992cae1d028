//! Which events.

/// The parameters of a list of events. The filters narrow together; see `GET /events` of the API for what each of them means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery(Vec<(String, String)>);

impl EventQuery {
    /// All events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With any parameter of the API. Given twice, the later value counts.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "`.with(\"limit\", 10)` reads better than with a reference")]
    pub fn with(mut self, parameter: &str, value: impl ToString) -> Self {
        self.0.retain(|(name, _)| name != parameter);
        self.0.push((parameter.to_owned(), value.to_string()));
        self
    }

    /// Of this site, by its short name.
    #[must_use]
    pub fn site(self, slug: &str) -> Self {
        self.with("site", slug)
    }

    /// At this venue, by its id or short name; several separated by commas.
    #[must_use]
    pub fn venue(self, venue: &str) -> Self {
        self.with("venue", venue)
    }

    /// With this artist on the bill, by id or name.
    #[must_use]
    pub fn artist(self, artist: &str) -> Self {
        self.with("artist", artist)
    }

    /// With these words.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.with("text", text)
    }

    /// From this day (`2026-12-31`), local time or instant on.
    #[must_use]
    pub fn from(self, moment: &str) -> Self {
        self.with("from", moment)
    }

    /// Until this day, local time or instant.
    #[must_use]
    pub fn until(self, moment: &str) -> Self {
        self.with("until", moment)
    }

    /// `include` (the default), `exclude` or `only` what is over.
    #[must_use]
    pub fn past(self, word: &str) -> Self {
        self.with("past", word)
    }

    /// Within a radius (`10km`) of a place, in degrees.
    #[must_use]
    pub fn near(self, latitude: f64, longitude: f64, radius: &str) -> Self {
        self.with("near", format!("{latitude},{longitude},{radius}"))
    }

    /// In this order, such as `-announced`.
    #[must_use]
    pub fn sort(self, order: &str) -> Self {
        self.with("sort", order)
    }

    /// Rows of a page at most.
    #[must_use]
    pub fn limit(self, rows: u32) -> Self {
        self.with("limit", rows)
    }

    pub(crate) fn pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

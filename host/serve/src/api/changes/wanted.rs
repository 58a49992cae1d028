//! From where on, and which changes: the parameters that list and stream share.

use marquee_model::Slug;
use marquee_store::{ChangeKind, FEED_FIELDS, FeedFilter, FeedPage, FollowedVenue, StoreError};

use crate::{
    App, Problem,
    api::dto::ChangeKindWord,
    params::{Parameters, Reader},
    problem::{Kind, ParameterError},
};

/// From where on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Since {
    /// From the oldest change that is kept.
    Start,
    /// Only what changes from now on.
    Now,
    /// After what a cursor names.
    Cursor(String),
}

/// From where on, and which changes. The filters narrow together.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `start` (the oldest change that is kept), `now`, or a cursor: that of an entry, of an answer, or of the header
    /// `marquee-changes-cursor` of a list of events.
    #[param(value_type = String, example = "now")]
    pub(super) since: Option<Since>,
    /// Of events of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    pub(super) site: Option<Slug>,
    /// Of events at this venue: its id, or its short name. A change that takes an event away from it is among them.
    #[param(value_type = Option<String>, example = "rex")]
    pub(super) venue: Option<FollowedVenue>,
    /// Words separated by commas: only changes of these kinds.
    #[param(value_type = Option<Vec<ChangeKindWord>>, style = Form, explode = false)]
    pub(super) kind: Vec<ChangeKind>,
    /// Names of fields separated by commas: of the changes of kind `changed` only those in which one of these differs.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    pub(super) field: Vec<String>,
    /// `event` (the default): entries hold the event as it is now; `nothing`: they do not.
    #[param(value_type = Option<String>, example = "event")]
    pub(super) include: bool,
    /// Entries at most, in one answer or from one reading of a stream. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    pub(super) limit: u32,
}

impl Parameters for Wanted {
    fn read(reader: &mut Reader) -> Self {
        let since = reader.text_of_any_length("since").map(|text| match text.as_str() {
            "start" => Since::Start,
            "now" => Since::Now,
            _ => Since::Cursor(text),
        });
        let kinds = reader.words("kind", ChangeKindWord::ALL);
        Self {
            since,
            site: reader.parse("site", "string_pattern_mismatch"),
            venue: reader.parse("venue", "value_error"),
            kind: kinds.into_iter().filter_map(|word| serde_json::from_value(word.into()).ok()).collect(),
            field: reader.words("field", &FEED_FIELDS).into_iter().map(str::to_owned).collect(),
            include: !reader.words("include", &["event", "nothing"]).contains(&"nothing"),
            limit: reader.limit(),
        }
    }
}

impl Wanted {
    /// The filters, once it is known that what they name is there: a site that was mistyped must not be followed in silence.
    pub(super) async fn filter(&self, app: &App) -> Result<FeedFilter, Problem> {
        if let Some(site) = &self.site
            && app.store.site_by_slug(site).await?.is_none()
        {
            return Err(wrong("site", format!("no site is known as `{site}`; /api/v1/sites lists them")));
        }
        Ok(FeedFilter {
            sites: self.site.iter().cloned().collect(),
            venues: self.venue.iter().cloned().collect(),
            kinds: self.kind.clone(),
            fields: self.field.iter().cloned().collect(),
        })
    }

    /// The number after which to read. `resume`: the cursor that a client sends when it connects again; it is further on than the
    /// address, which stays the same.
    pub(super) async fn place(&self, app: &App, resume: Option<&str>) -> Result<i64, Problem> {
        let since = resume.map(|text| Since::Cursor(text.to_owned())).or_else(|| self.since.clone());
        let Some(since) = since else {
            return Err(wrong("since", "it is missing; give `start`, `now` or a cursor".to_owned()));
        };
        match since {
            Since::Start => Ok(app.store.feed_bounds().await?.0.saturating_sub(1)),
            Since::Now => Ok(app.store.last_change().await?),
            Since::Cursor(text) => app.follow.place(&text).await?.ok_or_else(|| {
                wrong("since", "it is neither `start` nor `now` nor a cursor of this server's feed".to_owned())
            }),
        }
    }
}

fn wrong(parameter: &str, reason: String) -> Problem {
    Problem::parameters(vec![ParameterError { parameter: parameter.to_owned(), reason, nearest: None }])
}

/// What the feed has after a place; changes that nobody wants are read past.
pub(super) async fn read(app: &App, after: i64, filter: &FeedFilter, limit: u32) -> Result<FeedPage, StoreError> {
    let mut page = app.store.feed(after, filter, limit).await?;
    while page.changes.is_empty() && page.has_more() && !page.broken {
        page = app.store.feed(page.next, filter, limit).await?;
    }
    Ok(page)
}

/// What to do where the feed does not reach back any more.
pub(super) fn start_over(app: &App) -> Problem {
    let days = app.follow.settings().keep_days;
    let detail = format!(
        "the changes after this cursor are not kept any more (changes are kept for {days} days): read all events that you follow anew \
         from /api/v1/events, and go on from the header `marquee-changes-cursor` of the first answer"
    );
    Problem::new(Kind::StartOver, detail)
}

//! `GET /search`: events, venues and artists in one answer. MusicLive has a route of this path as well.

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use marquee_model::{Clock, Slug};
use marquee_store::{FoundKind, SearchQuery};
use utoipa::ToSchema;

use super::{
    dto::{FoundListing, FoundWord},
    list_events::unknown_site,
    responses::ReadOneProblems,
};
use crate::{
    App, Problem, legacy,
    params::{self, FaultKind, Parameters, Reader},
};

/// Results where the request does not say.
const DEFAULT_RESULTS: u32 = 20;

/// Results at most: who needs more narrows a list by `text`, which has cursors.
const MOST_RESULTS: i64 = 50;

/// The names that are Marquee's alone on this path.
const OWN_NAMES: &[&str] = &["text", "kind", "site"];

/// What is looked for.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchFilter {
    /// Every word of this is part of what is found, without regard to case and accents. A word of four letters and more that nothing holds is
    /// taken for the nearest that something does.
    #[param(value_type = Option<String>, example = "mon quartet")]
    text: String,
    /// Results of these kinds; words separated by commas.
    #[param(value_type = Option<Vec<FoundWord>>, style = Form, explode = false)]
    kind: Vec<FoundKind>,
    /// Only of this site, by its short name.
    #[param(value_type = Option<String>, example = "toronto")]
    site: Option<Slug>,
    /// Results at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50, default = 20)]
    limit: u32,
}

impl Parameters for SearchFilter {
    fn read(reader: &mut Reader) -> Self {
        let faults = reader.faults().len();
        let text = reader.text("text");
        if text.is_none() && reader.faults().len() == faults {
            reader.note(FaultKind::Missing, "text", "it is needed: what is looked for", None);
        }
        let kind = |word| match word {
            "event" => FoundKind::Event,
            "venue" => FoundKind::Venue,
            _ => FoundKind::Artist,
        };
        let limit = reader.whole("limit", 1, MOST_RESULTS).and_then(|limit| u32::try_from(limit).ok());
        Self {
            text: text.unwrap_or_default(),
            kind: reader.words("kind", FoundWord::ALL).into_iter().map(kind).collect(),
            site: reader.parse("site", "string_pattern_mismatch"),
            limit: limit.unwrap_or(DEFAULT_RESULTS),
        }
    }
}

/// The two shapes of the answer.
#[derive(Debug, ToSchema)]
#[schema(as = SearchAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used: it tells readers of the document that there are two shapes")]
enum Answer {
    /// To a request with a parameter of Marquee's own.
    Marquee(FoundListing),
    /// To a request of MusicLive's clients.
    MusicLive(legacy::LegacyFound),
}

/// Events, venues and artists that fit a text, the best first: what is coming before what is over, whole names before parts of them.
///
/// MusicLive's clients ask at this address too, with `q`, `site_slug`, `limit` and `offset`. A request with any of `text`, `kind`, `site` is
/// answered as described here. Any other gets MusicLive's answer, with the header `deprecation`.
#[utoipa::path(get, path = "/search", tag = "search", params(SearchFilter),
    responses((status = 200, description = "What was found", body = Answer), ReadOneProblems,
        (status = 422, description = "MusicLive's `q` is missing, or another parameter of MusicLive's is not valid", body = legacy::LegacyValidation)))]
pub(super) async fn search(State(app): State<App>, OriginalUri(uri): OriginalUri) -> Response {
    if params::pairs(&uri).iter().any(|(name, _)| OWN_NAMES.contains(&name.as_str())) {
        return own(&app, &uri).await.into_response();
    }
    legacy::search(&app, &uri).await
}

async fn own(app: &App, uri: &Uri) -> Result<Json<FoundListing>, Problem> {
    let wanted = params::read::<SearchFilter>(uri, app)?;
    if let Some(site) = &wanted.site
        && !app.store.has_site(site).await?
    {
        return Err(unknown_site(app, site).await?);
    }
    let now = app.clock.now();
    let query = SearchQuery { text: wanted.text, site: wanted.site, kinds: wanted.kind, now, limit: wanted.limit };
    Ok(Json(FoundListing::new(app.store.search(&query).await?, now)))
}

//! `GET /crawls`: what was crawled, the newest first.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_model::Slug;
use marquee_store::CrawlQuery;

use super::{
    dto::{CrawlView, Listing, OutcomeWord, answer},
    list_events::{mark, place},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{FaultKind, Parameters, Query, Reader},
};

/// Which crawls.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CrawlFilter {
    /// Of this source, by its short name.
    #[param(value_type = Option<String>, example = "rex")]
    source: Option<Slug>,
    /// That ended so.
    #[param(value_type = Option<OutcomeWord>)]
    outcome: Option<String>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for CrawlFilter {
    fn read(reader: &mut Reader) -> Self {
        let outcomes = reader.words("outcome", OutcomeWord::ALL);
        if outcomes.len() > 1 {
            reader.note(FaultKind::Unreadable("enum"), "outcome", "it takes one word", None);
        }
        Self {
            source: reader.parse("source", "string_pattern_mismatch"),
            outcome: outcomes.first().map(|word| (*word).to_owned()),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// The crawls, the newest first.
#[utoipa::path(get, path = "/crawls", tag = "operation", params(CrawlFilter),
    responses((status = 200, description = "Some crawls", body = Listing<CrawlView>), ReadProblems))]
pub(super) async fn list_crawls(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<CrawlFilter>,
) -> Result<Response, Problem> {
    let mut query = CrawlQuery { source: wanted.source, outcome: wanted.outcome, ..CrawlQuery::default() };
    let scope = format!("{query:?}");
    query.limit = wanted.limit;
    query.after = wanted.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let batch = app.store.crawls(&query).await?;
    let data = batch.items.into_iter().map(CrawlView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}

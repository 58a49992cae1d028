//! `GET /artists`: the artists, by name.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use marquee_store::ArtistQuery;

use super::{
    dto::{ArtistView, Listing, answer},
    filter::scope,
    list_events::{mark, place},
    responses::ReadProblems,
};
use crate::{
    App, Problem,
    params::{self, Parameters, Query, Reader},
};

/// Which artists.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArtistFilter {
    /// Every word of this is part of the name or an alias, without regard to case and accents.
    #[param(example = "moon")]
    text: Option<String>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for ArtistFilter {
    fn read(reader: &mut Reader) -> Self {
        Self { text: reader.text("text"), limit: reader.limit(), cursor: reader.text_of_any_length("cursor") }
    }
}

/// The artists, by name without article. Those that were merged into another are left out.
#[utoipa::path(get, path = "/artists", tag = "artists", params(ArtistFilter),
    responses((status = 200, description = "Some artists", body = Listing<ArtistView>), ReadProblems))]
pub(super) async fn list_artists(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<ArtistFilter>,
) -> Result<Response, Problem> {
    let scope = scope("artists", &params::pairs(&uri));
    let after = wanted.cursor.as_deref().map(|text| place(&app, &scope, text)).transpose()?;
    let batch = app.store.artists(&ArtistQuery { text: wanted.text, after, limit: wanted.limit }).await?;
    let data = batch.items.into_iter().map(ArtistView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}

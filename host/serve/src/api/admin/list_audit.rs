//! `GET /admin/audit`: who wrote what.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use marquee_model::KeyId;
use marquee_store::{Actor, AuditEntry, AuditQuery};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App, Problem,
    api::{
        dto::{Listing, answer},
        list_events::{mark, place},
        responses::AdminReadProblems,
    },
    auth::{Allowed, may},
    params::{Parameters, Query, Reader},
};

/// Which entries.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct AuditFilter {
    /// By this key.
    #[param(value_type = Option<String>, example = "key_0198c0de00007000800000000000abcd")]
    key: Option<KeyId>,
    /// Of this action, such as `source.change`.
    action: Option<String>,
    /// Of this object: an id, or a source's short name.
    object: Option<String>,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for AuditFilter {
    fn read(reader: &mut Reader) -> Self {
        Self {
            key: reader.parse("key", "string_pattern_mismatch"),
            action: reader.text("action"),
            object: reader.text("object"),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// A write by a person or program.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(in crate::api) struct AuditView {
    /// Its place in the log. Later ones are larger; writes that were taken back leave gaps.
    number: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who: a key's name and id, `admin token`, `command line: user`, or `host: part` for what the host writes by itself.
    #[schema(example = "command line: root")]
    by: String,
    /// The key, where it was one.
    #[schema(value_type = Option<String>)]
    key: Option<KeyId>,
    /// What was done: the kind of thing, a dot, a verb.
    #[schema(example = "source.change")]
    action: String,
    /// To what.
    #[schema(example = "rex")]
    object: String,
    /// Why, where the writer said so.
    reason: Option<String>,
    /// The client's address.
    from: Option<String>,
    /// The request's id, as in the log.
    request_id: Option<String>,
    /// What was there before.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What is there since. Of a source's configuration only the digest, of headers only the names.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let author = entry.author;
        Self {
            number: entry.number,
            at: author.at,
            by: author.actor.to_string(),
            key: Actor::key(&author.actor),
            action: entry.action,
            object: entry.object,
            reason: entry.reason,
            from: author.remote,
            request_id: author.request,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// Every write, the newest first: by whom, when, what, from where, and what was there before and after. Needs the scope `audit`.
#[utoipa::path(get, path = "/admin/audit", tag = "admin", security(("key" = ["audit"])), params(AuditFilter),
    responses((status = 200, description = "Some entries", body = Listing<AuditView>), AdminReadProblems))]
pub(in crate::api) async fn list_audit(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    _: Allowed<may::Audit>,
    Query(wanted): Query<AuditFilter>,
) -> Result<Response, Problem> {
    let AuditFilter { key, action, object, limit, cursor } = wanted;
    let scope = format!("audit {key:?} {action:?} {object:?}");
    let before = cursor.as_deref().map(|text| place::<i64>(&app, &scope, text)).transpose()?;
    let batch = app.store.audit(&AuditQuery { key, action, object, before, limit }).await?;
    let data = batch.items.into_iter().map(AuditView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}

//! `GET /admin/questions`: what a person should look at.

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use marquee_model::{EventId, QuestionId};
use marquee_store::{Question, QuestionKind, QuestionQuery};
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
    params::{FaultKind, Parameters, Query, Reader},
};

/// The kinds of questions, as words.
const KINDS: [(&str, QuestionKind); 5] = [
    ("conflict", QuestionKind::Conflict),
    ("duplicate", QuestionKind::Duplicate),
    ("correction", QuestionKind::Correction),
    ("ambiguous", QuestionKind::Ambiguous),
    ("only_the_key", QuestionKind::OnlyTheKey),
];

/// What a question is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QuestionKind)]
#[expect(dead_code, reason = "it only lists the words in the OpenAPI document")]
pub(in crate::api) enum QuestionKindWord {
    /// Sources contradict each other in a field.
    Conflict,
    /// Two events may be one.
    Duplicate,
    /// A correction holds, and the page says something new underneath.
    Correction,
    /// An event was taken for new, and could be a known one of its source.
    Ambiguous,
    /// Only the native key holds a known and a seen event together.
    OnlyTheKey,
}

/// Which questions.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct QuestionFilter {
    /// Of this kind.
    #[param(value_type = Option<QuestionKindWord>)]
    kind: Option<QuestionKind>,
    /// About this event.
    #[param(value_type = Option<String>)]
    event: Option<EventId>,
    /// `open` (by default) or `all`.
    #[param(value_type = Option<String>, example = "open")]
    state: bool,
    /// Rows at most. The maximum is the operator's setting.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// Where to go on: `next_cursor` of the answer before, with the same filters.
    cursor: Option<String>,
}

impl Parameters for QuestionFilter {
    fn read(reader: &mut Reader) -> Self {
        let kinds = reader.words("kind", &KINDS.map(|(word, _)| word));
        let states = reader.words("state", &["open", "all"]);
        for (name, given) in [("kind", kinds.len()), ("state", states.len())] {
            if given > 1 {
                reader.note(FaultKind::Unreadable("enum"), name, "it takes one word", None);
            }
        }
        let kind = kinds.first().and_then(|word| KINDS.iter().find(|(known, _)| known == word));
        Self {
            kind: kind.map(|(_, kind)| *kind),
            event: reader.parse("event", "string_pattern_mismatch"),
            state: states.first() != Some(&"all"),
            limit: reader.limit(),
            cursor: reader.text_of_any_length("cursor"),
        }
    }
}

/// Something that Marquee noticed and does not decide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Question)]
pub(in crate::api) struct QuestionView {
    /// Its id.
    #[schema(value_type = String, example = "qst_0198c0de00007000800000000000abcd")]
    id: QuestionId,
    /// What it is about.
    #[schema(value_type = QuestionKindWord)]
    kind: QuestionKind,
    /// The event.
    #[schema(value_type = String)]
    event: EventId,
    /// Its title.
    title: String,
    /// The other event, where there is one.
    #[schema(value_type = Option<String>)]
    other: Option<EventId>,
    /// The field, where it is one.
    field: Option<&'static str>,
    /// What was noticed.
    #[schema(value_type = Object)]
    detail: Value,
    /// When it was asked first.
    asked_at: DateTime<Utc>,
    /// When its detail last changed.
    updated_at: DateTime<Utc>,
    /// When it was answered, or settled itself; null while it is open.
    answered_at: Option<DateTime<Utc>>,
    /// The answer.
    answer: Option<String>,
}

impl From<Question> for QuestionView {
    fn from(question: Question) -> Self {
        Self {
            id: question.id,
            kind: question.kind,
            event: question.event,
            title: question.title,
            other: question.other,
            field: question.field.map(marquee_store::EventField::name),
            detail: question.detail,
            asked_at: question.asked_at,
            updated_at: question.updated_at,
            answered_at: question.answered_at,
            answer: question.answer,
        }
    }
}

/// What Marquee noticed and does not decide: contradicting sources, events that may be one, corrections under which the page moved on.
/// The oldest first. Needs the scope `corrections`.
#[utoipa::path(get, path = "/admin/questions", tag = "admin", security(("key" = ["corrections"])), params(QuestionFilter),
    responses((status = 200, description = "Some questions", body = Listing<QuestionView>), AdminReadProblems))]
pub(in crate::api) async fn list_questions(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    _: Allowed<may::Corrections>,
    Query(wanted): Query<QuestionFilter>,
) -> Result<Response, Problem> {
    let QuestionFilter { kind, event, state, limit, cursor } = wanted;
    let scope = format!("questions {kind:?} {event:?} {state}");
    let after = cursor.as_deref().map(|text| place::<QuestionId>(&app, &scope, text)).transpose()?;
    let query = QuestionQuery { open_only: state, kind, event, after, limit };
    let batch = app.store.questions(&query).await?;
    let data = batch.items.into_iter().map(QuestionView::from).collect();
    Ok(answer(&uri, &Listing { data, next_cursor: mark(&app, &scope, batch.next.as_ref())? }))
}

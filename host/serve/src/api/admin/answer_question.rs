//! `POST /admin/questions/{id}/answer`: closes a question with a person's words.

use axum::{Json, extract::State};
use marquee_model::QuestionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::because::Reason;
use crate::{
    App, Problem,
    api::{body::JsonBody, responses::AdminProblems},
    auth::{Allowed, may},
    params::{self, NoParameters, Query},
};

/// A person's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAnswer)]
pub(in crate::api) struct Answered {
    /// In a sentence, at most 500 characters.
    #[schema(value_type = String, example = "two shows on one night: they stay two", min_length = 1, max_length = 500)]
    answer: Reason,
}

/// A question that is closed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answered)]
pub(in crate::api) struct ClosedView {
    /// The question.
    #[schema(value_type = String)]
    question: QuestionId,
    /// The answer.
    answer: String,
}

/// Closes a question; nothing else changes. What is decided about events by correcting, merging or splitting closes its questions by
/// itself. Needs the scope `corrections`.
#[utoipa::path(post, path = "/admin/questions/{id}/answer", tag = "admin", security(("key" = ["corrections"])), request_body = Answered,
    params(("id" = String, Path, description = "The question's id", example = "qst_0198c0de00007000800000000000abcd")),
    responses((status = 200, description = "It is closed", body = ClosedView), AdminProblems))]
pub(in crate::api) async fn answer_question(
    State(app): State<App>,
    Allowed { caller, .. }: Allowed<may::Corrections>,
    params::Named(id): params::Named,
    Query(NoParameters): Query<NoParameters>,
    JsonBody(Answered { answer }): JsonBody<Answered>,
) -> Result<Json<ClosedView>, Problem> {
    let unknown = || Problem::not_found("open question", &id);
    let question: QuestionId = id.parse().map_err(|_| unknown())?;
    match app.store.answer_question_by(question, answer.as_str(), &caller.author()).await? {
        true => Ok(Json(ClosedView { question, answer: answer.as_str().to_owned() })),
        false => Err(unknown()),
    }
}

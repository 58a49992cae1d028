//! The queue for a person: what Marquee noticed and does not decide.
//!
//! A question is asked once for one matter, kept up to date while it stands, and closed when it settles itself or a person answers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{EventId, QuestionId};
use marquee_reconcile::EventField;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::shown::Conflict;
use crate::{
    Batch, Question, QuestionKind, QuestionQuery, Result, Store,
    column::{Row, json, text, word},
    error::Trouble,
    query::{batch, clamp},
};

/// A question as it is asked.
pub(super) struct Asked {
    pub(super) kind: QuestionKind,
    pub(super) event: EventId,
    pub(super) other: Option<EventId>,
    pub(super) field: Option<EventField>,
    pub(super) detail: Value,
}

/// Asks questions, or brings those that stand up to date. One that a person has answered is asked again only where there is something new to
/// say. One statement, however many they are: a crawl of a house that many sources tell of has dozens.
pub(super) async fn ask(
    connection: &mut PgConnection,
    asked: Vec<Asked>,
    at: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    // Of two about the same the later one stands. In the order of their keys, so that two who ask do not wait for each other.
    let by_key = asked.into_iter().map(|asked| {
        let field = asked.field.map(EventField::name);
        ((word(&asked.kind), asked.event.uuid(), asked.other.map(EventId::uuid), field), asked.detail)
    });
    let by_key: BTreeMap<_, Value> = by_key.collect();
    if by_key.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = by_key.iter().map(|_| QuestionId::new(at).uuid()).collect();
    let kinds: Vec<String> = by_key.keys().map(|(kind, ..)| kind.clone()).collect();
    let events: Vec<Uuid> = by_key.keys().map(|(_, event, ..)| *event).collect();
    let others: Vec<Option<Uuid>> = by_key.keys().map(|(_, _, other, _)| *other).collect();
    let fields: Vec<Option<&str>> = by_key.keys().map(|(.., field)| *field).collect();
    let details: Vec<Value> = by_key.into_values().collect();
    sqlx::query!(
        "INSERT INTO questions (id, kind, event_id, other_id, field, detail, asked_at, updated_at)
         SELECT a.id, a.kind, a.event_id, a.other_id, a.field, a.detail, $7, $7
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
              WITH ORDINALITY AS a (id, kind, event_id, other_id, field, detail, place)
         ORDER BY a.place
         ON CONFLICT (kind, event_id, (COALESCE(other_id, event_id)), (COALESCE(field, ''))) DO UPDATE
         SET detail = excluded.detail, updated_at = excluded.updated_at, answered_at = NULL, answer = NULL
         WHERE questions.detail <> excluded.detail",
        &ids,
        &kinds,
        &events,
        &others as &[Option<Uuid>],
        &fields as &[Option<&str>],
        &details,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Asks about the fields of these events in which their sources contradict each other, and closes what they agree on again.
pub(super) async fn conflicts(
    connection: &mut PgConnection,
    events: &[(EventId, Vec<Conflict>)],
    at: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|(event, _)| event.uuid()).collect();
    let each = || events.iter().flat_map(|(event, conflicts)| conflicts.iter().map(move |conflict| (*event, conflict)));
    let standing: Vec<Uuid> = each().map(|(event, _)| event.uuid()).collect();
    let fields: Vec<String> = each().map(|(_, conflict)| conflict.field.name().to_owned()).collect();
    sqlx::query!(
        "UPDATE questions q SET answered_at = $4, answer = 'settled: the sources no longer contradict each other'
         WHERE q.kind = 'conflict' AND q.event_id = ANY($1) AND q.answered_at IS NULL
           AND NOT EXISTS (SELECT FROM unnest($2::uuid[], $3::text[]) AS s (event_id, field)
                           WHERE s.event_id = q.event_id AND s.field = q.field)",
        &ids,
        &standing,
        &fields,
        at
    )
    .execute(&mut *connection)
    .await?;
    let asked = each().map(|(event, conflict)| {
        // Points fall with the hours; what is asked is the same as long as the values are.
        let mut detail = json(conflict);
        if let Some(told) = detail.get_mut("told").and_then(Value::as_array_mut) {
            for telling in told.iter_mut().filter_map(Value::as_object_mut) {
                telling.remove("points");
            }
        }
        Asked { kind: QuestionKind::Conflict, event, other: None, field: Some(conflict.field), detail }
    });
    ask(connection, asked.collect(), at).await
}

/// Closes every question whether these two are one event.
pub(super) async fn close_pair(
    connection: &mut PgConnection,
    one: EventId,
    other: EventId,
    answer: &str,
    at: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE questions SET answered_at = $3, answer = $4
         WHERE kind = 'duplicate' AND answered_at IS NULL
           AND (event_id = $1 AND other_id = $2 OR event_id = $2 AND other_id = $1)",
        one.uuid(),
        other.uuid(),
        at,
        text(answer)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes the questions of one kind about a field of an event.
pub(super) async fn close_field(
    connection: &mut PgConnection,
    event: EventId,
    field: EventField,
    answer: &str,
    at: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE questions SET answered_at = $3, answer = $4
         WHERE answered_at IS NULL AND event_id = $1 AND field = $2 AND kind IN ('conflict', 'correction')",
        event.uuid(),
        field.name(),
        at,
        text(answer)
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct QuestionRow {
    id: Uuid,
    kind: String,
    event_id: Uuid,
    other_id: Option<Uuid>,
    field: Option<String>,
    detail: Value,
    title: String,
    asked_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    answer: Option<String>,
}

impl TryFrom<QuestionRow> for Question {
    type Error = crate::StoreError;

    fn try_from(row: QuestionRow) -> Result<Self> {
        let id = QuestionId::from_uuid(row.id);
        let at = Row { table: "questions", id: &id };
        Ok(Self {
            id,
            kind: at.word("kind", row.kind)?,
            event: EventId::from_uuid(row.event_id),
            other: row.other_id.map(EventId::from_uuid),
            field: row.field.map(|field| at.word("field", field)).transpose()?,
            title: row.title,
            detail: row.detail,
            asked_at: row.asked_at,
            updated_at: row.updated_at,
            answered_at: row.answered_at,
            answer: row.answer,
        })
    }
}

const SELECT: &str =
    "SELECT q.id, q.kind, q.event_id, q.other_id, q.field, q.detail, e.title, q.asked_at, q.updated_at, q.answered_at,
    q.answer FROM questions q JOIN events e ON e.id = q.event_id WHERE true";

impl Store {
    /// Questions for a person, the oldest first.
    pub async fn questions(&self, query: &QuestionQuery) -> Result<Batch<Question, QuestionId>> {
        let limit = clamp(query.limit);
        self.bounded("listing questions", async {
            let mut sql = sqlx::QueryBuilder::new(SELECT);
            if query.open_only {
                sql.push(" AND q.answered_at IS NULL");
            }
            if let Some(kind) = query.kind {
                sql.push(" AND q.kind = ").push_bind(word(&kind));
            }
            if let Some(event) = query.event {
                sql.push(" AND (q.event_id = ").push_bind(event.uuid()).push(" OR q.other_id = ");
                sql.push_bind(event.uuid()).push(")");
            }
            if let Some(after) = query.after {
                sql.push(" AND q.id > ").push_bind(after.uuid());
            }
            sql.push(" ORDER BY q.id LIMIT ").push_bind(limit + 1);
            let rows: Vec<QuestionRow> = sql.build_query_as().fetch_all(&self.pool).await?;
            let questions =
                rows.into_iter().map(Question::try_from).collect::<Result<Vec<_>>>().map_err(Trouble::from)?;
            Ok(batch(questions, limit, |question| question.id))
        })
        .await
    }

    /// Closes a question with a person's words; nothing else changes. `false`: there is no such question, or it is closed.
    pub async fn answer_question(&self, id: QuestionId, answer: &str, at: DateTime<Utc>) -> Result<bool> {
        self.bounded("answering a question", async {
            let done = sqlx::query!(
                "UPDATE questions SET answered_at = $2, answer = $3 WHERE id = $1 AND answered_at IS NULL",
                id.uuid(),
                at,
                text(answer)
            )
            .execute(&self.pool)
            .await?;
            Ok(done.rows_affected() == 1)
        })
        .await
    }
}

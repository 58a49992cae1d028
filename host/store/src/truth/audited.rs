//! Decisions of persons with their entry in the audit log, in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound as _, Utc};
use marquee_model::{EventId, QuestionId, VenueId};
use marquee_reconcile::{Correction, Decider, Decision, EventField, KnownEvent};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    given,
    intervene::{self, Intervention},
    publish::groups,
    record_row::Record,
};
use crate::{Author, Deed, Result, Store, StoreError, audit, error::Trouble};

/// What became of a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// It holds. The events of which readers see something else now.
    Done(Vec<EventId>),
    /// There is no such event.
    Unknown(EventId),
    /// The value is none of the field's kind, and why.
    NotAValue(String),
    /// It contradicts what is known: nothing to withdraw, merged already. Why, and what to do.
    Refused(String),
}

/// A correction that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldCorrection {
    /// The event's record on which it stands.
    pub event: EventId,
    /// The field.
    pub field: EventField,
    /// What is shown.
    pub value: Value,
    /// What the source says underneath: what it said at last.
    pub underneath: Value,
    /// Whether the source says something else by now than when it was corrected.
    pub moved_on: bool,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

impl Store {
    /// Does what a person decided, and notes it in the audit log.
    pub async fn decide(&self, wish: &Intervention, reason: &str, author: &Author) -> Result<Decided> {
        let at = author.at.trunc_subsecs(6);
        let decision = Decision { by: Decider::Person(author.actor.to_string()), at, reason: reason.to_owned() };
        let work = Box::pin(async {
            let mut transaction = self.begin().await?;
            let asked = wish.events();
            let before = groups(&mut transaction, &asked.iter().copied().collect()).await?;
            if let Some(unknown) = asked.iter().find(|id| answering(&before, **id).is_none()) {
                return Ok(Decided::Unknown(*unknown));
            }
            let wish = match whole(wish, &before) {
                Ok(wish) => wish,
                Err(reason) => return Ok(Decided::NotAValue(reason)),
            };
            if let Some(reason) = no_such_venue(&mut transaction, &wish).await? {
                return Ok(Decided::NotAValue(reason));
            }
            let said = told(&wish, &before);
            let seen = match intervene::carry_out(&mut transaction, self, &wish, &decision).await {
                Ok(seen) => seen,
                Err(Trouble::Store(StoreError::Undecidable { reason })) => return Ok(Decided::Refused(reason)),
                Err(trouble) => return Err(trouble),
            };
            let after = groups(&mut transaction, &asked.iter().copied().collect()).await?;
            let object = asked.first().map(ToString::to_string).unwrap_or_default();
            let deed = Deed::new(action(&wish), object).change(said, told(&wish, &after)).because(reason);
            audit::write(&mut transaction, author, &deed).await?;
            transaction.commit().await?;
            Ok(Decided::Done(seen))
        });
        self.bounded("carrying out a decision", work).await
    }

    /// The corrections that hold for an event, by field. `None`: there is no such event.
    pub async fn corrections(&self, event: EventId) -> Result<Option<Vec<HeldCorrection>>> {
        let records = self.records_of(event).await?;
        if records.is_empty() {
            return Ok(None);
        }
        let mut all: Vec<HeldCorrection> = records.iter().flat_map(|record| held(&record.known)).collect();
        all.sort_by_key(|held| held.field);
        Ok(Some(all))
    }

    /// Closes a question with a person's words, and notes it in the audit log. `false`: there is no such question, or it is closed.
    pub async fn answer_question_by(&self, id: QuestionId, answer: &str, author: &Author) -> Result<bool> {
        self.bounded("answering a question", async {
            let mut transaction = self.begin().await?;
            let answered = answer_within(&mut transaction, id, answer, author.at).await?;
            if answered {
                let deed = Deed::new("question.answer", id).change(None, Some(json!({ "answer": answer })));
                audit::write(&mut transaction, author, &deed).await?;
                transaction.commit().await?;
            }
            Ok(answered)
        })
        .await
    }
}

/// Why a venue is none that an event could be at.
async fn no_such_venue(
    connection: &mut PgConnection,
    wish: &Intervention,
) -> std::result::Result<Option<String>, sqlx::Error> {
    let Intervention::Correct { field: EventField::Venue, value, .. } = wish else { return Ok(None) };
    let Some(id) = value.as_str().and_then(|id| id.parse::<VenueId>().ok()) else { return Ok(None) };
    let found = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM venues WHERE id = $1) AS "found!""#, id.uuid())
        .fetch_one(connection)
        .await?;
    Ok((!found).then(|| format!("there is no venue {id}; /api/v1/venues lists them")))
}

async fn answer_within(
    connection: &mut PgConnection,
    id: QuestionId,
    answer: &str,
    at: DateTime<Utc>,
) -> std::result::Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE questions SET answered_at = $2, answer = $3 WHERE id = $1 AND answered_at IS NULL",
        id.uuid(),
        at,
        crate::column::text(answer)
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

type Groups = BTreeMap<EventId, Vec<Record>>;

/// The record that answers for an id.
fn answering(groups: &Groups, id: EventId) -> Option<&KnownEvent> {
    let (answer, group) = groups.iter().find(|(_, group)| group.iter().any(|record| record.known.id == id))?;
    group.iter().map(|record| &record.known).find(|known| known.id == *answer)
}

fn own(groups: &Groups, id: EventId) -> Option<&KnownEvent> {
    groups.values().flatten().map(|record| &record.known).find(|known| known.id == id)
}

/// The wish with its value as it is kept.
fn whole(wish: &Intervention, groups: &Groups) -> std::result::Result<Intervention, String> {
    match wish {
        Intervention::Correct { event, field, value } => {
            let Some(known) = answering(groups, *event) else { return Ok(wish.clone()) };
            let value = given::whole(*field, value, &known.event)?;
            Ok(Intervention::Correct { event: *event, field: *field, value })
        }
        other => Ok(other.clone()),
    }
}

const fn action(wish: &Intervention) -> &'static str {
    match wish {
        Intervention::Correct { .. } => "event.correct",
        Intervention::Withdraw { .. } => "event.withdraw",
        Intervention::Hide { .. } => "event.hide",
        Intervention::Show { .. } => "event.show",
        Intervention::Merge { .. } => "event.merge",
        Intervention::Split { .. } => "event.split",
    }
}

/// What a wish is about, as it stands.
fn told(wish: &Intervention, groups: &Groups) -> Option<Value> {
    Some(match wish {
        Intervention::Correct { event, field, .. } | Intervention::Withdraw { event, field } => {
            let group = groups.values().find(|group| group.iter().any(|record| record.known.id == *event))?;
            let corrected = group.iter().find_map(|record| record.known.corrections.get(field));
            let shown = corrected.map(|held| held.value.clone());
            let shown = shown.or_else(|| answering(groups, *event).map(|known| field.value(&known.shown())));
            json!({ "field": field, "value": shown, "corrected": corrected.is_some() })
        }
        Intervention::Hide { event } | Intervention::Show { event } => {
            json!({ "hidden": answering(groups, *event)?.hidden.is_some() })
        }
        Intervention::Merge { from, into } => {
            json!({ "answers_for": answering(groups, *from)?.id, "into": answering(groups, *into)?.id })
        }
        Intervention::Split { event } => {
            json!({ "merged_into": own(groups, *event)?.merged.as_ref().map(|merged| merged.into) })
        }
    })
}

fn held(known: &KnownEvent) -> impl Iterator<Item = HeldCorrection> + '_ {
    let show = |(field, correction): (&EventField, &Correction)| HeldCorrection {
        event: known.id,
        field: *field,
        value: correction.value.clone(),
        underneath: correction.noted.clone().unwrap_or_else(|| correction.underneath.clone()),
        moved_on: correction.noted.as_ref().is_some_and(|noted| *noted != correction.underneath),
        by: match &correction.decision.by {
            Decider::Person(name) => name.clone(),
            Decider::Rule(name) => format!("rule: {name}"),
        },
        at: correction.decision.at,
        reason: correction.decision.reason.clone(),
    };
    known.corrections.iter().map(show)
}

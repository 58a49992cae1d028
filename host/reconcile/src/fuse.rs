//! Several sources for one event: which source's value is shown, field by field, and where they contradict each other.
//!
//! Nothing is dropped: every value stays with its source, and what contradicts is listed for a person. Pure; runs after
//! each source was reconciled for itself, never inside a crawl.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use marquee_model::{Event, PriceKind, Role, SourceId, Status};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EventField, likeness::Likeness};

/// What one source says of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceClaim {
    /// The source.
    pub source: SourceId,
    /// How far it is trusted, 0 (not at all) to 100 (the venue itself).
    pub trust: u8,
    /// When it last said so: the last crawl that listed the event.
    pub said_at: DateTime<Utc>,
    /// What it says; the status is the one that is held of it.
    pub event: Event,
}

/// How much each of the three grounds weighs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FuseSettings {
    /// Points for full trust. Default 60: the venue outdoes a city calendar by that alone.
    pub trust_points: f64,
    /// Points for what was said today. Default 25: less than trust, so that a busy aggregator does not outdo the venue.
    pub fresh_points: f64,
    /// Points for the most specific value. Default 15: decides between equals.
    pub specific_points: f64,
    /// Days after which what was said counts half as fresh. Default 7: a source in health is crawled several times in a
    /// week.
    pub half_life_days: f64,
}

impl Default for FuseSettings {
    fn default() -> Self {
        Self { trust_points: 60.0, fresh_points: 25.0, specific_points: 15.0, half_life_days: 7.0 }
    }
}

/// One source's value of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telling {
    /// The source.
    pub source: SourceId,
    /// The value.
    pub value: Value,
    /// The points by which it was weighed, 0 to 100.
    pub points: f64,
}

/// A field with all that is told of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FusedField {
    /// What is shown.
    pub value: Value,
    /// Whose value that is.
    pub source: SourceId,
    /// Why, in words.
    pub why: String,
    /// All that is told, the shown value first.
    pub told: Vec<Telling>,
    /// Whether a telling contradicts the shown one, and is not only less exact.
    pub conflict: bool,
}

/// An event out of several sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fused {
    /// The event as it is shown.
    pub event: Event,
    /// Field by field; fields that nobody tells are absent.
    pub fields: BTreeMap<EventField, FusedField>,
}

impl Fused {
    /// The fields in which sources contradict each other: for a person to look at.
    pub fn conflicts(&self) -> impl Iterator<Item = (EventField, &FusedField)> {
        self.fields.iter().filter(|(_, field)| field.conflict).map(|(field, fused)| (*field, fused))
    }
}

/// Fuses what several sources say of one event at `now`; `None` where nobody says anything. The order of claims changes
/// nothing.
#[must_use]
pub fn fuse(claims: &[SourceClaim], now: DateTime<Utc>, settings: &FuseSettings) -> Option<Fused> {
    let base = claims.iter().max_by(|a, b| {
        let points = |claim: &SourceClaim| ground(claim, now, settings);
        points(a).total_cmp(&points(b)).then(b.source.cmp(&a.source))
    })?;
    let mut fused = Fused { event: base.event.clone(), fields: BTreeMap::new() };
    for field in EventField::ALL {
        let mut telling: Vec<(&SourceClaim, f64)> = claims
            .iter()
            .filter(|claim| field.told(&claim.event) || field == EventField::Status)
            .map(|claim| {
                let specific = settings.specific_points * specificity(field, &claim.event);
                (claim, ground(claim, now, settings) + specific)
            })
            .collect();
        if field == EventField::Status {
            words_first(&mut telling);
        }
        telling.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.source.cmp(&b.source)));
        let Some((best, _)) = telling.first() else { continue };
        field.copy(&best.event, &mut fused.event);
        let conflict = telling.iter().skip(1).any(|(claim, _)| contradicts(field, &best.event, &claim.event));
        let told: Vec<Telling> = telling
            .iter()
            .map(|(claim, points)| Telling {
                source: claim.source,
                value: field.value(&claim.event),
                points: (points * 10.0).round() / 10.0,
            })
            .collect();
        let why = why(best, &telling, field);
        fused
            .fields
            .insert(field, FusedField { value: field.value(&best.event), source: best.source, why, told, conflict });
    }
    Some(fused)
}

/// Points for trust and freshness.
fn ground(claim: &SourceClaim, now: DateTime<Utc>, settings: &FuseSettings) -> f64 {
    let hours = f64::from(i32::try_from((now - claim.said_at).num_hours().max(0)).unwrap_or(i32::MAX));
    let fresh = 0.5_f64.powf(hours / 24.0 / settings.half_life_days.max(0.1));
    settings.trust_points * f64::from(claim.trust.min(100)) / 100.0 + settings.fresh_points * fresh
}

/// "Scheduled" is what silence means: a word of a source counts before it, unless the silent one is trusted and as
/// fresh beyond what the word can weigh.
fn words_first(telling: &mut [(&SourceClaim, f64)]) {
    for (claim, points) in telling {
        if claim.event.status == Status::Scheduled {
            *points *= 0.6;
        }
    }
}

/// How exact a value is among values of its field, 0 to 1.
fn specificity(field: EventField, event: &Event) -> f64 {
    let share =
        |part: usize, whole: u32| f64::from(u32::try_from(part).unwrap_or(u32::MAX).min(whole)) / f64::from(whole);
    match field {
        EventField::Start => {
            if event.start.time.is_some() {
                1.0
            } else {
                0.0
            }
        }
        EventField::Doors => event.doors.as_ref().map_or(0.0, |doors| if doors.time.is_some() { 1.0 } else { 0.0 }),
        EventField::End => event.end.as_ref().map_or(0.0, |end| if end.time.is_some() { 1.0 } else { 0.5 }),
        EventField::Price => event.price.as_ref().map_or(0.0, |price| match price.kind {
            PriceKind::Unknown => 0.0,
            PriceKind::From => 0.6,
            _ => 1.0,
        }),
        EventField::Performers => {
            let roles = event.performers.iter().filter(|act| act.role != Role::Performer).count();
            0.7 * share(event.performers.len(), 6) + 0.3 * share(roles, 6)
        }
        EventField::Description => share(event.description.as_deref().map_or(0, str::len), 600),
        EventField::Genres => share(event.genres.len(), 4),
        _ => 0.5,
    }
}

/// Whether two values cannot both be true. Two addresses, pictures or descriptions can.
fn contradicts(field: EventField, a: &Event, b: &Event) -> bool {
    let times = |a: Option<&marquee_model::EventTime>, b: Option<&marquee_model::EventTime>| match (a, b) {
        (Some(a), Some(b)) => a.date != b.date || (a.time.is_some() && b.time.is_some() && a.time != b.time),
        _ => false,
    };
    match field {
        EventField::Title | EventField::Performers => Likeness::of(a).with(&Likeness::of(b)) < 0.5,
        EventField::Start => times(Some(&a.start), Some(&b.start)),
        EventField::Doors => times(a.doors.as_ref(), b.doors.as_ref()),
        EventField::End => times(a.end.as_ref(), b.end.as_ref()),
        EventField::Status => a.status != b.status,
        EventField::Price => match (&a.price, &b.price) {
            (Some(a), Some(b)) => {
                let exact = |kind| matches!(kind, PriceKind::Fixed | PriceKind::Range | PriceKind::Free);
                exact(a.kind) && exact(b.kind) && (a.kind, a.min, a.max) != (b.kind, b.min, b.max)
            }
            _ => false,
        },
        EventField::Age => a.age != b.age,
        EventField::Venue => a.venue != b.venue,
        EventField::Room => {
            let fold = |room: &Option<String>| room.as_deref().map(crate::likeness::folded);
            fold(&a.room) != fold(&b.room)
        }
        EventField::TicketUrl
        | EventField::EventUrl
        | EventField::ImageUrl
        | EventField::Description
        | EventField::Genres
        | EventField::VenueName => false,
    }
}

fn why(best: &SourceClaim, telling: &[(&SourceClaim, f64)], field: EventField) -> String {
    let others: Vec<&SourceClaim> = telling.iter().skip(1).map(|(claim, _)| *claim).collect();
    let exact = specificity(field, &best.event);
    if others.is_empty() {
        "only this source tells it".to_owned()
    } else if others.iter().all(|other| field.same(&best.event, &other.event)) {
        format!("all {} sources that tell it agree", telling.len())
    } else if field == EventField::Status
        && best.event.status != Status::Scheduled
        && others.iter().any(|other| other.event.status == Status::Scheduled)
    {
        "a word counts before silence".to_owned()
    } else if others.iter().all(|other| other.trust < best.trust) {
        "the most trusted source that tells it".to_owned()
    } else if others.iter().all(|other| specificity(field, &other.event) < exact) {
        "the most exact telling".to_owned()
    } else if others.iter().all(|other| other.said_at < best.said_at) {
        "the newest telling".to_owned()
    } else {
        "the best of trust, freshness and exactness together".to_owned()
    }
}

//! The plan: what a crawl would do to the known events of its source, and why.
//!
//! [`plan`](crate::plan()) makes it, [`apply`](crate::apply()) carries it out, `Display` tells it in words, and it
//! serialises for machines. A plan holds no ids of events to come: these are given when it is applied.

use chrono::{DateTime, NaiveDate, Utc};
use marquee_model::{CrawlId, CrawlOutcome, Digest, EventId, SourceId};
use serde::Serialize;

use crate::{EventField, FieldChange, Missing, Standing, Vanished};

/// By what a seen event was found to be a known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// The source's native key, and what else is told does not speak against it.
    NativeKey,
    /// The normaliser's identity, or the very same telling: night, hour and title.
    Identity,
    /// Evidence: venue, night, performers, title, links.
    Evidence,
}

/// How a seen event was found to be a known one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolution {
    /// By what.
    pub by: ResolvedBy,
    /// How good the evidence is, from 0 to 1; what a key adds is counted in and the sum capped.
    pub score: f64,
    /// The evidence in words.
    pub evidence: String,
}

/// A known event that a seen one could be, by evidence that does not suffice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resemblance {
    /// The known event.
    pub id: EventId,
    /// How good the evidence is, from 0 to 1.
    pub score: f64,
}

/// What names an event to this source from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Learnt {
    /// An identity that it did not have before.
    pub identity: Option<String>,
    /// A native key that it did not have before.
    pub key: Option<String>,
}

impl Learnt {
    /// Whether nothing was learnt.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.identity.is_none() && self.key.is_none()
    }
}

/// Why something is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The crawl did not read everything.
    Outcome,
    /// The crawl's counts depart from the source's good crawls.
    Suspect,
    /// The pages do not cover that day.
    OutsideWindow,
    /// It is on today, and pages drop what has begun.
    Begun,
    /// More vanished than ever does at once.
    TooMuchAtOnce,
    /// Its night is over: that is history.
    Past,
    /// It would move into the past.
    IntoThePast,
    /// It would move by a year: a wrong year is likelier.
    YearApart,
    /// The plugin is new and tells less than the one before.
    PluginChanged,
    /// So many events lost this field at once that it is the page's doing.
    FieldFellAway,
    /// So many events moved by the same span at once that it is the template's doing.
    AllMoved,
    /// The page has nothing in common with what is known.
    StrangePage,
    /// The page is a copy of an earlier listing, with its own days or with new ones.
    Clone,
    /// It could be one of several seen events.
    Ambiguous,
    /// A person decided.
    Corrected,
    /// It was merged, and its other half is accounted for.
    Merged,
    /// It was postponed and waits for its new day.
    Waiting,
    /// It was sold out, and this source is not known to go on listing what cannot be sold.
    SoldOut,
    /// The listing is as long as it ever was: it may be cut off, and the event may have moved beyond its end.
    FullListing,
    /// This crawl has been counted already.
    Counted,
    /// It is known to be cancelled; there is nothing to add.
    Settled,
}

impl HeldReason {
    /// The reason in words that follow "because".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Outcome => "the crawl did not read everything",
            Self::Suspect => "the crawl departs from the source's good crawls",
            Self::OutsideWindow => "the pages do not cover that day",
            Self::Begun => "it is on today, and pages drop what has begun",
            Self::TooMuchAtOnce => "more vanished at once than this source is known for",
            Self::Past => "its night is over, and the past is history",
            Self::IntoThePast => "it would move into the past",
            Self::YearApart => "it would move by a year, and a wrong year is likelier",
            Self::PluginChanged => "the plugin is new and tells less than the one before",
            Self::FieldFellAway => "so many events lost it at once that it is the page's doing",
            Self::AllMoved => "so many events moved by the same span at once that it is the template's doing",
            Self::StrangePage => "the page has nothing in common with what is known",
            Self::Clone => "the page is a copy of an earlier listing",
            Self::Ambiguous => "it could be one of several events of the page",
            Self::Corrected => "a person decided",
            Self::Merged => "it was merged, and its other half is accounted for",
            Self::Waiting => "it was postponed and waits for its new day",
            Self::SoldOut => "it was sold out, and many listings drop what cannot be sold",
            Self::FullListing => "the listing may be cut off at its end, and it may have moved beyond that",
            Self::Counted => "this crawl has been counted already",
            Self::Settled => "it is known to be cancelled",
        }
    }

    /// Whether an absence held for this reason casts doubt, so that it is counted how long it lasts.
    #[must_use]
    pub const fn is_doubt(self) -> bool {
        matches!(self, Self::TooMuchAtOnce | Self::AllMoved | Self::StrangePage | Self::Clone | Self::Ambiguous)
    }
}

/// A change of one field that is not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldChange {
    /// The change.
    pub change: FieldChange,
    /// Why not.
    pub reason: HeldReason,
}

/// What becomes of one seen event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum SeenDecision {
    /// It is new.
    Create {
        /// Known events that it could be; a person should look. Empty: there is no doubt.
        resembles: Vec<Resemblance>,
    },
    /// It is known and as it was.
    Unchanged {
        /// Its id.
        id: EventId,
        /// How it was found.
        resolution: Resolution,
    },
    /// It is known and something is new.
    Change {
        /// Its id.
        id: EventId,
        /// How it was found.
        resolution: Resolution,
        /// The fields that change.
        changes: Vec<FieldChange>,
        /// Changes that are not made.
        held: Vec<HeldChange>,
        /// Its new standing, where that changes.
        standing: Option<Standing>,
        /// What else names it from now on.
        learnt: Learnt,
    },
    /// Nothing is made of it.
    Held {
        /// The known event that it would be, where it is one.
        id: Option<EventId>,
        /// Why.
        reason: HeldReason,
    },
}

/// One seen event and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenPlan {
    /// Its place in the list of seen events, from 0.
    pub seen: usize,
    /// Its title, for whoever reads the plan.
    pub title: String,
    /// Its day.
    pub date: NaiveDate,
    /// What becomes of it.
    #[serde(flatten)]
    pub decision: SeenDecision,
}

/// What becomes of one known event apart from its fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum KnownDecision {
    /// It is absent, and that counts.
    Missing {
        /// The absence up to now, this crawl included.
        missing: Missing,
    },
    /// It is absent for so long that it is presumed cancelled.
    PresumeCancelled {
        /// The absence.
        missing: Missing,
        /// Its new standing, with the evidence.
        standing: Standing,
    },
    /// It was missing, or presumed cancelled, and is listed again.
    Reappeared {
        /// Its absence.
        after: Option<Missing>,
    },
    /// It is absent, and that does not count; or what is seen of it is not believed.
    Held {
        /// Why.
        reason: HeldReason,
    },
}

/// One known event and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownPlan {
    /// Its id.
    pub id: EventId,
    /// Its title, for whoever reads the plan.
    pub title: String,
    /// Its day.
    pub date: NaiveDate,
    /// What becomes of it.
    #[serde(flatten)]
    pub decision: KnownDecision,
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// A person's correction holds, and the page says something new underneath.
    CorrectionDiffers {
        /// The event.
        id: EventId,
        /// Its title.
        title: String,
        /// The field.
        field: EventField,
        /// What the person set.
        held: serde_json::Value,
        /// What the page says now.
        page: serde_json::Value,
    },
    /// A seen event was taken for new, and could be a known one.
    Ambiguous {
        /// The place of the seen event.
        seen: usize,
        /// Its title.
        title: String,
        /// What it could be.
        resembles: Vec<Resemblance>,
    },
    /// Only the native key holds a known and a seen event together.
    OnlyTheKey {
        /// The event.
        id: EventId,
        /// What it was called.
        was: String,
        /// What it is called now.
        is: String,
    },
}

/// What a crawl would do, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The source.
    pub source: SourceId,
    /// The crawl.
    pub crawl: CrawlId,
    /// The crawl's time.
    pub at: DateTime<Utc>,
    /// The plugin's digest.
    pub plugin: Option<Digest>,
    /// How the crawl ended.
    pub outcome: CrawlOutcome,
    /// Why the page as a whole is not believed, where it is not.
    pub hold: Option<HeldReason>,
    /// What becomes of each seen event, in their order.
    pub seen: Vec<SeenPlan>,
    /// What becomes of known events: those that are absent, return, or are not believed. In the order of the known.
    pub known: Vec<KnownPlan>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// What holds for the plan as a whole, in words.
    pub notes: Vec<String>,
    /// What vanished, to be kept for the next crawl's [`Context`](crate::Context); `None` where absence did not count.
    pub vanished: Option<Vanished>,
}

impl Plan {
    /// Whether it changes no event: everything is as it was, or held.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let seen = |plan: &SeenPlan| match &plan.decision {
            SeenDecision::Unchanged { .. } | SeenDecision::Held { .. } => true,
            SeenDecision::Change { changes, standing, learnt, .. } => {
                changes.is_empty() && standing.is_none() && learnt.is_empty()
            }
            SeenDecision::Create { .. } => false,
        };
        self.seen.iter().all(seen) && self.known.iter().all(|plan| matches!(plan.decision, KnownDecision::Held { .. }))
    }

    /// How many seen events are new, changed, and unchanged (those that are over among them).
    #[must_use]
    pub fn tally(&self) -> (usize, usize, usize) {
        self.seen.iter().fold((0, 0, 0), |(new, changed, unchanged), plan| match &plan.decision {
            SeenDecision::Create { .. } => (new + 1, changed, unchanged),
            SeenDecision::Change { changes, standing, .. } if !changes.is_empty() || standing.is_some() => {
                (new, changed + 1, unchanged)
            }
            SeenDecision::Change { .. } | SeenDecision::Unchanged { .. } => (new, changed, unchanged + 1),
            SeenDecision::Held { id: Some(_), reason: HeldReason::Past } => (new, changed, unchanged + 1),
            SeenDecision::Held { .. } => (new, changed, unchanged),
        })
    }
}

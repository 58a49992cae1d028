//! What a comparison came to: a score, a verdict, and the evidence in words.
//!
//! Everything in this crate answers in these types. A score is a probability in the sense of a bookmaker, not of a census: the
//! evidence is added up as log odds (natural logarithm), and the sum is folded into 0 to 1. What decides is the verdict.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Evidence of this weight settles a question alone: nothing else in a comparison adds up to it.
pub(crate) const SETTLES: f64 = 16.0;

/// Whether two records speak of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They speak of two things.
    Different,
    /// The evidence does not say; a person may.
    Unsure,
    /// They speak of one thing.
    Same,
}

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// The venue, or the place behind a name.
    Place,
    /// The room within the venue.
    Room,
    /// The night.
    Night,
    /// The time of day.
    Time,
    /// Who plays.
    Bill,
    /// The title's words.
    Title,
    /// What kind of evening it is: a tribute, an after-party, a festival pass.
    Kind,
    /// Where tickets are sold.
    Ticket,
    /// The event's own page.
    Page,
    /// The platform's own key.
    Key,
    /// Whether it takes place.
    Status,
    /// A name and its spelling.
    Name,
    /// An identifier of somebody else, such as MusicBrainz.
    Identifier,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is about.
    pub about: Aspect,
    /// How much it says, in log odds: above zero for one thing, below for two.
    pub weight: f64,
    /// What was seen, in words for a person.
    pub words: Cow<'static, str>,
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How likely it is that both are one, 0 to 1.
    pub score: f64,
    /// What follows from the score.
    pub verdict: Verdict,
    /// Why, the weightiest first.
    pub evidence: Vec<Evidence>,
}

impl Comparison {
    /// Whether the verdict is [`Verdict::Same`].
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.verdict == Verdict::Same
    }

    /// The evidence on one line, for logs and for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut line = String::new();
        for Evidence { weight, words, .. } in &self.evidence {
            if !line.is_empty() {
                line.push_str("; ");
            }
            line.push_str(&format!("{words} ({weight:+.1})"));
        }
        line
    }
}

/// The scores at which a sum of evidence becomes a verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    /// From this score on: the same.
    pub(crate) same: f64,
    /// Below this score: different.
    pub(crate) different: f64,
}

/// Evidence as it is gathered.
#[derive(Debug)]
pub(crate) struct Ledger {
    sum: f64,
    evidence: Vec<Evidence>,
}

impl Ledger {
    /// Begins with what holds before anything is known, in log odds.
    pub(crate) const fn new(prior: f64) -> Self {
        Self { sum: prior, evidence: Vec::new() }
    }

    pub(crate) fn add(&mut self, about: Aspect, weight: f64, words: impl Into<Cow<'static, str>>) {
        self.sum += weight;
        self.evidence.push(Evidence { about, weight, words: words.into() });
    }

    /// Whether nothing that could still be added would change the verdict from different.
    pub(crate) fn is_settled(&self) -> bool {
        self.sum <= -SETTLES
    }

    pub(crate) fn close(mut self, thresholds: Thresholds) -> Comparison {
        let score = 1.0 / (1.0 + (-self.sum).exp());
        let verdict = if score >= thresholds.same {
            Verdict::Same
        } else if score < thresholds.different {
            Verdict::Different
        } else {
            Verdict::Unsure
        };
        // Stable, so that the order in which the aspects are looked at decides between equals.
        self.evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        Comparison { score, verdict, evidence: self.evidence }
    }
}

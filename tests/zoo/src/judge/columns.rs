//! What is compared: the columns of the result, the goals, and where Marquee is behind another policy, and why.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Score;

/// One thing that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Precision of events, by day.
    Precision,
    /// Recall of events, by day.
    Recall,
    /// F1 of events, by day.
    F1,
    /// Fields that are right.
    Fields,
    /// False cancellations.
    FalselyCancelled,
    /// Events dropped while they are on.
    Lost,
    /// Cancellations in words that became known.
    WordsKnown,
    /// Vanishings known within two crawls of being certain.
    InTime,
    /// Mean crawls from certain to known.
    Crawls,
    /// Mean hours from certain to known.
    Hours,
    /// Ids that changed.
    Churn,
    /// Claims that say again what another says.
    Duplicates,
    /// Ids that stood for two events.
    WrongMerges,
    /// Claims of what is cancelled, gone or invented.
    Ghosts,
}

/// A goal of Marquee, and whether it is reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// What is compared.
    pub column: Column,
    /// The goal in words.
    pub wanted: String,
    /// What Marquee came to.
    pub reached: String,
    /// Whether that is enough.
    pub passed: bool,
}

/// A column in which another policy does better than Marquee.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loss {
    /// What is compared.
    pub column: Column,
    /// The policy that does better.
    pub policy: String,
    /// What Marquee came to.
    pub ours: String,
    /// What the policy came to.
    pub theirs: String,
    /// Why.
    pub reason: &'static str,
}

/// All columns of one score; serialises as names with numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns(Vec<(Column, f64)>);

/// How a column is printed.
enum Shape {
    Share,
    Count,
    Number,
}

impl Column {
    /// Every column, in the order of the table.
    pub const ALL: [Self; 14] = [
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::Fields,
        Self::FalselyCancelled,
        Self::Lost,
        Self::WordsKnown,
        Self::InTime,
        Self::Crawls,
        Self::Hours,
        Self::Churn,
        Self::Duplicates,
        Self::WrongMerges,
        Self::Ghosts,
    ];

    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Precision => "event precision, mean of days",
            Self::Recall => "event recall, mean of days",
            Self::F1 => "event F1, mean of days",
            Self::Fields => "field accuracy",
            Self::FalselyCancelled => "false cancellations",
            Self::Lost => "dropped while on",
            Self::WordsKnown => "cancellations in words, known",
            Self::InTime => "vanishings known within 2 crawls of certain",
            Self::Crawls => "crawls from certain to known, mean",
            Self::Hours => "hours from certain to known, mean",
            Self::Churn => "id churn",
            Self::Duplicates => "duplicates",
            Self::WrongMerges => "wrong merges",
            Self::Ghosts => "ghosts",
        }
    }

    /// The number.
    #[must_use]
    pub fn value(self, score: &Score) -> f64 {
        let count = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        match self {
            Self::Precision => score.precision(),
            Self::Recall => score.recall(),
            Self::F1 => score.f1(),
            Self::Fields => score.field_accuracy(),
            Self::FalselyCancelled => count(score.falsely_cancelled),
            Self::Lost => count(score.lost),
            Self::WordsKnown => score.words_known(),
            Self::InTime => score.in_time(),
            Self::Crawls => score.mean_crawls(),
            Self::Hours => score.mean_hours(),
            Self::Churn => score.churn(),
            Self::Duplicates => score.duplicates(),
            Self::WrongMerges => score.wrong_merges(),
            Self::Ghosts => score.ghost_share(),
        }
    }

    /// The number as it is printed.
    #[must_use]
    pub fn printed(self, score: &Score) -> String {
        let value = self.value(score);
        match self.shape() {
            Shape::Share => format!("{:.3} %", value * 100.0),
            Shape::Count => format!("{value:.0}"),
            Shape::Number => format!("{value:.2}"),
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::FalselyCancelled | Self::Lost => Shape::Count,
            Self::Crawls | Self::Hours => Shape::Number,
            _ => Shape::Share,
        }
    }

    const fn more_is_better(self) -> bool {
        matches!(self, Self::Precision | Self::Recall | Self::F1 | Self::Fields | Self::WordsKnown | Self::InTime)
    }

    /// How much better the second is; nothing where it is as good or worse.
    fn lead(self, ours: &Score, theirs: &Score) -> Option<f64> {
        let (ours, theirs) = (self.value(ours), self.value(theirs));
        let lead = if self.more_is_better() { theirs - ours } else { ours - theirs };
        (lead > 1e-9).then_some(lead)
    }

    /// The goal: a limit, with its words.
    fn limit(self) -> Option<(f64, &'static str)> {
        Some(match self {
            Self::F1 => (0.995, ">= 0.995"),
            Self::Fields => (0.99, ">= 0.99"),
            Self::FalselyCancelled => (0.0, "0"),
            Self::InTime => (1.0, "every one"),
            Self::Churn => (0.005, "<= 0.5 %"),
            Self::Duplicates => (0.002, "<= 0.2 %"),
            Self::WrongMerges => (0.000_5, "<= 0.05 %"),
            _ => return None,
        })
    }

    /// The goal in words, where there is one.
    #[must_use]
    pub fn wanted(self) -> Option<&'static str> {
        self.limit().map(|(_, words)| words)
    }

    /// The goal, held against what Marquee came to.
    #[must_use]
    pub fn goal(self, score: &Score) -> Option<Goal> {
        let (limit, wanted) = self.limit()?;
        let value = self.value(score);
        let passed = if self.more_is_better() { value >= limit } else { value <= limit };
        Some(Goal { column: self, wanted: wanted.to_owned(), reached: self.printed(score), passed })
    }

    /// Where the policy does better than Marquee, and why.
    #[must_use]
    pub fn loss(self, ours: &Score, policy: &str, theirs: &Score) -> Option<Loss> {
        self.lead(ours, theirs)?;
        let policy = policy.to_owned();
        let (ours_printed, theirs_printed) = (self.printed(ours), self.printed(theirs));
        Some(Loss {
            column: self,
            policy,
            ours: ours_printed,
            theirs: theirs_printed,
            reason: self.reason(ours, theirs),
        })
    }

    /// Why another may do better. Each reason holds only where the price that it names was paid in the same run.
    fn reason(self, ours: &Score, theirs: &Score) -> &'static str {
        let hasty = theirs.falsely_cancelled + theirs.lost > ours.falsely_cancelled + ours.lost;
        let claims_less = theirs.recall() < ours.recall();
        match self {
            Self::Precision | Self::Ghosts if hasty => {
                "it believes the first absence, so that nothing stays that is gone, nor much that only a fault hid: its \
                 false cancellations and dropped events are the price"
            }
            Self::Precision | Self::Ghosts | Self::Duplicates | Self::WrongMerges if claims_less => {
                "it claims less: what it never lists it cannot list wrongly; its recall is the price"
            }
            Self::InTime | Self::Crawls | Self::Hours if hasty => {
                "it concludes from the first absence, before anything is certain: its false cancellations and dropped \
                 events are the price"
            }
            Self::Crawls | Self::Hours if theirs.known < ours.known => {
                "the mean is of what it came to know, which is less"
            }
            Self::Lost if hasty => {
                "it drops nothing, since it says of whatever is not seen that it is cancelled: its false cancellations are the price"
            }
            Self::WordsKnown if hasty => {
                "what is cancelled in words and then dropped it does not list any more: its dropped events are the price"
            }
            Self::WrongMerges if theirs.churn() > ours.churn() => {
                "ids that do not live long cannot stand for two events: its id churn is the price"
            }
            Self::Churn if theirs.recall() < ours.recall() || theirs.truths < ours.truths => {
                "events that it never listed, or dropped for good, keep their ids: its recall is the price"
            }
            Self::Duplicates if theirs.wrong_merges() > ours.wrong_merges() => {
                "it merges more freely: its wrong merges are the price"
            }
            Self::Recall if theirs.precision() < ours.precision() => {
                "it keeps whatever was ever listed: its precision is the price"
            }
            Self::Fields if theirs.truths < ours.truths || claims_less => {
                "judged are the fields of what is claimed, and it claims less"
            }
            _ => "not explained: look into it",
        }
    }
}

impl Loss {
    /// Whether the reason is known.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        !self.reason.starts_with("not explained")
    }
}

impl Columns {
    /// Of a score.
    #[must_use]
    pub fn of(score: &Score) -> Self {
        Self(Column::ALL.into_iter().map(|column| (column, column.value(score))).collect())
    }
}

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, value) in &self.0 {
            map.serialize_entry(column, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goal_is_missed_by_a_little_too_much_and_reached_by_enough() {
        let perfect = Score {
            certain: 10,
            known_in_time: 10,
            known: 10,
            truths: 1000,
            ids: 10_000,
            claimed_on: 1000,
            ..Score::default()
        };
        assert!(Column::ALL.into_iter().filter_map(|column| column.goal(&perfect)).all(|goal| goal.passed));
        let missed = |score: &Score| -> Vec<Column> {
            let goals = Column::ALL.into_iter().filter_map(|column| column.goal(score));
            goals.filter(|goal| !goal.passed).map(|goal| goal.column).collect()
        };
        let with = |change: &dyn Fn(&mut Score)| {
            let mut score = perfect.clone();
            change(&mut score);
            missed(&score)
        };
        assert_eq!(with(&|score| score.falsely_cancelled = 1), [Column::FalselyCancelled]);
        assert_eq!(with(&|score| score.known_in_time = 9), [Column::InTime]);
        assert_eq!(with(&|score| score.churned = 5), []);
        assert_eq!(with(&|score| score.churned = 6), [Column::Churn]);
        assert_eq!(with(&|score| score.doubled = 3), [Column::Duplicates]);
        assert_eq!(with(&|score| score.wrongly_merged = 6), [Column::WrongMerges]);
    }

    #[test]
    fn a_loss_is_told_with_its_reason_and_a_tie_is_none() {
        let ours = Score { certain: 2, known: 2, known_in_time: 2, known_minutes: 120, ..Score::default() };
        let theirs = Score { known_minutes: 0, falsely_cancelled: 5, ..ours.clone() };
        assert!(Column::InTime.loss(&ours, "other", &theirs).is_none());
        let loss = Column::Hours.loss(&ours, "other", &theirs).unwrap();
        assert_eq!((loss.ours.as_str(), loss.theirs.as_str(), loss.is_explained()), ("1.00", "0.00", true));
        assert!(Column::FalselyCancelled.loss(&ours, "other", &theirs).is_none(), "there it is behind");
        let unexplained = Column::FalselyCancelled.loss(&theirs, "other", &ours).unwrap();
        assert!(!unexplained.is_explained());
    }
}

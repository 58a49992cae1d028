//! Labelled records: read from a file that people wrote, or made by a seed. Each test prints its precision and recall
//! (`--success-output final`); with `MARQUEE_SHOW_CASES=1` also every case that went wrong, with its evidence.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a case that cannot be read must end the test"
)]

mod families;
mod name_cases;
mod pairs;
mod properties;
mod record;
mod rng;
mod vocabulary;

/// How many of those that were called the same are, and how many of those that are were called so.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
    pub(crate) apart: usize,
}

impl Tally {
    /// Counts a case: whether it is one, whether it was called one.
    pub(crate) fn count(&mut self, is_same: bool, called_same: bool) {
        match (is_same, called_same) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => self.apart += 1,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.apart += other.apart;
    }

    pub(crate) fn all(self) -> usize {
        self.right + self.wrong + self.missed + self.apart
    }

    pub(crate) fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    pub(crate) fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "precision {:.4} recall {:.4} ({} same and called so, {} wrongly joined, {} not joined, {} kept apart)",
            self.precision(),
            self.recall(),
            self.right,
            self.wrong,
            self.missed,
            self.apart
        )
    }
}

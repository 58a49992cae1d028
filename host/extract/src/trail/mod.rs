//! Where the values of a plugin's answer come from: the trail that it left while it read.
//!
//! [`Plugin::extract_explained`](crate::Plugin::extract_explained) notes every read of one call (`record`). Afterwards [`Trail::explain`]
//! goes the way back for each value of each claim: the value itself, or a reading of the host that gave it (`texts`, `moments`,
//! `parts`), to the read that has it (`index`), to its place in the page (`places`). The plugin is a black box, so the way back is found by
//! comparing values; where several reads have the same one, the read of the same item counts (`near`). What nothing accounts for is
//! said to be given by the plugin itself.
//!
//! It never runs unless it is asked for, changes no answer, and says nothing about whether a value is right.

mod body;
mod claim;
mod forms;
mod index;
mod moments;
mod near;
mod parts;
mod places;
pub(crate) mod record;
#[cfg(test)]
mod tests;
mod texts;

use marquee_model::{EventClaim, Provenance};

use self::{index::Index, near::Assigner, record::Recorder};

/// Everything that a plugin read in one call.
pub struct Trail {
    notes: Recorder,
}

impl std::fmt::Debug for Trail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trail({} reads, {} readings)", self.notes.reads.len(), self.notes.calls.len())
    }
}

impl Trail {
    pub(crate) const fn new(notes: Recorder) -> Self {
        Self { notes }
    }

    /// Texts that the plugin was given.
    #[must_use]
    pub const fn reads(&self) -> usize {
        self.notes.reads.len()
    }

    /// Reads that were not noted, because there were too many. Values that come from them look as if the plugin gave them itself.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.notes.left_out
    }

    /// Bytes of its notes: how long following them may take grows with it.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.notes.bytes()
    }

    /// Where each value of each claim comes from. `claims` are those of the answer, in its order.
    #[must_use]
    pub fn explain(&self, claims: &[EventClaim]) -> Vec<Vec<Provenance>> {
        self.explain_some(claims.iter(), || true)
    }

    /// The same for some of the claims of an answer, in its order, as long as `go_on` says so: it is asked before each. Of rows that are
    /// alike to the letter another one may be named than among all claims.
    pub fn explain_some<'c>(
        &self,
        claims: impl Iterator<Item = &'c EventClaim>,
        mut go_on: impl FnMut() -> bool,
    ) -> Vec<Vec<Provenance>> {
        let index = Index::of(&self.notes);
        let mut assigner = Assigner::default();
        claims
            .take_while(|_| go_on())
            .map(|claim| {
                let near = assigner.near(&index, claim);
                index.claim(claim, &near)
            })
            .collect()
    }
}

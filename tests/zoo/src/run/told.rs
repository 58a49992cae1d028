//! What the sources have told by now of each gig: the truth, as far as any page could have told it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::{
    pages::{Fault, fault},
    truth::TruthId,
    world::{World, teller::Teller},
};

/// By gig, the instant up to which its life has been told by a sound page.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<TruthId, DateTime<Utc>>);

impl Told {
    /// Up to when this gig's life has been told; `None` where it never was.
    #[must_use]
    pub fn of(&self, gig: TruthId) -> Option<DateTime<Utc>> {
        self.0.get(&gig).copied()
    }

    /// Takes in what a teller's page showed at this instant. `read` are the gigs that were read from it.
    pub fn crawled(&mut self, world: &World, teller: &Teller, at: DateTime<Utc>, read: &BTreeSet<TruthId>) {
        let Some(gigs) = world.gigs.get(teller.venue) else { return };
        let fault = fault(&teller.spells, at);
        let whole = fault.is_none_or(Fault::tells_all);
        let shown: BTreeSet<TruthId> = match fault {
            _ if whole => teller.items(world, at, None).iter().map(|item| item.gig.id).collect(),
            // Part of the page came: what is on it was told, what is not was not.
            Some(Fault::Truncated | Fault::PageMissing) => read.clone(),
            _ => return,
        };
        for gig in gigs.iter().filter(|gig| teller.tells_of(gig)) {
            let then = at - teller.lag(gig);
            let was_told = self.0.contains_key(&gig.id);
            if shown.contains(&gig.id) || (whole && was_told && gig.is_gone(then)) {
                let told = self.0.entry(gig.id).or_insert(then);
                *told = then.max(*told);
            }
        }
    }
}

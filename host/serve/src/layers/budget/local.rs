//! Budgets of this process.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, Reference as _},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use super::{Payer, Standing};
use crate::layers::Budget;

/// After so many requests it is looked whether there are too many clients, and those whose budget is whole again are forgotten.
const LOOK_EVERY: u64 = 4_096;
/// Different budgets that are kept apart; a key with a further one has the first's. Keys are made by hand, so that there are some.
const MAX_BUDGETS: usize = 256;

type Limiter<C> = RateLimiter<Payer, DashMapStateStore<Payer>, C, StateInformationMiddleware>;

/// The budgets.
pub(super) struct Local<C: Clock> {
    clock: C,
    limiters: RwLock<BTreeMap<Budget, Arc<Limiter<C>>>>,
    asked: AtomicU64,
    /// Whether there are more clients than are remembered.
    is_crowded: AtomicBool,
    max_clients: usize,
}

impl<C: Clock + Clone> Local<C> {
    pub(super) fn new(clock: C, max_clients: usize) -> Self {
        Self {
            clock,
            limiters: RwLock::default(),
            asked: AtomicU64::new(0),
            is_crowded: AtomicBool::new(false),
            max_clients,
        }
    }

    /// Pays `cost`, at most the budget's burst, if that is there.
    pub(super) fn spend(&self, payer: Payer, budget: Budget, cost: u32) -> Standing {
        if self.asked.fetch_add(1, Ordering::Relaxed) % LOOK_EVERY == LOOK_EVERY - 1 {
            self.look();
        }
        let payer = if self.is_crowded.load(Ordering::Relaxed) { payer.among_many() } else { payer };
        let (unit, burst) = (budget.per_unit(), budget.burst);
        let (Some(limiter), Some(cost)) = (self.limiter(budget), NonZeroU32::new(cost)) else {
            return Standing { remaining: burst, whole_in: Duration::ZERO, again_in: None };
        };
        let (remaining, again_in) = match limiter.check_key_n(&payer, cost) {
            Ok(Ok(state)) => (state.remaining_burst_capacity(), None),
            Ok(Err(not_until)) => {
                let again = not_until.earliest_possible().duration_since(self.clock.now());
                let again = Duration::from(again);
                // So many units lack as take that long to come.
                let lacking = u32::try_from(again.as_nanos().div_ceil(unit.as_nanos().max(1))).unwrap_or(u32::MAX);
                (cost.get().saturating_sub(lacking.max(1)), Some(again))
            }
            // More than the burst: whoever calls sees to it that it is not.
            Err(_) => (0, Some(unit.saturating_mul(burst))),
        };
        Standing { remaining, whole_in: unit.saturating_mul(burst.saturating_sub(remaining)), again_in }
    }

    fn limiter(&self, budget: Budget) -> Option<Arc<Limiter<C>>> {
        if let Some(limiter) = self.limiters.read().ok()?.get(&budget) {
            return Some(Arc::clone(limiter));
        }
        let mut limiters = self.limiters.write().ok()?;
        if limiters.len() >= MAX_BUDGETS && !limiters.contains_key(&budget) {
            return limiters.first_key_value().map(|(_, limiter)| Arc::clone(limiter));
        }
        let quota = Quota::with_period(budget.per_unit())?.allow_burst(NonZeroU32::new(budget.burst)?);
        let made = || Arc::new(Limiter::new(quota, DashMapStateStore::default(), self.clock.clone()));
        Some(Arc::clone(limiters.entry(budget).or_insert_with(made)))
    }

    /// Forgets whose budget is whole, and finds out whether there are still too many.
    fn look(&self) {
        let Ok(limiters) = self.limiters.read() else { return };
        for limiter in limiters.values() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        let clients: usize = limiters.values().map(|limiter| limiter.len()).sum();
        let is_crowded = clients > self.max_clients;
        if is_crowded && !self.is_crowded.swap(is_crowded, Ordering::Relaxed) {
            tracing::warn!(
                clients,
                "more clients than budgets are remembered for; near addresses share theirs for now"
            );
        }
        // Crowded until it is well below, so that it does not flicker.
        if clients < self.max_clients / 2 {
            self.is_crowded.store(false, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;
    use proptest::prelude::*;

    use super::*;

    fn payer(number: u64) -> Payer {
        Payer::Address(number)
    }

    #[test]
    fn a_budget_is_spent_told_and_comes_back() {
        let clock = FakeRelativeClock::default();
        let local = Local::new(clock.clone(), 10);
        let budget = Budget { quota: 60, window_s: 60, burst: 3 };
        for remaining in [2, 1, 0] {
            let standing = local.spend(payer(1), budget, 1);
            assert_eq!((standing.remaining, standing.again_in), (remaining, None));
        }
        let refused = local.spend(payer(1), budget, 1);
        assert_eq!((refused.remaining, refused.again_in), (0, Some(Duration::from_secs(1))));
        assert_eq!(refused.whole_in, Duration::from_secs(3));
        assert_eq!(local.spend(payer(2), budget, 3).remaining, 0, "another client has a budget of its own");
        clock.advance(Duration::from_secs(2));
        let refused = local.spend(payer(1), budget, 3);
        assert_eq!((refused.remaining, refused.again_in), (2, Some(Duration::from_secs(1))), "two of three are there");
        assert_eq!(local.spend(payer(1), budget, 2).remaining, 0);
    }

    #[test]
    fn too_many_clients_share_budgets_with_their_neighbours() {
        let local = Local::new(FakeRelativeClock::default(), 100);
        let budget = Budget { quota: 1, window_s: 3600, burst: 1 };
        for client in 0..LOOK_EVERY {
            local.spend(payer(client), budget, 1);
        }
        assert!(local.is_crowded.load(Ordering::Relaxed));
        assert!(local.spend(payer(1_000_000), budget, 1).again_in.is_none());
        assert!(local.spend(payer(1_000_001), budget, 1).again_in.is_some(), "its neighbour has spent it");
        let kept: usize = local.limiters.read().unwrap().values().map(|limiter| limiter.len()).sum();
        for client in 0..LOOK_EVERY * 4 {
            local.spend(payer(client), budget, 1);
        }
        let after: usize = local.limiters.read().unwrap().values().map(|limiter| limiter.len()).sum();
        assert!(after <= kept + 10, "{after} after {kept}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// In no window of the policy's length is more than quota and burst spent, however requests come and whatever they cost.
        #[test]
        fn no_window_holds_more_than_quota_and_burst(
            quota in 1u32..50, window_s in 1u32..20, burst in 1u32..30,
            asked in prop::collection::vec((0u64..2_000, 1u32..8), 1..300),
        ) {
            let clock = FakeRelativeClock::default();
            let local = Local::new(clock.clone(), 10);
            let budget = Budget { quota, window_s, burst };
            let (mut now, mut paid) = (0, Vec::new());
            for (pause_ms, cost) in asked {
                clock.advance(Duration::from_millis(pause_ms));
                now += pause_ms;
                let cost = cost.min(burst);
                let standing = local.spend(payer(7), budget, cost);
                prop_assert!(standing.remaining <= burst);
                match standing.again_in {
                    None => paid.push((now, cost)),
                    Some(again) => prop_assert!(!again.is_zero() && again <= budget.per_unit() * burst),
                }
            }
            let window = u64::from(window_s) * 1000;
            for (start, _) in &paid {
                let spent: u32 = paid.iter().filter(|(at, _)| (*start..*start + window).contains(at)).map(|(_, cost)| cost).sum();
                prop_assert!(spent <= quota + burst, "{spent} in {window} ms from {start}");
            }
        }

        /// Who waits as long as it was told is let through.
        #[test]
        fn who_waits_as_told_is_let_through(burst in 1u32..20, cost in 1u32..20) {
            let clock = FakeRelativeClock::default();
            let local = Local::new(clock.clone(), 10);
            let budget = Budget { quota: 7, window_s: 3, burst };
            let cost = cost.min(burst);
            loop {
                if let Some(again) = local.spend(payer(7), budget, cost).again_in {
                    clock.advance(again);
                    break;
                }
            }
            prop_assert_eq!(local.spend(payer(7), budget, cost).again_in, None);
        }
    }
}

//! Turns at a host: so many fetches at once against one name, the others wait.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One semaphore for each host that is being asked. Crawls do not come here: their turns are the [`crate::HostBook`]'s.
#[derive(Debug)]
pub(crate) struct Hosts {
    per_host: usize,
    turns: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Hosts {
    pub(crate) const fn new(per_host: usize) -> Self {
        Self { per_host, turns: Mutex::new(BTreeMap::new()) }
    }

    /// Waits for a turn; it ends when the permit is dropped. `None` only if the semaphore were closed, which nobody does.
    pub(crate) async fn turn(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            // Hosts that nobody asks are forgotten, so that the map is never larger than what runs at once.
            turns.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
            let fresh = || Arc::new(Semaphore::new(self.per_host));
            Arc::clone(turns.entry(host.to_owned()).or_insert_with(fresh))
        };
        semaphore.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_third_fetch_waits_for_its_turn_and_other_hosts_do_not() {
        let hosts = Hosts::new(2);
        let first = hosts.turn("a.example").await;
        let _second = hosts.turn("a.example").await;
        let mut third = Box::pin(hosts.turn("a.example"));
        assert!(futures::poll!(&mut third).is_pending());
        assert!(futures::poll!(Box::pin(hosts.turn("b.example"))).is_ready());
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn hosts_that_nobody_asks_are_forgotten() {
        let hosts = Hosts::new(1);
        for n in 0..100 {
            hosts.turn(&format!("{n}.example")).await;
        }
        assert_eq!(hosts.turns.lock().unwrap().len(), 1);
    }
}

//! Counts requests and their times. Handles are kept, since making their labels anew costs more than counting.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use metrics::{Counter, Histogram};

use super::route::Route;

/// Kinds of requests of which handles are kept: some hundred routes with some statuses. Routes are patterns, so there are no more.
const MAX_KINDS: usize = 4_000;

type Kind = (Route, &'static str, u16);

/// The handles.
#[derive(Default)]
pub(super) struct Meter {
    kinds: ArcSwap<BTreeMap<Kind, (Counter, Histogram)>>,
}

impl Meter {
    /// Counts a request.
    pub(super) fn count(&self, route: &Route, method: &'static str, status: u16, took: Duration) {
        let kind = (route.clone(), method, status);
        let kinds = self.kinds.load();
        let (counter, histogram) = match kinds.get(&kind) {
            Some(handles) => handles.clone(),
            None => self.handles(&kind),
        };
        counter.increment(1);
        histogram.record(took);
    }

    fn handles(&self, kind: &Kind) -> (Counter, Histogram) {
        let (route, method, status) = kind;
        let labels = [("method", (*method).to_owned()), ("route", route.as_str().to_owned())];
        let histogram = metrics::histogram!("marquee_http_request_duration_seconds", &labels);
        let [method, route] = labels;
        let counter =
            metrics::counter!("marquee_http_requests_total", &[method, route, ("status", status.to_string())]);
        let handles = (counter, histogram);
        self.kinds.rcu(|kinds| {
            let mut kinds = BTreeMap::clone(kinds);
            if kinds.len() < MAX_KINDS {
                kinds.insert(kind.clone(), handles.clone());
            }
            Arc::new(kinds)
        });
        handles
    }
}

//! Pages from the network.

use std::sync::Arc;

use futures::{FutureExt as _, future::BoxFuture};
use marquee_fetch::{Fetcher, FollowScope};
use marquee_model::{Page, PageRequest, Source};

use crate::PageSupply;

/// Fetches pages by the fetcher's rules.
pub struct LivePages {
    fetcher: Arc<Fetcher>,
}

impl LivePages {
    /// Pages from this fetcher.
    #[must_use]
    pub const fn new(fetcher: Arc<Fetcher>) -> Self {
        Self { fetcher }
    }
}

impl PageSupply for LivePages {
    fn page<'a>(
        &'a self,
        _source: &'a Source,
        request: &'a PageRequest,
        scope: &'a FollowScope,
    ) -> BoxFuture<'a, Result<Page, String>> {
        async move { self.fetcher.fetch(request, scope).await.map_err(|error| error.to_string()) }.boxed()
    }
}

//! What every handler works with: the store, the plugins, the crawl worker's ear, the clock, and the settings.

use std::sync::{Arc, atomic::AtomicBool};

use marquee_model::{Clock, CrawlRequests, Plugins, SourceDeclarations};
use marquee_store::Store;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{follow::Follow, settings::ServeSettings};

/// The parts of a running host that the HTTP surface shows. Cheap to clone; made once by the composition root.
#[derive(Clone)]
pub struct App {
    /// Where events are kept.
    pub store: Store,
    /// The plugins in use and the files of the plugin folder.
    pub plugins: Arc<dyn Plugins>,
    /// Takes wishes for crawls.
    pub crawls: Arc<dyn CrawlRequests>,
    /// Reads sources that are declared through the API.
    pub declarations: Arc<dyn SourceDeclarations>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Renders what the process measured.
    pub metrics: PrometheusHandle,
    /// Word of changes, for whoever follows them.
    pub follow: Follow,
    /// Limits and secrets.
    pub settings: ServeSettings,
    /// Set once the host was told to stop: from then on it is not ready, while it still answers.
    pub stopping: Arc<AtomicBool>,
}

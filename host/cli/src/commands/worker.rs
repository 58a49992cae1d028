//! `marquee worker`: crawls and serves nothing but its health; and what it shares with `marquee serve`.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use marquee_crawl::{Declarations, LivePages, Pipeline, QueuedCrawls, Stop, Worker, retention};
use marquee_extract::{Registry, RegistryChange};
use marquee_jobs::Why;
use marquee_model::{Clock as _, Plugins as _};
use marquee_serve::{App, Follow, ServeSettings};
use marquee_store::Store;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments, following,
    house::{self, Database},
    settings::Settings,
    system_clock::SystemClock,
};

pub(crate) async fn run(settings: Settings, options: arguments::Worker) -> Result<ExitCode> {
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .context("the metrics recorder could not be installed")?;
    let listener = match options.listen {
        Some(listen) => Some(TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}; is another program using it? Choose another with --listen")
        })?),
        None => None,
    };
    let registry = house::registry(&settings).await?;
    let files = house::source_files(&settings, &registry)?;
    let database = Database::open(&settings).await?;
    let store = database.store.clone();
    house::sync(&store, &files).await?;
    let stopping = Stopping::listen();
    let watching = registry.watch();
    let swaps = Swaps::record(Arc::clone(&registry), store.clone()).await?;
    let work = Work::start(&settings, &store, Arc::clone(&registry), &stopping).await?;

    let address = listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let health = address.map_or_else(String::new, |address| format!(", health on http://{address}/healthz"));
    println!("Marquee is crawling as {} ({} sources){health}; Ctrl-C stops it", house::name(), files.len());
    match listener {
        Some(listener) => {
            let jobs = house::jobs(&store, &settings).await?;
            let app = App {
                follow: Follow::new(store.clone(), settings.follow, settings.serve.generation),
                crawls: Arc::new(QueuedCrawls::new(store.clone(), jobs, Why::Api)),
                store,
                declarations: Arc::new(Declarations::new(Arc::clone(&registry), house::clock())),
                plugins: registry,
                clock: house::clock(),
                metrics,
                settings: settings.serve,
                stopping: stopping.flag(),
            };
            let router = marquee_serve::operations_router(app.clone());
            let closing = stopping.before_closing(&app.settings, Some(work));
            marquee_serve::serve(listener, router, closing, (&app.settings).into()).await;
        }
        None => work.end().await,
    }
    swaps.end().await?;
    drop(watching);
    database.close().await?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

/// How this process is told to stop: once, and what runs may end; twice, and it ends at once.
pub(super) struct Stopping {
    flag: Arc<AtomicBool>,
    stop: Stop,
}

impl Stopping {
    /// Listens for SIGTERM and Ctrl-C from now on.
    pub(super) fn listen() -> Self {
        let stopping = Self { flag: Arc::default(), stop: Stop::default() };
        let (flag, stop) = (stopping.flag(), stopping.stop.clone());
        tokio::spawn(async move {
            stop_signal().await;
            flag.store(true, Ordering::Relaxed);
            tracing::info!("stopping: not ready, no new crawls, what runs may end");
            stop.soon.cancel();
            stop_signal().await;
            tracing::info!("stopping at once");
            stop.now.cancel();
        });
        stopping
    }

    /// Whether the host was told to stop.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Resolves when the server is to close: it was told to stop, a while ago, and nothing crawls any more.
    pub(super) fn before_closing(
        &self,
        settings: &ServeSettings,
        work: Option<Work>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (stop, linger) = (self.stop.clone(), Duration::from_millis(settings.linger_ms));
        async move {
            stop.soon.cancelled().await;
            let linger = async {
                tokio::select! {
                    () = tokio::time::sleep(linger) => {}
                    () = stop.now.cancelled() => {}
                }
            };
            let work = async {
                if let Some(work) = work {
                    work.end().await;
                }
            };
            tokio::join!(linger, work);
        }
    }
}

/// The worker, at work.
pub(super) struct Work {
    task: JoinHandle<()>,
    store: Store,
}

impl Work {
    /// Starts crawling, over connections of its own, so that a slow database slows crawls and not answers.
    pub(super) async fn start(
        settings: &Settings,
        store: &Store,
        registry: Arc<Registry>,
        stopping: &Stopping,
    ) -> Result<Self> {
        let store = store.beside(settings.worker.connections);
        let jobs = house::jobs(&store, settings).await?;
        let supply = Arc::new(LivePages::new(house::visitor(settings, &store)?, house::browsers(settings)?));
        let pipeline = Pipeline::new(supply, registry, store.clone(), house::clock(), settings.normalize.clone())
            .keeping(house::archive(settings)?);
        let worker = Worker::new(
            Arc::new(pipeline),
            store.clone(),
            jobs,
            house::clock(),
            settings.worker.clone(),
            house::name(),
            house::seed(),
            stopping.stop.clone(),
        );
        let locating = super::geocode::upkeep(settings, &store, stopping.stop.soon.clone())?;
        let naming = super::artists::upkeep(store.clone(), stopping.stop.soon.clone());
        let tending = tend(settings, store.clone(), stopping.stop.soon.clone())?;
        let following = following::work(settings, &store, stopping.stop.soon.clone())?;
        let task = tokio::spawn(async move {
            tokio::join!(worker.run(), tending, locating, naming, following);
        });
        Ok(Self { task, store })
    }

    /// Waits until it has ended, which it does once it was told to stop.
    pub(super) async fn end(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the crawl worker ended badly");
        }
        self.store.close().await;
    }
}

/// Lets go of archived pages after their time, once a day from the start on. Several processes may do so at once.
fn tend(settings: &Settings, store: Store, stop: CancellationToken) -> Result<impl Future<Output = ()> + use<>> {
    const EVERY: Duration = Duration::from_secs(24 * 3600);
    let archive = settings.archive.enabled.then(|| house::opened_archive(settings)).transpose()?;
    Ok(async move {
        let Some(archive) = archive else { return };
        let mut days = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = days.tick() => {}
            }
            match retention::gc(&store, &archive, house::clock().now(), false).await {
                Ok(gone) => {
                    tracing::info!(crawls = gone.crawls, deleted = gone.deleted, bytes = gone.bytes, "archive tended");
                }
                Err(error) => tracing::warn!(%error, "old pages could not be let go of; trying again tomorrow"),
            }
        }
    })
}

/// Keeps in the database which versions came into use and which files were refused.
pub(super) struct Swaps {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Swaps {
    /// Records those in use now, and from now on every change.
    pub(super) async fn record(registry: Arc<Registry>, store: Store) -> Result<Self> {
        let stop = CancellationToken::new();
        let mut changes = registry.subscribe();
        for plugin in registry.active() {
            store.plugin_seen(&plugin.active, SystemClock.now()).await?;
        }
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            loop {
                let change = tokio::select! {
                    () = stopped.cancelled() => return,
                    change = changes.recv() => change,
                };
                match change {
                    // The registry itself logs what happens in the folder.
                    Ok(RegistryChange::Swapped { to, .. }) => {
                        metrics::counter!("marquee_plugin_swaps_total", "plugin" => to.id.to_string()).increment(1);
                        if let Err(error) = store.plugin_seen(&to, SystemClock.now()).await {
                            tracing::warn!(plugin = %to, %error, "the plugin is in use, but that could not be recorded");
                        }
                    }
                    Ok(RegistryChange::Refused { .. }) => {
                        metrics::counter!("marquee_plugin_files_refused_total").increment(1);
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => {
                        tracing::warn!(missed, "plugin changes came too fast to record them all");
                    }
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                }
            }
        });
        Ok(Self { task, stop })
    }

    /// Ends it.
    pub(super) async fn end(self) -> Result<()> {
        self.stop.cancel();
        self.task.await.context("the record of plugin swaps ended badly")
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = tokio::signal::ctrl_c().await;
}

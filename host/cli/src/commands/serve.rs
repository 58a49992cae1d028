//! `marquee serve`: the whole host.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use marquee_crawl::{LivePages, Pipeline, Worker, worker::NoWorker};
use marquee_extract::{Registry, RegistryChange};
use marquee_model::{Clock as _, CrawlRequests, Plugins as _};
use marquee_serve::App;
use marquee_store::Store;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments,
    house::{self, Database},
    settings::Settings,
    system_clock::SystemClock,
};

pub(crate) async fn run(mut settings: Settings, options: arguments::Serve) -> Result<ExitCode> {
    if let Some(listen) = options.listen {
        settings.serve.listen = listen;
    }
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .context("the metrics recorder could not be installed")?;
    let listener = TcpListener::bind(settings.serve.listen).await.with_context(|| {
        format!("cannot listen on {}; is another program using it? Choose another with --listen", settings.serve.listen)
    })?;
    let address = listener.local_addr()?;

    let registry = house::registry(&settings).await?;
    let files = house::source_files(&settings, &registry)?;
    let database = Database::open(&settings).await?;
    let store = database.store.clone();
    house::sync(&store, &files).await?;
    let stop = CancellationToken::new();
    let watching = registry.watch();
    let recording = record_swaps(Arc::clone(&registry), store.clone(), stop.clone()).await?;

    let mut work: Option<JoinHandle<()>> = None;
    let crawls: Arc<dyn CrawlRequests> = if settings.worker.enabled && !options.no_worker {
        let supply = Arc::new(LivePages::new(house::fetcher(&settings)?));
        let pipeline =
            Pipeline::new(supply, Arc::clone(&registry), store.clone(), house::clock(), settings.normalize.clone());
        let worker = Worker::new(Arc::new(pipeline), store.clone(), house::clock(), settings.worker.clone());
        work = Some(tokio::spawn(Arc::clone(&worker).run(stop.clone())));
        worker
    } else {
        Arc::new(NoWorker)
    };

    let app = App { store, plugins: registry, crawls, clock: house::clock(), metrics, settings: settings.serve };
    println!("Marquee is serving on http://{address} ({} sources); Ctrl-C stops it", files.len());
    let router = marquee_serve::router(app.clone());
    let stopping = stop.clone();
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping: no new crawls, open requests end");
        stopping.cancel();
    });
    marquee_serve::serve(listener, router, stop.clone().cancelled_owned(), (&app.settings).into()).await;

    if let Some(work) = work {
        work.await.context("the crawl worker ended badly")?;
    }
    recording.await.context("the record of plugin swaps ended badly")?;
    drop(watching);
    database.close().await?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Keeps in the database which versions came into use and which files were refused.
async fn record_swaps(registry: Arc<Registry>, store: Store, stop: CancellationToken) -> Result<JoinHandle<()>> {
    let mut changes = registry.subscribe();
    for plugin in registry.active() {
        store.plugin_seen(&plugin.active, SystemClock.now()).await?;
    }
    Ok(tokio::spawn(async move {
        loop {
            let change = tokio::select! {
                () = stop.cancelled() => return,
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
    }))
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_signal() {
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

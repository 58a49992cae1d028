//! `marquee serve`: the whole host.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use marquee_crawl::{Declarations, QueuedCrawls};
use marquee_jobs::Why;
use marquee_serve::{App, Follow};
use tokio::net::TcpListener;

use super::worker::{Stopping, Swaps, Work};
use crate::{
    arguments,
    house::{self, Database},
    settings::Settings,
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
    let jobs = house::jobs(&store, &settings).await?;
    let stopping = Stopping::listen();
    let watching = registry.watch();
    let swaps = Swaps::record(Arc::clone(&registry), store.clone()).await?;
    // Kept answers, followers and webhooks join this one.
    let _listening = store.watch_generation(settings.serve.generation);
    let work = match settings.worker.enabled && !options.no_worker {
        true => Some(Work::start(&settings, &store, Arc::clone(&registry), &stopping).await?),
        false => None,
    };

    let app = App {
        follow: Follow::new(store.clone(), settings.follow, settings.serve.generation),
        crawls: Arc::new(QueuedCrawls::new(store.clone(), jobs, Why::Api)),
        declarations: Arc::new(Declarations::new(Arc::clone(&registry), house::clock())),
        store: store.for_readers(settings.serve.connections, settings.serve.statement_timeout_ms),
        plugins: registry,
        clock: house::clock(),
        metrics,
        settings: settings.serve,
        stopping: stopping.flag(),
    };
    println!("Marquee is serving on http://{address} ({} sources); Ctrl-C stops it", files.len());
    let router = marquee_serve::router(app.clone());
    // Readiness has gone by then; the last to go is the ear.
    let closing = stopping.before_closing(&app.settings, work);
    marquee_serve::serve(listener, router, closing, (&app.settings).into()).await;

    swaps.end().await?;
    drop(watching);
    app.store.close().await;
    database.close().await?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

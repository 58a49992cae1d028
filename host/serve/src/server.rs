//! Runs a router on a listener until it is told to stop, then lets open requests finish, for a while.
//!
//! Unlike `axum::serve` it gives a client a deadline for its request's head: without one, a few hundred connections that
//! send a byte now and then are enough to use up the process's file descriptors.

use std::{pin::pin, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, task::JoinSet};

use crate::settings::ServeSettings;

/// How connections are treated; requests have their own limits in [`crate::ServeSettings`].
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// In which time a client must have sent its request's head.
    pub header_timeout: Duration,
    /// How long open requests may go on after the stop was asked for.
    pub drain: Duration,
}

impl From<&ServeSettings> for ServerLimits {
    fn from(settings: &ServeSettings) -> Self {
        Self {
            header_timeout: Duration::from_millis(settings.header_timeout_ms),
            drain: Duration::from_millis(settings.drain_ms),
        }
    }
}

/// How long to wait after a failed `accept`: it fails when file descriptors run out, and a loop without pause would then take
/// the processor from the requests that are about to free some.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` resolves. Connections that are open then may finish within the drain deadline; what is not done by
/// then is cut off, which is logged. Dropping the returned future cuts everything off at once.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
    limits: ServerLimits,
) {
    let graceful = GracefulShutdown::new();
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
    http.http2().timer(TokioTimer::new());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_ended) = connections.join_next() => continue,
            () = &mut shutdown => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted; if this repeats, raise the limit of open files");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small and written at once; waiting to fill a packet only delays them.
        let _unsupported_is_harmless = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection.into_owned());
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!(drain = ?limits.drain, "requests were still open at the drain deadline and are cut off");
    }
}

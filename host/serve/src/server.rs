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
use tower::ServiceExt as _;

use crate::{layers::Peer, settings::ServeSettings};

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
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted; if this repeats, raise the limit of open files");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Answers are small and written at once; waiting to fill a packet only delays them.
        let _unsupported_is_harmless = stream.set_nodelay(true);
        let service = router.clone().map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            request
        });
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
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

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::Arc};

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::{Notify, oneshot},
        task::JoinHandle,
    };

    use super::*;

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        entered: Arc<Notify>,
        release: Arc<Notify>,
        server: JoinHandle<()>,
    }

    /// A server whose one route waits until it is released.
    async fn start(header_timeout_ms: u64, drain_ms: u64) -> Running {
        let settings = ServeSettings { header_timeout_ms, drain_ms, ..ServeSettings::default() };
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (enter, leave) = (entered.clone(), release.clone());
        let route = get(async move || {
            enter.notify_one();
            leave.notified().await;
            "done"
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let router = Router::new().route("/", route);
        let server =
            tokio::spawn(async move { serve(listener, router, shutdown, ServerLimits::from(&settings)).await });
        Running { address, stop, entered, release, server }
    }

    async fn send(address: SocketAddr, head: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    async fn answer(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.map_or_else(|error| error.to_string(), |_| text)
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    #[tokio::test]
    async fn an_open_request_may_finish_after_the_stop_was_asked_for() {
        let running = start(10_000, 10_000).await;
        let open = send(running.address, WHOLE).await;
        running.entered.notified().await;
        running.stop.send(()).unwrap();
        running.release.notify_one();
        assert!(answer(open).await.ends_with("done"));
        running.server.await.unwrap();
        assert!(TcpStream::connect(running.address).await.is_err(), "nothing listens any more");
    }

    #[tokio::test]
    async fn what_is_still_open_at_the_drain_deadline_is_cut_off() {
        let running = start(10_000, 20).await;
        let open = send(running.address, WHOLE).await;
        running.entered.notified().await;
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
        assert!(!answer(open).await.ends_with("done"));
    }

    #[tokio::test]
    async fn a_client_that_does_not_finish_its_head_is_cut_off() {
        let running = start(20, 10_000).await;
        let slow = send(running.address, "GET / HTTP/1.1\r\nhost: x\r\nx-").await;
        let said = answer(slow).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    }
}

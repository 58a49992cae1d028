//! A host on a socket, and clients that see its bytes.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use marquee_serve::{ServeSettings, ServerLimits, serve};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A host on a port of its own, until it is dropped.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Host {
    pub(crate) async fn start(router: Router, settings: &ServeSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = ServerLimits::from(settings);
        let server = tokio::spawn(serve(listener, router, std::future::pending(), limits));
        Self { address, server }
    }

    /// Status, head and body of what GET brings.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> (u16, String, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n{headers}connection: close\r\n\r\n")).await
    }

    /// The same for a request in its own words. Status 0: the connection ended without an answer.
    pub(crate) async fn ask(&self, request: &str) -> (u16, String, String) {
        const PATIENCE: Duration = Duration::from_secs(60);
        let answer = tokio::time::timeout(PATIENCE, async {
            let mut stream = TcpStream::connect(self.address).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        });
        let answer = answer.await.unwrap().unwrap_or_default();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, head.to_ascii_lowercase(), body.to_owned())
    }
}

/// A header's value in a head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

//! A wire between a store and its Postgres that counts what is asked, and can be cut: what a test sees of the database without asking it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use url::Url;

use crate::internet::postgres::Frames;

/// The wire. Ends with the test's runtime.
#[derive(Debug)]
pub struct Wire {
    url: String,
    asked: Arc<AtomicU64>,
    is_cut: watch::Sender<bool>,
}

impl Wire {
    /// A wire to the database at this address.
    ///
    /// # Errors
    /// The address is none, or no port can be had.
    pub async fn to(database: &str) -> io::Result<Self> {
        let mut url = Url::parse(database).map_err(io::Error::other)?;
        let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("127.0.0.1").to_owned();
        let port = url.port().unwrap_or(5432);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        url.set_host(Some("127.0.0.1")).map_err(io::Error::other)?;
        url.set_port(Some(listener.local_addr()?.port()))
            .map_err(|()| io::Error::other("the address takes no port"))?;
        // What is packed cannot be counted.
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let (asked, is_cut) = (Arc::new(AtomicU64::new(0)), watch::channel(false).0);
        let (count, cut) = (Arc::clone(&asked), is_cut.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (host, count, mut cut) = (host.clone(), Arc::clone(&count), cut.subscribe());
                tokio::spawn(async move {
                    tokio::select! {
                        _left = join(client, &host, port, &count) => (),
                        _cut = cut.wait_for(|is_cut| *is_cut) => (),
                    }
                });
            }
        });
        Ok(Self { url: url.to_string(), asked, is_cut })
    }

    /// The database's address through the wire.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many prepared statements have been run so far: all that readers cause, and nothing else.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    /// Cuts it: connections end, and new ones at once.
    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Mends it.
    pub fn mend(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn join(client: TcpStream, host: &str, port: u16, asked: &AtomicU64) -> io::Result<()> {
    client.set_nodelay(true)?;
    let server = TcpStream::connect((host, port)).await?;
    server.set_nodelay(true)?;
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let there = async {
        let (mut frames, mut buffer) = (Frames::starting(), vec![0; 64 * 1024]);
        loop {
            let length = from_client.read(&mut buffer).await?;
            if length == 0 {
                return Ok(());
            }
            let bytes = buffer.get(..length).unwrap_or_default();
            // `Execute`. What is sent as a bare `Query` is the connection's own: what the pool asks of one that comes back, and `LISTEN`.
            frames.take(bytes, &|kind| {
                if kind == b'E' {
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
            to_server.write_all(bytes).await?;
        }
    };
    tokio::select! {
        left = there => left,
        left = tokio::io::copy(&mut from_server, &mut to_client) => left.map(|_| ()),
    }
}

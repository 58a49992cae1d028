//! What the tests of the fetcher share: fetchers with short limits, a resolver that answers what it is told, and a server
//! that misbehaves at the level of TCP.

// Each test file uses its part of this.
#![expect(dead_code, reason = "every test binary compiles the whole module")]

pub(crate) mod visits;

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use marquee_fetch::{EgressPolicy, FetchError, FetchLimits, Fetcher, FollowScope, Resolve, UserAgent};
use marquee_model::{FixedClock, FollowMethod, Page, PageRequest};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The hosts of these tests; the operator of the tests allows them.
pub(crate) const VENUE: &str = "venue.test";
pub(crate) const OTHER: &str = "tickets.test";

/// Limits under which a test of a timeout takes a moment.
pub(crate) fn limits() -> FetchLimits {
    FetchLimits { connect_ms: 500, read_ms: 500, total_ms: 2_500, ..FetchLimits::default() }
}

/// Limits that a busy machine does not break.
pub(crate) fn patient() -> FetchLimits {
    FetchLimits::default()
}

/// A policy that allows these hosts.
pub(crate) fn allowing(hosts: &[&str]) -> EgressPolicy {
    EgressPolicy { allow: hosts.iter().map(|host| host.parse().unwrap()).collect(), ..EgressPolicy::default() }
}

pub(crate) fn agent() -> UserAgent {
    UserAgent::new("Marquee", "0.1.0", "https://marquee.example/about").unwrap()
}

pub(crate) fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock("2026-10-01T12:00:00Z".parse().unwrap()))
}

/// A fetcher for which the hosts of these tests are on this machine, and allowed to be.
pub(crate) fn fetcher(limits: FetchLimits) -> Fetcher {
    let policy = allowing(&[VENUE, OTHER, "127.0.0.1"]);
    Fetcher::with_resolver(limits, policy, agent(), clock(), Answers::loopback()).unwrap()
}

pub(crate) fn get(url: &str) -> PageRequest {
    PageRequest::listing(url.parse().unwrap())
}

pub(crate) fn followed(url: &str) -> PageRequest {
    PageRequest { kind: "detail".to_owned(), depth: 1, ..get(url) }
}

pub(crate) fn post(url: &str, content_type: &str, body: &str) -> PageRequest {
    let method = FollowMethod::Post { content_type: content_type.to_owned(), body: body.to_owned() };
    PageRequest { method, ..followed(url) }
}

/// Addresses for a name, by how often the resolver was asked before.
type Rule = Box<dyn Fn(&str, usize) -> Vec<IpAddr> + Send + Sync>;

/// A resolver that answers by a rule.
pub(crate) struct Answers {
    rule: Rule,
    asked: AtomicUsize,
}

impl Answers {
    pub(crate) fn by(rule: impl Fn(&str, usize) -> Vec<IpAddr> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { rule: Box::new(rule), asked: AtomicUsize::new(0) })
    }

    /// Every name is this machine.
    pub(crate) fn loopback() -> Arc<Self> {
        Self::by(|_, _| vec![Ipv4Addr::LOCALHOST.into()])
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolve for Answers {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        let addresses = (self.rule)(name, before);
        Box::pin(async move {
            if addresses.is_empty() { Err(io::Error::other("no such host is known")) } else { Ok(addresses) }
        })
    }
}

/// What the hostile server does, in order. Then it closes the connection.
#[derive(Clone)]
pub(crate) enum Act {
    Send(Vec<u8>),
    /// For ever, as fast as it is taken.
    Endless(Vec<u8>),
    /// A byte at a time.
    Drip(Vec<u8>, Duration),
    /// The same bytes for ever, with pauses.
    EndlessDrip(Vec<u8>, Duration),
    /// Says nothing until the client leaves.
    Hold,
    /// RST instead of FIN.
    Reset,
}

pub(crate) fn send(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

/// A server on loopback that does to every connection what its script says for the request.
pub(crate) struct Hostile {
    pub(crate) port: u16,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    pub(crate) sent: Arc<AtomicU64>,
    /// The most requests that were being answered at the same time.
    pub(crate) at_once: Arc<AtomicUsize>,
}

/// A clock that goes, from a day of these tests on.
pub(crate) struct Ticking(tokio::time::Instant);

impl Default for Ticking {
    fn default() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl marquee_model::Clock for Ticking {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        clock().0 + self.0.elapsed()
    }
}

impl Hostile {
    pub(crate) async fn doing(acts: Vec<Act>) -> Self {
        Self::answering(move |_| acts.clone()).await
    }

    /// `script` is given the head of the request.
    pub(crate) async fn answering(script: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, requests: Arc::default(), sent: Arc::default(), at_once: Arc::default() };
        let (requests, sent, script) = (Arc::clone(&server.requests), Arc::clone(&server.sent), Arc::new(script));
        let (most, running) = (Arc::clone(&server.at_once), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (requests, sent, script) = (Arc::clone(&requests), Arc::clone(&sent), Arc::clone(&script));
                let (most, running) = (Arc::clone(&most), Arc::clone(&running));
                tokio::spawn(async move {
                    // The client leaving in the middle is what these tests are about.
                    let _left = converse(stream, &*script, &requests, &sent, (&running, &most)).await;
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{VENUE}:{}{path}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Fetches `/` with these limits.
    pub(crate) async fn fetch(&self, limits: FetchLimits) -> Result<Page, FetchError> {
        fetcher(limits).fetch(&get(&self.url("/")), &FollowScope::any()).await
    }
}

async fn converse(
    mut stream: TcpStream,
    script: &(dyn Fn(&str) -> Vec<Act> + Send + Sync),
    requests: &Mutex<Vec<String>>,
    sent: &AtomicU64,
    (running, most): (&AtomicUsize, &AtomicUsize),
) -> io::Result<()> {
    let mut request = Vec::new();
    running.fetch_add(1, Ordering::SeqCst);
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let acts = script(&request);
    requests.lock().unwrap().push(request);
    most.fetch_max(running.load(Ordering::SeqCst), Ordering::SeqCst);
    for act in acts {
        match act {
            Act::Send(bytes) => {
                stream.write_all(&bytes).await?;
                sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            }
            Act::Endless(bytes) => loop {
                stream.write_all(&bytes).await?;
                sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
            },
            Act::Drip(bytes, pause) => {
                let mut tick = tokio::time::interval(pause);
                for byte in bytes {
                    tick.tick().await;
                    stream.write_all(&[byte]).await?;
                }
            }
            Act::EndlessDrip(bytes, pause) => {
                let mut tick = tokio::time::interval(pause);
                loop {
                    tick.tick().await;
                    stream.write_all(&bytes).await?;
                }
            }
            Act::Hold => {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await?;
            }
            Act::Reset => stream.set_zero_linger()?,
        }
    }
    Ok(())
}

/// This process's memory in KiB, by its name in `/proc/self/status`: `VmRSS` now, `VmHWM` at its peak.
pub(crate) fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

//! The server of the fake internet: HTTP/1.1 by hand, since half of what it has to do no library lets one do.

use std::{collections::BTreeMap, io, sync::Arc, time::Duration};

use async_compression::tokio::write::GzipEncoder;
use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::Clock as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{
    Internet, Visit, pages,
    script::{HostScript, Robots, Weather},
};

/// The longest head of a request.
const HEAD_BYTES: usize = 64 * 1024;

/// The first byte of a client that begins with TLS (RFC 8446, section 5.1), which this server does not speak.
const TLS_HANDSHAKE: u8 = 22;

/// A request, as far as an answer depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header values by lower-case name.
    pub headers: BTreeMap<String, String>,
}

impl Request {
    /// A header's value; empty where it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn read(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { method, path, headers })
    }
}

/// What is done to a connection instead of answering well, in order; then it is closed.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes for ever, as fast as they are taken.
    Endless(Vec<u8>),
    /// Sends these bytes for ever, with pauses.
    EndlessDrip(Vec<u8>, Duration),
    /// Says nothing until the client leaves.
    Hold,
    /// RST instead of FIN.
    Reset,
}

/// An answer, and what may become of it on its way.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) retry_after: Option<u32>,
    pub(super) robots: Option<usize>,
    pub(super) fate: Fate,
    pub(super) wait: Option<Duration>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    #[default]
    Whole,
    Half,
    Reset,
    Silent,
}

impl Reply {
    pub(super) fn page(body: String) -> Self {
        let html = ("content-type", "text/html; charset=utf-8".to_owned());
        Self { status: 200, headers: vec![html], body: body.into_bytes(), ..Self::default() }
    }

    pub(super) fn status(status: u16) -> Self {
        Self { status, ..Self::page(format!("<!doctype html><title>{status}</title><p>Status {status}.</p>")) }
    }

    fn text(body: String) -> Self {
        Self { headers: vec![("content-type", "text/plain".to_owned())], ..Self::page(body) }
    }
}

/// Answers on this listener for as long as the runtime lives.
pub(super) async fn listen(listener: TcpListener, internet: Arc<Internet>) {
    while let Ok((stream, _)) = listener.accept().await {
        let internet = Arc::clone(&internet);
        tokio::spawn(async move {
            // That clients leave in the middle is no fault here.
            let _left = converse(stream, &internet).await;
        });
    }
}

async fn converse(mut stream: TcpStream, internet: &Internet) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    if stream.read_buf(&mut buffer).await? > 0 && buffer.first() == Some(&TLS_HANDSHAKE) {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    }
    let Some(end) = read_head(&mut stream, &mut buffer).await? else { return Ok(()) };
    let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).into_owned();
    let Some(request) = Request::read(&head) else { return Ok(()) };
    let body: usize = request.header("content-length").parse().unwrap_or(0);
    while buffer.len() < end + body {
        if stream.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
    }
    answer(&mut stream, internet, &request).await
}

/// Reads to the end of a request's head and gives its length; `None` where the client has left.
async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<usize>> {
    loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            return Ok(Some(at + 4));
        }
        if buffer.len() > HEAD_BYTES || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// The visit is over when this is dropped, whatever became of it.
struct Open<'a> {
    internet: &'a Internet,
    place: usize,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let now = self.internet.time.now();
        self.internet.record.update(self.place, |visit| visit.ended = Some(now));
    }
}

/// Answers one request.
async fn answer(stream: &mut TcpStream, internet: &Internet, request: &Request) -> io::Result<()> {
    let busy = internet.time.busy();
    let now = internet.time.now();
    let authority = request.header("host").to_ascii_lowercase();
    let host = authority.split(':').next().unwrap_or_default();
    let script = internet.host(host);
    let place = internet.record.begin(Visit {
        host: host.to_owned(),
        method: request.method.clone(),
        path: request.path.clone(),
        agent: request.header("user-agent").to_owned(),
        conditional: !request.header("if-none-match").is_empty() || !request.header("if-modified-since").is_empty(),
        started: now,
        ended: None,
        status: None,
        whole: false,
        retry_after: None,
        robots: None,
    });
    let open = Open { internet, place };
    let Some(script) = script else {
        return send(stream, &Reply::status(421), request).await;
    };
    if let Some(acts) = script.hostile.as_ref().and_then(|hostile| hostile(request)) {
        return act(stream, acts).await;
    }
    let mut reply = reply(internet, &script, request, now);
    if script.gzip && reply.fate == Fate::Whole && request.header("accept-encoding").contains("gzip") {
        pack(&mut reply).await?;
    }
    internet.record.update(place, |visit| {
        visit.status = matches!(reply.fate, Fate::Whole | Fate::Half).then_some(reply.status);
        visit.retry_after = reply.retry_after;
        visit.robots = reply.robots;
    });
    let busy = match reply.wait {
        Some(wait) => {
            drop(busy);
            internet.time.sleep(wait).await;
            internet.time.busy()
        }
        None => busy,
    };
    match reply.fate {
        Fate::Whole => {
            // Written down first: the client may be back before this task is.
            internet.record.update(place, |visit| visit.whole = true);
            drop(open);
            send(stream, &reply, request).await?;
        }
        Fate::Half => {
            let length = reply.body.len();
            let mut head = head(&reply, length);
            head.extend_from_slice(reply.body.get(..length / 2).unwrap_or_default());
            stream.write_all(&head).await?;
            drop(open);
        }
        Fate::Reset => {
            drop(open);
            stream.set_zero_linger()?;
        }
        Fate::Silent => {
            hold(stream).await?;
            drop(open);
        }
    }
    drop(busy);
    Ok(())
}

fn reply(internet: &Internet, script: &HostScript, request: &Request, now: DateTime<Utc>) -> Reply {
    let weather = script.weather_at(now);
    let mut reply = match weather {
        Some(Weather::Status(status, wait)) => {
            Reply { retry_after: wait, headers: asked(wait.map(|wait| wait.to_string())), ..Reply::status(status) }
        }
        Some(Weather::StatusUntil(status, wait)) => {
            let until = http_date(now + TimeDelta::seconds(wait.into()));
            Reply { retry_after: Some(wait), headers: asked(Some(until)), ..Reply::status(status) }
        }
        Some(Weather::Silent) => Reply { fate: Fate::Silent, ..Reply::default() },
        Some(Weather::Reset) => Reply { fate: Fate::Reset, ..Reply::default() },
        Some(Weather::Captcha) if !is_robots(request) => Reply::page(pages::captcha()),
        _ => answered(internet, script, request, now),
    };
    if is_robots(request) && reply.robots.is_none() {
        // Whatever comes in its place says what RFC 9309 makes of the status.
        reply.robots = Some(script.robots_at(now).map_or(Visit::NO_ROBOTS, |(place, _)| place));
    }
    match weather {
        Some(Weather::Half) if reply.status == 200 && !is_robots(request) => reply.fate = Fate::Half,
        Some(Weather::Slow(wait)) => reply.wait = Some(wait),
        _ => {}
    }
    reply
}

fn asked(wait: Option<String>) -> Vec<(&'static str, String)> {
    wait.map(|wait| ("retry-after", wait)).into_iter().collect()
}

/// The second is where robots.txt has moved to.
fn is_robots(request: &Request) -> bool {
    matches!(request.path.as_str(), "/robots.txt" | "/moved/robots.txt")
}

fn answered(internet: &Internet, script: &HostScript, request: &Request, now: DateTime<Utc>) -> Reply {
    if is_robots(request) {
        let Some((place, robots)) = script.robots_at(now) else { return Reply::status(404) };
        let reply = match robots {
            Robots::Rules(rules) => Reply::text(rules.text()),
            Robots::Status(status) => Reply::status(*status),
            Robots::Reset => Reply { fate: Fate::Reset, ..Reply::default() },
            Robots::Moved(rules) if request.path == "/moved/robots.txt" => Reply::text(rules.text()),
            Robots::Moved(_) => {
                Reply { headers: vec![("location", "/moved/robots.txt".to_owned())], ..Reply::status(301) }
            }
        };
        return Reply { robots: Some(place), ..reply };
    }
    pages::reply(internet, script, request, now).unwrap_or_else(|| Reply::status(404))
}

async fn pack(reply: &mut Reply) -> io::Result<()> {
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder.write_all(&reply.body).await?;
    encoder.shutdown().await?;
    reply.body = encoder.into_inner();
    reply.headers.push(("content-encoding", "gzip".to_owned()));
    Ok(())
}

fn head(reply: &Reply, length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} A status\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if reply.status != 304 {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    // A lookup and a connection for every request: idle connections live in real time, which means nothing here.
    head.push_str("connection: close\r\n\r\n");
    head.into_bytes()
}

async fn send(stream: &mut TcpStream, reply: &Reply, request: &Request) -> io::Result<()> {
    let has_body = reply.status != 304 && request.method != "HEAD";
    let mut bytes = head(reply, reply.body.len());
    if has_body {
        bytes.extend_from_slice(&reply.body);
    }
    stream.write_all(&bytes).await
}

/// Reads until the client leaves.
async fn hold(stream: &mut TcpStream) -> io::Result<()> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

async fn act(stream: &mut TcpStream, acts: Vec<Act>) -> io::Result<()> {
    for act in acts {
        match act {
            Act::Send(bytes) => stream.write_all(&bytes).await?,
            Act::Endless(bytes) => loop {
                stream.write_all(&bytes).await?;
            },
            Act::EndlessDrip(bytes, pause) => {
                let mut tick = tokio::time::interval(pause);
                loop {
                    tick.tick().await;
                    stream.write_all(&bytes).await?;
                }
            }
            Act::Hold => hold(stream).await?,
            Act::Reset => stream.set_zero_linger()?,
        }
    }
    Ok(())
}

/// RFC 9110, section 5.6.7.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

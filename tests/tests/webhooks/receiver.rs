//! A subscriber on loopback: writes down what comes and answers as the test says.

use std::io::Write as _;
use std::{
    collections::VecDeque,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify};

/// A delivery as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The ids of the events that it tells of, in order.
    pub(crate) fn changes(&self) -> Vec<Value> {
        self.json()["data"]["changes"].as_array().cloned().unwrap_or_default()
    }

    /// How many of the signatures are by this secret, by the words of the specification and in another language: Python's `hmac`.
    pub(crate) fn signatures_by(&self, secret: &str) -> usize {
        const VERIFY: &str = "import sys, hmac, hashlib, base64\n\
            secret, id, stamp, given = sys.argv[1:5]\n\
            key = base64.b64decode(secret.removeprefix('whsec_'))\n\
            signed = id.encode() + b'.' + stamp.encode() + b'.' + sys.stdin.buffer.read()\n\
            good = 'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()\n\
            print(sum(hmac.compare_digest(good, one) for one in given.split(' ')))";
        let arguments = [secret, self.id(), self.header("webhook-timestamp"), self.header("webhook-signature")];
        let python = Command::new("python3")
            .arg("-c")
            .arg(VERIFY)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut python = python.expect("python3, which reads the signature independently");
        python.stdin.take().unwrap().write_all(self.body.as_bytes()).unwrap();
        let output = python.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    }
}

/// An answer to give: status, headers, body.
type Answer = (u16, Vec<(&'static str, String)>, String);

#[derive(Default)]
struct Book {
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<Answer>>,
    always: Mutex<Option<u16>>,
    arrived: Notify,
    held: Mutex<Option<Arc<Notify>>>,
}

fn held<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The subscriber.
pub(crate) struct Receiver {
    pub(crate) host: String,
    book: Arc<Book>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let book = Arc::new(Book::default());
        let router = Router::new().fallback(receive).with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, book }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.host)
    }

    /// What came so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        held(&self.book.received).clone()
    }

    /// Answers the next delivery so; those after it with 200.
    pub(crate) fn answer(&self, status: u16) {
        held(&self.book.answers).push_back((status, Vec::new(), String::new()));
    }

    pub(crate) fn answer_with(&self, status: u16, header: (&'static str, &str), body: &str) {
        held(&self.book.answers).push_back((status, vec![(header.0, header.1.to_owned())], body.to_owned()));
    }

    /// Answers every delivery so that nothing else is said for, from now on.
    pub(crate) fn always(&self, status: Option<u16>) {
        *held(&self.book.always) = status;
    }

    /// Gives the next delivery no answer until what is returned is notified.
    pub(crate) fn hold(&self) -> Arc<Notify> {
        let release = Arc::new(Notify::new());
        *held(&self.book.held) = Some(Arc::clone(&release));
        release
    }

    /// Waits until so many deliveries have come.
    pub(crate) async fn until(&self, count: usize) {
        loop {
            let arrived = self.book.arrived.notified();
            if self.received().len() >= count {
                return;
            }
            arrived.await;
        }
    }
}

async fn receive(State(book): State<Arc<Book>>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    held(&book.received).push(Received { headers, body });
    book.arrived.notify_waiters();
    let release = held(&book.held).take();
    if let Some(release) = release {
        release.notified().await;
    }
    let otherwise = (held(&book.always).unwrap_or(200), Vec::new(), String::new());
    let (status, headers, body) = held(&book.answers).pop_front().unwrap_or(otherwise);
    let headers: HeaderMap =
        headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}

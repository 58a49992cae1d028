//! The wire to the browser: DevTools messages over two pipes.
//!
//! Pipes and not chromiumoxide's web socket: a debugging port on loopback would be open to everybody on the machine, and whoever
//! reaches it may read files as the browser's account. A pipe also ends with the host: a browser whose host was killed ends
//! itself. The commands and events are chromiumoxide's types. Never interprets what it carries.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chromiumoxide::types::{CallId, Command, MethodCall, MethodId};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    sync::{mpsc, oneshot},
    task::JoinSet,
};

/// Of one message from the browser: a document of the largest size that is taken, every character escaped, and some.
const MESSAGE_BYTES: usize = 64 * 1024 * 1024;
/// Events that wait to be handled; then the browser waits.
const EVENTS: usize = 1024;

/// Why a command got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CallError {
    /// The browser is gone.
    #[error("the browser is gone")]
    Gone,
    /// It refuses.
    #[error("{reason}")]
    Refused {
        /// In its words.
        reason: String,
    },
    /// The answer is not what it should be.
    #[error("`{method}`: {reason}")]
    Malformed {
        /// The command.
        method: String,
        /// What is wrong.
        reason: String,
    },
}

/// Something that happened in the browser.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) session: Option<String>,
    pub(super) method: String,
    pub(super) params: Value,
}

/// An incoming message, as far as the wire looks.
#[derive(Deserialize)]
struct Incoming {
    id: Option<u64>,
    method: Option<String>,
    #[serde(rename = "sessionId")]
    session: Option<String>,
    #[serde(default)]
    params: Value,
    result: Option<Value>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

type Waiting = Arc<Mutex<Option<BTreeMap<u64, oneshot::Sender<Result<Value, CallError>>>>>>;

/// The sending end. Both tasks end with it.
pub(super) struct Wire {
    out: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Waiting,
    next: AtomicU64,
    _tasks: JoinSet<()>,
}

impl Wire {
    /// Begins to send and receive.
    pub(super) fn new(
        to: impl AsyncWrite + Send + Unpin + 'static,
        from: impl AsyncRead + Send + Unpin + 'static,
    ) -> (Self, mpsc::Receiver<Event>) {
        let (out, outgoing) = mpsc::unbounded_channel();
        let (happened, events) = mpsc::channel(EVENTS);
        let waiting: Waiting = Arc::new(Mutex::new(Some(BTreeMap::new())));
        let mut tasks = JoinSet::new();
        tasks.spawn(write(to, outgoing));
        tasks.spawn(read(from, happened, Arc::clone(&waiting)));
        (Self { out, waiting, next: AtomicU64::new(1), _tasks: tasks }, events)
    }

    /// Sends a command and waits for its answer, as long as it takes.
    pub(super) async fn call<C: Command>(&self, session: Option<&str>, command: C) -> Result<C::Response, CallError> {
        let method = command.identifier();
        let malformed =
            |e: serde_json::Error| CallError::Malformed { method: method.to_string(), reason: e.to_string() };
        let (answer, answered) = oneshot::channel();
        self.send(session, method.clone(), serde_json::to_value(command).map_err(malformed)?, Some(answer))?;
        let value = answered.await.map_err(|_| CallError::Gone)??;
        C::response_from_value(value).map_err(malformed)
    }

    /// Sends a command whose answer does not matter.
    pub(super) fn tell<C: Command>(&self, session: Option<&str>, command: C) {
        let method = command.identifier();
        if let Ok(params) = serde_json::to_value(command) {
            // Where the browser is gone, the events say so.
            let _gone = self.send(session, method, params, None);
        }
    }

    fn send(
        &self,
        session: Option<&str>,
        method: MethodId,
        params: Value,
        answer: Option<oneshot::Sender<Result<Value, CallError>>>,
    ) -> Result<(), CallError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        if let Some(answer) = answer {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.as_mut().ok_or(CallError::Gone)?.insert(id, answer);
        }
        let call_id = CallId::new(usize::try_from(id).unwrap_or_default());
        let call = MethodCall { id: call_id, method, session_id: session.map(str::to_owned), params };
        let mut message = serde_json::to_vec(&call)
            .map_err(|e| CallError::Malformed { method: call.method.to_string(), reason: e.to_string() })?;
        message.push(0);
        self.out.send(message).map_err(|_| CallError::Gone)
    }
}

async fn write(mut to: impl AsyncWrite + Unpin, mut outgoing: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(message) = outgoing.recv().await {
        if to.write_all(&message).await.is_err() || to.flush().await.is_err() {
            return;
        }
    }
}

async fn read(from: impl AsyncRead + Unpin, happened: mpsc::Sender<Event>, waiting: Waiting) {
    let mut from = BufReader::with_capacity(256 * 1024, from);
    while let Some(message) = next(&mut from).await {
        let Ok(incoming) = serde_json::from_slice::<Incoming>(&message) else {
            tracing::debug!(bytes = message.len(), "a message of the browser is not understood");
            continue;
        };
        match (incoming.id, incoming.method) {
            (Some(id), _) => {
                let waits = {
                    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                    waiting.as_mut().and_then(|waiting| waiting.remove(&id))
                };
                if let Some(waits) = waits {
                    let answer = match incoming.error {
                        Some(refusal) => Err(CallError::Refused { reason: refusal.message }),
                        None => Ok(incoming.result.unwrap_or_default()),
                    };
                    // Nobody waits any more where a wait ran out of time.
                    let _late = waits.send(answer);
                }
            }
            (None, Some(method)) => {
                let event = Event { session: incoming.session, method, params: incoming.params };
                if happened.send(event).await.is_err() {
                    break;
                }
            }
            (None, None) => {}
        }
    }
    // Whoever still waits learns that nothing comes.
    waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// The next message without its zero byte; `None` at the end, and for one that is too long.
async fn next(from: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let piece = from.fill_buf().await.ok()?;
        if piece.is_empty() {
            return None;
        }
        let end = piece.iter().position(|byte| *byte == 0);
        let taken = end.unwrap_or(piece.len());
        message.extend(piece.iter().take(taken));
        from.consume(end.map_or(taken, |end| end.saturating_add(1)));
        if message.len() > MESSAGE_BYTES {
            tracing::warn!(limit = MESSAGE_BYTES, "a message of the browser is too long");
            return None;
        }
        if end.is_some() {
            return Some(message);
        }
    }
}

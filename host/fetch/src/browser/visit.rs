//! One visit of one page by one browser: what is on the way, what was counted, and what happens in the browser meanwhile.
//!
//! Two things run side by side: [`Visit::attend`] handles what happens (requests above all), `steps` does what the source asks
//! for. Whatever target the browser opens is stopped at its birth, given the same gate, and only then let go; popups and service
//! workers are never let go.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use chromiumoxide::cdp::{
    browser_protocol::{
        emulation::SetUserAgentOverrideParams,
        fetch, inspector, page,
        target::{CloseTargetParams, EventAttachedToTarget, SetAutoAttachParams},
    },
    js_protocol::runtime::RunIfWaitingForDebuggerParams,
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream::FuturesUnordered};
use marquee_model::{PageRequest, WebUrl};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};

use super::{
    Asker, BrowserError, BrowserSettings,
    gate::Paused,
    wire::{CallError, Event, Wire},
};

/// The page that is rendered, as the browser knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Main {
    pub(super) session: String,
    /// Its frame, which Chromium gives the target's id.
    pub(super) frame: String,
}

/// The last answer that the page itself was loaded from.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) fetched_at: DateTime<Utc>,
}

/// What was counted so far.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) asked: u32,
    pub(super) blocked: u32,
    pub(super) received: u64,
    /// Requests that wait for their answer.
    pub(super) open: usize,
    /// When a request began or ended last, or a step was done.
    pub(super) stirred: Instant,
    pub(super) loaded: Option<Loaded>,
}

/// One visit.
pub(super) struct Visit<'a> {
    pub(super) request: &'a PageRequest,
    pub(super) settings: &'a BrowserSettings,
    pub(super) asker: &'a dyn Asker,
    pub(super) wire: &'a Wire,
    /// Whether cookies are kept and sent.
    pub(super) cookies: bool,
    /// As the page's scripts see it: the browser's, with the host's own name after it.
    pub(super) user_agent: String,
    /// Pages that wait to be let go. One of them is for this visit.
    waiting: watch::Sender<Vec<Main>>,
    main: watch::Sender<Option<Main>>,
    count: Mutex<Count>,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        request: &'a PageRequest,
        settings: &'a BrowserSettings,
        asker: &'a dyn Asker,
        wire: &'a Wire,
        cookies: bool,
        user_agent: String,
    ) -> Self {
        let stirred = Instant::now();
        let count = Count { asked: 0, blocked: 0, received: 0, open: 0, stirred, loaded: None };
        let (waiting, main) = (watch::Sender::new(Vec::new()), watch::Sender::new(None));
        Self { request, settings, asker, wire, cookies, user_agent, waiting, main, count: Mutex::new(count) }
    }

    /// The page's address, for errors.
    pub(super) fn url(&self) -> String {
        self.request.url.to_string()
    }

    /// Reads or changes what was counted.
    pub(super) fn count<T>(&self, with: impl FnOnce(&mut Count) -> T) -> T {
        with(&mut self.count.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts measuring quiet anew.
    pub(super) fn stir(&self) {
        self.count(|count| count.stirred = Instant::now());
    }

    /// Lets the page go that the browser opened for this visit. The browser has pages of its own, which stay where they are.
    ///
    /// `target` comes with the answer to the command that opened it: a page that is told anything before that may stay silent for
    /// good (seen on a busy machine).
    pub(super) async fn opened(&self, target: &str) -> Result<Main, BrowserError> {
        // A page that is not there in this time, or does not start, is the browser's fault.
        let hung = || BrowserError::Hung { url: self.url() };
        timeout(self.settings.answer(), self.let_go(target)).await.map_err(|_| hung())?
    }

    async fn let_go(&self, target: &str) -> Result<Main, BrowserError> {
        let mut waiting = self.waiting.subscribe();
        let is_it = |main: &&Main| main.frame == target;
        let arrived = waiting.wait_for(|waiting| waiting.iter().any(|main| is_it(&main))).await;
        let found = arrived.ok().and_then(|waiting| waiting.iter().find(is_it).cloned());
        let main = found.ok_or_else(|| self.failed(CallError::Gone))?;
        self.main.send_replace(Some(main.clone()));
        self.guard(&main.session);
        let session = Some(main.session.as_str());
        self.wire.tell(session, inspector::EnableParams::default());
        // The answer says that what came before has been done.
        self.wire.call(session, RunIfWaitingForDebuggerParams::default()).await.map_err(|error| self.failed(error))?;
        Ok(main)
    }

    /// The page, if it is open.
    pub(super) fn main(&self) -> Option<Main> {
        self.main.borrow().clone()
    }

    /// What a failed command means.
    pub(super) fn failed(&self, error: CallError) -> BrowserError {
        match error {
            CallError::Gone => BrowserError::Died { url: self.url(), reason: "its pipe was closed".to_owned() },
            CallError::Refused { reason } => {
                BrowserError::Protocol { url: self.url(), method: "a command".to_owned(), reason }
            }
            CallError::Malformed { method, reason } => BrowserError::Protocol { url: self.url(), method, reason },
        }
    }

    /// Handles what happens until something ends the visit.
    pub(super) async fn attend(&self, mut events: mpsc::Receiver<Event>) -> BrowserError {
        let mut queue: VecDeque<Paused> = VecDeque::new();
        let mut asking = FuturesUnordered::new();
        loop {
            while asking.len() < self.settings.parallel_requests
                && let Some(paused) = queue.pop_front()
            {
                asking.push(self.answer(paused));
            }
            tokio::select! {
                event = events.recv() => match event.map(|event| self.on(event)) {
                    None => return self.failed(CallError::Gone),
                    Some(Ok(Some(paused))) => queue.push_back(paused),
                    Some(Ok(None)) => {}
                    Some(Err(error)) => return error,
                },
                Some(answered) = asking.next(), if !asking.is_empty() => {
                    if let Err(error) = answered {
                        return error;
                    }
                }
            }
        }
    }

    fn on(&self, event: Event) -> Result<Option<Paused>, BrowserError> {
        let Event { session, method, params } = event;
        let is_main = || session.is_some() && session == self.main().map(|main| main.session);
        match method.as_str() {
            "Target.attachedToTarget" => {
                if let Ok(attached) = serde_json::from_value::<EventAttachedToTarget>(params) {
                    self.on_attached(&attached);
                }
            }
            "Fetch.requestPaused" => return self.on_paused(session.as_deref(), params),
            "Page.javascriptDialogOpening" => {
                // Leaving the page is allowed; whatever else is asked gets no answer.
                let leaving = params.get("type").and_then(|kind| kind.as_str()) == Some("beforeunload");
                self.wire.tell(session.as_deref(), page::HandleJavaScriptDialogParams::new(leaving));
            }
            "Inspector.targetCrashed" if is_main() => return Err(BrowserError::Crashed { url: self.url() }),
            "Target.detachedFromTarget" => {
                let detached = params.get("sessionId").and_then(|id| id.as_str()).map(str::to_owned);
                if detached.is_some() && detached == self.main().map(|main| main.session) {
                    return Err(BrowserError::NotShown { url: self.url(), reason: "it closed itself".to_owned() });
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// Something new in the browser, which waits until it is let go.
    fn on_attached(&self, attached: &EventAttachedToTarget) {
        let session: &str = attached.session_id.as_ref();
        let info = &attached.target_info;
        match info.r#type.as_str() {
            "page" if info.opener_id.is_none() => {
                let page = Main { session: session.to_owned(), frame: info.target_id.as_ref().to_owned() };
                self.waiting.send_modify(|waiting| waiting.push(page));
            }
            "iframe" | "worker" => {
                self.guard(session);
                self.wire.tell(Some(session), RunIfWaitingForDebuggerParams::default());
            }
            "page" => self.wire.tell(None, CloseTargetParams::new(info.target_id.clone())),
            // Service workers, shared workers and whatever comes next are never let go.
            kind => tracing::debug!(kind, "something in the browser is held back"),
        }
    }

    /// Everything that a target asks for, and everything that it opens, is stopped.
    fn guard(&self, session: &str) {
        let everything = fetch::RequestPattern::builder().url_pattern("*").build();
        self.wire.tell(Some(session), fetch::EnableParams::builder().pattern(everything).build());
        self.wire.tell(Some(session), page::EnableParams::default());
        self.wire.tell(Some(session), stop_newcomers());
        self.wire.tell(Some(session), SetUserAgentOverrideParams::new(self.user_agent.clone()));
    }

    /// An address as the host sees it; `None` for what is no page of the web.
    pub(super) fn web(url: &str) -> Option<WebUrl> {
        let url = url.split('#').next().unwrap_or_default();
        url.parse().ok()
    }
}

/// Whatever is opened is attached to, and waits.
pub(super) fn stop_newcomers() -> SetAutoAttachParams {
    SetAutoAttachParams { auto_attach: true, wait_for_debugger_on_start: true, flatten: Some(true), filter: None }
}

//! What a source asks of a page: waits, clicks, scrolls, and in the end the document.
//!
//! The questions run in an isolated world: the page's script sees neither them nor the host's variables, and cannot put its own
//! functions in place of the browser's.

use std::time::Duration;

use chromiumoxide::cdp::{
    browser_protocol::{
        browser::{GetVersionParams, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams},
        page::{CreateIsolatedWorldParams, NavigateParams},
        target::CreateTargetParams,
    },
    js_protocol::runtime::EvaluateParams,
};
use marquee_model::{BrowserStep, BrowserSteps, BrowserWait};
use serde_json::Value;
use tokio::time::{interval, timeout};

use super::{
    BrowserError,
    visit::{Visit, stop_newcomers},
    wire::CallError,
};

/// Between two looks at a page.
const LOOK: Duration = Duration::from_millis(50);
/// After a step, a selector is looked for once so many milliseconds passed without a request: before, it would match what stood
/// there before the step.
const AFTER_STEP: u32 = 250;
/// Answers once the page's script has nothing at hand, or half a second later.
const AT_REST: &str =
    "new Promise(rest => requestIdleCallback(() => rest(document.readyState !== 'loading'), { timeout: 500 }))";
/// Until a browser that is well says its version.
const WELL: Duration = Duration::from_secs(3);

/// The page, as it stands in the end.
pub(super) struct Taken {
    pub(super) html: String,
    pub(super) url: String,
    pub(super) remarks: Vec<String>,
}

/// Why a question got no answer.
enum Unanswered {
    /// The page left for another, or is about to: asked again, the next one answers.
    Moved,
    /// It throws.
    Threw(String),
    Failed(BrowserError),
}

impl Visit<'_> {
    /// Opens the page, does the steps, takes the document.
    pub(super) async fn perform(&self, steps: &BrowserSteps) -> Result<Taken, BrowserError> {
        let failed = |error| self.failed(error);
        self.wire.call(None, stop_newcomers()).await.map_err(failed)?;
        let no_downloads = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
        self.wire.call(None, no_downloads).await.map_err(failed)?;
        let page = self.wire.call(None, CreateTargetParams::new("about:blank")).await.map_err(failed)?;
        let main = self.opened(page.target_id.as_ref()).await?;
        let navigated = self.wire.call(Some(&main.session), NavigateParams::new(self.url())).await.map_err(failed)?;
        if let Some(reason) = navigated.error_text.filter(|reason| !reason.is_empty()) {
            return Err(BrowserError::NotShown { url: self.url(), reason });
        }
        let mut remarks = Vec::new();
        let bound = self.settings.wait(steps.wait_ms);
        if !self.wait(&steps.wait, bound, false).await? {
            remarks.push(unmet(&steps.wait, bound, "after loading"));
        }
        for (number, step) in steps.steps.iter().enumerate() {
            if !self.step(step, &steps.wait, bound).await? {
                remarks.push(unmet(&steps.wait, bound, &format!("after step {}", number.saturating_add(1))));
            }
        }
        let (html, url) = self.take().await?;
        Ok(Taken { html, url, remarks })
    }

    /// Does one step; whether every wait in it was met.
    async fn step(&self, step: &BrowserStep, wait: &BrowserWait, bound: Duration) -> Result<bool, BrowserError> {
        let mut met = true;
        match step {
            BrowserStep::Click { selector, times } => {
                let click = format!(
                    "(() => {{ const usable = e => !e.disabled && e.getAttribute('aria-disabled') !== 'true' && e.checkVisibility();
                    const e = [...document.querySelectorAll({selector})].find(usable);
                    if (!e) return false; e.scrollIntoView({{ block: 'center' }}); e.click(); return true; }})()",
                    selector = quoted(selector)
                );
                for _ in 0..*times {
                    self.stir();
                    if self.ask(&click, Some(selector)).await? != Value::Bool(true) {
                        break;
                    }
                    met &= self.wait(wait, bound, true).await?;
                }
            }
            BrowserStep::Scroll { times } => {
                const HEIGHT: &str = "(document.scrollingElement || document.documentElement).scrollHeight";
                let scroll = format!("(() => {{ const h = {HEIGHT}; window.scrollTo(0, h); return h; }})()");
                for _ in 0..*times {
                    self.stir();
                    let before = self.ask(&scroll, None).await?;
                    met &= self.wait(wait, bound, true).await?;
                    if self.ask(HEIGHT, None).await? == before {
                        break;
                    }
                }
            }
        }
        Ok(met)
    }

    /// Waits by the source's rule; whether it was met in time.
    async fn wait(&self, rule: &BrowserWait, bound: Duration, after_step: bool) -> Result<bool, BrowserError> {
        match timeout(bound, self.until(rule, after_step)).await {
            Ok(met) => met.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    async fn until(&self, rule: &BrowserWait, after_step: bool) -> Result<(), BrowserError> {
        let selector = match rule {
            BrowserWait::Idle(ms) => return self.quiet(*ms).await,
            BrowserWait::Selector(selector) => selector,
        };
        if after_step {
            self.quiet(AFTER_STEP).await?;
        }
        let question = format!("document.querySelector({}) !== null", quoted(selector));
        let mut look = interval(LOOK);
        loop {
            look.tick().await;
            match self.evaluate(&question).await {
                Ok(Value::Bool(true)) => return Ok(()),
                Ok(_) | Err(Unanswered::Moved) => {}
                Err(Unanswered::Threw(reason)) => {
                    return Err(BrowserError::Selector { selector: selector.clone(), reason });
                }
                Err(Unanswered::Failed(error)) => return Err(error),
            }
        }
    }

    /// Waits until the document is complete, no request was made for so long, and the page has done what the last answer gave it to
    /// do: on a busy machine that takes longer than the answer.
    async fn quiet(&self, ms: u32) -> Result<(), BrowserError> {
        let asked = Duration::from_millis(ms.into());
        let mut look = interval(LOOK);
        loop {
            look.tick().await;
            let quiet =
                || self.count(|count| (count.open == 0 && count.stirred.elapsed() >= asked).then_some(count.stirred));
            let Some(since) = quiet() else { continue };
            match self.evaluate(AT_REST).await {
                Ok(Value::Bool(true)) if quiet() == Some(since) => return Ok(()),
                Err(Unanswered::Failed(error)) => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// The document and where it is.
    async fn take(&self) -> Result<(String, String), BrowserError> {
        let limit = self.settings.document_bytes;
        // Half characters would make the answer unreadable; `toWellFormed` replaces them.
        let take = format!(
            "(() => {{ const kind = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
            const html = kind + (document.documentElement ? document.documentElement.outerHTML : '');
            return html.length > {limit} ? {{ length: html.length }} : {{ html: html.toWellFormed(), url: document.URL }}; }})()"
        );
        let taken = self.ask(&take, None).await?;
        let too_long = |bytes: u64| BrowserError::Document { url: self.url(), bytes, limit };
        if let Some(length) = taken.get("length").and_then(Value::as_u64) {
            return Err(too_long(length));
        }
        let text = |key: &str| taken.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (html, url) = (text("html"), text("url"));
        if html.len() as u64 > limit {
            return Err(too_long(html.len() as u64));
        }
        Ok((html, url))
    }

    /// Asks the page, and where it moves meanwhile its successor, until it answers or the time for an answer is over.
    async fn ask(&self, expression: &str, selector: Option<&str>) -> Result<Value, BrowserError> {
        let limit = self.settings.answer();
        let asked = timeout(limit, async {
            let mut look = interval(LOOK);
            loop {
                look.tick().await;
                match self.evaluate(expression).await {
                    Ok(value) => return Ok(value),
                    Err(Unanswered::Moved) => {}
                    Err(Unanswered::Failed(error)) => return Err(error),
                    Err(Unanswered::Threw(reason)) => {
                        return Err(match selector {
                            Some(selector) => BrowserError::Selector { selector: selector.to_owned(), reason },
                            None => BrowserError::Protocol { url: self.url(), method: "a question".to_owned(), reason },
                        });
                    }
                }
            }
        });
        match asked.await {
            Ok(answer) => answer,
            // The page is silent: is it the page alone, or the browser?
            Err(_) => match timeout(WELL, self.wire.call(None, GetVersionParams::default())).await {
                Ok(Ok(_)) => Err(BrowserError::Busy { url: self.url(), limit }),
                Ok(Err(error)) => Err(self.failed(error)),
                Err(_) => Err(BrowserError::Hung { url: self.url() }),
            },
        }
    }

    async fn evaluate(&self, expression: &str) -> Result<Value, Unanswered> {
        let main = self.main().ok_or(Unanswered::Moved)?;
        let session = Some(main.session.as_str());
        let failed = |error| match error {
            CallError::Refused { .. } => Unanswered::Moved,
            other => Unanswered::Failed(self.failed(other)),
        };
        let mut world = CreateIsolatedWorldParams::new(main.frame.clone());
        world.world_name = Some("marquee".to_owned());
        let world = self.wire.call(session, world).await.map_err(failed)?;
        let mut question = EvaluateParams::new(expression);
        question.context_id = Some(world.execution_context_id);
        question.return_by_value = Some(true);
        question.await_promise = Some(true);
        let answer = self.wire.call(session, question).await.map_err(failed)?;
        if let Some(thrown) = answer.exception_details {
            let words = thrown.exception.and_then(|exception| exception.description).unwrap_or(thrown.text);
            return Err(Unanswered::Threw(words.lines().next().unwrap_or_default().to_owned()));
        }
        Ok(answer.result.value.unwrap_or_default())
    }
}

/// A text as a script's literal.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn unmet(rule: &BrowserWait, bound: Duration, when: &str) -> String {
    let what = match rule {
        BrowserWait::Selector(selector) => format!("`{selector}` did not appear"),
        BrowserWait::Idle(ms) => format!("there were not {ms} ms without a request"),
    };
    format!("wait-not-met: {what} within {} ms {when}; the page was taken as it stood", bound.as_millis())
}

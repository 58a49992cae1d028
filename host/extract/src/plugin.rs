//! A loaded plugin: compiled, checked against the world, described, ready to be called.
//!
//! Source and Page go in, an Extraction comes out. Every call has a fresh store and instance; nothing is kept between two calls.
//! A plugin never changes once loaded: a new file is a new [`Plugin`].

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use marquee_model::{Described, Diagnostic, Extraction, Page, PluginVersion, Severity, Source};
use serde::{Deserialize, Serialize};

use crate::{
    CallError, CallFailure, ConfigurationProblem,
    bindings::ExtractorPre,
    call::{Finished, Runner},
    convert::v0_1,
    host::{CallState, Context, PageInput},
    schema::ConfigurationSchema,
    second_look,
    trail::{Trail, record::Recorder},
};

/// Code of the diagnostics that were log lines.
const LOGGED: &str = "log";

/// A line that a plugin logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// How much it matters.
    pub severity: Severity,
    /// The line, without control characters, shortened to `limits.log_line_bytes`.
    pub message: String,
}

/// What a call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Time from the start of the instance to the converted result, waiting for a place in the pool not counted.
    pub elapsed: Duration,
    /// Linear memory at its largest, in bytes.
    pub memory_bytes: u64,
    /// Calls of host functions.
    pub host_calls: u64,
    /// Log lines, the dropped ones among them.
    pub log_lines: u64,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Extracted {
    /// What the plugin returned, in the model's terms.
    pub extraction: Extraction,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// What it used.
    pub spent: Spent,
}

/// A plugin of one version, ready to be called any number of times, also at the same time.
pub struct Plugin {
    version: Arc<PluginVersion>,
    described: Described,
    schema: ConfigurationSchema,
    loaded_at: DateTime<Utc>,
    pre: ExtractorPre<CallState>,
    runner: Arc<Runner>,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plugin({})", self.version)
    }
}

impl Plugin {
    pub(crate) fn new(
        version: PluginVersion,
        described: Described,
        schema: ConfigurationSchema,
        loaded_at: DateTime<Utc>,
        pre: ExtractorPre<CallState>,
        runner: Arc<Runner>,
    ) -> Self {
        Self { version: Arc::new(version), described, schema, loaded_at, pre, runner }
    }

    /// Id, version and digest.
    #[must_use]
    pub fn version(&self) -> &PluginVersion {
        &self.version
    }

    /// What it says of itself.
    #[must_use]
    pub const fn described(&self) -> &Described {
        &self.described
    }

    /// When it was loaded.
    #[must_use]
    pub const fn loaded_at(&self) -> DateTime<Utc> {
        self.loaded_at
    }

    /// Checks a source's configuration against the plugin's schema.
    ///
    /// # Errors
    /// Every place that the schema does not allow, at most 50.
    pub fn check_configuration(&self, configuration: &serde_json::Value) -> Result<(), Vec<ConfigurationProblem>> {
        self.schema.check(configuration)
    }

    /// Reads a page. Dropping the future stops the guest at its next tick (10 ms).
    ///
    /// # Errors
    /// The plugin's own answer that it could not read the page, or why it was stopped. Other calls are not touched by either.
    pub async fn extract(&self, source: &Source, page: Arc<Page>) -> Result<Extracted, CallError> {
        self.call(source, page, false).await.map(|(extracted, _)| extracted)
    }

    /// The same, with a trail of everything that the plugin read, which tells where each value of its answer comes from. The answer
    /// is the same; the call takes longer, and its notes more memory.
    ///
    /// # Errors
    /// As [`Plugin::extract`].
    pub async fn extract_explained(&self, source: &Source, page: Arc<Page>) -> Result<(Extracted, Trail), CallError> {
        let (source_here, page_here) = (Arc::new(source.clone()), Arc::clone(&page));
        let (extracted, recorder) = self.call(source, page, true).await?;
        let recorder = recorder.unwrap_or_else(|| Box::new(Recorder::new(page_here, source_here)));
        Ok((extracted, Trail::new(*recorder)))
    }

    async fn call(
        &self,
        source: &Source,
        page: Arc<Page>,
        explained: bool,
    ) -> Result<(Extracted, Option<Box<Recorder>>), CallError> {
        let limit = self.runner.limits.page_bytes;
        let finished = if page.body.len() > limit {
            Finished::failed(CallFailure::PageTooLarge { bytes: page.body.len(), limit })
        } else {
            self.read(PageInput { page, source: Arc::new(source.clone()) }, explained).await
        };
        match finished {
            Finished { result: Ok((mut extraction, recorder)), log, spent } => {
                extraction.diagnostics.extend(log.iter().filter(|line| line.severity >= Severity::Warning).map(logged));
                Ok((Extracted { extraction, log, spent }, recorder))
            }
            Finished { result: Err(failure), log, spent } => {
                Err(CallError { plugin: Arc::clone(&self.version), failure: Box::new(failure), log, spent })
            }
        }
    }

    async fn read(&self, input: PageInput, explained: bool) -> Finished<(Extraction, Option<Box<Recorder>>)> {
        let limits = Arc::clone(&self.runner.limits);
        self.runner
            .run(&self.pre, Context::of(&input), move |guest, store| {
                let seen = Arc::clone(&input.page);
                if explained {
                    let recorder = Recorder::new(Arc::clone(&input.page), Arc::clone(&input.source));
                    store.data_mut().recorder = Some(Box::new(recorder));
                }
                let page = store.data_mut().table.push(input)?;
                let answer = guest.call_extract(&mut *store, page)?;
                let recorder = store.data_mut().recorder.take();
                let answer = match answer {
                    Ok(raw) => v0_1::extraction(raw, &limits),
                    Err(raw) => Err(CallFailure::Answered(v0_1::extract_error(raw, &limits))),
                };
                let answer = second_look::look(&seen, store.data().page_document(), &limits.document, answer);
                Ok(answer.map(|extraction| (extraction, recorder)))
            })
            .await
    }
}

fn logged(line: &LogLine) -> Diagnostic {
    Diagnostic {
        severity: line.severity,
        code: LOGGED.to_owned(),
        message: line.message.clone(),
        event: None,
        raw: None,
    }
}

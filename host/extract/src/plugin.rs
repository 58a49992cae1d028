//! A loaded plugin: compiled, checked against the world, described, ready to be called.
//!
//! Source and Page go in, an Extraction comes out. Every call has a fresh store and instance; nothing is kept between two calls.
//! A plugin never changes once loaded: a new file is a new [`Plugin`].

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use marquee_model::{Described, Diagnostic, Digest, Extraction, Page, PluginVersion, Severity, Source, WebUrl};
use serde::{Deserialize, Serialize};

use tokio::task::spawn_blocking;

use crate::{
    CallError, CallFailure, ConfigurationProblem, ReadRecord, Sameness, SandboxLimits,
    bindings::ExtractorPre,
    call::{Finished, Runner},
    convert::v0_1,
    host::{CallState, Context, PageInput},
    reads::{
        compare::{compare, compare_unmodified},
        notes::Of,
    },
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

/// How much of its limits a call used, for the crawl's record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Of `limits.deadline_ms`: 1 is all of it, and a little more than 1 where the host was reading at the end.
    pub deadline_share: f32,
    /// Of `limits.memory_bytes`, 0 to 1.
    pub memory_share: f32,
}

impl Used {
    fn of(spent: &Spent, limits: &SandboxLimits) -> Self {
        let share = |used: f32, of: u64| if of == 0 { 1.0 } else { used / of as f32 };
        let memory = spent.memory_bytes as f32;
        Self {
            deadline_share: share(spent.elapsed.as_secs_f32() * 1000.0, limits.deadline_ms),
            memory_share: share(memory, limits.memory_bytes),
        }
    }
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
    /// The same as shares of the limits.
    pub used: Used,
    /// What it read of the page, to be kept with it for [`Plugin::reads_the_same`]; `None` where it asked more than is noted, or
    /// something that cannot be asked again: then the next page is extracted.
    pub reads: Option<Box<ReadRecord>>,
}

/// What a call gave that came to its end.
struct Answered {
    extraction: Extraction,
    recorder: Option<Box<Recorder>>,
    reads: Option<Box<ReadRecord>>,
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

    /// Whether this plugin would read of `page` what `record` says that it read of an earlier one, for the same source: then its
    /// extraction of it would be the same and need not be made. The guest is not started. A body that is the same is not parsed
    /// either; one that is not is parsed in the host and asked the same questions, up to the first answer that differs.
    ///
    /// It waits for a place among the running calls as an extraction does, and takes at most `limits.deadline_ms` and one reading.
    pub async fn reads_the_same(&self, record: &ReadRecord, source: &Source, page: &Arc<Page>) -> Sameness {
        let (record, source, page) = (record.clone(), source.clone(), Arc::clone(page));
        self.aside(move |plugin, limits| compare(&record, plugin, &source, &page, limits)).await
    }

    /// The same where the site said itself that the page at `url` is as it was (304): then only the day of `fetched_at`, now, can
    /// make a difference.
    pub async fn reads_the_same_unmodified(
        &self,
        record: &ReadRecord,
        source: &Source,
        url: &WebUrl,
        fetched_at: DateTime<Utc>,
    ) -> Sameness {
        let (record, source, url) = (record.clone(), source.clone(), url.clone());
        self.aside(move |plugin, limits| compare_unmodified(&record, plugin, &source, &url, fetched_at, limits)).await
    }

    /// Compares where it does not hold up the network, in a place among the running calls.
    async fn aside(&self, compared: impl FnOnce(&Digest, &SandboxLimits) -> Sameness + Send + 'static) -> Sameness {
        let failed = |reason: String| Sameness::Different(format!("the host could not compare: {reason}"));
        let place = match Arc::clone(&self.runner.places).acquire_owned().await {
            Ok(place) => place,
            Err(error) => return failed(error.to_string()),
        };
        let (plugin, limits) = (self.version.digest, Arc::clone(&self.runner.limits));
        let compared = spawn_blocking(move || {
            let compared = compared(&plugin, &limits);
            drop(place);
            compared
        });
        compared.await.unwrap_or_else(|error| failed(error.to_string()))
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
            self.read(page, Arc::new(source.clone()), explained).await
        };
        match finished {
            Finished { result: Ok(Answered { mut extraction, recorder, reads }), log, spent } => {
                extraction.diagnostics.extend(log.iter().filter(|line| line.severity >= Severity::Warning).map(logged));
                let used = Used::of(&spent, &self.runner.limits);
                Ok((Extracted { extraction, log, spent, used, reads }, recorder))
            }
            Finished { result: Err(failure), log, spent } => {
                Err(CallError { plugin: Arc::clone(&self.version), failure: Box::new(failure), log, spent })
            }
        }
    }

    async fn read(&self, page: Arc<Page>, source: Arc<Source>, explained: bool) -> Finished<Answered> {
        let (limits, plugin) = (Arc::clone(&self.runner.limits), self.version.digest);
        self.runner
            .run(&self.pre, Context::of(&page, &source), move |guest, store| {
                if explained {
                    let recorder = Recorder::new(Arc::clone(&page), Arc::clone(&source));
                    store.data_mut().recorder = Some(Box::new(recorder));
                }
                store.data_mut().notes = Some(Box::default());
                let input = PageInput::new(Arc::clone(&page), Arc::clone(&source));
                let input = store.data_mut().table.push(input)?;
                let answer = guest.call_extract(&mut *store, input)?;
                let state = store.data_mut();
                let (recorder, notes) = (state.recorder.take(), state.notes.take());
                let answer = match answer {
                    Ok(raw) => v0_1::extraction(raw, &limits),
                    Err(raw) => Err(CallFailure::Answered(v0_1::extract_error(raw, &limits))),
                };
                let (answer, glance) = second_look::look(&page, state.page_document(), &limits.document, answer);
                Ok(answer.map(|extraction| {
                    let notes = notes.filter(|_| !state.touched_wasi()).zip(state.spent());
                    let reads = notes.and_then(|(notes, spent)| {
                        let words = extraction.outcome.events();
                        notes.into_record(Of::call(plugin, &source, &page, &limits, words, glance, spent)).map(Box::new)
                    });
                    Answered { extraction, recorder, reads }
                }))
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

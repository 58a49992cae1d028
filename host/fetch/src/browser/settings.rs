//! What a browser may cost, and where it is.
//!
//! The operator's configuration (`fetch.browser.*`); neither a page, a plugin nor a source can raise any of it.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use super::BrowserError;

/// Where the browser is and what a render may cost. Times are in milliseconds, sizes in bytes unless named otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrowserSettings {
    /// Whether sources may be read with a browser at all.
    pub enabled: bool,
    /// The program. Not set: the first of `chromium`, `chromium-browser`, `google-chrome` on `PATH`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executable: Option<PathBuf>,
    /// Whether the browser's own sandbox must be there. A host that runs as root starts the browser as `nobody`, since the
    /// sandbox refuses root.
    pub sandbox: bool,
    /// Where profiles are made; each is removed after its render. Not set: the system's folder for temporary files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiles: Option<PathBuf>,
    /// Renders at the same time; others wait.
    pub parallel: usize,
    /// Requests of one render that are asked at the same time.
    pub parallel_requests: usize,
    /// MiB of the browser's whole process tree that cannot be dropped (anonymous and shared memory). More ends the render.
    pub memory_mib: u64,
    /// From the program's start until it answers.
    pub launch_ms: u64,
    /// For one render, from the first request until the document is taken. The start of the program is not in it.
    pub render_ms: u64,
    /// Most that is waited after loading and after each step, whatever a source asks for.
    pub wait_ms: u64,
    /// Until a page answers a question of the host's, such as whether a selector matches.
    pub answer_ms: u64,
    /// Requests asked for one render, redirects and navigations among them. Blocked ones (images, fonts) do not count.
    pub requests: u32,
    /// Of all answers of one render together, after content decoding.
    pub bytes: u64,
    /// Of the document that is taken, as HTML.
    pub document_bytes: u64,
}

impl Default for BrowserSettings {
    /// - parallel 1: a browser's tree takes 250 MiB and a core; two cores serve one beside the crawl.
    /// - 4 requests at once: what a browser opens to one host is 6; this host is asked politely.
    /// - 1024 MiB: ordinary pages stay below 400 MiB; a page that takes more is at fault.
    /// - launch 20 s: 1 s on an idle machine, 5 s on one where everything compiles.
    /// - render 60 s: as long as a fetch may take; 20 steps of a second each fit.
    /// - wait 15 s: slow calendars have been seen to take 10 s.
    /// - answer 10 s: longer blocks of script make a page useless to people too.
    /// - 300 requests: large sites make 150 once images and fonts are blocked.
    /// - 32 MiB: scripts of a large site are 10 MiB.
    /// - document 4 MiB: the limit of a fetched body, for the same reason.
    fn default() -> Self {
        Self {
            enabled: true,
            executable: None,
            sandbox: true,
            profiles: None,
            parallel: 1,
            parallel_requests: 4,
            memory_mib: 1024,
            launch_ms: 20_000,
            render_ms: 60_000,
            wait_ms: 15_000,
            answer_ms: 10_000,
            requests: 300,
            bytes: 32 * 1024 * 1024,
            document_bytes: 4 * 1024 * 1024,
        }
    }
}

impl BrowserSettings {
    /// From the program's start until it answers.
    #[must_use]
    pub const fn launch(&self) -> Duration {
        Duration::from_millis(self.launch_ms)
    }

    /// For one render.
    #[must_use]
    pub const fn render(&self) -> Duration {
        Duration::from_millis(self.render_ms)
    }

    /// Until a page answers.
    #[must_use]
    pub const fn answer(&self) -> Duration {
        Duration::from_millis(self.answer_ms)
    }

    /// What a source asks to wait, within the operator's bound.
    #[must_use]
    pub fn wait(&self, asked_ms: u32) -> Duration {
        Duration::from_millis(u64::from(asked_ms).min(self.wait_ms))
    }

    /// Refuses settings with which nothing could be rendered.
    pub(super) fn check(&self) -> Result<(), BrowserError> {
        let zero = [
            ("parallel", self.parallel == 0),
            ("parallel_requests", self.parallel_requests == 0),
            ("memory_mib", self.memory_mib == 0),
            ("launch_ms", self.launch_ms == 0),
            ("render_ms", self.render_ms == 0),
            ("answer_ms", self.answer_ms == 0),
            ("requests", self.requests == 0),
            ("bytes", self.bytes == 0),
            ("document_bytes", self.document_bytes == 0),
        ];
        match zero.iter().find(|(_, is_zero)| *is_zero) {
            Some((key, _)) => {
                Err(BrowserError::Settings { key, reason: "it is 0, so nothing could be rendered".into() })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_zero_is_refused_by_its_name() {
        let error = BrowserSettings { memory_mib: 0, ..BrowserSettings::default() }.check().unwrap_err();
        assert!(error.to_string().contains("fetch.browser.memory_mib"), "{error}");
        assert!(BrowserSettings::default().check().is_ok());
    }

    #[test]
    fn a_source_waits_no_longer_than_the_operator_allows() {
        let settings = BrowserSettings { wait_ms: 3_000, ..BrowserSettings::default() };
        assert_eq!(settings.wait(10_000), Duration::from_secs(3));
        assert_eq!(settings.wait(500), Duration::from_millis(500));
    }

    #[test]
    fn settings_are_read_and_unknown_ones_refused() {
        let settings: BrowserSettings = toml::from_str("executable = '/opt/chrome'\nparallel = 2").unwrap();
        assert_eq!((settings.executable, settings.parallel), (Some("/opt/chrome".into()), 2));
        assert!(toml::from_str::<BrowserSettings>("memory = 5").is_err());
    }
}

//! The table `[fetch]` of a source file: how the source's pages are asked for.

use std::collections::BTreeMap;

use marquee_model::{BrowserStep, BrowserSteps, Fetching, Strategy};
use serde::Deserialize;

use super::SourceFileError;

/// Most steps that a browser takes on one page, and most repetitions of one: a calendar of two years takes 24 clicks.
const MAX_STEPS: usize = 20;
const MAX_TIMES: u8 = 50;

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DeclaredFetch {
    strategy: Strategy,
    browser: BrowserSteps,
    cookies: bool,
    headers: BTreeMap<String, String>,
    delay_ms: Option<u32>,
    keep_days: Option<u32>,
}

impl DeclaredFetch {
    pub(super) fn read(
        self,
        bad: &impl Fn(&'static str, String) -> SourceFileError,
    ) -> Result<Fetching, SourceFileError> {
        let headers: Vec<(String, String)> = self
            .headers
            .into_iter()
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        for (name, value) in &headers {
            if !is_token(name) {
                return Err(bad("fetch.headers", format!("`{name}` is not a header's name such as `x-api-key`")));
            }
            if !value.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b)) {
                return Err(bad("fetch.headers", format!("the value of `{name}` must be printable ASCII")));
            }
        }
        if self.browser.steps.len() > MAX_STEPS {
            return Err(bad("fetch.browser.steps", format!("there are more than {MAX_STEPS}")));
        }
        let times = |step: &BrowserStep| match step {
            BrowserStep::Click { times, .. } | BrowserStep::Scroll { times } => *times,
        };
        if self.browser.steps.iter().any(|step| !(1..=MAX_TIMES).contains(&times(step))) {
            return Err(bad("fetch.browser.steps", format!("`times` lies between 1 and {MAX_TIMES}")));
        }
        Ok(Fetching {
            strategy: self.strategy,
            browser: self.browser,
            cookies: self.cookies,
            headers,
            delay_ms: self.delay_ms,
            keep_days: self.keep_days,
        })
    }
}

/// RFC 9110, section 5.6.2: a header's name is a token.
pub(super) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

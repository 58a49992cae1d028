//! Regular expressions of bounded cost over a page's texts: the contract's `reading.capture`.
//!
//! Called by `extract` for extractors that are configured with patterns. The `regex` crate matches in time linear in the text;
//! what is left to bound is the compiled program, the text and how often. It never replaces or interprets.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use regex::{Regex, RegexBuilder};

use crate::{Budget, ReadError};

/// The captures of a pattern's first match in a text: the whole match, then the groups; a group that took no part is `None`.
pub type Captures = Vec<Option<String>>;

/// Compiled patterns of one page.
#[derive(Debug)]
pub struct Patterns {
    budget: Arc<Budget>,
    /// By their text; emptied when full.
    compiled: Mutex<BTreeMap<String, Regex>>,
}

impl Patterns {
    /// No patterns yet.
    #[must_use]
    pub const fn new(budget: Arc<Budget>) -> Self {
        Self { budget, compiled: Mutex::new(BTreeMap::new()) }
    }

    /// The captures of the pattern's first match in each text; `None` where it does not match. Texts longer than `text_bytes`
    /// are an error: cutting them could make a match of what is none.
    pub fn capture<T: AsRef<str>>(&self, pattern: &str, texts: &[T]) -> Result<Vec<Option<Captures>>, ReadError> {
        let regex = self.compile(pattern)?;
        let limits = self.budget.limits();
        let mut answers = Vec::with_capacity(texts.len());
        for text in texts.iter().map(AsRef::as_ref) {
            if text.len() > limits.text_bytes {
                return Err(ReadError::OverBudget { budget: "text_bytes", limit: limits.text_bytes as u64 });
            }
            // Matching costs a step a byte, times the program in the worst case; the text is what a page can choose.
            self.budget.spend_steps(text.len() as u64)?;
            let captures: Option<Captures> = regex
                .captures(text)
                .map(|groups| groups.iter().map(|group| group.map(|group| group.as_str().to_owned())).collect());
            let taken: usize = captures.iter().flatten().flatten().map(String::len).sum();
            self.budget.spend_output(taken)?;
            answers.push(captures);
        }
        Ok(answers)
    }

    fn compile(&self, pattern: &str) -> Result<Regex, ReadError> {
        let limits = self.budget.limits();
        if let Some(regex) = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(pattern) {
            return Ok(regex.clone());
        }
        if pattern.len() > limits.selector_bytes {
            let reason = format!("it is longer than {} bytes (`selector_bytes`)", limits.selector_bytes);
            return Err(ReadError::bad_expression("pattern", pattern, reason));
        }
        let regex = RegexBuilder::new(pattern)
            .size_limit(limits.pattern_bytes)
            .dfa_size_limit(limits.pattern_bytes)
            .build()
            .map_err(|error| {
                let reason = match error {
                    regex::Error::CompiledTooBig(limit) => {
                        format!("compiled it is larger than {limit} bytes (`pattern_bytes`): repeat less")
                    }
                    other => other.to_string(),
                };
                ReadError::bad_expression("pattern", pattern, reason)
            })?;
        let mut kept = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= limits.compiled {
            kept.clear();
        }
        kept.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}

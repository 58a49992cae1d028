//! What a plugin logs during one call, within limits.

use marquee_model::Severity;

use crate::{LogLine, SandboxLimits};

/// The lines of one call.
#[derive(Debug, Default)]
pub(crate) struct LogBook {
    lines: Vec<LogLine>,
    written: u64,
    last_error: Option<String>,
}

impl LogBook {
    /// Adds a line, shortened; past the limit it is dropped, which is remarked on once. The last error is always remembered, since
    /// it may be the words of the panic that is about to end the call.
    pub(crate) fn write(&mut self, severity: Severity, message: &str, limits: &SandboxLimits) {
        self.written += 1;
        let kept = self.lines.len() < limits.log_lines;
        if !kept && severity != Severity::Error {
            self.remark_once(limits);
            return;
        }
        let message = presentable(message, limits.log_line_bytes);
        if severity == Severity::Error {
            self.last_error = Some(message.clone());
        }
        if kept {
            self.lines.push(LogLine { severity, message });
        } else {
            self.remark_once(limits);
        }
    }

    fn remark_once(&mut self, limits: &SandboxLimits) {
        if self.lines.len() == limits.log_lines {
            self.lines.push(LogLine {
                severity: Severity::Warning,
                message: format!("further lines were dropped: `limits.log_lines` is {}", limits.log_lines),
            });
        }
    }

    pub(crate) fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    pub(crate) const fn written(&self) -> u64 {
        self.written
    }

    pub(crate) fn into_lines(self) -> Vec<LogLine> {
        self.lines
    }
}

/// The text on one line, without what could take over a terminal or turn the reading direction, cut at a character.
pub(crate) fn presentable(text: &str, bytes: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(bytes));
    for character in text.chars() {
        let character = match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => continue,
            c if c.is_control() => ' ',
            c => c,
        };
        if shown.len() + character.len_utf8() > bytes {
            shown.push('…');
            break;
        }
        shown.push(character);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> SandboxLimits {
        SandboxLimits { log_lines: 2, log_line_bytes: 8, ..SandboxLimits::default() }
    }

    #[test]
    fn lines_over_the_limit_are_dropped_with_one_remark() {
        let mut book = LogBook::default();
        for n in 0..10 {
            book.write(Severity::Info, &format!("line {n}"), &limits());
        }
        assert_eq!(book.written(), 10);
        let lines = book.into_lines();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].message.contains("log_lines"), "{lines:?}");
    }

    #[test]
    fn the_last_error_is_remembered_past_the_limit() {
        let mut book = LogBook::default();
        for _ in 0..5 {
            book.write(Severity::Info, "chatter", &limits());
        }
        book.write(Severity::Error, "panic", &limits());
        assert_eq!(book.last_error(), Some("panic"));
    }

    #[test]
    fn escape_sequences_and_line_feeds_do_not_reach_the_terminal() {
        assert_eq!(presentable("\u{1b}[31ma\nb\u{202e}", 80), " [31ma b");
        assert_eq!(presentable("ééé", 5), "éé…");
    }
}

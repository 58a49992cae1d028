//! NDJSON: a JSON value a line, however many there are.

use serde::Serialize;

use crate::FormatError;

/// Writes one value a line. Holds nothing between two lines, so that a list of any length takes no memory.
#[derive(Debug, Default, Clone, Copy)]
pub struct NdjsonWriter;

impl NdjsonWriter {
    /// A value and the line feed after it. JSON escapes line feeds inside of texts.
    pub fn row(self, value: &impl Serialize) -> Result<Vec<u8>, FormatError> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        Ok(line)
    }
}

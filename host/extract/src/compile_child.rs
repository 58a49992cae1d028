//! The process that compiles: reads a component from standard input, writes machine code to standard output.

use std::process::ExitCode;

/// Compiles standard input to standard output within the limits that its first line names. What a hidden subcommand calls.
#[must_use]
pub fn main() -> ExitCode {
    todo!()
}

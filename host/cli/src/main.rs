//! `marquee`: the one program, and the only place where the parts are put together.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line tool: it speaks to a terminal")]

mod arguments;
mod commands;
mod following;
mod house;
mod logging;
mod settings;
mod system_clock;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

/// Exit status when something went wrong that the message tells.
const FAILED: u8 = 1;
/// Exit status of `crawl` and `plugin run` when it ran as it should, but a source gave nothing that could be used; of `score` when
/// something is not as expected.
const NOTHING_USABLE: u8 = 3;

fn main() -> ExitCode {
    end_quietly_when_nobody_reads();
    let arguments = Arguments::parse();
    // Before anything else starts: this process does nothing but compile, and is killed when it takes too long.
    if matches!(arguments.command, Command::CompilePlugin) {
        return marquee_extract::compile_child::main();
    }
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("marquee: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

/// `marquee … | head` closes our output while we still print, which ends the process by a panic in `println!`: no fault of ours, and
/// no report of one.
fn end_quietly_when_nobody_reads() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let words = panic.payload().downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        if words.starts_with("failed printing to std") && words.contains("Broken pipe") {
            std::process::exit(i32::from(FAILED));
        }
        report(panic);
    }));
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(commands::run(arguments))
}

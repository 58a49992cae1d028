//! `marquee openapi`

use std::process::ExitCode;

use anyhow::Result;

pub(crate) fn run() -> Result<ExitCode> {
    println!("{}", marquee_serve::openapi());
    Ok(ExitCode::SUCCESS)
}

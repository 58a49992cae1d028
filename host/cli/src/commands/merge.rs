//! `marquee merge`: says that two ids are one event.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use marquee_store::Intervention;

use super::decided::{decide, event};
use crate::settings::Settings;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee merge evt_0198c0de... --into evt_0198c0df... --reason \"the same night, by a ticket seller\"\n\n\
    The first id answers with the second one from then on. Nothing is mixed: `marquee split` restores both."
)]
pub(crate) struct Merge {
    /// The id that is given up.
    event: String,
    /// The id that answers for both.
    #[arg(long, value_name = "EVENT")]
    into: String,
    /// Why, in a sentence.
    #[arg(long)]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Merge) -> Result<ExitCode> {
    let (from, into) = (event(&options.event)?, event(&options.into)?);
    let done = format!("{from} is {into}, until `marquee split {from}`.");
    decide(settings, &Intervention::Merge { from, into }, &options.reason, options.json, &done).await
}

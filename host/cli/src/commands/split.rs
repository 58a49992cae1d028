//! `marquee split`: takes an event out of the one that it was merged into.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use marquee_store::Intervention;

use super::decided::{decide, event};
use crate::settings::Settings;

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee split evt_0198c0de... --reason \"an early and a late show\"\n\n\
    Both are as they were before they were merged, and no rule merges them again.")]
pub(crate) struct Split {
    /// The id that was merged into another.
    event: String,
    /// Why, in a sentence.
    #[arg(long)]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Split) -> Result<ExitCode> {
    let event = event(&options.event)?;
    let done = format!("{event} stands for itself.");
    decide(settings, &Intervention::Split { event }, &options.reason, options.json, &done).await
}

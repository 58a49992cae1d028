//! `marquee hide` and `marquee show`: takes an event out of every list, and puts it back.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use marquee_store::Intervention;

use super::decided::{decide, event};
use crate::settings::Settings;

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee hide evt_0198c0de... --reason \"a private party\"\n  \
    marquee show evt_0198c0de... --reason \"public after all\"\n\n\
    A hidden event stays known and goes on being crawled; readers see that it was taken out, and why.")]
pub(crate) struct Hide {
    /// The event's id.
    event: String,
    /// Why, in a sentence.
    #[arg(long)]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Hide) -> Result<ExitCode> {
    let event = event(&options.event)?;
    let done = format!("{event} is in no list any more, until `marquee show {event}`.");
    decide(settings, &Intervention::Hide { event }, &options.reason, options.json, &done).await
}

pub(crate) async fn show(settings: &Settings, options: Hide) -> Result<ExitCode> {
    let event = event(&options.event)?;
    let done = format!("{event} is shown.");
    decide(settings, &Intervention::Show { event }, &options.reason, options.json, &done).await
}

//! One file a command.

mod archive;
pub(crate) mod artists;
mod author;
mod config;
pub(crate) mod correct;
mod crawl;
mod decided;
mod doctor;
mod explain;
mod fixture;
pub(crate) mod geocode;
pub(crate) mod hide;
pub(crate) mod history;
mod hosts;
pub(crate) mod keys;
pub(crate) mod merge;
mod migrate;
mod openapi;
pub(crate) mod plan;
mod plugin;
pub(crate) mod questions;
mod replay;
mod said;
mod score;
mod serve;
mod sources;
pub(crate) mod split;
mod trace;
pub(crate) mod venues;
pub(crate) mod webhooks;
pub(crate) mod why;
mod worker;

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    arguments::{Arguments, Command},
    logging,
    settings::Settings,
};

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode> {
    // These two need no settings, so that they work while the settings are broken.
    match arguments.command {
        Command::Openapi => return openapi::run(),
        Command::Config(crate::arguments::Config::Default) => return config::print_default(),
        _ => {}
    }
    let mut settings = Settings::load(arguments.config.as_deref())?;
    // A command that speaks to a person keeps quiet about its parts; `serve` and `worker` tell what they do.
    if !matches!(arguments.command, Command::Serve(_) | Command::Worker(_)) && settings.log.filter == "info" {
        "warn".clone_into(&mut settings.log.filter);
    }
    marquee_fetch::install_tls();
    let _logging = logging::start(&settings.log, &settings.traces)?;
    match arguments.command {
        Command::Serve(options) => Box::pin(serve::run(settings, options)).await,
        Command::Worker(options) => Box::pin(worker::run(settings, options)).await,
        Command::Crawl(options) => crawl::run(&settings, options).await,
        Command::Sources(command) => sources::run(&settings, command).await,
        Command::Score(options) => score::run(&settings, options).await,
        Command::Plugin(command) => plugin::run(&settings, command).await,
        Command::Replay(options) => Box::pin(replay::run(&settings, options)).await,
        Command::Fixture(options) => fixture::run(&settings, options).await,
        Command::Archive(command) => archive::run(&settings, &command).await,
        Command::Migrate(command) => migrate::run(&settings, command).await,
        Command::Config(command) => config::run(&settings, &command),
        Command::Hosts(options) => hosts::run(&settings, options).await,
        Command::Doctor(options) => Box::pin(doctor::run(&settings, options)).await,
        Command::Artists(command) => artists::run(&settings, command).await,
        Command::Venues(command) => venues::run(&settings, command).await,
        Command::Geocode(options) => Box::pin(geocode::run(&settings, options)).await,
        Command::Explain(options) => Box::pin(explain::run(&settings, options)).await,
        Command::Trace(options) => trace::run(&settings, options).await,
        Command::Webhooks(command) => webhooks::run(&settings, command).await,
        Command::Plan(options) => Box::pin(plan::run(&settings, options)).await,
        Command::Keys(command) => keys::run(&settings, command).await,
        Command::Correct(options) => correct::run(&settings, options).await,
        Command::Withdraw(options) => correct::withdraw(&settings, options).await,
        Command::Hide(options) => hide::run(&settings, options).await,
        Command::Show(options) => hide::show(&settings, options).await,
        Command::Merge(options) => merge::run(&settings, options).await,
        Command::Split(options) => split::run(&settings, options).await,
        Command::Questions(command) => questions::run(&settings, command).await,
        Command::Why(options) => why::run(&settings, options).await,
        Command::History(options) => history::run(&settings, options).await,
        Command::Openapi | Command::CompilePlugin => Ok(ExitCode::SUCCESS),
    }
}

//! What can be said on the command line.

mod archived;
mod plugin;
mod sources;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::{
    archived::{Archive, Explain, Fixture, Replay},
    plugin::{Plugin, PluginBuild, PluginCheck, PluginNew, PluginRun, PluginTest},
    sources::{Score, SourceDetect, Sources},
};
use crate::commands;

/// Reads what is on at live-music venues, and serves it over HTTP.
#[derive(Parser)]
#[command(
    name = "marquee",
    version,
    about,
    after_help = "Examples:\n  \
        marquee serve                          crawl on schedule and serve, on a private Postgres if need be\n  \
        marquee worker                         crawl on schedule, beside other processes on the same database\n  \
        marquee crawl rex                      crawl one source now and show what it gave\n  \
        marquee source detect https://venue.example/events   which plugin reads it, and its source file\n  \
        marquee score pages                    read saved pages and compare with what is expected\n  \
        marquee replay --source rex --plugin rex.wasm   what another plugin would read of the pages that are archived\n  \
        marquee fixture crawl_0198c0de...        a crawl as a test that runs offline: marquee plugin test\n  \
        marquee plan rex                       what the next crawl would do, and why\n  \
        marquee keys create deploy --scope crawl         a key for the API\n  \
        marquee plugin run rex.wasm --page saved.html --url https://venue.example/events\n  \
        marquee config default > marquee.toml  a settings file with every setting at its default\n\n\
        Settings come from marquee.toml (or --config FILE), then from variables such as MARQUEE__SERVE__LISTEN=0.0.0.0:8080, then \
        from options. DATABASE_URL names the database. Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but nothing usable."
)]
pub(crate) struct Arguments {
    /// The settings file; by default `marquee.toml` where there is one.
    #[arg(long, global = true, env = "MARQUEE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Crawls sources on their schedule, serves API and web page, and swaps plugins as their files change.
    Serve(Serve),
    /// Crawls sources on their schedule and serves nothing; any number of these work together on one database.
    Worker(Worker),
    /// Crawls sources now and shows what each gave.
    Crawl(Crawl),
    /// Finds out how to read a page, shows the sources and how they are doing, or checks their files.
    #[command(subcommand, visible_alias = "source")]
    Sources(Sources),
    /// Reads saved pages by their sources, and compares with what is expected of them.
    Score(Score),
    /// Runs stored crawls again by any plugin, and shows what would differ.
    Replay(Replay),
    /// Turns a stored crawl into an offline fixture that `plugin test` runs.
    Fixture(Fixture),
    /// Verifies the archive of fetched pages, and lets go of what is out of its time.
    #[command(subcommand)]
    Archive(Archive),
    /// Makes, builds, checks and runs plugins.
    #[command(subcommand)]
    Plugin(Plugin),
    /// Changes the database's tables to what this version needs.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Shows settings.
    #[command(subcommand)]
    Config(Config),
    /// Shows the hosts that are asked: how slowly, why, and when each may be asked next.
    Hosts(Hosts),
    /// Checks settings, database, zones, plugins, sources, Chromium, clock and disk, and says how to mend each.
    Doctor(Doctor),
    /// Shows artists, and takes down what a person says about them.
    #[command(subcommand)]
    Artists(commands::artists::Artists),
    /// Shows venues, their names and rooms, and takes down what a person says about them.
    #[command(subcommand)]
    Venues(commands::venues::Venues),
    /// Looks for the coordinates of venues that have none, at a geocoding service.
    Geocode(commands::geocode::Geocode),
    /// Explains the values that a plugin reads from a saved page: selector or pointer, element, line, and every step.
    Explain(Explain),
    /// Shows one event's way: page, plugin, crawl, row, JSON.
    Trace(Trace),
    /// Subscribes addresses to changes, and shows what was delivered to them.
    #[command(subcommand)]
    Webhooks(commands::webhooks::Webhooks),
    /// Shows what the next crawl of a source would do, and why; records nothing.
    Plan(commands::plan::Plan),
    /// Sets a field of an event, until that is withdrawn.
    Correct(commands::correct::Correct),
    /// Takes a correction back: what the sources say is shown again.
    Withdraw(commands::correct::Withdraw),
    /// Takes an event out of every list.
    Hide(commands::hide::Hide),
    /// Puts a hidden event back.
    Show(commands::hide::Hide),
    /// Says that two ids are one event.
    Merge(commands::merge::Merge),
    /// Takes an event out of the one that it was merged into.
    Split(commands::split::Split),
    /// Shows what waits for a person's decision, and closes it.
    #[command(subcommand)]
    Questions(commands::questions::Questions),
    /// Makes, shows and revokes keys of the API.
    #[command(subcommand)]
    Keys(commands::keys::Keys),
    /// Shows what happened to an event, and what was known of it at any time.
    History(commands::history::History),
    /// Shows why an event is shown as it is: who tells each field, and by which selector it is found.
    Why(commands::why::Why),
    /// Prints the API's OpenAPI document.
    Openapi,
    /// Compiles a plugin from standard input to standard output; the host starts this itself, in a process that it can kill.
    #[command(hide = true)]
    CompilePlugin,
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Where to listen, instead of `serve.listen`.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<std::net::SocketAddr>,
    /// Serve only: crawl nothing. Crawls that are asked for are left to other processes.
    #[arg(long)]
    pub(crate) no_worker: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee worker\n  marquee worker --listen 127.0.0.1:9100    health and metrics for whoever watches it\n\n\
    SIGTERM and Ctrl-C end it once running crawls have ended, at the latest after `worker.stop_seconds`; said twice, at once."
)]
pub(crate) struct Worker {
    /// Where to answer `/healthz`, `/readyz`, `/metrics` and `/version`; by default nowhere.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<std::net::SocketAddr>,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee crawl rex beat_kitchen\n  marquee crawl --all --json\n  \
    marquee crawl --all --saved ../shared/pages    read saved pages instead of the network\n  \
    marquee crawl rex --queue                      leave it to a worker\n\n\
    A source that another process is crawling right now is not crawled twice: its crawl is waited for and shown.")]
pub(crate) struct Crawl {
    /// The sources, by slug.
    #[arg(required_unless_present = "all")]
    pub(crate) sources: Vec<String>,
    /// Every enabled source.
    #[arg(long, conflicts_with = "sources")]
    pub(crate) all: bool,
    /// Read saved pages below this folder (`page` in a source file's `[score]`) instead of the network.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) saved: Option<PathBuf>,
    /// Only ask for the crawls and return: a worker runs them.
    #[arg(long, conflicts_with = "saved")]
    pub(crate) queue: bool,
    /// Print JSON, one crawl a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Migrate {
    /// Applies what is missing.
    Up,
    /// Takes back everything above a version. Data of the tables that go are lost.
    Down {
        /// The last version to keep; 0 keeps none.
        #[arg(long, value_name = "VERSION")]
        to: i64,
    },
    /// Shows which migrations are applied.
    Status,
}

#[derive(Subcommand)]
pub(crate) enum Config {
    /// Prints the settings in force, without secrets.
    Show,
    /// Prints a settings file with every setting at its default.
    Default,
    /// Checks the settings, and says where each mistake is.
    Check,
}

#[derive(Args)]
pub(crate) struct Trace {
    /// The event's id, such as evt_0198c0de....
    pub(crate) event: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee doctor\n  marquee doctor --json | jq '.[] | select(.state != \"good\")'\n\n\
    Asks no site and changes no data. Exit status: 0 nothing is wrong, 1 something is; what could be better is told and is no failure."
)]
pub(crate) struct Doctor {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee hosts\n  marquee hosts --json\n\n\
    What a host's answers taught is kept in the database and shared by all processes: `Crawl-delay`, `Retry-After`, slow answers, and \
    failures after which a host is left alone for a while.")]
pub(crate) struct Hosts {
    /// Print JSON, one host a line, with everything that is known of it.
    #[arg(long)]
    pub(crate) json: bool,
}

//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Reads what is on at live-music venues, and serves it over HTTP.
#[derive(Parser)]
#[command(
    name = "marquee",
    version,
    about,
    after_help = "Examples:\n  \
        marquee serve                          crawl on schedule and serve, on a private Postgres if need be\n  \
        marquee crawl rex                      crawl one source now and show what it gave\n  \
        marquee score pages                    read saved pages and compare with what is expected\n  \
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
    /// Crawls sources now and shows what each gave.
    Crawl(Crawl),
    /// Shows the sources and how they are doing, or checks their files.
    #[command(subcommand)]
    Sources(Sources),
    /// Reads saved pages by their sources, and compares with what is expected of them.
    Score(Score),
    /// Makes, builds, checks and runs plugins.
    #[command(subcommand)]
    Plugin(Plugin),
    /// Changes the database's tables to what this version needs.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Shows settings.
    #[command(subcommand)]
    Config(Config),
    /// Explains the values that a plugin reads from a saved page: selector or pointer, element, line, and every step.
    Explain(Explain),
    /// Shows one event's way: page, plugin, crawl, row, JSON.
    Trace(Trace),
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
    /// Serve only: crawl nothing.
    #[arg(long)]
    pub(crate) no_worker: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee crawl rex beat_kitchen\n  marquee crawl --all --json\n  \
    marquee crawl --all --saved ../shared/pages    read saved pages instead of the network")]
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
    /// Print JSON, one crawl a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Sources {
    /// Shows every source: plugin, schedule, last good crawl, last crawl and why not.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Checks the source files against the plugins, and changes nothing.
    Check,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee score ../shared/pages --sources examples/sources --plugins target/plugins\n  \
    marquee score ../shared/pages --venue rex --venue hideout\n  \
    marquee score ../shared/pages --explain rex          what differs, event by event\n  \
    marquee score pages --json | jq .totals\n\n\
    A venue's folder holds its saved pages and `expected.json`; its source file names the page (`[score]`), or has the folder's \
    name as its slug. Exit status: 0 all as expected, 1 failed, 2 wrong usage, 3 something differs.")]
pub(crate) struct Score {
    /// The folder below which the venues' saved pages lie.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The folder of source files; by default `sources.folder`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) sources: Option<PathBuf>,
    /// The folder of plugins; by default `plugins.folder`.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) plugins: Option<PathBuf>,
    /// Only this source, by slug; may be given several times.
    #[arg(long = "venue", value_name = "SLUG")]
    pub(crate) venues: Vec<String>,
    /// Show everything that differs for this source.
    #[arg(long, value_name = "SLUG", conflicts_with = "venues")]
    pub(crate) explain: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Plugin {
    /// Shows the plugin folder: versions in use, and files that were refused and why.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Starts a new plugin: a crate with a fixture that works.
    New(PluginNew),
    /// Builds the plugin in a folder into one `.wasm` component.
    Build(PluginBuild),
    /// Says whether a file can be used as a plugin, what it imports and what it is.
    Check(PluginCheck),
    /// Runs a plugin on a saved page and shows what it reads.
    Run(PluginRun),
}

#[derive(Args)]
pub(crate) struct PluginNew {
    /// Its id: lower-case letters, digits, `-` and `_`.
    pub(crate) name: String,
    /// Where to put it; by default a folder of that name here.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) into: Option<PathBuf>,
    /// The SDK's folder; by default the one of the checkout that this program was built in.
    #[arg(long, env = "MARQUEE_SDK", value_name = "FOLDER")]
    pub(crate) sdk: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PluginBuild {
    /// The plugin's folder.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Where to put the component; by default `<name>.wasm` in the plugin's folder.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct PluginCheck {
    /// The component.
    pub(crate) file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee plugin run css.wasm --page saved.html --source examples/sources/venue.toml\n  \
    marquee plugin run squarespace.wasm --page events.json --url https://venue.example/events --zone America/Toronto --json")]
pub(crate) struct PluginRun {
    /// The component.
    pub(crate) file: PathBuf,
    /// The saved page.
    #[arg(long, value_name = "FILE")]
    pub(crate) page: PathBuf,
    /// The address that the page was saved from; by default the source's.
    #[arg(long, required_unless_present = "source")]
    pub(crate) url: Option<String>,
    /// A source file, for address, zone, languages, currency and configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) source: Option<PathBuf>,
    /// The venue's zone, where no source file tells it.
    #[arg(long, default_value = "UTC")]
    pub(crate) zone: String,
    /// The plugin's configuration as JSON, where no source file tells it.
    #[arg(long, default_value = "{}", value_name = "JSON")]
    pub(crate) configuration: String,
    /// The day on which the page was saved: what counts as today. By default the source file's `score.reference_date`, else today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<chrono::NaiveDate>,
    /// The page's kind, for a page that a follow request leads to. By default the source file's `score.kind`, else `listing`.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// What the follow request handed on.
    #[arg(long)]
    pub(crate) context: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee explain --page saved.html --source sources/rex.toml                      every value of every event\n  \
    marquee explain --page saved.html --source sources/rex.toml --event 3 --field start\n  \
    marquee explain --page saved.html --source sources/rex.toml --event \"blue moon\" --json\n  \
    marquee explain css.wasm --page saved.html --source venue.toml                   a plugin's file\n  \
    marquee explain --plugins target/plugins --page saved.html --source venue.toml   or the folder that has it\n\n\
    Each value is followed back, a step a line, to where it stands in the page or the configuration. A value that nothing accounts for \
    is `given by the plugin itself`. The last line counts them. Nothing is fetched or stored.")]
pub(crate) struct Explain {
    /// The component; by default the source's plugin in the plugin folder.
    #[arg(value_name = "PLUGIN.wasm")]
    pub(crate) plugin: Option<PathBuf>,
    /// A folder with the source's plugin as `<id>.wasm`, instead of `plugins.folder`.
    #[arg(long, value_name = "FOLDER", conflicts_with = "plugin")]
    pub(crate) plugins: Option<PathBuf>,
    /// The saved page.
    #[arg(long, value_name = "FILE")]
    pub(crate) page: PathBuf,
    /// The source file: plugin, address, zone, languages, currency and configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) source: PathBuf,
    /// Only these events: a number from 1, or a part of the title.
    #[arg(long, value_name = "NUMBER|TITLE")]
    pub(crate) event: Option<String>,
    /// Only this field, such as `title`, `start` or `price`.
    #[arg(long, value_name = "NAME")]
    pub(crate) field: Option<String>,
    /// The address that the page was saved from; by default the source's.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The day on which the page was saved: what counts as today. By default the source file's `score.reference_date`, else today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<chrono::NaiveDate>,
    /// The page's kind, for a page that a follow request leads to.
    #[arg(long, default_value = marquee_model::PageRequest::LISTING)]
    pub(crate) kind: String,
    /// What the follow request handed on.
    #[arg(long)]
    pub(crate) context: Option<String>,
    /// Print JSON.
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

//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
pub(crate) enum Sources {
    /// Shows every source: plugin, schedule, last good crawl, last crawl and why not.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Checks the source files against the plugins, and changes nothing.
    Check,
    /// Takes a source off its schedule until it is resumed, whatever its file says and however often the host starts.
    Pause {
        /// The source, by slug.
        slug: String,
    },
    /// Puts a paused source back on its schedule; what it missed is crawled once.
    Resume {
        /// The source, by slug.
        slug: String,
    },
    /// Looks at a page, says which plugins read it, shows the first events, and writes the source file.
    Detect(SourceDetect),
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee source detect https://venue.example/events                      look, and print a source file\n  \
    marquee source detect https://venue.example/events --write sources      put it into the folder `sources`\n  \
    marquee source detect saved.html --url https://venue.example/events --today 2026-05-01\n\n\
    A page that no plugin reads gets a proposal for the plugin `css`: selectors of the repeated block with a date in it. A FILE is \
    read offline: what lies elsewhere (a calendar's file, an interface) is named and not tried. Exit status: 0 found, 3 nothing \
    usable.")]
pub(crate) struct SourceDetect {
    /// The page's address, or a file with a saved page.
    #[arg(value_name = "URL|FILE")]
    pub(crate) page: String,
    /// The address that the saved page came from.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The day on which the page was saved: what counts as today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<chrono::NaiveDate>,
    /// The venue's zone, in the place of what the page tells.
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// The source's slug, in the place of the venue's name.
    #[arg(long)]
    pub(crate) slug: Option<String>,
    /// The plugin to write the file for, in the place of the best one.
    #[arg(long, value_name = "ID")]
    pub(crate) plugin: Option<String>,
    /// Write the source file there: a file, or a folder in which it gets the slug's name.
    #[arg(long, value_name = "FILE|FOLDER")]
    pub(crate) write: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
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
    /// Runs fixtures offline, and shows what is not as expected.
    Test(PluginTest),
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
    marquee plugin test                                        every fixture below this folder\n  \
    marquee plugin test fixtures/rex-2026-05-01 --plugin target/plugins/rex.wasm\n  \
    marquee plugin test fixtures --bless                       what is read now is expected from now on; look at the diff\n\n\
    A fixture is a folder with a `fixture.toml`, as `marquee fixture CRAWL` writes it. Nothing is fetched or stored. Exit status: 0 all as \
    expected, 1 something differs or cannot be run, 2 wrong usage.")]
pub(crate) struct PluginTest {
    /// A fixture, its `fixture.toml`, or a folder below which fixtures lie.
    #[arg(default_value = ".", value_name = "DIR|FILE")]
    pub(crate) path: PathBuf,
    /// Read by this component, in the place of the one with the fixture's plugin id in the plugin folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) plugin: Option<PathBuf>,
    /// Write what is read now as what is expected.
    #[arg(long)]
    pub(crate) bless: bool,
    /// Print JSON, one fixture a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee replay --source rex                                the plugin in use, on all that is archived\n  \
    marquee replay --source rex --since 7d --plugin target/plugins/rex.wasm\n  \
    marquee replay --source rex --since 2026-05-01 --json      one crawl a line\n  \
    marquee replay --source rex --apply                        read the latest archived crawl again, for good\n\n\
    Nothing is fetched, and without --apply nothing is changed. Exit status: 0 everything would be the same, 1 failed, 2 wrong usage, \
    3 something would differ.")]
pub(crate) struct Replay {
    /// The source, by slug.
    #[arg(long, value_name = "SLUG")]
    pub(crate) source: String,
    /// Only crawls since then: a day, an instant, or as long ago as `12h` or `7d`.
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// Read by this component, in the place of the source's plugin in the plugin folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) plugin: Option<PathBuf>,
    /// Read the latest archived crawl again for good: its events are stored as those of a new crawl.
    #[arg(long)]
    pub(crate) apply: bool,
    /// Print JSON, one crawl a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    marquee fixture crawl_0198c0de...                            a folder `fixtures/<source>-<day>-<end of id>` here\n  \
    marquee fixture crawl_0198c0de... --out plugins/rex/fixtures/doors-missing\n\n\
    Then correct `expected.json` to what the page really says, and `marquee plugin test` fails until the plugin reads it so.")]
pub(crate) struct Fixture {
    /// The crawl's id, such as crawl_0198c0de...; `marquee crawl --json` and `/api/v1/crawls` show them.
    pub(crate) crawl: String,
    /// The folder to write; must be new or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum Archive {
    /// Lets go of crawls that are out of their time, and deletes the blobs that nothing refers to any more.
    Gc {
        /// Only say what would be deleted.
        #[arg(long)]
        dry_run: bool,
    },
    /// Reads and verifies every blob, and names those that are missing.
    Check {
        /// Delete corrupted blobs, so that the next crawl which finds such a page keeps it anew.
        #[arg(long)]
        delete: bool,
    },
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

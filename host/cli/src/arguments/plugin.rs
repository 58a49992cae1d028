//! What can be said of plugins: `marquee plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

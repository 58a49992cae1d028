//! What can be said of sources: `marquee source` and `marquee score`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

//! What can be done with pages that are kept: `marquee replay`, `fixture`, `archive`, `explain`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

//! Why a page could not be rendered.

use std::{path::PathBuf, time::Duration};

use crate::FetchError;

/// Why a page could not be rendered: one variant for each thing that the caller may do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// The operator wants no browser.
    #[error(
        "`{url}` needs a browser, and `fetch.browser.enabled` is false. Set it to true, or the source's strategy to `http`"
    )]
    Disabled {
        /// The page.
        url: String,
    },
    /// There is no such program.
    #[error(
        "no browser was found ({looked_for}). Install the package `chromium`, or set `fetch.browser.executable` to the program"
    )]
    Missing {
        /// Where was looked.
        looked_for: String,
    },
    /// It did not start.
    #[error("the browser `{}` did not start: {reason}. {}", executable.display(), launch_advice(reason))]
    Launch {
        /// The program.
        executable: PathBuf,
        /// Its last words, or the operating system's.
        reason: String,
    },
    /// It started and said nothing in time.
    #[error(
        "the browser `{}` did not answer within {} ms. Look for what keeps the machine busy, or raise `fetch.browser.launch_ms`",
        executable.display(), limit.as_millis()
    )]
    NoAnswer {
        /// The program.
        executable: PathBuf,
        /// How long was waited.
        limit: Duration,
    },
    /// A version that cannot do what is needed.
    #[error("the browser is `{version}`; at least version {least} is needed. Install a newer `chromium`")]
    TooOld {
        /// As it names itself.
        version: String,
        /// The least that will do.
        least: u32,
    },
    /// A folder for a profile could not be made.
    #[error("no folder for a browser's profile below `{}`: {reason}. Set `fetch.browser.profiles` to a folder that can be written", folder.display())]
    Profile {
        /// Where.
        folder: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// A setting cannot work.
    #[error("`fetch.browser.{key}` is not usable: {reason}. Correct it in the configuration")]
    Settings {
        /// The setting.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Only GET can be rendered.
    #[error(
        "`{url}` is asked for by POST, which no browser is used for. Have the plugin ask by GET, or set the source's strategy to `http`"
    )]
    Method {
        /// The page.
        url: String,
    },
    /// The page itself could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The browser would not show what came.
    #[error("the browser did not show `{url}`: {reason}. Open it in a browser, and set the source's URL to a page")]
    NotShown {
        /// The page.
        url: String,
        /// The browser's words.
        reason: String,
    },
    /// The page left for something that is no page.
    #[error(
        "`{url}` led to `{target}`, which is no page. Open it in a browser, and set the source's URL to where it ends"
    )]
    Elsewhere {
        /// What was asked for.
        url: String,
        /// Where it ended.
        target: String,
    },
    /// A selector of the source that is none.
    #[error("`{selector}` is not a CSS selector: {reason}. Correct it in the source's `[fetch.browser]`")]
    Selector {
        /// The selector.
        selector: String,
        /// The browser's words.
        reason: String,
    },
    /// Too much memory.
    #[error(
        "rendering `{url}` took more than {limit_mib} MiB of memory and was ended. Leave the page alone, or raise `fetch.browser.memory_mib`"
    )]
    Memory {
        /// The page.
        url: String,
        /// The limit.
        limit_mib: u64,
    },
    /// Too much time.
    #[error("rendering `{url}` took longer than {} ms and was ended. Ask for fewer steps, or raise `fetch.browser.render_ms`", limit.as_millis())]
    Time {
        /// The page.
        url: String,
        /// The limit.
        limit: Duration,
    },
    /// The page's script never lets go.
    #[error("the script of `{url}` ran for more than {} ms without a pause, and was ended. Look for an address of the site that needs no browser, or raise `fetch.browser.answer_ms`", limit.as_millis())]
    Busy {
        /// The page.
        url: String,
        /// How long was waited.
        limit: Duration,
    },
    /// Too many requests.
    #[error(
        "`{url}` made more than {limit} requests. Look for an address that needs fewer, or raise `fetch.browser.requests`"
    )]
    Requests {
        /// The page.
        url: String,
        /// The limit.
        limit: u32,
    },
    /// Too many bytes.
    #[error(
        "what `{url}` loads is over {limit} bytes. Look for an address that needs less, or raise `fetch.browser.bytes`"
    )]
    Bytes {
        /// The page.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// The document is too large to be read.
    #[error(
        "the document of `{url}` is {bytes} bytes long, over {limit}. Ask for less (fewer steps), or raise `fetch.browser.document_bytes`"
    )]
    Document {
        /// The page.
        url: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The page's process crashed.
    #[error(
        "the page `{url}` crashed in the browser. Try again later; if it stays, look for an address that needs no browser"
    )]
    Crashed {
        /// The page.
        url: String,
    },
    /// The browser went away in the middle.
    #[error(
        "the browser ended while it rendered `{url}`: {reason}. Try again later; look into the system's log if it stays"
    )]
    Died {
        /// The page.
        url: String,
        /// Its last words.
        reason: String,
    },
    /// The browser itself no longer answers.
    #[error("the browser stopped answering while it rendered `{url}`. Try again later")]
    Hung {
        /// The page.
        url: String,
    },
    /// The browser said something that is not understood.
    #[error(
        "the browser answered `{method}` for `{url}` in a way that is not understood: {reason}. Install a current `chromium`"
    )]
    Protocol {
        /// The page.
        url: String,
        /// What it was asked.
        method: String,
        /// What is wrong.
        reason: String,
    },
    /// It was replaced by a fresh one, which failed as well.
    #[error("{second} (a fresh browser was tried after the first one failed: {first})")]
    Twice {
        /// What was wrong first.
        first: Box<BrowserError>,
        /// And then.
        second: Box<BrowserError>,
    },
}

fn launch_advice(reason: &str) -> &'static str {
    if reason.to_ascii_lowercase().contains("sandbox") {
        "Allow user namespaces or install `chromium-sandbox`; where neither can be, set `fetch.browser.sandbox` to false"
    } else {
        "Run it by hand to see what is missing"
    }
}

impl BrowserError {
    /// A stable word for logs, metrics and the database, in snake_case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Disabled { .. } => "browser_disabled",
            Self::Missing { .. } => "browser_missing",
            Self::Launch { .. } => "browser_launch",
            Self::NoAnswer { .. } => "browser_no_answer",
            Self::TooOld { .. } => "browser_too_old",
            Self::Profile { .. } => "browser_profile",
            Self::Settings { .. } => "settings",
            Self::Method { .. } => "browser_method",
            Self::Fetch(error) => error.code(),
            Self::NotShown { .. } => "browser_not_shown",
            Self::Elsewhere { .. } => "browser_elsewhere",
            Self::Selector { .. } => "browser_selector",
            Self::Memory { .. } => "browser_memory",
            Self::Time { .. } => "browser_time",
            Self::Busy { .. } => "browser_busy",
            Self::Requests { .. } => "browser_requests",
            Self::Bytes { .. } => "browser_bytes",
            Self::Document { .. } => "browser_document",
            Self::Crashed { .. } => "browser_crashed",
            Self::Died { .. } => "browser_died",
            Self::Hung { .. } => "browser_hung",
            Self::Protocol { .. } => "browser_protocol",
            Self::Twice { second, .. } => second.code(),
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    #[must_use]
    pub const fn may_heal(&self) -> bool {
        match self {
            Self::Fetch(error) => error.may_heal(),
            Self::NoAnswer { .. } | Self::Crashed { .. } | Self::Died { .. } | Self::Hung { .. } => true,
            Self::Time { .. } | Self::Busy { .. } => true,
            Self::Twice { second, .. } => second.may_heal(),
            _ => false,
        }
    }

    /// How long the server asks us to wait before the next request.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fetch(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Whether a fresh browser is tried at once: the browser failed, not the page.
    pub(super) const fn calls_for_a_fresh_browser(&self) -> bool {
        matches!(self, Self::Crashed { .. } | Self::Died { .. } | Self::Hung { .. } | Self::NoAnswer { .. })
    }
}

//! Settings: one file, then variables, then options. Every limit of every part stands here under the part's name.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use marquee_archive::ArchiveSettings;
use marquee_crawl::WorkerSettings;
use marquee_extract::{RegistrySettings, SandboxLimits};
use marquee_fetch::{BrowserSettings, EgressPolicy, FetchLimits, PolitenessSettings, SecretSettings, UserAgent};
use marquee_geocode::GeocodeSettings;
use marquee_normalize::NormalizeLimits;
use marquee_serve::{FollowSettings, Secret, ServeSettings};
use marquee_store::{PoolSettings, TruthSettings, embedded::ServerSettings};
use marquee_webhooks::WebhookSettings;
use serde::{Deserialize, Serialize};

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "marquee.toml";

/// Everything that an operator can set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where events are kept.
    pub(crate) database: DatabaseSettings,
    /// What is believed of what sources say, and when absence counts.
    pub(crate) truth: TruthSettings,
    /// Where plugins are found.
    pub(crate) plugins: PluginSettings,
    /// Where sources are declared.
    pub(crate) sources: SourceSettings,
    /// What a plugin may use.
    pub(crate) limits: SandboxLimits,
    /// How pages are fetched.
    pub(crate) fetch: FetchSettings,
    /// Which addresses may be fetched beside public ones.
    pub(crate) egress: EgressPolicy,
    /// Where the secrets of sources are found.
    pub(crate) secrets: SecretSettings,
    /// What is believed of a page.
    pub(crate) normalize: NormalizeLimits,
    /// Where the coordinates of venues are asked for.
    pub(crate) geocode: GeocodeSettings,
    /// Where fetched pages are kept, and for how long.
    pub(crate) archive: ArchiveSettings,
    /// How crawls are run.
    pub(crate) worker: WorkerSettings,
    /// How events are served.
    pub(crate) serve: ServeSettings,
    /// How changes are followed.
    pub(crate) follow: FollowSettings,
    /// How changes are delivered to subscribers.
    pub(crate) webhooks: WebhookSettings,
    /// What is logged.
    pub(crate) log: LogSettings,
    /// Where traces are sent.
    pub(crate) traces: TraceSettings,
}

/// Where events are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatabaseSettings {
    /// A Postgres address. Where there is none, `DATABASE_URL`; where that is not set, Marquee starts a private server.
    #[serde(skip_serializing)]
    pub(crate) url: Option<String>,
    /// The private server.
    pub(crate) server: ServerSettings,
    /// The connections.
    pub(crate) pool: PoolSettings,
}

/// Where plugins are found.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PluginSettings {
    /// The folder of `.wasm` files.
    pub(crate) folder: PathBuf,
    /// The private folder of compiled code.
    pub(crate) cache: PathBuf,
    /// How the folder is watched.
    pub(crate) watch: RegistrySettings,
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("plugins"),
            cache: PathBuf::from(".marquee/compiled"),
            watch: RegistrySettings::default(),
        }
    }
}

/// Where sources are declared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SourceSettings {
    /// The folder of source files. A folder that does not exist declares none: the database's are used.
    pub(crate) folder: PathBuf,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self { folder: PathBuf::from("sources") }
    }
}

/// How pages are fetched.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FetchSettings {
    /// How Marquee names itself to sites.
    pub(crate) user_agent: UserAgent,
    /// What one fetch may cost.
    pub(crate) limits: FetchLimits,
    /// How often hosts are asked, and what is done when they fail.
    pub(crate) politeness: PolitenessSettings,
    /// The browser, for sources that need one.
    pub(crate) browser: BrowserSettings,
}

/// What is logged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogSettings {
    /// `text` for people, `json` for machines.
    pub(crate) format: LogFormat,
    /// Which lines, in the syntax of `RUST_LOG`.
    pub(crate) filter: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".to_owned() }
    }
}

/// Where traces are sent: crawls and requests as spans, by OTLP over HTTP.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TraceSettings {
    /// The collector, such as `http://127.0.0.1:4318`; `/v1/traces` is added. None: no traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<String>,
    /// The share of crawls and requests that is traced, 0 to 1. All by default: a crawl makes about ten spans.
    pub(crate) sample: f64,
    /// The name under which the collector lists this host.
    pub(crate) service: String,
}

impl Default for TraceSettings {
    fn default() -> Self {
        Self { endpoint: None, sample: 1.0, service: "marquee".to_owned() }
    }
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Readable.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// Reads the settings file and the variables.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self> {
        let mut builder = config::Config::builder();
        let path = file.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_owned);
        // A file that was named must be there; the default one may be absent.
        if file.is_some() || path.exists() {
            builder = builder.add_source(config::File::from(path.as_path()).format(config::FileFormat::Toml));
        }
        let variables = config::Environment::with_prefix("MARQUEE")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("egress.allow")
            .with_list_parse_key("serve.trusted_proxies");
        let mut settings: Self = builder
            .add_source(variables)
            .build()
            .and_then(config::Config::try_deserialize)
            .with_context(|| {
                format!("the settings in {} or in a MARQUEE__ variable are wrong; `marquee config default` prints a good file", path.display())
            })?;
        if settings.database.url.is_none() {
            settings.database.url = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
        }
        if settings.serve.redis_url.is_none() {
            settings.serve.redis_url = std::env::var("REDIS_URL").ok().filter(|url| !url.is_empty()).map(Secret::new);
        }
        Ok(settings)
    }
}

//! Source files: one TOML file a source, in a folder that the operator keeps under version control.
//!
//! A file says what is crawled, where, by which plugin. It stands before the flow: `serve` and `crawl` read the folder at
//! start, check it against the loaded plugins (see [`crate::check`]) and hand it to the store. No secrets stand in it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use marquee_model::{
    AgeRestriction, Currency, FirstRequest, FollowLimits, PluginId, Schedule, Site, SiteId, Slug, Source, SourceId,
    Venue, VenueId, WebUrl, Zone,
};
use marquee_store::DeclaredNames;
use serde::Deserialize;

use crate::schedule::Terms;
use declared_fetch::{DeclaredFetch, is_token};

mod declared_fetch;
mod declared_names;
mod declared_score;

pub use declared_score::{Saved, SavedEvent, SavedFollow};

/// The longest source file that is read, in bytes: a selector configuration of a hand-made site takes about 2 KB.
pub const MAX_FILE_BYTES: u64 = 256 * 1024;

/// A source file, read: what it declares, and the file it stands in.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The file.
    pub path: PathBuf,
    /// The site it belongs to.
    pub site: Site,
    /// The venue whose events it lists.
    pub venue: Venue,
    /// What it says of the venue's names and rooms.
    pub names: DeclaredNames,
    /// The source itself. Its ids are new; the store keeps those it knows under the same slugs.
    pub source: Source,
    /// Where a saved copy of the listing lies, for offline reading.
    pub saved: Saved,
}

/// What is wrong with a source file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceFileError {
    /// The folder or file cannot be read.
    #[error("{path}: cannot be read ({reason}); check that it exists and that this user may read it")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// The text is not TOML, or a key is unknown, absent or of the wrong kind.
    #[error("{path}: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, key and reason.
        reason: String,
    },
    /// A key's value is not allowed.
    #[error("{path}: `{key}`: {reason}")]
    BadValue {
        /// The file.
        path: PathBuf,
        /// The key, such as `venue.slug`.
        key: &'static str,
        /// Why.
        reason: String,
    },
    /// Two files declare one slug.
    #[error("{path}: `slug`: `{slug}` is declared in {other} as well; give one of them another slug")]
    Twice {
        /// The file.
        path: PathBuf,
        /// The slug.
        slug: Slug,
        /// The other file.
        other: PathBuf,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    slug: Slug,
    site: DeclaredSite,
    url: WebUrl,
    #[serde(default)]
    first_request: FirstRequest,
    plugin: PluginId,
    zone: Zone,
    #[serde(default)]
    languages: Vec<String>,
    currency: Option<Currency>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default = "usual_trust")]
    trust: u8,
    default_age: Option<String>,
    venue: DeclaredVenue,
    #[serde(default)]
    schedule: Schedule,
    #[serde(default)]
    follow: DeclaredFollow,
    #[serde(default)]
    fetch: DeclaredFetch,
    #[serde(default)]
    configuration: toml::Table,
    #[serde(default)]
    score: declared_score::DeclaredScore,
}

fn yes() -> bool {
    true
}

const fn usual_trust() -> u8 {
    marquee_model::DEFAULT_TRUST
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredSite {
    slug: Slug,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredVenue {
    slug: Slug,
    name: String,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    url: Option<WebUrl>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    former: Vec<String>,
    #[serde(default)]
    rooms: Vec<declared_names::DeclaredVenueRoom>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct DeclaredFollow {
    pages: Option<u32>,
    depth: Option<u8>,
    bytes: Option<u64>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
}

/// Reads every `*.toml` of a folder, in the order of their names. Either all files are good or every problem is told at once.
pub fn read_folder(folder: &Path, now: DateTime<Utc>) -> Result<Vec<SourceFile>, Vec<SourceFileError>> {
    let unreadable = |path: &Path, error: &std::io::Error| SourceFileError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let entries = fs::read_dir(folder).map_err(|error| vec![unreadable(folder, &error)])?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();

    let mut files: Vec<SourceFile> = Vec::with_capacity(paths.len());
    let mut problems = Vec::new();
    for path in paths {
        match read_file(&path, now) {
            Ok(file) => match files.iter().find(|known| known.source.slug == file.source.slug) {
                Some(other) => {
                    problems.push(SourceFileError::Twice { path, slug: file.source.slug, other: other.path.clone() });
                }
                None => files.push(file),
            },
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Reads one source file.
pub fn read_file(path: &Path, now: DateTime<Utc>) -> Result<SourceFile, SourceFileError> {
    let unreadable = |reason: String| SourceFileError::Unreadable { path: path.to_owned(), reason };
    let size = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_FILE_BYTES {
        return Err(unreadable(format!("it has {size} bytes, more than {MAX_FILE_BYTES}")));
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    parse(path, &text, now)
}

/// Reads the text of a source file; `path` is used in errors only.
pub fn parse(path: &Path, text: &str, now: DateTime<Utc>) -> Result<SourceFile, SourceFileError> {
    let declared: Declared = toml::from_str(text).map_err(|error| SourceFileError::Invalid {
        path: path.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    })?;
    declare(path, declared, now)
}

/// The same in JSON, as the API takes it. Keys and values are those of a file.
pub fn parse_json(path: &Path, text: &str, now: DateTime<Utc>) -> Result<SourceFile, SourceFileError> {
    let declared: Declared = serde_json::from_str(text)
        .map_err(|error| SourceFileError::Invalid { path: path.to_owned(), reason: error.to_string() })?;
    declare(path, declared, now)
}

fn declare(path: &Path, declared: Declared, now: DateTime<Utc>) -> Result<SourceFile, SourceFileError> {
    let bad = |key: &'static str, reason: String| SourceFileError::BadValue { path: path.to_owned(), key, reason };

    let default_age = declared.default_age.as_deref().map(age).transpose().map_err(|r| bad("default_age", r))?;
    let saved = declared.score.read(&bad)?;
    for language in &declared.languages {
        if language.len() != 2 || !language.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(bad("languages", format!("`{language}` is not a code of ISO 639-1 such as `en`")));
        }
    }
    for (key, value, limit) in
        [("venue.latitude", declared.venue.latitude, 90.0), ("venue.longitude", declared.venue.longitude, 180.0)]
    {
        if value.is_some_and(|degrees| !degrees.is_finite() || degrees.abs() > limit) {
            return Err(bad(key, format!("degrees lie between -{limit} and {limit}")));
        }
    }
    if declared.trust > 100 {
        return Err(bad(
            "trust",
            "trust lies between 0 and 100; a venue's own page has 80 where nothing is said".to_owned(),
        ));
    }
    let names = declared_names::read(declared.venue.aliases, declared.venue.former, declared.venue.rooms, &bad)?;
    let schedule = declared.schedule;
    Terms::read(&schedule, declared.zone).map_err(|problem| bad(problem.key, problem.reason))?;
    if schedule.every_minutes > MOST_MINUTES || schedule.jitter_minutes > MOST_MINUTES {
        return Err(bad("schedule.every_minutes", format!("use at most {MOST_MINUTES} minutes, a year")));
    }
    if let Some(host) = declared.follow.hosts.iter().find(|host| !is_host(host)) {
        return Err(bad(
            "follow.hosts",
            format!("`{host}` is no host: write a name such as `tickets.example`, or `*.tickets.example`"),
        ));
    }
    let fetching = declared.fetch.read(&bad)?;
    let defaults = FollowLimits::default();
    let follow = FollowLimits {
        pages: declared.follow.pages.unwrap_or(defaults.pages).max(1),
        depth: declared.follow.depth.unwrap_or(defaults.depth),
        bytes: declared.follow.bytes.unwrap_or(defaults.bytes),
        hosts: declared.follow.hosts,
        headers: declared.follow.headers.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
    };
    if let Some(name) = follow.headers.iter().find(|name| !is_token(name)) {
        return Err(bad("follow.headers", format!("`{name}` is not a header's name such as `x-api-key`")));
    }
    let configuration = serde_json::to_value(&declared.configuration)
        .map_err(|error| bad("configuration", format!("it cannot be written as JSON: {error}")))?;

    let site = Site { id: SiteId::new(now), slug: declared.site.slug, name: declared.site.name };
    let venue = Venue {
        id: VenueId::new(now),
        site: site.id,
        slug: declared.venue.slug,
        name: declared.venue.name,
        address: declared.venue.address,
        city: declared.venue.city,
        state: declared.venue.state,
        postal_code: declared.venue.postal_code,
        country: declared.venue.country,
        latitude: declared.venue.latitude,
        longitude: declared.venue.longitude,
        zone: declared.zone,
        url: declared.venue.url,
    };
    let source = Source {
        id: SourceId::new(now),
        slug: declared.slug,
        site: site.id,
        venue: venue.id,
        url: declared.url,
        first_request: declared.first_request,
        plugin: declared.plugin,
        configuration,
        zone: declared.zone,
        languages: declared.languages,
        currency: declared.currency,
        default_age,
        schedule,
        follow,
        fetching,
        enabled: declared.enabled,
        trust: declared.trust,
    };
    Ok(SourceFile { path: path.to_owned(), site, venue, names, source, saved })
}

/// A year: what is crawled less often is not on any more.
const MOST_MINUTES: u32 = 366 * 24 * 60;

/// Whether a text is a host's name or address, with `*.` in front or not.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    !name.is_empty() && (name.bytes().all(is_name) || !name.is_ascii() || name.parse::<std::net::IpAddr>().is_ok())
}

fn age(text: &str) -> Result<AgeRestriction, String> {
    let wrong = || format!("`{text}` is not an age restriction: write `all ages` or, say, `19+`");
    match text.trim() {
        "all ages" => Ok(AgeRestriction::AllAges),
        other => other
            .strip_suffix('+')
            .and_then(|years| years.parse::<u8>().ok())
            .filter(|years| (1..=99).contains(years))
            .map(AgeRestriction::Minimum)
            .ok_or_else(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        slug = "rex"
        site = { slug = "toronto", name = "Toronto" }
        url = "https://venue.example/events"
        plugin = "squarespace"
        zone = "America/Toronto"
        currency = "CAD"
        default_age = "19+"
        [venue]
        slug = "rex"
        name = "The Rex"
        [configuration]
        months = 3
    "#;

    fn read(text: &str) -> Result<SourceFile, SourceFileError> {
        parse(Path::new("sources/rex.toml"), text, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_good_file_declares_site_venue_and_source() {
        let file = read(GOOD).unwrap();
        assert_eq!(file.source.slug.as_str(), "rex");
        assert_eq!(file.source.venue, file.venue.id);
        assert_eq!(file.source.configuration, serde_json::json!({"months": 3}));
        assert_eq!(file.source.default_age, Some(AgeRestriction::Minimum(19)));
        assert_eq!(file.source.schedule.every_minutes, 360);
    }

    #[test]
    fn a_venues_further_names_and_rooms_are_declared_with_it() {
        let names = "name = \"The Rex\"\n aliases = [\"Rex Hotel\"]\n former = [\"Old Mill\"]\n
            rooms = [{ name = \"Cellar\", aliases = [\"Downstairs\"], latitude = 43.65, longitude = -79.38 }]";
        let file = read(&GOOD.replacen("name = \"The Rex\"", names, 1)).unwrap();
        assert_eq!(
            (file.names.aliases, file.names.former),
            (vec!["Rex Hotel".to_owned()], vec!["Old Mill".to_owned()])
        );
        assert_eq!(file.names.rooms[0].coordinates, Some((43.65, -79.38)));
    }

    #[test]
    fn every_mistake_is_named_by_file_and_key() {
        for (from, to, words) in [
            ("slug = \"rex\"\n        site", "slug = \"The Rex\"\n        site", "is not a slug"),
            ("America/Toronto", "Eastern", "is not a time zone"),
            ("https://venue.example/events", "ftp://venue.example", "only http and https"),
            ("CAD", "dollars", "is not a currency"),
            ("19+", "adults", "`default_age`"),
            ("months = 3", "months = 3\n        [schedule]\n        every_minutes = 0", "`schedule.every_minutes`"),
            ("months = 3", "months = 3\n        [schedule]\n        cron = \"often\"", "`schedule.cron`"),
            (
                "months = 3",
                "months = 3\n        [schedule]\n        quiet = [[\"1am\", \"06:30\"]]",
                "`schedule.quiet`",
            ),
            ("plugin =", "plugins =", "unknown field `plugins`"),
            ("name = \"The Rex\"", "name = \"The Rex\"\n capacity = 7", "unknown field `capacity`"),
            ("name = \"The Rex\"", "name = \"The Rex\"\n aliases = [\" \"]", "`venue.aliases`"),
            (
                "name = \"The Rex\"",
                "name = \"The Rex\"\n rooms = [{ name = \"Cellar\", latitude = 43.65 }]",
                "`venue.rooms`",
            ),
            ("months = 3", "months = 3\n        [follow]\n        headers = [\"a b\"]", "`follow.headers`"),
            ("months = 3", "months = 3\n        [score]\n        outcome = \"good\"", "`score.outcome`"),
            ("months = 3", "months = 3\n        [score]\n        page = \"../a.html\"", "`score.page`"),
            ("months = 3", "months = 3\n        [score.event]\n        page = \"a\"\n        wrap = \"b\"", "`{page}`"),
        ] {
            let error = read(&GOOD.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains("sources/rex.toml") && error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_folder_tells_all_its_problems_at_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.toml"), GOOD).unwrap();
        fs::write(folder.path().join("b.toml"), GOOD).unwrap();
        fs::write(folder.path().join("c.toml"), "slug = 1").unwrap();
        let problems = read_folder(folder.path(), DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].to_string().contains("is declared in"));
    }
}

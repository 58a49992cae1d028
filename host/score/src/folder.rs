//! The folder of saved pages: which venues lie there, and which page is a venue's listing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use marquee_crawl::SourceFile;
use serde_json::Value;

/// How deep below the folder venues lie: `toronto/rex`.
const DEEPEST: u8 = 3;

/// The venues' folders: those with an `expected.json`, relative to `pages`, in the order of their names.
#[must_use]
pub fn venues(pages: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(pages, Path::new(""), DEEPEST, &mut found);
    found.sort();
    found
}

fn gather(pages: &Path, below: &Path, deeper: u8, found: &mut Vec<PathBuf>) {
    let folder = pages.join(below);
    if folder.join("expected.json").is_file() {
        found.push(below.to_owned());
    }
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.path().is_dir() && deeper > 0) {
        gather(pages, &below.join(entry.file_name()), deeper - 1, found);
    }
}

/// Gives a source that names no saved page the listing of the folder that has its slug, and the day that the file of expected
/// values tells, so that a source file needs no `[score]` where pages lie in their customary places.
pub fn complete(file: &mut SourceFile, pages: &Path, venues: &[PathBuf]) {
    if file.saved.page.is_none() {
        let slug = file.source.slug.as_str();
        let folder = venues.iter().find(|folder| folder.file_name().is_some_and(|name| name == slug));
        file.saved.page = folder.and_then(|folder| Some(folder.join(listing(&pages.join(folder))?)));
    }
    if file.saved.reference_date.is_none()
        && let Some(folder) = file.saved.page.as_ref().and_then(|page| page.parent())
        && let Some(expected) = expected(&pages.join(folder))
    {
        let day = ["reference_date", "fixture_committed"].into_iter().find_map(|key| expected.get(key)?.as_str());
        file.saved.reference_date = day.and_then(|day| day.get(..10)).and_then(|day| day.parse().ok());
    }
}

fn expected(folder: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).ok()?).ok()
}

/// The file of a venue's listing: what `expected.json` calls so, else `index.*`, else the only page there.
fn listing(folder: &Path) -> Option<PathBuf> {
    let named = expected(folder).and_then(|expected| {
        let name = expected.pointer("/fixtures/index").or_else(|| expected.pointer("/files/0"))?;
        name.as_str().map(PathBuf::from)
    });
    if let Some(named) = named.filter(|name| folder.join(name).is_file()) {
        return Some(named);
    }
    let is_page = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["html", "htm", "json", "xml", "rss", "ics"].contains(&extension)
            && path.file_name().is_some_and(|name| name != "expected.json")
    };
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut pages: Vec<PathBuf> = entries.filter(is_page).collect();
    pages.sort();
    let index = pages.iter().find(|page| page.file_stem().is_some_and(|stem| stem == "index"));
    let page = index.or_else(|| pages.first().filter(|_| pages.len() == 1))?;
    page.file_name().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_venues_listing_is_found_by_its_customary_names() {
        let pages = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a/named/expected.json", r#"{"fixtures": {"index": "list.html"}}"#),
            ("a/named/list.html", ""),
            ("a/named/index.html", ""),
            ("a/plain/expected.json", "{}"),
            ("a/plain/index.json", ""),
            ("a/plain/single_event.json", ""),
            ("b/expected.json", "{}"),
            ("b/only.ics", ""),
        ] {
            let path = pages.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found: Vec<String> = venues(pages.path())
            .iter()
            .map(|venue| venue.join(listing(&pages.path().join(venue)).unwrap()).display().to_string())
            .collect();
        assert_eq!(found, ["a/named/list.html", "a/plain/index.json", "b/only.ics"]);
    }
}

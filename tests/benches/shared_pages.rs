//! All shared pages read once: parsed, asked what a listing plugin asks, and searched for structured data.
//!
//! `cargo bench -p marquee-tests --bench shared_pages`. The pages lie outside the project (`MARQUEE_SHARED`); where they are absent
//! the benchmark says so. `benches/peers` asks three Python libraries the same of the same pages: keep the two lists of selectors
//! equal. The goal is under two seconds of one core for all pages, after start.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::unwrap_used, reason = "a benchmark may fail loudly")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits, Field, JsonDocument, JsonValue, Scope, Take, structured};

/// What is asked of every page of HTML. `benches/peers/peers.py` has the same.
const SELECTORS: [&str; 8] = [
    "a[href]",
    "h1, h2, h3",
    "time",
    "[class*=event]",
    "[class*=date]",
    "[class*=price]",
    "article a, li a",
    "img[src]",
];

/// Times that all pages are read; the fastest counts.
const ROUNDS: usize = 5;

/// What all pages gave, so that two readers can be seen to have done the same.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
struct Found {
    pages: usize,
    bytes: usize,
    elements: usize,
    text: usize,
    links: usize,
    items: usize,
    values: usize,
    faults: usize,
}

fn main() {
    let Some(pages) = pages() else {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was measured");
        return;
    };
    let texts: Vec<(PathBuf, String)> = pages
        .into_iter()
        .map(|path| {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            (path, text)
        })
        .collect();
    let once = |_| {
        let began = Instant::now();
        let mut found = Found::default();
        texts.iter().for_each(|(path, text)| read(path, text, &mut found));
        (began.elapsed(), found)
    };
    let (time, found) = (0..ROUNDS).map(once).min_by_key(|(time, _)| *time).unwrap();
    println!("{found:#?}");
    println!("marquee: all shared pages once in {:.3} s of one core", time.as_secs_f64());
}

/// All saved pages; `expected.json` is no page.
fn pages() -> Option<Vec<PathBuf>> {
    let root = std::env::var_os("MARQUEE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from)
        .join("pages");
    let mut todo = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).ok()? {
            let path = entry.ok()?.path();
            let read = matches!(path.extension().and_then(|e| e.to_str()), Some("html" | "json" | "xml"));
            if path.is_dir() {
                todo.push(path);
            } else if read && path.file_name().is_some_and(|name| name != "expected.json") {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}

fn read(path: &Path, text: &str, found: &mut Found) {
    found.pages += 1;
    found.bytes += text.len();
    if path.extension().is_some_and(|extension| extension == "json") {
        match JsonDocument::parse(text, &DocumentLimits::default()) {
            Ok(value) => values(&value, found),
            Err(_) => found.faults += 1,
        }
        return;
    }
    let url: WebUrl = "https://venue.example/".parse().unwrap();
    let Ok(page) = Document::parse(text, &url, &DocumentLimits::default()) else {
        found.faults += 1;
        return;
    };
    for selector in SELECTORS {
        for element in page.select(page.root(), selector).unwrap() {
            found.elements += 1;
            found.text += page.take(element, &Take::Text).map_or(0, |text| text.len());
        }
    }
    let link = Field { selector: "a".into(), scope: Scope::Inside, take: Take::Url("href".into()), every: false };
    let rows = page.rows(page.root(), "article, li", &[link]).unwrap();
    found.links += rows.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).count();
    match structured::read_with_faults(&page) {
        Ok(data) => {
            found.items += data.items.len();
            found.faults += data.faults.len();
        }
        Err(_) => found.faults += 1,
    }
}

/// Every text of a JSON page.
fn values(value: &JsonValue, found: &mut Found) {
    let mut todo = vec![value.clone()];
    while let Some(one) = todo.pop() {
        found.values += 1;
        found.text += one.str_at("").map_or(0, str::len);
        todo.extend(one.items(""));
    }
}

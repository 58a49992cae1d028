//! Saved pages of real venues, all of them read without a browser: none is taken for an empty shell.

use std::{
    fs,
    path::{Path, PathBuf},
};

use marquee_fetch::browser::wants_script;

#[cfg(test)]
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "html") {
            found.push(path);
        }
    }
}

#[test]
fn no_page_that_is_read_well_is_taken_for_a_shell() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("MARQUEE_SHARED").map_or(beside, PathBuf::from);
    let mut found = Vec::new();
    pages(&shared.join("pages"), &mut found);
    if found.is_empty() {
        println!("skipped: no saved pages below `{}`", shared.display());
        return;
    }
    let flagged: Vec<_> = found
        .iter()
        .filter_map(|path| {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            wants_script(&text).map(|shell| format!("{}: {shell}", path.display()))
        })
        .collect();
    println!("{} pages looked at", found.len());
    assert!(flagged.is_empty(), "{flagged:#?}");
}

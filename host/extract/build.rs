//! Gives the code that turns a page into claims and events a fingerprint, `MARQUEE_READING_CODE`: what was read by other code is not
//! taken for the same.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    path::Path,
};

/// Everything that decides what a page gives: the sandbox, what it reads with, what becomes of it, and the libraries of all these.
const PARTS: &[&str] =
    &["src", "../reading/src", "../model/src", "../normalize/src", "../../wit/extractor.wit", "../../Cargo.lock"];

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
        add(Path::new(part), &mut hasher)?;
    }
    println!("cargo::rustc-env=MARQUEE_READING_CODE={:016x}", hasher.finish());
    Ok(())
}

/// The names and contents of all files, in the order of their names.
fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut below = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    below.sort();
    below.iter().try_for_each(|path| add(path, hasher))
}

//! A first look at a plugin file: is it a component at all, and does it import only what plugins are given?
//!
//! This reads the file's outline (sections and top-level imports), which costs time in proportion to its length and no more.
//! Validation and compilation happen in a process that can be killed.

use wasmparser::{ComponentTypeRef, Encoding, Parser, Payload};

use crate::LoadError;

/// The package that plugins may import from, without its version.
const PACKAGE: &str = "marquee:extractor/";
/// The versions that this host serves: all of 0.1.
const SERVED: (u64, u64) = (0, 1);
/// Magic number of WebAssembly, binary format 1, section 5.5.16 of the specification.
const MAGIC: &[u8; 4] = b"\0asm";
/// Magic number and version.
const PREAMBLE: usize = 8;
/// Foreign imports that a message names; the rest is counted.
const NAMED: usize = 6;

/// What the file wants beyond Marquee's own imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    /// It imports `wasi:*`, and may.
    pub(crate) wasi: bool,
}

/// Looks at a file's outline.
pub(crate) fn outline(bytes: &[u8], allow_denied_wasi: bool) -> Result<Outline, LoadError> {
    preamble(bytes)?;
    let imports = component_imports(bytes)?;
    let mut foreign: Vec<&str> = Vec::new();
    let mut wasi = false;
    for import in imports {
        if let Some(rest) = import.strip_prefix(PACKAGE) {
            served(rest)?;
        } else if allow_denied_wasi && import.starts_with("wasi:") {
            wasi = true;
        } else {
            foreign.push(import);
        }
    }
    if foreign.is_empty() { Ok(Outline { wasi }) } else { Err(foreign_imports(&foreign)) }
}

fn preamble(bytes: &[u8]) -> Result<(), LoadError> {
    let start = bytes.get(..PREAMBLE.min(bytes.len())).unwrap_or_default();
    let magic = start.get(..MAGIC.len().min(start.len())).unwrap_or_default();
    if !MAGIC.starts_with(magic) {
        return Err(LoadError::NotWasm { reason: looks_like(bytes) });
    }
    if start.len() < PREAMBLE {
        return Err(LoadError::Truncated { reason: format!("it has {} bytes", bytes.len()) });
    }
    Ok(())
}

fn looks_like(bytes: &[u8]) -> String {
    let guesses: [(&[u8], &str); 7] = [
        (b"\x1f\x8b", "it looks like a gzip archive"),
        (b"PK", "it looks like a zip archive"),
        (b"\x7fELF", "it looks like a program for this machine"),
        (b"(", "it looks like WebAssembly text, which must be turned into binary first"),
        (b"<", "it looks like an HTML page, as a failed download leaves it"),
        (b"{", "it looks like JSON"),
        (b"version https://git-lfs", "it is a Git LFS pointer: fetch the real file"),
    ];
    guesses
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map_or_else(|| "its first bytes are not `\\0asm`".to_owned(), |(_, guess)| (*guess).to_owned())
}

/// The names of what a component imports, in its order; empty where the bytes are no component.
#[must_use]
pub fn imports(bytes: &[u8]) -> Vec<String> {
    component_imports(bytes).unwrap_or_default().into_iter().map(str::to_owned).collect()
}

fn component_imports(bytes: &[u8]) -> Result<Vec<&str>, LoadError> {
    let mut imports = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| unreadable(&error, bytes))? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => return Err(LoadError::CoreModule),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(|error| unreadable(&error, bytes))?;
                    if !matches!(import.ty, ComponentTypeRef::Type(..)) {
                        imports.push(import.name.name);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(imports)
}

fn unreadable(error: &wasmparser::BinaryReaderError, bytes: &[u8]) -> LoadError {
    let reason = error.to_string();
    // The reader says "unexpected end" for a section that is longer than the file, too; both mean that bytes are missing.
    if error.message().starts_with("unexpected end") || error.offset() >= bytes.len() {
        LoadError::Truncated { reason }
    } else {
        LoadError::Invalid { reason }
    }
}

/// Refuses an import of another version of the contract.
fn served(import: &str) -> Result<(), LoadError> {
    let Some((_, version)) = import.split_once('@') else { return Ok(()) };
    let fits = semver::Version::parse(version).is_ok_and(|version| (version.major, version.minor) == SERVED);
    if fits {
        return Ok(());
    }
    let (major, minor) = SERVED;
    Err(LoadError::WrongWorld {
        reason: format!("it was built against version {version} of the contract, and this host serves {major}.{minor}"),
    })
}

fn foreign_imports(foreign: &[&str]) -> LoadError {
    let mut imports: Vec<String> = foreign
        .iter()
        .take(NAMED)
        .map(|name| {
            let name = crate::log_book::presentable(name, 120);
            match what_it_is(&name) {
                Some(what) => format!("`{name}` ({what})"),
                None => format!("`{name}`"),
            }
        })
        .collect();
    if let Some(more) = foreign.len().checked_sub(NAMED).filter(|more| *more > 0) {
        imports.push(format!("and {more} more"));
    }
    let advice = if foreign.iter().any(|name| name.starts_with("wasi:")) {
        "Plugins have no files, network, clock, randomness or environment: a page and its configuration are all they see. Take \
         the use out of the plugin; where only the toolchain adds it, build for `wasm32-unknown-unknown` (`marquee plugin build`), \
         or with `--stub-wasi` (componentize-py) or `--backend-qjs-stub-wasi` (jco), or set `limits.allow_denied_wasi`, which \
         gives an empty WASI"
    } else {
        "Plugins are given `marquee:extractor/*` only: take the import out, or link its implementation into the component"
    };
    LoadError::ForeignImports { imports: imports.join(", "), advice: advice.to_owned() }
}

fn what_it_is(import: &str) -> Option<&'static str> {
    let kinds = [
        ("wasi:filesystem", "files"),
        ("wasi:sockets", "network sockets"),
        ("wasi:http", "the network"),
        ("wasi:clocks", "the clock"),
        ("wasi:random", "randomness"),
        ("wasi:cli/environment", "environment variables"),
        ("wasi:cli", "standard streams and process control"),
        ("wasi:io", "streams"),
    ];
    kinds.iter().find(|(start, _)| import.starts_with(start)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> LoadError {
        outline(bytes, false).unwrap_err()
    }

    #[test]
    fn what_is_no_component_is_told_apart() {
        assert!(matches!(refusal(b""), LoadError::Truncated { .. }));
        assert!(matches!(refusal(b"\0as"), LoadError::Truncated { .. }));
        assert!(matches!(refusal(b"<!doctype html>"), LoadError::NotWasm { reason } if reason.contains("HTML")));
        assert!(matches!(refusal(b"\0asm\x01\0\0\0"), LoadError::CoreModule));
        assert!(matches!(refusal(b"\0asm\x0d\0\x01\0\x07\x7f"), LoadError::Truncated { .. }));
    }

    #[test]
    fn an_empty_component_imports_nothing() {
        assert_eq!(outline(b"\0asm\x0d\0\x01\0", false).unwrap(), Outline { wasi: false });
    }

    #[test]
    fn another_version_of_the_contract_is_named() {
        assert!(served("page@0.1.7").is_ok());
        let error = served("page@0.2.0").unwrap_err().to_string();
        assert!(error.contains("0.2.0") && error.contains("0.1"), "{error}");
    }

    #[test]
    fn foreign_imports_are_named_with_what_they_are() {
        let error = foreign_imports(&["wasi:filesystem/types@0.2.6", "wasi:clocks/wall-clock@0.2.6"]).to_string();
        assert!(
            error.contains("(files)") && error.contains("(the clock)") && error.contains("marquee plugin build"),
            "{error}"
        );
    }
}

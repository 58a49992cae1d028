//! Builds plugins of this workspace and prints their sizes:
//! `cargo run -p marquee-plugin-build --example sizes -- css json-ld`. With `WASM_TOOLCHAIN=debian` Debian's compiler is used
//! even where the installed one has the target, to try that way.
#![expect(clippy::print_stdout, reason = "an example speaks to a terminal")]

use std::{error::Error, path::PathBuf};

use marquee_plugin_build::{Toolchain, build};

fn main() -> Result<(), Box<dyn Error>> {
    let packages: Vec<String> = std::env::args().skip(1).collect();
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let cache = target.join("wasm-toolchain");
    let debian = std::env::var_os("WASM_TOOLCHAIN").is_some_and(|way| way == "debian");
    let (toolchain, guests) = match debian {
        true => (Toolchain::debian(&cache)?, target.join("guests-debian")),
        false => (Toolchain::find(&cache)?, target.join("guests")),
    };
    for component in build(&packages, &guests, &toolchain)? {
        println!("{:>8} {}", std::fs::metadata(&component)?.len(), component.display());
    }
    Ok(())
}

//! Everything that CI runs, in the order in which it fails soonest.

use anyhow::{Result, bail};

use crate::{
    generated, house, plugins,
    run::{self, cargo, step},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the steps whose name contains this.
    only: Option<String>,
}

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("tools", house::components),
    ("house: length of files", house::check),
    ("formatting", || run::run(cargo().args(["fmt", "--all", "--check"]))),
    ("plugins and guests", || plugins::build(run::target_dir().join("plugins")).map(drop)),
    ("lints", || run::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))),
    ("generated files are fresh", generated::check),
    ("tests", tests),
    ("doc tests", || run::run(cargo().args(["test", "--workspace", "--doc", "--quiet"]))),
];

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let wanted = |name: &str| arguments.only.as_ref().is_none_or(|only| name.contains(only));
    let steps: Vec<&Step> = STEPS.iter().filter(|(name, _)| wanted(name)).collect();
    if steps.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        bail!("no step has that name; there are: {}", names.join(", "));
    }
    for (name, work) in steps {
        step(name, *work)?;
    }
    println!("\nAll steps passed.");
    Ok(())
}

/// The tests by nextest, which it installs where it is absent; where that fails, by cargo itself.
fn tests() -> Result<()> {
    let nextest = || run::succeeds(cargo().args(["nextest", "--version"]));
    if !nextest() {
        println!("   cargo-nextest is absent: installing it (a few minutes, once)");
        if let Err(error) = run::run(cargo().args(["install", "--locked", "cargo-nextest"])) {
            println!("   {error:#}; going on with `cargo test`");
        }
    }
    if nextest() {
        run::run(cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]))
    } else {
        run::run(cargo().args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"]))
    }
}

//! The two commands of the README, `cargo xtask demo` and `cargo xtask test`, and what they are made of.
#![expect(clippy::print_stdout, reason = "this is a command line tool: it speaks to a terminal")]

mod demo;
mod generated;
mod house;
mod plugins;
mod queries;
mod run;
mod test;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Runs the demo, the tests and the chores of Marquee",
    after_help = "Examples:\n  cargo xtask demo          a whole Marquee on invented venues, in one terminal\n  cargo xtask demo --real   the same on the saved pages of real venues, where they are at hand\n  cargo xtask test          everything that CI runs\n  cargo xtask test house    only the steps whose name contains `house`"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything, starts Marquee on a private Postgres, crawls a set of venue sites and keeps serving.
    Demo(demo::Arguments),
    /// Runs everything that CI runs.
    Test(test::Arguments),
    /// Builds the plugins into a folder, ready to be dropped into a plugin folder.
    Plugins(plugins::Arguments),
    /// Writes the generated files anew: docs/openapi.json, docs/marquee.default.toml and .sqlx.
    Generate,
}

fn main() -> std::process::ExitCode {
    let result = match Arguments::parse().task {
        Task::Demo(arguments) => demo::run(&arguments),
        Task::Test(arguments) => test::run(&arguments),
        Task::Plugins(arguments) => plugins::run(&arguments),
        Task::Generate => generated::write_all(),
    };
    match result {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

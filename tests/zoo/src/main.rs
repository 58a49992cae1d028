//! The command line of the zoo: runs worlds by their seeds and prints how right Marquee and others were.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use zoo::{
    arguments::{Arguments, Command},
    judge::Report,
    run::{
        Course,
        house::{self, House},
        judged::{Plan, START},
        story,
    },
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Some(Command::CompilePlugin)) {
        return marquee_extract::compile_child::main();
    }
    if let Some(Command::Story { title }) = &arguments.command {
        say(&story::stories(&plan(&arguments).world(arguments.seeds.first), title));
        return ExitCode::SUCCESS;
    }
    if let Some(Command::Report { files }) = &arguments.command {
        return match summed(files) {
            Ok(report) => ended(&arguments, &report),
            Err(error) => failed(&error),
        };
    }
    let ran = tokio::runtime::Runtime::new().context("starting").and_then(|runtime| runtime.block_on(run(&arguments)));
    match ran {
        Ok(report) => ended(&arguments, &report),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    say(&format!("error: {error:#}"));
    ExitCode::FAILURE
}

/// Prints the report and writes it, where that was asked for; fails where a goal was not reached.
fn ended(arguments: &Arguments, report: &Report) -> ExitCode {
    say(&report.in_words());
    if arguments.mistakes {
        say(&report.mistakes());
    }
    let written = arguments.json.as_ref().map_or(Ok(()), |path| {
        let json = report.json().context("the report as JSON")?;
        std::fs::write(path, json).with_context(|| format!("writing {}", path.display()))
    });
    match written {
        Ok(()) if report.is_good() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

fn summed(files: &[PathBuf]) -> anyhow::Result<Report> {
    let mut sum = Report::default();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let report = Report::from_json(&text).with_context(|| format!("{} is no report of the zoo", file.display()))?;
        sum.join(&report).map_err(|seed| {
            anyhow::anyhow!("{}: seed {seed} is in another file as well; leave one of them out", file.display())
        })?;
    }
    Ok(sum)
}

fn plan(arguments: &Arguments) -> Plan {
    let course = Course { crawls_a_day: arguments.crawls, keep: arguments.keep };
    Plan { venues: usize::from(arguments.venues), days: arguments.days, course }
}

async fn run(arguments: &Arguments) -> anyhow::Result<Report> {
    let plan = plan(arguments);
    let venues = &plan.world(arguments.seeds.first).venues;
    say(&format!("{} venues on {} markups from {START} on; building plugins", venues.len(), house::platforms(venues)));
    let program = std::env::current_exe().context("the zoo's own path")?;
    let house = House::open(program, vec!["compile-plugin".to_owned()], venues).await;
    let house = house.map_err(|error| anyhow::anyhow!("{error}")).context("loading the plugins")?;
    let mut report = Report::default();
    for seed in arguments.seeds.all() {
        let bar = ProgressBar::new(u64::from(plan.days))
            .with_style(ProgressStyle::with_template("seed {prefix:>3} {bar:40} day {pos}/{len}, {eta} left")?);
        bar.set_prefix(seed.to_string());
        let judged = Box::pin(plan.judge(seed, &house, &mut report, |_| bar.inc(1))).await;
        bar.finish_and_clear();
        let (tally, took) = judged.map_err(|error| anyhow::anyhow!("{error}")).context(format!("seed {seed}"))?;
        let a_second = f64::from(u32::try_from(tally.crawls)?) / took.max(0.001);
        let outcomes: Vec<String> = tally.outcomes.iter().map(|(word, count)| format!("{count} {word}")).collect();
        say(&format!(
            "seed {seed}: {} crawls in {took:.0} s, {a_second:.0} a second ({})",
            tally.crawls,
            outcomes.join(", ")
        ));
        if let Some(url) = &tally.database {
            say(&format!("seed {seed} is kept: DATABASE_URL={url}"));
        }
    }
    Ok(report)
}

#[expect(clippy::print_stdout, reason = "the zoo is a command line, and this is its output")]
fn say(text: &str) {
    println!("{text}");
}

//! The command line of the zoo: runs worlds by their seeds and prints how right Marquee and others were.

use std::process::ExitCode;

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
    let ran = tokio::runtime::Runtime::new().context("starting").and_then(|runtime| runtime.block_on(run(&arguments)));
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn plan(arguments: &Arguments) -> Plan {
    let course = Course { crawls_a_day: arguments.crawls, keep: arguments.keep };
    Plan { venues: usize::from(arguments.venues), days: arguments.days, course }
}

/// Whether every goal was reached.
async fn run(arguments: &Arguments) -> anyhow::Result<bool> {
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
    say(&report.in_words());
    if let Some(path) = &arguments.json {
        std::fs::write(path, report.json()?).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(report.is_good())
}

#[expect(clippy::print_stdout, reason = "the zoo is a command line, and this is its output")]
fn say(text: &str) {
    println!("{text}");
}

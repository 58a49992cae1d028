//! How many breaking changes of real pages are noticed, and how many harmless ones raise an alarm: 20 pages, 200 changes each.
//!
//! `cargo bench -p marquee-tests --bench mutations`; `-- --pages 5 --each 20` for less, `--missed` to see what went unnoticed and what
//! raised a false alarm. `cargo test -p marquee-tests --bench mutations` runs it unoptimised. What counts as breaking stands in
//! `marquee_tests::mutations::trial`. The pages belong to their venues and lie outside of the project (`MARQUEE_SHARED`).

#![expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]

use std::collections::BTreeMap;

use marquee_tests::{
    guests::Setup,
    mutations::{
        Choices, Kind, mutate,
        trial::{self, Tally},
    },
    venues::Readers,
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");

fn number(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn line(name: &str, tally: &Tally) {
    println!(
        "{name:28} {:8} {:8} {:7.1} % {:8} {:7} {:7.1} %",
        tally.breaking,
        tally.noticed,
        tally.noticed_percent(),
        tally.harmless,
        tally.alarms,
        tally.alarm_percent()
    );
}

#[tokio::main]
async fn main() -> Setup<()> {
    let (pages, each) = (number("--pages", 20), number("--each", 200));
    let missed = std::env::args().any(|argument| argument == "--missed");
    let mut readers = Readers::new(COMPILER)?;
    let trials = trial::trials(&mut readers, pages).await?;
    if trials.is_empty() {
        println!("the shared pages are absent (MARQUEE_SHARED): nothing was measured");
        return Ok(());
    }
    println!("{:28} breaking  noticed    share harmless  alarms    share", "");
    let (mut total, mut kinds) = (Tally::default(), BTreeMap::<Kind, Tally>::new());
    for (place, trial) in (0_u64..).zip(&trials) {
        let mut tally = Tally::default();
        for n in 0..each {
            let kind = Kind::ALL.get(n % Kind::ALL.len()).copied().unwrap_or(Kind::Renamed);
            let mut choices = Choices::new(place * 1_000_003 + n as u64);
            let Some(mutation) = mutate(trial.body(), &trial.listing(), kind, &mut choices) else { continue };
            let judged = trial.judge(&mut readers, &mutation).await?;
            if missed && judged.breaking != judged.noticed {
                let what = if judged.breaking { "unnoticed" } else { "false alarm" };
                println!(
                    "    {what}: {} {} ({} struck, {} events): {}",
                    kind.words(),
                    mutation.place,
                    mutation.strikes,
                    judged.affected,
                    judged.told.chars().take(200).collect::<String>()
                );
            }
            tally.add(&judged);
            kinds.entry(kind).or_default().add(&judged);
        }
        line(&format!("{} ({} events)", trial.name(), trial.events()), &tally);
        total.join(&tally);
    }
    println!();
    for (kind, tally) in &kinds {
        line(kind.words(), tally);
    }
    println!();
    line(&format!("all, {} pages", trials.len()), &total);
    Ok(())
}

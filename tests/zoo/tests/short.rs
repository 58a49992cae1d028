//! The short run of the zoo: one seed, sixty days with the spring's change of the clocks in them, every template.
//!
//! `cargo run -p zoo -- --seeds 1..20` is the long one.

use std::path::PathBuf;

use marquee_tests::guests::Setup;
use zoo::{
    judge::Report,
    run::{
        Course,
        house::{self, House},
        judged::Plan,
    },
};

/// Enough that every template is among them.
const VENUES: usize = 19;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_days_of_one_seed_reach_the_goals() -> Setup<()> {
    let days = std::env::var("MARQUEE_ZOO_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(60);
    let seed = std::env::var("MARQUEE_ZOO_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let plan = Plan { venues: VENUES, days, course: Course { crawls_a_day: 2, keep: false } };
    let venues = &plan.world(seed).venues;
    assert!(house::platforms(venues) >= 12, "the short run shows too few platforms");
    let house =
        House::open(PathBuf::from(env!("CARGO_BIN_EXE_zoo")), vec!["compile-plugin".to_owned()], venues).await?;
    let mut report = Report::default();
    let (tally, took) = Box::pin(plan.judge(seed, &house, &mut report, |_| ())).await?;
    println!("{} crawls in {took:.1} s, {:?}", tally.crawls, tally.outcomes);
    println!("{}", report.in_words());
    let missed: Vec<_> = report.goals().into_iter().filter(|goal| !goal.passed).collect();
    assert!(missed.is_empty(), "goals missed: {missed:?}");
    Ok(())
}

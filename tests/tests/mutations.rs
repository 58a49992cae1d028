//! Real pages changed a little: what breaks the reading is noticed, what does not raises no alarm. The benchmark of the same name does
//! the same at ten times the length; what counts as breaking stands in `marquee_tests::mutations::trial`.

use marquee_tests::{
    guests::Setup,
    mutations::{
        Choices, Kind, mutate,
        trial::{self, Tally},
    },
    venues::Readers,
};

const COMPILER: &str = env!("CARGO_BIN_EXE_compile-plugin");
/// Pages that are changed, and changes of each: a tenth of the benchmark's.
const PAGES: usize = 20;
const EACH: u64 = 20;
/// What the benchmark is to reach.
const NOTICED_PERCENT: f64 = 95.0;
const ALARM_PERCENT: f64 = 1.0;

#[tokio::test]
async fn breaking_changes_are_noticed_and_harmless_ones_raise_no_alarm() -> Setup<()> {
    let mut readers = Readers::new(COMPILER)?;
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for (place, trial) in (0_u64..).zip(trial::trials(&mut readers, PAGES).await?) {
        for n in 0..EACH {
            let kind = Kind::ALL[usize::try_from(n)? % Kind::ALL.len()];
            let Some(mutation) = mutate(trial.body(), &trial.listing(), kind, &mut Choices::new(place * 1_000_003 + n))
            else {
                continue;
            };
            let judged = trial.judge(&mut readers, &mutation).await?;
            if judged.breaking != judged.noticed {
                wrong.push(format!("{} {kind:?} {}: {}", trial.name(), mutation.place, judged.told));
            }
            tally.add(&judged);
        }
    }
    println!("{tally:?}");
    let enough = tally.noticed_percent() >= NOTICED_PERCENT && tally.alarm_percent() <= ALARM_PERCENT;
    assert!(enough, "{tally:?}\n{}", wrong.join("\n"));
    Ok(())
}

//! Runs judged: worlds by their seeds, one after the other, summed up in one report.

use std::{sync::Arc, time::Instant};

use chrono::NaiveDate;
use marquee_tests::guests::Setup;

use super::{Course, Observer, Tally, house::House, run};
use crate::{
    judge::{Report, Requests, Trial, Verdict},
    seen::{Claimed, SeenCrawl},
    truth::TruthDay,
    world::{Span, World},
};

/// The first simulated day: a year from here has every change of the clocks, and sixty days have the spring's.
pub const START: NaiveDate = match NaiveDate::from_ymd_opt(2027, 2, 8) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Venues of each world.
    pub venues: usize,
    /// Simulated days.
    pub days: u32,
    /// How it is run.
    pub course: Course,
}

impl Plan {
    /// The world of this seed.
    #[must_use]
    pub fn world(&self, seed: u64) -> Arc<World> {
        Arc::new(World::new(seed, self.venues, Span::days(START, self.days)))
    }

    /// Runs a seed and adds it to the report.
    ///
    /// # Errors
    /// What [`run`] says.
    pub async fn judge(
        &self,
        seed: u64,
        house: &House,
        report: &mut Report,
        progress: impl FnMut(NaiveDate),
    ) -> Setup<(Tally, f64)> {
        let world = self.world(seed);
        let mut trial = OneTrial(Trial::default());
        let began = Instant::now();
        let tally = Box::pin(run(&world, house, self.course, &mut trial, progress)).await?;
        let took = began.elapsed().as_secs_f64();
        let verdict: Verdict = trial.0.finish();
        let requests = Requests { by_host: tally.requests.clone(), days: u64::from(self.days) };
        report.add(seed, &verdict, &requests);
        Ok((tally, took))
    }
}

struct OneTrial(Trial);

impl Observer for OneTrial {
    fn wants(&self, seen: &SeenCrawl) -> bool {
        self.0.wants(seen)
    }
    fn crawl(&mut self, seen: &SeenCrawl, marquee: Option<&[Claimed]>) {
        self.0.crawl(seen, marquee);
    }
    fn answers(&mut self, old: &str, new: &str) {
        self.0.answers(old, new);
    }
    fn day(&mut self, truth: &TruthDay, marquee: &[Claimed]) {
        self.0.day(truth, marquee);
    }
}

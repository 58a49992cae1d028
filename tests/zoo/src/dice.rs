//! Chance by a seed: the same seed gives the same world, on every machine.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

/// A source of chance.
#[derive(Debug)]
pub struct Dice(SmallRng);

impl Dice {
    /// Chance for one part of a world: what happens in one part changes nothing in another.
    #[must_use]
    pub fn new(seed: u64, part: &str, number: usize) -> Self {
        // FNV-1a: short, and the same for ever, which the standard library's hasher does not promise.
        let mut mixed: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in seed.to_le_bytes().iter().chain(part.as_bytes()).chain(&number.to_le_bytes()) {
            mixed = (mixed ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(SmallRng::seed_from_u64(mixed))
    }

    /// Whether something happens that does so with this likelihood, 0 to 1.
    pub fn chance(&mut self, likelihood: f64) -> bool {
        self.0.random_bool(likelihood.clamp(0.0, 1.0))
    }

    /// A number from `low` up to and with `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// A place in a list of this length.
    pub fn place(&mut self, length: usize) -> usize {
        if length < 2 { 0 } else { self.0.random_range(0..length) }
    }

    /// One of these; the type's default of none.
    pub fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.place(list.len());
        list.get(place).copied().unwrap_or_default()
    }

    /// An instant between two, to the minute; the first where they are in the wrong order.
    pub fn instant(&mut self, from: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
        from + TimeDelta::minutes(self.between(0, (until - from).num_minutes()))
    }
}

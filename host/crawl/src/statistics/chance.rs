//! The two laws that crawls are held against: how many of `n` events have a trait whose share was seen before, and how many
//! events there are. Both are exact sums; nothing is approximated by a bell curve, since calendars are small.

/// `ln Γ(x)` for `x > 0`, by Lanczos' series (g = 7, nine terms), good to some 13 digits.
fn ln_gamma(x: f64) -> f64 {
    const G: f64 = 7.0;
    const SERIES: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Euler's reflection.
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut series = 0.0;
    for (place, term) in (0_u8..).zip(SERIES) {
        series += if place == 0 { term } else { term / (x + f64::from(place)) };
    }
    let t = x + G + 0.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + series.ln()
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// A share as it was seen: so many of so many. Before anything was seen every share is as likely as Jeffreys' prior says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    alpha: f64,
    beta: f64,
}

impl Share {
    pub(super) fn seen(having: u64, of: u64) -> Self {
        let missing = of.saturating_sub(having);
        Self { alpha: as_real(having) + 0.5, beta: as_real(missing) + 0.5 }
    }

    /// The chance that of `of` events exactly `having` have the trait (beta-binomial law).
    fn chance(self, having: u32, of: u32) -> f64 {
        let (k, n) = (f64::from(having), f64::from(of));
        let ways = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        (ways + ln_beta(k + self.alpha, n - k + self.beta) - ln_beta(self.alpha, self.beta)).exp()
    }

    /// The chance of so few, or fewer.
    pub(super) fn at_most(self, having: u32, of: u32) -> f64 {
        if self.is_low(having, of) {
            self.downwards(having, of)
        } else {
            1.0 - self.upwards(having.saturating_add(1), of)
        }
    }

    /// The chance of so many, or more.
    pub(super) fn at_least(self, having: u32, of: u32) -> f64 {
        match having.checked_sub(1) {
            None => 1.0,
            Some(below) if self.is_low(below, of) => 1.0 - self.downwards(below, of),
            Some(_) => self.upwards(having, of),
        }
    }

    /// Whether a count is not above the mean: sums are made towards the near end, so that what is too small for a number is small.
    fn is_low(self, having: u32, of: u32) -> bool {
        f64::from(having) <= f64::from(of) * self.alpha / (self.alpha + self.beta)
    }

    /// The chances of `having` and of all that is less, each from the one before.
    fn downwards(self, having: u32, of: u32) -> f64 {
        let (mut term, mut sum) = (self.chance(having, of), 0.0);
        for k in (0..=having).rev() {
            sum += term;
            let (k, n) = (f64::from(k), f64::from(of));
            term *= k * (n - k + self.beta) / ((n - k + 1.0) * (k - 1.0 + self.alpha));
        }
        sum.min(1.0)
    }

    /// The chances of `having` and of all that is more.
    fn upwards(self, having: u32, of: u32) -> f64 {
        if having > of {
            return 0.0;
        }
        let (mut term, mut sum) = (self.chance(having, of), 0.0);
        for k in having..=of {
            sum += term;
            let (k, n) = (f64::from(k), f64::from(of));
            term *= (n - k) * (k + self.alpha) / ((k + 1.0) * (n - k - 1.0 + self.beta));
        }
        sum.min(1.0)
    }
}

/// The chance of at most `now` events where a crawl before had `before` (Poisson with an unknown mean, of which `before` is the one
/// observation: a negative binomial law).
pub(super) fn so_few_events(now: u32, before: u32) -> f64 {
    if now >= before {
        return 1.0;
    }
    let (k, r) = (f64::from(now), f64::from(before) + 0.5);
    let mut term = (ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0) - (r + k) * std::f64::consts::LN_2).exp();
    let mut sum = 0.0;
    for k in (0..=now).rev().map(f64::from) {
        sum += term;
        term *= 2.0 * k / (k - 1.0 + r);
    }
    sum.min(1.0)
}

/// Counts are below 2⁵³, where every whole number is a real one.
fn as_real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} is not {b}");
    }

    #[test]
    fn gamma_is_the_factorial_between_its_points() {
        near(ln_gamma(1.0), 0.0);
        near(ln_gamma(5.0), 24_f64.ln());
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        near(ln_gamma(101.0), (1..=100).map(|n| f64::from(n).ln()).sum());
    }

    #[test]
    fn all_chances_together_are_one() {
        for (having, of) in [(0, 0), (3, 40), (40, 40), (17, 500)] {
            near(Share::seen(having, of).at_most(60, 60), 1.0);
            near(Share::seen(having, of).at_most(20, 60) + Share::seen(having, of).at_least(21, 60), 1.0);
        }
    }

    #[test]
    fn a_field_that_every_event_had_does_not_vanish_by_chance_and_a_rare_one_may() {
        assert!(Share::seen(40, 40).at_most(0, 40) < 1e-15);
        assert!(Share::seen(40, 40).at_most(39, 40) > 0.2);
        assert!(Share::seen(3, 40).at_most(0, 40) > 0.05);
        // By hand: B(1/2 + 2, 1/2) / B(1/2, 1/2) = (1/2 · 3/2) / (1 · 2) = 3/8.
        near(Share::seen(0, 0).at_least(2, 2), 0.375);
    }

    #[test]
    fn large_calendars_are_no_trouble_at_either_end() {
        assert!(Share::seen(0, 5_000).at_most(5_000, 5_000) > 0.999);
        assert!(Share::seen(5_000, 5_000).at_least(0, 5_000) > 0.999);
        assert!(Share::seen(0, 5_000).at_least(5_000, 5_000) < 1e-200);
        assert!(Share::seen(5_000, 5_000).at_most(0, 5_000) < 1e-200);
        assert!(so_few_events(0, 5_000) < 1e-200);
    }

    #[test]
    fn half_a_calendar_is_possible_and_a_tenth_is_not() {
        assert!(so_few_events(20, 40) > 1e-3);
        assert!(so_few_events(4, 40) < 1e-6);
        near(so_few_events(40, 40), 1.0);
    }
}

//! One seed under all policies at once: each is fed the same crawls, and each has its judge.

use super::{Judge, Score};
use crate::{
    policies,
    seen::{Claimed, Policy, SeenCrawl},
    truth::TruthDay,
};

/// Marquee and the policies beside it, each with its judge.
pub struct Trial {
    marquee: Judge,
    others: Vec<(Box<dyn Policy>, Judge)>,
}

/// What a seed came to, Marquee first.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Names and scores.
    pub scores: Vec<(String, Score)>,
}

impl Default for Trial {
    fn default() -> Self {
        Self::new(policies::all())
    }
}

impl Trial {
    /// Marquee beside these.
    #[must_use]
    pub fn new(policies: Vec<Box<dyn Policy>>) -> Self {
        let others = policies.into_iter().map(|policy| (policy, Judge::default())).collect();
        Self { marquee: Judge::by_name(), others }
    }

    /// Whether Marquee's claims right after this crawl are of use: ask before [`crawl`](Self::crawl).
    #[must_use]
    pub fn wants(&self, seen: &SeenCrawl) -> bool {
        self.marquee.wants(seen)
    }

    /// Takes a crawl in, with what Marquee claims of that day and later right after it, where that was
    /// [wanted](Self::wants).
    pub fn crawl(&mut self, seen: &SeenCrawl, marquee: Option<&[Claimed]>) {
        self.marquee.crawl(seen, marquee);
        for (policy, judge) in &mut self.others {
            policy.crawl(seen);
            let claims = judge.wants(seen).then(|| policy.claims(seen.day));
            judge.crawl(seen, claims.as_deref());
        }
    }

    /// Judges a day after its crawls; `marquee` is what Marquee claims of that day and later.
    pub fn day(&mut self, truth: &TruthDay, marquee: &[Claimed]) {
        self.marquee.day(truth, marquee);
        for (policy, judge) in &mut self.others {
            judge.day(truth, &policy.claims(truth.day));
        }
    }

    /// Says that an id of Marquee answers with another from now on.
    pub fn answers(&mut self, old: &str, new: &str) {
        self.marquee.answers(old, new);
    }

    /// What was counted.
    #[must_use]
    pub fn finish(self) -> Verdict {
        let others = self.others.into_iter().map(|(policy, judge)| (policy.name().to_owned(), judge.finish()));
        Verdict { scores: std::iter::once(("Marquee".to_owned(), self.marquee.finish())).chain(others).collect() }
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::Status;

    use super::*;
    use crate::judge::{
        Column, Report, Requests,
        samples::{at, claim, crawl, failed, listed_event, true_event, truth_day},
    };

    /// Eight shows; the site is down for a crawl on the 3rd, and on the 5th the page lists half of them. Marquee has it
    /// right all the time.
    fn verdict() -> Verdict {
        let shows: Vec<(u32, String)> = (1..9).map(|n| (n, format!("Show {n}"))).collect();
        let page = |count: usize| shows.iter().take(count).map(|(n, title)| listed_event(*n, title, n + 12)).collect();
        let claims: Vec<Claimed> =
            shows.iter().map(|(n, title)| claim(&format!("evt_{n}"), *n, title, n + 12)).collect();
        let mut trial = Trial::default();
        for day in 1..10 {
            let seen = match day {
                3 => failed(at(day, 6)),
                5 => crawl(at(day, 6), page(4)),
                _ => crawl(at(day, 6), page(8)),
            };
            assert!(!trial.wants(&seen), "nothing has vanished");
            trial.crawl(&seen, None);
            let events = shows.iter().map(|(n, title)| true_event(*n, title, n + 12)).collect();
            trial.day(&truth_day(day, events), &claims);
        }
        trial.finish()
    }

    fn report() -> Report {
        let mut report = Report::default();
        let requests = Requests { by_host: [("venue.example".to_owned(), 27)].into(), days: 9 };
        report.add(1, &verdict(), &requests);
        report.add(2, &verdict(), &requests);
        report
    }

    #[test]
    fn each_policy_fails_where_its_rules_say() {
        let report = report();
        let of = |name: &str| report.of(name).unwrap().clone();
        let (goskyr, city) = (of("goskyr"), of("city-scrapers"));
        let (triangle, community) = (of("triangle-shows"), of("community-calendar"));
        assert_eq!((goskyr.lost, goskyr.churned, goskyr.truths), (8, 16, 16), "four dropped, all inserted anew");
        assert_eq!((city.falsely_cancelled, city.lost), (16, 0), "all of them while the site was down");
        assert_eq!((triangle.lost, triangle.falsely_cancelled, triangle.churned), (0, 0, 0), "one day is one miss");
        assert_eq!((community.lost, community.churned), (8, 0));
    }

    #[test]
    fn the_report_says_what_is_reached_and_where_others_lead() {
        let report = report();
        let marquee = report.marquee().unwrap();
        assert!(report.is_good(), "{}", report.in_words());
        assert_eq!((marquee.falsely_cancelled, marquee.churned, marquee.days.len()), (0, 0, 18));
        assert!(report.losses().is_empty());
        let words = report.in_words();
        assert!(words.contains("2 seeds; requests a host and day: 3.0 on average, 3.0 at most"), "{words}");
        assert!(words.contains(Column::Churn.name()) && words.contains("<= 0.5 % reached"), "{words}");
        let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!(json["policies"][0]["columns"]["f1"], 1.0);
        assert_eq!(json["policies"][2]["score"]["falsely_cancelled"], 16);
        assert_eq!(json["goals"].as_array().map(Vec::len), Some(7));
    }

    #[test]
    fn reports_of_several_runs_are_the_report_of_all_their_seeds() {
        let requests = Requests { by_host: [("venue.example".to_owned(), 27)].into(), days: 9 };
        let of = |seed: u64| {
            let mut report = Report::default();
            report.add(seed, &verdict(), &requests);
            Report::from_json(&report.json().unwrap()).unwrap()
        };
        let mut sum = of(1);
        sum.join(&of(2)).unwrap();
        assert_eq!(sum.json().unwrap(), report().json().unwrap());
        assert_eq!(sum.join(&of(2)), Err(2));
    }

    #[test]
    fn a_marquee_that_is_wrong_misses_its_goals() {
        let mut trial = Trial::default();
        trial.crawl(&crawl(at(1, 6), vec![listed_event(1, "Aldous", 20)]), None);
        let off = Claimed { status: Status::Cancelled, presumed: true, ..claim("a", 1, "Aldous", 20) };
        trial.day(&truth_day(1, vec![true_event(1, "Aldous", 20)]), &[off]);
        let mut report = Report::default();
        report.add(1, &trial.finish(), &Requests::default());
        let missed: Vec<Column> = report.goals().iter().filter(|goal| !goal.passed).map(|goal| goal.column).collect();
        assert_eq!(missed, [Column::F1, Column::Fields, Column::FalselyCancelled]);
        assert!(!report.is_good());
        assert!(report.in_words().contains("not reached: false cancellations 0, is 1"));
    }
}

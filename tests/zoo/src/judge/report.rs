//! The result: all policies side by side, the goals, and every loss with its reason; as a table and as JSON.

use std::{collections::BTreeMap, fmt::Write};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use serde::{Deserialize, Serialize};

use super::{Column, Columns, Field, Goal, Loss, Score, Verdict, What};

/// How often hosts were asked, the same for every policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// Requests by host, summed over seeds.
    pub by_host: BTreeMap<String, u64>,
    /// Days over which they were made, summed over seeds.
    pub days: u64,
}

/// One policy's line.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    columns: Columns,
    fields: BTreeMap<Field, f64>,
    worst_day_f1: f64,
    mean_hours_from_gone_to_known: f64,
    score: Score,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    seeds: Vec<u64>,
    /// Marquee first.
    scores: Vec<(String, Score)>,
    requests: Requests,
}

impl Requests {
    /// Adds those of another seed.
    pub fn add(&mut self, other: &Self) {
        for (host, count) in &other.by_host {
            *self.by_host.entry(host.clone()).or_default() += count;
        }
        self.days += other.days;
    }

    /// Requests a host and day: the mean, and the most that a host had on average.
    #[must_use]
    pub fn a_day(&self) -> (f64, f64) {
        let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let days = number(self.days.max(1));
        let hosts = number(u64::try_from(self.by_host.len()).unwrap_or(u64::MAX).max(1));
        let most = self.by_host.values().copied().max().unwrap_or(0);
        (number(self.by_host.values().sum()) / hosts / days, number(most) / days)
    }
}

impl Report {
    /// Adds a seed. All seeds have the same policies.
    pub fn add(&mut self, seed: u64, verdict: &Verdict, requests: &Requests) {
        self.seeds.push(seed);
        self.requests.add(requests);
        for (name, score) in &verdict.scores {
            let mut score = score.clone();
            score.mistakes.iter_mut().for_each(|mistake| mistake.seed = seed);
            score.late.iter_mut().for_each(|late| late.seed = seed);
            self.add_score(name, score);
        }
    }

    /// Adds another report.
    ///
    /// # Errors
    /// A seed that both have.
    pub fn join(&mut self, other: &Self) -> Result<(), u64> {
        if let Some(seed) = other.seeds.iter().find(|seed| self.seeds.contains(seed)) {
            return Err(*seed);
        }
        self.seeds.extend(&other.seeds);
        self.requests.add(&other.requests);
        for (name, score) in &other.scores {
            self.add_score(name, score.clone());
        }
        Ok(())
    }

    /// One out of what [`json`](Self::json) wrote.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_json(json: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Written {
            seeds: Vec<u64>,
            requests: Requests,
            policies: Vec<Policy>,
        }
        #[derive(Deserialize)]
        struct Policy {
            name: String,
            score: Score,
        }
        let Written { seeds, requests, policies } = serde_json::from_str(json)?;
        let scores = policies.into_iter().map(|Policy { name, score }| (name, score)).collect();
        Ok(Self { seeds, scores, requests })
    }

    fn add_score(&mut self, name: &str, score: Score) {
        match self.scores.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => sum.add(&score),
            None => self.scores.push((name.to_owned(), score)),
        }
    }

    /// What Marquee came to; nothing without a seed.
    #[must_use]
    pub fn marquee(&self) -> Option<&Score> {
        self.scores.first().map(|(_, score)| score)
    }

    /// What a policy came to.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Score> {
        self.scores.iter().find(|(known, _)| known == name).map(|(_, score)| score)
    }

    /// The goals, in the order of the columns.
    #[must_use]
    pub fn goals(&self) -> Vec<Goal> {
        let Some(ours) = self.marquee() else { return Vec::new() };
        Column::ALL.into_iter().filter_map(|column| column.goal(ours)).collect()
    }

    /// Every column in which a policy does better than Marquee.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let Some(ours) = self.marquee() else { return Vec::new() };
        let others = self.scores.iter().skip(1);
        others
            .flat_map(|(name, theirs)| Column::ALL.into_iter().filter_map(|column| column.loss(ours, name, theirs)))
            .collect()
    }

    /// Whether every goal is reached and every loss has its reason.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.goals().iter().all(|goal| goal.passed) && self.losses().iter().all(Loss::is_explained)
    }

    /// For people: the table, then what was not reached and where others do better.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut words = self.table().to_string();
        let (mean, most) = self.requests.a_day();
        let _ = writeln!(
            words,
            "\n{} seeds; requests a host and day: {mean:.1} on average, {most:.1} at most",
            self.seeds.len()
        );
        if let Some(ours) = self.marquee() {
            let _ = writeln!(
                words,
                "Marquee: worst day F1 {:.4}; {} vanished, {} of them certain before their night, {} known, {} in time; \
                 {:.1} h from gone to known",
                ours.worst_f1(),
                ours.vanished,
                ours.certain,
                ours.known,
                ours.known_in_time,
                ours.mean_hours_gone(),
            );
            for mistake in ours.mistakes.iter().filter(|mistake| mistake.what == What::SaidOff) {
                let _ = writeln!(words, "  {mistake}");
            }
            for late in &ours.late {
                let sold_out = if late.sold_out { ", sold out before" } else { "" };
                let known = late.known.map_or_else(|| "never".to_owned(), |at| at.format("%F %R").to_string());
                let _ = writeln!(
                    words,
                    "  late: seed {}, `{}` of {}{sold_out}: gone {}, certain {}, known {known} ({} crawls)",
                    late.seed,
                    late.title,
                    late.night,
                    late.gone.format("%F %R"),
                    late.certain.format("%F %R"),
                    late.crawls,
                );
            }
        }
        for goal in self.goals().iter().filter(|goal| !goal.passed) {
            let _ = writeln!(words, "not reached: {} {}, is {}", goal.column.name(), goal.wanted, goal.reached);
        }
        for Loss { column, policy, ours, theirs, reason } in self.losses() {
            let _ = writeln!(words, "behind {policy}: {} {theirs}, ours {ours}: {reason}", column.name());
        }
        words
    }

    /// Every event that Marquee had wrong, a line each.
    #[must_use]
    pub fn mistakes(&self) -> String {
        let mistakes = self.marquee().map(|ours| ours.mistakes.as_slice()).unwrap_or_default();
        mistakes.iter().fold(String::new(), |mut words, mistake| {
            let _ = writeln!(words, "{mistake}");
            words
        })
    }

    /// A line for each thing that is compared, a column for each policy.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        let names = self.scores.iter().map(|(name, _)| name.clone());
        table.set_header(["".to_owned(), "goal".to_owned()].into_iter().chain(names));
        for column in Column::ALL {
            let goal = self.marquee().and_then(|ours| column.goal(ours));
            let goal = goal.map_or_else(String::new, |goal| {
                format!("{} {}", goal.wanted, if goal.passed { "reached" } else { "MISSED" })
            });
            let values = self.scores.iter().map(|(_, score)| column.printed(score));
            table.add_row([column.name().to_owned(), goal].into_iter().chain(values));
            if column == Column::Fields {
                for field in Field::ALL {
                    let values = self.scores.iter().map(|(_, score)| {
                        score
                            .fields
                            .get(&field)
                            .map_or_else(|| "-".to_owned(), |of| format!("{:.3} %", of.share() * 100.0))
                    });
                    table.add_row([format!("  {}", field.name()), String::new()].into_iter().chain(values));
                }
            }
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    /// For machines: everything that was counted, day by day.
    ///
    /// # Errors
    /// Never: all of it is numbers and text.
    pub fn json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Whole<'a> {
            seeds: &'a [u64],
            is_good: bool,
            goals: Vec<Goal>,
            losses: Vec<Loss>,
            requests: &'a Requests,
            policies: Vec<Row>,
        }
        let row = |(name, score): &(String, Score)| Row {
            name: name.clone(),
            columns: Columns::of(score),
            fields: score.fields.iter().map(|(field, of)| (*field, of.share())).collect(),
            worst_day_f1: score.worst_f1(),
            mean_hours_from_gone_to_known: score.mean_hours_gone(),
            score: score.clone(),
        };
        serde_json::to_string_pretty(&Whole {
            seeds: &self.seeds,
            is_good: self.is_good(),
            goals: self.goals(),
            losses: self.losses(),
            requests: &self.requests,
            policies: self.scores.iter().map(row).collect(),
        })
    }
}

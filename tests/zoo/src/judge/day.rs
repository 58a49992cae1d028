//! The judge: goes beside one policy through a seed, crawl by crawl and day by day.

use crate::{
    judge::{
        cancellations::Cancellations,
        events::{Pairs, is_on},
        fields,
        ids::Ids,
        listed::Listed,
        mistakes::Mistakes,
        score::{DayScore, Score},
    },
    seen::{Claimed, SeenCrawl},
    truth::TruthDay,
};

/// Holds the claims of one policy against the truth.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    listed: Listed,
    ids: Ids,
    cancellations: Cancellations,
    score: Score,
    /// Mistakes by name, where they are asked for.
    mistakes: Option<Mistakes>,
}

impl Judge {
    /// One that says which events were wrong, not only how many.
    #[must_use]
    pub fn by_name() -> Self {
        Self { mistakes: Some(Mistakes::default()), ..Self::default() }
    }

    /// Whether the claims right after this crawl are of use: where the source told of an event that has vanished. Who
    /// does not give them is judged by the day, which makes knowing look later than it is.
    #[must_use]
    pub fn wants(&self, seen: &SeenCrawl) -> bool {
        let open = self.cancellations.open();
        !open.is_empty() && self.listed.has_any(seen.source, &open)
    }

    /// Takes a crawl in, and what the policy claims right after it of that day and later, where that is known.
    pub fn crawl(&mut self, seen: &SeenCrawl, claims: Option<&[Claimed]>) {
        self.listed.crawl(seen);
        if let Some(claims) = claims {
            self.cancellations.look(seen.at, claims, &self.listed);
        }
    }

    /// Judges a day, after its crawls: the claims are of that day and later.
    pub fn day(&mut self, truth: &TruthDay, claims: &[Claimed]) {
        let pairs = Pairs::of(truth, claims);
        let (right, wrong, missed) = pairs.count(claims);
        self.score.days.push(DayScore { day: truth.day, right, wrong, missed });
        let on = claims.iter().filter(|claim| is_on(claim.status)).count();
        self.score.claimed_on += u64::try_from(on).unwrap_or(u64::MAX);
        for (event, claim) in pairs.best() {
            fields::judge(event, claim, &mut self.score.fields);
        }
        if let Some(mistakes) = &mut self.mistakes {
            mistakes.day(truth, &pairs, claims);
        }
        self.ids.day(&pairs, claims, &self.listed, &mut self.score);
        self.cancellations.day(truth, &pairs, claims, &self.listed, &mut self.score);
    }

    /// Says that an id answers with another from now on, so that the change is no loss to who holds the old one.
    pub fn answers(&mut self, old: &str, new: &str) {
        self.ids.answers(old, new);
    }

    /// What was counted.
    #[must_use]
    pub fn finish(mut self) -> Score {
        self.cancellations.finish(&self.listed, &mut self.score);
        self.ids.finish(&mut self.score);
        self.score.mistakes = self.mistakes.map(Mistakes::finish).unwrap_or_default();
        self.score
    }
}

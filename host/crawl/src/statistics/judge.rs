//! Judging: the numbers of a crawl against those of the good crawls before it.
//!
//! Every question has the form "if the source is as it was, what is the chance of so few (so many)?", and the answers share one
//! rate of false alarms. See docs/decisions/0011 for why these laws.

use marquee_model::{Field, Oddity, Statistics};

use super::{
    chance::{Share, so_few_events},
    codes,
};

/// Of a thousand crawls of a source that is as it was, at most five may be called into doubt: half of the one percent that an operator
/// is promised. Counts are whole numbers, so the true rate is lower still; a test below draws crawls and counts.
pub const FALSE_ALARMS: f64 = 0.005;

/// Something in which a crawl departs from the ones before.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The diagnostic's code.
    pub code: &'static str,
    /// What was found, in numbers.
    pub message: String,
    /// The chance of it, if nothing was wrong.
    pub chance: f64,
}

/// Holds a crawl against the source's recent good ones, the newest first. Without any, only what no calendar can be is told.
#[must_use]
pub fn judge(now: &Statistics, history: &[Statistics]) -> Vec<Finding> {
    if history.is_empty() {
        return absurd(now);
    }
    let mut answers = vec![events(now, history), gone(now, history), dropped(now, history)];
    for field in Field::ALL {
        answers.extend([
            fell_away(field, now, history),
            lost(field, now, history),
            changed(field, now, history),
            alike(field, now, history),
        ]);
    }
    answers.extend(Oddity::ALL.map(|oddity| odd(oddity, now, history)));
    // Bonferroni: the rate is shared by all questions that could be asked, whatever their answers.
    let asked: Vec<Finding> = answers.into_iter().flatten().collect();
    let rate = FALSE_ALARMS / f64::from(u32::try_from(asked.len()).unwrap_or(u32::MAX).max(1));
    let mut findings: Vec<Finding> = asked.into_iter().filter(|finding| finding.chance < rate).collect();
    findings.sort_by(|a, b| a.chance.total_cmp(&b.chance));
    if findings.is_empty() { absurd(now) } else { findings }
}

/// What no calendar is, whatever came before: every title a date, every title a price.
fn absurd(now: &Statistics) -> Vec<Finding> {
    const FEW: u32 = 2; // one act may well be called "1349" or "4/4"
    let all = |oddity: &Oddity| now.items >= FEW && now.odd.get(oddity) == Some(&now.items);
    [Oddity::TitleIsDate, Oddity::TitleIsPrice]
        .into_iter()
        .filter(all)
        .map(|oddity| Finding {
            code: codes::VALUES_ODD,
            message: format!("all {} events {}", now.items, oddity.words()),
            chance: 0.0,
        })
        .collect()
}

/// The chance under each crawl of the past, averaged: any of them may be what the source is like today.
fn mixed(history: &[Statistics], chance: impl Fn(&Statistics) -> f64) -> f64 {
    let crawls = u32::try_from(history.len()).unwrap_or(u32::MAX).max(1);
    history.iter().map(chance).sum::<f64>() / f64::from(crawls)
}

/// The chance that of `known` events `hit` are struck, where crawls before struck so many of so many. Reading the last good crawl's
/// pages once more would strike none, since plugins are pure functions: that is counted as one crawl more. A share that a good
/// crawl had before is no news.
fn struck(hit: u32, known: u32, before: impl Iterator<Item = (u32, u32)>) -> f64 {
    struck_beside(u64::from(known), hit, known, before)
}

/// The same, with so many events known not to have been struck.
fn struck_beside(spared: u64, hit: u32, known: u32, before: impl Iterator<Item = (u32, u32)>) -> f64 {
    let (mut all_hit, mut all_known) = (0_u64, spared);
    for (past_hit, past_known) in before {
        if past_known > 0
            && u64::from(past_hit) * u64::from(known) >= u64::from(hit) * u64::from(past_known)
            && past_hit > 0
        {
            return 1.0;
        }
        all_hit += u64::from(past_hit);
        all_known += u64::from(past_known);
    }
    Share::seen(all_hit, all_known).at_least(hit, known)
}

fn events(now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let most = history.iter().map(|past| past.items).max().unwrap_or_default();
    (most > 0).then(|| Finding {
        code: codes::EVENTS_FELL_AWAY,
        message: format!("{} events, where the last good crawls had {}", now.items, span(history, |past| past.items)),
        chance: mixed(history, |past| so_few_events(now.items, past.items)),
    })
}

fn gone(now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    (now.ahead > 0).then(|| Finding {
        code: codes::EVENTS_FELL_AWAY,
        message: format!("{} of {} events that are still to come are listed no more", now.gone, now.ahead),
        chance: struck(now.gone, now.ahead, history.iter().map(|past| (past.gone, past.ahead))),
    })
}

/// Events that are over: kept by some calendars, dropped by most, each at its own time. Reading the old pages once more says nothing
/// here, since time has passed.
fn dropped(now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    (now.behind > 0).then(|| Finding {
        code: codes::EVENTS_FELL_AWAY,
        message: format!("{} of {} events that are over are listed no more", now.dropped, now.behind),
        chance: struck_beside(0, now.dropped, now.behind, history.iter().map(|past| (past.dropped, past.behind))),
    })
}

fn fell_away(field: Field, now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let counts = now.of(field);
    let was_there = history.iter().any(|past| past.of(field).having > 0);
    (was_there && now.items > 0).then(|| Finding {
        code: codes::FIELD_FELL_AWAY,
        message: format!(
            "`{}` fell away: {} of {} events have it, where the last good crawls had it in {} percent",
            field.name(),
            counts.having,
            now.items,
            span(history, |past| past.of(field).having * 100 / past.items.max(1)),
        ),
        chance: mixed(history, |past| {
            Share::seen(past.of(field).having.into(), past.items.into()).at_most(counts.having, now.items)
        }),
    })
}

fn lost(field: Field, now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let counts = now.of(field);
    (counts.known > 0).then(|| Finding {
        code: codes::FIELD_FELL_AWAY,
        message: format!(
            "`{}` fell away: {} of {} known events had it and have it no more",
            field.name(),
            counts.lost,
            counts.known
        ),
        chance: struck(
            counts.lost,
            counts.known,
            history.iter().map(|past| (past.of(field).lost, past.of(field).known)),
        ),
    })
}

fn changed(field: Field, now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let counts = now.of(field);
    (counts.known > 0).then(|| Finding {
        code: codes::FIELD_CHANGED,
        message: format!("`{}` is another in {} of {} known events", field.name(), counts.changed, counts.known),
        chance: struck(
            counts.changed,
            counts.known,
            history.iter().map(|past| (past.of(field).changed, past.of(field).known)),
        ),
    })
}

fn alike(field: Field, now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let counts = now.of(field);
    let was_there = history.iter().any(|past| past.of(field).having > 0);
    (was_there && counts.having > 0).then(|| Finding {
        code: codes::VALUES_ALIKE,
        message: format!("`{}` is shared by {} of {} events that have it", field.name(), counts.alike, counts.having),
        chance: mixed(history, |past| {
            let past = past.of(field);
            Share::seen(past.alike.into(), past.having.into()).at_least(counts.alike, counts.having)
        }),
    })
}

fn odd(oddity: Oddity, now: &Statistics, history: &[Statistics]) -> Option<Finding> {
    let of = |crawl: &Statistics| crawl.odd.get(&oddity).copied().unwrap_or_default();
    (now.items > 0).then(|| Finding {
        code: codes::VALUES_ODD,
        message: format!(
            "{} of {} events {}, where it was {} before",
            of(now),
            now.items,
            oddity.words(),
            span(history, of)
        ),
        chance: mixed(history, |past| Share::seen(of(past).into(), past.items.into()).at_least(of(now), now.items)),
    })
}

/// "40", or "38 to 41".
fn span(history: &[Statistics], number: impl Fn(&Statistics) -> u32) -> String {
    let numbers: Vec<u32> = history.iter().map(number).collect();
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(least), Some(most)) if least != most => format!("{least} to {most}"),
        (Some(least), _) => least.to_string(),
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use marquee_model::FieldCount;

    use super::*;

    /// A crawl of 40 events: so many have a price, the rest has everything; all known again.
    fn crawl(items: u32, priced: u32) -> Statistics {
        let full = FieldCount { having: items, alike: 0, known: items, lost: 0, changed: 0 };
        let price = FieldCount { having: priced, alike: priced, known: priced, lost: 0, changed: 0 };
        let fields = [(Field::Title, full), (Field::Date, full), (Field::Price, price)].into();
        Statistics { items, fields, ahead: items, ..Statistics::default() }
    }

    fn codes_of(now: &Statistics, history: &[Statistics]) -> Vec<&'static str> {
        judge(now, history).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_crawl_like_the_ones_before_raises_no_alarm() {
        let history = [crawl(40, 12), crawl(41, 15), crawl(38, 11)];
        for now in [crawl(40, 12), crawl(36, 9), crawl(44, 20), crawl(30, 10)] {
            assert_eq!(judge(&now, &history), [], "{now:?}");
        }
    }

    #[test]
    fn a_field_that_fell_away_is_told_with_its_numbers() {
        let findings = judge(&crawl(40, 0), &[crawl(40, 40), crawl(41, 41)]);
        assert_eq!(findings[0].code, "field-fell-away");
        assert_eq!(
            findings[0].message,
            "`price` fell away: 0 of 40 events have it, where the last good crawls had it in 100 percent"
        );
    }

    #[test]
    fn a_rare_field_is_missed_where_the_known_events_lost_it() {
        let mut now = crawl(40, 0);
        now.fields.insert(Field::Price, FieldCount { known: 5, lost: 5, ..FieldCount::default() });
        let history = vec![crawl(40, 5); 8];
        assert_eq!(codes_of(&now, &history), ["field-fell-away"]);
        now.fields.insert(Field::Price, FieldCount { known: 5, lost: 1, having: 4, ..FieldCount::default() });
        assert!(judge(&now, &history).is_empty(), "one of five may be sold out");
    }

    #[test]
    fn values_that_all_changed_are_told_unless_they_always_do() {
        let change = |changed| {
            let mut crawl = crawl(40, 40);
            crawl.fields.insert(Field::Price, FieldCount { having: 40, known: 40, changed, ..FieldCount::default() });
            crawl
        };
        assert_eq!(codes_of(&change(40), &vec![change(1); 5]), ["field-changed"]);
        assert!(judge(&change(40), &[change(0), change(40), change(0)]).is_empty());
    }

    #[test]
    fn events_that_are_listed_no_more_are_told_even_where_the_page_says_that_nothing_is_on() {
        let now = Statistics { ahead: 40, gone: 40, ..Statistics::default() };
        assert!(codes_of(&now, &vec![crawl(40, 3); 3]).contains(&"events-fell-away"));
        let few = Statistics { gone: 2, ..crawl(38, 3) };
        assert!(judge(&few, &vec![crawl(40, 3); 3]).is_empty());
    }

    #[test]
    fn events_that_are_over_are_missed_only_where_the_source_keeps_them() {
        let past = |dropped| Statistics { behind: 20, dropped, ..crawl(40, 3) };
        assert_eq!(codes_of(&past(20), &vec![past(0); 5]), ["events-fell-away"]);
        assert!(judge(&past(20), &vec![past(20); 5]).is_empty());
        assert!(judge(&past(20), &vec![crawl(40, 3); 5]).is_empty(), "nothing is known of what it does with them");
    }

    #[test]
    fn titles_that_became_one_and_times_that_became_midnight_are_told() {
        let mut now = crawl(40, 40);
        now.fields.insert(Field::Title, FieldCount { having: 40, alike: 40, ..FieldCount::default() });
        now.odd.insert(Oddity::Midnight, 40);
        let codes = codes_of(&now, &[crawl(40, 40)]);
        assert!(codes.contains(&"values-alike") && codes.contains(&"values-odd"), "{codes:?}");
    }

    #[test]
    fn a_first_crawl_is_doubted_only_where_its_titles_cannot_be_titles() {
        let mut first = crawl(12, 0);
        assert!(judge(&first, &[]).is_empty());
        first.odd.insert(Oddity::TitleIsDate, 12);
        assert_eq!(codes_of(&first, &[]), ["values-odd"]);
    }

    #[test]
    fn chance_alone_raises_no_more_alarms_than_the_named_rate() {
        // A source whose share of prices is 30 percent and whose events number 40 on average, drawn 4,000 times; xorshift, so that
        // the test is the same every time.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut crawls = Vec::new();
        for _ in 0..4_000 {
            let items = (0..80).filter(|_| draw() < 0.5).count() as u32;
            let priced = (0..items).filter(|_| draw() < 0.3).count() as u32;
            crawls.push(crawl(items, priced));
        }
        let alarms = crawls.windows(11).filter(|run| !judge(&run[10], &run[..10]).is_empty()).count();
        println!("{alarms} alarms in 4,000 crawls");
        assert!(alarms <= 20, "{alarms} alarms in 4,000 crawls");
    }
}

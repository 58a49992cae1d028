//! Compares events with what is expected: who is who, and which values agree.
//!
//! Pure: reads no page and no file. White space, typographic quotes and dashes are no differences; everything else is.

use std::{collections::BTreeMap, str::FromStr as _};

use marquee_model::{Event, WebUrl};
use marquee_reading::status;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    expected::{Test, Wanted},
    field::{self, Field},
};

/// How alike two titles must be to name one event on one day, from 0 to 1: half of the words of the shorter. The day has to agree
/// as well; venues announce "A w/ B, C" and "A" on one page.
const ALIKE: f64 = 0.5;

/// How often a field was read rightly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The value that is expected.
    pub right: u32,
    /// Another value.
    pub wrong: u32,
    /// No value where one is expected.
    pub absent: u32,
    /// A value where the file knows of none. Not counted against the reading: compare with the page.
    pub extra: u32,
}

impl Tally {
    /// Adds another tally.
    pub const fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.absent += other.absent;
        self.extra += other.extra;
    }

    /// Right values among those that are expected, from 0 to 1; 1 where none is.
    #[must_use]
    pub fn accuracy(self) -> f64 {
        let all = self.right + self.wrong + self.absent;
        if all == 0 { 1.0 } else { f64::from(self.right) / f64::from(all) }
    }
}

/// What is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
pub enum Difference {
    /// An expected event was not found.
    Missed {
        /// Its title and day.
        event: String,
        /// The most similar event that was found, if any is.
        nearest: Option<String>,
    },
    /// An event that is not expected.
    Invented {
        /// Its title and day.
        event: String,
    },
    /// Another value than expected.
    Wrong {
        /// The event.
        event: String,
        /// The field.
        field: Field,
        /// What is expected.
        expected: String,
        /// What was found.
        found: String,
    },
    /// No value where one is expected.
    Absent {
        /// The event.
        event: String,
        /// The field.
        field: Field,
        /// What is expected.
        expected: String,
    },
    /// A value where the file knows of none.
    Extra {
        /// The event.
        event: String,
        /// The field.
        field: Field,
        /// What was found.
        found: String,
    },
    /// Another number of events under a condition.
    Count {
        /// The condition.
        of: String,
        /// What is expected.
        expected: u64,
        /// What was found.
        found: u64,
    },
}

/// What a comparison came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Expected events that were found.
    pub(crate) matched: u64,
    /// Expected events that were not.
    pub(crate) missed: u64,
    /// Events that belong to no expected one.
    pub(crate) unexpected: Vec<String>,
    pub(crate) fields: BTreeMap<Field, Tally>,
    pub(crate) differences: Vec<Difference>,
}

/// Compares: each expected event with the one found event that it names. `own_venue` is the name of the source's venue.
pub(crate) fn compare(wanted: &[Wanted], events: &[Event], own_venue: &str) -> Compared {
    let mut compared = Compared::default();
    let mut free: Vec<bool> = vec![true; events.len()];
    let mut pairs: Vec<Option<usize>> = vec![None; wanted.len()];
    // Equal titles first, so that a similar one cannot take their place.
    for least in [1.0, ALIKE] {
        for (wanted, pair) in wanted.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let candidates = events.iter().enumerate().filter(|(at, _)| free.get(*at) == Some(&true));
            let scored = candidates.filter(|(_, event)| on_the_day(wanted, event, own_venue)).map(|(at, event)| {
                let hour = wanted.tests.iter().any(|(field, test)| {
                    *field == Field::Show && verdict(*field, test, event, own_venue) == Verdict::Right
                });
                (at, alike(wanted, event), hour)
            });
            let best = scored
                .filter(|(_, alike, _)| *alike >= least)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)).then(b.0.cmp(&a.0)));
            if let Some((at, _, _)) = best {
                *pair = Some(at);
                free.iter_mut().skip(at).take(1).for_each(|free| *free = false);
            }
        }
    }
    for (wanted, pair) in wanted.iter().zip(&pairs) {
        match pair.and_then(|at| events.get(at)) {
            Some(event) => {
                compared.matched += 1;
                compared.fields_of(wanted, event, own_venue);
            }
            None => compared.miss(wanted, events),
        }
    }
    let unexpected = events.iter().zip(&free).filter(|(_, free)| **free);
    compared.unexpected = unexpected.map(|(event, _)| named(event)).collect();
    compared
}

impl Compared {
    fn fields_of(&mut self, wanted: &Wanted, event: &Event, own_venue: &str) {
        for (field, test) in &wanted.tests {
            let (name, field, expected) = (named(event), *field, test.to_string());
            let found = field::value(event, field).unwrap_or_default();
            let tally = self.fields.entry(field).or_default();
            match verdict(field, test, event, own_venue) {
                Verdict::Right => tally.right += 1,
                Verdict::Wrong => {
                    tally.wrong += 1;
                    self.differences.push(Difference::Wrong { event: name, field, expected, found });
                }
                Verdict::Absent => {
                    tally.absent += 1;
                    self.differences.push(Difference::Absent { event: name, field, expected });
                }
                Verdict::Extra => {
                    tally.extra += 1;
                    self.differences.push(Difference::Extra { event: name, field, found });
                }
                Verdict::Unsaid => {}
            }
        }
    }

    fn miss(&mut self, wanted: &Wanted, events: &[Event]) {
        self.missed += 1;
        let scored = events.iter().map(|event| (alike(wanted, event), event));
        let nearest = scored.filter(|(alike, _)| *alike >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0));
        let nearest = nearest.map(|(_, event)| named(event));
        self.differences.push(Difference::Missed { event: wanted.name(), nearest });
    }
}

/// How a found value stands to what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    Absent,
    Extra,
    /// Nothing is expected and nothing found.
    Unsaid,
}

fn verdict(field: Field, test: &Test, event: &Event, own_venue: &str) -> Verdict {
    let found = match field {
        Field::Venue => Some(event.venue_name.clone().unwrap_or_else(|| own_venue.to_owned())),
        _ => field::value(event, field),
    };
    let Some(found) = found else {
        return if *test == Test::Nothing { Verdict::Unsaid } else { Verdict::Absent };
    };
    let right = match test {
        Test::Nothing => return Verdict::Extra,
        Test::Starts(start) => found.starts_with(start.as_str()),
        Test::Contains(part) => folded(&found).to_lowercase().contains(&folded(part).to_lowercase()),
        Test::Path(path) => found.parse::<WebUrl>().is_ok_and(|url| url.url().path() == path),
        Test::All(names) => {
            let found: Vec<String> = field::openers(event).into_iter().map(folded).collect();
            let names: Vec<String> = names.iter().map(|name| folded(name)).collect();
            // Where the file keeps a column of names as one, the same names one by one are as good.
            let each = names.len() == found.len() && names.iter().all(|name| found.contains(name));
            each || names.join(" ") == found.join(" ")
        }
        Test::Is(value) => is(field, value, &found, event),
    };
    if right { Verdict::Right } else { Verdict::Wrong }
}

fn is(field: Field, value: &str, found: &str, event: &Event) -> bool {
    match field {
        Field::PriceMin | Field::PriceMax => {
            Decimal::from_str(value).ok().zip(Decimal::from_str(found).ok()).is_some_and(|(a, b)| a == b)
        }
        Field::TicketUrl | Field::EventUrl => same_address(value, found),
        Field::Title => folded(value) == folded(found) || folded(&status::read(value).1) == folded(found),
        Field::Venue => {
            let (a, b) = (folded(value).to_lowercase(), folded(found).to_lowercase());
            a.contains(&b) || b.contains(&a)
        }
        // Where the file takes the whole title for the act, the acts that were read out of that title are as good.
        Field::Headliner => {
            let title = folded(&event.title);
            let whole = folded(value) == title;
            folded(value) == folded(found)
                || whole && event.performers.iter().all(|act| title.contains(&folded(&act.name)))
        }
        _ => folded(value) == folded(found),
    }
}

/// Two spellings of one address.
pub(crate) fn same_address(a: &str, b: &str) -> bool {
    let canonical = |text: &str| text.parse::<WebUrl>().ok().and_then(|url| url.canonical());
    a == b || canonical(a).is_some_and(|a| canonical(b) == Some(a))
}

fn on_the_day(wanted: &Wanted, event: &Event, own_venue: &str) -> bool {
    let mut days = wanted.tests.iter().filter(|(field, _)| *field == Field::Date);
    days.all(|(field, test)| verdict(*field, test, event, own_venue) == Verdict::Right)
}

/// How alike an event's title is to the expected one, from 0 to 1.
fn alike(wanted: &Wanted, event: &Event) -> f64 {
    let title = folded(&event.title).to_lowercase();
    let expected = match &wanted.title {
        Some(Test::Is(expected)) => folded(&status::read(expected).1).to_lowercase(),
        Some(Test::Contains(part)) => {
            return if title.contains(&folded(part).to_lowercase()) { 1.0 } else { 0.0 };
        }
        _ => return ALIKE,
    };
    if title == expected {
        return 1.0;
    }
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (ours, theirs) = (words(&title), words(&expected));
    let shared = theirs.iter().filter(|word| ours.contains(word)).count();
    let shorter = ours.len().min(theirs.len());
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    // Below 1, which is for equal titles alone.
    if shorter == 0 { 0.0 } else { 0.99 * count(shared.min(shorter)) / count(shorter) }
}

/// Text without differences that a page's markup or a typographer makes.
fn folded(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{00B4}' | '`' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn named(event: &Event) -> String {
    format!("{} ({})", event.title, event.start.date)
}

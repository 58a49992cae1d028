//! Pairs of records made by a seed: one event told by two sources, or two events that look alike.

use chrono::{Days, NaiveDate, NaiveTime};
use marquee_model::Performer;

use super::{
    record::{Pair, Record, performers},
    rng::Rng,
    vocabulary as words,
};

mod one_event;
mod two_events;

type Family = (&'static str, fn(&mut Rng) -> (Record, Record, bool));

/// The families, each with what it makes. Those that make both kinds say so by what they give back.
const FAMILIES: &[Family] = &[
    ("two sources of one concert", one_event::two_sources),
    ("the bill in another order", one_event::another_order),
    ("support added or left out", one_event::support_added),
    ("status words", one_event::status_words),
    ("an aggregator's title", one_event::aggregator),
    ("accents lost", one_event::accents),
    ("a slip of the pen", one_event::slip),
    ("translated", one_event::translated),
    ("an evening of one name", one_event::evening),
    ("a tribute told twice", one_event::tribute_twice),
    ("early or late", one_event::early_or_late),
    ("one room", one_event::one_room),
    ("after midnight", one_event::after_midnight),
    ("a night of a residency", one_event::residency),
    ("comedy", one_event::comedy),
    ("a night of a festival", one_event::festival_night),
    ("other acts", two_events::other_acts),
    ("other acts under one presenter", two_events::one_presenter),
    ("a tribute and its idol", two_events::idol),
    ("two tributes", two_events::two_tributes),
    ("a pass and a night", two_events::pass),
    ("two rooms", two_events::two_rooms),
    ("two nights", two_events::two_nights),
    ("two parts", two_events::two_parts),
    ("beside the show", two_events::beside),
    ("a name within a name", two_events::within),
    ("one ticket page", two_events::one_ticket_page),
];

/// The pairs of one seed: one of each family.
pub(crate) fn of_seed(seed: u64) -> Vec<Pair> {
    FAMILIES
        .iter()
        .zip(1_u64..)
        .map(|((family, make), number)| {
            let mut rng = Rng::new(seed.wrapping_mul(1009).wrapping_add(number));
            let (a, b, same) = make(&mut rng);
            // Which source is first must not matter.
            let (a, b) = if rng.percent(50) { (a, b) } else { (b, a) };
            Pair { a, b, same, family }
        })
        .collect()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour % 24, minute, 0).unwrap()
}

fn later(at: NaiveTime, minutes: i64) -> NaiveTime {
    at.overflowing_add_signed(chrono::Duration::minutes(minutes)).0
}

/// An event as it is.
struct Truth {
    acts: Vec<String>,
    date: NaiveDate,
    start: NaiveTime,
}

impl Truth {
    fn new(rng: &mut Rng, acts: usize) -> Self {
        let date = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + Days::new(rng.below(280) as u64);
        let start = time(u32::try_from(18 + rng.below(5)).unwrap(), [0, 30][rng.below(2)]);
        Self { acts: words::acts(rng, acts), date, start }
    }

    /// As the house itself prints it.
    fn by_house(&self, rng: &mut Rng) -> Record {
        let mut record = Record::new(&billed(&self.acts, rng), self.date);
        record.start = Some(self.start);
        if rng.percent(40) {
            record.doors = Some(later(self.start, -[30, 60][rng.below(2)]));
        }
        if rng.percent(50) {
            record.performers = listed(&self.acts);
        }
        record
    }

    /// As another source prints it, which knows less and is sometimes half an hour off.
    fn by_other(&self, rng: &mut Rng) -> Record {
        let mut record = Record::new(&billed(&self.acts, rng), self.date);
        record.start = match rng.below(10) {
            0..=5 => Some(self.start),
            6 => Some(later(self.start, -30)),
            7 => Some(later(self.start, 30)),
            _ => None,
        };
        if rng.percent(50) {
            record.performers = listed(&self.acts);
        }
        record
    }
}

fn listed(acts: &[String]) -> Vec<Performer> {
    performers(acts.iter().map(String::as_str))
}

/// A title that names a bill.
fn billed(acts: &[String], rng: &mut Rng) -> String {
    let first = &acts[0];
    let rest = &acts[1..];
    if rest.is_empty() {
        return match rng.below(10) {
            0 => format!("{} presents {first}", words::presenter(rng)),
            1 => format!("{first} - {} Tour", words::work(rng)),
            2 => format!("{first}: \"{}\" Album Release", words::work(rng)),
            3 => format!("An Evening with {first}"),
            4 => format!("{first} (Live)"),
            5 => first.to_uppercase(),
            _ => first.clone(),
        };
    }
    let list = rest.join(", ");
    match rng.below(9) {
        0 => format!("{first} w/ {list}"),
        1 => format!("{first} with {list}"),
        2 => format!("{first} + {}", rest.join(" + ")),
        3 => acts.join(" / "),
        4 => format!("{first} with special guests {list}"),
        5 => format!("{first} feat. {list}"),
        6 => format!("{} presents {first} w/ {list}", words::presenter(rng)),
        7 if acts.len() > 2 => acts.join(", "),
        _ => format!("{first}, support: {list}"),
    }
}

//! A record that owns its texts, and how one is written in a file of cases.

use chrono::{NaiveDate, NaiveTime};
use marquee_identity::Facts;
use marquee_model::{Performer, Role, SourceId, Status, VenueId, WebUrl};

#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) title: String,
    pub(crate) performers: Vec<Performer>,
    pub(crate) venue: u8,
    pub(crate) venue_name: Option<String>,
    pub(crate) room: Option<String>,
    pub(crate) date: NaiveDate,
    pub(crate) start: Option<NaiveTime>,
    pub(crate) doors: Option<NaiveTime>,
    pub(crate) end: Option<NaiveDate>,
    pub(crate) ticket: Option<WebUrl>,
    pub(crate) page: Option<WebUrl>,
    pub(crate) status: Status,
    pub(crate) source: Option<u8>,
    pub(crate) key: Option<String>,
    pub(crate) place_names: Vec<&'static str>,
}

fn id<T: marquee_model::id::Named>(number: u8) -> marquee_model::Id<T> {
    let at = chrono::DateTime::from_timestamp(0, 0).unwrap();
    let text = marquee_model::Id::<T>::new(at).to_string();
    let (prefix, _) = text.split_once('_').unwrap();
    format!("{prefix}_{:032x}", u128::from(number) + 1).parse().unwrap()
}

impl Record {
    pub(crate) fn new(title: &str, date: NaiveDate) -> Self {
        Self {
            title: title.to_owned(),
            performers: Vec::new(),
            venue: 1,
            venue_name: None,
            room: None,
            date,
            start: None,
            doors: None,
            end: None,
            ticket: None,
            page: None,
            status: Status::Scheduled,
            source: None,
            key: None,
            place_names: Vec::new(),
        }
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        let venue: VenueId = id(self.venue);
        Facts {
            source: self.source.map(id::<marquee_model::id::SourceKind>).map(|id: SourceId| id),
            native_key: self.key.as_deref(),
            performers: &self.performers,
            venue_name: self.venue_name.as_deref(),
            room: self.room.as_deref(),
            start_time: self.start,
            doors_time: self.doors,
            end_date: self.end,
            ticket_url: self.ticket.as_ref(),
            event_url: self.page.as_ref(),
            status: self.status,
            place_names: &self.place_names,
            ..Facts::new(&self.title, venue, self.date)
        }
    }

    /// Reads `Title {20:00; room Back; by A + dj:B}`.
    pub(crate) fn read(text: &str) -> Self {
        let text = text.trim();
        let (title, facts) = match text.strip_suffix('}').and_then(|text| text.rsplit_once('{')) {
            Some((title, facts)) => (title.trim(), facts),
            None => (text, ""),
        };
        let mut record = Self::new(title, NaiveDate::from_ymd_opt(2026, 11, 12).unwrap());
        for fact in facts.split(';').map(str::trim).filter(|fact| !fact.is_empty()) {
            let (word, rest) = fact.split_once(' ').unwrap_or((fact, ""));
            let time = |text: &str| Some(NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_else(|_| panic!("{text}")));
            let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_else(|_| panic!("{text}"));
            match word {
                "doors" => record.doors = time(rest),
                "on" => record.date = day(rest),
                "until" => record.end = Some(day(rest)),
                "room" => record.room = Some(rest.to_owned()),
                "by" => record.performers = bill(rest),
                "tix" => record.ticket = Some(rest.parse().unwrap()),
                "page" => record.page = Some(rest.parse().unwrap()),
                "at" => record.venue_name = Some(rest.to_owned()),
                "venue" => record.venue = rest.parse().unwrap(),
                "source" => record.source = Some(rest.parse().unwrap()),
                "key" => record.key = Some(rest.to_owned()),
                "named" => {
                    record.place_names =
                        rest.split(" + ").map(|name| &*Box::leak(name.to_owned().into_boxed_str())).collect();
                }
                "cancelled" => record.status = Status::Cancelled,
                "postponed" => record.status = Status::Postponed,
                "rescheduled" => record.status = Status::Rescheduled,
                "moved" => record.status = Status::Moved,
                "sold-out" => record.status = Status::SoldOut,
                _ => record.start = time(fact),
            }
        }
        record
    }
}

fn bill(text: &str) -> Vec<Performer> {
    performers(text.split(" + ").map(str::trim))
}

/// A bill in order; `dj:` and `host:` before a name say its role.
pub(crate) fn performers<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<Performer> {
    (1..)
        .zip(names)
        .map(|(billing, name)| {
            let (role, name) = match name.split_once(':') {
                Some(("dj", name)) => (Role::Dj, name),
                Some(("host", name)) => (Role::Host, name),
                _ if billing == 1 => (Role::Headliner, name),
                _ => (Role::Support, name),
            };
            Performer { name: name.to_owned(), role, billing }
        })
        .collect()
}

/// A pair with its label.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) a: Record,
    pub(crate) b: Record,
    pub(crate) same: bool,
    pub(crate) family: &'static str,
}

/// The pairs that people wrote.
pub(crate) fn hand_written() -> Vec<Pair> {
    let mut family = "";
    let mut pairs = Vec::new();
    for line in include_str!("../cases/pairs.txt").lines() {
        let line: &'static str = line;
        if let Some(heading) = line.strip_prefix("# -- ") {
            family = heading;
        }
        let (same, rest) = if let Some(rest) = line.strip_prefix("same: ") {
            (true, rest)
        } else if let Some(rest) = line.strip_prefix("other: ") {
            (false, rest)
        } else {
            continue;
        };
        let (a, b) = rest.split_once(" <=> ").unwrap_or_else(|| panic!("{line}"));
        pairs.push(Pair { a: Record::read(a), b: Record::read(b), same, family });
    }
    pairs
}

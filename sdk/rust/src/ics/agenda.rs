//! What a calendar's entries come to: each start of each of them, with the exceptions in their places.
//!
//! Entries with one name (`UID`) are one thing: a master, and exceptions that stand in for one of its starts. Shared by everything
//! that tells events in this way, whether as iCalendar or as JSON.

use std::collections::BTreeMap;

use super::{Rule, Series, Span, Stamp, Wall, Zones};
use crate::Date;

/// A stamp, and the zone that it is told in.
pub type Placed = (Stamp, Option<String>);

/// An entry of a calendar.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name, the same for a master and its exceptions; empty where it has none.
    pub name: String,
    /// How often it was changed: of two with one name the later counts.
    pub sequence: i64,
    /// When it begins.
    pub start: Placed,
    /// When it ends; of days, the day after the last.
    pub end: Option<Placed>,
    /// Rules by which it repeats.
    pub rules: Vec<Rule>,
    /// Further starts.
    pub dates: Vec<Stamp>,
    /// Starts that are left out.
    pub except: Vec<Stamp>,
    /// The start of the master that this entry stands in for.
    pub instead_of: Option<Placed>,
    /// It stands in for all later starts as well.
    pub and_later: bool,
    /// The start that it stands in for does not take place, and nothing is to be told of it.
    pub removed: bool,
}

/// One start of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Which entry tells about it.
    pub entry: usize,
    /// The entry's name, with the day if it repeats. Empty where the entry has no name.
    pub key: String,
    /// When it begins.
    pub start: Placed,
    /// When it ends; of days, the last.
    pub end: Option<Placed>,
}

/// What the entries come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agenda {
    /// In the order of their starts' wall clocks.
    pub occurrences: Vec<Occurrence>,
    /// Series without a start in the span.
    pub over: usize,
    /// The last day of those.
    pub last: Option<Date>,
    /// Names of the series that have more starts, or exceptions, than are looked at.
    pub cut: Vec<String>,
}

impl Agenda {
    /// The starts of the entries. What does not repeat is told whatever its day; what repeats, within the span.
    #[must_use]
    pub fn of(entries: &[Entry], zones: &Zones, span: &Span) -> Self {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            // Entries without a name have nothing in common.
            let group = if entry.name.is_empty() { format!("\u{0}{at}") } else { entry.name.clone() };
            groups.entry(group).or_default().push(at);
        }
        let mut agenda = Self::default();
        for members in groups.into_values() {
            agenda.group(entries, &members, zones, span);
        }
        agenda.occurrences.sort_by_key(|occurrence| (occurrence.start.0.wall(), occurrence.entry));
        agenda
    }

    fn group(&mut self, entries: &[Entry], members: &[usize], zones: &Zones, span: &Span) {
        let all = || members.iter().filter_map(|at| entries.get(*at).map(|entry| (*at, entry)));
        let masters = latest(all().filter(|(_, entry)| entry.instead_of.is_none()).collect());
        let exceptions = latest(all().filter(|(_, entry)| entry.instead_of.is_some()).collect());
        // Some programs give all their events one name.
        let shared = masters.len() > 1;
        for (at, master) in &masters {
            if master.removed {
                continue;
            }
            if master.rules.is_empty() && master.dates.is_empty() {
                let replaced = exceptions.iter().any(|(_, exception)| stands_for(exception, master, zones));
                if !replaced {
                    let start = master.start.0;
                    self.push(entries, *at, (shared, start), start);
                }
                continue;
            }
            self.series(entries, (*at, master), &exceptions, zones, span);
        }
        for (at, exception) in exceptions.iter().filter(|(_, exception)| !exception.removed && !exception.and_later) {
            let original = exception.instead_of.as_ref().map_or(exception.start.0, |(stamp, _)| *stamp);
            let day = exception.start.0.wall().day();
            if (day >= span.from && day <= span.to) || masters.is_empty() {
                self.push(entries, *at, (true, original), exception.start.0);
            }
        }
    }

    fn series(
        &mut self,
        entries: &[Entry],
        (at, master): (usize, &Entry),
        exceptions: &[(usize, &Entry)],
        zones: &Zones,
        span: &Span,
    ) {
        let mut series = Series {
            start: master.start.0,
            rules: master.rules.clone(),
            dates: master.dates.clone(),
            except: master.except.clone(),
            east: zones.east(master.start.1.as_deref(), master.start.0.wall()),
        };
        let original = |exception: &Entry| exception.instead_of.as_ref().map(|(stamp, _)| *stamp);
        series
            .except
            .extend(exceptions.iter().filter(|(_, exception)| !exception.and_later).filter_map(|(_, e)| original(e)));
        let expanded = series.within(span);
        if expanded.cut {
            self.cut.push(master.name.clone());
        }
        if expanded.starts.is_empty() {
            self.over += 1;
            self.last = self.last.max(expanded.before);
        }
        for start in expanded.starts {
            // The latest of the exceptions that change this start and all after it.
            let later = exceptions
                .iter()
                .filter(|(_, exception)| exception.and_later)
                .filter_map(|(at, exception)| Some((*at, *exception, original(exception)?.wall())))
                .filter(|(_, _, from)| *from <= start.wall())
                .max_by_key(|(_, _, from)| *from);
            match later {
                Some((_, exception, _)) if exception.removed => {}
                Some((instead, exception, from)) => {
                    let moved = start.wall().plus(exception.start.0.wall().0 - from.0);
                    self.push(entries, instead, (true, start), exception.start.0.moved_to(moved));
                }
                None => self.push(entries, at, (true, start), start),
            }
        }
    }

    /// Tells a start of an entry. `original`: whether its day belongs to the key, and which it is.
    fn push(&mut self, entries: &[Entry], at: usize, (dated, original): (bool, Stamp), start: Stamp) {
        let Some(entry) = entries.get(at) else { return };
        let key = match (entry.name.is_empty(), dated) {
            (true, _) => String::new(),
            (false, true) => format!("{}#{}", entry.name, original.wall().day()),
            (false, false) => entry.name.clone(),
        };
        self.occurrences.push(Occurrence {
            entry: at,
            key,
            start: (start, entry.start.1.clone()),
            end: end(entry, start),
        });
    }
}

/// Of entries that speak of one start, the one that was changed last.
fn latest(mut members: Vec<(usize, &Entry)>) -> Vec<(usize, &Entry)> {
    /// What an exception stands in for; else the start of a master.
    type Which = (Option<Wall>, Option<Wall>);
    let which = |entry: &Entry| entry.instead_of.as_ref().map(|(stamp, _)| stamp.wall());
    // Where programs count changes, an older master is out of date whatever its start.
    let newest = members.iter().filter(|(_, e)| e.instead_of.is_none()).map(|(_, e)| e.sequence).max();
    members.retain(|(_, entry)| entry.instead_of.is_some() || Some(entry.sequence) == newest);
    let mut kept: BTreeMap<Which, (usize, &Entry)> = BTreeMap::new();
    for (at, entry) in members {
        let start = entry.instead_of.is_none().then(|| entry.start.0.wall());
        let known = kept.entry((which(entry), start)).or_insert((at, entry));
        if entry.sequence >= known.1.sequence {
            *known = (at, entry);
        }
    }
    let mut kept: Vec<_> = kept.into_values().collect();
    kept.sort_by_key(|(at, _)| *at);
    kept
}

/// Whether an exception stands in for the only start of an entry.
fn stands_for(exception: &Entry, master: &Entry, zones: &Zones) -> bool {
    let only = Series {
        start: master.start.0,
        rules: Vec::new(),
        dates: Vec::new(),
        except: exception.instead_of.iter().map(|(stamp, _)| *stamp).collect(),
        east: zones.east(master.start.1.as_deref(), master.start.0.wall()),
    };
    let day = master.start.0.wall().day();
    only.within(&Span { from: day, to: day, most: 1 }).starts.is_empty()
}

/// The end of one start: as long after it as the entry's end is after its own.
fn end(entry: &Entry, start: Stamp) -> Option<Placed> {
    let (end, zone) = entry.end.as_ref()?;
    let own = entry.start.0;
    if own == start && entry.start.1 != *zone && !matches!(end, Stamp::Day(_)) {
        return Some((*end, zone.clone()));
    }
    let lasts = match (own, end) {
        (Stamp::Instant(from, _), Stamp::Instant(to, _)) => to - from,
        (own, end) => end.wall().0 - own.wall().0,
    };
    match start {
        // The day after the last; what ends on the day of its start has no end to tell.
        Stamp::Day(_) => {
            let last = start.wall().plus(lasts).day().plus_days(-1);
            (last > start.wall().day()).then_some((Stamp::Day(last), None))
        }
        _ => (lasts > 0).then(|| (start.moved_to(start.wall().plus(lasts)), entry.start.1.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Placed {
        (Stamp::parse(text).unwrap(), None)
    }

    fn entry(name: &str, start: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            sequence: 0,
            start: stamp(start),
            end: None,
            rules: Vec::new(),
            dates: Vec::new(),
            except: Vec::new(),
            instead_of: None,
            and_later: false,
            removed: false,
        }
    }

    fn weekly(name: &str, start: &str) -> Entry {
        Entry { rules: vec![Rule::parse("FREQ=WEEKLY").unwrap()], ..entry(name, start) }
    }

    fn told(entries: &[Entry]) -> Vec<(usize, String, String)> {
        let span = Span { from: "2026-05-01".parse().unwrap(), to: "2026-05-31".parse().unwrap(), most: 100 };
        let agenda = Agenda::of(entries, &Zones::own("America/Toronto"), &span);
        let day = |start: &Placed| {
            let local = start.0.wall().date_time();
            format!("{} {:02}", local.date, local.time.hour)
        };
        agenda.occurrences.iter().map(|one| (one.entry, one.key.clone(), day(&one.start))).collect()
    }

    fn row(entry: usize, key: &str, start: &str) -> (usize, String, String) {
        (entry, key.to_owned(), start.to_owned())
    }

    #[test]
    fn an_exception_takes_the_place_of_its_start_and_keeps_its_key() {
        let moved = Entry { instead_of: Some(stamp("20260515T200000")), ..entry("a", "20260516T180000") };
        let gone = Entry { instead_of: Some(stamp("20260522T200000")), removed: true, ..entry("a", "20260522T200000") };
        let told = told(&[weekly("a", "20260501T200000"), moved, gone]);
        assert_eq!(
            told,
            [
                row(0, "a#2026-05-01", "2026-05-01 20"),
                row(0, "a#2026-05-08", "2026-05-08 20"),
                row(1, "a#2026-05-15", "2026-05-16 18"),
                row(0, "a#2026-05-29", "2026-05-29 20"),
            ]
        );
    }

    #[test]
    fn a_change_of_all_later_starts_moves_them() {
        let later =
            Entry { instead_of: Some(stamp("20260515T200000")), and_later: true, ..entry("a", "20260516T210000") };
        let told = told(&[weekly("a", "20260508T200000"), later]);
        assert_eq!(
            told,
            [
                row(0, "a#2026-05-08", "2026-05-08 20"),
                row(1, "a#2026-05-15", "2026-05-16 21"),
                row(1, "a#2026-05-22", "2026-05-23 21"),
                row(1, "a#2026-05-29", "2026-05-30 21"),
            ]
        );
    }

    #[test]
    fn of_two_with_one_name_the_later_change_counts_and_two_starts_are_two_events() {
        let changed = Entry { sequence: 2, ..entry("a", "20260502T200000") };
        assert_eq!(told(&[entry("a", "20260501T200000"), changed]), [row(1, "a", "2026-05-02 20")]);
        assert_eq!(
            told(&[entry("a", "20260501T200000"), entry("a", "20260502T200000")]),
            [row(0, "a#2026-05-01", "2026-05-01 20"), row(1, "a#2026-05-02", "2026-05-02 20"),]
        );
        assert_eq!(told(&[entry("", "20260501T200000"), entry("", "20260501T200000")]).len(), 2);
        assert_eq!(told(&[entry("a", "20250501T200000")]).len(), 1, "what does not repeat is told whatever its day");
    }

    #[test]
    fn days_end_on_their_last_day_and_times_as_long_after_each_start() {
        let days = Entry { end: Some(stamp("20260504")), ..entry("a", "20260501") };
        assert_eq!(end(&days, days.start.0), Some((Stamp::parse("20260503").unwrap(), None)));
        let day = Entry { end: Some(stamp("20260502")), ..entry("a", "20260501") };
        assert_eq!(end(&day, day.start.0), None);
        let night = Entry { end: Some(stamp("20260502T010000")), ..entry("a", "20260501T200000") };
        assert_eq!(end(&night, Stamp::parse("20260508T200000").unwrap()), Some(stamp("20260509T010000")));
    }
}

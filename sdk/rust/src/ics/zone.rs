//! Which clock a calendar's times are meant on.
//!
//! A zone is the venue's own, one that the host knows by a name that pages print, or one that the file describes (`VTIMEZONE`).
//! What is none of these is told as unknown: a time on a guessed clock is a wrong time.

use super::{Calendar, Component, Rule, Series, Span, Stamp, Wall, stamp::offset_of};
use crate::{DateHints, Moment, read_dates_with};

/// Zones whose clocks the host reads by a printed name: the name, and the hours east of UTC in winter.
///
/// Only zones that go by the rules of that name's own; provinces with rules of their own are left to the file's description.
const PRINTED: &[(&str, i64, &[&str])] = &[
    (
        "EST",
        -5 * 3600,
        &[
            "America/New_York",
            "America/Toronto",
            "America/Montreal",
            "America/Detroit",
            "America/Nassau",
            "America/Indiana/Indianapolis",
            "America/Indianapolis",
            "America/Kentucky/Louisville",
            "US/Eastern",
            "Canada/Eastern",
        ],
    ),
    ("CST", -6 * 3600, &["America/Chicago", "America/Winnipeg", "America/Menominee", "US/Central", "Canada/Central"]),
    ("MT", -7 * 3600, &["America/Denver", "America/Boise", "US/Mountain"]),
    ("PST", -8 * 3600, &["America/Los_Angeles", "US/Pacific"]),
    ("AKST", -9 * 3600, &["America/Anchorage", "America/Juneau", "US/Alaska"]),
    ("HST", -10 * 3600, &["Pacific/Honolulu", "US/Hawaii"]),
    ("ADT", -4 * 3600, &["America/Halifax", "America/Moncton", "Canada/Atlantic"]),
    ("NST", -12_600, &["America/St_Johns", "Canada/Newfoundland"]),
    (
        "CET",
        3600,
        &[
            "Europe/Paris",
            "Europe/Berlin",
            "Europe/Amsterdam",
            "Europe/Brussels",
            "Europe/Madrid",
            "Europe/Rome",
            "Europe/Vienna",
            "Europe/Zurich",
            "Europe/Warsaw",
            "Europe/Prague",
            "Europe/Budapest",
            "Europe/Copenhagen",
            "Europe/Stockholm",
            "Europe/Oslo",
            "Europe/Luxembourg",
            "Europe/Belgrade",
            "Europe/Zagreb",
            "Europe/Ljubljana",
            "Europe/Bratislava",
            "Europe/Monaco",
            "Europe/Malta",
        ],
    ),
    (
        "EET",
        2 * 3600,
        &[
            "Europe/Athens",
            "Europe/Helsinki",
            "Europe/Bucharest",
            "Europe/Sofia",
            "Europe/Riga",
            "Europe/Vilnius",
            "Europe/Tallinn",
        ],
    ),
    ("WET", 0, &["Europe/Lisbon", "Portugal"]),
    ("BST", 0, &["Europe/London", "Europe/Dublin", "Europe/Belfast", "GB"]),
    ("AEST", 10 * 3600, &["Australia/Sydney", "Australia/Melbourne", "Australia/Hobart", "Australia/Canberra"]),
    ("NZST", 12 * 3600, &["Pacific/Auckland", "NZ"]),
    ("JST", 9 * 3600, &["Asia/Tokyo", "Japan"]),
];

/// The names of Windows, which Outlook and Exchange write, and of what stands for them in CLDR. Several for one where the same
/// clock is known under several.
const WINDOWS: &[(&str, &str)] = &[
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Pacific Time (US & Canada)", "America/Los_Angeles"),
    ("Mountain Standard Time", "America/Denver"),
    ("Mountain Time (US & Canada)", "America/Denver"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("Arizona", "America/Phoenix"),
    ("Central Standard Time", "America/Chicago"),
    ("Central Time (US & Canada)", "America/Chicago"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Central Standard Time (Mexico)", "America/Mexico_City"),
    ("Eastern Standard Time", "America/New_York"),
    ("Eastern Time (US & Canada)", "America/New_York"),
    ("US Eastern Standard Time", "America/Indiana/Indianapolis"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Atlantic Time (Canada)", "America/Halifax"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Argentina Standard Time", "America/Argentina/Buenos_Aires"),
    ("GMT Standard Time", "Europe/London"),
    ("Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/London"),
    ("W. Europe Standard Time", "Europe/Berlin"),
    ("Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Sarajevo, Skopje, Warsaw, Zagreb", "Europe/Warsaw"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("FLE Standard Time", "Europe/Helsinki"),
    ("E. Europe Standard Time", "Europe/Bucharest"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("India Standard Time", "Asia/Kolkata"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"),
    ("W. Australia Standard Time", "Australia/Perth"),
    ("Tasmania Standard Time", "Australia/Hobart"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("UTC", "UTC"),
    ("GMT", "UTC"),
    ("Etc/UTC", "UTC"),
    ("Etc/GMT", "UTC"),
    ("Z", "UTC"),
];

/// The zones of a calendar.
#[derive(Debug, Clone, Default)]
pub struct Zones {
    /// The source's own, whose wall clock needs no conversion.
    own: String,
    described: Vec<(String, Vec<Observance>)>,
}

/// Standard or summer time of a described zone.
#[derive(Debug, Clone)]
struct Observance {
    series: Series,
    from: i64,
    to: i64,
}

/// The clock of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// The venue's.
    Own,
    /// So many seconds east of UTC.
    East(i64),
    /// The host's, by a printed name.
    Printed(&'static str),
}

impl Zones {
    /// No zones but the source's own.
    #[must_use]
    pub fn own(zone: &str) -> Self {
        Self { own: zone.to_owned(), described: Vec::new() }
    }

    /// The zones that a calendar describes, beside the source's own.
    #[must_use]
    pub fn of(calendar: &Calendar, zone: &str) -> Self {
        let described = calendar.each("VTIMEZONE").filter_map(|zone| {
            let observances: Vec<Observance> = zone.components.iter().filter_map(Observance::of).collect();
            let name = zone.text("TZID").filter(|_| !observances.is_empty())?;
            Some((name, observances))
        });
        Self { own: zone.to_owned(), described: described.collect() }
    }

    /// How far the wall clock of a zone is east of UTC about then, in seconds, as far as that is known here.
    #[must_use]
    pub fn east(&self, zone: Option<&str>, wall: Wall) -> Option<i64> {
        let name = zone.unwrap_or(&self.own);
        let described = self.described.iter().find(|(known, _)| known == name);
        let common = common_name(name);
        described
            .and_then(|(_, observances)| offset(observances, wall))
            .or_else(|| fixed(&common))
            .or_else(|| printed(&common).map(|(_, east)| east))
    }

    /// The clock of a time; the error is a sentence.
    fn clock(&self, zone: Option<&str>, wall: Wall) -> Result<Clock, String> {
        let Some(name) = zone.map(str::trim).filter(|name| !name.is_empty()) else {
            return Ok(Clock::Own); // a floating time is that of whoever stands before the door
        };
        let common = common_name(name);
        if common.eq_ignore_ascii_case(&self.own) {
            return Ok(Clock::Own);
        }
        if let Some(east) = fixed(&common) {
            return Ok(Clock::East(east));
        }
        if let Some((name, _)) = printed(&common) {
            return Ok(Clock::Printed(name));
        }
        let described = self.described.iter().find(|(known, _)| known == name);
        described
            .and_then(|(_, observances)| offset(observances, wall))
            .map(Clock::East)
            .ok_or_else(|| format!("the zone `{name}` is neither the source's own nor described in the calendar"))
    }
}

/// The name of a zone as IANA has it, as far as it is known.
fn common_name(name: &str) -> String {
    let name = name.trim().trim_matches('"');
    // Outlook writes "(UTC-05:00) Eastern Time (US & Canada)".
    let bare = match name.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim(),
        None => name,
    };
    if let Some((_, common)) = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(bare)) {
        return (*common).to_owned();
    }
    // Evolution and others write "/freeassociation.sourceforge.net/Europe/Berlin".
    const AREAS: [&str; 9] =
        ["Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/", "US/"];
    let at = AREAS.iter().filter_map(|area| bare.find(area)).min();
    at.and_then(|at| bare.get(at..)).unwrap_or(bare).to_owned()
}

/// The offset of a name that is one: `UTC`, `UTC-4`, `UTC+5:30`, `GMT+0200`.
fn fixed(name: &str) -> Option<i64> {
    let rest = ["UTC", "GMT"].iter().find_map(|prefix| name.strip_prefix(prefix))?.trim();
    if rest.is_empty() {
        return Some(0);
    }
    let (sign, digits) = rest.split_at_checked(1)?;
    let digits = if digits.split(':').next().is_some_and(|hour| hour.len() == 1) {
        format!("0{digits}")
    } else {
        digits.to_owned()
    };
    offset_of(&format!("{sign}{digits}")).filter(|east| east.abs() <= 14 * 3600)
}

/// The printed name that the host reads, and its hours in winter.
fn printed(name: &str) -> Option<(&'static str, i64)> {
    let of = |(printed, east, zones): &(&'static str, i64, &[&str])| {
        zones.iter().any(|zone| zone.eq_ignore_ascii_case(name)).then_some((*printed, *east))
    };
    PRINTED.iter().find_map(of)
}

impl Observance {
    fn of(component: &Component) -> Option<Self> {
        let offset = |name: &str| offset_of(component.line(name)?.value.trim());
        let dates = component.each("RDATE").flat_map(|line| line.value.split(',')).filter_map(Stamp::parse);
        let (from, to) = (offset("TZOFFSETFROM")?, offset("TZOFFSETTO")?);
        let series = Series {
            start: Stamp::parse(&component.line("DTSTART")?.value)?,
            rules: component.each("RRULE").filter_map(|line| Rule::parse(&line.value).ok()).collect(),
            dates: dates.collect(),
            except: Vec::new(),
            east: Some(from),
        };
        Some(Self { series, from, to })
    }
}

/// The offset that holds at a wall clock: that of the change before it.
fn offset(observances: &[Observance], wall: Wall) -> Option<i64> {
    // A year and some days back there is a change, if there are any.
    const BACK: i32 = 400;
    const MOST: usize = 50;
    let day = wall.day();
    let span = Span { from: day.plus_days(-BACK), to: day, most: MOST };
    let last = |observance: &Observance| {
        let expanded = observance.series.within(&span);
        let inside = expanded.starts.iter().map(|start| start.wall()).filter(|start| *start <= wall).max();
        inside.or_else(|| expanded.before.map(|day| Wall::at(day, 0)))
    };
    let changes = observances.iter().filter_map(|observance| Some((last(observance)?, observance.to)));
    let latest = changes.max_by_key(|(at, _)| *at).map(|(_, to)| to);
    latest.or_else(|| observances.iter().min_by_key(|observance| observance.series.start).map(|first| first.from))
}

/// What stamps are for the host, each with the zone that it is told in, in one crossing. The errors are sentences.
#[must_use]
pub fn moments(stamps: &[(Stamp, Option<String>)], zones: &Zones) -> Vec<Result<Moment, String>> {
    let mut texts = Vec::new();
    let placed: Vec<Result<Option<Moment>, String>> = stamps
        .iter()
        .map(|(stamp, zone)| match stamp {
            Stamp::Day(day) => Ok(Some(Moment::Date(*day))),
            Stamp::Instant(seconds, _) => Ok(Some(Moment::Instant(seconds.saturating_mul(1000)))),
            Stamp::Wall(wall) => Ok(match zones.clock(zone.as_deref(), *wall)? {
                Clock::Own => Some(Moment::Local(wall.date_time())),
                Clock::East(east) => Some(Moment::Instant((wall.0 - east).saturating_mul(1000))),
                Clock::Printed(name) => {
                    let local = wall.date_time();
                    let (day, time) = (local.date, local.time);
                    texts.push(format!("{day}T{:02}:{:02}:{:02} {name}", time.hour, time.minute, time.second));
                    None
                }
            }),
        })
        .collect();
    let mut read = if texts.is_empty() { Vec::new() } else { read_dates_with(texts, &DateHints::alone()) }.into_iter();
    placed
        .into_iter()
        .map(|placed| match placed? {
            Some(moment) => Ok(moment),
            None => match read.next().and_then(|read| read.start().cloned()) {
                Some(moment @ Moment::Instant(_)) => Ok(moment),
                _ => Err("the host does not know the zone's clock".to_owned()),
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:House time\n\
        BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\nEND:VCALENDAR";

    fn clock(zone: &str, wall: &str) -> Result<Clock, String> {
        let zones = Zones::of(&Calendar::parse(BERLIN).unwrap(), "America/Toronto");
        zones.clock(Some(zone), Stamp::parse(wall).unwrap().wall())
    }

    #[test]
    fn a_described_zone_has_winter_and_summer() {
        assert_eq!(clock("House time", "20260501T200000"), Ok(Clock::East(7200)));
        assert_eq!(clock("House time", "20260101T200000"), Ok(Clock::East(3600)));
        assert_eq!(clock("House time", "20261025T200000"), Ok(Clock::East(3600)));
        assert_eq!(clock("House time", "20260329T200000"), Ok(Clock::East(7200)));
    }

    #[test]
    fn the_names_of_outlook_and_evolution_are_known() {
        assert_eq!(clock("America/Toronto", "20260501T200000"), Ok(Clock::Own));
        assert_eq!(clock("/citadel.org/20210210_1/America/Toronto", "20260501T200000"), Ok(Clock::Own));
        assert_eq!(clock("Eastern Standard Time", "20260501T200000"), Ok(Clock::Printed("EST")));
        assert_eq!(clock("(UTC-05:00) Eastern Time (US & Canada)", "20260501T200000"), Ok(Clock::Printed("EST")));
        assert_eq!(clock("W. Europe Standard Time", "20260501T200000"), Ok(Clock::Printed("CET")));
        assert_eq!(clock("Etc/UTC", "20260501T200000"), Ok(Clock::East(0)));
        assert_eq!(clock("UTC-4", "20260501T200000"), Ok(Clock::East(-4 * 3600)));
        assert_eq!(clock("UTC+5:30", "20260501T200000"), Ok(Clock::East(19_800)));
        assert!(clock("UTC+99", "20260501T200000").is_err());
    }

    #[test]
    fn an_unknown_zone_is_no_guess() {
        assert!(clock("Moon Base", "20260501T200000").unwrap_err().contains("Moon Base"));
        assert!(clock("America/Vancouver", "20260501T200000").is_err());
    }
}

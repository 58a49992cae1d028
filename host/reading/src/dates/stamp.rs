//! Machine forms: ISO 8601 dates and times, compact ones of iCalendar, epochs, offsets, and zone names beside a clock time.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use marquee_model::Zone;

use super::{
    clock::{is_glued, is_symbol},
    lexeme::{Lexeme, Sort},
};
use crate::zone;

/// What ties a wall-clock time to an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Seconds east of Greenwich.
    Offset(i32),
    /// A zone, by an IANA name.
    Zone(&'static str),
}

impl Anchor {
    /// The instant at which this anchor's wall clock shows `local`.
    pub(super) fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::Offset(seconds) => {
                FixedOffset::east_opt(seconds).and_then(|o| local.and_local_timezone(o).single()).map(|t| t.to_utc())
            }
            Self::Zone(name) => name.parse::<Zone>().ok().map(|zone| zone::resolve(local, zone).0),
        }
    }
}

/// Names that pages print beside a time. `EST` in July is meant as the wall clock of New York, so a name with a summer form stands
/// for its zone. Names with several meanings (IST, AST, MST, CST outside America) are left out or taken where one is far likelier.
const ZONES: [(&str, &str); 43] = [
    ("ET", "America/New_York"),
    ("EST", "America/New_York"),
    ("EDT", "America/New_York"),
    ("CT", "America/Chicago"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("MT", "America/Denver"),
    ("MDT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("AKST", "America/Anchorage"),
    ("AKDT", "America/Anchorage"),
    ("HST", "Pacific/Honolulu"),
    ("ADT", "America/Halifax"),
    ("NST", "America/St_Johns"),
    ("NDT", "America/St_Johns"),
    ("CET", "Europe/Paris"),
    ("CEST", "Europe/Paris"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("EET", "Europe/Athens"),
    ("EEST", "Europe/Athens"),
    ("WET", "Europe/Lisbon"),
    ("WEST", "Europe/Lisbon"),
    ("BST", "Europe/London"),
    ("AEST", "Australia/Sydney"),
    ("AEDT", "Australia/Sydney"),
    ("NZST", "Pacific/Auckland"),
    ("NZDT", "Pacific/Auckland"),
    ("JST", "Asia/Tokyo"),
    // As French Canada names them.
    ("HNE", "America/Toronto"),
    ("HAE", "America/Toronto"),
    ("HNC", "America/Winnipeg"),
    ("HAC", "America/Winnipeg"),
    ("HNR", "America/Edmonton"),
    ("HAR", "America/Edmonton"),
    ("HNP", "America/Vancouver"),
    ("HAP", "America/Vancouver"),
    ("HNA", "America/Halifax"),
    ("HAA", "America/Halifax"),
    ("GMT", "UTC"),
    ("UTC", "UTC"),
];

/// The zone or offset at `at`, behind a clock time, and where it ends. `signed`: a bare sign and digits are an offset.
pub(super) fn anchor(lex: &[Lexeme], at: usize, signed: bool) -> Option<(Anchor, usize)> {
    if signed && let Some((offset, end)) = offset(lex, at) {
        return Some((Anchor::Offset(offset), end));
    }
    let bracket = usize::from(is_symbol(lex, at, '('));
    let lexeme = lex.get(at + bracket)?;
    let Sort::Word { text, .. } = &lexeme.sort else { return None };
    if text == "z" && lexeme.glued {
        return Some((Anchor::Offset(0), at + 1));
    }
    if let Some((zone, end)) = named(lex, at + bracket) {
        return Some((Anchor::Zone(zone), end + usize::from(bracket == 1 && is_symbol(lex, end, ')'))));
    }
    // `ET` is also French for "and".
    let next_is_number = matches!(lex.get(at + bracket + 1).map(|l| &l.sort), Some(Sort::Number { .. }));
    if !lexeme.capitals || (text == "et" && next_is_number) {
        return None;
    }
    let (_, zone) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text))?;
    let end = at + bracket + 1;
    if *zone == "UTC" {
        let (offset, end) = offset(lex, end).unwrap_or((0, end));
        return Some((Anchor::Offset(offset), end + usize::from(bracket == 1 && is_symbol(lex, end, ')'))));
    }
    Some((Anchor::Zone(zone), end + usize::from(bracket == 1 && is_symbol(lex, end, ')'))))
}

/// Bytes of the longest zone name ("America/Argentina/ComodRivadavia"), with room.
const LONGEST_ZONE: usize = 40;

/// Names of the IANA database, in lower case.
static NAMES: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| (zone.name().to_ascii_lowercase(), zone.name())).collect()
});

/// Zones that are written out: `8 PM Eastern Time`.
const WRITTEN: [(&str, &str); 9] = [
    ("eastern", "America/New_York"),
    ("central", "America/Chicago"),
    ("mountain", "America/Denver"),
    ("pacific", "America/Los_Angeles"),
    ("atlantic", "America/Halifax"),
    ("central european", "Europe/Paris"),
    ("western european", "Europe/Lisbon"),
    ("eastern european", "Europe/Athens"),
    ("british", "Europe/London"),
];

/// `America/New_York`, `Eastern Time`, `Central European Summer Time` at `at`.
fn named(lex: &[Lexeme], at: usize) -> Option<(&'static str, usize)> {
    let word = |i: usize| match lex.get(i).map(|l| &l.sort) {
        Some(Sort::Word { text, .. }) => Some(text.as_str()),
        _ => None,
    };
    let mut name = word(at)?.to_owned();
    if is_symbol(lex, at + 1, '/') && is_glued(lex, at + 1) {
        let mut end = at + 1;
        while let Some(Lexeme { sort: Sort::Symbol(mark @ ('/' | '_' | '-')), glued: true, .. }) = lex.get(end)
            && let Some(next) = word(end + 1).filter(|_| is_glued(lex, end + 1) && name.len() < LONGEST_ZONE)
        {
            name.push(*mark);
            name.push_str(next);
            end += 2;
        }
        return NAMES.get(&name).map(|zone| (*zone, end));
    }
    let mut end = at + 1;
    if word(end) == Some("european") {
        name.push_str(" european");
        end += 1;
    }
    end += usize::from(matches!(word(end), Some("standard" | "daylight" | "summer")));
    let (_, zone) = WRITTEN.iter().find(|(written, _)| *written == name).filter(|_| word(end) == Some("time"))?;
    Some((zone, end + 1))
}

/// `+02:00`, `-0500`, `+2` at `at`, in seconds.
fn offset(lex: &[Lexeme], at: usize) -> Option<(i32, usize)> {
    let sign = if is_symbol(lex, at, '+') {
        1
    } else if is_symbol(lex, at, '-') {
        -1
    } else {
        return None;
    };
    let Sort::Number { value, digits } = lex.get(at + 1).filter(|l| l.glued)?.sort else { return None };
    let value = i32::try_from(value).ok()?;
    let (hours, minutes, end) = match digits {
        4 => (value / 100, value % 100, at + 2),
        1 | 2 => {
            let minutes = lex.get(at + 3).and_then(|l| match l.sort {
                Sort::Number { value, digits: 2 } if is_symbol(lex, at + 2, ':') => i32::try_from(value).ok(),
                _ => None,
            });
            // `20:00:00-23:00:00` is a range, not an offset.
            if minutes.is_some() && is_symbol(lex, at + 4, ':') {
                return None;
            }
            minutes.map_or((value, 0, at + 2), |minutes| (value, minutes, at + 4))
        }
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some((sign * (hours * 3600 + minutes * 60), end))
}

/// A date of a machine form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) date: NaiveDate,
    pub(super) time: Option<NaiveTime>,
    pub(super) anchor: Option<Anchor>,
}

/// `20241115`, `20241115T200000Z`, or `2024-11-15` with `T` and a time behind it, at `at`, and where it ends.
pub(super) fn stamp(lex: &[Lexeme], at: usize) -> Option<(Stamp, usize)> {
    compact(lex, at).or_else(|| extended(lex, at))
}

fn compact(lex: &[Lexeme], at: usize) -> Option<(Stamp, usize)> {
    let Sort::Number { value, digits: 8 } = lex.get(at)?.sort else { return None };
    let date = ymd(value / 10_000, value / 100 % 100, value % 100).filter(|d| is_modern(*d))?;
    let mut end = at + 1;
    let (mut time, mut zone) = (None, None);
    if let Some(Lexeme { sort: Sort::Number { value, digits: digits @ (4 | 6) }, .. }) =
        lex.get(end + 1).filter(|_| letter_t(lex, end))
    {
        let value = if *digits == 4 { value * 100 } else { *value };
        time = hms(value / 10_000, value / 100 % 100, value % 100);
        end += 2;
        (zone, end) = anchor(lex, end, true).map_or((None, end), |(a, e)| (Some(a), e));
    }
    Some((Stamp { date, time, anchor: zone }, end))
}

fn extended(lex: &[Lexeme], at: usize) -> Option<(Stamp, usize)> {
    let number = |i: usize, width: std::ops::RangeInclusive<u8>| match lex.get(i)?.sort {
        Sort::Number { value, digits } if width.contains(&digits) => Some(value),
        _ => None,
    };
    let separator = match lex.get(at + 1)?.sort {
        Sort::Symbol(c @ ('-' | '/' | '.')) => c,
        _ => return None,
    };
    if !is_symbol(lex, at + 3, separator) || !(1..=4).all(|i| is_glued(lex, at + i)) {
        return None;
    }
    let date = ymd(number(at, 4..=4)?, number(at + 2, 1..=2)?, number(at + 4, 1..=2)?).filter(|d| is_possible(*d))?;
    let mut end = at + 5;
    let (mut time, mut zone) = (None, None);
    if letter_t(lex, end)
        && let (Some(hour), Some(minute)) = (number(end + 1, 1..=2), number(end + 3, 2..=2))
        && is_symbol(lex, end + 2, ':')
    {
        end += 4;
        let mut second = 0;
        if is_symbol(lex, end, ':')
            && let Some(value) = number(end + 1, 2..=2)
        {
            second = value;
            end += 2;
            if (is_symbol(lex, end, '.') || is_symbol(lex, end, ',')) && number(end + 1, 1..=9).is_some() {
                end += 2;
            }
        }
        time = hms(hour, minute, second);
        (zone, end) = anchor(lex, end, true).map_or((None, end), |(a, e)| (Some(a), e));
    }
    Some((Stamp { date, time, anchor: zone }, end))
}

fn letter_t(lex: &[Lexeme], at: usize) -> bool {
    matches!(lex.get(at), Some(Lexeme { sort: Sort::Word { text, .. }, glued: true, .. }) if text == "t")
        && is_glued(lex, at + 1)
}

fn ymd(year: u64, month: u64, day: u64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn hms(hour: u64, minute: u64, second: u64) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, u32::try_from(second).ok()?)
}

/// Whether the numbers at `at` have the form of `2026-03-14`, a day that exists or not: `0001-01-01` and `2026-13-45` are no dates, and
/// neither are the parts of them.
pub(super) fn is_shaped(lex: &[Lexeme], at: usize) -> bool {
    let width = |i: usize| match lex.get(i).map(|l| &l.sort) {
        Some(Sort::Number { digits, .. }) => *digits,
        _ => 0,
    };
    let mark = matches!(lex.get(at + 1).map(|l| &l.sort), Some(Sort::Symbol('-' | '/' | '.')));
    mark && lex.get(at + 3).map(|l| &l.sort) == lex.get(at + 1).map(|l| &l.sort)
        && (width(at), matches!(width(at + 2), 1 | 2), matches!(width(at + 4), 1 | 2)) == (4, true, true)
        && (1..=4).all(|i| is_glued(lex, at + i))
}

/// Years that an event can have, as of four digits elsewhere; `0001-01-01` is how some systems write that there is none.
fn is_possible(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (1900..2200).contains(&date.year())
}

/// Eight digits are a date only between 1970 and 2099; a ticket number is not.
fn is_modern(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (1970..=2099).contains(&date.year())
}

/// A text that is nothing but an epoch: ten digits of seconds or thirteen of milliseconds, 2001 to 2099.
pub(super) fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    let instant = match whole.len() {
        10 => DateTime::from_timestamp(value, 0),
        13 => DateTime::from_timestamp_millis(value),
        _ => None,
    }?;
    (instant.timestamp() < 4_102_444_800).then_some(instant)
}

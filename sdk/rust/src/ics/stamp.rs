//! Days and times of iCalendar, and of the ISO 8601 that its JSON relatives write.

use crate::{Date, DateTime, Time};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a wall clock shows, in seconds since midnight of 1970-01-01 on that same clock: for counting, whatever the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wall(pub i64);

impl Wall {
    /// Of a day and the seconds since its midnight.
    #[must_use]
    pub const fn at(day: Date, seconds: i64) -> Self {
        Self(day.days_since_epoch() as i64 * DAY + seconds)
    }

    /// Its day.
    #[must_use]
    pub const fn day(self) -> Date {
        Date::of_instant(self.0.saturating_mul(1000))
    }

    /// The seconds since its day's midnight.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    /// So many seconds later, or earlier.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// As the contract writes it.
    #[must_use]
    pub const fn date_time(self) -> DateTime {
        let seconds = self.seconds();
        let time =
            Time { hour: (seconds / 3600) as u8, minute: (seconds / 60 % 60) as u8, second: (seconds % 60) as u8 };
        DateTime { date: self.day(), time }
    }
}

/// A day or a time, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stamp {
    /// A day.
    Day(Date),
    /// A wall clock; in which zone is told elsewhere.
    Wall(Wall),
    /// An instant, in seconds since 1970 in UTC, and how far east of it its own wall clock is, in seconds.
    Instant(i64, i64),
}

impl Stamp {
    /// Reads `20260501`, `20260501T200000`, `20260501T200000Z`, and the same as `2026-05-01T20:00:00-04:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, clock) = match text.split_once(['T', 't', ' ']) {
            Some((day, clock)) => (day, Some(clock.trim())),
            None => (text, None),
        };
        let day = day_of(day)?;
        let Some(clock) = clock.filter(|clock| !clock.is_empty()) else { return Some(Self::Day(day)) };
        let end = clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len());
        let (clock, rest) = clock.split_at_checked(end)?;
        let seconds = clock_of(clock)?;
        // Fractions of a second say nothing here.
        let offset = rest.trim_start_matches(['.', ',']).trim_start_matches(|c: char| c.is_ascii_digit());
        let wall = Wall::at(day, seconds);
        Some(match offset {
            "" => Self::Wall(wall),
            "Z" | "z" => Self::Instant(wall.0, 0),
            offset => {
                let east = offset_of(offset)?;
                Self::Instant(wall.0 - east, east)
            }
        })
    }

    /// The wall clock that it shows: an instant's own, a day's midnight.
    #[must_use]
    pub const fn wall(self) -> Wall {
        match self {
            Self::Day(day) => Wall::at(day, 0),
            Self::Wall(wall) => wall,
            Self::Instant(seconds, east) => Wall(seconds + east),
        }
    }

    /// The same kind of stamp at another wall clock.
    #[must_use]
    pub const fn moved_to(self, wall: Wall) -> Self {
        match self {
            Self::Day(_) => Self::Day(wall.day()),
            Self::Wall(_) => Self::Wall(wall),
            Self::Instant(_, east) => Self::Instant(wall.0 - east, east),
        }
    }
}

/// `20260501` or `2026-05-01`, where there is such a day.
fn day_of(text: &str) -> Option<Date> {
    let day: Date = match text.len() {
        8 => format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?).parse().ok()?,
        _ => text.parse().ok()?,
    };
    (day.day <= day.last_of_month().day).then_some(day)
}

/// `2000`, `200000`, `20:00`, `20:00:00` in seconds. 24:00 and leap seconds are the next day's or minute's first.
fn clock_of(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    let number = |from: usize| digits.get(from..from + 2).map_or(Some(0), |part| part.parse::<i64>().ok());
    let (hour, minute, second) = (number(0)?, number(2)?, number(4)?);
    (hour <= 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// `+0200`, `-05:00`, `+053000` in seconds.
pub(super) fn offset_of(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let rest = if rest.len() == 2 { format!("{rest}00") } else { rest.to_owned() };
    clock_of(&rest).map(|seconds| sign * seconds)
}

/// `P1DT2H`, `PT90M`, `-PT15M`, `P2W`: whole days, and seconds beside them.
pub(super) fn duration_of(text: &str) -> Option<i64> {
    let (sign, rest) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.trim().trim_start_matches('+')),
    };
    let mut number = String::new();
    let mut total: i64 = 0;
    let mut read = false;
    for c in rest.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            '0'..='9' if number.len() < 9 => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'W' => 7 * DAY,
            'D' => DAY,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        total += number.parse::<i64>().ok()? * unit;
        number.clear();
        read = true;
    }
    (read && number.is_empty()).then_some(sign * total)
}

impl Stamp {
    /// The end of what begins here and lasts so long (`DURATION`).
    #[must_use]
    pub fn after(self, duration: &str) -> Option<Self> {
        Some(self.moved_to(self.wall().plus(duration_of(duration)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_in_both_forms() {
        let day: Date = "2026-05-01".parse().unwrap();
        assert_eq!(Stamp::parse("20260501"), Some(Stamp::Day(day)));
        assert_eq!(Stamp::parse("20260501T200000"), Some(Stamp::Wall(Wall::at(day, 72_000))));
        assert_eq!(Stamp::parse("20260501T2000Z"), Some(Stamp::Instant(1_777_665_600, 0)));
        assert_eq!(Stamp::parse("2026-05-01T16:00:00.000-04:00"), Some(Stamp::Instant(1_777_665_600, -14_400)));
        for text in ["", "20260230", "2026-05-01T25:00", "20260501T99", "tomorrow", "20260501T200000X"] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_added_on_the_wall_clock() {
        let end = |duration| Stamp::parse("20260501T200000").unwrap().after(duration).map(|end| end.wall().date_time());
        assert_eq!(end("PT3H30M").map(|end| (end.date.day, end.time.hour, end.time.minute)), Some((1, 23, 30)));
        assert_eq!(end("P1DT5H").map(|end| (end.date.day, end.time.hour)), Some((3, 1)));
        assert_eq!(duration_of("-P1W"), Some(-604_800));
        for text in ["", "P", "3H", "PT", "PTH", "PT3"] {
            assert_eq!(duration_of(text), None, "{text}");
        }
    }
}

//! Moments: what a claim says about time, turned into days, wall-clock times and instants, and checked against each other.

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, Timelike};
use marquee_model::{EventClaim, EventTime, Moment, Resolution, Source, Zone};
use marquee_reading::{
    dates::{self, DateContext, When},
    zone,
};

use crate::{NormalizeLimits, PageFacts};

/// Years that a calendar day may have, as in the contract's `date`.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// Before this hour a show still belongs to the night of the day before, when it comes to the weekday printed beside it.
const NIGHT_ENDS: u32 = 6;

/// What is needed to read the times of one page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar<'a> {
    pub(crate) zone: Zone,
    pub(crate) languages: &'a [String],
    /// The day of fetching on the venue's calendar.
    pub(crate) today: NaiveDate,
    pub(crate) limits: &'a NormalizeLimits,
}

/// What a claim says about its start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Starts {
    /// The start, and further ones where the text names several days.
    pub(crate) all: Vec<EventTime>,
    /// Doors that the same text names.
    pub(crate) doors: Option<Moment>,
    /// The end that the same text names.
    pub(crate) end: Option<Moment>,
    /// The weekday that the same text names.
    pub(crate) weekday: Option<u8>,
    /// Why there is no start, or why one of several was left out.
    pub(crate) problem: Option<String>,
}

impl<'a> Calendar<'a> {
    pub(crate) fn of(source: &'a Source, page: &PageFacts<'_>, limits: &'a NormalizeLimits) -> Self {
        let today = zone::local(page.fetched_at, source.zone).date();
        Self { zone: source.zone, languages: &source.languages, today, limits }
    }

    /// The starts of a page's claims. Texts are read together, in page order, since neighbours tell years.
    pub(crate) fn starts(&self, claims: &[EventClaim]) -> Vec<Starts> {
        let texts: Vec<&str> = claims.iter().filter_map(|c| self.text(c.start.as_ref()?)).collect();
        let context = DateContext { listing: true, ..self.context(None) };
        let mut read = dates::read(&texts, &context).into_iter();
        claims
            .iter()
            .map(|claim| match &claim.start {
                None => Starts::default(),
                Some(text @ Moment::Text(_)) if self.text(text).is_none() => self.too_long(),
                Some(Moment::Text(_)) => match read.next() {
                    Some(Ok(when)) if when.inferred.day => {
                        Starts { problem: Some("it names no day".to_owned()), ..Starts::default() }
                    }
                    Some(Ok(when)) => self.told_by(&when),
                    Some(Err(unreadable)) => Starts { problem: Some(unreadable.reason), ..Starts::default() },
                    None => Starts { problem: Some("the reader gave no answer".to_owned()), ..Starts::default() },
                },
                Some(moment) => match self.start(moment) {
                    Ok(start) => Starts { all: vec![start], ..Starts::default() },
                    Err(problem) => Starts { problem: Some(problem), ..Starts::default() },
                },
            })
            .collect()
    }

    /// A text that names no day of its own, such as `8 PM` on a detail page, read as of a day known from elsewhere.
    pub(crate) fn start_on(&self, text: &str, day: NaiveDate) -> Option<Starts> {
        let when = self.read_on(text, day).ok()?;
        when.inferred.day.then(|| self.told_by(&when)).filter(|starts| !starts.all.is_empty())
    }

    fn too_long(&self) -> Starts {
        let problem = format!("the text is longer than {} characters", self.limits.moment_chars);
        Starts { problem: Some(problem), ..Starts::default() }
    }

    fn text<'m>(&self, moment: &'m Moment) -> Option<&'m str> {
        match moment {
            Moment::Text(text) if text.chars().nth(self.limits.moment_chars).is_none() => Some(text),
            _ => None,
        }
    }

    fn context(&self, day: Option<NaiveDate>) -> DateContext {
        DateContext { today: self.today, languages: self.languages.to_vec(), order: None, listing: false, day }
    }

    fn read_on(&self, text: &str, day: NaiveDate) -> Result<When, String> {
        dates::read(&[text], &self.context(Some(day)))
            .pop()
            .unwrap_or_else(|| Err(dates::Unreadable { reason: "the reader gave no answer".into(), raw: text.into() }))
            .map_err(|unreadable| unreadable.reason)
    }

    fn told_by(&self, when: &When) -> Starts {
        let mut starts =
            Starts { doors: when.doors.clone(), end: when.end.clone(), weekday: when.weekday, ..Starts::default() };
        for moment in std::iter::once(&when.start).chain(&when.more) {
            match self.start(moment) {
                Ok(start) => starts.all.push(start),
                Err(problem) => starts.problem = starts.problem.or(Some(problem)),
            }
        }
        starts
    }

    /// A start that is near enough to the page's day to be believed.
    fn start(&self, moment: &Moment) -> Result<EventTime, String> {
        let start = self.stamp(moment)?;
        let days = (start.date - self.today).num_days();
        if days > i64::from(self.limits.days_ahead) {
            return Err(format!(
                "{} is {days} days after the page's day {}, more than {}",
                start.date, self.today, self.limits.days_ahead
            ));
        }
        if -days > i64::from(self.limits.days_back) {
            return Err(format!(
                "{} is {} days before the page's day {}, more than {}",
                start.date, -days, self.today, self.limits.days_back
            ));
        }
        Ok(start)
    }

    /// A moment that is not words, on the venue's calendar.
    fn stamp(&self, moment: &Moment) -> Result<EventTime, String> {
        let year = |year: i32| {
            if YEARS.contains(&year) { Ok(()) } else { Err(format!("the year {year} is on no calendar")) }
        };
        match moment {
            Moment::Date(date) => {
                year(date.year())?;
                Ok(self.at(*date, None))
            }
            Moment::Local(local) => {
                year(local.year())?;
                Ok(self.at(local.date(), Some(local.time())))
            }
            Moment::Instant(instant) => {
                year(instant.year())?;
                let instant = instant.with_nanosecond(0).unwrap_or(*instant);
                let local = zone::local(instant, self.zone);
                Ok(EventTime {
                    date: local.date(),
                    time: Some(whole_seconds(local.time())),
                    zone: self.zone,
                    utc: Some(instant),
                    resolution: Resolution::Unique,
                })
            }
            Moment::Text(_) => Err("it was not read".to_owned()),
        }
    }

    /// A day, or a wall-clock time on it, with its instant.
    pub(crate) fn at(&self, date: NaiveDate, time: Option<NaiveTime>) -> EventTime {
        let time = time.map(whole_seconds);
        let resolved = time.map(|time| zone::resolve(date.and_time(time), self.zone));
        EventTime {
            date,
            time,
            zone: self.zone,
            utc: resolved.map(|(utc, _)| utc),
            resolution: resolved.map_or(Resolution::Unique, |(_, resolution)| resolution),
        }
    }

    /// Doors or end as claimed for an event that starts at `start`; `pick` says which part of a text is meant.
    pub(crate) fn beside(
        &self,
        moment: &Moment,
        start: &EventTime,
        pick: impl Fn(When) -> Moment,
    ) -> Result<EventTime, String> {
        match moment {
            Moment::Text(text) if self.text(moment).is_none() => {
                Err(format!("the text has {} characters, more than {}", text.chars().count(), self.limits.moment_chars))
            }
            Moment::Text(text) => self.stamp(&pick(self.read_on(text, start.date)?)),
            moment => self.stamp(moment),
        }
    }

    /// The same time some days later: what a text says of its first day holds for its further days.
    pub(crate) fn shifted(&self, time: EventTime, days: i64) -> EventTime {
        let date = Duration::try_days(days).and_then(|by| time.date.checked_add_signed(by));
        match date {
            Some(date) if days != 0 => self.at(date, time.time),
            _ => time,
        }
    }

    /// Doors are believed where they open before the show, on the same night.
    pub(crate) fn doors(&self, doors: EventTime, start: &EventTime) -> Result<EventTime, String> {
        let Some(opens) = doors.time else { return Err("it names no time".to_owned()) };
        let Some(begins) = start.time else {
            return if doors.date == start.date {
                Ok(doors)
            } else {
                Err(format!("doors are on {}, the show on {}", doors.date, start.date))
            };
        };
        let ahead = start.date.and_time(begins) - doors.date.and_time(opens);
        if ahead < Duration::zero() {
            Err(format!("doors open at {} {opens}, after the show begins at {} {begins}", doors.date, start.date))
        } else if ahead > Duration::hours(i64::from(self.limits.doors_hours)) {
            Err(format!("doors open more than {} hours before the show", self.limits.doors_hours))
        } else {
            Ok(doors)
        }
    }

    /// The end, where it lies after the start; an earlier time is taken to be after midnight.
    pub(crate) fn end(&self, end: EventTime, start: &EventTime) -> Result<EventTime, String> {
        let (Some(ends), Some(begins)) = (end.time, start.time) else {
            return if end.date < start.date {
                Err(format!("it ends on {}, before it starts on {}", end.date, start.date))
            } else {
                self.not_too_late(end, start)
            };
        };
        if end.date.and_time(ends) >= start.date.and_time(begins) {
            return self.not_too_late(end, start);
        }
        let next = self.shifted(end.clone(), 1);
        let lasts = next.date.and_time(ends) - start.date.and_time(begins);
        if lasts >= Duration::zero() && lasts <= Duration::hours(i64::from(self.limits.night_hours)) {
            Ok(next)
        } else {
            Err(format!(
                "it ends at {} {ends}, before it starts at {} {begins}, and not within {} hours after midnight",
                end.date, start.date, self.limits.night_hours
            ))
        }
    }

    fn not_too_late(&self, end: EventTime, start: &EventTime) -> Result<EventTime, String> {
        let days = (end.date - start.date).num_days();
        if days > i64::from(self.limits.end_days) {
            return Err(format!("it ends {days} days after its start, more than {}", self.limits.end_days));
        }
        Ok(end)
    }
}

/// Whether this is the weekday of that day, or of the night that the time still belongs to.
pub(crate) fn is_weekday(weekday: u8, start: &EventTime) -> bool {
    let printed = u32::from(weekday);
    let of = |date: NaiveDate| date.weekday().number_from_monday();
    let after_midnight = start.time.is_some_and(|time| time.hour() < NIGHT_ENDS);
    of(start.date) == printed || after_midnight && start.date.pred_opt().is_some_and(|eve| of(eve) == printed)
}

/// Templates write whole days as midnight to (nearly) midnight; then no time is known.
pub(crate) fn is_whole_day(start: &EventTime, end: &EventTime) -> bool {
    let midnight = |t: NaiveTime| t.num_seconds_from_midnight() == 0;
    let (Some(begins), Some(ends)) = (start.time, end.time) else { return false };
    midnight(begins)
        && (end.date == start.date && ends.hour() == 23 && ends.minute() == 59
            || end.date > start.date && midnight(ends))
}

fn whole_seconds(time: NaiveTime) -> NaiveTime {
    time.with_nanosecond(0).unwrap_or(time)
}

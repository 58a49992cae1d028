//! Quiet hours: times of day in which no crawl starts.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use marquee_model::Zone;
use marquee_reading::zone;

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// Most steps to the end of quiet hours: each ends a window, or goes one minute on within an hour that the clock repeats.
const MOST: usize = 2 * DAY as usize;

/// Windows of a day, each from a minute up to but without another, which may be on the next day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Quiet(Vec<(u32, u32)>);

impl Quiet {
    /// Reads windows such as `["23:00", "06:30"]`. The error is a reason.
    pub(super) fn read(windows: &[[String; 2]]) -> Result<Self, String> {
        let mut read = Vec::with_capacity(windows.len());
        for [from, to] in windows {
            let (from, to) = (minute(from)?, minute(to)?);
            if from == to {
                return Err("a window that ends when it begins is none; leave it out".to_owned());
            }
            read.push((from, to));
        }
        let quiet = Self(read);
        if (0..DAY).all(|minute| quiet.window(minute).is_some()) {
            return Err(
                "the windows cover the whole day, and no crawl could ever start; use `enabled = false` for that"
                    .to_owned(),
            );
        }
        Ok(quiet)
    }

    fn window(&self, minute: u32) -> Option<(u32, u32)> {
        let within = |&(from, to): &(u32, u32)| match from < to {
            true => (from..to).contains(&minute),
            false => minute >= from || minute < to,
        };
        self.0.iter().copied().find(within)
    }

    /// When the window ends in which this time lies, by the clock on the wall.
    fn until(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let minute = local.hour() * 60 + local.minute();
        let (_, to) = self.window(minute)?;
        let day = if minute < to { local.date() } else { local.date().checked_add_days(Days::new(1))? };
        Some(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(to)))
    }

    /// The first time from `at` on that lies in no window.
    pub(super) fn end(&self, zone: Zone, at: DateTime<Utc>) -> DateTime<Utc> {
        let mut at = at;
        for _ in 0..MOST {
            let Some(until) = self.until(zone::local(at, zone)) else { break };
            let (end, _) = zone::resolve(until, zone);
            // In the hour that a clock repeats, the end that is meant may be over: on by the minute until the clock is past it again.
            at = if end > at { end } else { at + TimeDelta::minutes(1) };
        }
        at
    }
}

fn minute(text: &str) -> Result<u32, String> {
    let time = (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten();
    time.map(|time| time.hour() * 60 + time.minute())
        .ok_or_else(|| format!("`{text}` is not a time of day; write it as `06:30`"))
}

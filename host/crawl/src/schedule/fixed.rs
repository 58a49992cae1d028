//! Fixed times: the five fields of cron, in the venue's zone.
//!
//! croner finds the times on a calendar without zones; what the zone makes of them is done here, by the house's own zone data.

use chrono::{DateTime, Utc};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use marquee_model::{Resolution, Zone};
use marquee_reading::zone;

/// Most times looked at for one answer: a cron of every minute has 60 in the hour that a clock repeats or leaves out.
const MOST: usize = 200;

/// Reads a cron expression. The error is a reason.
pub(super) fn read(text: &str) -> Result<Cron, String> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let cron = parser.parse(text.trim()).map_err(|error| {
        format!("`{text}` is not a cron expression ({error}); write minute, hour, day of month, month, day of week, as `30 6,14 * * *`")
    })?;
    match cron.find_next_occurrence(&DateTime::UNIX_EPOCH.naive_utc(), false) {
        Ok(_) => Ok(cron),
        Err(_) => Err(format!("`{text}` names a time that never comes, such as 30 February")),
    }
}

/// The first of its times later than `after`.
pub(super) fn next(cron: &Cron, zone: Zone, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut from = zone::local(after, zone);
    let mut best: Option<DateTime<Utc>> = None;
    for _ in 0..MOST {
        let time = cron.find_next_occurrence(&from, false).ok()?;
        let (at, resolution) = zone::resolve(time, zone);
        if at > after {
            best = Some(best.map_or(at, |best| best.min(at)));
            // A time in the gap is moved behind times that come after it on the clock: those have to be looked at as well.
            if resolution != Resolution::Gap {
                break;
            }
        }
        from = time;
    }
    best
}

//! When an event is.

use chrono::{DateTime, Utc, Weekday};
use marquee_store::{EventQuery, Past};

use crate::{
    api::dto::{PastWord, TbaWord, WeekdayWord},
    params::{Clocktime, FaultKind, Interval, Moment, Parameters, Reader},
};

/// Which events, by when they are.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimeFilter {
    /// Begins then or later: a day of the venue's calendar (`2026-12-31`), a time of the venue's clock (`2026-12-31T20:00`), or an instant
    /// (`2026-12-31T20:00:00Z`, or with an offset). An event whose time is not known is in an instant's range as soon as its day, anywhere on
    /// earth, reaches into it.
    #[param(value_type = Option<String>, example = "2026-11-23", pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]((\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?)?$")]
    pub(crate) from: Option<Moment>,
    /// Begins on that day or earlier, or before that time or instant; written as `from`.
    #[param(value_type = Option<String>, example = "2026-11-30", pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]((\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?)?)?$")]
    pub(crate) until: Option<Moment>,
    /// Goes on at some moment between two instants, with a slash between. Without a known end an event is taken to last six hours, or its whole
    /// day where its time is not known.
    #[param(value_type = Option<String>, example = "2026-11-27T22:00:00Z/2026-11-28T04:00:00Z", pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])/[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$")]
    pub(crate) active_between: Option<Interval>,
    /// Begins on one of these days of the week, by the venue's calendar; words separated by commas.
    #[param(value_type = Option<Vec<WeekdayWord>>, style = Form, explode = false)]
    pub(crate) weekday: Vec<Weekday>,
    /// Begins at this time of the venue's clock or later. With a `time_until` that is not later, the range goes over midnight.
    #[param(value_type = Option<String>, example = "18:00", pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub(crate) time_from: Option<Clocktime>,
    /// Begins before this time of the venue's clock.
    #[param(value_type = Option<String>, example = "23:00", pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub(crate) time_until: Option<Clocktime>,
    /// Whether events whose time is to be announced are in.
    #[param(value_type = Option<TbaWord>)]
    pub(crate) tba: Option<bool>,
    /// Whether events that are over are in.
    #[param(value_type = Option<PastWord>)]
    pub(crate) past: PastFilter,
}

/// Whether events that are over are in, as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PastFilter {
    /// They are; the default.
    Include,
    /// They are not.
    Exclude,
    /// Nothing else is.
    Only,
}

impl Parameters for TimeFilter {
    fn read(reader: &mut Reader) -> Self {
        let from = reader.parse("from", "date_parsing");
        let until = reader.parse("until", "date_parsing");
        let empty = match (from, until) {
            (Some(Moment::Day(from)), Some(Moment::Day(until))) => until < from,
            (Some(Moment::Local(from)), Some(Moment::Local(until))) => until <= from,
            (Some(Moment::Instant(from)), Some(Moment::Instant(until))) => until <= from,
            _ => false,
        };
        if empty {
            reader.note(
                FaultKind::Unreadable("value_error"),
                "until",
                "it is before `from`, so that no time is left",
                None,
            );
        }
        Self {
            from,
            until,
            active_between: reader.parse("active_between", "value_error"),
            weekday: reader.words("weekday", WeekdayWord::ALL).into_iter().filter_map(|day| day.parse().ok()).collect(),
            time_from: reader.parse("time_from", "time_parsing"),
            time_until: reader.parse("time_until", "time_parsing"),
            tba: reader.word("tba", TbaWord::ALL).and_then(|word| match word {
                "only" => Some(true),
                "exclude" => Some(false),
                _ => None,
            }),
            past: match reader.word("past", PastWord::ALL) {
                Some("exclude") => PastFilter::Exclude,
                Some("only") => PastFilter::Only,
                _ => PastFilter::Include,
            },
        }
    }
}

impl TimeFilter {
    pub(super) fn narrow(&self, query: &mut EventQuery, now: DateTime<Utc>) {
        match self.from {
            Some(Moment::Day(day)) => query.from = Some(day),
            Some(Moment::Local(local)) => query.from_local = Some(local),
            Some(Moment::Instant(at)) => query.from_utc = Some(at),
            None => {}
        }
        match self.until {
            Some(Moment::Day(day)) => query.until = Some(day),
            Some(Moment::Local(local)) => query.until_local = Some(local),
            Some(Moment::Instant(at)) => query.until_utc = Some(at),
            None => {}
        }
        query.active = self.active_between.map(|Interval(from, until)| (from, until));
        query.weekdays.clone_from(&self.weekday);
        query.from_time = self.time_from.map(|Clocktime(time)| time);
        query.until_time = self.time_until.map(|Clocktime(time)| time);
        query.time_known = self.tba.map(|tba| !tba);
        query.past = match self.past {
            PastFilter::Include => Past::Included,
            PastFilter::Exclude => Past::LeftOut(now),
            PastFilter::Only => Past::Only(now),
        };
    }
}

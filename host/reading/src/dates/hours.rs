//! Hours: which half of the day `8` is, and which clock times lie behind midnight.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::{
    atom::Label,
    clock::{Clock, Form},
    draft::Timed,
};

/// The hour at which a night ends: `12:30am` and `4am` of Friday's listing belong to the night that Friday began.
const NIGHT_ENDS: u32 = 5;

/// A clock time, settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) time: NaiveTime,
    /// `24:00`, or midnight as the end of the printed day.
    pub(super) next_day: bool,
    /// It was printed on the clock of twelve hours, so that its small hours belong to the night before.
    pub(super) twelve: bool,
    /// The half of the day was concluded.
    pub(super) inferred: bool,
}

/// Settles the halves of the day. `twelve_hours`: the text's language counts to twelve where nothing else tells.
pub(super) fn settle(times: &[Timed], twelve_hours: bool) -> Vec<Option<Settled>> {
    let explicit = times.iter().any(|t| matches!(t.clock.form, Form::Am | Form::Pm));
    let full = times.iter().any(|t| t.clock.is_full());
    let mut settled: Vec<Option<Settled>> = times
        .iter()
        .map(|t| match t.clock.form {
            Form::Open if explicit || (!full && twelve_hours) => None,
            Form::Spoken if explicit || !full => None,
            Form::Open | Form::Spoken | Form::Full => fixed(t.clock, u32::from(t.clock.hour), false, false),
            Form::Am => fixed(t.clock, u32::from(t.clock.hour % 12), true, false),
            Form::Pm => fixed(t.clock, u32::from(t.clock.hour % 12) + 12, true, false),
            Form::Midnight => fixed(t.clock, 0, true, false),
        })
        .collect();
    for at in (0..times.len()).rev() {
        let (Some(timed), true) = (times.get(at), settled.get(at).is_some_and(Option::is_none)) else { continue };
        if !matches!(timed.clock.form, Form::Open | Form::Spoken) {
            continue;
        }
        let hour = u32::from(timed.clock.hour % 12);
        let evening = fixed(timed.clock, hour + 12, true, true);
        let morning = fixed(timed.clock, hour, true, true);
        // `11-2pm` starts before noon; `8-11pm` and `10-2am` start in the evening.
        let end = times.get(at + 1).filter(|next| next.to).and_then(|_| settled.get(at + 1).copied().flatten());
        let start = at.checked_sub(1).filter(|_| timed.to).and_then(|i| times.get(i)).map(|t| t.clock);
        let choice = match (end, start) {
            (Some(end), _) if end.time >= noon() && !end.next_day => match (evening, morning) {
                (Some(pm), _) if pm.time < end.time => evening,
                _ => morning,
            },
            // `9pm-2`: the first time that comes after the start.
            (None, Some(Clock { form: Form::Pm, hour: from, .. })) if timed.clock.hour % 12 <= from % 12 => morning,
            _ => evening,
        };
        if let Some(slot) = settled.get_mut(at) {
            *slot = choice;
        }
    }
    settled
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()
}

fn fixed(clock: Clock, hour: u32, twelve: bool, inferred: bool) -> Option<Settled> {
    let next_day = hour == 24;
    let time = NaiveTime::from_hms_opt(hour % 24, u32::from(clock.minute), u32::from(clock.second))?;
    Some(Settled { time, next_day, twelve, inferred })
}

/// The times of one day, by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Evening {
    /// Indexes into the settled times.
    pub(super) start: Option<usize>,
    pub(super) doors: Option<usize>,
    pub(super) end: Option<usize>,
}

/// Sorts the times of one day. Further starts (a second show) come back beside it.
pub(super) fn sort(times: &[(usize, Timed)]) -> (Evening, Vec<usize>) {
    let mut evening = Evening::default();
    let mut further = Vec::new();
    let (mut plain, mut act) = (None, None);
    for (index, timed) in times {
        // `Two shows: 7 PM & 9:30 PM`: a time behind the show's is a further one.
        let behind = timed.label.is_none() && plain.is_none() && evening.start.is_some() && !timed.to;
        match timed.label {
            // A further act's time is no further show; the first begins the evening, where nothing else does.
            Some(Label::Act) => act = act.or(Some(*index)),
            None if behind => further.push(*index),
            Some(Label::Doors) if evening.doors.is_none() => evening.doors = Some(*index),
            Some(Label::End) if evening.end.is_none() => evening.end = Some(*index),
            // Before "to": in `portes à 19h, concert à 20h` the word before the second hour is "at".
            Some(Label::Show) if evening.start.is_none() => evening.start = Some(*index),
            _ if timed.to && (plain.is_some() || evening.start.is_some() || evening.doors.is_some()) => {
                evening.end = evening.end.or(Some(*index));
            }
            None if plain.is_none() => plain = Some(*index),
            _ => further.push(*index),
        }
    }
    evening.start = evening.start.or(plain).or(act).or(evening.doors);
    (evening, further)
}

/// What a night's times are on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Night {
    pub(super) start: Option<NaiveDateTime>,
    pub(super) doors: Option<NaiveDateTime>,
    pub(super) end: Option<NaiveDateTime>,
    /// The start was moved behind midnight.
    pub(super) night: bool,
}

/// Puts times on the calendar. `printed`: a person wrote the day, so that its small hours belong to the night that it began;
/// machine forms mean what they say.
pub(super) fn place(
    date: NaiveDate,
    start: Option<Settled>,
    doors: Option<Settled>,
    end: Option<Settled>,
    printed: bool,
) -> Night {
    let at = |date: NaiveDate, time: Settled| {
        let date = if time.next_day { date.checked_add_days(Days::new(1)).unwrap_or(date) } else { date };
        date.and_time(time.time)
    };
    let later = |moment: NaiveDateTime| moment.checked_add_days(Days::new(1)).unwrap_or(moment);
    let small = |time: Settled| !time.next_day && chrono::Timelike::hour(&time.time) < NIGHT_ENDS;
    let behind_midnight = |time: Settled| printed && time.twelve && small(time);
    let mut night = false;
    let placed_doors = doors.map(|time| if behind_midnight(time) { later(at(date, time)) } else { at(date, time) });
    let placed_start = start.map(|time| {
        let moment = at(date, time);
        let crosses =
            small(time) && placed_doors.is_some_and(|d| d > moment && chrono::Timelike::hour(&d.time()) >= 12);
        if behind_midnight(time) || crosses {
            night = true;
            later(moment)
        } else {
            moment
        }
    });
    let placed_end = end.map(|time| {
        let moment = at(date, time);
        let from = placed_start.or(placed_doors);
        if from.is_some_and(|f| moment <= f) { later(moment) } else { moment }
    });
    Night { start: placed_start, doors: placed_doors, end: placed_end, night }
}

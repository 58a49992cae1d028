//! What times of day say about two records of one night.

use chrono::NaiveTime;

use crate::{
    Facts,
    comparison::SETTLES,
    night::{is_placeholder, minute_of_night},
};

/// Minutes within which two printed times are one.
const ONE_TIME: i32 = 15;

/// Minutes between doors and show that houses have at most, as a rule: a page that prints one time may mean either.
const DOORS_TO_SHOW: i32 = 60;

/// From this many minutes on two starts are two shows: the shortest sets that clubs play twice a night take 75 minutes and a change of guests.
const TWO_SHOWS: i32 = 105;

/// Half a day: "8:00" for eight in the evening.
const HALF_DAY: i32 = 12 * 60;

/// What two records' times come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times {
    /// In log odds.
    pub(super) weight: f64,
    pub(super) words: &'static str,
    /// Both are known and fit.
    pub(super) agree: bool,
}

/// Compares start and doors.
pub(super) fn times(a: &Facts<'_>, b: &Facts<'_>) -> Times {
    let known = |time: Option<NaiveTime>| time.filter(|time| !is_placeholder(*time));
    let (start_a, start_b) = (known(a.start_time), known(b.start_time));
    let (doors_a, doors_b) = (known(a.doors_time), known(b.doors_time));
    let apart = |x: NaiveTime, y: NaiveTime| (minute_of_night(x) - minute_of_night(y)).abs();
    let (Some(x), Some(y)) = (start_a, start_b) else {
        // Doors alone say something as well.
        return match (start_a.or(doors_a), start_b.or(doors_b)) {
            (Some(x), Some(y)) if apart(x, y) <= DOORS_TO_SHOW => {
                Times { weight: 0.5, words: "times that fit", agree: true }
            }
            (Some(x), Some(y)) if apart(x, y) > 2 * TWO_SHOWS => {
                Times { weight: -4.0, words: "times far apart", agree: false }
            }
            _ => Times { weight: 0.0, words: "a time is not known", agree: false },
        };
    };
    let minutes = apart(x, y);
    if minutes <= ONE_TIME {
        return Times { weight: 1.5, words: "the same time", agree: true };
    }
    // Both tell doors as well, and these differ too: nothing is explained by doors.
    let doors_differ = doors_a.zip(doors_b).is_some_and(|(x, y)| apart(x, y) > ONE_TIME);
    let opens = doors_a.is_some_and(|doors| apart(doors, y) <= ONE_TIME)
        || doors_b.is_some_and(|doors| apart(doors, x) <= ONE_TIME);
    if opens && !doors_differ {
        return Times { weight: 1.0, words: "one starts when the other opens its doors", agree: true };
    }
    if (minutes - HALF_DAY).abs() <= ONE_TIME {
        return Times {
            weight: -4.0,
            words: "times half a day apart, as morning and evening are confused",
            agree: false,
        };
    }
    match minutes {
        _ if doors_differ && minutes >= DOORS_TO_SHOW => {
            Times { weight: -SETTLES, words: "doors and start both differ", agree: false }
        }
        ..=30 => Times { weight: 0.0, words: "times half an hour apart", agree: true },
        31..=DOORS_TO_SHOW => Times { weight: -1.0, words: "times as far apart as doors and show", agree: false },
        61..TWO_SHOWS => Times { weight: -8.0, words: "times further apart than doors and show", agree: false },
        _ => Times { weight: -SETTLES, words: "times of two shows", agree: false },
    }
}

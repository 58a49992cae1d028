//! Labels: which of a text's times are doors, show and end.

use super::{atom::Label, draft::Timed};

/// A label or a clock time, in the order of the text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Label {
        label: Label,
        colon: bool,
    },
    /// Index into the times.
    Clock(usize),
}

/// Ties labels to times. A label with a colon, or at the start, stands before its time (`Doors: 7 / Show: 8`); one that follows a time
/// without a pause stands behind it (`7pm doors, 8pm show`).
pub(super) fn bind(marks: &[(Mark, bool)], times: &mut [Timed]) {
    let mut loose = Vec::new();
    let mut at = 0;
    while at < marks.len() {
        let run: Vec<(Label, bool)> = marks
            .iter()
            .skip(at)
            .map_while(|(mark, _)| match mark {
                Mark::Label { label, colon } => Some((*label, *colon)),
                Mark::Clock(_) => None,
            })
            .collect();
        let end = at + run.len();
        if let Some((forward, tight)) = side(marks, at, end, run.iter().any(|(_, colon)| *colon)) {
            let labels = run.iter().enumerate().take(if forward { run.len() } else { 1 });
            for (offset, (label, _)) in labels {
                let target =
                    if forward { last_clock(marks, end, end + offset) } else { last_clock(marks, at - 1, at - 1) };
                if tight {
                    set(times, target, *label);
                } else {
                    loose.push((target, *label));
                }
            }
        }
        at = end.max(at + 1);
    }
    // Across a pause only where nothing closer was said: `Early show! 6:30 doors / 7 music`.
    for (target, label) in loose {
        if target.and_then(|index| times.get(index)).is_some_and(|time| time.label.is_none()) {
            set(times, target, label);
        }
    }
}

/// Where the time of the labels from `at` to `end` stands: behind them (`true`) or before, and whether no pause is between.
fn side(marks: &[(Mark, bool)], at: usize, end: usize, colon: bool) -> Option<(bool, bool)> {
    let is_clock = |at: usize| matches!(marks.get(at), Some((Mark::Clock(_), _)));
    let gap_before = |at: usize| marks.get(at).is_none_or(|(_, gap)| *gap);
    let before = at.checked_sub(1).is_some_and(is_clock);
    let behind_style =
        matches!(marks.first(), Some((Mark::Clock(_), _))) && matches!(marks.last(), Some((Mark::Label { .. }, _)));
    match (before, is_clock(end)) {
        _ if at == end => None,
        (false, false) => None,
        (false, true) => Some((true, colon || !gap_before(end))),
        (true, false) => Some((false, !gap_before(at))),
        (true, true) if colon => Some((true, true)),
        (true, true) => match (gap_before(at), gap_before(end)) {
            (true, false) => Some((true, true)),
            (false, true) => Some((false, true)),
            (gap, _) => Some((!behind_style, !gap)),
        },
    }
}

/// The time at `last`, or the last before it from `first` on: in `Doors & show 8pm` one time serves both labels.
fn last_clock(marks: &[(Mark, bool)], first: usize, last: usize) -> Option<usize> {
    let clocks = marks.iter().skip(first).take(last + 1 - first).map_while(|(mark, _)| match mark {
        Mark::Clock(index) => Some(*index),
        Mark::Label { .. } => None,
    });
    clocks.last()
}

fn set(times: &mut [Timed], target: Option<usize>, label: Label) {
    if let Some(time) = target.and_then(|index| times.get_mut(index))
        && (time.label.is_none() || label == Label::Show)
    {
        time.label = Some(label);
    }
}

//! Marks in a title by which two evenings of one name differ, as they are read; [`marks`](super::marks) compares them.

use crate::{
    fold::{Gap, Word},
    names::RoomKey,
    words::{Sense, senses, topic_of},
};

/// What tells two evenings of one title apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Marks {
    pub(super) hours: Vec<&'static str>,
    pub(super) numbered: Vec<(&'static str, u32)>,
    pub(super) weekdays: Vec<u8>,
    pub(super) languages: Vec<&'static str>,
    pub(super) apart: Vec<&'static str>,
    pub(super) honoured: Vec<String>,
    pub(super) tribute: bool,
    pub(super) room: Option<RoomKey>,
    /// Ages from which guests may come; 0 for all.
    pub(super) ages: Vec<u8>,
    /// Times of day, in minutes since midnight: "(3pm)".
    pub(super) clocks: Vec<i32>,
    /// Numbers that stand alone: "Poetry Slam 12".
    pub(super) numbers: Vec<u32>,
}

impl Marks {
    /// Finds what tells evenings of one name apart.
    pub(super) fn read(&mut self, words: &[Word], plain: &str) {
        // "19+"
        for (at, _) in plain.match_indices('+') {
            let number = plain.get(..at).and_then(|before| before.get(before.len().checked_sub(2)?..));
            self.ages.extend(number.and_then(|number| number.parse::<u8>().ok()).filter(|age| (12..=25).contains(age)));
        }
        let marks = self;
        let mut guests = false;
        let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
        for (at, word) in words.iter().enumerate() {
            let next = text(at + 1);
            guests = (guests || (at > 0 && word.is(Sense::With))) && word.gap < Gap::Open;
            for sense in word.senses {
                match sense {
                    Sense::Hour(hour) if *hour == "matinee" || is_hour(words, at) => marks.hours.push(hour),
                    Sense::Weekday(day) => marks.weekdays.push(*day),
                    Sense::Language(language) => marks.languages.push(language),
                    // "w/ Film School": a guest's name.
                    Sense::Apart(kind) if !guests => marks.apart.push(kind),
                    Sense::Label(label) => {
                        let number = number(next).or_else(|| {
                            at.checked_sub(1).and_then(|i| number(text(i)).filter(|_| is_ordinal(text(i))))
                        });
                        // "Night One", "2nd show"; a year is no number of a night.
                        marks.numbered.extend(number.filter(|n| *n < 1000).map(|n| (*label, n)));
                    }
                    _ => {}
                }
            }
            if word.text == "all" && next == "ages" {
                marks.ages.push(0);
            }
            // "Concert II"
            let roman = ["i", "ii", "iii", "iv", "v", "vi"].iter().zip(1_u32..).find(|(roman, _)| **roman == word.text);
            if let Some((_, number)) = roman
                && !word.lower
                && at > 0
                && words.get(at + 1).is_none_or(|next| next.gap >= Gap::Mark)
            {
                marks.numbers.push(number);
            }
            // A number that is no year, age, date or count of years.
            if let Ok(number) = word.text.parse::<u32>()
                && number < 1000
                && !marks.ages.iter().any(|age| u32::from(*age) == number)
                && !words
                    .get(at + 1)
                    .is_some_and(|next| next.is(Sense::Month) || next.is(Sense::Remark) || next.is(Sense::Noise))
                && !at.checked_sub(1).and_then(|i| words.get(i)).is_some_and(|before| before.is(Sense::Month))
            {
                marks.numbers.push(number);
            }
            marks.clocks.extend(clock(&word.text, next));
            // "N2"
            if let Some(number) =
                word.text.strip_prefix('n').and_then(|rest| rest.parse::<u32>().ok()).filter(|n| *n < 10)
            {
                marks.numbered.push(("night", number));
            }
            let kind = match (word.text.as_str(), next) {
                ("after", "party" | "show" | "hours" | "partys") => Some("after-party"),
                ("pre", "party" | "show") => Some("pre-party"),
                ("meet", "and" | "greet") | ("sound", "check") => Some("meeting the artist"),
                ("post", "show") | ("m", "and") => Some("meeting the artist"),
                ("add", "on") => Some("extra"),
                ("listening", "party" | "session") => Some("listening"),
                ("master", "class") => Some("workshop"),
                ("q", "and") => Some("talk"),
                ("live", "stream") => Some("stream"),
                (
                    "day" | "days" | "tages" | "weekend" | "festival" | "wochenend" | "full",
                    "pass" | "ticket" | "karte" | "passes",
                ) => Some("pass"),
                _ => None,
            };
            marks.apart.extend(kind.filter(|_| !guests));
        }
        for list in [&mut marks.hours, &mut marks.languages, &mut marks.apart] {
            list.sort_unstable();
            list.dedup();
        }
        marks.weekdays.sort_unstable();
        marks.weekdays.dedup();
        marks.numbered.sort_unstable();
        marks.numbered.dedup();
        marks.room = rooms(words);
    }
}

/// Whether "early" or "late" says which of two shows it is: before "show" and the like, or alone between marks.
fn is_hour(words: &[Word], at: usize) -> bool {
    let next = words.get(at + 1);
    let ends = next.is_none_or(|next| next.gap >= Gap::Mark);
    let starts = words.get(at).is_some_and(|word| word.gap >= Gap::Mark);
    let show = |word: &Word| {
        matches!(topic_of(word.senses), Some("show" | "concert"))
            || matches!(
                word.text.as_str(),
                "set" | "performance" | "seating" | "session" | "seance" | "funcion" | "edition" | "dinner" | "bird"
            )
    };
    (starts && ends) || next.is_some_and(show) || (ends && next.is_none())
}

/// The time of `3pm`, `730pm` (folded from `7:30pm`), `8 pm`, `19h30`, `20 uhr`, in minutes since midnight.
fn clock(word: &str, next: &str) -> Option<i32> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = word.split_at_checked(digits)?;
    let unit = if rest.is_empty() { next } else { rest };
    let (unit, minutes) = match unit.strip_prefix('h') {
        Some(minutes) if minutes.is_empty() || minutes.len() == 2 => ("h", minutes),
        _ => (unit, ""),
    };
    if !matches!(unit, "am" | "pm" | "h" | "uhr") || !(1..=4).contains(&number.len()) {
        return None;
    }
    let number: i32 = number.parse().ok()?;
    let (hour, minute) =
        if number >= 100 { (number / 100, number % 100) } else { (number, minutes.parse().unwrap_or(0)) };
    let hour = match unit {
        "pm" if hour < 12 => hour + 12,
        "am" if hour == 12 => 0,
        _ => hour,
    };
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn number(word: &str) -> Option<u32> {
    word.parse().ok().or_else(|| {
        senses(word).iter().find_map(|sense| if let Sense::Number(n) = sense { Some(u32::from(*n)) } else { None })
    })
}

/// Whether a number counts what stands behind it: "2nd show", "second night", and not "50 shows".
fn is_ordinal(word: &str) -> bool {
    word.parse::<u32>().is_err() && number(word).is_some()
}

/// A room in brackets or behind a dash.
fn rooms(words: &[Word]) -> Option<RoomKey> {
    let mut from = 0;
    for to in 1..=words.len() {
        if words.get(to).is_none_or(|word| word.dashed || matches!(word.gap, Gap::Open | Gap::Close)) {
            if from > 0
                && let Some(segment) = words.get(from..to)
                && let Some(room) = RoomKey::of_title(segment)
            {
                return Some(room);
            }
            from = to;
        }
    }
    None
}

//! Where dates stand: the innermost elements whose text reads as a day, and what else is read of short texts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use marquee_model::Moment;
use marquee_reading::dates::{self, DateContext, DateOrder, When};

use super::outline::{At, Outline};

/// Characters of a text that may be a date's own place. Several evenings with times take about a hundred; longer ones are prose.
const LONGEST_SPOT: usize = 160;

/// Characters of a text of which the whole event may consist, such as a line `24 Nov – Band – 20:00 – 12 €`.
const LONGEST_LINE: usize = 320;

/// Dates looked at on one page; the largest calendar seen has 500.
const MOST_SPOTS: usize = 3_000;

/// What is said of a date text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    pub(crate) timed: bool,
    pub(crate) year_printed: bool,
}

/// A place where a day is printed.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) at: At,
    pub(crate) day: Day,
}

/// How the page's dates are read.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    pub(crate) context: DateContext,
    /// Whether numbers such as 03/04 stand on the page whose order nothing on the page tells: the order was guessed.
    pub(crate) order_guessed: bool,
}

/// The day of a reading, where day and month are printed.
pub(crate) fn day_of(when: &When) -> Option<Day> {
    if when.inferred.month || when.inferred.day {
        return None;
    }
    let (date, timed) = match when.start {
        Moment::Date(date) => (date, false),
        Moment::Local(local) => (local.date(), true),
        Moment::Instant(at) => (at.date_naive(), true),
        Moment::Text(_) => return None,
    };
    Some(Day { date, timed: timed || when.doors.is_some(), year_printed: !when.inferred.year })
}

/// Whether a text tells a time of day and no day.
pub(crate) fn is_clock(when: &When) -> bool {
    when.inferred.day && (matches!(when.start, Moment::Local(_)) || when.doors.is_some()) && when.weekday.is_none()
}

impl Calendar {
    /// Decides how numbers are ordered: as most of the page's texts can be read; where both orders fit, as the caller's languages
    /// or country say.
    pub(crate) fn of(outline: &Outline<'_>, context: DateContext, country_order: Option<DateOrder>) -> Self {
        if context.order.is_some() {
            return Self { context, order_guessed: false };
        }
        let texts: Vec<&str> = candidates(outline).map(|(_, text)| text).filter(|text| is_numeric(text)).collect();
        let read = |order: Option<DateOrder>| {
            let context = DateContext { order, ..context.clone() };
            dates::read(&texts, &context)
                .iter()
                .filter(|answer| answer.as_ref().is_ok_and(|w| day_of(w).is_some()))
                .count()
        };
        let (plain, day_first, month_first) =
            (read(None), read(Some(DateOrder::DayFirst)), read(Some(DateOrder::MonthFirst)));
        if plain >= day_first.max(month_first) {
            return Self { context, order_guessed: false };
        }
        let (order, order_guessed) = match day_first.cmp(&month_first) {
            std::cmp::Ordering::Greater => (DateOrder::DayFirst, false),
            std::cmp::Ordering::Less => (DateOrder::MonthFirst, false),
            std::cmp::Ordering::Equal => (country_order.unwrap_or(DateOrder::DayFirst), true),
        };
        Self { context: DateContext { order: Some(order), ..context }, order_guessed }
    }

    /// Reads texts, each for itself.
    pub(crate) fn days(&self, texts: &[&str]) -> Vec<Option<Day>> {
        dates::read(texts, &self.context).iter().map(|answer| answer.as_ref().ok().and_then(day_of)).collect()
    }

    /// Reads texts in the order of a listing.
    pub(crate) fn listing(&self, texts: &[&str]) -> Vec<Option<Day>> {
        let context = DateContext { listing: true, ..self.context.clone() };
        dates::read(texts, &context).iter().map(|answer| answer.as_ref().ok().and_then(day_of)).collect()
    }

    /// Which texts tell a time of day alone.
    pub(crate) fn clocks(&self, texts: &[&str]) -> Vec<bool> {
        dates::read(texts, &self.context).iter().map(|answer| answer.as_ref().is_ok_and(is_clock)).collect()
    }
}

/// Three groups of digits, or two with a mark between them.
fn is_numeric(text: &str) -> bool {
    text.contains(['/', '.', '-']) && text.chars().filter(char::is_ascii_digit).count() >= 2
}

/// The texts that may hold a date.
fn candidates<'o>(outline: &'o Outline<'_>) -> impl Iterator<Item = (At, &'o str)> {
    outline.elements.iter().enumerate().filter_map(|(at, element)| {
        let text = element.text.as_str();
        let fits = !element.frame
            && !matches!(element.name.as_str(), "title" | "option" | "label" | "button" | "textarea")
            && (4..=LONGEST_LINE).contains(&text.len())
            && text.bytes().any(|b| b.is_ascii_digit());
        fits.then_some((at, text))
    })
}

/// The dates of a page: innermost elements, in document order.
pub(crate) fn spots(outline: &Outline<'_>, calendar: &Calendar) -> Vec<Spot> {
    let (places, texts): (Vec<At>, Vec<&str>) = candidates(outline).unzip();
    let mut days: BTreeMap<At, (Day, bool)> = BTreeMap::new();
    for (at, day) in places.iter().zip(calendar.days(&texts)) {
        if let Some(day) = day {
            days.insert(*at, (day, false));
        }
    }
    // A machine's form where the words cannot be read.
    for (at, element) in outline.elements.iter().enumerate() {
        if element.frame || element.name != "time" || days.contains_key(&at) {
            continue;
        }
        if let Some(value) = outline.attribute(at, "datetime")
            && let [Some(day)] = calendar.days(&[value]).as_slice()
        {
            days.insert(at, (*day, true));
        }
    }
    let innermost = |at: At| !days.range(outline.below(at)).any(|(_, (day, _))| same_day(*day, &days, at));
    days.iter()
        .filter(|(at, _)| innermost(**at))
        .filter(|(at, _)| outline.text(**at).len() <= LONGEST_SPOT || outline.below(**at).count() <= 6)
        .take(MOST_SPOTS)
        .map(|(at, (day, _))| Spot { at: *at, day: *day })
        .collect()
}

/// An outer text is about the day of an inner one unless it puts a day together from parts of which one happens to read as another.
fn same_day(inner: Day, days: &BTreeMap<At, (Day, bool)>, outer: At) -> bool {
    days.get(&outer).is_none_or(|(day, _)| day.date == inner.date || inner.year_printed || !day.year_printed)
}

/// The words of texts that belong to dates and times, so that what is left can be seen.
pub(crate) struct DateWords(BTreeSet<String>);

/// Words beside dates and times in the languages that dates are read in.
const LABELS: &[&str] = &[
    "am",
    "pm",
    "at",
    "from",
    "to",
    "until",
    "till",
    "and",
    "on",
    "the",
    "of",
    "st",
    "nd",
    "rd",
    "th",
    "doors",
    "door",
    "show",
    "start",
    "starts",
    "time",
    "date",
    "when",
    "noon",
    "midnight",
    "et",
    "est",
    "edt",
    "pst",
    "pdt",
    "gmt",
    "um",
    "uhr",
    "ab",
    "bis",
    "von",
    "und",
    "beginn",
    "einlass",
    "den",
    "am",
    "der",
    "om",
    "uur",
    "u",
    "tot",
    "van",
    "en",
    "aanvang",
    "deuren",
    "zaal",
    "open",
    "à",
    "a",
    "de",
    "du",
    "le",
    "la",
    "les",
    "au",
    "et",
    "h",
    "heures",
    "ouverture",
    "portes",
    "début",
    "dès",
    "las",
    "los",
    "el",
    "y",
    "del",
    "hasta",
    "hora",
    "horas",
    "puertas",
    "inicio",
    "apertura",
    "ore",
    "alle",
    "dalle",
    "il",
    "e",
    "dal",
    "al",
    "inizio",
    "porte",
    "às",
    "das",
    "até",
    "abertura",
    "início",
    "godz",
    "godzina",
    "o",
    "od",
    "do",
    "start",
    "dnia",
    "drzwi",
    "i",
    "p",
    "m",
    "hrs",
    "hr",
];

impl DateWords {
    /// Asks the reader of dates which of the texts' words are months or weekdays.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>, calendar: &Calendar) -> Self {
        let words: BTreeSet<String> = texts.flat_map(words).collect();
        let words: Vec<String> = words.into_iter().collect();
        let months: Vec<String> = words.iter().map(|word| format!("12 {word}")).collect();
        let months: Vec<&str> = months.iter().map(String::as_str).collect();
        let alone: Vec<&str> = words.iter().map(String::as_str).collect();
        let month = dates::read(&months, &calendar.context);
        let day = dates::read(&alone, &calendar.context);
        let known = words.iter().zip(month).zip(day).filter_map(|((word, month), day)| {
            let of_date = month.is_ok_and(|when| day_of(&when).is_some()) || day.is_ok();
            of_date.then(|| word.clone())
        });
        Self(known.chain(LABELS.iter().map(|word| (*word).to_owned())).collect())
    }

    /// The letters of a text that belong to no date or time.
    pub(crate) fn rest(&self, text: &str) -> usize {
        words(text).filter(|word| !self.0.contains(word)).map(|word| word.chars().count()).sum()
    }
}

/// The words of a text: runs of letters, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

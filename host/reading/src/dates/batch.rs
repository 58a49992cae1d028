//! A batch of texts: what the neighbours tell about the order of day and month and about years.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use super::{
    DateContext, DateOrder, LONGEST_TEXT, When,
    atom::atoms,
    draft::{Day, Draft, draft},
    lexeme::{Tongue, lexemes},
    stamp::epoch,
    when::{Dated, instant, when},
    year::{self, LOOK_BACK_DAYS, Slot, infer},
};
use crate::words::{
    Language,
    token::{capped, tokens},
};

/// Days ahead in which "Fri 13" is looked for before the weeks behind are.
const NEAR_DAYS: usize = 62;

/// A text on its way to the calendar.
struct Reading {
    draft: Draft,
    tongue: Tongue,
    /// One for each day of the draft that has day and month; `None` for the others.
    slots: Vec<Option<Slot>>,
    failure: Option<String>,
}

/// Reads the texts together.
pub(super) fn read(texts: &[&str], context: &DateContext) -> Vec<Result<When, String>> {
    let mut readings: Vec<Result<When, Box<Reading>>> = texts
        .iter()
        .map(|text| epoch(text).map_or_else(|| Err(Box::new(parse(text, context))), |at| Ok(instant(at))))
        .collect();
    let mut open: Vec<&mut Reading> = readings.iter_mut().filter_map(|r| r.as_mut().err().map(AsMut::as_mut)).collect();
    order(&mut open, context);
    years(&mut open, context);
    readings.into_iter().map(|reading| reading.or_else(|reading| finish(&reading, context))).collect()
}

fn parse(text: &str, context: &DateContext) -> Reading {
    let lex = lexemes(&tokens(capped(text, LONGEST_TEXT)));
    let tongue = Tongue::of(&lex, &context.languages);
    let draft = draft(&atoms(&lex, tongue, &context.languages, context.today.year()), context.today.year());
    Reading { draft, tongue, slots: Vec::new(), failure: None }
}

/// What all votes say, if they agree and there is one.
fn unanimous(mut votes: impl Iterator<Item = bool>) -> Option<bool> {
    let first = votes.next()?;
    votes.all(|vote| vote == first).then_some(first)
}

/// Finds out which number of each pair is the day, and makes slots of the days.
fn order(readings: &mut [&mut Reading], context: &DateContext) {
    let told = |day: &Day| {
        let (first, second, _) = day.pair?;
        (first != second).then(|| year::day_first(first, second, day.weekday, day.year, context.today)).flatten()
    };
    let neighbours =
        if context.listing { unanimous(readings.iter().flat_map(|r| &r.draft.days).filter_map(told)) } else { None };
    for reading in readings.iter_mut() {
        let within = unanimous(reading.draft.days.iter().filter_map(told));
        let hint = context.order.map(|order| order == DateOrder::DayFirst);
        let days = reading.draft.days.clone();
        let mut slots: Vec<Option<Slot>> = Vec::with_capacity(days.len());
        for day in &days {
            slots.push(slot(day, &days, context, |day| {
                let (first, second, dotted) = day.pair?;
                let forced = if first > 12 || second > 12 || first == second { told(day).or(Some(true)) } else { None };
                forced
                    .or(hint)
                    .or_else(|| told(day))
                    .or(within)
                    .or(neighbours)
                    .or_else(|| by_language(context, reading.tongue, dotted))
            }));
        }
        if let Some((first, second, _)) =
            days.iter().zip(&slots).find_map(|(day, slot)| day.pair.filter(|_| slot.is_none()))
        {
            reading.failure = Some(format!(
                "day and month cannot be told apart in {first} and {second}: give the order or the language of the page"
            ));
        }
        reading.slots = slots;
    }
}

/// The slot of a day whose day and month are known once `day_first` has answered for pairs.
fn slot(day: &Day, days: &[Day], context: &DateContext, day_first: impl Fn(&Day) -> Option<bool>) -> Option<Slot> {
    let of = |date: NaiveDate| {
        let (month, day_of_month) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
        Some(Slot { month, day: day_of_month, weekday: day.weekday, year: Some(date.year()) })
    };
    if let Some(stamp) = day.stamp {
        return of(stamp.date);
    }
    if let Some(relative) = day.relative {
        let base = context.day.unwrap_or(context.today);
        return of(base.checked_add_signed(TimeDelta::days(i64::from(relative)))?);
    }
    let (number, month) = match (day.pair, day.like) {
        (Some((first, second, _)), _) => {
            if day_first(day)? {
                (first, second)
            } else {
                (second, first)
            }
        }
        (None, Some(like)) => {
            let other = days.get(like)?;
            let (first, second, _) = other.pair?;
            (day.day?, if day_first(other)? { second } else { first })
        }
        (None, None) => (day.day?, day.month?),
    };
    Some(Slot { month, day: number, weekday: day.weekday, year: day.year })
}

/// The order that a language writes numbers in. English has two; its region tells, and points alone are not used in America.
fn by_language(context: &DateContext, tongue: Tongue, dotted: bool) -> Option<bool> {
    let first = context.languages.first().map(|code| code.replace('_', "-").to_ascii_lowercase());
    match first.as_deref() {
        Some("en-us") => return Some(false),
        Some("en-gb" | "en-ie" | "en-au" | "en-nz" | "en-za" | "en-in") => return Some(true),
        Some(code) if Language::from_code(code) != Some(Language::English) => return Some(true),
        _ => {}
    }
    match tongue.evident {
        Some(Language::English) => None,
        Some(_) if tongue.printed => Some(true),
        _ => (dotted && context.languages.is_empty()).then_some(true),
    }
}

fn years(readings: &mut [&mut Reading], context: &DateContext) {
    for reading in readings.iter_mut() {
        season(reading);
        if reading.slots.iter().flatten().any(|s| s.year.is_some()) {
            within(reading, context);
        }
    }
    if context.listing {
        let mut firsts: Vec<Slot> = readings.iter().filter_map(|r| r.slots.iter().flatten().next().copied()).collect();
        infer(&mut firsts, context.today, true);
        let mut firsts = firsts.into_iter();
        for reading in readings.iter_mut() {
            if let Some(slot) = reading.slots.iter_mut().flatten().next()
                && let Some(first) = firsts.next()
            {
                *slot = first;
            }
        }
    }
    for reading in readings.iter_mut() {
        within(reading, context);
    }
}

/// Years of one text: its days stand in order.
fn within(reading: &mut Reading, context: &DateContext) {
    let mut slots: Vec<Slot> = reading.slots.iter().flatten().copied().collect();
    infer(&mut slots, context.today, true);
    for (slot, found) in reading.slots.iter_mut().flatten().zip(slots) {
        *slot = found;
    }
}

fn season(reading: &mut Reading) {
    let Some(first) = reading.draft.season else { return };
    for slot in reading.slots.iter_mut().flatten().filter(|s| s.year.is_none()) {
        slot.year = Some(if slot.month >= 7 { first } else { first + 1 });
    }
}

fn finish(reading: &Reading, context: &DateContext) -> Result<When, String> {
    if let Some(failure) = &reading.failure {
        return Err(failure.clone());
    }
    let draft = &reading.draft;
    if let ([Day { clocklike: true, weekday: None, pair: Some((first, second, _)), .. }], true) =
        (draft.days.as_slice(), draft.times.is_empty())
    {
        return Err(format!("{first}.{second:02} may be a day or a time of day"));
    }
    if draft.until && draft.days.len() < 2 && draft.times.len() < 2 {
        return Err("it names only when something ends".to_owned());
    }
    let years: Vec<i32> = draft.days.iter().filter_map(|day| day.year).collect();
    let mut days: Vec<Dated> = Vec::with_capacity(draft.days.len());
    for (day, slot) in draft.days.iter().zip(&reading.slots) {
        let dated = match slot {
            Some(slot) => {
                let Some(date) = slot.date() else {
                    return Err(format!("there is no day {} in month {}{}", slot.day, slot.month, in_year(slot.year)));
                };
                // `15 - 17 Nov 2025`: the year is printed once for both.
                let printed = years.contains(&date.year())
                    || day.stamp.is_some()
                    || day.relative.is_some()
                    || draft.season.is_some();
                Dated { date, year_inferred: !printed, ..Dated::of(date, day) }
            }
            None if draft.weekly => return Err("it names days that repeat, not a date".to_owned()),
            None => partial(day, context)?,
        };
        days.push(dated);
    }
    if days.is_empty() {
        days.push(bare(draft, context)?);
    }
    let twelve_hours = matches!(reading.tongue.evident, None | Some(Language::English));
    when(draft, &days, twelve_hours).ok_or_else(|| "no time in it exists on a clock".to_owned())
}

fn in_year(year: Option<i32>) -> String {
    year.map_or_else(String::new, |year| format!(" of {year}"))
}

/// "Fri 15": the next month in which the 15th is a Friday.
fn partial(day: &Day, context: &DateContext) -> Result<Dated, String> {
    let base = context.day.unwrap_or(context.today);
    let (Some(number), Some(weekday)) = (day.day, day.weekday) else {
        return Err("it names a day without its month".to_owned());
    };
    let fits = |d: &NaiveDate| d.day() == u32::from(number) && year::number(d.weekday()) == weekday;
    let past = base.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(base);
    let found = if context.day.is_some() {
        base.with_day(1).unwrap_or(base).iter_days().take(400).find(fits)
    } else {
        // The same day of the week and month comes again after 28 days at the earliest: what is near ahead goes before what is past.
        base.iter_days().take(NEAR_DAYS).find(fits).or_else(|| past.iter_days().take(400).find(fits))
    };
    found
        .map(|date| Dated { month_inferred: true, year_inferred: true, ..Dated::of(date, day) })
        .ok_or_else(|| format!("no month of the coming year has the weekday printed beside the {number}"))
}

/// The day of a text that names none, or a weekday alone.
fn bare(draft: &Draft, context: &DateContext) -> Result<Dated, String> {
    let base = context.day.unwrap_or(context.today);
    let inferred = |date| Dated {
        day_inferred: true,
        month_inferred: true,
        year_inferred: true,
        ..Dated::of(date, &Day::default())
    };
    if draft.weekly && draft.weekdays.len() < 2 {
        return Err("it names a day that repeats, not a date".to_owned());
    }
    // "Saturday, August o3": a month says that a day was meant, and the coming Saturday would be another.
    if draft.month_only && draft.number.is_none() {
        return Err("it names a month without a day".to_owned());
    }
    match (draft.weekdays.as_slice(), draft.number) {
        ([weekday], None) => base
            .iter_days()
            .take(7)
            .find(|d| year::number(d.weekday()) == *weekday)
            .map(|date| Dated { weekday: Some(*weekday), ..inferred(date) })
            .ok_or_else(|| "it names a weekday without a date".to_owned()),
        ([_, _, ..], _) => Err("it names weekdays, not a date".to_owned()),
        (_, Some(number)) if context.day.is_some() => base
            .with_day(u32::from(number))
            .map(|date| Dated { day_inferred: false, ..inferred(date) })
            .ok_or_else(|| format!("the month of {base} has no day {number}")),
        (_, Some(_)) => Err("it names a day without its month: give the day that it is read from".to_owned()),
        _ if draft.times.is_empty() => Err("there is no date in it".to_owned()),
        _ => Ok(inferred(base)),
    }
}

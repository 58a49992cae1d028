//! The way back from a moment: a date text that the host read, a fixed form or an epoch that the plugin read, or day and time of two.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use marquee_model::{How, Moment, Step};
use marquee_reading::dates::{Inferred, When};

use super::{
    forms::{clock, instants, iso},
    index::{DEEPEST, Index, Part, ReadMoment},
    near::Near,
    record::Answer,
};

/// Candidates that are followed to their ends before the first one must do.
const TRIED: usize = 6;

/// Date readings of one item that are looked at for a day or a time alone.
const MOST_DATES: usize = 40;

impl Index<'_> {
    /// The way to a moment that a claim has as this part.
    pub(super) fn moment(&self, moment: &Moment, part: Part, near: &Near) -> Step {
        let shown = shown(moment);
        if let Moment::Text(text) = moment {
            return self.value(text, near);
        }
        self.read_moment(moment, part, &shown, near, true)
            .or_else(|| self.fixed_form(moment, &shown, near))
            .or_else(|| self.assembled(moment, &shown, near))
            .or_else(|| self.repeated(moment, &shown, near))
            .or_else(|| self.read_moment(moment, part, &shown, near, false))
            .or_else(|| {
                let local = self.on_the_clock(moment);
                let (found, form) = self.body.as_ref()?.moment(moment, local, part, near.anchor, &self.lines)?;
                Some(Step::new(How::FixedForm { form: form.to_owned() }, &shown).out_of(vec![found]))
            })
            .unwrap_or_else(|| Step::new(How::Plugin, &shown))
    }

    /// One that the host read: in a text of this claim's items or of none, or (`here` is false) anywhere.
    fn read_moment(&self, moment: &Moment, part: Part, shown: &str, near: &Near, here: bool) -> Option<Step> {
        let read = self.moments(moment).iter().map(|read| (self.rank_of_input(read.call, read.input, near), read));
        let mut found: Vec<(u64, &ReadMoment)> = read.filter(|(rank, _)| !here || *rank > 0).collect();
        found.sort_by_key(|(rank, read)| (std::cmp::Reverse((*rank, read.part == part)), read.call, read.input));
        let mut steps = found.iter().take(TRIED).filter_map(|(_, read)| {
            let detail = detail(read.part, self.when(read.call, read.input)?);
            self.reading(read.call, read.input, &detail, shown, near, DEEPEST)
        });
        steps.find(Step::is_explained)
    }

    fn when(&self, call: usize, input: usize) -> Option<&When> {
        match &self.call(call)?.answer {
            Answer::Dates(answers) => answers.get(input)?.as_ref(),
            _ => None,
        }
    }

    /// One that stands in the item in a form that needs no reading.
    fn fixed_form(&self, moment: &Moment, shown: &str, near: &Near) -> Option<Step> {
        let step = |form: &str, reads: &[usize]| {
            let from: Option<Vec<Step>> = reads.iter().map(|read| self.step(*read, near, DEEPEST)).collect();
            Some(Step::new(How::FixedForm { form: form.to_owned() }, shown).out_of(from?))
        };
        let (day, time) = match moment {
            Moment::Instant(instant) => {
                let found = near.reads.iter().find_map(|at| {
                    let fits = instants(&self.read(*at)?.value).into_iter().find(|(read, _)| read == instant)?;
                    Some((fits.1, *at))
                });
                let (form, at) = found?;
                return step(form, &[at]);
            }
            Moment::Date(day) => (*day, None),
            Moment::Local(local) => (local.date(), Some(local.time())),
            Moment::Text(_) => return None,
        };
        let value = |at: &usize| self.read(*at).map_or("", |read| read.value.as_str());
        let of_day: Vec<(usize, Option<NaiveTime>)> = near
            .reads
            .iter()
            .filter_map(|at| iso(value(at)).filter(|(read, _)| *read == day).map(|(_, time)| (*at, time)))
            .collect();
        if let Some((at, _)) = of_day.iter().find(|(_, read)| time.is_none() || *read == time) {
            return step(if time.is_some() { "ISO date and time" } else { "ISO date" }, &[*at]);
        }
        let (first, _) = of_day.first()?;
        let of_time = near.reads.iter().find(|at| clock(value(at)) == time)?;
        step("ISO date and a time of 24 hours", &[*first, *of_time])
    }

    /// Day and time of two readings, or the day of one.
    fn assembled(&self, moment: &Moment, shown: &str, near: &Near) -> Option<Step> {
        let (day, time) = match moment {
            Moment::Date(day) => (*day, None),
            Moment::Local(local) => (local.date(), Some(local.time())),
            Moment::Instant(_) | Moment::Text(_) => return None,
        };
        let of_day = self.day_read(day, near, DEEPEST)?;
        let Some(time) = time else { return Some(of_day) };
        let of_time = self.part_read(near, DEEPEST, |local| local.time() == time, &time.to_string(), "its time")?;
        let how = How::Joined { with: Vec::new() };
        let from = if of_day == of_time { vec![of_day] } else { vec![of_day, of_time] };
        Some(Step::new(how, shown).out_of(from))
    }

    /// A day that the host read in a date text of the item, or that stands there in a fixed form.
    pub(super) fn day_read(&self, day: NaiveDate, near: &Near, deeper: usize) -> Option<Step> {
        let shown = day.to_string();
        self.part_read(near, deeper, |local| local.date() == day, &shown, "its day").or_else(|| {
            let value = |at: &usize| self.read(*at).map_or("", |read| read.value.as_str());
            let at = near.reads.iter().find(|at| iso(value(at)).is_some_and(|(read, _)| read == day))?;
            let from = self.step(*at, near, deeper)?;
            Some(Step::new(How::FixedForm { form: "ISO date".to_owned() }, &shown).out_of(vec![from]))
        })
    }

    /// A moment on the venue's clock; of a day its midnight.
    fn on_the_clock(&self, moment: &Moment) -> Option<NaiveDateTime> {
        match moment {
            Moment::Date(day) => Some(day.and_time(NaiveTime::MIN)),
            Moment::Local(local) => Some(*local),
            Moment::Instant(instant) => Some(marquee_reading::zone::local(*instant, self.notes.source.zone)),
            Moment::Text(_) => None,
        }
    }

    /// A moment that the plugin counted on to: the same clock time in the item, and a rule of repetition.
    fn repeated(&self, moment: &Moment, shown: &str, near: &Near) -> Option<Step> {
        let time = self.on_the_clock(moment)?.time();
        let is_rule = |at: &usize| {
            self.read(*at).is_some_and(|read| {
                let name = self.step_name(read);
                ["recur", "repeat", "rrule", "freq"].iter().any(|word| name.contains(word))
                    || read.value.starts_with("RRULE")
            })
        };
        let rule = near.reads.iter().find(|at| near.rank(self.items(**at)) > 1 && is_rule(at))?;
        let value = |at: &usize| self.read(*at).map_or("", |read| read.value.as_str());
        let of_time = near.reads.iter().find(|at| {
            let instant = || instants(value(at)).into_iter().map(|(read, _)| Moment::Instant(read));
            iso(value(at)).is_some_and(|(_, read)| read.unwrap_or_default() == time)
                || clock(value(at)) == Some(time)
                || instant().any(|read| self.on_the_clock(&read).is_some_and(|local| local.time() == time))
        })?;
        let from: Option<Vec<Step>> = [of_time, rule].iter().map(|at| self.step(**at, near, DEEPEST)).collect();
        Some(Step::new(How::FixedForm { form: "rule of repetition".to_owned() }, shown).out_of(from?))
    }

    fn part_read(
        &self,
        near: &Near,
        deeper: usize,
        fits: impl Fn(NaiveDateTime) -> bool,
        shown: &str,
        detail: &str,
    ) -> Option<Step> {
        near.dates.iter().take(MOST_DATES).find_map(|(call, input)| {
            let when = self.when(*call, *input)?;
            let all =
                [Some(&when.start), when.doors.as_ref(), when.end.as_ref()].into_iter().flatten().chain(&when.more);
            all.filter_map(|moment| self.on_the_clock(moment)).find(|local| fits(*local))?;
            self.reading(*call, *input, detail, shown, near, deeper).filter(Step::is_explained)
        })
    }
}

/// Which part of a reading, and what of it was not printed.
fn detail(part: Part, when: &When) -> String {
    let mut words = vec![match part {
        Part::Start => "start",
        Part::Doors => "doors",
        Part::End => "end",
        Part::More => "a further day",
    }];
    let Inferred { year, month, day, meridiem, night } = when.inferred;
    for (is, what) in [
        (year, "the year concluded"),
        (month, "the month concluded"),
        (day, "the day taken from the hint"),
        (meridiem, "taken for the afternoon"),
        (night, "past midnight of that night"),
    ] {
        if is {
            words.push(what);
        }
    }
    words.join(", ")
}

fn shown(moment: &Moment) -> String {
    match moment {
        Moment::Date(date) => date.to_string(),
        Moment::Local(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        Moment::Instant(instant) => instant.format("%Y-%m-%d %H:%M UTC").to_string(),
        Moment::Text(text) => text.clone(),
    }
}

//! Values of plugins that read the body as one text and parse it themselves: calendars, feeds, scripts.
//!
//! Nothing tells which of its characters such a plugin used, so the place is where the value stands in the body, letter by letter without
//! signs, case and escapes; of several places the one nearest to the other values of the same event.

use chrono::NaiveDateTime;
use marquee_model::{EventClaim, How, Moment, Place, Step};

use super::{
    forms::{iso, skeleton},
    index::Part,
    places::Lines,
};

/// Letters and digits that a text must have to be looked for: shorter ones stand everywhere.
const LEAST: usize = 3;

/// How far from an event's other values a short value may stand, in bytes: an entry of a calendar has a few thousand.
const NEIGHBOURHOOD: usize = 4_000;

/// Letters and digits from which on a value is believed wherever it stands.
const LONG: usize = 12;

/// Letters and digits of a long text by which it is found where it is not in the body as a whole: its markup, comments or quotes
/// were taken out.
const BEGINNING: usize = 24;

/// The longest entity that pages use.
const ENTITY: usize = 8;

/// How far the start of an entry may be from the moment that is told: the clocks of two zones, and midnight between them.
const ZONES_APART: i64 = 26;

/// The letters and digits of the body, and where each stands.
pub(super) struct BodyText<'b> {
    body: &'b str,
    letters: String,
    /// For each byte of `letters` the byte of the body.
    places: Vec<u32>,
}

impl<'b> BodyText<'b> {
    pub(super) fn of(body: &'b str) -> Self {
        let mut text =
            Self { body, letters: String::with_capacity(body.len()), places: Vec::with_capacity(body.len()) };
        let mut next = 0;
        while let Some((at, c)) = body.get(next..).and_then(|rest| rest.chars().next()).map(|c| (next, c)) {
            next = at + c.len_utf8();
            let rest = body.get(next..).unwrap_or_default();
            match c {
                '\\' => {
                    let code = rest.strip_prefix('u').and_then(|code| u32::from_str_radix(code.get(..4)?, 16).ok());
                    match (code.and_then(char::from_u32), rest.chars().next()) {
                        (Some(written), _) => {
                            text.push(written, at);
                            next += 5;
                        }
                        // `\n` is a line break, `\,` a comma; neither is a letter.
                        (None, Some(sign)) if !sign.is_alphanumeric() || matches!(sign, 'n' | 'N' | 't' | 'r') => {
                            next += sign.len_utf8();
                        }
                        _ => {}
                    }
                }
                '&' => next += entity(rest),
                c => text.push(c, at),
            }
        }
        text
    }

    fn push(&mut self, c: char, at: usize) {
        if c.is_alphanumeric() {
            for lower in c.to_lowercase() {
                self.letters.push(lower);
                self.places.extend(std::iter::repeat_n(u32::try_from(at).unwrap_or(u32::MAX), lower.len_utf8()));
            }
        }
    }

    /// The bytes of the body at which a text stands, and how many letters and digits it has.
    fn found(&self, wanted: &str) -> (Vec<usize>, usize) {
        let letters = skeleton(wanted);
        let weight = letters.chars().count();
        if weight < LEAST {
            return (Vec::new(), weight);
        }
        let mut found = self.places_of(&letters);
        if found.is_empty() && weight > BEGINNING {
            found = self.places_of(&letters.chars().take(BEGINNING).collect::<String>());
        }
        (found, weight)
    }

    fn places_of(&self, letters: &str) -> Vec<usize> {
        let found = self.letters.match_indices(letters);
        found.filter_map(|(at, _)| self.places.get(at).map(|place| *place as usize)).collect()
    }

    /// The step that found a text, nearest to the anchor.
    pub(super) fn step(&self, wanted: &str, anchor: Option<usize>, lines: &Lines<'_>) -> Option<Step> {
        let (found, weight) = self.found(wanted);
        let far = |place: usize| anchor.map_or(place, |anchor| anchor.abs_diff(place));
        let place = found.into_iter().min_by_key(|place| far(*place))?;
        let near = anchor.is_some_and(|anchor| anchor.abs_diff(place) <= NEIGHBOURHOOD);
        (near || weight >= LONG).then(|| self.at(place, lines))
    }

    /// A sign that a plugin concludes something from, beside the event's other values.
    pub(super) fn sign(&self, stem: &str, anchor: Option<usize>, lines: &Lines<'_>) -> Option<Step> {
        let anchor = anchor?;
        let place = self.places_of(stem).into_iter().min_by_key(|place| anchor.abs_diff(*place))?;
        (anchor.abs_diff(place) <= NEIGHBOURHOOD).then(|| self.at(place, lines))
    }

    /// The step that reads what stands at a byte.
    fn at(&self, place: usize, lines: &Lines<'_>) -> Step {
        let (line, column) = lines.position(place);
        let begin = self.body.get(..place).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        // A minified script is one line; then the value's surroundings are shown.
        let begin = if place - begin > Step::SHOWN { place } else { begin };
        let words = self.body.get(begin..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let place = Place { expression: "body".to_owned(), line: Some(line), column: Some(column), ..Place::default() };
        Step::new(How::Body, words).at(place)
    }

    /// Where an event stands: where a value of it stands that stands nowhere else, else behind the event before.
    pub(super) fn anchor(&self, claim: &EventClaim, last: Option<usize>) -> Option<usize> {
        let texts = [&claim.key, &claim.event_url, &claim.title, &claim.description, &claim.ticket_url];
        let alone = texts.into_iter().flatten().find_map(|text| match self.found(text).0.as_slice() {
            [alone] => Some(*alone),
            _ => None,
        });
        let behind = || {
            let (found, _) = self.found(claim.title.as_ref()?);
            found.iter().copied().find(|place| Some(*place) > last).or_else(|| found.first().copied())
        };
        alone.or_else(behind)
    }

    /// A moment in one of the fixed forms of calendars, or counted on from the start of its entry by the entry's rule.
    pub(super) fn moment(
        &self,
        moment: &Moment,
        local: Option<NaiveDateTime>,
        part: Part,
        anchor: Option<usize>,
        lines: &Lines<'_>,
    ) -> Option<(Step, &'static str)> {
        let mut forms: Vec<String> = Vec::new();
        match moment {
            Moment::Date(date) => forms.push(date.format("%Y%m%d").to_string()),
            Moment::Local(local) => forms.push(local.format("%Y%m%dT%H%M").to_string()),
            Moment::Instant(instant) => {
                forms.extend([instant.format("%Y%m%dT%H%M").to_string(), instant.timestamp().to_string()]);
                forms.extend(local.map(|local| local.format("%Y%m%dT%H%M").to_string()));
            }
            Moment::Text(_) => return None,
        }
        let found = forms.iter().find_map(|form| self.step(form, anchor, lines));
        found.map(|step| (step, "date of the calendar")).or_else(|| self.of_entry(local?, part, anchor?, lines))
    }

    /// A moment that an entry of a calendar gives without having it: in another zone, or by its rule.
    fn of_entry(
        &self,
        local: NaiveDateTime,
        part: Part,
        anchor: usize,
        lines: &Lines<'_>,
    ) -> Option<(Step, &'static str)> {
        let begin = self.body.get(..anchor)?.rfind("BEGIN:VEVENT")?;
        let entry = self.body.get(begin..)?;
        let entry = entry.get(..entry.find("END:VEVENT")?)?;
        let line = |names: &[&str]| {
            let mut at = begin;
            for line in entry.split_inclusive('\n') {
                let name = line.split([':', ';']).next().unwrap_or_default();
                if names.contains(&name) {
                    return Some((at, line.trim_end()));
                }
                at += line.len();
            }
            None
        };
        let names: &[&str] = if part == Part::End { &["DTEND", "DURATION", "DTSTART"] } else { &["DTSTART"] };
        let (at, written) = names.iter().find_map(|name| line(&[name]))?;
        let day = |line: &str| iso(line.rsplit(':').next()?).map(|(day, _)| day);
        let told = day(written).or_else(|| day(line(&["DTSTART"])?.1))?;
        if (local.date() - told).num_hours().abs() <= ZONES_APART {
            let form =
                if written.starts_with("DURATION") { "duration of the calendar" } else { "date of the calendar" };
            return Some((self.at(at, lines), form));
        }
        let (rule, _) = line(&["RRULE", "RDATE"])?;
        let from = vec![self.at(at, lines), self.at(rule, lines)];
        let step =
            Step::new(How::Joined { with: Vec::new() }, &local.format("%Y-%m-%d %H:%M").to_string()).out_of(from);
        Some((step, "rule of repetition"))
    }
}

/// The bytes of the entity that a text begins with, behind its `&`; encoded twice, it is followed by another.
fn entity(rest: &str) -> usize {
    let word = |rest: &str| {
        let end = rest.find(';').filter(|end| *end <= ENTITY)?;
        rest.get(..end)?.chars().all(|c| c.is_alphanumeric() || c == '#').then_some(end + 1)
    };
    let Some(first) = word(rest) else { return 0 };
    let twice = rest.starts_with("amp;").then(|| rest.get(first..).and_then(word)).flatten();
    first + twice.unwrap_or(0)
}

//! The way back from a text: the read that has it, a part of a read, several put together, or a read written otherwise.

use marquee_model::{How, Moment, Place, Step};
use serde_json::Value as Json;

use super::{
    forms::{bare, folded, found_in, iso, skeleton, weight},
    index::{DEEPEST, Index, Part, spans},
    near::Near,
    places::leaf,
    record::{Answer, Given},
};

/// Candidates that are followed to their ends before the first one must do.
const TRIED: usize = 6;

/// Letters and digits of a text that may be found in another item, or anywhere in a longer one: shorter ones are there by chance.
const TELLING: usize = 4;

/// The same for a part of a text of another item.
const TELLING_PART: usize = 8;

/// Bytes from which on a text is a script or an article, not a value: its way is kept, since it is gone again and again.
const LONG: usize = 2_000;

/// Reads of an item in which the pieces of a text are looked for.
const NEAREST: usize = 300;

/// Letters and digits by which a text is found that was written otherwise.
const BEGINNING: usize = 48;

/// Bytes of a text that a plugin may have put together.
const LONGEST_JOINED: usize = 20_000;

/// The part of a text, in percent of its letters and digits, that must have been read where the plugin put it together.
const READ_PERCENT: usize = 50;

impl Index<'_> {
    /// The way to a text, of what was read before `before`.
    pub(super) fn text(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Step {
        if wanted.len() < LONG {
            return self.known(wanted, near, before, deeper).unwrap_or_else(|| Step::new(How::Plugin, wanted));
        }
        // A script that was parsed is gone back to for each of its values.
        let kept = (wanted.as_ptr() as usize, wanted.len());
        if let Some(known) = self.long.borrow().get(&kept) {
            return known.clone();
        }
        let step = self.known(wanted, near, before, deeper).unwrap_or_else(|| Step::new(How::Plugin, wanted));
        self.long.borrow_mut().insert(kept, step.clone());
        step
    }

    /// The same; `None` where nothing accounts for it.
    fn known(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let deeper = deeper.checked_sub(1)?;
        if wanted.trim().is_empty() {
            return None;
        }
        if self.body.is_some() && wanted.len() >= LONG && wanted == self.notes.page.body {
            return Some(Step::new(How::Body, wanted));
        }
        self.exact_step(wanted, near, before, deeper, true)
            .or_else(|| self.part(wanted, &near.reads, near, before, deeper))
            .or_else(|| self.answer_part(wanted, near, before, deeper))
            .or_else(|| self.spelt(wanted, near, before, deeper))
            .or_else(|| self.joined(wanted, near, before, deeper))
            .or_else(|| self.rewritten(wanted, near, before, deeper))
            .or_else(|| self.exact_step(wanted, near, before, deeper, false))
            .or_else(|| self.in_body(wanted, near))
            .or_else(|| self.part_elsewhere(wanted, near, before, deeper))
            .or_else(|| self.configured(wanted))
    }

    /// A read of exactly this text: in this claim's items or in none, or (`here` is false) anywhere.
    fn exact_step(&self, wanted: &str, near: &Near, before: usize, deeper: usize, here: bool) -> Option<Step> {
        if !here && weight(wanted) < TELLING {
            return None;
        }
        let mut found: Vec<(u64, bool, usize)> = self
            .exact(wanted, before)
            .map(|read| (self.rank(read, near), !self.is_answer(read), read))
            .filter(|(rank, ..)| !here || *rank > 0)
            .collect();
        found.sort_by_key(|(rank, direct, read)| (std::cmp::Reverse((*rank, *direct)), *read));
        let mut steps = found.iter().take(TRIED).map(|(_, _, read)| self.step(*read, near, deeper));
        steps.find(|step| step.as_ref().is_some_and(Step::is_explained)).flatten()
    }

    /// A text of the body, or a day and time that stand there in the form of calendars.
    fn in_body(&self, wanted: &str, near: &Near) -> Option<Step> {
        let body = self.body.as_ref()?;
        body.step(wanted, near.anchor, &self.lines).or_else(|| {
            let (day, time) = iso(wanted)?;
            let moment = time.map_or(Moment::Date(day), |time| Moment::Local(day.and_time(time)));
            let local = day.and_time(time.unwrap_or_default());
            let (step, form) = body.moment(&moment, Some(local), Part::Start, near.anchor, &self.lines)?;
            Some(Step::new(How::FixedForm { form: form.to_owned() }, wanted).out_of(vec![step]))
        })
    }

    fn is_answer(&self, read: usize) -> bool {
        self.read(read).is_some_and(|read| matches!(read.given, Given::Answer { .. }))
    }

    /// The step that gave a read to the plugin, with those before it.
    pub(super) fn step(&self, read: usize, near: &Near, deeper: usize) -> Option<Step> {
        let noted = self.read(read)?;
        if let Given::Answer { call, input } = noted.given {
            return self.reading(call, input, "", &noted.value, near, deeper);
        }
        let (step, again) = leaf(self.notes, &self.lines, noted);
        let Some(again) = again else { return Some(step) };
        let mut from = self.text(again.text, near, again.after, deeper);
        let whole = matches!(from.how, How::Read { .. } | How::Body | How::Part | How::Reading { .. });
        if !(whole && from.is_explained())
            && let Some(found) = self.in_body(&noted.value, near)
        {
            // The plugin wrote the text anew before it had it parsed; the value is where it was.
            from = found;
        }
        let how = How::Parsed { language: again.language.to_owned() };
        Some(step.out_of(vec![Step::new(how, again.text).out_of(vec![from])]))
    }

    /// The step of a reading function, with the way to what it was given. `detail` says which part of its answer this is.
    pub(super) fn reading(
        &self,
        call: usize,
        input: usize,
        detail: &str,
        value: &str,
        near: &Near,
        deeper: usize,
    ) -> Option<Step> {
        let called = self.call(call)?;
        let given = called.inputs.get(input)?;
        let detail = if called.detail.is_empty() { detail.to_owned() } else { format!("pattern `{}`", called.detail) };
        let how = How::Reading { function: called.function.to_owned(), detail };
        let mut from = self.text(given, near, called.after, deeper);
        if matches!(from.how, How::Body)
            && let Some(found) = self.in_body(value, near)
        {
            from = found; // of the whole body the line is what tells
        }
        // Nothing was to be cleaned, or the whole was the match: a step that changes nothing tells nothing.
        if matches!(called.answer, Answer::Texts) && folded(given) == folded(value) {
            return Some(from);
        }
        Some(Step::new(how, value).out_of(vec![from]))
    }

    /// A part of one of these reads; of several the nearest, and of those the one that has least beside it.
    fn part(&self, wanted: &str, reads: &[usize], near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let wanted = folded(wanted);
        if weight(&wanted) == 0 {
            return None;
        }
        let found = reads.iter().copied().filter(|read| *read < before).filter_map(|at| {
            let value = self.folded(at);
            found_in(&wanted, value).map(|_| (std::cmp::Reverse(near.rank(self.items(at))), value.len(), at))
        });
        let (.., at) = found.min()?;
        let from = self.step(at, near, deeper)?;
        Some(Step::new(How::Part, &wanted).out_of(vec![from]))
    }

    /// A part of what a reading function answered: the title without its status words, and of that the second half.
    fn answer_part(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let wanted = folded(wanted);
        if weight(&wanted) < TELLING {
            return None;
        }
        let answers = self
            .notes
            .reads
            .iter()
            .enumerate()
            .take(before)
            .filter(|(_, read)| matches!(read.given, Given::Answer { .. }));
        let found = answers.filter_map(|(at, _)| {
            found_in(&wanted, self.folded(at))?;
            Some((self.rank(at, near), at)).filter(|(rank, _)| *rank > 1)
        });
        let (_, at) = found.max()?;
        let from = self.step(at, near, deeper).filter(Step::is_explained)?;
        Some(Step::new(How::Part, &wanted).out_of(vec![from]))
    }

    fn part_elsewhere(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        if weight(wanted) < TELLING_PART {
            return None;
        }
        let all: Vec<usize> = (0..self.notes.reads.len().min(before))
            .filter(|at| {
                self.read(*at)
                    .is_some_and(|read| !matches!(read.given, Given::Body | Given::Answer { .. } | Given::Fact(_)))
            })
            .collect();
        self.part(wanted, &all, near, before, deeper)
    }

    /// Several reads put together, with what the plugin put between them.
    fn joined(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        if wanted.len() > LONGEST_JOINED {
            return None;
        }
        let address = wanted.starts_with("http");
        let mut covered: Vec<(usize, usize, Step)> = Vec::new();
        for (start, end) in spans(wanted, |_| true) {
            if covered.iter().any(|(from, to, _)| start < *to && end > *from) {
                continue;
            }
            let span = wanted.get(start..end).unwrap_or_default();
            if span.len() == wanted.len() || weight(span) == 0 || found_in(span, wanted).is_none() {
                continue;
            }
            if let Some(step) = self.piece(span, address, near, before, deeper) {
                covered.push((start, end, step));
            }
        }
        covered.sort_by_key(|(start, ..)| *start);
        let mut with = Vec::new();
        let mut at = 0;
        let mut longest = 0;
        let mut read = 0;
        for (start, end, _) in &covered {
            with.push(wanted.get(at..*start).unwrap_or_default().trim());
            let piece = weight(wanted.get(*start..*end).unwrap_or_default());
            (read, longest) = (read + piece, longest.max(piece));
            at = *end;
        }
        with.push(wanted.get(at..).unwrap_or_default().trim());
        // An address is made of a template and a number: the number is what the page tells.
        let numbered = address && longest >= TELLING;
        if covered.is_empty() || !(read * 100 >= weight(wanted) * READ_PERCENT || numbered) {
            return None;
        }
        let with = with.into_iter().filter(|words| !words.is_empty()).map(str::to_owned).collect();
        let pieces: Vec<Step> = covered.into_iter().map(|(.., step)| step).collect();
        Some(Step::new(How::Joined { with }, wanted).out_of(pieces))
    }

    /// A read that is, but for signs at its ends, this part of a text.
    fn piece(&self, span: &str, address: bool, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let telling = weight(span) >= TELLING;
        // Of a word, other spellings and longer texts with it count too; of an address they would be those of another.
        let word = bare(span) == span && !address;
        let alike = self.alike(&skeleton(span), before).filter(|_| word);
        let candidates = self.exact(span, before).chain(self.bare(span, before)).chain(alike);
        let nearest = candidates
            .map(|read| (self.rank(read, near), read))
            .filter(|(rank, _)| *rank > 1 || telling)
            .max_by_key(|(rank, read)| (*rank, std::cmp::Reverse(*read)));
        if let Some((_, read)) = nearest {
            return self.step(read, near, deeper).filter(Step::is_explained);
        }
        let within = near.reads.iter().take(NEAREST).copied().filter(|read| *read < before).find(|read| {
            word && weight(span) >= TELLING - 1
                && near.rank(self.items(*read)) > 1
                && found_in(span, self.folded(*read)).is_some()
        });
        if let Some(read) = within {
            let from = self.step(read, near, deeper).filter(Step::is_explained)?;
            return Some(Step::new(How::Part, span).out_of(vec![from]));
        }
        self.day(span, near, deeper).or_else(|| {
            let body = self.body.as_ref().filter(|_| weight(span) >= TELLING_PART)?;
            body.step(span, near.anchor, &self.lines)
        })
    }

    /// A day as keys have it, which the host read.
    fn day(&self, span: &str, near: &Near, deeper: usize) -> Option<Step> {
        let day = chrono::NaiveDate::parse_from_str(span, "%Y-%m-%d").ok()?;
        self.day_read(day, near, deeper).or_else(|| self.day_of_start(day, near))
    }

    /// The day of the claim's own start, however that came about.
    fn day_of_start(&self, day: chrono::NaiveDate, near: &Near) -> Option<Step> {
        let start = near.start.as_ref().filter(|start| self.on_the_clock(start).is_some_and(|at| at.date() == day))?;
        if self.at_start.replace(true) {
            return None;
        }
        let from = self.moment(start, Part::Start, near);
        self.at_start.set(false);
        let step = Step::new(How::FixedForm { form: "day of the start".to_owned() }, &day.to_string());
        from.is_explained().then(|| step.out_of(vec![from]))
    }

    /// The same letters and digits: what a plugin makes of case, signs and white space.
    fn spelt(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let same = self.alike(&skeleton(wanted), before).map(|read| (self.rank(read, near), read));
        let nearest = same.filter(|(rank, _)| *rank > 0).max_by_key(|(rank, read)| (*rank, std::cmp::Reverse(*read)));
        let from = self.step(nearest?.1, near, deeper).filter(Step::is_explained)?;
        Some(Step::new(How::Rewritten, wanted).out_of(vec![from]))
    }

    /// The same as a part of a longer text. Of an article whose escapes or markup were taken out the beginning is enough.
    fn rewritten(&self, wanted: &str, near: &Near, before: usize, deeper: usize) -> Option<Step> {
        let begin: String = skeleton(wanted).chars().take(BEGINNING).collect();
        if weight(wanted) < TELLING_PART {
            return None;
        }
        let has = |at: &usize| self.read(*at).is_some_and(|read| skeleton(&read.value).contains(&begin));
        let longer = near.reads.iter().copied().filter(|read| *read < before).find(has);
        let from = self.step(longer?, near, deeper).filter(Step::is_explained)?;
        Some(Step::new(How::Rewritten, wanted).out_of(vec![from]))
    }

    /// A text of the configuration, for plugins that read that by themselves.
    fn configured(&self, wanted: &str) -> Option<Step> {
        let read = |given: &Given| matches!(given, Given::Fact("configuration"));
        if !self.notes.reads.iter().any(|noted| read(&noted.given)) {
            return None;
        }
        let pointer = pointer_to(&self.notes.source.configuration, wanted.trim())?;
        let place = Place { expression: pointer, ..Place::default() };
        Some(Step::new(How::Configuration, wanted).at(place))
    }

    /// The way to a value's text for a whole claim.
    pub(super) fn value(&self, wanted: &str, near: &Near) -> Step {
        self.text(wanted, near, usize::MAX, DEEPEST)
    }
}

/// The pointer to a text of the configuration.
fn pointer_to(configuration: &Json, wanted: &str) -> Option<String> {
    let below = |name: &str, value: &Json| {
        let name = name.replace('~', "~0").replace('/', "~1");
        pointer_to(value, wanted).map(|rest| format!("/{name}{rest}"))
    };
    match configuration {
        Json::String(text) => (!wanted.is_empty() && bare(text) == bare(wanted)).then(String::new),
        Json::Number(number) => (number.to_string() == wanted).then(String::new),
        Json::Object(members) => members.iter().find_map(|(name, value)| below(name, value)),
        Json::Array(members) => members.iter().enumerate().find_map(|(at, value)| below(&at.to_string(), value)),
        Json::Null | Json::Bool(_) => None,
    }
}

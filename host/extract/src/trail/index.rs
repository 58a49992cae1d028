//! The notes of a call, ready to be searched by value.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    rc::Rc,
};

use marquee_model::{Moment, Step};

use super::{
    body::BodyText,
    forms::{bare, folded, skeleton, tokens},
    near::Near,
    places::Lines,
    record::{Answer, Call, Given, HandleId, Origin, Read, Recorder},
};

/// Readings of readings that are followed: `clean`, then `capture`, then `status` and back is three.
pub(super) const DEEPEST: usize = 8;

/// Reads of one value that are looked at: the same word in every row of a long listing says nothing.
pub(super) const MOST_ALIKE: usize = 400;

/// Tokens of a text that are looked for in others, and in a row: dates and addresses have a dozen.
const MOST_TOKENS: usize = 400;
const MOST_IN_A_ROW: usize = 40;

/// The direct reads that each piece of a text may be.
pub(super) type Pieces = Vec<Vec<usize>>;

/// Which part of a date reading a moment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    Doors,
    End,
    More,
}

/// A moment that the host read: in which call, in which of its texts, as what.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadMoment {
    pub(super) call: usize,
    pub(super) input: usize,
    pub(super) part: Part,
}

/// The notes, and where to find what in them.
pub(super) struct Index<'n> {
    pub(super) notes: &'n Recorder,
    /// The texts of the reads with white space folded.
    folded: Vec<String>,
    /// The same of what each call of a reading function was given.
    given: Vec<Vec<String>>,
    /// Reads by their text with white space folded.
    exact: ByText,
    /// By their text without signs at its ends, where it has some.
    bare: ByText,
    /// By their letters and digits.
    skeletons: ByText,
    moments: BTreeMap<String, Vec<ReadMoment>>,
    /// The items that each handle is of or in, innermost first.
    enclosing: Vec<Vec<HandleId>>,
    /// The reads inside each item.
    inside: BTreeMap<HandleId, Vec<usize>>,
    /// Reads in no item.
    pub(super) loose: Vec<usize>,
    /// The reads that inputs of reading functions are made of.
    pieces: RefCell<BTreeMap<(usize, usize), Rc<Pieces>>>,
    /// The ways to long texts, such as scripts that were parsed, by where they are kept.
    pub(super) long: RefCell<BTreeMap<(usize, usize), Step>>,
    /// Whether the way to a start is being looked for, which must not lead through itself.
    pub(super) at_start: Cell<bool>,
    pub(super) lines: Lines<'n>,
    /// The body's text, where the plugin read it.
    pub(super) body: Option<BodyText<'n>>,
}

impl<'n> Index<'n> {
    pub(super) fn of(notes: &'n Recorder) -> Self {
        let mut index = Self {
            notes,
            folded: notes.reads.iter().map(|read| folded(&read.value)).collect(),
            given: notes.calls.iter().map(|call| call.inputs.iter().map(|text| folded(text)).collect()).collect(),
            exact: ByText::default(),
            bare: ByText::default(),
            skeletons: ByText::default(),
            moments: BTreeMap::new(),
            enclosing: Vec::with_capacity(notes.handles.len()),
            inside: BTreeMap::new(),
            loose: Vec::new(),
            pieces: RefCell::default(),
            long: RefCell::default(),
            at_start: Cell::new(false),
            lines: Lines::of(&notes.page.body),
            body: None,
        };
        let mut body = false;
        for (at, read) in notes.reads.iter().enumerate() {
            match read.given {
                Given::Body => body = true,
                Given::Fact("configuration") => {}
                _ => index.add(at),
            }
        }
        if body {
            index.body = Some(BodyText::of(&notes.page.body));
        }
        for (at, handle) in notes.handles.iter().enumerate() {
            let own = u32::try_from(at).map_or(HandleId::NONE, HandleId);
            let items = index.items_of(own, &handle.origin);
            index.enclosing.push(items);
        }
        for (at, read) in notes.reads.iter().enumerate() {
            let (Given::Element { handle, .. } | Given::Value { handle, .. }) = read.given else { continue };
            let items = index.enclosing(handle).to_vec();
            if items.is_empty() {
                index.loose.push(at);
            }
            for item in items {
                index.inside.entry(item).or_default().push(at);
            }
        }
        for (at, call) in notes.calls.iter().enumerate() {
            index.add_moments(at, call);
        }
        index
    }

    fn add(&mut self, at: usize) {
        let folded = self.folded(at).to_owned();
        let bare = bare(&folded);
        if bare.len() < folded.len() && !bare.is_empty() {
            self.bare.add(bare.to_owned(), at);
        }
        let skeleton = skeleton(&folded);
        if !skeleton.is_empty() {
            self.skeletons.add(skeleton, at);
        }
        self.exact.add(folded, at);
    }

    fn add_moments(&mut self, at: usize, call: &Call) {
        let Answer::Dates(answers) = &call.answer else { return };
        for (input, when) in answers.iter().enumerate() {
            let Some(when) = when else { continue };
            let parts = [(Part::Start, Some(&when.start)), (Part::Doors, when.doors.as_ref())];
            let more = when.more.iter().map(|moment| (Part::More, Some(moment)));
            let all = parts.into_iter().chain([(Part::End, when.end.as_ref())]).chain(more);
            for (part, moment) in all {
                let Some(moment) = moment else { continue };
                self.moments.entry(moment_key(moment)).or_default().push(ReadMoment { call: at, input, part });
            }
        }
    }

    fn items_of(&self, own: HandleId, origin: &Origin) -> Vec<HandleId> {
        let (own, from) = match origin {
            Origin::Structured { .. } => return vec![own],
            Origin::Document | Origin::Json | Origin::Configuration => return Vec::new(),
            // What is parsed once more belongs where its text was read, most likely a moment ago.
            Origin::Parsed { text, after, .. } => {
                let roots = self.roots(text, *after);
                return roots.iter().max().map(|read| self.items(*read).to_vec()).unwrap_or_default();
            }
            Origin::Selected { from, many, .. } | Origin::At { from, many, .. } => (many.then_some(own), *from),
        };
        own.into_iter().chain(self.enclosing(from).iter().copied()).collect()
    }

    pub(super) fn enclosing(&self, handle: HandleId) -> &[HandleId] {
        self.enclosing.get(handle.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The items that a direct read is in, innermost first.
    pub(super) fn items(&self, read: usize) -> &[HandleId] {
        match self.read(read).map(|read| &read.given) {
            Some(Given::Element { handle, .. } | Given::Value { handle, .. }) => self.enclosing(*handle),
            _ => &[],
        }
    }

    /// The text of a read with white space folded.
    pub(super) fn folded(&self, at: usize) -> &str {
        self.folded.get(at).map_or("", String::as_str)
    }

    /// The reads inside an item.
    pub(super) fn inside(&self, item: HandleId) -> &[usize] {
        self.inside.get(&item).map_or(&[], Vec::as_slice)
    }

    pub(super) fn read(&self, at: usize) -> Option<&'n Read> {
        self.notes.reads.get(at)
    }

    pub(super) fn call(&self, at: usize) -> Option<&'n Call> {
        self.notes.calls.get(at)
    }

    /// The reads of this text, up to a point in time.
    pub(super) fn exact(&self, text: &str, before: usize) -> impl Iterator<Item = usize> + '_ {
        self.exact.before(&folded(text), before)
    }

    /// The reads of this text with signs round it.
    pub(super) fn bare(&self, text: &str, before: usize) -> impl Iterator<Item = usize> + '_ {
        self.bare.before(bare(&folded(text)), before)
    }

    /// The reads of the same letters and digits.
    pub(super) fn alike(&self, skeleton: &str, before: usize) -> impl Iterator<Item = usize> + '_ {
        self.skeletons.before(skeleton, before)
    }

    pub(super) fn moments(&self, moment: &Moment) -> &[ReadMoment] {
        self.moments.get(&moment_key(moment)).map_or(&[], Vec::as_slice)
    }

    /// The direct reads that a text was read in, itself or before the host's readings.
    pub(super) fn roots(&self, text: &str, before: usize) -> Vec<usize> {
        self.roots_of_folded(&folded(text), before)
    }

    /// The same. A word of every row is read and answered hundreds of times: each text is followed once.
    fn roots_of_folded(&self, text: &str, before: usize) -> Vec<usize> {
        let mut roots = Vec::new();
        let mut followed: BTreeMap<&str, usize> = BTreeMap::new();
        let mut left = vec![(text, before, DEEPEST)];
        while let Some((text, before, deeper)) = left.pop() {
            for at in self.exact.before(text, before) {
                match self.read(at).map(|read| &read.given) {
                    Some(Given::Element { .. } | Given::Value { .. }) => roots.push(at),
                    Some(Given::Answer { call, input }) if deeper > 0 => {
                        let Some((given, after)) = self.given_to(*call, *input) else { continue };
                        // What the reading left as it was has been found under this very text.
                        if given != text && followed.get(given).is_none_or(|known| *known < after) {
                            followed.insert(given, after);
                            left.push((given, after, deeper - 1));
                        }
                    }
                    _ => {}
                }
            }
            if roots.len() >= MOST_ALIKE {
                break;
            }
        }
        roots.sort_unstable();
        roots.dedup();
        roots.truncate(MOST_ALIKE);
        roots
    }

    /// What a reading function was given, white space folded, and how many reads there were by then.
    fn given_to(&self, call: usize, input: usize) -> Option<(&str, usize)> {
        Some((self.given.get(call)?.get(input)?.as_str(), self.call(call)?.after))
    }

    /// The direct reads that an input of a reading function is, or is made of.
    pub(super) fn pieces(&self, call: usize, input: usize) -> Rc<Pieces> {
        if let Some(known) = self.pieces.borrow().get(&(call, input)) {
            return Rc::clone(known);
        }
        let mut found = Pieces::new();
        if let Some(called) = self.call(call) {
            let text = called.inputs.get(input).map_or("", String::as_str);
            let whole = self.roots(text, called.after);
            if whole.is_empty() {
                found = self.parts_of(text, called.after);
            } else {
                found.push(whole);
            }
        }
        let found = Rc::new(found);
        match self.pieces.borrow_mut().entry((call, input)) {
            Entry::Occupied(known) => Rc::clone(known.get()),
            Entry::Vacant(place) => Rc::clone(place.insert(found)),
        }
    }

    /// The direct reads that pieces of a text may be, the longest pieces first. An article has thousands of pieces, few of which are as long
    /// as any read: only those are looked up.
    fn parts_of(&self, text: &str, before: usize) -> Pieces {
        let text = folded(text);
        let mut found = Pieces::new();
        let mut covered: Vec<(usize, usize)> = Vec::new();
        let is_known = |(start, end): (usize, usize)| {
            let span = text.get(start..end).unwrap_or_default();
            span.len() > 2 && (self.exact.may_have(span) || self.bare.may_have(bare(span)))
        };
        for (start, end) in spans(&text, is_known) {
            if covered.iter().any(|(from, to)| start < *to && end > *from) {
                continue;
            }
            let span = text.get(start..end).unwrap_or_default();
            let mut roots = self.roots_of_folded(span, before);
            if roots.is_empty() {
                let signed = self.bare.before(bare(span), before);
                roots = signed.filter(|read| !self.items(*read).is_empty()).collect();
            }
            if !roots.is_empty() {
                covered.push((start, end));
                found.push(roots);
            }
        }
        found
    }

    /// How near a read is to the item of a claim; 0 for what belongs to another item.
    pub(super) fn rank(&self, at: usize, near: &Near) -> u64 {
        match self.read(at).map(|read| &read.given) {
            Some(Given::Answer { call, input }) => self.rank_of_input(*call, *input, near),
            Some(Given::Element { .. } | Given::Value { .. }) => near.rank(self.items(at)),
            Some(Given::Fact(_)) => 1,
            Some(Given::Body) | None => 0,
        }
    }

    /// How near the text is that a reading function was given.
    pub(super) fn rank_of_input(&self, call: usize, input: usize, near: &Near) -> u64 {
        let pieces = self.pieces(call, input);
        let nearest = pieces.iter().flatten().map(|read| near.rank(self.items(*read))).max();
        // A text that no read has is the plugin's own, and nobody else's either.
        nearest.unwrap_or(1)
    }
}

/// Reads by a text.
#[derive(Default)]
struct ByText {
    reads: BTreeMap<String, Vec<usize>>,
    /// The lengths in bytes that occur: most texts that are asked for have none of them.
    lengths: BTreeSet<usize>,
}

impl ByText {
    fn add(&mut self, text: String, read: usize) {
        self.lengths.insert(text.len());
        self.reads.entry(text).or_default().push(read);
    }

    /// Whether a read may have this text: `false` is certain.
    fn may_have(&self, text: &str) -> bool {
        self.lengths.contains(&text.len())
    }

    /// The reads of this text, up to a point in time.
    fn before(&self, text: &str, before: usize) -> impl Iterator<Item = usize> + use<'_> {
        let known = self.reads.get(text).map_or(&[][..], Vec::as_slice);
        known.iter().copied().take_while(move |read| *read < before).take(MOST_ALIKE)
    }
}

/// The runs of tokens of a text that are wanted, longest first, as bytes.
pub(super) fn spans(text: &str, wanted: impl Fn((usize, usize)) -> bool) -> Vec<(usize, usize)> {
    let tokens: Vec<(usize, usize)> = tokens(text).take(MOST_TOKENS).collect();
    let mut spans = Vec::new();
    for (at, (start, _)) in tokens.iter().enumerate() {
        let runs = tokens.iter().skip(at).take(MOST_IN_A_ROW).map(|(_, end)| (*start, *end));
        spans.extend(runs.filter(|run| wanted(*run)));
    }
    spans.sort_by_key(|(start, end)| (std::cmp::Reverse(end - start), *start));
    spans
}

/// A moment as a key.
fn moment_key(moment: &Moment) -> String {
    match moment {
        Moment::Date(date) => date.to_string(),
        Moment::Local(local) => local.format("%Y-%m-%dT%H:%M:%S").to_string(),
        Moment::Instant(instant) => instant.timestamp_millis().to_string(),
        Moment::Text(text) => format!("text {text}"),
    }
}

//! Atoms: what stands in a date text, in its order, each read by itself: days, months, clock times, labels, connectors.

use super::{
    clock::{Clock, Form, clock, is_glued, is_symbol, small},
    lexeme::{Lexeme, Sort, Tongue},
    stamp::Stamp,
};
use crate::words::{Language, Meaning};

/// Whose time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Doors,
    Show,
    End,
    /// One of several acts'.
    Act,
}

/// A small word or sign between the others. One word may be several of these ("à" is *at* and *to*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Link {
    pub(super) to: bool,
    pub(super) and: bool,
    pub(super) at: bool,
    pub(super) from: bool,
    /// "between": the "and" that follows is a "to".
    pub(super) between: bool,
    /// "until", which at the beginning of a text makes its only day the last one.
    pub(super) until: bool,
}

/// Something that a date text says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Atom {
    /// A number of one or two digits that may be a day. `ordinal`: `15th`; `wide`: it has two digits.
    Day {
        number: u8,
        ordinal: bool,
        wide: bool,
    },
    Month(u8),
    Weekday(u8),
    /// `mar` is March or Tuesday.
    MonthOrWeekday(u8, u8),
    Year(i32),
    /// Two numbers that are day and month in some order, with the year if there is one. `clocklike`: `20.10` may also be a time.
    Pair {
        first: u8,
        second: u8,
        year: Option<i32>,
        dotted: bool,
        clocklike: bool,
    },
    Stamp(Stamp),
    Clock(Clock),
    Label {
        label: Label,
        colon: bool,
    },
    Link(Link),
    /// A comma or bracket that opens.
    Pause,
    /// A bar, slash, bracket that closes, or line break.
    Break,
    /// `24|25`: July to December are of the first year.
    Season(i32),
    Relative(i8),
    Weekly,
    Former,
    Replaced,
    Aside,
    /// The former date is over: `Nachholtermin vom 14.3.: Sa 16.5.`
    Resume,
    /// No time is given on purpose.
    Untimed,
    Other,
}

/// Months as Polish pages also write them, from February: "I" is "and".
const ROMAN: [&str; 11] = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// Weekdays of two letters that other languages use otherwise: they count only where the source says its language.
const HINTED: [(Language, &str, u8); 19] = [
    (Language::French, "ma", 2),
    (Language::French, "sa", 6),
    (Language::French, "di", 7),
    (Language::Italian, "lu", 1),
    (Language::Italian, "ma", 2),
    (Language::Italian, "me", 3),
    (Language::Italian, "gi", 4),
    (Language::Italian, "ve", 5),
    (Language::Italian, "sa", 6),
    (Language::Italian, "do", 7),
    (Language::Spanish, "lu", 1),
    (Language::Spanish, "ma", 2),
    (Language::Spanish, "mi", 3),
    (Language::Spanish, "ju", 4),
    (Language::Spanish, "vi", 5),
    (Language::Spanish, "sa", 6),
    (Language::Spanish, "do", 7),
    (Language::Polish, "so", 6),
    (Language::Polish, "ni", 7),
];

/// Words that lead from a former date to the new one: `verplaatst van 14 maart naar 16 mei`.
const ONTO: [&str; 9] = ["to", "auf", "auf den", "naar", "au", "al", "para", "na", "nach"];

/// Reads atoms. `this_year` tells a plausible short year from an implausible one.
pub(super) fn atoms(lex: &[Lexeme], tongue: Tongue, languages: &[String], this_year: i32) -> Vec<Atom> {
    let hint = languages.first().and_then(|code| Language::from_code(code));
    let mut reader = Reader {
        lex,
        tongue,
        languages,
        hint,
        this_year,
        at: 0,
        atoms: Vec::with_capacity(lex.len()),
        half: None,
        former: None,
    };
    while reader.at < lex.len() {
        reader.step();
    }
    reader.atoms
}

pub(super) struct Reader<'a> {
    pub(super) lex: &'a [Lexeme],
    pub(super) tongue: Tongue,
    languages: &'a [String],
    /// The language that the source names first.
    pub(super) hint: Option<Language>,
    pub(super) this_year: i32,
    pub(super) at: usize,
    pub(super) atoms: Vec<Atom>,
    /// The half of the day that stands before its hour: `'s avonds 8 uur`.
    half: Option<Form>,
    /// A former date is being read; `true` once its day was.
    former: Option<bool>,
}

impl Reader<'_> {
    pub(super) fn push(&mut self, atom: Atom, end: usize) {
        let atom = match (atom, self.half) {
            (Atom::Clock(clock), Some(half)) if clock.form != Form::Midnight => {
                self.half = None;
                Atom::Clock(clock.in_half(half))
            }
            (Atom::Pause | Atom::Link(_), _) => atom,
            _ => {
                self.half = None;
                atom
            }
        };
        match atom {
            Atom::Former => self.former = Some(false),
            Atom::Break | Atom::Replaced | Atom::Resume => self.former = None,
            Atom::Day { .. } | Atom::Pair { .. } | Atom::Stamp(_) => self.former = self.former.map(|_| true),
            _ => {}
        }
        self.atoms.push(atom);
        self.at = end.max(self.at + 1);
    }

    fn step(&mut self) {
        let (lex, at) = (self.lex, self.at);
        let Some(lexeme) = lex.get(at) else { return };
        if lexeme.line && at > 0 {
            self.atoms.push(Atom::Break);
            (self.half, self.former) = (None, None);
        }
        match &lexeme.sort {
            Sort::Number { value, digits } => self.number(*value, *digits),
            Sort::Word { text, .. } => self.word(lexeme, text),
            Sort::Symbol(symbol) => self.symbol(*symbol),
        }
    }

    fn symbol(&mut self, symbol: char) {
        let at = self.at;
        let atom = match symbol {
            '-' | '~' | '>' => Atom::Link(Link { to: true, ..Link::default() }),
            '&' | '+' => Atom::Link(Link { and: true, ..Link::default() }),
            // The interval of ISO 8601.
            '/' if matches!(self.atoms.last(), Some(Atom::Stamp(_))) => {
                Atom::Link(Link { to: true, ..Link::default() })
            }
            '@' => Atom::Link(Link { at: true, ..Link::default() }),
            ',' | '(' | '[' | '!' => Atom::Pause,
            '|' | '/' | ';' | ')' | ']' | 'ª' | '\\' => Atom::Break,
            '\'' => {
                // `'25` and `Nov'25`, but `dall'8 all'11` are days.
                let elided = is_glued(self.lex, at)
                    && at
                        .checked_sub(1)
                        .and_then(|i| self.lex.get(i))
                        .is_some_and(|l| l.is_word() && l.month().is_none());
                if let Some((year, 2)) = small(self.lex, at + 1).filter(|_| is_glued(self.lex, at + 1) && !elided) {
                    return self.push(Atom::Year(2000 + i32::from(year)), at + 2);
                }
                self.at += 1;
                return;
            }
            ':' if self.former == Some(true) => Atom::Resume,
            // Points after abbreviations and ordinals, colons after labels, and decoration say nothing.
            '.' | ':' | '*' | '"' | '°' | 'º' | '“' | '”' | '„' | '…' => {
                self.at += 1;
                return;
            }
            _ => Atom::Other,
        };
        self.push(atom, at + 1);
    }

    fn word(&mut self, lexeme: &Lexeme, text: &str) {
        let end = self.at + 1;
        if let Some((clock, end)) = clock(self.lex, self.at) {
            return self.push(Atom::Clock(clock), end);
        }
        let next_is_number = small(self.lex, end + usize::from(is_symbol(self.lex, end, '.'))).is_some();
        let previous_is_number = matches!(self.atoms.last(), Some(Atom::Day { .. } | Atom::Clock(_)));
        if self.former == Some(true) && ONTO.contains(&text) {
            return self.push(Atom::Replaced, end);
        }
        let (mut month, mut weekday, mut link, mut label) = (None, None, Link::default(), None);
        let mut known = false;
        let (mut special, mut half) = (None, None);
        // What the source's own language means by a word goes before what others mean by it: "do" is "to" on a Polish page.
        let own = lexeme.entries().iter().any(|e| Some(e.language) == self.hint);
        // "Support: 19:30" tells when; "Support: Moon" tells who.
        let timed = clock(self.lex, end + usize::from(is_symbol(self.lex, end, ':'))).is_some();
        for entry in lexeme.entries().iter().filter(|e| !own || Some(e.language) == self.hint) {
            known |= timed || entry.meaning != Meaning::Act;
            match entry.meaning {
                Meaning::Month(m) if self.tongue.believes(text, *entry, self.languages) => month = month.or(Some(m)),
                Meaning::Weekday(d) if self.tongue.believes(text, *entry, self.languages) => {
                    weekday = weekday.or(Some(d));
                }
                Meaning::Until => link.until = true,
                Meaning::Between => link.between = true,
                // `'s avonds 8 uur`, `abends um 8`; behind its hour it was read with it.
                Meaning::Am if !previous_is_number => half = Some(Form::Am),
                Meaning::Pm if !previous_is_number => half = Some(Form::Pm),
                Meaning::To => link.to = true,
                Meaning::And => link.and = true,
                Meaning::At => link.at = true,
                Meaning::From => link.from = true,
                Meaning::Doors => label = Some(Label::Doors),
                Meaning::Show => label = label.or(Some(Label::Show)),
                Meaning::End => label = label.or(Some(Label::End)),
                Meaning::Act if timed => label = label.or(Some(Label::Act)),
                Meaning::Relative(days) => special = special.or(Some(Atom::Relative(days))),
                Meaning::Weekly => special = Some(Atom::Weekly),
                Meaning::Former => special = Some(Atom::Former),
                Meaning::Replaced => special = Some(Atom::Replaced),
                Meaning::Aside => special = Some(Atom::Aside),
                Meaning::Length => special = special.or(Some(Atom::Aside)),
                Meaning::Open => special = special.or(Some(Atom::Untimed)),
                _ => {}
            }
        }
        // A "zaal" that no time follows is a room: `20:00 | Grote Zaal`.
        if text == "zaal" && !timed {
            label = None;
        }
        let hinted = HINTED.iter().find(|(language, word, _)| Some(*language) == self.hint && *word == text);
        if let Some((.., day)) = hinted.filter(|_| next_is_number) {
            (weekday, link) = (Some(*day), Link::default());
        }
        // "20 do 23" is Polish "to"; "do 23 maart" is Dutch Thursday.
        if link != Link::default() && (previous_is_number || (link.to && !next_is_number)) {
            weekday = None;
        }
        // Polish pages write months in Roman numerals: `15 XI 2024`.
        if previous_is_number && self.tongue.evident == Some(Language::Polish) {
            month = month
                .or_else(|| ROMAN.iter().position(|numeral| *numeral == text).and_then(|i| u8::try_from(i + 2).ok()));
        }
        let atom = match (month, weekday, label, special) {
            (Some(m), Some(d), ..) => Atom::MonthOrWeekday(m, d),
            (Some(m), None, ..) => Atom::Month(m),
            (None, Some(d), ..) => Atom::Weekday(d),
            (None, None, _, Some(special)) => special,
            (None, None, Some(label), None) => Atom::Label { label, colon: is_symbol(self.lex, end, ':') },
            _ if link != Link::default() => Atom::Link(link),
            _ if known => {
                self.half = half.or(self.half);
                self.at = end;
                return;
            }
            _ => Atom::Other,
        };
        self.push(atom, end);
    }
}

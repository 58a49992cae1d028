//! A title's words, what each does there, and the marks by which two evenings of one name differ.

use marquee_reading::status;

use super::title_marks::Marks;
use crate::{
    fold::{self, Gap, Word},
    names::Tribute,
    words::{Sense, compound, digest, senses, topic_of},
};

/// What a stretch of a title is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Who plays, or what the evening is called.
    Main,
    /// Who hosts.
    Host,
    /// Who presents.
    Presenter,
    /// Who is honoured by a tribute.
    Honoured,
    /// Where it is.
    Place,
}

/// A word of a title.
#[derive(Debug, Clone)]
pub(super) struct TitleWord {
    pub(super) text: String,
    pub(super) senses: &'static [Sense],
    pub(super) part: Part,
    /// A mark or bracket stands before it.
    pub(super) marked: bool,
    /// Ties names together or says nothing: names end at it.
    pub(super) tie: bool,
    /// Says how an act appears: a name may end before it.
    pub(super) remark: bool,
    pub(super) ensemble: bool,
    pub(super) article: bool,
    /// What evenings are called, or a word that says nothing.
    pub(super) general: bool,
    /// A place may follow.
    pub(super) inside: bool,
}

/// What two titles' words share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    /// 0 to 1, of both.
    pub(super) whole: f32,
    /// 0 to 1, of the one that says less.
    pub(super) part: f32,
    /// What the words tell that only one of them has.
    pub(super) rest: f32,
}

/// A title read.
#[derive(Debug)]
pub(super) struct Title {
    pub(super) words: Vec<TitleWord>,
    /// Folded, without status words.
    pub(super) folded: String,
    /// Without status words, as printed.
    pub(super) plain: String,
    pub(super) marks: Marks,
    /// Digests of what the words mean, with how much each tells; sorted.
    pub(super) meanings: Vec<(u64, f32)>,
}

impl Title {
    pub(super) fn read(printed: &str, is_plain: bool, place_names: &[&str]) -> Self {
        let capped: String;
        let printed = if printed.len() > fold::LONGEST {
            capped = printed.chars().take(fold::LONGEST).collect();
            &capped
        } else {
            printed
        };
        let said = if is_plain { None } else { Some(status::read(printed)) };
        let plain = said
            .and_then(|(status, rest)| status.map(|_| rest))
            .filter(|rest| !rest.trim().is_empty())
            .unwrap_or_else(|| printed.to_owned());
        let words = fold::words(&plain);
        let folded = fold::line(&words);
        let mut title = Self {
            words: Vec::with_capacity(words.len()),
            folded,
            plain,
            marks: Marks::default(),
            meanings: Vec::new(),
        };
        title.parts(&words, place_names);
        title.marks.read(&words, &title.plain);
        title.mean(&words);
        title
    }

    /// Gives each word its part.
    fn parts(&mut self, words: &[Word], place_names: &[&str]) {
        let tributes = Tribute::all(words);
        let places: Vec<Vec<String>> =
            place_names.iter().map(|name| fold::words(name).into_iter().map(|word| word.text).collect()).collect();
        let mut part = Part::Main;
        let mut outer = Part::Main;
        for (at, word) in words.iter().enumerate() {
            let of = word.senses;
            let is = |sense: Sense| of.contains(&sense);
            let last = at + 1 == words.len();
            match word.gap {
                Gap::Open if word.depth > 0 => (outer, part) = (part, Part::Main),
                Gap::Close => part = outer,
                Gap::Mark if matches!(part, Part::Host | Part::Presenter) => part = Part::Main,
                _ => {}
            }
            let before = at.checked_sub(1).and_then(|i| words.get(i));
            let mut tie = at > 0 && !last && (is(Sense::With) || is(Sense::And) || is(Sense::Unnamed));
            if at > 0 && is(Sense::With) && !last {
                part = Part::Main;
            } else if is(Sense::Presents) && at > 0 && !last {
                tie = true;
                let by = words.get(at + 1).is_some_and(|next| next.senses.contains(&Sense::By));
                if by {
                    part = Part::Presenter;
                } else {
                    self.words.iter_mut().for_each(|word| word.part = Part::Presenter);
                }
            } else if is(Sense::Host) && at > 0 && !last {
                tie = true;
                part = Part::Host;
            } else if is(Sense::By)
                && before.is_some_and(|w| w.senses.iter().any(|s| matches!(s, Sense::Presents | Sense::Host)))
            {
                tie = true;
            } else if at > 0 && !last && (is(Sense::At) || (is(Sense::In) && before.is_some_and(is_concert))) {
                tie = true;
                part = Part::Place;
            } else if is(Sense::Noise) || is_clock(&word.text) || word.signs || (is(Sense::By) && !tributes.is_empty())
            {
                tie = true;
            }
            let mut own = part;
            for tribute in &tributes {
                if (tribute.honoured.0..tribute.honoured.1).contains(&at) {
                    own = Part::Honoured;
                } else if (tribute.from..tribute.to).contains(&at) {
                    tie = true;
                }
            }
            if at > 0 && places.iter().any(|place| place.contains(&word.text) && starts_place(words, at, place)) {
                own = Part::Place;
            }
            self.words.push(TitleWord {
                text: word.text.clone(),
                senses: word.senses,
                part: own,
                marked: word.gap >= Gap::Mark,
                tie,
                remark: of.iter().any(|s| {
                    matches!(s, Sense::Remark | Sense::Weekday(_) | Sense::Month | Sense::Hour(_) | Sense::Apart(_))
                }) || is_year(&word.text)
                    || matches!(word.text.as_str(), "after" | "pre"),
                general: is_general_by(&word.text, word.senses),
                inside: is(Sense::In) || is(Sense::At),
                ensemble: is(Sense::Ensemble),
                article: is(Sense::Article) || is(Sense::LooseArticle),
            });
        }
        for tribute in &tributes {
            self.marks.tribute = true;
            let honoured: Vec<&str> = words
                .get(tribute.honoured.0..tribute.honoured.1)
                .unwrap_or_default()
                .iter()
                .map(|word| word.text.as_str())
                .collect();
            self.marks.honoured.push(honoured.join(" "));
        }
    }

    /// What the words mean, and how much each tells.
    fn mean(&mut self, words: &[Word]) {
        let mut meanings: Vec<(u64, f32)> = Vec::with_capacity(self.words.len() + 2);
        for (word, read) in words.iter().zip(&self.words) {
            let share = match read.part {
                Part::Main => 1.0,
                Part::Honoured => 0.6,
                Part::Host | Part::Presenter => 0.3,
                Part::Place => 0.0,
            };
            if let Some(topic) = topic_of(word.senses) {
                let tells = if matches!(topic, "night" | "concert" | "show") { 0.15 } else { 0.4 };
                meanings.push((digest(topic), tells * share));
            } else if let Some(parts) = compound(&word.text).filter(|_| word.senses.is_empty()) {
                meanings.extend(parts.map(|topic| (digest(topic), 0.4 * share)));
            } else {
                let tells = if read.tie || read.article {
                    0.0
                } else if read.remark {
                    if word.senses.iter().any(|s| matches!(s, Sense::Apart(_))) { 0.4 } else { 0.15 }
                } else if word.senses.contains(&Sense::Style) {
                    0.7
                } else if word.text.len() <= 2 {
                    0.5
                } else {
                    1.0
                };
                meanings.push((digest(&word.text), tells * share));
            }
        }
        meanings.retain(|(_, tells)| *tells > 0.0);
        meanings.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        meanings.dedup_by_key(|(digest, _)| *digest);
        self.meanings = meanings;
    }

    /// Whether it has a word for nights and parties.
    pub(super) fn is_dance(&self) -> bool {
        self.words.iter().any(is_dance)
    }

    /// Whether a night or party is called after something: "Moon Night". The band may not know of it.
    pub(super) fn is_themed(&self) -> bool {
        self.words.windows(2).enumerate().any(|(i, pair)| {
            let [before, word] = pair else { return false };
            let ends = self.words.get(i + 2).is_none_or(|next| next.marked || next.tie);
            is_dance(word)
                && ends
                && !word.marked
                && !before.tie
                && !before.article
                && !before.remark
                && (!before.general || is_dance(before))
        })
    }

    /// Whether it speaks of a festival.
    pub(super) fn is_festival(&self) -> bool {
        self.words.iter().any(|word| topic_of(word.senses) == Some("festival") || word.text.ends_with("fest"))
    }

    /// How much the words tell in all: 1 for each that is no kind of evening.
    pub(super) fn tells(&self) -> f32 {
        self.meanings.iter().map(|(_, tells)| tells).sum()
    }

    /// How much of two titles' words is shared.
    pub(super) fn alike(&self, other: &Self) -> Alike {
        let (mut a, mut b) = (self.meanings.iter().peekable(), other.meanings.iter().peekable());
        let mut shared = 0.0;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.0.cmp(&y.0) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    shared += x.1.min(y.1);
                    a.next();
                    b.next();
                }
            }
        }
        let (of_a, of_b) = (self.tells(), other.tells());
        if of_a <= 0.0 || of_b <= 0.0 {
            return Alike { whole: 0.0, part: 0.0, rest: of_a + of_b };
        }
        Alike { whole: 2.0 * shared / (of_a + of_b), part: shared / of_a.min(of_b), rest: of_a + of_b - 2.0 * shared }
    }
}

/// Whether a word is what evenings are called, or says nothing by itself.
pub(crate) fn is_general(word: &str) -> bool {
    is_general_by(word, senses(word))
}

fn is_general_by(word: &str, senses: &[Sense]) -> bool {
    if senses.is_empty() {
        // "12", "7th"
        let ordinal = ["st", "nd", "rd", "th", "er", "e"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return number(word) || number(ordinal) || compound(word).is_some();
    }
    senses.iter().any(|sense| !matches!(sense, Sense::House(_) | Sense::Room(_) | Sense::Ensemble))
}

fn is_dance(word: &TitleWord) -> bool {
    matches!(topic_of(word.senses), Some("night" | "party" | "dance" | "show"))
}

fn is_concert(word: &Word) -> bool {
    word.text == "live" || topic_of(word.senses) == Some("concert")
}

/// `7pm`, `20h`, `1930h`.
fn is_clock(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let rest = word.get(digits.len()..).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(rest, "am" | "pm" | "h" | "uhr")
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.bytes().all(|b| b.is_ascii_digit())
}

fn starts_place(words: &[Word], at: usize, place: &[String]) -> bool {
    // The word stands in the place's whole name.
    place.iter().position(|name| words.get(at).is_some_and(|word| word.text == *name)).is_some_and(|offset| {
        at.checked_sub(offset)
            .and_then(|from| words.get(from..from + place.len()))
            .is_some_and(|run| run.iter().zip(place).all(|(word, name)| word.text == *name))
    })
}

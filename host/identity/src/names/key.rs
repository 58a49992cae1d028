//! What a name says once the ways of writing it are taken away.

use marquee_reading::text;

use super::{Tribute, spelling};
use crate::{
    countries::country,
    fold::{self, Gap, Word, join},
    words::{Sense, senses},
};

/// An article at the start of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leading {
    /// "The", and the plural articles: bands are named with and without.
    Loose,
    /// "La", "A": with one word behind it, part of the name as often as not.
    Strict,
}

/// A name, folded and taken apart: the words that name, and what stands around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKey {
    /// The naming words, without a leading article.
    pub(super) words: Vec<String>,
    /// The words joined by blanks.
    folded: String,
    pub(super) article: Option<Leading>,
    /// The article itself.
    pub(super) article_word: Option<String>,
    /// All spellings, joined without blanks; the plainest first.
    pub(super) spellings: Vec<String>,
    /// Names that the name itself gives: "formerly ...".
    pub(super) others: Vec<String>,
    pub(super) countries: Vec<&'static str>,
    /// What stands in brackets and is no remark.
    pub(super) asides: Vec<String>,
    /// Who is honoured, where it is a tribute.
    pub(super) honoured: Option<String>,
    /// It names more people beside: "& Friends", "feat. Moon".
    pub(super) guests: bool,
    /// Folding took letters that are more than accented ones.
    pub(super) lossy: bool,
}

/// What a bracket or a tail says.
enum Aside {
    Remark,
    Country(&'static str),
    Tribute(String),
    Formerly(Vec<String>),
    Guests,
    Other,
}

impl NameKey {
    /// Reads a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::of_words(fold::words(&text::clean(name)))
    }

    /// The naming words, folded, without article, on one line.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// All spellings of the name, joined without blanks, the plainest first: two names that share none are hardly one, so these are what
    /// names are looked up by.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }

    /// Reads a name that was cut into words already.
    pub(crate) fn of_words(all: Vec<Word>) -> Self {
        let mut key = Self {
            words: Vec::new(),
            folded: String::new(),
            article: None,
            article_word: None,
            spellings: Vec::new(),
            others: Vec::new(),
            countries: Vec::new(),
            asides: Vec::new(),
            honoured: None,
            guests: false,
            lossy: false,
        };
        let mut main = key.main(all);
        key.honour(&mut main);
        key.strip(&mut main);
        key.finish(main);
        key
    }

    /// The words that name; what brackets and tails say is noted.
    fn main(&mut self, mut all: Vec<Word>) -> Vec<Word> {
        let parts = |word: &Word| word.dashed || matches!(word.gap, Gap::Open | Gap::Close);
        let has_signs = all.iter().any(|word| word.signs) && !all.iter().all(|word| word.signs);
        if !has_signs && !all.iter().skip(1).any(parts) {
            return all;
        }
        let mut main: Vec<Word> = Vec::with_capacity(all.len());
        while !all.is_empty() {
            let end = all.iter().skip(1).position(parts).map_or(all.len(), |at| at + 1);
            let rest = all.split_off(end);
            let segment = std::mem::replace(&mut all, rest);
            let first = segment.first();
            let bracketed = first.is_some_and(|word| word.depth > 0);
            let dashed = first.is_some_and(|word| word.dashed && word.depth == 0);
            if main.is_empty() || !(bracketed || dashed) {
                // "Viva !!!": beside words, signs are punctuation.
                let named = segment.iter().any(|word| !word.signs);
                main.extend(segment.into_iter().filter(|word| !named || !word.signs));
                continue;
            }
            match aside(&segment) {
                Aside::Remark => {}
                Aside::Country(code) => self.countries.push(code),
                Aside::Tribute(honoured) => self.honoured = Some(honoured),
                Aside::Formerly(names) => self.others.extend(names),
                // How a name of signs is spoken.
                Aside::Guests if main.iter().all(|word| word.signs) => self.asides.push(join(&segment, " ")),
                Aside::Guests => self.guests = true,
                Aside::Other if bracketed => self.asides.push(join(&segment, " ")),
                Aside::Other => main.extend(segment),
            }
        }
        main
    }

    /// Takes a tribute out of the main words.
    fn honour(&mut self, main: &mut Vec<Word>) {
        let Some(tribute) = Tribute::find(main) else { return };
        let (from, to) = tribute.honoured;
        self.honoured = Some(join(main.get(from..to).unwrap_or_default(), " "));
        // A name that is nothing but a tribute keeps its words: they are all it has.
        if tribute.from > 0 {
            main.truncate(tribute.from);
        }
    }

    /// Takes remarks off the end.
    fn strip(&mut self, main: &mut Vec<Word>) {
        const TAILS: [(&[&str], bool); 25] = [
            (&["live", "in", "concert"], false),
            (&["and", "special", "guests"], true),
            (&["w", "full", "band"], false),
            (&["with", "full", "band"], false),
            (&["with", "special", "guests"], true),
            (&["with", "band"], false),
            (&["w", "band"], false),
            (&["full", "band"], false),
            (&["dj", "set"], false),
            (&["live", "set"], false),
            (&["solo", "set"], false),
            (&["in", "concert"], false),
            (&["in", "concerto"], false),
            (&["en", "concert"], false),
            (&["en", "concierto"], false),
            (&["en", "vivo"], false),
            (&["em", "concerto"], false),
            (&["ao", "vivo"], false),
            (&["dal", "vivo"], false),
            (&["na", "zywo"], false),
            (&["tour", "dates"], false),
            (&["tickets"], false),
            (&["and", "friends"], true),
            (&["and", "guests"], true),
            (&["and", "band"], true),
        ];
        loop {
            let ends = |tail: &[&str]| {
                main.len() > tail.len()
                    && main.iter().rev().zip(tail.iter().rev()).all(|(word, known)| word.text == *known)
            };
            if let Some((tail, guests)) = TAILS.iter().find(|(tail, _)| ends(tail)) {
                main.truncate(main.len() - tail.len());
                self.guests |= guests;
                continue;
            }
            // "Moon live", "Moon LIVE": written otherwise than the name, so no part of it.
            let (Some(last), true) = (main.last(), main.len() > 1) else { return };
            let rest = main.get(..main.len() - 1).unwrap_or_default();
            let stands_out = (last.lower && !rest.iter().any(|word| word.lower))
                || (last.loud && !rest.iter().any(|word| word.loud));
            if last.text != "live" || !stands_out {
                return;
            }
            main.pop();
        }
    }

    fn finish(&mut self, mut main: Vec<Word>) {
        // "Beatles, The"
        if let [first, .., last] = main.as_slice()
            && last.gap == Gap::Mark
            && leading(&last.text) == Some(Leading::Loose)
            && leading(&first.text).is_none()
        {
            self.article = Some(Leading::Loose);
            self.article_word = main.pop().map(|word| word.text);
        } else if let [first, second, ..] = main.as_slice()
            && let Some(article) = leading(&first.text).or((first.text == "l").then_some(Leading::Strict))
            && second.gap < Gap::Mark
        {
            self.article = Some(article);
            self.article_word = Some(main.remove(0).text);
        }
        self.lossy = main.iter().any(|word| word.lossy);
        let count = main.len();
        self.words = main
            .iter()
            .enumerate()
            .map(
                |(i, word)| {
                    if i > 0 && i + 1 < count && word.is(Sense::And) { "and".to_owned() } else { word.text.clone() }
                },
            )
            .collect();
        self.folded = self.words.join(" ");
        self.spellings.push(self.words.concat());
        if main.iter().any(|word| word.umlaut.is_some()) {
            self.spellings.push(main.iter().map(|word| word.umlaut.as_deref().unwrap_or(&word.text)).collect());
        }
        spelling::further(&self.words, &mut self.spellings);
        // "Was (Not Was)": the bracket may be part of the name.
        let whole = self.words.concat();
        self.others.extend(self.asides.iter().map(|aside| format!("{whole}{}", aside.replace(' ', ""))));
    }

    /// How many letters or signs the plainest spelling has.
    pub(super) fn length(&self) -> usize {
        self.spellings.first().map_or(0, |spelling| spelling.chars().count())
    }

    /// The naming words, without article.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// How many words it has, its article among them.
    pub(crate) fn length_with_article(&self) -> usize {
        self.words.len() + usize::from(self.article.is_some())
    }

    /// Whether a slip of the pen turns one into the other, on bills of one night.
    pub(crate) fn slips_into(&self, other: &Self) -> bool {
        self.spellings
            .first()
            .zip(other.spellings.first())
            .and_then(|(a, b)| spelling::slip(a, b))
            .is_some_and(|slip| slip != spelling::Slip::Other)
    }

    pub(crate) fn shares_spelling(&self, other: &Self) -> bool {
        self.spellings.iter().any(|spelling| other.spellings.contains(spelling))
    }
}

fn leading(word: &str) -> Option<Leading> {
    senses(word).iter().find_map(|sense| match sense {
        Sense::LooseArticle => Some(Leading::Loose),
        Sense::Article => Some(Leading::Strict),
        _ => None,
    })
}

fn has(word: &str, wanted: impl Fn(&Sense) -> bool) -> bool {
    senses(word).iter().any(wanted)
}

/// What a bracket or a tail behind a dash says of the name before it.
fn aside(segment: &[Word]) -> Aside {
    const FORMERLY: [&str; 9] =
        ["formerly", "fka", "aka", "ex", "previously", "ehemals", "anciennement", "alias", "dawniej"];
    let texts: Vec<&str> = segment.iter().map(|word| word.text.as_str()).collect();
    if let [first, rest @ ..] = texts.as_slice()
        && FORMERLY.contains(first)
        && !rest.is_empty()
    {
        let rest = rest.strip_prefix(&["known", "as"]).unwrap_or(rest);
        return Aside::Formerly(vec![rest.concat()]);
    }
    let codes: Vec<_> = texts.iter().filter_map(|word| country(word)).collect();
    if let ([_], [code]) = (texts.as_slice(), codes.as_slice()) {
        return Aside::Country(code);
    }
    if let Some(tribute) = Tribute::find(segment) {
        return Aside::Tribute(join(segment.get(tribute.honoured.0..tribute.honoured.1).unwrap_or_default(), " "));
    }
    if texts.iter().any(|word| has(word, |sense| *sense == Sense::Tribute)) {
        return Aside::Tribute(String::new());
    }
    let says_nothing = |word: &&str| {
        matches!(*word, "dj" | "set")
            || word.chars().all(|c| c.is_ascii_digit())
            || has(word, |sense| {
                matches!(
                    sense,
                    Sense::Remark
                        | Sense::Noise
                        | Sense::With
                        | Sense::And
                        | Sense::Of
                        | Sense::In
                        | Sense::Article
                        | Sense::LooseArticle
                        | Sense::Hour(_)
                        | Sense::Ensemble
                        | Sense::Unnamed
                        | Sense::Month
                        | Sense::Weekday(_)
                )
            })
    };
    if texts.iter().all(says_nothing) {
        return Aside::Remark;
    }
    if texts.first().is_some_and(|word| has(word, |sense| *sense == Sense::With)) {
        return Aside::Guests;
    }
    Aside::Other
}

#[cfg(test)]
mod tests {
    use super::NameKey;

    #[test]
    fn what_stands_around_a_name_is_taken_off() {
        for (name, key) in [
            ("The Grey Harbours", "grey harbours"),
            ("Grey Harbours, The", "grey harbours"),
            ("Grey Harbour (UK)", "grey harbour"),
            ("Grey Harbour [DJ set]", "grey harbour"),
            ("Grey Harbour (live)", "grey harbour"),
            ("Grey Harbour w/ band", "grey harbour"),
            ("Grey Harbour en concert", "grey harbour"),
            ("Grey Harbour live", "grey harbour"),
            ("Saturday Morning Live", "saturday morning live"),
            ("Grey & Harbour", "grey and harbour"),
            ("Grey und Harbour", "grey and harbour"),
            ("Tin Lantern: A Tribute to Grey Harbour", "tin lantern"),
            ("(Sandy) Alex", "sandy alex"),
            ("The The", "the"),
            ("!!!", "!!!"),
            ("!!! (Chk Chk Chk)", "!!!"),
            ("††† (Crosses)", "†††"),
            ("+/- {plus/minus}", "+/-"),
            ("Live", "live"),
            ("Tyler, The Creator", "tyler the creator"),
            ("", ""),
        ] {
            assert_eq!(NameKey::of(name).folded(), key, "{name}");
        }
    }
}

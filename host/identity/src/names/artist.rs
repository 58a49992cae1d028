//! Whether two names are one artist's.

use marquee_model::id::{Id, Named};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    NameKey,
    key::Leading,
    spelling::{Slip, slip},
};
use crate::{
    comparison::{Aspect, Comparison, Ledger, SETTLES, Thresholds},
    words::{Sense, senses},
};

/// Marks the ids that start with `art_`.
#[derive(Debug)]
pub enum ArtistKind {}

impl Named for ArtistKind {
    const PREFIX: &'static str = "art";
}

/// An artist.
pub type ArtistId = Id<ArtistKind>;

/// An artist as a store keeps it: one identity, all the names that it goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownArtist {
    /// Its id.
    pub id: ArtistId,
    /// The name that it is shown under.
    pub name: String,
    /// Further names, entered by a person or taken from MusicBrainz.
    pub aliases: Vec<String>,
    /// The artist's identifier in MusicBrainz.
    pub musicbrainz: Option<Uuid>,
    /// Its country, by the two-letter code of ISO 3166-1.
    pub country: Option<String>,
    /// What tells it from others of the name: "the piano player from Ghent".
    pub disambiguation: Option<String>,
}

/// What is known of an artist when names are compared. A bare name is one: `"Grey Harbour".into()`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Artist<'a> {
    /// The id, where it is known.
    pub id: Option<ArtistId>,
    /// The name as printed.
    pub name: &'a str,
    /// Further names.
    pub aliases: &'a [String],
    /// The artist's identifier in MusicBrainz.
    pub musicbrainz: Option<Uuid>,
    /// The country, as a code of ISO 3166-1.
    pub country: Option<&'a str>,
    /// What tells it from others of the name.
    pub disambiguation: Option<&'a str>,
}

impl<'a> From<&'a str> for Artist<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, ..Self::default() }
    }
}

impl<'a> From<&'a KnownArtist> for Artist<'a> {
    fn from(known: &'a KnownArtist) -> Self {
        Self {
            id: Some(known.id),
            name: &known.name,
            aliases: &known.aliases,
            musicbrainz: known.musicbrainz,
            country: known.country.as_deref(),
            disambiguation: known.disambiguation.as_deref(),
        }
    }
}

/// Names have two clear sides, so the thresholds stand where a weight of [`EQUAL`] is left of one doubt and not of two.
const THRESHOLDS: Thresholds = Thresholds { same: 0.85, different: 0.2 };

/// Two names of one spelling.
const EQUAL: f64 = 6.0;

/// Two names of different words.
const OTHER: f64 = -8.0;

/// A doubt that leaves equal names unsure.
const DOUBT: f64 = -5.5;

/// Names of so few letters are equal by chance.
const SHORT: usize = 3;

/// Whether two names are one artist's. Symmetric; a name is the same as itself.
#[must_use]
pub fn same_artist<'a, 'b>(a: impl Into<Artist<'a>>, b: impl Into<Artist<'b>>) -> Comparison {
    let (a, b) = (a.into(), b.into());
    let mut ledger = Ledger::new(0.0);
    if let Some(settled) = identifiers(&a, &b) {
        let words = if settled > 0.0 { "they share an identifier" } else { "their identifiers differ" };
        ledger.add(Aspect::Identifier, settled, words);
    }
    let (key_a, key_b) = (NameKey::of(a.name), NameKey::of(b.name));
    names(&key_a, &key_b, a.name == b.name, &mut ledger);
    if !key_a.shares_spelling(&key_b) && alias(&a, &b, &key_a, &key_b) {
        ledger.add(Aspect::Name, EQUAL - OTHER, "one is an alias of the other");
    }
    apart(&a, &b, &key_a, &key_b, &mut ledger);
    ledger.close(THRESHOLDS)
}

fn identifiers(a: &Artist<'_>, b: &Artist<'_>) -> Option<f64> {
    let equal = |a: Option<bool>| a.map(|equal| if equal { 2.0 * SETTLES } else { -2.0 * SETTLES });
    equal(a.musicbrainz.zip(b.musicbrainz).map(|(a, b)| a == b)).or_else(|| equal(a.id.zip(b.id).map(|(a, b)| a == b)))
}

/// Compares what the names themselves say.
fn names(a: &NameKey, b: &NameKey, identical: bool, ledger: &mut Ledger) {
    if identical {
        return ledger.add(Aspect::Name, EQUAL + 2.0, "the same name");
    }
    if a.words.is_empty() || b.words.is_empty() {
        return ledger.add(Aspect::Name, OTHER, "a name without words");
    }
    if a.words == b.words || a.shares_spelling(b) {
        equal(a, b, ledger);
    } else {
        unequal(a, b, ledger);
    }
    tributes(a, b, ledger);
    if a.guests != b.guests {
        ledger.add(Aspect::Name, DOUBT, "one names more people");
    }
}

/// The same words, perhaps with another article, other brackets, letters lost.
fn equal(a: &NameKey, b: &NameKey, ledger: &mut Ledger) {
    let words = if a.words == b.words { "the same name" } else { "the same name, spelled otherwise" };
    ledger.add(Aspect::Name, if a.words == b.words { EQUAL } else { EQUAL - 1.5 }, words);
    if a.article.is_some() != b.article.is_some() {
        let article = a.article.or(b.article);
        let one_word = a.words.len() == 1;
        if article == Some(Leading::Strict) && one_word {
            ledger.add(Aspect::Name, DOUBT, "one has an article that may be part of the name");
        } else {
            ledger.add(Aspect::Name, -1.0, "one has an article");
        }
    }
    if a.article_word.is_some() && b.article_word.is_some() && a.article_word != b.article_word {
        ledger.add(Aspect::Name, DOUBT, "two articles");
    }
    if a.lossy != b.lossy && a.length() <= SHORT {
        ledger.add(Aspect::Name, DOUBT, "a short name with other letters");
    }
    match (a.asides.is_empty(), b.asides.is_empty()) {
        (true, true) => {}
        (false, false) => {
            let shared = a.asides.iter().any(|aside| b.asides.contains(aside));
            if !shared {
                ledger.add(Aspect::Name, DOUBT, "they are told apart in brackets");
            }
        }
        _ if a.length() <= SHORT && !a.words.iter().all(|word| word.chars().all(|c| !c.is_alphanumeric())) => {
            ledger.add(Aspect::Name, DOUBT, "a short name with a bracket");
        }
        _ => ledger.add(Aspect::Name, -1.0, "one has a bracket"),
    }
}

/// Other words: a slip, a part, a longer name, or somebody else.
fn unequal(a: &NameKey, b: &NameKey, ledger: &mut Ledger) {
    let slips = a.spellings.iter().flat_map(|x| b.spellings.iter().filter_map(move |y| slip(x, y)));
    match slips.min_by_key(|slip| *slip != Slip::Certain) {
        Some(Slip::Certain) => return ledger.add(Aspect::Name, 2.2, "the same name with a slip of the pen"),
        Some(Slip::Likely | Slip::Other) => return ledger.add(Aspect::Name, 0.0, "one letter differs"),
        None => {}
    }
    let (short, long) = if a.words.len() <= b.words.len() { (a, b) } else { (b, a) };
    if let Some(rest) = long.words.strip_prefix(short.words.as_slice()) {
        let ensemble = rest.iter().all(|word| {
            senses(word).iter().any(|sense| matches!(sense, Sense::Ensemble | Sense::And | Sense::Unnamed))
        });
        let remark = rest.iter().all(|word| senses(word).contains(&Sense::Remark));
        if ensemble || remark {
            return ledger.add(Aspect::Name, -0.5, "one name says how it appears: alone, as a trio, with a band");
        }
    }
    let mut sorted_a = a.words.clone();
    let mut sorted_b = b.words.clone();
    sorted_a.sort_unstable();
    sorted_b.sort_unstable();
    if sorted_a == sorted_b {
        return ledger.add(Aspect::Name, 0.0, "the same words in another order");
    }
    ledger.add(Aspect::Name, OTHER, "other names");
}

fn tributes(a: &NameKey, b: &NameKey, ledger: &mut Ledger) {
    match (&a.honoured, &b.honoured) {
        (Some(a), Some(b)) if a != b && !a.is_empty() && !b.is_empty() => {
            ledger.add(Aspect::Kind, -SETTLES, "tributes to two artists");
        }
        (Some(_), None) | (None, Some(_)) => ledger.add(Aspect::Kind, DOUBT, "one is a tribute"),
        _ => {}
    }
}

fn alias(a: &Artist<'_>, b: &Artist<'_>, key_a: &NameKey, key_b: &NameKey) -> bool {
    let keys = |artist: &Artist<'_>, key: &NameKey| {
        let mut all = key.spellings.clone();
        all.extend(key.others.iter().cloned());
        all.extend(artist.aliases.iter().flat_map(|alias| NameKey::of(alias).spellings));
        all
    };
    let (all_a, all_b) = (keys(a, key_a), keys(b, key_b));
    // An alias on one side must meet a name or alias of the other; an empty spelling meets nothing.
    all_a.iter().any(|spelling| !spelling.is_empty() && all_b.contains(spelling))
}

/// What keeps two artists of one name apart.
fn apart(a: &Artist<'_>, b: &Artist<'_>, key_a: &NameKey, key_b: &NameKey, ledger: &mut Ledger) {
    let countries = |artist: &Artist<'_>, key: &NameKey| -> Vec<String> {
        let named = artist.country.map(str::to_lowercase);
        key.countries.iter().map(|code| (*code).to_owned()).chain(named).collect()
    };
    let (from_a, from_b) = (countries(a, key_a), countries(b, key_b));
    if !from_a.is_empty() && !from_b.is_empty() && !from_a.iter().any(|code| from_b.contains(code)) {
        ledger.add(Aspect::Name, -SETTLES, "from two countries");
    }
    if let (Some(a), Some(b)) = (a.disambiguation, b.disambiguation) {
        let (a, b) = (NameKey::of(a), NameKey::of(b));
        let shared = a.words.iter().filter(|word| word.len() > SHORT && b.words.contains(word)).count();
        if shared == 0 && a.words != b.words {
            // More than equal names say: what is described in two ways stays apart until an identifier joins it.
            ledger.add(Aspect::Name, OTHER - EQUAL, "described as two artists");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn aliases_and_identifiers_join_and_part() {
        let named = |name| Artist { name, ..Artist::default() };
        let aliases = ["Chk Chk Chk".to_owned()];
        let known = Artist { aliases: &aliases, ..named("!!!") };
        assert_eq!(same_artist(known, "Chk Chk Chk").verdict, Verdict::Same);
        assert_eq!(same_artist("!!!", "Chk Chk Chk").verdict, Verdict::Different);
        let one = Artist { musicbrainz: Some(Uuid::from_u128(1)), ..named("Nimbus") };
        let two = Artist { musicbrainz: Some(Uuid::from_u128(2)), ..named("Nimbus") };
        assert_eq!(same_artist(one, two).verdict, Verdict::Different);
        assert_eq!(same_artist(one, "Nimbus").verdict, Verdict::Same);
        let renamed = Artist { musicbrainz: Some(Uuid::from_u128(1)), ..named("Nimbus Trio") };
        assert_eq!(same_artist(one, renamed).verdict, Verdict::Same);
        let belgian = Artist { disambiguation: Some("piano player from Ghent"), ..named("Nimbus") };
        let loud = Artist { disambiguation: Some("metal band, Oslo"), ..named("Nimbus") };
        assert_eq!(same_artist(belgian, loud).verdict, Verdict::Different);
    }
}

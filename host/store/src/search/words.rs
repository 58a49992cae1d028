//! What the words of a text mean: the venues whose name or city they are part of, and, for a word that is part of no known word, the
//! known words that may have been meant.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result, Store,
    fold::{pattern, words},
};

/// Words shorter than this are taken as they stand: with three letters, one mistake makes another word. As long as those in `search_words`.
const LEAST_LETTERS: usize = 4;

/// Known words up to which an index of words is asked for any of them; a part of more words is looked for by its letters.
const MOST_KNOWN: usize = 64;

/// The most known words that one mistyped word may stand for.
const MOST_MEANT: usize = 5;

/// Letters from which on a word may hold two mistakes. Shorter ones hold one at most, and all words with one are tried.
const TWO_MISTAKES: usize = 8;

/// Letters up to which all words with one mistake are tried: some fifty a letter.
const MOST_LETTERS: usize = 24;

/// A word of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    /// As it was given, folded.
    pub(crate) given: String,
    /// What it may have meant, where nothing is known that holds it: the nearest known words.
    pub(crate) meant: Vec<String>,
    /// Patterns for `LIKE`, any of which must fit.
    pub(crate) patterns: Vec<String>,
    /// All known words that fit, where events have words that can fit and they are not too many: then these decide, by an index of words.
    pub(crate) known: Option<Vec<String>>,
    /// The venues whose name or city fits.
    pub(crate) venues: Vec<Uuid>,
}

impl Store {
    /// The words of a text, and what each means.
    pub(crate) async fn words_meant(&self, connection: &mut PgConnection, text: &str) -> Result<Vec<Word>> {
        let given = words(text);
        let mut meant: Vec<Word> = given
            .into_iter()
            .map(|word| Word {
                patterns: vec![pattern(&word)],
                given: word,
                meant: Vec::new(),
                known: None,
                venues: Vec::new(),
            })
            .collect();
        let known = self.look_up(connection, meant.iter_mut().collect()).await?;
        let mut corrected = Vec::new();
        for (word, known) in meant.iter_mut().zip(known) {
            if known || !is_word(&word.given) {
                continue;
            }
            word.meant = self.nearest_words(connection, &word.given).await?;
            if !word.meant.is_empty() {
                word.patterns = word.meant.iter().map(|word| pattern(word)).collect();
                corrected.push(word);
            }
        }
        if !corrected.is_empty() {
            self.look_up(connection, corrected).await?;
        }
        Ok(meant)
    }

    /// Fills in the venues of each word; says which words are part of a known one.
    async fn look_up(&self, connection: &mut PgConnection, words: Vec<&mut Word>) -> Result<Vec<bool>> {
        let (mut numbers, mut patterns) = (Vec::new(), Vec::new());
        for (number, word) in (0_i32..).zip(words.iter()) {
            for pattern in &word.patterns {
                numbers.push(number);
                patterns.push(pattern.clone());
            }
        }
        let rows = self
            .bounded("looking words up", async {
                Ok(sqlx::query!(
                    r#"SELECT w.n AS "n!", ARRAY(SELECT v.id FROM venues v WHERE v.search_text LIKE w.pattern ORDER BY v.id) AS "venues!",
                              ARRAY(SELECT DISTINCT s.word FROM search_words s WHERE s.word LIKE w.pattern LIMIT $3) AS "known!"
                       FROM unnest($1::int[], $2::text[]) AS w (n, pattern)"#,
                    &numbers,
                    &patterns,
                    i64::try_from(MOST_KNOWN).unwrap_or(i64::MAX)
                )
                .fetch_all(&mut *connection)
                .await?)
            })
            .await?;
        let mut known = Vec::new();
        for (number, word) in (0_i32..).zip(words) {
            let mine = || rows.iter().filter(|row| row.n == number);
            word.venues = mine().flat_map(|row| row.venues.iter().copied()).collect();
            let fitting: Vec<String> = mine().flat_map(|row| row.known.iter().cloned()).collect();
            known.push(!fitting.is_empty() || !word.venues.is_empty());
            word.known = (is_word(&word.given) && fitting.len() < MOST_KNOWN).then_some(fitting);
        }
        Ok(known)
    }

    /// The known words nearest to one that is not known: those with one mistake, which an index of words finds, else what looks alike.
    async fn nearest_words(&self, connection: &mut PgConnection, given: &str) -> Result<Vec<String>> {
        if given.len() <= MOST_LETTERS {
            let tried = one_mistake(given);
            let known: Vec<String> = self
                .bounded("looking for words with one mistake", async {
                    Ok(sqlx::query_scalar!(
                        "SELECT DISTINCT word FROM search_words WHERE word = ANY($1) ORDER BY word",
                        &tried
                    )
                    .fetch_all(&mut *connection)
                    .await?)
                })
                .await?;
            if !known.is_empty() || given.len() < TWO_MISTAKES {
                return Ok(nearest(given, known));
            }
        }
        let similar: Vec<String> = self
            .bounded("looking for similar words", async {
                Ok(sqlx::query_scalar!(r#"SELECT word AS "word!" FROM similar_words($1) AS s (word)"#, given)
                    .fetch_all(&mut *connection)
                    .await?)
            })
            .await?;
        Ok(nearest(given, similar))
    }
}

/// Every word that one mistake turns into `given`: two letters that changed places, a letter too many, a wrong one, a missing one. The first
/// letter is seldom wrong, but may be.
fn one_mistake(given: &str) -> Vec<String> {
    let letters: Vec<char> = given.chars().collect();
    let (before, after) = (|at: usize| letters.iter().take(at), |at: usize| letters.iter().skip(at));
    let joined = |at: usize, new: &[char], rest: usize| before(at).chain(new).chain(after(rest)).collect::<String>();
    let mut words = Vec::new();
    for at in 0..=letters.len() {
        if let (Some(one), Some(next)) = (letters.get(at), letters.get(at + 1)) {
            words.push(joined(at, &[*next, *one], at + 2));
        }
        if at < letters.len() {
            words.push(joined(at, &[], at + 1));
            words.extend(('a'..='z').map(|letter| joined(at, &[letter], at + 1)));
        }
        words.extend(('a'..='z').map(|letter| joined(at, &[letter], at)));
    }
    words.retain(|word| word != given && word.len() >= LEAST_LETTERS);
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether every text that holds it has a word of its own that does (see `words_of` in the migrations).
fn is_word(word: &str) -> bool {
    word.len() >= LEAST_LETTERS && word.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

/// Those of `known` with the fewest mistakes between them and `given`; none where that are more than one in four letters.
fn nearest(given: &str, known: Vec<String>) -> Vec<String> {
    let most = (given.len() / 4).clamp(1, 3);
    let near: Vec<(usize, String)> = known
        .into_iter()
        .map(|word| (mistakes(given.as_bytes(), word.as_bytes()), word))
        .filter(|(mistakes, _)| *mistakes <= most)
        .collect();
    let least = near.iter().map(|(mistakes, _)| *mistakes).min();
    let mut best: Vec<String> = near.into_iter().filter(|(n, _)| Some(*n) == least).map(|(_, word)| word).collect();
    // The first letter is seldom the wrong one.
    best.sort_by_key(|word| word.as_bytes().first() != given.as_bytes().first());
    best.truncate(MOST_MEANT);
    best
}

/// Optimal string alignment distance of `given` to `word` or to the best beginning of it, since what is typed may be only a beginning; what
/// is left of the word then counts as no mistake, but a word that needs it must begin with the same letter.
fn mistakes(given: &[u8], word: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=word.len()).collect();
    for (i, x) in given.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in word.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && j > 0 && given.get(i - 1) == Some(y) && word.get(j - 1) == Some(x) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    let whole = above.last().copied().unwrap_or(given.len());
    if given.first() != word.first() || word.len() <= given.len() {
        return whole;
    }
    // A beginning costs one mistake more than the whole, so that whole words come first.
    above.iter().min().map_or(whole, |beginning| whole.min(beginning + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_word_and_nonsense_finds_none() {
        let known = || ["metallica", "radio", "radiohead", "motley", "quartet"].map(str::to_owned).to_vec();
        for (given, wanted) in [
            ("metalica", &["metallica"][..]),
            ("raido", &["radio"]),
            ("mottley", &["motley"]),
            ("quaret", &["quartet"]),
            ("radoihead", &["radiohead"]),
            ("xyzzy", &[]),
        ] {
            assert_eq!(nearest(given, known()), wanted, "{given}");
        }
    }

    #[test]
    fn every_word_with_one_mistake_is_tried_and_no_other() {
        for given in ["bnad", "raido", "aaaa", "quartets"] {
            let tried = one_mistake(given);
            assert!(tried.iter().all(|word| mistakes(given.as_bytes(), word.as_bytes()) == 1), "{given}");
        }
        for (given, meant) in
            [("bnad", "band"), ("bandd", "band"), ("bard", "band"), ("banjos", "banjo"), ("bnjo", "banjo")]
        {
            assert!(one_mistake(given).contains(&meant.to_owned()), "{given}");
        }
    }

    #[test]
    fn short_words_and_punctuation_are_taken_as_they_stand() {
        assert!(!is_word("abc") && !is_word("100%") && is_word("abcd"));
    }
}

//! Finds the valid word nearest to a mistyped one.

/// The word of `known` that is nearest to `given`, unless all of them are far: more than a third of the letters differ
/// (a swap of two neighbours counts once; case does not count).
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // No valid word is longer than 32 letters; the distance to a long text would only cost time.
    let given: Vec<char> = given.chars().take(32).flat_map(char::to_lowercase).collect();
    known
        .into_iter()
        .map(|word| (distance(&given, &word.chars().collect::<Vec<_>>()), word))
        .filter(|(distance, word)| *distance <= (word.len().max(given.len()) / 3).max(1))
        .min()
        .map(|(_, word)| word)
}

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX);
            let substituted = at(&above, j) + usize::from(x != y);
            let mut best = substituted.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let known = ["from", "until", "venue", "limit", "cursor"];
        for (given, wanted) in
            [("form", "from"), ("FROM", "from"), ("vennue", "venue"), ("limits", "limit"), ("util", "until")]
        {
            assert_eq!(nearest(given, known), Some(wanted), "{given}");
        }
        assert_eq!(nearest("utm_source", known), None);
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}

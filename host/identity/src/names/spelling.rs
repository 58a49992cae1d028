//! Further spellings of one name: numbers in words, abbreviations, digits that stand for letters, slips of the pen.

/// Numbers in English words: what bands are called.
const NUMBERS: [(&str, u32); 28] = [
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

/// Short forms that stand for one long form in names of people, bands and houses.
const ABBREVIATIONS: [(&str, &str); 16] = [
    ("st", "saint"),
    ("ste", "sainte"),
    ("mt", "mount"),
    ("dr", "doctor"),
    ("mr", "mister"),
    ("jr", "junior"),
    ("sr", "senior"),
    ("bros", "brothers"),
    ("orch", "orchestra"),
    ("theater", "theatre"),
    ("center", "centre"),
    ("klub", "club"),
    ("vs", "versus"),
    ("ft", "fort"),
    ("hiphop", "hip hop"),
    ("nite", "night"),
];

/// Adds the ways in which a name's words could also be written, joined without blanks.
pub(super) fn further(words: &[String], into: &mut Vec<String>) {
    let mut add = |spelling: String| {
        if !spelling.is_empty() && !into.contains(&spelling) {
            into.push(spelling);
        }
    };
    if words.iter().any(|word| number(word).is_some()) {
        add(with_digits(words));
    }
    let long = |word: &String| {
        ABBREVIATIONS
            .iter()
            .find(|(short, _)| short == word)
            .map_or_else(|| word.clone(), |(_, long)| long.replace(' ', ""))
    };
    if words.iter().any(|word| ABBREVIATIONS.iter().any(|(short, _)| short == word)) {
        add(words.iter().map(long).collect());
    }
    if words.iter().any(|word| has_sign_digit(word)) {
        add(words.iter().map(|word| if has_sign_digit(word) { lettered(word) } else { word.clone() }).collect());
    }
}

fn number(word: &str) -> Option<u32> {
    NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// `twenty one pilots` is `21pilots`.
fn with_digits(words: &[String]) -> String {
    let mut out = String::new();
    let mut tens: Option<u32> = None;
    for word in words {
        match (tens.take(), number(word)) {
            (Some(before), Some(value)) if (1..10).contains(&value) => out.push_str(&(before + value).to_string()),
            (before, value) => {
                if let Some(before) = before {
                    out.push_str(&before.to_string());
                }
                match value {
                    Some(value) if value >= 20 => tens = Some(value),
                    Some(value) => out.push_str(&value.to_string()),
                    None => out.push_str(word),
                }
            }
        }
    }
    if let Some(before) = tens {
        out.push_str(&before.to_string());
    }
    out
}

/// Whether one digit among at least four letters stands for a letter: `deadmau5`.
fn has_sign_digit(word: &str) -> bool {
    /// Fewer letters leave it open whether the digit is a number: `U2`, `M83`.
    const LETTERS: usize = 4;
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits == 1
        && word.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS
        && !word.starts_with(|c: char| c.is_ascii_digit())
}

fn lettered(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            _ => c,
        })
        .collect()
}

/// How alike two joined names are that are not equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A letter doubled or not, or two neighbours changed places, in a long name.
    Certain,
    /// One letter is too many or missing in a longer name, or another in a very long one.
    Likely,
    /// One letter is another: as often another name.
    Other,
}

/// Whether two joined names differ by a slip of the pen.
pub(crate) fn slip(a: &str, b: &str) -> Option<Slip> {
    /// From this many letters on, a doubled or swapped letter is a slip: among shorter names, Hurt and Hurts are two bands.
    const CERTAIN: usize = 8;
    /// From this many letters on, one other letter may be one.
    const LIKELY: usize = 6;
    /// From this many letters on, one letter may have been forgotten.
    const LONG: usize = 9;
    if a.len() < LIKELY || b.len() < LIKELY || a.len().abs_diff(b.len()) > char::MAX_LEN_UTF8 {
        return None;
    }
    // What is left between a common start and a common end is the slip.
    let start: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let (rest_a, rest_b) = (a.get(start..)?, b.get(start..)?);
    let end: usize =
        rest_a.chars().rev().zip(rest_b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let (left, right) = (rest_a.get(..rest_a.len() - end)?, rest_b.get(..rest_b.len() - end)?);
    if left.len().max(right.len()) > 2 * char::MAX_LEN_UTF8
        || left.chars().chain(right.chars()).any(|c| c.is_ascii_digit())
    {
        return None;
    }
    let length = a.chars().count().min(b.chars().count());
    if length < LIKELY {
        return None;
    }
    let (mut one, mut two) = (left.chars(), right.chars());
    let slip = match ((one.next(), one.next(), one.next()), (two.next(), two.next(), two.next())) {
        // One letter more: doubled, if a neighbour is the same.
        ((Some(x), None, _), (None, ..)) | ((None, ..), (Some(x), None, _)) => {
            let before = a.get(..start)?.chars().next_back();
            let behind = rest_a.get(rest_a.len() - end..)?.chars().next();
            if before == Some(x) || behind == Some(x) { Slip::Certain } else { Slip::Likely }
        }
        ((Some(x), Some(y), None), (Some(z), Some(w), None)) if x == w && y == z => Slip::Certain,
        // Another letter: Porch Cats and Porch Rats are two bands, where the name is not long.
        ((Some(_), None, _), (Some(_), None, _)) => Slip::Other,
        _ => return None,
    };
    Some(match slip {
        Slip::Certain if length < CERTAIN => Slip::Likely,
        Slip::Likely if length < LONG => Slip::Other,
        Slip::Other if length >= 2 * CERTAIN => Slip::Likely,
        slip => slip,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_signs_are_spelled_out() {
        let spellings = |name: &str| {
            let mut all = Vec::new();
            further(&name.split(' ').map(str::to_owned).collect::<Vec<_>>(), &mut all);
            all
        };
        assert_eq!(spellings("twenty one pilots"), ["21pilots"]);
        assert_eq!(spellings("st vincent"), ["saintvincent"]);
        assert_eq!(spellings("deadmau5"), ["deadmaus"]);
        assert!(spellings("m83").is_empty());
    }

    #[test]
    fn slips_are_told_from_other_names() {
        assert_eq!(slip("metallica", "metalica"), Some(Slip::Certain));
        assert_eq!(slip("radiohead", "radiohaed"), Some(Slip::Certain));
        assert_eq!(slip("thewombats", "thecombats"), Some(Slip::Other));
        assert_eq!(slip("lorraineakeley", "lorraineakely"), Some(Slip::Likely));
        assert_eq!(slip("hurt", "hurts"), None);
        assert_eq!(slip("blink182", "blink183"), None);
    }
}

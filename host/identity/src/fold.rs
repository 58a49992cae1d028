//! Spellings folded to one, and a text cut into words and the marks between them.
//!
//! The first step of every comparison. Case, accents, typographic signs, full stops in abbreviations, and the letters that names write as
//! signs (`A$AP`, `P!nk`) are folded away; what is left of a name that is nothing but signs (`!!!`, `+/-`, `†††`) stays as it is. Latin,
//! Cyrillic and Greek letters become ASCII, other scripts stay. Folding twice is folding once.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    letters::{long_form, plain, push_folded},
    words::{Sense, senses},
};

/// Characters of a text that are read: names and titles have a few hundred at most, and the rest is a description gone astray.
pub(crate) const LONGEST: usize = 600;

/// Room for a word, in bytes, so that it seldom grows.
const WORD: usize = 12;

/// What stands between a word and the one before it, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// A hyphen, a slash or the like without blanks: `Blink-182`, `AC/DC`.
    Glued,
    /// A blank.
    Blank,
    /// A comma, bullet, bar, colon, slash or dash.
    Mark,
    /// A bracket opens.
    Open,
    /// A bracket closes.
    Close,
    /// The start of the text.
    Start,
}

/// A word, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The folded form: lower-case letters and digits, or the signs of a name that has nothing else.
    pub(crate) text: String,
    /// What stands before it.
    pub(crate) gap: Gap,
    /// How many brackets it stands in.
    pub(crate) depth: u8,
    /// Whether a dash or bar is among what stands before it.
    pub(crate) dashed: bool,
    /// Whether a colon is.
    pub(crate) colon: bool,
    /// Written without a capital.
    pub(crate) lower: bool,
    /// Written in capitals throughout.
    pub(crate) loud: bool,
    /// Whether folding took more from it than accents: `MØ`.
    pub(crate) lossy: bool,
    /// The same with `ae`, `oe`, `ue` for umlauts.
    pub(crate) umlaut: Option<String>,
    /// Made of signs alone.
    pub(crate) signs: bool,
    /// What it can mean.
    pub(crate) senses: &'static [Sense],
}

impl Word {
    /// Whether it can mean this.
    pub(crate) fn is(&self, sense: Sense) -> bool {
        self.senses.contains(&sense)
    }
}

/// A text's words.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut cutter = Cutter::default();
    let mut chars: Vec<char> = Vec::with_capacity(text.len().min(LONGEST));
    if text.is_ascii() {
        chars.extend(text.bytes().take(LONGEST).map(char::from));
    } else {
        chars.extend(text.chars().take(LONGEST).map(plain).nfc());
    }
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let before = |i: usize| i.checked_sub(1).map_or(' ', at);
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        let (left, right) = (before(i), at(i + 1));
        if c.is_whitespace() {
            // What stands between blanks without a letter or digit is a mark, or a name made of signs.
            let end = (i + 1..chars.len()).find(|j| at(*j).is_whitespace()).unwrap_or(chars.len());
            cutter.blank();
            i += 1;
            if let Some(chunk) = chars.get(i..end)
                && cutter.chunk(chunk)
            {
                i = end;
            }
            continue;
        }
        if i == 0 {
            let end = (1..chars.len()).find(|j| at(*j).is_whitespace()).unwrap_or(chars.len());
            if let Some(chunk) = chars.get(..end)
                && cutter.chunk(chunk)
            {
                i = end;
                continue;
            }
        }
        match c {
            _ if c.is_alphanumeric() || is_combining_mark(c) => cutter.letter(c),
            '\'' => {
                // `Rock 'n' Roll`, `Guns N' Roses`: "and"; `L'Éclair`: an article; `Lee's`: nothing.
                let n = matches!(right, 'n' | 'N') && !at(i + 2).is_alphanumeric();
                if n {
                    cutter.end();
                    cutter.whole("and");
                    i += if at(i + 2) == '\'' { 3 } else { 2 };
                    if at(i).is_alphanumeric() {
                        cutter.gap(Gap::Blank);
                    }
                    continue;
                }
                match cutter.current() {
                    "n" if !right.is_alphanumeric() => cutter.replace("and"),
                    "l" if right.is_alphabetic() => cutter.gap(Gap::Blank),
                    _ => {}
                }
            }
            '.' if left.is_alphabetic() && right.is_alphabetic() && cutter.letters_since_stop() == 1 => cutter.stop(),
            '$' if left.is_alphabetic() || right.is_alphabetic() => cutter.letter('s'),
            '!' if left.is_alphabetic() && right.is_alphabetic() => cutter.letter('i'),
            ':' if left.is_ascii_digit() && right.is_ascii_digit() => {}
            '&' => {
                cutter.end();
                cutter.whole("and");
            }
            '+' if left.is_alphanumeric() && right.is_alphanumeric() => cutter.gap(Gap::Glued),
            '@' if left.is_whitespace() || right.is_whitespace() => cutter.whole("@"),
            '(' | '[' | '{' => cutter.open(),
            ')' | ']' | '}' => cutter.close(),
            ':' => {
                cutter.gap(Gap::Mark);
                cutter.colon = true;
            }
            ',' | ';' | '|' | '"' | '<' | '>' | '=' | '*' | '~' | '…' | '•' => cutter.gap(Gap::Mark),
            '/' | '\\' | '-' | '_' => cutter.gap(Gap::Glued),
            // "Few left! Moon": a sentence ends.
            '!' | '?' if right.is_whitespace() => cutter.gap(Gap::Mark),
            '!' | '?' => cutter.end(),
            _ => cutter.gap(Gap::Glued),
        }
        i += 1;
    }
    cutter.finish()
}

/// A text's folded form on one line: its words in lower case without accents, or its signs where it has no words. Folding twice is
/// folding once.
#[must_use]
pub fn folded(text: &str) -> String {
    line(&words(text))
}

/// The words on one line; signs (`Viva !!!`) only where there is nothing else.
pub(crate) fn line(words: &[Word]) -> String {
    let only_signs = words.iter().all(|word| word.signs);
    join(words.iter().filter(|word| only_signs || !word.signs), " ")
}

pub(crate) fn join<'w>(words: impl IntoIterator<Item = &'w Word>, between: &str) -> String {
    let mut out = String::with_capacity(40);
    for word in words {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&word.text);
    }
    out
}

#[derive(Default)]
struct Cutter {
    words: Vec<Word>,
    text: String,
    umlaut: Option<String>,
    upper: usize,
    small: usize,
    lossy: bool,
    gap: Option<Gap>,
    dashed: bool,
    colon: bool,
    depth: u8,
    since_stop: usize,
    /// Depth and gap that the word had when it began.
    began: Option<(Gap, bool, bool, u8)>,
}

impl Cutter {
    fn current(&self) -> &str {
        &self.text
    }

    const fn letters_since_stop(&self) -> usize {
        self.since_stop
    }

    /// The stop of `R.E.M.`: says nothing.
    const fn stop(&mut self) {
        self.since_stop = 0;
    }

    fn replace(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.umlaut = None;
    }

    fn begin(&mut self) {
        if self.began.is_none() {
            self.text.reserve(WORD);
            let gap = if self.words.is_empty() { Gap::Start } else { self.gap.take().unwrap_or(Gap::Glued) };
            self.began = Some((gap, std::mem::take(&mut self.dashed), std::mem::take(&mut self.colon), self.depth));
            self.gap = None;
        }
    }

    fn letter(&mut self, c: char) {
        if !c.is_ascii() && is_combining_mark(c) {
            return;
        }
        self.begin();
        self.since_stop += 1;
        if c.is_uppercase() {
            self.upper += 1;
        } else if c.is_lowercase() {
            self.small += 1;
        }
        if c.is_ascii() {
            let c = c.to_ascii_lowercase();
            self.text.push(c);
            if let Some(umlaut) = &mut self.umlaut {
                umlaut.push(c);
            }
            return;
        }
        let start = self.text.len();
        for c in c.to_lowercase() {
            if let Some(long) = long_form(c) {
                let umlaut = self.umlaut.get_or_insert_with(|| self.text.clone());
                umlaut.push_str(long);
            }
            self.lossy |= push_folded(c, &mut self.text);
            if let (Some(umlaut), None) = (&mut self.umlaut, long_form(c)) {
                umlaut.push_str(self.text.get(start..).unwrap_or_default());
            }
        }
    }

    fn end(&mut self) {
        let Some((gap, dashed, colon, depth)) = self.began.take() else { return };
        let text = std::mem::take(&mut self.text);
        let umlaut = self.umlaut.take().filter(|umlaut| *umlaut != text);
        if !text.is_empty() {
            self.words.push(Word {
                lower: self.upper == 0 && self.small > 0,
                loud: self.small == 0 && self.upper > 1,
                lossy: self.lossy,
                signs: false,
                senses: senses(&text),
                text,
                gap,
                depth,
                dashed,
                colon,
                umlaut,
            });
        }
        (self.upper, self.small, self.lossy, self.since_stop) = (0, 0, false, 0);
    }

    /// A word of its own that is not made of letters.
    fn whole(&mut self, text: &str) {
        self.end();
        if self.gap.is_none() && !self.words.is_empty() {
            self.gap = Some(Gap::Blank);
        }
        self.begin();
        self.text.push_str(text);
        self.small = 1;
        self.end();
        self.gap(Gap::Blank);
    }

    fn gap(&mut self, gap: Gap) {
        self.end();
        self.gap = Some(self.gap.map_or(gap, |known| known.max(gap)));
    }

    fn blank(&mut self) {
        self.gap(Gap::Blank);
    }

    fn open(&mut self) {
        self.gap(Gap::Open);
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self) {
        if self.depth == 0 {
            self.end();
            return;
        }
        self.gap(Gap::Close);
        self.depth -= 1;
    }

    /// What stands between blanks; whether it was taken as a whole.
    fn chunk(&mut self, chunk: &[char]) -> bool {
        if chunk.is_empty() || chunk.iter().any(|c| c.is_alphanumeric()) {
            return false;
        }
        let text: String = chunk.iter().collect();
        match text.as_str() {
            "&" | "+" => {
                self.whole("and");
                if text == "+" {
                    self.gap(Gap::Mark);
                }
            }
            "@" => self.whole("@"),
            "-" | "--" | "|" | "||" | "•" | "~" => {
                self.gap(Gap::Mark);
                self.dashed = true;
            }
            ":" => {
                self.gap(Gap::Mark);
                self.colon = true;
            }
            "/" | "//" | "\\" | "," | ";" | "…" | "..." | "*" | "***" | "**" => self.gap(Gap::Mark),
            _ if text.chars().all(|c| "-/\\|.,:;()[]{}\"'<>=*~_…".contains(c)) => {
                for c in chunk {
                    match c {
                        '(' | '[' | '{' => self.open(),
                        ')' | ']' | '}' => self.close(),
                        '-' => {
                            self.gap(Gap::Mark);
                            self.dashed = true;
                        }
                        _ => self.gap(Gap::Mark),
                    }
                }
            }
            _ if chunk.len() > 1 && chunk.iter().all(|c| "!?+/-†‡#%^$*±°∆△▲▼◇◆☆★=.".contains(*c)) =>
            {
                self.gap(Gap::Blank);
                self.begin();
                self.text.push_str(&text);
                self.end();
                if let Some(word) = self.words.last_mut() {
                    word.signs = true;
                }
                self.gap(Gap::Blank);
            }
            // Pictures and lone signs adorn.
            _ => self.gap(Gap::Mark),
        }
        true
    }

    fn finish(mut self) -> Vec<Word> {
        self.end();
        self.words
    }
}

#[cfg(test)]
mod tests;

//! Tokens: a text cut into numbers, words and symbols, in one pass.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Decimal digits. The value of more than 18 digits is not kept.
    Number { value: u64, digits: u8 },
    /// Letters, folded: lower case without accents.
    Word(String),
    /// Anything else, one character; dashes are `-`, apostrophes `'`, bullets and bars `|`.
    Symbol(char),
}

/// A token and how it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// No white space before it.
    pub(crate) glued: bool,
    /// A line break before it.
    pub(crate) line: bool,
    /// Only capital letters, two or more.
    pub(crate) capitals: bool,
    /// Where it starts in the text, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) const fn symbol(&self) -> Option<char> {
        match self.kind {
            Kind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    pub(crate) fn is(&self, symbol: char) -> bool {
        self.symbol() == Some(symbol)
    }
}

/// Lower case, without accents: `Décembre` is `decembre`, `Środa` is `sroda`.
pub(crate) fn fold(word: &str) -> String {
    // Most words of most pages, without the tables of Unicode.
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    fold_any(word)
}

fn fold_any(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase).nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            _ => folded.push(c),
        }
    }
    folded
}

/// The start of `text` that has at most `limit` bytes.
pub(crate) fn capped(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

/// Cuts a text into tokens. Time and memory grow with the text's length alone; callers cap it.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    let (mut glued, mut line) = (false, false);
    while let Some(&(start, c)) = chars.peek() {
        if c.is_whitespace() {
            glued = false;
            line |= matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
            chars.next();
            continue;
        }
        if is_invisible(c) {
            chars.next();
            continue;
        }
        let (kind, capitals) = if c.is_ascii_digit() {
            (number(&mut chars), false)
        } else if is_letter(c) {
            word(text, start, &mut chars)
        } else {
            chars.next();
            (Kind::Symbol(plain(c)), false)
        };
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        tokens.push(Token { kind, glued, line, capitals, start, end });
        (glued, line) = (true, false);
    }
    tokens
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

fn number(chars: &mut Chars<'_>) -> Kind {
    let (mut value, mut digits) = (0_u64, 0_u8);
    while let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(u64::from(digit));
        digits = digits.saturating_add(1);
        chars.next();
    }
    Kind::Number { value, digits }
}

fn word(text: &str, start: usize, chars: &mut Chars<'_>) -> (Kind, bool) {
    while chars.next_if(|(_, c)| is_letter(*c) || is_combining_mark(*c)).is_some() {}
    let end = chars.peek().map_or(text.len(), |(at, _)| *at);
    let raw = text.get(start..end).unwrap_or_default();
    (Kind::Word(fold(raw)), raw.chars().count() > 1 && !raw.chars().any(char::is_lowercase))
}

/// Letters, without the ordinal signs that Unicode counts among them.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ª' | 'º')
}

/// Characters that show nothing: zero-width ones, direction marks, the soft hyphen.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

const fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '→' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{b4}' | '`' | '\u{2032}' | '\u{2bc}' => '\'',
        '•' | '·' | '∙' | '●' | '・' | '¦' | '｜' | '◆' | '■' | '▪' | '★' | '»' => '|',
        '›' | '＞' => '>',
        '：' => ':',
        '．' => '.',
        '／' | '⁄' => '/',
        '＄' => '$',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_folded_as_all_others_are() {
        let all: String = (0..128_u8).map(char::from).collect();
        assert_eq!(fold(&all), fold_any(&all));
        assert_eq!(fold("\u{15a}roda D\u{e9}cembre"), "sroda decembre");
    }
}

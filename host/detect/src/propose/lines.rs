//! Events that are one line of text each: `24.11. – The Band – 20:00 – 12 €`. Which piece between the marks is the title.

use regex::Regex;
use serde_json::{Value, json};

use super::{
    blocks::share,
    spots::{Calendar, DateWords},
};

/// Marks between the pieces of a line, as patterns; the clearest first.
const MARKS: &[&str] =
    &[r"\s+[–—]\s+", r"\s+-\s+", r"\s*\|\s*", r"\s*[•·]\s*", r"\s+/{1,2}\s+", r"\s*@\s+", r":\s+", r",\s+"];

/// Pieces of a line that are looked at.
const MOST_PIECES: usize = 5;

/// A piece of the lines.
pub(crate) struct Piece {
    pub(crate) pattern: String,
    pub(crate) values: Vec<Option<String>>,
}

impl Piece {
    /// As a field of the css plugin.
    pub(crate) fn written(&self, field: &Value) -> Value {
        match field {
            Value::String(selector) => json!({ "selector": selector, "pattern": self.pattern }),
            Value::Object(parts) => {
                let mut parts = parts.clone();
                parts.insert("pattern".to_owned(), Value::String(self.pattern.clone()));
                Value::Object(parts)
            }
            other => other.clone(),
        }
    }
}

/// The piece that holds the titles: letters that belong to no date, different from line to line.
pub(crate) fn title(values: &[Option<String>], calendar: &Calendar, words: &DateWords) -> Option<Piece> {
    let mut best: Option<(f64, Piece)> = None;
    for (place, mark) in MARKS.iter().enumerate() {
        for at in 0..MOST_PIECES {
            let Some(piece) = cut(values, mark, at) else { continue };
            let present: Vec<&str> = piece.values.iter().flatten().map(String::as_str).collect();
            let coverage = share(present.len(), values.len());
            let rest = share(present.iter().filter(|text| words.rest(text) >= 2).count(), present.len());
            let days = share(calendar.days(&present).iter().flatten().count(), present.len());
            let clocks = share(calendar.clocks(&present).iter().filter(|clock| **clock).count(), present.len());
            let different: std::collections::BTreeSet<&&str> = present.iter().collect();
            let variety = share(different.len(), present.len());
            // A mark that most lines do not have cuts nothing.
            let cuts = share(piece.values.iter().zip(values).filter(|(a, b)| a != b).count(), values.len());
            if coverage < 0.8 || rest < 0.7 || variety < 0.5 || days > 0.2 || clocks > 0.2 || cuts < 0.7 {
                continue;
            }
            let letters = share(present.iter().map(|text| words.rest(text).min(40)).sum(), present.len());
            let score =
                coverage + rest + variety - days - clocks + letters / 40.0 - 0.12 * at as f64 - 0.1 * place as f64;
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, piece));
            }
        }
    }
    best.map(|(_, piece)| piece)
}

/// The piece at a place, of every line.
fn cut(values: &[Option<String>], mark: &str, at: usize) -> Option<Piece> {
    let pattern = format!(r"^(?:.*?{mark}){{{at}}}(.+?)(?:{mark}.*)?$");
    let regex = Regex::new(&pattern).ok()?;
    let read = |value: &Option<String>| {
        let text = value.as_deref()?;
        Some(regex.captures(text)?.get(1)?.as_str().trim().to_owned()).filter(|text| !text.is_empty())
    };
    Some(Piece { values: values.iter().map(read).collect(), pattern })
}

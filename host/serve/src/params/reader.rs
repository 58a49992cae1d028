//! Reads single parameters and notes what is wrong with them.

use std::{collections::BTreeMap, str::FromStr};

use super::{counterpart, nearest};
use crate::{
    App,
    problem::{ParameterError, shorten},
    settings::ServeSettings,
};

/// What kind of fault it is; MusicLive's surface names it by a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// No parameter has this name.
    Unknown,
    /// The parameter is given twice.
    Repeated,
    /// A parameter that is needed is absent.
    Missing,
    /// It cannot be read; the word is Pydantic's for it, such as `int_parsing`.
    Unreadable(&'static str),
}

/// Something wrong with one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) parameter: String,
    pub(crate) reason: String,
    pub(crate) nearest: Option<String>,
    pub(crate) value: Option<String>,
}

impl Fault {
    pub(crate) fn as_parameter_error(&self) -> ParameterError {
        ParameterError {
            parameter: shorten(&self.parameter),
            reason: self.reason.clone(),
            nearest: self.nearest.clone(),
        }
    }
}

/// Hands out parameters by name, typed, and remembers what was asked for and what was wrong.
#[derive(Debug)]
pub(crate) struct Reader {
    given: BTreeMap<String, String>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
    settings: ServeSettings,
}

impl Reader {
    pub(crate) fn new(pairs: Vec<(String, String)>, app: &App) -> Self {
        Self::with_settings(pairs, app.settings.clone())
    }

    pub(crate) fn with_settings(pairs: Vec<(String, String)>, settings: ServeSettings) -> Self {
        let mut reader = Self { given: BTreeMap::new(), known: Vec::new(), faults: Vec::new(), settings };
        for (name, value) in pairs {
            if reader.given.insert(name.clone(), value).is_some() {
                reader.note(FaultKind::Repeated, &name, "it is given more than once; give it once", None);
            }
        }
        reader
    }

    /// What was wrong so far.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The names that were asked for so far.
    #[cfg(test)]
    pub(crate) fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Notes every parameter that nobody asked for. Called last.
    pub(crate) fn refuse_unknown(&mut self) {
        let unknown: Vec<String> =
            self.given.keys().filter(|name| !self.known.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            // Only where the names of other services' event search could be meant: on lists of events.
            if self.known.contains(&"near")
                && let Some((reason, ours)) = counterpart(&name)
            {
                self.note(FaultKind::Unknown, &name, &reason, ours.map(str::to_owned));
                continue;
            }
            let near = nearest(&name, self.known.iter().copied()).map(str::to_owned);
            let reason = match (&near, self.known.as_slice()) {
                (Some(_), _) => "there is no such parameter".to_owned(),
                (None, []) => "this route takes no parameters".to_owned(),
                (None, known) => format!("there is no such parameter; there are {}", known.join(", ")),
            };
            self.note(FaultKind::Unknown, &name, &reason, near);
        }
    }

    /// Notes a fault that a query type found itself.
    pub(crate) fn note(&mut self, kind: FaultKind, parameter: &str, reason: &str, nearest: Option<String>) {
        let value = self.given.get(parameter).map(|v| shorten(v));
        self.faults.push(Fault { kind, parameter: parameter.to_owned(), reason: reason.to_owned(), nearest, value });
    }

    /// The text of a parameter, trimmed: not empty, without control characters, within the operator's limit of characters.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        self.text_up_to(name, self.settings.max_text_chars)
    }

    /// The same for a text that this server made itself, such as a cursor; a request's head bounds it.
    pub(crate) fn text_of_any_length(&mut self, name: &'static str) -> Option<String> {
        self.text_up_to(name, usize::MAX)
    }

    fn text_up_to(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.known.push(name);
        let value = self.given.get(name)?.trim().to_owned();
        let reason = if value.is_empty() {
            "it is empty; leave it out".to_owned()
        } else if value.chars().any(char::is_control) {
            "it holds a control character".to_owned()
        } else if value.chars().count() > max {
            format!("it is longer than {max} characters")
        } else {
            return Some(value);
        };
        self.note(FaultKind::Unreadable("string_type"), name, &reason, None);
        None
    }

    /// A parameter of a type that reads itself; the reason of a failure is the type's own.
    pub(crate) fn parse<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        name: &'static str,
        kind: &'static str,
    ) -> Option<T> {
        match self.text(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(FaultKind::Unreadable(kind), name, &error.to_string(), None);
                None
            }
        }
    }

    /// The same for a text that may be long, such as the corners of a polygon; a request's head bounds it.
    pub(crate) fn parse_long<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &'static str) -> Option<T> {
        match self.text_of_any_length(name)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(FaultKind::Unreadable("value_error"), name, &error.to_string(), None);
                None
            }
        }
    }

    /// Several values of a type that reads itself, separated by commas, at most `most`.
    pub(crate) fn several<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &'static str, most: usize) -> Vec<T> {
        let Some(text) = self.text_of_any_length(name) else { return Vec::new() };
        let mut values = Vec::new();
        for part in text.split(',').map(str::trim) {
            match part.parse::<T>() {
                Ok(value) => values.push(value),
                Err(error) => self.note(FaultKind::Unreadable("value_error"), name, &error.to_string(), None),
            }
            if values.len() > most {
                self.note(FaultKind::Unreadable("too_long"), name, &format!("it names more than {most}"), None);
                break;
            }
        }
        values
    }

    /// One word out of a fixed set.
    pub(crate) fn word(&mut self, name: &'static str, valid: &[&'static str]) -> Option<&'static str> {
        let words = self.words(name, valid);
        if words.len() > 1 {
            self.note(FaultKind::Unreadable("enum"), name, "it is more than one word", None);
        }
        words.first().copied()
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn whole(&mut self, name: &'static str, min: i64, max: i64) -> Option<i64> {
        let text = self.text(name)?;
        let (kind, reason) = match text.parse::<i64>() {
            Ok(number) if number < min => ("greater_than_equal", format!("it must be {min} or more")),
            Ok(number) if number > max => ("less_than_equal", format!("it must be {max} or less")),
            Ok(number) => return Some(number),
            Err(_) => ("int_parsing", format!("`{}` is not a whole number from {min} to {max}", shorten(&text))),
        };
        self.note(FaultKind::Unreadable(kind), name, &reason, None);
        None
    }

    /// How many rows: 1 to the operator's maximum, by default the operator's default.
    pub(crate) fn limit(&mut self) -> u32 {
        let max = self.settings.max_limit;
        let limit = self.whole("limit", 1, i64::from(max)).and_then(|n| u32::try_from(n).ok());
        limit.unwrap_or(self.settings.default_limit)
    }

    /// Words out of a fixed set, separated by commas.
    pub(crate) fn words(&mut self, name: &'static str, valid: &[&'static str]) -> Vec<&'static str> {
        let Some(text) = self.text_of_any_length(name) else { return Vec::new() };
        let mut found = Vec::new();
        for word in text.split(',').map(str::trim) {
            if let Some(known) = valid.iter().find(|v| **v == word) {
                found.push(*known);
                continue;
            }
            let near = nearest(word, valid.iter().copied()).map(str::to_owned);
            let reason = format!("`{}` is not one of {}", shorten(word), valid.join(", "));
            self.note(FaultKind::Unreadable("enum"), name, &reason, near);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(query: &str) -> Reader {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Reader::with_settings(pairs, ServeSettings::default())
    }

    fn faults(mut reader: Reader) -> Vec<(String, String, Option<String>)> {
        reader.refuse_unknown();
        reader.faults.into_iter().map(|f| (f.parameter, f.reason, f.nearest)).collect()
    }

    #[test]
    fn an_unknown_name_is_named_with_the_nearest_known_one() {
        let mut reader = reader("form=2026-01-01");
        assert_eq!(reader.text("from"), None);
        assert_eq!(
            faults(reader),
            [("form".to_owned(), "there is no such parameter".to_owned(), Some("from".to_owned()))]
        );
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let mut reader = reader("limit=1&limit=2");
        reader.limit();
        assert_eq!(faults(reader)[0].0, "limit");
    }

    #[test]
    fn limits_are_whole_numbers_within_the_operators_range() {
        assert_eq!(reader("").limit(), 50);
        assert_eq!(reader("limit=100").limit(), 100);
        for bad in ["0", "101", "-1", "1.5", "ten", "", "99999999999999999999"] {
            let mut reader = reader(&format!("limit={bad}"));
            reader.limit();
            assert_eq!(reader.faults().len(), 1, "{bad}");
        }
    }

    #[test]
    fn text_that_a_database_would_choke_on_is_refused_here() {
        for bad in ["text=%00", "text=", "text=%20", &format!("text={}", "x".repeat(201))] {
            let mut reader = reader(bad);
            assert_eq!(reader.text("text"), None);
            assert_eq!(reader.faults().len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_nearest_right_one() {
        let mut reader = reader("status=scheduled,canceled");
        assert_eq!(reader.words("status", &["scheduled", "cancelled"]), ["scheduled"]);
        assert_eq!(reader.faults()[0].nearest.as_deref(), Some("cancelled"));
    }
}

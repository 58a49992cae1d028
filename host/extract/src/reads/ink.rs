//! Answers as bytes: two answers are the same to a guest if and only if their bytes are.
//!
//! Every list and text has its length before it, so that no two answers run together to the same bytes. Types are taken apart by name: a
//! field that the contract gains later has to be written here before anything compiles.

use chrono::NaiveDate;
use marquee_model::Moment;
use marquee_reading::{
    JsonKind, JsonRow, ReadError, Row,
    dates::{Inferred, Unreadable, When},
    structured,
};

use crate::bindings::marquee::extractor::page;

/// The bytes of one answer.
#[derive(Debug, Default)]
pub(crate) struct Ink(Vec<u8>);

impl Ink {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn mark(&mut self, mark: u8) {
        self.0.push(mark);
    }

    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u64).to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn truth(&mut self, truth: bool) {
        self.mark(truth.into());
    }

    pub(crate) fn texts<T: AsRef<str>>(&mut self, texts: &[T]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.text(text.as_ref()));
    }

    pub(crate) fn maybe<T>(&mut self, what: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.truth(what.is_some());
        if let Some(what) = what {
            put(self, what);
        }
    }

    pub(crate) fn maybe_text(&mut self, text: Option<&str>) {
        self.maybe(text, Self::text);
    }

    /// An answer or an error, which the guest sees as kind and sentence.
    pub(crate) fn given<T>(&mut self, answer: Result<T, &ReadError>, put: impl FnOnce(&mut Self, T)) {
        match answer {
            Ok(answer) => {
                self.mark(0);
                put(self, answer);
            }
            Err(error) => {
                self.mark(match error {
                    ReadError::OverBudget { .. } => 1,
                    ReadError::NotReadable { .. } => 2,
                    ReadError::BadExpression { .. } => 3,
                });
                self.text(&error.to_string());
            }
        }
    }

    /// So many handles. Which elements or values they stand for shows in what is asked of them.
    pub(crate) fn handles(&mut self, count: usize) {
        self.count(count);
    }

    pub(crate) fn rows(&mut self, rows: &[Row]) {
        self.count(rows.len());
        for Row { item: _, cells } in rows {
            self.count(cells.len());
            cells.iter().for_each(|cell| self.texts(cell));
        }
    }

    pub(crate) fn json_rows(&mut self, rows: &[JsonRow]) {
        self.count(rows.len());
        for JsonRow { item: _, cells } in rows {
            self.count(cells.len());
            cells.iter().for_each(|cell| self.maybe_text(cell.as_deref()));
        }
    }

    pub(crate) fn kind(&mut self, kind: JsonKind) {
        self.mark(match kind {
            JsonKind::Null => 0,
            JsonKind::Boolean => 1,
            JsonKind::Number => 2,
            JsonKind::Text => 3,
            JsonKind::Array => 4,
            JsonKind::Object => 5,
        });
    }

    pub(crate) fn items(&mut self, items: &[structured::Item]) {
        self.count(items.len());
        for structured::Item { syntax, types, data: _, element: _, line: _ } in items {
            self.mark(match syntax {
                structured::Syntax::JsonLd => 0,
                structured::Syntax::Microdata => 1,
                structured::Syntax::HEvent => 2,
                structured::Syntax::OpenGraph => 3,
            });
            self.texts(types);
        }
    }

    pub(crate) fn about(&mut self, about: &page::About) {
        let page::About { url, kind, context, status, content_type, zone, languages, currency } = about;
        self.texts(&[url, kind, zone]);
        self.maybe_text(context.as_deref());
        self.number(i64::from(*status));
        self.maybe_text(content_type.as_deref());
        self.texts(languages);
        self.maybe_text(currency.as_deref());
    }

    pub(crate) fn facts(&mut self, facts: &page::Facts) {
        let page::Facts {
            url,
            kind,
            context,
            status,
            content_type,
            fetched_at,
            today,
            zone,
            languages,
            currency,
            configuration,
        } = facts;
        self.texts(&[url, kind, zone, configuration]);
        self.maybe_text(context.as_deref());
        self.number(i64::from(*status));
        self.maybe_text(content_type.as_deref());
        self.number(*fetched_at);
        self.texts(&[format!("{}-{}-{}", today.year, today.month, today.day)]);
        self.texts(languages);
        self.maybe_text(currency.as_deref());
    }

    pub(crate) fn day(&mut self, day: NaiveDate) {
        self.number(chrono::Datelike::num_days_from_ce(&day).into());
    }

    pub(crate) fn dates(&mut self, read: &[Result<When, Unreadable>]) {
        self.count(read.len());
        for read in read {
            match read {
                Ok(when) => {
                    self.mark(0);
                    self.when(when);
                }
                Err(Unreadable { reason, raw }) => {
                    self.mark(1);
                    self.text(reason);
                    self.text(raw);
                }
            }
        }
    }

    fn when(&mut self, when: &When) {
        let When { start, doors, end, more, weekday, inferred } = when;
        let Inferred { year, month, day, meridiem, night } = *inferred;
        self.moment(start);
        self.maybe(doors.as_ref(), Self::moment);
        self.maybe(end.as_ref(), Self::moment);
        self.count(more.len());
        more.iter().for_each(|moment| self.moment(moment));
        self.maybe(*weekday, Self::mark);
        [year, month, day, meridiem, night].into_iter().for_each(|flag| self.truth(flag));
    }

    fn moment(&mut self, moment: &Moment) {
        match moment {
            Moment::Date(date) => {
                self.mark(0);
                self.day(*date);
            }
            Moment::Local(local) => {
                self.mark(1);
                self.number(local.and_utc().timestamp_millis());
            }
            Moment::Instant(instant) => {
                self.mark(2);
                self.number(instant.timestamp_millis());
            }
            Moment::Text(text) => {
                self.mark(3);
                self.text(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_run_together_are_not_the_same() {
        let bytes = |texts: &[&str]| {
            let mut ink = Ink::default();
            ink.texts(texts);
            ink.0
        };
        assert_ne!(bytes(&["ab", "c"]), bytes(&["a", "bc"]));
        assert_ne!(bytes(&["a"]), bytes(&["a", ""]));
    }
}

//! The import `reading`: human dates, prices, ages, status words, acts, and patterns.

use marquee_reading::{ages, dates::DateOrder, performers, prices, status, text};

use super::CallState;
use crate::{
    bindings::marquee::extractor::{
        reading,
        types::{AgeRestriction, Performer, Price, ReadError, Status},
    },
    convert::v0_1,
    reads::question::{Hints, Question},
    stop::read_error,
    trail::record::Answer,
};

impl reading::Host for CallState {
    fn dates(
        &mut self,
        texts: Vec<String>,
        hints: reading::DateHints,
    ) -> wasmtime::Result<Vec<Result<reading::When, String>>> {
        let hints = self::hints(hints);
        self.ask_of_the_day(|| Question::Dates { texts: texts.clone(), hints: hints.clone() })?;
        self.check_reading(texts.iter().map(String::as_str))?;
        let read = self.context.dates(&texts, &hints, self.limits.reading_bytes);
        self.answered(|ink| ink.dates(&read));
        if let Some(recorder) = &mut self.recorder {
            let answer = Answer::Dates(read.iter().map(|read| read.as_ref().ok().cloned()).collect());
            recorder.call("dates", "", &texts, answer, &[]);
        }
        Ok(read
            .into_iter()
            .map(|read| read.map(v0_1::when_to_wit).map_err(|unreadable| unreadable.to_string()))
            .collect())
    }

    fn price(&mut self, text: String, currency: Option<String>) -> wasmtime::Result<Option<Price>> {
        self.enter()?;
        self.check_reading([text.as_str()])?;
        let currency = currency.and_then(|code| code.parse().ok()).or(self.context.currency());
        let price = prices::read(&text, currency);
        if let (Some(recorder), Some(price)) = (&mut self.recorder, &price) {
            recorder.call("price", "", &[text], Answer::Price(price.clone()), &[]);
        }
        Ok(price.map(v0_1::price_to_wit))
    }

    fn age(&mut self, text: String) -> wasmtime::Result<Option<AgeRestriction>> {
        self.enter()?;
        self.check_reading([text.as_str()])?;
        let age = ages::read(&text);
        if let (Some(recorder), Some(age)) = (&mut self.recorder, age) {
            recorder.call("age", "", &[text], Answer::Age(age), &[]);
        }
        Ok(age.map(v0_1::age_to_wit))
    }

    fn status(&mut self, text: String) -> wasmtime::Result<(Option<Status>, String)> {
        self.enter()?;
        self.check_reading([text.as_str()])?;
        let (status, rest) = status::read(&text);
        if let Some(recorder) = &mut self.recorder {
            let answer = status.map_or(Answer::Texts, Answer::Status);
            recorder.call("status", "", &[text], answer, &[(0, rest.as_str())]);
        }
        Ok((status.map(v0_1::status_to_wit), rest))
    }

    fn performers(&mut self, title: String) -> wasmtime::Result<Vec<Performer>> {
        self.enter()?;
        self.check_reading([title.as_str()])?;
        let acts = performers::read(&title);
        if let Some(recorder) = &mut self.recorder {
            let names: Vec<(usize, &str)> = acts.iter().map(|act| (0, act.name.as_str())).collect();
            recorder.call("performers", "", &[title], Answer::Texts, &names);
        }
        Ok(acts.into_iter().map(v0_1::performer_to_wit).collect())
    }

    fn clean(&mut self, text: String) -> wasmtime::Result<String> {
        self.enter()?;
        self.check_reading([text.as_str()])?;
        let cleaned = text::clean(&text);
        if let Some(recorder) = &mut self.recorder {
            recorder.call("clean", "", &[text], Answer::Texts, &[(0, cleaned.as_str())]);
        }
        Ok(cleaned)
    }

    fn capture(
        &mut self,
        pattern: String,
        texts: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Option<Vec<Option<String>>>>, ReadError>> {
        self.enter()?;
        self.check_reading(texts.iter().map(String::as_str))?;
        let mut captured = Vec::with_capacity(texts.len());
        // Matching is linear in the text, but with the pattern's size as its factor: the deadline is looked at for each text.
        for text in &texts {
            self.check_deadline()?;
            match self.patterns.capture(&pattern, std::slice::from_ref(text)) {
                Ok(found) => captured.extend(found),
                Err(error) => return Ok(Err(read_error(&error))),
            }
        }
        if let Some(recorder) = &mut self.recorder {
            let groups: Vec<(usize, &str)> = captured
                .iter()
                .enumerate()
                .flat_map(|(at, groups)| groups.iter().flatten().flatten().map(move |group| (at, group.as_str())))
                .collect();
            recorder.call("capture", &pattern, &texts, Answer::Texts, &groups);
        }
        Ok(Ok(captured))
    }
}

/// The hints as a later page can be asked with them.
fn hints(raw: reading::DateHints) -> Hints {
    let reading::DateHints { languages, order, listing, day } = raw;
    let order = order.map(|order| match order {
        reading::DateOrder::DayFirst => DateOrder::DayFirst,
        reading::DateOrder::MonthFirst => DateOrder::MonthFirst,
    });
    Hints { languages, order, listing, day }
}

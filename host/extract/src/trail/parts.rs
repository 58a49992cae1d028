//! The way back from values of closed sets and amounts: price, age, status.

use marquee_model::{AgeRestriction, How, Money, PriceClaim, PriceKind, Status, Step};
use marquee_reading::{ages, prices, status};

use super::{
    forms::{amounts, skeleton},
    index::{DEEPEST, Index},
    near::Near,
    record::{Answer, Read},
};

/// Candidates that are followed to their ends before the first one must do.
const TRIED: usize = 6;

/// Longest text from which a plugin may have concluded a word of a closed set: class lists and notices, no descriptions.
const LONGEST_SIGN: usize = 300;

/// A part of a price and the way to it.
pub(super) type PricePart = (&'static str, String, Step);

impl Index<'_> {
    /// The ways to the parts of a price.
    pub(super) fn price(&self, price: &PriceClaim, near: &Near) -> Vec<PricePart> {
        let parts = [("price.min", &price.min), ("price.max", &price.max), ("price.currency", &price.currency)];
        let parts: Vec<(&'static str, &String)> =
            parts.into_iter().filter_map(|(field, value)| Some((field, value.as_ref()?))).collect();
        let kind = word(&price.kind);
        if let Some((call, input)) =
            self.answered(near, |answer| matches!(answer, Answer::Price(read) if read == price))
        {
            let step = |field: &str, value: &str| {
                let part = field.trim_start_matches("price.");
                self.reading(call, input, part, value, near, DEEPEST).unwrap_or_else(|| Step::new(How::Plugin, value))
            };
            let mut all = vec![("price.kind", kind.clone(), step("kind", &kind))];
            all.extend(parts.into_iter().map(|(field, value)| (field, value.clone(), step(field, value))));
            return all;
        }
        let mut all: Vec<PricePart> = parts
            .into_iter()
            .map(|(field, value)| {
                let step = if field == "price.currency" { self.value(value, near) } else { self.amount(value, near) };
                (field, value.clone(), step)
            })
            .collect();
        let amounts = all.iter().filter(|(field, ..)| *field != "price.currency").map(|(.., step)| step.clone());
        let mut from: Vec<Step> = amounts.collect();
        from.dedup();
        let step = match self.kind(price.kind, near) {
            Some(step) => step,
            None if from.is_empty() => Step::new(How::Plugin, &kind),
            None => Step::new(How::Concluded, &kind).out_of(from),
        };
        all.insert(0, ("price.kind", kind, step));
        all
    }

    /// An amount: of a price that the host read, or a number of the item.
    fn amount(&self, amount: &str, near: &Near) -> Step {
        let unknown = || Step::new(How::Plugin, amount);
        let Ok(wanted) = amount.parse::<Money>() else { return self.value(amount, near) };
        let is = |text: &Option<String>| text.as_ref().is_some_and(|text| text.parse() == Ok(wanted));
        let of_price = |answer: &Answer| matches!(answer, Answer::Price(read) if is(&read.min) || is(&read.max));
        if let Some((call, input)) = self.answered(near, of_price) {
            return self.reading(call, input, "amount", amount, near, DEEPEST).unwrap_or_else(unknown);
        }
        let found = self.priced(near, |read| {
            amounts(&read.value).into_iter().find(|(read, _)| *read == wanted).map(|(_, form)| form)
        });
        let Some((form, at)) = found else { return unknown() };
        let Some(from) = self.step(at, near, DEEPEST) else { return unknown() };
        Step::new(How::FixedForm { form: form.to_owned() }, amount).out_of(vec![from])
    }

    /// A kind that no amount tells: free, a gift.
    fn kind(&self, kind: PriceKind, near: &Near) -> Option<Step> {
        if matches!(kind, PriceKind::Fixed | PriceKind::Range | PriceKind::From) {
            return None;
        }
        if let Some((call, input)) =
            self.answered(near, |answer| matches!(answer, Answer::Price(read) if read.kind == kind))
        {
            return self.reading(call, input, "kind", &word(&kind), near, DEEPEST);
        }
        self.concluded(&word(&kind), near, |read| {
            let named = || self.step_name(read).contains("free") && read.value.trim() == "true";
            kind == PriceKind::Free && named()
                || prices::read(&read.value, None).is_some_and(|price| price.kind == kind)
        })
        .or_else(|| {
            let zero =
                |read: &Read| amounts(&read.value).iter().any(|(amount, _)| *amount == Money::ZERO).then_some(());
            let ((), at) = self.priced(near, zero).filter(|_| kind == PriceKind::Free)?;
            Some(Step::new(How::Concluded, &word(&kind)).out_of(vec![self.step(at, near, DEEPEST)?]))
        })
    }

    /// The nearest read that fits: of those that are called a price, else of those that are not called something else.
    fn priced<T>(&self, near: &Near, fits: impl Fn(&Read) -> Option<T>) -> Option<(T, usize)> {
        const PRICES: [&str; 9] = ["price", "cost", "amount", "fee", "face", "cents", "ticket", "min", "max"];
        const OTHERS: [&str; 8] = ["id", "date", "time", "start", "end", "age", "count", "year"];
        let called = |read: &Read, names: &[&str]| {
            let name = self.step_name(read);
            names.iter().any(|word| name.contains(word))
        };
        let find = |is: &dyn Fn(&Read) -> bool| {
            near.reads.iter().find_map(|at| Some((fits(self.read(*at).filter(|read| is(read))?)?, *at)))
        };
        find(&|read| called(read, &PRICES)).or_else(|| find(&|read| !called(read, &OTHERS)))
    }

    /// The pointer or selector of a read in lower case.
    pub(super) fn step_name(&self, read: &Read) -> String {
        match &read.given {
            super::record::Given::Value { pointer, .. } => pointer.to_lowercase(),
            super::record::Given::Element { by: Some((selector, _)), .. } => selector.to_lowercase(),
            _ => String::new(),
        }
    }

    /// The way to an age.
    pub(super) fn age(&self, age: AgeRestriction, near: &Near) -> Step {
        let shown = age_words(age);
        if let Some((call, input)) = self.answered(near, |answer| matches!(answer, Answer::Age(read) if *read == age)) {
            return self
                .reading(call, input, "", &shown, near, DEEPEST)
                .unwrap_or_else(|| Step::new(How::Plugin, &shown));
        }
        let number = match age {
            AgeRestriction::Minimum(years) => years.to_string(),
            AgeRestriction::AllAges => "0".to_owned(),
        };
        let fits = |read: &Read| read.value.trim() == number || ages::read(&read.value) == Some(age);
        self.concluded(&shown, near, fits).unwrap_or_else(|| Step::new(How::Plugin, &shown))
    }

    /// The way to a status: words that the host read, or a sign that the plugin knows.
    pub(super) fn status(&self, wanted: Status, near: &Near) -> Step {
        let shown = word(&wanted);
        if let Some((call, input)) =
            self.answered(near, |answer| matches!(answer, Answer::Status(read) if *read == wanted))
        {
            return self
                .reading(call, input, "", &shown, near, DEEPEST)
                .unwrap_or_else(|| Step::new(How::Plugin, &shown));
        }
        let stem = match wanted {
            Status::Scheduled => "scheduled",
            Status::Cancelled => "cancel",
            Status::Postponed => "postpone",
            Status::Rescheduled => "reschedule",
            Status::Moved => "moved",
            Status::SoldOut => "soldout",
        };
        let fits = |read: &Read| skeleton(&read.value).contains(stem) || status::read(&read.value).0 == Some(wanted);
        // A flag is named after what it says, `soldOut: true`; so is a number of tickets left, of which there is none.
        let flag = |read: &Read| {
            let name = skeleton(&self.step_name(read));
            name.contains(stem) && matches!(read.value.trim(), "true" | "1")
                || wanted == Status::SoldOut
                    && (name.contains("avail") || name.contains("onsale") || name.contains("remaining"))
                    && matches!(read.value.trim(), "false" | "0")
        };
        let in_body = || {
            let sign = self.body.as_ref()?.sign(stem, near.anchor, &self.lines)?;
            Some(Step::new(How::Concluded, &shown).out_of(vec![sign]))
        };
        let found = self.concluded(&shown, near, fits).or_else(|| self.concluded(&shown, near, flag)).or_else(in_body);
        found.unwrap_or_else(|| Step::new(How::Plugin, &shown))
    }

    /// The nearest call of a reading function with such an answer, and the place of the text in it that was read.
    fn answered(&self, near: &Near, fits: impl Fn(&Answer) -> bool) -> Option<(usize, usize)> {
        let calls = self.notes.calls.iter().enumerate().filter(|(_, call)| fits(&call.answer));
        let mut found: Vec<(u64, usize)> =
            calls.map(|(at, _)| (self.rank_of_input(at, 0, near), at)).filter(|(rank, _)| *rank > 0).collect();
        found.sort_by_key(|(rank, at)| (std::cmp::Reverse(*rank), *at));
        let explained =
            |call: usize| self.reading(call, 0, "", "", near, DEEPEST).as_ref().is_some_and(Step::is_explained);
        found.into_iter().take(TRIED).find(|(_, at)| explained(*at)).map(|(_, at)| (at, 0))
    }

    /// The nearest read of the claim's own items from which a plugin may have concluded a word.
    fn concluded(&self, shown: &str, near: &Near, fits: impl Fn(&Read) -> bool) -> Option<Step> {
        let at = near.reads.iter().find(|at| {
            near.rank(self.items(**at)) > 1
                && self.read(**at).is_some_and(|read| read.value.len() <= LONGEST_SIGN && fits(read))
        })?;
        let from = self.step(*at, near, DEEPEST)?;
        Some(Step::new(How::Concluded, shown).out_of(vec![from]))
    }
}

/// The word that the API has for a value of a closed set.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn age_words(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "all ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}

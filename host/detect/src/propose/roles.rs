//! Which column is which field: what the choice rests on, and the title. Dates are in `when`, the rest in `others`.
//!
//! Every choice is by what the values are read as, then by what the names say, then by how long the selector is likely to hold.
//! A field that no column fills is left out: the css plugin says nothing about it, which is better than something wrong.

use std::collections::BTreeSet;

use marquee_model::WebUrl;
use marquee_reading::{prices, status};
use serde_json::{Value, json};

use super::{
    blocks::share,
    columns::{Column, What},
    months::Months,
    names::says,
    outline::{At, Outline},
    spots::{Calendar, DateWords, Day},
};

/// What the choice of fields rests on.
pub(crate) struct Ground<'g> {
    pub(crate) outline: &'g Outline<'g>,
    pub(crate) calendar: &'g Calendar,
    pub(crate) words: &'g DateWords,
    pub(crate) url: &'g WebUrl,
    pub(crate) items: &'g [At],
    /// The place of the date in each item that has one inside, and its day.
    pub(crate) spots: &'g [(Option<At>, Option<Day>)],
    pub(crate) columns: &'g [Column],
    /// Headings that name the months of days without one.
    pub(crate) months: Option<&'g Months>,
}

/// A field of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) name: &'static str,
    pub(crate) written: Value,
    /// The items in which it was found.
    pub(crate) found: usize,
    pub(crate) values: Vec<Option<String>>,
    pub(crate) places: BTreeSet<At>,
}

impl Chosen {
    pub(super) fn of(name: &'static str, column: &Column) -> Self {
        Self {
            name,
            written: column.written(),
            found: column.count(),
            values: column.values.clone(),
            places: column.elements().collect(),
        }
    }
}

/// The best column by a score; `None` counts as unfit.
pub(super) fn best(columns: &[Column], score: impl Fn(&Column) -> Option<f64>) -> Option<&Column> {
    columns
        .iter()
        .filter_map(|column| Some((column, score(column)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(column, _)| column)
}

impl Ground<'_> {
    pub(super) fn reads(&self, column: &Column) -> Vec<Option<Day>> {
        let values = self.with_months(&column.values);
        let texts: Vec<&str> = values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        self.calendar.days(&texts)
    }

    /// The values with the month that they stand under, where months stand apart.
    pub(super) fn with_months(&self, values: &[Option<String>]) -> Vec<Option<String>> {
        let Some(months) = self.months else { return values.to_vec() };
        let whole =
            |(value, item): (&Option<String>, &At)| Some(format!("{} {}", value.as_ref()?, months.above(*item)?));
        values.iter().zip(self.items).map(whole).collect()
    }

    pub(super) fn holds_a_date(&self, column: &Column) -> bool {
        let inside = column
            .places
            .iter()
            .zip(self.spots)
            .filter(|(at, (spot, _))| at.zip(*spot).is_some_and(|(at, spot)| self.outline.is_within(spot, at)));
        inside.count() * 2 > column.count()
    }

    /// Letters of the values that belong to no date, on average.
    pub(super) fn rest(&self, column: &Column) -> f64 {
        share(column.present().map(|value| self.words.rest(value)).sum(), column.count())
    }

    pub(super) fn named(&self, column: &Column, stems: &[&str]) -> bool {
        column.names(self.outline).iter().any(|name| says(name, stems))
    }

    pub(super) fn is_hidden(&self, column: &Column) -> bool {
        column.elements().any(|at| self.outline.get(at).is_some_and(|element| element.hidden))
    }

    /// The title; the date's own place only where nothing else has letters.
    pub(crate) fn title(&self) -> Option<Chosen> {
        let column = best(self.columns, |column| self.title_score(column))?;
        Some(Chosen::of("title", column))
    }

    fn title_score(&self, column: &Column) -> Option<f64> {
        const TITLE: &[&str] = &[
            "titl",
            "name",
            "headline",
            "heading",
            "artist",
            "band",
            "act",
            "summary",
            "titel",
            "titre",
            "titulo",
            "tytul",
            "nazwa",
            "headliner",
            "performer",
        ];
        const OTHER: &[&str] = &[
            "date", "time", "price", "venue", "location", "genre", "categor", "tag", "desc", "excerpt", "button",
            "btn", "support", "present", "ticket", "status", "badge", "age", "weekday", "month", "day", "subtitle",
            "sub", "promoter", "place",
        ];
        if matches!(column.what, What::Attribute(_)) || column.coverage() < 0.6 {
            return None;
        }
        let rest = self.rest(column);
        let length = column.mean_length();
        if rest < 2.0 || length > 300.0 {
            return None;
        }
        let few = self.items.len() < 4;
        if !few && column.variety() < 0.3 {
            return None;
        }
        let texts: Vec<&str> = column.present().collect();
        let days = self.calendar.days(&texts).iter().flatten().count();
        let prices = texts.iter().filter(|text| is_price(text)).count();
        // A line that holds the whole event may hold its price.
        let line = self.holds_a_date(column);
        let bought = texts.iter().filter(|text| is_ticket_word(text)).count();
        if !line && (prices * 2 > texts.len() || bought * 2 > texts.len()) {
            return None;
        }
        let mut score = 3.0 * column.coverage() + 2.0 * column.variety() + column.strength();
        let heading = self.heading_level(column);
        score += heading.map_or(0.0, |level| 3.4 - 0.4 * level);
        if self.named(column, TITLE) {
            score += 2.5;
        }
        if self.named(column, OTHER) {
            score -= 2.5;
        }
        if column.elements().all(|at| self.outline.around(at).take(3).any(|up| self.is_link(up)) || self.has_link(at)) {
            score += 1.0;
        }
        // "The Band with Others", of which the link is "The Band".
        if column.elements().filter(|at| self.holds_more_than_its_link(*at)).count() * 2 > column.count() {
            score -= 1.5;
        }
        if line || days * 2 > texts.len() {
            score -= 3.0;
        }
        if column.selector.is_none() {
            score -= 1.5;
        }
        if column.tag(self.outline) == "p" && column.selector.as_ref().is_some_and(|s| s.names().next().is_none()) {
            score -= 0.5;
        }
        // The longer of two places that both hold the name holds something else as well.
        score -= (length / 60.0).min(3.0);
        // A name stands before what is told about it.
        let place: usize =
            column.places.iter().zip(self.items).filter_map(|(at, item)| Some(at.as_ref()? - item)).sum();
        score -= (share(place, column.count()) / 60.0).min(0.5);
        Some(score)
    }

    /// 1 to 6 where the column's elements are, are in, or consist of a heading; 3.5 for `strong` and the like.
    fn heading_level(&self, column: &Column) -> Option<f64> {
        let level = |at: At| match self.outline.get(at).map(|element| element.name.as_str()) {
            Some("h1") => Some(1.0),
            Some("h2") => Some(2.0),
            Some("h3") => Some(3.0),
            Some("h4") => Some(4.0),
            Some("h5") => Some(5.0),
            Some("h6") => Some(6.0),
            Some("strong" | "b" | "dt" | "summary") => Some(4.5),
            _ => None,
        };
        let first = column.elements().next()?;
        let item = *self.items.iter().find(|item| self.outline.is_within(first, **item))?;
        let text = self.outline.text(first);
        self.outline
            .around(first)
            .take_while(|up| *up != item)
            .take(3)
            .chain(self.outline.below(first).filter(|at| self.outline.text(*at) == text))
            .find_map(level)
    }

    fn holds_more_than_its_link(&self, at: At) -> bool {
        let link = self.outline.below(at).find(|below| self.is_link(*below) && !self.outline.text(*below).is_empty());
        link.is_some_and(|link| self.outline.text(link).len() < self.outline.text(at).len())
    }

    fn is_link(&self, at: At) -> bool {
        self.outline.get(at).is_some_and(|element| element.name == "a")
    }

    fn has_link(&self, at: At) -> bool {
        self.outline.below(at).any(|below| self.is_link(below))
    }
}

/// A price with a sign or word that says so; a number alone may be anything.
pub(super) fn is_price(text: &str) -> bool {
    let marked = text.contains(['$', '€', '£', '¥', '₤', '₹'])
        || crate::words::has_word(
            text,
            &[
                "eur",
                "usd",
                "cad",
                "gbp",
                "chf",
                "zł",
                "zl",
                "pln",
                "free",
                "gratis",
                "gratuit",
                "frei",
                "kostenlos",
                "libre",
                "wstęp",
                "pwyc",
                "donation",
                "spende",
                "cover",
            ],
        );
    text.len() <= 400 && marked && prices::read(text, None).is_some()
}

/// Nothing but words such as "Tickets" or "Buy now".
pub(super) fn is_ticket_word(text: &str) -> bool {
    text.chars().count() <= 24 && crate::words::has_word(text, crate::words::TICKETS)
}

pub(super) fn is_status(text: &str) -> bool {
    let (status, rest) = status::read(text);
    status.is_some() && rest.trim().is_empty()
}

/// A configuration's `empty`: the words of the page's language and of English.
pub(crate) fn empty(container: &str, languages: &[String]) -> Value {
    let words: Vec<&str> = crate::words::NOTHING_ON
        .iter()
        .filter(|(code, _)| *code == "en" || languages.iter().any(|language| language == code))
        .flat_map(|(_, words)| words.iter().copied())
        .collect();
    json!({ "selector": container, "words": words })
}

//! Which column is which field: when, and what is asked of a column to be a title, a price, a link to tickets.
//!
//! Every choice is by what the values are read as, then by what the names say, then by how long the selector is likely to hold.
//! A field that no column fills is left out: the css plugin says nothing about it, which is better than something wrong.

use std::collections::BTreeSet;

use marquee_model::WebUrl;
use marquee_reading::{ages, prices, status};
use serde_json::{Value, json};

use super::{
    blocks::share,
    columns::{Column, What},
    links,
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
    fn of(name: &'static str, column: &Column) -> Self {
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
fn best<'c>(columns: &'c [Column], score: impl Fn(&Column) -> Option<f64>) -> Option<&'c Column> {
    columns
        .iter()
        .filter_map(|column| Some((column, score(column)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(column, _)| column)
}

impl Ground<'_> {
    fn reads(&self, column: &Column) -> Vec<Option<Day>> {
        let texts: Vec<&str> = column.values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        self.calendar.days(&texts)
    }

    fn holds_a_date(&self, column: &Column) -> bool {
        let inside = column.places.iter().zip(self.spots).filter(|(at, (spot, _))| {
            at.zip(*spot).is_some_and(|(at, spot)| self.outline.is_within(spot, at))
        });
        inside.count() * 2 > column.count()
    }

    /// Letters of the values that belong to no date, on average.
    fn rest(&self, column: &Column) -> f64 {
        share(column.present().map(|value| self.words.rest(value)).sum(), column.count())
    }

    fn named(&self, column: &Column, stems: &[&str]) -> bool {
        column.names(self.outline).iter().any(|name| says(name, stems))
    }

    fn is_hidden(&self, column: &Column) -> bool {
        column.elements().any(|at| self.outline.get(at).is_some_and(|element| element.hidden))
    }

    /// The date, where it stands inside the items.
    pub(crate) fn date(&self) -> Option<Chosen> {
        let dated = self.spots.iter().filter(|(_, day)| day.is_some()).count();
        let column = best(self.columns, |column| {
            if matches!(&column.what, What::Attribute(name) if matches!(name.as_str(), "href" | "src" | "data-src")) {
                return None;
            }
            let days = self.reads(column);
            let agreeing = days
                .iter()
                .zip(self.spots)
                .filter(|(read, (_, day))| read.is_some_and(|read| day.is_none_or(|day| agree(read, day))))
                .count();
            let read = days.iter().flatten().count();
            if agreeing * 10 < dated * 7 || agreeing * 10 < read * 9 {
                return None;
            }
            let timed = share(days.iter().flatten().filter(|day| day.timed).count(), read);
            let year = share(days.iter().flatten().filter(|day| day.year_printed).count(), read);
            let machine = matches!(column.what, What::Attribute(_));
            let known = machine && matches!(&column.what, What::Attribute(name) if name == "datetime" || name == "content");
            let rest = (self.rest(column) / 12.0).min(4.0);
            let length = (column.mean_length() / 100.0).min(3.0);
            Some(
                6.0 * share(agreeing, self.items.len()) + 1.2 * timed + 0.7 * year + 0.5 * column.strength()
                    - if machine { 0.0 } else { rest }
                    - length
                    - if machine && !known { 0.4 } else { 0.0 }
                    + if known { 0.3 } else { 0.0 },
            )
        })?;
        Some(Chosen::of("date", column))
    }

    /// The time of day, where the date does not tell it; and the doors where they stand apart.
    pub(crate) fn times(&self, date: &Chosen) -> Vec<Chosen> {
        let texts: Vec<&str> = date.values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        let timed = self.calendar.days(&texts).iter().flatten().filter(|day| day.timed).count();
        if timed * 2 > date.found {
            return Vec::new();
        }
        let fits = |column: &Column, doors: Option<bool>| {
            if matches!(column.what, What::Attribute(_)) && !matches!(&column.what, What::Attribute(n) if n == "datetime") {
                return None;
            }
            let words = column.present().any(is_doors) || self.named(column, &["door", "einlass", "deur", "puerta", "drzwi"]);
            if doors.is_some_and(|doors| doors != words) || column.elements().any(|at| date.places.contains(&at)) {
                return None;
            }
            let texts: Vec<&str> = column.present().collect();
            let clocks = self.calendar.clocks(&texts).iter().filter(|clock| **clock).count();
            if clocks * 10 < column.count() * 7 || share(clocks, self.items.len()) < 0.2 || self.holds_a_date(column) {
                return None;
            }
            let named = if self.named(column, &["time", "hour", "uhr", "zeit", "tijd", "heure", "hora", "ora", "godz"]) { 0.5 } else { 0.0 };
            let rest = (self.rest(column) / 10.0).min(3.0);
            Some(4.0 * share(clocks, self.items.len()) + named + 0.5 * column.strength() - rest - column.mean_length() / 80.0)
        };
        let whole = best(self.columns, |column| fits(column, None));
        let Some(whole) = whole else { return self.clock_in_a_text().into_iter().collect() };
        let show = best(self.columns, |column| fits(column, Some(false)));
        let doors = best(self.columns, |column| fits(column, Some(true)));
        match (show, doors) {
            // Both stand apart, each without the other.
            (Some(show), Some(doors)) if show.elements().all(|at| !doors.elements().any(|d| self.outline.is_within(d, at))) => {
                vec![Chosen::of("time", show), Chosen::of("doors", doors)]
            }
            _ => vec![Chosen::of("time", whole)],
        }
    }

    /// The first time of day in a text that holds other things as well.
    fn clock_in_a_text(&self) -> Option<Chosen> {
        /// `20:00`, `20.30`, `20h30`, `8pm`, `20 Uhr`, with what makes it a time of day.
        const CLOCK: &str = r"(?i)\b(\d{1,2}[:.h]\d{2}(?:\s*[ap]\.?m)?|\d{1,2}\s*(?:[ap]\.?m\b|uhr\b|uur\b|h\b))";
        let clock = regex::Regex::new(CLOCK).ok()?;
        let cut = |column: &Column| -> Vec<Option<String>> {
            let first = |text: &String| Some(clock.captures(text)?.get(1)?.as_str().to_owned());
            column.values.iter().map(|value| value.as_ref().and_then(first)).collect()
        };
        let column = best(self.columns, |column| {
            if column.what != What::Text || column.mean_length() > 200.0 || column.selector.is_none() {
                return None;
            }
            let values = cut(column);
            let texts: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
            let clocks = self.calendar.clocks(&texts).iter().filter(|clock| **clock).count();
            let fits = clocks * 10 >= self.items.len() * 6 && !self.holds_a_date(column);
            fits.then(|| share(clocks, self.items.len()) + 0.3 * column.strength() - column.mean_length() / 100.0)
        })?;
        let values = cut(column);
        let selector = column.selector.as_ref().map(ToString::to_string).unwrap_or_default();
        Some(Chosen {
            found: values.iter().flatten().count(),
            written: json!({ "selector": selector, "pattern": CLOCK }),
            values,
            ..Chosen::of("time", column)
        })
    }

    /// The title; the date's own place only where nothing else has letters.
    pub(crate) fn title(&self) -> Option<Chosen> {
        let column = best(self.columns, |column| self.title_score(column))?;
        Some(Chosen::of("title", column))
    }

    fn title_score(&self, column: &Column) -> Option<f64> {
        const TITLE: &[&str] = &[
            "titl", "name", "headline", "heading", "artist", "band", "act", "summary", "titel", "titre", "titulo", "tytul", "nazwa",
            "headliner", "performer",
        ];
        const OTHER: &[&str] = &[
            "date", "time", "price", "venue", "location", "genre", "categor", "tag", "desc", "excerpt", "button", "btn", "support",
            "present", "ticket", "status", "badge", "age", "weekday", "month", "day", "subtitle", "sub", "promoter", "place",
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
        let place: usize = column.places.iter().zip(self.items).filter_map(|(at, item)| Some(at.as_ref()? - item)).sum();
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

    /// Links, pictures and what is told beside.
    pub(crate) fn others(&self, date: &Chosen, title: &Chosen) -> Vec<Chosen> {
        let mut chosen = links::links(self, title);
        let mut taken: BTreeSet<At> = title.places.union(&date.places).copied().collect();
        for (name, found) in [
            ("price", self.price()),
            ("age", self.age()),
            ("status", self.status(&taken)),
            ("support", self.support(&taken)),
            ("room", self.place(&taken)),
            ("genre", self.by_name(&taken, &["genre", "categor", "kategor", "style", "musik"], 40.0)),
            ("description", self.description(&taken)),
        ] {
            if let Some(column) = found {
                let name = if name == "room" && self.is_many_places(column) { "venue" } else { name };
                taken.extend(column.elements());
                chosen.push(Chosen::of(name, column));
            }
        }
        chosen
    }

    fn price(&self) -> Option<&Column> {
        best(self.columns, |column| {
            if matches!(column.what, What::Attribute(_)) || column.mean_length() > 200.0 || self.is_hidden(column) {
                return None;
            }
            let found = column.present().filter(|text| is_price(text)).count();
            if found == 0 || found * 10 < column.count() * 4 || column.selector.is_none() && self.items.len() < 2 {
                return None;
            }
            let named = if self.named(column, &["price", "cost", "preis", "prijs", "prix", "precio", "prezzo", "cena", "eintritt", "admission"]) { 1.0 } else { 0.0 };
            Some(4.0 * share(found, self.items.len()) + named + 0.5 * column.strength() - column.mean_length() / 60.0)
        })
    }

    fn age(&self) -> Option<&Column> {
        best(self.columns, |column| {
            if matches!(column.what, What::Attribute(_)) || column.mean_length() > 120.0 || self.is_hidden(column) {
                return None;
            }
            let found = column.present().filter(|text| ages::read(text).is_some()).count();
            if found == 0 || found * 10 < column.count() * 5 {
                return None;
            }
            Some(4.0 * share(found, self.items.len()) + 0.5 * column.strength() - column.mean_length() / 40.0)
        })
    }

    /// A badge: its text says nothing but a status, and not in every item.
    fn status(&self, taken: &BTreeSet<At>) -> Option<&Column> {
        best(self.columns, |column| {
            let text = column.what == What::Text && column.mean_length() <= 40.0;
            if !text || self.is_hidden(column) || column.elements().any(|at| taken.contains(&at)) {
                return None;
            }
            let found = column.present().filter(|text| is_status(text)).count();
            let everywhere = found == self.items.len() && self.items.len() >= 3;
            if found == 0 || everywhere || found * 2 < column.count() && !self.named(column, &["status", "badge", "label", "sold"]) {
                return None;
            }
            Some(4.0 * share(found, self.items.len()) + column.strength() + share(found, column.count()))
        })
    }

    fn support(&self, taken: &BTreeSet<At>) -> Option<&Column> {
        best(self.columns, |column| {
            let named = self.named(column, &["support", "opener", "opening", "guest", "vorband", "voorprogramma"]);
            let text = column.what == What::Text && column.mean_length() <= 160.0;
            let free = !column.elements().any(|at| taken.iter().any(|t| self.outline.is_within(*t, at)));
            let price = column.present().filter(|text| is_price(text) || is_ticket_word(text)).count();
            (named && text && free && price == 0 && column.variety() > 0.3).then(|| column.coverage() + column.strength() - column.mean_length() / 200.0)
        })
    }

    /// Where in the house, or in which house: what is the same everywhere is the source's own venue.
    fn place(&self, taken: &BTreeSet<At>) -> Option<&Column> {
        let stems = ["venue", "location", "room", "stage", "zaal", "salle", "sala", "saal", "hall", "raum", "lieu", "luogo", "miejsce"];
        self.by_name(taken, &stems, 80.0).filter(|column| {
            let distinct: BTreeSet<&str> = column.present().collect();
            distinct.len() >= 2
        })
    }

    fn is_many_places(&self, column: &Column) -> bool {
        let distinct: BTreeSet<&str> = column.present().collect();
        distinct.len() >= 4 && column.variety() > 0.3
    }

    /// Short texts whose names say what they are.
    fn by_name(&self, taken: &BTreeSet<At>, stems: &[&str], longest: f64) -> Option<&Column> {
        best(self.columns, |column| {
            let text = column.what == What::Text && column.selector.is_some() && column.mean_length() <= longest;
            let free = !column.elements().any(|at| taken.iter().any(|t| self.outline.is_within(*t, at)));
            let fits = text && free && self.named(column, stems) && self.rest(column) >= 2.0 && !self.is_hidden(column);
            fits.then(|| column.coverage() + 0.5 * column.strength() - column.mean_length() / 200.0)
        })
    }

    fn description(&self, taken: &BTreeSet<At>) -> Option<&Column> {
        best(self.columns, |column| {
            let free = !column.elements().any(|at| taken.iter().any(|t| self.outline.is_within(*t, at)));
            let text = column.what == What::Text && column.selector.is_some() && free;
            let named = self.named(column, &["desc", "excerpt", "summary", "blurb", "intro", "teaser", "text", "body", "content"]);
            let fits = text && column.variety() > 0.3 && column.mean_length() >= if named { 25.0 } else { 80.0 };
            fits.then(|| column.coverage() + if named { 0.5 } else { 0.0 } + 0.3 * column.strength() + (column.mean_length() / 400.0).min(1.0))
        })
    }
}

/// The same day; a year that is not printed may differ.
fn agree(a: Day, b: Day) -> bool {
    use chrono::Datelike as _;
    a.date == b.date || (!(a.year_printed && b.year_printed) && (a.date.month(), a.date.day()) == (b.date.month(), b.date.day()))
}

fn is_doors(text: &str) -> bool {
    crate::words::has_word(text, &["door", "einlass", "deur", "ouverture", "portes", "puertas", "apertura", "porte", "drzwi", "wejście"])
}

/// A price with a sign or word that says so; a number alone may be anything.
fn is_price(text: &str) -> bool {
    let marked = text.contains(['$', '€', '£', '¥', '₤', '₹'])
        || crate::words::has_word(
            text,
            &["eur", "usd", "cad", "gbp", "chf", "zł", "zl", "pln", "free", "gratis", "gratuit", "frei", "kostenlos", "libre", "wstęp", "pwyc", "donation", "spende", "cover"],
        );
    text.len() <= 400 && marked && prices::read(text, None).is_some()
}

/// Nothing but words such as "Tickets" or "Buy now".
fn is_ticket_word(text: &str) -> bool {
    text.chars().count() <= 24 && crate::words::has_word(text, crate::words::TICKETS)
}

fn is_status(text: &str) -> bool {
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

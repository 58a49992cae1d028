//! When an event is: the columns of its date, its time and its doors.

use serde_json::json;

use super::{
    blocks::share,
    columns::{Column, What},
    roles::{Chosen, Ground, best},
    spots::Day,
};

impl Ground<'_> {
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
            let known =
                machine && matches!(&column.what, What::Attribute(name) if name == "datetime" || name == "content");
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
        let mut chosen = Chosen::of("date", column);
        if let Some(months) = self.months {
            chosen.values = self.with_months(&column.values);
            chosen.written = json!([chosen.written, { "selector": months.selector.to_string(), "scope": "before" }]);
        }
        Some(chosen)
    }

    /// The time of day, where the date does not tell it; and the doors where they stand apart.
    pub(crate) fn times(&self, date: &Chosen) -> Vec<Chosen> {
        let texts: Vec<&str> = date.values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        let timed = self.calendar.days(&texts).iter().flatten().filter(|day| day.timed).count();
        if timed * 2 > date.found {
            return Vec::new();
        }
        let fits = |column: &Column, doors: Option<bool>| {
            if matches!(column.what, What::Attribute(_))
                && !matches!(&column.what, What::Attribute(n) if n == "datetime")
            {
                return None;
            }
            let words =
                column.present().any(is_doors) || self.named(column, &["door", "einlass", "deur", "puerta", "drzwi"]);
            if doors.is_some_and(|doors| doors != words) || column.elements().any(|at| date.places.contains(&at)) {
                return None;
            }
            let texts: Vec<&str> = column.present().collect();
            let clocks = self.calendar.clocks(&texts).iter().filter(|clock| **clock).count();
            if clocks * 10 < column.count() * 7 || share(clocks, self.items.len()) < 0.2 || self.holds_a_date(column) {
                return None;
            }
            let named = if self.named(column, &["time", "hour", "uhr", "zeit", "tijd", "heure", "hora", "ora", "godz"])
            {
                0.5
            } else {
                0.0
            };
            let rest = (self.rest(column) / 10.0).min(3.0);
            Some(
                4.0 * share(clocks, self.items.len()) + named + 0.5 * column.strength()
                    - rest
                    - column.mean_length() / 80.0,
            )
        };
        let whole = best(self.columns, |column| fits(column, None));
        let Some(whole) = whole else { return self.clock_in_a_text().into_iter().collect() };
        let show = best(self.columns, |column| fits(column, Some(false)));
        let doors = best(self.columns, |column| fits(column, Some(true)));
        match (show, doors) {
            // Both stand apart, each without the other.
            (Some(show), Some(doors))
                if show.elements().all(|at| !doors.elements().any(|d| self.outline.is_within(d, at))) =>
            {
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
}

/// The same day; a year that is not printed may differ.
fn agree(a: Day, b: Day) -> bool {
    use chrono::Datelike as _;
    a.date == b.date
        || (!(a.year_printed && b.year_printed) && (a.date.month(), a.date.day()) == (b.date.month(), b.date.day()))
}

fn is_doors(text: &str) -> bool {
    crate::words::has_word(
        text,
        &["door", "einlass", "deur", "ouverture", "portes", "puertas", "apertura", "porte", "drzwi", "wejście"],
    )
}

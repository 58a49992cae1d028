//! What is told beside date and title: links, price, age, status, support, place, genre, description.

use std::collections::BTreeSet;

use marquee_reading::ages;

use super::{
    blocks::share,
    columns::{Column, What},
    links,
    outline::At,
    roles::{Chosen, Ground, best, is_price, is_status, is_ticket_word},
};

impl Ground<'_> {
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
            let named = if self.named(
                column,
                &["price", "cost", "preis", "prijs", "prix", "precio", "prezzo", "cena", "eintritt", "admission"],
            ) {
                1.0
            } else {
                0.0
            };
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
            if found == 0
                || everywhere
                || found * 2 < column.count() && !self.named(column, &["status", "badge", "label", "sold"])
            {
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
            (named && text && free && price == 0 && column.variety() > 0.3)
                .then(|| column.coverage() + column.strength() - column.mean_length() / 200.0)
        })
    }

    /// Where in the house, or in which house: what is the same everywhere is the source's own venue.
    fn place(&self, taken: &BTreeSet<At>) -> Option<&Column> {
        let stems = [
            "venue", "location", "room", "stage", "zaal", "salle", "sala", "saal", "hall", "raum", "lieu", "luogo",
            "miejsce",
        ];
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
            let named = self
                .named(column, &["desc", "excerpt", "summary", "blurb", "intro", "teaser", "text", "body", "content"]);
            let fits = text && column.variety() > 0.3 && column.mean_length() >= if named { 25.0 } else { 80.0 };
            fits.then(|| {
                column.coverage()
                    + if named { 0.5 } else { 0.0 }
                    + 0.3 * column.strength()
                    + (column.mean_length() / 400.0).min(1.0)
            })
        })
    }
}

//! Venues, and who tells of them.

use chrono::NaiveDate;
use marquee_model::{Currency, Zone};

use crate::{dice::Dice, markup::Markup};

/// A city of the zoo: a zone, a currency, a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City {
    /// Its name, which is also its site's slug in lower case.
    pub name: &'static str,
    /// Its zone's name.
    pub zone: &'static str,
    /// Its currency's code.
    pub currency: &'static str,
    /// Its language's code.
    pub language: &'static str,
}

/// Cities, with clocks that change on different days, on the other half of the earth, and not at all.
pub const CITIES: &[City] = &[
    City { name: "toronto", zone: "America/Toronto", currency: "CAD", language: "en" },
    City { name: "chicago", zone: "America/Chicago", currency: "USD", language: "en" },
    City { name: "denver", zone: "America/Denver", currency: "USD", language: "en" },
    City { name: "phoenix", zone: "America/Phoenix", currency: "USD", language: "en" },
    City { name: "berlin", zone: "Europe/Berlin", currency: "EUR", language: "de" },
    City { name: "london", zone: "Europe/London", currency: "GBP", language: "en" },
    City { name: "sydney", zone: "Australia/Sydney", currency: "AUD", language: "en" },
];

/// How a house writes its titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TitleStyle {
    /// The act that the night is about.
    Plain,
    /// With those who open: `A w/ B, C`.
    With,
}

/// A venue.
#[derive(Debug, Clone)]
pub struct VenueDef {
    /// Its place in the list.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Its slug, and the name of its host.
    pub slug: String,
    /// Its city.
    pub city: City,
    /// Its zone.
    pub zone: Zone,
    /// Its currency.
    pub currency: Currency,
    /// What its site is made with.
    pub markup: Markup,
    /// How it writes titles.
    pub style: TitleStyle,
    /// Its rooms; fewer than two are not told.
    pub rooms: Vec<&'static str>,
    /// How often something is on, as a factor of the usual.
    pub busy: f64,
    /// Days on which it is closed, without any event.
    pub closed: Option<(NaiveDate, NaiveDate)>,
    /// The most events that its listing shows.
    pub most: Option<usize>,
}

const HOUSES: &[&str] = &[
    "Lantern",
    "Foundry",
    "Saddle",
    "Boathouse",
    "Arcade",
    "Granary",
    "Parlour",
    "Quay",
    "Depot",
    "Orpheum",
    "Cellar",
    "Greenhouse",
    "Tannery",
    "Observatory",
    "Mill",
];
const KINDS: &[&str] = &["Hall", "Room", "Ballroom", "Club", "Theatre", "Lounge", "Tavern"];
const ROOMS: &[&str] = &["Main Room", "Back Room", "Upstairs", "Terrace Stage"];

/// The venues of a world. The first so many cover every markup, so that a short run does as well.
pub(crate) fn venues(seed: u64, count: usize, start: NaiveDate) -> Vec<VenueDef> {
    (0..count)
        .map(|index| {
            let mut dice = Dice::new(seed, "venue", index);
            let markup = Markup::HOUSES.get(index % Markup::HOUSES.len()).copied().unwrap_or(Markup::JsonLd);
            let wanted: Vec<City> = CITIES.iter().copied().filter(|city| markup.is_of(city)).collect();
            let city = wanted.get((index + index / Markup::HOUSES.len()) % wanted.len().max(1)).or(CITIES.first());
            let city = city.copied().unwrap_or(City { name: "utc", zone: "UTC", currency: "USD", language: "en" });
            let name = format!("{} {}", HOUSES.get(index % HOUSES.len()).unwrap_or(&"House"), dice.pick(KINDS));
            let rooms = if dice.chance(0.4) { ROOMS.iter().copied().take(2 + dice.place(3)).collect() } else { vec![] };
            let from = start + chrono::TimeDelta::days(dice.between(150, 200));
            let closed = dice.chance(0.12).then(|| (from, from + chrono::TimeDelta::days(dice.between(30, 45))));
            VenueDef {
                index,
                slug: format!("{}-{index}", super::names::slug(&name)),
                name,
                city,
                zone: marquee_tests::sample::parse(city.zone),
                currency: marquee_tests::sample::parse(city.currency),
                markup,
                style: if dice.chance(0.35) { TitleStyle::With } else { TitleStyle::Plain },
                rooms,
                busy: 0.5 + f64::from(u32::try_from(dice.between(0, 70)).unwrap_or(0)) / 100.0,
                closed,
                most: dice.chance(0.12).then_some(15),
            }
        })
        .collect()
}

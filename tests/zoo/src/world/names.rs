//! Names of acts, tours and nights. None is a real act's; some are as awkward as real ones are.

use crate::dice::Dice;

const FIRST: &[&str] = &[
    "Copper", "Velvet", "Paper", "Glass", "Silent", "Electric", "Broken", "Golden", "Hollow", "Crooked", "Distant",
    "Marble", "Neon", "Northern", "Pale", "Rusty", "Salt", "Scarlet", "Slow", "Static", "Tender", "Wild", "Woven",
    "Amber", "Bitter", "Concrete", "Drowsy", "Emerald", "Feral", "Gentle", "Humming", "Iron",
];
const SECOND: &[&str] = &[
    "Lanterns",
    "Harbours",
    "Owls",
    "Tigers",
    "Comets",
    "Meadows",
    "Orchards",
    "Rivers",
    "Anchors",
    "Thieves",
    "Kites",
    "Choir",
    "Engines",
    "Mirrors",
    "Foxes",
    "Glaciers",
    "Herons",
    "Islands",
    "Jackals",
    "Kettles",
    "Ladders",
    "Magnets",
    "Nomads",
    "Oracles",
    "Pilots",
    "Quarry",
    "Ravens",
    "Signals",
    "Tides",
    "Umbrellas",
    "Vultures",
    "Whispers",
];
const GIVEN: &[&str] = &[
    "Ada", "Bruno", "Clara", "Dario", "Elif", "Frida", "Gustav", "Hana", "Ines", "Jonas", "Kaia", "Leif", "Mara",
    "Nils", "Oona", "Paulo", "Quinn", "Rosa", "Sven", "Tilda", "Uma", "Vera", "Wim", "Yara",
];
const FAMILY: &[&str] = &[
    "Brandt",
    "Castellan",
    "Dufour",
    "Eskola",
    "Farrow",
    "Grieve",
    "Holloway",
    "Ibarra",
    "Jansson",
    "Kowal",
    "Lindqvist",
    "Marchetti",
    "Nakamoto",
    "Oyelaran",
    "Pereira",
    "Quill",
    "Roswall",
    "Sandoval",
    "Tremblay",
    "Ulvang",
    "Vasquez",
    "Westerly",
    "Ybarra",
    "Zielinski",
];
const AWKWARD: &[&str] = &[
    "!?!",
    "+ / -",
    "MØRKE",
    "Ångbåt",
    "Café Tangíl",
    "Los Ñandúes",
    "Nørrebro 7",
    "Çelik & Sons",
    "Ö",
    "The The Owls",
    "D.O.O.R.",
    "Håv",
    "L'Étoile Noire",
    "Zażółć",
    "O’Malley’s Ghost",
    "R.I.V.E.R.",
];
const TOURS: &[&str] = &[
    "The Long Way Home Tour",
    "Album Release",
    "Ten Year Anniversary",
    "The Lighthouse Tour",
    "Acoustic Evening",
    "World Tour",
    "Farewell Tour",
    "Unplugged",
];
/// Nights that come again every week.
pub(crate) const SERIES: &[&str] = &[
    "Jazz Jam",
    "Open Mic",
    "Songwriters in the Round",
    "Soul Club",
    "Bluegrass Social",
    "Vinyl Night",
    "Salsa Night",
];
const FESTIVALS: &[&str] =
    &["Harbour Lights Festival", "Fuzz Fest", "Weekend of Noise", "Folk Days", "Nordic Festival"];
const HONOURED: &[&str] = &["The Velvet Comets", "Queen of Tides", "Fleet Meadow", "The Iron Pilots"];

/// An act.
pub(crate) fn act(dice: &mut Dice) -> String {
    match dice.between(0, 99) {
        0..=2 => dice.pick(AWKWARD).to_owned(),
        3..=27 => format!("{} {}", dice.pick(GIVEN), dice.pick(FAMILY)),
        28..=42 => format!("The {} {}", dice.pick(FIRST), dice.pick(SECOND)),
        43..=47 => format!("{} and the {}", dice.pick(GIVEN), dice.pick(SECOND)),
        _ => format!("{} {}", dice.pick(FIRST), dice.pick(SECOND)),
    }
}

/// A tribute act: several of them honour the same one under the same name.
pub(crate) fn tribute(dice: &mut Dice) -> String {
    format!("{} Tribute", dice.pick(HONOURED))
}

/// What stands behind an act's name.
pub(crate) fn tour(dice: &mut Dice) -> &'static str {
    dice.pick(TOURS)
}

/// A festival.
pub(crate) fn festival(dice: &mut Dice) -> &'static str {
    dice.pick(FESTIVALS)
}

/// The name with two letters in the wrong order, as somebody typed it.
pub(crate) fn typo(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let inner: Vec<usize> = (1..letters.len().saturating_sub(2))
        .filter(|&at| {
            let pair = (letters.get(at), letters.get(at + 1));
            matches!(pair, (Some(a), Some(b)) if a.is_ascii_lowercase() && b.is_ascii_lowercase() && a != b)
        })
        .collect();
    if let Some(&at) = inner.get(dice.place(inner.len())) {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// What a web address makes of a name.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "show".to_owned() } else { slug.to_owned() }
}

//! Words that invented names are made of. Nothing here is a real artist or venue on purpose.

use super::rng::Rng;

const ADJECTIVES: &[&str] = &[
    "Amber", "Broken", "Copper", "Distant", "Electric", "Feral", "Gentle", "Hidden", "Iron", "Jagged", "Lonesome",
    "Midnight", "Northern", "Old", "Pale", "Quiet", "Restless", "Silver", "Tender", "Ultra", "Violet", "Wild",
    "Yellow", "Young", "Crooked", "Drowsy", "Golden", "Holy", "Lucky", "Minor",
];
const NOUNS: &[&str] = &[
    "Antlers",
    "Bridges",
    "Cathedral",
    "Deer",
    "Engines",
    "Foxes",
    "Gardens",
    "Harvest",
    "Islands",
    "Jackals",
    "Kites",
    "Lanterns",
    "Mirrors",
    "Needles",
    "Oceans",
    "Pilots",
    "Quarry",
    "Rivers",
    "Sparrows",
    "Thieves",
    "Umbrellas",
    "Valleys",
    "Wolves",
    "Yards",
    "Zephyr",
    "Avalanche",
    "Basilisk",
    "Cartographers",
    "Dynamo",
    "Embers",
    "Falcon",
    "Glacier",
    "Horses",
    "Ivory",
    "Juniper",
    "Kingdom",
    "Lumen",
    "Meridian",
    "Nomads",
    "Orchard",
];
const FIRST: &[&str] = &[
    "Agnes", "Bruno", "Carla", "Dmitri", "Elif", "Fiona", "Greta", "Hassan", "Ingrid", "Jonas", "Katya", "Leon",
    "Maud", "Nils", "Olive", "Pavel", "Quentin", "Rosa", "Stefan", "Talia", "Ursula", "Viktor", "Wanda", "Ximena",
    "Yusuf", "Zuzana", "André", "Chloé", "Jürgen", "Søren", "Łucja", "Íñigo",
];
const LAST: &[&str] = &[
    "Abernathy",
    "Bielski",
    "Castellane",
    "Dorfmann",
    "Eriksen",
    "Fontaine",
    "Gallardo",
    "Hölzl",
    "Ivanova",
    "Jansma",
    "Kowalik",
    "Lindqvist",
    "Moreau",
    "Núñez",
    "Oyelaran",
    "Petrossian",
    "Quiroga",
    "Rasmussen",
    "Sørbø",
    "Takeda",
    "Ulloa",
    "Väisänen",
    "Wójcik",
    "Yamane",
    "Zeller",
    "Brânză",
    "Çelik",
    "Dąbrowa",
    "Bergström",
    "Le Goff",
];
const GERMAN: &[&str] = &[
    "Die Sternzähler",
    "Kapelle Blaumeise",
    "Fräulein Ungewiss",
    "Die Höhenflieger",
    "Straßenmusik Süd",
    "Grünspan & Rost",
    "Der Müde Mond",
    "Gebrüder Löwenzahn",
    "Wasserwerk Ost",
    "Die Pfützenspringer",
    "Nachtfahrt",
    "Sägewerk Soul",
];
const FRENCH: &[&str] = &[
    "Les Âmes Légères",
    "La Forêt Électrique",
    "Rue des Cerises",
    "Les Fées du Métro",
    "L'Écume",
    "Garçon Bleu",
    "Les Enfants Perdus du Lac",
    "Hôtel Minuit",
    "Vague à l'Âme",
    "Les Voix d'Été",
    "Chaussette Folle",
];
const SPANISH: &[&str] = &[
    "Los Pájaros Lentos",
    "La Niña de Cobre",
    "Corazón Portátil",
    "Señorita Trueno",
    "Los Ángeles Cansados",
    "Fuego en el Tejado",
    "Mañana Será Jueves",
    "Las Cigarras",
    "Tío Relámpago",
    "Canción Rota",
];
const DUTCH: &[&str] =
    &["De Zwarte Schapen", "Het Stille Orkest", "Meneer Regen", "De Fietsendieven", "Zusje Storm", "De Drie Bruggen"];
const POLISH: &[&str] =
    &["Czarne Łabędzie", "Śpiący Rycerze", "Żółta Łódź", "Zielone Światło", "Orkiestra Późna", "Dzikie Gęsi"];
const ITALIAN: &[&str] =
    &["I Gatti Lunari", "La Città Invisibile", "Gli Ultimi Treni", "Banda Caffè", "Perché No", "Orchestra del Ponte"];
const SIGNS: &[&str] = &[
    "???!",
    "K/L/M",
    "N.O.V.A.",
    "M!NT",
    "CA$H RIVER",
    "øya",
    "X-Ray 77",
    "Zone 9",
    "12 Monkeys in Love",
    "2NITE",
    "Ha Ha Ha",
    "R.O.O.M.",
];

/// An act's name.
pub(crate) fn act(rng: &mut Rng) -> String {
    match rng.below(20) {
        0..=5 => format!("{} {}", rng.pick(ADJECTIVES), rng.pick(NOUNS)),
        6..=7 => format!("The {} {}", rng.pick(ADJECTIVES), rng.pick(NOUNS)),
        8..=11 => person(rng),
        12 => format!("{} & the {}", person(rng), rng.pick(NOUNS)),
        13 => format!(
            "{} {}",
            rng.pick(NOUNS),
            rng.pick(&["Club", "Parade", "Society", "Machine", "Theory", "Department", "Union"])
        ),
        14 => format!("{} of {}", rng.pick(NOUNS), rng.pick(NOUNS)),
        15 => rng.pick(GERMAN).to_owned(),
        16 => rng.pick(FRENCH).to_owned(),
        17 => rng.pick(SPANISH).to_owned(),
        18 => rng.pick(&[DUTCH, POLISH, ITALIAN].concat()).to_owned(),
        _ => rng.pick(SIGNS).to_owned(),
    }
}

pub(crate) fn person(rng: &mut Rng) -> String {
    format!("{} {}", rng.pick(FIRST), rng.pick(LAST))
}

/// Acts of different names: none is within another.
pub(crate) fn acts(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut acts: Vec<String> = Vec::new();
    while acts.len() < count {
        let next = act(rng);
        let clash = |known: &String| {
            let (a, b) = (known.to_lowercase(), next.to_lowercase());
            a.split(' ').filter(|word| word.len() > 2).any(|word| b.split(' ').any(|other| other == word))
        };
        if !acts.iter().any(clash) {
            acts.push(next);
        }
    }
    acts
}

pub(crate) fn house(rng: &mut Rng) -> String {
    let name = rng.pick(&[
        "Pelican",
        "Foundry",
        "Orpheum",
        "Stag & Hen",
        "Harbourfront",
        "Granary",
        "Red Door",
        "Observatory",
        "Tramway",
        "Old Mill",
        "Kiln",
        "Parlour 9",
    ]);
    let kind = rng.pick(&["Tavern", "Theatre", "Hall", "Club", "Ballroom", "Social Club", "Lounge", "Music Hall", ""]);
    let the = if rng.percent(40) { "The " } else { "" };
    format!("{the}{name} {kind}").trim().to_owned()
}

pub(crate) fn town(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "Westmere",
        "Port Alder",
        "Brückstadt",
        "Saint-Loup",
        "Villaclara",
        "Oudekerk",
        "Nowe Sady",
        "Fairhaven, ON",
        "Eastport, ME",
        "Linden",
    ])
}

pub(crate) fn room(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "Main Room",
        "Back Room",
        "Front Room",
        "Upstairs",
        "Basement",
        "Studio",
        "Terrace",
        "Großer Saal",
        "Kleiner Saal",
        "Salle 2",
    ])
}

/// What a tour or record is called.
pub(crate) fn work(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => format!(
            "{} {}",
            rng.pick(&["Songs from", "Letters to", "Beyond", "After"]),
            rng.pick(&["the Shore", "Nowhere", "Home", "the Flood", "Babel"])
        ),
        1 => rng
            .pick(&["Homecoming", "Afterglow", "Vertigo", "Daylight", "Nocturnes", "Ritual", "Static Bloom"])
            .to_owned(),
        2 => format!("The {} Years", rng.pick(&["Lost", "Paper", "Salt", "Blue"])),
        _ => format!("{} Sky", rng.pick(&["Burning", "Second", "Low", "Glass"])),
    }
}

/// What an evening is called that is no act.
pub(crate) fn evening(rng: &mut Rng) -> String {
    let pool = [
        "Open Mic",
        "Trivia Night",
        "Karaoke Thursday",
        "Blues Jam",
        "Drag Bingo",
        "Stand-Up Showcase",
        "Swing Dance Night",
        "Vinyl Night",
        "Poetry Slam",
        "Goth Night",
        "Salsa Social",
        "Acoustic Sundays",
        "Quizabend",
        "Milonga",
        "Soirée Slam",
        "Noche de Boleros",
        "Impro-Abend",
        "Emerging Artists Series",
    ];
    rng.pick(&pool).to_owned()
}

pub(crate) fn presenter(rng: &mut Rng) -> String {
    rng.pick(&[
        "Bluebird Productions",
        "Radio Nova 88.1",
        "Small Rooms",
        "Konzertbüro Nord",
        "The Listening Society",
        "Collectif Oreille",
        "Nightjar Records",
        "Weekly Reader",
    ])
    .to_owned()
}

pub(crate) fn festival(rng: &mut Rng) -> String {
    rng.pick(&[
        "Riverbank Festival",
        "Tidewater Fest",
        "Klangspuren",
        "Festival Hors-Saison",
        "Semana Sonora",
        "Winterklang",
        "Letni Brzeg Festiwal",
        "New Ears",
    ])
    .to_owned()
}

/// Letters without accents, as machines that know only ASCII print them.
pub(crate) fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'ł' => "l".to_owned(),
            'Ł' => "L".to_owned(),
            'ø' => "o".to_owned(),
            'Ø' => "O".to_owned(),
            'ß' => "ss".to_owned(),
            '’' => "'".to_owned(),
            c => c.to_string(),
        })
        .collect()
}

/// A slip of the pen in a long word: two neighbours change places.
pub(crate) fn slip(text: &str, rng: &mut Rng) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let spots: Vec<usize> = (1..chars.len().saturating_sub(2))
        .filter(|i| chars[*i].is_ascii_lowercase() && chars[*i + 1].is_ascii_lowercase() && chars[*i] != chars[*i + 1])
        .collect();
    if text.chars().count() >= 9 && !spots.is_empty() {
        let at = spots[rng.below(spots.len())];
        chars.swap(at, at + 1);
    }
    chars.into_iter().collect()
}

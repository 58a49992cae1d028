//! The venues of Europe.

use crate::show::Show;

/// Leipzig, hand-made, in German.
pub(crate) const NASSER_HUND: &[Show] = &[
    Show {
        slug: "kapelle-kaputt",
        number: 301,
        title: "Kapelle Kaputt",
        support: "Blechbüchse 3000",
        in_days: 2,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "12 €",
        text: "Blasmusik, die man nicht reparieren kann.",
        ..Show::PLAIN
    },
    Show {
        slug: "frau-doktor-donner",
        number: 302,
        title: "Frau Doktor Donner",
        in_days: 4,
        starts: (20, 30),
        doors: Some((19, 30)),
        price: "10 bis 15 €",
        text: "Sprechstunde mit Schlagzeug.",
        ..Show::PLAIN
    },
    Show {
        slug: "fernweh-express",
        number: 303,
        title: "ABGESAGT: Fernweh-Express",
        in_days: 7,
        starts: (20, 0),
        doors: Some((19, 0)),
        price: "14,50 €",
        text: "Der Zug kommt nicht.",
        ..Show::PLAIN
    },
    Show {
        slug: "offene-buehne",
        number: 304,
        title: "Offene Bühne",
        in_days: 11,
        starts: (19, 30),
        price: "Eintritt frei",
        text: "Jeder darf, keiner muss.",
        ..Show::PLAIN
    },
    Show {
        slug: "die-stillen-teilhaber",
        number: 305,
        title: "Die Stillen Teilhaber – AUSVERKAUFT",
        in_days: 15,
        starts: (21, 0),
        doors: Some((20, 0)),
        price: "18 €",
        text: "Sehr leise, sehr teuer.",
        ..Show::PLAIN
    },
    Show {
        slug: "tanz-den-aktenordner",
        number: 306,
        title: "Tanz den Aktenordner",
        in_days: 38,
        starts: (22, 0),
        price: "8 €",
        text: "Bürotechno bis zum Feierabend.",
        ..Show::PLAIN
    },
];

/// Ghent, hand-made, with microdata, in Dutch.
pub(crate) const NATTE_KELDER: &[Show] = &[
    Show {
        slug: "de-lekkende-kraan",
        number: 1,
        title: "De Lekkende Kraan",
        support: "Druppel",
        in_days: 3,
        starts: (20, 0),
        price: "9.00",
        text: "Vier loodgieters en een contrabas.",
        ..Show::PLAIN
    },
    Show {
        slug: "fietsbel-ensemble",
        number: 2,
        title: "Het Fietsbel Ensemble",
        in_days: 6,
        starts: (20, 30),
        price: "12.00",
        text: "Rechts houden, links klinken.",
        ..Show::PLAIN
    },
    Show {
        slug: "mayonaise",
        number: 3,
        title: "Mayonaise (try-out)",
        in_days: 13,
        starts: (21, 0),
        price: "5.00",
        text: "Niet te lang in de zon laten staan.",
        ..Show::PLAIN
    },
    Show {
        slug: "winterslaap",
        number: 4,
        title: "Winterslaap: de nacht van de dutjes",
        in_days: 29,
        starts: (22, 0),
        price: "",
        text: "Breng een kussen mee.",
        ..Show::PLAIN
    },
];

//! The venue that changes between the two crawls.

use crate::show::Show;

/// Toronto, on The Events Calendar. `changed` is its second state: one show more, one called off in its title, one under
/// another title.
pub(crate) fn gravel_pit(changed: bool) -> Vec<Show> {
    let mut shows = vec![
        Show {
            slug: "the-damp-matches",
            number: 4101,
            title: "The Damp Matches",
            in_days: 1,
            starts: (20, 0),
            ends: Some((23, 0)),
            price: "$15",
            text: "Slow-burning indie from four people who cannot light anything.",
            ..Show::PLAIN
        },
        Show {
            slug: "trombone-emergency",
            number: 4102,
            title: "Trombone Emergency w/ Goose Etiquette",
            in_days: 2,
            starts: (21, 0),
            ends: Some((1, 0)),
            price: "$18 – $22",
            text: "Nine trombones, one exit.",
            ..Show::PLAIN
        },
        Show {
            slug: "matinee-nine-volt-nana",
            number: 4103,
            title: "Nine Volt Nana (matinee)",
            in_days: 4,
            starts: (15, 30),
            ends: Some((18, 0)),
            price: "Free",
            text: "Synth-pop with biscuits.",
            ..Show::PLAIN
        },
        Show {
            slug: "nine-volt-nana-late",
            number: 4104,
            title: "Nine Volt Nana (late show)",
            in_days: 4,
            starts: (22, 0),
            price: "$12",
            text: "The same without biscuits.",
            ..Show::PLAIN
        },
        Show {
            slug: "municipal-dream",
            number: 4105,
            title: "Municipal Dream",
            in_days: 6,
            starts: (20, 30),
            ends: Some((23, 30)),
            price: "$20",
            text: "Songs about zoning.",
            ..Show::PLAIN
        },
        Show {
            slug: "cousin-thunder",
            number: 4106,
            title: "Cousin Thunder & The Second Helpings",
            in_days: 9,
            starts: (21, 0),
            ends: Some((0, 30)),
            price: "$16",
            text: "Country for a large table.",
            ..Show::PLAIN
        },
        Show {
            slug: "open-stage-41",
            number: 4107,
            title: "Open Stage with Aunt Velocity",
            in_days: 12,
            starts: (19, 0),
            ends: Some((22, 0)),
            price: "Pay what you can",
            text: "Two songs each, no drum solos.",
            ..Show::PLAIN
        },
        Show {
            slug: "static-gretel",
            number: 4108,
            title: "Static Gretel + Hollow Ladder",
            in_days: 18,
            starts: (20, 0),
            ends: Some((23, 0)),
            price: "$14",
            text: "Noise of a friendly sort.",
            ..Show::PLAIN
        },
        Show {
            slug: "the-polite-riot",
            number: 4109,
            title: "The Polite Riot",
            in_days: 31,
            starts: (20, 0),
            ends: Some((23, 0)),
            price: "$25",
            text: "Please form a circle pit.",
            ..Show::PLAIN
        },
        Show {
            slug: "moss-boss",
            number: 4110,
            title: "Moss Boss",
            in_days: 44,
            starts: (21, 0),
            ends: Some((23, 59)),
            price: "$17",
            text: "Doom at the speed of moss.",
            ..Show::PLAIN
        },
    ];
    if changed {
        for show in &mut shows {
            match show.slug {
                "municipal-dream" => show.title = "[CANCELLED] Municipal Dream",
                "the-polite-riot" => show.title = "The Polite Riot with Bassoon Monsoon",
                _ => {}
            }
        }
        let added = Show {
            slug: "soup-for-sven",
            number: 4111,
            title: "Soup for Sven",
            in_days: 20,
            starts: (20, 0),
            ends: Some((22, 30)),
            price: "$13",
            text: "Added by popular demand, mostly Sven's.",
            ..Show::PLAIN
        };
        shows.insert(8, added);
    }
    shows
}

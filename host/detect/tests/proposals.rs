//! Proposals for invented hand-made pages in several languages and styles: what is found, and by which selectors.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

use chrono::NaiveDate;
use marquee_detect::{Hints, Proposal, propose};
use marquee_model::WebUrl;
use marquee_reading::{Document, DocumentLimits};

/// The proposals for a page of `pages/`, looked at on a day.
fn proposals(name: &str, today: &str) -> Vec<Proposal> {
    let file = format!("{}/tests/pages/{name}.html", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(file).unwrap();
    let url: WebUrl = "https://venue.example/programme".parse().unwrap();
    let document = Document::parse(&page, &url, &DocumentLimits::default()).unwrap();
    let hints = Hints { today: day(today), languages: vec![name.split('_').next().unwrap().to_owned()], order: None };
    propose(&document, &url, &hints)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A page, its day, and what must be found: how many events, the first and the last, and fields beside title and date.
type Case = (
    &'static str,
    &'static str,
    usize,
    (&'static str, &'static str),
    (&'static str, &'static str),
    &'static [&'static str],
);

const CASES: &[Case] = &[
    (
        "nl_agenda",
        "2026-05-01",
        4,
        ("2026-05-08", "De Lage Landen"),
        ("2026-06-06", "Polderpop Festival"),
        &["time", "event_url", "ticket_url", "price", "image_url", "room", "status"],
    ),
    (
        "de_tabelle",
        "2026-11-01",
        5,
        ("2026-11-06", "Nachtfalter Trio"),
        ("2026-12-05", "Adventssingen"),
        &["time", "price"],
    ),
    (
        "fr_jours",
        "2026-02-10",
        6,
        ("2026-02-13", "Les Marées"),
        ("2026-02-22", "Thé musical"),
        &["time", "event_url", "price"],
    ),
    (
        "pl_lista",
        "2026-04-10",
        4,
        ("2026-04-17", "Sowy Miejskie"),
        ("2026-05-09", "Pulsar i goście"),
        &["event_url", "ticket_url", "price"],
    ),
    (
        "en_tailwind",
        "2026-06-01",
        3,
        ("2026-06-04", "Copper Lanes"),
        ("2026-06-12", "The Slow Tide"),
        &["time", "event_url", "ticket_url", "price", "age"],
    ),
    ("nl_dl", "2026-10-01", 4, ("2026-10-03", "De Vliegende Hollanders"), ("2026-10-24", "Zilt"), &["time"]),
    ("de_zeilen", "2026-10-01", 4, ("2026-10-09", "Lindenblüten Quintett"), ("2026-10-31", "Geisterball"), &["price"]),
    ("fr_titres", "2026-03-01", 3, ("2026-03-05", "Orage Tranquille"), ("2026-03-15", "Quatuor du Marais"), &[]),
    (
        "en_split_date",
        "2026-11-01",
        4,
        ("2026-11-14", "The Paper Kites Club"),
        ("2026-12-02", "Wren & Co."),
        &["time", "event_url"],
    ),
    (
        "de_karten",
        "2026-09-01",
        3,
        ("2026-09-18", "Graue Wölfe im Regen"),
        ("2026-10-02", "Clubnacht: Funkhaus"),
        &["event_url", "ticket_url"],
    ),
    (
        "pl_karty",
        "2026-05-01",
        4,
        ("2026-05-12", "Mgła nad Odrą"),
        ("2026-05-30", "Chór Miejski: Wiosna"),
        &["time", "event_url", "price"],
    ),
    ("fr_mois", "2026-03-01", 4, ("2026-03-06", "Trio Lumen"), ("2026-04-11", "Bal folk"), &["time", "event_url"]),
    (
        "fr_blocs",
        "2026-11-01",
        3,
        ("2026-11-06", "Lumière basse"),
        ("2026-11-12", "La Gigue perpétuelle"),
        &["event_url", "ticket_url", "price", "image_url", "status"],
    ),
];

#[test]
fn hand_made_pages_in_any_language_are_found_whole_with_their_fields() {
    let mut wrong = Vec::new();
    for (name, today, count, first, last, fields) in CASES {
        let proposals = proposals(name, today);
        let Some(best) = proposals.first() else {
            wrong.push(format!("{name}: nothing is proposed"));
            continue;
        };
        let told = |place: Option<&(NaiveDate, String)>| place.map(|(day, title)| (day.to_string(), title.clone()));
        let expected = |(day, title): &(&str, &str)| Some(((*day).to_owned(), (*title).to_owned()));
        let absent: Vec<&&str> = fields
            .iter()
            .filter(|field| !best.fields.iter().any(|(name, found)| name == *field && *found > 0))
            .collect();
        let fits = best.found.len() == *count
            && told(best.found.first()) == expected(first)
            && told(best.found.last()) == expected(last)
            && absent.is_empty();
        if !fits {
            let configuration = serde_json::to_string_pretty(&best.configuration).unwrap();
            wrong.push(format!("{name}: {:?}\nabsent {absent:?}\n{:?}\n{configuration}", best.found, best.fields));
        }
    }
    println!("{} of {} pages as expected", CASES.len() - wrong.len(), CASES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn no_name_that_a_build_or_a_grid_makes_stands_in_a_proposal() {
    for (name, today, ..) in CASES {
        if let Some(proposal) = proposals(name, today).first() {
            let text = proposal.configuration.to_string();
            for made in ["css-", "col-md", "px-", "post-8", "elementor-55", ".p-4", ".mt-2"] {
                assert!(!text.contains(made), "{name}: {made} in {text}");
            }
        }
    }
}

#[test]
fn a_page_with_dates_and_no_listing_gets_no_listing() {
    let found = proposals("none_blog", "2026-05-01");
    assert!(found.iter().all(|proposal| proposal.found.len() <= 1), "{found:?}");
}

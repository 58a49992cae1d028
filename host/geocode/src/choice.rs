//! Whether an answer says where the venue is. Pure; when in doubt it does not: a venue without coordinates is missed on a map, one at the
//! wrong place sends people there.

use marquee_identity::same_house;

use crate::{Candidate, Question};

/// From this rank on a place is a house, or something in one; what is less exact is a street or a town (Nominatim's documentation, "Place
/// ranks").
const HOUSE_RANK: u8 = 28;

/// Metres within which two places are one: a house, its entrance and the bar in it are up to a block's length apart on the map.
const ONE_PLACE: f64 = 150.0;

/// By how much the best known of several places must be better known than the next. Houses have almost no importance, a concert hall with
/// an article in an encyclopedia 0.3 and more.
const CLEARLY: f64 = 0.2;

/// Kinds of things that are no venue, whatever they are called.
const NEVER: [&str; 8] =
    ["highway", "boundary", "place", "natural", "waterway", "landuse", "railway", "public_transport"];

/// What an answer comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is there.
    Found(Box<Candidate>),
    /// There is no house in the answer that it could be.
    Nothing(String),
    /// It could be either of several.
    Ambiguous(String),
}

/// Looks whether an answer says where the venue is: the house of the address, or the house of the name, in the right country, and no
/// other one.
#[must_use]
pub fn choose(question: &Question, answer: &[Candidate]) -> Verdict {
    if answer.is_empty() {
        return Verdict::Nothing("the service knows nothing of it".to_owned());
    }
    let mut fit: Vec<&Candidate> = answer.iter().filter(|place| fits(question, place)).collect();
    fit.sort_by(|a, b| b.importance.total_cmp(&a.importance));
    let Some((best, rest)) = fit.split_first() else {
        let first = answer.first().map_or("", |place| place.display_name.as_str());
        return Verdict::Nothing(format!("none of {} places is the house; the first is `{first}`", answer.len()));
    };
    let elsewhere = rest.iter().find(|other| metres(best, other) > ONE_PLACE);
    match elsewhere {
        Some(other) if best.importance < other.importance + CLEARLY => Verdict::Ambiguous(format!(
            "it could be `{}` or `{}`, {:.0} m apart",
            best.display_name,
            other.display_name,
            metres(best, other)
        )),
        _ => Verdict::Found(Box::new((*best).clone())),
    }
}

fn fits(question: &Question, place: &Candidate) -> bool {
    let abroad =
        question.country.as_ref().zip(place.country_code.as_ref()).is_some_and(|(asked, found)| asked != found);
    if abroad || place.place_rank < HOUSE_RANK {
        return false;
    }
    match &question.by_name {
        // A house of an address is a `place` of type `house`; anything at the address will do.
        None => place.category != "highway" && place.category != "boundary",
        Some(name) => {
            !NEVER.contains(&place.category.as_str())
                && place.name.as_deref().is_some_and(|found| same_house(found, name.as_str()).is_same())
        }
    }
}

/// Metres between two places, on a sphere; good to a metre within a town.
fn metres(a: &Candidate, b: &Candidate) -> f64 {
    const EARTH: f64 = 6_371_000.0;
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let (dlat, dlon) = (lat_b - lat_a, (b.lon - a.lon).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH * h.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(lat: f64, rank: u8, importance: f64, category: &str, name: &str) -> Candidate {
        Candidate {
            lat,
            lon: -79.38,
            display_name: format!("{name}, Toronto"),
            name: (!name.is_empty()).then(|| name.to_owned()),
            category: category.to_owned(),
            kind: "x".to_owned(),
            place_rank: rank,
            importance,
            country_code: Some("ca".to_owned()),
        }
    }

    fn asked(by_name: Option<&str>) -> Question {
        Question { parameters: Vec::new(), by_name: by_name.map(str::to_owned), country: Some("ca".to_owned()) }
    }

    fn word(verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Found(_) => "found",
            Verdict::Nothing(_) => "nothing",
            Verdict::Ambiguous(_) => "ambiguous",
        }
    }

    #[test]
    fn only_one_house_that_can_be_no_other_is_believed() {
        let abroad = Candidate { country_code: Some("us".to_owned()), ..place(43.65, 30, 0.0, "place", "") };
        for (what, by_name, answer, expected) in [
            ("the house of the address", None, vec![place(43.65, 30, 0.0, "place", "")], "found"),
            ("only the street", None, vec![place(43.65, 26, 0.1, "highway", "Mill St")], "nothing"),
            ("only the town", None, vec![place(43.65, 16, 0.8, "boundary", "Toronto")], "nothing"),
            ("abroad", None, vec![abroad], "nothing"),
            ("nothing", None, vec![], "nothing"),
            (
                "one house twice",
                None,
                vec![place(43.65, 30, 0.0, "place", ""), place(43.6505, 30, 0.0, "amenity", "Bar")],
                "found",
            ),
            (
                "two houses",
                None,
                vec![place(43.65, 30, 0.0, "place", ""), place(43.75, 30, 0.0, "place", "")],
                "ambiguous",
            ),
            ("by name", Some("Lantern Tavern"), vec![place(43.65, 30, 0.0, "amenity", "The Lantern Tavern")], "found"),
            ("another name", Some("Lantern Tavern"), vec![place(43.65, 30, 0.0, "amenity", "Mill Tavern")], "nothing"),
            ("a stop of the name", Some("Lantern"), vec![place(43.65, 30, 0.0, "highway", "Lantern")], "nothing"),
            (
                "two of the name",
                Some("Lantern"),
                vec![place(43.65, 30, 0.1, "amenity", "Lantern"), place(43.75, 30, 0.0, "amenity", "Lantern")],
                "ambiguous",
            ),
            (
                "a well-known one beside another",
                Some("Lantern"),
                vec![place(43.75, 30, 0.0, "amenity", "Lantern"), place(43.65, 30, 0.4, "amenity", "Lantern")],
                "found",
            ),
        ] {
            let verdict = choose(&asked(by_name), &answer);
            assert_eq!(word(&verdict), expected, "{what}: {verdict:?}");
        }
    }
}

//! Whether two names are one place's: the house, the room in it, the town behind it.

use marquee_model::VenueId;
use marquee_reading::text;

use super::{
    NameKey, RoomKey, Rooms,
    spelling::{Slip, slip},
};
use crate::{
    comparison::{Aspect, Comparison, Ledger, SETTLES, Thresholds},
    fold::{self, Gap, Word, join},
    words::{Sense, senses},
};

/// What is known of a place when names are compared. A bare name is one: `"The Garrison (Front Room)".into()`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// The venue's id, where it is known.
    pub id: Option<VenueId>,
    /// The name as printed, perhaps with a room and a town.
    pub name: &'a str,
    /// The room, where it is told apart from the name.
    pub room: Option<&'a str>,
    /// The town.
    pub city: Option<&'a str>,
    /// Latitude and longitude in degrees.
    pub coordinates: Option<(f64, f64)>,
}

impl<'a> From<&'a str> for Place<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, ..Self::default() }
    }
}

const THRESHOLDS: Thresholds = Thresholds { same: 0.85, different: 0.2 };

/// Two names of one spelling.
const EQUAL: f64 = 6.0;

/// Two names of different words.
const OTHER: f64 = -8.0;

/// A doubt that leaves equal names unsure.
const DOUBT: f64 = -5.5;

/// Metres within which two points are one door: what geocoders disagree by.
const ONE_DOOR: f64 = 80.0;

/// Metres from which on two points are two places.
const ELSEWHERE: f64 = 400.0;

/// Whether two names are one place's: the same house, and no two rooms of it. Rooms are kept apart, as each has its own stage, nights and
/// coordinates; a name without a room stands for the house. Symmetric.
#[must_use]
pub fn same_venue<'a, 'b>(a: impl Into<Place<'a>>, b: impl Into<Place<'b>>) -> Comparison {
    compare(&a.into(), &b.into(), true)
}

/// Whether two names are one house's, whatever the room. Symmetric.
#[must_use]
pub fn same_house<'a, 'b>(a: impl Into<Place<'a>>, b: impl Into<Place<'b>>) -> Comparison {
    compare(&a.into(), &b.into(), false)
}

fn compare(a: &Place<'_>, b: &Place<'_>, rooms: bool) -> Comparison {
    let mut ledger = Ledger::new(0.0);
    if let Some((a, b)) = a.id.zip(b.id) {
        let (weight, words) =
            if a == b { (2.0 * SETTLES, "one venue by its id") } else { (-2.0 * SETTLES, "two venues by their ids") };
        ledger.add(Aspect::Identifier, weight, words);
    }
    let (key_a, key_b) = (House::of(a), House::of(b));
    let near = towns(a, b, &key_a, &key_b, &mut ledger);
    houses(&key_a, &key_b, a.name == b.name, near, &mut ledger);
    if rooms && let (Some(a), Some(b)) = (&key_a.room, &key_b.room) {
        match a.compare(b) {
            Rooms::Same => ledger.add(Aspect::Room, 1.0, "the same room"),
            Rooms::Unsure => ledger.add(Aspect::Room, DOUBT, "rooms that may be one"),
            Rooms::Different => ledger.add(Aspect::Room, -2.0 * SETTLES, "two rooms of a house"),
        }
    }
    ledger.close(THRESHOLDS)
}

/// Whether anything but the name says that both are in one place; evidence for and against is noted.
fn towns(a: &Place<'_>, b: &Place<'_>, key_a: &House, key_b: &House, ledger: &mut Ledger) -> bool {
    let mut near = false;
    if let Some((one, other)) = a.coordinates.zip(b.coordinates) {
        let metres = distance(one, other);
        if metres <= ONE_DOOR {
            near = true;
            ledger.add(Aspect::Place, 1.5, "at one door");
        } else if metres > ELSEWHERE {
            ledger.add(Aspect::Place, -SETTLES, "far from each other");
        } else {
            ledger.add(Aspect::Place, -1.0, "near each other");
        }
    }
    let cities = |place: &Place<'_>, key: &House| -> Vec<String> {
        place.city.map(fold::folded).into_iter().chain(key.towns.iter().cloned()).collect()
    };
    let (in_a, in_b) = (cities(a, key_a), cities(b, key_b));
    if in_a.is_empty() || in_b.is_empty() {
        return near;
    }
    let meets = |x: &String, y: &String| x == y || contains_words(x, y) || contains_words(y, x);
    if in_a.iter().any(|x| in_b.iter().any(|y| meets(x, y))) {
        ledger.add(Aspect::Place, 0.5, "in one town");
        return true;
    }
    let address = |towns: &[String]| towns.iter().all(|town| town.chars().any(|c| c.is_ascii_digit()));
    if !address(&in_a) && !address(&in_b) {
        let sure = a.city.is_some() && b.city.is_some();
        ledger.add(Aspect::Place, if sure { -SETTLES } else { OTHER }, "in two towns");
    }
    near
}

fn contains_words(long: &str, short: &str) -> bool {
    format!(" {long} ").contains(&format!(" {short} "))
}

/// Metres between two points, on a sphere; good to a metre within a town.
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    const EARTH: f64 = 6_371_000.0;
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lat_b - lat_a, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH * h.clamp(0.0, 1.0).sqrt().asin()
}

fn houses(a: &House, b: &House, identical: bool, near: bool, ledger: &mut Ledger) {
    let (x, y) = (&a.key, &b.key);
    if x.words.is_empty() || y.words.is_empty() {
        let weight = if identical { EQUAL } else { OTHER };
        return ledger.add(Aspect::Name, weight, "a name without words");
    }
    if x.shares_spelling(y) {
        ledger.add(Aspect::Name, EQUAL, "the same house");
    } else if x.spellings.iter().any(|x| y.spellings.iter().any(|y| slip(x, y) == Some(Slip::Certain))) {
        ledger.add(Aspect::Name, 2.2, "the same house with a slip of the pen");
    } else {
        let (core_x, core_y) = (naming(x), naming(y));
        let mut kinds = (kinds(x), kinds(y));
        kinds.0.retain(|kind| !kinds.1.contains(kind));
        if !core_x.is_empty() && core_x == core_y {
            // "Lantern" and "Lantern Tavern", but not "Lantern Bar" and "Lantern Theatre".
            let one_says_more = kinds.0.is_empty() || self_free(y);
            let weight = match (one_says_more, near) {
                (true, true) => 3.0,
                (true, false) => 0.0,
                (false, true) => 0.0,
                (false, false) => -3.0,
            };
            ledger.add(Aspect::Name, weight, "the same house but for its kind");
        } else if x.spellings.iter().any(|x| y.spellings.iter().any(|y| slip(x, y).is_some())) {
            ledger.add(Aspect::Name, if near { 1.0 } else { 0.0 }, "one letter differs");
        } else {
            ledger.add(Aspect::Name, OTHER, "other houses");
        }
    }
    let shared = |a: &[String], b: &[String]| a.iter().any(|x| b.contains(x));
    match (a.asides.is_empty(), b.asides.is_empty()) {
        (true, true) => {}
        (false, false) if shared(&a.asides, &b.asides) => {}
        (false, false) => ledger.add(Aspect::Name, DOUBT, "told apart in brackets or behind a dash"),
        _ => ledger.add(Aspect::Name, -1.0, "one has a bracket"),
    }
}

/// Whether a name has no word for its kind.
fn self_free(key: &NameKey) -> bool {
    kinds(key).is_empty()
}

fn house_kind(word: &str) -> Option<&'static str> {
    senses(word).iter().find_map(|sense| if let Sense::House(kind) = sense { Some(*kind) } else { None })
}

/// The words that are not a kind of house.
fn naming(key: &NameKey) -> Vec<&str> {
    key.words.iter().map(String::as_str).filter(|word| house_kind(word).is_none()).collect()
}

fn kinds(key: &NameKey) -> Vec<&'static str> {
    key.words.iter().filter_map(|word| house_kind(word)).collect()
}

/// A place's name taken apart.
#[derive(Debug)]
struct House {
    key: NameKey,
    room: Option<RoomKey>,
    /// What stands behind commas: town, region, address.
    towns: Vec<String>,
    /// What stands in brackets or behind a dash and is no room.
    asides: Vec<String>,
}

impl House {
    fn of(place: &Place<'_>) -> Self {
        let words = fold::words(&text::clean(place.name));
        let mut house: Vec<Word> = Vec::new();
        let mut room = place.room.map(RoomKey::of);
        let (mut towns, mut asides) = (Vec::new(), Vec::new());
        let segments = segments(&words);
        // "Cellar at the Lantern", "Main Hall - Lantern": the room comes first.
        let first_is_room = match segments.as_slice() {
            [_, second, ..] if second.at => true,
            [first, second, ..] => RoomKey::is_only_room(first.words) && !RoomKey::is_room(second.words),
            _ => false,
        };
        for (i, segment) in segments.iter().enumerate() {
            let is_room = if i == 0 { first_is_room } else { !house.is_empty() && RoomKey::is_room(segment.words) };
            if is_room {
                room.get_or_insert_with(|| RoomKey::of_words(segment.words));
            } else if house.is_empty() {
                house = segment.words.to_vec();
            } else if segment.comma {
                towns.push(join(segment.words, " "));
            } else {
                asides.push(join(segment.words, " "));
            }
        }
        Self { key: NameKey::of_words(plain(house)), room, towns, asides }
    }
}

/// A segment that stands alone: its first word follows nothing.
fn plain(mut words: Vec<Word>) -> Vec<Word> {
    for word in &mut words {
        word.depth = 0;
        word.dashed = false;
    }
    if let Some(first) = words.first_mut() {
        first.gap = Gap::Start;
    }
    words
}

struct Segment<'w> {
    words: &'w [Word],
    /// Behind "at".
    at: bool,
    /// Behind a comma.
    comma: bool,
}

fn segments(words: &[Word]) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let (mut from, mut at, mut comma) = (0, false, false);
    let mut i = 1;
    while i <= words.len() {
        let word = words.get(i);
        let is_at =
            word.is_some_and(|word| matches!(word.text.as_str(), "at" | "@" | "chez" | "bei")) && i + 1 < words.len();
        let marked = word.is_none_or(|word| word.gap >= Gap::Mark);
        if marked || is_at {
            if let Some(words) = words.get(from..i).filter(|words| !words.is_empty()) {
                segments.push(Segment { words, at, comma });
            }
            (at, comma) = (is_at, word.is_some_and(|word| word.gap == Gap::Mark && !word.dashed && word.depth == 0));
            from = if is_at { i + 1 } else { i };
            i = from;
        }
        i += 1;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn rooms_of_one_house_are_kept_apart() {
        for (a, b, verdict) in [
            ("Lantern Tavern - Main Room", "Lantern Tavern", Verdict::Same),
            ("The Garrison (Front Room)", "The Garrison (Back Room)", Verdict::Different),
            ("The Garrison (Front Room)", "Garrison - Front", Verdict::Same),
            ("Lantern Tavern, Toronto, ON", "The Lantern Tavern", Verdict::Same),
            ("Dance Cave at Lantern Palace", "Lantern Palace", Verdict::Same),
            ("The Garage, Glasgow", "The Garage, London", Verdict::Different),
            ("Laterne (Großer Saal)", "Laterne - Kleiner Saal", Verdict::Different),
            ("Laterne (Großer Saal)", "Laterne, Main Hall", Verdict::Same),
            ("Lantern Theatre", "Lantern Theater", Verdict::Same),
            ("Lantern", "Lantern Tavern", Verdict::Unsure),
            ("Lantern Bar", "Lantern Theatre", Verdict::Different),
        ] {
            assert_eq!(same_venue(a, b).verdict, verdict, "{a} / {b}: {}", same_venue(a, b).in_words());
        }
        assert!(same_house("The Garrison (Front Room)", "The Garrison (Back Room)").is_same());
    }

    #[test]
    fn coordinates_tell_places_apart() {
        let at = |name, coordinates| Place { name, coordinates: Some(coordinates), ..Place::default() };
        let (here, there) = ((43.6490, -79.4227), (43.6590, -79.4227));
        assert!(same_venue(at("Lantern", here), at("Lantern Tavern", here)).is_same());
        assert_eq!(same_venue(at("Lantern", here), at("Lantern", there)).verdict, Verdict::Different);
    }
}

//! A gig's story in words: what it said when, who told of it, and what was wrong with their pages meanwhile.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::world::{World, gig::Gig};

/// The stories of all gigs whose title, at some time, contains this text.
#[must_use]
pub fn stories(world: &World, title: &str) -> String {
    let titled = |gig: &&Gig| gig.faces.iter().any(|(_, face)| face.title.contains(title));
    world.gigs.iter().flatten().filter(titled).map(|gig| story(world, gig)).collect()
}

fn story(world: &World, gig: &Gig) -> String {
    let mut words = String::new();
    let venue = world.venues.get(gig.venue).map_or("nowhere", |venue| venue.slug.as_str());
    let time = |at: DateTime<Utc>| at.format("%F %R").to_string();
    let _ = writeln!(words, "truth {} at {venue}, key {}", gig.id.0, gig.key);
    for (at, face) in &gig.faces {
        let (start, status, room) = (face.start, face.status, face.room.unwrap_or("-"));
        let _ = writeln!(
            words,
            "  {} {:?} {start} {status:?}, room {room}, price {:?}, bill {:?}",
            time(*at),
            face.title,
            face.price,
            face.acts
        );
    }
    if let Some((gone, back)) = gig.gone {
        let back = back.map_or_else(|| "for good".to_owned(), |back| format!("until {}", time(back)));
        let _ = writeln!(words, "  {} taken off the page without a word, {back}", time(gone));
    }
    for teller in world.tellers.iter().filter(|teller| teller.venue == gig.venue && teller.tells_of(gig)) {
        let lag = teller.lag(gig).num_hours();
        let _ =
            writeln!(words, "  told by source {} {} ({:?}), {lag} h behind", teller.index, teller.slug, teller.markup);
        let from = gig.announced();
        for spell in teller.spells.iter().filter(|spell| spell.until > from) {
            let _ = writeln!(words, "    {:?} from {} until {}", spell.fault, time(spell.from), time(spell.until));
        }
    }
    words
}

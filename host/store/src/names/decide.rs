//! Whom a printed name means, as far as names alone say; pure.

use marquee_identity::{Verdict, names::names_nobody, same_artist};
use uuid::Uuid;

use super::{
    artists::AssignedBy,
    keys::Named,
    roster::{Known, Roster},
};

/// What a name comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decided {
    /// One artist.
    One { artist: Uuid, by: AssignedBy },
    /// Nobody who is known.
    New,
    /// Several artists of one name: other evidence must tell.
    Several(Vec<Uuid>),
    /// No artist's name.
    Nobody,
}

/// Looks a name up. An alias that a person entered goes before every likeness.
pub(super) fn decide(named: &Named, roster: &Roster) -> Decided {
    let known = roster.of(named);
    let alias: Vec<&Known> = known.iter().copied().filter(|known| is_alias(known, named)).collect();
    if !alias.is_empty() {
        return settle(&alias, AssignedBy::Alias);
    }
    let same: Vec<&Known> = known.into_iter().filter(|known| is_same(known, named)).collect();
    if same.is_empty() {
        return if names_nobody(&named.name) { Decided::Nobody } else { Decided::New };
    }
    settle(&same, AssignedBy::Name)
}

fn settle(found: &[&Known], by: AssignedBy) -> Decided {
    match found {
        [only] => Decided::One { artist: only.id(), by },
        [first, rest @ ..] if rest.iter().all(|other| other.answers == first.answers) => {
            // Merged ones: the one that answers is meant, else whichever is older.
            let own = found.iter().find(|known| known.id() == known.answers).unwrap_or(first);
            Decided::One { artist: own.id(), by }
        }
        several => Decided::Several(several.iter().map(|known| known.id()).collect()),
    }
}

fn is_alias(known: &Known, named: &Named) -> bool {
    let is = |alias: &String| {
        *alias == named.name
            || Named::of(alias).is_some_and(|alias| alias.keys.iter().any(|key| named.keys.contains(key)))
    };
    known.artist.aliases.iter().any(is)
}

/// Whether the name is the artist's: it was printed so before, or it is the same name and unlike none of the spellings.
fn is_same(known: &Known, named: &Named) -> bool {
    if known.spellings.contains(&named.name) {
        return true;
    }
    let alike = |spelling: &String| {
        let shares = Named::of(spelling).is_some_and(|read| read.keys.iter().any(|key| named.keys.contains(key)));
        shares.then(|| same_artist(spelling.as_str(), named.name.as_str()).verdict)
    };
    let verdicts: Vec<Verdict> = known.spellings.iter().filter_map(alike).collect();
    same_artist(&known.artist, named.name.as_str()).is_same() && !verdicts.contains(&Verdict::Different)
}

#[cfg(test)]
mod tests {
    use marquee_identity::ArtistId;

    use super::*;

    fn roster(names: &[&str]) -> Roster {
        let mut roster = Roster::default();
        for (name, n) in names.iter().zip(1..) {
            roster.add(ArtistId::from_uuid(Uuid::from_u128(n)), &Named::of(name).unwrap());
        }
        roster
    }

    fn one(n: u128) -> Decided {
        Decided::One { artist: Uuid::from_u128(n), by: AssignedBy::Name }
    }

    #[test]
    fn ways_of_writing_mean_one_artist_and_names_that_say_more_another() {
        let roster = roster(&["The Grey Harbours", "!!!", "MØ", "+/-", "Nimbus (UK)", "Moon"]);
        for (name, decided) in [
            ("Grey Harbours", one(1)),
            ("GREY HARBOURS, The", one(1)),
            ("!!!", one(2)),
            ("!!! (Chk Chk Chk)", one(2)),
            ("Mø", one(3)),
            ("+/- {plus/minus}", one(4)),
            ("Nimbus", one(5)),
            ("Nimbus (US)", Decided::New),
            ("Moon Trio", Decided::New),
            ("Moon: A Tribute to Sun", Decided::New),
            ("Open Mic", Decided::Nobody),
            ("TBA", Decided::Nobody),
        ] {
            assert_eq!(decide(&Named::of(name).unwrap(), &roster), decided, "{name}");
        }
    }

    #[test]
    fn two_artists_of_one_name_are_both_told_of() {
        let roster = roster(&["Nimbus", "Nimbus"]);
        let several = Decided::Several(vec![Uuid::from_u128(1), Uuid::from_u128(2)]);
        assert_eq!(decide(&Named::of("NIMBUS").unwrap(), &roster), several);
    }

    #[test]
    fn an_alias_goes_before_a_likeness() {
        let mut roster = roster(&["Nimbus", "Grey Harbour"]);
        let id = Uuid::from_u128(2);
        roster.artists.get_mut(&id).unwrap().artist.aliases.push("Nimbus".to_owned());
        roster.file(id, &Named::of("Nimbus").unwrap());
        let decided = decide(&Named::of("nimbus").unwrap(), &roster);
        assert_eq!(decided, Decided::One { artist: id, by: AssignedBy::Alias });
    }
}

//! `[venue] aliases`, `former` and `[[venue.rooms]]`: what a venue is called beside its name, and the rooms in it.

use marquee_store::{DeclaredNames, DeclaredRoom};
use serde::Deserialize;

use super::SourceFileError;

/// Most names or rooms of one venue: the largest houses have a dozen.
const MOST: usize = 100;

/// The longest name, in characters.
const LONGEST: usize = 200;

/// A room, as a file declares it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredVenueRoom {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

/// Checks the names and rooms of a venue.
pub(super) fn read(
    aliases: Vec<String>,
    former: Vec<String>,
    declared: Vec<DeclaredVenueRoom>,
    bad: &impl Fn(&'static str, String) -> SourceFileError,
) -> Result<DeclaredNames, SourceFileError> {
    check("venue.aliases", &aliases, bad)?;
    check("venue.former", &former, bad)?;
    if declared.len() > MOST {
        return Err(bad("venue.rooms", format!("{} are more than {MOST}", declared.len())));
    }
    let mut rooms = Vec::with_capacity(declared.len());
    for room in declared {
        check("venue.rooms", std::slice::from_ref(&room.name), bad)?;
        check("venue.rooms", &room.aliases, bad)?;
        let coordinates = match (room.latitude, room.longitude) {
            (None, None) => None,
            (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
                Some((latitude, longitude))
            }
            _ => {
                let reason = "write latitude (-90 to 90) and longitude (-180 to 180), or neither";
                return Err(bad("venue.rooms", format!("`{}`: {reason}", room.name)));
            }
        };
        rooms.push(DeclaredRoom { name: room.name, aliases: room.aliases, coordinates });
    }
    Ok(DeclaredNames { aliases, former, rooms })
}

fn check(
    key: &'static str,
    names: &[String],
    bad: &impl Fn(&'static str, String) -> SourceFileError,
) -> Result<(), SourceFileError> {
    if names.len() > MOST {
        return Err(bad(key, format!("{} are more than {MOST}", names.len())));
    }
    match names.iter().find(|name| name.trim().is_empty() || name.chars().count() > LONGEST) {
        Some(name) => Err(bad(key, format!("`{name}` is no name: it is empty, or longer than {LONGEST} characters"))),
        None => Ok(()),
    }
}

//! Names: the artists behind the acts of bills, what venues are called beside their names, rooms, and persons' words about venues.
//!
//! Whether two names are one is `marquee_identity`'s to say; here is what is known under which name, and what follows. When bills are
//! written, each act gets its artist ([`assign_artists`]), in a few statements however long the listing is. Events that say that they are
//! elsewhere ask [`Places`]. Nothing here fetches, and nothing that a person decided is undone by a crawl.

mod alias;
mod artists;
mod assign;
mod bills;
mod decide;
mod evidence;
mod keys;
mod persons;
mod places;
mod rooms;
mod roster;
mod split;
mod venue_corrections;
mod venue_field;
mod venue_names;

pub(crate) use bills::assign_artists;
pub(crate) use keys::keys;
pub(crate) use places::Places;
pub(crate) use rooms::learn_rooms;
pub(crate) use venue_corrections::uphold;

pub use artists::{
    ArtistCursor, ArtistDecision, ArtistEventQuery, ArtistQuery, AssignedBy, NameKind, StoredArtist, StoredArtistName,
};
pub use assign::MOST_SPELLINGS;
pub use keys::LONGEST_NAME;
pub use persons::ArtistIntervention;
pub use split::ActsOf;
pub use venue_corrections::{MovedOn, VenueCorrection};
pub use venue_field::{CoordinatesFrom, VenueField};
pub use venue_names::{DeclaredNames, DeclaredRoom, StoredRoom, VenueName, VenueNameKind, VenueNames};

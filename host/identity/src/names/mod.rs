//! Names of artists and venues: their spellings folded, and whether two of them name one.
//!
//! [`NameKey`] is what a name says once the ways of writing it are taken away; [`same_artist`] and [`same_venue`] compare. A name that says
//! more than another (a trio, a son, a tribute, a town) is another name until something joins them: an alias that somebody entered, an
//! identifier of MusicBrainz. Nothing here knows any artist or venue.

mod artist;
mod key;
mod nobody;
mod room;
mod spelling;
mod tribute;
mod venue;

pub use artist::{Artist, ArtistId, ArtistKind, KnownArtist, same_artist};
pub use key::NameKey;
pub use nobody::names_nobody;
pub(crate) use room::{RoomKey, Rooms};
pub(crate) use tribute::Tribute;

pub use crate::fold::folded;
pub use venue::{Place, same_house, same_venue};

//! The venues' shows. All of it is invented: no venue, band or event here exists.

mod america;
mod europe;
mod gravel_pit;

pub(crate) use america::{BRASS_HERON, LANTERN_ROOM, PAPER_LIGHTHOUSE, SALT_HANGAR, TIN_WHISTLE, VELVET_OTTER};
pub(crate) use europe::{NASSER_HUND, NATTE_KELDER};
pub(crate) use gravel_pit::gravel_pit;

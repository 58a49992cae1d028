//! marquee-reading

pub mod ages;
pub mod dates;
pub mod performers;
pub mod prices;
pub mod status;
pub mod text;
pub mod zone;

//! The markup of the platforms, written for the demo after the structure that their templates emit.

pub(crate) mod events_calendar;
pub(crate) mod hand_made;
pub(crate) mod music_farm;
pub(crate) mod out_of_order;
pub(crate) mod rhp;
pub(crate) mod see_tickets;
pub(crate) mod squarespace;
pub(crate) mod structured;

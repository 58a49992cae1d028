//! What tests of the whole host share: databases of their own, and samples.

pub mod database;
pub mod guests;
pub mod mutations;
pub mod sample;
pub mod serving;
pub mod venues;

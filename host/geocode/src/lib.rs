//! Coordinates of venues from a Nominatim-compatible service: off unless configured, polite, cached.
//!
//! Stands beside the flow: where neither source file, page nor person gives a venue's coordinates, [`Geocoder`] asks for its address. It
//! takes turns at the service as crawls do at hosts (shared by all processes, egress rules included), asks nothing twice within the
//! answer's lifetime, and believes an answer only where it is a house and can be no other one ([`choose`]). What the file, a page or a
//! person says it never changes.
//!
//! The service's terms are the operator's to keep: of the public one at `nominatim.openstreetmap.org` see
//! <https://operations.osmfoundation.org/policies/nominatim/>: at most one request a second, a name and contact in every request, results
//! cached, no bulk. Its robots.txt is for crawlers of its pages and is not asked for.

mod answer;
mod choice;
mod error;
mod geocoder;
mod question;
mod settings;

pub use answer::Candidate;
pub use choice::{Verdict, choose};
pub use error::GeocodeError;
pub use geocoder::{Geocoder, Located, Outcome, Round};
pub use question::{Question, questions};
pub use settings::GeocodeSettings;

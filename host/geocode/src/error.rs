//! What can go wrong, by what the caller does next.

use marquee_fetch::FetchError;
use marquee_store::StoreError;

/// Why geocoding did not go on.
#[derive(Debug, thiserror::Error)]
pub enum GeocodeError {
    /// The settings cannot be meant: correct them.
    #[error("`{key}`: {reason}")]
    Settings {
        /// The key.
        key: &'static str,
        /// Why, with what to do.
        reason: String,
    },
    /// The service could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The service answered with something that is no answer of Nominatim's.
    #[error(
        "`{url}` answered with no list of places ({reason}); check that `geocode.url` is a Nominatim-compatible service"
    )]
    NoAnswer {
        /// The address, without the mail address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

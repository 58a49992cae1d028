//! What can go wrong while writing.

/// Why a list could not be written. The events are whatever the database holds, and every text is cleaned first; an error here is
/// a defect, to be logged, never to be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// JSON, JSON-LD, GeoJSON, JSON Feed or NDJSON.
    #[error("an event could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// CSV.
    #[error("an event could not be written as CSV: {0}")]
    Csv(#[from] csv::Error),
    /// RSS.
    #[error("a list could not be written as RSS: {0}")]
    Rss(#[from] rss::Error),
    /// Atom.
    #[error("a list could not be written as Atom: {0}")]
    Atom(#[from] atom_syndication::Error),
    /// A buffer in memory that does not take bytes.
    #[error("an event could not be written: {0}")]
    Io(#[from] std::io::Error),
}

//! The formats, with what they are called in an address and in HTTP.

/// A format in which events can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// The interface's own JSON.
    Json,
    /// schema.org's MusicEvent, as JSON-LD.
    JsonLd,
    /// iCalendar (RFC 5545, RFC 7986).
    Calendar,
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    JsonFeed,
    /// GeoJSON (RFC 7946).
    GeoJson,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// The interface's own JSON, one event a line.
    Ndjson,
}

impl Format {
    /// All of them. Where a request likes several equally well, the first of them is meant.
    pub const ALL: [Self; 9] = [
        Self::Json,
        Self::JsonLd,
        Self::Calendar,
        Self::Rss,
        Self::Atom,
        Self::JsonFeed,
        Self::GeoJson,
        Self::Csv,
        Self::Ndjson,
    ];

    /// How an address ends that asks for it, without the point.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLd => "jsonld",
            Self::Calendar => "ics",
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::JsonFeed => "jsonfeed",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// Its media type, without parameters.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonLd => "application/ld+json",
            Self::Calendar => "text/calendar",
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::JsonFeed => "application/feed+json",
            Self::GeoJson => "application/geo+json",
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// The value of `content-type`. Text and XML say their charset: RFC 6657 and RFC 7303 let a reader assume another one
    /// otherwise. JSON is always UTF-8 and has no such parameter (RFC 8259 section 11).
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Calendar => "text/calendar; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            other => other.media_type(),
        }
    }

    /// Its name, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::JsonLd => "JSON-LD (schema.org)",
            Self::Calendar => "iCalendar",
            Self::Rss => "RSS 2.0",
            Self::Atom => "Atom",
            Self::JsonFeed => "JSON Feed",
            Self::GeoJson => "GeoJSON",
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
        }
    }

    /// The format with this suffix.
    #[must_use]
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.suffix() == suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suffix_and_media_type_names_one_format() {
        for format in Format::ALL {
            assert_eq!(Format::of_suffix(format.suffix()), Some(format));
            assert_eq!(Format::ALL.iter().filter(|other| other.media_type() == format.media_type()).count(), 1);
            assert!(format.content_type().starts_with(format.media_type()));
        }
        assert_eq!(Format::of_suffix("ICS"), None);
    }
}

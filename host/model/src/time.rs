//! Zones: where a venue's wall clock hangs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An IANA time zone by name, such as `America/Toronto`.
///
/// The name comes from chrono-tz. Its rules do not: chrono-tz 0.10.4 carries data of 2025b, which is an hour wrong for some
/// zones this winter, so instants are computed in `marquee-reading` with newer data (docs/decisions/0004).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(chrono_tz::Tz);

/// Why a text is no [`Zone`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone: use an IANA name such as America/Toronto")]
pub struct NotAZone(String);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// The zone's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl FromStr for Zone {
    type Err = NotAZone;

    fn from_str(name: &str) -> Result<Self, NotAZone> {
        name.parse().map(Self).map_err(|_| NotAZone(name.chars().take(80).collect()))
    }
}

impl TryFrom<String> for Zone {
    type Error = NotAZone;

    fn try_from(name: String) -> Result<Self, NotAZone> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

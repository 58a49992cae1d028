//! The source files of the demo's venues: what an operator would write for them.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};

use crate::platforms::squarespace::COLLECTION;

/// A venue of the demo, as its source file declares it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Venue {
    /// Its slug, and the first part of its pages' paths.
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    site: (&'static str, &'static str),
    city: &'static str,
    state: &'static str,
    country: &'static str,
    pub(crate) zone: &'static str,
    language: &'static str,
    pub(crate) currency: &'static str,
    plugin: &'static str,
    /// The listing, below the venue's path. `{month}` is the month of the day on which the demo runs.
    listing: &'static str,
    default_age: &'static str,
    configuration: &'static str,
}

const AMERICA: (&str, &str) = ("america", "North America");
const EUROPE: (&str, &str) = ("europe", "Europe");

/// All venues, in the order of their names in tables.
pub(crate) const VENUES: &[Venue] = &[
    Venue {
        slug: "gravel-pit",
        name: "The Gravel Pit",
        site: AMERICA,
        city: "Toronto",
        state: "ON",
        country: "CA",
        zone: "America/Toronto",
        language: "en",
        currency: "CAD",
        plugin: "events-calendar",
        listing: "/events/list/",
        default_age: "19+",
        configuration: "",
    },
    Venue {
        slug: "velvet-otter",
        name: "The Velvet Otter",
        site: AMERICA,
        city: "Vancouver",
        state: "BC",
        country: "CA",
        zone: "America/Vancouver",
        language: "en",
        currency: "CAD",
        plugin: "squarespace",
        listing: "/api/open/GetItemsByMonth?month={month}&collectionId={collection}",
        default_age: "",
        configuration: "month_url = \"{base}/api/open/GetItemsByMonth?month={mm}-{yyyy}&collectionId={collection}\"\nmonths = 3\n",
    },
    Venue {
        slug: "lantern-room",
        name: "Lantern Room",
        site: AMERICA,
        city: "Portland",
        state: "OR",
        country: "US",
        zone: "America/Los_Angeles",
        language: "en",
        currency: "USD",
        plugin: "squarespace",
        listing: "/shows",
        default_age: "21+",
        configuration: "",
    },
    Venue {
        slug: "brass-heron",
        name: "The Brass Heron",
        site: AMERICA,
        city: "Chicago",
        state: "IL",
        country: "US",
        zone: "America/Chicago",
        language: "en",
        currency: "USD",
        plugin: "see-tickets",
        listing: "/calendar/",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "tin-whistle-hall",
        name: "Tin Whistle Hall",
        site: AMERICA,
        city: "Denver",
        state: "CO",
        country: "US",
        zone: "America/Denver",
        language: "en",
        currency: "USD",
        plugin: "rhp",
        listing: "/events/",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "paper-lighthouse",
        name: "The Paper Lighthouse",
        site: AMERICA,
        city: "Halifax",
        state: "NS",
        country: "CA",
        zone: "America/Halifax",
        language: "en",
        currency: "CAD",
        plugin: "json-ld",
        listing: "/",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "salt-hangar",
        name: "Salt Hangar",
        site: AMERICA,
        city: "Savannah",
        state: "GA",
        country: "US",
        zone: "America/New_York",
        language: "en",
        currency: "USD",
        plugin: "music-farm",
        listing: "/events",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "nasser-hund",
        name: "Zum Nassen Hund",
        site: EUROPE,
        city: "Leipzig",
        state: "SN",
        country: "DE",
        zone: "Europe/Berlin",
        language: "de",
        currency: "EUR",
        plugin: "css",
        listing: "/programm",
        default_age: "",
        configuration: r##"item = "#programm .abend"
marks = ["#programm h2"]
[configuration.fields]
title = ".wer a"
event_url = ".wer a@href"
date = ".datum"
time = { selector = ".zeit", pattern = "Beginn (.+)$" }
doors = { selector = ".zeit", pattern = "Einlass ([^,]+)," }
support = ".dazu"
price = ".eintritt"
description = ".text"
[configuration.empty]
selector = "#programm"
words = ["keine termine"]
"##,
    },
    Venue {
        slug: "natte-kelder",
        name: "De Natte Kelder",
        site: EUROPE,
        city: "Gent",
        state: "",
        country: "BE",
        zone: "Europe/Brussels",
        language: "nl",
        currency: "EUR",
        plugin: "json-ld",
        listing: "/agenda",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "quiet-parlour",
        name: "The Quiet Parlour",
        site: AMERICA,
        city: "Boston",
        state: "MA",
        country: "US",
        zone: "America/New_York",
        language: "en",
        currency: "USD",
        plugin: "events-calendar",
        listing: "/events/",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "cellar-49",
        name: "Cellar 49",
        site: AMERICA,
        city: "Montréal",
        state: "QC",
        country: "CA",
        zone: "America/Toronto",
        language: "en",
        currency: "CAD",
        plugin: "squarespace",
        listing: "/shows",
        default_age: "",
        configuration: "",
    },
    Venue {
        slug: "old-foundry",
        name: "The Old Foundry",
        site: AMERICA,
        city: "Pittsburgh",
        state: "PA",
        country: "US",
        zone: "America/New_York",
        language: "en",
        currency: "USD",
        plugin: "rhp",
        listing: "/events/",
        default_age: "",
        configuration: "",
    },
];

impl Venue {
    /// The venue of this slug.
    pub(crate) fn of(slug: &str) -> Option<&'static Self> {
        VENUES.iter().find(|venue| venue.slug == slug)
    }

    /// The text of its source file.
    pub(crate) fn source(&self, origin: &str, today: NaiveDate) -> String {
        let base = format!("{origin}/{}", self.slug);
        let month = format!("{:02}-{}", today.month(), today.year());
        let filled =
            |text: &str| text.replace("{base}", &base).replace("{month}", &month).replace("{collection}", COLLECTION);
        let mut file = format!("# One of the demo's invented venues.\nslug = \"{}\"\n", self.slug);
        let mut line = |text: std::fmt::Arguments<'_>| {
            let _ = writeln!(file, "{text}");
        };
        line(format_args!("site = {{ slug = \"{}\", name = \"{}\" }}", self.site.0, self.site.1));
        line(format_args!("url = \"{base}{}\"", filled(self.listing)));
        line(format_args!("plugin = \"{}\"", self.plugin));
        line(format_args!("zone = \"{}\"", self.zone));
        line(format_args!("languages = [\"{}\"]", self.language));
        line(format_args!("currency = \"{}\"", self.currency));
        if !self.default_age.is_empty() {
            line(format_args!("default_age = \"{}\"", self.default_age));
        }
        line(format_args!("\n[venue]\nslug = \"{}\"\nname = \"{}\"\ncity = \"{}\"", self.slug, self.name, self.city));
        if !self.state.is_empty() {
            line(format_args!("state = \"{}\"", self.state));
        }
        line(format_args!("country = \"{}\"", self.country));
        if !self.configuration.is_empty() {
            line(format_args!("\n[configuration]\n{}", filled(self.configuration).trim_end()));
        }
        file
    }
}

//! What the zoo is asked for on its command line.

use std::{path::PathBuf, str::FromStr};

use clap::{Parser, Subcommand};

/// A simulated year of venues, with the truth known: how right is what Marquee says, and what would other policies say?
#[derive(Debug, Parser)]
#[command(
    name = "zoo",
    after_help = "Examples:\n  cargo run -p zoo -- --seeds 1..20                     a year of 20 worlds (hours)\n  cargo run -p zoo -- --seeds 3 --days 60 --venues 19   a short look (a minute or two)\n  cargo run -p zoo -- --seeds 1..4 --json zoo.json      the counts as JSON as well\n  cargo run -p zoo -- --seeds 3 --days 60 --venues 19 story 'Slow Harbours'\n  cargo run -p zoo -- report zoo-1.json zoo-2.json      several runs as one\n\nA database server is needed: MARQUEE_TEST_DATABASE_URL, DATABASE_URL, or a private one that is started beside the build."
)]
pub struct Arguments {
    /// Worlds to run: a number, or the first and the last as in 1..20.
    #[arg(long, default_value = "1..3", value_name = "FIRST..LAST")]
    pub seeds: Seeds,
    /// Simulated days of each, 1 to 1000.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub days: u32,
    /// Venues of each; from 19 on every template is among them.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub venues: u16,
    /// Crawls of each venue's own page a day, 1 to 12; of sellers', promoters' and calendars' pages half as many, at least one.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub crawls: u32,
    /// Leaves the databases, and says where they are: `marquee history` reads them.
    #[arg(long)]
    pub keep: bool,
    /// Names every event that Marquee had wrong, in what, and for how many days.
    #[arg(long)]
    pub mistakes: bool,
    /// Where the counts are written as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// What else it can do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the zoo does beside running.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compiles a component from standard input: the zoo starts itself for this.
    #[command(hide = true)]
    CompilePlugin,
    /// Tells the lives of events, and what was wrong with the pages that told of them, in the world of the first seed.
    Story {
        /// A part of the title.
        title: String,
    },
    /// Sums up runs that were written with `--json`, as if they had been one.
    Report {
        /// The files. No seed may be in two of them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Seeds from one up to and with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl Seeds {
    /// All of them.
    pub fn all(self) -> impl Iterator<Item = u64> {
        self.first..=self.last
    }
}

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number =
            |text: &str| text.trim().parse::<u64>().map_err(|_| format!("`{text}` is not a seed: write a number"));
        let (first, last) = match text.split_once("..") {
            Some((first, last)) => (number(first)?, number(last.trim_start_matches('='))?),
            None => (number(text)?, number(text)?),
        };
        if first > last {
            return Err(format!("`{text}` has no seed in it: write the smaller number first"));
        }
        Ok(Self { first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_number_or_a_range_with_its_end() {
        assert_eq!("1..20".parse(), Ok(Seeds { first: 1, last: 20 }));
        assert_eq!("7".parse(), Ok(Seeds { first: 7, last: 7 }));
        assert!("5..2".parse::<Seeds>().is_err());
        assert!("x".parse::<Seeds>().is_err());
    }
}

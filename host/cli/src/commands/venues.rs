//! `marquee venues`: their names, rooms and coordinates, and persons' words about them.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use marquee_model::VenueId;
use marquee_store::{
    CoordinatesFrom, MAX_LIMIT, Store, StoredVenue, VenueField, VenueNameKind, VenueNames, VenueQuery,
};
use serde_json::Value;

use super::{author::author, said::Said};
use crate::{
    house::Database,
    settings::Settings,
    terminal::{or_dash, table},
};

#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    marquee venues list lantern\n  \
    marquee venues show ven_0198c0de...\n  \
    marquee venues alias ven_0198c0de... \"Old Mill\" --former --reason \"its name until 2019\"\n  \
    marquee venues correct ven_0198c0de... coordinates '[43.65, -79.38]' --reason \"the door is on Mill St\"\n  \
    marquee venues withdraw ven_0198c0de... coordinates --reason \"the file is right now\"\n\n\
    A correction holds against the source file until it is withdrawn; `show` tells where the file moved on underneath.")]
pub(crate) enum Venues {
    /// Shows venues by name.
    List {
        /// Only those whose name or city has every word of this in it.
        text: Option<String>,
        /// Print JSON, one venue a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows one venue: names, rooms, coordinates and where they are from, corrections.
    Show {
        /// The venue.
        venue: VenueId,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives a venue a further name, by which other sources may call it.
    Alias {
        /// The venue.
        venue: VenueId,
        /// The name.
        name: String,
        /// What it was called before.
        #[arg(long)]
        former: bool,
        #[command(flatten)]
        said: Said,
    },
    /// Takes a name away that a person entered.
    Unalias {
        /// The venue.
        venue: VenueId,
        /// The name.
        name: String,
    },
    /// Corrects a field.
    Correct {
        /// The venue.
        venue: VenueId,
        /// The field.
        field: Field,
        /// The value: text, `[latitude, longitude]` for coordinates, or `null`, which takes the value away.
        value: String,
        #[command(flatten)]
        said: Said,
    },
    /// Withdraws a correction: what the source file says is shown again.
    Withdraw {
        /// The venue.
        venue: VenueId,
        /// The field.
        field: Field,
        #[command(flatten)]
        said: Said,
    },
}

/// A field of a venue.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Field {
    Name,
    Address,
    City,
    State,
    PostalCode,
    Country,
    Coordinates,
    Zone,
    Url,
}

impl From<Field> for VenueField {
    fn from(field: Field) -> Self {
        match field {
            Field::Name => Self::Name,
            Field::Address => Self::Address,
            Field::City => Self::City,
            Field::State => Self::State,
            Field::PostalCode => Self::PostalCode,
            Field::Country => Self::Country,
            Field::Coordinates => Self::Coordinates,
            Field::Zone => Self::Zone,
            Field::Url => Self::Url,
        }
    }
}

pub(crate) async fn run(settings: &Settings, command: Venues) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let done = carry_out(&database.store, command).await;
    database.close().await?;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(store: &Store, command: Venues) -> Result<()> {
    match command {
        Venues::List { text, json } => list(store, text, json).await,
        Venues::Show { venue, json } => show(store, venue, json).await,
        Venues::Alias { venue, name, former, said } => {
            let kind = if former { VenueNameKind::Former } else { VenueNameKind::Alias };
            store.add_venue_name(venue, &name, kind, &said.decision()?, &author()).await?;
            println!("{venue} goes by `{}` as well.", name.trim());
            Ok(())
        }
        Venues::Unalias { venue, name } => {
            if !store.remove_venue_name(venue, &name, &author()).await? {
                bail!("nobody entered `{name}` for {venue}; a name of its source file is taken away there");
            }
            println!("{venue} does not go by `{}` any more.", name.trim());
            Ok(())
        }
        Venues::Correct { venue, field, value, said } => {
            let value = value_of(field.into(), &value)?;
            let done = store.correct_venue(venue, field.into(), &value, &said.decision()?, &author()).await?;
            println!("{} instead of {}, until withdrawn.", done.value, done.underneath);
            Ok(())
        }
        Venues::Withdraw { venue, field, said } => {
            match store.withdraw_venue_correction(venue, field.into(), &said.decision()?, &author()).await? {
                Some(done) => println!("{} again, instead of {}.", done.underneath, done.value),
                None => bail!("that field of {venue} is not corrected; `marquee venues show {venue}` shows what is"),
            }
            Ok(())
        }
    }
}

/// A value as it was typed: coordinates and `null` are JSON, all else is text.
fn value_of(field: VenueField, typed: &str) -> Result<Value> {
    if typed == "null" || field == VenueField::Coordinates {
        return serde_json::from_str(typed)
            .with_context(|| format!("`{typed}` is no value; write `[43.65, -79.38]` or `null`"));
    }
    Ok(Value::String(typed.to_owned()))
}

fn place(venue: &StoredVenue) -> Option<String> {
    let (latitude, longitude) = venue.venue.latitude.zip(venue.venue.longitude)?;
    let from = match venue.coordinates_from {
        Some(CoordinatesFrom::File) | None => "its file",
        Some(CoordinatesFrom::Page) => "a page",
        Some(CoordinatesFrom::Person) => "a person",
        Some(CoordinatesFrom::Geocoding) => "geocoding",
    };
    Some(format!("{latitude:.5}, {longitude:.5} (from {from})"))
}

async fn list(store: &Store, text: Option<String>, as_json: bool) -> Result<()> {
    let mut shown = table(["Venue", "Site", "City", "Coordinates", "Events", "Id"]);
    let mut after = None;
    loop {
        let batch =
            store.venues(&VenueQuery { text: text.clone(), after, limit: MAX_LIMIT, ..VenueQuery::default() }).await?;
        for venue in &batch.items {
            if as_json {
                println!(
                    "{}",
                    serde_json::json!({
                        "id": venue.venue.id, "slug": venue.venue.slug, "site": venue.site_slug, "name": venue.venue.name,
                        "city": venue.venue.city, "latitude": venue.venue.latitude, "longitude": venue.venue.longitude,
                        "coordinates_from": venue.coordinates_from, "events": venue.events,
                    })
                );
                continue;
            }
            shown.add_row([
                venue.venue.name.clone(),
                venue.site_slug.to_string(),
                or_dash(venue.venue.city.as_ref()),
                or_dash(place(venue)),
                venue.events.to_string(),
                venue.venue.id.to_string(),
            ]);
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    if !as_json {
        println!("{shown}");
    }
    Ok(())
}

async fn show(store: &Store, id: VenueId, as_json: bool) -> Result<()> {
    let Some(venue) = store.venue(id).await? else {
        bail!("there is no venue {id}; `marquee venues list` shows those that there are");
    };
    let VenueNames { names, rooms } = store.venue_names(id).await?;
    let corrections = store.venue_corrections(id).await?;
    if as_json {
        let rooms: Vec<Value> = rooms
            .iter()
            .map(|room| {
                serde_json::json!({
                    "name": room.name, "aliases": room.aliases, "coordinates": room.coordinates, "declared": room.declared,
                })
            })
            .collect();
        let shown = serde_json::json!({
            "venue": venue.venue, "coordinates_from": venue.coordinates_from, "names": names, "rooms": rooms,
            "corrections": corrections,
        });
        println!("{}", serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    println!("{}  {}", venue.venue.name, id);
    let parts =
        [&venue.venue.address, &venue.venue.city, &venue.venue.state, &venue.venue.postal_code, &venue.venue.country];
    let address: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    println!("  {}", address.join(", "));
    println!("  coordinates {}", or_dash(place(&venue)));
    for name in &names {
        let kind = if name.kind == VenueNameKind::Former { "formerly" } else { "also" };
        println!("  {kind} {} (from {})", name.name, name.added_by.as_deref().unwrap_or("its file"));
    }
    for room in &rooms {
        let also = if room.aliases.is_empty() { String::new() } else { format!(", also {}", room.aliases.join(", ")) };
        println!("  room {}{also}{}", room.name, if room.declared { "" } else { " (from a page)" });
    }
    for known in &corrections {
        let state = match (known.withdrawn_at, known.moved_on) {
            (Some(at), _) => format!("withdrawn {}", at.format("%Y-%m-%d")),
            (None, true) => "in force; ITS FILE MOVED ON".to_owned(),
            (None, false) => "in force".to_owned(),
        };
        println!(
            "  {:?} {} instead of {}, by {} {}: {} ({state})",
            known.field,
            known.value,
            known.underneath,
            known.decided_by,
            known.at.format("%Y-%m-%d"),
            known.reason
        );
    }
    Ok(())
}

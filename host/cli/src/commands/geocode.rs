//! `marquee geocode`: looks for the coordinates of venues that have none; and the same as upkeep, once a day.

use std::{process::ExitCode, time::Duration};

use anyhow::Result;
use clap::Args;
use marquee_geocode::{Geocoder, Outcome, Round};
use marquee_store::{Actor, Store};
use tokio_util::sync::CancellationToken;

use super::author::author;
use crate::{
    NOTHING_USABLE,
    house::{self, Database},
    settings::Settings,
    terminal::{short, table},
};

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee geocode --dry-run    what would be asked\n  marquee geocode --json\n\n\
    Off unless `geocode.url` names a Nominatim-compatible service; read its terms first. What a source file, a page or a person says of a \
    venue's coordinates is never changed. Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but something could not be asked.")]
pub(crate) struct Geocode {
    /// Ask nothing and change nothing: show what would be asked, and what is known from earlier answers.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, options: Geocode) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let Some(geocoder) = geocoder(settings, &database.store)? else {
        database.close().await?;
        println!(
            "Geocoding is off: `geocode.url` names no service. Venues have the coordinates that their source files, their pages or persons give."
        );
        return Ok(ExitCode::SUCCESS);
    };
    let round = geocoder.round(options.dry_run, &author().actor).await;
    database.close().await?;
    let round = round?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&round)?);
    } else {
        show(&round);
    }
    let failed = round.venues.iter().any(|venue| matches!(venue.outcome, Outcome::Failed { .. }));
    Ok(if failed { ExitCode::from(NOTHING_USABLE) } else { ExitCode::SUCCESS })
}

fn show(round: &Round) {
    if round.venues.is_empty() {
        println!("Every venue has coordinates.");
        return;
    }
    let mut shown = table(["Venue", "Outcome", "What"]);
    for venue in &round.venues {
        let (outcome, what) = match &venue.outcome {
            Outcome::Found { latitude, longitude, place } => {
                ("found", format!("{latitude:.5}, {longitude:.5}: {}", short(place, 80)))
            }
            Outcome::Nothing { reason } => ("nothing", reason.clone()),
            Outcome::Ambiguous { reason } => ("ambiguous", reason.clone()),
            Outcome::NoAddress => ("no address", "its source file gives neither city nor postal code".to_owned()),
            Outcome::WouldAsk { question } => ("would ask", question.clone()),
            Outcome::Failed { reason } => ("failed", reason.clone()),
        };
        shown.add_row([venue.name.clone(), outcome.to_owned(), what]);
    }
    println!("{shown}");
    println!("{} requests, {} answers from the cache.", round.requests, round.from_cache);
}

/// The geocoder, where a service is configured.
fn geocoder(settings: &Settings, store: &Store) -> Result<Option<Geocoder>> {
    let mut own = settings.clone();
    if let Some(agent) = &settings.geocode.user_agent {
        own.fetch.user_agent = agent.clone();
    }
    Ok(Geocoder::open(&settings.geocode, house::visitor(&own, store)?, store.clone(), house::clock())?)
}

/// Looks for coordinates once a day from the start on, until it is told to stop. Several processes may do so at once: they take turns at
/// the service, and what one found the others need not ask for.
pub(super) fn upkeep(
    settings: &Settings,
    store: &Store,
    stop: CancellationToken,
) -> Result<impl Future<Output = ()> + use<>> {
    const EVERY: Duration = Duration::from_secs(24 * 3600);
    // Without a service no visitor is made, and nothing is done at all.
    let geocoder = if settings.geocode.url.is_some() { geocoder(settings, store)? } else { None };
    Ok(async move {
        let Some(geocoder) = geocoder else { return };
        let mut days = tokio::time::interval(EVERY);
        loop {
            let round = async {
                days.tick().await;
                geocoder.round(false, &Actor::Host("geocoding".to_owned())).await
            };
            let done = tokio::select! {
                () = stop.cancelled() => return,
                done = round => done,
            };
            match done {
                Ok(round) => {
                    let found =
                        round.venues.iter().filter(|venue| matches!(venue.outcome, Outcome::Found { .. })).count();
                    tracing::info!(found, requests = round.requests, "venues without coordinates were looked for");
                }
                Err(error) => tracing::warn!(%error, "venues could not be looked for; trying again tomorrow"),
            }
        }
    })
}

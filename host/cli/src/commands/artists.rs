//! `marquee artists`: who the acts of bills are, and persons' words about them.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use marquee_identity::ArtistId;
use marquee_model::{EventId, Slug};
use marquee_store::{
    ActsOf, ArtistEventQuery, ArtistIntervention, ArtistQuery, MAX_LIMIT, NameKind, Store, StoredArtist,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{author::author, said::Said};
use crate::{
    house::{self, Database},
    settings::Settings,
    terminal::{or_dash, short, table},
};

#[derive(Subcommand)]
#[command(after_help = "Examples:\n  \
    marquee artists list \"grey harbour\"\n  \
    marquee artists show art_0198c0de...\n  \
    marquee artists alias art_0198c0de... \"Chk Chk Chk\" --reason \"how !!! is spoken\"\n  \
    marquee artists merge art_0198c0df... art_0198c0de... --reason \"a slip of the pen\"\n  \
    marquee artists split art_0198c0de... --site chicago --disambiguation \"the band from Chicago\" --reason \"two bands\"\n\n\
    Every decision is kept with who made it and why, holds against later crawls, and can be taken back: alias by unalias, merge by unmerge, \
    split by merging the two again.")]
pub(crate) enum Artists {
    /// Shows artists by name.
    List {
        /// Only those whose name or alias has every word of this in it.
        text: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print JSON, one artist a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows one artist: names, identifiers, coming events, what was decided and why.
    Show {
        /// The artist; an id that was merged shows the artist that answers for it.
        artist: ArtistId,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives an artist a further name. An artist that is known by this name alone is merged into it.
    Alias {
        /// The artist.
        artist: ArtistId,
        /// The name.
        name: String,
        #[command(flatten)]
        said: Said,
    },
    /// Takes an alias back.
    Unalias {
        /// The artist.
        artist: ArtistId,
        /// The alias.
        name: String,
        #[command(flatten)]
        said: Said,
    },
    /// One artist is another.
    Merge {
        /// The one that was taken for an artist of its own.
        from: ArtistId,
        /// The one that it is.
        into: ArtistId,
        #[command(flatten)]
        said: Said,
    },
    /// Takes a merge back: the artist answers for itself again.
    Unmerge {
        /// The artist that was merged.
        artist: ArtistId,
        #[command(flatten)]
        said: Said,
    },
    /// Some acts of an artist are another artist of the same name.
    #[command(group = clap::ArgGroup::new("acts").required(true))]
    Split {
        /// The artist.
        artist: ArtistId,
        /// What tells the other one apart: "the band from Ghent".
        #[arg(long, value_name = "TEXT")]
        disambiguation: String,
        /// The other one's events; may be given several times.
        #[arg(long = "event", value_name = "ID", group = "acts")]
        events: Vec<EventId>,
        /// The other one plays at this venue, by slug.
        #[arg(long, value_name = "SLUG", group = "acts")]
        venue: Option<Slug>,
        /// The other one plays in this site's venues, by slug.
        #[arg(long, value_name = "SLUG", group = "acts")]
        site: Option<Slug>,
        #[command(flatten)]
        said: Said,
    },
    /// Says which artist of MusicBrainz it is.
    Mbid {
        /// The artist.
        artist: ArtistId,
        /// The identifier; without it, the one that there is is taken away.
        mbid: Option<Uuid>,
        #[command(flatten)]
        said: Said,
    },
    /// Says what tells it from others of its name.
    Describe {
        /// The artist.
        artist: ArtistId,
        /// What tells it apart; without it, what there is is taken away.
        #[arg(long, value_name = "TEXT")]
        disambiguation: Option<String>,
        /// Its country, by the two letters of ISO 3166-1; without it, the one that there is is taken away.
        #[arg(long, value_name = "CODE")]
        country: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Looks up the artists of acts that were stored before artists were known.
    Assign,
}

pub(crate) async fn run(settings: &Settings, command: Artists) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let done = carry_out(&database.store, command).await;
    database.close().await?;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn carry_out(store: &Store, command: Artists) -> Result<()> {
    use ArtistIntervention as I;
    let (intervention, said) = match command {
        Artists::List { text, limit, json } => return list(store, text, limit, json).await,
        Artists::Show { artist, json } => return show(store, artist, json).await,
        Artists::Assign => return assign(store).await,
        Artists::Alias { artist, name, said } => (I::Alias { artist, name }, said),
        Artists::Unalias { artist, name, said } => (I::Unalias { artist, name }, said),
        Artists::Merge { from, into, said } => (I::Merge { from, into }, said),
        Artists::Unmerge { artist, said } => (I::Unmerge { artist }, said),
        Artists::Split { artist, disambiguation, events, venue, site, said } => {
            let acts = match (venue, site) {
                (Some(venue), _) => ActsOf::Venue(venue),
                (None, Some(site)) => ActsOf::Site(site),
                (None, None) => ActsOf::Events(events),
            };
            (I::Split { artist, acts, disambiguation }, said)
        }
        Artists::Mbid { artist, mbid, said } => (I::Identify { artist, mbid }, said),
        Artists::Describe { artist, disambiguation, country, said } => {
            (I::Describe { artist, disambiguation, country }, said)
        }
    };
    let about = store.intervene_artist(&intervention, &said.decision()?, &author()).await?;
    let artist = store.artist(about).await?.context("the artist is gone: another decision was made meanwhile")?;
    println!("{}: {} ({} events)", artist.artist.id, called(&artist), artist.events);
    Ok(())
}

fn called(artist: &StoredArtist) -> String {
    match &artist.artist.disambiguation {
        Some(apart) => format!("{} ({apart})", artist.artist.name),
        None => artist.artist.name.clone(),
    }
}

fn json(artist: &StoredArtist) -> serde_json::Value {
    let known = &artist.artist;
    serde_json::json!({
        "id": known.id, "name": known.name, "disambiguation": known.disambiguation, "country": known.country,
        "mbid": known.musicbrainz, "names": artist.names, "merged": artist.merged, "events": artist.events,
    })
}

async fn list(store: &Store, text: Option<String>, limit: u32, as_json: bool) -> Result<()> {
    let (mut left, mut after) = (limit, None);
    let mut shown = table(["Artist", "Id", "Events", "Also", "MusicBrainz"]);
    while left > 0 {
        let query = ArtistQuery { text: text.clone(), after, limit: left.min(MAX_LIMIT) };
        let batch = store.artists(&query).await?;
        left = left.saturating_sub(u32::try_from(batch.items.len()).unwrap_or(u32::MAX));
        for artist in &batch.items {
            if as_json {
                println!("{}", json(artist));
                continue;
            }
            let also: Vec<&str> =
                artist.names.iter().map(|name| name.name.as_str()).filter(|name| *name != artist.artist.name).collect();
            shown.add_row([
                called(artist),
                artist.artist.id.to_string(),
                artist.events.to_string(),
                short(&also.join(", "), 60),
                or_dash(artist.artist.musicbrainz),
            ]);
        }
        after = batch.next;
        if after.is_none() {
            break;
        }
    }
    if !as_json {
        println!("{shown}");
        if after.is_some() {
            println!("There are more: give a part of the name, or a higher --limit.");
        }
    }
    Ok(())
}

async fn show(store: &Store, id: ArtistId, as_json: bool) -> Result<()> {
    let Some(artist) = store.artist(id).await? else {
        bail!("there is no artist {id}; `marquee artists list` shows those that there are");
    };
    let today = house::clock().now().date_naive();
    let query = ArtistEventQuery { from: today.pred_opt(), limit: 20, ..ArtistEventQuery::default() };
    let events = store.artist_events(id, &query).await?;
    let decisions = store.artist_decisions(id).await?;
    let acts = store.why_artist(id, MAX_LIMIT).await?;
    if as_json {
        let mut shown = json(&artist);
        if let Some(members) = shown.as_object_mut() {
            let coming = events.items.iter().map(|event| event.id.to_string()).collect();
            members.insert("coming".to_owned(), coming);
            members.insert("decisions".to_owned(), serde_json::to_value(&decisions)?);
        }
        println!("{}", serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    if artist.artist.id != id {
        println!("{id} was merged; {} answers for it.", artist.artist.id);
    }
    println!("{}  {}", called(&artist), artist.artist.id);
    for name in artist.names.iter().filter(|name| name.name != artist.artist.name) {
        let kind = if name.kind == NameKind::Alias { "alias" } else { "printed" };
        println!("  also {} ({kind})", name.name);
    }
    println!(
        "  MusicBrainz {}, country {}",
        or_dash(artist.artist.musicbrainz),
        or_dash(artist.artist.country.as_ref())
    );
    println!("  {} events; coming:", artist.events);
    for event in &events.items {
        let act = acts.iter().find(|(of, _, _)| *of == event.id);
        let why = act.map_or_else(String::new, |(_, name, by)| format!("  ({name}: {})", by.in_words()));
        println!("    {}  {}  {}  {}{why}", event.start.date, event.venue.name, short(&event.title, 60), event.id);
    }
    for decision in &decisions {
        println!(
            "  {} {} by {}: {}  {}",
            decision.at.format("%Y-%m-%d"),
            decision.kind,
            decision.decided_by,
            decision.reason,
            decision.detail
        );
    }
    Ok(())
}

async fn assign(store: &Store) -> Result<()> {
    let mut acts = 0_u64;
    loop {
        match store.assign_old_acts(house::clock().now()).await? {
            0 => break,
            some => acts = acts.saturating_add(some),
        }
    }
    println!("{acts} acts were looked up.");
    Ok(())
}

/// Looks up the artists of acts that an older version stored, from the start on until all are known.
pub(super) async fn upkeep(store: Store, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match store.assign_old_acts(house::clock().now()).await {
            Ok(0) => return,
            Ok(acts) => tracing::info!(acts, "artists of acts of before were looked up"),
            Err(error) => {
                return tracing::warn!(%error, "artists of acts of before could not be looked up; say `marquee artists assign`");
            }
        }
    }
}

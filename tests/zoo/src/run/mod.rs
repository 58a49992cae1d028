//! Crawls a world by the real pipeline into a real database, day by day, and hands over what was seen, claimed and true.

pub mod claims;
pub mod house;
pub mod judged;
pub mod site;
pub mod story;
pub mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures::{StreamExt as _, stream};
use marquee_crawl::{Given, PageArchive, Pipeline};
use marquee_model::{Attribution, Clock, Event, FirstRequest, FollowLimits, Site as Town, Source, Venue, VenueId};
use marquee_normalize::NormalizeLimits;
use marquee_store::Store;
use marquee_tests::{database, guests::Setup, sample};
use serde_json::{Map, Value, json};

use crate::{
    dice::Dice,
    pages::fault,
    seen::{Claimed, SeenCrawl},
    truth::{TruthDay, TruthId},
    world::{
        World,
        gig::Gig,
        teller::{Role, Teller},
        venue::CITIES,
    },
};
use claims::{Claims, mark};
use house::House;
use site::{Pages, Site};
use told::Told;

/// Venues that are crawled at a time; the database has five connections.
const AT_A_TIME: usize = 4;

/// Takes in a run as it goes on.
pub trait Observer {
    /// Whether Marquee's claims right after this crawl are of use.
    fn wants(&self, _seen: &SeenCrawl) -> bool {
        false
    }
    /// A crawl, in the order of their time, with what Marquee claims right after it where that was wanted and is known.
    fn crawl(&mut self, seen: &SeenCrawl, marquee: Option<&[Claimed]>);
    /// One of Marquee's ids is answered for by another from now on.
    fn answers(&mut self, _old: &str, _new: &str) {}
    /// The end of a day: what is true, and what Marquee claims.
    fn day(&mut self, truth: &TruthDay, marquee: &[Claimed]);
}

/// What a run took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Crawls.
    pub crawls: u64,
    /// Crawls by the word of their outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Requests by host.
    pub requests: BTreeMap<String, u64>,
    /// Events that were read, in all crawls together.
    pub events: u64,
    /// The database, where it was kept.
    pub database: Option<String>,
}

/// A teller with what crawls it.
struct Crawled {
    teller: usize,
    site: Arc<Site>,
    source: Source,
    pipeline: Pipeline,
    /// What it listed last.
    last: Vec<(Event, Option<TruthId>)>,
}

/// How a world is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// Crawls of each venue's own page a day; of pages by others half as many, at least one.
    pub crawls_a_day: u32,
    /// Whether the database stays, to be looked into.
    pub keep: bool,
}

/// Runs a world to its end. `progress` is called after each day.
///
/// # Errors
/// The database or a crawl's record fails.
pub async fn run(
    world: &Arc<World>,
    house: &House,
    course: Course,
    observer: &mut dyn Observer,
    mut progress: impl FnMut(NaiveDate),
) -> Setup<Tally> {
    let database = database::fresh().await;
    let store = database.store().clone();
    let (mut venues, ids) = open(world, house, &store).await?;
    let claims = Claims::new(Arc::clone(world), store, ids);
    let (mut told, mut tally) = (Told::default(), Tally::default());
    let (mut current, mut read_up_to) = (BTreeMap::new(), 0);
    let mut day = world.span.start;
    while day < world.span.end {
        let crawled: Vec<Setup<Day>> = stream::iter(std::mem::take(&mut venues))
            .map(|tellers| {
                let (world, claims) = (Arc::clone(world), claims.clone());
                async move { tokio::spawn(a_day(world, claims, tellers, day, course.crawls_a_day)).await? }
            })
            .buffered(AT_A_TIME)
            .collect()
            .await;
        let mut looks = Vec::new();
        for venue in crawled {
            let Day { tellers, looks: own } = venue?;
            venues.push(tellers);
            looks.extend(own);
        }
        looks.sort_by_key(|look| (look.seen.at, look.seen.source));
        let at = looks.last().map_or_else(|| world.span.begins(), |look| look.seen.at);
        for Look { seen, claims } in looks {
            tally.crawls += 1;
            tally.events += u64::try_from(seen.events.len())?;
            *tally.outcomes.entry(seen.outcome.name()).or_default() += 1;
            let read: BTreeSet<TruthId> = seen.events.iter().filter_map(|(_, truth)| *truth).collect();
            if let Some(teller) = world.tellers.get(seen.source) {
                told.crawled(world, teller, seen.at, &read);
            }
            let is_known = claims.is_some();
            current.extend(claims.map(|claims| (seen.venue, claims)));
            let all: Option<Vec<Claimed>> =
                (is_known && observer.wants(&seen)).then(|| current.values().flatten().cloned().collect());
            observer.crawl(&seen, all.as_deref());
        }
        let (merged, last) = claims.merged(read_up_to).await?;
        read_up_to = last;
        merged.iter().for_each(|(old, new)| observer.answers(old, new));
        current = claims.from(day, None).await?;
        let all: Vec<Claimed> = current.values().flatten().cloned().collect();
        observer.day(&world.truth(day, at, &told), &all);
        database::still_used();
        progress(day);
        day = day + Days::new(1);
    }
    for crawled in venues.iter().flatten() {
        let host = crawled.source.url.host().to_owned();
        tally.requests.insert(host, crawled.site.requests.load(Ordering::SeqCst));
    }
    if course.keep {
        tally.database = Some(database.url().to_owned());
        // Dropping it drops the database.
        std::mem::forget(database);
    }
    Ok(tally)
}

/// A venue's day.
struct Day {
    tellers: Vec<Crawled>,
    looks: Vec<Look>,
}

/// A crawl, and what Marquee claims of the venue right after it, where something of it has vanished.
struct Look {
    seen: SeenCrawl,
    claims: Option<Vec<Claimed>>,
}

/// Declares sites, venues and sources, and opens a pipeline for each source. By venue, and with the venues' ids.
async fn open(
    world: &Arc<World>,
    house: &House,
    store: &Store,
) -> Setup<(Vec<Vec<Crawled>>, BTreeMap<VenueId, usize>)> {
    let towns: Vec<Town> = CITIES.iter().map(|city| sample::site(city.name)).collect();
    let venue = |def: &crate::world::venue::VenueDef| {
        let town = towns.iter().find(|town| town.slug.as_str() == def.city.name).or(towns.first());
        let town = town.ok_or("there is no city")?;
        Setup::Ok(Venue { zone: def.zone, ..sample::venue(town, &def.slug, &def.name) })
    };
    let venues: Vec<Venue> = world.venues.iter().map(venue).collect::<Setup<_>>()?;
    let sources = world.tellers.iter().map(|teller| source(world, teller, &venues));
    let sources: Vec<Source> = sources.collect::<Setup<_>>()?;
    let synced = store.sync_sources(&towns, &venues, &sources).await?;
    let mut by_venue: Vec<Vec<Crawled>> = world.venues.iter().map(|_| Vec::new()).collect();
    for teller in &world.tellers {
        let source = synced.sources.iter().find(|source| source.slug.as_str() == teller.slug);
        let source = source.ok_or_else(|| format!("the source {} was not taken", teller.slug))?.clone();
        let plugin = house.registry.get(&source.plugin).ok_or("a plugin is gone")?;
        if let Err(problems) = plugin.check_configuration(&source.configuration) {
            return Err(format!("{}: {problems:?}", teller.slug).into());
        }
        let site = Arc::new(Site::new(Arc::clone(world), teller.index));
        let pipeline = Pipeline::new(
            Arc::new(Pages(Arc::clone(&site))),
            Arc::clone(&house.registry),
            store.clone(),
            Arc::clone(&site) as Arc<dyn Clock>,
            NormalizeLimits::default(),
        )
        .keeping(Some(Arc::clone(&site) as Arc<dyn PageArchive>));
        if let Some(list) = by_venue.get_mut(teller.venue) {
            list.push(Crawled { teller: teller.index, site, source, pipeline, last: Vec::new() });
        }
    }
    let slugs: BTreeMap<&str, usize> = world.venues.iter().map(|venue| (venue.slug.as_str(), venue.index)).collect();
    let ids = synced.venues.iter().filter_map(|venue| Some((venue.id, *slugs.get(venue.slug.as_str())?))).collect();
    Ok((by_venue, ids))
}

fn source(world: &World, teller: &Teller, venues: &[Venue]) -> Setup<Source> {
    let (Some(def), Some(venue)) = (world.venues.get(teller.venue), venues.get(teller.venue)) else {
        return Err("a page of no venue".into());
    };
    let declared = teller.markup.declared(def);
    Ok(Source {
        slug: teller.slug.parse()?,
        url: format!("https://{}.example{}", teller.slug, declared.path).parse()?,
        plugin: declared.plugin.parse()?,
        configuration: declared.configuration,
        first_request: if declared.starts { FirstRequest::Plugin } else { FirstRequest::Get },
        languages: vec![def.city.language.to_owned()],
        currency: Some(def.currency),
        follow: FollowLimits { pages: 20, depth: 12, ..FollowLimits::default() },
        trust: teller.trust(),
        ..sample::source(venue)
    })
}

/// One day's crawls of one venue's tellers, in the order of their time.
async fn a_day(
    world: Arc<World>,
    claims: Claims,
    mut tellers: Vec<Crawled>,
    day: NaiveDate,
    crawls_a_day: u32,
) -> Setup<Day> {
    let number = usize::try_from((day - world.span.start).num_days())?;
    let mut times: Vec<(DateTime<Utc>, usize)> = Vec::new();
    for (place, crawled) in tellers.iter().enumerate() {
        let mut dice = Dice::new(world.seed, "schedule", crawled.teller * 1000 + number);
        // Who tells of other people's events is asked half as often.
        let is_house = world.tellers.get(crawled.teller).is_some_and(|teller| teller.role == Role::House);
        let turns = if is_house { crawls_a_day } else { crawls_a_day / 2 }.max(1);
        let every = 24 * 60 / i64::from(turns);
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
        for turn in 0..i64::from(turns) {
            // A place in the day for each source, and some minutes of chance.
            let usual = i64::try_from(crawled.teller * 37)? % (every - 60).max(1);
            times.push((midnight + TimeDelta::minutes(turn * every + usual + dice.between(0, 55)), place));
        }
    }
    times.sort_unstable();
    let mut looks = Vec::new();
    for (at, place) in times {
        let Some(crawled) = tellers.get_mut(place) else { continue };
        let seen = crawl(&world, crawled, day, at).await?;
        let vanished = |gigs: &Vec<Gig>| gigs.iter().any(|gig| gig.is_gone(at) && gig.is_ahead(at, day));
        let claims = match world.gigs.get(seen.venue).is_some_and(vanished) {
            true => claims.from(day, Some(crawled.source.venue)).await?.into_values().next().or(Some(Vec::new())),
            false => None,
        };
        looks.push(Look { seen, claims });
    }
    Ok(Day { tellers, looks })
}

async fn crawl(world: &World, crawled: &mut Crawled, day: NaiveDate, at: DateTime<Utc>) -> Setup<SeenCrawl> {
    crawled.site.set(at);
    let crawl = crawled.pipeline.crawl(&crawled.source, |_| ()).await?;
    let Source { venue, .. } = crawled.source;
    let teller = world.tellers.get(crawled.teller);
    let own = teller.map_or(usize::MAX, |teller| teller.venue);
    let sound = teller.is_none_or(|teller| fault(&teller.spells, at).is_none());
    if let Some(Given { events, .. }) = crawled.site.given() {
        let by = Attribution {
            source: crawled.source.id,
            crawl: crawl.id,
            page: marquee_model::Digest::of(b""),
            page_url: crawled.source.url.clone(),
            plugin: crawl.plugin.clone().unwrap_or_else(sample::plugin),
            fetched_at: at,
        };
        let events = events.into_iter().map(|event| whole(event, venue, &by));
        let events: Vec<Event> = events.collect::<Result<_, _>>()?;
        let truth = |event: &Event| {
            let id = mark(event.image_url.as_ref().map(marquee_model::WebUrl::as_str), event.description.as_deref())?;
            world.gig(id).filter(|gig| gig.venue == own).map(|gig| gig.id)
        };
        crawled.last = events.into_iter().map(|event| (event.clone(), truth(&event))).collect();
    }
    // A crawl that brought no page at all gives nothing, and is no confirmation of what was before.
    let is_read = crawl.tally.pages > 0 && crawl.plugin.is_some();
    let events = if is_read { crawled.last.clone() } else { Vec::new() };
    let (source, outcome, window) = (crawled.teller, crawl.outcome, crawl.window);
    Ok(SeenCrawl { at, day, source, venue: own, sound, outcome, window, events })
}

/// An event as it was normalised, from the form in which a crawl leaves it.
fn whole(mut fields: Map<String, Value>, venue: VenueId, by: &Attribution) -> Result<Event, serde_json::Error> {
    fields.remove("page_url");
    fields.insert("venue".to_owned(), json!(venue));
    fields.insert("attribution".to_owned(), json!(by));
    for list in ["performers", "genres"] {
        fields.entry(list).or_insert_with(|| json!([]));
    }
    serde_json::from_value(Value::Object(fields))
}

//! Sixty hosts and two hundred sources for a simulated week: every kind of robots.txt, weather, listing and schedule, by a seed.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use marquee_model::{Adaptive, Schedule, Zone};

use super::{HostScript, Robots, RobotsRules, Spell, VenueScript, Weather};
use crate::{mutations::Choices, sample};

/// Hosts.
pub const HOSTS: usize = 60;
/// Sources.
pub const SOURCES: usize = 200;

/// A world: its hosts, and what is to be crawled.
pub struct World {
    /// The hosts.
    pub hosts: Vec<HostScript>,
    /// The sources.
    pub sources: Vec<Planned>,
}

/// A source of the world.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its short name, which is its venue's.
    pub slug: String,
    /// The host of its listing.
    pub host: String,
    /// Its venue.
    pub venue: VenueScript,
    /// Its zone.
    pub zone: Zone,
    /// Its schedule.
    pub schedule: Schedule,
    /// Its own delay, in milliseconds.
    pub delay_ms: Option<u32>,
}

/// The name of a host.
#[must_use]
pub fn host_name(place: usize) -> String {
    format!("host-{place:02}.test")
}

/// Hosts from this one on are always well, and let everything but `/private/` be asked.
pub const WELL: usize = 28;

/// A world that begins at an instant and lasts some days; its longer troubles are laid out over these days.
#[must_use]
pub fn world(start: DateTime<Utc>, days: i64, seed: u64) -> World {
    let mut choices = Choices::new(seed);
    let mut hosts: Vec<HostScript> = (0..HOSTS).map(|place| host(place, start, days)).collect();
    let mut sources = Vec::with_capacity(SOURCES);
    for number in 0..SOURCES {
        let place = number % HOSTS;
        let slug = format!("venue-{number:03}");
        let venue = venue(&slug, number, &mut choices);
        if let Some(host) = hosts.get_mut(place) {
            host.venues.push(venue.clone());
        }
        sources.push(Planned {
            slug,
            host: host_name(place),
            venue,
            zone: zone(number),
            schedule: schedule(number, &mut choices),
            delay_ms: (place == 30).then_some(4_000),
        });
    }
    move_one(&mut hosts, &mut sources);
    World { hosts, sources }
}

/// One listing has moved to another host, where nobody else asks for it.
fn move_one(hosts: &mut [HostScript], sources: &mut [Planned]) {
    const FROM: usize = 21;
    const TO: usize = 40;
    let guest = VenueScript::small("guest");
    if let Some(source) = sources.get_mut(FROM) {
        source.venue.moved = Some(format!("http://{}:PORT{}", host_name(TO), guest.listing()));
        let moved = source.venue.clone();
        if let Some(venue) =
            hosts.get_mut(FROM).and_then(|host| host.venues.iter_mut().find(|venue| venue.slug == moved.slug))
        {
            *venue = moved;
        }
    }
    if let Some(host) = hosts.get_mut(TO) {
        host.venues.push(guest);
    }
}

fn venue(slug: &str, number: usize, choices: &mut Choices) -> VenueScript {
    let changes = [None, None, Some(TimeDelta::hours(7)), Some(TimeDelta::hours(30))];
    VenueScript {
        slug: slug.to_owned(),
        shows: choices.below(6),
        per_page: 3,
        details: number.is_multiple_of(9),
        private: number.is_multiple_of(2),
        changes: choices.one(&changes).copied().flatten(),
        etag: choices.below(3) > 0,
        last_modified: choices.below(2) > 0,
        moved: None,
    }
}

fn zone(number: usize) -> Zone {
    // The checker reads clocks by chrono-tz, on purpose another library than the host's. Zones of which it has old rules, such as that
    // of Vancouver, are left out (docs/decisions/0004).
    let zones = ["America/Toronto", "Europe/Berlin", "Asia/Tokyo", "America/Denver", "Australia/Sydney"];
    sample::parse(zones.get(number % zones.len()).copied().unwrap_or("UTC"))
}

fn schedule(number: usize, choices: &mut Choices) -> Schedule {
    let plain = Schedule { every_minutes: 360, jitter_minutes: 5, ..Schedule::default() };
    match number % 7 {
        0 => Schedule { every_minutes: 180, jitter_minutes: 0, ..plain },
        1 => Schedule { every_minutes: 720, jitter_minutes: 30, ..plain },
        2 => Schedule { cron: Some("30 4,16 * * *".to_owned()), ..plain },
        3 => Schedule { cron: Some(format!("{} */8 * * 1-6", choices.below(60))), jitter_minutes: 10, ..plain },
        4 => Schedule { adaptive: Some(Adaptive { at_least_minutes: 120, at_most_minutes: 1440 }), ..plain },
        5 => Schedule {
            every_minutes: 240,
            quiet: vec![["01:00".to_owned(), "06:30".to_owned()], ["23:15".to_owned(), "00:10".to_owned()]],
            ..plain
        },
        _ => plain,
    }
}

/// One host for each kind of trouble; the rest from [`WELL`] on is well.
fn host(place: usize, start: DateTime<Utc>, days: i64) -> HostScript {
    let mut host = HostScript { gzip: place % 3 == 1, ..HostScript::named(&host_name(place)) };
    let hour = |hours: i64| start + TimeDelta::hours(hours);
    // A share of the whole, in hours.
    let part = |share: i64| start + TimeDelta::hours(days * 24 * share / 100);
    let spell = |from, until, weather| Spell { from, until, weather };
    let daily = |from: i64, until: i64, weather: Weather| -> Vec<Spell> {
        (0..days).map(|day| spell(hour(day * 24 + from), hour(day * 24 + until), weather)).collect()
    };
    let private = RobotsRules {
        disallow: vec!["/private/".to_owned()],
        allow: vec![format!("/private/venue-{:03}/show/2", place + HOSTS)],
        ..RobotsRules::default()
    };
    let rules = |rules: RobotsRules| Robots::Rules(rules);
    let always = |robots: Robots| vec![(start, robots)];
    host.robots = always(rules(private.clone()));
    match place {
        0 => host.robots.clear(),
        1 => host.robots = always(Robots::Status(403)),
        2 => host.robots = always(rules(RobotsRules { crawl_delay: Some(5), ..private })),
        3 => host.robots = always(rules(RobotsRules { crawl_delay: Some(45), ..private })),
        4 => host.robots = always(rules(RobotsRules { ours: true, ..private })),
        5 => host.robots = always(Robots::Moved(Box::new(private))),
        6 => host.robots = always(rules(RobotsRules::closed())),
        7 => {
            host.robots = vec![
                (start, rules(private.clone())),
                (part(25), rules(RobotsRules::closed())),
                (part(60), rules(RobotsRules { crawl_delay: Some(10), ..private })),
            ];
        }
        8 => {
            let open = rules(private);
            host.robots = vec![(start, open.clone()), (part(20), Robots::Status(500)), (part(70), open)];
        }
        9 => host.robots = vec![(start, Robots::Status(503)), (part(50), rules(private))],
        10 => host.robots = vec![(start, Robots::Reset), (part(40), rules(private))],
        11 => host.weather = daily(9, 12, Weather::Status(429, Some(1_500))),
        12 => host.weather = daily(3, 6, Weather::StatusUntil(503, 2_400)),
        13 => host.weather = daily(14, 20, Weather::Status(503, None)),
        14 => host.weather = vec![spell(part(30), part(30) + TimeDelta::hours(3), Weather::Silent)],
        15 => host.weather = daily(7, 10, Weather::Reset),
        16 => host.weather = daily(11, 15, Weather::Half),
        17 => host.weather = daily(17, 22, Weather::Captcha),
        18 => host.weather = daily(5, 9, Weather::Nowhere),
        19 => host.weather = vec![spell(start, part(100), Weather::Slow(Duration::from_secs(8)))],
        20 => host.weather = vec![spell(part(15), part(35), Weather::Status(500, None))],
        22 => host.weather = daily(1, 4, Weather::Status(429, None)),
        23 => host.weather = vec![spell(part(10), part(25), Weather::Status(503, Some(200_000)))],
        24 => host.weather = daily(2, 3, Weather::Slow(Duration::from_secs(20))),
        25 => {
            // Now well, now not, so that a breaker half opens and closes again.
            host.weather = (0..days * 24)
                .step_by(2)
                .map(|at| spell(hour(at), hour(at) + TimeDelta::minutes(70), Weather::Status(502, None)))
                .collect();
        }
        26 => host.weather = daily(0, 24, Weather::Status(404, None)),
        27 => host.weather = vec![spell(part(45), part(55), Weather::Status(403, None))],
        _ => {}
    }
    host
}

//! The world of the zoo: venues, who tells of them, what is on, and what is true.

pub mod gig;
pub mod life;
pub mod names;
pub mod teller;
pub mod venue;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use marquee_model::{EventTime, Zone};
use marquee_reading::zone;

use crate::{
    markup::Markup,
    run::told::Told,
    truth::{TrueEvent, TruthDay, TruthId},
};
use gig::{Face, Gig};
use teller::Teller;
use venue::VenueDef;

/// The simulated days: from midnight (UTC) of the first up to midnight after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
}

impl Span {
    /// So many days from this one on.
    #[must_use]
    pub fn days(start: NaiveDate, days: u32) -> Self {
        Self { start, end: start + Days::new(u64::from(days)) }
    }

    /// The first instant.
    #[must_use]
    pub fn begins(self) -> DateTime<Utc> {
        self.start.and_time(NaiveTime::MIN).and_utc()
    }

    /// The instant after the last.
    #[must_use]
    pub fn ends(self) -> DateTime<Utc> {
        self.end.and_time(NaiveTime::MIN).and_utc()
    }
}

/// A world.
#[derive(Debug)]
pub struct World {
    /// What it was made of.
    pub seed: u64,
    /// When it is looked at.
    pub span: Span,
    /// The venues.
    pub venues: Vec<VenueDef>,
    /// What tells of them; a venue's own site first.
    pub tellers: Vec<Teller>,
    /// Everything that is ever on, by venue.
    pub gigs: Vec<Vec<Gig>>,
}

impl World {
    /// The world of this seed.
    #[must_use]
    pub fn new(seed: u64, venues: usize, span: Span) -> Self {
        let venues = venue::venues(seed, venues, span.start);
        let mut next = 1;
        let gigs = venues.iter().map(|venue| life::gigs(venue, span, seed, &mut next)).collect();
        let tellers = teller::tellers(seed, &venues, span);
        Self { seed, span, venues, tellers, gigs }
    }

    /// The gig with this id.
    #[must_use]
    pub fn gig(&self, id: TruthId) -> Option<&Gig> {
        // Ids count on from venue to venue, and within a venue in the order of its list.
        let venue = self.gigs.iter().rfind(|gigs| gigs.first().is_some_and(|first| first.id <= id))?;
        venue.binary_search_by_key(&id, |gig| gig.id).ok().and_then(|place| venue.get(place))
    }

    /// What is true of the events of this day and later, as far as it was told by now.
    #[must_use]
    pub fn truth(&self, day: NaiveDate, at: DateTime<Utc>, told: &Told) -> TruthDay {
        let mut truth = TruthDay { day, at, events: Vec::new(), vanished: Vec::new() };
        for (venue, gigs) in self.venues.iter().zip(&self.gigs) {
            for gig in gigs {
                let Some(told) = told.of(gig.id) else { continue };
                let Some(face) = gig.face(told).filter(|face| face.start.date() >= day) else { continue };
                match gig.gone {
                    Some((gone, _)) if gig.is_gone(told) => truth.vanished.push((gig.id, self.last_told(gig, gone))),
                    _ => truth.events.push(true_event(gig, face, venue)),
                }
            }
        }
        truth
    }

    /// When the last of those who tell of a gig takes it off.
    fn last_told(&self, gig: &Gig, gone: DateTime<Utc>) -> DateTime<Utc> {
        let others = self.tellers.iter().filter(|teller| teller.venue == gig.venue && teller.tells_of(gig));
        others.map(|teller| gone + teller.lag(gig)).max().unwrap_or(gone)
    }
}

fn true_event(gig: &Gig, face: &Face, venue: &VenueDef) -> TrueEvent {
    let prints = venue.markup.prints();
    let title = life::styled(face, venue.style);
    let acts = if prints.acts { face.acts.clone() } else { Vec::new() };
    TrueEvent {
        id: gig.id,
        venue: venue.index,
        support: if prints.support { acts.iter().skip(acts.len() - face.openers).cloned().collect() } else { vec![] },
        acts,
        title,
        start: time(face.start, prints.time, venue.zone),
        status: if prints.status(face.status) { face.status } else { marquee_model::Status::Scheduled },
        doors: face
            .doors
            .filter(|_| prints.doors)
            .map(|doors| time(face.start.date().and_time(doors), true, venue.zone)),
        room: face.room.filter(|_| prints.room).map(str::to_owned),
        price: face.price.filter(|_| prints.price).and_then(|price| Markup::price(price, venue.currency)),
        ticket_url: prints.ticket.then(|| marquee_tests::sample::parse(&ticket_url(gig, venue))),
    }
}

/// Where tickets of a gig are sold.
pub(crate) fn ticket_url(gig: &Gig, venue: &VenueDef) -> String {
    format!("https://tickets.example/{}/{}", venue.slug, gig.key)
}

fn time(local: chrono::NaiveDateTime, told: bool, zone: Zone) -> EventTime {
    let (utc, resolution) = zone::resolve(local, zone);
    match told {
        true => EventTime { date: local.date(), time: Some(local.time()), zone, utc: Some(utc), resolution },
        false => {
            EventTime { date: local.date(), time: None, zone, utc: None, resolution: marquee_model::Resolution::Unique }
        }
    }
}

/// The days on which a zone's clocks change, and by how many minutes.
pub(crate) fn clock_changes(zone: Zone, span: Span) -> Vec<(NaiveDate, i64)> {
    let noon = |day: NaiveDate| day.and_time(NaiveTime::MIN) + TimeDelta::hours(12);
    let offset = |day: NaiveDate| (noon(day) - zone::resolve(noon(day), zone).0.naive_utc()).num_minutes();
    let mut day = span.start;
    let mut changes = Vec::new();
    while day < span.end {
        let change = offset(day) - offset(day - Days::new(1));
        if change != 0 {
            changes.push((day, change));
        }
        day = day + Days::new(1);
    }
    changes
}

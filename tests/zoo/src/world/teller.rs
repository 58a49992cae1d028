//! Who tells of a venue's events: its own site, and others in other words.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use marquee_reading::zone;

use super::{
    Span, World,
    gig::{Face, Gig},
    life, ticket_url,
    venue::VenueDef,
};
use crate::{
    dice::Dice,
    markup::{Item, Markup},
    pages::{self, Spell},
};

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The venue's own.
    House,
    /// A ticket seller's.
    Seller,
    /// A promoter's.
    Promoter,
    /// A city's calendar.
    Calendar,
}

/// A page that is crawled.
#[derive(Debug, Clone)]
pub struct Teller {
    /// Its place in the world's list.
    pub index: usize,
    /// The venue's place in the world's list.
    pub venue: usize,
    /// Whose it is.
    pub role: Role,
    /// What it is made with.
    pub markup: Markup,
    /// The source's slug, and the first part of the host's name.
    pub slug: String,
    /// Whether its answers carry an `ETag`, and conditional requests are answered.
    pub tags: bool,
    /// What is wrong with it, and when.
    pub spells: Vec<Spell>,
}

impl Teller {
    /// How far it is trusted, 0 to 100, as an operator would say.
    #[must_use]
    pub const fn trust(&self) -> u8 {
        match self.role {
            Role::House => 80,
            Role::Seller => 60,
            Role::Promoter => 50,
            Role::Calendar => 30,
        }
    }

    /// Whether it ever tells of this gig.
    #[must_use]
    pub fn tells_of(&self, gig: &Gig) -> bool {
        let share = match self.role {
            Role::House => return true,
            Role::Seller => 80,
            Role::Promoter => 50,
            Role::Calendar => 70,
        };
        self.chance(gig, "tells", 100) < share
    }

    /// How long it is behind the house.
    #[must_use]
    pub fn lag(&self, gig: &Gig) -> TimeDelta {
        match self.role {
            Role::House => TimeDelta::zero(),
            _ => TimeDelta::minutes(self.chance(gig, "lag", 20 * 60)),
        }
    }

    fn chance(&self, gig: &Gig, what: &str, of: i64) -> i64 {
        Dice::new(u64::from(gig.id.0), what, self.index).between(0, of - 1)
    }

    /// What its listing shows at this instant, by start, of this day and later where `today` is given.
    #[must_use]
    pub fn items<'w>(&self, world: &'w World, at: DateTime<Utc>, from: Option<NaiveDate>) -> Vec<Item<'w>> {
        let (Some(venue), Some(gigs)) = (world.venues.get(self.venue), world.gigs.get(self.venue)) else {
            return Vec::new();
        };
        let today = zone::local(at, venue.zone).date();
        let from = from.unwrap_or(today);
        let mut items: Vec<Item<'w>> = gigs
            .iter()
            .filter(|gig| self.tells_of(gig))
            .filter_map(|gig| {
                let then = at - self.lag(gig);
                let face = gig.face(then).filter(|face| face.start.date() >= from && !gig.is_gone(then))?;
                Some(Item {
                    gig,
                    venue,
                    key: gig.key,
                    slug: gig.slug.clone(),
                    title: self.title(face, venue),
                    face: face.clone(),
                    ticket: ticket_url(gig, venue),
                })
            })
            .collect();
        items.sort_by_key(|item| (item.face.start, item.gig.id));
        if let (Role::House, Some(most)) = (self.role, venue.most) {
            items.truncate(most);
        }
        items
    }

    /// The title in this teller's words.
    fn title(&self, face: &Face, venue: &VenueDef) -> String {
        let openers = face.acts.iter().skip(face.acts.len() - face.openers).map(String::as_str);
        let openers: Vec<&str> = openers.collect();
        match self.role {
            Role::House => life::styled(face, venue.style),
            Role::Seller if openers.is_empty() => face.title.clone(),
            Role::Seller => format!("{} with {}", face.title, openers.join(" & ")),
            Role::Promoter => format!("{} live", face.title),
            Role::Calendar => format!("{} @ {}", face.title, venue.name),
        }
    }
}

/// Everybody who tells of these venues.
pub(crate) fn tellers(seed: u64, venues: &[VenueDef], span: Span) -> Vec<Teller> {
    let mut tellers: Vec<Teller> = Vec::new();
    for venue in venues {
        let mut dice = Dice::new(seed, "teller", venue.index);
        let mut roles = vec![(Role::House, venue.markup)];
        if dice.chance(0.25) && venue.markup != Markup::Ticketmaster {
            roles.push((Role::Seller, Markup::Ticketmaster));
        }
        if dice.chance(0.15) && venue.markup != Markup::JsonLd {
            roles.push((Role::Promoter, Markup::JsonLd));
        }
        if dice.chance(0.2) && venue.markup != Markup::Json {
            roles.push((Role::Calendar, Markup::Json));
        }
        for (role, markup) in roles {
            let index = tellers.len();
            let slug = match role {
                Role::House => venue.slug.clone(),
                Role::Seller => format!("{}-seller", venue.slug),
                Role::Promoter => format!("{}-promoter", venue.slug),
                Role::Calendar => format!("{}-calendar", venue.slug),
            };
            let spells = pages::spells(seed, index, span);
            tellers.push(Teller { index, venue: venue.index, role, markup, slug, tags: dice.chance(0.3), spells });
        }
    }
    tellers
}

//! A teller's answer to a request at an instant, sound or broken.

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, Utc};
use marquee_model::PageRequest;
use marquee_reading::zone;

use super::{Fault, fault};
use crate::{
    markup::{Body, Listing},
    world::{World, teller::Teller},
};

const CAPTCHA: &str = include_str!("../../../walls/robots.cloudflare.html");

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A page with this status.
    Page(u16, Body),
    /// Nothing, in time.
    Silence,
}

/// What this teller answers.
#[must_use]
pub fn answer(world: &World, teller: &Teller, request: &PageRequest, at: DateTime<Utc>) -> Answer {
    let fault = fault(&teller.spells, at);
    match fault {
        Some(Fault::Unavailable) => {
            return Answer::Page(503, Body::html("<h1>503 Service Unavailable</h1>".to_owned()));
        }
        Some(Fault::Silent) => return Answer::Silence,
        Some(Fault::Captcha) => return Answer::Page(200, Body::html(CAPTCHA.to_owned())),
        Some(Fault::PageMissing) if request.depth > 0 => {
            return Answer::Page(404, Body::html("<h1>404 Not Found</h1>".to_owned()));
        }
        _ => {}
    }
    let Some(listing) = listing(world, teller, fault, at) else { return Answer::Silence };
    let body = teller.markup.page(&listing, request);
    match fault {
        Some(Fault::Truncated) => Answer::Page(200, body.broken_off()),
        Some(Fault::Redesign) => Answer::Page(200, body.redesigned()),
        _ => Answer::Page(200, body),
    }
}

/// What the listing shows, as far as a fault leaves it alone.
fn listing<'w>(world: &'w World, teller: &'w Teller, fault: Option<Fault>, at: DateTime<Utc>) -> Option<Listing<'w>> {
    let own = world.venues.get(teller.venue)?;
    let today = zone::local(at, own.zone).date();
    let mut items = match fault {
        Some(Fault::CloneOfLastMonth) => {
            let then = at - TimeDelta::days(30);
            teller.items(world, then, Some(today - TimeDelta::days(30)))
        }
        Some(Fault::OtherVenue) => {
            let other = |other: &&Teller| {
                let city = world.venues.get(other.venue).map(|venue| venue.city);
                other.venue != teller.venue && city == Some(own.city)
            };
            world.tellers.iter().find(other).map_or_else(Vec::new, |other| other.items(world, at, None))
        }
        Some(Fault::Emptied) => Vec::new(),
        _ => teller.items(world, at, None),
    };
    let words = items.is_empty() && fault.is_none();
    if let (Some(Fault::KeysSwapped), [first, second, ..]) = (fault, items.as_mut_slice()) {
        std::mem::swap(&mut first.key, &mut second.key);
        std::mem::swap(&mut first.slug, &mut second.slug);
    }
    for item in &mut items {
        match fault {
            Some(Fault::FieldLost) => {
                item.face.price = None;
                item.face.doors = None;
                item.ticket.clear();
            }
            Some(Fault::WrongYear) => item.face.start = next_year(item.face.start),
            _ => {}
        }
    }
    Some(Listing { teller, venue: own, today, items, words })
}

fn next_year(start: NaiveDateTime) -> NaiveDateTime {
    start.with_year(start.year() + 1).unwrap_or(start + TimeDelta::days(365))
}

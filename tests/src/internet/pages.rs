//! The pages of invented venues, and the configuration by which the plugin `css` reads them.

use std::fmt::Write as _;

use chrono::{DateTime, Days, TimeDelta, Utc};
use marquee_model::Digest;
use serde_json::{Value, json};

use super::{
    Internet,
    script::{HostScript, VenueScript},
    serve::{Reply, Request, http_date},
};
use crate::mutations::Choices;

/// The configuration of the plugin `css` for a venue of the fake internet.
#[must_use]
pub fn configuration(venue: &VenueScript) -> Value {
    let mut configuration = json!({
        "item": "article.show",
        "marks": ["#programme"],
        "next": "a.next",
        "fields": { "title": "h3", "date": ".when", "price": ".price", "event_url": "h3 a@href" },
        "empty": { "selector": "#programme .none" },
    });
    if venue.details
        && let Some(configuration) = configuration.as_object_mut()
    {
        let details = json!({ "marks": ["#show"], "fields": { "description": ".about" } });
        configuration.insert("details".to_owned(), details);
    }
    configuration
}

/// The page of a venue that is asked for; `None` where there is none.
pub(super) fn reply(internet: &Internet, script: &HostScript, request: &Request, now: DateTime<Utc>) -> Option<Reply> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let path = path.strip_prefix("/private").unwrap_or(path);
    let (slug, rest) = path.strip_prefix('/')?.split_once('/')?;
    let venue = script.venues.iter().find(|venue| venue.slug == slug)?;
    let edition = venue.edition(internet.start, now);
    let changed = venue.changed_at(internet.start, now);
    let body = match rest {
        "shows" if venue.moved.is_some() => {
            let location = venue.moved.clone().unwrap_or_default().replace("PORT", &internet.port().to_string());
            return Some(Reply { headers: vec![("location", location)], ..Reply::status(302) });
        }
        "shows" => {
            let page = query.strip_prefix("page=").and_then(|page| page.parse().ok()).unwrap_or(1);
            listing(internet, venue, edition, page)
        }
        _ => {
            let show: usize = rest.strip_prefix("show/")?.parse().ok()?;
            (show < venue.shows).then(|| detail(internet, venue, show))?
        }
    };
    let mut page = Reply::page(body);
    let etag = format!("\"{}\"", Digest::of(&page.body).short());
    let modified = http_date(changed);
    if venue.etag {
        page.headers.push(("etag", etag.clone()));
    }
    if venue.last_modified {
        page.headers.push(("last-modified", modified.clone()));
    }
    // RFC 9110, section 13.2.2: where `If-None-Match` is sent, it alone decides.
    let asked = request.header("if-none-match");
    let same = match asked {
        "" => venue.last_modified && request.header("if-modified-since") == modified,
        _ => venue.etag && asked.split(',').any(|one| one.trim().trim_start_matches("W/") == etag),
    };
    if same {
        page.status = 304;
        page.body.clear();
        page.headers.retain(|(name, _)| *name != "content-type");
    }
    Some(page)
}

impl VenueScript {
    /// How often the listing has changed since the beginning.
    fn edition(&self, start: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
        let each = self.changes.map_or(0, |each| each.num_seconds().max(1));
        let passed = (now - start).num_seconds().checked_div(each).unwrap_or(0);
        u32::try_from(passed).unwrap_or(0)
    }

    fn changed_at(&self, start: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let edition = i32::try_from(self.edition(start, now)).unwrap_or(0);
        start + self.changes.unwrap_or(TimeDelta::zero()) * edition
    }
}

const FIRST: &[&str] = &["Velvet", "Paper", "Northern", "Electric", "Quiet", "Copper", "Midnight", "Second"];
const SECOND: &[&str] = &["Harbour", "Foxes", "Assembly", "Lanterns", "Cartographers", "Parade", "Weather", "Trio"];

fn title(venue: &VenueScript, show: usize) -> String {
    let seed = venue.slug.bytes().fold(show as u64 + 1, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let mut choices = Choices::new(seed);
    let word = |words: &[&'static str], choices: &mut Choices| choices.one(words).copied().unwrap_or_default();
    format!("The {} {} {show}", word(FIRST, &mut choices), word(SECOND, &mut choices))
}

fn listing(internet: &Internet, venue: &VenueScript, edition: u32, page: usize) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><title>{0}</title></head><body><main id=\"programme\"><h1>What is on at {0}</h1>\n",
        venue.slug
    );
    let from = (page.max(1) - 1) * venue.per_page.max(1);
    let until = (from + venue.per_page.max(1)).min(venue.shows);
    for show in from..until {
        let day = internet.start.date_naive() + Days::new(20 + show as u64);
        // Each edition moves one show to another hour.
        let hour = if edition as usize % venue.shows.max(1) == show { 19 + edition % 4 } else { 20 };
        let private = if venue.private && show % 3 == 2 { "/private" } else { "" };
        let _infallible = writeln!(
            html,
            "<article class=\"show\"><h3><a href=\"{private}/{}/show/{show}\">{}</a></h3><time class=\"when\">{day} {hour}:00</time> <span class=\"price\">${}</span></article>",
            venue.slug,
            title(venue, show),
            10 + show % 30
        );
    }
    if venue.shows == 0 {
        html.push_str("<p class=\"none\">No shows are planned right now.</p>\n");
    }
    if until < venue.shows {
        let _infallible = writeln!(html, "<a class=\"next\" href=\"/{}/shows?page={}\">Next</a>", venue.slug, page + 1);
    }
    html.push_str("</main></body></html>\n");
    html
}

fn detail(internet: &Internet, venue: &VenueScript, show: usize) -> String {
    let day = internet.start.date_naive() + Days::new(20 + show as u64);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>A show</title></head><body><main id=\"show\"><h1>{}</h1><time class=\"when\">{day} 20:00</time><p class=\"about\">An evening at {} with songs that nobody has heard before.</p></main></body></html>\n",
        title(venue, show),
        venue.slug
    )
}

/// A check for robots in the place of a page, with status 200.
pub(super) fn captcha() -> String {
    "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Please complete the CAPTCHA to prove that you are human.</p><form id=\"challenge-form\" action=\"/cdn-cgi/challenge\" method=\"post\"><div class=\"g-recaptcha\"></div></form></body></html>".to_owned()
}

//! `/robots.txt` and `/sitemap.xml`: what there is, for search engines (sitemaps.org, version 0.9).
//!
//! The sitemap is an index: the venues, and each of the next hundred days on which something is. So no file is large, and only days that
//! changed are read again.

use axum::{
    extract::State,
    http::{HeaderName, header},
};
use chrono::NaiveDate;
use marquee_model::Clock;
use marquee_store::{EventQuery, Facet, MAX_LIMIT, VenueQuery};

use super::view::earliest_today;
use crate::{App, Problem, formats, params};

/// Addresses in one file at most. 5,000: a sitemap may hold 50,000; a large city has a tenth of this on its busiest day.
const MOST_ADDRESSES: usize = 5_000;
/// The file of the venues.
const VENUES: &str = "venues";

type Xml = ([(HeaderName, &'static str); 1], String);

/// Everything may be read but what changes with every request.
pub(super) async fn robots(State(app): State<App>) -> ([(HeaderName, &'static str); 1], String) {
    let sitemap = formats::whole(&app, "sitemap.xml");
    let text =
        format!("User-agent: *\nDisallow: /api/\nDisallow: /*?cursor=\nDisallow: /*&cursor=\nSitemap: {sitemap}\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}

/// The parts.
pub(super) async fn index(State(app): State<App>) -> Result<Xml, Problem> {
    let coming = EventQuery { from: Some(earliest_today(app.clock.now())), ..EventQuery::default() };
    let days = app.store.facets(&coming, &[Facet::Day]).await?.days;
    let names = [VENUES.to_owned()].into_iter().chain(days.into_iter().map(|(day, _)| day.to_string()));
    let addresses = names.map(|name| formats::whole(&app, &format!("sitemaps/{name}.xml")).to_string());
    Ok(xml("sitemapindex", "sitemap", addresses.map(|address| (address, None))))
}

/// The venues, or what is on one day.
pub(super) async fn part(State(app): State<App>, params::Named(name): params::Named) -> Result<Xml, Problem> {
    let unknown = || Problem::not_found("sitemap", &name);
    let stem = name.strip_suffix(".xml").ok_or_else(unknown)?;
    if stem == VENUES {
        return venues(&app).await;
    }
    day(&app, stem.parse().map_err(|_| unknown())?).await
}

async fn venues(app: &App) -> Result<Xml, Problem> {
    let mut query = VenueQuery { limit: MAX_LIMIT, ..VenueQuery::default() };
    let mut addresses = vec![(formats::whole(app, "/").to_string(), None)];
    loop {
        let batch = app.store.venues(&query).await?;
        addresses.extend(
            batch.items.iter().map(|v| (formats::whole(app, &format!("venues/{}", v.venue.id)).to_string(), None)),
        );
        query.after = batch.next;
        if query.after.is_none() || addresses.len() >= MOST_ADDRESSES {
            break;
        }
    }
    Ok(xml("urlset", "url", addresses.into_iter().take(MOST_ADDRESSES)))
}

async fn day(app: &App, day: NaiveDate) -> Result<Xml, Problem> {
    let mut query = EventQuery { from: Some(day), until: Some(day), limit: MAX_LIMIT, ..EventQuery::default() };
    let mut addresses = Vec::new();
    loop {
        let batch = app.store.events(&query).await?;
        addresses.extend(batch.items.iter().map(|event| {
            let address = formats::whole(app, &format!("events/{}", event.id)).to_string();
            (address, Some(event.updated_at.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
        }));
        query.after = batch.next;
        if query.after.is_none() || addresses.len() >= MOST_ADDRESSES {
            break;
        }
    }
    Ok(xml("urlset", "url", addresses.into_iter().take(MOST_ADDRESSES)))
}

/// A list of addresses, each with its last change where that is known.
fn xml(list: &str, entry: &str, addresses: impl Iterator<Item = (String, Option<String>)>) -> Xml {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{list} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
    );
    for (address, changed) in addresses {
        let changed = changed.map(|at| format!("<lastmod>{at}</lastmod>")).unwrap_or_default();
        // An address holds no `<`; what else has a meaning in XML is written so that it has none.
        let address = address.replace('&', "&amp;").replace('\'', "&apos;");
        text.push_str(&format!("<{entry}><loc>{address}</loc>{changed}</{entry}>\n"));
    }
    text.push_str(&format!("</{list}>\n"));
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text)
}

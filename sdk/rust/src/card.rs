//! Cards: blocks that tell one event each, on sites whose own marks are not known.
//!
//! Site builders let their users name every class, so what a card says is found by what it is: the heading is the title, the first
//! text that names a day is the date, a link to the own site is the event's page, one to another site sells tickets. The classes
//! that people choose (`date`, `doors`, `support`, `price`) are looked at first. Whatever a source names by a selector goes before
//! all of that. Nothing is read here: texts go to the host, and what it does not know as a date is none.

mod columns;
mod linked;
mod times;

use std::collections::BTreeMap;

pub use columns::{CardColumns, Selectors, Unseen};
pub use linked::{Linked, linked_cards};

use crate::{Event, ReadDate, Role, Row, address, clean, read_dates, read_performers, read_support};

/// A card, read.
#[derive(Debug, Clone)]
pub struct Card {
    /// What it tells.
    pub event: Event,
    /// Whether it has a heading.
    pub titled: bool,
    /// Whether a day is named in it.
    pub dated: bool,
    /// The text of the configured category.
    pub category: Option<String>,
    /// The text of the configured venue.
    pub venue: Option<String>,
}

/// Sites whose links are no tickets: people link to what they are and to how they sound.
const NO_TICKETS: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "tiktok.com",
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "spotify.com",
    "bandcamp.com",
    "soundcloud.com",
    "music.apple.com",
    "maps.google.com",
    "goo.gl",
    "google.com",
    "wikipedia.org",
];

/// Words of buttons that sell, in the languages that the host reads.
const SELLS: &[&str] = &[
    "ticket",
    "buy",
    "rsvp",
    "register",
    "book",
    "karten",
    "vorverkauf",
    "billet",
    "réserv",
    "resev",
    "entrada",
    "comprar",
    "biglietti",
    "acquista",
    "bilet",
    "kup ",
    "koop",
    "bestel",
];

/// Reads cards in the order of the page. `url` is the page's own address, which tells its own links from others'.
#[must_use]
pub fn read_cards(rows: &[&Row], columns: &CardColumns, url: &str) -> Vec<Card> {
    let known = times::known(rows, columns);
    let found: Vec<times::Found> = rows.iter().map(|row| times::find(row, columns, &known)).collect();
    let texts: Vec<String> = found.iter().map(|found| found.text.clone()).collect();
    let dates = read_dates(texts);
    rows.iter()
        .zip(found)
        .zip(dates)
        .map(|((row, found), date)| card(row, columns, &known, &found, date, url))
        .collect()
}

fn card(
    row: &Row,
    columns: &CardColumns,
    known: &BTreeMap<String, ReadDate>,
    found: &times::Found,
    date: ReadDate,
    url: &str,
) -> Card {
    let title = title(row, columns, known);
    let links = Links::of(row, columns, url);
    let dated = !found.text.is_empty();
    let date = if dated { date } else { ReadDate::unreadable("", "no text in the card names a day") };
    let mut event = Event::new(title.as_deref())
        .key(links.key.as_deref().map(address::path))
        .when(&date)
        .end(found.end.clone())
        .ticket_url(links.tickets)
        .event_url(links.own)
        .image_url(row.get(columns.image).or(row.get(columns.lazy_image)))
        .description(columns.seen(row, columns.description))
        .price_words(columns.seen(row, columns.price))
        .price_words(columns.all_seen(row, columns.own).into_iter().find(|text| is_price(text)))
        .age_words(columns.seen(row, columns.age))
        .age_words(columns.all_seen(row, columns.own).into_iter().find(|text| is_age(text)))
        .room(columns.seen(row, columns.room));
    for words in columns.all_seen(row, columns.status).into_iter().map(str::to_owned).chain(links.words) {
        event = event.status_words(words);
    }
    let category = columns.seen(row, columns.category).map(str::to_owned);
    let venue = columns.seen(row, columns.venue).map(str::to_owned);
    Card { titled: title.is_some(), dated, category, venue, event: bill(event, row, columns, title.as_deref()) }
}

/// The acts, where the card tells them apart: who opens, and who the evening is about.
fn bill(mut event: Event, row: &Row, columns: &CardColumns, title: Option<&str>) -> Event {
    let headliners = columns.seen(row, columns.headliner);
    let Some(support) = columns.seen(row, columns.support).or(headliners) else { return event };
    for act in headliners.or(title).map(read_performers).unwrap_or_default() {
        event = event.performer(act.name, if headliners.is_some() { Role::Headliner } else { act.role });
    }
    if headliners != Some(support) {
        event = event.performers(read_support(support));
    }
    event
}

/// Bytes of a text that is no more than a price or an age.
const LONGEST_VALUE: usize = 40;

/// Whether a text is a price by its look: an amount with a sign. The host reads it.
fn is_price(text: &str) -> bool {
    let signs = ["$", "€", "£", "zł", "CHF", "EUR", "USD", "CAD"];
    text.len() <= LONGEST_VALUE
        && text.chars().any(|c| c.is_ascii_digit())
        && signs.iter().any(|sign| text.contains(sign))
}

/// Whether a text is an age by its look: `19+`, `All ages`.
fn is_age(text: &str) -> bool {
    let plus = text
        .match_indices('+')
        .any(|(at, _)| text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit())));
    text.len() <= LONGEST_VALUE && (plus || text.to_lowercase().contains("all ages"))
}

/// The configured title; else the first heading that is no date; else what a class calls the title; else the first other text,
/// but only where the card has neither.
fn title(row: &Row, columns: &CardColumns, known: &BTreeMap<String, ReadDate>) -> Option<String> {
    if let Some(title) = columns.title {
        return columns.seen(row, title).map(clean);
    }
    let mut declared = None;
    let mut any = false;
    for column in [columns.headings, columns.named] {
        any |= !row.all(column).is_empty();
        let texts = columns.all_seen(row, column);
        if let Some(title) = texts.iter().find(|text| !times::is_when(known, text)) {
            return Some(clean(title));
        }
        declared = declared.or(texts.first().copied());
    }
    // A title that names a day is one still, where there is no other.
    if any {
        return declared.map(clean);
    }
    let words = |text: &&str| !times::is_when(known, text) && text.chars().filter(|c| c.is_alphabetic()).count() > 2;
    columns.all_seen(row, columns.own).into_iter().find(words).map(clean)
}

/// The links of a card, by what they lead to.
struct Links {
    own: Option<String>,
    tickets: Option<String>,
    key: Option<String>,
    /// What the links say: "Sold out" stands on a button as well.
    words: Vec<String>,
}

impl Links {
    fn of(row: &Row, columns: &CardColumns, page: &str) -> Self {
        let here = address::host(page).map(without_www);
        let texts = row.all(columns.link_texts).iter().map(String::as_str);
        let mut links: Vec<(&str, &str)> =
            row.all(columns.hrefs).iter().map(String::as_str).zip(texts).filter(|(href, _)| leads_on(href)).collect();
        // The card itself may be a link, or stand in one.
        links.extend(
            row.get(columns.own_href).or(row.get(columns.around_href)).filter(|at| leads_on(at)).map(|at| (at, "")),
        );
        let elsewhere = |href: &str| address::host(href).map(without_www).is_some_and(|host| Some(host) != here);
        let sells = |text: &str| SELLS.iter().any(|word| text.to_lowercase().contains(word));
        let social = |href: &str| {
            let host = address::host(href).map(without_www).unwrap_or_default();
            NO_TICKETS.iter().any(|site| host == *site || host.ends_with(&format!(".{site}")))
        };
        let own = links.iter().find(|(href, text)| !elsewhere(href) && !sells(text)).map(|(href, _)| *href);
        let sold = links.iter().find(|(href, text)| sells(text) && !social(href));
        let outside = links.iter().find(|(href, _)| elsewhere(href) && !social(href));
        let configured = |column: Option<crate::Column>| column.and_then(|column| row.get(column));
        let tickets = configured(columns.tickets).or(sold.or(outside).map(|(href, _)| *href));
        let own = configured(columns.link).or(own).or(tickets);
        let key = own.or(tickets);
        let words = links.iter().filter(|(_, text)| text.len() < LONGEST_BUTTON).map(|(_, text)| (*text).to_owned());
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self { words: words.collect(), own: text(own), tickets: text(tickets), key: text(key) }
    }
}

/// Bytes of a link that is a button. A longer one is the card, whose words the host reads elsewhere.
const LONGEST_BUTTON: usize = 40;

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// Whether a link leads to a page: not to a place on this one, to a post box or to a telephone.
fn leads_on(href: &str) -> bool {
    let other = ["#", "mailto:", "tel:", "javascript:", "sms:", "webcal:"];
    !href.is_empty() && href != "/" && !other.iter().any(|start| href.to_ascii_lowercase().starts_with(start))
}

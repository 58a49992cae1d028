//! RSS 2.0, as its Best Practices Profile (rssboard.org) reads it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rss::{
    Category, Channel, Guid, Item,
    extension::{Extension, ExtensionMap},
};

use crate::{Facts, FeedEvent, Format, FormatError, clean, headline, words};

/// The namespace of `atom:link`, by which a feed says where it is and where it goes on.
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// A feed of these events.
pub fn rss(facts: &Facts, events: &[FeedEvent]) -> Result<Vec<u8>, FormatError> {
    let links = [("self", Some(&facts.address)), ("next", facts.next.as_ref())];
    let links = links.into_iter().filter_map(|(rel, address)| Some(atom_link(rel, address?.as_str()))).collect();
    let channel = Channel {
        title: title(&clean::line(&facts.title)),
        link: facts.page.to_string(),
        description: clean::html(&clean::line(&facts.about)),
        last_build_date: Some(rfc2822(facts.updated(events))),
        generator: Some("Marquee".to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        ttl: Some(facts.refresh_minutes.to_string()),
        items: events.iter().map(item).collect(),
        extensions: ExtensionMap::from([("atom".to_owned(), BTreeMap::from([("link".to_owned(), links)]))]),
        namespaces: BTreeMap::from([("atom".to_owned(), ATOM.to_owned())]),
        ..Channel::default()
    };
    Ok(channel.write_to(Vec::new())?)
}

fn item(event: &FeedEvent) -> Item {
    let genre = |genre: &String| Category { name: clean::line(genre), domain: None };
    Item {
        title: Some(title(&headline(event))),
        link: Some(event.page.to_string()),
        guid: Some(Guid { value: event.id.to_string(), permalink: false }),
        pub_date: Some(rfc2822(event.announced_at)),
        description: Some(words::html(event)),
        categories: event.genres.iter().map(genre).filter(|category| !category.name.is_empty()).collect(),
        ..Item::default()
    }
}

/// A title. RSS does not say whether titles are text or HTML, and readers differ. Most titles are the same as both; in those that
/// could hold a tag, the characters of HTML are written as references, so that no reader makes an element of them.
fn title(line: &str) -> String {
    let mut after_bracket = line.split('<').skip(1);
    let tag =
        after_bracket.any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')));
    if tag { clean::html(line) } else { line.to_owned() }
}

fn atom_link(rel: &str, href: &str) -> Extension {
    let attributes = [("rel", rel), ("href", href), ("type", Format::Rss.media_type())];
    Extension {
        name: "atom:link".to_owned(),
        attrs: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Extension::default()
    }
}

fn rfc2822(instant: DateTime<Utc>) -> String {
    instant.to_rfc2822()
}

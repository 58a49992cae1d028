//! Atom (RFC 4287), with the paging of RFC 5005.

use atom_syndication::{Category, Content, Entry, Feed, Generator, Link, Person, Text};
use chrono::{DateTime, FixedOffset, Utc};

use crate::{Facts, FeedEvent, Format, FormatError, clean, headline, words};

/// A feed of these events.
pub fn atom(facts: &Facts, events: &[FeedEvent]) -> Result<Vec<u8>, FormatError> {
    let mut links = vec![
        link("self", facts.address.as_str(), Format::Atom.media_type()),
        link("alternate", facts.page.as_str(), "text/html"),
    ];
    links.extend(facts.next.as_ref().map(|next| link("next", next.as_str(), Format::Atom.media_type())));
    let feed = Feed {
        title: Text::plain(clean::line(&facts.title)),
        // Made of the filters and not of the address: it must never change (section 4.2.6).
        id: facts.id.urn().to_string(),
        updated: fixed(facts.updated(events)),
        authors: vec![Person { name: "Marquee".to_owned(), ..Person::default() }],
        generator: Some(Generator { value: "Marquee".to_owned(), ..Generator::default() }),
        links,
        subtitle: Some(Text::plain(clean::paragraphs(&facts.about))),
        entries: events.iter().map(entry).collect(),
        ..Feed::default()
    };
    Ok(feed.write_to(Vec::new())?)
}

fn entry(event: &FeedEvent) -> Entry {
    let mut links = vec![link("alternate", event.page.as_str(), "text/html")];
    links.extend(event.event_url.as_ref().map(|url| link("related", url.as_str(), "text/html")));
    let genre = |genre: &String| Category { term: clean::line(genre), ..Category::default() };
    Entry {
        title: Text::plain(headline(event)),
        id: event.id.uuid().urn().to_string(),
        updated: fixed(event.updated_at),
        published: Some(fixed(event.announced_at)),
        categories: event.genres.iter().map(genre).filter(|category| !category.term.is_empty()).collect(),
        links,
        summary: Some(Text::plain(summary(event))),
        content: Some(Content {
            value: Some(words::html(event)),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// When and where, after what is to be said before.
fn summary(event: &FeedEvent) -> String {
    let lines = words::lines(event).into_iter().take(2).map(|(_, line)| line);
    words::notice(event).into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn link(rel: &str, href: &str, media_type: &str) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: Some(media_type.to_owned()), ..Link::default() }
}

fn fixed(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.fixed_offset()
}

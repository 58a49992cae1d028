//! One answer out of events, venues and artists, the best first, with what in them fitted.

use chrono::{DateTime, Utc};
use marquee_model::Slug;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::{Resolved, Word, events, narrow, relevance};
use crate::{
    EventQuery, Past, Result, Store, StoredArtist, StoredEvent, StoredVenue,
    event_row::{SELECT, ScoredRow},
    fold::fold,
    places::{SELECT_VENUES, venues_by},
};

/// Events that are compared with each other at most: the first of those that fit, by start. Nobody reads on so far, and comparing all
/// events with a common word would cost more than finding them.
const MOST_COMPARED: i64 = 200;

/// Events of an artist that are counted at most: few artists have as many, and a search must cost the same for those.
const MOST_COUNTED: i64 = 1_000;

/// Points that a coming event or a place has over an event that is over.
const PRESENT: i32 = 16;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// The text.
    pub text: String,
    /// Only of this site.
    pub site: Option<Slug>,
    /// These kinds; empty is all.
    pub kinds: Vec<FoundKind>,
    /// What is over by now comes after what is not.
    pub now: DateTime<Utc>,
    /// Results at most.
    pub limit: u32,
}

/// A kind of result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    /// Events.
    Event,
    /// Venues.
    Venue,
    /// Artists.
    Artist,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// The results, the best first.
    pub results: Vec<Found>,
    /// What the text was taken to mean, where a word of it is unknown and another is near.
    pub meant: Option<String>,
}

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How well it fits; comparable within one answer.
    pub score: i32,
    /// What fitted.
    pub highlights: Vec<Highlight>,
    /// What it is.
    pub item: FoundItem,
}

/// What a result is.
#[derive(Debug, Clone, PartialEq)]
pub enum FoundItem {
    /// An event.
    Event(Box<StoredEvent>),
    /// A venue.
    Venue(Box<StoredVenue>),
    /// An artist.
    Artist(Box<StoredArtist>),
}

/// A text in which something fitted, in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The field: `title`, `performer`, `room`, `venue`, `name` or `city`.
    pub field: &'static str,
    /// The text in parts, each with whether it is what fitted.
    pub parts: Vec<(String, bool)>,
}

impl Store {
    /// Events, venues and artists that fit a text.
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchAnswer> {
        // On one connection, one after the other: to take one costs as much as a small statement, and who searches together with others gains
        // nothing from statements side by side.
        let acquiring = async { Ok(self.pool.acquire().await?) };
        let mut connection = self.bounded("searching", acquiring).await?;
        let words = self.words_meant(&mut connection, &query.text).await?;
        let resolved = Resolved { words, ..Resolved::default() };
        let wants = |kind| query.kinds.is_empty() || query.kinds.contains(&kind);
        let mut results = Vec::new();
        if resolved.words.is_empty() {
            return Ok(SearchAnswer { results, meant: None });
        }
        let words = &resolved.words;
        if wants(FoundKind::Venue) {
            results.extend(self.venues_found(&mut connection, query, words).await?);
        }
        if wants(FoundKind::Artist) {
            results.extend(self.artists_found(&mut connection, query, words).await?);
        }
        if wants(FoundKind::Event) {
            let coming = self.events_found(&mut connection, query, &resolved, Past::LeftOut(query.now)).await?;
            let is_full = coming.len() >= usize::try_from(query.limit).unwrap_or(usize::MAX);
            results.extend(coming);
            if !is_full {
                results.extend(self.events_found(&mut connection, query, &resolved, Past::Only(query.now)).await?);
            }
        }
        results.sort_by_key(|found| std::cmp::Reverse(found.score));
        results.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(SearchAnswer { results, meant: resolved.meant() })
    }

    async fn events_found(
        &self,
        connection: &mut PgConnection,
        query: &SearchQuery,
        resolved: &Resolved,
        past: Past,
    ) -> Result<Vec<Found>> {
        let (columns, tables) = SELECT.split_once(" FROM events e ").unwrap_or((SELECT, ""));
        let mut sql = QueryBuilder::new("SELECT ");
        relevance(&mut sql, &resolved.words);
        sql.push(" AS score, ").push(columns.trim_start_matches("SELECT "));
        // What is over: the last ones first.
        let latest = matches!(past, Past::Only(_));
        let order = if latest { " ORDER BY e.start_local DESC, e.id DESC" } else { " ORDER BY e.start_local, e.id" };
        let list = EventQuery { site: query.site.clone(), past, ..EventQuery::default() };
        sql.push(" FROM (SELECT e.* ");
        // Several words are seldom found together.
        let by_words = resolved.words.len() > 1 && resolved.words.iter().all(|word| word.known.is_some());
        if by_words {
            // By their words, whatever their time: the few that they find are put in order.
            sql.push("FROM events e WHERE true");
            narrow(&mut sql, &list, resolved);
        } else {
            events(&mut sql, &list, |sql| {
                narrow(sql, &list, resolved);
                sql.push(order).push(" LIMIT ").push_bind(MOST_COMPARED);
            });
        }
        sql.push(order).push(" LIMIT ").push_bind(MOST_COMPARED).push(") e ").push(tables);
        sql.push(if latest {
            " ORDER BY score DESC, e.start_local DESC, e.id DESC"
        } else {
            " ORDER BY score DESC, e.start_local, e.id"
        });
        sql.push(" LIMIT ").push_bind(i64::from(query.limit));
        let rows: Vec<ScoredRow> =
            self.bounded("searching events", async { Ok(sql.build_query_as().fetch_all(connection).await?) }).await?;
        let present = if latest { 0 } else { PRESENT };
        rows.into_iter()
            .map(|row| {
                let event = StoredEvent::try_from(row.event)?;
                let highlights = highlights_of(&event, &resolved.words);
                Ok(Found {
                    score: row.score.unwrap_or(0) + present,
                    highlights,
                    item: FoundItem::Event(Box::new(event)),
                })
            })
            .collect()
    }

    async fn venues_found(
        &self,
        connection: &mut PgConnection,
        query: &SearchQuery,
        words: &[Word],
    ) -> Result<Vec<Found>> {
        // What every word is part of was looked up with the words.
        if words.iter().any(|word| word.venues.is_empty()) {
            return Ok(Vec::new());
        }
        let mut sql = QueryBuilder::new(SELECT_VENUES);
        if let Some(site) = &query.site {
            sql.push(" AND s.slug = ").push_bind(site.as_str().to_owned());
        }
        for word in words {
            sql.push(" AND (false");
            for pattern in &word.patterns {
                sql.push(" OR v.search_text LIKE ").push_bind(pattern.clone());
            }
            sql.push(")");
        }
        sql.push(" ORDER BY v.sort_name, v.id LIMIT ").push_bind(i64::from(query.limit));
        let venues = self.bounded("searching venues", venues_by(connection, sql)).await?;
        let found = venues.into_iter().map(|stored| {
            let texts = [("name", Some(stored.venue.name.as_str())), ("city", stored.venue.city.as_deref())];
            let score = score(texts.iter().filter_map(|(_, text)| *text), words) + PRESENT;
            let highlights = texts.iter().filter_map(|(field, text)| highlight(field, (*text)?, words)).collect();
            Found { score, highlights, item: FoundItem::Venue(Box::new(stored)) }
        });
        Ok(found.collect())
    }

    async fn artists_found(
        &self,
        connection: &mut PgConnection,
        query: &SearchQuery,
        words: &[Word],
    ) -> Result<Vec<Found>> {
        let among = |sql: &mut QueryBuilder<Postgres>| {
            sql.push("SELECT a.answers_id FROM artists a WHERE true");
            for word in words {
                sql.push(" AND (false");
                for pattern in &word.patterns {
                    sql.push(" OR a.search_text LIKE ").push_bind(pattern.clone());
                }
                sql.push(")");
            }
            if let Some(site) = &query.site {
                sql.push(" AND EXISTS (SELECT FROM performers p JOIN events e ON e.id = p.event_id WHERE p.artist_id = a.answers_id AND e.site_id = (SELECT id FROM sites WHERE slug = ");
                sql.push_bind(site.as_str().to_owned()).push("))");
            }
            // Whole names first, then the shortest: they hold the least beside what is looked for.
            sql.push(" ORDER BY a.search_text = ")
                .push_bind(phrase(words))
                .push(" DESC, length(a.search_text), a.answers_id LIMIT ");
            sql.push_bind(i64::from(query.limit));
        };
        // One that answers for several comes once.
        let found = self.artists_among(connection, MOST_COUNTED, among).await?.into_iter().map(|stored| {
            let names = || std::iter::once(&stored.artist.name).chain(&stored.artist.aliases).map(String::as_str);
            // An artist before that artist's events.
            let score = score(names(), words) + PRESENT + 1;
            let highlights = names().filter_map(|name| highlight("name", name, words)).take(1).collect();
            Found { score, highlights, item: FoundItem::Artist(Box::new(stored)) }
        });
        Ok(found.collect())
    }
}

/// The words in their order, as they are understood.
fn phrase(words: &[Word]) -> String {
    let words: Vec<&str> = words.iter().map(|word| word.meant.first().unwrap_or(&word.given).as_str()).collect();
    words.join(" ")
}

/// As [`relevance`], for texts that are at hand.
fn score<'a>(texts: impl IntoIterator<Item = &'a str>, words: &[Word]) -> i32 {
    let phrase = phrase(words);
    let points = |text: &str| {
        let text = fold(text);
        if text == phrase {
            15
        } else if text.starts_with(&phrase) {
            7
        } else if format!(" {text}").contains(&format!(" {phrase}")) {
            3
        } else {
            i32::from(text.contains(&phrase))
        }
    };
    texts.into_iter().map(points).max().unwrap_or(0)
}

fn highlights_of(event: &StoredEvent, words: &[Word]) -> Vec<Highlight> {
    let acts = event.performers.iter().map(|act| ("performer", act.name.as_str()));
    let rest = [("room", event.room.as_deref()), ("venue", Some(event.venue.name.as_str()))];
    let rest = rest.into_iter().filter_map(|(field, text)| Some((field, text?)));
    std::iter::once(("title", event.title.as_str()))
        .chain(acts)
        .chain(rest)
        .filter_map(|(field, text)| highlight(field, text, words))
        .collect()
}

/// The text in parts, if a word of it fits; whole words are marked.
fn highlight(field: &'static str, text: &str, words: &[Word]) -> Option<Highlight> {
    let fits = |part: &str| {
        let part = fold(part);
        words.iter().any(|word| {
            if word.meant.is_empty() {
                part.contains(&word.given)
            } else {
                word.meant.iter().any(|meant| part.contains(meant))
            }
        })
    };
    let mut parts: Vec<(String, bool)> = Vec::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        let hit = !word.is_empty() && fits(word);
        let blank = part.get(word.len()..).unwrap_or_default();
        for (piece, hit) in [(word, hit), (blank, false)] {
            match parts.last_mut() {
                _ if piece.is_empty() => {}
                Some((last, same)) if *same == hit => last.push_str(piece),
                _ => parts.push((piece.to_owned(), hit)),
            }
        }
    }
    parts.iter().any(|(_, hit)| *hit).then_some(Highlight { field, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(given: &str) -> Word {
        Word { given: given.to_owned(), meant: Vec::new(), patterns: Vec::new(), known: None, venues: Vec::new() }
    }

    #[test]
    fn what_fitted_is_marked_in_the_text_as_it_is_printed() {
        let marked = highlight("title", "M\u{f6}tley Night  at Rex", &[word("motley"), word("rex")]).unwrap();
        let shown: String =
            marked.parts.iter().map(|(text, hit)| if *hit { format!("[{text}]") } else { text.clone() }).collect();
        assert_eq!(shown, "[M\u{f6}tley] Night  at [Rex]");
        assert_eq!(highlight("title", "Nothing", &[word("rex")]), None);
    }
}

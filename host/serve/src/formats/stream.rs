//! All of a list as a stream, page by page, at the pace of whoever reads it.
//!
//! A page is read from the database, written, and handed over; the next one is read when that was taken. So a list of any length
//! takes the memory of a few pages, and no connection to the database waits for a client. A stream that fails is cut off, so that
//! no client takes a part for the whole.

use std::{io, sync::Arc};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use marquee_formats::{CsvWriter, Format, GeoJsonWriter};
use marquee_store::{EventQuery, StoredEvent};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{FeedSettings, Wanted, answer, feed::lines, map, map::Venues, unwritten};
use crate::{App, Problem, problem::Kind};

/// The streams that may be open at once.
#[derive(Debug, Clone)]
pub(crate) struct Streams(Arc<Semaphore>);

impl Streams {
    pub(crate) fn new(settings: &FeedSettings) -> Self {
        Self(Arc::new(Semaphore::new(settings.max_streams.min(Semaphore::MAX_PERMITS))))
    }
}

/// All events that `query` finds.
pub(super) async fn everything(app: &App, wanted: &Wanted, mut query: EventQuery) -> Result<Response, Problem> {
    query.limit = marquee_store::MAX_LIMIT;
    let busy = || Problem::new(Kind::Busy, "too many streams are open; try again shortly, or read pages with `limit`");
    let permit = match &wanted.streams {
        Some(streams) => Some(streams.0.clone().try_acquire_owned().map_err(|_| busy())?),
        None => None,
    };
    let mut pages = Pages::new(app.clone(), wanted.format, query);
    // The first page is read before the head is sent: what is wrong with the database can still be said then.
    let first = pages.next().await?;
    let (sender, receiver) = mpsc::channel::<Part>(1);
    tokio::spawn(hand_over(pages, first, sender, permit));
    let body = stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Part::Page(page)) => Some((Ok(page), Some(receiver))),
            Some(Part::End) => None,
            None => Some((Err(io::Error::other("the list broke off")), None)),
        }
    });
    // Whoever packs it asks once more after the end.
    Ok(answer(wanted.format, Body::from_stream(body.fuse())))
}

/// What is handed over. The end is said: a stream that just stops has failed.
enum Part {
    Page(Bytes),
    End,
}

/// Hands over page after page, until the list ends, a page cannot be read, or the client takes none for too long.
async fn hand_over(
    mut pages: Pages,
    first: Option<Bytes>,
    sender: mpsc::Sender<Part>,
    _permit: Option<OwnedSemaphorePermit>,
) {
    let idle = pages.app.settings.feeds.stream_idle();
    let mut part = first.map_or(Part::End, Part::Page);
    loop {
        let last = matches!(part, Part::End);
        match tokio::time::timeout(idle, sender.send(part)).await {
            Ok(Ok(())) if !last => {}
            // That was all, or the client has gone.
            Ok(_) => return,
            Err(_) => {
                tracing::info!(?idle, "a client did not take a page of a stream and is cut off");
                return;
            }
        }
        part = match pages.next().await {
            Ok(page) => page.map_or(Part::End, Part::Page),
            // The cause stands in the log already.
            Err(_) => return,
        };
    }
}

/// What is still to be read of a list.
struct Pages {
    app: App,
    format: Format,
    query: EventQuery,
    venues: Venues,
    geojson: GeoJsonWriter,
    stage: Stage,
}

/// Where in the list it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Beginning,
    Between,
    Ended,
}

impl Pages {
    fn new(app: App, format: Format, query: EventQuery) -> Self {
        Self { app, format, query, venues: Venues::new(), geojson: GeoJsonWriter::default(), stage: Stage::Beginning }
    }

    /// The bytes of the next page; `None` after the last.
    async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        if self.stage == Stage::Ended {
            return Ok(None);
        }
        let batch = self.app.store.events(&self.query).await?;
        let mut bytes = if self.stage == Stage::Beginning { self.begin()? } else { Vec::new() };
        bytes.extend(self.rows(batch.items).await?);
        self.stage = Stage::Between;
        self.query.after = batch.next;
        if self.query.after.is_none() {
            self.stage = Stage::Ended;
            if self.format == Format::GeoJson {
                bytes.extend(self.geojson.end());
            }
        }
        Ok(Some(bytes.into()))
    }

    fn begin(&self) -> Result<Vec<u8>, Problem> {
        match self.format {
            Format::Csv => CsvWriter.begin().map_err(|error| unwritten(&error)),
            Format::GeoJson => Ok(self.geojson.begin()),
            _ => Ok(Vec::new()),
        }
    }

    async fn rows(&mut self, events: Vec<StoredEvent>) -> Result<Vec<u8>, Problem> {
        if self.format == Format::Ndjson {
            return lines(&self.app, events).await;
        }
        map::learn(&self.app, &events, &mut self.venues).await?;
        let mut bytes = Vec::new();
        for event in events {
            let event = map::with(&self.app, event, &self.venues);
            let row = match self.format {
                Format::GeoJson => self.geojson.row(&event),
                _ => CsvWriter.row(&event),
            };
            bytes.extend(row.map_err(|error| unwritten(&error))?);
        }
        Ok(bytes)
    }
}

//! `/`: what is coming, by day, with a filter.

use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use marquee_model::Clock;
use marquee_store::{EventQuery, EventSort, Past, StoredEvent};

use super::{
    asked::{Asked, Turn},
    empty::{self, Empty},
    form::Form,
    head::Head,
    page,
    subscribe::Subscribe,
    view::{Day, days, earliest_today},
};
use crate::{App, Problem, api::SourceView};

const ABOUT: &str = "Concerts and shows that are coming up, day by day, as the venues announce them. \
    Subscribe to them in your calendar or feed reader.";

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    head: Head,
    form: Form,
    filtered: bool,
    left_out: Vec<(String, String)>,
    count: Option<String>,
    days: Vec<Day>,
    earlier: Option<String>,
    later: Option<String>,
    beginning: Option<String>,
    empty: Option<Empty>,
    subscribe: Subscribe,
    pulse: Pulse,
}

/// How the sources are doing, in a line.
#[derive(Debug)]
struct Pulse {
    sources: usize,
    failing: usize,
    last_crawl: Option<DateTime<Utc>>,
}

/// The coming events.
pub(super) async fn home(State(app): State<App>, OriginalUri(uri): OriginalUri) -> Result<Response, Problem> {
    page(&Box::pin(HomePage::read(&app, Asked::read(&uri, &app))).await?)
}

impl HomePage {
    async fn read(app: &App, asked: Asked) -> Result<Self, Problem> {
        let now = app.clock.now();
        let (query, coming) = query(&asked, now, app.settings.web_events);
        let part = Part::read(app, &asked, query.clone()).await?;
        let form = Form::of(app, &asked, &query).await?;
        let days = days(part.events, now, coming);
        let (filtered, turned) = (asked.is_filtered(), asked.turn.is_some());
        let subscribe = Subscribe::to(app, asked.query());
        let mut head = Head::new(app, &asked.address(), form.title(), ABOUT);
        head.alternates = subscribe.alternates();
        head.indexed = !turned;
        Ok(Self {
            head,
            filtered,
            count: form.count(&asked),
            form,
            empty: if days.is_empty() { Some(empty::why(app, filtered, turned).await?) } else { None },
            days,
            earlier: part.earlier,
            later: part.later,
            beginning: turned.then(|| asked.address()),
            subscribe,
            pulse: pulse(app).await?,
            left_out: asked.left_out,
        })
    }
}

/// The question to the store, and whether it is about what is coming: so it is as long as no time is given.
fn query(asked: &Asked, now: DateTime<Utc>, limit: u32) -> (EventQuery, bool) {
    let mut query = asked.filter.query(now);
    query.site.clone_from(&asked.site);
    query.sort = EventSort::Start;
    query.limit = limit;
    let begins = query.from.is_some() || query.from_local.is_some() || query.from_utc.is_some();
    let coming = !begins && query.active.is_none() && query.ids.is_empty() && query.past == Past::Included;
    if coming {
        query.from = Some(earliest_today(now));
    }
    (query, coming)
}

/// A part of the list, and where the parts beside it are.
struct Part {
    events: Vec<StoredEvent>,
    earlier: Option<String>,
    later: Option<String>,
}

impl Part {
    async fn read(app: &App, asked: &Asked, mut query: EventQuery) -> Result<Self, Problem> {
        let backwards = matches!(asked.turn, Some(Turn::Earlier(_)));
        query.after = asked.turn.map(|(Turn::Later(place) | Turn::Earlier(place))| place);
        if backwards {
            query.sort = EventSort::StartDescending;
        }
        let batch = app.store.events(&query).await?;
        let (mut events, more) = (batch.items, batch.next.is_some());
        if backwards {
            events.reverse();
        }
        // In the direction that was gone there is more if the store says so; where one came from there is something.
        let (before, behind) = if backwards { (more, true) } else { (asked.turn.is_some(), more) };
        let earlier = events.first().filter(|_| before).and_then(|event| asked.turned(app, Turn::earlier(event)));
        let later = events.last().filter(|_| behind).and_then(|event| asked.turned(app, Turn::later(event)));
        Ok(Self { events, earlier, later })
    }
}

async fn pulse(app: &App) -> Result<Pulse, Problem> {
    let sources = SourceView::all(app).await?;
    Ok(Pulse {
        sources: sources.iter().filter(|source| source.health != "off").count(),
        failing: sources.iter().filter(|source| source.health == "failing").count(),
        last_crawl: sources.iter().filter_map(|source| source.last_tried).max(),
    })
}

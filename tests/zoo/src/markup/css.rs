//! Four hand-made sites, read by selectors.

use chrono::NaiveTime;
use marquee_model::{PageRequest, Status};
use serde_json::json;

use super::{Body, Declared, Item, Listing, Prints, cents, esc};

pub(super) const BLOCKS: Prints =
    Prints { acts: true, support: true, doors: true, room: true, price: true, ticket: true, ..Prints::LEAST };
pub(super) const TABLE: Prints = Prints { price: true, ..Prints::LEAST };
pub(super) const PROGRAMME: Prints = Prints { doors: true, price: true, ..Prints::LEAST };
pub(super) const PRODUCTIONS: Prints = Prints { room: true, ticket: true, ..Prints::LEAST };

/// Events on one page of the German programme.
const PAGE: usize = 8;

fn document(listing: &Listing<'_>, inside: &str) -> Body {
    let name = esc(&listing.venue.name);
    Body::html(format!(
        "<!doctype html><html><head><title>{name}</title></head><body><header><h1>{name}</h1></header><main>{inside}</main><footer>{name}, {}</footer></body></html>",
        listing.venue.city.name
    ))
}

fn some(tag: &str, class: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{tag} class=\"{class}\">{}</{tag}>", esc(text)) }
}

fn clock(time: NaiveTime) -> String {
    time.format("%-I:%M %p").to_string()
}

fn label(item: &Item<'_>) -> &'static str {
    match item.face.status {
        Status::Scheduled | Status::Moved => "",
        Status::Cancelled => "Cancelled",
        Status::Postponed => "Postponed",
        Status::Rescheduled => "Rescheduled",
        Status::SoldOut => "Sold out",
    }
}

pub(super) fn blocks_source() -> Declared {
    Declared::get(
        "css",
        "/shows",
        json!({
            "item": "article.show",
            "marks": ["#calendar"],
            "fields": {
                "title": "h3 a",
                "headliner": { "selector": ".act", "every": true },
                "support": { "selector": ".support li", "every": true },
                "date": ".date",
                "time": ".times",
                "price": ".price",
                "room": ".room",
                "status": ".label",
                "event_url": "h3 a@href",
                "ticket_url": "a.buy@href",
                "image_url": "img@src",
            },
            "empty": { "selector": "#calendar .none" },
        }),
    )
}

pub(super) fn blocks(listing: &Listing<'_>) -> Body {
    let block = |item: &Item<'_>| {
        let start = item.face.start;
        let times = match item.face.doors {
            Some(doors) => format!("Doors {} / Show {}", clock(doors), clock(start.time())),
            None => format!("Show {}", clock(start.time())),
        };
        let acts: String = item.main_acts().iter().map(|act| some("p", "act", act)).collect();
        let openers: String = item.openers().iter().map(|act| format!("<li>{}</li>", esc(act))).collect();
        let buy = match item.ticket.as_str() {
            "" => String::new(),
            url => format!("<a class=\"buy\" href=\"{url}\">Tickets</a>"),
        };
        format!(
            "<article class=\"show\"><img src=\"{}\" alt=\"\"><h3><a href=\"/shows/{}\">{}</a></h3><p class=\"date\">{}</p><p class=\"times\">{times}</p>{acts}<ul class=\"support\">{openers}</ul>{}{}{}{buy}</article>",
            item.image(),
            item.slug,
            esc(&item.title),
            start.format("%A, %B %-d, %Y"),
            some("p", "price", &item.price_words()),
            some("p", "room", item.face.room.unwrap_or_default()),
            some("span", "label", label(item)),
        )
    };
    let none = if listing.words { "<p class=\"none\">There are no upcoming shows.</p>" } else { "" };
    let shows: String = listing.items.iter().map(block).collect();
    document(listing, &format!("<div id=\"calendar\">{shows}{none}</div>"))
}

pub(super) fn table_source() -> Declared {
    Declared::get(
        "css",
        "/calendar.html",
        json!({
            "item": "table#dates tr.date",
            "marks": ["table#dates"],
            "fields": {
                "title": "td:nth-child(2)",
                "date": "td:nth-child(1)",
                "time": "td:nth-child(3)",
                "price": "td:nth-child(4)",
                "image_url": "img@src",
            },
            "empty": { "selector": ".none" },
        }),
    )
}

pub(super) fn table(listing: &Listing<'_>) -> Body {
    let row = |item: &Item<'_>| {
        let start = item.face.start;
        format!(
            "<tr class=\"date\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><img src=\"{}\" alt=\"\"></td></tr>",
            start.format("%a %b %-d"),
            esc(&item.titled()),
            start.format("%-I:%M%P"),
            esc(&item.price_words()),
            item.image(),
        )
    };
    let rows: String = listing.items.iter().map(row).collect();
    let none = if listing.words { "<p class=\"none\">No events are scheduled at the moment.</p>" } else { "" };
    document(listing, &format!("<table id=\"dates\"><tbody>{rows}</tbody></table>{none}"))
}

pub(super) fn programme_source() -> Declared {
    Declared::get(
        "css",
        "/programm",
        json!({
            "item": ".termin",
            "marks": ["#programm"],
            "next": ".seiten a.weiter",
            "fields": {
                "title": "h2 a",
                "date": ".datum",
                "time": ".zeit",
                "price": ".preis",
                "status": ".hinweis",
                "event_url": "h2 a@href",
                "image_url": "img@src",
            },
            "empty": { "selector": "#programm .leer" },
        }),
    )
}

pub(super) fn programme(listing: &Listing<'_>, request: &PageRequest) -> Body {
    let query = request.url.url().query().unwrap_or_default();
    let page: usize = query.strip_prefix("seite=").and_then(|page| page.parse().ok()).unwrap_or(1);
    const DAYS: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
    let block = |item: &Item<'_>| {
        let start = item.face.start;
        let day = usize::try_from(chrono::Datelike::weekday(&start).num_days_from_monday()).unwrap_or(0);
        let times = match item.face.doors {
            Some(doors) => format!("Einlass {} / Beginn {} Uhr", doors.format("%H:%M"), start.format("%H:%M")),
            None => format!("Beginn {} Uhr", start.format("%H:%M")),
        };
        let price = match item.face.price {
            None => String::new(),
            Some((low, high)) if low == high => format!("{} €", cents(low).replace('.', ",")),
            Some((low, high)) => format!("{} – {} €", cents(low), cents(high)).replace('.', ","),
        };
        let note = match item.face.status {
            Status::Scheduled | Status::Moved => "",
            Status::Cancelled => "Abgesagt",
            Status::Postponed => "Verschoben",
            Status::Rescheduled => "Neuer Termin",
            Status::SoldOut => "Ausverkauft",
        };
        format!(
            "<div class=\"termin\"><img src=\"{}\" alt=\"\"><h2><a href=\"/programm/{}\">{}</a></h2><span class=\"datum\">{}, {}</span> <span class=\"zeit\">{times}</span> {} {}</div>",
            item.image(),
            item.slug,
            esc(&item.title),
            DAYS.get(day).unwrap_or(&"Mo"),
            start.format("%d.%m.%Y"),
            some("span", "preis", &price),
            some("span", "hinweis", note),
        )
    };
    let shown: String = listing.items.iter().skip((page - 1) * PAGE).take(PAGE).map(block).collect();
    let more = match listing.items.len() > page * PAGE {
        true => format!("<a class=\"weiter\" href=\"/programm?seite={}\">Weiter</a>", page + 1),
        false => String::new(),
    };
    let none = if listing.words { "<p class=\"leer\">Zurzeit sind keine Veranstaltungen geplant.</p>" } else { "" };
    document(listing, &format!("<div id=\"programm\">{shown}{none}</div><div class=\"seiten\">{more}</div>"))
}

pub(super) fn productions_source() -> Declared {
    Declared::get(
        "css",
        "/whats-on",
        json!({
            "item": "section.production",
            "marks": ["#whats-on"],
            "fields": { "title": "h2 a", "event_url": "h2 a@href" },
            "shows": {
                "item": "li.show",
                "fields": {
                    "date": "time", "time": ".hour", "room": ".hall", "status": ".note",
                    "ticket_url": "a.book@href", "image_url": "img@src",
                },
            },
            "empty": { "selector": "#whats-on .none" },
        }),
    )
}

/// Events of one series and one title stand under one heading.
pub(super) fn productions(listing: &Listing<'_>) -> Body {
    let mut groups: Vec<(&Item<'_>, Vec<&Item<'_>>)> = Vec::new();
    for item in &listing.items {
        let same = |first: &Item<'_>| {
            first.gig.series.is_some() && first.gig.series == item.gig.series && first.title == item.title
        };
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, shows)) => shows.push(item),
            None => groups.push((item, vec![item])),
        }
    }
    let show = |item: &&Item<'_>| {
        let start = item.face.start;
        format!(
            "<li class=\"show\"><time>{}</time> <b class=\"hour\">{}</b> {} {} <a class=\"book\" href=\"{}\">Book</a><img src=\"{}\" alt=\"\"></li>",
            start.format("%-d %B %Y"),
            start.format("%H:%M"),
            some("i", "hall", item.face.room.unwrap_or_default()),
            some("em", "note", label(item)),
            item.ticket,
            item.image(),
        )
    };
    let production = |(first, shows): &(&Item<'_>, Vec<&Item<'_>>)| {
        let path = first.gig.series.map_or_else(|| first.slug.clone(), |series| format!("run-{series}"));
        let path = if shows.len() > 1 || first.gig.series.is_some() { path } else { first.slug.clone() };
        let path = match first.gig.series {
            // Each night of a festival has a title, and with it a page, of its own.
            Some(_) => format!("{path}-{}", crate::world::names::slug(&first.title)),
            None => path,
        };
        let shows: String = shows.iter().map(show).collect();
        format!(
            "<section class=\"production\"><h2><a href=\"/whats-on/{path}\">{}</a></h2><ul>{shows}</ul></section>",
            esc(&first.title)
        )
    };
    let all: String = groups.iter().map(production).collect();
    let none = if listing.words { "<p class=\"none\">No events at present.</p>" } else { "" };
    document(listing, &format!("<div id=\"whats-on\">{all}{none}</div>"))
}

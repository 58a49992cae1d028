//! A table of cases as a person reads them: what the page says, and what becomes of it.

use std::fmt::Write as _;

use marquee_model::{Event, EventClaim, PriceClaim, PriceKind};

use super::{claim, day, keyed, local, normalize_one, shown, words};

fn row(event: &Event) -> String {
    let mut row = format!("{} | {:?}", shown(&event.start), event.title);
    if let Some(doors) = &event.doors {
        let _ = write!(row, " | doors {}", shown(doors));
    }
    if let Some(end) = &event.end {
        let _ = write!(row, " | end {}", shown(end));
    }
    let _ = write!(row, " | {:?}", event.status);
    for performer in &event.performers {
        let _ = write!(row, " | {}. {} ({:?})", performer.billing, performer.name, performer.role);
    }
    if let Some(price) = &event.price {
        let amount = |money: Option<marquee_model::Money>| money.map_or_else(|| "?".to_owned(), |m| m.to_string());
        let currency = price.currency.map_or("?", marquee_model::Currency::code);
        let _ = write!(row, " | {:?} {} to {} {currency}", price.kind, amount(price.min), amount(price.max));
    }
    if let Some(url) = &event.ticket_url {
        let _ = write!(row, " | {url}");
    }
    format!("{row}\n      {}", event.identity)
}

#[test]
fn cases_read_as_a_person_would_read_them() {
    let night = || local("2026-11-27T20:00");
    let priced = |text: &str, kind, min: Option<&str>, max: Option<&str>| EventClaim {
        price: Some(PriceClaim {
            kind,
            min: min.map(str::to_owned),
            max: max.map(str::to_owned),
            currency: None,
            text: Some(text.to_owned()),
        }),
        ..claim("Moon", night())
    };
    let cases: Vec<(&str, EventClaim)> = vec![
        ("a plain event", claim("The Wet Socks", night())),
        ("a headliner with support", claim("Wet Socks w/ Mild Peril, Dr. Gravy &amp; The Boats", night())),
        ("two acts, early show", claim("Wet Socks + Mild Peril (early show)", night())),
        ("a band with an ampersand", claim("Salt &amp; Gravel", night())),
        ("cancelled in brackets", claim("[CANCELLED] Wet Socks", night())),
        ("sold out behind a dash", claim("Wet Socks – SOLD OUT!", night())),
        ("postponed, in French", claim("REPORTÉ : Les Chaussettes Mouillées", night())),
        ("cancelled, in German", claim("ABGESAGT: Nasse Socken", night())),
        ("moved, in Dutch", claim("Natte Sokken (verplaatst)", night())),
        ("a day only", claim("Wet Socks", day("2026-11-27"))),
        ("words for the host to read", claim("Wet Socks", words("Friday, November 27 - Doors 7pm / Show 8pm"))),
        ("words without a year, next year", claim("Wet Socks", words("Sat Jan 9 9:30 PM"))),
        ("words with an end", claim("Wet Socks", words("Nov 27, 2026 8-11pm"))),
        ("words for several days", keyed("run", "Wet Socks", words("November 27, 28 & 29, 2026"))),
        ("words that say nothing", claim("Wet Socks", words("date to be announced"))),
        ("doors in words of their own", EventClaim { doors: Some(words("7:30 PM")), ..claim("Wet Socks", night()) }),
        ("an end after midnight", EventClaim { end: Some(words("2am")), ..claim("Wet Socks", night()) }),
        ("the wrong weekday", EventClaim { weekday: Some(1), ..claim("Wet Socks", night()) }),
        ("a price range", priced("$15 adv / $20 door", PriceKind::Range, Some("15"), Some("20"))),
        ("free", priced("FREE", PriceKind::Free, None, None)),
        ("a price in words only", priced("$12", PriceKind::Unknown, None, None)),
        ("a price upside down", priced("$20 to $15", PriceKind::Range, Some("20"), Some("15"))),
        (
            "tracked tickets",
            EventClaim { ticket_url: Some("//t.example/7?fbclid=1&aff=x".into()), ..claim("Wet Socks", night()) },
        ),
        (
            "a script for tickets",
            EventClaim { ticket_url: Some("javascript:buy()".into()), ..claim("Wet Socks", night()) },
        ),
        ("a year far away", claim("Wet Socks", day("2062-11-27"))),
        ("no title", EventClaim { start: Some(night()), ..EventClaim::default() }),
    ];
    let mut table = String::new();
    for (name, claim) in cases {
        let whole = normalize_one(claim);
        let _ = writeln!(table, "{name}");
        for event in &whole.events {
            let _ = writeln!(table, "    {}", row(event));
        }
        for rejection in &whole.rejections {
            let fate = if rejection.fatal { "LEFT OUT" } else { "without" };
            let raw = rejection.raw.as_deref().unwrap_or("-");
            let _ = writeln!(table, "    {fate} {}: {} <- {raw}", rejection.field, rejection.reason);
        }
        for diagnostic in &whole.diagnostics {
            let _ = writeln!(table, "    {}: {}", diagnostic.code, diagnostic.message);
        }
    }
    insta::assert_snapshot!(table);
}

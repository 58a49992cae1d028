//! The links of the items: to the event's own page, to tickets, to a picture; and of the page: to its next one.

use std::collections::BTreeSet;

use marquee_model::WebUrl;
use serde_json::Value;

use super::{
    blocks::share,
    columns::{Column, What},
    outline::{At, Outline},
    roles::{Chosen, Ground},
    selector::{Selector, Simple, Test},
};
use crate::words::{MORE, NEXT, TICKETS, has_word, is_seller};

/// What a column of links leads to.
struct Led<'c> {
    column: &'c Column,
    /// Where each value leads, absolute; a link within the page leads nowhere.
    urls: Vec<Option<WebUrl>>,
    sellers: usize,
    own_site: usize,
    ticket_words: usize,
}

impl Led<'_> {
    fn count(&self) -> usize {
        self.urls.iter().flatten().count()
    }

    fn distinct(&self) -> f64 {
        let different: BTreeSet<&str> = self.urls.iter().flatten().map(WebUrl::as_str).collect();
        share(different.len(), self.count())
    }
}

/// The link fields of the items.
pub(crate) fn links(ground: &Ground<'_>, title: &Chosen) -> Vec<Chosen> {
    let outline = ground.outline;
    let led: Vec<Led<'_>> = ground
        .columns
        .iter()
        .filter(|column| matches!(&column.what, What::Attribute(name) if name == "href"))
        .map(|column| lead(ground, column))
        .filter(|led| led.count() > 0)
        .collect();
    let items = ground.items.len();
    let mut fields = Vec::new();
    let event = pick(&led, |led| {
        let kept = led.count() * 2 > led.column.count()
            && led.ticket_words * 2 < led.count().max(1)
            && led.sellers * 2 < led.count().max(1);
        if !kept || (items >= 3 && led.distinct() < 0.5) || share(led.count(), items) < 0.2 {
            return None;
        }
        let near = led.column.elements().filter(|at| {
            title.places.iter().any(|place| outline.is_within(*place, *at) || outline.is_within(*at, *place))
        });
        let near = share(near.count(), led.count());
        let words = led.column.elements().filter(|at| has_word(outline.text(*at), MORE)).count();
        Some(
            3.0 * share(led.count(), items)
                + 2.0 * led.distinct()
                + 1.5 * share(led.own_site, led.count())
                + 1.5 * near
                + 0.7 * share(words, led.count())
                + 0.5 * led.column.strength(),
        )
    });
    let tickets = pick(&led, |led| {
        let tickets = led.sellers.max(led.ticket_words);
        if tickets * 2 < led.count() || tickets == 0 {
            return None;
        }
        Some(4.0 * share(tickets, items) + share(tickets, led.count()) + 0.5 * led.column.strength())
    });
    fields.extend(event.map(|led| chosen("event_url", led)));
    fields.extend(tickets.map(|led| chosen("ticket_url", led)));
    fields.extend(picture(ground));
    fields
}

fn chosen(name: &'static str, led: &Led<'_>) -> Chosen {
    Chosen {
        name,
        written: match led.column.written() {
            // `href` is what links are taken from anyway.
            Value::String(written) => {
                Value::String(written.strip_suffix("@href").filter(|s| !s.is_empty()).unwrap_or(&written).to_owned())
            }
            other => other,
        },
        found: led.count(),
        values: led.urls.iter().map(|url| url.as_ref().map(|url| url.as_str().to_owned())).collect(),
        places: led.column.elements().collect(),
    }
}

fn pick<'l, 'c>(led: &'l [Led<'c>], score: impl Fn(&Led<'c>) -> Option<f64>) -> Option<&'l Led<'c>> {
    led.iter().filter_map(|led| Some((led, score(led)?))).max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(led, _)| led)
}

fn lead<'c>(ground: &Ground<'_>, column: &'c Column) -> Led<'c> {
    let outline = ground.outline;
    let own = host(ground.url);
    let mut led = Led { column, urls: Vec::new(), sellers: 0, own_site: 0, ticket_words: 0 };
    for (at, value) in column.places.iter().zip(&column.values) {
        let url = value
            .as_deref()
            .filter(|value| !value.starts_with(['#', '?']))
            .and_then(|value| outline.document.base().join(value).ok())
            .filter(|url| url.url().path() != ground.url.url().path() || url.url().query() != ground.url.url().query());
        if let (Some(url), Some(at)) = (&url, at) {
            led.sellers += usize::from(is_seller(url.host()) && host(url) != own);
            led.own_site += usize::from(host(url) == own);
            led.ticket_words += usize::from(speaks_of_tickets(outline, *at));
        }
        led.urls.push(url);
    }
    led
}

fn host(url: &WebUrl) -> &str {
    url.host().strip_prefix("www.").unwrap_or(url.host())
}

/// Text, label or class of a link; of a link around a whole item not its text.
fn speaks_of_tickets(outline: &Outline<'_>, at: At) -> bool {
    /// Longer texts are about the event.
    const LABEL: usize = 40;
    let text = outline.text(at);
    let label = outline.attribute(at, "aria-label").or_else(|| outline.attribute(at, "title")).unwrap_or_default();
    let class = outline.attribute(at, "class").unwrap_or_default();
    (text.chars().count() <= LABEL && has_word(text, TICKETS))
        || (text.is_empty() && label.chars().count() <= LABEL && has_word(label, TICKETS))
        || super::names::says(class, &["ticket", "tix", "buy"])
}

fn picture(ground: &Ground<'_>) -> Option<Chosen> {
    let fits = |column: &&Column| {
        column.tag(ground.outline) == "img"
            && matches!(&column.what, What::Attribute(name) if matches!(name.as_str(), "src" | "data-src" | "data-lazy-src"))
            && column.coverage() >= 0.3
            && (ground.items.len() < 3 || column.variety() > 0.4)
            && column.present().all(|src| !src.starts_with("data:"))
    };
    let column = ground
        .columns
        .iter()
        .filter(fits)
        .max_by(|a, b| (a.coverage() + 0.3 * a.strength()).total_cmp(&(b.coverage() + 0.3 * b.strength())))?;
    let mut chosen = Chosen { name: "image_url", ..chosen_plain(column) };
    // `src` is what pictures are taken from anyway.
    if let Value::String(written) = &chosen.written
        && let Some(plain) = written.strip_suffix("@src").filter(|plain| !plain.is_empty())
    {
        chosen.written = Value::String(plain.to_owned());
    }
    Some(chosen)
}

fn chosen_plain(column: &Column) -> Chosen {
    Chosen {
        name: "",
        written: column.written(),
        found: column.count(),
        values: column.values.clone(),
        places: column.elements().collect(),
    }
}

/// The link to the next page: by `rel`, else by its words or classes; on the page's own host only.
pub(crate) fn next(outline: &Outline<'_>, url: &WebUrl, items: &[At]) -> Option<(String, String)> {
    let leads = |at: At| {
        let target = outline.document.base().join(outline.attribute(at, "href")?).ok()?;
        let onward = host(&target) == host(url) && target.as_str() != url.as_str() && !target.as_str().ends_with('#');
        onward.then_some(target)
    };
    for rel in ["a[rel='next']", "link[rel='next']"] {
        let name = rel.split('[').next().unwrap_or_default();
        let found = outline.indexed(name).iter().find(|at| outline.attribute(**at, "rel") == Some("next"));
        if let Some(target) = found.and_then(|at| leads(*at)) {
            return Some((rel.to_owned(), target.as_str().to_owned()));
        }
    }
    let outside = |at: At| !items.iter().any(|item| outline.is_within(at, *item));
    let links = outline.indexed("a").iter().copied().filter(|at| outside(*at));
    for at in links {
        let Some(target) = leads(at) else { continue };
        let text = outline.text(at).trim().to_lowercase();
        let label = outline.attribute(at, "aria-label").unwrap_or_default().trim().to_lowercase();
        let element = outline.get(at)?;
        let named =
            element.classes.iter().find(|class| super::names::says(class, &["next", "suivant", "volgende", "weiter"]));
        if !(NEXT.contains(&text.as_str()) || NEXT.contains(&label.as_str()) || named.is_some()) {
            continue;
        }
        let paged = target.as_str().contains("page")
            || target.url().query().is_some()
            || target.url().path().ends_with(|c: char| c.is_ascii_digit() || c == '/');
        let classes = named.or(element.classes.first());
        let mut forms: Vec<Selector> = Vec::new();
        forms.extend(classes.map(|class| Selector::one(Simple { name: Some("a".to_owned()), ..Simple::class(class) })));
        if let Some(above) = outline.parent(at).and_then(|above| outline.get(above))
            && let Some(class) = above.classes.first()
        {
            let inner = Simple::name("a");
            forms.push(Selector::under(Simple::class(class), super::selector::Under::Child, inner));
        }
        if let Some(label) = outline.attribute(at, "aria-label") {
            let test = Test::Is("aria-label".to_owned(), label.to_owned());
            forms.push(Selector::one(Simple { name: Some("a".to_owned()), ..Simple::test(test) }));
        }
        let only = forms.into_iter().find(|form| form.all(outline).first() == Some(&at));
        if let Some(form) = only.filter(|_| paged) {
            return Some((form.to_string(), target.as_str().to_owned()));
        }
    }
    None
}

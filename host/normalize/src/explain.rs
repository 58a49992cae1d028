//! What the normaliser made of a claim's values, said for each value of an event.
//!
//! It compares: where the event has what the claim has, nothing was done; where it has something else, the rule that made the
//! difference is named. So normalising itself keeps no books. It runs where somebody asks, after the fact, and changes nothing.

use marquee_model::{
    AgeRestriction, Event, EventClaim, EventTime, How, Moment, Money, PriceKind, Provenance, Source, Status, Step,
    WebUrl,
};
use marquee_reading::{performers, prices, status, text};

/// A claim, the ways to its values, and the address of its page.
pub type Told<'a> = (&'a EventClaim, &'a [Provenance], &'a WebUrl);

/// The ways to all values of an event. `claims` are those that it was made of, the one whose values go first in front.
#[must_use]
pub fn explain_event(event: &Event, claims: &[Told<'_>], source: &Source) -> Vec<Provenance> {
    let maker = Maker { claims, source };
    let mut all: Vec<Provenance> = Vec::new();
    let mut text = |field: &str, value: Option<&str>| {
        all.extend(value.map(|value| Provenance::new(field, value, maker.text(field, value))));
    };
    text("key", event.key.as_deref());
    text("title", Some(&event.title));
    all.extend(
        event.performers.iter().enumerate().map(|(at, act)| {
            Provenance::new(&format!("performers[{at}]"), &act.name, maker.act(&act.name, &event.title))
        }),
    );
    all.push(maker.time("start", &event.start));
    all.extend(event.doors.as_ref().map(|time| maker.time("doors", time)));
    all.extend(event.end.as_ref().map(|time| maker.time("end", time)));
    all.push(Provenance::new("status", &word(&event.status), maker.status(event.status)));
    all.extend(maker.price(event));
    if let Some(age) = event.age {
        let shown = age_words(age);
        let claimed = maker.first("age").filter(|_| maker.claims.iter().any(|(claim, ..)| claim.age == Some(age)));
        let default = || Step::new(How::Source { key: "default_age".to_owned() }, &shown);
        all.push(Provenance::new("age", &shown, claimed.unwrap_or_else(default)));
    }
    for (field, url) in
        [("ticket_url", &event.ticket_url), ("event_url", &event.event_url), ("image_url", &event.image_url)]
    {
        all.extend(url.as_ref().map(|url| Provenance::new(field, url.as_str(), maker.url(field, url))));
    }
    let mut text = |field: &str, value: Option<&str>| {
        all.extend(value.map(|value| Provenance::new(field, value, maker.text(field, value))));
    };
    text("description", event.description.as_deref());
    for (at, genre) in event.genres.iter().enumerate() {
        text(&format!("genres[{at}]"), Some(genre));
    }
    text("room", event.room.as_deref());
    text("venue", event.venue_name.as_deref());
    all
}

struct Maker<'a> {
    claims: &'a [Told<'a>],
    source: &'a Source,
}

impl Maker<'_> {
    /// The way to a field of the first claim that has it.
    fn first(&self, field: &str) -> Option<Step> {
        self.claims.iter().find_map(|(_, ways, _)| Some(ways.iter().find(|way| way.field == field)?.step.clone()))
    }

    /// The way to a text: of the claims that have the field the one that has this text, else the first.
    fn text(&self, field: &str, value: &str) -> Step {
        let list = field.split('[').next().unwrap_or(field);
        let ways: Vec<(&str, &Step)> = self
            .claims
            .iter()
            .flat_map(|(claim, ways, _)| ways.iter().filter_map(|way| Some((claimed(claim, &way.field)?, way))))
            .filter(|(_, way)| way.field.split('[').next() == Some(list))
            .map(|(raw, way)| (raw, &way.step))
            .collect();
        if let Some((raw, step)) = ways.iter().find(|(raw, _)| same(raw, value)) {
            return if raw.trim() == value {
                Step::clone(step)
            } else {
                normalized("white space and signs", value, step)
            };
        }
        if let Some((_, step)) = ways.iter().find(|(raw, _)| same(&text::clean(raw), value)) {
            return normalized("entities, white space and odd characters", value, step);
        }
        let without = |raw: &str| same(&status::read(&text::clean(raw)).1, value);
        if let Some((_, step)) = ways.iter().find(|(raw, _)| without(raw)) {
            return normalized("status words taken out", value, step);
        }
        match ways.first() {
            Some((_, step)) if value.ends_with('…') => normalized("shortened", value, step),
            Some((_, step)) => normalized("made presentable", value, step),
            None => Step::new(How::Plugin, value),
        }
    }

    fn act(&self, name: &str, title: &str) -> Step {
        let named = self.claims.iter().any(|(claim, ..)| !claim.performers.is_empty());
        if named {
            return self.text("performers", name);
        }
        let from = self.text("title", title);
        let how =
            How::Reading { function: "performers".to_owned(), detail: "from the title, by the normaliser".to_owned() };
        let read = performers::read(title).iter().any(|act| act.name == name);
        if read { Step::new(how, name).out_of(vec![from]) } else { normalized("read out of the title", name, &from) }
    }

    fn time(&self, field: &str, time: &EventTime) -> Provenance {
        let shown = match time.time {
            Some(clock) => format!("{} {} {}", time.date, clock.format("%H:%M"), time.zone),
            None => time.date.to_string(),
        };
        let own = self.claims.iter().find_map(|(claim, ways, _)| {
            let moment = match field {
                "start" => claim.start.as_ref(),
                "doors" => claim.doors.as_ref(),
                _ => claim.end.as_ref(),
            }?;
            Some((moment, ways.iter().find(|way| way.field == field)?.step.clone()))
        });
        let zone = time.zone;
        let step = match own {
            Some((Moment::Date(day), step)) if *day == time.date && time.time.is_none() => step,
            Some((Moment::Local(local), step)) if local.date() == time.date && Some(local.time()) == time.time => {
                normalized(&format!("its instant is that of the clock in {zone}"), &shown, &step)
            }
            Some((Moment::Instant(_), step)) => normalized(&format!("turned into the clock of {zone}"), &shown, &step),
            Some((Moment::Text(_), step)) => {
                let how = How::Reading { function: "dates".to_owned(), detail: format!("{field}, by the normaliser") };
                Step::new(how, &shown).out_of(vec![step])
            }
            Some((_, step)) if time.time.is_none() => normalized("a whole day: the time is not known", &shown, &step),
            Some((_, step)) if field == "end" => normalized("taken to be after midnight", &shown, &step),
            Some((_, step)) => normalized(&format!("joined with another telling of it, in {zone}"), &shown, &step),
            // Doors and end that stand in the text of the start.
            None => match self.first("start") {
                Some(step) => {
                    let how =
                        How::Reading { function: "dates".to_owned(), detail: format!("{field}, by the normaliser") };
                    Step::new(how, &shown).out_of(vec![step])
                }
                None => Step::new(How::Plugin, &shown),
            },
        };
        Provenance::new(field, &shown, step)
    }

    fn status(&self, wanted: Status) -> Step {
        let shown = word(&wanted);
        if wanted == Status::Scheduled {
            let rule = "nothing on the page says otherwise".to_owned();
            return Step::new(How::Default { rule }, &shown);
        }
        let field = self.claims.iter().any(|(claim, ..)| claim.status == Some(wanted));
        if let Some(step) = self.first("status").filter(|_| field) {
            return step;
        }
        let title = self.claims.iter().find_map(|(claim, ways, _)| {
            let told = status::read(&text::clean(claim.title.as_ref()?)).0 == Some(wanted);
            told.then(|| ways.iter().find(|way| way.field == "title")).flatten()
        });
        if let Some(title) = title {
            return normalized("status words of the title", &shown, &title.step);
        }
        let price = self.first("price.kind");
        price.map_or_else(|| Step::new(How::Plugin, &shown), |step| normalized("words of the price", &shown, &step))
    }

    fn price(&self, event: &Event) -> Vec<Provenance> {
        let Some(price) = &event.price else { return Vec::new() };
        let mut all = Vec::new();
        let claim = self.claims.iter().find_map(|(claim, ..)| claim.price.as_ref());
        let of_words = claim.and_then(|claim| claim.text.as_ref()).filter(|text| {
            claim.is_some_and(|claim| claim.min.is_none() && claim.max.is_none())
                && prices::read(text, self.source.currency).is_some()
        });
        let kind = self.first("price.kind").unwrap_or_else(|| Step::new(How::Plugin, ""));
        let part = |field: &str, value: &str, same: bool| {
            let step = match self.first(field) {
                Some(step) if same => step,
                Some(step) => normalized("as the amounts fit together", value, &step),
                None if price.kind == PriceKind::Free => normalized("free is 0", value, &kind),
                None if of_words.is_some() => normalized("read out of the price's words", value, &kind),
                None => {
                    let other = self.first("price.min").or_else(|| self.first("price.max"));
                    normalized("as the amounts fit together", value, &other.unwrap_or_else(|| kind.clone()))
                }
            };
            Provenance::new(field, value, step)
        };
        let same_kind = claim.is_some_and(|claim| claim.kind == price.kind);
        all.push(part("price.kind", &word(&price.kind), same_kind));
        let amount = |text: Option<&String>, money: Money| text.is_some_and(|text| text.parse() == Ok(money));
        for (field, money, text) in [
            ("price.min", price.min, claim.and_then(|claim| claim.min.as_ref())),
            ("price.max", price.max, claim.and_then(|claim| claim.max.as_ref())),
        ] {
            all.extend(money.map(|money| part(field, &money.to_string(), amount(text, money))));
        }
        if let Some(currency) = price.currency {
            let code = currency.code();
            let claimed = self.first("price.currency");
            let own = || Step::new(How::Source { key: "currency".to_owned() }, code);
            all.push(Provenance::new("price.currency", code, claimed.unwrap_or_else(own)));
        }
        all
    }

    fn url(&self, field: &str, url: &WebUrl) -> Step {
        let found = self.claims.iter().find_map(|(claim, ways, page)| {
            let raw = claimed(claim, field)?.trim();
            let joined = page.join(raw).ok()?;
            if joined.as_str() != url.as_str() && joined.without_trackers().as_str() != url.as_str() {
                return None;
            }
            Some((raw, joined, ways.iter().find(|way| way.field == field)?))
        });
        let Some((raw, joined, way)) = found else { return Step::new(How::Plugin, url.as_str()) };
        let mut step = way.step.clone();
        if joined.as_str() != raw {
            step = normalized("made absolute against the page's address", joined.as_str(), &step);
        }
        if joined.as_str() != url.as_str() {
            step = normalized("trackers taken off", url.as_str(), &step);
        }
        step
    }
}

/// The text that a claim has in a field.
fn claimed<'c>(claim: &'c EventClaim, field: &str) -> Option<&'c str> {
    let (name, place) = match field.split_once('[') {
        Some((name, place)) => (name, place.trim_end_matches(']').parse::<usize>().ok()?),
        None => (field, 0),
    };
    match name {
        "key" => claim.key.as_deref(),
        "title" => claim.title.as_deref(),
        "performers" => claim.performers.get(place).map(|act| act.name.as_str()),
        "ticket_url" => claim.ticket_url.as_deref(),
        "event_url" => claim.event_url.as_deref(),
        "image_url" => claim.image_url.as_deref(),
        "description" => claim.description.as_deref(),
        "genres" => claim.genres.get(place).map(String::as_str),
        "room" => claim.room.as_deref(),
        "venue" => claim.venue.as_deref(),
        _ => None,
    }
}

fn normalized(what: &str, value: &str, from: &Step) -> Step {
    Step::new(How::Normalized { what: what.to_owned() }, value).out_of(vec![from.clone()])
}

/// Whether two texts are the same but for white space.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// The word that the API has for a value of a closed set.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn age_words(age: AgeRestriction) -> String {
    match age {
        AgeRestriction::AllAges => "all ages".to_owned(),
        AgeRestriction::Minimum(years) => format!("{years}+"),
    }
}

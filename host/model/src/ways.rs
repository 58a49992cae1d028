//! The ways by which a source's plugin finds each field: what is left of many [`Provenance`]s when positions and values are taken away.
//!
//! A value's provenance leads to a line of one page; its way is what all events of a listing have in common, the selector or pointer and
//! what was done since. A crawl keeps it, so that `/events/{id}/why` can name it. Pure; it says nothing about whether a value is right.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{How, Place, Provenance, Step};

/// Ways of one field that are kept, the most usual first: a platform has two or three layouts of a row.
pub const MOST_WAYS: usize = 4;

/// Places and steps of one way that are kept. A time out of five cells has five places.
const MOST_STEPS: usize = 8;

/// Characters of a selector or of a step's words that are kept. Selectors are a plugin's, and bounded nowhere else.
const LONGEST: usize = 300;

/// The ways to each field, under its name in an event's provenance without numbers: `title`, `performers`, `price.min`.
pub type FieldWays = BTreeMap<String, Vec<Way>>;

/// One way by which a field is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Way {
    /// What the value rests on.
    pub rests_on: RestsOn,
    /// Where it is read; several where it is put together out of several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub found: Vec<Spot>,
    /// What was done since, the first step first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub then: Vec<Done>,
}

/// What a value rests on in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestsOn {
    /// The page.
    Page,
    /// The source's configuration, or its source file.
    Configuration,
    /// A rule of the host for what no page says.
    Rule,
    /// The plugin itself: nothing that it read has it.
    Plugin,
}

/// Where something is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// The kind of page: `listing`, or the tag of the follow request that led there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub page: Option<String>,
    /// The selectors, outermost first, such as `article.show » h2 a`, or the pointer, with `*` for numbers; the key of a source file.
    pub selector: String,
    /// What is taken there: `text`, `attribute href`, `value`.
    pub take: String,
}

/// Something that was done with what was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Done {
    /// Who did it.
    pub by: Doer,
    /// What, in a few words.
    pub what: String,
}

/// Who did something with what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// The plugin.
    Plugin,
    /// The host: a reading function, or the normaliser.
    Host,
}

impl Way {
    /// The way of a value.
    #[must_use]
    pub fn of(value: &Provenance) -> Self {
        let mut way = Self { rests_on: RestsOn::Page, found: Vec::new(), then: Vec::new() };
        let mut rests = Vec::new();
        way.walk(&value.step, &mut rests);
        way.found.truncate(MOST_STEPS);
        way.then.truncate(MOST_STEPS);
        // What has any part of it from the page is the page's; what rests on nothing is the plugin's own.
        way.rests_on = rests.into_iter().min().unwrap_or(RestsOn::Plugin);
        way
    }

    /// The selector in one line; `None` where no page was read for it.
    #[must_use]
    pub fn selector(&self) -> Option<String> {
        let found = self.found.iter().filter(|_| self.rests_on == RestsOn::Page);
        let all: Vec<&str> = found.map(|spot| spot.selector.as_str()).collect();
        (!all.is_empty()).then(|| all.join(" + "))
    }

    fn walk(&mut self, step: &Step, rests: &mut Vec<RestsOn>) {
        step.from.iter().for_each(|before| self.walk(before, rests));
        let mut spot = |place: Option<&Place>, selector: &str, take: &str| {
            let spot = Spot {
                page: place.and_then(|place| place.page.clone()),
                selector: shortened(&numberless(selector)),
                take: shortened(take),
            };
            if !self.found.contains(&spot) {
                self.found.push(spot);
            }
        };
        let place = step.place.as_ref();
        let expression = place.map_or("", |place| place.expression.as_str());
        let done = match &step.how {
            How::Read { take } => {
                spot(place, expression, take);
                return rests.push(RestsOn::Page);
            }
            How::Body => {
                spot(place, if expression.is_empty() { "body" } else { expression }, "text");
                return rests.push(RestsOn::Page);
            }
            How::Fact { name } => {
                spot(place, name, "fact of the page");
                return rests.push(RestsOn::Page);
            }
            How::Configuration => {
                spot(None, expression, "configuration");
                return rests.push(RestsOn::Configuration);
            }
            How::Source { key } => {
                spot(None, key, "source file");
                return rests.push(RestsOn::Configuration);
            }
            How::Default { rule } => {
                rests.push(RestsOn::Rule);
                Done { by: Doer::Host, what: rule.clone() }
            }
            How::Plugin => {
                rests.push(RestsOn::Plugin);
                return;
            }
            // What the plugin puts in itself may be different for each event.
            How::Joined { .. } => Done { by: Doer::Plugin, what: "put together".to_owned() },
            How::Reading { .. } | How::Parsed { .. } | How::Normalized { .. } => {
                Done { by: Doer::Host, what: step.how.to_string() }
            }
            How::Part | How::Rewritten | How::FixedForm { .. } | How::Concluded => {
                Done { by: Doer::Plugin, what: step.how.to_string() }
            }
        };
        let done = Done { what: shortened(&done.what), ..done };
        if !self.then.contains(&done) {
            self.then.push(done);
        }
    }
}

/// The distinct ways of many events' values, the most usual first.
#[must_use]
pub fn ways_of<'a>(values: impl IntoIterator<Item = &'a Provenance>) -> FieldWays {
    let mut counted: BTreeMap<String, BTreeMap<Way, usize>> = BTreeMap::new();
    for value in values {
        let field = value.field.split('[').next().unwrap_or_default().to_owned();
        *counted.entry(field).or_default().entry(Way::of(value)).or_default() += 1;
    }
    let usual = |ways: BTreeMap<Way, usize>| {
        let mut ways: Vec<(Way, usize)> = ways.into_iter().collect();
        // A stable sort: ways as frequent as each other stay in their own order, so that nothing is written without need.
        ways.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        ways.into_iter().map(|(way, _)| way).take(MOST_WAYS).collect()
    };
    counted.into_iter().map(|(field, ways)| (field, usual(ways))).collect()
}

/// A pointer without the numbers of items; selectors stay as they are.
fn numberless(expression: &str) -> String {
    let Some(at) = expression.find('/').filter(|at| {
        let before = expression.get(..*at).unwrap_or_default();
        before.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == ' ')
    }) else {
        return expression.to_owned();
    };
    let (before, pointer) = expression.split_at(at);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = pointer.split('/').map(|part| if is_number(part) { "*" } else { part }).collect();
    format!("{before}{}", parts.join("/"))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(selector: &str, line: u32) -> Step {
        let place = Place { expression: selector.to_owned(), line: Some(line), ..Place::default() };
        Step::new(How::Read { take: "text".to_owned() }, "Moon").at(place)
    }

    fn title(step: Step) -> Provenance {
        Provenance::new("title", "Moon", step)
    }

    #[test]
    fn events_of_one_listing_have_one_way_and_the_most_usual_goes_first() {
        let mut values: Vec<Provenance> = (1..9).map(|line| title(read("article » h2", line))).collect();
        values.insert(0, title(read("article » .title", 40)));
        let ways = ways_of(&values);
        let selectors: Vec<_> = ways["title"].iter().map(|way| way.selector().unwrap()).collect();
        assert_eq!(selectors, ["article » h2", "article » .title"]);
    }

    #[test]
    fn a_way_says_what_the_value_rests_on_and_who_did_what() {
        let joined =
            Step::new(How::Joined { with: vec!["2026".to_owned()] }, "x").out_of(vec![read(".day", 1), read(".at", 1)]);
        let dates = How::Reading { function: "dates".to_owned(), detail: "start".to_owned() };
        let way = Way::of(&title(Step::new(dates, "x").out_of(vec![joined])));
        assert_eq!(way.rests_on, RestsOn::Page);
        assert_eq!(way.selector().unwrap(), ".day + .at");
        assert_eq!(way.then.iter().map(|done| done.by).collect::<Vec<_>>(), [Doer::Plugin, Doer::Host]);
        let set = Way::of(&title(Step::new(How::Source { key: "default_age".to_owned() }, "19+")));
        assert_eq!((set.rests_on, set.selector()), (RestsOn::Configuration, None));
        assert_eq!(Way::of(&title(Step::new(How::Plugin, "x"))).rests_on, RestsOn::Plugin);
    }

    #[test]
    fn numbers_of_items_are_no_part_of_a_way_and_selectors_stay_as_they_are() {
        assert_eq!(numberless("/events/12/title"), "/events/*/title");
        assert_eq!(numberless("JSON-LD /0/name"), "JSON-LD /*/name");
        assert_eq!(numberless("a[href^='/e/2']"), "a[href^='/e/2']");
    }

    #[test]
    fn however_many_ways_there_are_few_and_short_ones_are_kept() {
        let values: Vec<Provenance> = (0..50).map(|n| title(read(&format!(".n{n}{}", "x".repeat(999)), 1))).collect();
        let ways = ways_of(&values);
        assert_eq!(ways["title"].len(), MOST_WAYS);
        assert!(ways["title"].iter().all(|way| way.found[0].selector.chars().count() <= LONGEST + 1));
    }
}

//! A configuration of the css plugin for a page that no other plugin reads.
//!
//! Looks for dates, climbs from them to the block that is one event, and names selectors for what the block holds. A proposal is a
//! claim about the page: the caller runs the plugin with it and believes what comes back, not what is said here. Nothing here
//! knows a venue, and no text of a page becomes part of a selector but the page's own names.

mod blocks;
mod columns;
mod forms;
mod headed;
mod lines;
mod links;
mod months;
mod names;
mod others;
mod outline;
mod roles;
mod selector;
mod spots;
mod when;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use marquee_model::WebUrl;
use marquee_reading::{
    Document,
    dates::{DateContext, DateOrder},
};
use serde_json::{Map, Value, json};

use blocks::{Block, Kind, share};
use headed::Headed;
use months::Months;
use outline::{At, Outline};
use roles::{Chosen, Ground};
use spots::{Calendar, DateWords, Day, Spot};

/// One item in so many has to have a title and a date.
const FEWEST_READ: usize = 3;

/// Blocks that are worked out into proposals.
const MOST_BUILT: usize = 6;

/// What is known of the page beside its markup.
#[derive(Debug, Clone)]
pub struct Hints {
    /// The day that counts as today.
    pub today: NaiveDate,
    /// The page's languages, the likeliest first.
    pub languages: Vec<String>,
    /// How its country writes 03/04, where the country is known.
    pub order: Option<DateOrder>,
}

/// A configuration of the css plugin and what it finds.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The configuration.
    pub configuration: Value,
    /// Elements that the item's selector matches.
    pub items: usize,
    /// Those with a title and a date that can be read.
    pub read: usize,
    /// For each field how many items have it, in the order of the configuration.
    pub fields: Vec<(String, usize)>,
    /// Day and title of the items that have both, as they were read here.
    pub found: Vec<(NaiveDate, String)>,
    /// What was guessed, and what the operator should look at.
    pub notes: Vec<String>,
    /// For comparing proposals of one page only.
    pub score: f64,
}

/// Where an item stands, and the date that it has.
struct Listing<'l> {
    block: &'l Block,
    headed: Option<&'l Headed>,
    kind: &'l Kind,
    /// Every date of the page.
    all: &'l [Spot],
}

/// The proposals for a page, the best first; none where no date is repeated.
#[must_use]
pub fn propose(document: &Document, url: &WebUrl, hints: &Hints) -> Vec<Proposal> {
    let outline = Outline::new(document);
    let context = DateContext { languages: hints.languages.clone(), ..DateContext::new(hints.today) };
    let calendar = Calendar::of(&outline, context, hints.order);
    let spots = spots::spots(&outline, &calendar);
    let page = Page { outline: &outline, calendar: &calendar, url, hints };
    let proposals = page.proposals(&spots, None);
    if proposals.iter().any(|proposal| proposal.read >= 2) {
        return proposals;
    }
    // No whole date is repeated: perhaps the months stand apart.
    let under_months = Months::of(&outline, &calendar).map(|months| {
        let spots = months.spots(&outline, &calendar);
        page.proposals(&spots, Some(&months))
    });
    under_months.filter(|found| found.iter().any(|proposal| proposal.read >= 2)).unwrap_or(proposals)
}

/// A page that is searched.
struct Page<'p> {
    outline: &'p Outline<'p>,
    calendar: &'p Calendar,
    url: &'p WebUrl,
    hints: &'p Hints,
}

impl Page<'_> {
    /// The proposals that rest on these dates, the best first.
    fn proposals(&self, spots: &[Spot], months: Option<&Months>) -> Vec<Proposal> {
        let outline = self.outline;
        let texts = spots.iter().flat_map(|spot| outline.around(spot.at).take(4)).map(|at| outline.text(at));
        let words = DateWords::of(texts, self.calendar);
        let kinds = blocks::kinds(outline, spots, &words);
        let blocks: Vec<(&Kind, Vec<Block>, Vec<Headed>)> = kinds
            .iter()
            .map(|kind| (kind, blocks::blocks(outline, kind, spots, &words), headed::headed(outline, kind, &words)))
            .collect();
        let mut listings: Vec<Listing<'_>> = Vec::new();
        for (kind, blocks, headed) in &blocks {
            listings.extend(blocks.iter().map(|block| Listing { block, headed: None, kind, all: spots }));
            // Where a block holds the date and more, what stands under the date is a part of it, unless there is clearly more
            // of it. Two things above the events, month and day, are not told apart.
            let whole = blocks.iter().map(|block| block.dated.len()).max().unwrap_or_default();
            let apart = headed.iter().filter(|headed| months.is_none() && headed.block.items.len() * 4 >= whole * 5);
            listings.extend(apart.map(|headed| Listing {
                block: &headed.block,
                headed: Some(headed),
                kind,
                all: spots,
            }));
        }
        let today = self.hints.today;
        listings.sort_by(|a, b| b.promise(today).total_cmp(&a.promise(today)));
        let mut proposals: Vec<Proposal> =
            listings.iter().take(MOST_BUILT).filter_map(|listing| self.build(&words, listing, months)).collect();
        proposals.sort_by(|a, b| b.score.total_cmp(&a.score));
        proposals
    }
}

impl Listing<'_> {
    /// What a look at block and dates alone promises.
    fn promise(&self, today: NaiveDate) -> f64 {
        let first = today.checked_sub_days(Days::new(2)).unwrap_or(today);
        let last = today.checked_add_days(Days::new(550)).unwrap_or(today);
        let days: Vec<Day> = blocks::days(self.kind).collect();
        let coming = days.iter().filter(|day| (first..=last).contains(&day.date)).count();
        let count = self.block.dated.len();
        // One date may stand anywhere; two alike are a listing.
        let alone = if count < 2 { 0.4 } else { 1.0 };
        alone * self.block.score * (count as f64).powf(0.6) * (0.4 + 0.6 * share(coming, days.len()))
    }

    /// Each item's date place inside it, and its day.
    fn spots(&self) -> Vec<(Option<At>, Option<Day>)> {
        let day =
            |spot: At| self.kind.spots.iter().chain(self.all).find(|known| known.at == spot).map(|known| known.day);
        let of = |item: &At| self.block.dated.iter().find(|(at, _)| at == item).map(|(_, spot)| *spot);
        self.block
            .items
            .iter()
            .map(|item| {
                let spot = of(item);
                let inside = spot.filter(|_| self.headed.is_none_or(|headed| headed.titles_above));
                (inside, spot.and_then(day))
            })
            .collect()
    }
}

impl Page<'_> {
    fn build(&self, words: &DateWords, listing: &Listing<'_>, months: Option<&Months>) -> Option<Proposal> {
        let Self { outline, calendar, url, hints } = *self;
        let block = listing.block;
        let spots = listing.spots();
        let columns = columns::columns(outline, &block.items);
        let ground =
            Ground { outline, calendar, words, url, items: &block.items, spots: &spots, columns: &columns, months };
        let (date, title) = date_and_title(&ground, listing)?;
        let mut fields = vec![title.clone(), date.clone()];
        fields.extend(ground.times(&date));
        fields.extend(ground.others(&date, &title));

        let texts: Vec<&str> = date.values.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
        let days = calendar.listing(&texts);
        let found: Vec<(NaiveDate, String)> = days
            .iter()
            .zip(&title.values)
            .filter_map(|(day, title)| Some((day.as_ref()?.date, title.clone()?)))
            .collect();
        let read = found.len();
        // Where few of the items have a date, the date is not what was taken for it, or they are no events.
        if read * FEWEST_READ < block.items.len().max(1) {
            return None;
        }
        let mut notes = Vec::new();
        let mut configuration = Map::new();
        configuration.insert("item".to_owned(), Value::String(block.selector.to_string()));
        let container = container(outline, &block.items);
        if let Some(container) = &container {
            configuration.insert("marks".to_owned(), json!([container]));
        }
        let undated = days.iter().filter(|day| day.is_none()).count();
        let untitled = title.values.iter().filter(|value| value.is_none()).count();
        let absent = date.values.iter().filter(|value| value.is_none()).count();
        let require: Vec<&str> =
            [("date", absent), ("title", untitled)].iter().filter(|(_, n)| *n > 0).map(|(name, _)| *name).collect();
        if !require.is_empty() {
            notes.push(format!(
                "{} of {} items have no {}: they are taken for no events",
                absent.max(untitled),
                block.items.len(),
                require.join(" or no ")
            ));
            configuration.insert("require".to_owned(), json!(require));
        }
        if undated > absent {
            notes.push(format!("{} dates cannot be read", undated - absent));
        }
        if calendar.context.order.is_some() {
            let day_first = calendar.context.order == Some(DateOrder::DayFirst);
            configuration.insert("date_order".to_owned(), json!(if day_first { "day-first" } else { "month-first" }));
            if calendar.order_guessed {
                notes.push(
                    "nothing on the page tells whether 03/04 is in March or in April: check `date_order`".to_owned(),
                );
            }
        }
        if let Some((next, target)) = links::next(outline, url, &block.items) {
            configuration.insert("next".to_owned(), Value::String(next));
            notes.push(format!("the next page is {target}"));
        }
        let written: Map<String, Value> =
            fields.iter().map(|field| (field.name.to_owned(), field.written.clone())).collect();
        configuration.insert("fields".to_owned(), Value::Object(written));
        if let Some(container) = &container {
            configuration.insert("empty".to_owned(), roles::empty(container, &hints.languages));
        }
        let useful = ["event_url", "ticket_url", "time", "price"];
        let more = fields.iter().filter(|field| useful.contains(&field.name)).count() as f64;
        let clocked = share(days.iter().flatten().filter(|day| day.timed).count(), read);
        let score = listing.promise(hints.today)
            * share(read, block.items.len().max(1)).min(1.0).powf(1.2)
            * (1.0 + 0.08 * more + 0.1 * clocked);
        Some(Proposal {
            configuration: Value::Object(configuration),
            items: block.items.len(),
            read,
            found,
            fields: fields.iter().map(|field| (field.name.to_owned(), field.found)).collect(),
            notes,
            score,
        })
    }
}

/// The two fields that make an event. Where they are not both inside the item, one of them stands above it.
fn date_and_title(ground: &Ground<'_>, listing: &Listing<'_>) -> Option<(Chosen, Chosen)> {
    let above = |headed: &Headed, name: &'static str| {
        let all = headed.above.all(ground.outline);
        let values: Vec<Option<String>> = ground
            .items
            .iter()
            .map(|item| {
                let before = all.get(all.partition_point(|at| at < item).checked_sub(1)?)?;
                Some(ground.outline.text(*before).to_owned())
            })
            .collect();
        Chosen {
            name,
            written: json!([{ "selector": headed.above.to_string(), "scope": "before" }]),
            found: values.iter().flatten().count(),
            values,
            places: BTreeSet::new(),
        }
    };
    let line = |chosen: Chosen| match lines::title(&chosen.values, ground.calendar, ground.words) {
        Some(piece) => Chosen {
            written: piece.written(&chosen.written),
            found: piece.values.iter().flatten().count(),
            values: piece.values,
            ..chosen
        },
        None => chosen,
    };
    match listing.headed {
        Some(headed) if headed.titles_above => Some((ground.date()?, above(headed, "title"))),
        Some(headed) => Some((above(headed, "date"), ground.title()?)),
        None => {
            let date = ground.date()?;
            let title = ground.title()?;
            // One line holds all: its pieces have to be told apart.
            let whole = title.places.iter().any(|at| date.places.iter().any(|d| ground.outline.is_within(*d, *at)));
            Some((date, if whole { line(title) } else { title }))
        }
    }
}

/// The strongest name of an element that holds all items: a page without it is another page.
fn container(outline: &Outline<'_>, items: &[At]) -> Option<String> {
    let common = outline.common(items).or_else(|| outline.parent(*items.first()?))?;
    outline.around(common).take(4).find_map(|at| {
        let element = outline.get(at)?;
        if let Some(id) = &element.own_id {
            return Some(format!("#{id}"));
        }
        let class = element.classes.iter().find(|class| !names::is_utility(class) && names::unescaped_ident(class))?;
        Some(format!(".{class}"))
    })
}

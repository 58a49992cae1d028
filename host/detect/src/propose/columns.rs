//! What stands at the same place in the items: for each selector that could mean a field, its element and value in every item.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    forms,
    outline::{At, Outline},
    selector::Selector,
};

/// Items that are looked at to find selectors; the rest is only read with what was found.
const SAMPLE: usize = 24;

/// Descendants of one item that are looked at.
const DESCENDANTS: usize = 220;

/// Attributes that may hold a date or a link.
const ATTRIBUTES: &[&str] = &["datetime", "content", "title", "href", "src", "data-src", "data-lazy-src"];

/// What is taken of the element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Its text.
    Text,
    /// Its own text, without that of its children.
    Own,
    /// An attribute.
    Attribute(String),
}

/// One selector inside the items.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// `None`: the item itself.
    pub(crate) selector: Option<Selector>,
    pub(crate) what: What,
    /// The element in each item.
    pub(crate) places: Vec<Option<At>>,
    /// Its value in each item; absent where it is empty.
    pub(crate) values: Vec<Option<String>>,
}

impl Column {
    /// The values that are there.
    pub(crate) fn present(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flatten().map(String::as_str)
    }

    /// The elements that are there.
    pub(crate) fn elements(&self) -> impl Iterator<Item = At> + '_ {
        self.places.iter().flatten().copied()
    }

    pub(crate) fn count(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// Share of items that have a value.
    pub(crate) fn coverage(&self) -> f64 {
        super::blocks::share(self.count(), self.values.len())
    }

    /// Different values by values.
    pub(crate) fn variety(&self) -> f64 {
        let distinct: BTreeSet<&str> = self.present().collect();
        super::blocks::share(distinct.len(), self.count())
    }

    pub(crate) fn mean_length(&self) -> f64 {
        super::blocks::share(self.present().map(|value| value.chars().count()).sum(), self.count())
    }

    pub(crate) fn strength(&self) -> f64 {
        self.selector.as_ref().map_or(0.6, Selector::strength)
    }

    /// Names in the selector and of the first element, for what they say.
    pub(crate) fn names(&self, outline: &Outline<'_>) -> Vec<String> {
        let of_selector = self.selector.iter().flat_map(Selector::names).map(str::to_owned);
        let of_element = self.elements().next().and_then(|at| outline.get(at)).into_iter();
        of_selector
            .chain(of_element.flat_map(|element| element.classes.iter().chain(&element.own_id)).cloned())
            .collect()
    }

    /// The name of the first element, such as `h3`.
    pub(crate) fn tag<'o>(&self, outline: &'o Outline<'_>) -> &'o str {
        self.elements().next().and_then(|at| outline.get(at)).map_or("", |element| &element.name)
    }

    /// As the css plugin's configuration has it.
    pub(crate) fn written(&self) -> serde_json::Value {
        let selector = self.selector.as_ref().map(ToString::to_string).unwrap_or_default();
        match &self.what {
            What::Text => serde_json::Value::String(selector),
            What::Attribute(name) => serde_json::Value::String(format!("{selector}@{name}")),
            What::Own => serde_json::json!({ "selector": selector, "take": "own-text" }),
        }
    }
}

/// The columns of these items: one for each set of elements, by the selector that is likeliest to hold.
pub(crate) fn columns(outline: &Outline<'_>, items: &[At]) -> Vec<Column> {
    let mut selectors: BTreeSet<Selector> = BTreeSet::new();
    let step = items.len().div_ceil(SAMPLE).max(1);
    for item in items.iter().step_by(step) {
        for at in outline.below(*item).take(DESCENDANTS) {
            selectors.extend(forms::as_field(outline, at, *item));
        }
    }
    let mut by_places: BTreeMap<Vec<Option<At>>, Selector> = BTreeMap::new();
    for selector in selectors {
        let places: Vec<Option<At>> = items.iter().map(|item| selector.first_in(outline, *item)).collect();
        match by_places.get_mut(&places) {
            Some(known) if better(&selector, known) => *known = selector,
            Some(_) => {}
            None => {
                by_places.insert(places, selector);
            }
        }
    }
    let mut columns = vec![of_item(outline, items, What::Text), of_item(outline, items, What::Own)];
    columns.push(of_item(outline, items, What::Attribute("href".to_owned())));
    for (places, selector) in by_places {
        let values = |read: &dyn Fn(At) -> Option<String>| -> Vec<Option<String>> {
            places.iter().map(|at| at.and_then(read).filter(|value| !value.trim().is_empty())).collect()
        };
        let text = values(&|at| Some(outline.text(at).to_owned()));
        let mut add = |what: What, values: Vec<Option<String>>| {
            if values.iter().any(Option::is_some) {
                columns.push(Column { selector: Some(selector.clone()), what, places: places.clone(), values });
            }
        };
        add(What::Text, text.clone());
        let own = values(&|at| own_text(outline, at));
        if own != text {
            add(What::Own, own);
        }
        for name in attributes(outline, &places) {
            let values = values(&|at| outline.attribute(at, &name).map(|value| value.trim().to_owned()));
            add(What::Attribute(name), values);
        }
    }
    columns.retain(|column| column.count() > 0);
    columns
}

/// The stronger selector, else the shorter one.
fn better(a: &Selector, b: &Selector) -> bool {
    let length = |selector: &Selector| selector.to_string().len();
    a.strength().total_cmp(&b.strength()).then_with(|| length(b).cmp(&length(a))).is_gt()
}

fn of_item(outline: &Outline<'_>, items: &[At], what: What) -> Column {
    let values = items
        .iter()
        .map(|at| {
            let value = match &what {
                What::Text => Some(outline.text(*at).to_owned()),
                What::Own => own_text(outline, *at),
                What::Attribute(name) => outline.attribute(*at, name).map(str::to_owned),
            };
            value.filter(|value| !value.trim().is_empty())
        })
        .collect();
    Column { selector: None, what, places: items.iter().copied().map(Some).collect(), values }
}

fn own_text(outline: &Outline<'_>, at: At) -> Option<String> {
    outline.document.take(outline.get(at)?.id, &marquee_reading::Take::OwnText)
}

/// The attributes of the elements that may hold something: the known ones, and `data-` ones that hold more than a flag.
fn attributes(outline: &Outline<'_>, places: &[Option<At>]) -> BTreeSet<String> {
    let elements = places.iter().flatten().take(4).filter_map(|at| outline.get(*at));
    elements
        .flat_map(|element| outline.document.attributes(element.id))
        .filter(|(name, value)| {
            let date = name.starts_with("data-")
                && value.len() >= 8
                && value.len() <= 40
                && value.contains(['-', ':', '/', ' ']);
            ATTRIBUTES.contains(name) || date
        })
        .map(|(name, _)| name.to_owned())
        .collect()
}

//! The fields of the configuration: which texts each is made of, and the cells that come of them.
//!
//! A field is made of parts that are joined; a part of alternatives of which the first that gives something counts; an
//! alternative of a place (a column) and the work on what stands there. Reading the page is `items`' and `json_items`' part.

use marquee_sdk::{Column, Columns, Configuration, ExtractError, Kind, Row, Scope, Take, Value};

use crate::work::Work;

/// From where a column is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The item, or the piece of it that is the event.
    Own,
    /// What stands before or around the item.
    Outer,
    /// The group that the item is in.
    Group,
}

/// An alternative.
struct Step {
    stage: Stage,
    /// Its column; a fixed text has none.
    column: Option<Column>,
    /// The selector, or on pages of JSON the pointer.
    place: String,
    every: bool,
    /// Where an item has nothing, it has what the item before had.
    carry: bool,
    work: Work,
}

struct Field {
    name: String,
    every: bool,
    /// The parts that are joined, and of each the alternatives, by their place in `Fields::steps`.
    parts: Vec<Vec<usize>>,
}

/// The configured fields and their columns.
#[derive(Default)]
pub(crate) struct Fields {
    fields: Vec<Field>,
    steps: Vec<Step>,
    own: Columns,
    outer: Columns,
    group: Columns,
}

/// What was taken for one item, a list of texts for each step.
pub(crate) struct Taken(Vec<Vec<String>>);

/// The values of one item.
#[derive(Clone, Default)]
pub(crate) struct Cells {
    /// Name, whether each match is a value of its own, values.
    fields: Vec<(String, bool, Vec<String>)>,
}

impl Fields {
    /// The fields of a part of the configuration.
    pub(crate) fn of(configuration: Option<&Configuration>) -> Self {
        let mut fields = Self::default();
        if let Some(value) = configuration.map(Configuration::value) {
            for name in value.keys("") {
                if let Some(definition) = value.at(&format!("/{name}")) {
                    fields.add(&name, &definition);
                }
            }
        }
        fields
    }

    /// Adds a field by its definition: a selector, an object, or a list of them.
    pub(crate) fn add(&mut self, name: &str, definition: &Value) {
        let parts = definition.each("");
        let every = parts.iter().any(|part| part.flag("/every") || part.text("/split").is_some());
        let parts = parts.iter().map(|part| self.part(name, part)).collect();
        self.fields.push(Field { name: name.to_owned(), every, parts });
    }

    /// A part: its alternatives.
    fn part(&mut self, name: &str, part: &Value) -> Vec<usize> {
        let alternatives = if part.kind() == Kind::Object { part.each("/any") } else { Vec::new() };
        if alternatives.is_empty() {
            return vec![self.step(name, part)];
        }
        alternatives.iter().map(|part| self.step(name, part)).collect()
    }

    fn step(&mut self, name: &str, definition: &Value) -> usize {
        let is_object = definition.kind() == Kind::Object;
        let text = |pointer: &str| definition.text(pointer).filter(|_| is_object);
        let written = if is_object { text("/selector") } else { definition.text("") };
        let nowhere = written.is_none() && text("/attribute").is_none();
        let written = written.unwrap_or_default();
        let (place, at) = split_attribute(&written);
        let attribute = text("/attribute").or_else(|| at.map(str::to_owned));
        let work = if is_object { Work::of(definition) } else { Work::default() };
        let (stage, scope) = match text("/scope").as_deref() {
            Some("before") => (Stage::Outer, Scope::Before),
            Some("around") => (Stage::Outer, Scope::Around),
            Some("group") => (Stage::Group, Scope::Inside),
            _ => (Stage::Own, Scope::Inside),
        };
        let every = definition.flag("/every") && scope == Scope::Inside;
        let nowhere = nowhere && work.without_place().is_some();
        let column = (!nowhere).then(|| {
            let columns = match stage {
                Stage::Own => &mut self.own,
                Stage::Outer => &mut self.outer,
                Stage::Group => &mut self.group,
            };
            columns.add(place, scope, take(name, attribute, text("/take").as_deref(), &work), every)
        });
        let carry = definition.flag("/carry");
        self.steps.push(Step { stage, column, place: written, every, carry, work });
        self.steps.len() - 1
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The columns that are read from a stage.
    pub(crate) const fn columns(&self, stage: Stage) -> &Columns {
        match stage {
            Stage::Own => &self.own,
            Stage::Outer => &self.outer,
            Stage::Group => &self.group,
        }
    }

    /// Whether anything is read from a stage.
    pub(crate) fn reads(&self, stage: Stage) -> bool {
        self.steps.iter().any(|step| step.stage == stage && step.column.is_some())
    }

    /// The texts of an item, out of the rows of each stage.
    pub(crate) fn taken<'r>(&self, row: impl Fn(Stage) -> Option<&'r Row>) -> Taken {
        let texts = |step: &Step| match step.column {
            Some(column) => row(step.stage).map(|row| row.all(column).to_vec()).unwrap_or_default(),
            None => step.work.without_place().into_iter().collect(),
        };
        Taken(self.steps.iter().map(texts).collect())
    }

    /// The same out of JSON, where the selectors are pointers.
    pub(crate) fn pointed(&self, item: &Value) -> Taken {
        let texts = |step: &Step| match (step.column, step.every) {
            (None, _) => step.work.without_place().into_iter().collect(),
            (Some(_), true) => item.texts(&step.place),
            (Some(_), false) => item.text(&step.place).into_iter().collect(),
        };
        Taken(self.steps.iter().map(texts).collect())
    }

    /// Makes cells of what was taken: a column's texts of all items go through its work together.
    pub(crate) fn cells(&self, items: &[Taken]) -> Result<Vec<Cells>, ExtractError> {
        let none = |_: usize, _: &str| None;
        let mut values: Vec<Vec<Vec<String>>> = Vec::with_capacity(self.steps.len());
        for (at, step) in self.steps.iter().enumerate() {
            values.push(if step.work.needs_fields() { Vec::new() } else { worked(step, at, items, &none)? });
        }
        if self.steps.iter().any(|step| step.work.needs_fields()) {
            // Templates that name other fields see those that do not.
            let read = self.assembled(items.len(), &values);
            let field = |row: usize, name: &str| read.get(row).and_then(|cells| cells.one(name));
            for (at, step) in self.steps.iter().enumerate().filter(|(_, step)| step.work.needs_fields()) {
                let worked = worked(step, at, items, &field)?;
                if let Some(into) = values.get_mut(at) {
                    *into = worked;
                }
            }
        }
        Ok(self.assembled(items.len(), &values))
    }

    fn assembled(&self, items: usize, values: &[Vec<Vec<String>>]) -> Vec<Cells> {
        let of = |step: &usize, row: usize| {
            values.get(*step).and_then(|rows| rows.get(row)).filter(|texts| !texts.is_empty())
        };
        let field = |field: &Field, row: usize| {
            let parts = field.parts.iter();
            let texts =
                parts.filter_map(|steps| steps.iter().find_map(|step| of(step, row))).flatten().cloned().collect();
            (field.name.clone(), field.every, texts)
        };
        (0..items).map(|row| Cells { fields: self.fields.iter().map(|known| field(known, row)).collect() }).collect()
    }
}

/// One step's texts for each item.
fn worked(
    step: &Step,
    at: usize,
    items: &[Taken],
    field: &dyn Fn(usize, &str) -> Option<String>,
) -> Result<Vec<Vec<String>>, ExtractError> {
    let texts = items.iter().enumerate().flat_map(|(row, taken)| {
        let texts = taken.0.get(at).map_or(&[][..], Vec::as_slice);
        texts.iter().map(move |text| (row, text.clone()))
    });
    let mut rows: Vec<Vec<String>> = items.iter().map(|_| Vec::new()).collect();
    for (row, text) in step.work.apply(texts.collect(), field)? {
        if let Some(into) = rows.get_mut(row) {
            into.push(text);
        }
    }
    if step.carry {
        let mut last: Vec<String> = Vec::new();
        for row in &mut rows {
            if row.is_empty() {
                row.clone_from(&last);
            } else {
                last.clone_from(row);
            }
        }
    }
    Ok(rows)
}

impl Cells {
    fn values(&self, name: &str) -> &[String] {
        self.fields.iter().find(|(known, _, _)| known == name).map_or(&[], |(_, _, values)| values.as_slice())
    }

    /// The value of a field; parts and several matches are joined. A link is the first of them.
    pub(crate) fn one(&self, name: &str) -> Option<String> {
        let values = self.values(name);
        if is_link(name) {
            return values.first().cloned();
        }
        let joint = if self.is_every(name) { ", " } else { " " };
        (!values.is_empty()).then(|| values.join(joint))
    }

    /// Every value of a field.
    pub(crate) fn every(&self, name: &str) -> &[String] {
        self.values(name)
    }

    /// Whether each match is a value of its own.
    pub(crate) fn is_every(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, every, _)| known == name && *every)
    }

    /// The names of the fields that have a value.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, _, values)| !values.is_empty()).map(|(name, _, _)| name.as_str())
    }

    /// The values as lines of text, as far as they fit; the second value says that all do. Dates, links to details and what
    /// names the item are not among them: whoever inherits the rest has its own.
    pub(crate) fn lines(&self, most: usize) -> (String, bool) {
        const OWN: [&str; 7] = ["key", "title", "date", "time", "doors", "end", "link"];
        let (mut lines, mut whole) = (String::new(), true);
        for (name, every, values) in self.fields.iter().filter(|(name, _, _)| !OWN.contains(&name.as_str())) {
            for value in values {
                let value = value.replace('\\', "\\\\").replace('\n', "\\n");
                let line = format!("\n{name}{} {value}", if *every { "*" } else { "" });
                if lines.len() + line.len() <= most {
                    lines.push_str(&line);
                } else {
                    whole = false;
                }
            }
        }
        (lines, whole)
    }

    /// The values that such lines hold.
    pub(crate) fn of_lines<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut cells = Self::default();
        for (name, value) in lines.filter_map(|line| line.split_once(' ')) {
            let (name, every) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
            let value = value.replace("\\\\", "\u{0}").replace("\\n", "\n").replace('\u{0}', "\\");
            match cells.fields.iter_mut().find(|(known, _, _)| known == name) {
                Some((_, _, values)) => values.push(value),
                None => cells.fields.push((name.to_owned(), every, vec![value])),
            }
        }
        cells
    }

    /// Whether anything is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.iter().all(|(_, _, values)| values.is_empty())
    }

    /// These values, and those of the item around for the fields that have none here.
    pub(crate) fn within(mut self, item: &Self) -> Self {
        for (name, every, values) in &item.fields {
            match self.fields.iter_mut().find(|(known, _, _)| known == name) {
                Some(own) if own.2.is_empty() => *own = (name.clone(), *every, values.clone()),
                Some(_) => {}
                None => self.fields.push((name.clone(), *every, values.clone())),
            }
        }
        self
    }
}

/// Fields that hold an address.
fn is_link(name: &str) -> bool {
    name == "link" || name.ends_with("_url")
}

/// What to take: links are made absolute, whichever attribute holds them, but for attributes in which a pattern finds them.
fn take(name: &str, attribute: Option<String>, take: Option<&str>, work: &Work) -> Take {
    let address = is_link(name);
    match (attribute, take) {
        (Some(attribute), _) if address && (!work.rewrites() || matches!(attribute.as_str(), "href" | "src")) => {
            Take::Url(attribute)
        }
        (Some(attribute), _) => Take::Attribute(attribute),
        (None, Some("own-text")) => Take::OwnText,
        (None, Some("lines")) => Take::Lines,
        (None, Some("text")) => Take::Text,
        (None, _) if address => Take::Url(if name == "image_url" { "src" } else { "href" }.to_owned()),
        (None, _) => Take::Text,
    }
}

/// `a.more@href` is the selector and the attribute; an `@` inside brackets belongs to the selector.
fn split_attribute(written: &str) -> (&str, Option<&str>) {
    match written.rsplit_once('@') {
        Some((selector, name)) if is_name(name) => (selector.trim(), Some(name)),
        _ => (written.trim(), None),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_stands_after_the_last_at_sign() {
        assert_eq!(split_attribute("a.more@href"), ("a.more", Some("href")));
        assert_eq!(split_attribute("@data-id"), ("", Some("data-id")));
        assert_eq!(split_attribute("h2"), ("h2", None));
        assert_eq!(split_attribute("a[href*='@venue.example']"), ("a[href*='@venue.example']", None));
    }

    #[test]
    fn values_that_are_handed_on_come_back_as_they_were() {
        let fields = vec![
            ("support".to_owned(), true, vec!["A".to_owned(), "B * C".to_owned()]),
            ("description".to_owned(), false, vec!["one\ntwo \\n three".to_owned()]),
            ("date".to_owned(), false, vec!["May 1".to_owned()]),
        ];
        let cells = Cells { fields };
        let (lines, whole) = cells.lines(1000);
        let back = Cells::of_lines(lines.split('\n'));
        assert!(whole && back.is_every("support") && back.one("date").is_none());
        assert_eq!(back.every("support"), ["A", "B * C"]);
        assert_eq!(back.one("description").as_deref(), Some("one\ntwo \\n three"));
        assert!(!cells.lines(20).1, "what does not fit is told");
    }

    #[test]
    fn a_show_has_the_fields_of_its_item_that_it_lacks() {
        let cells = |fields: &[(&str, &[&str])]| Cells {
            fields: fields
                .iter()
                .map(|(name, values)| ((*name).to_owned(), false, values.iter().map(|&text| text.to_owned()).collect()))
                .collect(),
        };
        let show = cells(&[("date", &["May 1"]), ("price", &[])]);
        let whole = show.within(&cells(&[("title", &["Moon"]), ("date", &["May"]), ("price", &["$5"])]));
        let told = |name| whole.one(name);
        assert_eq!(
            (told("title"), told("date"), told("price")),
            (Some("Moon".into()), Some("May 1".into()), Some("$5".into()))
        );
    }
}

//! A listing as a table: columns are declared once, rows come in one crossing.

use crate::{Element, Field, Scope, Take, bindings::marquee::extractor::html};

/// One column of a [`Table`]; made by [`Columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(usize);

/// The columns to be read of every item.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<Field>);

impl Columns {
    /// No columns yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The folded text of the first match in the item; an empty selector is the item itself.
    pub fn text(&mut self, selector: &str) -> Column {
        self.add(selector, Scope::Inside, Take::Text, false)
    }

    /// The same with line feeds where the page breaks lines.
    pub fn lines(&mut self, selector: &str) -> Column {
        self.add(selector, Scope::Inside, Take::Lines, false)
    }

    /// The texts of every match.
    pub fn texts(&mut self, selector: &str) -> Column {
        self.add(selector, Scope::Inside, Take::Text, true)
    }

    /// An attribute of the first match.
    pub fn attribute(&mut self, selector: &str, name: &str) -> Column {
        self.add(selector, Scope::Inside, Take::Attribute(name.to_owned()), false)
    }

    /// An attribute of the first match as an absolute URL.
    pub fn url(&mut self, selector: &str, attribute: &str) -> Column {
        self.add(selector, Scope::Inside, Take::Url(attribute.to_owned()), false)
    }

    /// The text of the nearest match before the item: the date in a heading above.
    pub fn text_before(&mut self, selector: &str) -> Column {
        self.add(selector, Scope::Before, Take::Text, false)
    }

    /// Any column.
    pub fn add(&mut self, selector: &str, scope: Scope, take: Take, every: bool) -> Column {
        self.0.push(Field { selector: selector.to_owned(), scope, take, every });
        Column(self.0.len() - 1)
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.0
    }
}

/// The rows of a listing.
pub struct Table(Vec<Row>);

/// One item of a listing.
pub struct Row {
    row: html::Row,
}

impl Table {
    pub(crate) fn new(rows: Vec<html::Row>) -> Self {
        Self(rows.into_iter().map(|row| Row { row }).collect())
    }

    /// The rows, in page order.
    pub fn iter(&self) -> std::slice::Iter<'_, Row> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing matched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One column down all rows, empty texts where nothing matched: what [`read_dates`](crate::read_dates) takes.
    #[must_use]
    pub fn column(&self, column: Column) -> Vec<String> {
        self.0.iter().map(|row| row.get(column).unwrap_or_default().to_owned()).collect()
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a Row;
    type IntoIter = std::slice::Iter<'a, Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Row {
    /// The first value of a column; absent where nothing matched or it is empty.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.all(column).iter().map(|value| value.trim()).find(|value| !value.is_empty())
    }

    /// Every value of a column.
    #[must_use]
    pub fn all(&self, column: Column) -> &[String] {
        self.row.cells.get(column.0).map_or(&[], Vec::as_slice)
    }

    /// The item itself, for what a column cannot say.
    #[must_use]
    pub const fn item(&self) -> &Element {
        &self.row.item
    }
}

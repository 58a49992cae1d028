//! A whole listing in one call: items, and for each a cell per field.

use std::sync::Arc;

use super::{
    Document, ElementId, Field, Row, Scope, Take,
    css::{Matcher, Selector, Steps},
};
use crate::ReadError;

/// A field, ready to be looked for.
struct Column<'f> {
    /// `None` is the item itself.
    selector: Option<Arc<Selector>>,
    scope: Scope,
    take: &'f Take,
    every: bool,
    /// The item before, and what was found before that: the search for the next item need not go further back.
    last: Option<(u32, Option<u32>)>,
}

impl Document {
    /// A whole listing at once: for every match of `items` below `from` one row with a cell for each of `fields`.
    ///
    /// A cell holds what [`Document::take`] gives for each element found; elements without the attribute give nothing.
    pub fn rows(&self, from: ElementId, items: &str, fields: &[Field]) -> Result<Vec<Row>, ReadError> {
        self.rows_told(from, items, fields, |_| {})
    }

    /// The same, telling `told` of the element that each value was taken from: row by row, cell by cell, value by value.
    pub fn rows_told(
        &self,
        from: ElementId,
        items: &str,
        fields: &[Field],
        mut told: impl FnMut(ElementId),
    ) -> Result<Vec<Row>, ReadError> {
        let items = self.compiled(items)?;
        let mut columns = fields.iter().map(|field| self.column(field)).collect::<Result<Vec<_>, _>>()?;
        let rows = self.searching(|tree, matcher, steps| {
            matcher.scope(tree, from.0);
            let found: Vec<u32> =
                self.descendants(from.0).filter(|id| matcher.matches(&items, tree, *id, steps)).collect();
            self.budget.spend_matches(found.len())?;
            let mut rows = Vec::with_capacity(found.len());
            for item in found {
                matcher.scope(tree, item);
                let mut cells = Vec::with_capacity(columns.len());
                for column in &mut columns {
                    cells.push(self.cell(item, column, matcher, steps, &mut told));
                }
                if let Some(error) = self.budget.used_up() {
                    return Err(error);
                }
                rows.push(Row { item: ElementId(item), cells });
            }
            Ok(rows)
        })??;
        Ok(rows)
    }

    fn column<'f>(&self, field: &'f Field) -> Result<Column<'f>, ReadError> {
        let itself = field.selector.trim().is_empty();
        if itself && field.scope != Scope::Inside {
            return Err(ReadError::bad_expression("selector", "", "it is empty, which is allowed inside an item only"));
        }
        if field.every && field.scope != Scope::Inside {
            return Err(ReadError::bad_expression(
                "selector",
                &field.selector,
                "`every` is allowed inside an item only: before and around it there is one nearest",
            ));
        }
        let selector = if itself { None } else { Some(self.compiled(&field.selector)?) };
        Ok(Column { selector, scope: field.scope, take: &field.take, every: field.every, last: None })
    }

    fn cell(
        &self,
        item: u32,
        column: &mut Column<'_>,
        matcher: &mut Matcher<'_>,
        steps: &Steps,
        told: &mut impl FnMut(ElementId),
    ) -> Vec<String> {
        let what = column.take;
        let mut take = |id: u32| {
            let taken = self.take(ElementId(id), what)?;
            told(ElementId(id));
            Some(taken)
        };
        let Some(selector) = &column.selector else {
            return take(item).into_iter().collect();
        };
        let tree = &self.tree;
        match column.scope {
            Scope::Inside => {
                let mut found = self.descendants(item).filter(|id| matcher.matches(selector, tree, *id, steps));
                if column.every {
                    found.filter_map(take).collect()
                } else {
                    found.next().and_then(take).into_iter().collect()
                }
            }
            Scope::Around => {
                let found = self.around(item).find(|id| matcher.matches(selector, tree, *id, steps));
                found.and_then(take).into_iter().collect()
            }
            Scope::Before => {
                let (until, known) = column.last.filter(|_| !selector.scoped).unwrap_or((0, None));
                let found = self.before(item, until).find(|id| matcher.matches(selector, tree, *id, steps)).or(known);
                column.last = Some((item, found));
                found.and_then(take).into_iter().collect()
            }
        }
    }
}

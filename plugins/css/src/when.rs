//! Dates and times of all items, each kind in one crossing.
//!
//! Start, doors and end are read apart, each with the item's day before it, so that no word is needed that says which is which:
//! configuration said it, in whatever language the page is.

use marquee_sdk::{Configuration, DateHints, DateOrder, Moment, ReadDate, read_dates_with};

use crate::fields::Cells;

/// How the dates of a site are read.
pub(crate) struct Reader(DateHints);

/// When an item takes place.
pub(crate) struct Times {
    pub(crate) start: ReadDate,
    pub(crate) doors: Option<Moment>,
    pub(crate) end: Option<Moment>,
}

impl Reader {
    pub(crate) fn new(configuration: &Configuration) -> Self {
        let order = match configuration.text("date_order").as_deref() {
            Some("day-first") => Some(DateOrder::DayFirst),
            Some("month-first") => Some(DateOrder::MonthFirst),
            _ => None,
        };
        Self(DateHints { languages: configuration.texts("languages"), order, ..DateHints::in_listing_order() })
    }

    /// Reads the times of all items.
    pub(crate) fn read(&self, cells: &[Cells]) -> Vec<Times> {
        let with = |name: &str| -> Vec<String> {
            let text = |cells: &Cells| {
                let parts = [cells.one("date"), cells.one(name)];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            };
            cells.iter().map(text).collect()
        };
        let start = read_dates_with(with("time"), &self.0);
        let mut doors = self.apart(cells, "doors", &with);
        let mut end = self.apart(cells, "end", &with);
        start
            .into_iter()
            .map(|start| Times { start, doors: doors.next().flatten(), end: end.next().flatten() })
            .collect()
    }

    /// The clock times of a field that stands apart from the date; nothing for items that do not have it.
    fn apart(
        &self,
        cells: &[Cells],
        name: &str,
        with: &dyn Fn(&str) -> Vec<String>,
    ) -> std::vec::IntoIter<Option<Moment>> {
        if cells.iter().all(|cells| cells.one(name).is_none()) {
            return vec![None; cells.len()].into_iter();
        }
        let read = read_dates_with(with(name), &self.0);
        let times = cells.iter().zip(read).map(|(cells, read)| {
            cells.one(name)?;
            let when = read.reading.ok()?;
            // "Doors: 19:00" may be read as doors, "19:00" as a start; a day alone is neither.
            let named = if name == "doors" { when.doors } else { when.end };
            named.or(Some(when.start)).filter(|moment| matches!(moment, Moment::Local(_) | Moment::Instant(_)))
        });
        times.collect::<Vec<_>>().into_iter()
    }
}

//! The items of a page: blocks in groups, pieces of a block, several shows inside of one.
//!
//! Stands between the document and `fields`: it finds the elements, the fields say what to take. What is left out by the
//! configuration's filters is remarked on. It does not know dates or events.

use marquee_sdk::{Configuration, Element, ExtractError, Listing, Row, Severity, Take, captures_each, parse_html};

use crate::{
    PAGE,
    fields::{Cells, Fields, Stage, Taken},
    work::pieces,
};

/// Bytes of an element's markup that the host gives; a block that reaches it was cut off, and so are events in it.
const MOST_MARKUP: usize = 64 << 10;
/// The element that a piece is put into: no end tag in it can close an element of this name.
const PIECE: &str = "x-piece";

/// One event to be: an item, a piece of one, or one of its shows.
pub(crate) struct Record {
    pub(crate) cells: Cells,
    /// One of several shows of an item: whether the key is its own, not the item's.
    pub(crate) show: Option<OwnKey>,
}

/// Whether a show has a key of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnKey {
    Yes,
    No,
}

/// What a page has of items.
pub(crate) struct Items {
    /// Those that are events.
    pub(crate) records: Vec<Record>,
    /// How many blocks there were before anything was left out.
    pub(crate) found: usize,
    /// The words of the first that `skip` left out.
    pub(crate) skipped: Option<String>,
}

/// The blocks of a page, before the fields' work is done.
struct Blocks<'c> {
    configuration: &'c Configuration,
    fields: &'c Fields,
    item: String,
    ignore: Option<String>,
    pieces: Option<Configuration>,
    taken: Vec<Taken>,
    /// The block of each, where shows are to be looked for in it.
    elements: Vec<Element>,
}

/// Reads the items of a page or of an event's own page.
pub(crate) fn read(
    listing: &mut Listing,
    document: &Element,
    configuration: &Configuration,
    fields: &Fields,
    default_item: &str,
) -> Result<Items, ExtractError> {
    let mut blocks = Blocks {
        configuration,
        fields,
        item: configuration.text_or("item", default_item),
        ignore: configuration.text("ignore"),
        pieces: configuration.part("pieces"),
        taken: Vec::new(),
        elements: Vec::new(),
    };
    let within = configuration.texts("within");
    if within.is_empty() {
        blocks.of_root(listing, document)?;
    }
    for within in within {
        for root in document.select(&within)? {
            blocks.of_root(listing, &root)?;
        }
        if !blocks.taken.is_empty() {
            break;
        }
    }
    let cells = fields.cells(&blocks.taken)?;
    let records = match configuration.part("shows") {
        Some(shows) => with_shows(&blocks.elements, cells, &shows)?,
        None => cells.into_iter().map(|cells| Record { cells, show: None }).collect(),
    };
    filtered(listing, records, configuration)
}

/// Reads fields of the page as a whole, in the part of it where items are looked for.
pub(crate) fn read_whole(
    document: &Element,
    configuration: &Configuration,
    fields: &Fields,
) -> Result<Vec<Cells>, ExtractError> {
    let mut taken = Vec::new();
    for within in configuration.texts("within") {
        for row in &document.table(&within, fields.columns(Stage::Own))? {
            taken.push(fields.taken(|_| Some(row)));
        }
    }
    for row in &document.table(&format!(":root, {PAGE}"), fields.columns(Stage::Own))? {
        taken.push(fields.taken(|_| Some(row)));
    }
    fields.cells(&taken)
}

impl Blocks<'_> {
    /// Adds the items of the page, or of the part of it where they are looked for.
    fn of_root(&mut self, listing: &mut Listing, root: &Element) -> Result<(), ExtractError> {
        let Some(group) = self.configuration.text("group") else { return self.of_group(listing, root, None) };
        for group in &root.table(&group, self.fields.columns(Stage::Group))? {
            self.of_group(listing, group.item(), Some(group))?;
        }
        Ok(())
    }

    fn of_group(&mut self, listing: &mut Listing, root: &Element, group: Option<&Row>) -> Result<(), ExtractError> {
        let own = root.table(&self.item, self.fields.columns(Stage::Own))?;
        let outer = match self.fields.reads(Stage::Outer) {
            true => Some(root.table(&self.item, self.fields.columns(Stage::Outer))?),
            false => None,
        };
        let mut outer = outer.iter().flat_map(|table| table.iter());
        for row in &own {
            let outer = outer.next();
            if let Some(selector) = &self.ignore
                && row.item().matches(selector)?
            {
                continue;
            }
            match &self.pieces {
                None => self.add(row, outer, group)?,
                // A piece is read on its own; what stands around it is read from the block that it is cut from.
                Some(pieces) => {
                    for piece in cut(listing, row.item(), pieces)? {
                        let piece = parse_html(&format!("<{PIECE}>{piece}</{PIECE}>"))?;
                        for row in &piece.table(PIECE, self.fields.columns(Stage::Own))? {
                            self.add(row, outer, group)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, own: &Row, outer: Option<&Row>, group: Option<&Row>) -> Result<(), ExtractError> {
        self.taken.push(self.fields.taken(|stage| match stage {
            Stage::Own => Some(own),
            Stage::Outer => outer,
            Stage::Group => group,
        }));
        if self.configuration.part("shows").is_some() {
            // The row keeps its element; its nearest match of anything is itself.
            self.elements.extend(own.item().closest("*")?);
        }
        Ok(())
    }
}

/// The markup of each piece of a block: between separators, or from one opening element to the next.
fn cut(listing: &mut Listing, block: &Element, how: &Configuration) -> Result<Vec<String>, ExtractError> {
    if let Some(separator) = how.text("at") {
        let block = markup(listing, block);
        return Ok(pieces(vec![(0, block)], &separator)?.into_iter().map(|(_, piece)| piece).collect());
    }
    let first = how.text_or("from", "*");
    let mut found: Vec<String> = Vec::new();
    for child in block.select(":scope > *")? {
        let markup = markup(listing, &child);
        if child.matches(&first)? {
            found.push(markup);
        } else if let Some(piece) = found.last_mut() {
            piece.push_str(&markup); // what stands before the first is no event
        }
    }
    Ok(found)
}

fn markup(listing: &mut Listing, element: &Element) -> String {
    let markup = element.take(&Take::Markup).unwrap_or_default();
    if markup.len() >= MOST_MARKUP {
        listing.leave_out("piece", &element.text(), "the block is longer than the host gives of one element");
    }
    markup
}

/// Every show inside of an item as a record of its own; an item without any is one itself.
fn with_shows(items: &[Element], cells: Vec<Cells>, shows: &Configuration) -> Result<Vec<Record>, ExtractError> {
    let selector = shows.text_or("item", "");
    let fields = Fields::of(shows.part("fields").as_ref());
    let mut taken = Vec::new();
    let mut counts = Vec::with_capacity(items.len());
    for item in items {
        let own = item.table(&selector, fields.columns(Stage::Own))?;
        let outer = item.table(&selector, fields.columns(Stage::Outer))?;
        counts.push(own.len());
        for (own, outer) in own.iter().zip(outer.iter()) {
            taken.push(fields.taken(|stage| match stage {
                Stage::Own => Some(own),
                Stage::Outer => Some(outer),
                Stage::Group => None,
            }));
        }
    }
    let mut found = fields.cells(&taken)?.into_iter();
    let mut records = Vec::new();
    for (item, count) in cells.into_iter().zip(counts) {
        // A row that has none of the fields is a heading, not a show.
        let shows: Vec<Cells> = found.by_ref().take(count).filter(|show| !show.is_empty()).collect();
        if shows.is_empty() {
            records.push(Record { cells: item, show: None });
            continue;
        }
        for show in shows {
            let own = if show.one("key").is_some() { OwnKey::Yes } else { OwnKey::No };
            records.push(Record { cells: show.within(&item), show: Some(own) });
        }
    }
    Ok(records)
}

/// Takes out what the configuration says is no event, and remarks on it.
pub(crate) fn filtered(
    listing: &mut Listing,
    mut records: Vec<Record>,
    configuration: &Configuration,
) -> Result<Items, ExtractError> {
    let found = records.len();
    let required = configuration.texts("require");
    records.retain(|record| required.iter().all(|name| record.cells.one(name).is_some()));
    if records.len() < found {
        let message = format!("{} items without {} are no events", found - records.len(), required.join(", "));
        listing.remark(Severity::Debug, "items-skipped", &message);
    }
    let mut skipped = None;
    for (setting, wanted) in [("only", true), ("skip", false)] {
        let Some(filter) = configuration.part(setting) else { continue };
        for name in filter.value().keys("") {
            let Some(pattern) = filter.text(&name) else { continue };
            let texts: Vec<String> = records.iter().map(|record| record.cells.one(&name).unwrap_or_default()).collect();
            let matches = captures_each(&pattern, &texts)?;
            let mut out = Vec::new();
            records = records
                .into_iter()
                .zip(matches.into_iter().zip(texts))
                .filter_map(|(record, (found, text))| {
                    let keep = found.is_some() == wanted;
                    if !keep {
                        out.push(record.cells.one("title").unwrap_or(text));
                    }
                    keep.then_some(record)
                })
                .collect();
            remark(listing, setting, &name, &out);
            if !wanted && skipped.is_none() {
                skipped = out.into_iter().next();
            }
        }
    }
    Ok(Items { records, found, skipped })
}

fn remark(listing: &mut Listing, setting: &str, field: &str, out: &[String]) {
    const NAMED: usize = 5; // a line of a log
    if !out.is_empty() {
        let named: Vec<&str> = out.iter().take(NAMED).map(String::as_str).collect();
        let message = format!("`{setting}` leaves out {} items by their {field}: {}", out.len(), named.join("; "));
        listing.remark(Severity::Info, "items-filtered", &message);
    }
}

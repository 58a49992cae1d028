//! Cards around links: pages on which every event has a link to the same seller, and no mark of its own that is known.

use std::collections::BTreeSet;

use super::{Card, CardColumns, Selectors, Unseen, read_cards};
use crate::{Column, Columns, Element, ReadError, Row, Scope, Take, address};

/// Blocks that an event may be, beside the link itself.
const BLOCKS: &str = "article, li, tr, section, div";

/// A link, and the card around it.
#[derive(Debug)]
pub struct Linked {
    /// The link, as written.
    pub href: String,
    /// The smallest block with this link and no other such that has a title and a day; absent where there is none, as in a menu.
    pub card: Option<Card>,
}

/// The links that a selector matches, each once by its path, with the cards around them, in the order of the page.
pub fn linked_cards(
    document: &Element,
    link: &str,
    selectors: &Selectors,
    unseen: Unseen,
    url: &str,
) -> Result<Vec<Linked>, ReadError> {
    let mut columns = Columns::new();
    let href = Take::Attribute("href".to_owned());
    let inside = columns.add(link, Scope::Inside, href.clone(), true);
    let declared = CardColumns::new(&mut columns, selectors, unseen);
    let around = columns.add(link, Scope::Around, href, false);
    let table = document.table(&format!(":is({BLOCKS}):has({link}), {link}"), &columns)?;
    let rows: Vec<(String, &Row)> =
        table.iter().filter_map(|row| Some((only_link(row, inside, around)?, row))).collect();
    let blocks: Vec<&Row> = rows.iter().map(|(_, row)| *row).collect();
    let cards = read_cards(&blocks, &declared, url);

    // Blocks come outer before inner: the last full one is the smallest.
    let mut linked: Vec<Linked> = Vec::new();
    for ((href, _), card) in rows.into_iter().zip(cards) {
        let full = card.titled && card.dated;
        match linked.iter_mut().find(|known| address::path(&known.href) == address::path(&href)) {
            Some(known) if full => known.card = Some(card),
            Some(_) => {}
            None => linked.push(Linked { href, card: full.then_some(card) }),
        }
    }
    Ok(linked)
}

/// The one link that a block holds, however often; or the link that it is.
fn only_link(row: &Row, inside: Column, around: Column) -> Option<String> {
    let distinct: BTreeSet<&str> = row.all(inside).iter().map(|href| address::path(href)).collect();
    match distinct.len() {
        0 => row.get(around).map(str::to_owned),
        1 => row.all(inside).first().cloned(),
        _ => None,
    }
}

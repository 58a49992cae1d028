//! What is taken of every card: by a source's selectors, else by the names that people give to classes.

use crate::{Column, Columns, Configuration, Row, Scope::Around, Scope::Inside, Take};

/// Selectors of a source, by field. Absent ones are found by what people call them.
#[derive(Debug, Clone, Default)]
pub struct Selectors {
    pub(crate) title: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) doors: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) price: Option<String>,
    pub(crate) age: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) headliner: Option<String>,
    pub(crate) support: Option<String>,
    pub(crate) room: Option<String>,
    pub(crate) venue: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) tickets: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) description: Option<String>,
}

impl Selectors {
    /// Takes the selectors out of a part of a source's configuration.
    #[must_use]
    pub fn of(part: &Configuration) -> Self {
        let text = |name: &str| part.text(name);
        Self {
            title: text("title"),
            date: text("date"),
            time: text("time"),
            doors: text("doors"),
            end: text("end"),
            price: text("price"),
            age: text("age"),
            status: text("status"),
            headliner: text("headliner"),
            support: text("support"),
            room: text("room"),
            venue: text("venue"),
            category: text("category"),
            tickets: text("tickets"),
            link: text("link"),
            image: text("image"),
            description: text("description"),
        }
    }
}

/// What stands in the markup and is not shown: a builder's hidden elements, and its words for "nothing was entered".
#[derive(Debug, Clone, Copy, Default)]
pub struct Unseen {
    /// Selector of hidden elements; empty where there are none.
    pub selector: &'static str,
    /// A text that stands for nothing.
    pub text: &'static str,
}

impl Unseen {
    /// The selector without what is not shown.
    fn without(self, selector: &str) -> String {
        if self.selector.is_empty() {
            return format!(":is({selector})");
        }
        format!(":is({selector}):not({hidden}, {hidden} *)", hidden = self.selector)
    }
}

/// The columns of a card.
#[derive(Debug)]
pub struct CardColumns {
    unseen: Unseen,
    pub(crate) title: Option<Column>,
    pub(crate) date: Option<Column>,
    pub(crate) headings: Column,
    pub(crate) named: Column,
    pub(crate) stamps: Column,
    pub(crate) dated: Column,
    pub(crate) own: Column,
    pub(crate) doors: Column,
    pub(crate) shows: Column,
    pub(crate) timed: Column,
    pub(crate) ends: Column,
    pub(crate) hrefs: Column,
    pub(crate) link_texts: Column,
    pub(crate) own_href: Column,
    pub(crate) around_href: Column,
    pub(crate) tickets: Option<Column>,
    pub(crate) link: Option<Column>,
    pub(crate) image: Column,
    pub(crate) lazy_image: Column,
    pub(crate) price: Column,
    pub(crate) age: Column,
    pub(crate) status: Column,
    pub(crate) headliner: Column,
    pub(crate) support: Column,
    pub(crate) room: Column,
    pub(crate) venue: Column,
    pub(crate) category: Column,
    pub(crate) description: Column,
}

/// What people call things, in the languages that the host reads. Matched within class names of any case.
const NAMED: &str = "[class*='title' i]:not([class*='sub' i]), [class*='headline' i], [class*='heading' i], \
                     [class*='event-name' i], [class*='event_name' i], [class*='artist' i], [class*='titel' i], [class*='titre' i], \
                     [class*='titulo' i], [class*='titolo' i], [class*='tytul' i]";
const DATED: &str = "time, [class*='date' i], [class*='datum' i], [class*='fecha' i], [class*='giorno' i], [class*='day' i], \
                     [class*='month' i], [class*='when' i], [class*='termin' i]";
const ENDS: &str = "[class*='end-date' i], [class*='enddate' i], [class*='end_date' i], [class*='date-end' i]";
const DOORS: &str = "[class*='door' i], [class*='einlass' i], [class*='ouverture' i]";
const SHOWS: &str = "[class*='show-time' i], [class*='showtime' i], [class*='show_time' i], [class*='start-time' i], \
                     [class*='starttime' i], [class*='beginn' i], [class*='aanvang' i]";
const TIMED: &str = "[class*='time' i]:not([class*='end' i]), [class*='hour' i], [class*='uhr' i], [class*='heure' i], [class*='hora' i]";
const PRICED: &str = "[class*='price' i], [class*='cost' i], [class*='preis' i], [class*='prix' i], [class*='precio' i], \
                      [class*='prezzo' i], [class*='prijs' i], [class*='cena' i]";
const BADGES: &str =
    "[class*='sold' i], [class*='status' i], [class*='badge' i], [class*='cancel' i], [class*='postpone' i]";
const SUPPORT: &str = "[class*='support' i], [class*='opener' i], [class*='opening' i]";
const HEADLINERS: &str = "[class*='headliner' i]";
const DESCRIBED: &str = "[class*='descri' i], [class*='excerpt' i], [class*='summary' i], [class*='beschreib' i]";
const NOWHERE: &str = ":not(*)";

impl CardColumns {
    /// Adds what is taken of a card to the columns of a table.
    #[must_use]
    pub fn new(columns: &mut Columns, selectors: &Selectors, unseen: Unseen) -> Self {
        let chosen = |selector: &Option<String>, usual: &str| match selector {
            Some(selector) => selector.clone(),
            None => unseen.without(usual),
        };
        let attribute = |name: &str| Take::Attribute(name.to_owned());
        let date = selectors.date.as_ref().map(|selector| columns.texts(selector));
        // Where the date is named its parts may have any class, and where the time is named no other one counts.
        let timed = if selectors.time.is_some() { NOWHERE } else { TIMED };
        let shows = selectors.time.clone().unwrap_or_else(|| unseen.without(SHOWS));
        Self {
            unseen,
            title: selectors.title.as_ref().map(|selector| columns.texts(selector)),
            date,
            headings: columns.texts(&unseen.without("h1, h2, h3, h4, h5, h6")),
            named: columns.texts(&unseen.without(NAMED)),
            stamps: columns.add(&unseen.without("time[datetime]"), Inside, attribute("datetime"), true),
            dated: columns.texts(&format!("{}:not({ENDS})", unseen.without(DATED))),
            own: columns.add(&unseen.without("*:not(script, style, option)"), Inside, Take::OwnText, true),
            doors: columns.texts(&chosen(&selectors.doors, DOORS)),
            shows: columns.texts(&shows),
            timed: columns.texts(&unseen.without(timed)),
            ends: columns.texts(&chosen(&selectors.end, ENDS)),
            hrefs: columns.add(&unseen.without("a[href]"), Inside, attribute("href"), true),
            link_texts: columns.texts(&unseen.without("a[href]")),
            own_href: columns.attribute("", "href"),
            around_href: columns.add("a[href]", Around, attribute("href"), false),
            tickets: selectors.tickets.as_ref().map(|selector| columns.attribute(selector, "href")),
            link: selectors.link.as_ref().map(|selector| columns.attribute(selector, "href")),
            image: columns.attribute(&chosen(&selectors.image, "img[src]:not([src^='data:'])"), "src"),
            lazy_image: columns.attribute(&chosen(&selectors.image, "img[data-src]"), "data-src"),
            price: columns.texts(&chosen(&selectors.price, PRICED)),
            age: columns.texts(&chosen(&selectors.age, NOWHERE)),
            status: columns.texts(&chosen(&selectors.status, BADGES)),
            headliner: columns.texts(&chosen(&selectors.headliner, HEADLINERS)),
            support: columns.texts(&chosen(&selectors.support, SUPPORT)),
            room: columns.texts(&chosen(&selectors.room, NOWHERE)),
            venue: columns.texts(&chosen(&selectors.venue, NOWHERE)),
            category: columns.texts(&chosen(&selectors.category, NOWHERE)),
            description: columns.texts(&chosen(&selectors.description, DESCRIBED)),
        }
    }

    /// The first text of a column that says something.
    pub(crate) fn seen<'r>(&self, row: &'r Row, column: Column) -> Option<&'r str> {
        self.all_seen(row, column).into_iter().next()
    }

    /// The texts of a column that say something.
    pub(crate) fn all_seen<'r>(&self, row: &'r Row, column: Column) -> Vec<&'r str> {
        let says = |text: &&str| !text.is_empty() && (self.unseen.text.is_empty() || *text != self.unseen.text);
        row.all(column).iter().map(|text| text.trim()).filter(says).collect()
    }
}

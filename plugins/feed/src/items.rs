//! The items of a feed, whatever its format, and what they say by name.

use marquee_sdk::{Kind, Value};

use crate::xml::Node;

/// Names under which vocabularies give an event's times: the event module of RSS 1.0, xCal, WP Event Manager, Trumba, Google and
/// what publishers make up in their likeness.
pub(crate) const START: &[&str] = &[
    "startdate",
    "start_date",
    "start-date",
    "dtstart",
    "localstart",
    "event_start",
    "eventstart",
    "event_start_date",
    "eventstartdate",
    "startdatetime",
    "start_datetime",
    "start_time",
    "starttime",
    "event_date",
    "eventdate",
    "when@starttime",
    "start",
];
/// The same for ends.
pub(crate) const END: &[&str] = &[
    "enddate",
    "end_date",
    "end-date",
    "dtend",
    "localend",
    "event_end",
    "eventend",
    "event_end_date",
    "eventenddate",
    "enddatetime",
    "end_datetime",
    "end_time",
    "endtime",
    "when@endtime",
    "end",
];
/// A time that stands apart from the day.
pub(crate) const CLOCK: &[&str] = &["event_start_time", "eventstarttime", "start_time", "starttime", "event_time"];
/// What it costs.
pub(crate) const PRICE: &[&str] = &["ticket_price", "event_ticket_price", "cost", "price", "event_cost", "event_price"];
/// Where it is.
pub(crate) const PLACE: &[&str] =
    &["location", "venue", "event_location", "event_venue", "venue_name", "where@valuestring"];

/// An item of a feed.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) key: Option<String>,
    pub(crate) title: String,
    pub(crate) link: Option<String>,
    /// HTML or text, the longest that there is.
    pub(crate) content: String,
    pub(crate) image: Option<String>,
    pub(crate) categories: Vec<String>,
    /// What else it says: names in lower case, with prefix and, behind an `@`, attribute; and texts.
    pub(crate) said: Vec<(String, String)>,
}

impl Item {
    /// What the item says under a name as written in the feed, such as `ev:startdate` or `when@starttime`.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        self.said.iter().find(|(known, text)| *known == name && !text.trim().is_empty()).map(|(_, text)| text.trim())
    }

    /// What it says under one of some names of event vocabularies, under any prefix or none: the feed's own words are others. What
    /// recordings and records say under the same names is not meant.
    pub(crate) fn known(&self, names: &[&str]) -> Option<&str> {
        const NOT_EVENTS: [&str; 5] = ["media", "itunes", "dc", "dcterms", "podcast"];
        names.iter().find_map(|wanted| {
            let fits = |known: &str| {
                let (prefix, local) = known.rsplit_once(':').unwrap_or(("", known));
                local == *wanted && !NOT_EVENTS.contains(&prefix)
            };
            let found = self.said.iter().find(|(known, text)| fits(known) && !text.trim().is_empty());
            found.map(|(_, text)| text.trim())
        })
    }
}

/// A feed, read.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    pub(crate) title: String,
    pub(crate) items: Vec<Item>,
    pub(crate) next: Option<String>,
}

/// The feed that an XML root is, if it is one.
pub(crate) fn of_xml(root: &Node) -> Option<Feed> {
    if !matches!(root.local(), "rss" | "rdf" | "feed" | "channel" | "icalendar" | "vcalendar") {
        return None;
    }
    let all = root.descendants();
    let head = all.iter().copied().find(|node| node.local() == "channel").unwrap_or(root);
    let is_item =
        |node: &&&Node| matches!(node.name.as_str(), "item" | "entry" | "atom:entry") || node.local() == "vevent";
    let next = head.children.iter().find(|child| child.local() == "link" && child.attribute("rel") == Some("next"));
    Some(Feed {
        title: head.text_of("title").unwrap_or_default().to_owned(),
        items: all.iter().filter(is_item).map(|node| item_of_xml(node)).collect(),
        next: next.and_then(|link| link.attribute("href")).map(str::to_owned),
    })
}

fn item_of_xml(node: &Node) -> Item {
    let text = |names: &[&str]| names.iter().find_map(|name| node.text_of(name)).map(str::to_owned);
    let mut said = Vec::new();
    for child in node.descendants() {
        // xCal's own elements have no prefix where the whole file is xCal.
        let name = if node.local() == "vevent" { format!("xcal:{}", child.local()) } else { child.name.clone() };
        said.extend(child.attributes.iter().map(|(attribute, value)| (format!("{name}@{attribute}"), value.clone())));
        said.push((name, child.text.clone()));
    }
    let whole = Item { said, ..Item::default() };
    let xcal =
        |name: &str| whole.named(&format!("xcal:{name}")).map(str::to_owned).filter(|_| node.local() == "vevent");
    let atom = node.children.iter().filter(|child| child.local() == "link" && child.attribute("href").is_some());
    let atom = atom
        .filter(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate"))
        .find_map(|link| link.attribute("href"));
    let is_image = |child: &&Node| {
        let image =
            child.attribute("type").or_else(|| child.attribute("medium")).is_some_and(|kind| kind.starts_with("image"));
        matches!(child.name.as_str(), "media:thumbnail") || (image && matches!(child.local(), "enclosure" | "content"))
    };
    let image =
        node.descendants().into_iter().find(is_image).and_then(|child| child.attribute("url")).map(str::to_owned);
    let categories = node.children.iter().filter(|child| child.local() == "category");
    let categories = categories.map(|child| {
        child.attribute("label").or_else(|| child.attribute("term")).unwrap_or(&child.text).trim().to_owned()
    });
    let contents =
        ["content:encoded", "content", "description", "summary"].iter().filter_map(|name| node.text_of(name));
    let content = contents.max_by_key(|text| text.len()).map(str::to_owned);
    let title = text(&["title"]).or_else(|| xcal("summary")).unwrap_or_default();
    let key = text(&["guid", "id"]).or_else(|| xcal("uid"));
    let link = text(&["link"]).or_else(|| atom.map(str::to_owned)).or_else(|| xcal("url"));
    let content = content.or_else(|| xcal("description")).unwrap_or_default();
    Item { key, title, link, content, image, categories: categories.collect(), ..whole }
}

/// The feed that a JSON value is, if it is one.
pub(crate) fn of_json(value: &Value) -> Option<Feed> {
    value.text("/version").filter(|version| version.contains("jsonfeed.org"))?;
    let items = value.items("/items").iter().map(item_of_json).collect();
    Some(Feed { title: value.text("/title").unwrap_or_default(), items, next: value.filled("/next_url") })
}

fn item_of_json(value: &Value) -> Item {
    let mut said = Vec::new();
    // Extensions begin with an underscore; what is in them counts as said with that prefix.
    for name in value.keys("") {
        let Some(member) = value.at(&format!("/{name}")) else { continue };
        if member.kind() == Kind::Object && name.starts_with('_') {
            for inner in member.keys("") {
                if let Some(text) = member.text(&format!("/{inner}")) {
                    said.push((format!("{name}:{inner}").to_lowercase(), text));
                }
            }
        } else if let Some(text) = member.text("") {
            said.push((name.to_lowercase(), text));
        }
    }
    Item {
        key: value.filled("/id"),
        title: value.filled("/title").unwrap_or_default(),
        link: value.first_filled(&["/url", "/external_url"]),
        content: value.first_filled(&["/content_html", "/content_text", "/summary"]).unwrap_or_default(),
        image: value.first_filled(&["/image", "/banner_image"]),
        categories: value.texts("/tags"),
        said,
    }
}

//! What sites are made with: the state of a listing becomes the HTML or JSON that the platform would send.
//!
//! The templates follow what the plugins' READMEs say of each platform; nothing of a real page is in them. Each says what it prints, so
//! that nobody is judged by what no page told.

mod css;
mod interface;
mod page_data;
mod ticketing;
mod written;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use marquee_model::{Currency, Money, PageRequest, Price, PriceKind, Status};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::world::{
    gig::{Face, Gig},
    life,
    teller::Teller,
    venue::{City, VenueDef},
};

/// What a site is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Markup {
    /// Hand-made blocks with everything in them.
    Blocks,
    /// A hand-made table without addresses and without years.
    Table,
    /// A hand-made German programme on several pages.
    Programme,
    /// Hand-made productions with several dates each.
    Productions,
    /// A page for search engines.
    JsonLd,
    /// An interface of the house's own.
    Json,
    /// Squarespace.
    Squarespace,
    /// The Events Calendar for WordPress.
    EventsCalendar,
    /// Webflow.
    Webflow,
    /// Wix.
    Wix,
    /// An iCalendar file.
    Ical,
    /// A feed of WP Event Manager.
    Feed,
    /// Tockify.
    Tockify,
    /// A Google calendar.
    GoogleCalendar,
    /// DICE.
    Dice,
    /// Eventbrite.
    Eventbrite,
    /// Ticketmaster.
    Ticketmaster,
    /// Showpass.
    Showpass,
    /// Live Nation.
    LiveNation,
}

/// What a markup prints. What it does not, no truth is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prints {
    /// The acts, apart from the title.
    pub acts: bool,
    /// Who opens, told apart.
    pub support: bool,
    /// The hour of the start.
    pub time: bool,
    /// When doors open.
    pub doors: bool,
    /// The room.
    pub room: bool,
    /// The price.
    pub price: bool,
    /// Where tickets are sold.
    pub ticket: bool,
}

impl Prints {
    /// Title and start.
    const LEAST: Self =
        Self { acts: false, support: false, time: true, doors: false, room: false, price: false, ticket: false };

    /// Whether it tells this status, in a field or in the title.
    #[must_use]
    pub const fn status(&self, _status: Status) -> bool {
        true
    }
}

/// An event on a listing.
#[derive(Debug, Clone)]
pub struct Item<'w> {
    /// What it really is.
    pub gig: &'w Gig,
    /// Where it really is.
    pub venue: &'w VenueDef,
    /// The number that the site gives it.
    pub key: u64,
    /// The end of its page's address.
    pub slug: String,
    /// The title in the teller's words, without those of its status.
    pub title: String,
    /// The rest.
    pub face: Face,
    /// Where tickets are sold; empty where it is not told.
    pub ticket: String,
}

/// A listing to be rendered.
#[derive(Debug)]
pub struct Listing<'w> {
    /// Whose it is.
    pub teller: &'w Teller,
    /// The venue.
    pub venue: &'w VenueDef,
    /// The day on its clock.
    pub today: NaiveDate,
    /// The events.
    pub items: Vec<Item<'w>>,
    /// Where there are none: whether the page says that nothing is on.
    pub words: bool,
}

/// A body and its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The media type.
    pub kind: &'static str,
    /// The text.
    pub text: String,
}

/// How a source of this markup is declared.
#[derive(Debug)]
pub struct Declared {
    /// The plugin.
    pub plugin: &'static str,
    /// The path and query of the listing, after the host.
    pub path: String,
    /// The plugin's configuration.
    pub configuration: Value,
    /// Whether the plugin makes the first request.
    pub starts: bool,
}

impl Declared {
    fn get(plugin: &'static str, path: &str, configuration: Value) -> Self {
        Self { plugin, path: path.to_owned(), configuration, starts: false }
    }
}

impl Markup {
    /// Those that houses use, one after the other.
    pub const HOUSES: &[Self] = &[
        Self::Blocks,
        Self::JsonLd,
        Self::Table,
        Self::EventsCalendar,
        Self::Programme,
        Self::Squarespace,
        Self::Productions,
        Self::Wix,
        Self::Json,
        Self::Ticketmaster,
        Self::Webflow,
        Self::Ical,
        Self::Feed,
        Self::Dice,
        Self::Tockify,
        Self::Eventbrite,
        Self::GoogleCalendar,
        Self::Showpass,
        Self::LiveNation,
    ];

    /// Whether sites of this city use it: one template is in German.
    #[must_use]
    pub fn is_of(self, city: &City) -> bool {
        match self {
            Self::Programme => city.language == "de",
            Self::Blocks | Self::Table | Self::Productions | Self::Webflow => city.language == "en",
            _ => true,
        }
    }

    /// What it prints.
    #[must_use]
    pub const fn prints(self) -> Prints {
        match self {
            Self::Blocks => css::BLOCKS,
            Self::Table => css::TABLE,
            Self::Programme => css::PROGRAMME,
            Self::Productions => css::PRODUCTIONS,
            Self::JsonLd => page_data::JSON_LD,
            Self::Webflow => page_data::WEBFLOW,
            Self::Wix => page_data::WIX,
            Self::Json => interface::JSON,
            Self::Squarespace => interface::SQUARESPACE,
            Self::EventsCalendar => interface::EVENTS_CALENDAR,
            Self::Tockify => interface::TOCKIFY,
            Self::GoogleCalendar => interface::GOOGLE_CALENDAR,
            Self::Ical => written::ICAL,
            Self::Feed => written::FEED,
            Self::Dice => ticketing::DICE,
            Self::Eventbrite => ticketing::EVENTBRITE,
            Self::Ticketmaster => ticketing::TICKETMASTER,
            Self::Showpass => ticketing::SHOWPASS,
            Self::LiveNation => ticketing::LIVE_NATION,
        }
    }

    /// How its sources are declared.
    #[must_use]
    pub fn declared(self, venue: &VenueDef) -> Declared {
        match self {
            Self::Blocks => css::blocks_source(),
            Self::Table => css::table_source(),
            Self::Programme => css::programme_source(),
            Self::Productions => css::productions_source(),
            Self::JsonLd => page_data::json_ld_source(),
            Self::Webflow => page_data::webflow_source(),
            Self::Wix => Declared::get("wix", "/events", json!({})),
            Self::Json => interface::json_source(venue),
            Self::Squarespace => Declared::get("squarespace", "/calendar?format=json", json!({})),
            Self::EventsCalendar => Declared::get("events-calendar", "/wp-json/tribe/events/v1/events", json!({})),
            Self::Tockify => Declared::get("tockify", "/api/ngevent?calname=house&max=400&view=agenda", json!({})),
            Self::GoogleCalendar => interface::google_calendar_source(),
            Self::Ical => written::ical_source(),
            Self::Feed => Declared::get("feed", "/?feed=event_feed", json!({})),
            Self::Dice => Declared::get("dice", "/api/v2/events?page%5Bsize%5D=400", json!({})),
            Self::Eventbrite => Declared::get("eventbrite", "/v3/organizations/77/events/?status=live", json!({})),
            Self::Ticketmaster => Declared::get("ticketmaster", "/discovery/v2/events.json?size=200", json!({})),
            Self::Showpass => Declared::get("showpass", "/api/public/events/?venue__in=4711", json!({})),
            Self::LiveNation => ticketing::live_nation_source(),
        }
    }

    /// The page that answers this request.
    #[must_use]
    pub fn page(self, listing: &Listing<'_>, request: &PageRequest) -> Body {
        match self {
            Self::Blocks => css::blocks(listing),
            Self::Table => css::table(listing),
            Self::Programme => css::programme(listing, request),
            Self::Productions => css::productions(listing),
            Self::JsonLd => page_data::json_ld(listing),
            Self::Webflow => page_data::webflow(listing),
            Self::Wix => page_data::wix(listing),
            Self::Json => interface::json(listing),
            Self::Squarespace => interface::squarespace(listing),
            Self::EventsCalendar => interface::events_calendar(listing),
            Self::Tockify => interface::tockify(listing),
            Self::GoogleCalendar => interface::google_calendar(listing),
            Self::Ical => written::ical(listing),
            Self::Feed => written::feed(listing),
            Self::Dice => ticketing::dice(listing),
            Self::Eventbrite => ticketing::eventbrite(listing),
            Self::Ticketmaster => ticketing::ticketmaster(listing),
            Self::Showpass => ticketing::showpass(listing),
            Self::LiveNation => ticketing::live_nation(listing),
        }
    }

    /// A price as Marquee keeps it.
    #[must_use]
    pub fn price((low, high): (u32, u32), currency: Currency) -> Option<Price> {
        let money = |cents: u32| Money::new(Decimal::new(i64::from(cents), 2)).ok();
        let kind = if low == high { PriceKind::Fixed } else { PriceKind::Range };
        Some(Price { kind, min: Some(money(low)?), max: Some(money(high)?), currency: Some(currency) })
    }
}

impl Item<'_> {
    /// The picture, whose name is the truth: no rule reads it to tell events apart.
    fn image(&self) -> String {
        format!("https://img.example/t/{}.jpg", self.gig.id.0)
    }

    /// The same in words, where a platform has no picture.
    fn mark(&self) -> String {
        format!("An evening at the house. Ref t{}.", self.gig.id.0)
    }

    /// The start's instant.
    fn utc(&self) -> DateTime<Utc> {
        life::instant(self.face.start, self.venue)
    }

    /// The start with its offset, as `2027-03-14T20:00:00-04:00`.
    fn with_offset(&self, time: NaiveTime) -> String {
        let local = self.face.start.date().and_time(time);
        let minutes = (local - life::instant(local, self.venue).naive_utc()).num_minutes();
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        format!("{}{sign}{hours:02}:{minutes:02}", local.format("%Y-%m-%dT%H:%M:%S"))
    }

    /// The title with the words of its status, where a platform has no field for it.
    fn titled(&self) -> String {
        match self.face.status {
            Status::Scheduled | Status::Moved => self.title.clone(),
            Status::Cancelled => format!("CANCELLED: {}", self.title),
            Status::Postponed => format!("POSTPONED: {}", self.title),
            Status::Rescheduled => format!("RESCHEDULED: {}", self.title),
            Status::SoldOut => format!("SOLD OUT: {}", self.title),
        }
    }

    /// The title with the words of its status, but for these, for which there is a field.
    fn titled_but(&self, fields: &[Status]) -> String {
        if fields.contains(&self.face.status) { self.title.clone() } else { self.titled() }
    }

    /// Whether it has this status.
    fn is(&self, status: Status) -> bool {
        self.face.status == status
    }

    /// The price in English.
    fn price_words(&self) -> String {
        let sign = match self.venue.currency.code() {
            "GBP" => "£",
            "EUR" => "€",
            _ => "$",
        };
        match self.face.price {
            None => String::new(),
            Some((low, high)) if low == high => format!("{sign}{}", cents(low)),
            Some((low, high)) => format!("{sign}{} - {sign}{}", cents(low), cents(high)),
        }
    }

    /// Those who do not open.
    fn main_acts(&self) -> Vec<&str> {
        let count = self.face.acts.len() - self.face.openers;
        self.face.acts.iter().take(count).map(String::as_str).collect()
    }

    /// Those who open.
    fn openers(&self) -> Vec<&str> {
        let count = self.face.acts.len() - self.face.openers;
        self.face.acts.iter().skip(count).map(String::as_str).collect()
    }
}

/// An amount with two decimals.
fn cents(amount: u32) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Text as it stands in HTML and XML.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Body {
    /// A page of HTML.
    #[must_use]
    pub const fn html(text: String) -> Self {
        Self { kind: "text/html; charset=utf-8", text }
    }

    fn json(value: &Value) -> Self {
        Self { kind: "application/json; charset=utf-8", text: value.to_string() }
    }

    /// The first half of it.
    #[must_use]
    pub fn broken_off(self) -> Self {
        let half = self.text.chars().count() * 55 / 100;
        Self { text: self.text.chars().take(half).collect(), ..self }
    }

    /// The same content under other names.
    #[must_use]
    pub fn redesigned(self) -> Self {
        let text =
            match self.kind.starts_with("text/html") {
                true => self
                    .text
                    .replace("class=\"", "class=\"new-")
                    .replace("application/ld+json", "application/json")
                    .replace("wix-warmup-data", "wix-data-2")
                    .replace("id=\"", "id=\"new-"),
                false if self.kind.contains("json") => format!("{{\"v2\":{{\"payload\":{}}}}}", json!(self.text)),
                false => return Self::html(
                    "<html><head><title>What is on</title></head><body><main><p>Our new site.</p></main></body></html>"
                        .to_owned(),
                ),
            };
        Self { text, ..self }
    }
}

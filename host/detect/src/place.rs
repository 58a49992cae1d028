//! What the page says of where it is: name, country, zone, language, currency. Each guess names what it rests on.
//!
//! A guess is for a person to confirm: it goes into the source file with its reason beside it. What nothing on the page tells
//! stays open, and the file says so.

use std::collections::BTreeMap;

use marquee_model::{Currency, Slug, Zone};
use marquee_reading::{Document, JsonValue, dates::DateOrder};

use crate::{
    Subject,
    table::{CITIES, COUNTRIES, City, LANGUAGES, SMALL_WORDS, STATES},
};

/// A value and what it was guessed from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Guess<T> {
    /// The value.
    pub value: T,
    /// What it rests on.
    pub from: String,
}

impl<T> Guess<T> {
    fn new(value: T, from: impl Into<String>) -> Self {
        Self { value, from: from.into() }
    }
}

/// The guesses for a page.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Setting {
    /// The venue's name.
    pub name: Option<Guess<String>>,
    /// Street and number.
    pub address: Option<Guess<String>>,
    /// The city.
    pub city: Option<Guess<String>>,
    /// State or province, by its short name.
    pub state: Option<Guess<String>>,
    /// Two-letter code of the country.
    pub country: Option<Guess<String>>,
    /// The zone.
    pub zone: Option<Guess<Zone>>,
    /// The language.
    pub language: Option<Guess<String>>,
    /// The currency.
    pub currency: Option<Guess<Currency>>,
}

impl Setting {
    /// What the page tells, in this order: its data for machines, its markup, its words, its address.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        let mut setting = Self::default();
        setting.take_from_data(subject);
        if let Some(document) = &subject.document {
            setting.take_from_markup(document);
            setting.language = setting.language.take().or_else(|| language(document));
        }
        setting.take_from_address(subject);
        // An interface's answer names the cities of tours, not the venue's.
        let body = subject.document.as_ref().map_or("", |_| subject.page.body.as_str());
        setting.take_from_each_other(body);
        setting
    }

    /// A slug for the source: the venue's name, else the host's.
    #[must_use]
    pub fn slug(&self, subject: &Subject<'_>) -> Option<Slug> {
        let name = self.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
        let host = subject.page.url.host().trim_start_matches("www.").split('.').next().unwrap_or_default().to_owned();
        [name.as_str(), host.as_str(), "venue"].into_iter().find_map(slug)
    }

    /// How the country writes 03/04.
    #[must_use]
    pub fn order(&self) -> Option<DateOrder> {
        match self.country.as_ref()?.value.as_str() {
            "US" => Some(DateOrder::MonthFirst),
            "CA" | "PH" => None,
            _ => Some(DateOrder::DayFirst),
        }
    }

    /// Places in the structured data: the page's own, or that of most events.
    fn take_from_data(&mut self, subject: &Subject<'_>) {
        const PLACES: &[&str] = &[
            "Place",
            "MusicVenue",
            "NightClub",
            "BarOrPub",
            "EventVenue",
            "PerformingArtsTheater",
            "Restaurant",
            "CafeOrCoffeeShop",
            "StadiumOrArena",
            "LocalBusiness",
            "Organization",
            "Brewery",
            "MovieTheater",
            "CivicStructure",
            "VirtualLocation",
        ];
        let mut places: BTreeMap<String, (usize, JsonValue)> = BTreeMap::new();
        let mut currencies: BTreeMap<String, usize> = BTreeMap::new();
        for item in &subject.items {
            if item.types.iter().any(|kind| PLACES.contains(&kind.as_str()))
                && let Some(name) = item.data.text("/name").filter(|name| !name.trim().is_empty())
            {
                let addressed = usize::from(item.data.at("/address").is_some());
                let entry = places.entry(name).or_insert((0, item.data.clone()));
                entry.0 += 1 + 2 * addressed;
            }
            if let Some(code) = item
                .data
                .text("/priceCurrency")
                .or_else(|| item.data.text("/offers/priceCurrency"))
                .or_else(|| item.data.text("/offers/0/priceCurrency"))
            {
                *currencies.entry(code).or_default() += 1;
            }
        }
        let currency = currencies.into_iter().max_by_key(|(_, n)| *n).and_then(|(code, _)| code.parse().ok());
        self.currency = currency.map(|currency| Guess::new(currency, "the prices in the page's structured data"));
        let Some((name, (_, place))) = places.into_iter().max_by_key(|(_, (n, _))| *n) else { return };
        let from = "the place in the page's structured data";
        let of = |key: &str| {
            let text = place.text(&format!("/address/{key}")).or_else(|| place.text(&format!("/address/0/{key}")));
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        self.name = Some(Guess::new(marquee_reading::text::clean(&name), from));
        self.address = of("streetAddress").map(|text| Guess::new(text, from));
        self.city = of("addressLocality").map(|text| Guess::new(text, from));
        self.state = of("addressRegion").filter(|text| text.len() <= 3).map(|text| Guess::new(text, from));
        let country = of("addressCountry").or_else(|| of("addressCountry/name"));
        self.country = country.and_then(|text| country_code(&text)).map(|code| Guess::new(code, from));
    }

    fn take_from_markup(&mut self, document: &Document) {
        let meta = |name: &str| {
            let selector = format!("meta[property='{name}'], meta[name='{name}']");
            let element = document.first(document.root(), &selector).ok().flatten()?;
            document.attribute(element, "content").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        if self.name.is_none() {
            self.name =
                meta("og:site_name").map(|name| Guess::new(marquee_reading::text::clean(&name), "og:site_name"));
        }
        if self.name.is_none() {
            let title = document.first(document.root(), "head title, title").ok().flatten();
            let title = title.and_then(|title| document.take(title, &marquee_reading::Take::Text)).unwrap_or_default();
            self.name = name_in_title(&title).map(|name| Guess::new(name, "the page's title"));
        }
        let html = document.first(document.root(), "html[lang]").ok().flatten();
        let tag = html.and_then(|html| document.attribute(html, "lang")).or_else(|| {
            let og = document.first(document.root(), "meta[property='og:locale']").ok().flatten();
            og.and_then(|og| document.attribute(og, "content"))
        });
        let Some(tag) = tag else { return };
        let mut parts = tag.split(['-', '_']);
        let code = parts.next().unwrap_or_default().to_ascii_lowercase();
        if LANGUAGES.contains(&code.as_str()) {
            self.language = Some(Guess::new(code, format!("the page's language, `{tag}`")));
        }
        let region = parts.next_back().unwrap_or_default().to_ascii_uppercase();
        // `en-US` is what templates say anywhere; other regions were chosen.
        if self.country.is_none() && region != "US" && COUNTRIES.iter().any(|country| country.code == region) {
            self.country = Some(Guess::new(region, format!("the page's language, `{tag}`")));
        }
    }

    fn take_from_address(&mut self, subject: &Subject<'_>) {
        let host = subject.page.url.host();
        let domain = host.rsplit('.').next().unwrap_or_default();
        if self.country.is_none() {
            let country = COUNTRIES.iter().find(|country| country.domain == domain);
            self.country = country.map(|country| Guess::new(country.code.to_owned(), format!("the domain .{domain}")));
        }
        if self.name.is_none() {
            let name = host.trim_start_matches("www.").split('.').next().unwrap_or_default();
            self.name = Some(Guess::new(name.to_owned(), "the host's name"));
        }
    }

    /// City, state and country tell zone and currency; the words of the page tell the city.
    fn take_from_each_other(&mut self, body: &str) {
        if let Some(city) = &self.city
            && let Some(known) = CITIES.iter().find(|known| known.name.eq_ignore_ascii_case(&city.value))
            && self.country.as_ref().is_none_or(|country| country.value == known.country)
        {
            let from = format!("the city, {}", city.value);
            self.zone = known.zone.parse().ok().map(|zone| Guess::new(zone, from.clone()));
            self.country.get_or_insert_with(|| Guess::new(known.country.to_owned(), from));
        }
        if self.city.is_none()
            && let Some((known, times)) = city_in(body, self.country.as_ref().map(|country| country.value.as_str()))
        {
            let from = format!("the page names {} {times} times", known.name);
            self.city = Some(Guess::new(known.name.to_owned(), from.clone()));
            self.zone = known.zone.parse().ok().map(|zone| Guess::new(zone, from.clone()));
            self.country.get_or_insert_with(|| Guess::new(known.country.to_owned(), from));
        }
        if self.zone.is_none()
            && let Some(state) = &self.state
            && let Some((_, zone)) = STATES.iter().find(|(code, _)| *code == state.value)
        {
            self.zone = zone.parse().ok().map(|zone| Guess::new(zone, format!("the state, {}", state.value)));
        }
        let country =
            self.country.as_ref().and_then(|country| COUNTRIES.iter().find(|known| known.code == country.value));
        if let Some(country) = country {
            let from = format!("the country, {}", country.code);
            if self.zone.is_none() && !country.zone.is_empty() {
                self.zone = country.zone.parse().ok().map(|zone| Guess::new(zone, from.clone()));
            }
            if self.currency.is_none() {
                self.currency = country.currency.parse().ok().map(|currency| Guess::new(currency, from.clone()));
            }
            if self.language.is_none() && !country.language.is_empty() {
                self.language = Some(Guess::new(country.language.to_owned(), from));
            }
        }
        if self.currency.is_none() {
            let sign = [("€", "EUR"), ("£", "GBP"), ("zł", "PLN")].into_iter().find(|(sign, _)| body.contains(sign));
            self.currency = sign
                .and_then(|(sign, code)| Some(Guess::new(code.parse().ok()?, format!("the sign {sign} on the page"))));
        }
    }
}

/// The city of the table that the page names most, more than once and far more than any other.
fn city_in(body: &str, country: Option<&str>) -> Option<(&'static City, usize)> {
    /// Bytes of the page that are looked through.
    const MOST_BYTES: usize = 600_000;
    let body: String = body.chars().take(MOST_BYTES).collect();
    let mut named: Vec<(&'static City, usize)> = CITIES
        .iter()
        .filter(|city| country.is_none_or(|country| country == city.country))
        .map(|city| (city, body.match_indices(city.name).count()))
        .filter(|(_, times)| *times >= 2)
        .collect();
    named.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    // Where another city is named nearly as often, it is a tour that is spoken of.
    let second = named.get(1).map_or(0, |(_, times)| *times);
    named.first().copied().filter(|(_, times)| *times >= 2 * second)
}

/// The language whose small words are most of the page's text.
fn language(document: &Document) -> Option<Guess<String>> {
    let body = document.first(document.root(), "body").ok().flatten().unwrap_or_else(|| document.root());
    let text = document.take(body, &marquee_reading::Take::Text)?.to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(4_000).collect();
    let (code, count) = SMALL_WORDS
        .iter()
        .map(|(code, small)| (*code, words.iter().filter(|word| small.contains(word)).count()))
        .max_by_key(|(_, count)| *count)?;
    (count >= 4).then(|| Guess::new(code.to_owned(), format!("{count} words of the text")))
}

/// `Events | The Blue Hall` is The Blue Hall: the part that does not speak of events.
fn name_in_title(title: &str) -> Option<String> {
    const OF_PAGES: &[&str] = &[
        "event",
        "calendar",
        "show",
        "concert",
        "agenda",
        "program",
        "home",
        "upcoming",
        "listing",
        "ticket",
        "live",
        "music",
        "konzert",
        "termin",
        "veranstalt",
        "spectacle",
        "accueil",
        "start",
        "kalend",
        "koncert",
        "wydarzen",
        "schedule",
        "what",
    ];
    let parts = title.split(['|', '–', '—', '»', '·']).flat_map(|part| part.split(" - "));
    let parts: Vec<String> = parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    let named = parts.iter().rfind(|part| !crate::words::has_word(part, OF_PAGES));
    named.or(parts.last()).cloned()
}

fn country_code(text: &str) -> Option<String> {
    let text = text.trim();
    COUNTRIES
        .iter()
        .find(|country| {
            country.code.eq_ignore_ascii_case(text) || country.names.iter().any(|name| name.eq_ignore_ascii_case(text))
        })
        .map(|country| country.code.to_owned())
}

/// A name as a slug: ASCII letters and digits, `_` between words.
pub(crate) fn slug(name: &str) -> Option<Slug> {
    /// Enough to tell venues apart.
    const LONGEST: usize = 40;
    let ascii = deunicode::deunicode(name).to_lowercase();
    let words: Vec<String> = ascii
        .replace('\'', "")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut slug = String::new();
    for word in words {
        if !slug.is_empty() && slug.len() + word.len() >= LONGEST {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(&word);
    }
    slug.chars().take(Slug::MAX_LEN).collect::<String>().parse().ok()
}

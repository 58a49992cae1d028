//! Venues of AXS: the skin that AXS gives their sites, and the feed of AEG's own (see README.md).

mod feed;
#[path = "../../carbonhouse/src/framework.rs"]
mod framework;

use framework::{Block, Shown};
use marquee_sdk::{
    Configuration, Description, Event, ExtractError, Extraction, Extractor, Kind, Listing, Page, Performer, Severity,
    read_performers,
};

/// The plugin.
pub struct Axs;

impl Extractor for Axs {
    fn describe() -> Description {
        Description::new("axs", env!("CARGO_PKG_VERSION"), "Venue sites with the AXS skin, and AEG's feed of events.")
            .reads(&[
                "event list pages of the skin",
                "fragments of `events_ajax`, as HTML or in a JSON string",
                "`events.json` of AEG's venues",
            ])
            .configuration(include_str!("configuration.json"))
    }

    fn extract(page: &Page) -> Result<Extraction, ExtractError> {
        let configuration = page.configuration();
        let mut listing = Listing::new();
        if let Ok(answer) = page.json()
            && answer.kind() == Kind::Object
            && answer.at("/events").is_some_and(|events| events.kind() == Kind::Array)
        {
            feed::read(&mut listing, &answer, &Choice::of(page))?;
            return listing.finish("no member of `events` with `title` and `eventDateTime`");
        }
        match framework::open(page)? {
            Shown::Nothing(words) => {
                listing.empty(&words, "");
                listing.finish("")
            }
            Shown::Markup(document) => {
                collect(&mut listing, framework::blocks(&document)?, &Choice::of(page))?;
                framework::follow(&mut listing, page, &document, &configuration)?;
                framework::nothing(&mut listing, &document, &configuration)?;
                listing.finish(&framework::layout(&document)?)
            }
        }
    }
}

/// What the source chooses.
pub(crate) struct Choice {
    /// In lower case; empty is all.
    venues: Vec<String>,
    /// The title is the whole bill.
    bill: bool,
    /// The word before the support, in the source's language.
    with: &'static str,
}

impl Choice {
    fn of(page: &Page) -> Self {
        let configuration: Configuration = page.configuration();
        let with = match page.facts().languages.first().map(String::as_str) {
            None | Some("en") => "with",
            Some("de") => "mit",
            Some("fr") => "avec",
            Some("nl") => "met",
            Some("es" | "it") => "con",
            Some("pt") => "com",
            Some("pl") => "z",
            Some(_) => "+",
        };
        Self {
            venues: configuration.texts("venues").iter().map(|name| name.to_lowercase()).collect(),
            bill: configuration.text("title").as_deref() != Some("headliner"),
            with,
        }
    }

    fn wants(&self, place: Option<&str>) -> bool {
        let place = place.map(str::to_lowercase);
        self.venues.is_empty() || place.is_none_or(|at| self.venues.iter().any(|name| at.contains(name)))
    }

    /// The title, and the acts: the skin tells headliners and support apart.
    fn title(&self, headliner: &str, support: Option<&str>) -> (String, Vec<Performer>) {
        let Some(support) = support.map(without_with).filter(|support| !support.is_empty()) else {
            return (headliner.to_owned(), Vec::new());
        };
        // Written as one bill, so that the host splits a list of acts by its rules for bills.
        let acts = read_performers(&format!("{headliner} w/ {support}"));
        let title = if self.bill { format!("{headliner} {} {support}", self.with) } else { headliner.to_owned() };
        (title, acts)
    }
}

/// The line of support without the word before it.
fn without_with(line: &str) -> &str {
    const BEFORE: &[&str] = &[
        "with ",
        "w/ ",
        "w/",
        "featuring ",
        "feat. ",
        "plus ",
        "+ ",
        "mit ",
        "avec ",
        "met ",
        "con ",
        "com ",
        "support: ",
    ];
    let line = line.trim();
    let before =
        BEFORE.iter().find(|words| line.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words)));
    before.and_then(|words| line.get(words.len()..)).unwrap_or(line).trim()
}

fn collect(listing: &mut Listing, blocks: Vec<Block>, choice: &Choice) -> Result<(), ExtractError> {
    let mut elsewhere = 0_usize;
    for block in blocks {
        if choice.wants(block.place.as_deref()) {
            listing.event(event(block, choice));
        } else {
            elsewhere += 1;
        }
    }
    left_out(listing, elsewhere)
}

/// Says how many events are of other houses; if all are, the setting does not fit the page.
pub(crate) fn left_out(listing: &mut Listing, elsewhere: usize) -> Result<(), ExtractError> {
    if elsewhere > 0 {
        listing.remark(Severity::Info, "other-venues", &format!("{elsewhere} events are at other venues"));
        if listing.is_empty() {
            return Err(ExtractError::missing(
                &format!("an event at a configured venue, among {elsewhere}"),
                ".location",
            ));
        }
    }
    Ok(())
}

fn event(block: Block, choice: &Choice) -> Event {
    // The line of the tour names the support where the line for it is not used: "with A, B".
    let tour = block.tour.as_deref().map(str::trim);
    let joins = tour.filter(|line| without_with(line).len() < line.len());
    let support = block.tagline.as_deref().or(joins);
    let (title, acts) = choice.title(block.title.as_deref().unwrap_or_default(), support);
    Event::new(title)
        .key(block.key)
        .when(&block.date)
        .performers(acts)
        .status(block.status)
        .price_words(block.price)
        .age_words(block.age)
        .ticket_url(block.ticket_url)
        .event_url(block.url)
        .image_url(block.image_url)
        .room(block.room)
        .description(tour.filter(|line| support != Some(*line)))
}

marquee_sdk::export!(Axs);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_support_is_not_doubled() {
        for line in ["Moth Choir", "with Moth Choir", "With  Moth Choir ", "w/ Moth Choir"] {
            assert_eq!(without_with(line), "Moth Choir", "{line}");
        }
        assert_eq!(without_with("Withered Hand"), "Withered Hand");
        assert_eq!(without_with("with"), "with");
    }
}

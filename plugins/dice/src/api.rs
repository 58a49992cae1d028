//! The interface's answers: `data` holds events, `links.next` the next page.

use marquee_sdk::{
    Amounts, Configuration, Event, ExtractError, Extraction, Kind, Listing, Moment, Page, Price, ReadDate, Role,
    Severity, Status, Value, address, clean, plain_text, read_dates_with, read_performers,
};

use crate::{NEXT, widget};

/// Reads an answer.
pub(crate) fn read(mut listing: Listing, page: &Page, answer: &Value) -> Result<Extraction, ExtractError> {
    let list = answer.at("/data").filter(|list| list.kind() == Kind::Array);
    let items = list.as_ref().map(|list| list.items("")).unwrap_or_default();
    let items: Vec<Value> = items.into_iter().filter(|item| item.at("/date").is_some()).collect();
    collect(&mut listing, page, &items)?;
    if let Some(next) = answer.filled("/links/next").and_then(|next| beside(&next, &page.facts().url)) {
        let key = page.facts().context.clone().or_else(|| page.configuration().text("api_key"));
        widget::request(&mut listing, &next, NEXT, key);
    }
    if list.is_some_and(|list| list.items("").is_empty()) {
        listing.empty("\"data\": []", "/data");
    }
    let message =
        answer.first_filled(&["/message", "/error/message", "/error", "/errors/0/message", "/errors/0/detail"]);
    if let Some(message) = message {
        listing.elsewhere(&format!("an error of DICE's interface: {message}"));
    }
    listing.finish("the JSON is no answer of DICE: no `data` with `name` and `date`")
}

/// The next page at the host and path of this one: answers name another host, which does not take the widget's key.
fn beside(next: &str, page: &str) -> Option<String> {
    let query = address::query(next)?;
    let base = page.split(['?', '#']).next()?;
    Some(format!("{base}?{query}"))
}

fn collect(listing: &mut Listing, page: &Page, items: &[Value]) -> Result<(), ExtractError> {
    let configuration = page.configuration();
    let wanted = Wanted::of(&configuration);
    let (mut elsewhere, mut unwanted) = (Vec::new(), 0_usize);
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        match wanted.is_at(item) {
            Err(place) => elsewhere.push(place),
            Ok(()) if !wanted.has(item) => unwanted += 1,
            Ok(()) => kept.push(item),
        }
    }
    let texts =
        kept.iter().flat_map(|item| ["/date", "/date_end"].map(|at| item.filled(at).unwrap_or_default())).collect();
    let mut times = read_dates_with(texts, &marquee_sdk::DateHints::alone()).into_iter();
    for item in &kept {
        let (Some(start), Some(end)) = (times.next(), times.next()) else { break };
        listing.event(event(item, &start, &end, configuration.flag("rooms"))?);
    }
    if unwanted > 0 {
        let message = format!("{unwanted} entries are left out by `kinds` or `not_titles`");
        listing.remark(Severity::Info, "entries-skipped", &message);
    }
    if !elsewhere.is_empty() {
        listing.remark(Severity::Info, "other-venues", &format!("{} events are at other venues", elsewhere.len()));
        if kept.is_empty() && unwanted == 0 {
            elsewhere.sort();
            elsewhere.dedup();
            let at = elsewhere.join(", ");
            return Err(ExtractError::missing(&format!("an event at a configured venue, among {at}"), "/data/*/venue"));
        }
    }
    Ok(())
}

/// Which entries are events of this source.
struct Wanted {
    venues: Vec<String>,
    kinds: Vec<String>,
    not_titles: Vec<String>,
}

impl Wanted {
    fn of(configuration: &Configuration) -> Self {
        let lower = |name| configuration.texts(name).iter().map(|text| text.to_lowercase()).collect();
        Self { venues: lower("venues"), kinds: lower("kinds"), not_titles: lower("not_titles") }
    }

    /// The name of another venue, if the event is there.
    fn is_at(&self, item: &Value) -> Result<(), String> {
        let named = item.items("/venues").into_iter().filter_map(|venue| venue.filled("/name"));
        let names: Vec<String> = item.filled("/venue").into_iter().chain(named).collect();
        let here = |name: &String| self.venues.iter().any(|wanted| name.to_lowercase().contains(wanted));
        match names.first() {
            Some(first) if !self.venues.is_empty() && !names.iter().any(here) => Err(first.clone()),
            _ => Ok(()),
        }
    }

    fn has(&self, item: &Value) -> bool {
        let title = item.filled("/name").unwrap_or_default().to_lowercase();
        let kinds = item.texts("/type_tags");
        let of_kind = |wanted: &String| kinds.iter().any(|kind| kind.to_lowercase().starts_with(wanted));
        (self.kinds.is_empty() || kinds.is_empty() || self.kinds.iter().any(of_kind))
            && !self.not_titles.iter().any(|text| title.contains(text))
    }
}

fn event(item: &Value, start: &ReadDate, end: &ReadDate, rooms: bool) -> Result<Event, ExtractError> {
    let title = item.filled("/name").map(|title| clean(&title));
    let words = item.first_filled(&["/raw_description", "/description"]).map(|words| plain_text(&words)).transpose()?;
    let words = words.map(|words| words.replace("**", "")); // Markdown's bold, which is most of what organisers use
    let mut event = Event::new(title.as_deref())
        .key(item.filled("/id"))
        .when(start)
        .end(end.start().cloned())
        .doors(doors(item))
        .ticket_url(item.filled("/external_url"))
        .ticket_url(item.filled("/url"))
        .event_url(item.filled("/url"))
        .image_url(item.first_filled(&["/event_images/landscape", "/event_images/square", "/images/0"]))
        .age_words(item.filled("/age_limit"))
        .description(words)
        .price(price(item))
        .status(status(item));
    for tag in item.texts("/genre_tags").iter().chain(&item.texts("/tags")) {
        if let Some(genre) = tag.strip_prefix("gig:").or_else(|| tag.strip_prefix("genre:")) {
            event = event.genre(genre.replace('_', " "));
        }
    }
    if rooms {
        event = event.room(item.first_filled(&["/venue", "/venues/0/name"]));
    }
    Ok(bill(event, item, title.as_deref().unwrap_or_default()))
}

/// When doors open, by the running order. A clock time without a day, which the host reads as of the start's.
fn doors(item: &Value) -> Option<Moment> {
    const DOORS: &[&str] =
        &["door", "einlass", "ouverture", "portes", "apertura", "puertas", "deuren", "portas", "drzwi"];
    let opens = |entry: &&Value| {
        let words = entry.filled("/details").unwrap_or_default().to_lowercase();
        DOORS.iter().any(|door| words.contains(door))
    };
    item.items("/lineup").iter().find(opens)?.filled("/time").map(Moment::Text)
}

/// What the ticket types cost, before DICE's own fee, which it shows apart. Types that are gone still say what it cost.
fn price(item: &Value) -> Option<Price> {
    let mut amounts = Amounts::new();
    let cents = |value: Option<i64>| value.and_then(|cents| u64::try_from(cents).ok());
    for ticket in item.items("/ticket_types") {
        let amount = cents(ticket.integer("/price/face_value").or_else(|| ticket.integer("/price/total")));
        amount.into_iter().for_each(|cents| amounts.add_hundredths(cents));
    }
    if amounts.is_empty() {
        let whole = ["/price/face_value", "/price/amount", "/price/total", "/price"];
        let amount = cents(whole.iter().find_map(|at| item.integer(at)));
        amount.into_iter().for_each(|cents| amounts.add_hundredths(cents));
    }
    amounts.price(item.filled("/currency"))
}

fn status(item: &Value) -> Option<Status> {
    let flags = item.texts("/flags");
    let has =
        |wanted: &str| flags.iter().any(|flag| flag == wanted) || item.filled("/status").as_deref() == Some(wanted);
    let known = [
        (Status::Cancelled, "cancelled"),
        (Status::Cancelled, "canceled"),
        (Status::Postponed, "postponed"),
        (Status::SoldOut, "sold-out"),
        (Status::Rescheduled, "rescheduled"),
    ];
    let sold_out = item.flag("/sold_out").then_some(Status::SoldOut);
    // An event that was moved and is sold out is called sold out: its new day stands beside it anyway.
    let graver = known.iter().take(3).find(|(_, word)| has(word)).map(|(status, _)| *status);
    graver.or(sold_out).or_else(|| known.iter().find(|(_, word)| has(word)).map(|(status, _)| *status))
}

/// The acts as DICE knows them, where they are all that the title names. DICE often knows the best known only.
fn bill(mut event: Event, item: &Value, title: &str) -> Event {
    let detailed = item.items("/detailed_artists");
    let mut named: Vec<(String, bool)> = detailed
        .iter()
        .filter_map(|artist| Some((clean(&artist.filled("/name")?), artist.flag("/headliner"))))
        .collect();
    if named.is_empty() {
        named = item.texts("/artists").iter().map(|name| (clean(name), false)).collect();
    }
    let told = read_performers(title);
    if named.is_empty() || !(names_all(title, &named) || named.len() >= told.len()) {
        return event;
    }
    let headed = named.iter().any(|(_, heads)| *heads);
    named.sort_by_key(|(_, heads)| !heads);
    for (name, heads) in named {
        let role = match (heads, headed) {
            (true, _) => Role::Headliner,
            (false, true) => Role::Support,
            (false, false) => Role::Performer,
        };
        event = event.performer(name, role);
    }
    event
}

/// Whether a title says nothing beyond these names, so that a name with a comma in it is not two.
fn names_all(title: &str, named: &[(String, bool)]) -> bool {
    const BETWEEN: &[&str] =
        &["and", "with", "w", "the", "feat", "ft", "featuring", "plus", "x", "vs", "und", "et", "y", "en", "i", "e"];
    let mut longest: Vec<String> = named.iter().map(|(name, _)| name.to_lowercase()).collect();
    longest.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let rest = longest.iter().fold(title.to_lowercase(), |rest, name| rest.replacen(name.as_str(), " ", 1));
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| BETWEEN.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_asked_for_where_this_one_was() {
        let page = "https://partners.example/api/v2/events?page%5Bsize%5D=2";
        let next = "https://events.example/api/v2/events?page[number]=2&page[size]=2";
        assert_eq!(
            beside(next, page).as_deref(),
            Some("https://partners.example/api/v2/events?page[number]=2&page[size]=2")
        );
        assert_eq!(beside("https://events.example/", page), None);
    }

    #[test]
    fn a_title_is_told_by_its_acts_or_it_says_more() {
        let acts = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), false)).collect::<Vec<_>>();
        assert!(names_all("Moon, Sun w/ Tide", &acts(&["Moon, Sun", "Tide"])));
        assert!(!names_all("Moon, Sun, Tide", &acts(&["Moon", "Tide"])));
        assert!(!names_all("Moon: The Summer Tour", &acts(&["Moon"])));
    }
}

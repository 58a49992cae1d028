//! What a page lists, collected event by event, and its outcome.
//!
//! The outcome follows from what was collected: nothing can be returned without evidence or an error, and whatever was left
//! out makes it partial. So a plugin cannot say "nothing is on" by accident.

use crate::{
    Date, Diagnostic, Element, Event, Evidence, ExtractError, Extraction, Follow, Method, Moment, Outcome, PostBody,
    ReadError, Severity, Window,
    bindings::marquee::extractor::types::{self, Events, PartialEvents},
    error::shortened,
};

/// A listing in the making.
#[derive(Debug, Default)]
pub struct Listing {
    events: Vec<types::Event>,
    /// How many of them have a start that was read.
    dated: usize,
    missing: Vec<String>,
    /// The page's words and the reason of the first thing that was left out.
    first_missing: Option<(String, String)>,
    evidence: Option<Evidence>,
    disguise: Option<String>,
    onward: bool,
    follow: Vec<Follow>,
    window: Option<Window>,
    diagnostics: Vec<Diagnostic>,
}

impl Listing {
    /// Words that say that nothing is on, in lower case, in the languages that the host reads dates in.
    pub const NOTHING_ON: &'static [&'static str] = &[
        "no upcoming",
        "no events",
        "no shows",
        "no concerts",
        "no scheduled",
        "nothing scheduled",
        "there are no",
        "no results",
        "check back",
        "aucun événement",
        "aucun évènement",
        "aucun concert",
        "aucun spectacle",
        "aucune date",
        "pas d'événement",
        "pas d’événement",
        "keine veranstaltung",
        "keine termine",
        "keine konzerte",
        "keine events",
        "keine kommenden",
        "keine bevorstehenden",
        "derzeit keine",
        "geen evenement",
        "geen concert",
        "geen aankomende",
        "geen komende",
        "geen events",
        "geen resultaten",
        "no hay eventos",
        "no hay conciertos",
        "no hay próximos",
        "sin eventos",
        "nessun evento",
        "nessun concerto",
        "non ci sono eventi",
        "nessuna data",
        "sem eventos",
        "não há eventos",
        "nenhum evento",
        "não existem eventos",
        "brak wydarzeń",
        "brak nadchodzących",
        "brak koncertów",
        "nie znaleziono",
        "nie ma nadchodzących",
    ];

    /// Nothing collected yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events were collected.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether no event was collected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The own pages of the events that were collected, each once.
    #[must_use]
    pub fn event_urls(&self) -> Vec<String> {
        let mut urls: Vec<String> = Vec::new();
        for url in self.events.iter().filter_map(|event| event.event_url.as_ref()) {
            if !urls.contains(url) {
                urls.push(url.clone());
            }
        }
        urls
    }

    /// Collects an event, once for each day that its date names. One whose date could not be read is kept, so that the host
    /// rejects it with the page's words, and makes the outcome partial; one without a title is left out.
    pub fn event(&mut self, event: Event) {
        if event.title().is_none() {
            let name = event.name().unwrap_or_default().to_owned();
            self.leave_out("event", &name, "it has no title");
            return;
        }
        if let Some((raw, reason)) = &event.undated {
            let name = event.name().map(str::to_owned);
            self.diagnose(Severity::Warning, "date-unreadable", reason, name.as_deref(), Some(raw));
            match name.filter(|_| raw.is_empty()) {
                Some(name) => self.note_missing("event", &name, "it has no date"),
                None => self.note_missing("date", raw, reason),
            }
        } else if event.event.start.is_some() {
            self.dated += 1;
        }
        self.events.extend(event.on_each_day());
    }

    /// Collects what an event's own page tells about an event of the listing, by whose key (which it must have) the host joins
    /// the two. It may lack title and start.
    pub fn completion(&mut self, event: Event) {
        self.dated += 1;
        self.events.extend(event.on_each_day());
    }

    /// Says that something was left out, and why: the outcome becomes partial.
    pub fn leave_out(&mut self, what: &str, raw: &str, reason: &str) {
        self.diagnose(Severity::Warning, &format!("{what}-left-out"), reason, None, Some(raw));
        self.note_missing(what, raw, reason);
    }

    fn note_missing(&mut self, what: &str, raw: &str, reason: &str) {
        const TOLD: usize = 5; // the rest are diagnostics; the sentence is for a table
        if self.missing.len() < TOLD {
            self.missing.push(format!("{what} `{}`: {reason}", shortened(raw)));
        }
        if self.first_missing.is_none() {
            self.first_missing = Some((raw.to_owned(), format!("{what}: {reason}")));
        }
    }

    /// A remark, for people and machines. `code`: a stable word in kebab-case.
    pub fn remark(&mut self, severity: Severity, code: &str, message: &str) {
        self.diagnose(severity, code, message, None, None);
    }

    /// A remark on an event, with the page's words.
    pub fn diagnose(&mut self, severity: Severity, code: &str, message: &str, event: Option<&str>, raw: Option<&str>) {
        self.diagnostics.push(Diagnostic {
            severity,
            code: code.to_owned(),
            message: message.to_owned(),
            event: event.map(shortened),
            raw: raw.map(shortened),
        });
    }

    /// Asks for a page by GET. `kind`: what the next call sees as its page's kind, such as `next` or `detail`.
    pub fn follow(&mut self, url: &str, kind: &str, context: Option<&str>) {
        self.request(Method::Get, url, kind, context);
    }

    /// Asks for a page by POST.
    pub fn follow_post(&mut self, url: &str, content_type: &str, body: &str, kind: &str, context: Option<&str>) {
        let body = PostBody { content_type: content_type.to_owned(), body: body.to_owned() };
        self.request(Method::Post(body), url, kind, context);
    }

    fn request(&mut self, method: Method, url: &str, kind: &str, context: Option<&str>) {
        let (url, kind, context) = (url.to_owned(), kind.to_owned(), context.map(str::to_owned));
        self.ask(Follow { method, url, headers: Vec::new(), kind, context });
    }

    /// Asks for a page with headers of its own. The host sends a few names only, and what the source allows.
    pub fn ask(&mut self, follow: Follow) {
        let asked = |known: &Follow| {
            matches!((&known.method, &follow.method), (Method::Get, Method::Get))
                && known.url == follow.url
                && known.kind == follow.kind
        };
        if !self.follow.iter().any(asked) {
            self.follow.push(follow);
        }
    }

    /// Says that this page lists nothing itself and that the pages asked for do.
    pub const fn onward(&mut self) {
        self.onward = true;
    }

    /// The days that this listing covers; `to` is included, `None` is "no end".
    pub const fn covers(&mut self, from: Date, to: Option<Date>) {
        self.window = Some(Window { from, to });
    }

    /// The page's own words that nothing is on, and the selector or pointer of the place where they stand.
    pub fn empty(&mut self, text: &str, place: &str) {
        if self.evidence.is_none() && !text.trim().is_empty() {
            self.evidence = Some(Evidence { text: shortened(text.trim()), place: place.to_owned() });
        }
    }

    /// Says that the page is no listing, and what it is instead.
    pub fn elsewhere(&mut self, what: &str) {
        self.disguise = Some(what.to_owned());
    }

    /// Looks for the page's words that nothing is on, if no event was collected: in what `places` selects, any of `words` (in
    /// lower case), or whatever stands there if `words` is empty.
    pub fn nothing_on(&mut self, document: &Element, places: &str, words: &[&str]) -> Result<(), ReadError> {
        if self.is_empty() && self.evidence.is_none() {
            for place in document.select(places)? {
                let text = place.text();
                let lower = text.to_lowercase();
                if words.is_empty() || words.iter().any(|words| lower.contains(words)) {
                    self.empty(&text, places);
                }
            }
        }
        Ok(())
    }

    /// Looks, if nothing was collected, whether the page is a login, a captcha or an error page.
    pub fn disguise(&mut self, document: &Element) -> Result<(), ReadError> {
        if self.is_empty() && self.evidence.is_none() {
            self.disguise = disguise(document)?;
        }
        Ok(())
    }

    /// The extraction. `layout` says which marks were looked for, for the case that nothing was found.
    pub fn finish(self, layout: &str) -> Result<Extraction, ExtractError> {
        let undated = self.dated == 0;
        let mut events = self.events.into_iter();
        let outcome = match (events.next(), self.first_missing) {
            (Some(first), Some((raw, reason))) if undated && all_undated(&first, events.as_slice()) => {
                return Err(ExtractError::malformed("dates of all events", &raw, &reason));
            }
            (Some(first), missing) => {
                let read = Events { first, rest: events.collect() };
                match missing {
                    Some(_) => Outcome::Partial(PartialEvents { read, missing: self.missing.join("; ") }),
                    None => Outcome::Complete(read),
                }
            }
            (None, missing) => match (self.evidence, self.disguise, missing) {
                (Some(evidence), _, None) => Outcome::Empty(evidence),
                (_, _, Some((raw, reason))) => return Err(ExtractError::malformed("events", &raw, &reason)),
                (None, Some(what), None) => Outcome::NotAListing(what),
                (None, None, None) if self.onward && !self.follow.is_empty() => Outcome::Onward,
                (None, None, None) => return Err(ExtractError::layout(layout)),
            },
        };
        Ok(Extraction { outcome, follow: self.follow, window: self.window, diagnostics: self.diagnostics })
    }
}

/// A page on which not one date can be read has changed; a list of rejections would hide that.
fn all_undated(first: &types::Event, rest: &[types::Event]) -> bool {
    std::iter::once(first).chain(rest).all(|event| matches!(event.start, None | Some(Moment::Text(_))))
}

/// What a page is that took the place of a listing. Only asked where nothing was read: venues have logins and captchas on
/// good pages as well.
fn disguise(document: &Element) -> Result<Option<String>, ReadError> {
    const CHALLENGES: &str = "#challenge-form, #challenge-running, #cf-wrapper, #cf-error-details, #px-captcha, \
                              form[action*='captcha'], body > iframe[src*='captcha' i], script[src*='/challenge-platform/']";
    const TITLES: &[(&str, &str)] = &[
        ("just a moment", "a check for robots"),
        ("attention required", "a check for robots"),
        ("are you a robot", "a check for robots"),
        ("captcha", "a check for robots"),
        ("security check", "a check for robots"),
        ("verifying", "a check for robots"),
        ("access denied", "a refusal"),
        ("forbidden", "a refusal"),
        ("log in", "a login"),
        ("login", "a login"),
        ("sign in", "a login"),
        ("anmelden", "a login"),
        ("connexion", "a login"),
        ("inloggen", "a login"),
        ("zaloguj", "a login"),
        ("iniciar sesión", "a login"),
        ("not found", "an error page"),
        ("404", "an error page"),
        ("403", "a refusal"),
        ("500", "an error page"),
        ("502", "an error page"),
        ("503", "an error page"),
        ("internal server error", "an error page"),
        ("service unavailable", "an error page"),
        ("bad gateway", "an error page"),
        ("error", "an error page"),
        ("page introuvable", "an error page"),
        ("seite nicht gefunden", "an error page"),
        ("pagina niet gevonden", "an error page"),
        ("under maintenance", "a maintenance page"),
        ("maintenance", "a maintenance page"),
        ("wartung", "a maintenance page"),
        ("coming soon", "a placeholder"),
        ("account suspended", "a placeholder"),
        ("domain for sale", "a placeholder"),
    ];
    const LOGIN_PAGE: usize = 1500; // characters: a page that is a login has little else to say
    for place in ["title", "h1"] {
        if let Some(text) = document.text_of(place)? {
            let lower = text.to_lowercase();
            if let Some((_, what)) = TITLES.iter().find(|(words, _)| has_words(&lower, words)) {
                return Ok(Some(format!("{what}, by its {place} `{}`", shortened(&text))));
            }
        }
    }
    if document.has(CHALLENGES)? {
        return Ok(Some("a check for robots".to_owned()));
    }
    if document.has("form input[type=password]")? && document.text().chars().count() < LOGIN_PAGE {
        return Ok(Some("a login".to_owned()));
    }
    Ok(None)
}

/// Whether the words stand in the text as words: "404" is not in "1404 Club".
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadDate;

    fn event(title: &str) -> Event {
        Event::new(title).when(&ReadDate::of("May 1", Moment::Date(Date { year: 2026, month: 5, day: 1 })))
    }

    #[test]
    fn nothing_collected_is_an_error_and_never_an_empty_list() {
        let finished = Listing::new().finish("no `.event`");
        assert!(matches!(finished, Err(ExtractError::UnrecognizedLayout(reason)) if reason == "no `.event`"));
    }

    #[test]
    fn the_pages_own_words_make_it_empty() {
        let mut listing = Listing::new();
        listing.empty("No upcoming events", ".calendar");
        assert!(matches!(listing.finish("").map(|done| done.outcome), Ok(Outcome::Empty(_))));
    }

    #[test]
    fn one_event_that_was_left_out_makes_it_partial() {
        let mut listing = Listing::new();
        listing.event(event("Moon"));
        assert!(matches!(Listing::default().finish(""), Err(ExtractError::UnrecognizedLayout(_))));
        listing.event(Event::new("Sun").when(&ReadDate::unreadable("soon", "no day in it")));
        let done = listing.finish("").unwrap();
        assert!(matches!(done.outcome, Outcome::Partial(ref partial) if partial.read.rest.len() == 1));
        assert_eq!(done.diagnostics.len(), 1);
    }

    #[test]
    fn a_page_without_one_readable_date_is_an_error() {
        let mut listing = Listing::new();
        listing.event(Event::new("Sun").when(&ReadDate::unreadable("soon", "no day in it")));
        assert!(matches!(listing.finish(""), Err(ExtractError::Malformed(_))));
    }

    #[test]
    fn onward_needs_a_page_to_go_to() {
        let mut listing = Listing::new();
        listing.onward();
        assert!(listing.finish("nothing").is_err());
        let mut listing = Listing::new();
        listing.onward();
        listing.follow("/may", "month", None);
        listing.follow("/may", "month", None);
        let done = listing.finish("nothing").unwrap();
        assert!(matches!(done.outcome, Outcome::Onward));
        assert_eq!(done.follow.len(), 1, "the same page is asked for once");
    }

    #[test]
    fn numbers_in_names_are_no_error_codes() {
        assert!(has_words("error 404", "404"));
        assert!(!has_words("1404 club", "404"));
    }
}

//! One event, put together from what the page tells.

use crate::{
    AgeRestriction, Date, DateTime, Moment, Performer, Price, ReadDate, Role, Status,
    bindings::marquee::extractor::types,
};

/// An event in the making. Every setter takes what a page may lack: `None` or an empty text leaves the field unset, and a
/// field that is already set is kept, so that the best source of a value is asked first.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) event: types::Event,
    /// Further days of the same item.
    pub(crate) more: Vec<Moment>,
    /// Why there is no start, with the page's words.
    pub(crate) undated: Option<(String, String)>,
}

/// A text that a page may lack.
pub trait MaybeText {
    /// The text, trimmed, if there is one.
    fn maybe(self) -> Option<String>;
}

impl MaybeText for &str {
    fn maybe(self) -> Option<String> {
        let text = self.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl MaybeText for String {
    fn maybe(self) -> Option<String> {
        self.as_str().maybe()
    }
}

impl MaybeText for &String {
    fn maybe(self) -> Option<String> {
        self.as_str().maybe()
    }
}

impl<T: MaybeText> MaybeText for Option<T> {
    fn maybe(self) -> Option<String> {
        self.and_then(MaybeText::maybe)
    }
}

/// Keeps what is set; else takes what is offered.
fn fill<T>(field: &mut Option<T>, offered: Option<T>) {
    if field.is_none() {
        *field = offered;
    }
}

impl Event {
    /// An event of this title, as printed.
    #[must_use]
    pub fn new(title: impl MaybeText) -> Self {
        Self {
            event: types::Event {
                key: None,
                title: title.maybe(),
                performers: Vec::new(),
                start: None,
                doors: None,
                end: None,
                status: None,
                price: None,
                ticket_url: None,
                event_url: None,
                image_url: None,
                age: None,
                description: None,
                genres: Vec::new(),
                room: None,
                venue: None,
                weekday: None,
            },
            more: Vec::new(),
            undated: None,
        }
    }

    /// The platform's own key: an id, or the path of the event's page. Stable between crawls, never its place in the list.
    #[must_use]
    pub fn key(mut self, key: impl MaybeText) -> Self {
        fill(&mut self.event.key, key.maybe());
        self
    }

    /// Takes start, doors, end, weekday and further days from a reading. Words that could not be read are handed on, so that
    /// the host rejects them with their reason instead of losing them.
    #[must_use]
    pub fn when(mut self, date: &ReadDate) -> Self {
        match &date.reading {
            Ok(when) => {
                fill(&mut self.event.start, Some(when.start.clone()));
                fill(&mut self.event.doors, when.doors.clone());
                fill(&mut self.event.end, when.end.clone());
                fill(&mut self.event.weekday, when.weekday);
                self.more.clone_from(&when.more);
            }
            Err(reason) => {
                fill(&mut self.event.start, date.raw.as_str().maybe().map(Moment::Text));
                self.undated = Some((date.raw.clone(), reason.clone()));
            }
        }
        self
    }

    /// When the show starts.
    #[must_use]
    pub fn start(mut self, start: Option<Moment>) -> Self {
        fill(&mut self.event.start, start);
        self
    }

    /// When doors open.
    #[must_use]
    pub fn doors(mut self, doors: Option<Moment>) -> Self {
        fill(&mut self.event.doors, doors);
        self
    }

    /// When it ends.
    #[must_use]
    pub fn end(mut self, end: Option<Moment>) -> Self {
        fill(&mut self.event.end, end);
        self
    }

    /// The weekday printed beside the date, 1 (Monday) to 7 (Sunday).
    #[must_use]
    pub fn weekday(mut self, weekday: Option<u8>) -> Self {
        fill(&mut self.event.weekday, weekday);
        self
    }

    /// An act, after those before it on the bill. Name acts only where the page does so apart from the title.
    #[must_use]
    pub fn performer(mut self, name: impl MaybeText, role: Role) -> Self {
        if let Some(name) = name.maybe()
            && self.event.performers.iter().all(|known| known.name != name)
        {
            self.event.performers.push(Performer { name, role });
        }
        self
    }

    /// Several acts at once.
    #[must_use]
    pub fn performers(self, acts: Vec<Performer>) -> Self {
        acts.into_iter().fold(self, |event, act| event.performer(act.name, act.role))
    }

    /// Whether it takes place, where the page says so apart from the title.
    #[must_use]
    pub fn status(mut self, status: Option<Status>) -> Self {
        fill(&mut self.event.status, status);
        self
    }

    /// The same out of the page's words, such as a badge "Sold out".
    #[must_use]
    pub fn status_words(self, words: impl MaybeText) -> Self {
        let status = words.maybe().and_then(|words| crate::read_status(&words).0);
        self.status(status)
    }

    /// What it costs.
    #[must_use]
    pub fn price(mut self, price: Option<Price>) -> Self {
        fill(&mut self.event.price, price);
        self
    }

    /// The same out of the page's words.
    #[must_use]
    pub fn price_words(self, words: impl MaybeText) -> Self {
        let price = words.maybe().and_then(|words| crate::read_price(&words, None));
        self.price(price)
    }

    /// Where tickets are sold.
    #[must_use]
    pub fn ticket_url(mut self, url: impl MaybeText) -> Self {
        fill(&mut self.event.ticket_url, url.maybe());
        self
    }

    /// The event's own page.
    #[must_use]
    pub fn event_url(mut self, url: impl MaybeText) -> Self {
        fill(&mut self.event.event_url, url.maybe());
        self
    }

    /// A picture.
    #[must_use]
    pub fn image_url(mut self, url: impl MaybeText) -> Self {
        fill(&mut self.event.image_url, url.maybe());
        self
    }

    /// Who may come in.
    #[must_use]
    pub fn age(mut self, age: Option<AgeRestriction>) -> Self {
        fill(&mut self.event.age, age);
        self
    }

    /// The same out of the page's words.
    #[must_use]
    pub fn age_words(self, words: impl MaybeText) -> Self {
        let age = words.maybe().and_then(|words| crate::read_age(&words));
        self.age(age)
    }

    /// What the page tells about it, as text.
    #[must_use]
    pub fn description(mut self, text: impl MaybeText) -> Self {
        fill(&mut self.event.description, text.maybe());
        self
    }

    /// A genre, as printed.
    #[must_use]
    pub fn genre(mut self, genre: impl MaybeText) -> Self {
        if let Some(genre) = genre.maybe()
            && !self.event.genres.contains(&genre)
        {
            self.event.genres.push(genre);
        }
        self
    }

    /// Takes the genres away: where a site's tags are none.
    pub fn clear_genres(&mut self) {
        self.event.genres.clear();
    }

    /// The room or stage within the venue.
    #[must_use]
    pub fn room(mut self, room: impl MaybeText) -> Self {
        fill(&mut self.event.room, room.maybe());
        self
    }

    /// The venue's name, only where it is not the source's own venue.
    #[must_use]
    pub fn venue(mut self, venue: impl MaybeText) -> Self {
        fill(&mut self.event.venue, venue.maybe());
        self
    }

    /// Completes this event with another telling of it: what is set here is kept, what is not is taken from there.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let Self { event: there, more, undated } = other;
        let readable = |start: &Option<Moment>| start.as_ref().is_some_and(|start| !matches!(start, Moment::Text(_)));
        if !readable(&self.event.start) && (readable(&there.start) || self.event.start.is_none()) {
            (self.event.start, self.more, self.undated) = (there.start, more, undated);
        }
        let here = &mut self.event;
        fill(&mut here.key, there.key);
        fill(&mut here.title, there.title);
        fill(&mut here.doors, there.doors);
        fill(&mut here.end, there.end);
        fill(&mut here.status, there.status);
        fill(&mut here.price, there.price);
        fill(&mut here.ticket_url, there.ticket_url);
        fill(&mut here.event_url, there.event_url);
        fill(&mut here.image_url, there.image_url);
        fill(&mut here.age, there.age);
        fill(&mut here.description, there.description);
        fill(&mut here.room, there.room);
        fill(&mut here.venue, there.venue);
        fill(&mut here.weekday, there.weekday);
        if here.performers.is_empty() {
            here.performers = there.performers;
        }
        there.genres.into_iter().fold(self, Self::genre)
    }

    /// Puts a better title in the place of the printed one, if there is one: the part of it that a source's pattern names.
    pub fn retitle(&mut self, title: impl MaybeText) {
        if let Some(title) = title.maybe() {
            self.event.title = Some(title);
        }
    }

    /// The title, if it is set.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.event.title.as_deref()
    }

    /// The key, else the title: how remarks name this event.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.event.key.as_deref().or(self.event.title.as_deref())
    }

    /// This event and one for each further day that its date text names. They share everything but the day; their keys get
    /// the day at the end, since one key is one event.
    pub(crate) fn on_each_day(self) -> Vec<types::Event> {
        let mut events = vec![self.event];
        for moment in self.more {
            // An instant's day on the venue's calendar is the host's to find; for a key, which only has to differ, its day in UTC does.
            let day = match &moment {
                Moment::Instant(at) => Some(Date::of_instant(*at)),
                other => crate::day_of(other),
            };
            let (Some(first), Some(day)) = (events.first(), day) else { continue };
            let mut event = first.clone();
            event.key = event.key.map(|key| format!("{key}#{day}"));
            event.doors = event.doors.and_then(|doors| same_clock(&doors, day));
            event.end = None;
            event.weekday = None;
            event.start = Some(moment);
            events.push(event);
        }
        events
    }
}

/// The same wall-clock time on another day.
fn same_clock(moment: &Moment, day: Date) -> Option<Moment> {
    match moment {
        Moment::Local(local) => Some(Moment::Local(DateTime { date: day, time: local.time })),
        Moment::Date(_) | Moment::Instant(_) | Moment::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Time, When};

    fn local(day: u8, hour: u8) -> Moment {
        Moment::Local(DateTime { date: Date { year: 2026, month: 5, day }, time: Time { hour, minute: 0, second: 0 } })
    }

    #[test]
    fn a_field_that_is_set_is_kept_and_an_empty_text_sets_nothing() {
        let event = Event::new("  Moon  ").key("").key(Some("7")).key("8").ticket_url(None::<&str>);
        assert_eq!(event.title(), Some("Moon"));
        assert_eq!(event.event.key.as_deref(), Some("7"));
        assert!(event.event.ticket_url.is_none());
    }

    #[test]
    fn an_item_of_several_days_becomes_an_event_for_each_with_its_own_key() {
        let mut date = ReadDate::of("May 1, 2", local(1, 20));
        if let Ok(When { more, doors, .. }) = &mut date.reading {
            more.push(local(2, 20));
            *doors = Some(local(1, 19));
        }
        let events = Event::new("Moon").key("7").when(&date).on_each_day();
        let keys: Vec<_> = events.iter().filter_map(|event| event.key.as_deref()).collect();
        assert_eq!(keys, ["7", "7#2026-05-02"]);
        let Some(Moment::Local(doors)) = &events[1].doors else { panic!("no doors on the second day") };
        assert_eq!((doors.date.day, doors.time.hour), (2, 19));
    }

    #[test]
    fn days_that_are_instants_become_events_too() {
        let mut date = ReadDate::of("May 1, 2 @ 8 pm ET", Moment::Instant(1_777_680_000_000));
        if let Ok(When { more, .. }) = &mut date.reading {
            more.push(Moment::Instant(1_777_680_000_000 + 86_400_000));
        }
        let events = Event::new("Moon").key("7").when(&date).on_each_day();
        let keys: Vec<_> = events.iter().filter_map(|event| event.key.as_deref()).collect();
        assert_eq!(keys, ["7", "7#2026-05-03"]);
    }

    #[test]
    fn words_that_cannot_be_read_are_handed_on() {
        let event = Event::new("Moon").when(&ReadDate::unreadable("soon", "no day in it"));
        assert!(matches!(event.event.start, Some(Moment::Text(ref words)) if words == "soon"));
        assert!(event.undated.is_some());
    }
}

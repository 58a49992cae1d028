//! One event of a page, edited as its venue would: taken off, moved by some days, retitled, called off in words.
//!
//! No page is known by heart. An event's item is found by its title: the largest element, or the largest object of a list
//! in JSON, that has this title and no other event's. Whatever part of the page has such an item (the list, a carousel,
//! structured data) is edited alike. How a page writes its dates is tried out; whether an edit did what it should, the
//! reading tells.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use marquee_model::Event;

use super::html;

/// What a venue does to one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It is taken off the page.
    Gone,
    /// It is on so many days later.
    Moved(i64),
    /// These words come behind its title.
    Retitled(&'static str),
    /// These words come before its title.
    CalledOff(&'static str),
}

/// Edited pages, likeliest first; none where the event cannot be found. `at` is the event's place in `events`, which are all of the page.
#[must_use]
pub fn edited(body: &str, events: &[Event], at: usize, edit: &Edit) -> Vec<String> {
    let Some(event) = events.get(at) else { return Vec::new() };
    let others: Vec<&str> =
        events.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other.title.as_str()).collect();
    if others.contains(&event.title.as_str()) {
        return Vec::new();
    }
    let page = Page::new(body, event, &others);
    let items = page.items();
    if items.is_empty() {
        return Vec::new();
    }
    match edit {
        Edit::Gone => vec![page.rewritten(&items, |item| (page.with_comma(item), String::new()))],
        Edit::Retitled(words) => vec![page.retitled(&items, |title| format!("{title}{words}"))],
        Edit::CalledOff(words) => vec![page.retitled(&items, |title| format!("{words}{title}"))],
        Edit::Moved(days) => {
            let dates = Dates::of(event, *days);
            let moved = |of: &dyn Fn(&str) -> String| {
                page.rewritten(&items, |item| (item.clone(), of(body.get(item.clone()).unwrap_or_default())))
            };
            let pages =
                [moved(&|text| dates.written_out(text)), moved(&|text| dates.by_the_day(&dates.written_out(text)))];
            pages.into_iter().filter(|page| page != body).collect()
        }
    }
}

/// A page, searched for one event.
struct Page<'t> {
    body: &'t str,
    own: Vec<Range<usize>>,
    others: Vec<usize>,
    /// What can be an item: elements, and objects that stand in lists.
    blocks: Vec<Range<usize>>,
}

impl<'t> Page<'t> {
    fn new(body: &'t str, event: &Event, others: &[&str]) -> Self {
        let own = places(body, &event.title);
        let inside = |place: &usize| own.iter().any(|own| own.contains(place));
        let mut others: Vec<usize> = others
            .iter()
            .flat_map(|title| places(body, title))
            .map(|place| place.start)
            .filter(|p| !inside(p))
            .collect();
        others.sort_unstable();
        let is_json = matches!(body.trim_start().chars().next(), Some('{' | '['));
        let mut blocks = Vec::new();
        if is_json {
            objects(body, 0..body.len(), &mut blocks);
        } else {
            for element in html::elements(body) {
                if element.name.eq_ignore_ascii_case("script") {
                    objects(body, element.inner.clone(), &mut blocks);
                }
                blocks.push(element.whole);
            }
        }
        Self { body, own, others, blocks }
    }

    /// The parts of the page that are about this event alone.
    fn items(&self) -> Vec<Range<usize>> {
        let mut items: Vec<Range<usize>> = Vec::new();
        for own in &self.own {
            let about = |block: &&Range<usize>| {
                let next = self.others.partition_point(|place| *place < block.start);
                block.start <= own.start
                    && own.end <= block.end
                    && self.others.get(next).is_none_or(|place| *place >= block.end)
            };
            let largest = self.blocks.iter().filter(about).max_by_key(|block| block.len());
            items.extend(largest.filter(|block| block.len() * 2 < self.body.len()).cloned());
        }
        items.sort_by_key(|item| (item.start, std::cmp::Reverse(item.end)));
        items.dedup_by(|inner, outer| inner.end <= outer.end);
        items
    }

    /// A member of a list together with the comma that separates it.
    fn with_comma(&self, item: &Range<usize>) -> Range<usize> {
        if self.body.get(item.clone()).is_none_or(|text| !text.starts_with('{')) {
            return item.clone();
        }
        let after = self.body.get(item.end..).unwrap_or_default();
        let space = after.len() - after.trim_start().len();
        if after.trim_start().starts_with(',') {
            return item.start..item.end + space + 1;
        }
        let before = self.body.get(..item.start).unwrap_or_default().trim_end();
        if before.ends_with(',') { before.len() - 1..item.end } else { item.clone() }
    }

    fn retitled(&self, items: &[Range<usize>], new: impl Fn(&str) -> String) -> String {
        let titles: Vec<Range<usize>> = self
            .own
            .iter()
            .filter(|own| items.iter().any(|item| item.start <= own.start && own.end <= item.end))
            .cloned()
            .collect();
        self.rewritten(&titles, |title| (title.clone(), new(self.body.get(title.clone()).unwrap_or_default())))
    }

    /// The page with these parts replaced; they do not overlap and are in order.
    fn rewritten(&self, parts: &[Range<usize>], new: impl Fn(&Range<usize>) -> (Range<usize>, String)) -> String {
        let (mut page, mut at) = (String::with_capacity(self.body.len()), 0);
        for (part, text) in parts.iter().map(new) {
            page.push_str(self.body.get(at..part.start.max(at)).unwrap_or_default());
            page.push_str(&text);
            at = part.end.max(at);
        }
        page.push_str(self.body.get(at..).unwrap_or_default());
        page
    }
}

/// Where a text stands on a page, in one of the ways in which pages write it.
fn places(body: &str, text: &str) -> Vec<Range<usize>> {
    let html = |text: &str| text.replace('&', "&amp;");
    let quotes = |text: &str, apostrophe: &str| text.replace(['’', '\''], apostrophe);
    let json = |text: &str| serde_json::to_string(text).unwrap_or_default().trim_matches('"').to_owned();
    let escaped = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect()
    };
    let mut ways = vec![text.to_owned(), html(text), json(text), escaped(&json(text)), json(&html(text))];
    for apostrophe in ["&#8217;", "&#039;", "&#39;", "&rsquo;", "&apos;", "’", "'"] {
        ways.push(quotes(text, apostrophe));
        ways.push(quotes(&html(text), apostrophe));
    }
    ways.push(html(text).replace(['–', '—'], "&#8211;"));
    ways.push(html(text).replace('&', "&#038;").replace("&#038;amp;", "&#038;"));
    ways.push(text.to_uppercase());
    ways.push(html(text).to_uppercase().replace("&AMP;", "&amp;"));
    ways.sort();
    ways.dedup();
    let mut found: Vec<Range<usize>> = ways
        .iter()
        .filter(|way| way.chars().count() >= 3)
        .flat_map(|way| body.match_indices(way.as_str()).map(|(at, found)| at..at + found.len()))
        .collect();
    found.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    found.dedup_by(|inner, outer| inner.start < outer.end);
    found
}

/// The objects of JSON that are members of lists.
fn objects(body: &str, part: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(text) = body.get(part.clone()) else { return };
    let (mut open, mut in_text, mut escaped) = (Vec::new(), false, false);
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' => open.push((part.start + at, matches!(last, '[' | ','))),
            '}' => {
                if let Some((start, true)) = open.pop() {
                    found.push(start..part.start + at + 1);
                }
            }
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
}

/// The ways in which a page may write an event's days and instants, each with what it becomes.
struct Dates {
    written: Vec<(String, String)>,
    day: (String, String),
}

const FORMATS: [&str; 24] = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%-m/%-d/%Y",
    "%d/%m/%Y",
    "%m.%d.%Y",
    "%-m.%-d.%Y",
    "%m-%d-%Y",
    "%m.%d.%y",
    "%-m.%-d.%y",
    "%-m/%-d/%y",
    "%m/%d/%y",
    "%B %-d",
    "%b %-d",
    "%b. %-d",
    "%B %d",
    "%b %d",
    "%-d %B",
    "%-d %b",
    "%d %B",
    "%d %b",
    "%m/%d",
    "%-m/%-d",
];

impl Dates {
    fn of(event: &Event, days: i64) -> Self {
        let span = TimeDelta::days(days);
        let times = || [Some(&event.start), event.end.as_ref(), event.doors.as_ref()].into_iter().flatten();
        let instants = || times().filter_map(|time| time.utc);
        let mut dates: Vec<NaiveDate> =
            times().map(|time| time.date).chain(instants().map(|instant| instant.date_naive())).collect();
        dates.sort();
        dates.dedup();
        let mut written = Vec::new();
        for date in dates {
            for format in FORMATS {
                let (was, is) = (date.format(format).to_string(), (date + span).format(format).to_string());
                written.push((was.to_uppercase(), is.to_uppercase()));
                written.push((was.to_lowercase(), is.to_lowercase()));
                written.push((was, is));
            }
        }
        for instant in instants() {
            let both = |of: fn(&DateTime<Utc>) -> i64| (of(&instant).to_string(), of(&(instant + span)).to_string());
            written.push(both(DateTime::timestamp_millis));
            written.push(both(DateTime::timestamp));
        }
        // The longest first, so that a year is not cut from its day.
        written.sort_by_key(|(was, _)| std::cmp::Reverse(was.len()));
        written.dedup();
        let day = |date: NaiveDate| date.format("%-d").to_string();
        Self { written, day: (day(event.start.date), day(event.start.date + span)) }
    }

    /// Moves what is written out as a date.
    fn written_out(&self, text: &str) -> String {
        replaced(text, &self.written)
    }

    /// Moves the day of the month alone, outside of tags.
    fn by_the_day(&self, text: &str) -> String {
        let (was, is) = &self.day;
        let two = |day: &str| format!("{day:0>2}");
        let ways = [(two(was), two(is)), (was.clone(), is.clone())];
        let mut moved = String::new();
        for (place, part) in text.split_inclusive(['<', '>']).enumerate() {
            // Between `>` and `<`; a part in a tag ends with `>`.
            let is_text = !part.ends_with('>') || place == 0;
            moved.push_str(&if is_text { replaced(part, &ways) } else { part.to_owned() });
        }
        moved
    }
}

/// In one go, so that what was moved once is not moved again; never within a longer number or word.
fn replaced(text: &str, ways: &[(String, String)]) -> String {
    let mut new = String::with_capacity(text.len());
    let (mut at, mut before) = (0, ' ');
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let bounds = |way: &str| {
            let (first, last) = (way.chars().next().unwrap_or(' '), way.chars().next_back().unwrap_or(' '));
            let after = rest.get(way.len()..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            let joined = |a: char, b: char| {
                (a.is_ascii_digit() && (b.is_ascii_digit() || b == ':')) || (a.is_alphabetic() && b.is_alphabetic())
            };
            !joined(first, before) && !joined(last, after)
        };
        if let Some((was, is)) = ways.iter().find(|(was, _)| rest.starts_with(was.as_str()) && bounds(was)) {
            new.push_str(is);
            at += was.len();
            before = was.chars().next_back().unwrap_or(' ');
        } else if let Some(c) = rest.chars().next() {
            new.push(c);
            at += c.len_utf8();
            before = c;
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{guests::Setup, sample};

    const PAGE: &str = r#"<title>Moon</title><ul><li><b>Moon &amp; Co</b> <i>Nov 25</i> 8:25 PM</li><li><b>Sun</b> Nov 26</li><li><b>Star</b> Nov 27</li></ul>
        <script>{"list": [{"name": "Moon & Co", "on": "2026-11-25T20:00"}, {"name": "Sun", "on": "2026-11-26"}]}</script>"#;

    /// Moon on the 25th, Sun on the 26th, Star on the 27th of November 2026.
    fn events() -> Setup<Vec<Event>> {
        let site = sample::site("s");
        let source = sample::source(&sample::venue(&site, "v", "V"));
        let crawl = sample::crawl(&source, 0);
        let titled = |(days, title): (u64, &str)| Event {
            title: title.to_owned(),
            ..sample::event(&crawl, &source, title, days)
        };
        Ok([(2, "Moon & Co"), (3, "Sun"), (4, "Star")].map(titled).to_vec())
    }

    #[test]
    fn an_event_is_taken_off_wherever_the_page_lists_it() -> Setup<()> {
        let gone = edited(PAGE, &events()?, 0, &Edit::Gone).remove(0);
        assert!(!gone.contains("Moon &") && gone.contains("<ul><li><b>Sun"), "{gone}");
        assert!(gone.contains(r#"{"list": [ {"name": "Sun""#), "{gone}");
        Ok(())
    }

    #[test]
    fn only_its_own_title_and_its_own_days_are_edited() -> Setup<()> {
        let page = edited(PAGE, &events()?, 1, &Edit::CalledOff("CANCELLED: ")).remove(0);
        assert_eq!(page, PAGE.replace("Sun", "CANCELLED: Sun"));
        let page = edited(PAGE, &events()?, 0, &Edit::Retitled(" and Friends")).remove(0);
        assert_eq!(page.matches(" and Friends").count(), 2);
        let page = edited(PAGE, &events()?, 0, &Edit::Moved(3)).remove(0);
        assert_eq!(page, PAGE.replace("Nov 25", "Nov 28").replace("2026-11-25", "2026-11-28"));
        Ok(())
    }

    #[test]
    fn what_has_no_item_of_its_own_is_not_edited() -> Setup<()> {
        assert!(edited("<p>Moon &amp; Co, Sun, Star</p>", &events()?, 0, &Edit::Gone).is_empty());
        assert!(edited("<p>Sun</p><p>Star</p>", &events()?, 0, &Edit::Gone).is_empty());
        Ok(())
    }
}

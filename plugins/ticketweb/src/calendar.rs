//! The calendar's script: `var all_events = [ { id: '15782', start: '2026-02-12', title: '...', ... }, ... ]`. It is no JSON, but
//! the plugin always writes it alike: one field a line, texts in single or double quotes.
//!
//! It knows the year, which the pop-ups do not print; where a site has taken the pop-ups out it is all that there is.

use marquee_sdk::{DateHints, Event, ExtractError, clean};

use crate::found::{Found, dates, path, times};

/// Entries of a calendar that are read: a page of ten years of nights.
const MOST: usize = 4000;

/// An entry of the script.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scripted {
    pub(crate) id: String,
    /// `2026-02-12`.
    pub(crate) day: Option<String>,
    /// The time in `start`, where it has one.
    clock: Option<String>,
    title: Option<String>,
    /// The event's page; a pop-up's address is none.
    pub(crate) url: Option<String>,
    doors: Option<String>,
    show: Option<String>,
    image: Option<String>,
}

/// The entries of a page's script.
pub(crate) fn scripted(body: &str) -> Vec<Scripted> {
    let Some((_, behind)) = body.split_once("all_events = [").or_else(|| body.split_once("all_events=[")) else {
        return Vec::new();
    };
    let script = behind.split_once("</script").map_or(behind, |(script, _)| script);
    let script = script.split_once("];").map_or(script, |(script, _)| script);
    // An entry begins with its id or, in older versions, with its title.
    script
        .split('{')
        .skip(1)
        .take(MOST)
        .map(entry)
        .filter(|entry| entry.title.is_some() || entry.day.is_some())
        .collect()
}

fn entry(text: &str) -> Scripted {
    let start = field(text, "start").unwrap_or_default();
    let (day, clock) = start.split_once([' ', 'T']).unwrap_or((start.as_str(), ""));
    let is_day = |day: &str| day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let page = |url: &String| url.starts_with("http") || url.starts_with('/');
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let image = filled(field(text, "imageUrl"));
    Scripted {
        id: field(text, "id").unwrap_or_default(),
        day: Some(day.replace('/', "-")).filter(|day| is_day(day)),
        clock: Some(clock.to_owned()).filter(|clock| clock.contains(':') && !clock.starts_with("00:00")),
        title: filled(field(text, "title")),
        url: field(text, "url").filter(page),
        doors: filled(field(text, "doors")),
        show: filled(field(text, "displayTime")),
        image: image.and_then(|image| source(&image)),
    }
}

/// The text behind `name:`, where that begins a field; a field that is commented out is none.
fn field(text: &str, name: &str) -> Option<String> {
    for (at, found) in text.match_indices(&format!("{name}:")) {
        let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        if !before.is_empty() && !before.ends_with(['\n', '\r', ',', '{']) {
            continue;
        }
        let value = text.get(at + found.len()..)?.trim_start();
        let value = value.strip_prefix("new Date(").unwrap_or(value);
        let quote = value.chars().next()?;
        if quote != '\'' && quote != '"' {
            // A number stands without quotes.
            let number: String = value.chars().take_while(char::is_ascii_digit).collect();
            return Some(number).filter(|number| !number.is_empty());
        }
        let mut read = String::new();
        let mut escaped = false;
        for c in value.chars().skip(1) {
            match c {
                _ if escaped => {
                    read.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                c if c == quote => return Some(read),
                c => read.push(c),
            }
        }
        return None;
    }
    None
}

/// The `src` of the picture that an entry holds as markup.
fn source(markup: &str) -> Option<String> {
    let (_, behind) = markup.split_once("src=")?;
    let quote = behind.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    behind.get(1..)?.split(quote).next().map(str::to_owned)
}

/// The events of a calendar without pop-ups.
pub(crate) fn events(body: &str, hints: &DateHints) -> Result<Vec<Found>, ExtractError> {
    let entries = scripted(body);
    let days = entries.iter().map(|entry| entry.day.clone().unwrap_or_default()).collect();
    let clocks: Vec<String> = entries
        .iter()
        .map(|entry| times(entry.doors.as_deref(), entry.show.as_deref().or(entry.clock.as_deref())))
        .collect();
    let mut found = Vec::with_capacity(entries.len());
    for (entry, date) in entries.iter().zip(&dates(days, &clocks, hints)) {
        let event = Event::new(entry.title.as_deref().map(clean))
            .when(date)
            .event_url(entry.url.as_deref())
            .image_url(entry.image.as_deref());
        let key = if entry.id.is_empty() { path(entry.url.as_deref())? } else { Some(entry.id.clone()) };
        let mut one = Found::new(event, key, date);
        one.url.clone_from(&entry.url);
        found.push(one);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"<script>
        var all_events = [
            {
                id: '881',
                start: '2026-02-12',
                // end: '2026-02-12',
                title: 'Moth Choir &#8211; It\'s late',
                imageUrl:'<img class="event-img" src="https://i.example/9.jpg" alt="x">',
                doors: 'Doors: 7:00 PM',
                url: '#tw-event-dialog-881',
                displayTime: 'Show: 8:00 PM',
            },
            { title: "Kelp", start: new Date('2026-03-01 20:30:00'), url: "/event/kelp" },
        ];
        </script>"#;

    #[test]
    fn entries_are_read_as_the_plugin_writes_them() {
        let entries = scripted(SCRIPT);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].id, "881");
        assert_eq!(entries[0].day.as_deref(), Some("2026-02-12"));
        assert_eq!(entries[0].title.as_deref(), Some("Moth Choir &#8211; It's late"));
        assert_eq!(entries[0].doors.as_deref(), Some("Doors: 7:00 PM"));
        assert_eq!(entries[0].url, None, "a pop-up is no page");
        assert_eq!(entries[0].image.as_deref(), Some("https://i.example/9.jpg"));
        assert_eq!(entries[1].clock.as_deref(), Some("20:30:00"));
        assert_eq!(entries[1].url.as_deref(), Some("/event/kelp"));
    }

    #[test]
    fn a_field_that_is_commented_out_is_none() {
        assert_eq!(field("\n // end: '2026-02-12',\n", "end"), None);
        assert_eq!(field("\n weekend: 'x',\n end: '1',", "end").as_deref(), Some("1"));
    }

    #[test]
    fn a_page_without_a_calendar_has_no_entries() {
        assert!(scripted("<p>all events</p>").is_empty());
        assert!(scripted("var all_events = [").is_empty());
    }
}

//! Content lines and the components that they make.

/// Components inside each other: a calendar, an event, an alarm.
const DEEPEST: usize = 8;
/// Components of a calendar: far more than the host takes events.
const MOST: usize = 50_000;

/// A line `NAME;PARAMETER=value:VALUE`, unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// In upper case.
    pub name: String,
    /// Names in upper case, values without quotes.
    pub parameters: Vec<(String, String)>,
    /// As written, with its escapes.
    pub value: String,
}

impl Line {
    /// Reads an unfolded line; nothing where it has no name or no value.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut quoted = false;
        let mut colon = None;
        let mut semicolons = Vec::new();
        for (at, byte) in line.bytes().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b';' if !quoted => semicolons.push(at),
                b':' if !quoted => {
                    colon = Some(at);
                    break;
                }
                _ => {}
            }
        }
        // A quote that is never closed hides the colon.
        let colon = colon.or_else(|| line.find(':'))?;
        let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
        let mut ends = semicolons.into_iter().filter(|at| *at < colon).collect::<Vec<_>>();
        ends.push(colon);
        let mut parts = Vec::new();
        let mut from = 0;
        for end in ends {
            parts.push(head.get(from..end).unwrap_or_default());
            from = end + 1;
        }
        let mut parts = parts.into_iter();
        // A group before the name, as in vCards, is not part of it.
        let name = parts.next()?.rsplit('.').next()?.trim().to_uppercase();
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let parameters = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim().to_uppercase(), value.trim().trim_matches('"').to_owned()));
        is_name.then(|| Self { name, parameters: parameters.collect(), value: value.trim_end().to_owned() })
    }

    /// A parameter's value.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text, without escapes.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.value)
    }
}

/// A value of type TEXT without its escapes.
#[must_use]
pub fn text_of(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// The texts of a value that is a list: commas with a backslash belong to a text.
#[must_use]
pub fn list_of(value: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut escaped = false;
    for c in value.chars() {
        match (c, texts.last_mut()) {
            (',', _) if !escaped => texts.push(String::new()),
            (c, Some(last)) => last.push(c),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    texts.iter().map(|text| text_of(text).trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// A component: its lines and the components in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Component {
    /// In upper case, such as `VEVENT`.
    pub name: String,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The components in it, in order.
    pub components: Vec<Component>,
}

impl Component {
    /// The first line of a name.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// Every line of a name.
    pub fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The text of a name's first line; absent where it is empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.line(name).map(Line::text).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// A calendar file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Lines of the calendar itself, and its components. Several calendars in one file are one.
    pub root: Component,
    /// What is wrong with the file as a whole, a sentence each.
    pub broken: Vec<String>,
}

impl Calendar {
    /// Reads a file; nothing where it is no calendar.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut open: Vec<Component> = Vec::new();
        let mut calendar = Self::default();
        let mut began = false;
        let mut ended = false;
        let mut count = 0_usize;
        let mut unread = 0_usize;
        for line in unfolded(text) {
            let Some(line) = Line::parse(&line) else {
                unread += usize::from(began && !line.trim().is_empty());
                continue;
            };
            let named = line.value.trim().to_uppercase();
            match line.name.as_str() {
                "BEGIN" if named == "VCALENDAR" => (began, ended) = (true, false),
                "BEGIN" if began => {
                    count += 1;
                    if count > MOST || open.len() >= DEEPEST {
                        calendar.broken.push(format!("it has more than {MOST} components, or they stand too deep"));
                        break;
                    }
                    // An event in an event: the end of the first is lost.
                    if named == "VEVENT" && open.iter().any(|component| component.name == "VEVENT") {
                        calendar.broken.push("an event begins before the one before it ends".to_owned());
                        while let Some(component) = open.pop() {
                            close(&mut calendar.root, &mut open, component);
                        }
                    }
                    open.push(Component { name: named, ..Component::default() });
                }
                "END" if named == "VCALENDAR" => ended = true,
                "END" if open.iter().any(|component| component.name == named) => {
                    while let Some(component) = open.pop() {
                        let is_it = component.name == named;
                        close(&mut calendar.root, &mut open, component);
                        if is_it {
                            break;
                        }
                    }
                }
                "END" => {}
                _ if began => match open.last_mut() {
                    Some(component) => component.lines.push(line),
                    None => calendar.root.lines.push(line),
                },
                _ => {}
            }
        }
        // What is still open was cut off: its lines may lack half a title.
        if let Some(cut) = open.first() {
            calendar.broken.push(format!("it ends within a {}", cut.name));
        } else if !ended {
            calendar.broken.push("it ends without END:VCALENDAR".to_owned());
        }
        if unread > 0 {
            calendar.broken.push(format!("{unread} lines are none of iCalendar"));
        }
        began.then_some(calendar)
    }

    /// The components of a name.
    pub fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        self.root.components.iter().filter(move |component| component.name == name)
    }
}

fn close(root: &mut Component, open: &mut [Component], component: Component) {
    open.last_mut().unwrap_or(root).components.push(component);
}

/// The lines of a file, with those joined that were folded.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for raw in text.trim_start_matches('\u{feff}').split('\n') {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(line)) => line.push_str(more),
            _ => lines.push(raw.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ics::{Rule, Stamp};

    #[test]
    fn folded_lines_parameters_and_escapes_are_read() {
        let line = Line::parse(r#"dtstart;TZID="America/New_York";X=1:20260501T200000"#).unwrap();
        assert_eq!((line.name.as_str(), line.parameter("TZID")), ("DTSTART", Some("America/New_York")));
        assert_eq!(line.value, "20260501T200000");
        let line = Line::parse("SUMMARY:Moon\\, Sun\\; and\\nStars: live").unwrap();
        assert_eq!(line.text(), "Moon, Sun; and\nStars: live");
        assert_eq!(unfolded("A:b\r\n c\r\n\td\r\nE:f"), ["A:bcd", "E:f"]);
        assert_eq!(list_of("Jazz\\, Blues,Rock,"), ["Jazz, Blues", "Rock"]);
        for text in ["", "no colon", ":", "a b:c"] {
            assert!(Line::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_file_that_breaks_off_says_so() {
        let whole = "BEGIN:VCALENDAR\nX-WR-CALNAME:Moon\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nUID:2\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n";
        let calendar = Calendar::parse(whole).unwrap();
        assert_eq!(calendar.broken, Vec::<String>::new());
        assert_eq!(calendar.root.text("X-WR-CALNAME").as_deref(), Some("Moon"));
        let events: Vec<_> = calendar.each("VEVENT").collect();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].text("UID").as_deref(), Some("1"));
        for cut in [20, 60, 95] {
            assert!(!Calendar::parse(whole.get(..cut).unwrap()).unwrap().broken.is_empty(), "{cut}");
        }
        assert!(Calendar::parse("<html>BEGIN</html>").is_none());
    }

    #[test]
    fn an_event_whose_end_is_lost_does_not_swallow_the_next() {
        let calendar =
            Calendar::parse("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\nEND:VCALENDAR")
                .unwrap();
        let uids: Vec<_> = calendar.each("VEVENT").filter_map(|event| event.text("UID")).collect();
        assert_eq!(uids, ["1", "2"]);
        assert_eq!(calendar.broken.len(), 1);
    }

    #[test]
    fn no_cut_and_no_stray_character_makes_it_panic() {
        let whole = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;X=\"a:b\":Zażółć\\, \r\n 🎸\r\nDTSTART;TZID=Europe/Warsaw:20260501T200000\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T000000Z\r\nDURATION:P1DT2H\r\nEND:VEVENT\r\nEND:VCALENDAR";
        let places: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
        for at in places {
            let (head, tail) = whole.split_at(at);
            let rest: String = tail.chars().skip(1).collect();
            for text in
                [head.to_owned(), format!("{head}{rest}"), format!("{head}\"{rest}"), format!("{head}\u{0}🎸{rest}")]
            {
                for event in Calendar::parse(&text).iter().flat_map(|calendar| calendar.each("VEVENT")) {
                    for line in &event.lines {
                        let _ =
                            (line.text(), list_of(&line.value), Rule::parse(&line.value), Stamp::parse(&line.value));
                        let _ = Stamp::parse("20260501").and_then(|start| start.after(&line.value));
                    }
                }
            }
        }
    }
}

//! Whether a page's text breaks off: what a connection that was lost, a full disk or a dying template leaves behind.
//!
//! `extract` asks once for every page, so that half a page is never taken for the whole, whichever plugin reads it. What is asked
//! is only what the page's own language demands: JSON closes its brackets, XML and iCalendar their root, and a tag, comment or
//! script of HTML its end. HTML lets many end tags be left out, and a saved page may be a piece of one, so a missing `</html>`
//! proves nothing by itself: an element that must be closed and is still open where the text ends does. The text is passed
//! through once; nothing here builds a tree, and nothing is repaired.

mod markup;

/// Says how the text breaks off; `None` where it ends as texts of its kind do, or where its kind is not known.
#[must_use]
pub fn broken_off(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Some(json) = json_in(text) {
        return json_broken_off(json);
    }
    if starts_with(text, "BEGIN:VCALENDAR") {
        let closed = text.lines().rev().any(|line| starts_with(line.trim(), "END:VCALENDAR"));
        return (!closed).then(|| "the calendar has no `END:VCALENDAR`".to_owned());
    }
    markup::broken_off(text)
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// The JSON that the text is, without what servers put before it: guards against inclusion as a script, or a function's name.
fn json_in(text: &str) -> Option<&str> {
    let mut inner = text;
    if let Some(rest) = inner.strip_prefix(")]}'") {
        let inline = rest.trim_start_matches(',').trim_start();
        inner = if inline.starts_with(['{', '[']) { inline } else { rest.split_once('\n')?.1.trim_start() };
    }
    for guard in ["for(;;);", "for (;;);", "while(1);", "while (1);", "/**/"] {
        inner = inner.strip_prefix(guard).map_or(inner, str::trim_start);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    let called = inner.trim_start_matches(is_name);
    if called.len() < inner.len()
        && let Some(argument) = called.strip_prefix('(')
    {
        inner = argument.trim_start();
    }
    let next = inner.get(1..).map_or("", str::trim_start);
    let is_json = match inner.as_bytes().first()? {
        b'{' => next.is_empty() || next.starts_with(['"', '}']),
        b'[' => {
            let begins = |c: char| c.is_ascii_digit() || matches!(c, '{' | '[' | ']' | '"' | '-');
            next.is_empty() || next.starts_with(begins) || ["true", "false", "null"].iter().any(|w| next.starts_with(w))
        }
        _ => false,
    };
    is_json.then_some(inner)
}

/// Counts brackets outside of texts. What is no JSON in other ways is not judged here: its reader says what is wrong with it.
fn json_broken_off(json: &str) -> Option<String> {
    let (mut open, mut in_text, mut escaped) = (0_u64, false, false);
    for byte in json.bytes() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => open += 1,
            b'}' | b']' => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return None;
                }
            }
            _ => {}
        }
    }
    let place = if in_text { "inside a text and " } else { "" };
    Some(format!("the JSON ends {place}with {open} brackets open"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_whole(text: &str) {
        assert_eq!(broken_off(text), None, "{text}");
    }

    fn breaks_off(text: &str, words: &str) {
        let reason = broken_off(text).unwrap_or_else(|| panic!("taken for whole: {text}"));
        assert!(reason.contains(words), "{reason}: {text}");
    }

    #[test]
    fn json_that_closes_its_brackets_is_whole() {
        for text in [
            "{}",
            "[]",
            r#"{"a": "}]{["}"#,
            r#"{"a": "\"{"}"#,
            "\u{feff} [1, 2]\n",
            ")]}'\n{\"a\": 1}",
            ")]}',[1]",
            "for(;;);[1]",
            "jQuery123_4({\"a\": [1]});",
            r#"{"a": 1} trailing"#,
            "",
            "plain words [more]",
        ] {
            is_whole(text);
        }
    }

    #[test]
    fn json_that_ends_early_is_told() {
        breaks_off(r#"{"events": [{"title": "Mo"#, "inside a text and with 3 brackets open");
        breaks_off(r#"{"events": [{"title": "Moon"},"#, "with 2 brackets open");
        breaks_off(")]}'\n{\"a\": [1", "with 2 brackets open");
        breaks_off("render({\"a\": [1", "with 2 brackets open");
        breaks_off("[", "with 1 brackets open");
    }

    #[test]
    fn a_calendar_needs_its_end() {
        is_whole("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        breaks_off("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Moon\r\nEND:VEVENT\r\n", "END:VCALENDAR");
    }

    #[test]
    fn html_with_every_end_tag_that_may_be_left_out_left_out_is_whole() {
        for text in [
            "<!doctype html><title>Shows</title><ul><li>Moon<li>Sun</ul>",
            "<!doctype html><html><body><p>Moon<p>Sun",
            "<html><body><table><tr><td>Moon<tr><td>Sun</table>",
            "<!DOCTYPE html><html><head></head><body><div><b>unclosed</div></body></html>",
            "<body><div>never closed</body>",
            "<body><img src=a.png><br><input><hr></body>",
            "<div class=event>a piece</div>",
            "<li>one<li>two",
            "<p>5 < 6 and <3",
            "<html><svg><path d='M0'/></svg><p>Moon",
            "<!doctype html><html><script>if (a < b) { x = '<div>'; }</script><p>Moon",
            "<html><!-- <div> --><!--> <p>Moon",
            "<html><body><div title='a > b'></div>",
            "<html><body><p>Moon</body></html><!-- cached",
            "<!doctype html><html><head><title>Shows</title></head><body><ul><li>Moon<li>Sun</ul>",
        ] {
            is_whole(text);
        }
    }

    #[test]
    fn html_that_ends_inside_something_that_must_be_closed_breaks_off() {
        breaks_off("<html><body><div class=\"list\"><p>Moon", "inside `div.list`");
        breaks_off("<!doctype html><main><section id=x class='a b'><h2>Mo", "inside `h2`");
        breaks_off("<html><head></head><body><div>Moon</div><div>Sun</div>", "without `</body>`");
        breaks_off("<p>Moon</p><a href=\"/sh", "in a tag");
        breaks_off("<p>Moon</p><a hre", "in a tag");
        breaks_off("<p>Moon</p><", "in a tag");
        breaks_off("<p>Moon</p></di", "in a tag");
        breaks_off("<html><body><p>Moon<!-- and", "in a comment");
        breaks_off("<html><head><script>var a = [1, 2", "in `script`");
        breaks_off("<html><head><title>Sho", "in `title`");
    }

    #[test]
    fn xml_needs_every_end_tag() {
        is_whole("<?xml version=\"1.0\"?><rss><channel><item><title><![CDATA[<Moon>]]></title></item></channel></rss>");
        is_whole("<?xml version=\"1.0\"?><!DOCTYPE html><html><p>Moon");
        breaks_off("<?xml version=\"1.0\"?><rss><channel><item><title>Moon</title></item>", "inside `channel`");
        breaks_off("<rss version='2.0'><channel><link>", "inside `link`");
        breaks_off("<feed><title><![CDATA[Moon", "CDATA");
    }

    #[test]
    fn no_cut_of_a_listing_is_taken_for_the_whole() {
        let page = "<!doctype html><html><head><title>Shows</title></head><body><main><ul class=list>\
                    <li class=show><h3>Moon</h3><time>May 1</time></li><li class=show><h3>Sun</h3><time>May 2</time></li>\
                    </ul></main></body></html>";
        let list = page.find("<main>").unwrap()..page.find("</main>").unwrap();
        for cut in list.filter_map(|at| page.get(..at)) {
            assert!(broken_off(cut).is_some(), "{cut}");
        }
    }
}

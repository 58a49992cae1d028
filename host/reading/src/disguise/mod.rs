//! What a page is that took the place of a listing: a login, a check for robots, an error page with status 200, a parked domain,
//! a maintenance notice, a question for consent, a shell that a script fills, an API's error.
//!
//! `extract` asks where a plugin did not know a page, and only there: venues have logins, captchas and cookie banners on good
//! pages, too, so none of these marks says anything about a page that was read. Nothing here decides what the page lists.

mod words;

use words::{CAPTCHAS, KINDS, MOUNTS, NEEDS_SCRIPT, PARKED, SCRIPT, WALLS, Weight};

use crate::{Document, JsonKind, JsonValue, ReadError, Take};

/// Characters of text up to which a page has little to say besides what stands in the way. Checks, logins and error pages of
/// shops' and WordPress' making have 100 to 1,200; the shortest listing of one event with a site's menu has more.
const SHORT_PAGE: usize = 1_500;
/// Characters that a page shows before its script has run: a name, a "loading".
const SHELL: usize = 300;
/// Characters of the page's words that are told on.
const SHOWN: usize = 120;

/// What the document is instead of a listing; `None` where nothing tells.
pub fn of_document(document: &Document) -> Result<Option<String>, ReadError> {
    let root = document.root();
    let text_of = |selector: &str| -> Result<Option<String>, ReadError> {
        let found = document.first(root, selector)?.and_then(|found| document.take(found, &Take::Text));
        Ok(found.filter(|text| !text.is_empty()))
    };
    for (marks, vendor) in WALLS {
        if document.first(root, marks)?.is_some() {
            return Ok(Some(format!("a check for robots ({vendor})")));
        }
    }
    let body = without_form_messages(&text_of("body")?.unwrap_or_default());
    let short = body.chars().count() < SHORT_PAGE;
    let heads = [("title", text_of("title")?), ("h1", text_of("h1, [role=heading][aria-level='1']")?)];
    let told = |place: &str, words: &str, what: &str| Some(format!("{what}, by its {place} `{}`", shown(words)));
    for weight in [Weight::Sure, Weight::Short] {
        for kind in KINDS.iter().filter(|kind| kind.weight == weight && (short || weight == Weight::Sure)) {
            for (place, words) in &heads {
                if let Some(words) = words.as_ref().filter(|words| says(words, kind.phrases)) {
                    return Ok(told(place, words, kind.what));
                }
            }
        }
        if weight == Weight::Sure && short {
            if let Some(kind) = KINDS.iter().find(|kind| kind.weight == weight && says(&body, kind.phrases)) {
                return Ok(told("text", &body, kind.what));
            }
            if document.first(root, PARKED)?.is_some() {
                return Ok(Some("a placeholder (a parked domain)".to_owned()));
            }
            if document.first(root, CAPTCHAS)?.is_some() {
                return Ok(Some("a check for robots".to_owned()));
            }
            if document.first(root, "input[type=password]")?.is_some() {
                return Ok(Some("a login, by its field for a password".to_owned()));
            }
            if says(&body, NEEDS_SCRIPT) {
                return Ok(told("text", &body, SCRIPT));
            }
        }
    }
    if body.chars().count() < SHELL && document.first(root, "script")?.is_some() {
        let mount = document.first(root, MOUNTS)?;
        let is_bare = mount.and_then(|mount| document.take(mount, &Take::Text)).is_some_and(|text| text.is_empty());
        if body.is_empty() || is_bare {
            return Ok(Some(format!("{SCRIPT}: it shows nothing without")));
        }
    }
    Ok(body.is_empty().then(|| "a page without text".to_owned()))
}

/// A site builder keeps what a form will say if it cannot be sent in every page that has one, out of sight.
fn without_form_messages(text: &str) -> String {
    const MESSAGES: &[&str] = &[
        "Oops! Something went wrong while submitting the form.",
        "Oops! Something went wrong while submitting the form",
        "Thank you! Your submission has been received!",
    ];
    MESSAGES.iter().fold(text.to_owned(), |text, message| text.replace(message, ""))
}

/// The error that an API answers with instead of a list; `None` where the answer is none.
#[must_use]
pub fn of_json(answer: &JsonValue) -> Option<String> {
    if answer.kind() != JsonKind::Object {
        return None;
    }
    let error =
        ["errors", "error", "fault", "exception", "Error", "Errors", "errorMessage", "error_message", "errorCode"]
            .iter()
            .filter_map(|name| answer.at(&format!("/{name}")))
            .find(is_said);
    let words = |value: &JsonValue| {
        [
            "/message",
            "/0/message",
            "/detail",
            "/0/detail",
            "/faultstring",
            "/description",
            "/title",
            "/reason",
            "/0",
            "",
        ]
        .iter()
        .find_map(|place| value.text(place).filter(|text| !text.is_empty()))
        .map_or_else(|| "without a word".to_owned(), |text| shown(&text))
    };
    if let Some(error) = error {
        return Some(format!("an API's error: {}", words(&error)));
    }
    let says_no = ["/success", "/ok"].iter().any(|place| answer.text(place).as_deref() == Some("false"));
    let status = ["/status", "/statusCode", "/status_code", "/code", "/data/status"].iter().any(|place| {
        answer.text(place).is_some_and(|status| match status.parse::<u16>() {
            Ok(number) => (400..600).contains(&number),
            Err(_) => ["error", "fail", "failed", "failure"].contains(&status.to_ascii_lowercase().as_str()),
        })
    });
    let coded = answer.text("/code").is_some() && answer.text("/message").is_some();
    (says_no || status || coded).then(|| format!("an API's error: {}", words(answer)))
}

/// An error that is none: `null`, `false`, an empty text, list or object, zero.
fn is_said(error: &JsonValue) -> bool {
    match error.kind() {
        JsonKind::Null => false,
        JsonKind::Boolean | JsonKind::Number | JsonKind::Text => {
            error.text("").is_some_and(|text| !matches!(text.trim(), "" | "false" | "0"))
        }
        JsonKind::Array | JsonKind::Object => !error.items("").is_empty(),
    }
}

/// Whether one of the phrases stands in the text as words: "404" is not in "1404 Club".
fn says(text: &str, phrases: &str) -> bool {
    let lower = text.to_lowercase().replace('’', "'");
    phrases.split('|').map(str::trim).any(|phrase| {
        lower.match_indices(phrase).any(|(at, found)| {
            let before = lower.get(..at).and_then(|before| before.chars().next_back());
            let after = lower.get(at + found.len()..).and_then(|after| after.chars().next());
            let bound = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            let ends_in_word = |edge: Option<char>| edge.is_some_and(char::is_alphanumeric);
            (bound(before) || !ends_in_word(found.chars().next()))
                && (bound(after) || !ends_in_word(found.chars().next_back()))
        })
    })
}

fn shown(text: &str) -> String {
    let mut kept: String = text.chars().take(SHOWN).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentLimits, JsonDocument};

    fn disguise(html: &str) -> Option<String> {
        let base = "https://venue.example/".parse().unwrap();
        of_document(&Document::parse(html, &base, &DocumentLimits::default()).unwrap()).unwrap()
    }

    fn is(html: &str, what: &str) {
        let told = disguise(html).unwrap_or_else(|| panic!("not told: {html}"));
        assert!(told.starts_with(what), "{told}: {html}");
    }

    fn answer(json: &str) -> Option<String> {
        of_json(&JsonDocument::parse(json, &DocumentLimits::default()).unwrap())
    }

    #[test]
    fn walls_are_told_by_their_vendors_marks() {
        is("<title>venue.example</title><div id=challenge-stage></div><p>Ray ID", "a check for robots (Cloudflare)");
        is("<div id=px-captcha></div>", "a check for robots (PerimeterX)");
        is(
            "<p>venue.example<script src='https://ct.captcha-delivery.com/c.js'></script>",
            "a check for robots (DataDome)",
        );
        is("<iframe id=main-iframe src='/_Incapsula_Resource?x=1'></iframe>", "a check for robots (Imperva)");
        is("<p>One thing first<div class=h-captcha></div>", "a check for robots");
    }

    #[test]
    fn words_of_a_short_page_tell_what_it_is_in_every_language() {
        for (what, words) in [
            ("an error page", "Une erreur s’est produite."),
            ("an error page", "Es ist ein Fehler aufgetreten."),
            ("an error page", "Er ging iets mis."),
            ("an error page", "Se ha producido un error."),
            ("an error page", "Si è verificato un errore."),
            ("an error page", "Ocorreu um erro."),
            ("an error page", "Wystąpił błąd."),
            ("a maintenance page", "Wir führen Wartungsarbeiten durch."),
            ("a placeholder", "Ce domaine est à vendre"),
            ("a login", "Musisz się zalogować"),
            ("a question for consent", "Bevor Sie fortfahren: Cookies"),
            ("a page that a script fills", "You need to enable JavaScript to run this app."),
        ] {
            is(&format!("<p>{words}</p>"), what);
        }
    }

    #[test]
    fn a_long_page_is_told_by_a_sure_title_only() {
        let long = "<p>Concerts every night of the week in our hall. </p>".repeat(60);
        is(&format!("<title>Page not found | Venue</title>{long}"), "an error page");
        for title in ["Coming soon at the Rex", "Maintenance + Login Club", "Error 500 Records presents", "Cookies"] {
            assert_eq!(disguise(&format!("<title>{title}</title>{long}")), None, "{title}");
        }
        let forms =
            "<form><input type=password><div class=g-recaptcha></div></form><p>We use cookies. Please log in.</p>";
        assert_eq!(disguise(&format!("<title>Shows</title>{long}{forms}")), None);
    }

    #[test]
    fn numbers_in_names_are_no_error_codes() {
        assert_eq!(disguise("<title>1404 Club</title><p>Moon, May 1"), None);
        is("<title>404</title><p>Nothing here", "an error page");
    }

    #[test]
    fn a_shell_shows_nothing_without_its_script() {
        is("<body><div id=root></div><script src=/app.js></script>", "a page that a script fills");
        assert_eq!(disguise("<body><div id=root><p>Moon, May 1</div><script src=/app.js></script>"), None);
        is("<body></body>", "a page without text");
    }

    #[test]
    fn an_apis_error_is_told_with_its_words() {
        for json in [
            r#"{"errors": [{"message": "Unauthorized"}], "data": null}"#,
            r#"{"error": "Unauthorized"}"#,
            r#"{"error": {"message": "Unauthorized", "code": 401}}"#,
            r#"{"fault": {"faultstring": "Unauthorized"}}"#,
            r#"{"code": "rest_forbidden", "message": "Unauthorized", "data": {"status": 401}}"#,
            r#"{"success": false, "message": "Unauthorized"}"#,
            r#"{"status": "error", "message": "Unauthorized"}"#,
            r#"{"statusCode": 500, "message": "Unauthorized"}"#,
        ] {
            assert_eq!(answer(json).as_deref(), Some("an API's error: Unauthorized"), "{json}");
        }
        for json in [
            "[]",
            r#"{"events": []}"#,
            r#"{"error": null, "errors": [], "events": []}"#,
            r#"{"status": "ok"}"#,
            r#"{"code": 200}"#,
        ] {
            assert_eq!(answer(json), None, "{json}");
        }
    }

    #[test]
    fn what_a_form_would_say_is_no_error_page() {
        let page = "<title>Club</title><body><h2>Moon</h2><p>Friday</p><div>Oops! Something went wrong while submitting the form.</div>";
        let document =
            Document::parse(page, &"https://club.example/".parse().unwrap(), &DocumentLimits::default()).unwrap();
        assert_eq!(of_document(&document).unwrap(), None);
    }
}

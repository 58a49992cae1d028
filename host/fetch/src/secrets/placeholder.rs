//! `{{secret:NAME}}`: where it stands in a text, and what is put in its place.

use std::{collections::BTreeSet, fmt::Write as _};

use secrecy::ExposeSecret as _;

use super::Secrets;

/// How a value is written where it is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it is: in a header or a plain body.
    Plain,
    /// Percent-encoded: in an address or a form.
    Percent,
    /// Inside of a JSON string.
    Json,
}

/// A placeholder in a text.
struct Found<'a> {
    /// What stands before it.
    before: &'a str,
    /// In normal form.
    name: String,
    /// What stands after it.
    after: &'a str,
}

/// The normal form of a secret's name.
pub(super) fn normal(name: &str) -> Option<String> {
    let fits = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    fits.then(|| name.to_ascii_uppercase())
}

/// The names of all secrets that a text asks for.
pub(crate) fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(next) = find(rest) {
        found.insert(next.name);
        rest = next.after;
    }
    found
}

/// The text with its secrets put in; the name of the first that is not known otherwise.
pub(crate) fn fill(text: &str, secrets: &Secrets, spelling: Spelling) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = find(rest) {
        let Some(value) = secrets.get(&found.name) else { return Err(found.name) };
        out.push_str(found.before);
        out.push_str(&spelt(value.expose_secret(), spelling));
        rest = found.after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A value as it is written in such a place.
pub(super) fn spelt(value: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::Plain => value.to_owned(),
        Spelling::Percent => percent(value),
        Spelling::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 section 2.3 percent-encoded.
fn percent(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The first placeholder. URLs and forms percent-encode its braces and its colon, so that is one, too.
fn find(text: &str) -> Option<Found<'_>> {
    let mut from = 0;
    loop {
        let at = text.get(from..)?.find(['{', '%'])?.checked_add(from)?;
        let (before, rest) = text.split_at_checked(at)?;
        if let Some((name, after)) = read(rest) {
            return Some(Found { before, name, after });
        }
        from = at.checked_add(1)?;
    }
}

fn read(text: &str) -> Option<(String, &str)> {
    let rest = either(either(text, "{", "%7b")?, "{", "%7b")?;
    let rest = either(rest.strip_prefix("secret")?, ":", "%3a")?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = rest.split_at_checked(end)?;
    let rest = either(either(rest, "}", "%7d")?, "}", "%7d")?;
    Some((normal(name)?, rest))
}

fn either<'a>(text: &'a str, plain: &str, encoded: &str) -> Option<&'a str> {
    text.strip_prefix(plain).or_else(|| {
        let (head, tail) = text.split_at_checked(encoded.len())?;
        head.eq_ignore_ascii_case(encoded).then_some(tail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_in_every_spelling_and_lookalikes_are_not() {
        let secrets = Secrets::none().with("KEY", "a b&c\"d/é".to_owned()).unwrap();
        for (text, spelling, filled) in [
            (
                "k={{secret:KEY}}&x={{secret:key}}",
                Spelling::Percent,
                "k=a%20b%26c%22d%2F%C3%A9&x=a%20b%26c%22d%2F%C3%A9",
            ),
            ("/%7B%7Bsecret:KEY%7D%7d/x", Spelling::Percent, "/a%20b%26c%22d%2F%C3%A9/x"),
            ("k=%7b%7Bsecret%3AKEY%7D%7D", Spelling::Percent, "k=a%20b%26c%22d%2F%C3%A9"),
            ("Bearer {{secret:KEY}}", Spelling::Plain, "Bearer a b&c\"d/é"),
            ("{\"k\":\"{{secret:KEY}}\"}", Spelling::Json, "{\"k\":\"a b&c\\\"d/é\"}"),
            ("{{{secret:KEY}}}", Spelling::Plain, "{a b&c\"d/é}"),
            (
                "{{secret:}} {{secret: KEY}} {secret:KEY} %7",
                Spelling::Plain,
                "{{secret:}} {{secret: KEY}} {secret:KEY} %7",
            ),
        ] {
            assert_eq!(fill(text, &secrets, spelling).unwrap(), filled, "{text}");
        }
        assert_eq!(fill("{{secret:OTHER}}", &secrets, Spelling::Plain).unwrap_err(), "OTHER");
        assert_eq!(names("a {{secret:B}} {{secret:a}} {{secret:B}}"), BTreeSet::from(["A".to_owned(), "B".to_owned()]));
    }
}

//! Takes secrets out of what a server sends: a server may well repeat the key that it was asked with.

use std::fmt::Write as _;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Secrets, Spelling, placeholder};

/// Hides the values of some secrets, in every spelling that a server is known to repeat them in.
#[derive(Default)]
pub(crate) struct Veil {
    /// What is hidden, the longest first, and what is shown for it.
    forms: Vec<(SecretString, String)>,
}

impl Veil {
    /// Hides nothing.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Hides these secrets.
    pub(crate) fn of<'a>(secrets: &Secrets, names: impl IntoIterator<Item = &'a String>) -> Self {
        let mut forms: Vec<(String, String)> = Vec::new();
        for name in names {
            let Some(value) = secrets.get(name) else { continue };
            let shown = format!("{{{{secret:{name}}}}}");
            forms.extend(spellings(value.expose_secret()).into_iter().map(|form| (form, shown.clone())));
        }
        forms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self { forms: forms.into_iter().map(|(form, shown)| (SecretString::from(form), shown)).collect() }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.forms.is_empty()
    }

    /// The text without secrets.
    pub(crate) fn text(&self, mut text: String) -> String {
        for (form, shown) in &self.forms {
            if text.contains(form.expose_secret()) {
                text = text.replace(form.expose_secret(), shown);
            }
        }
        text
    }

    /// The bytes without secrets, in ASCII-compatible encodings and UTF-16.
    pub(crate) fn bytes(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (form, shown) in &self.forms {
            let form = form.expose_secret();
            bytes = replaced(bytes, form.as_bytes(), shown.as_bytes());
            let wide = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                bytes = replaced(bytes, &wide(form, order), &wide(shown, order));
            }
        }
        bytes
    }
}

fn replaced(bytes: Vec<u8>, needle: &[u8], with: &[u8]) -> Vec<u8> {
    let Some(first) = needle.first() else { return bytes };
    let mut out: Option<Vec<u8>> = None;
    let (mut from, mut kept) = (0_usize, 0_usize);
    while let Some(at) = bytes.get(from..).and_then(|rest| rest.iter().position(|b| b == first)) {
        let at = from.saturating_add(at);
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(needle)) {
            let out = out.get_or_insert_with(|| Vec::with_capacity(bytes.len()));
            out.extend_from_slice(bytes.get(kept..at).unwrap_or_default());
            out.extend_from_slice(with);
            kept = at.saturating_add(needle.len());
            from = kept;
        } else {
            from = at.saturating_add(1);
        }
    }
    match out {
        Some(mut out) => {
            out.extend_from_slice(bytes.get(kept..).unwrap_or_default());
            out
        }
        None => bytes,
    }
}

/// A value in the ways in which pages, addresses and JSON write it.
fn spellings(value: &str) -> Vec<String> {
    let percent = placeholder::spelt(value, Spelling::Percent);
    let form = percent.replace("%20", "+");
    let json = placeholder::spelt(value, Spelling::Json);
    let html = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quoted = html.replace('"', "&quot;").replace('\'', "&#39;");
    // What the URL standard leaves as it is in a query, and what it does not.
    let mut query = String::new();
    for c in value.chars() {
        if c.is_ascii_graphic() && !"\"#<>'".contains(c) {
            query.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _infallible = write!(query, "%{byte:02X}");
            }
        }
    }
    let lower = |text: &str| {
        let mut parts = text.split('%');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |mut out, part| {
            let (hex, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            out.push('%');
            out.push_str(&hex.to_ascii_lowercase());
            out.push_str(rest);
            out
        })
    };
    let slashes = json.replace('/', "\\/");
    let mut all =
        vec![value.to_owned(), lower(&percent), percent, lower(&form), form, json, slashes, html, quoted, query];
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_every_spelling() {
        let secrets = Secrets::none().with("KEY", "p&ss w/rd é".to_owned()).unwrap();
        let veil = Veil::of(&secrets, [&"KEY".to_owned()]);
        for shown in [
            "p&ss w/rd é",
            "p%26ss%20w%2Frd%20%C3%A9",
            "p%26ss%20w%2frd%20%c3%a9",
            "p%26ss+w%2Frd+%C3%A9",
            "p&amp;ss w/rd é",
            "p&ss w\\/rd é",
            "p&ss%20w/rd%20%C3%A9",
        ] {
            let text = format!("<{shown}|{shown}>");
            assert_eq!(veil.text(text.clone()), "<{{secret:KEY}}|{{secret:KEY}}>", "{shown}");
            assert_eq!(veil.bytes(text.into_bytes()), b"<{{secret:KEY}}|{{secret:KEY}}>", "{shown}");
        }
        let wide: Vec<u8> = "<p&ss w/rd é>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let hidden: Vec<u8> = "<{{secret:KEY}}>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(veil.bytes(wide), hidden);
        assert_eq!(Veil::none().text("p&ss w/rd é".to_owned()), "p&ss w/rd é");
    }

    #[test]
    fn of_two_secrets_the_longer_is_hidden_whole() {
        let secrets = Secrets::none().with("A", "12345678".to_owned()).unwrap();
        let secrets = secrets.with("B", "1234567890".to_owned()).unwrap();
        let veil = Veil::of(&secrets, [&"A".to_owned(), &"B".to_owned()]);
        assert_eq!(veil.text("1234567890 12345678".to_owned()), "{{secret:B}} {{secret:A}}");
    }
}

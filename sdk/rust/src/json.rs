//! JSON values, read by the host.

use crate::{Kind, ReadError, Value, bindings::marquee::extractor::json};

/// Parses JSON that stands inside other data, such as a `script` element.
pub fn parse_json(text: &str) -> Result<Value, ReadError> {
    json::parse(text)
}

impl Value {
    /// A text as a JSON string, its quotes included: for the body of a request.
    #[must_use]
    pub fn quote(text: &str) -> String {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('"');
        for c in text.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        quoted
    }

    /// A text at a pointer, trimmed; absent where it is empty.
    #[must_use]
    pub fn filled(&self, pointer: &str) -> Option<String> {
        let text = self.text(pointer)?;
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// The first of some pointers at which a filled text stands.
    #[must_use]
    pub fn first_filled(&self, pointers: &[&str]) -> Option<String> {
        pointers.iter().find_map(|pointer| self.filled(pointer))
    }

    /// A whole number at a pointer, from a number or a text.
    #[must_use]
    pub fn integer(&self, pointer: &str) -> Option<i64> {
        self.text(pointer)?.trim().parse().ok()
    }

    /// Whether `true` stands at a pointer.
    #[must_use]
    pub fn flag(&self, pointer: &str) -> bool {
        self.text(pointer).as_deref() == Some("true")
    }

    /// The texts of an array at a pointer; a single text is an array of one.
    #[must_use]
    pub fn texts(&self, pointer: &str) -> Vec<String> {
        match self.text(pointer) {
            Some(text) => vec![text],
            None => self.items(pointer).iter().filter_map(|item| item.text("")).collect(),
        }
    }

    /// The members of an array at a pointer; anything else that is there is an array of one (JSON-LD writes both).
    #[must_use]
    pub fn each(&self, pointer: &str) -> Vec<Self> {
        match self.at(pointer) {
            None => Vec::new(),
            Some(value) => match value.kind() {
                Kind::Null => Vec::new(),
                Kind::Array => value.items(""),
                _ => vec![value],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_a_json_string() {
        assert_eq!(Value::quote("query {\n  a(b: \"c\\d\")\n} \u{e9}"), r#""query {\u000a  a(b: \"c\\d\")\u000a} é""#);
    }
}

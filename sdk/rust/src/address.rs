//! Parts of addresses, for plugins that ask for pages whose address holds a name, a day or a page's number.

/// A text as it stands in a query: everything but letters, digits and `-._~` as percent signs.
#[must_use]
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// The text that stands encoded in a query. What is no percent sign with two digits stays as it is.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).filter(|_| first == b'%');
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The value of a query's parameter, decoded.
#[must_use]
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let query = query(url)?;
    let value =
        |pair: &str| pair.split_once('=').filter(|(key, _)| decode(key) == name).map(|(_, value)| decode(value));
    query.split('&').find_map(value)
}

/// The query of an address, without its question mark.
#[must_use]
pub fn query(url: &str) -> Option<&str> {
    let url = url.split('#').next().unwrap_or_default();
    url.split_once('?').map(|(_, query)| query)
}

/// The host of an address, with its port.
#[must_use]
pub fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// The path of an address, without host and query: stable when a site moves to https or to another host name.
#[must_use]
pub fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(rest)
}

/// An address with a parameter put in the place of the one of that name, or added.
#[must_use]
pub fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let is_it = |pair: &&str| decode(pair.split('=').next().unwrap_or_default()) == name;
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !is_it(pair)).map(str::to_owned);
    let pairs: Vec<String> = kept.chain([format!("{}={}", encode(name), encode(value))]).collect();
    format!("{base}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_to_the_same() {
        for text in ["", "Café & Bühne", "filter[venues][]", "100%", "a+b c", "ż"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(encode("Blå Hall"), "Bl%C3%A5%20Hall");
        assert_eq!(decode("a+b%2"), "a b%2");
    }

    #[test]
    fn an_address_comes_apart() {
        let url = "https://api.example:8443/v2/events?page%5Bsize%5D=24&q=Blue+Hall#top";
        assert_eq!(parameter(url, "page[size]").as_deref(), Some("24"));
        assert_eq!(parameter(url, "q").as_deref(), Some("Blue Hall"));
        assert_eq!(parameter(url, "size"), None);
        assert_eq!(host(url), Some("api.example:8443"));
        assert_eq!(path(url), "/v2/events");
        assert_eq!(path("/shows/moon?x=1"), "/shows/moon");
        assert_eq!(with_parameter(url, "q", "é"), "https://api.example:8443/v2/events?page%5Bsize%5D=24&q=%C3%A9");
        assert_eq!(with_parameter("https://a.example/e", "page", "2"), "https://a.example/e?page=2");
    }
}

//! Under what an answer is kept: the path, the query in one order, what the client accepts, and the data's number.

use axum::http::{HeaderMap, Uri, header};

/// Bytes of `Accept` up to which an answer is kept by it. Browsers send about 130; whoever sends more is not worth the memory.
const MAX_ACCEPT: usize = 256;

/// The question, without the data's number. `None`: an answer to this is not kept.
pub(super) fn question(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut accepted = headers.get_all(header::ACCEPT).iter();
    let accept = match (accepted.next(), accepted.next()) {
        (None, _) => "",
        (Some(one), None) => one.to_str().ok().filter(|accept| accept.len() <= MAX_ACCEPT)?,
        (Some(_), Some(_)) => return None,
    };
    // Who accepts anything gets what one gets who says nothing.
    let accept = if accept.trim() == "*/*" { "" } else { accept };
    let query = ordered(uri.query().unwrap_or_default());
    Some(format!("{}?{query}\n{accept}", uri.path()))
}

/// The query with its parameters by name, written one way. Those of one name keep their order, since it can matter which is the last.
fn ordered(query: &str) -> String {
    if is_as_written(query) {
        return query.to_owned();
    }
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
    url::form_urlencoded::Serializer::new(String::with_capacity(query.len())).extend_pairs(pairs).finish()
}

/// Whether writing it again would change nothing, as with most: one more look is a tenth of the work. The characters are those that the URL
/// standard's serializer of forms leaves as they are.
fn is_as_written(query: &str) -> bool {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_' | b'=' | b'&');
    if !query.bytes().all(stays) {
        return false;
    }
    let mut last = "";
    query.is_empty()
        || query.split('&').all(|pair| {
            let Some((name, value)) = pair.split_once('=') else { return false };
            let is_in_order = last <= name && !value.contains('=');
            last = name;
            is_in_order
        })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn key(uri: &str, accept: Option<&'static str>) -> Option<String> {
        let headers = accept.map(|accept| (header::ACCEPT, HeaderValue::from_static(accept)));
        question(&uri.parse().unwrap(), &headers.into_iter().collect())
    }

    #[test]
    fn the_same_question_in_other_words_has_the_same_key() {
        let plain = key("/api/v1/events?limit=2&site=toronto&text=a%20b", None);
        for same in ["?site=toronto&limit=2&text=a+b", "?text=a%20b&limit=2&site=%74oronto"] {
            assert_eq!(key(&format!("/api/v1/events{same}"), Some("*/*")), plain, "{same}");
        }
    }

    proptest! {
        #[test]
        fn what_is_left_as_it_is_would_be_written_so_again(query in "[a-c=&%*.2+_~é-]{0,12}") {
            let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
            pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            let again = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            prop_assert!(!is_as_written(&query) || query == again, "{query} {again}");
            prop_assert_eq!(ordered(&query), again);
        }
    }

    #[test]
    fn other_questions_have_other_keys() {
        let plain = key("/api/v1/events?a=1&b=2", None);
        for other in
            ["/api/v1/events?a=2&b=1", "/api/v1/events?a=1", "/api/v1/venues?a=1&b=2", "/api/v1/events?a=1&b=2&b=3"]
        {
            assert_ne!(key(other, None), plain, "{other}");
        }
        assert_ne!(
            key("/api/v1/events?a=1&a=2", None),
            key("/api/v1/events?a=2&a=1", None),
            "the last one counts for some"
        );
        assert_ne!(key("/api/v1/events?a=1&b=2", Some("text/calendar")), plain);
        assert_ne!(key("/x?a=1%26b=2", None), key("/x?a=1&b=2", None));
    }
}

//! What a request carries to say who it is: `Authorization: Bearer ...` (RFC 6750), and how an answer asks for it.

use axum::http::{HeaderMap, HeaderValue, header};
use marquee_model::Scope;

/// The credentials of a request. `None`: there are none, or of another scheme. Two such headers are none: which one counts would be a
/// guess.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (one, None) = (given.next()?, given.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What `WWW-Authenticate` says (RFC 6750 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// Credentials are needed.
    Credentials,
    /// Those that were sent are not good.
    InvalidToken,
    /// They are good, and do not allow this.
    InsufficientScope(Scope),
}

impl Challenge {
    /// The header's value.
    pub(crate) fn value(self) -> HeaderValue {
        const REALM: &str = "Bearer realm=\"marquee\"";
        let text = match self {
            Self::Credentials => REALM.to_owned(),
            Self::InvalidToken => format!("{REALM}, error=\"invalid_token\""),
            Self::InsufficientScope(scope) => format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\""),
        };
        // Every part is ASCII without control characters.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(REALM))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&'static str]) -> Option<String> {
        let headers = values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).collect();
        token(&headers).map(str::to_owned)
    }

    #[test]
    fn a_token_is_taken_from_one_bearer_header_only() {
        assert_eq!(of(&["Bearer t"]).as_deref(), Some("t"));
        assert_eq!(of(&["bearer  t "]).as_deref(), Some("t"));
        for none in [&[][..], &["Basic t"], &["Bearer"], &["Bearer t", "Bearer u"]] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_challenge_names_the_scope_that_is_missing() {
        let value = Challenge::InsufficientScope(Scope::Crawl).value();
        assert_eq!(value, "Bearer realm=\"marquee\", error=\"insufficient_scope\", scope=\"crawl\"");
    }
}

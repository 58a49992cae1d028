//! Who may change something: whoever presents the operator's token.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::{
    App,
    problem::{Kind, Problem},
    settings::ServeSettings,
};

/// Proof that the request carried the admin token.
#[derive(Debug)]
pub(super) struct Admin;

impl FromRequestParts<App> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        refusal(&parts.headers, &app.settings).map_or(Ok(Self), Err)
    }
}

/// Why this request may not change anything; `None` if it may.
pub(crate) fn refusal(headers: &HeaderMap, settings: &ServeSettings) -> Option<Problem> {
    let Some(token) = settings.admin_token.as_ref().filter(|token| !token.is_empty()) else {
        let detail = "this server has no admin token, so nobody may; the operator sets `serve.admin_token`";
        return Some(Problem::new(Kind::Forbidden, detail));
    };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match bearer {
        Some((_, candidate)) if token.is(candidate.trim()) => None,
        Some(_) => Some(Problem::new(Kind::Unauthorized, "the token is not valid")),
        None => Some(Problem::new(Kind::Unauthorized, "send the admin token as `Authorization: Bearer ...`")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::Secret;

    fn status(token: Option<&str>, header: Option<&'static str>) -> Option<u16> {
        let settings = ServeSettings { admin_token: token.map(Secret::new), ..ServeSettings::default() };
        let headers =
            header.map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).into_iter().collect();
        refusal(&headers, &settings).map(|problem| problem.status)
    }

    #[test]
    fn only_the_operators_token_opens_the_door() {
        assert_eq!(status(Some("t"), Some("Bearer t")), None);
        assert_eq!(status(Some("t"), Some("bearer t")), None);
        assert_eq!(status(Some("t"), Some("Bearer u")), Some(401));
        assert_eq!(status(Some("t"), Some("Basic t")), Some(401));
        assert_eq!(status(Some("t"), None), Some(401));
    }

    #[test]
    fn without_a_token_or_with_an_empty_one_the_door_stays_shut() {
        assert_eq!(status(None, Some("Bearer ")), Some(403));
        assert_eq!(status(Some(""), Some("Bearer ")), Some(403));
    }
}

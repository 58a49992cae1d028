//! Headers of safety, of caching and for pages of other origins, on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::class::Class;
use crate::settings::ServeSettings;

/// What a page may load. Answers without one load nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Policy {
    /// JSON and the like: nothing at all.
    Nothing,
    /// Marquee's own pages: their style sheet from this server, forms to this server, no script.
    Pages,
    /// The API's documentation: its scripts and styles from this server; it sets styles from script.
    Documentation,
}

impl Policy {
    /// The value of `content-security-policy`.
    pub(crate) const fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Nothing => "default-src 'none'; frame-ancestors 'none'",
            Self::Pages => {
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            }
            Self::Documentation => {
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
            }
        })
    }
}

/// What a page of another origin may read beside the body.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "deprecation, etag, link, location, marquee-changes-cursor, ratelimit, ratelimit-policy, retry-after, x-request-id",
);

/// The values that depend on the settings.
#[derive(Debug, Clone)]
pub(crate) struct Headers {
    data: HeaderValue,
}

impl Headers {
    pub(crate) fn new(settings: &ServeSettings) -> Self {
        let (age, stale) = (settings.max_age_s, settings.stale_while_revalidate_s);
        let data = format!("public, max-age={age}, stale-while-revalidate={stale}");
        Self { data: HeaderValue::from_str(&data).unwrap_or(HeaderValue::from_static("no-cache")) }
    }

    /// Adds what is not there yet.
    pub(crate) fn complete(&self, headers: &mut HeaderMap, status: StatusCode, class: Class) {
        // Reading is open to all, so a page elsewhere may load it; guessing at types would turn text into script.
        set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        set(headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        set(headers, header::CONTENT_SECURITY_POLICY, Policy::Nothing.value());
        set(headers, HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        let failed = status.is_client_error() || status.is_server_error();
        let caching = match class {
            _ if failed => HeaderValue::from_static("no-store"),
            Class::Private | Class::Write => HeaderValue::from_static("no-store"),
            Class::Data | Class::Search => self.data.clone(),
            // The program's own parts change with the program: a day is what a new version may take to be seen.
            Class::Static => HeaderValue::from_static("public, max-age=86400"),
            Class::Live | Class::Operation | Class::Stream | Class::Follow => HeaderValue::from_static("no-cache"),
        };
        set(headers, header::CACHE_CONTROL, caching);
        if !matches!(class, Class::Private | Class::Write | Class::Operation) {
            set(headers, header::VARY, HeaderValue::from_static("accept, accept-encoding"));
        }
    }

    /// An answer to somebody who said who they are is for nobody else.
    pub(crate) fn for_one(headers: &mut HeaderMap) {
        let caching = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
        if let Some(rest) = caching.and_then(|value| value.strip_prefix("public"))
            && let Ok(value) = HeaderValue::from_str(&format!("private{rest}"))
        {
            headers.insert(header::CACHE_CONTROL, value);
        }
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

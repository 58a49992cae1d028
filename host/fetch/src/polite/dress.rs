//! What a crawl's requests carry beside what was asked for: the source's headers, cookies, conditions, and secrets.

use std::collections::BTreeSet;

use marquee_model::{FollowMethod, PageRequest, Source, Validators};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH},
};
use url::Url;

use super::session::Session;
use crate::{
    FetchError,
    exchange::Parcel,
    headers,
    hop::Hop,
    secrets::{self, Spelling, Veil},
};

/// The names of the secrets that a source may use: those that its file names, in the address, the headers or the plugin's
/// configuration. A plugin that asks for another one's is not given it.
#[must_use]
pub fn named_by(source: &Source) -> BTreeSet<String> {
    let headers = source.fetching.headers.iter().flat_map(|(_, value)| secrets::names(value));
    let mut names = secrets::names(source.url.as_str());
    names.extend(headers);
    names.extend(secrets::names(&source.configuration.to_string()));
    names
}

impl Session {
    /// What goes on the wire for a hop. Fails where a secret is missing or would go to a host that is not the source's own, before
    /// anything is sent.
    pub(super) fn dressed(
        &self,
        hop: &Hop,
        request: &PageRequest,
        validators: Option<&Validators>,
    ) -> Result<Parcel, FetchError> {
        let own = self.own_hosts().admits(&hop.url);
        let mut headers = HeaderMap::new();
        for (name, value) in &hop.headers {
            headers.insert(name, self.with_secrets(hop, name, value, own)?);
        }
        if own {
            self.put_source_headers(hop, &mut headers)?;
        }
        let conditional = hop.method == Method::GET && put_conditions(hop, validators, &mut headers);
        if let Some(cookies) = self.cookie_header(&hop.url)
            && let Ok(value) = HeaderValue::from_str(&cookies)
        {
            headers.insert(COOKIE, value);
        }
        let filled = self.filled(hop, hop.url.as_str(), Spelling::Percent, own)?;
        let url =
            Url::parse(&filled).map_err(|error| refused(hop, format!("with its secrets it is no URL: {error}")))?;
        if filled.len() > self.parts().fetcher.limits().url_bytes {
            return Err(refused(hop, "with its secrets it is longer than `fetch.limits.url_bytes`".to_owned()));
        }
        let body = match &hop.body {
            Some(body) => Some(self.filled(hop, body, spelling_of(request), own)?),
            None => None,
        };
        Ok(Parcel { url, headers, body, conditional })
    }

    /// The source's own headers for a page that a browser builds, with secrets: they are put in behind the browser's back.
    pub(super) fn browser_headers(&self, hop: &Hop) -> Result<Vec<(String, String)>, FetchError> {
        let mut headers = HeaderMap::new();
        if self.own_hosts().admits(&hop.url) {
            self.put_source_headers(hop, &mut headers)?;
        }
        let text = |value: &HeaderValue| headers::text(value).unwrap_or_default();
        Ok(headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect())
    }

    /// Hides every secret that this session may have sent.
    pub(super) fn veil(&self) -> Veil {
        Veil::of(&self.parts().secrets, self.secret_names())
    }

    fn put_source_headers(&self, hop: &Hop, headers: &mut HeaderMap) -> Result<(), FetchError> {
        for (name, value) in &self.source().fetching.headers {
            let name = name.trim().to_ascii_lowercase();
            if !headers::source_may_set(&name) {
                return Err(refused(hop, format!("the source sets the header `{name}`, which is the host's alone")));
            }
            let key: HeaderName = name
                .parse()
                .map_err(|_| refused(hop, format!("the source sets `{name}`, which is not a header name")))?;
            if key == CONTENT_TYPE && hop.body.is_some() {
                continue;
            }
            let value = HeaderValue::from_str(value.trim()).map_err(|_| {
                refused(hop, format!("the source's `{name}` has characters that a header cannot carry"))
            })?;
            let value = self.with_secrets(hop, &key, &value, true)?;
            headers.insert(key, value);
        }
        Ok(())
    }

    fn with_secrets(
        &self,
        hop: &Hop,
        name: &HeaderName,
        value: &HeaderValue,
        own: bool,
    ) -> Result<HeaderValue, FetchError> {
        let Some(text) = headers::text(value) else { return Ok(value.clone()) };
        if secrets::names(&text).is_empty() {
            return Ok(value.clone());
        }
        let filled = self.filled(hop, &text, Spelling::Plain, own)?;
        let mut value = HeaderValue::from_str(&filled)
            .map_err(|_| refused(hop, format!("the secret in `{name}` has characters that a header cannot carry")))?;
        // The HTTP library's own logs then leave it out.
        value.set_sensitive(true);
        Ok(value)
    }

    fn filled(&self, hop: &Hop, text: &str, spelling: Spelling, own: bool) -> Result<String, FetchError> {
        let refuse = |name: String, reason: String| FetchError::Secret { url: hop.url.to_string(), name, reason };
        for name in secrets::names(text) {
            if !self.secret_names().contains(&name) {
                let reason = "which its source does not name. Write `{{secret:".to_owned()
                    + &name
                    + "}}` into the source's address, `fetch.headers` or `configuration` if the plugin may use it";
                return Err(refuse(name, reason));
            }
            if !own {
                let host = hop.url.host();
                return Err(refuse(
                    name,
                    format!(
                        "which is not sent to `{host}`. Add the host to the source's `follow.hosts` if it may have it"
                    ),
                ));
            }
        }
        secrets::fill(text, &self.parts().secrets, spelling).map_err(|name| {
            let reason = format!(
                "which is not set. Set the variable `{}{name}`, or write `{name} = \"...\"` into the file of `secrets.file`",
                secrets::VARIABLE
            );
            refuse(name, reason)
        })
    }
}

fn refused(hop: &Hop, reason: String) -> FetchError {
    FetchError::Request { url: hop.url.to_string(), reason }
}

/// Asks for the page only if it changed. After a redirect only by `ETag`, which names one state of one page: where it leads may have
/// changed since, and a date says nothing of another page.
fn put_conditions(hop: &Hop, validators: Option<&Validators>, headers: &mut HeaderMap) -> bool {
    let Some(validators) = validators else { return false };
    let put = |headers: &mut HeaderMap, name, value: &Option<String>| {
        let value = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok());
        value.is_some_and(|value| {
            headers.insert(name, value);
            true
        })
    };
    let etag = put(headers, IF_NONE_MATCH, &validators.etag);
    let date = hop.is_first() && put(headers, IF_MODIFIED_SINCE, &validators.last_modified);
    etag || date
}

fn spelling_of(request: &PageRequest) -> Spelling {
    let FollowMethod::Post { content_type, .. } = &request.method else { return Spelling::Plain };
    let content_type = content_type.to_ascii_lowercase();
    if content_type.contains("json") {
        Spelling::Json
    } else if content_type.contains("urlencoded") {
        Spelling::Percent
    } else {
        Spelling::Plain
    }
}

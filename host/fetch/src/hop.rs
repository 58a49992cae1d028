//! One request of a fetch: the first, or one that a redirect asks for.

use marquee_model::{FollowMethod, PageRequest, WebUrl};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap},
};

use crate::{FetchError, FetchLimits, FollowScope, headers};

/// What is sent, and what was sent before.
pub(crate) struct Hop {
    pub(crate) url: WebUrl,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<String>,
    /// Method and URL of every hop so far.
    trail: Vec<(Method, WebUrl)>,
}

impl Hop {
    /// The request itself.
    pub(crate) fn first(request: &PageRequest, scope: &FollowScope, limits: &FetchLimits) -> Result<Self, FetchError> {
        let headers = headers::outgoing(request, scope)?;
        let (method, body) = match &request.method {
            FollowMethod::Get => (Method::GET, None),
            FollowMethod::Post { body, .. } => (Method::POST, Some(body.clone())),
        };
        let refuse = |reason| Err(FetchError::Request { url: request.url.to_string(), reason });
        if request.url.as_str().len() > limits.url_bytes {
            return refuse(format!("its URL is longer than {} bytes", limits.url_bytes));
        }
        if body.as_ref().is_some_and(|body| body.len() > limits.request_bytes) {
            return refuse(format!("its body is longer than {} bytes", limits.request_bytes));
        }
        Ok(Self { url: request.url.clone(), method, headers, body, trail: Vec::new() })
    }

    /// Whether nothing was redirected yet.
    pub(crate) const fn is_first(&self) -> bool {
        self.trail.is_empty()
    }

    /// Whether a status asks to go elsewhere. 300, 304 and 305 do not.
    pub(crate) const fn redirects(status: u16) -> bool {
        matches!(status, 301 | 302 | 303 | 307 | 308)
    }

    /// The request that a redirect asks for (RFC 9110 section 15.4).
    pub(crate) fn follow(self, status: u16, location: &str, limits: &FetchLimits) -> Result<Self, FetchError> {
        let refuse = |reason: String| FetchError::RedirectRefused {
            url: self.url.to_string(),
            target: location.chars().take(WebUrl::MAX_LEN).collect(),
            reason,
        };
        let target = self.url.join(location).map_err(|e| refuse(e.to_string()))?;
        if target.as_str().len() > limits.url_bytes {
            return Err(refuse(format!("it is longer than {} bytes", limits.url_bytes)));
        }
        if self.url.url().scheme() == "https" && target.url().scheme() != "https" {
            return Err(refuse("it leads from https to http".to_owned()));
        }

        // 307 and 308 repeat the request; 303 asks with GET; 301 and 302 do the same to a POST, as every browser does.
        let repeats = matches!(status, 307 | 308);
        let Self { url, method, mut headers, body, mut trail } = self;
        let (next, body) = if repeats { (method.clone(), body) } else { (Method::GET, None) };
        if body.is_none() && method != Method::GET {
            headers.remove(CONTENT_TYPE);
        }
        if url.url().origin() != target.url().origin() {
            headers::for_other_origin(&mut headers);
        }

        trail.push((method, url));
        let start = trail.first().map(|(_, url)| url.to_string()).unwrap_or_default();
        if trail.iter().any(|(method, url)| *method == next && *url == target) {
            return Err(FetchError::RedirectLoop { url: start, reason: format!("in a circle, back to `{target}`") });
        }
        if trail.len() > usize::from(limits.redirects) {
            return Err(FetchError::RedirectLoop {
                url: start,
                reason: format!("more than {} times", limits.redirects),
            });
        }
        Ok(Self { url: target, method: next, headers, body, trail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(url: &str) -> Hop {
        let request = PageRequest::listing(url.parse().unwrap());
        Hop::first(&request, &FollowScope::any(), &FetchLimits::default()).unwrap()
    }

    #[test]
    fn https_may_not_become_http_and_http_may_become_https() {
        let limits = FetchLimits::default();
        let refused = hop("https://venue.example/").follow(302, "http://venue.example/", &limits).err().unwrap();
        assert_eq!(refused.code(), "redirect_refused");
        assert!(refused.to_string().contains("from https to http"), "{refused}");
        let secured = hop("http://venue.example/a").follow(301, "https://venue.example/a", &limits).unwrap();
        assert_eq!(secured.url.as_str(), "https://venue.example/a");
    }

    #[test]
    fn a_relative_location_is_read_from_where_it_stands() {
        let limits = FetchLimits::default();
        for (location, target) in [
            ("next", "http://venue.example/list/next"),
            ("/next", "http://venue.example/next"),
            ("?page=2", "http://venue.example/list/?page=2"),
            ("//www.venue.example/", "http://www.venue.example/"),
            ("caf\u{e9} 1", "http://venue.example/list/caf%C3%A9%201"),
        ] {
            assert_eq!(hop("http://venue.example/list/").follow(302, location, &limits).unwrap().url.as_str(), target);
        }
    }
}

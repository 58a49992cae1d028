//! Why a page could not be fetched.

use std::time::Duration;

use crate::Denial;

/// The part of a fetch that ran out of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Name lookup, TCP, TLS.
    Connect,
    /// From the request to the end of the headers.
    Head,
    /// The next piece of the body.
    Body,
    /// All of it, redirects included.
    Total,
}

impl Stage {
    const fn setting(self) -> &'static str {
        match self {
            Self::Connect => "fetch.limits.connect_ms",
            Self::Head => "fetch.limits.connect_ms and fetch.limits.read_ms",
            Self::Body => "fetch.limits.read_ms",
            Self::Total => "fetch.limits.total_ms",
        }
    }
}

/// Why a page could not be fetched: one variant for each thing that the caller may do next, always with the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// A browser was to build the page and did not; the words are its error's.
    #[error("{words}")]
    Browser {
        /// What went wrong and what to do.
        words: String,
        /// Whether another try later may do.
        heals: bool,
    },
    /// The egress rules forbid this address. Only the operator can change that.
    #[error("`{url}` was not fetched: {denial}. If it is meant to be reached, name its host in `egress.allow`")]
    Denied {
        /// The URL, which may be a redirect's.
        url: String,
        /// Which rule.
        denial: Denial,
    },
    /// A follow request leads to a host that its source does not allow.
    #[error("`{url}` was not fetched: the source may not follow to `{host}`. Add it to the source's `follow.hosts`")]
    OutOfScope {
        /// The URL, which may be a redirect's.
        url: String,
        /// Its host.
        host: String,
    },
    /// The request itself may not be sent: a header that is not allowed, a body or URL that is too long.
    #[error("`{url}` was not fetched: {reason}. Change the plugin's follow request, or the source's configuration")]
    Request {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The host's name leads nowhere.
    #[error("the host of `{url}` was not found: {reason}. Check the name, and the name server if others fail too")]
    Dns {
        /// The URL.
        url: String,
        /// The resolver's words.
        reason: String,
    },
    /// No connection.
    #[error("no connection for `{url}`: {reason}. Try again later; the site may be down")]
    Connect {
        /// The URL.
        url: String,
        /// The operating system's words.
        reason: String,
    },
    /// A connection that is not what its certificate should say.
    #[error("no trusted connection for `{url}`: {reason}. The site must mend its certificate or TLS set-up")]
    Tls {
        /// The URL.
        url: String,
        /// The TLS library's words.
        reason: String,
    },
    /// This machine has no certificate authorities, so no https page can be trusted.
    #[error(
        "`{url}` was not fetched: this machine has no CA certificates. Install the package `ca-certificates`, or set SSL_CERT_FILE"
    )]
    NoCertificates {
        /// The URL.
        url: String,
    },
    /// Time ran out.
    #[error("`{url}` took longer than {} ms ({stage:?}). Try again later, or raise {}", limit.as_millis(), stage.setting())]
    Timeout {
        /// The URL.
        url: String,
        /// In which part.
        stage: Stage,
        /// How long was waited.
        limit: Duration,
    },
    /// The connection ended before the answer did.
    #[error("the connection for `{url}` was cut {received} bytes into the body: {reason}. Try again later")]
    Cut {
        /// The URL.
        url: String,
        /// Body bytes that had come, before content decoding.
        received: u64,
        /// How it ended.
        reason: String,
    },
    /// The answer is not HTTP.
    #[error("the answer for `{url}` is not HTTP: {reason}. The site must mend its server")]
    Protocol {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Too many or too long headers.
    #[error(
        "the answer for `{url}` has too many headers: {reason}. Raise `fetch.limits.headers` or `fetch.limits.header_bytes`"
    )]
    HeadersTooLarge {
        /// The URL.
        url: String,
        /// Which limit.
        reason: String,
    },
    /// The body is longer than the limit, or would unpack to more.
    #[error(
        "the body of `{url}` is over {limit} bytes. Ask for less (fewer items a page), or raise `fetch.limits.decoded_bytes`"
    )]
    BodyTooLarge {
        /// The URL.
        url: String,
        /// The limit in bytes after content decoding.
        limit: u64,
    },
    /// The body is packed in a way that is not known, or is broken.
    #[error("the body of `{url}` cannot be unpacked as `{encoding}`: {reason}. The site must mend its server")]
    Encoding {
        /// The URL.
        url: String,
        /// `Content-Encoding` as sent.
        encoding: String,
        /// Why.
        reason: String,
    },
    /// The body is not text.
    #[error(
        "`{url}` is `{content_type}`, which is not read. Point the source at a page, or add it to `fetch.limits.content_types`"
    )]
    ContentType {
        /// The URL.
        url: String,
        /// `Content-Type` as sent.
        content_type: String,
    },
    /// The server answered, but with no page.
    #[error("`{url}` answered with status {status}{}. {}", after(*retry_after), advice(*status))]
    Status {
        /// The URL that answered.
        url: String,
        /// The HTTP status, such as 503.
        status: u16,
        /// How long the server asks us to wait (`Retry-After`, RFC 9110 section 10.2.3).
        retry_after: Option<Duration>,
    },
    /// A redirect that leads back to where it came from, or too many of them.
    #[error("`{url}` redirects {reason}. Open it in a browser and set the source's URL to where it ends")]
    RedirectLoop {
        /// The URL that was asked for first.
        url: String,
        /// In a circle, or how often.
        reason: String,
    },
    /// A redirect to where no page can be fetched from, or from https to http.
    #[error(
        "`{url}` redirects to `{target}`, which is not followed: {reason}. Set the source's URL to where the page is now"
    )]
    RedirectRefused {
        /// The URL that redirects.
        url: String,
        /// `Location` as sent.
        target: String,
        /// Why.
        reason: String,
    },
    /// The site's robots.txt asks robots not to read this page.
    #[error(
        "`{url}` was not fetched: `{robots}` says `{rule}`. Ask the site's owner to allow it, or pause the source; for a host of your \
         own, name it in `fetch.politeness.ignore_robots`"
    )]
    Robots {
        /// The URL, which may be a redirect's.
        url: String,
        /// Where the robots.txt is.
        robots: String,
        /// The line that says so.
        rule: String,
    },
    /// The site's robots.txt cannot be read, which forbids everything until it can (RFC 9309 section 2.3.1.4).
    #[error(
        "`{url}` was not fetched: `{robots}` cannot be read ({reason}), and nothing is asked for before it is known what the site \
         allows. It is tried again by itself; for a host of your own, name it in `fetch.politeness.ignore_robots`"
    )]
    RobotsUnreachable {
        /// The URL, which may be a redirect's.
        url: String,
        /// Where the robots.txt is.
        robots: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// The host is not to be asked for longer than a crawl waits.
    #[error(
        "`{url}` was not fetched: `{host}` is left alone until {until}, since {reason}. The crawl is put off until then by itself"
    )]
    PutOff {
        /// The URL, which may be a redirect's.
        url: String,
        /// Its host.
        host: String,
        /// Until when, in UTC.
        until: String,
        /// Why.
        reason: String,
    },
    /// A secret is missing, or may not be sent there.
    #[error("`{url}` was not fetched: it needs the secret `{name}`, {reason}")]
    Secret {
        /// The URL, with the secret's name in place of its value.
        url: String,
        /// The secret's name.
        name: String,
        /// What is the matter, and what to do.
        reason: String,
    },
    /// The book of turns at hosts, which is the database's, cannot be used.
    #[error("`{url}` was not fetched: no turn at `{host}` ({reason}). Check the database; it is tried again by itself")]
    Book {
        /// The URL.
        url: String,
        /// Its host.
        host: String,
        /// The book's words.
        reason: String,
    },
    /// The fetcher's own settings cannot work.
    #[error("`{key}` is not usable: {reason}. Correct it in the configuration")]
    Settings {
        /// The setting.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
}

fn after(wait: Option<Duration>) -> String {
    wait.map(|wait| format!(" and asks to wait {} s", wait.as_secs())).unwrap_or_default()
}

const fn advice(status: u16) -> &'static str {
    match status {
        401 | 402 | 403 | 407 | 451 => "The site does not let us read it; ask its owner, or pause the source",
        404 | 410 => "The page is gone; set the source's URL to where it is now",
        408 | 425 | 429 | 500..=599 => "Try again later",
        _ => "Open it in a browser and check the source's URL",
    }
}

impl FetchError {
    /// A stable word for logs, metrics and the database, in snake_case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "egress_denied",
            Self::Browser { .. } => "browser",
            Self::OutOfScope { .. } => "out_of_scope",
            Self::Request { .. } => "request_refused",
            Self::Dns { .. } => "dns_failed",
            Self::Connect { .. } => "connect_failed",
            Self::Tls { .. } => "tls_failed",
            Self::NoCertificates { .. } => "no_certificates",
            Self::Timeout { stage: Stage::Connect, .. } => "connect_timeout",
            Self::Timeout { stage: Stage::Head, .. } => "head_timeout",
            Self::Timeout { stage: Stage::Body, .. } => "read_timeout",
            Self::Timeout { stage: Stage::Total, .. } => "total_timeout",
            Self::Cut { .. } => "connection_cut",
            Self::Protocol { .. } => "not_http",
            Self::HeadersTooLarge { .. } => "headers_too_large",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::Encoding { .. } => "content_encoding",
            Self::ContentType { .. } => "content_type",
            Self::Status { .. } => "http_status",
            Self::RedirectLoop { .. } => "redirect_loop",
            Self::RedirectRefused { .. } => "redirect_refused",
            Self::Robots { .. } => "robots_disallowed",
            Self::RobotsUnreachable { .. } => "robots_unreachable",
            Self::PutOff { .. } => "put_off",
            Self::Secret { .. } => "secret",
            Self::Book { .. } => "host_book",
            Self::Settings { .. } => "settings",
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    #[must_use]
    pub const fn may_heal(&self) -> bool {
        match self {
            Self::Dns { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Cut { .. } => true,
            Self::RobotsUnreachable { .. } | Self::PutOff { .. } | Self::Book { .. } => true,
            Self::Browser { heals, .. } => *heals,
            Self::Status { status, .. } => matches!(*status, 408 | 425 | 429 | 500 | 502..=504),
            _ => false,
        }
    }

    /// How long the server asks us to wait before the next request.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The same error with every text of it changed, so that a secret in it can be hidden.
    #[must_use]
    pub(crate) fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        let texts: Vec<&mut String> = match &mut self {
            Self::Denied { url, .. }
            | Self::NoCertificates { url }
            | Self::Timeout { url, .. }
            | Self::BodyTooLarge { url, .. }
            | Self::Status { url, .. } => vec![url],
            Self::Browser { words, .. } => vec![words],
            Self::OutOfScope { url, host: other }
            | Self::Request { url, reason: other }
            | Self::Dns { url, reason: other }
            | Self::Connect { url, reason: other }
            | Self::Tls { url, reason: other }
            | Self::Cut { url, reason: other, .. }
            | Self::Protocol { url, reason: other }
            | Self::HeadersTooLarge { url, reason: other }
            | Self::ContentType { url, content_type: other }
            | Self::RedirectLoop { url, reason: other }
            | Self::Secret { url, reason: other, .. }
            | Self::Settings { key: url, reason: other } => vec![url, other],
            Self::Encoding { url, encoding: a, reason: b }
            | Self::RedirectRefused { url, target: a, reason: b }
            | Self::Robots { url, robots: a, rule: b }
            | Self::RobotsUnreachable { url, robots: a, reason: b }
            | Self::Book { url, host: a, reason: b } => vec![url, a, b],
            Self::PutOff { url, host, until, reason } => vec![url, host, until, reason],
        };
        for text in texts {
            *text = change(text);
        }
        self
    }
}

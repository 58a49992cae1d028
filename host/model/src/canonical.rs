//! The canonical form of a web address: a key by which two links to one page are seen to be one.
//!
//! Not an address to show or to fetch: sellers sign query strings, and an order or an escape that has changed may not be
//! answered. Used wherever pages or events are compared.

use url::Url;

use crate::WebUrl;

/// Query parameters that tell who clicked where, never what the page is. Those that credit a seller or name a presale (`aff`,
/// `pl`, `partner_id`) are not here.
const TRACKERS: &[&str] = &[
    "_branch_match_id",
    "_ga",
    "_gac",
    "_gcl_au",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "dclid",
    "epik",
    "fb_action_ids",
    "fbclid",
    "gad_campaignid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "s_cid",
    "scclid",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
];

/// Families of them, by the start of their names.
const TRACKER_PREFIXES: &[&str] = &["utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "_gac_", "_ga_", "_branch_"];

impl WebUrl {
    /// The canonical form: no fragment, no trackers, query parameters sorted and each written `name=value`, percent escapes in
    /// upper case and only where needed. Scheme, host, port and dot segments are normal in every [`WebUrl`].
    ///
    /// Doing it twice is doing it once. `None` where escaping makes it longer than [`WebUrl::MAX_LEN`].
    #[must_use]
    pub fn canonical(&self) -> Option<Self> {
        let mut url: Url = self.url().clone();
        url.set_fragment(None);
        let path = normal_path(url.path());
        url.set_path(&path);
        let mut parameters: Vec<(Vec<u8>, Vec<u8>)> = url
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (form_decoded(name), form_decoded(value)))
            .filter(|(name, _)| !is_tracker(name))
            .collect();
        parameters.sort();
        let pairs: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{}={}", form_encoded(name), form_encoded(value))).collect();
        url.set_query((!pairs.is_empty()).then(|| pairs.join("&")).as_deref());
        Self::new(url).ok()
    }

    /// The same address without trackers; all else keeps its order and spelling.
    #[must_use]
    pub fn without_trackers(&self) -> Self {
        let mut url: Url = self.url().clone();
        let Some(query) = url.query() else { return self.clone() };
        let tracks = |pair: &&str| is_tracker(&form_decoded(pair.split('=').next().unwrap_or_default()));
        let kept: Vec<&str> = query.split('&').filter(|pair| !tracks(pair)).collect();
        if kept.len() == query.split('&').count() {
            return self.clone();
        }
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
        // Taking parts away cannot make it any less a web address.
        Self::new(url).unwrap_or_else(|_| self.clone())
    }
}

fn is_tracker(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    TRACKERS.contains(&name.as_str()) || TRACKER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// RFC 3986 section 2.3: characters whose escape means the same.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986 section 6.2.2: escapes in upper case, and none for unreserved characters. Reserved ones are left as they are written,
/// since `%2F` and `/` are not the same.
fn normal_path(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        normal.push_str(before);
        let (byte, after) = unescape(escape.as_bytes());
        match byte {
            Some(byte) if is_unreserved(byte) => normal.push(char::from(byte)),
            Some(byte) => normal.push_str(&format!("%{byte:02X}")),
            None => normal.push('%'),
        }
        rest = escape.get(escape.len() - after..).unwrap_or_default();
    }
    normal + rest
}

/// The byte that an escape stands for, and how many bytes are left after it (after the `%`, where it is none).
fn unescape(text: &[u8]) -> (Option<u8>, usize) {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    match text {
        [b'%', high, low, rest @ ..] => match (digit(high), digit(low)) {
            (Some(high), Some(low)) => (Some(high * 16 + low), rest.len()),
            _ => (None, text.len() - 1),
        },
        _ => (None, text.len().saturating_sub(1)),
    }
}

/// The bytes that a part of a query stands for (URL standard, application/x-www-form-urlencoded parsing).
fn form_decoded(part: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let whole = part.as_bytes().get(part.len() - after.len() - 1..).unwrap_or_default();
                let (byte, left) = unescape(whole);
                bytes.push(byte.unwrap_or(b'%'));
                rest = whole.get(whole.len() - left..).unwrap_or_default();
            }
            other => bytes.push(*other),
        }
    }
    bytes
}

fn form_encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => text.push('+'),
            byte if is_unreserved(*byte) => text.push(char::from(*byte)),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
